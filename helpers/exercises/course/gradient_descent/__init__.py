"""Lesson 05, gradient descent."""

from helpers.exercises.course.gradient_descent import gradient_descent, gradient_step, kind_of_stop, stopping_rule
from helpers.exercises.reading import lesson

LESSON = lesson(
    "05_gradient_descent",
    __path__[0],
    gradient_step.EXERCISE,
    gradient_descent.EXERCISE,
    stopping_rule.EXERCISE,
    kind_of_stop.EXERCISE,
)
