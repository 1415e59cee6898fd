"""Modules that a learner wrote and handed in beside the notebook: they come along, and take no other module's place."""

import sys
from collections.abc import Iterable
from importlib.machinery import PathFinder
from pathlib import PurePosixPath
from site import getsitepackages

from helpers.grading.handing_in.files import Entry, Notes, read
from helpers.grading.handing_in.reading import RefusedError
from helpers.grading.text import shown

ENDING = ".py"
BYTES = 256 * 1024  # of all of them


def modules_of(entries: Iterable[Entry], notebook: Entry, notes: Notes) -> dict[str, str]:
    """Return what the notebook can import as it lies, by path from the notebook; all else is left out, and said."""
    found: dict[str, str] = {}
    left = BYTES
    for entry in entries:
        path = _seen_from(notebook, entry)
        try:
            _refuse(path)
            raw = read(entry.path, left)
            found[str(path)] = raw.decode("utf-8-sig").replace("\r\n", "\n")
            left -= len(raw)
        except (RefusedError, OSError, UnicodeDecodeError) as error:
            why = "it is no UTF-8 text" if isinstance(error, UnicodeDecodeError) else error
            notes.repairs.append(f"{shown(entry.name)} left out: {why}")
    if found:
        notes.repairs.append(f"handed in beside the notebook, and there for import: {', '.join(map(shown, found))}")
    return found


def _seen_from(notebook: Entry, entry: Entry) -> PurePosixPath:
    folder = notebook.name.rpartition("/")[0]
    return PurePosixPath(entry.name.removeprefix(f"{folder}/") if folder else entry.name)


def _refuse(path: PurePosixPath) -> None:
    """Raise RefusedError for what no import in the notebook finds."""
    first = path.parts[0].removesuffix(ENDING)
    if not all(part.isidentifier() for part in path.with_suffix("").parts):
        raise RefusedError("no import finds a file of this name")
    if first == "helpers" or first in sys.stdlib_module_names or PathFinder.find_spec(first, getsitepackages()):
        raise RefusedError("a module of the course, of Python or of a library has its name")
