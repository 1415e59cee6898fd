"""Lesson 01, the gradient."""

from helpers.exercises.course.gradient import bowl_gradient, directional_derivative, steepest_ascent
from helpers.exercises.reading import lesson

LESSON = lesson(
    "01_gradient", __path__[0], bowl_gradient.EXERCISE, directional_derivative.EXERCISE, steepest_ascent.EXERCISE
)
