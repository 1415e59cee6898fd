"""What is said of a wrong answer that no known mistake explains: what was observed, and the usual reasons for it."""

import inspect
import linecache
import re
import traceback
from collections.abc import Callable
from typing import Any

from helpers.exercises import judging
from helpers.exercises.exercise import Exercise
from helpers.exercises.judging import AskedError, Outcome
from helpers.exercises.showing import kind
from helpers.exercises.values import (
    NOTHING,
    Items,
    Numbers,
    Observed,
    Plain,
    Truth,
    Word,
    difference,
    fitted,
    same,
)

SINGLE_PRECISION = (
    "Your numbers agree with the right ones to about seven digits: as many as single precision (float32) has. More are "
    "compared here, because a small mistake shows behind the seventh. Compute in float64, which is NumPy's own."
)

# The names of what a check sees without knowing the mistake; those in checking.py are among them.
SYMPTOMS = frozenset(
    {
        *("asks-for-input", "changed-in-place", "missing-return", "nan", "not-a-function", "not-ended", "raised"),
        *("single-precision", "wrong-shape", "wrong-signature", "wrong-type"),
    }
)

# What Python and NumPy say, and what it means to whoever wrote the line.
ERRORS = (
    (
        r"truth value of an array",
        "`if`, `and`, `or` and `not` need one True or False, and a comparison of arrays gives one for each entry: say "
        "with .all() or .any() when it holds, or choose entry by entry with np.where.",
    ),
    (
        r"could not be broadcast|shape mismatch|mismatch in its core dimension|not aligned|inhomogeneous",
        "The shapes of two arrays do not fit together: print the .shape of both.",
    ),
    (
        r"only (length-1|size-1|0-dimensional) arrays can be converted|only integer scalar arrays",
        "An array stands where one number belongs. The functions of math take one number; those of NumPy take arrays.",
    ),
    (r"'([\w.]*float\w*|int)' object is not (subscriptable|iterable)", "A number has no entries."),
    (r"object is not callable", "Something that is no function has brackets behind it: is a * or a comma missing?"),
    (
        r"'builtin_function_or_method' object|'function' object is not subscriptable",
        "A function is used without a call.",
    ),
    (
        r"unsupported operand type\(s\) for .*'(list|tuple)'|can't multiply sequence by non-int",
        "Lists and tuples do no arithmetic: make an array of it first, or compute each entry.",
    ),
    (
        r"unsupported operand type\(s\) for .*'(function|method|builtin_function_or_method)'",
        "A function is not called.",
    ),
    (r"unsupported operand type\(s\) for .*'NoneType'|'NoneType' object", "One of the values is None."),
    (r"name '(?P<name>\w+)' is not defined", "The name {name} has no value where it is used."),
    (r"cannot access local variable '(?P<name>\w+)'", "{name} is used before it has a value."),
    (r"Cannot cast ufunc|same_kind", "The array holds whole numbers, and writing into it cannot change that."),
    (r"math range error|Result too large", "A number became too large for a float."),
    (r"division by zero", "A plain Python number was divided by 0."),
    (r"maximum recursion depth", "The function calls itself without an end."),
    (r"input operand.*does not have enough dimensions", "@ needs arrays on both sides, and one of them is a number."),
)


def public(exercise: Exercise, slug: str | None) -> str | None:
    """Return the name of a mistake if it is one that the course gave, and None for any other text."""
    return slug if slug in SYMPTOMS or slug in [mistake.slug for mistake in exercise.mistakes] else None


def symptom(exercise: Exercise, answer: Callable[..., Any], outcomes: list[Outcome], at: int) -> tuple[str | None, str]:
    """Return slug and sentence for the first wrong outcome, which no known mistake explains."""
    got, want = outcomes[at], judging.expected(exercise, exercise.reference)[at]
    if not got.ended:
        return "not-ended", _slow(got, answer, at, len(outcomes), judging.seconds(exercise))
    if isinstance(got.error, AskedError):
        return "asks-for-input", "The function asks with input(). All that it needs comes in its arguments."
    if got.changed:
        return "changed-in-place", _inplace_of(exercise, got)
    if got.error is not None:
        return "raised", f"The call raised an error{place_of(got.error, answer)}.{_meaning(got.error)}"
    if want.error is not None:
        return None, f"This call must raise {type(want.error).__name__}."
    if got.value == NOTHING:
        printed = " Printing shows a value to you; only return hands it on." if got.printed else ""
        return "missing-return", f"The function returned None: a return statement is missing.{printed}"
    if isinstance(want.value, Observed) and not isinstance(got.value, Observed):
        return "wrong-type", f"The function must return {exercise.returns}, and yours returned {kind(got.value)}."
    return _of_value(fitted(got.value, want.value), want.value, "The function must return {}, and yours returned {}.")


