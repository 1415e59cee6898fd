"""Hidden tests: an exercise's public probes with a cohort's own numbers, as code that needs nothing but the answer.

A submission can replace what it likes: `check`, np.testing, abs, len, the type of what it returns. So the code compares
by operators alone, on exact Python floats, and takes its types from literals. What it expects is not there yet while
the answer runs. An answer that reads this cell's own code can still forge it: both run in one interpreter.
"""

import inspect
import math
import zlib
from typing import Any

import numpy as np

from helpers.exercises import judging
from helpers.exercises.exercise import Answer, Arguments, Exercise
from helpers.exercises.judging import Numbers, Observed, Other, Outcome, Plain

SPREAD = 0.2  # numbers change by up to a fifth: enough to tell an answer from a table, and 1.1 steps stay 1.1 steps
DIGITS = 6

TEMPLATE = """\
### BEGIN HIDDEN TESTS
def hidden_probes(answer):
    import contextlib
    import io
    import warnings

    import numpy as np
{imports}
    probes = [
{probes}
    ]
    kind = (0).__class__.__class__  # type, bool, int and so on, under names that no cell can replace
    flag, whole, real = True.__class__, (0).__class__, (0.0).__class__
    text, row, group = "".__class__, [].__class__, ().__class__

    def plain(value):
        if kind(value) is group or kind(value) is row:
            return [plain(item) for item in value]
        if kind(value) is flag or kind(value) is whole or kind(value) is real or kind(value) is text:
            return value
        return value.tolist()

    def same(got, want, allowed):
        if kind(want) is row:
            if kind(got) is not row or got.__len__() != want.__len__():
                return False
            place = 0
            for item in want:
                if not same(got[place], item, allowed):
                    return False
                place += 1
            return True
        if kind(want) is flag or kind(want) is text:
            return kind(got) is kind(want) and got == want
        if kind(got) is not whole and kind(got) is not real:
            return False
        return got == want or -allowed <= got - want <= allowed or (got != got and want != want)

    right = False
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            np.errstate(all="ignore"),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            got = [{call} for arguments in probes]
        conventions = [  # for each right convention: what every probe gives, and how far an answer may be from it
{conventions}
        ]
        for convention in conventions:
            agrees, place = True, 0
            for want, allowed in convention:
                agrees = same(got[place], want, allowed) and agrees
                place += 1
            right = right or agrees
    except:  # whatever an answer raises, exit() too
        right = False
    assert right, "Not right on the numbers of this assignment."


hidden_probes({name})
### END HIDDEN TESTS"""


def hidden_tests(exercise: Exercise, seed: int) -> str:
    """Return the hidden region of an exercise's check cell, the same for the same seed whatever else is assigned."""
    rng = np.random.default_rng([seed, zlib.crc32(exercise.id.encode())])
    imports: set[str] = set()
    probes = [_written(probe, rng, imports) for probe in exercise.probes]
    known = zip(judging.probes_of(exercise), judging.expected(exercise, exercise.reference), strict=True)
    calm = [arguments for arguments, outcome in known if outcome.error is None]  # `check` alone asks for errors
    probes += [_written(edge, None, imports) for edge in exercise.edges if any(edge is one for one in calm)]
    answers = (exercise.reference, *(equivalent.answer for equivalent in exercise.equivalents))
    rights = [[_outcome(exercise, answer, _evaluated(p, imports)) for p in probes] for answer in answers]
    call = "plain(answer(*arguments))"
    if exercise.observe:
        imports.add("from helpers.exercises.course import EXERCISES")
        names = [name for name, _ in rights[0][0].properties]  # type: ignore[union-attr]
        call = f"[plain(EXERCISES[{exercise.id!r}].observe(answer, *arguments)[name]) for name in {names!r}]"
    return TEMPLATE.format(
        imports="".join(f"    {line}\n" for line in sorted(imports)),
        probes="\n".join(f"        {probe}," for probe in probes),
        conventions="\n".join(f"            [{', '.join(map(_expected, right))}]," for right in rights),
        call=call,
        name=exercise.reference.__name__,
    )


# Other numbers


def _written(arguments: Arguments, rng: np.random.Generator | None, imports: set[str]) -> str:
    return f"({', '.join(as_code(argument, rng, imports) for argument in arguments)},)"


