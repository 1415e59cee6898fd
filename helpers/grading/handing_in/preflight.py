"""Submissions as learners hand them in to a clean copy that nbgrader can grade; what it cannot be, with the reason.

Nothing is written into the submitted folder, no link in it is followed, and no submission stops the others.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from helpers.grading.handing_in.files import (
    IGNORED,
    Notes,
    entries_of,
    extras_of,
    notebook_among,
    read,
    sorted_out,
    without_notebook,
)
from helpers.grading.handing_in.modules import modules_of
from helpers.grading.handing_in.newer import other_edition
from helpers.grading.handing_in.reading import Cell, RefusedError, cells_of
from helpers.grading.handing_in.restore import Restored, restore
from helpers.grading.text import listed, sentence, shown, text_of

SAID = 20  # sentences of one kind about one submission


class PreflightResult(NamedTuple):
    """One submission: what was repaired, evidence of tampering, why it is refused (or None), its clean folder."""

    student: str
    assignment: str
    repairs: tuple[str, ...] = ()
    tampering: tuple[str, ...] = ()
    refusal: str | None = None
    folder: Path | None = None


def preflight(submitted: Path, release: Path, clean: Path) -> list[PreflightResult]:
    """Make clean copies of all submissions and say what was done, one result for each.

    submitted: <student>/<assignment>/ as nbgrader lays them out. release: nbgrader's release folder, the truth about
    every cell. clean: where the copies go, private to this user, outside `submitted`. Raises ValueError when the
    folders lie in each other, or release has no assignment; never for what a learner handed in.
    """
    submitted, release, clean = submitted.resolve(), release.resolve(), clean.resolve()
    if clean.is_relative_to(submitted) or submitted.is_relative_to(clean):
        raise ValueError(f"{clean} and {submitted} must not lie in each other")
    truth = released(release)
    clean.mkdir(parents=True, exist_ok=True, mode=0o700)
    clean.chmod(0o700)
    results: list[PreflightResult] = []
    for student in sorted(os.listdir(submitted)):
        if student not in IGNORED and not (student.startswith(".") and (submitted / student).is_file()):
            results += _student(submitted / student, student, truth, clean)
    return results


def released(release: Path) -> dict[str, dict[str, Any]]:
    """Return the notebooks of a release folder, by assignment. Raises ValueError when there is none."""
    releases = {path.parent.name: path for path in sorted(release.glob("*/*.ipynb"))}
    if not releases:
        raise ValueError(f"there is no release in {release}: run nbgrader generate_assignment first")
    return {name: json.loads(path.read_text(encoding="utf-8")) for name, path in releases.items()}


def _student(folder: Path, student: str, truth: dict[str, Any], clean: Path) -> Iterator[PreflightResult]:
    """Yield the results of one student."""
    wrong = _wrong_name(student)
    if folder.is_symlink():
        wrong = "it is a symbolic link"
    elif not folder.is_dir():
        wrong = "it is a file; expected is a folder for each student, and in it one for each assignment"
    if wrong:
        yield PreflightResult(shown(student), "", refusal=wrong)
        return
    try:
        here = sorted(os.listdir(folder))
    except OSError as error:
        yield PreflightResult(student, "", refusal=f"its folder cannot be read ({error.strerror})")
        return
    names = [name for name in here if name in truth]
    if not names:
        wanted = ", ".join(truth)
        yield PreflightResult(student, "", refusal=f"it has no folder of an assignment ({wanted}), but {listed(here)}")
    for name in names:
        yield submission(folder / name, student, name, truth[name], clean)


def submission(folder: Path, student: str, name: str, truth: dict[str, Any], clean: Path) -> PreflightResult:
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
    return PreflightResult(student, name, *said, refusal, None if refusal else target)


def _prepared(folder: Path, name: str, truth: dict[str, Any], notes: Notes) -> dict[str, str]:
    """Return the files of the clean copy. Raises RefusedError."""
    if folder.is_symlink():
        notes.tampering.append("the folder is a symbolic link")
        raise RefusedError("its folder is a symbolic link")
    if not folder.is_dir():
        raise RefusedError("it is a file where a folder is expected")
    entries = list(entries_of(folder))
    found = sorted_out(entries, notes)
    if not found.notebooks:
        raise RefusedError(without_notebook(entries, name))
    chosen = notebook_among(found.notebooks, name, truth, notes)
    cells, repairs = cells_of(read(chosen.path))
    notes.repairs.extend(repairs)
    restored = _restored(truth, cells, notes)
    notes.repairs.extend(restored.repairs)
    notes.tampering.extend(restored.tampering)
    nb = {"cells": restored.cells, "metadata": truth["metadata"], "nbformat": 4, "nbformat_minor": 5}
    files = {f"{name}.ipynb": json.dumps(nb, indent=1, ensure_ascii=False) + "\n"}
    return files | modules_of(found.modules, chosen, notes) | extras_of(found.extras, notes)


def _restored(truth: dict[str, Any], cells: list[Cell], notes: Notes) -> Restored:
    """Return the cells as released, with the answers, and note another edition. Raises RefusedError."""
    edition = other_edition((cell.source for cell in cells), (text_of(cell["source"]) for cell in truth["cells"]))
    try:
        restored = restore(truth, cells)
    except RefusedError as error:
        raise RefusedError(f"{error}; {edition}" if edition else str(error)) from error
    notes.repairs.extend([edition] if edition else [])
    return restored


def _write(target: Path, files: dict[str, str], clean: Path) -> None:
    """Write the clean copy whole or not at all, readable by this user alone."""
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=clean))  # mkdtemp makes it private
    try:
        for name, text in files.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_text(text, encoding="utf-8", newline="\n")
        target.parent.mkdir(exist_ok=True, mode=0o700)
        os.replace(new, target)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _limited(texts: list[str]) -> tuple[str, ...]:
    kept = [sentence(text) for text in dict.fromkeys(texts)]
    return tuple(kept[:SAID] + ([f"and {len(kept) - SAID} more"] if len(kept) > SAID else []))


def _wrong_name(student: str) -> str | None:
    """Say why a folder's name cannot be a student's; it becomes part of paths, commands and tables."""
    if shown(student) != student:
        return "its name has letters that cannot be printed, or more than 80"
    if student.startswith("."):
        return "its name begins with a dot, and nbgrader passes over such folders: rename it"
    if student.startswith("-") or set(student) & set('/\\:*?"<>|'):
        return 'its name begins with - or has one of the letters / \\ : * ? " < > |'
    return None
