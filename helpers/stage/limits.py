"""Limits of the axes: fixed for the whole sweep, from the finite part of all its data."""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes

from helpers.stage.artists import Live

_HUGE = 1e100  # a run that got here has diverged: its numbers are as good as infinite


def fit_limits(lives: Iterable[Live], fitted: dict[tuple[str, Axes], np.ndarray]) -> None:
    """Fit every axis that still has autoscale on to all data of the live artists; the author's own limits stay.

    A new sweep that fits into the limits of the first one and fills a third of them gets these, so that an axis does
    not shake while a control is moved. Axes that share a scale are fitted together. ``fitted`` remembers the first
    limits.
    """
    lives = [live for live in lives if live.artist.axes is not None]
    done: set[tuple[str, Axes]] = set()
    for live in lives:
        ax = live.artist.axes
        for name in ("x", "y"):
            group = getattr(ax, f"get_shared_{name}_axes")().get_siblings(ax)
            if (name, ax) not in done and getattr(ax, f"get_autoscale{name}_on")():
                _fit(name, ax, [other for other in lives if other.artist.axes in group], fitted)
            done |= {(name, sibling) for sibling in group}


def _fit(name: str, ax: Axes, lives: list[Live], fitted: dict[tuple[str, Axes], np.ndarray]) -> None:
    column = "xy".index(name)
    axis = getattr(ax, f"{name}axis")
    static = getattr(ax.dataLim, f"interval{name}")
    moving = [
        live.points()[:, column]
        for live in lives
        if live.transform().contains_branch_seperately(live.artist.axes.transData)[column]
    ]
    values = np.concatenate([static, *moving])
    values = values[(np.abs(values) < _HUGE) & ((values > 0) | (axis.get_scale() != "log"))]
    if not len(values):
        return
    if ax.get_aspect() != "auto" and ax.get_adjustable() == "datalim":  # the draw takes these limits from dataLim
        ax.update_datalim(np.column_stack([values, values]), updatex=name == "x", updatey=name == "y")
    scale = axis.get_transform()
    lo, hi = scale.transform(np.array(axis.get_major_locator().nonsingular(values.min(), values.max())))
    margin = getattr(ax, f"get_{name}margin")() * (hi - lo)
    limits = scale.inverted().transform(np.array([lo - margin, hi + margin]))
    first = fitted.setdefault((name, ax), limits)
    first_lo, first_hi = scale.transform(first)
    if first_lo <= lo and hi <= first_hi and 3 * (hi - lo) > first_hi - first_lo:
        limits = first
    if not np.array_equal(limits, np.sort(axis.get_view_interval())):
        # auto=None: autoscale stays on, so that the next sweep is fitted again.
        getattr(ax, f"set_{name}lim")(*(limits[::-1] if axis.get_inverted() else limits), auto=None)
