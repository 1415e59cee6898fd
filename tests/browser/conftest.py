"""Fixtures for browser tests: `lab` is a JupyterLab with an empty temporary folder, one for the session; `page` a fresh
page of 1366 x 768 at twice the density; `open_notebook` writes, opens and runs a notebook."""

from functools import partial

import pytest
from laboratory import CHROMIUM, chromium, find, open_and_run, running_lab, watched
from playwright.sync_api import sync_playwright


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    with running_lab(tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("notebooks")) as running:
        yield running


@pytest.fixture(scope="session")
def installed():
    """A function that fails the tests by one sentence when a browser is missing."""

    def look_for(wanted):
        try:
            find(wanted)
        except FileNotFoundError as missing:
            raise pytest.fail.Exception(str(missing), pytrace=False) from None

    return look_for


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(installed, playwright):
    installed(CHROMIUM)
    with chromium(playwright) as running:
        yield running


@pytest.fixture
def page(browser):
    """A page whose test fails when the console shows an error."""
    with watched(browser) as opened:
        yield opened


@pytest.fixture
def open_notebook(lab, page):
    """A function of a file name and the sources of code cells."""
    return partial(open_and_run, page, lab)
