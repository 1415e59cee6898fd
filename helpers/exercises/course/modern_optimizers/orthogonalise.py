"""Rounds of Newton-Schulz, which bring the singular values of a matrix near to 1."""

import numpy as np

from helpers.exercises.reading import exercise

Array = np.ndarray
Arguments = tuple[Array, int]

SHAPES = ((2, 3), (3, 2), (2, 2), (3, 3), (1, 3), (2, 4), (4, 3))
SIZES = (0.4, 1.5, 8.0)  # of the entries: matrices shorter than 1, and longer


def orthogonalise(G: Array, steps: int) -> Array:
    """Rounds of Muon (Jordan and others, 2024), from G over its Frobenius norm; G (m, n) is any matrix but zeros."""
    a, b, c = 3.4445, -4.7750, 2.0315
    X = G / np.linalg.norm(G)
    for _ in range(steps):
        A = X @ X.T
        X = a * X + (b * A + c * A @ A) @ X
    return X


def rounds(X: Array, steps: int) -> Array:
    """The rounds, from X as it is."""
    for _ in range(steps):
        A = X @ X.T
        X = 3.4445 * X - (4.7750 * A - 2.0315 * A @ A) @ X
    return X


def with_a_guard(G: Array, steps: int) -> Array:
    return rounds(G / (np.linalg.norm(G) + 1e-7), steps)


def with_a_smaller_guard(G: Array, steps: int) -> Array:
    return rounds(G / (np.linalg.norm(G) + 1e-8), steps)


def exact(G: Array, steps: int) -> Array:
    """A mistake: all singular values are set to 1."""
    U, _, Vt = np.linalg.svd(G, full_matrices=False)
    return U @ Vt


def stays_turned(G: Array, steps: int) -> Array:
    """A mistake: a tall matrix is turned before the rounds, and not back after them."""
    X = orthogonalise(G, steps)
    return X.T if G.shape[0] > G.shape[1] else X


def entry_by_entry(G: Array, steps: int) -> Array:
    """A mistake: the polynomial acts on each entry."""
    X = G / np.linalg.norm(G)
    for _ in range(steps):
        X = 3.4445 * X - 4.7750 * X**3 + 2.0315 * X**5
    return X


def scaled_at_the_end(G: Array, steps: int) -> Array:
    """A mistake: the rounds begin with G as it is, and what they give is scaled."""
    X = rounds(G, steps)
    return X / np.linalg.norm(X)


def draw(rng: np.random.Generator) -> Arguments:
    """A matrix of any shape, with short or long entries, and one to four rounds."""
    shape = SHAPES[rng.integers(len(SHAPES))]
    return np.round(rng.normal(0, rng.choice(SIZES), shape), 2), int(rng.integers(1, 5))


def probes() -> list[Arguments]:
    """The arguments of draw: each shape once, sizes and rounds in turn."""
    rng = np.random.default_rng(112)
    found = [(np.round(rng.normal(0, SIZES[i % 3], shape), 2), 1 + i % 4) for i, shape in enumerate(SHAPES)]
    return [(np.array([[3.0, 1.0], [-2.0, 2.0]]), 1), *found]


EXERCISE = exercise(
    "orthogonalise",
    orthogonalise,
    probes=probes(),
    edges=[
        (np.array([[2.0, 1.0, -1.0], [0.5, 3.0, 1.0]]), 0),
        (np.array([[4.0]]), 2),
        (np.array([[1.0, 2.0], [2.0, 4.0]]), 3),
        (np.array([[3.0, 0.0], [0.0, 0.01]]), 5),
        (np.array([[1.0], [-2.0], [2.0]]), 10),
    ],
    draw=draw,
)
