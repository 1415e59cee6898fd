"""Lesson 08, stochastic gradient."""

from helpers.exercises.course.stochastic_gradient import (
    loss_diagnosis,
    minibatch_gradient,
    minibatches,
    steps_per_epoch,
)
from helpers.exercises.reading import lesson

LESSON = lesson(
    "08_stochastic_gradient",
    __path__[0],
    minibatch_gradient.EXERCISE,
    steps_per_epoch.EXERCISE,
    minibatches.EXERCISE,
    loss_diagnosis.EXERCISE,
)
