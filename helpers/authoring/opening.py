"""The picture that a notebook opens with: drawn here, attached to its text cell, seen before anything is run.

`![what there is to see](attachment:learning-to-read.png)` in a text cell asks for it; `python start.py execute` draws
it.
"""

import base64
import re
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from helpers.authoring.canonical import look_same
from helpers.authoring.regions import fault
from helpers.experiments.reading_digits import (
    FRAME,
    draw_gallery,
    places,
    scores,
    split_digits,
    trained,
    words_on,
)
from helpers.pictures import pixels, png

ASKED = re.compile(r"!\[[^\]]*\]\(attachment:([^)]+)\)")
MOMENTS = {0: "Before the first step", 10: "After 10 steps", 100: "After 100 steps"}
COLUMNS = 5


def three_moments() -> Figure:
    """Show what the network of lesson 00 says of the first held-out digits, at three steps of its training."""
    data, there = split_digits(), places(COLUMNS)
    n = len(there)
    fig, walls = plt.subplots(1, 3, figsize=(8.6, 2.5))
    for ax, (step, when) in zip(walls, MOMENTS.items(), strict=True):
        said = scores(trained()[step], data.held_x[:n]).argmax(axis=1)
        right = said == data.held_y[:n]
        draw_gallery(ax, COLUMNS)
        for text, answer in zip(words_on(ax, COLUMNS), said, strict=True):
            text.set_text(str(answer))
        ax.plot(*there[~right].T, **FRAME | {"markersize": 30})
        ax.set_title(f"{when}: {right.sum()} of {n} right")
    return fig


PICTURES = {"learning-to-read.png": three_moments}


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
