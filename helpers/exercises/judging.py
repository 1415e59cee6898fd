"""Runs an answer on the probes and finds out as what it behaves. Knows nothing of notebooks, files or wording."""

import builtins
import contextlib
import copy
import io
import math
import sys
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from helpers.exercises.exercise import Answer, Arguments, Equivalent, Exercise, Mistake
from helpers.exercises.timing import TimeOver, time_limit
from helpers.exercises.values import (
    NOTHING,
    SINGLE,
    TOLERANCE,
    Items,
    Numbers,
    Observed,
    Other,
    Plain,
    Truth,
    Word,
    identical,
    is_single,
    plain,
    same,
)

SECONDS = 5.0  # for one answer on all probes; references need less than a millisecond
ENOUGH = 10  # bits: chance hits them less than once in a thousand times


@dataclass(frozen=True)
class Outcome:
    """What one call did: value or error, which arguments it changed in place (by index), what it printed."""

    value: Plain = NOTHING
    error: BaseException | None = None
    changed: tuple[int, ...] = ()
    printed: str = ""
    ended: bool = True


class AskedError(Exception):
    """An answer asked for input, and nobody is there who could type."""


def agree(got: Outcome, want: Outcome, tolerance: float = TOLERANCE) -> bool:
    """Whether two calls did the same: value, or kind of error, and the arguments left as they were."""
    if not got.ended or got.changed != want.changed:
        return False
    if got.error is not None or want.error is not None:
        return want.error is not None and isinstance(got.error, type(want.error))
    return same(got.value, want.value, tolerance)


