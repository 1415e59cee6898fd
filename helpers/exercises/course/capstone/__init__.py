"""Lesson 15, capstone."""

from helpers.exercises.course.capstone import budget_steps, choose, claim, your_run
from helpers.exercises.reading import lesson

LESSON = lesson("15_capstone", __path__[0], budget_steps.EXERCISE, choose.EXERCISE, claim.EXERCISE, your_run.EXERCISE)
