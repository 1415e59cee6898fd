"""A gradient of which few numbers are sent, and the others remembered."""

import numpy as np

from helpers.exercises.reading import exercise

Arguments = tuple[np.ndarray, np.ndarray, int]


def compress(grad: np.ndarray, memory: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """What is sent, k entries and zeros, and the new memory: (d,). Source: Stich et al. (2018), arXiv:1809.07599."""
    total = grad + memory
    largest = np.argsort(np.abs(total))[-k:]
    sent = np.zeros_like(total)
    sent[largest] = total[largest]
    return sent, total - sent


def under_two_names(grad: np.ndarray, memory: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """A mistake: what is sent and the sum are one array, so that nothing seems to be left."""
    total = grad + memory
    smallest = np.argsort(np.abs(total))[:-k]
    sent = total
    sent[smallest] = 0
    return sent, total - sent


def of_the_gradient_alone(grad: np.ndarray, memory: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """A mistake: the memory collects, and nothing in it is ever sent."""
    largest = np.argsort(np.abs(grad))[-k:]
    sent = np.zeros_like(grad)
    sent[largest] = grad[largest]
    return sent, memory + grad - sent


def of_the_gradient_then_memory(grad: np.ndarray, memory: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """A mistake: the gradient is compressed, and then all that the memory holds is sent with it."""
    largest = np.argsort(np.abs(grad))[-k:]
    sent = np.zeros_like(grad)
    sent[largest] = grad[largest]
    return sent + memory, grad - sent


def draw(rng: np.random.Generator) -> Arguments:
    """Fewer numbers to send than there are, and a memory that is sometimes larger than the gradient."""
    d = int(rng.integers(3, 8))
    return distinct(rng, d, int(rng.integers(1, d)))


def distinct(rng: np.random.Generator, d: int, k: int) -> Arguments:
    """Two digits, and no two entries close in size, neither of the gradient nor of the memory nor of their sum."""
    while True:
        grad, memory = np.round(rng.normal(0, 2, d), 2), np.round(rng.normal(0, rng.choice([1, 2, 4]), d), 2)
        sizes = (np.sort(np.abs(numbers)) for numbers in (grad, memory, grad + memory))
        if all(size[0] > 0.02 and np.all(np.diff(size) > 0.02) for size in sizes):
            return grad, memory, k


def probes() -> list[Arguments]:
    """The one that the statement names, and others of several lengths."""
    rng = np.random.default_rng(142)
    sizes = [(3, 1), (4, 2), (5, 1), (5, 4), (6, 2), (6, 3), (7, 2)]
    return [(np.array([3.0, 2.0]), np.array([0.0, 2.0]), 1), *(distinct(rng, d, k) for d, k in sizes)]


EXERCISE = exercise(
    "compress",
    compress,
    probes=probes(),
    edges=[
        (np.array([1.5, -0.5, 2.0]), np.array([0.5, 1.0, -3.0]), 3),
        (np.array([-2.5]), np.array([1.0]), 1),
        (np.array([0.0, 0.0, 0.0, 0.0]), np.array([0.5, -1.5, 1.0, 0.25]), 2),
        (np.array([2.0, -1.0, 3.0]), np.array([-2.0, 1.0, -3.0]), 1),
    ],
    draw=draw,
)
