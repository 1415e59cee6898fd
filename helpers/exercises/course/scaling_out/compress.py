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


# With these, which entries are sent depends on gradient and memory together, also if each number is another by a fifth.
TOGETHER = (
    ([-4.9, -1.4, 5.6, 2.8, -2.3], [-1.2, -0.6, -3.8, -9.7, 1.6], 2),
    ([1.6, 1.9, -3.0, -1.8, -1.3, -5.4], [-0.5, 1.9, 0.4, 3.4, -0.6, -3.6], 2),
    ([-2.5, 2.0, 1.5, -1.4, -4.3, 0.2], [4.2, 6.0, -2.4, -2.9, -2.5, 1.7], 3),
    ([-0.5, 2.8, -2.5, -0.3, 4.4, 2.9, 2.0], [-0.7, 1.2, -1.3, -2.0, -2.7, -3.2, -1.4], 2),
    ([1.0, -0.4, -7.2, -1.6, -1.2, 7.4, 2.7], [2.6, -6.1, -2.6, -2.2, 7.4, -6.3, -4.4], 3),
)


def probes() -> list[Arguments]:
    """The one that the statement names, and others of several lengths."""
    rng = np.random.default_rng(142)
    told = (np.array([3.0, 2.0]), np.array([0.0, 2.0]), 1)
    together = [(np.array(grad), np.array(memory), k) for grad, memory, k in TOGETHER]
    return [told, *together, *(distinct(rng, d, k) for d, k in ((3, 1), (5, 4)))]


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
