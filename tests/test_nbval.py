"""nbval as the suite runs it: embedded pictures may differ in their bytes, everything that can be read may not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from helpers.authoring.canonical import serialise

pytestmark = pytest.mark.slow

SANITIZE = Path(__file__).with_name("nbval_sanitize.cfg")
HTML = '<img alt="it falls" src="data:image/png;base64,AAAA">'
RUNS = f"from IPython.display import HTML, display\ndisplay(HTML({HTML!r}))"


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """Each stored output's verdict under nbval, after one run over all of them."""
    folder = tmp_path_factory.mktemp("nbval")
    stored = {
        "same": HTML,
        "picture": HTML.replace("AAAA", "BBBB+/=="),
        "alt": HTML.replace("falls", "rises"),
        "none": None,
    }
    for name, html in stored.items():
        data = {"text/html": html, "text/plain": "<IPython.core.display.HTML object>"}
        outputs = [new_output("display_data", data=data)] if html else []
        cell = new_code_cell(RUNS, id="shown", execution_count=1, outputs=outputs)
        (folder / f"{name}.ipynb").write_text(serialise(new_notebook(cells=[cell])), encoding="utf-8")
    options = ["--nbval", "--nbval-current-env", f"--nbval-sanitize-with={SANITIZE}", "-p", "no:cacheprovider", "-rA"]
    command = [sys.executable, "-m", "pytest", *options, "."]
    report = subprocess.run(command, cwd=folder, env=os.environ | {"NO_COLOR": "1"}, capture_output=True, text=True)
    summary = report.stdout.split("short test summary info")[1]
    return {name: f"PASSED {name}.ipynb" in summary for name in stored}


def test_a_picture_with_other_bytes_passes(verdicts):
    assert verdicts["same"]
    assert verdicts["picture"]


def test_changed_alt_text_fails(verdicts):
    assert not verdicts["alt"]


def test_a_lost_output_fails(verdicts):
    assert not verdicts["none"]
