"""Cells that must fail, between those of a submission: where one does not, something changes how cells run.

Points do not depend on it, since the judge decides about them elsewhere; that somebody tried is worth knowing.
"""

import re
import secrets
from typing import Any, NamedTuple

import nbformat

from helpers.cells import BEGIN_HIDDEN, SETUP

ALWAYS_WRONG = "(lambda *arguments: None)"
CALLED = re.compile(r"check\((\"[\w-]+\"), \w+, required=True\)\n")
CHECK = "from helpers.exercises import check"  # the course's: who calls something of her own so has changed nothing


class Canary(NamedTuple):
    """The source of a cell that must fail, and the name of the error with which the kernel must reply."""

    source: str
    error: str


def made_of(cells: list[dict[str, Any]]) -> tuple[Canary, ...]:
    """Return a bare assertion and, of an answer that is always wrong, a check: its public part alone."""
    checks = [
        cell["source"] for cell in cells if cell["source"].startswith("check(") and BEGIN_HIDDEN in cell["source"]
    ]
    found = [Canary("assert 1 + 1 == 3", "AssertionError")]
    if checks and (called := CALLED.match(checks[0])):
        found.append(Canary(f"{CHECK}\ncheck({called[1]}, {ALWAYS_WRONG}, required=True)", "CheckFailed"))
    return tuple(found)


def insert(notebook: Any, canaries: tuple[Canary, ...]) -> dict[str, Canary]:
    """Insert the cells, one after the setup and all at the end; return them by names that nobody can foresee."""
    after = next((i for i, cell in enumerate(notebook.cells, 1) if cell.get("id") == SETUP), 0)
    inserted = {}
    for place, canary in [(after, canaries[0]), *((len(notebook.cells) + 1, canary) for canary in canaries)]:
        name = secrets.token_hex(4)
        inserted[name] = canary
        notebook.cells.insert(place, nbformat.v4.new_code_cell(canary.source, id=name))
    return inserted


def failed_as_it_must(canary: Canary, content: dict[str, Any]) -> bool:
    """Whether the kernel's reply is that of a cell which ran and stopped with the error that it must have."""
    count = content.get("execution_count")
    ran = type(count) is int and count > 0
    return ran and content.get("status") == "error" and content.get("ename") == canary.error
