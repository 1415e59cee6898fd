"""Picture data: what an experiment computes, without a figure, and what its drawing hands to the stage."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from numpy.typing import ArrayLike

from helpers.stage import Scene


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
