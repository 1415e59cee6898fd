"""One full step of Newton's method."""

import numpy as np

from helpers.exercises.reading import exercise

Array = np.ndarray
Arguments = tuple[Array, Array, Array]

LEAST, MOST = 0.4, 8.0  # of a curvature's size: no Hessian is near to one without an inverse


def newton_step(w: Array, grad: Array, hessian: Array) -> Array:
    """The place to which a full Newton step leads from w (d,), given the gradient (d,) and the Hessian (d, d) there."""
    return w - np.linalg.solve(hessian, grad)


def first_only(w: Array, grad: Array, hessian: Array) -> Array:
    """A mistake: the loop over the entries returns in its first round."""
    return np.concatenate([newton_step(w, grad, hessian)[:1], w[1:]])


def curvatures_made_positive(w: Array, grad: Array, hessian: Array) -> Array:
    """A mistake: the step is turned downhill where the surface curves down."""
    curvatures, axes = np.linalg.eigh(hessian)
    return w - axes @ (axes.T @ grad / np.abs(curvatures))


def stays_at_negative_curvature(w: Array, grad: Array, hessian: Array) -> Array:
    """A mistake: no step where the surface curves down in some direction."""
    return newton_step(w, grad, hessian) if np.linalg.eigvalsh(hessian)[0] > 0 else w


def plain_at_negative_curvature(w: Array, grad: Array, hessian: Array) -> Array:
    """A mistake: the whole gradient for a step where the surface curves down in some direction."""
    return newton_step(w, grad, hessian) if np.linalg.eigvalsh(hessian)[0] > 0 else w - grad


def draw(rng: np.random.Generator) -> Arguments:
    """A place, its gradient, and a Hessian whose axes lie between the coordinates; one in three has a negative one."""
    size = int(rng.integers(2, 5))
    w, grad = (np.round(rng.normal(0, 2, size), 2) for _ in range(2))
    axes = np.linalg.qr(rng.normal(size=(size, size)))[0]
    curvatures = np.exp(rng.uniform(np.log(LEAST), np.log(MOST), size))
    curvatures[0] *= -1 if rng.random() < 1 / 3 else 1
    hessian = np.round(axes * curvatures @ axes.T, 2)
    return w, grad, (hessian + hessian.T) / 2


def probes() -> list[Arguments]:
    """A bowl, one with a 0 beside the diagonal, a saddle, and others."""
    rng = np.random.default_rng(111)
    return [
        (np.array([3.0, -1.0]), np.array([4.0, 1.0]), np.array([[4.0, 1.0], [1.0, 2.0]])),
        (
            np.array([1.0, 0.5, -2.0]),
            np.array([1.0, 3.0, -2.0]),
            np.array([[3.0, 0.0, 1.0], [0.0, 2.0, -1.0], [1.0, -1.0, 4.0]]),
        ),
        (np.array([0.5, 1.5]), np.array([2.0, -3.0]), np.array([[1.0, 2.0], [2.0, -3.0]])),
        *(draw(rng) for _ in range(7)),
    ]


# A slope of 0; one coordinate; axes along the coordinates; and a w of whole numbers.
FLAT = (np.array([1.0, 2.0]), np.array([0.0, 0.0]), np.array([[2.0, 1.0], [1.0, 3.0]]))
SINGLE = (np.array([3.0]), np.array([2.0]), np.array([[-5.0]]))
ALONG = (np.array([1.0, -2.0, 0.5]), np.array([1.0, -1.0, 3.0]), np.diag([2.0, 5.0, 0.5]))
WHOLE = (np.array([3, -1]), np.array([1.5, 2.0]), np.array([[3.0, 1.0], [1.0, 2.0]]))

EXERCISE = exercise(
    "newton-step",
    newton_step,
    probes=probes(),
    edges=[FLAT, SINGLE, ALONG, WHOLE],
    draw=draw,
)
