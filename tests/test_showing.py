"""What a check shows can be pasted and run: the call, the functions in it, and our solution."""

import re

import numpy as np
import pytest

from helpers.exercises import CheckFailed, check, checking, judging, showing
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.values import plain

every_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda exercise: exercise.id)


def pasted(code, names):
    """Run code as in a learner's notebook, where only NumPy has been imported."""
    exec(code, names)
    return names


@every_exercise
def test_our_solution_can_be_pasted_into_a_cell_and_is_right(exercise):
    names = pasted(showing.as_cell(exercise.reference), {"np": np})
    assert checking.judge(exercise, names[exercise.reference.__name__]).right


@every_exercise
def test_a_call_that_is_shown_can_be_pasted_and_gives_the_arguments(exercise):
    outcomes = judging.expected(exercise, exercise.reference)
    name = exercise.reference.__name__
    for arguments, outcome in zip(judging.probes_of(exercise), outcomes, strict=True):
        shown = showing.evidence(name, arguments, outcome, outcome)
        calls = re.findall(r"^  called    (.+)$", shown, re.MULTILINE)
        functions = re.findall(r"^  where     (.+)$", shown, re.MULTILINE)
        names = {"np": np, name: lambda *own: own}
        given = pasted("\n".join([*functions, f"given = {calls[0]}"]), names)["given"]
        for own, original in zip(given, arguments, strict=True):
            if not callable(original) and not isinstance(original, np.random.Generator):
                assert repr(plain(own)) == repr(plain(original))
        if exercise.observe is None:
            result = pasted("\n".join([*functions, showing.as_cell(exercise.reference)]), {"np": np})
            again = judging.call(exercise, result[name], given)
            assert judging.agree(again, outcome)


def test_a_function_among_the_arguments_is_shown_as_a_line_that_defines_it():
    with pytest.raises(CheckFailed) as failure:
        check("gradient-descent", lambda grad, w0, lr, steps: w0)
    assert "\n  where     def bowl_slope(w): return w * np.array([1.0, 10.0])\n" in str(failure.value)


def test_numbers_that_are_equal_are_not_shown_with_seventeen_digits():
    def gradient_step(w, grad, lr):
        w -= lr * grad
        return w

    with pytest.raises(CheckFailed) as failure:
        check("gradient-step", gradient_step)
    returned, expected = str(failure.value).splitlines()[-2:]
    assert returned.split("  ")[-1] == expected.split("  ")[-1] == "[4.4, -1.2]"
