"""Lesson 15: its still picture tells in words what it draws, and its report shows all of a program."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from test_library import Notebook

from helpers.authoring import contents
from helpers.authoring.canonical import read
from helpers.exercises.exercise import Lesson
from helpers.experiments import capstone_pictures
from helpers.experiments.capstone import reference
from helpers.experiments.capstone_page import _source
from helpers.experiments.capstone_pictures import show_pairs

SOLUTION = Path(__file__).resolve().parents[1] / "solutions" / "15_capstone.ipynb"


@pytest.fixture
def said(monkeypatch):
    """What show was given: the figure, and its words."""
    shown = []
    monkeypatch.setattr(capstone_pictures, "show", lambda fig, alt: shown.append((fig, alt)))
    return shown


def test_pairs_of_constant_and_cosine_tell_what_separate_intervals_do_not(said):
    show_pairs(*(reference()[f"SGD {name} 32"].test for name in ("constant", "cosine")), "constant", "cosine")
    ((fig, alt),) = said
    assert "on 10 of them constant is lower" in alt
    assert "the two overlap" in alt and "which leaves out 0" in alt
    spans = [np.ptp(ax.get_ylim()) for ax in fig.axes]
    assert np.allclose(spans, spans[0])  # widths can be compared by eye


def test_what_cannot_be_told_is_said_so(said):
    a = np.array([1.0, 2.0, 3.0])
    show_pairs(a, a[::-1], "one", "other")
    assert "which holds 0" in said[0][1]


def test_the_report_shows_what_a_run_calls_as_well():
    notebook = Notebook()
    notebook.run("def helper(oracle):\n    return oracle.start()")
    notebook.run("def train(oracle, seed):\n    return helper(oracle)")
    for train in (notebook["train"], partial(notebook["train"], seed=1)):
        assert _source(train).index("def helper(oracle)") < _source(train).index("def train(oracle, seed)")


def test_a_program_that_has_no_source_says_so():
    namespace = {}
    exec("def train(oracle, seed): return None", namespace)
    assert "hand in the notebook" in _source(namespace["train"])
    assert "hand in the notebook" in _source(np.sin)


@pytest.mark.slow
def test_the_lesson_goes_on_with_whole_numbers_that_came_as_floats(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADIENT_COURSE_PROGRESS", str(tmp_path))
    written = {"budget-steps": "float(budget // batch)", "choose": "float(np.argmin(means))"}
    course = {"budget-steps": "budget // batch", "choose": "int(np.argmin(means))"}
    notebook, ran = Notebook(), []
    for cell in read(SOLUTION).cells:
        if cell.cell_type == "code" and not cell.source.startswith(("batch_dashboard", "show_pairs")):
            source = cell.source.replace(course[cell.id], written[cell.id]) if cell.id in course else cell.source
            ran += [cell.id for id in course if f'yours("{id}"' in source]
            notebook.run(source)
        if len(ran) == len(course):
            break
    assert len(ran) == len(course) and notebook["best"] in notebook["tuned"].settings


def test_lessons_that_are_only_planned_are_named_below_the_table(monkeypatch):
    readme = "<!-- what release writes -->\n<!-- until here -->"
    assert "Planned" not in contents.with_table(readme, [])
    monkeypatch.setattr(contents, "LESSONS", [Lesson("18_sign_descent", "Sign descent")])
    assert "numbers kept free: 18 Sign descent." in contents.with_table(readme, [])
