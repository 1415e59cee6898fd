"""The checks that must fail: they do, and hold nothing that a submission must not see."""

import pytest

from helpers.exercises.catalogue import EXERCISES
from helpers.grading.making.hidden import half_tests, hidden_tests
from helpers.grading.running.canaries import made_of


def of(exercise):
    """The canaries of an assignment that has this exercise alone."""
    call = f'check("{exercise.id}", {exercise.reference.__name__}, required=True)'
    cells = [f"{call}\n{hidden_tests(exercise, 1)}", half_tests(exercise, 1)]
    return made_of([{"source": source} for source in cells])


@pytest.mark.parametrize("id", ["gradient-step", "minibatches", "kind-of-stop"])
def test_each_of_them_fails_where_nothing_was_replaced(id):
    found = of(EXERCISES[id])
    assert len(found) == 2
    for canary in found:
        with pytest.raises(AssertionError) as raised:
            exec(canary.source, {})
        assert type(raised.value).__name__ == canary.error


def test_none_of_them_brings_hidden_tests_into_the_kernel():
    assert not any("hidden" in canary.source.lower() for canary in of(EXERCISES["gradient-step"]))


def test_without_a_check_of_the_course_there_is_the_bare_assertion_alone():
    assert [canary.source for canary in made_of([{"source": "assert x == 1"}])] == ["assert 1 + 1 == 3"]
