"""Lesson 01, the gradient: what it is, the slope along any direction, the direction of steepest ascent."""

import numpy as np

from helpers.exercises.exercise import Exercise, Lesson, Mistake
from helpers.exercises.gradient_questions import PREDICTIONS, QUIZ


def bowl_gradient(w: np.ndarray) -> np.ndarray:
    """Gradient of f(w) = w0^2 / 2 + 5 w1^2 at w of shape (2,)."""
    slope_along_w0 = w[0]
    slope_along_w1 = 10 * w[1]
    return np.array([slope_along_w0, slope_along_w1])


def directional_derivative(grad: np.ndarray, direction: np.ndarray) -> float:
    """Slope per unit length along a direction of any length."""
    length = np.linalg.norm(direction)
    if length == 0:
        raise ValueError("a direction of length zero points nowhere")
    return grad @ (direction / length)


def steepest_ascent(grad: np.ndarray) -> np.ndarray:
    """Unit vector along which the function grows fastest; zeros where the gradient is zero."""
    length = np.linalg.norm(grad)
    if length == 0:
        return np.zeros_like(grad)
    return grad / length


def _vectors(size: int, count: int, seed: int) -> list[np.ndarray]:
    return list(np.round(np.random.default_rng(seed).normal(0, 2, (count, size)), 2))


_norm = np.linalg.norm

BOWL_GRADIENT = Exercise(
    id="bowl-gradient",
    statement="Write bowl_gradient(w): the gradient of f(w) = w0²/2 + 5 w1² at w, an array of shape (2,).",
    reference=bowl_gradient,
    probes=[(np.array([3.0, 2.0]),), *((w,) for w in _vectors(2, 4, seed=1))],
    edges=[(np.array([0.0, 0.0]),), (np.array([0.0, -1.5]),), (np.array([4.0, 0.0]),)],
    mistakes=[
        Mistake(
            "loss-instead-of-gradient",
            lambda w: w[0] ** 2 / 2 + 5 * w[1] ** 2,
            "This is f itself, the height of the bowl. The gradient holds two slopes, one for each coordinate.",
        ),
        Mistake(
            "wrong-sign",
            lambda w: np.array([-w[0], -10 * w[1]]),
            "The sign is turned. The gradient points uphill; the minus sign belongs to the descent step.",
        ),
        Mistake(
            "points-at-minimum",
            lambda w: -w,
            "This is the arrow from w to the minimum. The gradient need not lie on that line: differentiate f.",
        ),
        Mistake(
            "round-bowl",
            lambda w: np.array([w[0], w[1]]),
            "Both coordinates have the same factor, as in a round bowl. This bowl is ten times as steep along w1.",
        ),
        Mistake(
            "power-not-multiplied",
            lambda w: np.array([w[0] / 2, 5 * w[1]]),
            "The power went down, but it has to come to the front as well: the derivative of w² is 2 w.",
        ),
        Mistake(
            "half-forgotten",
            lambda w: np.array([2 * w[0], 10 * w[1]]),
            "The second entry is right. In the first one, the factor 1/2 of w0²/2 has been lost.",
        ),
        Mistake(
            "factor-two-forgotten",
            lambda w: np.array([w[0], 5 * w[1]]),
            "The first entry is right. Differentiate the second term, 5 w1², once more: where does its power go?",
        ),
        Mistake(
            "five-forgotten",
            lambda w: np.array([w[0], 2 * w[1]]),
            "The first entry is right. In the second one, the factor 5 in front of w1² has been lost.",
        ),
        Mistake(
            "coordinates-swapped",
            lambda w: np.array([10 * w[1], w[0]]),
            "The two entries have changed places: the slope along w0 comes first.",
        ),
        Mistake(
            "slopes-added",
            lambda w: w[0] + 10 * w[1],
            "Both slopes are right, but they are added. The gradient keeps them apart, in an array of shape (2,).",
        ),
        Mistake(
            "second-derivative",
            lambda w: np.array([1.0, 10.0]),
            "This is differentiated twice: it says how the slope changes. The slope itself depends on w.",
        ),
        Mistake(
            "normalised",
            lambda w: np.array([w[0], 10 * w[1]]) / _norm([w[0], 10 * w[1]]),
            "The direction is right, but its length was made 1. The gradient's length is the slope: keep it.",
        ),
    ],
    hints=[
        "Hold w1 still and look at f as a function of w0 alone. Its slope is the first entry.",
        "The derivative of c w² is 2 c w. What is c in w0²/2, and what in 5 w1²?",
        "Return one array with two entries, made by np.array([first, second]).",
    ],
    insight="Along w1 the bowl is ten times as steep, so the gradient leans toward that axis.",
)

