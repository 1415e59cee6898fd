"""The canonical form of a stored notebook: what re-running unchanged work must not change.

Kept: sources, hand-written cell ids, tags, outputs, execution counts 1..n. Dropped: timestamps, widget views and state,
the interpreter's version, front-end settings. A stored picture stays unless its pixels differ visibly from the new one.
"""

import base64
import io
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
import nbformat.reader
import numpy as np
from PIL import Image

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
MARKS = ("tags", "site")  # what an author marks cells with; `site` is for the pages that helpers/site makes
NOTEBOOK_LIMIT = 1_000_000  # bytes: larger notebooks are not shown on GitHub
PICTURE_LIMIT = 40 * 1024  # bytes of PNG
# The largest mean difference, of 255 levels, in any block of 8 x 8 pixels. Measured on a line plot: a decimal point
# that becomes a comma 6, a changed digit 38, a line moved by a twentieth of a pixel 3. The mean over the whole picture
# ranks them the wrong way round (0.003, 0.03, 0.03).
PICTURE_TOLERANCE = 4.0

_DATA_URI = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")
_ADDRESS = re.compile(r"<[^<>\n]* at 0x[0-9a-fA-F]+[^<>\n]*>")
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_POSITIONAL = re.compile(r"(cell|code|markdown|text|output)?-?\d+")
_RANDOM = re.compile(r"(?=.*\d)[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-[0-9a-f]{12})?")


def read(path: Path) -> Any:
    """Read a notebook as it is stored; `nbformat.read` would mend missing and doubled ids on the way."""
    return nbformat.reader.reads(path.read_text(encoding="utf-8"))


def serialise(nb: Any) -> str:
    """Return the text of a notebook file: keys sorted, indent 1, newline at the end."""
    return nbformat.v4.writes(nb).rstrip("\n") + "\n"


def canonicalise(new: Any, stored: Any) -> Any:
    """Return `new` in canonical form, with the pictures of `stored` where they look the same.

    Cells are matched by id and outputs by their place. Neither argument is changed.
    """
    nb = deepcopy(new)
    nb.nbformat, nb.nbformat_minor = 4, 5
    metadata = {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}}
    if "course" in nb.metadata:
        metadata["course"] = nb.metadata["course"]
    nb.metadata = nbformat.from_dict(metadata)
    stored_outputs = {cell.get("id"): cell.get("outputs", []) for cell in stored.cells}
    count = 0
    for cell in nb.cells:
        cell.metadata = nbformat.from_dict({key: cell.metadata[key] for key in MARKS if cell.metadata.get(key)})
        if cell.cell_type != "code":
            continue
        if cell.execution_count is not None:
            count += 1
            cell.execution_count = count
        cell.outputs = _merged_streams(cell.outputs)
        for place, output in enumerate(cell.outputs):
            _canonical_output(output, cell.execution_count)
            _keep_pictures(output, stored_outputs.get(cell.get("id"), [])[place : place + 1])
    return nb


def _merged_streams(outputs: list[Any]) -> list[Any]:
    """Join neighbouring pieces of one stream: where print is cut into messages is a matter of chance."""
    merged: list[Any] = []
    for output in outputs:
        last = merged[-1] if merged else {}
        if output.output_type == "stream" == last.get("output_type") and output.name == last["name"]:
            last["text"] += output.text
        else:
            merged.append(output)
    return merged


def _canonical_output(output: Any, count: int | None) -> None:
    if "execution_count" in output:
        output.execution_count = count
    if "data" not in output:
        return
    output.data.pop(WIDGET_VIEW, None)
    if "image/png" in output.data:
        output.data["image/png"] = "".join(output.data["image/png"].split())
    output.metadata = nbformat.from_dict(
        {mime: value for mime, value in output.metadata.items() if mime in output.data}
    )


def pictures(output: Any) -> list[str]:
    """Return the PNG pictures of an output, base64: its own, then those embedded in its HTML."""
    data = output.get("data", {})
    own = [data["image/png"]] if "image/png" in data else []
    return own + _DATA_URI.findall(data.get("text/html", ""))


