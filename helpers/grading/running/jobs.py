"""From clean submissions to jobs: what an assignment needs is found once, and what is known is not run again."""

import ast
import hashlib
import importlib.util
import json
from pathlib import Path
from typing import Any, NamedTuple

from helpers.grading.handing_in.modules import ENDING
from helpers.grading.handing_in.preflight import PreflightResult
from helpers.grading.running import canaries, judge
from helpers.grading.running.job import Job, Limits
from helpers.grading.running.lean import skippable
from helpers.grading.text import text_of
from helpers.ground import ROOT, CannotGoOnError


class Assignment(NamedTuple):
    """What all submissions of an assignment share.

    hidden: locked cells with their hidden tests, by id. key: a hash of all of it and of the course's helpers.
    """

    name: str
    release: dict[str, Any]
    hidden: dict[str, str]
    canaries: tuple[canaries.Canary, ...]
    modules: tuple[str, ...]
    key: str


def assignment(course: Path, name: str, limits: Limits) -> Assignment:
    """Read an assignment of a course folder. Raises CannotGoOnError."""
    try:
        text = (course / "source" / name / f"{name}.ipynb").read_text(encoding="utf-8")
        source, release = _read(text), _read((course / "release" / name / f"{name}.ipynb").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        lacking = f"{name} needs its notebook in both source and release of {course}: {error}."
        remedy = "Make the assignment again with the same seed, or bring back the file."
        raise CannotGoOnError(f"{lacking} {remedy}") from error
    code = [cell for cell in source["cells"] if cell["cell_type"] == "code"]
    marked = [cell for cell in code if "nbgrader" in cell["metadata"]]
    hidden = {cell["id"]: cell["source"] for cell in marked if not cell["metadata"]["nbgrader"]["solution"]}
    parts = [text, json.dumps(release), repr(limits), course_now()]
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return Assignment(name, release, hidden, canaries.made_of(marked), _modules(code), key)


def job(wanted: Assignment, checked: PreflightResult, limits: Limits, sandboxed: bool) -> Job:
    """Return the job of a submission that preflight accepted."""
    notebook = clean_notebook(checked)
    left_out = skippable(notebook, wanted.release)
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["source"] = wanted.hidden.get(cell["id"], cell["source"])
    beside, judged = tuple(modules_beside(checked).items()), tuple(judge.judged(wanted.hidden).items())
    shared = (wanted.canaries, wanted.modules, limits, sandboxed, beside, judged)
    return Job(checked.student, wanted.name, notebook, left_out, *shared)


def clean_notebook(checked: PreflightResult) -> dict[str, Any]:
    """Return the notebook of a submission that preflight accepted."""
    assert checked.folder
    return _read((checked.folder / f"{checked.assignment}.ipynb").read_text(encoding="utf-8"))


def modules_beside(checked: PreflightResult) -> dict[str, str]:
    """Return the learner's own modules of a submission that preflight accepted, by path."""
    assert checked.folder
    found = sorted(checked.folder.rglob(f"*{ENDING}"))
    return {path.relative_to(checked.folder).as_posix(): path.read_text(encoding="utf-8") for path in found}


def key(wanted: Assignment, checked: PreflightResult) -> str:
    """Return what changes whenever the grade of a submission could."""
    assert checked.folder
    text = (checked.folder / f"{checked.assignment}.ipynb").read_bytes()
    beside = json.dumps(modules_beside(checked)).encode()
    return hashlib.sha256(wanted.key.encode() + text + beside).hexdigest()


def _read(text: str) -> dict[str, Any]:
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        cell["source"] = text_of(cell["source"])
    return notebook


def course_now() -> str:
    """Return a hash of the course's helpers, their words included: with other checks, other grades."""
    files = sorted(path for ending in ("*.py", "*.toml") for path in (ROOT / "helpers").rglob(ending))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()


def _modules(cells: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return what the lesson imports, and so what a warm process imports before it is copied."""
    found = set()
    for node in (node for cell in cells for node in ast.walk(ast.parse(cell["source"]))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            below = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {node.module} | {name for name in below if _is_module(name)}
    return tuple(sorted(found))


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False
