"""Lesson 10, adaptive methods."""

from helpers.exercises.course.adaptive_methods import adagrad_step, adam_step, adamw_step, rmsprop_step, which_rule
from helpers.exercises.reading import lesson

LESSON = lesson(
    "10_adaptive_methods",
    __path__[0],
    adagrad_step.EXERCISE,
    rmsprop_step.EXERCISE,
    adam_step.EXERCISE,
    which_rule.EXERCISE,
    adamw_step.EXERCISE,
)
