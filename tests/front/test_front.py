"""The front end without a browser: its unit tests in JavaScript, its types, its linter, and what a page is given."""

import subprocess

import pytest

from helpers.authoring import front
from helpers.exercises.question import Choice
from helpers.exercises.taking_part import Part
from helpers.ground import CannotGoOnError
from helpers.stage import Stage


@pytest.fixture(scope="module")
def tools():
    try:
        return front.prepare()
    except CannotGoOnError as error:
        reason = str(error)
    pytest.fail(reason, pytrace=False)


def passes(done):
    if done.returncode:
        pytest.fail(f"{done.stdout}\n{done.stderr}", pytrace=False)


def test_the_functions_of_the_pages_keep_their_claims(tools):
    passes(tools.unit_tests())


def test_what_the_pages_say_about_their_types_is_true(tools):
    passes(tools.types())


def test_the_linter_finds_nothing_to_say(tools):
    passes(tools.lint())


@pytest.mark.parametrize("widget", [Stage, Choice, Part])
def test_the_one_text_of_a_page_is_a_module_that_anywidget_can_render(tools, widget, tmp_path):
    module = tmp_path / "page.mjs"
    module.write_text(widget._esm, encoding="utf-8")
    # An export named render would be taken for one of anywidget's first version.
    asks = "process.exit(typeof page.default.render === 'function' && !('render' in page) ? 0 : 1)"
    command = [tools.node, "--input-type=module", "--eval", f"import * as page from '{module.as_uri()}'; {asks}"]
    passes(subprocess.run(command, capture_output=True, encoding="utf-8"))
