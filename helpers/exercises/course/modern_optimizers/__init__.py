"""Lesson 11, modern optimizers."""

from helpers.exercises.course.modern_optimizers import (
    newton_step,
    orthogonalise,
    paired_interval,
    schedule_free_step,
    steepest_direction,
)
from helpers.exercises.reading import lesson

LESSON = lesson(
    "11_modern_optimizers",
    __path__[0],
    newton_step.EXERCISE,
    steepest_direction.EXERCISE,
    orthogonalise.EXERCISE,
    paired_interval.EXERCISE,
    schedule_free_step.EXERCISE,
)
