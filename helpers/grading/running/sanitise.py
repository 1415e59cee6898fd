"""What a submission put out and wrote, as a browser may show it: nbgrader's formgrader runs scripts, this leaves none.

The outputs of a kernel are whatever the submission wanted them to be. What is kept is rebuilt: text, messages of
errors, and pictures that are pictures.
"""

import base64
import binascii
import re
from typing import Any

import nbformat
from nbformat.v4 import new_markdown_cell, new_output

from helpers.grading.text import text_of

PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}  # how each begins
SHOWN = ("execute_result", "display_data")


def outputs(found: list[Any]) -> list[Any]:
    """Return outputs of a cell as far as they are text, errors and pictures; they are valid, whatever came."""
    kept = []
    for output in found:
        kind, data = output.get("output_type"), output.get("data")
        if kind == "stream":
            name = "stderr" if output.get("name") == "stderr" else "stdout"
            kept.append(new_output("stream", name=name, text=text_of(output.get("text"))))
        elif kind == "error":
            said = {"ename": text_of(output.get("ename")), "evalue": text_of(output.get("evalue"))}
            lines = output.get("traceback")
            kept.append(
                new_output("error", traceback=list(map(text_of, lines)) if isinstance(lines, list) else [], **said)
            )
        elif kind in SHOWN and isinstance(data, dict):
            kept.append(new_output(kind, data={"text/plain": text_of(data.get("text/plain"))} | _pictures(data)))
    return kept


def count(found: Any) -> int | None:
    """Return the number of an execution, if it is one."""
    return found if type(found) is int and 0 <= found < 10**6 else None


def prose(notebook: dict[str, Any], release: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook in which text that is not the release's is shown as it was written, and never as HTML."""
    given = {(cell["cell_type"], text_of(cell["source"])) for cell in release["cells"]}
    cells = []
    for cell in notebook["cells"]:
        source = text_of(cell["source"])
        if cell["cell_type"] != "code" and (cell["cell_type"], source) not in given:
            fence = "`" * (3 + max(map(len, re.findall("`+", source)), default=0))
            shown = new_markdown_cell(f"{fence}\n{source}\n{fence}", id=cell["id"], metadata=cell["metadata"])
            cell = nbformat.from_dict(shown)
        cells.append(cell)
    return {**notebook, "cells": cells}


def _pictures(data: dict[str, Any]) -> dict[str, str]:
    kept = {}
    for kind, start in PICTURES.items():
        try:
            raw = base64.b64decode("".join(text_of(data.get(kind)).split()), validate=True)
        except (binascii.Error, ValueError):
            continue
        if raw.startswith(start):
            kept[kind] = base64.b64encode(raw).decode()
    return kept
