"""Lesson 07, regularisation."""

from helpers.exercises.course.regularisation import judge_strength, l2_penalty_gradient, proximal_step
from helpers.exercises.reading import lesson

LESSON = lesson(
    "07_regularisation",
    __path__[0],
    l2_penalty_gradient.EXERCISE,
    judge_strength.EXERCISE,
    proximal_step.EXERCISE,
)