def _of_value(got: Plain, want: Plain, must: str) -> tuple[str | None, str]:
    """Return slug and sentence for a wrong value; of two tuples or lists, for the first items that differ."""
    if isinstance(got, Observed) and isinstance(want, Observed):
        return None, f"What differs: {difference(got, want)}."
    if isinstance(got, tuple) and isinstance(want, tuple) and len(got) == len(want):
        place, pair = next((n, p) for n, p in enumerate(zip(got, want, strict=True), 1) if not same(*p))
        return _of_value(*pair, f"Result number {place} must be {{}}, and yours is {{}}.")
    if isinstance(got, Items) and isinstance(want, Items) and len(got.items) == len(want.items):
        place, pair = next((n, p) for n, p in enumerate(zip(got.items, want.items, strict=True)) if not same(*p))
        return _of_value(*pair, f"Entry {place} of the list must be {{}}, and yours is {{}}.")
    if isinstance(got, Truth) and isinstance(want, Truth):
        return None, f"The answer is {got.value} where it must be {want.value}."
    if isinstance(got, Word) and isinstance(want, Word):
        return None, f"The answer is {got.text!r} where it must be {want.text!r}."
    if not (isinstance(got, Numbers) and isinstance(want, Numbers)):
        array = isinstance(got, Items | tuple) and isinstance(want, Numbers) and want.shape
        return "wrong-type", must.format(kind(want), kind(got)) + (" np.array(...) makes an array." if array else "")
    if got.shape != want.shape:
        return "wrong-shape", f"{must.format(kind(want), kind(got))}{_trap(got, want)}"
    if any(g != g and w == w for g, w in zip(got.values, want.values, strict=True)):
        return "nan", "The result holds NaN (not a number): 0/0, inf - inf or the root of a negative number gives it."
    return None, "The value differs."


def _trap(got: Numbers, want: Numbers) -> str:
    """Say what broadcasting does, or has done, with a column where a row of numbers belongs, or the other way round."""
    n = len(want.values)
    if {got.shape, want.shape} == {(n,), (n, 1)}:
        return f" Arithmetic between ({n},) and ({n}, 1) does not fail: it broadcasts to ({n}, {n})."
    if got.shape == (n, n) and want.shape == (n,) and n > 1:
        return f" Does a row stand where one number belongs, or did ({n},) meet ({n}, 1)? That makes ({n}, {n})."
    return ""


def _inplace_of(exercise: Exercise, got: Outcome) -> str:
    names = list(inspect.signature(exercise.reference).parameters)
    changed = " and ".join(names[i] for i in got.changed)
    nothing = " and returned nothing" if got.value == NOTHING and got.error is None else ""
    return (
        f"The call changed its argument {changed} in place{nothing}. The caller still needs the old value: make a new "
        "one (w -= ... and w[0] = ... change w, and a list's pop and append the list; w = w - ... makes a new array)."
    )


def _slow(got: Outcome, answer: Callable[..., Any], ended: int, calls: int, seconds: float) -> str:
    """Say where an answer was when its time was over."""
    place = place_of(got.error, answer) if got.error else ""
    done = f"{ended} of {calls} calls had ended" if ended else "The first call had not ended"
    return (
        f"{done} after {seconds:.0f} seconds; it was stopped{place}. A loop whose condition stays true does "
        "not end; waiting, or far more work than is needed, looks the same from here."
    )


def _meaning(error: BaseException) -> str:
    """Return what an error usually means, as a sentence with a blank before it; nothing for one that says it itself."""
    for pattern, sentence in ERRORS:
        if found := re.search(pattern, str(error)):
            return f" {sentence.format(**found.groupdict())}"
    return ""


def place_of(error: BaseException, answer: Callable[..., Any]) -> str:
    """Return where in the learner's own code an error came from: the deepest line in the file of the answer."""
    if (told := getattr(error, "place", None)) is not None:  # by whoever called an answer in another process
        return str(told)
    code = getattr(inspect.unwrap(answer), "__code__", None)
    for frame, line in reversed(list(traceback.walk_tb(error.__traceback__))):
        if code is not None and frame.f_code.co_filename == code.co_filename:
            text = linecache.getline(code.co_filename, line, frame.f_globals).strip()
            number = line - frame.f_code.co_firstlineno + 1
            return f" in line {number} of {frame.f_code.co_name}" + (f": {text}" if text else "")
    return ""
