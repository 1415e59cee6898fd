"""Accessibility of every lesson and solution as an HTML page."""

import pytest
from axe import check_headings, examine, says_what_there_is_to_see
from laboratory import ROOT
from nbconvert import HTMLExporter
from stages import LESSONS

EXPORTED = [*LESSONS, *sorted((ROOT / "solutions").glob("*.ipynb"))]


@pytest.mark.parametrize("path", EXPORTED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_axe_finds_no_fault_in_an_export(page, path, tmp_path):
    exported = tmp_path / "lesson.html"
    exported.write_text(HTMLExporter().from_filename(str(path))[0], encoding="utf-8")
    # The template asks a public server for MathJax; the test stays on this machine.
    page.route("**/*", lambda route: route.continue_() if "file:" in route.request.url else route.abort("aborted"))
    page.goto(exported.as_uri())
    report = examine(page)
    assert report["faults"] == [] and report["read"] > 50
    check_headings(page)
    alts = page.locator("img").evaluate_all("(images) => images.map((image) => image.getAttribute('alt') ?? '')")
    assert [alt for alt in alts if not says_what_there_is_to_see(alt)] == []
    assert alts or path.parent.name == "lessons"
