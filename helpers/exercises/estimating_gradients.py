"""Lesson 02, estimating gradients: central differences, and the relative error that judges them."""

from collections.abc import Callable

import numpy as np

from helpers.exercises.backward import BACKWARD_MULTIPLY, BACKWARD_PASS
from helpers.exercises.estimating_gradients_questions import PREDICTIONS, QUIZ
from helpers.exercises.exercise import Exercise, Lesson, Mistake
from helpers.exercises.spsa import SPSA_GRADIENT, cubic, waves

Function = Callable[[np.ndarray], float]


def central_difference(f: Function, x: np.ndarray, h: float) -> np.ndarray:
    """Gradient of f at x, shape (d,), from two values of f for each coordinate, h to either side."""
    slopes = []
    for e in np.eye(len(x)):
        slopes.append((f(x + h * e) - f(x - h * e)) / (2 * h))
    return np.array(slopes)


def relative_error(a: np.ndarray, b: np.ndarray) -> float:
    """Length of the difference over the larger of both lengths; 0 where both are zero."""
    larger = max(np.linalg.norm(a), np.linalg.norm(b))
    if larger == 0:
        return 0.0
    return np.linalg.norm(a - b) / larger


def product(x: np.ndarray) -> float:
    """x0 times the exponential of the sum of all entries."""
    return float(x[0] * np.exp(x.sum()))


def _each(difference: Callable[[Function, np.ndarray, float, np.ndarray], float]) -> Callable[..., np.ndarray]:
    """An estimate whose entries are difference(f, x, h, e), with e the unit vector of that coordinate."""

    def estimate(f: Function, x: np.ndarray, h: float) -> np.ndarray:
        return np.array([difference(f, x, h, e) for e in np.eye(len(x))])

    return estimate


def _never_moved_back(f: Function, x: np.ndarray, h: float) -> np.ndarray:
    moved, grad = x.astype(float), np.zeros(len(x))
    for j in range(len(x)):
        moved[j] += h
        above = f(moved)
        moved[j] -= 2 * h
        grad[j] = (above - f(moved)) / (2 * h)
    return grad


def _in_place(f: Function, x: np.ndarray, h: float) -> np.ndarray:
    grad = np.zeros(len(x))
    for j in range(len(x)):
        x[j] += h
        above = f(x)
        x[j] -= 2 * h
        grad[j] = (above - f(x)) / (2 * h)
    return grad


def _array_like_x(f: Function, x: np.ndarray, h: float) -> np.ndarray:
    grad = np.zeros_like(x)
    for j, e in enumerate(np.eye(len(x))):
        grad[j] = (f(x + h * e) - f(x - h * e)) / (2 * h)
    return grad


