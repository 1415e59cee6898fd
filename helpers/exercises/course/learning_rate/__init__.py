"""Lesson 06, the learning rate."""

from helpers.exercises.course.learning_rate import (
    condition_number,
    cosine_schedule,
    largest_stable_rate,
    long_strides,
    standardise,
    what_went_wrong,
)
from helpers.exercises.reading import lesson

LESSON = lesson(
    "06_learning_rate",
    __path__[0],
    largest_stable_rate.EXERCISE,
    condition_number.EXERCISE,
    what_went_wrong.EXERCISE,
    standardise.EXERCISE,
    cosine_schedule.EXERCISE,
    long_strides.EXERCISE,
)
