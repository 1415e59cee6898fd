"""Lesson 11, frameworks: find the four moments in a trace of an unknown program."""

from collections.abc import Callable
from typing import Any

import numpy as np

from helpers.exercises.exercise import Exercise, Lesson, Mistake
from helpers.exercises.frameworks_lesson_questions import PREDICTIONS, QUIZ
from helpers.exercises.matching_rate import MATCHING_RATE
from helpers.exercises.numpy_twin import NUMPY_TWIN

Rows = tuple[int, int, int, int]


def find_moments(trace: np.ndarray) -> Rows:
    """The rows of trace (lines, 3) in which w, loss and gradient are first there, and in which w first changes."""
    there = ~np.isnan(trace)
    initialise, loss, gradient = (int(row) for row in there.argmax(axis=0))
    w = trace[initialise:, 0]
    update = initialise + int(np.argmax(w != w[0]))
    return initialise, loss, gradient, update


def _first(trace: np.ndarray) -> list[int]:
    return [int(row) for row in (~np.isnan(trace)).argmax(axis=0)]


def _update_is_the_start(trace: np.ndarray) -> Rows:
    initialise, loss, gradient = _first(trace)
    return initialise, loss, gradient, initialise


def _row_before(trace: np.ndarray) -> Rows:
    *first, update = find_moments(trace)
    return *first, update - 1


def _last_change(trace: np.ndarray) -> Rows:
    w = trace[:, 0]
    changes = [k for k in range(1, len(w)) if not np.isnan(w[k - 1]) and w[k] != w[k - 1]]
    return *_first(trace), changes[-1]


def _counted_from_one(trace: np.ndarray) -> Rows:
    return tuple(row + 1 for row in find_moments(trace))


def _not_zero(trace: np.ndarray) -> Rows:
    return *_first(trace), int(np.argmax(np.nan_to_num(trace[:, 0]) != 0))


def _zero_is_missing(trace: np.ndarray) -> Rows:
    first = (int(row) for row in (np.nan_to_num(trace) != 0).argmax(axis=0))
    return *first, find_moments(trace)[3]


def _anything_changes(trace: np.ndarray) -> Rows:
    initialise, loss, gradient = _first(trace)
    row = next(k for k in range(initialise + 1, len(trace)) if str(trace[k]) != str(trace[k - 1]))
    return initialise, loss, gradient, row


def _last_seen_missing(trace: np.ndarray) -> Rows:
    missing = np.isnan(trace)
    last = [int(np.flatnonzero(column)[-1]) + 1 if column.any() else 0 for column in missing.T]
    return last[0], last[1], last[2], find_moments(trace)[3]


def _order_swapped(trace: np.ndarray) -> Rows:
    initialise, loss, gradient, update = find_moments(trace)
    return initialise, gradient, loss, update


def _after_the_gradient(trace: np.ndarray) -> Rows:
    initialise, loss, gradient = _first(trace)
    return initialise, loss, gradient, gradient + 1


_NONE = np.nan


def _probes() -> list[tuple[np.ndarray]]:
    torch = [
        *((_NONE, _NONE, _NONE), (1.5, _NONE, _NONE), (1.5, _NONE, _NONE), (1.5, 8.1, _NONE)),
        *((1.5, 8.1, -2.6), (1.5, 8.1, -2.6), (1.76, 8.1, -2.6), (1.76, 8.1, _NONE), (1.76, 5.9, _NONE)),
        *((1.76, 5.9, -2.1), (1.97, 5.9, -2.1)),
    ]
    from_zero = [
        *((_NONE, _NONE, _NONE), (_NONE, _NONE, _NONE), (0.0, _NONE, _NONE), (0.0, 4.0, _NONE)),
        *((0.0, 4.0, -1.0), (0.1, 4.0, -1.0), (0.1, 3.6, -1.0), (0.1, 3.6, -0.9), (0.19, 3.6, -0.9)),
    ]
    pure = [(-0.5, _NONE, _NONE), (-0.5, 2.0, 3.0), (-0.5, 2.0, 3.0), (-0.8, 2.0, 3.0), (-0.8, 1.1, 2.2)]
    return [(np.array(rows),) for rows in (torch, from_zero, pure)]


