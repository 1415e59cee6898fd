"""No name is false and nothing wrong passes: several thousand wrong answers made by machine (see mutants.py)."""

import inspect

import mutants
import pytest

from helpers.exercises import judging
from helpers.exercises.catalogue import EXERCISES

every_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda exercise: exercise.id)
every_quick_one = pytest.mark.parametrize(  # a right answer to another one takes a second, and a mutant many
    "exercise", [each for each in EXERCISES.values() if each.observed is None], ids=lambda exercise: exercise.id
)


@pytest.mark.slow
@every_quick_one
def test_no_mutant_is_named_falsely_and_none_that_is_wrong_passes(exercise, monkeypatch):
    monkeypatch.setattr(judging, "SECONDS", 0.5)
    found = list(mutants.judged(exercise, more=1 if exercise.observe else 4))
    assert len(found) >= 20
    bad = [f"{one.kind} {one.slug or ''}\n{one.source}" for one in found if one.kind in ("false", "survived")]
    assert not bad, "\n\n".join(bad)


@every_exercise
def test_a_mistake_that_chance_could_make_says_only_what_is_seen(exercise):
    for mistake in exercise.mistakes:
        bits = judging.evidence(judging.shown(exercise, mistake))
        assert mistake.observed == (bits < judging.ENOUGH), f"{mistake.slug}: {bits} bits"


@every_exercise
def test_fresh_arguments_are_of_the_kind_of_the_probes(exercise):
    for arguments in mutants.fresh(exercise):
        assert [type(argument) for argument in arguments] == [type(argument) for argument in exercise.probes[0]]
        assert judging.call(exercise, exercise.reference, arguments).error is None


def test_the_changes_include_those_that_learners_make():
    def reference(w, grad, lr):
        for _ in range(3):
            w = w - lr * grad
        return w

    source = "\n".join(line[4:] for line in inspect.getsource(reference).splitlines())
    made = "\n".join(mutants.mutants(source))
    for change in ("w + lr * grad", "w - lr / grad", "w - grad", "print(w)", "range(4)", "(w - lr) * grad"):
        assert change in made, change
