"""Lesson 04, gradient descent: the loop, and when to stop it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from helpers.exercises.exercise import Exercise, Mistake


def gradient_descent(grad: Callable[[np.ndarray], np.ndarray], w0: np.ndarray, lr: float, steps: int) -> np.ndarray:
    """The path of a descent: w0 and the point after each step, an array of steps + 1 points."""
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1]))
    return np.array(path)


def has_converged(grad: np.ndarray, tolerance: float) -> bool:
    """Whether the gradient's Euclidean length is below the tolerance."""
    return np.linalg.norm(grad) < tolerance


def bowl_slope(w: np.ndarray) -> np.ndarray:
    """Gradient of a bowl with curvatures 1 and 10."""
    return w * np.array([1.0, 10.0])


def tilted_slope(w: np.ndarray) -> np.ndarray:
    """Gradient of a bowl whose axes lie between the coordinates."""
    return np.array([[3.0, 2.0], [2.0, 4.0]]) @ w


def quartic_slope(w: np.ndarray) -> np.ndarray:
    """Gradient of the sum of w^4 / 4."""
    return w**3


def _path(step: Callable[[Any, np.ndarray, float, int], np.ndarray]) -> Callable[..., np.ndarray]:
    """A descent whose every step is `step(grad, w, lr, t)`."""

    def descent(grad: Any, w0: np.ndarray, lr: float, steps: int) -> np.ndarray:
        path = [w0]
        for t in range(steps):
            path.append(step(grad, path[-1], lr, t))
        return np.array(path)

    return descent


def _frozen(grad: Any, w0: np.ndarray, lr: float, steps: int) -> np.ndarray:
    return np.array([w0 - t * lr * grad(w0) for t in range(steps + 1)])


def _one_after_another(grad: Any, w: np.ndarray, lr: float, t: int) -> np.ndarray:
    w = w.copy()
    for i in range(len(w)):
        w[i] -= lr * grad(w)[i]
    return w


def _one_array(grad: Any, w0: np.ndarray, lr: float, steps: int) -> np.ndarray:
    w = w0.copy()
    path = [w]
    for _ in range(steps):
        w -= lr * grad(w)
        path.append(w)
    return np.array(path)


def _accumulated(grad: Any, w0: np.ndarray, lr: float, steps: int) -> np.ndarray:
    path, total = [w0], np.zeros_like(w0)
    for _ in range(steps):
        total = total + grad(path[-1])
        path.append(path[-1] - lr * total)
    return np.array(path)


GRADIENT_DESCENT = Exercise(
    id="gradient-descent",
    statement=(
        "Write gradient_descent(grad, w0, lr, steps): grad is a function of w that returns the gradient, w0 the start, "
        "an array. Return the path as an array of steps + 1 points, the start included."
    ),
    reference=gradient_descent,
    probes=[
        (bowl_slope, np.array([2.0, 1.0]), 0.05, 3),
        (tilted_slope, np.array([1.0, -2.0]), 0.1, 4),
        (quartic_slope, np.array([1.5, -0.5, 1.0]), 0.2, 3),
    ],
    edges=[(bowl_slope, np.array([2.0, 1.0]), 0.05, 1), (tilted_slope, np.array([1.0, -2.0]), 0.1, 0)],
    mistakes=[
        Mistake(
            "wrong-sign",
            _path(lambda grad, w, lr, t: w + lr * grad(w)),
            "The path climbs: each step goes along the gradient. Descent goes against it.",
        ),
        Mistake(
            "gradient-frozen",
            _frozen,
            "Every step uses the gradient at the start. Compute it anew where you stand, inside the loop.",
        ),
        Mistake(
            "one-after-another",
            _path(_one_after_another),
            "The second coordinate already sees the new first one. Compute the whole gradient at the old point, then "
            "move all coordinates at once.",
        ),
        Mistake(
            "gradients-accumulate",
            _accumulated,
            "Each step adds the new gradient to all earlier ones. Use the gradient at the present point alone.",
        ),
        Mistake(
            "last-point-only",
            lambda grad, w0, lr, steps: gradient_descent(grad, w0, lr, steps)[-1],
            "This is where the descent ends. Asked is the whole path, the start and the point after each step.",
        ),
        Mistake(
            "start-missing",
            lambda grad, w0, lr, steps: gradient_descent(grad, w0, lr, steps)[1:],
            "The steps are right, but the path begins after the first one. It should begin with w0.",
        ),
        Mistake(
            "last-step-missing",
            lambda grad, w0, lr, steps: gradient_descent(grad, w0, lr, steps)[:-1],
            "The last step is missing: after `steps` steps the path has steps + 1 points.",
        ),
        Mistake(
            "one-step-too-many",
            lambda grad, w0, lr, steps: gradient_descent(grad, w0, lr, steps + 1),
            "There is one step too many: after `steps` steps the path has steps + 1 points.",
        ),
        Mistake(
            "same-array-every-time",
            _one_array,
            "Every point of the path is the last one: w -= ... changes the array that already stands in the list. Make "
            "a new array at each step.",
        ),
        Mistake(
            "learning-rate-forgotten",
            _path(lambda grad, w, lr, t: w - grad(w)),
            "The learning rate has no effect: each step is the whole gradient. lr scales it.",
        ),
        Mistake(
            "normalised",
            _path(lambda grad, w, lr, t: w - lr * grad(w) / np.linalg.norm(grad(w))),
            "Every step has the length lr, because the gradient is divided by its length. Leave it as it is: the steps "
            "are meant to shrink near a minimum.",
        ),
        Mistake(
            "gradients-instead-of-points",
            lambda grad, w0, lr, steps: np.array([grad(w) for w in gradient_descent(grad, w0, lr, steps)]),
            "These are the gradients along the path. Asked are the points.",
        ),
    ],
    hints=[
        "Begin with a list that holds the start, and count the points: how many are there after one step?",
        "In each step, take the newest point of the list. Which is the next one?",
        "Append a new array at each step, and turn the list into one array at the end.",
    ],
    insight="Everything that follows in this course changes one line of it.",
    points=3,
)

