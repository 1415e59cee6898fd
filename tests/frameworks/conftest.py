"""`python start.py test frameworks`: every system, installed and run for real."""

from pathlib import Path

import pytest

from helpers.frameworks.running import install
from helpers.frameworks.running.programs import PROGRAMS
from helpers.frameworks.running.runner import run_one
from helpers.frameworks.systems import SYSTEMS
from helpers.ground import CannotGoOnError


def pytest_addoption(parser):
    parser.addoption("--without", nargs="+", default=[], help="systems that are left out; slow for all that are slow")


def pytest_collection_modifyitems(config, items):
    """Leave out the tests of the systems that --without names; if none is left, pytest fails."""
    without = set(config.getoption("--without"))
    if "slow" in without:
        without |= {system.name for system in (*SYSTEMS.values(), *PROGRAMS.values()) if system.slow}
    here = [item for item in items if item.path.parent == Path(__file__).parent]
    left_out = [item for item in here if without & systems_of(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def systems_of(item):
    """Return the systems that a test runs: its parameters, or none."""
    return {*item.callspec.params.values()} if hasattr(item, "callspec") else set()


@pytest.fixture(scope="session")
def uv():
    try:
        return install.find_uv()
    except CannotGoOnError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session", params=SYSTEMS)
def outcome(request, uv):
    """What came of a system, run once for all tests of it."""
    return run_one(request.param, uv)
