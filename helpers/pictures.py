"""One look for every picture of the course, contour maps, and the door for still figures, ``show``.

Importing this module sets matplotlib's style. Colours are the Okabe-Ito palette, which stays apart for colour-blind
readers; a line style or a marker always differs as well, so that colour is never the only difference.
"""

import base64
import html
import io
import itertools
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import contourpy
import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.ticker import LogFormatter, LogFormatterSciNotation, MaxNLocator
from PIL import Image

from helpers.surfaces import Surface, Window

COLORS: dict[str, str] = {
    "path": "#0072B2",
    "now": "#0072B2",
    "loss": "#0072B2",
    "gradient": "#D55E00",
    "minimum": "#009E73",
    "start": "#000000",
    "momentum": "#CC79A7",
    "comparison": "#E69F00",
    "average": "#56B4E9",
    "limit": "#000000",
    "guide": "#6B6B6B",
}
"""What a thing is, and its colour in every lesson. Only blue, grey and black are dark enough for text; the orange of
"comparison" and the sky blue of "average" are light for thin lines too, so their styles are thick or outlined."""

STYLES: dict[str, dict] = {
    "path": {"color": COLORS["path"], "linestyle": "-", "marker": "o", "markersize": 3.5, "linewidth": 1.2},
    "loss": {"color": COLORS["loss"], "linestyle": "-", "linewidth": 1.8},
    "gradient": {"color": COLORS["gradient"], "linestyle": (0, (6, 1.5)), "linewidth": 1.8},
    "minimum": {"color": COLORS["minimum"], "linestyle": "none", "marker": "*", "markersize": 12},
    "start": {"color": COLORS["start"], "linestyle": "none", "marker": "s", "markersize": 6},
    "now": {"color": COLORS["now"], "linestyle": "none", "marker": "o", "markersize": 9, "markeredgecolor": "#000000"},
    "momentum": {"color": COLORS["momentum"], "linestyle": "-.", "marker": "^", "markersize": 4, "linewidth": 1.2},
    "comparison": {
        "color": COLORS["comparison"],
        "linestyle": "--",
        "marker": "D",
        "markersize": 4,
        "markeredgecolor": "#000000",
        "markeredgewidth": 0.7,
        "linewidth": 2.0,
    },
    "average": {"color": COLORS["average"], "linestyle": "-", "linewidth": 2.6},
    "limit": {"color": COLORS["limit"], "linestyle": ":", "linewidth": 1.4},
    "guide": {"color": COLORS["guide"], "linestyle": "--", "linewidth": 1.0},
}
"""The same roles as keywords for ``ax.plot``: colour, line style and marker together."""

_CYCLE = cycler(
    color=[COLORS[role] for role in ("path", "gradient", "minimum", "comparison", "momentum", "start", "average")],
    linestyle=["-", "--", "-.", ":", (0, (6, 1.5)), (0, (3, 1, 1, 1, 1, 1)), (0, (1, 1))],
)

LOOK: dict[str, Any] = {
    "figure.figsize": (6.4, 3.8),
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": _CYCLE,
    "axes.formatter.use_mathtext": False,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    "legend.fontsize": 10,
}
plt.style.use(LOOK)

# Low is white, high is a light grey-blue: dark paths stand out, in print without colour too.
_HEIGHTS = LinearSegmentedColormap.from_list("heights", ["#FFFFFF", "#C3CEDA"])
_GRID = 201
_LEVELS = 10


class _Traced(NamedTuple):
    """The shapes of a map: the bands between levels with their colours, and the lines at levels with their dashes."""

    bands: list[Path]
    colors: np.ndarray
    lines: list[Path]
    dashes: list[str]


class _Map(NamedTuple):
    """What ``contours`` drew on some axes."""

    surface: Surface
    window: Window
    artists: list[Artist]


_maps: WeakKeyDictionary[Axes, _Map] = WeakKeyDictionary()


