"""Picture data: what an experiment computes, without a figure, and what its drawing hands to the stage."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from numpy.typing import ArrayLike

from helpers.stage import Scene
from helpers.surfaces import Window


class Frames(NamedTuple):
    """What is to be seen for each of n swept values: a ``Scene`` with names in place of artists.

    live: what moves, by name, in the shapes that a scene takes; alt: n text alternatives; met: (n,), is the challenge
    met.
    """

    live: dict[str, Any]
    alt: list[str]
    met: np.ndarray

    def on(self, artists: Mapping[str, Artist]) -> Scene:
        """Return the scene in which the artist of each name shows the data of that name."""
        return Scene({artists[name]: data for name, data in self.live.items()}, self.alt, self.met)


def pairs(x: ArrayLike, y: ArrayLike) -> np.ndarray:
    """Return points (..., 2) from coordinates that broadcast to (...)."""
    return np.stack(np.broadcast_arrays(x, y), axis=-1)


def still(n: int, items: ArrayLike) -> np.ndarray:
    """Repeat items (k, size) that are the same for all n swept values: (n, k, size)."""
    return np.tile(items, (n, 1, 1))


def until(last: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return for each index in ``last`` (n,) the values up to it, then nan: (n, *values.shape)."""
    taken = np.greater_equal.outer(last, np.arange(len(values)))
    return np.where(taken.reshape(*taken.shape, *[1] * (values.ndim - 1)), values, np.nan)


def leaving(paths: np.ndarray, window: Window) -> np.ndarray:
    """Return for each of the paths (n, points, 2) the first step from which on it is outside the window for good.

    That is the number of points for a path that ends inside.
    """
    lo, hi = np.transpose(window)
    inside = np.all((lo <= paths) & (paths <= hi), axis=-1)
    return paths.shape[1] - np.argmax(inside[:, ::-1], axis=1)


def until_it_leaves(paths: np.ndarray, window: Window) -> np.ndarray:
    """Return the paths (n, points, 2) with nan after the first point of the part that stays outside the window."""
    drawn = np.arange(paths.shape[1]) <= leaving(paths, window)[:, None]
    return np.where(drawn[..., None], paths, np.nan)


def short(number: float) -> str:
    """Return a number with two digits as a caption says it; its exponent only where zeros would pile up."""
    if not np.isfinite(number):
        return "beyond all bounds"
    if abs(number) < 1e-99:
        return "0"
    if 1e-3 <= abs(number) < 99.5:
        return f"{number:.2g}"
    return f"{number:.0f}" if 99.5 <= abs(number) < 1e5 else f"{number:.1e}"
