"""The table of lessons in the README: what it counts, and what it says when its place or a lesson is missing."""

from pathlib import Path

import pytest

from helpers.authoring import contents, live, release
from helpers.authoring.canonical import read
from helpers.exercises.catalogue import EXERCISES

ROOT = Path(__file__).parents[1]
STEPS = ROOT / "solutions" / "05_gradient_descent.ipynb"


def test_a_row_names_experiments_exercises_mistakes_and_results():
    row = contents.row(STEPS)
    mistakes = len(EXERCISES["gradient-step"].mistakes)
    assert row.startswith(f"| [`{STEPS.stem}`](lessons/{STEPS.name}) | 75 | where it ends, update by hand | ")
    assert f"`gradient-step` ({mistakes})" in row and "| random starts miss the saddle |" in row


def test_an_experiment_comes_with_the_cell_that_shows_it():
    names = [(shown.name, shown.source) for shown in live.experiments(read(STEPS))]
    assert names == [
        ("where_it_ends", "where_it_ends()"),
        ("update_by_hand", 'step = yours("gradient-step", gradient_step)\nupdate_by_hand(step)'),
    ]


def test_the_readme_lists_every_solution_and_nothing_else_changes():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = release.solutions(ROOT)
    assert contents.with_table(readme, found) == readme
    assert all(f"| [`{path.stem}`](lessons/{path.name}) |" in readme for path in found)
    assert "Planned" not in readme
    assert contents.with_table(readme, found[:1]).count("\n") == readme.count("\n") - len(found) + 1


def test_a_readme_without_a_place_for_the_table_is_refused():
    with pytest.raises(ValueError, match="needs one place for the table"):
        contents.with_table("# Course", [STEPS])


def test_a_lesson_that_the_course_does_not_list_is_refused(tmp_path):
    path = tmp_path / "04_unlisted.ipynb"
    path.write_bytes(STEPS.read_bytes())
    with pytest.raises(ValueError, match="04_unlisted is not listed"):
        contents.row(path)