def _keep_pictures(output: Any, stored: list[Any]) -> None:
    """Replace each new picture by the stored one in the same place where both look the same."""
    for old_output in stored:
        for new, old in zip(pictures(output), pictures(old_output), strict=False):
            old = "".join(old.split())
            if new != old and look_same(new, old):
                for mime in ("image/png", "text/html"):
                    if mime in output.data:
                        output.data[mime] = output.data[mime].replace(new, old)


def look_same(one: str, other: str) -> bool:
    """Whether two base64 PNG pictures agree in size and, within the tolerance, in every block of 8 x 8 pixels."""
    try:
        a, b = _pixels(one), _pixels(other)
    except (ValueError, OSError, SyntaxError):  # what base64 and Pillow raise for a damaged picture
        return False
    return a.shape == b.shape and largest_block_difference(a, b) <= PICTURE_TOLERANCE


def _pixels(picture: str) -> np.ndarray:
    with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
        return np.asarray(image.convert("RGBA"), dtype=float)


def largest_block_difference(a: np.ndarray, b: np.ndarray) -> float:
    """The largest mean absolute difference in any 8 x 8 block of two pictures of shape (height, width, channels)."""
    difference = np.abs(a - b).max(axis=2)
    height, width = difference.shape
    padded = np.pad(difference, ((0, -height % 8), (0, -width % 8)))
    return float(padded.reshape(padded.shape[0] // 8, 8, -1, 8).mean(axis=(1, 3)).max())


def complaints(nb: Any) -> list[str]:
    """Return what keeps a notebook from canonical form, one sentence each with its cell; empty when nothing does."""
    return [*_wrong_ids(nb), *_wrong_outputs(nb), *_wrong_size(nb), *_not_canonical(nb)]


def wrong_id(cell_id: str | None) -> str | None:
    """Say why an id is not a hand-written slug, or return None when it is one."""
    if cell_id is None:
        return "has no id; give it a slug such as adam-step"
    if _POSITIONAL.fullmatch(cell_id) or _RANDOM.fullmatch(cell_id) or not _SLUG.fullmatch(cell_id):
        return "has an id that nobody wrote by hand; give it a slug such as adam-step"
    return None


def _wrong_ids(nb: Any) -> Iterator[str]:
    seen = set()
    for number, cell in enumerate(nb.cells, 1):
        cell_id = cell.get("id")
        if wrong := wrong_id(cell_id):
            yield f"cell {cell_id or number} {wrong}."
        elif cell_id in seen:
            yield f"cell {cell_id} shares its id with an earlier cell; each cell needs its own."
        seen.add(cell_id)


def _texts(output: Any) -> Iterator[str]:
    yield output.get("text", "")
    for mime, value in output.get("data", {}).items():
        if mime.startswith("text/"):
            yield value


def _wrong_outputs(nb: Any) -> Iterator[str]:
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            for address in _ADDRESS.findall("\n".join(_texts(output))):
                yield f"cell {cell.get('id')} shows {address}, an address that differs in each run; print a value."
            for picture in pictures(output):
                yield from (f"cell {cell.get('id')} {fault}" for fault in _wrong_picture(picture))


def _wrong_picture(picture: str) -> Iterator[str]:
    try:
        png = base64.b64decode(picture)
    except ValueError:
        yield "has a damaged picture; run python start.py execute."
        return
    if len(png) > PICTURE_LIMIT:
        yield f"has a picture of {len(png) / 1024:.0f} KB; make it smaller than {PICTURE_LIMIT // 1024} KB."
    if b"tEXtSoftware" in png:
        yield "has a picture that names the program that drew it; end the cell with show(fig, alt=...)."


def _wrong_size(nb: Any) -> Iterator[str]:
    size = len(serialise(nb).encode())
    if size > NOTEBOOK_LIMIT:
        yield f"the notebook has {size / 1e6:.1f} MB; make its outputs smaller than {NOTEBOOK_LIMIT / 1e6:.0f} MB."


def _not_canonical(nb: Any) -> Iterator[str]:
    canonical = canonicalise(nb, nb)
    mend = "run python start.py execute, then release"
    if (nb.nbformat, nb.nbformat_minor) != (4, 5) or nb.metadata != canonical.metadata:
        yield f"the notebook's metadata are not in canonical form; {mend}."
    for cell, wanted in zip(nb.cells, canonical.cells, strict=True):
        if cell != wanted:
            yield f"cell {cell.get('id')} is not in canonical form; {mend}."
