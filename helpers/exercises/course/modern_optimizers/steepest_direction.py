"""The steepest step of length 1, where a norm says what length is."""

import numpy as np

from helpers.exercises.reading import exercise

Array = np.ndarray
Arguments = tuple[Array, str]

NORMS = ("l1", "l2", "linf")


def steepest_direction(grad: Array, norm: str) -> Array:
    """The step d with the smallest grad . d of all with length 1 in a norm, "l1", "l2" or "linf"; grad (d,)."""
    if norm == "l2":
        return -grad / np.linalg.norm(grad)
    if norm == "linf":
        return -np.sign(grad)
    sizes = np.abs(grad)
    return np.where(sizes == sizes.max(), -np.sign(grad), 0.0)


def swapped(grad: Array, norm: str) -> Array:
    """A mistake: l1 and linf have changed places."""
    return steepest_direction(grad, {"l1": "linf", "linf": "l1"}.get(norm, norm))


def length(d: Array, norm: str) -> float:
    """The length of d in a norm."""
    return float(np.linalg.norm(d, {"l1": 1, "l2": 2, "linf": np.inf}[norm]))


def scaled(grad: Array, norm: str) -> Array:
    """A mistake: the gradient itself, scaled to length 1 in the norm."""
    return -grad / length(grad, norm)


def scaled_in_l1(grad: Array, norm: str) -> Array:
    """A mistake: the same, in l1 alone."""
    return scaled(grad, norm) if norm == "l1" else steepest_direction(grad, norm)


def scaled_in_linf(grad: Array, norm: str) -> Array:
    """A mistake: the same, in linf alone."""
    return scaled(grad, norm) if norm == "linf" else steepest_direction(grad, norm)


def uphill(grad: Array, norm: str) -> Array:
    """A mistake: every step climbs."""
    return -steepest_direction(grad, norm)


def gain(grad: Array, norm: str) -> float:
    """A mistake: what the step gains, in place of the step."""
    return float(-grad @ steepest_direction(grad, norm))


def change(grad: Array, norm: str) -> float:
    """A mistake: grad . d itself, in place of d."""
    return float(grad @ steepest_direction(grad, norm))


def slope_kept(grad: Array, norm: str) -> Array:
    """A mistake: the step times the gradient's length in the same norm."""
    return steepest_direction(grad, norm) * length(grad, norm)


def times_what_it_gains(grad: Array, norm: str) -> Array:
    """A mistake: the step of the ball, as long as what it gains."""
    return steepest_direction(grad, norm) * gain(grad, norm)


def draw(rng: np.random.Generator) -> Arguments:
    """A gradient whose entries differ in size, so that one is the largest, and a norm."""
    sizes = rng.choice(np.arange(20, 500), rng.integers(2, 6), replace=False)
    grad = np.round(sizes * rng.choice([-1, 1], len(sizes)) * rng.choice([0.01, 0.001]), 3)
    return grad, str(rng.choice(NORMS))


def probes() -> list[Arguments]:
    """Gradients whose largest entry by size has either sign and any place, each in the three norms."""
    grads = (
        [3.0, -1.0],
        [-1.4, -3.1, -0.7],
        [1.5, -6.0, 2.0],
        [-0.2, 0.3, 0.06, -0.1],
        [-0.5, 2.5, -1.2],
        [0.7, -0.9, 0.4, 0.8, -0.3],
    )
    return [(np.array(grad), norm) for grad in grads for norm in NORMS]


EXERCISE = exercise(
    "steepest-direction",
    steepest_direction,
    probes=probes(),
    edges=[(np.array([-7.0]), norm) for norm in NORMS] + [(np.array([-3.0, -5.0, -1.0]), norm) for norm in NORMS],
    draw=draw,
)
