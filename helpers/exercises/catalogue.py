"""The lessons in their order, last those outside the sequence, and the way from an id to its exercise or question.

To add a lesson: `python start.py new lesson NAME` makes its folder in course/ and puts its LESSON here.
"""

import difflib
from collections.abc import Mapping
from typing import TypeVar

from helpers.exercises.course import (
    adaptive_methods,
    automatic_differentiation,
    capstone,
    estimating_gradients,
    frameworks,
    gradient,
    gradient_descent,
    learning_rate,
    loss,
    modern_optimizers,
    momentum,
    regularisation,
    scaling_out,
    start_here,
    stochastic_gradient,
    toolbox,
    training_a_network,
)
from helpers.exercises.exercise import Challenge, Exercise, Lesson, Question
from helpers.exercises.judging import expected

LESSONS: tuple[Lesson, ...] = (
    start_here.LESSON,
    gradient.LESSON,
    estimating_gradients.LESSON,
    automatic_differentiation.LESSON,
    loss.LESSON,
    gradient_descent.LESSON,
    learning_rate.LESSON,
    regularisation.LESSON,
    stochastic_gradient.LESSON,
    momentum.LESSON,
    adaptive_methods.LESSON,
    modern_optimizers.LESSON,
    training_a_network.LESSON,
    frameworks.LESSON,
    scaling_out.LESSON,
    capstone.LESSON,
    toolbox.LESSON,
)

EXERCISES: dict[str, Exercise] = {e.id: e for lesson in LESSONS for e in lesson.exercises}
PREDICTIONS: dict[str, Question] = {q.id: q for lesson in LESSONS for q in lesson.predictions}
QUIZ: dict[str, Question] = {q.id: q for lesson in LESSONS for q in lesson.quiz}
CHALLENGES: dict[str, Challenge] = {c.id: c for lesson in LESSONS for c in lesson.challenges}

# The right outcomes are computed now, before a learner's cell can replace a NumPy function that a reference calls.
for _exercise in EXERCISES.values():
    for _answer in (_exercise.reference, *(equivalent.answer for equivalent in _exercise.equivalents)):
        expected(_exercise, _answer)

Entry = TypeVar("Entry")


class ShortError(Exception):
    """An error that a notebook shows as its sentence alone, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class UnknownIdError(ShortError, ValueError):
    """No exercise or question has this id."""


def find(entries: Mapping[str, Entry], id: str, kind: str) -> Entry:
    """The entry with this id; raises UnknownIdError that suggests the closest id."""
    if isinstance(id, str) and id in entries:
        return entries[id]
    close = difflib.get_close_matches(id, entries, n=1, cutoff=0.5) if isinstance(id, str) else []
    advice = f'did you mean "{close[0]}"?' if close else f"the ids are {', '.join(entries)}."
    raise UnknownIdError(f"There is no {kind} with the id {id!r}; {advice}")


def challenge(id: str) -> Challenge:
    """Return the challenge of a live experiment; raises UnknownIdError."""
    return find(CHALLENGES, id, "challenge")
