"""A whole gradient from two evaluations along random signs."""

from collections.abc import Callable
from typing import Any

import numpy as np

from helpers.exercises.course.estimating_gradients.central_difference import Function, central_difference, cubic, waves
from helpers.exercises.reading import exercise

CALLS = 300  # enough that each sign vector of three coordinates turns up
CHANCE = 6  # standard errors: a right answer exceeds them once in 10^8 tries


def spsa_gradient(f: Function, x: np.ndarray, h: float, rng: np.random.Generator) -> np.ndarray:
    """One draw of the SPSA estimate of the gradient of f at x, shape (d,)."""
    signs = rng.choice([-1.0, 1.0], size=len(x))
    slope = (f(x + h * signs) - f(x - h * signs)) / (2 * h)
    return slope * signs


def observe_draws(answer: Callable[..., Any], f: Function, x: np.ndarray, h: float, rng: Any) -> dict[str, Any] | None:
    """Call the answer many times and describe points, values and results by properties that chance does not touch."""
    points: list[np.ndarray] = []
    values: list[float] = []

    def recorded(point: np.ndarray) -> float:
        points.append(np.array(point, dtype=float))
        values.append(f(point))
        return values[-1]

    grads = [answer(recorded, x, h, rng)]
    if type(grads[0]) not in (np.ndarray, np.float64, float):
        return None
    shape, evaluations = np.shape(grads[0]), len(points)
    seen = {"evaluations of f": evaluations, "shape of the result": str(shape)}
    rest = ("distance of the points from x", "the points lie", "result over slope times signs")
    later = ("different sign vectors in many calls", "mean of many calls", "same seed, same result")
    if evaluations != 2 or shape != x.shape or any(point.shape != x.shape for point in points):
        return seen | dict.fromkeys((*rest, *later), "not looked at")

    grads += [answer(recorded, x, h, rng) for _ in range(CALLS - 1)]
    first, second = (np.array(points).reshape(CALLS, 2, -1).swapaxes(0, 1) - x) / h
    slopes = np.array(values).reshape(CALLS, 2) @ [1, -1] / (2 * h)
    if not first.any():  # the first of the two points was x itself
        first, second, slopes = second, first, -slopes
    mean, exact = np.mean(grads, axis=0), central_difference(f, x, h)
    allowed = CHANCE * np.linalg.norm(exact) / np.sqrt(CALLS)
    once, again = ([answer(f, x, h, same) for _ in range(20)] for same in map(np.random.default_rng, (5, 5)))
    found = (
        reach(first),
        "opposite to each other" if np.allclose(first, -second, atol=1e-6) else "not opposite to each other",
        factor(np.array(grads), slopes[:, None] * first),
        len({tuple(row) for row in np.sign(first).tolist()}),
        "the gradient, as far as chance allows" if np.all(np.abs(mean - exact) < allowed) else "not the gradient",
        "yes" if np.array_equal(once, again) else "no",
    )
    return seen | dict(zip((*rest, *later), found, strict=True))


def reach(offsets: np.ndarray) -> str:
    """Say how far points lie from x along the axes, offsets (calls, d) in units of h."""
    kinds = set()
    for sizes in np.abs(offsets):
        if np.allclose(sizes, 1, atol=1e-6):
            kinds.add("h along every axis")
        elif np.allclose(sizes[sizes > 1e-6], 1, atol=1e-6):
            kinds.add("h along some of the axes")
        else:
            kinds.add("the same along every axis, but not h" if np.ptp(sizes) < 1e-6 else "not the same at each axis")
    return " or ".join(sorted(kinds))


def factor(grads: np.ndarray, right: np.ndarray) -> str:
    """Say which multiple of the right estimates (calls, d) came back."""
    factors = np.sum(grads * right, axis=1) / np.sum(right**2, axis=1)
    if np.allclose(grads, factors[:, None] * right, atol=1e-9 * np.abs(right).max()) and np.ptp(factors) < 1e-6:
        return f"{np.mean(factors) + 0:.4g}"
    return "no multiple of it"


def slanted(x: np.ndarray) -> float:
    """A plane with slopes 3, -1, 2.5, ... and a little curvature."""
    return float(np.resize([3.0, -1.0, 2.5], len(x)) @ x + 0.01 * np.sum(x**3))


EXERCISE = exercise(
    "spsa-gradient",
    spsa_gradient,
    probes=[
        (slanted, np.array([1.0, 0.5, -0.5]), 0.01, np.random.default_rng(1)),
        (waves, np.array([0.3, 0.1]), 0.001, np.random.default_rng(2)),
    ],
    edges=[(cubic, np.array([1.5]), 0.01, np.random.default_rng(3))],
    observe=observe_draws,
)
