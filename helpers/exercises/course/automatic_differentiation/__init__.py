"""Lesson 03, automatic differentiation."""

from helpers.exercises.course.automatic_differentiation import backward_multiply, backward_pass
from helpers.exercises.reading import lesson

LESSON = lesson("03_automatic_differentiation", __path__[0], backward_multiply.EXERCISE, backward_pass.EXERCISE)
