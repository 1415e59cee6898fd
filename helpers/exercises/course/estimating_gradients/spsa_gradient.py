"""A whole gradient from two evaluations along random signs."""

from collections.abc import Callable
from typing import Any

import numpy as np

from helpers.exercises.course.estimating_gradients.central_difference import Function, central_difference, cubic, waves
from helpers.exercises.reading import exercise
from helpers.exercises.values import Numbers, plain

CALLS = 24  # for each of the 2^d sign vectors: enough that a right answer misses none, but once in 10^8 tries
SOME = 20  # calls of an answer that does not ask f twice in each, or of which only one thing is asked
CHANCE = 6  # standard errors: a right answer exceeds them once in 10^8 tries
FEW = 4  # kinds of numbers that are shown one by one


def spsa_gradient(f: Function, x: np.ndarray, h: float, rng: np.random.Generator) -> np.ndarray:
    """One draw of the SPSA estimate of the gradient of f at x, shape (d,)."""
    signs = rng.choice([-1.0, 1.0], size=len(x))
    slope = (f(x + h * signs) - f(x - h * signs)) / (2 * h)
    return slope * signs


def observe_draws(answer: Callable[..., Any], f: Function, x: np.ndarray, h: float, rng: Any) -> dict[str, Any] | None:
    """Call the answer many times and describe points, values and results by numbers that chance does not touch.

    Nothing depends on which of the two points is asked first: exchanging them turns the move and the rise.
    """
    points: list[np.ndarray] = []
    values: list[float] = []

    def recorded(point: np.ndarray) -> float:
        if np.shape(point) != x.shape:
            raise ValueError(f"f takes an array of shape {x.shape}, and was given {np.shape(point) or 'one number'}")
        value = f(point)
        points.append(np.array(point, dtype=float))
        values.append(value)
        return value

    calls = CALLS * 2 ** len(x)
    results: list[Numbers] = []
    counts: list[int] = []
    before = rng.bit_generator.state
    while len(results) < (calls if len(points) == 2 * len(results) else SOME):
        done = len(points)
        result = plain(answer(recorded, x, h, rng))
        if not isinstance(result, Numbers):
            return None
        results.append(result)
        counts.append(len(points) - done)
    used = "yes" if rng.bit_generator.state != before else "no"
    once, again = (
        [plain(answer(f, x, h, generator)) for _ in range(SOME)] for generator in map(np.random.default_rng, (5, 5))
    )
    moves, count, shapes = (np.array(points).reshape(-1, len(x)) - x) / h, counts[0], {str(r.shape) for r in results}
    regular = set(counts) == {count} and count > 0 and count % 2 == 0
    pairs = moves.reshape(len(results), -1, 2, len(x)) if regular else None
    seen = {
        "evaluations of f": evaluations(counts, len(x)),
        "shape of the result": " or ".join(sorted(shapes)),
        "coordinates that are moved": kinds((np.abs(moves) > 1e-6).sum(axis=1)),
        "size of the moves, in units of h": sizes(np.abs(moves)),
    }
    seen |= dict.fromkeys((*OF_TWO_POINTS, *OF_RESULTS, OF_MANY), "not looked at")
    if pairs is not None and count == 2:
        seen |= of_moves(pairs[:, 0])
    if pairs is not None and shapes <= {"()", str(x.shape)}:
        grads = np.array([result.values if result.shape else result.values * len(x) for result in results])
        rises = np.array(values).reshape(len(results), -1, 2)
        if count == 2:
            seen |= of_results(grads, pairs[:, 0], rises[:, 0], h, central_difference(f, x, h))
        else:
            seen[OF_MANY] = of_many(grads, pairs, rises @ [1, -1] / (2 * h))
    return seen | {"rng is used": used, "same seed, same result": "yes" if once == again else "no"}


OF_TWO_POINTS = (
    "sum of the two moves",
    "length of a move, in units of h",
    "different signs of a move in many calls",
    "products of the signs of two coordinates",
)
OF_RESULTS = (
    "size of the entries over the slope between the points",
    "entries with the sign of slope times move",
    "factors of the two values, and of both times the signs",
    "mean of many calls",
)
OF_MANY = "the result, from what each pair of points gives"


def of_moves(pairs: np.ndarray) -> dict[str, Any]:
    """Describe the moves (calls, 2, d) from x to the two points of each call, in units of h."""
    signs = np.sign(np.round(along(pairs), 6)) + 0
    j, k = np.triu_indices(pairs.shape[2], 1)
    different = len(np.unique(signs, axis=0))
    products = kinds(signs[:, j] * signs[:, k]) if different > 1 else "not looked at"
    count = different if different <= 2 ** pairs.shape[2] else "more than signs give"
    found = kinds(pairs.sum(axis=1)), sizes(np.linalg.norm(along(pairs), axis=1)), count, products
    return dict(zip(OF_TWO_POINTS, found, strict=True))