DIRECTIONAL_DERIVATIVE = Exercise(
    id="directional-derivative",
    statement=(
        "Write directional_derivative(grad, direction): the slope per unit length along the direction, whatever the "
        "direction's length. Both are arrays of shape (d,). A zero direction raises ValueError."
    ),
    reference=directional_derivative,
    probes=[
        (np.array([3.0, 2.0]), np.array([0.0, -4.0])),
        *zip(_vectors(2, 3, seed=2), _vectors(2, 3, seed=3), strict=True),
        *zip(_vectors(3, 3, seed=4), _vectors(3, 3, seed=5), strict=True),
    ],
    edges=[
        (np.array([3.0, 2.0]), np.array([0.6, 0.8])),
        (np.array([0.0, 0.0]), np.array([1.0, 2.0])),
        (np.array([2.0, -1.0]), np.array([1.0, 2.0])),
        (np.array([3.0, 2.0]), np.array([0.0, 0.0])),
    ],
    mistakes=[
        Mistake(
            "not-normalised",
            lambda grad, direction: grad @ direction,
            "A direction twice as long gives twice the slope. Per unit length means: bring the direction to length 1.",
        ),
        Mistake(
            "squared-norm",
            lambda grad, direction: grad @ direction / (direction @ direction),
            "You divide by the square of the direction's length. Its length is the root of that.",
        ),
        Mistake(
            "normalises-gradient",
            lambda grad, direction: grad @ direction / _norm(grad),
            "You divide by the length of the gradient. The gradient's length is the slope and must stay; "
            "the direction's length has to go.",
        ),
        Mistake(
            "cosine",
            lambda grad, direction: grad @ direction / (_norm(grad) * _norm(direction)),
            "This is the cosine of the angle: both lengths are divided out. Only the direction's length has to go.",
        ),
        Mistake(
            "absolute-value",
            lambda grad, direction: abs(grad @ direction) / _norm(direction),
            "The size is right, but the sign is lost. A slope is negative where the function falls.",
        ),
        Mistake(
            "wrong-sign",
            lambda grad, direction: -grad @ direction / _norm(direction),
            "The sign is turned. The slope is positive where the function grows along the direction.",
        ),
        Mistake(
            "sum-of-entries",
            lambda grad, direction: grad @ direction / np.abs(direction).sum(),
            "You divide by the sum of the direction's entries. Its length is the root of the sum of their squares.",
        ),
        Mistake(
            "products-not-added",
            lambda grad, direction: grad * direction / _norm(direction),
            "The products of the entries are right, but they are still apart. A slope is one number: add them.",
        ),
        Mistake(
            "projection",
            lambda grad, direction: (grad @ direction) / (direction @ direction) * direction,
            "This is the part of the gradient that lies along the direction: a vector. Asked is how steep it is there.",
        ),
        Mistake(
            "direction-ignored",
            lambda grad, direction: _norm(grad),
            "This is the steepest of all slopes, whatever the direction. Let the direction decide.",
        ),
        Mistake(
            "zero-direction-nan",
            lambda grad, direction: grad @ direction / _norm(direction),
            "Right for each direction that has a length. A zero direction gives 0/0: test for it and raise ValueError.",
        ),
        Mistake(
            "zero-direction-zero",
            lambda grad, direction: grad @ direction / (_norm(direction) or 1.0),
            "Right for each direction that has a length. A zero direction has no slope, not the slope 0: "
            "raise ValueError.",
        ),
    ],
    hints=[
        "What should the answer be for 2 · direction, if the slope is counted per unit length?",
        "Bring the direction to length 1 first, with np.linalg.norm. Then take the dot product with the gradient.",
        "Before you divide, ask whether the length is 0, and raise ValueError with a sentence that says so.",
    ],
    insight="It is negative where the function falls along the direction, and 0 along a level set.",
)

