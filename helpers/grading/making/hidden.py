"""Hidden tests: an exercise's public probes with a cohort's own numbers, as code that needs no other cell.

There are two regions for each exercise: in the first all calls must be right, in the second half of them. A submission
can replace what it likes: `check`, np.testing, abs, len, the type of what it returns. So the code compares by operators
alone, on exact Python floats, and takes its types from literals. What it expects is not there yet while the answer
runs. An answer that reads this cell's own code can still forge it: both run in one interpreter.
"""

import inspect
import math
import zlib
from functools import cache, partial
from itertools import permutations
from typing import Any

import numpy as np

from helpers.exercises import judging
from helpers.exercises.exercise import Answer, Arguments, Exercise
from helpers.exercises.judging import Numbers, Observed, Other, Outcome, Plain, Truth

SPREAD = 0.2  # numbers change by up to a fifth: enough to tell an answer from a table, and 1.1 steps stay 1.1 steps
DIGITS = 6
MOST = 9  # times as many, where all is counts

TEMPLATE = """\
### BEGIN HIDDEN TESTS
def hidden_probes(answer):
    import contextlib
    import io
    import time
    import warnings

    import numpy as np
    from helpers.exercises import judging
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
                if not same(got[place], item, allowed[place] if kind(allowed) is row else allowed):
                    return False
                place += 1
            return True
        if kind(want) is flag or kind(want) is text:
            return kind(got) is kind(want) and got == want
        if kind(got) is not whole and kind(got) is not real:
            return False
        return got == want or -allowed <= got - want <= allowed or (got != got and want != want)

    got, most, started = [], 0, time.monotonic()
    try:
        with (
            judging.time_limit({seconds}),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            np.errstate(all="ignore"),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            for arguments in probes:
                try:
                    got += [[{call}]]
                except:  # whatever an answer raises, exit() too: this call is not right, and the others count
                    got += [[]]
                    if time.monotonic() - started >= {seconds}:
                        break
    except:  # the time was over between two calls
        pass
    conventions = [  # for each right convention: what every probe gives, and how far an answer may be from it
{conventions}
    ]
    for convention in conventions:
        agreed, place = 0, 0
        for returned in got:
            want, allowed = convention[place]
            try:
                if same(returned, [want], [allowed]):
                    agreed += 1
            except:  # an integer that no float can hold
                pass
            place += 1
        if agreed > most:
            most = agreed
    assert most >= {enough}, "{failed}"


hidden_probes({name})
### END HIDDEN TESTS"""


def hidden_tests(exercise: Exercise, seed: int) -> str:
    """Return the hidden region of an exercise's check cell: every call is right.

    It is the same for the same seed, whatever else is assigned.
    """
    known = zip(judging.probes_of(exercise), judging.expected(exercise, exercise.reference), strict=True)
    calm = [arguments for arguments, outcome in known if outcome.error is None]  # `check` alone asks for errors
    edges = [edge for edge in exercise.edges if any(edge is one for one in calm)]
    said = "Not right on the numbers of this assignment."
    return _region(exercise, [seed], edges, len(exercise.probes) + len(edges), said)


def half_tests(exercise: Exercise, seed: int) -> str:
    """Return the hidden region of an exercise's second cell: as many calls are right as `enough` says.

    Its numbers are its own, so that nothing is gained by reading them off the first region. Edges are left out: on
    them (no step at all, one sample) many a wrong answer is right.
    """
    said = "Too few of the calls are right on the numbers of this assignment."
    return _region(exercise, [seed, 1], [], enough(exercise), said)


def _region(exercise: Exercise, seeds: list[int], edges: list[Arguments], enough: int, failed: str) -> str:
    rng = np.random.default_rng([*seeds, zlib.crc32(exercise.id.encode())])
    imports: set[str] = set()
    written = [_written(probe, rng, imports) for probe in exercise.probes]
    written += [_written(edge, None, imports) for edge in edges]
    probes = [_evaluated(probe, imports) for probe in written]
    rights = [[_outcome(exercise, answer, probe) for probe in probes] for answer in _answers(exercise)]
    call = "plain(answer(*arguments))"
    if exercise.observe:
        imports.add("from helpers.exercises.catalogue import EXERCISES")
        names = [name for name, _ in rights[0][0].properties]  # type: ignore[union-attr]
        seen = f"EXERCISES[{exercise.id!r}].observe(answer, *arguments)"
        call = f"(lambda seen: [plain(seen[name]) for name in {names!r}])({seen})"
    return TEMPLATE.format(
        imports="".join(f"    {line}\n" for line in sorted(imports)),
        probes="\n".join(f"        {probe}," for probe in written),
        conventions="\n".join(f"        [{', '.join(map(_expected, right))}]," for right in rights),
        call=call,
        seconds=judging.SECONDS,
        enough=enough,
        failed=failed,
        name=exercise.reference.__name__,
    )