CENTRAL_DIFFERENCE = Exercise(
    id="central-difference",
    statement=(
        "Write central_difference(f, x, h): an estimate of the gradient of f at x, an array of shape (d,) like x. f "
        "takes such an array and returns a number. For each coordinate, use the values of f at a distance h to "
        "either side; x itself must not change."
    ),
    reference=central_difference,
    probes=[
        (cubic, np.array([1.0, -0.5]), 0.1),
        (waves, np.array([0.3, 1.2, -0.7]), 0.2),
        (product, np.array([0.4, -0.3, 0.2, 0.5]), 0.05),
    ],
    edges=[(cubic, np.array([2.0]), 0.01), (cubic, np.array([1, 2, -1]), 0.1)],
    mistakes=[
        Mistake(
            "forward-difference",
            _each(lambda f, x, h, e: (f(x + h * e) - f(x)) / h),
            "This is the forward difference: one of the two points is x itself. The central one goes h to either side.",
        ),
        Mistake(
            "backward-difference",
            _each(lambda f, x, h, e: (f(x) - f(x - h * e)) / h),
            "This is the backward difference: one of the two points is x itself. Go h to either side of it.",
        ),
        Mistake(
            "two-forgotten",
            _each(lambda f, x, h, e: (f(x + h * e) - f(x - h * e)) / h),
            "Every slope is twice as large as it should be. How far apart are the two points?",
        ),
        Mistake(
            "times-h",
            _each(lambda f, x, h, e: (f(x + h * e) - f(x - h * e)) / 2 * h),
            "Python reads a / 2 * h as (a / 2) * h. Put the whole distance into parentheses.",
        ),
        Mistake(
            "not-divided",
            _each(lambda f, x, h, e: f(x + h * e) - f(x - h * e)),
            "This is the rise. A slope is the rise over the run, the distance between the two points.",
        ),
        Mistake(
            "wrong-sign",
            _each(lambda f, x, h, e: (f(x - h * e) - f(x + h * e)) / (2 * h)),
            "The sign is turned: where f grows along a coordinate, the slope is positive.",
        ),
        Mistake(
            "half-steps",
            _each(lambda f, x, h, e: (f(x + h / 2 * e) - f(x - h / 2 * e)) / h),
            "This is a central difference, but with half of the h that was given. Go the whole h to either side.",
        ),
        Mistake(
            "half-steps-whole-run",
            _each(lambda f, x, h, e: (f(x + h / 2 * e) - f(x - h / 2 * e)) / (2 * h)),
            "The points lie h/2 to either side, and the rise is divided by the run of other points. Go the whole h.",
        ),
        Mistake(
            "second-difference",
            _each(lambda f, x, h, e: (f(x + h * e) - 2 * f(x) + f(x - h * e)) / h**2),
            "This estimates the second derivative, how the slope changes. The slope needs two values, not three.",
        ),
        Mistake(
            "all-at-once",
            lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
            "x + h moves all coordinates at once, and what comes out is one number. Move one coordinate at a time.",
        ),
        Mistake(
            "slopes-added",
            lambda f, x, h: central_difference(f, x, h).sum(),
            "The slopes are right, but they are added up. The gradient keeps them apart, one for each coordinate.",
        ),
        Mistake(
            "first-coordinate-only",
            lambda f, x, h: np.concatenate([central_difference(f, x, h)[:1], np.zeros(len(x) - 1)]),
            "The first entry is right, the others are still 0. Is there a return inside the loop?",
        ),
        Mistake(
            "never-moved-back",
            _never_moved_back,
            "The first entry is right. After it, that coordinate stays where it was moved to: put it back, or make a "
            "new point for each coordinate.",
        ),
        Mistake(
            "changed-in-place",
            _in_place,
            "x[j] += ... writes into the caller's array, and the later coordinates see a point that has moved. Make a "
            "new point for each value of f.",
        ),
        Mistake(
            "whole-numbers",
            _array_like_x,
            "Right as long as x holds decimals. np.zeros_like(x) of whole numbers keeps whole numbers, so the slopes "
            "lost their decimals: use np.zeros(len(x)).",
        ),
    ],
    hints=[
        "Write down the slope along the first coordinate alone: at which two points do you need f?",
        "A point that is moved along coordinate j alone: x plus h times a vector of zeros with one 1 in it.",
        "How far apart are the two points? That is what the rise is divided by.",
    ],
    insight="It costs two evaluations for each parameter, and the error falls with the square of h.",
    points=2,
)


def _pairs() -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(21)
    pairs = [(rng.normal(0, 2, shape), rng.normal(0, 2, shape)) for shape in ((2,), (3,), (4,), (2, 3))]
    return [(np.round(a, 2), np.round(b, 2)) for a, b in pairs]


_norm = np.linalg.norm


def _by_entry(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.max(np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))))


