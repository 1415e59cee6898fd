"""Lesson 13, one descent in ten systems."""

from helpers.exercises.course.frameworks import find_moments, matching_rate, numpy_twin, why_apart
from helpers.exercises.reading import lesson

LESSON = lesson(
    "13_frameworks",
    __path__[0],
    find_moments.EXERCISE,
    numpy_twin.EXERCISE,
    why_apart.EXERCISE,
    matching_rate.EXERCISE,
)
