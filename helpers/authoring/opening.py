"""The picture that a notebook opens with: drawn here, attached to its text cell, seen before anything is run.

`![what there is to see](attachment:three-descents.png)` in a text cell asks for it; `python start.py execute` draws it.
"""

import base64
import re
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from helpers.authoring.canonical import look_same
from helpers.authoring.regions import fault
from helpers.descent import sweep
from helpers.pictures import STYLES, contours, pixels, png
from helpers.surfaces import bowl

ASKED = re.compile(r"!\[[^\]]*\]\(attachment:([^)]+)\)")
STEPS = 20
RATES = (0.02, 0.16, 0.22)
TOP = 2.4
WINDOW = ((-4.6, 2.2), (-TOP, TOP))


def three_descents() -> Figure:
    """Descend one bowl from one start with three learning rates, each on a map of its own."""
    surface = bowl(10.0)
    paths = sweep(surface.gradient, [-3.6, 1.2], steps=STEPS, lr=RATES)
    fig, maps = plt.subplots(1, 3, figsize=(8.6, 2.5), sharey=True)
    for ax, path, lr in zip(maps, paths, RATES, strict=True):
        contours(ax, surface, WINDOW)
        outside = np.abs(path[:, 1]) > TOP
        shown = path[: np.argmax(outside) + 1] if outside.any() else path  # what follows would hide the map
        ax.plot(*shown.T, **STYLES["path"])
        ax.plot(*path[0], **STYLES["start"])
        ax.set(xlabel="w0", title=f"lr = {lr:.2f}:\nloss {surface.value(path[-1]):,.2f} after {STEPS} steps")
    maps[0].set(ylabel="w1")
    maps[0].annotate("start", paths[0, 0], (0, 8), textcoords="offset points", ha="center")
    return fig


PICTURES = {"three-descents.png": three_descents}


def drawn(name: str) -> str:
    """Return a picture as base64, the same on every call."""
    fig = PICTURES[name]()
    data = base64.b64encode(png(pixels(fig))).decode("ascii")
    plt.close(fig)
    return data


def attach(nb: Any) -> None:
    """Give each text cell the pictures that it asks for, and no others; one that looks the same stays as it is."""
    for cell in nb.cells:
        stored = cell.pop("attachments", {})
        wanted = ASKED.findall(cell.source) if cell.cell_type == "markdown" else []
        if unknown := set(wanted) - set(PICTURES):
            raise fault(cell, 0, f"no picture is called {min(unknown)}; the pictures are {', '.join(PICTURES)}")
        pictures = {name: {"image/png": _kept(stored.get(name, {}).get("image/png"), drawn(name))} for name in wanted}
        if pictures:
            cell["attachments"] = pictures


def _kept(stored: str | None, new: str) -> str:
    return stored if stored and look_same(stored, new) else new
