"""Runs an answer on the probes and compares outcomes. Knows nothing of notebooks, files or wording.

Comparisons use plain arithmetic on plain floats, and only exact types are turned into floats: an answer that replaces
NumPy's comparisons, or returns an object that claims to be equal to everything, gains nothing.
"""

import _thread
import contextlib
import copy
import io
import math
import signal
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import FrameType
from typing import Any

import numpy as np

from helpers.exercises.exercise import Answer, Arguments, Equivalent, Exercise, Mistake

SECONDS = 5.0  # for one answer on all probes; references need less than a millisecond
TOLERANCE = 1e-9  # times the largest expected number, or 1 if that is smaller
_SCALARS = {float, int, *(np.dtype(code).type for code in "efdgbhilqBHILQ")}


@dataclass(frozen=True)
class Numbers:
    """An array, or with shape () a number, as plain floats."""

    shape: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Truth:
    """True or False."""

    value: bool


@dataclass(frozen=True)
class Other:
    """Anything that is not numbers, by a description such as "a value of type list"."""

    description: str


@dataclass(frozen=True)
class Observed:
    """Properties of a value in which chance has a part, by name."""

    properties: tuple[tuple[str, "Plain"], ...]


NOTHING = Other("None")
Plain = Numbers | Truth | Other | Observed | tuple["Plain", ...]


@dataclass(frozen=True)
class Outcome:
    """What one call did: value or error, which arguments it changed in place (by index), what it printed."""

    value: Plain = NOTHING
    error: BaseException | None = None
    changed: tuple[int, ...] = ()
    printed: str = ""
    ended: bool = True


class _TimeOver(BaseException):
    """Not an Exception, so that `except Exception` in an answer does not swallow it."""


def plain(value: Any) -> Plain:
    """Turn a returned value into plain floats, or into a description of what it is instead."""
    kind = type(value)
    if value is None:
        return NOTHING
    if kind is tuple:
        return tuple(plain(item) for item in value)
    if kind is bool or kind is np.bool_:
        return Truth(bool(value))
    if kind in _SCALARS:
        with contextlib.suppress(OverflowError):
            return Numbers((), (float(value),))
    if kind is np.ndarray and value.dtype.kind in "fiu":
        return Numbers(value.shape, tuple(value.astype(float).ravel().tolist()))
    if kind is np.ndarray:
        return Other(f"an array of {value.dtype}")
    return Other(f"a value of type {kind.__name__}")


def same(got: Plain, want: Plain) -> bool:
    """Whether two values agree: same structure, same shapes, numbers within the tolerance, NaN only beside NaN."""
    if type(got) is tuple and type(want) is tuple:
        return len(got) == len(want) and all(map(same, got, want))
    if isinstance(got, Observed) and isinstance(want, Observed):
        return difference(got, want) is None
    if not (isinstance(got, Numbers) and isinstance(want, Numbers)):
        return got == want
    finite = [abs(w) for w in want.values if math.isfinite(w)]
    allowed = TOLERANCE * max(1.0, *finite, 0.0)
    return got.shape == want.shape and all(
        g == w or abs(g - w) <= allowed or (g != g and w != w) for g, w in zip(got.values, want.values, strict=True)
    )


def difference(got: Observed, want: Observed) -> str | None:
    """The name of the first property that differs, or None."""
    mine = dict(got.properties)
    return next((name for name, value in want.properties if not same(mine[name], value)), None)


def agree(got: Outcome, want: Outcome) -> bool:
    """Whether two calls did the same: value, or kind of error, and the arguments left as they were."""
    if not got.ended or got.changed != want.changed:
        return False
    if got.error is not None or want.error is not None:
        return want.error is not None and isinstance(got.error, type(want.error))
    return same(got.value, want.value)


