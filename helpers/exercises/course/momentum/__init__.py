"""Lesson 09, momentum."""

from helpers.exercises.course.momentum import momentum_step, nesterov_step, optimal_momentum
from helpers.exercises.reading import lesson

LESSON = lesson("09_momentum", __path__[0], momentum_step.EXERCISE, nesterov_step.EXERCISE, optimal_momentum.EXERCISE)
