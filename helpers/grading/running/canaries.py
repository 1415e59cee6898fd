"""Cells that must fail, between those of a submission: where one does not, something changes how cells run."""

import re
import secrets
from typing import Any

import nbformat

from helpers.cells import BEGIN_HIDDEN, SETUP

CANARY = "canary-"


def sources_of(cells: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return sources of cells that must fail: a bare assertion, and a real check of an answer that is always wrong."""
    checks = [cell["source"] for cell in cells if BEGIN_HIDDEN in cell["source"]]
    called = re.search(r"\nhidden_probes\((\w+)\)\n", checks[0]) if checks else None
    if not called:
        return ("assert 1 + 1 == 3",)
    return "assert 1 + 1 == 3", re.sub(rf"\b{called[1]}\b(?=[,)])", "(lambda *arguments: None)", checks[0])


def insert(notebook: Any, canaries: tuple[str, ...]) -> None:
    """Insert the cells: one after the setup, all at the end, under names that nobody can foresee."""
    after = next((i for i, cell in enumerate(notebook.cells, 1) if cell.get("id") == SETUP), 0)
    places = [(after, canaries[0]), *((len(notebook.cells) + 1, text) for text in canaries)]
    for place, text in places:
        notebook.cells.insert(place, nbformat.v4.new_code_cell(text, id=CANARY + secrets.token_hex(4)))


def is_one(cell_id: str) -> bool:
    """Whether a cell is one of these."""
    return cell_id.startswith(CANARY)


def one_passed(notebook: Any) -> bool:
    """Whether one of them ran and did not fail."""
    return any(
        is_one(cell.id) and cell.execution_count and all(output.output_type != "error" for output in cell.outputs)
        for cell in notebook.cells
    )