def contours(ax: Axes, surface: Surface, window: Window | None = None, equal: bool = False) -> None:
    """Draw the contour map of a surface, light enough that paths stand out, and mark its minima.

    ``window`` is ((x_lo, x_hi), (y_lo, y_hi)), by default the surface's own; the limits of ``ax`` are set to it and
    stay fixed. ``equal=True`` gives both axes one scale, so that right angles look right. Calling again replaces the
    map that was there; with the same surface and window it does nothing, so a scene function may always call it.
    """
    (x_lo, x_hi), (y_lo, y_hi) = window = _floats(window or surface.window)
    if not (np.isfinite(window).all() and x_lo < x_hi and y_lo < y_hi):
        raise ValueError(f"contours needs a window ((x_lo, x_hi), (y_lo, y_hi)) with lo < hi and got {window}")
    old = _maps.get(ax)
    if old and old.artists[0].axes is ax:
        if old.surface is surface and old.window == window:
            return
        for artist in old.artists:
            artist.remove()
    traced = _traced(surface, window)
    bands = PathCollection(
        traced.bands, facecolors=traced.colors, edgecolors="none", antialiaseds=False, transform=ax.transData, zorder=0
    )
    lines = PathCollection(
        traced.lines,
        facecolors="none",
        edgecolors="#8E9AA8",
        linewidths=0.6,
        linestyles=traced.dashes,
        transform=ax.transData,
        zorder=0.5,
    )
    artists: list[Artist] = [ax.add_collection(drawn, autolim=False) for drawn in (bands, lines)]
    minima = np.reshape(surface.minima, (-1, 2))
    artists += ax.plot(minima[:, 0], minima[:, 1], **STYLES["minimum"], label="minimum", zorder=2)
    ax.set(xlim=(x_lo, x_hi), ylim=(y_lo, y_hi), aspect="equal" if equal else "auto")
    _maps[ax] = _Map(surface, window, artists)


@lru_cache(maxsize=32)
def _traced(surface: Surface, window: Window) -> _Traced:
    """Trace the contours of a surface as ``ax.contourf`` and ``ax.contour`` do, without what these take time for."""
    x, y = (np.linspace(lo, hi, _GRID) for lo, hi in window)
    height = np.ma.masked_invalid(surface.value(np.stack(np.meshgrid(x, y), axis=-1)))
    levels = _levels(height.compressed())
    # The serial algorithm finds the same lines as matplotlib's default in half the time.
    trace = contourpy.contour_generator(
        x, y, height, name="serial", corner_mask=True, line_type="SeparateCode", fill_type="OuterCode"
    )
    ends = np.concatenate([[-1e250], levels, [1e250]])
    middles = (levels[:-1] + levels[1:]) / 2
    shares = np.concatenate([[0.0], (middles - levels[0]) / (levels[-1] - levels[0]), [1.0]])
    return _Traced(
        bands=[_path(*trace.filled(lo, hi)) for lo, hi in itertools.pairwise(ends)],
        colors=_HEIGHTS(shares),
        lines=[_path(*trace.lines(level)) for level in levels],
        dashes=["--" if level < 0 else "-" for level in levels],
    )


def _path(points: Sequence[np.ndarray], codes: Sequence[np.ndarray]) -> Path:
    return Path(np.concatenate(points), np.concatenate(codes)) if len(points) else Path(np.empty((0, 2)))


def _floats(window: Window) -> Window:
    (x_lo, x_hi), (y_lo, y_hi) = window
    return (float(x_lo), float(x_hi)), (float(y_lo), float(y_hi))


def _levels(height: np.ndarray) -> np.ndarray:
    """Levels lo + (hi - lo) t^p, with p such that half of them lie below the median height.

    A bowl gets rings at nearly equal distances (p = 2), a steep-walled valley such as Rosenbrock's gets levels that
    are close together at its floor, as logarithmic ones would be.
    """
    lo, median, hi = np.min(height), np.median(height), np.max(height)
    if not lo < hi:
        return np.array([lo, lo + 1])
    power = np.log2((hi - lo) / max(median - lo, (hi - lo) * 1e-4)).clip(1, 12)
    return lo + (hi - lo) * (np.arange(1, _LEVELS + 1) / (_LEVELS + 1)) ** power


