"""What a learner calls: `check` says whether an answer is right and, if not, why; `hint` and `solution` help."""

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from helpers.exercises import judging, library, store, taking_part
from helpers.exercises.catalogue import EXERCISES, ShortError, find
from helpers.exercises.exercise import Equivalent, Exercise
from helpers.exercises.judging import Outcome
from helpers.exercises.showing import as_cell, evidence
from helpers.exercises.symptoms import SINGLE_PRECISION, symptom

NOT_ATTEMPTED = "not-attempted"


class CheckFailed(ShortError, AssertionError):  # noqa: N818 (a verdict, not a fault of the program)
    """An answer that is not right yet: `.exercise` is the id, `.mistake` the slug of the known mistake, or None."""

    def __init__(self, exercise: str, mistake: str | None, message: str) -> None:
        super().__init__(message)
        self.exercise = exercise
        self.mistake = mistake


class Verdict(NamedTuple):
    """Whether an answer is right, else the slug of what is wrong (or None); and the words for the learner."""

    right: bool
    slug: str | None
    message: str


def check(id: str, answer: Callable[..., Any], required: bool = False) -> None:
    """Check your function for an exercise: prints one line when it is right.

    id: the exercise's id. answer: the function itself, without parentheses. An untouched stub (NotImplementedError)
    is reported and not raised, unless required is true. Raises CheckFailed, which says what was called, what came
    back and what was expected; ValueError for an unknown id.
    """
    exercise = find(EXERCISES, id, "exercise")
    verdict = judge(exercise, answer)
    if verdict.slug != NOT_ATTEMPTED:
        _record(exercise, verdict)
        taking_part.tell("solved" if verdict.right else "tried", exercise, verdict.slug)
    if verdict.right:
        print("\n".join(filter(None, (verdict.message, _best(exercise, answer), library.keep(exercise, answer)))))
    elif verdict.slug == NOT_ATTEMPTED and not required:
        print(verdict.message)
    else:
        raise CheckFailed(id, verdict.slug, verdict.message)


def _record(exercise: Exercise, verdict: Verdict) -> None:
    """Record an attempt: that it was right, or how often this known mistake has been made."""
    made = dict(store.load()["exercises"].get(exercise.id, {}).get("mistakes", {}))
    if verdict.slug in [mistake.slug for mistake in exercise.mistakes]:
        made[verdict.slug] = made.get(verdict.slug, 0) + 1
    fields = ({"solved": True} if verdict.right else {}) | ({"mistakes": made} if made else {})
    store.record("exercises", exercise.id, attempted=True, **fields)


def _best(exercise: Exercise, answer: Callable[..., Any]) -> str:
    """Return how good a right answer is and how good the best one was so far; nothing where that does not count."""
    if exercise.score is None:
        return ""
    score = exercise.score(answer)
    best = min(score, store.load()["exercises"].get(exercise.id, {}).get("best", score))
    store.record("exercises", exercise.id, best=best)
    return f"Yours: {score:g} {exercise.unit}. Your best so far: {best:g}."


def hint(id: str) -> None:
    """Print the next hint of an exercise, one at a time; after the last one, all of them. Raises ValueError."""
    exercise = find(EXERCISES, id, "exercise")
    taking_part.tell("began", exercise)
    hints = exercise.hints
    shown = store.load()["exercises"].get(id, {}).get("hints", 0)
    if shown >= len(hints):
        print(f"{id}: these are all {len(hints)} hints.")
        for number, text in enumerate(hints, 1):
            print(f"{number}. {text}")
        return
    left = len(hints) - shown - 1
    print(f"{id}, hint {shown + 1} of {len(hints)}: {hints[shown]}")
    print(f"{left} more: call hint again." if left else "That was the last hint.")
    store.record("exercises", id, hints=shown + 1)


def solution(id: str) -> None:
    """Print the reference solution of an exercise that you have attempted. Raises ValueError for an unknown id."""
    exercise = find(EXERCISES, id, "exercise")
    if store.load()["exercises"].get(id, {}).get("attempted"):
        print(as_cell(exercise.reference))
    else:
        print(f'{id}: try first. Write an answer and check it once; then solution("{id}") shows ours.')


def judge(exercise: Exercise, answer: object) -> Verdict:
    """Decide about an answer and put the decision into words; nothing is recorded."""
    if not callable(answer):
        call = f'check("{exercise.id}", {exercise.reference.__name__})'
        return _wrong(exercise, "not-a-function", f"Pass the function itself, without calling it: {call}.")
    complaint = _signature_complaint(exercise, answer)
    if complaint:
        return _wrong(exercise, "wrong-signature", complaint)
    outcomes = judging.run(exercise, answer)
    if type(outcomes[0].error) is NotImplementedError:
        text = f"{exercise.id}: not attempted yet. Replace the line that raises NotImplementedError by your answer."
        return Verdict(False, NOT_ATTEMPTED, text)
    if exercise.given and judging.does_the_same(exercise, outcomes, exercise.mistake(exercise.given).answer):
        text = f"{exercise.id}: not mended yet. On every case the program still does what it did at first."
        return Verdict(False, NOT_ATTEMPTED, text)
    right = judging.find_right(exercise, outcomes)
    if right is None:
        return _explained(exercise, answer, outcomes)
    convention = f"{right.convention} " if isinstance(right, Equivalent) else ""
    return Verdict(True, None, f"{exercise.id}: right. {convention}{exercise.insight}")


def _explained(exercise: Exercise, answer: Callable[..., Any], outcomes: list[Outcome]) -> Verdict:
    """The known mistake behind wrong outcomes, or what the first of them shows; and that one as evidence."""
    reference = judging.expected(exercise, exercise.reference)
    at = next(i for i, (got, want) in enumerate(zip(outcomes, reference, strict=True)) if not judging.agree(got, want))
    shown = evidence(exercise.reference.__name__, judging.probes_of(exercise)[at], outcomes[at], reference[at])
    mistake = judging.find_mistake(exercise, outcomes)
    if mistake:
        return _wrong(exercise, mistake.slug, mistake.explanation, shown)
    if judging.is_right_in_single_precision(exercise, outcomes):
        return _wrong(exercise, "single-precision", SINGLE_PRECISION, shown)
    return _wrong(exercise, *symptom(exercise, answer, outcomes, at), shown)


def _wrong(exercise: Exercise, slug: str | None, text: str, evidence: str = "") -> Verdict:
    name = f" ({slug})" if slug else ""
    return Verdict(False, slug, f"{exercise.id}: not yet{name}. {text}{evidence}")


def _parameters(function: Callable[..., Any]) -> list[str]:
    return list(inspect.signature(function).parameters)


def _signature_complaint(exercise: Exercise, answer: Callable[..., Any]) -> str | None:
    """One sentence if the answer cannot be called with the exercise's arguments in their order."""
    wanted = _parameters(exercise.reference)
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # some built-in functions have none: let the call decide
        return None
    names = list(signature.parameters)
    says = f"The signature must be {exercise.reference.__name__}({', '.join(wanted)})"
    try:
        signature.bind(*wanted)
    except TypeError:
        return f"{says}, and yours takes {', '.join(names) or 'no arguments'}."
    if names != wanted and sorted(names) == sorted(wanted):
        return f"{says}, in this order, and yours is ({', '.join(names)})."
    return None
