"""The files of one submission: which is the notebook, what nbgrader put beside it, and what is left out.

No link is followed and no pipe is waited for.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from helpers.grading.handing_in.due import to_utc, written
from helpers.grading.handing_in.reading import FILE, RefusedError, cells_of
from helpers.grading.handing_in.restore import restore
from helpers.grading.handing_in.slots import Slot, alike
from helpers.grading.text import listed, shown

ENTRIES = 1000  # files and folders of one submission
TIME, SECRET = "timestamp.txt", "submission_secret.txt"  # nbgrader writes them; the second lets it return feedback
NOTEBOOKS = (".ipynb", ".ipynb.json", ".ipynb.txt", ".json")
ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".xz")
IGNORED = {".ipynb_checkpoints", "__pycache__", "__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Entry(NamedTuple):
    """A file, or what stands where one could, in a submission, by its path inside it."""

    name: str
    path: str
    mode: int


class Notes(NamedTuple):
    """What is to be said about one submission."""

    repairs: list[str]
    tampering: list[str]


def read(path: str | Path, limit: int = FILE) -> bytes:
    """Return what a regular file holds; no link is followed, no pipe is waited for. Raises RefusedError."""
    file = os.open(path, _FLAGS)
    try:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            raise RefusedError("what should be a file is none")
        if found.st_size > limit:
            raise RefusedError(f"the file has {found.st_size:,} bytes, more than {limit:,}")
        with os.fdopen(os.dup(file), "rb") as stream:
            return stream.read(limit)
    finally:
        os.close(file)


def entries_of(folder: Path) -> Iterator[Entry]:
    """Yield what a submission holds, links included and not followed. Raises RefusedError when there is too much."""
    waiting, number = [(str(folder), "")], 0
    while waiting:
        place, prefix = waiting.pop()
        with os.scandir(place) as found:
            for item in found:
                number += 1
                if number > ENTRIES:
                    raise RefusedError(f"it holds more than {ENTRIES} files and folders")
                if item.name in IGNORED:
                    continue
                mode = item.stat(follow_symlinks=False).st_mode
                if stat.S_ISDIR(mode):
                    waiting.append((item.path, f"{prefix}{item.name}/"))
                else:
                    yield Entry(prefix + item.name, item.path, mode)


class Sorted(NamedTuple):
    """What may be the notebook, nbgrader's own files, and modules."""

    notebooks: list[Entry]
    extras: list[Entry]
    modules: list[Entry]


def sorted_out(entries: Iterable[Entry], notes: Notes) -> Sorted:
    """Return what is looked at; all else is said, and left out of the copy."""
    found = Sorted([], [], [])
    for entry in sorted(entries):
        if stat.S_ISLNK(entry.mode):
            target = shown(os.readlink(entry.path))
            notes.tampering.append(f"{shown(entry.name)} is a symbolic link to {target}: left out")
        elif not stat.S_ISREG(entry.mode):
            notes.tampering.append(f"{shown(entry.name)} is neither file nor folder: left out")
        elif entry.name in (TIME, SECRET):
            found.extras.append(entry)
        elif entry.name.lower().endswith(NOTEBOOKS):
            found.notebooks.append(entry)
        elif entry.name.endswith(".py"):
            found.modules.append(entry)
        else:
            notes.repairs.append(f"{shown(entry.name)} left out: only the notebook is graded")
    return found


def without_notebook(entries: list[Entry], name: str) -> str:
    """Say what was handed in where no notebook was."""
    others = [entry.name for entry in sorted(entries) if entry.name not in (TIME, SECRET)]
    unopened = "; archives are not opened" if any(other.lower().endswith(ARCHIVES) for other in others) else ""
    return f"there is no notebook {name}.ipynb, but {listed(others)}{unopened}"


def notebook_among(notebooks: list[Entry], name: str, truth: dict[str, Any], notes: Notes) -> Entry:
    """Return the notebook of the assignment, by its name or else by what it holds. Raises RefusedError."""
    named = next((entry for entry in notebooks if entry.name == f"{name}.ipynb"), None)
    if named:
        others = [entry for entry in notebooks if entry is not named]
        better = [entry for entry in others if _holds_answers(entry, truth)] if others else []
        chosen = better[0] if len(better) == 1 and not _holds_answers(named, truth) else named
        if chosen is not named:
            notes.repairs.append(f"{shown(chosen.name)} is what is graded: {name}.ipynb holds no answer")
        elif others:
            names = listed([shown(entry.name) for entry in others])
            notes.repairs.append(f"{names} left out: {name}.ipynb is what is graded")
        return chosen
    fitting = [entry for entry in notebooks if len(notebooks) == 1 or _fits(entry, truth)]
    if not fitting:
        raise RefusedError(f"there is no notebook {name}.ipynb")
    if len(fitting) > 1:
        names = listed([entry.name for entry in fitting])
        raise RefusedError(f"there is no {name}.ipynb, and several could be it: {names}")
    notes.repairs.append(f"{shown(fitting[0].name)} renamed to {name}.ipynb")
    left = [entry.name for entry in notebooks if entry is not fitting[0]]
    if left:
        notes.repairs.append(f"{listed(left)} left out: not this assignment")
    return fitting[0]


def _fits(entry: Entry, truth: dict[str, Any]) -> bool:
    return _restored(entry, truth) is not None


def _holds_answers(entry: Entry, truth: dict[str, Any]) -> bool:
    """Whether a file is a notebook of the assignment in which somebody has answered something."""
    slots = [Slot(cell) for cell in truth["cells"] if cell["metadata"].get("nbgrader")]
    given = {slot.cell.get("id"): slot.source for slot in slots if slot.is_answer}
    cells = _restored(entry, truth) or []
    return any(not alike(cell["source"], given[cell["id"]]) for cell in cells if cell.get("id") in given)


def _restored(entry: Entry, truth: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Return the cells of a notebook of the assignment; None of any other file."""
    try:
        return restore(truth, cells_of(read(entry.path))[0]).cells
    except (RefusedError, OSError):
        return None


def extras_of(entries: list[Entry], notes: Notes) -> dict[str, str]:
    """Return nbgrader's own files: the time in UTC and the secret; what cannot be used is left out, and said."""
    files = {}
    for entry in entries:
        try:
            text = read(entry.path, 1000).decode("utf-8-sig").strip()
            files[entry.name] = written(to_utc(text)) if entry.name == TIME else text
        except (RefusedError, OSError, ValueError) as error:
            late = ", so that it does not count as late" if entry.name == TIME else ""
            notes.repairs.append(f"{entry.name} left out{late}: {error}")
            continue
        if entry.name == TIME and not text.endswith(("UTC", "Z")):
            notes.repairs.append(f"time {shown(text)} written as {files[TIME]}")
    return files
