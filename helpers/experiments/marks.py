"""What says where a path starts, where it is now and where the minimum is, and the names of curves beside their ends.

All of it is live, because what is not lies under every path; the names stand where no curve can cross them.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from helpers.experiments.frames import pairs, still
from helpers.pictures import STYLES
from helpers.stage import Words

ABOVE = {"start": 3, "now": 3.5, "minimum": 4}
# Green on blue points is hard to see; the rim takes its width from the star.
RIMS = {"minimum": {"markeredgecolor": "#FFFFFF", "markeredgewidth": 0.8, "markersize": 14}}
GAP = 0.08  # the height of a line of text, as a fraction of the axes


def marked(paths: np.ndarray, minima: np.ndarray) -> dict[str, np.ndarray]:
    """Return the start and the last point of each of the paths (n, points, 2), and the minima (k, 2) of their map."""
    return {"start": paths[:, :1], "now": paths[:, -1:], "minimum": still(len(paths), minima)}


def marks_on(ax: Axes, names: Sequence[str] = tuple(ABOVE)) -> dict[str, Artist]:
    """Return the artists that show what ``marked`` returns under these names, above all paths."""
    return {name: ax.plot([], [], **STYLES[name] | RIMS.get(name, {}), zorder=ABOVE[name])[0] for name in names}


def heights(ends: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    """Return where names stand beside curves that end at ``ends`` (n, k), as fractions of a log axis with these limits.

    A name stands as high as its curve ends, at the border if the curve has left, and a line's height from the others.
    """
    lo, hi = np.log(limits)
    with np.errstate(divide="ignore", invalid="ignore"):
        wanted = ((np.log(ends) - lo) / (hi - lo)).round(2)
    wanted[np.isnan(wanted)] = np.inf  # a curve that is not drawn any more has left at the top
    order = np.argsort(wanted, axis=1, kind="stable")
    ranked = np.take_along_axis(wanted, order, axis=1).clip(0, 1)
    room = GAP * np.arange(ends.shape[1])
    pushed_up = np.maximum.accumulate(ranked - room, axis=1) + room
    pushed_down = np.minimum.accumulate((ranked - room)[:, ::-1], axis=1)[:, ::-1] + room
    apart = np.clip((pushed_up + pushed_down) / 2, room, 1 - room[::-1])
    return np.take_along_axis(apart, np.argsort(order, axis=1), axis=1)


def beside(names: Sequence[str], ends: np.ndarray, limits: tuple[float, float]) -> dict[str, Words]:
    """Return the live words of each curve's name for n swept values; ends: (n, k), limits: of the log axis."""
    up = heights(ends, limits)
    return {f"name of {name}": Words([name] * len(up), pairs(1.02, up[:, k])) for k, name in enumerate(names)}


def names_beside(ax: Axes, colors: Mapping[str, str]) -> dict[str, Artist]:
    """Return the texts that show what ``beside`` returns; colors: of each name, dark enough for text."""
    return {
        f"name of {name}": ax.text(1.02, 0.5, name, color=color, va="center", transform=ax.transAxes)
        for name, color in colors.items()
    }
