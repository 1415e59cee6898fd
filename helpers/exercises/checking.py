"""What a learner calls: `check` says whether an answer is right and, if not, why; `hint` and `solution` help."""

import inspect
import linecache
import traceback
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from helpers.exercises import judging, store
from helpers.exercises.catalogue import EXERCISES, ShortError, find
from helpers.exercises.exercise import Arguments, Equivalent, Exercise
from helpers.exercises.judging import NOTHING, Numbers, Observed, Other, Outcome, Plain, Truth

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
        store.record("exercises", id, attempted=True, **({"solved": True} if verdict.right else {}))
    if verdict.right or (verdict.slug == NOT_ATTEMPTED and not required):
        print(verdict.message)
    else:
        raise CheckFailed(id, verdict.slug, verdict.message)


def hint(id: str) -> None:
    """Print the next hint of an exercise, one at a time; after the last one, all of them. Raises ValueError."""
    hints = find(EXERCISES, id, "exercise").hints
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
        print(inspect.getsource(exercise.reference).rstrip())
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
    right = judging.find_right(exercise, outcomes)
    if right is None:
        return _explained(exercise, answer, outcomes)
    convention = f"{right.convention} " if isinstance(right, Equivalent) else ""
    return Verdict(True, None, f"{exercise.id}: right. {convention}{exercise.insight}")


def _explained(exercise: Exercise, answer: Callable[..., Any], outcomes: list[Outcome]) -> Verdict:
    """The known mistake behind wrong outcomes, or what the first of them shows; and that one as evidence."""
    reference = judging.expected(exercise, exercise.reference)
    at = next(i for i, (got, want) in enumerate(zip(outcomes, reference, strict=True)) if not judging.agree(got, want))
    arguments, got, want = judging.probes_of(exercise)[at], outcomes[at], reference[at]
    mistake = judging.find_mistake(exercise, outcomes)
    slug, text = (mistake.slug, mistake.explanation) if mistake else _symptom(exercise, answer, got, want)
    return _wrong(exercise, slug, text, _evidence(exercise.reference.__name__, arguments, got, want))


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


def _symptom(exercise: Exercise, answer: Callable[..., Any], got: Outcome, want: Outcome) -> tuple[str | None, str]:
    """Slug and sentence for a wrong outcome that no known mistake explains."""
    if not got.ended:
        return "not-ended", "The call had not ended after some seconds; look for a loop whose condition never changes."
    if got.changed:
        changed = " and ".join(_parameters(exercise.reference)[i] for i in got.changed)
        nothing = " and returned nothing" if got.value == NOTHING and got.error is None else ""
        return "changed-in-place", (
            f"The call changed its argument {changed} in place{nothing}. The caller still needs the old value: "
            "compute a new one and return it (w -= ... changes w, w = w - ... makes a new array)."
        )
    if got.error is not None:
        return "raised", f"The call raised an error{_place(got.error, answer)}."
    if want.error is not None:
        return None, f"This call must raise {type(want.error).__name__}."
    if got.value == NOTHING:
        printed = " Printing shows a value to you; only return hands it on." if got.printed else ""
        return "missing-return", f"The function returned None: a return statement is missing.{printed}"
    if isinstance(want.value, Observed) and not isinstance(got.value, Observed):
        return "wrong-type", f"The function must return {exercise.returns}, and yours returned {_kind(got.value)}."
    return _value_symptom(got.value, want.value)


def _value_symptom(got: Plain, want: Plain) -> tuple[str | None, str]:
    """Slug and sentence for a wrong value; of two tuples, for the first items that differ."""
    if isinstance(got, Observed) and isinstance(want, Observed):
        return None, f"What differs: {judging.difference(got, want)}."
    if isinstance(got, tuple) and isinstance(want, tuple) and len(got) == len(want):
        return next(_value_symptom(g, w) for g, w in zip(got, want, strict=True) if not judging.same(g, w))
    if isinstance(got, Numbers) and isinstance(want, Numbers):
        return _number_symptom(got, want)
    return "wrong-type", f"The function must return {_kind(want)}, and yours returned {_kind(got)}."


