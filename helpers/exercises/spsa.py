"""Lesson 02, estimating gradients: a whole gradient from two evaluations along random signs."""

from collections.abc import Callable
from typing import Any

import numpy as np

from helpers.exercises.exercise import Exercise, Mistake

Function = Callable[[np.ndarray], float]
CALLS = 300  # enough that each sign vector of three coordinates turns up
CHANCE = 6  # standard errors: a right answer exceeds them once in 10^8 tries


def spsa_gradient(f: Function, x: np.ndarray, h: float, rng: np.random.Generator) -> np.ndarray:
    """One draw of the SPSA estimate of the gradient of f at x, shape (d,)."""
    signs = rng.choice([-1.0, 1.0], size=len(x))
    slope = (f(x + h * signs) - f(x - h * signs)) / (2 * h)
    return slope * signs


def cubic(x: np.ndarray) -> float:
    """x^3 of each entry, and the sum of the entries squared."""
    return float(np.sum(x**3) + np.sum(x) ** 2)


def waves(x: np.ndarray) -> float:
    """Exponential times sine, the entries with weights 1, 2, 3, ..."""
    return float(np.sum(np.arange(1, len(x) + 1) * np.exp(x) * np.sin(2 * x)))


def slanted(x: np.ndarray) -> float:
    """A plane with slopes 3, -1, 2.5, ... and a little curvature."""
    return float(np.resize([3.0, -1.0, 2.5], len(x)) @ x + 0.01 * np.sum(x**3))


def _reach(offsets: np.ndarray) -> str:
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


def _factor(grads: np.ndarray, right: np.ndarray) -> str:
    """Say which multiple of the right estimates (calls, d) came back."""
    factors = np.sum(grads * right, axis=1) / np.sum(right**2, axis=1)
    if np.allclose(grads, factors[:, None] * right, atol=1e-9 * np.abs(right).max()) and np.ptp(factors) < 1e-6:
        return f"{np.mean(factors) + 0:.4g}"
    return "no multiple of it"


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
    mean, exact = np.mean(grads, axis=0), _gradient(f, x, h)
    allowed = CHANCE * np.linalg.norm(exact) / np.sqrt(CALLS)
    once, again = ([answer(f, x, h, same) for _ in range(20)] for same in map(np.random.default_rng, (5, 5)))
    found = (
        _reach(first),
        "opposite to each other" if np.allclose(first, -second, atol=1e-6) else "not opposite to each other",
        _factor(np.array(grads), slopes[:, None] * first),
        len({tuple(row) for row in np.sign(first).tolist()}),
        "the gradient, as far as chance allows" if np.all(np.abs(mean - exact) < allowed) else "not the gradient",
        "yes" if np.array_equal(once, again) else "no",
    )
    return seen | dict(zip((*rest, *later), found, strict=True))


def _gradient(f: Function, x: np.ndarray, h: float) -> np.ndarray:
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))])


def _along(draw: Callable[[np.random.Generator, int], np.ndarray]) -> Callable[..., np.ndarray]:
    """An estimate that is right but for its direction, draw(rng, d)."""

    def estimate(f: Function, x: np.ndarray, h: float, rng: np.random.Generator) -> np.ndarray:
        direction = draw(rng, len(x))
        return (f(x + h * direction) - f(x - h * direction)) / (2 * h) * direction

    return estimate


def _with_signs(estimate: Callable[[Function, np.ndarray, float, np.ndarray], Any]) -> Callable[..., Any]:
    """An estimate from right signs."""

    def answer(f: Function, x: np.ndarray, h: float, rng: np.random.Generator) -> Any:
        return estimate(f, x, h, rng.choice([-1.0, 1.0], size=len(x)))

    return answer


def _new_signs_for_each_point(f: Function, x: np.ndarray, h: float, rng: np.random.Generator) -> np.ndarray:
    one, other = rng.choice([-1.0, 1.0], size=(2, len(x)))
    return (f(x + h * one) - f(x - h * other)) / (2 * h) * one


_signs = _along(lambda rng, d: rng.choice([-1.0, 1.0], size=d))

