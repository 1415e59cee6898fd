"""The bytes of a submitted notebook to plain cells: whatever programs and editors did to the file is undone and said.

Only cell types, sources and what names a cell come through. Outputs, attachments, tags and a notebook's own metadata
never do: nbgrader runs the cells again, and a tag can tell it to skip one.
"""

import json
from typing import Any, NamedTuple

MIB = 1024 * 1024
FILE, BYTES = 100 * MIB, 10 * MIB  # of a file as it comes, and of what its cells say without their outputs
PIECES = 3_000_000  # of JSON in a larger file: a saved picture is one, however long
CELLS = 2000
TYPES = ("code", "markdown", "raw")
PLACES = {"colab": "Colab", "vscode": "VS Code"}


class RefusedError(Exception):
    """A submission that cannot be mended without guessing; the message says why."""


class Cell(NamedTuple):
    """What is left of a submitted cell: its type and source, the ids it carries, and its nbgrader metadata."""

    kind: str
    source: str
    id: str
    grading: dict[str, Any]


def cells_of(raw: bytes) -> tuple[list[Cell], list[str]]:
    """Return the cells of a notebook file and what had to be repaired. Raises RefusedError."""
    repairs: list[str] = []
    if len(raw) > BYTES and sum(map(raw.count, b"{[,")) > PIECES:
        raise RefusedError(f"the file has {len(raw):,} bytes, and they are not saved pictures")
    nb = _parsed(_decoded(raw, repairs))
    if not isinstance(nb.get("cells"), list):
        old = isinstance(nb.get("worksheets"), list)
        raise RefusedError("the notebook is in the old format 3" if old else "the file is JSON, but holds no cells")
    if len(nb["cells"]) > CELLS:
        raise RefusedError(f"the notebook has {len(nb['cells'])} cells, more than {CELLS}")
    if nb.get("nbformat") != 4 or nb.get("nbformat_minor") != 5:
        version = f"{nb.get('nbformat')}.{nb.get('nbformat_minor')}"
        repairs.append(f"notebook format {version[:20]} made 4.5")
    found = [_cell(number, item, repairs) for number, item in enumerate(nb["cells"], 1)]
    size = sum(len(cell.source.encode()) for cell in found if cell)
    if size > BYTES:
        raise RefusedError(f"its cells have {size:,} bytes without their outputs, more than {BYTES:,}")
    _tell_programs(nb, repairs)
    return [cell for cell in found if cell], list(dict.fromkeys(repairs))


def _decoded(raw: bytes, repairs: list[str]) -> str:
    if not raw.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise RefusedError("the file is empty")
    encoding = json.detect_encoding(raw)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise RefusedError(f"the file is no {encoding.upper()} text (byte {error.start})") from error
    if encoding == "utf-8-sig":
        repairs.append("byte-order mark removed")
    elif encoding != "utf-8":
        repairs.append(f"{encoding.upper()} made UTF-8")
    return text


def _parsed(text: str) -> dict[str, Any]:
    try:
        nb = json.loads(text)
    except RecursionError as error:
        raise RefusedError("the file is JSON nested too deeply") from error
    except ValueError as error:
        raise RefusedError(f"the file is no JSON ({str(error)[:80]})") from error
    if not isinstance(nb, dict):
        raise RefusedError(f"the file is JSON, but a {type(nb).__name__} and no notebook")
    return nb


def _cell(number: int, item: Any, repairs: list[str]) -> Cell | None:
    """Return a cell, or None for what is none."""
    source = item.get("source") if isinstance(item, dict) else None
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str) or item.get("cell_type") not in TYPES:
        repairs.append(f"item {number} of the notebook is no cell: left out")
        return None
    metadata = item.get("metadata") if isinstance(item.get("metadata"), dict) else {}
    grading = metadata.get("nbgrader")
    if item.get("attachments"):
        repairs.append("attachments left out")
    return Cell(
        item["cell_type"],
        _clean(source, repairs),
        item["id"] if isinstance(item.get("id"), str) else "",
        grading if isinstance(grading, dict) else {},
    )


def _clean(source: str, repairs: list[str]) -> str:
    if "\r" in source:
        repairs.append("line ends of Windows (CRLF) made plain")
        source = source.replace("\r\n", "\n").replace("\r", "\n")
    if not source.isascii():
        whole = source.encode("utf-8", "replace").decode()
        if whole != source:
            repairs.append("halves of characters (lone surrogates) replaced")
        return whole
    return source


def _tell_programs(nb: dict[str, Any], repairs: list[str]) -> None:
    """Say whose metadata a notebook had."""
    metadata = [nb.get("metadata"), *(cell.get("metadata") for cell in nb["cells"] if isinstance(cell, dict))]
    keys = {key for entry in metadata if isinstance(entry, dict) for key in entry}
    repairs += [f"metadata of {program} left out" for key, program in PLACES.items() if key in keys]
