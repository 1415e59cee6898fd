"""Lesson 04, the loss."""

from helpers.exercises.course.loss import binary_cross_entropy, mse, mse_gradient, softmax_cross_entropy
from helpers.exercises.reading import lesson

LESSON = lesson(
    "04_loss",
    __path__[0],
    mse.EXERCISE,
    mse_gradient.EXERCISE,
    binary_cross_entropy.EXERCISE,
    softmax_cross_entropy.EXERCISE,
)
