"""`python start.py test frameworks`: every system, installed and run for real."""

import pytest

from helpers import frameworks_install
from helpers.environment import CannotGoOnError
from helpers.frameworks.systems import SYSTEMS
from helpers.frameworks_runner import run_one


def pytest_addoption(parser):
    parser.addoption("--without", default="", help="names of systems that are left out, separated by commas")


@pytest.fixture(scope="session")
def uv():
    try:
        return frameworks_install.find_uv()
    except CannotGoOnError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session", params=SYSTEMS)
def outcome(request, uv):
    """What came of a system, run once for all tests of it."""
    if request.param in request.config.getoption("--without").split(","):
        pytest.skip(f"{request.param} is left out by --without")
    return run_one(request.param, uv)
