"""Submissions as learners hand them in to a clean copy that nbgrader can grade; what it cannot be, with the reason.

Nothing is written into the submitted folder, no link in it is followed, and no submission stops the others.
"""

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from helpers.grading.handing_in.due import to_utc, written
from helpers.grading.handing_in.reading import BYTES, RefusedError, cells_of
from helpers.grading.handing_in.restore import restore

ENTRIES = 1000  # files and folders of one submission
TIME, SECRET = "timestamp.txt", "submission_secret.txt"  # nbgrader writes them; the second lets it return feedback
SAID = 20  # sentences of one kind about one submission
NOTEBOOKS = (".ipynb", ".ipynb.json", ".ipynb.txt", ".json")
IGNORED = {".ipynb_checkpoints", "__pycache__", "__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Result(NamedTuple):
    """One submission: what was repaired, evidence of tampering, why it is refused (or None), its clean folder."""

    student: str
    assignment: str
    repairs: tuple[str, ...] = ()
    tampering: tuple[str, ...] = ()
    refusal: str | None = None
    folder: Path | None = None


class Entry(NamedTuple):
    """A file, or what stands where one could, in a submission, by its path inside it."""

    name: str
    path: str
    mode: int


class Notes(NamedTuple):
    """What is to be said about one submission."""

    repairs: list[str]
    tampering: list[str]


def preflight(submitted: Path, release: Path, clean: Path) -> list[Result]:
    """Make clean copies of all submissions and say what was done, one result for each.

    submitted: <student>/<assignment>/ as nbgrader lays them out. release: nbgrader's release folder, the truth about
    every cell. clean: where the copies go, private to this user, outside `submitted`. Raises ValueError when the
    folders lie in each other, or release has no assignment; never for what a learner handed in.
    """
    submitted, release, clean = submitted.resolve(), release.resolve(), clean.resolve()
    if clean.is_relative_to(submitted) or submitted.is_relative_to(clean):
        raise ValueError(f"{clean} and {submitted} must not lie in each other")
    releases = {path.parent.name: path for path in sorted(release.glob("*/*.ipynb"))}
    if not releases:
        raise ValueError(f"there is no release in {release}: run nbgrader generate_assignment first")
    truth = {name: json.loads(path.read_text(encoding="utf-8")) for name, path in releases.items()}
    clean.mkdir(parents=True, exist_ok=True, mode=0o700)
    clean.chmod(0o700)
    results: list[Result] = []
    for student in sorted(os.listdir(submitted)):
        if student not in IGNORED and not student.startswith("."):
            results += _student(submitted / student, student, truth, clean)
    return results


def _student(folder: Path, student: str, truth: dict[str, Any], clean: Path) -> Iterator[Result]:
    """Yield the results of one student."""
    wrong = _wrong_name(student)
    if folder.is_symlink():
        wrong = "it is a symbolic link"
    elif not folder.is_dir():
        wrong = "it is a file; expected is a folder for each student, and in it one for each assignment"
    if wrong:
        yield Result(shown(student), "", refusal=wrong)
        return
    try:
        here = sorted(os.listdir(folder))
    except OSError as error:
        yield Result(student, "", refusal=f"its folder cannot be read ({error.strerror})")
        return
    names = [name for name in here if name in truth]
    if not names:
        wanted = ", ".join(truth)
        yield Result(student, "", refusal=f"it has no folder of an assignment ({wanted}), but {_listed(here)}")
    for name in names:
        yield submission(folder / name, student, name, truth[name], clean)


def submission(folder: Path, student: str, name: str, truth: dict[str, Any], clean: Path) -> Result:
    """Make the clean copy of one submission; whatever goes wrong becomes its refusal."""
    notes = Notes([], [])
    target = clean / student / name
    refusal: str | None
    try:
        shutil.rmtree(target, ignore_errors=True)
        files = _prepared(folder, name, truth, notes)
        _write(target, files, clean)
        refusal = None
    except RefusedError as error:
        refusal = str(error)
    except OSError as error:
        refusal = f"it cannot be read or copied ({error.strerror or error})"
    except Exception as error:
        refusal = f"preflight itself failed on it ({type(error).__name__}: {str(error)[:100]}); please report this"
    said = (_limited(notes.repairs), _limited(notes.tampering))
    return Result(student, name, *said, refusal, None if refusal else target)


def _prepared(folder: Path, name: str, truth: dict[str, Any], notes: Notes) -> dict[str, str]:
    """Return the files of the clean copy. Raises RefusedError."""
    if folder.is_symlink():
        notes.tampering.append("the folder is a symbolic link")
        raise RefusedError("its folder is a symbolic link")
    if not folder.is_dir():
        raise RefusedError("it is a file where a folder is expected")
    notebooks, extras = _sorted_out(list(_entries(folder)), notes)
    chosen = _notebook(notebooks, name, truth, notes)
    cells, repairs = cells_of(read(chosen.path))
    notes.repairs.extend(repairs)
    restored = restore(truth, cells)
    notes.repairs.extend(restored.repairs)
    notes.tampering.extend(restored.tampering)
    nb = {"cells": restored.cells, "metadata": truth["metadata"], "nbformat": 4, "nbformat_minor": 5}
    files = {f"{name}.ipynb": json.dumps(nb, indent=1, ensure_ascii=False) + "\n"}
    return files | _extras(extras, notes)


# Files


def read(path: str | Path, limit: int = BYTES) -> bytes:
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


def _entries(folder: Path) -> Iterator[Entry]:
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


def _sorted_out(entries: list[Entry], notes: Notes) -> tuple[list[Entry], list[Entry]]:
    """Return what may be the notebook, and nbgrader's own files; all else is said, and left out of the copy."""
    notebooks, extras = [], []
    for entry in sorted(entries):
        if stat.S_ISLNK(entry.mode):
            target = shown(os.readlink(entry.path))
            notes.tampering.append(f"{shown(entry.name)} is a symbolic link to {target}: left out")
        elif not stat.S_ISREG(entry.mode):
            notes.tampering.append(f"{shown(entry.name)} is neither file nor folder: left out")
        elif entry.name in (TIME, SECRET):
            extras.append(entry)
        elif entry.name.lower().endswith(NOTEBOOKS):
            notebooks.append(entry)
        else:
            notes.repairs.append(f"{shown(entry.name)} left out: only the notebook is graded")
    return notebooks, extras


def _notebook(notebooks: list[Entry], name: str, truth: dict[str, Any], notes: Notes) -> Entry:
    """Return the notebook of the assignment, by its name or else by what it holds. Raises RefusedError."""
    for entry in notebooks:
        if entry.name == f"{name}.ipynb":
            others = [shown(other.name) for other in notebooks if other is not entry]
            if others:
                notes.repairs.append(f"{_listed(others)} left out: {name}.ipynb is what is graded")
            return entry
    fitting = [entry for entry in notebooks if len(notebooks) == 1 or _fits(entry, truth)]
    if not fitting:
        raise RefusedError(f"there is no notebook {name}.ipynb")
    if len(fitting) > 1:
        names = _listed([entry.name for entry in fitting])
        raise RefusedError(f"there is no {name}.ipynb, and several could be it: {names}")
    notes.repairs.append(f"{shown(fitting[0].name)} renamed to {name}.ipynb")
    others = [entry.name for entry in notebooks if entry is not fitting[0]]
    if others:
        notes.repairs.append(f"{_listed(others)} left out: not this assignment")
    return fitting[0]


def _fits(entry: Entry, truth: dict[str, Any]) -> bool:
    try:
        restore(truth, cells_of(read(entry.path))[0])
    except (RefusedError, OSError):
        return False
    return True


def _extras(entries: list[Entry], notes: Notes) -> dict[str, str]:
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


def _write(target: Path, files: dict[str, str], clean: Path) -> None:
    """Write the clean copy whole or not at all, readable by this user alone."""
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=clean))  # mkdtemp makes it private
    try:
        for name, text in files.items():
            (new / name).write_text(text, encoding="utf-8", newline="\n")
        target.parent.mkdir(exist_ok=True, mode=0o700)
        os.replace(new, target)
    finally:
        shutil.rmtree(new, ignore_errors=True)


# Words


def shown(text: str) -> str:
    """Return a learner's text in one short line that any terminal, file and page can take."""
    line = _printable(text.encode("utf-8", "backslashreplace").decode())
    return line if len(line) <= 80 else f"{line[:77]}..."


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _listed(names: list[str]) -> str:
    if not names:
        return "nothing"
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(map(shown, names[:5])) + more


def _limited(sentences: list[str]) -> tuple[str, ...]:
    kept = [_printable(sentence)[:400] for sentence in dict.fromkeys(sentences)]
    return tuple(kept[:SAID] + ([f"and {len(kept) - SAID} more"] if len(kept) > SAID else []))


def _wrong_name(student: str) -> str | None:
    """Say why a folder's name cannot be a student's; it becomes part of paths, commands and tables."""
    if shown(student) != student or len(student) > 80:
        return "its name has letters that cannot be printed, or more than 80"
    if student.startswith("-") or set(student) & set('/\\:*?"<>|'):
        return 'its name begins with - or has one of the letters / \\ : * ? " < > |'
    return None