SPSA_GRADIENT = Exercise(
    id="spsa-gradient",
    statement=(
        "Write spsa_gradient(f, x, h, rng): one SPSA estimate of the gradient of f at x, an array of shape (d,). Draw "
        "one random sign, -1 or 1, for each coordinate from rng, a NumPy generator, and evaluate f twice."
    ),
    reference=spsa_gradient,
    probes=[
        (slanted, np.array([1.0, 0.5, -0.5]), 0.01, np.random.default_rng(1)),
        (waves, np.array([0.3, 0.1]), 0.001, np.random.default_rng(2)),
    ],
    edges=[(cubic, np.array([1.5]), 0.01, np.random.default_rng(3))],
    observe=observe_draws,
    returns="an array of shape (d,)",
    mistakes=[
        Mistake(
            "one-sided",
            _with_signs(lambda f, x, h, signs: (f(x + h * signs) - f(x)) / h * signs),
            "This is the one-sided form: one of the two points is x itself, and the error falls with h alone. Take "
            "two opposite points.",
        ),
        Mistake(
            "coordinate-by-coordinate",
            lambda f, x, h, rng: _gradient(f, x, h),
            "This is the central difference, with two evaluations for each coordinate. Move all coordinates at once.",
        ),
        Mistake(
            "gaussian-direction",
            _along(lambda rng, d: rng.normal(size=d)),
            "A Gaussian direction gives the gradient on average too: that is an evolution strategy. Asked are signs, "
            "each -1 or 1, whose estimates scatter less.",
        ),
        Mistake(
            "one-sign-for-all",
            _along(lambda rng, d: rng.choice([-1.0, 1.0]) * np.ones(d)),
            "All coordinates have the same sign, so the slopes along them cannot be told apart. Draw one for each.",
        ),
        Mistake(
            "zeros-and-ones",
            _along(lambda rng, d: rng.integers(0, 2, size=d).astype(float)),
            "The directions are made of 0 and 1. Signs are -1 and 1: with them the other slopes cancel on average.",
        ),
        Mistake(
            "one-random-coordinate",
            _along(lambda rng, d: np.eye(d)[rng.integers(d)]),
            "You move one coordinate, chosen at random. SPSA moves all of them at once.",
        ),
        Mistake(
            "direction-normalised",
            _along(lambda rng, d: rng.choice([-1.0, 1.0], size=d) / np.sqrt(d)),
            "The sign vector was brought to length 1. Leave its entries at -1 and 1, whatever the dimension.",
        ),
        Mistake(
            "new-signs-for-each-point",
            _new_signs_for_each_point,
            "The two points have different signs, so they are not opposite to each other. Draw once and use it twice.",
        ),
        Mistake(
            "two-forgotten",
            _with_signs(lambda f, x, h, signs: (f(x + h * signs) - f(x - h * signs)) / h * signs),
            "The estimate is twice too large. How many h lie between the two points, along each coordinate?",
        ),
        Mistake(
            "not-divided-by-h",
            _with_signs(lambda f, x, h, signs: (f(x + h * signs) - f(x - h * signs)) / 2 * signs),
            "This is half the rise. A slope is the rise over the run, which is 2 h along each coordinate.",
        ),
        Mistake(
            "wrong-sign",
            _with_signs(lambda f, x, h, signs: (f(x - h * signs) - f(x + h * signs)) / (2 * h) * signs),
            "The sign of the whole is turned: the estimate points downhill on average.",
        ),
        Mistake(
            "signs-forgotten",
            _with_signs(lambda f, x, h, signs: (f(x + h * signs) - f(x - h * signs)) / (2 * h) * np.ones(len(x))),
            "Every entry is the same slope. Where a coordinate went the other way, its entry needs the other sign.",
        ),
        Mistake(
            "slope-alone",
            _with_signs(lambda f, x, h, signs: (f(x + h * signs) - f(x - h * signs)) / (2 * h)),
            "This is one number, the slope along the direction. The estimate has an entry for each coordinate: what "
            "does each sign make of the slope?",
        ),
        Mistake(
            "averaged-over-draws",
            lambda f, x, h, rng: np.mean([_signs(f, x, h, rng) for _ in range(10)], axis=0),
            "You average several draws. That lowers the scatter, at two evaluations each; asked is one draw.",
        ),
        Mistake(
            "same-signs-in-every-call",
            lambda f, x, h, rng: _signs(f, x, h, np.random.default_rng(0)),
            "Every call draws the same signs, because it makes a new generator with the same seed. Use the rng that "
            "you are given.",
        ),
        Mistake(
            "another-generator",
            lambda f, x, h, rng: _signs(f, x, h, np.random.default_rng()),
            "The signs do not come from rng, so that nobody can repeat the run. Draw from the rng that you are given.",
        ),
    ],
    hints=[
        "rng.choice([-1.0, 1.0], size=...) draws signs. How many do you need?",
        "Go h along the signs, and h the opposite way. What is the rise over the run?",
        "One slope becomes an array when each coordinate gets it with its own sign.",
    ],
    insight="Two evaluations, in two dimensions or in a million: the price is paid in scatter.",
    points=3,
)
