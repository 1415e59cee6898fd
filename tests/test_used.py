"""What the learner writes is used: after its check each of her functions works in the same lesson."""

from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from test_library import Notebook

from helpers.authoring.canonical import read
from helpers.exercises import own
from helpers.exercises.catalogue import LESSONS

ROOT = Path(__file__).resolve().parents[1]
WRITTEN = [lesson for lesson in LESSONS if lesson.exercises]


@pytest.fixture
def at_work(monkeypatch, tmp_path):
    """The functions that were put to work, as they are made."""
    monkeypatch.setenv("GRADIENT_COURSE_PROGRESS", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    made = []
    begin = own.Yours.__init__

    def noted(self, exercise, answer):
        begin(self, exercise, answer)
        made.append((exercise.id, self))

    monkeypatch.setattr(own.Yours, "__init__", noted)
    return made


@pytest.mark.slow
@pytest.mark.parametrize("lesson", WRITTEN, ids=lambda lesson: lesson.name)
def test_each_function_works_in_its_lesson_after_its_check(lesson, at_work):
    notebook = Notebook()
    for cell in read(ROOT / "solutions" / f"{lesson.name}.ipynb").cells:
        if cell.cell_type == "code":
            notebook.run(cell.source)
    plt.close("all")
    used = {id for id, function in at_work if function.calls}
    wanted = {exercise.id for exercise in lesson.exercises}
    assert wanted <= used, f"never called after their checks: {', '.join(sorted(wanted - used))}"
