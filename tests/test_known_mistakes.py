"""Wrong answers as learners write them, and the name that each must get.

The exercises hold their mistakes as data and are tested with them; a mistake that is changed or deleted there would go
with its test. The answers in known_mistakes/ are written down a second time, on purpose.
"""

import importlib
from pathlib import Path

import pytest

from helpers.exercises import CheckFailed, check
from helpers.exercises.catalogue import EXERCISES

LESSONS = sorted(path.stem for path in (Path(__file__).parent / "known_mistakes").glob("*.py"))
KNOWN, RIGHT = {}, {}
for lesson in LESSONS:
    module = importlib.import_module(f"known_mistakes.{lesson}")
    KNOWN |= module.KNOWN
    RIGHT |= getattr(module, "RIGHT", {})


def test_every_exercise_is_tried_with_two_answers_or_more():
    assert {id for id, answers in KNOWN.items() if len(answers) >= 2} == set(EXERCISES)


@pytest.mark.parametrize(
    ("exercise", "answer", "name"),
    [(exercise, answer, name) for exercise, answers in KNOWN.items() for answer, name in answers.items()],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_learners_mistake_gets_its_name(exercise, answer, name):
    with pytest.raises(CheckFailed) as failure:
        check(exercise, answer)
    assert failure.value.mistake == name


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [(exercise, answer) for exercise, answers in RIGHT.items() for answer in answers],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_right_answer_in_another_form_passes(exercise, answer, capsys):
    check(exercise, answer)
    assert f"{exercise}: right." in capsys.readouterr().out
