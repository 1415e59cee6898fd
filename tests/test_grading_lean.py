"""Which cells of a submission are left out: what the lesson gave, and nothing on which a check could depend."""

import json

import pytest
from released import ROOT, released

from helpers.authoring.canonical import read
from helpers.cells import BEGIN
from helpers.grading.running.lean import skippable

NAMES = [path.stem for path in sorted((ROOT / "solutions").glob("*.ipynb")) if path.stem != "00_start_here"]

BUILT_ON = {"15_capstone": {"attempt"}}  # the program that the lesson tuned, which its own run hands in


def release_of(name):
    return json.loads(json.dumps(released(name)))


def with_cell(nb, source, name="own"):
    cell = {"cell_type": "code", "id": name, "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    return nb | {"cells": [*nb["cells"], cell]}


@pytest.mark.parametrize("name", NAMES)
def test_of_a_solved_lesson_only_setup_answers_and_checks_run(name):
    release = release_of(name)
    answers = {
        cell.id: cell.source for cell in read(ROOT / "solutions" / f"{name}.ipynb").cells if BEGIN in cell.source
    }
    solved = release | {
        "cells": [cell | {"source": answers.get(cell["id"], cell["source"])} for cell in release["cells"]]
    }
    runs = {c["id"] for c in solved["cells"] if c["cell_type"] == "code"} - skippable(solved, release)
    graded = {c["id"] for c in release["cells"] if c["cell_type"] == "code" and "nbgrader" in c["metadata"]}
    assert runs == graded | BUILT_ON.get(name, set())


GIVEN = ["limit = 3", "def twice(x):\n    return limit * x", "from math import pi", "print(pi)"]


@pytest.mark.parametrize(
    ("answer", "needed"),
    [
        ("a = 1", set()),
        ("a = limit", {"g0"}),
        ("def f():\n    return twice(1)", {"g0", "g1"}),
        ("f = lambda: [pi for _ in range(3)]", {"g2"}),
        ("%time limit", {"g0"}),
        ("def f(limit):\n    return limit", set()),
        ("def broken(:\n    twice", {"g0", "g1"}),
        ("limit = " + "-" * 100_000 + "1", {"g0"}),
    ],
)
def test_a_cell_runs_when_a_name_that_it_binds_is_read(answer, needed):
    release = {"cells": []}
    for number, source in enumerate(GIVEN):
        release = with_cell(release, source, f"g{number}")
    assert {"g0", "g1", "g2", "g3"} - skippable(with_cell(release, answer), release) == needed


def test_a_cell_of_the_lesson_that_the_learner_changed_runs():
    release = with_cell({"cells": []}, "limit = 3", "g0")
    assert skippable(with_cell({"cells": []}, "limit = 4", "g0"), release) == frozenset()
