"""One step of Adagrad."""

import numpy as np

from helpers.exercises.reading import exercise

Array = np.ndarray
Pair = tuple[Array, Array]

RATES = (0.05, 0.1, 0.2, 0.3, 0.7)
EPSILONS = (1e-8, 0.01, 0.5)  # the larger ones show on every call where eps stands
SIZES = (3.0, 0.3)  # of gradients: with the small ones eps can be larger than the root
SHAPES = ((2,), (1,), (3,), (2, 2), (5,), (2, 3), (3, 1))


def adagrad_step(w: Array, total: Array, grad: Array, lr: float, eps: float) -> Pair:
    """One step of Adagrad: the next w and the total of all squared gradients; arrays of one shape, none is changed."""
    total = total + grad**2
    return w - lr * grad / (np.sqrt(total) + eps), total


def first_only(w: Array, total: Array, grad: Array, lr: float, eps: float) -> Pair:
    """A mistake: the loop over the entries returns in its first round."""
    stepped, new = adagrad_step(w, total, grad, lr, eps)
    return np.concatenate([stepped[:1], w[1:]]), np.concatenate([new[:1], total[1:]])


def first_beside_zeros(w: Array, total: Array, grad: Array, lr: float, eps: float) -> Pair:
    """A mistake: the same, where the new arrays were zeros before the loop."""
    stepped, new = adagrad_step(w, total, grad, lr, eps)
    return np.concatenate([stepped[:1], 0 * w[1:]]), np.concatenate([new[:1], 0 * total[1:]])


def state(rng: np.random.Generator, shape: tuple[int, ...], size: float) -> tuple[Array, Array, Array]:
    """w, what is remembered of squares, and a gradient."""
    w, grad = (np.round(rng.normal(0, spread, shape), 2) for spread in (2, size))
    return w, np.round(rng.uniform(0.1, 1, shape) * size**2, 2), grad


def draw(rng: np.random.Generator) -> tuple[Array, Array, Array, float, float]:
    """Arguments of any shape that is asked for."""
    found = state(rng, SHAPES[rng.integers(len(SHAPES))], rng.choice(SIZES))
    return *found, float(rng.choice(RATES)), float(rng.choice(EPSILONS))


def states() -> list[tuple[Array, Array, Array, float, float]]:
    """The arguments of draw, each shape once; and at the end gradients of 0, and so small that the usual eps counts."""
    rng = np.random.default_rng(81)
    found = [(*state(rng, shape, SIZES[i % 2]), RATES[i % 5], EPSILONS[i % 3]) for i, shape in enumerate(SHAPES)]
    w, grad = np.array([1.0, -2.0, 0.5, 2.0]), np.array([1e-4, -2e-4, 3.0, 0.0])
    found.append((w, np.array([0.0, 1e-8, 4.0, 0.0]), grad, 0.1, 1e-8))
    return found


# In w0 there was never a slope; and a w of whole numbers.
FLAT = (np.array([1.0, 2.0]), np.array([0.0, 4.0]), np.array([0.0, 0.0]), 0.1, 1e-8)
WHOLE = (np.array([3, -1]), np.array([4.0, 0.5]), np.array([2.0, -0.25]), 0.1, 1e-8)

EXERCISE = exercise(
    "adagrad-step",
    adagrad_step,
    probes=[(np.array([5.0, -1.0]), np.array([0.0, 0.0]), np.array([6.0, 0.02]), 0.1, 1e-8), *states()],
    edges=[FLAT, WHOLE],
    draw=draw,
)
