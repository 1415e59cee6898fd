"""Lesson 06, stochastic gradient: the gradient of a mini-batch, and the number of steps in an epoch."""

import math

import numpy as np

from helpers.exercises.exercise import Answer, Exercise, Lesson, Mistake
from helpers.exercises.minibatches import MINIBATCHES
from helpers.exercises.stochastic_gradient_questions import PREDICTIONS, QUIZ

Pair = tuple[float, float]


def minibatch_gradient(x: np.ndarray, y: np.ndarray, w: float, b: float, batch: np.ndarray) -> Pair:
    """Derivatives in w and b of the mean squared error of w x + b over the samples of a batch, an index array."""
    error = w * x[batch] + b - y[batch]
    return 2 * np.mean(error * x[batch]), 2 * np.mean(error)


def _scaled(factor: Answer) -> Answer:
    """The right gradient times a factor of (x, batch)."""

    def answer(x: np.ndarray, y: np.ndarray, w: float, b: float, batch: np.ndarray) -> Pair:
        dw, db = minibatch_gradient(x, y, w, b, batch)
        return factor(x, batch) * dw, factor(x, batch) * db

    return answer


def _on(choose: Answer) -> Answer:
    """The right gradient of other samples: choose(x, y, batch) gives them."""

    def answer(x: np.ndarray, y: np.ndarray, w: float, b: float, batch: np.ndarray) -> Pair:
        x, y = choose(x, y, batch)
        error = w * x + b - y
        return 2 * np.mean(error * x), 2 * np.mean(error)

    return answer


def _input_forgotten(x: np.ndarray, y: np.ndarray, w: float, b: float, batch: np.ndarray) -> Pair:
    error = 2 * np.mean(w * x[batch] + b - y[batch])
    return error, error


def _input_averaged(x: np.ndarray, y: np.ndarray, w: float, b: float, batch: np.ndarray) -> Pair:
    error = 2 * np.mean(w * x[batch] + b - y[batch])
    return error * np.mean(x[batch]), error


def _product_with_all(x: np.ndarray, y: np.ndarray, w: float, b: float, batch: np.ndarray) -> Pair:
    error = w * x[batch] + b - y[batch]
    return 2 * np.mean(error * x), 2 * np.mean(error)


def _intercept_forgotten(x: np.ndarray, y: np.ndarray, w: float, b: float, batch: np.ndarray) -> Pair:
    return minibatch_gradient(x, y, w, 0.0, batch)


def _probes() -> list[tuple]:
    rng = np.random.default_rng(12)
    probes = []
    for n, size in ((6, 2), (9, 4), (7, 7), (5, 1)):
        x, y = np.round(rng.normal(0, 1.5, (2, n)), 2)
        w, b = np.round(rng.normal(0, 1, 2), 2)
        probes.append((x, y, float(w), float(b), rng.permutation(n)[:size]))
    return probes


_FOUR = np.array([1.0, 2.0, 3.0, 4.0])

