"""Colours, edges and shapes of matplotlib in the words of a canvas."""

from typing import Any

import numpy as np
from matplotlib.collections import Collection
from matplotlib.path import Path

_SVG = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C", Path.CLOSEPOLY: "Z"}


def reject_patterns(collection: Collection) -> None:
    """Raise TypeError for what the page does not fill or stroke."""
    if collection.get_hatch() or any(dash for _, dash in collection.get_linestyles()):
        raise TypeError(f"The stage draws a {type(collection).__name__} with solid edges and no hatch: drop both")


def collection_style(collection: Collection) -> dict[str, Any]:
    """Return the colours and edges of a collection; the page repeats lists that are too short, as matplotlib does."""
    collection.update_scalarmappable()
    clear = np.zeros((1, 4))
    return {
        "face": [css(rgba) for rgba in (collection.get_facecolor() if len(collection.get_facecolor()) else clear)],
        "edge": [css(rgba) for rgba in (collection.get_edgecolor() if len(collection.get_edgecolor()) else clear)],
        "width": np.atleast_1d(collection.get_linewidths()).tolist(),
        "cap": line_cap(collection.get_capstyle() or "butt"),
        "join": collection.get_joinstyle() or "round",
    }


def css(rgba: Any) -> str:
    """Return a colour (red, green, blue, alpha from 0 to 1) in CSS's words."""
    red, green, blue = (round(255 * channel) for channel in rgba[:3])
    return f"rgba({red}, {green}, {blue}, {rgba[3]:.4g})"


def line_cap(style: str) -> str:
    """Return how a line ends, in the canvas's word for it."""
    return "square" if style == "projecting" else str(style)


def svg(path: Path) -> str:
    """Return a path in SVG's words, with y downwards."""
    segments = path.iter_segments(simplify=False, curves=True)
    words = []
    for vertices, code in segments:
        numbers = [] if code == Path.CLOSEPOLY else (vertices.reshape(-1, 2) * (1, -1)).flat
        words.append(_SVG[code] + " ".join(f"{number:.6g}" for number in numbers))
    return "".join(words)