@contextlib.contextmanager
def _silence(output: io.StringIO) -> Iterator[None]:
    """Catch what is printed, and drop warnings: a grader takes a cell that writes to stderr for a failed one."""
    with (
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(io.StringIO()),
        np.errstate(all="ignore"),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def _result(exercise: Exercise, answer: Answer, arguments: Arguments) -> Plain:
    """What an answer returned or, where chance is part of it, the properties that the exercise observes."""
    if exercise.observe is None:
        return plain(answer(*arguments))
    returned: list[Any] = []

    def recorded(*own: Any) -> Any:
        returned.append(answer(*own))
        return returned[-1]

    properties = exercise.observe(recorded, *arguments)
    if properties is None:
        return plain(returned[0])
    words = {name: Other(item) if type(item) is str else plain(item) for name, item in properties.items()}
    return Observed(tuple(words.items()))


def call(exercise: Exercise, answer: Answer, arguments: Arguments) -> Outcome:
    """Call an answer on its own copy of the arguments, in silence."""
    own = copy.deepcopy(arguments)
    output = io.StringIO()
    value: Plain = NOTHING
    error: BaseException | None = None
    with _silence(output):
        try:
            value = _result(exercise, answer, own)
        except (KeyboardInterrupt, _TimeOver):
            raise
        except BaseException as raised:  # SystemExit too: an answer that calls exit() must not end the kernel
            error = raised
    changed = tuple(i for i, (a, b) in enumerate(zip(arguments, own, strict=True)) if plain(a) != plain(b))
    return Outcome(value, error, changed, output.getvalue())


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise _TimeOver in the body after some seconds; an interrupt by the user stays a KeyboardInterrupt.

    Only the main thread can be interrupted; elsewhere the body runs without a limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    over, finished = threading.Event(), threading.Event()

    def watch() -> None:
        while not finished.wait(seconds):  # again and again, in case the answer swallowed the first one
            over.set()
            _thread.interrupt_main()

    def interrupted(number: int, frame: FrameType | None) -> None:
        if not over.is_set():
            raise KeyboardInterrupt
        if not finished.is_set():
            raise _TimeOver

    before = signal.signal(signal.SIGINT, interrupted)
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        finished.set()
        watcher.join()
        signal.signal(signal.SIGINT, before if before is not None else signal.default_int_handler)


def run(exercise: Exercise, answer: Answer) -> list[Outcome]:
    """Run a learner's answer on all probes; from the call that takes too long on, nothing has ended."""
    probes = probes_of(exercise)
    outcomes: list[Outcome] = []
    try:
        with time_limit(SECONDS):
            for arguments in probes:
                outcomes.append(call(exercise, answer, arguments))
    except _TimeOver:
        outcomes += [Outcome(ended=False)] * (len(probes) - len(outcomes))
    return outcomes


def probes_of(exercise: Exercise) -> list[Arguments]:
    """All arguments on which an answer has to be right."""
    return [*exercise.probes, *exercise.edges]


@cache
def expected(exercise: Exercise, answer: Answer) -> list[Outcome]:
    """What the reference, an equivalent or a mistake of an exercise does on its probes."""
    return [call(exercise, answer, arguments) for arguments in probes_of(exercise)]


def find_right(exercise: Exercise, outcomes: list[Outcome]) -> Exercise | Equivalent | None:
    """The reference (the exercise itself) or the equivalent with which all outcomes agree, or None."""
    if all(map(agree, outcomes, expected(exercise, exercise.reference))):
        return exercise
    for equivalent in exercise.equivalents:
        if all(map(agree, outcomes, expected(exercise, equivalent.answer))):
            return equivalent
    return None


def find_mistake(exercise: Exercise, outcomes: list[Outcome]) -> Mistake | None:
    """The known mistake as which an answer behaves, or None.

    Edges are left out where the mistake shows without them: whoever forgot two things is told the first one first.
    """
    count = len(exercise.probes)
    right = expected(exercise, exercise.reference)
    for mistake in exercise.mistakes:
        wrong = expected(exercise, mistake.answer)
        on_edges_only = all(map(agree, wrong[:count], right[:count]))
        compared = len(wrong) if on_edges_only else count
        if all(map(agree, outcomes[:compared], wrong[:compared])):
            return mistake
    return None