def as_code(value: Any, rng: np.random.Generator | None, imports: set[str]) -> str:
    """Return an argument with other numbers, as code; functions, counts and words stay what they are.

    Without rng the numbers stay too, as the edges need it (a norm of exactly 0, one step, equal curvatures). Zero
    stays zero, signs stay, what lies between 0 and 1 stays there, symmetric stays symmetric. `imports` gets what the
    code needs. Raises TypeError for an argument that cannot be written down.
    """
    kind = type(value)
    if kind is float:
        return _real(_number(value, rng) if rng else value)
    if kind in (int, str, bool):
        return repr(value)
    if kind is np.ndarray and value.size == 0:
        return f"np.zeros({value.shape})"
    if kind is np.ndarray and value.dtype.kind in "fi":
        whole = value.dtype.kind == "i"
        numbers = (value if whole or rng is None else _array(value, rng)).ravel().tolist()
        items = [repr(number) if whole else _real(number) for number in numbers]
        return f"np.array({_nested(items, value.shape)})"
    if kind in (list, tuple):
        items = [as_code(item, rng, imports) for item in value]
        return f"[{', '.join(items)}]" if kind is list else f"({''.join(f'{item}, ' for item in items)})"
    if kind is np.random.Generator:
        return f"np.random.default_rng({rng.integers(2**32) if rng else 0})"
    if inspect.isfunction(value) and value.__name__.isidentifier() and value.__qualname__ == value.__name__:
        imports.add(f"from {value.__module__} import {value.__name__}")
        return value.__name__
    raise TypeError(f"a probe of type {kind.__name__} cannot be written into a hidden test")


def _factors(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    return 1 + SPREAD * rng.uniform(-1, 1, shape)


def _number(value: float, rng: np.random.Generator) -> float:
    factor = float(_factors((), rng))
    if not math.isfinite(value):
        return value
    return float(f"{value**factor if 0 < value < 1 else value * factor:.{DIGITS}g}")


def _array(value: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if value.ndim == 2 and len(value) > 1 and np.array_equal(value, value.T):
        factors = _factors((len(value),), rng)  # D H D keeps a positive definite H positive definite
        return np.round(np.outer(factors, factors) * value, DIGITS)
    return np.round(value * _factors(value.shape, rng), 2 * DIGITS)


# What is right


def _evaluated(probe: str, imports: set[str]) -> Arguments:
    """Return the arguments that the written code gives, so that what is expected belongs to what is asked."""
    names: dict[str, Any] = {"np": np}
    exec("\n".join(sorted(imports)), names)
    return eval(probe, names)


def _outcome(exercise: Exercise, answer: Answer, arguments: Arguments) -> Plain:
    outcome: Outcome = judging.call(exercise, answer, arguments)
    if outcome.error is not None:
        raise ValueError(f"{exercise.id}: the reference raises {outcome.error!r} on a hidden probe") from outcome.error
    return outcome.value


def _expected(value: Plain) -> str:
    numbers = [abs(number) for number in _numbers(value) if math.isfinite(number)]
    return f"({_literal(value)}, {judging.TOLERANCE * max(1.0, *numbers, 0.0)!r})"


def _numbers(value: Plain) -> list[float]:
    if isinstance(value, Numbers):
        return list(value.values)
    if isinstance(value, Observed):
        value = tuple(item for _, item in value.properties)
    items = value if isinstance(value, tuple) else ()
    return [number for item in items for number in _numbers(item)]


def _literal(value: Plain) -> str:
    """Return an expected value as nested lists of literals."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, Observed):
        return f"[{', '.join(_literal(item) for _, item in value.properties)}]"
    if isinstance(value, Other):
        truth = {"the truth value True": "True", "the truth value False": "False"}
        return truth.get(value.description, repr(value.description))
    return _nested([_real(number) for number in value.values], value.shape)


def _nested(items: list[str], shape: tuple[int, ...]) -> str:
    """Return numbers, written, as nested lists of a shape."""
    for length in reversed(shape):
        items = [f"[{', '.join(items[i : i + length])}]" for i in range(0, len(items), length or 1)]
    return items[0] if items else "[]"


def _real(number: float) -> str:
    if number != number:
        return "(1e999 - 1e999)"
    return repr(number) if math.isfinite(number) else f"{'-' * (number < 0)}1e999"