RELATIVE_ERROR = Exercise(
    id="relative-error",
    statement=(
        "Write relative_error(a, b): the length of a - b divided by the larger of the lengths of a and b, one number. "
        "a and b are arrays of the same shape; where both are zero, return 0."
    ),
    reference=relative_error,
    probes=[
        (np.array([3.0, 4.0]), np.array([3.0, 1.0])),
        (np.array([1.0, -2.0, 0.5]), np.array([2.0, -2.5, 1.5])),
        *_pairs(),
        (np.array([2e-6, 1e-6]), np.array([1e-6, 2.5e-6])),
    ],
    edges=[
        (np.array([1.0, 2.0]), np.array([1.0, 2.0])),
        (np.array([0.0, 0.0]), np.array([0.0, 3.0])),
        (np.array([0.0, 0.0, 0.0]), np.array([0.0, 0.0, 0.0])),
    ],
    mistakes=[
        Mistake(
            "absolute-error",
            lambda a, b: _norm(a - b),
            "This is the absolute error. Whether it is large depends on how long the gradients are: divide by that.",
        ),
        Mistake(
            "squared",
            lambda a, b: np.sum((a - b) ** 2) / max(np.sum(a**2), np.sum(b**2)),
            "These are squared lengths: an error of 1e-4 would look like 1e-8. A length is the root of the sum.",
        ),
        Mistake(
            "sum-of-lengths",
            lambda a, b: _norm(a - b) / (_norm(a) + _norm(b)),
            "You divide by both lengths together, as the notes of cs231n do; nearly equal arrays then get half the "
            "error. Here it is the larger one alone.",
        ),
        Mistake(
            "smaller-length",
            lambda a, b: _norm(a - b) / min(_norm(a), _norm(b)),
            "You divide by the smaller length, so the error is infinite as soon as one of the two is zero. Take the "
            "larger.",
        ),
        Mistake(
            "length-of-the-first",
            lambda a, b: _norm(a - b) / _norm(a),
            "You always divide by the length of a. Exchanging a and b should change nothing.",
        ),
        Mistake(
            "length-of-the-second",
            lambda a, b: _norm(a - b) / _norm(b),
            "You always divide by the length of b. Exchanging a and b should change nothing.",
        ),
        Mistake(
            "difference-of-lengths",
            lambda a, b: abs(_norm(a) - _norm(b)) / max(_norm(a), _norm(b)),
            "You compare the lengths. Two gradients of one length may point in different directions: subtract the "
            "arrays first.",
        ),
        Mistake(
            "sum-of-the-difference",
            lambda a, b: abs(np.sum(a - b)) / max(_norm(a), _norm(b)),
            "The entries of the difference are added up, so that errors of opposite signs cancel. Take its length.",
        ),
        Mistake(
            "sums-of-sizes",
            lambda a, b: np.abs(a - b).sum() / max(np.abs(a).sum(), np.abs(b).sum()),
            "These are sums of sizes. The Euclidean length is the root of the sum of the squares.",
        ),
        Mistake(
            "worst-entry",
            _by_entry,
            "You compare entry by entry and return the worst. That is a check too, and a stricter one; here the "
            "lengths of the whole arrays are compared.",
        ),
        Mistake(
            "one-for-each-entry",
            lambda a, b: np.abs(a - b) / max(_norm(a), _norm(b)),
            "There is one number for each entry. Asked is one number: the length of the difference goes on top.",
        ),
        Mistake(
            "small-number-added",
            lambda a, b: _norm(a - b) / (max(_norm(a), _norm(b)) + 1e-8),
            "The small number in the denominator avoids 0/0, but it changes every result, most where the gradients "
            "are small. Test for zero instead.",
        ),
        Mistake(
            "nan-at-zero",
            lambda a, b: _norm(a - b) / np.float64(max(_norm(a), _norm(b))),
            "Right wherever one of the two has a length. Where both are zero this is 0/0: return 0 there.",
        ),
    ],
    hints=[
        "np.linalg.norm gives the length of a vector. You need three of them.",
        "Which of two numbers is larger? Python has max for that.",
        "Before you divide, ask whether the larger length is 0.",
    ],
    insight="A lost factor 2 gives 0.5 and a turned sign gives 2, in whatever unit f is measured.",
    points=2,
)

LESSON = Lesson(
    "02_estimating_gradients",
    "Estimating gradients",
    exercises=(CENTRAL_DIFFERENCE, RELATIVE_ERROR, SPSA_GRADIENT, BACKWARD_MULTIPLY, BACKWARD_PASS),
    predictions=PREDICTIONS,
    quiz=QUIZ,
)