def _edges() -> list[tuple[np.ndarray]]:
    solver = [(_NONE, _NONE, _NONE), (2.0, _NONE, _NONE), (1.4, 6.0, 3.0), (1.0, 4.4, 2.1)]
    return [(np.array(solver),)]


def _observe(answer: Callable[..., Any], trace: np.ndarray) -> dict[str, Any] | None:
    """Take the rows out of a tuple, a list or an array."""
    found = answer(trace)
    if type(found) not in (tuple, list, np.ndarray) or len(found) != 4:
        return None
    return dict(zip(("initialise", "loss", "gradient", "update"), found, strict=True))


FIND_MOMENTS = Exercise(
    id="find-moments",
    statement=(
        "Write find_moments(trace). trace is an array of shape (lines, 3): row k holds w, the loss and the gradient "
        "after line k of a program, or nan for what the program does not have yet. Return four row numbers, counted "
        "from 0: initialise, loss, gradient, the rows in which each is first there, and update, the row in which w "
        "first differs from what it was initialised to."
    ),
    reference=find_moments,
    probes=_probes(),
    edges=_edges(),
    observe=_observe,
    returns="four row numbers: initialise, loss, gradient, update",
    mistakes=[
        Mistake(
            "update-is-the-start",
            _update_is_the_start,
            "Your update is the row in which w is first there. Before it w was nan, and nan differs from everything, "
            "even from itself. Begin to compare after that row.",
        ),
        Mistake(
            "row-before-the-update",
            _row_before,
            "Your update is one row early: the last row with the old w. A difference of neighbours is one shorter than "
            "the rows; which of the two rows does its first place stand for?",
        ),
        Mistake(
            "last-change",
            _last_change,
            "Your update is the last row in which w changes. The program may go around its loop many times; the first "
            "change counts.",
        ),
        Mistake(
            "counted-from-one",
            _counted_from_one,
            "All rows are one too large: count from 0, as NumPy does.",
        ),
        Mistake(
            "not-zero",
            _not_zero,
            "Your update is the first row in which w is not zero. That works only for a program that starts at zero. "
            "Compare with the value that w was initialised to.",
        ),
        Mistake(
            "zero-is-missing",
            _zero_is_missing,
            "You take a zero for something that is missing. A parameter that was set to zero is there; only nan says "
            "that it is not.",
        ),
        Mistake(
            "anything-changes",
            _anything_changes,
            "Your update is the first row in which anything changes. When the loss is computed, w stays where it is: "
            "look at the first column alone.",
        ),
        Mistake(
            "last-seen-missing",
            _last_seen_missing,
            "You look for the last nan. A program may clear its gradient before the next round, and then nan comes "
            "back; the first row with a number counts.",
        ),
        Mistake(
            "order-swapped",
            _order_swapped,
            "The rows are right, but loss and gradient are swapped. The order is initialise, loss, gradient, update.",
        ),
        Mistake(
            "after-the-gradient",
            _after_the_gradient,
            "Your update is the row after the gradient, wherever that is. Other lines may stand between the two, or "
            "none: find the row in which w changes.",
        ),
    ],
    hints=[
        "np.isnan tells what is missing. In which row of each column is the first number?",
        "For the update, begin at the row in which w is first there. Which later rows differ from it?",
        "argmax of an array of truth values is the place of the first True.",
    ],
    insight="What changes tells the moments apart, in any system: names can mislead, effects cannot.",
    points=2,
)

LESSON = Lesson(
    "11_frameworks",
    "One descent in ten systems",
    exercises=(FIND_MOMENTS, NUMPY_TWIN, MATCHING_RATE),
    predictions=PREDICTIONS,
    quiz=QUIZ,
)