STOPPING_RULE = Exercise(
    id="stopping-rule",
    statement=(
        "Write has_converged(grad, tolerance): True when the gradient's length, its Euclidean norm, is below the "
        "tolerance, else False."
    ),
    reference=has_converged,
    probes=[
        (np.array([3.0, 4.0]), 5.5),
        (np.array([3.0, 4.0]), 4.5),
        (np.array([-3.0, -4.0]), 4.5),
        (np.array([-6.0, 8.0]), 3.0),
        (np.array([-6.0, 1.0]), 3.0),
        (np.array([0.3, 0.4]), 0.42),
        (np.array([0.3, 0.4]), 0.36),
        (np.array([0.3, 0.4]), 0.6),
        (np.array([1.0, 1.0, 1.0, 1.0]), 1.5),
        (np.array([0.0, 2.0]), 1.0),
        (np.array([0.5, 0.5]), 0.8),
    ],
    edges=[(np.array([0.0, 0.0]), 1e-6)],
    mistakes=[
        Mistake(
            "upside-down",
            lambda grad, tolerance: np.linalg.norm(grad) > tolerance,
            "The answer is turned round: the descent has converged when the gradient is small.",
        ),
        Mistake(
            "largest-entry",
            lambda grad, tolerance: np.abs(grad).max() <= tolerance,
            "You compare the largest entry. The length of the whole vector is larger as soon as two entries are not 0.",
        ),
        Mistake(
            "sign-forgotten",
            lambda grad, tolerance: bool(np.all(grad <= tolerance)),
            "A large negative entry passes for a small one. Use the length, which knows no sign.",
        ),
        Mistake(
            "any-entry",
            lambda grad, tolerance: bool(np.any(np.abs(grad) <= tolerance)),
            "One small entry is enough for you. Every direction has to be nearly level.",
        ),
        Mistake(
            "squared-norm",
            lambda grad, tolerance: grad @ grad <= tolerance,
            "You compare the square of the length. Take the root, or square the tolerance.",
        ),
        Mistake(
            "sum-of-sizes",
            lambda grad, tolerance: np.abs(grad).sum() <= tolerance,
            "You add up the entries' sizes. The Euclidean length is the root of the sum of their squares.",
        ),
        Mistake(
            "sum-of-entries",
            lambda grad, tolerance: abs(grad.sum()) <= tolerance,
            "You add up the entries, so that positive and negative ones cancel. Use the length.",
        ),
        Mistake(
            "root-mean-square",
            lambda grad, tolerance: np.sqrt(np.mean(grad**2)) <= tolerance,
            "You take the mean of the squares before the root. The length takes their sum.",
        ),
        Mistake(
            "norm-instead-of-answer",
            lambda grad, tolerance: np.linalg.norm(grad),
            "This is the length itself. Asked is whether it is below the tolerance: True or False.",
        ),
    ],
    hints=[
        "np.linalg.norm gives the length of a vector.",
        "A comparison is True or False already: no if is needed.",
    ],
    insight="It says that the ground is level here. It does not say that this is a minimum.",
    points=1,
)