MINIBATCH_GRADIENT = Exercise(
    id="minibatch-gradient",
    statement=(
        "Write minibatch_gradient(x, y, w, b, batch): the pair (dw, db), the derivatives of the mean squared error of "
        "w x + b over the samples of the batch. x and y are arrays of n numbers, batch is an array of indices."
    ),
    reference=minibatch_gradient,
    probes=_probes(),
    edges=[
        (_FOUR, 2 * _FOUR + 1, 2.0, 1.0, np.array([3, 0])),
        (_FOUR, 2 * _FOUR, 1.0, 0.5, np.array([1, 1, 2])),
    ],
    mistakes=[
        Mistake(
            "all-samples",
            _on(lambda x, y, batch: (x, y)),
            "This is the gradient of all samples; batch is not used. Take the samples whose indices it holds.",
        ),
        Mistake(
            "divided-by-n",
            _scaled(lambda x, batch: len(batch) / len(x)),
            "You add up the batch and divide by the number of all samples, so that a small batch gives a short "
            "gradient. The mean is over the samples that were added up.",
        ),
        Mistake(
            "sum",
            _scaled(lambda x, batch: len(batch)),
            "You add up and do not divide, so that the gradient grows with the batch. The loss is a mean.",
        ),
        Mistake(
            "factor-two-missing",
            _scaled(lambda x, batch: 0.5),
            "The result is half of what it should be. The loss is the square of the error, without a factor 1/2; what "
            "is the derivative of a square?",
        ),
        Mistake(
            "wrong-sign",
            _scaled(lambda x, batch: -1),
            "The signs are turned round: this is the way down. A gradient points up. Which of prediction and target "
            "is subtracted from the other?",
        ),
        Mistake(
            "input-forgotten",
            _input_forgotten,
            "db is right and dw is the same number. The prediction is w x + b: how does it change with w?",
        ),
        Mistake(
            "means-multiplied",
            _input_averaged,
            "dw is the mean error times the mean input. Multiply sample by sample, then take the mean.",
        ),
        Mistake(
            "targets-not-from-the-batch",
            _on(lambda x, y, batch: (x[batch], y)),
            "Inputs of the batch meet targets of all samples. Take x and y with the same indices.",
        ),
        Mistake(
            "inputs-not-from-the-batch",
            _on(lambda x, y, batch: (x, y[batch])),
            "Targets of the batch meet inputs of all samples. Take x and y with the same indices.",
        ),
        Mistake(
            "product-with-all-inputs",
            _product_with_all,
            "The errors of the batch are multiplied by the inputs of all samples. Each error belongs to one input.",
        ),
        Mistake(
            "first-samples",
            _on(lambda x, y, batch: (x[: len(batch)], y[: len(batch)])),
            "You take the first samples, as many as the batch has. batch says which ones to take, not only how many.",
        ),
        Mistake(
            "swapped",
            lambda x, y, w, b, batch: minibatch_gradient(x, y, w, b, batch)[::-1],
            "The two derivatives have changed places: dw comes first.",
        ),
        Mistake(
            "intercept-forgotten",
            _intercept_forgotten,
            "The prediction lacks b: it is w x + b.",
        ),
        Mistake(
            "loss",
            lambda x, y, w, b, batch: np.mean((w * x[batch] + b - y[batch]) ** 2),
            "This is the loss of the batch. Asked are its derivatives in w and in b, a pair.",
        ),
    ],
    hints=[
        "With an array of indices, x[batch] holds the inputs of the batch, in that order. And the targets?",
        "Compute the error of each sample of the batch, prediction minus target, as an array.",
        "The loss is the mean of error squared. By the chain rule each sample adds twice its error, times the "
        "derivative of its prediction.",
    ],
    insight="It costs as much as the batch is large, whatever the number of samples.",
    points=2,
)


def steps_per_epoch(n: int, batch_size: int) -> int:
    """Number of updates in one pass over n samples; the smaller last batch counts."""
    return math.ceil(n / batch_size)


STEPS_PER_EPOCH = Exercise(
    id="steps-per-epoch",
    statement=(
        "Write steps_per_epoch(n, batch_size): how many updates one pass over n samples makes. The last batch may be "
        "smaller than batch_size, and counts."
    ),
    reference=steps_per_epoch,
    probes=[(10, 4), (442, 32), (100, 25), (1000, 128), (60, 7), (64, 8), (99, 10), (101, 10)],
    edges=[(5, 5), (5, 1), (1, 1)],
    mistakes=[
        Mistake(
            "ragged-batch-forgotten",
            lambda n, batch_size: n // batch_size,
            "The samples that are left over make a batch too, a smaller one. You drop it.",
        ),
        Mistake(
            "one-too-many",
            lambda n, batch_size: n // batch_size + 1,
            "Where the batch size divides n, nothing is left over, and you count a batch without samples.",
        ),
        Mistake(
            "rounded",
            lambda n, batch_size: round(n / batch_size),
            "You round to the nearest number, so that a last batch that is less than half full is lost.",
        ),
        Mistake(
            "fraction",
            lambda n, batch_size: n / batch_size,
            "A number of updates is a whole number. What happens to the samples behind the point?",
        ),
        Mistake(
            "samples-counted",
            lambda n, batch_size: n,
            "This is the number of samples that an epoch sees. One update uses a whole batch of them.",
        ),
        Mistake(
            "one-per-epoch",
            lambda n, batch_size: 1,
            "An epoch is one pass over all samples, an iteration one update. Only with the full batch they are one.",
        ),
        Mistake(
            "left-over",
            lambda n, batch_size: n % batch_size,
            "This is the number of samples in the ragged last batch. Asked is the number of batches.",
        ),
        Mistake(
            "upside-down",
            lambda n, batch_size: batch_size / n,
            "The fraction is upside down: how many batches fit into n samples?",
        ),
    ],
    hints=[
        "With 10 samples and batches of 4: 4, 4, and then?",
        "Round the quotient, but always up; np.ceil and math.ceil do that.",
    ],
    insight="A schedule in steps and a number of epochs meet here.",
    points=1,
)

LESSON = Lesson(
    "06_stochastic_gradient",
    "Stochastic gradient",
    exercises=(MINIBATCH_GRADIENT, STEPS_PER_EPOCH, MINIBATCHES),
    predictions=PREDICTIONS,
    quiz=QUIZ,
)
