"""Lesson 02, estimating gradients."""

from helpers.exercises.course.estimating_gradients import central_difference, relative_error, spsa_gradient
from helpers.exercises.reading import lesson

LESSON = lesson(
    "02_estimating_gradients",
    __path__[0],
    central_difference.EXERCISE,
    relative_error.EXERCISE,
    spsa_gradient.EXERCISE,
)
