"""Lesson 15, still pictures: two runs on the same seeds, apart and in pairs."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from helpers.comparing import interval, paired_interval
from helpers.pictures import STYLES, show


def show_pairs(a: np.ndarray, b: np.ndarray, name_a: str, name_b: str) -> None:
    """Draw losses (seeds,) of two runs, a line for each seed, beside the intervals of both and of their difference."""
    fig, (lines, apart, paired) = plt.subplots(1, 3, figsize=(8, 3.2), width_ratios=(2, 1.2, 1))
    lines.plot([0, 1], [a, b], color=STYLES["path"]["color"], linestyle="-", linewidth=1, marker="o", markersize=4)
    lowest = int(np.sum(a < b))
    lines.set(title=f"On {lowest} of {len(a)} seeds {name_a} is lower", ylabel="test loss")
    _bars(apart, [interval(a), interval(b)])
    apart.set(title="Apart", ylabel="test loss, 95 %")
    for ax in (lines, apart):
        ax.set_xticks([0, 1], [name_a, name_b])
        ax.set_xlim(-0.3, 1.3)
    difference = paired_interval(a, b)
    _bars(paired, [difference])
    paired.axhline(0, **STYLES["limit"])
    bottom, top = lines.get_ylim()
    apart.set_ylim(bottom, top)
    middle = np.mean(difference)  # the same scale as beside it, so that widths can be compared
    paired.set(title="In pairs", ylabel="difference, 95 %", xlim=(-0.5, 0.5))
    paired.set_ylim(middle - (top - bottom) / 2, middle + (top - bottom) / 2)
    paired.set_xticks([0], [f"{name_a} − {name_b}"])
    ends = interval(a), interval(b)
    overlap = max(ends[0].low, ends[1].low) <= min(ends[0].high, ends[1].high)
    zero = difference.low <= 0 <= difference.high
    meet, holds = ("overlap" if overlap else "do not overlap"), ("holds" if zero else "leaves out")
    show(
        fig,
        f"Left, test losses of {name_a} and {name_b}, a line for each of {len(a)} seeds: on {lowest} of them {name_a} "
        f"is lower. Middle, the interval of each: the two {meet}. Right, on the same scale, the interval of the paired "
        f"differences, which {holds} 0.",
    )


def _bars(ax: Axes, ends: list[tuple[float, float]]) -> None:
    """Draw intervals, one beside the other."""
    low, high = np.transpose(ends)
    middle = (low + high) / 2
    ax.errorbar(range(len(ends)), middle, yerr=middle - low, **_BAR)


_BAR = {"color": STYLES["path"]["color"], "linestyle": "none", "marker": "o", "capsize": 5}
