"""The checks that must fail: they do, and no longer do where a submission has replaced what observes an answer."""

import numpy as np
import pytest

from helpers.exercises import check
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.course.capstone import your_run
from helpers.grading.making.hidden import half_tests, hidden_tests
from helpers.grading.running.canaries import made_of

OBSERVED = [exercise for exercise in EXERCISES.values() if exercise.observe]
FORGED = {
    "measure": lambda *arguments: (0.01, 0.0),
    "verdict": lambda *arguments: your_run.RIGHT,
    "seen": lambda *arguments: your_run.RIGHT,
}


def of(exercise):
    """The canaries of an assignment that has this exercise alone."""
    call = f'check("{exercise.id}", {exercise.reference.__name__}, required=True)'
    cells = [f"{call}\n{hidden_tests(exercise, 1)}", half_tests(exercise, 1)]
    return made_of([{"source": source} for source in cells])


@pytest.mark.slow
@pytest.mark.parametrize("exercise", OBSERVED, ids=lambda exercise: exercise.id)
def test_each_of_them_fails_where_nothing_was_replaced(exercise):
    found = of(exercise)
    assert len(found) == 4
    for canary in found:
        with pytest.raises(AssertionError) as raised:
            exec(canary.source, {"check": check, "np": np})
        assert type(raised.value).__name__ == canary.error


def test_an_exercise_that_observes_nothing_has_three():
    assert len(of(EXERCISES["gradient-step"])) == 3
    assert [canary.source for canary in made_of([])] == ["assert 1 + 1 == 3"]


@pytest.mark.parametrize("name", FORGED)
def test_one_of_them_passes_where_a_submission_has_forged_what_observes_a_run(name, monkeypatch):
    *_, last = of(EXERCISES["your-run"])
    your_run.baseline.cache_clear()
    monkeypatch.setattr(your_run, name, FORGED[name])
    exec(last.source, {"check": check, "np": np})
    your_run.baseline.cache_clear()
