"""Lesson 09, momentum."""

from helpers.exercises.course.momentum import (
    diagnose_run,
    momentum_step,
    nesterov_step,
    optimal_momentum,
    quick_settings,
)
from helpers.exercises.reading import lesson

LESSON = lesson(
    "09_momentum",
    __path__[0],
    momentum_step.EXERCISE,
    diagnose_run.EXERCISE,
    optimal_momentum.EXERCISE,
    nesterov_step.EXERCISE,
    quick_settings.EXERCISE,
)
