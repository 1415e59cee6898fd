"""The picture that a lesson opens with: the one that the course draws, small, and there before anything is run."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from PIL import Image

from helpers.authoring import canonical, opening
from helpers.authoring.regions import ReleaseError

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "solutions").glob("*.ipynb")) + sorted((ROOT / "lessons").glob("*.ipynb"))
NAME = "learning-to-read.png"
ASKS = f"![three moments](attachment:{NAME})"


@pytest.fixture(autouse=True)
def draw(monkeypatch):
    """What draws the figure; whoever does not ask for it gets a white square."""
    drawn = opening.drawn
    monkeypatch.setattr(opening, "drawn", lambda name: square(255))
    return drawn


def square(level):
    return base64.b64encode(opening.png(np.full((16, 16, 4), level, np.uint8))).decode()


def attached(source=ASKS, **stored):
    """Return the attachments of a text cell after `attach`, by name; stored: its pictures before."""
    cell = new_markdown_cell(source, id="title")
    if stored:
        cell["attachments"] = {name: {"image/png": data} for name, data in stored.items()}
    opening.attach(new_notebook(cells=[cell, new_code_cell(ASKS, id="code")]))
    return {name: bundle["image/png"] for name, bundle in cell.get("attachments", {}).items()}


def test_a_stored_picture_is_what_the_course_draws(draw):
    drawn = {name: draw(name) for name in opening.PICTURES}
    assert drawn == {name: draw(name) for name in opening.PICTURES}
    seen = set()
    for path in NOTEBOOKS:
        for cell in canonical.read(path).cells:
            stored = cell.get("attachments", {})
            assert list(stored) == (opening.ASKED.findall(cell.source) if cell.cell_type == "markdown" else [])
            for name, bundle in stored.items():
                assert canonical.look_same(bundle["image/png"], drawn[name]), (
                    "run: python start.py execute, then release"
                )
                seen.add((path.parent.name, name))
    assert seen == {(folder, name) for folder in ("solutions", "lessons") for name in opening.PICTURES}


def test_a_picture_is_small_and_fits_beside_the_file_browser(draw):
    for name in opening.PICTURES:
        data = base64.b64decode(draw(name))
        assert len(data) <= canonical.PICTURE_LIMIT
        with Image.open(io.BytesIO(data)) as image:
            assert image.width <= 900 and image.height <= 270


def test_the_network_reads_more_of_its_digits_at_each_of_the_three_moments():
    walls = opening.three_moments().axes
    wrong = [len(ax.get_lines()[0].get_xydata()) for ax in walls]
    assert wrong[0] > 10 > wrong[1] > wrong[2]
    for ax, missed in zip(walls, wrong, strict=True):
        assert f": {15 - missed} of 15 right" in ax.get_title(loc="left")
        assert len(ax.texts) == 15 and all(text.get_text() for text in ax.texts)


def test_the_first_lesson_opens_with_the_courses_name_and_a_picture():
    first = canonical.read(ROOT / "lessons" / "00_start_here.ipynb").cells[0]
    assert first.source.startswith("# Gradient Descent by Experiment\n")
    assert opening.ASKED.findall(first.source) == list(first.attachments)


def test_a_text_cell_gets_what_it_asks_for_and_a_stored_picture_that_looks_the_same_stays():
    assert attached() == {NAME: square(255)}
    assert attached(**{NAME: square(254)}) == {NAME: square(254)}
    assert attached(**{NAME: square(0)}) == {NAME: square(255)}
    assert attached("no picture", **{NAME: square(255)}) == {}


def test_a_picture_that_nobody_draws_is_refused():
    with pytest.raises(
        ReleaseError, match=r"cell title, line 1: no picture is called x\.png; the pictures are learning"
    ):
        attached("![](attachment:x.png)")
