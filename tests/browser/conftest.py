"""Fixtures for browser tests: `lab` is a JupyterLab with an empty temporary folder, one for the session; `page` a fresh
page of 1366 x 768 at twice the density; `open_notebook` writes, opens and runs a notebook."""

import re
from functools import partial

import pytest
from laboratory import find_chromium, open_and_run, running_chromium, running_lab

# What the console may say without a fault of ours: pages that a test itself left; a picture attached to a text cell,
# whose address JupyterLab resolves only after the browser has seen it.
HARMLESS = re.compile(r"WebSocket is closed|net::ERR_ABORTED|AbortError|Connection lost|net::ERR_UNKNOWN_URL_SCHEME")


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    with running_lab(tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("notebooks")) as running:
        yield running


@pytest.fixture(scope="session")
def browser():
    try:
        find_chromium()
    except FileNotFoundError as missing:
        pytest.fail(str(missing), pytrace=False)
    with running_chromium() as running:
        yield running


@pytest.fixture
def page(browser):
    """A page whose test fails when the console shows an error."""
    opened = browser.new_page()
    opened.set_default_timeout(60_000)
    errors: list[str] = []
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    opened.close()
    assert [error for error in errors if not HARMLESS.search(error)] == []


@pytest.fixture
def open_notebook(lab, page):
    """A function of a file name and the sources of code cells."""
    return partial(open_and_run, page, lab)