STEEPEST_ASCENT = Exercise(
    id="steepest-ascent",
    statement=(
        "Write steepest_ascent(grad): the unit vector along which the function grows fastest. grad has shape (d,); "
        "where it is zero, return zeros."
    ),
    reference=steepest_ascent,
    probes=[
        (np.array([3.0, -4.0]),),
        *((g,) for g in _vectors(2, 3, seed=6)),
        *((g,) for g in _vectors(3, 3, seed=7)),
        (np.array([0.006, -0.008]),),
    ],
    edges=[(np.array([0.0, -5.0]),), (np.array([0.0, 0.0]),), (np.array([0.0, 0.0, 0.0]),)],
    mistakes=[
        Mistake(
            "descent-direction",
            lambda grad: -grad / _norm(grad),
            "This is the direction of steepest descent: the exact opposite. Ascent goes along the gradient.",
        ),
        Mistake(
            "not-normalised",
            lambda grad: grad * 1.0,
            "The direction is right, the length is not: a unit vector has length 1.",
        ),
        Mistake(
            "squared-norm",
            lambda grad: grad / (grad @ grad),
            "You divide by the square of the length. Check the length of what you return: it should be 1.",
        ),
        Mistake(
            "sum-normalised",
            lambda grad: grad / grad.sum(),
            "You divide by the sum of the entries, so that they add up to 1. A unit vector has squares that do.",
        ),
        Mistake(
            "absolute-sum-normalised",
            lambda grad: grad / np.abs(grad).sum(),
            "You divide by the sum of the entries' sizes. The length is the root of the sum of their squares.",
        ),
        Mistake(
            "largest-entry-normalised",
            lambda grad: grad / np.abs(grad).max(),
            "You divide by the largest entry, which then becomes 1. The length of the whole vector has to become 1.",
        ),
        Mistake(
            "signs-only",
            lambda grad: np.sign(grad),
            "Only the signs are left, so every coordinate counts the same. The steeper one has to count more.",
        ),
        Mistake(
            "one-coordinate",
            lambda grad: np.where(np.abs(grad) == np.abs(grad).max(), np.sign(grad), 0.0),
            "You go along the steepest axis alone. A direction between the axes is steeper still.",
        ),
        Mistake(
            "length-instead-of-direction",
            lambda grad: _norm(grad),
            "This is how steep it is. Asked is which way: a vector of the shape of grad.",
        ),
        Mistake(
            "epsilon-added",
            lambda grad: grad / (_norm(grad) + 1e-8),
            "The small number in the denominator avoids 0/0, but no result has exactly length 1, and where the "
            "gradient is small it is far from it. Test for zero instead.",
        ),
        Mistake(
            "nan-at-zero",
            lambda grad: grad / _norm(grad),
            "Right wherever there is a slope. Where the gradient is zero this is 0/0: return zeros there.",
        ),
    ],
    hints=[
        "Which direction makes the dot product with the gradient largest, among all of length 1?",
        "Divide the gradient by its length.",
        "The length is np.linalg.norm(grad). If it is 0, return zeros of the same shape before dividing.",
    ],
    insight="No other unit direction is steeper, and the slope along it is the gradient's length.",
)

LESSON = Lesson(
    "01_gradient",
    "The gradient",
    exercises=(BOWL_GRADIENT, DIRECTIONAL_DERIVATIVE, STEEPEST_ASCENT),
    predictions=PREDICTIONS,
    quiz=QUIZ,
)
