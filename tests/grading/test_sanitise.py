"""What formgrader shows of a submission holds no script; what is no picture, text or error is not kept."""

import base64

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from nbgrader.server_extensions.formgrader import handlers

from helpers.grading.running import sanitise

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n and so on").decode()
SCRIPT = "<script>alert(1)</script>"
ATTRIBUTE = '"><script>alert(1)</script>'


def shown(notebook):
    """The page that formgrader makes of a notebook."""
    exporter = HTMLExporter(template_name="formgrade", extra_template_basedirs=[handlers.template_path])
    names = ("assignment_id", "notebook_id", "submission_id", "base_url", "student", "notebook_path")
    resources = dict.fromkeys((*names, "first_name", "last_name"), "") | {"index": 0, "total": 1}
    return exporter.from_notebook_node(nbformat.from_dict(notebook), resources=resources)[0]


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "display_data", "data": {"text/html": SCRIPT, "text/plain": SCRIPT}, "metadata": {}},
        {"output_type": "display_data", "data": {"image/svg+xml": f"<svg>{SCRIPT}</svg>"}, "metadata": {}},
        {"output_type": "display_data", "data": {"application/javascript": "alert(1)"}, "metadata": {}},
        {"output_type": "display_data", "data": {"text/markdown": SCRIPT, "text/latex": SCRIPT}, "metadata": {}},
        {"output_type": "display_data", "data": {"image/png": ATTRIBUTE}, "metadata": {}},
        {"output_type": "display_data", "data": {"image/png": PNG}, "metadata": {"image/png": {"width": ATTRIBUTE}}},
        {"output_type": "execute_result", "data": {"text/plain": [SCRIPT]}, "execution_count": SCRIPT},
        {"output_type": "stream", "name": SCRIPT, "text": SCRIPT},
        {"output_type": "error", "ename": SCRIPT, "evalue": 5, "traceback": [SCRIPT, 5]},
        {"output_type": "error", "traceback": SCRIPT},
        {"output_type": SCRIPT},
    ],
)
def test_an_output_becomes_valid_and_leaves_no_script(output):
    cell = new_code_cell("1", outputs=sanitise.outputs([nbformat.from_dict(output)]))
    notebook = new_notebook(cells=[cell])
    nbformat.validate(notebook)
    page = shown(notebook)
    assert "<script>alert" not in page and "alert(1)" not in page.replace("&lt;script&gt;alert(1)", "")


def test_pictures_text_and_errors_are_kept():
    outputs = [
        {"output_type": "display_data", "data": {"image/png": PNG, "text/plain": "a figure"}, "metadata": {}},
        {"output_type": "stream", "name": "stderr", "text": "a warning"},
        {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["ValueError: no"]},
    ]
    assert [dict(output) for output in sanitise.outputs(list(map(nbformat.from_dict, outputs)))] == outputs


@pytest.mark.parametrize(
    "source",
    [
        SCRIPT,
        "[press](javascript:alert(1))",
        "$\\href{javascript:alert(1)}{press}$",
        f"```\n{SCRIPT}\n```\n\n{SCRIPT}",
        f"`````` \n{SCRIPT}",
    ],
)
@pytest.mark.parametrize("new", [new_markdown_cell, new_raw_cell])
def test_text_that_is_not_the_releases_is_shown_as_it_was_written(source, new):
    given = {"cells": [new_markdown_cell("From the *release*.")]}
    page = shown(sanitise.prose(new_notebook(cells=[new_markdown_cell("From the *release*."), new(source)]), given))
    assert "<em>release</em>" in page
    assert "<script>alert" not in page and 'href="javascript' not in page
    assert "$\\href" not in page or "<pre><code>$\\href" in page


@pytest.mark.parametrize(("found", "kept"), [(3, 3), (None, None), ("3", None), (True, None), ({}, None), (-1, None)])
def test_the_number_of_an_execution_is_a_number(found, kept):
    assert sanitise.count(found) == kept
