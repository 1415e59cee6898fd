"""Lesson 14, scaling out."""

from helpers.exercises.course.scaling_out import combine, compress, delayed_rate, step_time
from helpers.exercises.reading import lesson

LESSON = lesson(
    "14_scaling_out", __path__[0], combine.EXERCISE, step_time.EXERCISE, compress.EXERCISE, delayed_rate.EXERCISE
)