@contextlib.contextmanager
def silence(output: io.StringIO) -> Iterator[None]:
    """Catch what is printed, and drop warnings: a grader takes a cell that writes to stderr for a failed one."""
    with (
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(io.StringIO()),
        np.errstate(all="ignore"),
        warnings.catch_warnings(),
        _without_input(),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _without_input() -> Iterator[None]:
    """Let input() raise AskedError: a check that waits for somebody to type would seem to hang."""

    def asked(*prompt: object) -> str:
        raise AskedError("input() was called")

    before, builtins.input = builtins.input, asked
    try:
        yield
    finally:
        builtins.input = before


def _result(exercise: Exercise, answer: Answer, arguments: Arguments) -> Plain:
    """What an answer returned or, where chance is part of it, the properties that the exercise observes."""
    if exercise.observe is None:
        return plain(answer(*arguments))
    returned: list[Any] = []

    def recorded(*own: Any) -> Any:
        returned.append(answer(*own))
        return returned[-1]

    properties = exercise.observe(recorded, *arguments)
    return plain(returned[0]) if properties is None else _observed(properties)


def _observed(properties: Mapping[str, Any]) -> Observed:
    words = {name: Other(item) if type(item) is str else plain(item) for name, item in properties.items()}
    return Observed(tuple(words.items()))


def call(exercise: Exercise, answer: Answer, arguments: Arguments) -> Outcome:
    """Call an answer on its own copy of the arguments, in silence."""
    own = copy.deepcopy(arguments)
    output = io.StringIO()
    value: Plain = NOTHING
    error: BaseException | None = None
    with silence(output):
        try:
            value = _result(exercise, answer, own)
        except (KeyboardInterrupt, TimeOver):
            raise
        except BaseException as raised:  # SystemExit too: an answer that calls exit() must not end the kernel
            error = raised
    changed = tuple(i for i, (a, b) in enumerate(zip(arguments, own, strict=True)) if not identical(a, b))
    return Outcome(value, error, changed, output.getvalue())


def run(exercise: Exercise, answer: Answer) -> list[Outcome]:
    """Run a learner's answer on all probes; from the call that takes too long on, nothing has ended.

    An answer that was importing gets a second chance: the import has ended, and costs no time any more.
    """
    loaded = len(sys.modules)
    outcomes = _run_once(exercise, answer)
    if not outcomes[-1].ended and len(sys.modules) > loaded:
        outcomes = _run_once(exercise, answer)
    return outcomes


def _run_once(exercise: Exercise, answer: Answer) -> list[Outcome]:
    probes = probes_of(exercise)
    outcomes: list[Outcome] = []
    try:
        with time_limit(seconds(exercise)):
            for arguments in probes:
                outcomes.append(call(exercise, answer, arguments))  # noqa: PERF401 (kept when the time is over)
    except TimeOver as over:
        outcomes += [Outcome(error=over, ended=False)] * (len(probes) - len(outcomes))
    return outcomes


def seconds(exercise: Exercise) -> float:
    """Return how long an answer to an exercise may take on all probes."""
    return SECONDS * exercise.patience


def probes_of(exercise: Exercise) -> list[Arguments]:
    """All arguments on which an answer has to be right."""
    return [*exercise.probes, *exercise.edges]


@cache
def expected(exercise: Exercise, answer: Answer) -> list[Outcome]:
    """What the reference, an equivalent or a mistake of an exercise does on its probes."""
    return [known(exercise, answer, arguments) for arguments in probes_of(exercise)]


def known(exercise: Exercise, answer: Answer, arguments: Arguments) -> Outcome:
    """What an answer of the course's own does: called, or as the exercise says it of every right answer."""
    right = answer is exercise.reference or any(answer is equivalent.answer for equivalent in exercise.equivalents)
    if right and exercise.observed is not None:
        return Outcome(_observed(exercise.observed))
    return call(exercise, answer, arguments)


def does_the_same(exercise: Exercise, outcomes: list[Outcome], answer: Answer) -> bool:
    """Whether all outcomes agree with those of an answer that the course has."""
    return all(map(agree, outcomes, expected(exercise, answer)))


def find_right(exercise: Exercise, outcomes: list[Outcome]) -> Exercise | Equivalent | None:
    """The reference (the exercise itself) or the equivalent with which all outcomes agree, or None."""
    if does_the_same(exercise, outcomes, exercise.reference):
        return exercise
    for equivalent in exercise.equivalents:
        if does_the_same(exercise, outcomes, equivalent.answer):
            return equivalent
    return None


def is_right_in_single_precision(exercise: Exercise, outcomes: list[Outcome]) -> bool:
    """Whether an answer is right but for what single precision leaves out, and did come in single precision."""
    answers = (exercise.reference, *(equivalent.answer for equivalent in exercise.equivalents))
    return any(is_single(outcome.value) for outcome in outcomes) and any(
        all(agree(got, want, SINGLE) for got, want in zip(outcomes, expected(exercise, answer), strict=True))
        for answer in answers
    )


def find_mistake(exercise: Exercise, outcomes: list[Outcome]) -> Mistake | None:
    """The known mistake as which an answer behaves, or None where none does, or where chance could do the same.

    Edges are left out where the mistake shows without them: whoever forgot two things is told the first one first.
    """
    for mistake in exercise.mistakes:
        wrong = shown(exercise, mistake)
        if all(map(agree, outcomes, wrong)) and (mistake.observed or evidence(wrong) >= ENOUGH):
            return mistake
    return None


def shown(exercise: Exercise, mistake: Mistake) -> list[Outcome]:
    """What a mistake does on the probes or, where it shows on edges alone, on probes and edges."""
    count = len(exercise.probes)
    right, wrong = expected(exercise, exercise.reference), expected(exercise, mistake.answer)
    on_edges_only = all(map(agree, wrong[:count], right[:count]))
    return wrong if on_edges_only else wrong[:count]


def evidence(outcomes: list[Outcome]) -> int:
    """How many bits an answer must hit, about, to do the same: 1 for a truth value, 0 for None, errors, a constant."""
    values = [part for outcome in outcomes if outcome.ended and not outcome.error for part in _parts(outcome.value)]
    return sum(map(_bits, values)) if len(set(values)) > 1 else 0


def _parts(value: Plain) -> Iterator[float | str]:
    """Yield the numbers and words that a value is made of."""
    if isinstance(value, Numbers):
        yield from value.values
    elif isinstance(value, Truth):
        yield float(value.value)
    elif isinstance(value, Word):
        yield value.text
    elif isinstance(value, Other) and value != NOTHING:
        yield value.description
    elif isinstance(value, Items | Observed | tuple):
        parts = [part for _, part in value.properties] if isinstance(value, Observed) else value
        for part in parts.items if isinstance(parts, Items) else parts:
            yield from _parts(part)


def _bits(part: float | str) -> int:
    if isinstance(part, str) or part in (0, 1, -1) or not math.isfinite(part):
        return 1
    return 3 if part == int(part) else 20
