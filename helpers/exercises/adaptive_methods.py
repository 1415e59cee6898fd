"""Lesson 08, adaptive methods: its exercises and questions together."""

from helpers.exercises.adam_steps import ADAM_STEP
from helpers.exercises.adamw_step import ADAMW_STEP
from helpers.exercises.adaptive_methods_questions import PREDICTIONS, QUIZ
from helpers.exercises.adaptive_steps import ADAGRAD_STEP, RMSPROP_STEP
from helpers.exercises.exercise import Lesson

LESSON = Lesson(
    "08_adaptive_methods",
    "Adaptive methods",
    exercises=(ADAGRAD_STEP, RMSPROP_STEP, ADAM_STEP, ADAMW_STEP),
    predictions=PREDICTIONS,
    quiz=QUIZ,
)
