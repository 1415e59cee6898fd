"""Pictures on a phone: their parts one above the other, and letters that can be read.

A part is what white space separates from the rest: axes with their words, or a legend below them all. Nothing is drawn
anew: a page shows the same pixels in another place, an experiment and a stored picture alike.
"""

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

WIDE = 450  # pixels: a part that is wider is cut again where it can be
GAP = 4  # pixels of white between two parts at least
WORDS = 50  # pixels: the words and numbers along an axis are at most as wide
BAND = 0.18  # of the height: titles, and what may stand below them
SPACE = 7  # pixels: no gap between two words is as wide
FAR = 120  # pixels that a title may reach over the next part
LETTER = 13.9  # pixels: the letters of our pictures, 10 points at 100 dots per inch
SMALLEST = 9  # pixels on a phone
PHONE = "(max-width: 34rem)"  # as in site.css: on wider pages all letters of a whole picture can be read


class Part(NamedTuple):
    """A rectangle of a picture, in pixels, and one within it that belongs to another part and stays white."""

    x: int
    y: int
    width: int
    height: int
    blank: tuple[int, int, int, int] | None = None


def parts(picture: np.ndarray, between: list[int] | None = None) -> list[Part]:
    """Return the parts of a picture (h, w, channels), from left to right, what lies below all others last.

    between: the columns between axes, where they are known.
    """
    white = np.all(picture[..., :3] > 250, axis=-1)
    height, width = white.shape
    if beside := _beside(white, between):
        return beside
    rows = _gaps(np.all(white, axis=1))
    below = sum(rows[-1]) // 2 if rows else height
    if below > height / 2 and (beside := _beside(white[:below], between)):
        legend = _beside(white[below:]) or [Part(0, 0, width, height - below)]
        return beside + [Part(part.x, below, part.width, part.height) for part in legend]
    return [Part(0, 0, width, height)]


def between(fig: Figure, width: int) -> list[int]:
    """Return the columns between axes, with all that is written beside them but their titles.

    width: of the figure's picture, in pixels.
    """
    canvas = fig.canvas
    assert isinstance(canvas, FigureCanvasAgg), "its picture was drawn"
    renderer, spans = canvas.get_renderer(), []
    for ax in fig.axes:
        boxes = [ax.get_window_extent(renderer), *(text.get_window_extent(renderer) for text in ax.texts)]
        boxes += [box for axis in (ax.xaxis, ax.yaxis) if (box := axis.get_tightbbox(renderer)) is not None]
        spans.append((min(box.x0 for box in boxes), max(box.x1 for box in boxes)))
    columns, end = [], np.inf
    for low, high in sorted(spans):
        if low > end:
            columns.append(round((low + end) / 2 * width / fig.bbox.width))
        end = high if end == np.inf else max(end, high)
    return columns


def _beside(white: np.ndarray, between: list[int] | None = None) -> list[Part]:
    """Return parts side by side, or nothing where a picture has only one."""
    height, width = white.shape
    band = round(BAND * height) if height > 4 * LETTER else 0
    cuts = _cuts(_gaps(np.all(white[band:], axis=0)), 0, width) if between is None else _among(between, 0, width)
    cuts = [cut for cut in cuts if white[band:, cut].all()]
    # A title may be longer than its axes are wide: it reaches over what stands below it on the right.
    reach = [_reach(np.all(white[:band], axis=0), cut) if band else cut for cut in cuts]
    found = []
    for left, over, right, end in zip([0, *cuts], [0, *reach], [*cuts, width], [*reach, width], strict=True):
        if end > right:
            found.append(Part(left, 0, end - left, height, (right, band, end - right, height - band)))
        elif over > left:
            found.append(Part(left, 0, end - left, height, (left, 0, over - left, band)))
        else:
            found.append(Part(left, 0, end - left, height))
    return found if cuts else []


def _gaps(empty: np.ndarray) -> list[tuple[int, int]]:
    """Return the white gaps of some lines (n,), from and to, that have something on both sides."""
    edges = np.flatnonzero(np.diff(empty.astype(int), prepend=0, append=0)).reshape(-1, 2).tolist()
    return [(start, end) for start, end in edges if start > 0 and end < len(empty) and end - start >= GAP]


def _among(columns: Sequence[int], low: int, high: int) -> list[int]:
    """Return the columns where parts end, but for the last: the one nearest to the middle, until all are narrow."""
    quarter = (high - low) / 4
    inner = [column for column in columns if low + quarter < column < high - quarter]
    if high - low <= WIDE or not inner:
        return []
    cut = min(inner, key=lambda column: abs(column - (low + high) / 2))
    return [*_among(columns, low, cut), cut, *_among(columns, cut, high)]


def _cuts(gaps: list[tuple[int, int]], low: int, high: int) -> list[int]:
    """Return the same for a picture whose axes are not known: what is written along an axis stands on its left."""
    starts = gaps[:1]
    for before, gap in pairwise(gaps):
        if gap[0] - before[1] > WORDS:
            starts.append(gap)
    return _among([(start + end) // 2 for start, end in starts], low, high)


def _reach(empty: np.ndarray, cut: int) -> int:
    """Return where what lies across a cut ends: at a gap that is wider than one between words, or at the cut."""
    if empty[cut - 1 : cut + 1].all():
        return cut
    spaces = (column for column in range(cut, cut + FAR) if empty[column : column + SPACE].all())
    return next(spaces, cut)


def stacked(picture: np.ndarray, found: Sequence[Part]) -> np.ndarray:
    """Return a picture with its parts one above the other, as wide as the widest."""
    rows = np.full((sum(part.height for part in found), max(part.width for part in found), picture.shape[2]), 255, "u1")
    top = 0
    for x, y, width, height, blank in found:
        row = rows[top : top + height, :width]
        row[:] = picture[y : y + height, x : x + width]
        if blank:
            row[blank[1] - y :, blank[0] - x :][: blank[3], : blank[2]] = 255
        top += height
    return rows


def fractions(found: Sequence[Part], picture: np.ndarray) -> list[list[Any]]:
    """Return parts as an experiment's page takes them (see parts.js), in fractions of the picture."""
    height, width = picture.shape[:2]
    size = np.array([width, height, width, height])
    return [
        [*(np.array(part[:4]) / size).tolist(), (np.array(part.blank) / size).tolist() if part.blank else None]
        for part in found
    ]


def style(picture: np.ndarray) -> str:
    """Return what a page must know of a stacked picture: its shape, and how wide it is at least."""
    height, width = picture.shape[:2]
    return f"--shape: {width / height:.4f}; --least: {SMALLEST / LETTER * width:.0f}px"


def image(picture: np.ndarray, found: Sequence[Part], wide: str, alt: str, folder: Path) -> str:
    """Return the HTML of a picture, and write its parts one above the other beside it.

    wide: the name of the picture as it is, in the folder.
    """
    height, width = picture.shape[:2]
    img = f'<img src="{folder.name}/{wide}" width="{width}" height="{height}" loading="lazy" alt="{escape(alt)}">'
    if len(found) == 1:
        return img
    name, narrow = f"{Path(wide).stem}-narrow.webp", stacked(picture, found)
    Image.fromarray(narrow).convert("RGB").save(folder / name, "WEBP", lossless=True, quality=80)
    size = f'width="{narrow.shape[1]}" height="{narrow.shape[0]}"'
    return f'<picture><source media="{PHONE}" srcset="{folder.name}/{name}" {size}>{img}</picture>'
