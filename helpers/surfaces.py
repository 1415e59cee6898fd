"""Surfaces: functions of two parameters with known minima, to look at and to descend on.

Every surface is written for points of shape (..., 2): one point, a path or a whole grid go through the same lines, and
so do complex points, which the complex-step derivative needs. The lowest value of every surface here is 0, so that the
value is the distance to the best loss and fits a logarithmic axis.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import pi

import numpy as np

Window = tuple[tuple[float, float], tuple[float, float]]
Formula = Callable[[np.ndarray, np.ndarray], tuple]


@dataclass(frozen=True, eq=False)
class Surface:
    """A function of two parameters with all that a picture or a descent of it needs.

    ``value`` maps (..., 2) to (...), ``gradient`` to (..., 2), ``hessian`` to (..., 2, 2); they raise ValueError for
    points of another shape and give inf or nan, without a warning, where the numbers overflow. ``minima`` (k, 2) are
    the global minima, ``window`` is ((x_lo, x_hi), (y_lo, y_hi)), ``source`` says where the function comes from.
    """

    name: str
    value: Callable[[np.ndarray], np.ndarray]
    gradient: Callable[[np.ndarray], np.ndarray]
    hessian: Callable[[np.ndarray], np.ndarray]
    minima: np.ndarray
    window: Window
    source: str


def _surface(
    name: str,
    value: Callable[[np.ndarray, np.ndarray], np.ndarray],
    gradient: Formula,
    hessian: Formula,
    minima: Sequence[tuple[float, float]],
    window: Window,
    source: str,
) -> Surface:
    """Make a Surface of formulas in x and y; gradient gives (d/dx, d/dy), hessian (d2/dx2, d2/dxdy, d2/dy2)."""

    def split(w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        w = np.asarray(w)
        if w.dtype.kind not in "biufc" or w.shape[-1:] != (2,):
            raise ValueError(
                f"{name} needs points of shape (..., 2), numbers x and y, and got shape {w.shape} of {w.dtype}"
            )
        w = w.astype(np.result_type(w, np.float64), copy=False)
        # Slices and not indices, and contiguous: then NumPy rounds one point exactly like one of many.
        return np.ascontiguousarray(w[..., :1]), np.ascontiguousarray(w[..., 1:])

    @np.errstate(over="ignore", invalid="ignore")
    def value_at(w: np.ndarray) -> np.ndarray:
        return value(*split(w))[..., 0][()]

    @np.errstate(over="ignore", invalid="ignore")
    def gradient_at(w: np.ndarray) -> np.ndarray:
        return np.concatenate(gradient(*split(w)), axis=-1)

    @np.errstate(over="ignore", invalid="ignore")
    def hessian_at(w: np.ndarray) -> np.ndarray:
        x, y = split(w)
        xx, xy, yy = hessian(x, y)
        _, *entries = np.broadcast_arrays(x, xx, xy, xy, yy)
        return np.concatenate(entries, axis=-1).reshape(*x.shape[:-1], 2, 2)

    lowest = np.array(minima, dtype=float)
    lowest.flags.writeable = False
    return Surface(name, value_at, gradient_at, hessian_at, lowest, window, source)


@lru_cache(maxsize=64)  # the same surface again, so that its map need not be drawn again
def bowl(condition: float = 10.0) -> Surface:
    """A quadratic bowl, (x^2 + condition y^2) / 2: curvature 1 along x and ``condition`` along y.

    Returns a Surface whose Hessian has this condition number everywhere; its largest eigenvalue is L = condition.
    Raises ValueError for a condition below 1, which no matrix has. Source: Boyd and Vandenberghe, Convex Optimization
    (2004), section 9.3.2.
    """
    if not 1 <= condition < np.inf:
        raise ValueError(f"bowl needs a condition number that is finite and at least 1, and got {condition}")
    return _surface(
        "quadratic bowl",
        lambda x, y: (x**2 + condition * y**2) / 2,
        lambda x, y: (x, condition * y),
        lambda x, y: (1.0, 0.0, condition),
        minima=[(0, 0)],
        window=((-2, 2), (-2, 2)),
        source="Boyd and Vandenberghe, Convex Optimization (2004), section 9.3.2",
    )


def least_squares(features: np.ndarray, targets: np.ndarray) -> Surface:
    """The mean squared error of the fit ``features @ w`` to the targets, above its lowest value.

    features: (n, 2); targets: (n,). Raises LinAlgError when one feature is a multiple of the other. Source: Legendre
    (1805).
    """
    hessian = 2 * features.T @ features / len(features)
    a, b = np.linalg.solve(hessian, 2 * features.T @ targets / len(features))
    (aa, ab), (_, bb) = hessian
    reach = 1.3 * max(abs(a), abs(b))

    def gradient(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return (x - a) * aa + (y - b) * ab, (x - a) * ab + (y - b) * bb

    def value(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        dx, dy = gradient(x, y)
        return (dx * (x - a) + dy * (y - b)) / 2

    return _surface(
        "mean squared error",
        value,
        gradient,
        lambda x, y: (aa, ab, bb),
        minima=[(a, b)],
        window=((a - reach, a + reach), (b - reach, b + reach)),
        source="least squares: Legendre (1805)",
    )


rosenbrock = _surface(
    "Rosenbrock",
    lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    lambda x, y: (-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)),
    lambda x, y: (2 - 400 * (y - 3 * x**2), -400 * x, 200.0),
    minima=[(1, 1)],
    window=((-2, 2), (-1, 3)),
    source="Rosenbrock, The Computer Journal 3 (1960)",
)


def _beale_residuals(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return 1.5 - x * (1 - y), 2.25 - x * (1 - y**2), 2.625 - x * (1 - y**3)


def _beale(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    a, b, c = _beale_residuals(x, y)
    return a**2 + b**2 + c**2


def _beale_gradient(x: np.ndarray, y: np.ndarray) -> tuple:
    a, b, c = _beale_residuals(x, y)
    dx = 2 * a * (y - 1) + 2 * b * (y**2 - 1) + 2 * c * (y**3 - 1)
    dy = 2 * a * x + 2 * b * (2 * x * y) + 2 * c * (3 * x * y**2)
    return dx, dy


def _beale_hessian(x: np.ndarray, y: np.ndarray) -> tuple:
    a, b, c = _beale_residuals(x, y)
    xx = 2 * (y - 1) ** 2 + 2 * (y**2 - 1) ** 2 + 2 * (y**3 - 1) ** 2
    xy = (
        2 * (a + x * (y - 1))
        + 2 * (2 * y * b + 2 * x * y * (y**2 - 1))
        + 2 * (3 * y**2 * c + 3 * x * y**2 * (y**3 - 1))
    )
    yy = 2 * x**2 + 2 * (2 * x * b + (2 * x * y) ** 2) + 2 * (6 * x * y * c + (3 * x * y**2) ** 2)
    return xx, xy, yy


beale = _surface(
    "Beale",
    _beale,
    _beale_gradient,
    _beale_hessian,
    minima=[(3, 0.5)],
    window=((-4.5, 4.5), (-4.5, 4.5)),
    source="Beale, On an iterative method for finding a local minimum, Princeton technical report 25 (1958)",
)

himmelblau = _surface(
    "Himmelblau",
    lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    lambda x, y: (
        4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7),
        2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7),
    ),
    lambda x, y: (12 * x**2 + 4 * y - 42, 4 * x + 4 * y, 12 * y**2 + 4 * x - 26),
    minima=[
        (3, 2),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    ],
    window=((-5, 5), (-5, 5)),
    source="Himmelblau, Applied Nonlinear Programming (1972)",
)

booth = _surface(
    "Booth",
    lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2,
    lambda x, y: (
        2 * (x + 2 * y - 7) + 4 * (2 * x + y - 5),
        4 * (x + 2 * y - 7) + 2 * (2 * x + y - 5),
    ),
    lambda x, y: (10.0, 8.0, 10.0),
    minima=[(1, 3)],
    window=((-10, 10), (-10, 10)),
    source="Booth, in Jamil and Yang (2013), arXiv:1308.4008",
)

rastrigin = _surface(
    "Rastrigin",
    lambda x, y: 20 + x**2 - 10 * np.cos(2 * pi * x) + y**2 - 10 * np.cos(2 * pi * y),
    lambda x, y: (
        2 * x + 20 * pi * np.sin(2 * pi * x),
        2 * y + 20 * pi * np.sin(2 * pi * y),
    ),
    lambda x, y: (2 + 40 * pi**2 * np.cos(2 * pi * x), 0.0, 2 + 40 * pi**2 * np.cos(2 * pi * y)),
    minima=[(0, 0)],
    window=((-5.12, 5.12), (-5.12, 5.12)),
    source="Rastrigin, Systems of Extremal Control (1974)",
)

# The saddle lies at the origin, between two minima, so that a descent which leaves it has somewhere to go.
saddle = _surface(
    "saddle",
    lambda x, y: x**2 / 2 + (y**2 - 1) ** 2 / 4,
    lambda x, y: (x, y * (y**2 - 1)),
    lambda x, y: (1.0, 0.0, 3 * y**2 - 1),
    minima=[(0, 1), (0, -1)],
    window=((-2, 2), (-2, 2)),
    source="Nesterov, Introductory Lectures on Convex Optimization (2004), example 1.2.2, raised by 1/4",
)


def _dent(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.exp(-(x**2 + y**2) / 2)


# Far from the origin the gradient is 0 in floating point: a zero gradient does not mean a minimum.
plateau = _surface(
    "plateau",
    lambda x, y: -np.expm1(-(x**2 + y**2) / 2),
    lambda x, y: (x * _dent(x, y), y * _dent(x, y)),
    lambda x, y: ((1 - x**2) * _dent(x, y), -x * y * _dent(x, y), (1 - y**2) * _dent(x, y)),
    minima=[(0, 0)],
    window=((-4, 4), (-4, 4)),
    source="the loss of Dennis and Welsch, Communications in Statistics B7 (1978), in two variables",
)

SURFACES: dict[str, Surface] = {
    surface.name: surface for surface in (bowl(), rosenbrock, beale, himmelblau, booth, rastrigin, saddle, plateau)
}
