"""Second order: steps that know, or estimate, how the gradient changes.

Newton's method solves with the Hessian; BFGS and L-BFGS build up its inverse from the gradients on the way, CG the
answer itself. w and its gradient: (d,); Hessian: (d, d). A path is (steps + 1, d), the start included.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

Value = Callable[[np.ndarray], float]
Vector = Callable[[np.ndarray], np.ndarray]
Pairs = Sequence[tuple[np.ndarray, np.ndarray]]  # of each step: s, how far w went, and y, how far the gradient


class Damped(NamedTuple):
    """The path (steps + 1, d), and how often in all a step was halved before it was made."""

    path: np.ndarray
    halvings: int


class Search(NamedTuple):
    """The path (k + 1, d) of k steps, and how many points the line searches tried in all."""

    path: np.ndarray
    trials: int


def newton_step(w: np.ndarray, grad: np.ndarray, hessian: np.ndarray) -> np.ndarray:
    """Go to where the parabola with this gradient and this Hessian has gradient 0.

    w, grad: (..., d); hessian: (..., d, d). Returns (..., d). That place is a minimum only if all curvatures are
    positive. Raises LinAlgError for a Hessian that has no inverse. Source: Newton (1669), Raphson (1690); Nocedal and
    Wright, Numerical Optimization (2006), section 3.3.
    """
    return w - np.linalg.solve(hessian, grad[..., np.newaxis])[..., 0]


def damped_newton(value: Value, gradient: Vector, hessian: Vector, w0: ArrayLike, steps: int = 50) -> Damped:
    """Follow Newton's method with two repairs, so that the loss never rises and saddles hardly attract.

    Each curvature counts by its size, which makes every step point downhill; the step is halved until it gains a
    ten-thousandth of what the slope promises (Armijo's condition). After 60 halvings w stays where it is. Where all
    curvatures are positive and the full step gains enough, it is Newton's. Source: Nocedal and Wright (2006), chapter
    3; sizes of curvatures: Dauphin et al. (2014), arXiv:1406.2572.
    """
    path, halvings = [np.array(w0, dtype=float)], 0
    for _ in range(steps):
        w = path[-1]
        grad = gradient(w)
        direction = _downhill(grad, hessian(w))
        here, slope = value(w), grad @ direction
        for halved in range(61):
            there = w + direction / 2**halved
            if value(there) <= here + 1e-4 * slope / 2**halved:  # nan is no gain
                halvings += halved if (there != w).any() else 0  # so short that rounding takes it for none
                w = there
                break
        path.append(w)
    return Damped(np.array(path), halvings)


def _downhill(grad: np.ndarray, hessian: np.ndarray) -> np.ndarray:
    """Newton's step, with the size of each curvature in place of the curvature."""
    curvatures, directions = np.linalg.eigh(hessian)
    sizes = np.abs(curvatures)
    flat = max(1e-12 * sizes.max(), 1e-300)  # where there is no curvature the step would have no end
    return -directions @ (directions.T @ grad / np.maximum(sizes, flat))


def wolfe(
    value: Value, gradient: Vector, w: np.ndarray, direction: np.ndarray, armijo: float = 1e-4, curvature: float = 0.9
) -> tuple[float, int]:
    """Return a step length t along a downhill direction, and how many lengths were tried.

    t gains enough: value(w + t d) <= value(w) + armijo t slope; and goes far enough: the slope there has risen to
    curvature times the slope at w, or more. t = 1 is tried first; then it is doubled, or the bracket halved. Returns
    t = 0.0 if none of 60 fits, which happens where rounding hides the gain. Raises ValueError for a direction that
    does not point downhill. Source: Wolfe (1969); by bisection: Lewis and Overton, Mathematical Programming 141 (2013).
    """
    here, slope = value(w), gradient(w) @ direction
    if not slope < 0:
        raise ValueError(f"wolfe needs a direction that points downhill, and the slope along it is {slope:.3g}")
    short, long, t = 0.0, np.inf, 1.0
    for trial in range(1, 61):
        there = w + t * direction
        if not value(there) <= here + armijo * t * slope:  # nan is too far
            long = t
        elif gradient(there) @ direction < curvature * slope:
            short = t
        else:
            return t, trial
        t = (short + long) / 2 if np.isfinite(long) else 2 * t
    return 0.0, 60


def bfgs(value: Value, gradient: Vector, w0: ArrayLike, steps: int = 500, tolerance: float = 1e-8) -> Search:
    """Descend along -(estimate of the inverse Hessian) @ gradient, and improve the estimate after each step.

    The estimate (d, d) begins as the identity. Stops after `steps` steps, where the gradient is shorter than
    `tolerance`, or where the line search finds no gain. Source: Broyden, Fletcher, Goldfarb, Shanno (1970); Nocedal and
    Wright (2006), algorithm 6.1. SciPy's minimize(method="BFGS") searches lines by another method.
    """
    inverse = np.eye(len(np.atleast_1d(w0)))

    def along(grad: np.ndarray, pairs: Pairs) -> np.ndarray:
        nonlocal inverse
        if pairs:
            inverse = inverse_update(inverse, *pairs[-1])
        return -inverse @ grad

    return _quasi_newton(value, gradient, w0, steps, tolerance, along)


def lbfgs(
    value: Value, gradient: Vector, w0: ArrayLike, steps: int = 500, tolerance: float = 1e-8, memory: int = 10
) -> Search:
    """Descend as BFGS does with what the last `memory` steps tell: 2 memory d numbers in place of d^2.

    Stops as `bfgs` does. Raises ValueError for memory below 1. Source: Nocedal (1980), Liu and Nocedal (1989); Nocedal
    and Wright (2006), algorithm 7.5.
    """
    if memory < 1:
        raise ValueError(f"lbfgs needs to remember at least 1 step, and memory is {memory}")

    def along(grad: np.ndarray, pairs: Pairs) -> np.ndarray:
        if not pairs:
            return -grad
        s, y = pairs[-1]
        return -two_loop(grad, pairs[-memory:], s @ y / (y @ y))

    return _quasi_newton(value, gradient, w0, steps, tolerance, along)


def _quasi_newton(
    value: Value,
    gradient: Vector,
    w0: ArrayLike,
    steps: int,
    tolerance: float,
    along: Callable[[np.ndarray, Pairs], np.ndarray],
) -> Search:
    path, trials = [np.array(w0, dtype=float)], 0
    pairs: list[tuple[np.ndarray, np.ndarray]] = []
    grad = gradient(path[0])
    while len(path) <= steps and np.linalg.norm(grad) >= tolerance:
        direction = along(grad, pairs)
        t, tried = wolfe(value, gradient, path[-1], direction)
        trials += tried
        if t == 0:
            break
        path.append(path[-1] + t * direction)
        before, grad = grad, gradient(path[-1])
        pairs.append((path[-1] - path[-2], grad - before))
    return Search(np.array(path), trials)


def inverse_update(inverse: np.ndarray, s: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the estimate of the inverse Hessian, (d, d), that explains the last step: it sends y to s.

    s: (d,), how far w went; y: (d,), how far the gradient went; s @ y > 0, which `wolfe` sees to. Of all symmetric
    matrices that do so it is, in a weighted norm, the nearest. Source: Nocedal and Wright (2006), equation 6.17.
    """
    rho = 1 / (y @ s)
    V = np.eye(len(s)) - rho * np.outer(y, s)
    return V.T @ inverse @ V + rho * np.outer(s, s)


def two_loop(grad: np.ndarray, pairs: Pairs, scale: float = 1.0) -> np.ndarray:
    """Return what BFGS's estimate, started at scale times the identity, makes of a gradient, without the matrix.

    grad: (d,); pairs: (s, y) of each remembered step, oldest first. Equals `inverse_update` with each pair in turn, to
    rounding. Source: Nocedal (1980); Nocedal and Wright (2006), algorithm 7.4.
    """
    q, parts = grad, []
    for s, y in reversed(pairs):
        parts.append(s @ q / (y @ s))
        q = q - parts[-1] * y
    q = scale * q
    for (s, y), part in zip(pairs, reversed(parts), strict=True):
        q = q + (part - y @ q / (y @ s)) * s
    return q


def conjugate_gradient(A: np.ndarray, b: np.ndarray, steps: int) -> np.ndarray:
    """Solve A w = b from w = 0, each step along a direction that undoes none of the steps before it.

    A: (d, d), symmetric with positive eigenvalues; b: (d,). Returns the path, at most (steps + 1, d): it ends where
    the residual b - A w is 0. But for rounding that is after as many steps as A has different eigenvalues. Raises
    ValueError where a curvature is not positive. Source: Hestenes and Stiefel (1952).
    """
    path = [np.zeros(len(b))]
    residual = direction = np.asarray(b, dtype=float)
    for _ in range(steps):
        if not residual.any():
            break
        along = A @ direction
        curvature = direction @ along
        if not curvature > 0:
            raise ValueError(f"conjugate_gradient needs positive curvature, and along one direction it is {curvature}")
        size = residual @ residual
        lr = size / curvature
        path.append(path[-1] + lr * direction)
        residual = residual - lr * along
        direction = residual + residual @ residual / size * direction
    return np.array(path)