def of_results(grads: np.ndarray, pairs: np.ndarray, values: np.ndarray, h: float, exact: np.ndarray) -> dict[str, Any]:
    """Describe the results (calls, d) by what they are made of: the moves (calls, 2, d) and the values (calls, 2)."""
    moves, one_is_x = along(pairs), not np.abs(pairs).max(axis=2).min(axis=1).any()
    if not (one_is_x or np.abs(pairs.sum(axis=1)).max() < 1e-6) or not np.isfinite([*grads.T, *values.T]).all():
        return dict.fromkeys(OF_RESULTS, "not looked at")
    rises = (values[:, 0] - values[:, 1]) * np.where(moved(pairs) == 0, 1, -1)
    ordered = np.where(moved(pairs)[:, None] == 0, values, values[:, ::-1])
    parts = [np.repeat(ordered[:, :1], len(exact), 1), np.repeat(ordered[:, 1:], len(exact), 1)]
    parts += [part * moves for part in parts]
    table = np.array([part.ravel() for part in parts]).T
    factors, _, rank, _ = np.linalg.lstsq(table, grads.ravel(), rcond=1e-9)
    left = np.abs(table @ factors - grads.ravel()).max()
    made_of = np.round(factors * 2 * h, 6) + 0 if left < 1e-7 * (1 + np.abs(grads).max()) else "no such sum"
    slopes = rises / ((1 if one_is_x else 2) * h)
    steep = np.abs(slopes) > 1e-3 * np.abs(slopes).max()
    right = slopes[:, None] * moves
    mean = np.abs(np.mean(grads, axis=0) - exact) < CHANCE * np.linalg.norm(exact) / np.sqrt(len(grads))
    all_signs = len(np.unique(np.sign(moves), axis=0)) == 2 ** len(exact) and np.allclose(np.abs(moves), 1)
    found = (
        sizes(np.abs(grads[steep]) / np.abs(slopes[steep, None])),
        kinds((grads * right > 0).sum(axis=1)[steep]),
        made_of if rank == 4 else "not looked at",
        ("the gradient, as far as chance allows" if mean.all() else "not the gradient")
        if all_signs and np.allclose(grads, right)
        else "not looked at",
    )
    return dict(zip(OF_RESULTS, found, strict=True))


def of_many(grads: np.ndarray, pairs: np.ndarray, slopes: np.ndarray) -> str:
    """Say what the results (calls, d) make of several pairs of points, moves (calls, n, 2, d)."""
    if np.abs(pairs.sum(axis=2)).max() > 1e-6:
        return "not looked at"
    each = slopes[:, :, None] * pairs[:, :, 0]
    if each.shape[1] == each.shape[2] and np.allclose(grads, np.diagonal(each, axis1=1, axis2=2)):
        return "one entry of each"
    made = {"mean": each.mean(axis=1), "sum": each.sum(axis=1)}
    return next((name for name, value in made.items() if np.allclose(grads, value)), "something else")


def moved(pairs: np.ndarray) -> np.ndarray:
    """Which of the two points (0 or 1) of each call is taken for the one along the signs: not x itself."""
    return np.where(np.abs(pairs[:, 0]).max(axis=1) > 1e-6, 0, 1)


def along(pairs: np.ndarray) -> np.ndarray:
    """The move (calls, d) to that point."""
    return pairs[np.arange(len(pairs)), moved(pairs)]


def evaluations(counts: list[int], d: int) -> int | str:
    """Say how often f was asked in a call; of more than a few times, in which rhythm."""
    if len(set(counts)) > 1:
        return "not the same in each call"
    count = counts[0]
    if count <= 2:
        return count
    rhythms = {2 * d: "2 for each coordinate", d + 1: "1, and 1 for each coordinate"}
    return rhythms.get(count, "2, again and again" if count % 2 == 0 else "an odd number above 2")


def kinds(numbers: np.ndarray) -> np.ndarray | str:
    """Return the different numbers, where they are few."""
    found = np.unique(np.round(numbers, 6) + 0.0)
    return found if len(found) <= FEW else "many"


def sizes(numbers: np.ndarray) -> np.ndarray | str:
    """Return the different sizes, where they are few, and else whether any lies above 1."""
    found = kinds(numbers)
    return found if isinstance(found, np.ndarray) else f"any up to {'1' if numbers.max() < 1 + 1e-6 else 'more than 1'}"


def slanted(x: np.ndarray) -> float:
    """A plane with slopes 3, -1, 2.5 and a little curvature."""
    return float(np.array([3.0, -1.0, 2.5])[: len(x)] @ x + 0.01 * np.sum(x**3))


def draw(rng: np.random.Generator) -> tuple[Function, np.ndarray, float, np.random.Generator]:
    """A function, a place in two or three dimensions, a step, and a generator."""
    f = [slanted, waves][rng.integers(2)]
    x, h = np.round(rng.uniform(0.1, 0.6, rng.integers(2, 4)), 2), float(rng.choice([0.01, 0.002]))
    return f, x, h, np.random.default_rng(int(rng.integers(1000)))


EXERCISE = exercise(
    "spsa-gradient",
    spsa_gradient,
    probes=[
        (slanted, np.array([1.0, 0.5, -0.5]), 0.01, np.random.default_rng(1)),
        (waves, np.array([0.3, 0.1]), 0.001, np.random.default_rng(2)),
    ],
    edges=[(cubic, np.array([1.5]), 0.01, np.random.default_rng(3))],
    observe=observe_draws,
    draw=draw,
)
