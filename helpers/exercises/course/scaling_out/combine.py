"""One gradient from the means of many workers."""

import numpy as np

from helpers.exercises.reading import exercise

Arguments = tuple[np.ndarray, np.ndarray]


def combine(grads: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Mean gradient of all samples, (d,), from that of each worker, (workers, d), and their numbers, (workers,)."""
    weights = counts / np.sum(counts)
    return weights @ grads


def running_halves(grads: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """A mistake: each worker is averaged with what has come before."""
    mean = grads[0]
    for grad in grads[1:]:
        mean = (mean + grad) / 2
    return mean


def shards(rng: np.random.Generator, counts: list[int], d: int) -> Arguments:
    """A row with two digits for each count."""
    return np.round(rng.normal(0, 2, (len(counts), d)), 2), np.array(counts)


def draw(rng: np.random.Generator) -> Arguments:
    """Shards of different sizes, often with one that is far larger, or far smaller."""
    workers = int(rng.integers(2, 7))
    counts = rng.permutation(np.arange(3, 60))[:workers]
    if rng.random() < 0.5:
        counts[rng.integers(workers)] = rng.choice([1, 2, 500, 997])
    return shards(rng, counts.tolist(), int(rng.integers(2, 5)))


def probes() -> list[Arguments]:
    """One that can be computed by hand; as many workers as entries, and not; the last shard smaller than the others."""
    rng = np.random.default_rng(140)
    sizes = [[5, 3, 2], [1, 9], [400, 300, 200, 100], [10, 1, 1, 4], [997, 1, 1, 1, 1], [32, 32, 32, 7], [6, 11, 8]]
    first = (np.array([[2.0, 0.0], [6.0, 4.0]]), np.array([3, 1]))
    return [first, *(shards(rng, counts, d) for counts, d in zip(sizes, (4, 2, 3, 2, 3, 4, 3), strict=True))]


EXERCISE = exercise(
    "combine",
    combine,
    probes=probes(),
    edges=[
        (np.array([[1.5, -2.0, 0.5]]), np.array([8])),
        (np.array([[1.0, 2.0], [3.0, -4.0], [0.5, 1.0]]), np.array([5, 5, 5])),
        (np.array([[0.5, -1.0], [0.0, 0.0], [2.5, 3.0]]), np.array([6, 0, 2])),
    ],
    draw=draw,
)
