"""Lesson 03, the loss: the mean squared error, its gradient in the parameters, and the gradient of a penalty."""

import numpy as np

from helpers.exercises.cross_entropy import BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY
from helpers.exercises.exercise import Equivalent, Exercise, Lesson, Mistake
from helpers.exercises.loss_questions import PREDICTIONS, QUIZ
from helpers.exercises.penalty import L2_PENALTY_GRADIENT


def mse(y: np.ndarray, prediction: np.ndarray) -> float:
    """Mean squared error of n predictions for n targets; both have shape (n,)."""
    return np.mean((y - prediction) ** 2)


def mse_gradient(x: np.ndarray, y: np.ndarray, w: float, b: float) -> tuple[float, float]:
    """Slopes of the mean squared error of the line w x + b, along w and along b; x and y have shape (n,)."""
    error = w * x + b - y
    return 2 * np.mean(error * x), 2 * np.mean(error)


def _changes_y(y: np.ndarray, prediction: np.ndarray) -> float:
    y -= prediction
    return np.mean(y**2)


def _errors(x: np.ndarray, y: np.ndarray, w: float, b: float) -> np.ndarray:
    return w * x + b - y


def _all_pairs(x: np.ndarray, y: np.ndarray, w: float, b: float) -> tuple[float, float]:
    error = w * x + b - y[:, np.newaxis]
    return 2 * np.mean(error * x), 2 * np.mean(error)


def _of_the_root(x: np.ndarray, y: np.ndarray, w: float, b: float) -> tuple[float, float]:
    error = _errors(x, y, w, b)
    root = np.sqrt(np.mean(error**2))
    return np.mean(error * x) / root, np.mean(error) / root


def _pairs(sizes: tuple[int, ...]) -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(31)
    return [(np.round(rng.normal(1, 2, n), 2), np.round(rng.normal(0, 2, n), 2)) for n in sizes]


MSE = Exercise(
    id="mse",
    statement=(
        "Write mse(y, prediction): the mean squared error. y holds the targets and prediction the predictions, both "
        "of shape (n,). Return one number."
    ),
    reference=mse,
    probes=[(np.array([1.0, 2.0, 4.0]), np.array([1.5, 0.0, 3.0])), *_pairs((2, 4, 5))],
    edges=[
        (np.array([3.0]), np.array([1.0])),
        (np.array([1.0, -2.0, 3.0]), np.array([1.0, -2.0, 3.0])),
        (np.array([1e6, 1e6 + 2]), np.array([1e6 + 1, 1e6 + 1])),
    ],
    mistakes=[
        Mistake(
            "sum-instead-of-mean",
            lambda y, prediction: np.sum((y - prediction) ** 2),
            "You add the squares up. Then twice the data mean twice the loss; divide by the number of samples.",
        ),
        Mistake(
            "root",
            lambda y, prediction: np.sqrt(np.mean((y - prediction) ** 2)),
            "This is the RMSE, the root of what is asked. It has the unit of y, and another gradient: leave the root "
            "out.",
        ),
        Mistake(
            "half",
            lambda y, prediction: np.mean((y - prediction) ** 2) / 2,
            "This is half of it. Some texts define the loss with 1/2, so that its gradient has no 2. Here there is "
            "no 1/2.",
        ),
        Mistake(
            "absolute-errors",
            lambda y, prediction: np.mean(np.abs(y - prediction)),
            "This is the MAE: the errors' sizes, not their squares.",
        ),
        Mistake(
            "errors-cancel",
            lambda y, prediction: np.mean(y - prediction),
            "The errors are not squared, so those above and those below cancel, and a bad fit can look perfect.",
        ),
        Mistake(
            "square-of-the-mean",
            lambda y, prediction: np.mean(y - prediction) ** 2,
            "You take the mean first and square it afterwards. By then the errors have cancelled: square each one.",
        ),
        Mistake(
            "difference-of-squares",
            lambda y, prediction: np.mean(y**2 - prediction**2),
            "You square the targets and the predictions by themselves. Subtract first, then square the difference.",
        ),
        Mistake(
            "all-pairs",
            lambda y, prediction: np.mean((y[:, np.newaxis] - prediction) ** 2),
            "You compare each target with every prediction: a column (n, 1) against a row (n,) broadcasts to n x n "
            "differences. Each target has one prediction.",
        ),
        Mistake(
            "one-less-than-n",
            lambda y, prediction: np.sum((y - prediction) ** 2) / np.float64(len(y) - 1),
            "You divide by n - 1, as for a variance that is estimated from a sample. The mean divides by n.",
        ),
        Mistake(
            "not-averaged",
            lambda y, prediction: (y - prediction) ** 2,
            "These are the squared errors, one for each sample. The loss is one number, their mean.",
        ),
        Mistake(
            "gradient-instead-of-loss",
            lambda y, prediction: 2 * (prediction - y) / len(y),
            "This is the gradient with respect to the predictions. Asked is the loss itself, one number.",
        ),
        Mistake(
            "changed-in-place",
            _changes_y,
            "The number is right, but y -= ... has overwritten the caller's targets. Give the difference a new name.",
        ),
    ],
    hints=[
        "Begin with the errors: what is left when you subtract the predictions from the targets?",
        "Square each of them, and only then take np.mean.",
    ],
    insight="Its unit is the square of the unit of y.",
    points=1,
)