def loss_axes(ax: Axes, steps: int, ylim: tuple[float, float], title: str = "", ylabel: str = "loss") -> None:
    """Set up axes for what a descent makes small: whole steps from 0 on, and a log scale with fixed limits."""
    ax.set(xlim=(0, steps), ylim=ylim, yscale="log", xlabel="step", ylabel=ylabel, title=title)
    ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], integer=True))


class _PlainPowers(LogFormatter):
    """Labels of a log scale as Python writes numbers, 0.01 or 1e−6: an exponent in small print is too small to read."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        if x <= 0 or not np.isclose(np.log10(x) % 1, [0, 1], atol=1e-9).any():
            return ""
        short = f"{x:g}" if 1e-3 <= x < 1e5 else f"{x:.0e}"
        return re.sub(r"e([+-])0*", lambda sign: "e−" if sign[1] == "-" else "e", short)


def plain_scales(fig: Figure) -> None:
    """Give the log scales of a figure labels in full size, where the author has chosen none."""
    for ax in fig.axes:
        for axis in (ax.xaxis, ax.yaxis):
            if type(axis.get_major_formatter()) is LogFormatterSciNotation:
                axis.set_major_formatter(_PlainPowers())


def show(fig: Figure, alt: str) -> None:
    """Display a still figure with its text alternative, and close it so that it is not displayed twice.

    ``alt`` says what there is to see, in a sentence or two; an empty one raises ValueError.
    """
    # Imported here, so that scripts and tests that only draw do not pay for IPython.
    from IPython.display import display

    if not isinstance(fig, Figure):
        raise TypeError(f"show needs the figure, as in fig, ax = plt.subplots(), and got a {type(fig).__name__}")
    plain_scales(fig)
    bundle = picture_bundle(png(pixels(fig)), alt)
    plt.close(fig)
    display(bundle, raw=True)


def picture_bundle(fig_png_bytes: bytes, alt: str) -> dict[str, str]:
    """Return the mime bundle of a picture: HTML with the text alternative, PNG, and the alternative as plain text.

    JupyterLab and nbconvert drop alt text kept in metadata; an ``<img alt>`` works in both.
    """
    alt = checked_alt(alt)
    data = base64.b64encode(fig_png_bytes).decode("ascii")
    image = f'<img alt="{html.escape(alt)}" src="data:image/png;base64,{data}">'
    return {"text/html": image, "image/png": data, "text/plain": alt}


def checked_alt(alt: str) -> str:
    """Return the text alternative on one line, with real minus signs; raise ValueError when there is none."""
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError("A picture needs a text alternative: say in alt what there is to see, in a sentence or two")
    return minus_signs(" ".join(alt.split()))


def minus_signs(text: str) -> str:
    """Return a text in which numbers have the minus sign that matplotlib's axes have, −0.5 and 3.2e−05.

    It stands level with the digits, and a line is never broken after it.
    """
    return re.sub(r"(?<![\w.)\]-])-(?=[\d.])|(?<=\de)-(?=\d)", "−", text)


def pixels(fig: Figure) -> np.ndarray:
    """Draw a figure without its animated artists and return its pixels, (height, width, 4) bytes."""
    # savefig would draw animated artists, and another backend's canvas has no buffer.
    canvas = fig.canvas if type(fig.canvas) is FigureCanvasAgg else FigureCanvasAgg(fig)
    canvas.draw()
    return np.array(canvas.buffer_rgba())


def png(rgba: np.ndarray, colors: int = 256) -> bytes:
    """Return a small PNG of pixels (height, width, 4): a palette, no metadata, the same bytes every time."""
    out = io.BytesIO()
    # This method keeps rare saturated colours, the paths, where a median cut keeps shades of the map; one round of
    # k-means takes the false tints out of the greys.
    image = Image.fromarray(rgba[..., :3]).quantize(
        colors, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE
    )
    image.save(out, "PNG", optimize=True)
    # Notebooks must stay readable on GitHub: a busy picture gets fewer shades rather than more bytes.
    return out.getvalue() if out.tell() <= 40_000 or colors <= 16 else png(rgba, colors // 2)
