"""The modules of a submission: a first cell writes them where its kernel works, and nobody else's kernel sees them."""

from typing import Any

import nbformat

ID = "beside-the-notebook"
SOURCE = """\
from pathlib import Path

for path, text in {modules!r}:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")
del Path, path, text"""


def insert(notebook: Any, modules: tuple[tuple[str, str], ...]) -> None:
    """Insert the cell that writes modules, where there are any."""
    if modules:
        notebook.cells.insert(0, nbformat.v4.new_code_cell(SOURCE.format(modules=modules), id=ID))


def is_one(cell_id: str) -> bool:
    """Whether a cell is this one."""
    return cell_id == ID