def _answers(exercise: Exercise) -> list[Answer]:
    return [exercise.reference, *(equivalent.answer for equivalent in exercise.equivalents)]


# Half of the points


@cache
def enough(exercise: Exercise) -> int:
    """Return how many calls must be right for half of the points: half of them.

    Where that many are right without any thought (always no, or the first argument), all of them must be right.
    """
    calls = len(exercise.probes)
    half = (calls + 1) // 2
    return half if _guessed(exercise) < half else calls


def _guessed(exercise: Exercise) -> int:
    """Return how many calls are right, at best, for an answer that needs no thought."""
    most, probes = 0, exercise.probes
    for answer in _answers(exercise):
        right = [judging.call(exercise, answer, probe) for probe in probes]
        repeated = max(sum(judging.agree(one, other) for other in right) for one in right)
        most = max(most, repeated if repeated > 1 else 0)  # to be right once needs the number
        for guess in _guesses(len(probes[0])):
            given = [judging.call(exercise, guess, probe) for probe in probes]
            most = max(most, sum(map(judging.agree, given, right)))
    return most


def _guesses(count: int) -> list[Answer]:
    """Return answers without thought: an argument, two or three in any order, their opposites, zeros, ones."""
    some = [way for size in (1, 2, 3) for way in permutations(range(min(count, 6)), size)]
    changes: list[Answer] = [lambda x: x, lambda x: -x, np.zeros_like, np.ones_like]
    return [partial(_returned, way, change) for way in some for change in changes] + [
        partial(_constant, value) for value in (0, 1, True, False, np.zeros(2), [])
    ]


def _returned(way: tuple[int, ...], change: Answer, *given: Any) -> Any:
    items = tuple(change(given[i]) for i in way)
    return items if len(items) > 1 else items[0]


def _constant(value: Any, *given: Any) -> Any:
    return value


# Other numbers


def _written(arguments: Arguments, rng: np.random.Generator | None, imports: set[str]) -> str:
    """Return a probe as code; where all is counts, they get one factor, so that what divided still divides."""
    if rng and all(type(argument) is int for argument in arguments):
        factor = int(rng.integers(2, MOST, endpoint=True))
        arguments = tuple(factor * argument for argument in arguments)
    return f"({', '.join(as_code(argument, rng, imports) for argument in arguments)},)"


def as_code(value: Any, rng: np.random.Generator | None, imports: set[str]) -> str:
    """Return an argument with other numbers, as code; functions, counts and words stay what they are.

    Without rng the numbers stay too, as the edges need it (a norm of exactly 0, one step, equal curvatures). Zero
    stays zero, signs stay, what lies between 0 and 1 stays there; in an array equal stays equal, and symmetric stays
    symmetric. `imports` gets what the code needs. Raises TypeError for an argument that cannot be written down.
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
    numbers, places = np.unique(value, return_inverse=True)  # what is equal stays equal: a w that has not moved yet
    return np.round(numbers * _factors(numbers.shape, rng), 2 * DIGITS)[places].reshape(value.shape)


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
    return f"({_literal(value)}, {_allowed(value)})"


def _allowed(value: Plain) -> str:
    """Return how far an answer may be from a value, as judging.same has it: for each item of a tuple by itself."""
    if isinstance(value, Observed):
        value = tuple(item for _, item in value.properties)
    if isinstance(value, tuple):
        return f"[{', '.join(map(_allowed, value))}]"
    numbers = value.values if isinstance(value, Numbers) else ()
    return repr(judging.TOLERANCE * max([1.0, *(abs(number) for number in numbers if math.isfinite(number))]))


def _literal(value: Plain) -> str:
    """Return an expected value as nested lists of literals."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_literal, value))}]"
    if isinstance(value, Observed):
        return f"[{', '.join(_literal(item) for _, item in value.properties)}]"
    if isinstance(value, Other):
        return repr(value.description)
    if isinstance(value, Truth):
        return repr(value.value)
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
