"""Cells that must fail, between those of a submission: where one does not, something changes how cells run."""

import re
import secrets
from typing import Any, NamedTuple

import nbformat

from helpers.cells import BEGIN_HIDDEN, SETUP

ALWAYS_WRONG = "(lambda *arguments: None)"
OBSERVED = re.compile(r"EXERCISES\['([\w-]+)'\]\.observe\(")
IMPORT = "from helpers.exercises.catalogue import EXERCISES"
CHECK = "from helpers.exercises import check"  # the course's: who calls something of her own so has changed nothing


class Canary(NamedTuple):
    """The source of a cell that must fail, and the name of the error with which the kernel must reply."""

    source: str
    error: str


def made_of(cells: list[dict[str, Any]]) -> tuple[Canary, ...]:
    """Return a bare assertion and, of an answer that is always wrong, a real check and the hidden tests alone.

    Where an exercise's own code observes what an answer does, which a submission could replace, its hidden tests come
    once more, of a mistake that this code must see.
    """
    checks = [cell["source"] for cell in cells if BEGIN_HIDDEN in cell["source"]]
    found = [Canary("assert 1 + 1 == 3", "AssertionError")]
    if checks and (check := _of(checks[0], ALWAYS_WRONG)):
        found.append(Canary(f"{CHECK}\n{check}", "CheckFailed"))
        found.append(_hidden(check))
    observed = ((text, OBSERVED.search(text)) for text in checks if text.startswith("check("))
    found += [_hidden(_of(text, f"EXERCISES[{name[1]!r}].mistakes[-1].answer")) for text, name in observed if name]
    return tuple(found)


def _hidden(check: str) -> Canary:
    """Return the hidden tests of a check alone, without `check`, which a submission may have made fail."""
    return Canary(f"{IMPORT}\n{BEGIN_HIDDEN}{check.partition(BEGIN_HIDDEN)[2]}", "AssertionError")


def _of(check: str, answer: str) -> str:
    """Return a check's source for another answer; nothing if it has no hidden region of ours."""
    called = re.search(r"\nhidden_probes\((\w+)\)\n", check)
    return re.sub(rf"(?<=[ (]){called[1]}(?=[,)])", lambda _: answer, check) if called else ""


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
