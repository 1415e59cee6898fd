"""Lesson 07, regularisation."""

from helpers.exercises.course.regularisation import l2_penalty_gradient
from helpers.exercises.reading import lesson

LESSON = lesson("07_regularisation", __path__[0], l2_penalty_gradient.EXERCISE)
