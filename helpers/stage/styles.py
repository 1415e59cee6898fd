"""Colours, edges and shapes of matplotlib in the words of a canvas."""

from typing import Any

import numpy as np
from matplotlib.collections import Collection
from matplotlib.path import Path

from helpers.stage.contract import Faces

_SVG = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C", Path.CLOSEPOLY: "Z"}


def reject_patterns(collection: Collection) -> None:
    """Raise TypeError for what the page does not fill or stroke."""
    styles: Any = collection.get_linestyle()  # a pair (offset, dash) each, whatever was set
    if collection.get_hatch() or any(dash for _, dash in styles):
        raise TypeError(f"The stage draws a {type(collection).__name__} with solid edges and no hatch: drop both")


def collection_style(collection: Collection) -> Faces:
    """Return the colours and edges of a collection; the page repeats lists that are too short, as matplotlib does."""
    collection.update_scalarmappable()
    return {
        "face": _all_css(collection.get_facecolor()),
        "edge": _all_css(collection.get_edgecolor()),
        "width": np.atleast_1d(collection.get_linewidth()).tolist(),
        "cap": line_cap(collection.get_capstyle() or "butt"),
        "join": collection.get_joinstyle() or "round",
    }


def _all_css(colours: Any) -> list[str]:
    """Return the colours of a collection in CSS's words; a collection without any is clear."""
    return [css(rgba) for rgba in (colours if len(colours) else np.zeros((1, 4)))]


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
        points = vertices[:0] if code == Path.CLOSEPOLY else vertices
        numbers = (points.reshape(-1, 2) * (1, -1)).flat
        words.append(_SVG[code] + " ".join(f"{number:.6g}" for number in numbers))
    return "".join(words)