def _number_symptom(got: Numbers, want: Numbers) -> tuple[str | None, str]:
    """Slug and sentence for wrong numbers: their shape, NaN, or their values."""
    if got.shape != want.shape:
        return "wrong-shape", f"The result must be {_kind(want)}, and yours is {_kind(got)}.{_trap(got, want)}"
    if any(g != g and w == w for g, w in zip(got.values, want.values, strict=True)):
        return "nan", "The result holds NaN (not a number); 0/0 or inf - inf is the usual cause."
    return None, "The value differs."


def _trap(got: Numbers, want: Numbers) -> str:
    """What broadcasting would do with a column where a row of numbers belongs, or the other way round."""
    n = len(want.values)
    if {got.shape, want.shape} == {(n,), (n, 1)}:
        return f" Arithmetic between ({n},) and ({n}, 1) does not fail: it broadcasts to ({n}, {n})."
    return ""


def _place(error: BaseException, answer: Callable[..., Any]) -> str:
    """Where in the learner's own code an error came from: the deepest line in the file of the answer."""
    code = getattr(inspect.unwrap(answer), "__code__", None)
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        if code is not None and frame.f_code.co_filename == code.co_filename:
            text = linecache.getline(code.co_filename, line, frame.f_globals).strip()
            number = line - frame.f_code.co_firstlineno + 1
            return f" in line {number} of {frame.f_code.co_name}" + (f": {text}" if text else "")
    return ""


def _kind(value: Plain) -> str:
    """A value's type in words."""
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    if isinstance(value, Numbers):
        return f"an array of shape {value.shape}" if value.shape else "one number"
    return _shown(value, 0)


def _evidence(name: str, arguments: Arguments, got: Outcome, want: Outcome) -> str:
    """Three lines: what was called, what came back, what was expected, with digits enough to tell them apart."""
    for digits in (4, 6, 9, 17):
        returned, expected = _said(got, want, digits), _said(want, got, digits)
        if returned != expected:
            break
    called = ", ".join(_as_code(argument) for argument in arguments)
    return f"\n  called    {name}({called})\n  returned  {returned}\n  expected  {expected}"


def _said(outcome: Outcome, other: Outcome, digits: int) -> str:
    """An outcome in words; of observed properties, the first in which it differs from the other outcome."""
    if not outcome.ended:
        return "nothing: the call was stopped"
    if outcome.error is not None:
        detail = str(outcome.error).strip().partition("\n")[0][:200]
        return f"raised {type(outcome.error).__name__}" + (f": {detail}" if detail else "")
    printed = f", and printed {outcome.printed.strip()[:80]!r}" if outcome.printed else ""
    value = outcome.value
    if isinstance(value, Observed) and isinstance(other.value, Observed):
        name = judging.difference(value, other.value)
        value = Observed(tuple(item for item in value.properties if name in (None, item[0])))
    return _shown(value, digits) + printed


def _as_code(argument: Any) -> str:
    """An argument as one could type it."""
    if isinstance(argument, np.ndarray):
        return f"np.array({argument.tolist()})"
    if isinstance(argument, np.random.Generator):
        return "rng"
    return argument.__name__ if callable(argument) else repr(argument)


def _shown(value: Plain, digits: int) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(_shown(item, digits) for item in value)})"
    if isinstance(value, Other):
        return value.description
    if isinstance(value, Truth):
        return f"the truth value {value.value}"
    if isinstance(value, Observed):
        return "; ".join(f"{name}: {_shown(item, digits)}" for name, item in value.properties)
    if len(value.values) > 24:
        return f"an array of shape {value.shape}"
    numbers = [f"{number:.{digits}g}" for number in value.values]
    for length in reversed(value.shape):
        numbers = [f"[{', '.join(numbers[i : i + length])}]" for i in range(0, len(numbers), length or 1)]
    return ", ".join(numbers) or "[]"
