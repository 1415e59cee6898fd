"""Cells that must fail, between those of a submission: where one does not, something changes how cells run."""

import re
import secrets
from typing import Any

import nbformat

from helpers.cells import BEGIN_HIDDEN, SETUP

CANARY = "canary-"
OBSERVED = re.compile(r"EXERCISES\['([\w-]+)'\]\.observe\(")
IMPORT = "from helpers.exercises.catalogue import EXERCISES"


def sources_of(cells: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return sources of cells that must fail: a bare assertion, and real checks of answers that are wrong.

    One check of an answer that is always wrong; and where an exercise's own code observes what an answer does, which a
    submission could replace, one of a mistake that this code must see.
    """
    checks = [cell["source"] for cell in cells if BEGIN_HIDDEN in cell["source"]]
    wrong = [_of(text, "(lambda *arguments: None)") for text in checks[:1]]
    for text in checks:
        if (observed := OBSERVED.search(text)) and text.startswith("check("):
            hidden = text.partition("\n")[2]  # without `check`, which a submission may have made fail
            wrong.append(f"{IMPORT}\n{_of(hidden, f'EXERCISES[{observed[1]!r}].mistakes[-1].answer')}")
    return "assert 1 + 1 == 3", *filter(None, wrong)


def _of(check: str, answer: str) -> str:
    """Return a check's source for another answer; nothing if it has no hidden region of ours."""
    called = re.search(r"\nhidden_probes\((\w+)\)\n", check)
    return re.sub(rf"(?<=[ (]){called[1]}(?=[,)])", lambda _: answer, check) if called else ""


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
