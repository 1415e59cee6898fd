"""A legend where no data can come: in a row above the axes."""

from matplotlib.axes import Axes


def legend_above(ax: Axes, title: str) -> None:
    """Put the legend of some axes in a row above them, and their title above the legend."""
    handles, _ = ax.get_legend_handles_labels()
    ax.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=len(handles),
        borderpad=0,
        borderaxespad=0.3,
        handlelength=2.6,
        handletextpad=0.5,
        columnspacing=1.0,
    )
    ax.set_title(title, pad=22)
