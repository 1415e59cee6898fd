"""Estimates: derivatives from values of a function alone, and the check that compares them with a gradient.

``f`` is evaluated on points of shape (..., d), the shape of ``w``. It returns (...), one value per point, and the
estimate has shape (..., d). If f returns vectors (..., m), the estimate is the matrix of their derivatives,
(..., m, d): the Hessian, when f is a gradient. Flatten a matrix of parameters before you pass it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Function = Callable[[np.ndarray], Any]


def _point(w: np.ndarray, h: float) -> np.ndarray:
    w = np.asarray(w, dtype=float)
    if w.ndim == 0:
        raise ValueError(f"an estimate needs a point of shape (..., d); write [{w}] for one parameter")
    if not (np.ndim(h) == 0 and 0 < h < np.inf):
        raise ValueError(f"an estimate needs one finite step h > 0 and got {h}")
    return w


def _value(f: Function, w: np.ndarray) -> np.ndarray:
    value = f(w)
    if value is None:
        raise TypeError("the function returned None; end it with a return")
    value = np.asarray(value)
    if value.shape[: w.ndim - 1] != w.shape[:-1]:
        raise ValueError(f"the function must return one value per point, {w.shape[:-1]}, and returned {value.shape}")
    return value


def _directions(w: np.ndarray) -> np.ndarray:
    return np.eye(w.shape[-1])


@np.errstate(over="ignore", invalid="ignore")
def forward_difference(f: Function, w: np.ndarray, h: float) -> np.ndarray:
    """Estimate the gradient by (f(w + h e_j) - f(w)) / h for each parameter j: d + 1 evaluations.

    w: (..., d); h > 0 in the units of w. Returns (..., d). The error is of order h, plus rounding of order eps / h;
    h near eps^(1/2) balances the two. Raises ValueError for h <= 0. Source: Nocedal and Wright, Numerical
    Optimization (2006), section 8.1.
    """
    w = _point(w, h)
    start = _value(f, w)
    return np.stack([(_value(f, w + h * e) - start) / h for e in _directions(w)], axis=-1)


@np.errstate(over="ignore", invalid="ignore")
def central_difference(f: Function, w: np.ndarray, h: float) -> np.ndarray:
    """Estimate the gradient by (f(w + h e_j) - f(w - h e_j)) / 2h for each parameter j: 2 d evaluations.

    w: (..., d); h > 0 in the units of w. Returns (..., d). The error is of order h^2, plus rounding of order eps / h;
    h near eps^(1/3) balances the two. Raises ValueError for h <= 0. Source: Nocedal and Wright, Numerical
    Optimization (2006), section 8.1.
    """
    w = _point(w, h)
    return np.stack([(_value(f, w + h * e) - _value(f, w - h * e)) / (2 * h) for e in _directions(w)], axis=-1)


@np.errstate(over="ignore", invalid="ignore")
def complex_step(f: Function, w: np.ndarray, h: float = 1e-20) -> np.ndarray:
    """Estimate the gradient by imag(f(w + i h e_j)) / h for each parameter j: exact to rounding, d evaluations.

    w: (..., d); h > 0 in the units of w. Returns (..., d). Nothing is subtracted, so h can be tiny. It needs an
    analytic f that computes with complex numbers. An f that returns real numbers, as abs does, raises ValueError; one
    that loses the imaginary part on the way, as abs(w) + w**2 does, gives a wrong slope without a word. Source: Squire
    and Trapp, SIAM Review 40 (1998).
    """
    w = _point(w, h)
    values = [_value(f, w + 1j * h * e) for e in _directions(w)]
    if not all(np.iscomplexobj(value) for value in values):
        raise ValueError("complex_step got real values back: f uses abs or real; take central_difference for this f")
    return np.stack([value.imag / h for value in values], axis=-1)


@np.errstate(over="ignore", invalid="ignore")
def spsa(f: Function, w: np.ndarray, h: float, rng: np.random.Generator, directions: int = 1) -> np.ndarray:
    """Estimate the gradient along random directions of signs, two evaluations each, whatever the dimension.

    w: (..., d); h > 0 in the units of w; f returns (...). Returns (..., d), the mean over ``directions`` draws: up to
    order h^2 unbiased, with a variance that grows with d. Raises ValueError for h <= 0 or directions < 1. Source:
    Spall, IEEE Transactions on Automatic Control 37 (1992).
    """
    w = _point(w, h)
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a random generator, for example np.random.default_rng(0), and is {rng!r}")
    if directions < 1:
        raise ValueError(f"spsa needs at least 1 direction and got {directions}")
    total = np.zeros_like(w)
    for _ in range(directions):
        delta = rng.choice([-1.0, 1.0], size=w.shape)
        slope = (_value(f, w + h * delta) - _value(f, w - h * delta)) / (2 * h)
        if slope.shape != w.shape[:-1]:
            raise ValueError(f"spsa needs a function that returns {w.shape[:-1]} for {w.shape}, not {slope.shape}")
        total += slope[..., np.newaxis] * delta  # dividing by a sign is multiplying by it
    return total / directions


@np.errstate(over="ignore", invalid="ignore")
def relative_error(a: np.ndarray, b: np.ndarray) -> float:
    """Compare two arrays by the length of their difference: ||a - b|| / max(||a||, ||b||), Euclidean norms.

    a, b: the same shape; ValueError otherwise. Returns 0 for equal arrays, at most 2, nan if a nan is involved. For a
    gradient in float64: below 1e-7 is good, above 1e-2 is wrong. Source of the bands: Stanford cs231n, notes on
    neural networks, part 3 (there for each entry alone).
    """
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        raise ValueError(f"relative_error needs two arrays of the same shape and got {a.shape} and {b.shape}")
    if np.array_equal(a, b) and np.isfinite(a).all():
        return 0.0
    peak = max(np.max(np.abs(a)), np.max(np.abs(b)))  # the square of 1e-300 is 0, and that of 1e300 is inf
    difference, *sizes = (np.linalg.norm(np.ravel(v) / peak) for v in (a - b, a, b))
    return float(difference / np.max(sizes))


def check_gradient(f: Function, grad: Function, w: np.ndarray, h: float | None = None) -> float:
    """Compare the function ``grad`` at w with central differences of f; returns their relative error.

    w: (..., d); f returns (...), grad (..., d); ValueError for another shape. h defaults to eps^(1/3), times the
    largest |w| where that is above 1. Read the result by the bands in ``relative_error``.
    """
    if h is None:
        h = float(np.finfo(float).eps ** (1 / 3) * max(1.0, np.max(np.abs(w))))
    return relative_error(grad(np.asarray(w, dtype=float)), central_difference(f, w, h))
