"""A gradient of many arrays, shortened as one vector."""

import numpy as np

from helpers.exercises.reading import exercise

Arguments = tuple[list[np.ndarray], float]


def clip_gradients(grads: list[np.ndarray], largest: float) -> list[np.ndarray]:
    """New arrays, all together no longer than largest > 0. Source: Pascanu et al. (2013), arXiv:1211.5063."""
    length = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    factor = largest / max(length, largest)
    return [factor * grad for grad in grads]


def as_torch(grads: list[np.ndarray], largest: float) -> list[np.ndarray]:
    """Another right answer: that of torch."""
    length = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    factor = min(1.0, largest / (length + 1e-6))
    return [factor * grad for grad in grads]


def each_array(grads: list[np.ndarray], largest: float) -> list[np.ndarray]:
    """The program that is given: each array has a length of its own."""
    clipped = []
    for grad in grads:
        length = np.sqrt(np.sum(grad**2))
        clipped.append(largest / max(length, largest) * grad)
    return clipped


def running(grads: list[np.ndarray], largest: float) -> list[np.ndarray]:
    """A mistake: each array is shortened before the later ones have been added to the sum."""
    clipped, squares = [], 0.0
    for grad in grads:
        squares += np.sum(grad**2)
        clipped.append(largest / max(np.sqrt(squares), largest) * grad)
    return clipped


SHAPES = (((2, 3), (3,)), ((3,), (2,)), ((2, 2), (2,), (2, 1), (1,)), ((4,),), ((1, 3), (2,), (2, 2)))


def draw(rng: np.random.Generator) -> Arguments:
    """Arrays of different sizes, together longer than the limit or shorter."""
    shapes = SHAPES[rng.integers(len(SHAPES))]
    return parts(rng, shapes, float(rng.choice([0.1, 0.4, 0.8, 1.3, 3.0])))


def parts(rng: np.random.Generator, shapes: tuple[tuple[int, ...], ...], fraction: float) -> Arguments:
    """Arrays of the given shapes, and a limit that is this fraction of their length."""
    grads = [np.round(rng.normal(0, 10 ** rng.uniform(-0.5, 0.7), shape), 2) for shape in shapes]
    length = float(np.sqrt(sum(np.sum(grad**2) for grad in grads)))
    return grads, float(f"{fraction * (length + 0.1):.3g}")


def probes() -> list[Arguments]:
    """The one that the statement names, and each set of shapes with a limit below the length and above."""
    rng = np.random.default_rng(125)
    fractions = (0.3, 0.6, 0.15, 0.5, 0.4, 0.2, 0.5, 0.3)
    below = [parts(rng, SHAPES[i % len(SHAPES)], fraction) for i, fraction in enumerate(fractions)]
    above = [parts(rng, shapes, fraction) for shapes, fraction in zip(SHAPES, (1.6, 8.0, 1.8), strict=False)]
    small = [np.array([0.06, -0.02]), np.array([[0.03], [0.01]])]
    return [([np.array([3.0]), np.array([4.0])], 1.0), *below, *above, (small, 0.02), (small, 0.003)]


EXERCISE = exercise(
    "clip-gradients",
    clip_gradients,
    probes=probes(),
    edges=[
        ([np.array([[0.0, 0.0]]), np.array([0.0])], 0.5),
        ([np.array([3.0, 0.0]), np.array([4.0])], 5.0),
        ([np.array([0.06, -0.08])], 2.0),
    ],
    draw=draw,
)
