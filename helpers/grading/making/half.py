"""Half of the points: how many calls must be right, so that no answer without thought earns them."""

from functools import cache, partial
from itertools import permutations
from typing import Any

import numpy as np

from helpers.exercises import judging
from helpers.exercises.exercise import Answer, Exercise


def right_answers(exercise: Exercise) -> list[Answer]:
    """Return the reference and its equivalents."""
    return [exercise.reference, *(equivalent.answer for equivalent in exercise.equivalents)]


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
    probes = exercise.probes
    rights = [[judging.call(exercise, answer, probe) for probe in probes] for answer in right_answers(exercise)]
    repeated = [sum(judging.agree(one, other) for other in right) for right in rights for one in right]
    most = max((count for count in repeated if count > 1), default=0)  # to be right once needs the number
    for guess in _guesses(len(probes[0])):
        given = [judging.call(exercise, guess, probe) for probe in probes]
        most = max(most, *(sum(map(judging.agree, given, right)) for right in rights))
    return most


def _guesses(count: int) -> list[Answer]:
    """Return answers without thought: an argument, two or three in any order, their opposites, zeros, ones."""
    some = [way for size in (1, 2, 3) for way in permutations(range(min(count, 6)), size)]
    changes: list[Answer] = [lambda x: x, lambda x: -x, np.zeros_like, np.ones_like]
    values: tuple[Any, ...] = (0, 1, True, False, np.zeros(2), [])
    returned = (partial(_returned, way, change) for way in some for change in changes)
    return [*returned, *(partial(_constant, value) for value in values)]


def _returned(way: tuple[int, ...], change: Answer, *given: Any) -> Any:
    items = tuple(change(given[i]) for i in way)
    return items if len(items) > 1 else items[0]


def _constant(value: Any, *given: Any) -> Any:
    return value