MSE_GRADIENT = Exercise(
    id="mse-gradient",
    statement=(
        "Write mse_gradient(x, y, w, b): the gradient of the mean squared error of the line w x + b. x and y have "
        "shape (n,), w and b are numbers. Return the pair (dw, db), the slope along w and the slope along b."
    ),
    reference=mse_gradient,
    probes=[
        (np.array([1.0, 2.0, 4.0]), np.array([3.0, 2.0, 7.0]), 0.5, 1.0),
        *((x, y, w, b) for (x, y), w, b in zip(_pairs((2, 4, 5)), (1.5, -0.7, 0.3), (-0.4, 2.0, 0.6), strict=True)),
    ],
    edges=[
        (np.array([2.0]), np.array([5.0]), 3.0, 1.0),
        (np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0]), 2.0, 1.0),
        (np.array([0.0, 0.0]), np.array([1.0, 4.0]), 0.0, 0.0),
    ],
    equivalents=[
        Equivalent(
            "You return both slopes in one array; a pair would count as well.",
            lambda x, y, w, b: np.array(mse_gradient(x, y, w, b)),
        )
    ],
    mistakes=[
        Mistake(
            "wrong-sign",
            lambda x, y, w, b: tuple(-slope for slope in mse_gradient(x, y, w, b)),
            "Both signs are turned round: this points downhill. If your error is target minus prediction, its "
            "derivative has a minus that got lost.",
        ),
        Mistake(
            "chain-factor-missing",
            lambda x, y, w, b: (2 * np.mean(_errors(x, y, w, b)),) * 2,
            "db is right. In dw the inner derivative is missing: how much does the prediction w x + b change when w "
            "changes?",
        ),
        Mistake(
            "factor-two-missing",
            lambda x, y, w, b: tuple(slope / 2 for slope in mse_gradient(x, y, w, b)),
            "Both are half of what they should be: the derivative of a square brings a 2. Without it this is the "
            "gradient of half the loss.",
        ),
        Mistake(
            "sum-instead-of-mean",
            lambda x, y, w, b: tuple(slope * len(x) for slope in mse_gradient(x, y, w, b)),
            "This is the gradient of the sum of squares, n times as long. The loss is a mean, and so is its gradient.",
        ),
        Mistake(
            "mean-of-x-apart",
            lambda x, y, w, b: (2 * np.mean(_errors(x, y, w, b)) * np.mean(x), 2 * np.mean(_errors(x, y, w, b))),
            "db is right. For dw you average errors and x apart, or over all pairs. Each error belongs to its own x: "
            "multiply sample by sample before you average.",
        ),
        Mistake(
            "all-pairs",
            _all_pairs,
            "Every prediction is compared with every target: (n,) against (n, 1) broadcasts to n x n. db does not "
            "show it, dw does.",
        ),
        Mistake(
            "w-instead-of-x",
            lambda x, y, w, b: (2 * np.mean(_errors(x, y, w, b)) * w, 2 * np.mean(_errors(x, y, w, b))),
            "db is right. dw has the factor w. When w changes a little, how much does the prediction w x + b change?",
        ),
        Mistake(
            "intercept-forgotten",
            lambda x, y, w, b: mse_gradient(x, y, w, 0.0),
            "The prediction is w x + b, and your error leaves b out.",
        ),
        Mistake(
            "swapped",
            lambda x, y, w, b: mse_gradient(x, y, w, b)[::-1],
            "Both numbers are right, but they have changed places: the slope along w comes first.",
        ),
        Mistake(
            "error-forgotten",
            lambda x, y, w, b: (2 * np.mean(x), 2.0),
            "The outer derivative has lost its error: the derivative of a square still contains what is squared.",
        ),
        Mistake(
            "absolute-errors",
            lambda x, y, w, b: (np.mean(np.sign(_errors(x, y, w, b)) * x), np.mean(np.sign(_errors(x, y, w, b)))),
            "This is the gradient of the MAE, which knows only the signs of the errors. The square knows their size.",
        ),
        Mistake(
            "gradient-of-the-root",
            _of_the_root,
            "This is the gradient of the RMSE: the root divides it by twice the RMSE. Leave the root out.",
        ),
        Mistake(
            "not-averaged",
            lambda x, y, w, b: (2 * _errors(x, y, w, b) * x, 2 * _errors(x, y, w, b)),
            "These are the slopes for each sample. The loss is their mean, so the gradient is a mean as well.",
        ),
        Mistake(
            "loss-instead-of-gradient",
            lambda x, y, w, b: np.mean(_errors(x, y, w, b) ** 2),
            "This is the loss. Asked are its two slopes, along w and along b.",
        ),
    ],
    hints=[
        "Name the errors of all samples, prediction minus target. What is the derivative of the square of one of them?",
        "Chain rule: multiply by the derivative of the prediction, once with respect to w and once with respect to b.",
        "Average over the samples last, and return two numbers: return dw, db.",
    ],
    insight="Each sample pulls with its error, and on w with its error times x.",
    points=3,
)

LESSON = Lesson(
    "03_loss",
    "The loss",
    exercises=(MSE, MSE_GRADIENT, BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY, L2_PENALTY_GRADIENT),
    predictions=PREDICTIONS,
    quiz=QUIZ,
)
