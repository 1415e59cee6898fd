"""The learner's functions at work: what passed its check draws the next picture, and is there in the next lesson."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from helpers.exercises import library
from helpers.exercises.catalogue import EXERCISES, find
from helpers.exercises.checking import judge
from helpers.exercises.exercise import Answer, Exercise
from helpers.exercises.timing import TimeOver, time_limit

SECONDS = 20.0  # of work without a pause; a picture takes the course's own functions a tenth of one
PAUSE = 0.2  # seconds


def yours(id: str, answer: Answer | None = None) -> Callable[..., Any]:
    """Return your function for an exercise if it is right, else the course's own, and print which of the two it is.

    id: the exercise's id. answer: your function, without parentheses; where it is not right or left out, the one that
    your library keeps is looked at. Should yours raise an error later, or be slow, the course's own goes on and a
    sentence says so. Raises ValueError for an unknown id.
    """
    exercise = find(EXERCISES, id, "exercise")
    name = exercise.reference.__name__
    if answer is not None and judge(exercise, answer).right:
        print(f"{name}: yours.")
        return Yours(exercise, answer)
    kept = library.kept(exercise)
    if kept is not None and judge(exercise, kept).right:
        print(f"{name}: yours, from {library.NAME}.")
        return Yours(exercise, kept)
    print(f"{name}: the course's own, until the check of {id} finds yours right.")
    return exercise.reference


class Yours:
    """A learner's function at work. From the first call that fails on, the course's own does the work.

    calls: how often it was called.
    """

    in_library = True

    def __init__(self, exercise: Exercise, own: Answer) -> None:
        self.calls = 0
        self._ours, self._own = exercise.reference, own
        self._working: Answer = own
        self._worked, self._paused = 0.0, 0.0
        self.__name__ = exercise.reference.__name__

    def __call__(self, *arguments: Any) -> Any:
        self.calls += 1
        if self._working is self._ours:
            return self._ours(*arguments)
        begun = time.perf_counter()
        if begun - self._paused > PAUSE:
            self._worked = 0.0
        try:
            value = self._own(*arguments)
        except Exception as error:
            self._give_up(f"raised {type(error).__name__} ({str(error).partition(chr(10))[0]}) here")
            return self._ours(*arguments)
        self._paused = time.perf_counter()
        self._worked += self._paused - begun
        if self._worked > SECONDS:
            self._give_up(f"took more than {SECONDS:g} seconds here")
        return value

    def alone(self, *arguments: Any) -> Any:
        """Call the function where nothing may stand in for it, such as in a run that is reported as hers."""
        self.calls += 1
        return self._own(*arguments)

    def each(self, w: np.ndarray, *others: Any) -> Any:
        """Call the function for one run after the other, as it may know no batches.

        w: (..., d), and so are the others; one with an axis less is a number for each run. Returns what the function
        returns, as arrays (..., d).
        """
        runs = w.shape[:-1]
        columns = [_run_by_run(np.asarray(a, dtype=float), runs, w.ndim, w.shape[-1]) for a in (w, *others)]
        rows = list(zip(*columns, strict=True))
        try:
            with time_limit(SECONDS):
                made = [self(*row) for row in rows]
        except TimeOver:
            self._give_up(f"took more than {SECONDS:g} seconds here")
            made = [self(*row) for row in rows]
        if made and isinstance(made[0], tuple):
            return tuple(_together(parts, runs) for parts in zip(*made, strict=True))
        return _together(made, runs)

    def _give_up(self, why: str) -> None:
        self._working = self._ours
        print(f"Your {self.__name__} {why}; the course's own goes on.")


def _run_by_run(values: np.ndarray, runs: tuple[int, ...], ndim: int, d: int) -> list[Any]:
    """Return the rows of vectors (..., d), or the numbers of an array with an axis less, one for each run."""
    if values.ndim == ndim:
        return list(np.broadcast_to(values, (*runs, d)).reshape(-1, d).copy())
    return np.broadcast_to(values, runs).ravel().tolist()


def _together(values: list[Any] | tuple[Any, ...], runs: tuple[int, ...]) -> np.ndarray:
    made = np.array(values)
    return made.reshape(*runs, *made.shape[1:])
