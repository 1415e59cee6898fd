"""Lesson 12, training a network."""

from helpers.exercises.course.training_a_network import (
    clip_gradients,
    early_stop,
    initial_weights,
    linear_backward,
    what_is_broken,
)
from helpers.exercises.reading import lesson

LESSON = lesson(
    "12_training_a_network",
    __path__[0],
    linear_backward.EXERCISE,
    initial_weights.EXERCISE,
    what_is_broken.EXERCISE,
    early_stop.EXERCISE,
    clip_gradients.EXERCISE,
)
