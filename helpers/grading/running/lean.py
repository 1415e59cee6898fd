"""Which cells of a submission need not run: those that the lesson gave, unchanged, and that no other cell needs.

A lesson draws and sweeps a lot, and no point depends on it. A cell is left out when it stands in the release with the
same text, is not marked for grading, and binds no name that a cell which runs reads. What a program reads in another
way, by eval or globals(), is missed here and seen when it runs: then the whole notebook runs.
"""

import re
from typing import Any

from helpers.grading.names import UNREADABLE, names_bound, names_read


def skippable(notebook: dict[str, Any], release: dict[str, Any]) -> frozenset[str]:
    """Return the ids of the code cells that can be left out. Sources are single strings."""
    given = {cell["id"]: cell["source"] for cell in release["cells"] if "nbgrader" not in cell["metadata"]}
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    candidates = {cell["id"]: cell["source"] for cell in code if given.get(cell["id"]) == cell["source"]}
    needed = {name for cell in code if cell["id"] not in candidates for name in _read(cell["source"])}
    while wanted := [cell_id for cell_id, source in candidates.items() if names_bound(source) & needed]:
        needed |= {name for cell_id in wanted for name in _read(candidates.pop(cell_id))}
    return frozenset(candidates)


def _read(source: str) -> set[str]:
    """Return the names that a cell may take from other cells; every word, when it is not plain Python."""
    try:
        return names_read(source)
    except UNREADABLE:
        return set(re.findall(r"\w+", source))
