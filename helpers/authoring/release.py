"""The one-way road from solutions/ to lessons/: answers between the markers become stubs, all else is carried over.

``release(root)`` writes the lessons, ``execute(root, names)`` runs solutions and stores them in canonical form. Both
write a file whole or not at all, and nothing is written when anything is wrong.
"""

import ast
import os
import subprocess
import time
from collections.abc import Iterable, Iterator
from copy import deepcopy
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from helpers.authoring.canonical import canonicalise, complaints, read, serialise, wrong_id
from helpers.authoring.contents import with_table
from helpers.cells import BEGIN, CHECK, END, STUB
from helpers.ground import CannotGoOnError, write_whole

CELL_TIMEOUT = 120  # seconds
SHORTEST_ANSWER = 12  # characters without blanks; shorter ones (grad / 2) may stand in any notebook


class ReleaseError(CannotGoOnError):
    """A notebook that cannot be released or executed; the message names notebook, cell and line."""


class Region(NamedTuple):
    """One solution: its cell, its name in the check, and the lines (0-based) that hold its two markers."""

    cell: Any
    begin: int
    end: int


# Markers and regions


def _looks_like(line: str) -> str | None:
    """Return the marker that a line means, even when it is misspelt; None for any other line."""
    comment = line.rpartition("#")[2].strip().lower() if "#" in line else ""
    close = get_close_matches(comment, ["begin solution", "end solution"], n=1, cutoff=0.8)
    return f"# {close[0].upper()}" if close else None


def _regions(cell: Any) -> Iterator[Region]:
    """Yield the solution regions of a cell; a marker that is misspelt, doubled or alone is an error."""
    begin = None
    lines = cell.source.split("\n")
    for number, line in enumerate(lines):
        marker = _looks_like(line)
        if marker is None:
            continue
        if cell.cell_type != "code":
            raise _fault(cell, number, f"{marker} stands in a text cell; move the answer to a code cell")
        if line.strip() != marker:
            raise _fault(
                cell, number, f"{line.strip()!r} looks like a marker; write exactly {marker!r} on its own line"
            )
        if marker == BEGIN and begin is not None:
            raise _fault(cell, number, f"{BEGIN} follows another one; close the first with {END}")
        if marker == END and begin is None:
            raise _fault(cell, number, f"{END} has no {BEGIN} above it; add it")
        if marker == END:
            if _indent(line) != _indent(lines[begin]):
                raise _fault(cell, number, f"{END} is not indented like its {BEGIN}; align the two")
            yield Region(cell, begin, number)
        begin = number if marker == BEGIN else None
    if begin is not None:
        raise _fault(cell, begin, f"{BEGIN} is never closed; add {END}")


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _fault(cell: Any, line: int, sentence: str) -> ReleaseError:
    return ReleaseError(f"cell {cell.get('id')}, line {line + 1}: {sentence}.")


def _stubbed(cell: Any, regions: list[Region]) -> str:
    """Return the source of a cell with each region replaced by the stub, which must stand inside a function."""
    lines = cell.source.split("\n")
    for region in reversed(regions):
        lines[region.begin : region.end + 1] = [_indent(lines[region.begin]) + STUB]
    source = "\n".join(lines)
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise _fault(
            cell, (error.lineno or 1) - 1, f"with its stub the cell is no Python ({error.msg}); mend it"
        ) from error
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inside = {id(node) for function in functions for node in ast.walk(function) if _is_stub(node)}
    if len(inside) < len(regions):
        sentence = "the solution is not inside a function, and its stub would stop Run All; put it into a def"
        raise _fault(cell, regions[0].begin, sentence)
    return source


def _is_stub(node: ast.AST) -> bool:
    return isinstance(node, ast.Raise) and ast.unparse(node) == ast.unparse(ast.parse(STUB))


# What a lesson must not contain


def _answers(region: Region) -> Iterator[tuple[int, str]]:
    """Yield what would give a solution away, without blanks, and its line: each value that takes some thought.

    A value without arithmetic, such as np.linalg.norm(w), is a tool that may stand anywhere, unless it is all there is.
    """
    kinds = (ast.Return, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)
    inside = range(region.begin + 2, region.end + 1)  # lines of the syntax tree count from 1
    nodes = [node for node in ast.walk(_parse(region.cell)) if isinstance(node, kinds) and node.lineno in inside]
    for node in nodes:
        text = "".join((ast.get_source_segment(region.cell.source, node.value or node) or "").split())
        thought = any(isinstance(part, ast.BinOp) for part in ast.walk(node)) or len(nodes) == 1
        if thought and len(text) >= SHORTEST_ANSWER and not isinstance(node.value, ast.Constant):
            yield node.lineno - 1, text


def _refuse_leftovers(lesson: Any, stored: Any, regions: Iterable[Region]) -> None:
    """Refuse a lesson that still shows part of an answer, in any cell or in what a solution printed."""
    shown = [(cell.get("id"), "".join(cell.source.split())) for cell in lesson.cells]
    for cell in stored.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            texts = [output.get("text", ""), data.get("text/plain", ""), data.get("text/markdown", "")]
            shown.append((f"{cell.get('id')} (its output)", "".join("".join(texts).split())))
    for region in regions:
        for line, answer in _answers(region):
            for place, text in shown:
                if answer in text:
                    sentence = f"{answer} is part of the answer and also stands in cell {place}; take it out there"
                    raise _fault(region.cell, line, sentence)


def _refuse_unchecked_calls(lesson: Any, learner: set[str]) -> None:
    """Refuse a cell that uses the learner's function outside `check`: the stub would stop Run All there."""
    for cell in lesson.cells:
        if cell.cell_type != "code":
            continue
        tree = _parse(cell)
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "check"]
        allowed = {id(node) for call in calls for node in ast.walk(call)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in learner and id(node) not in allowed:
                sentence = f"{node.id} is the learner's and raises until it is solved; hand it to check(...) only"
                raise _fault(cell, node.lineno - 1, sentence)


def _parse(cell: Any) -> ast.Module:
    try:
        return ast.parse(cell.source)
    except SyntaxError as error:
        raise _fault(cell, (error.lineno or 1) - 1, f"the cell is no Python ({error.msg}); mend it") from error


def _refuse_unpaired(nb: Any, solved: set[str]) -> None:
    """Refuse an exercise without its check, and a check without its exercise."""
    ids = {cell.id for cell in nb.cells}
    for cell in nb.cells:
        exercise = cell.id.removesuffix(CHECK)
        if cell.id != exercise and exercise not in solved:
            raise _fault(cell, 0, f"{CHECK} is for exercises, and no cell {exercise} has a solution; add or rename one")
        if cell.id in solved and cell.id + CHECK not in ids:
            raise _fault(cell, 0, f"the exercise has no check; add a cell {cell.id}{CHECK}")


def _refuse_ids(nb: Any) -> None:
    seen = set()
    for number, cell in enumerate(nb.cells, 1):
        if wrong := wrong_id(cell.get("id")):
            raise ReleaseError(f"cell {cell.get('id') or number}, line 1: {wrong}.")
        if cell.id in seen:
            raise _fault(cell, 0, "another cell has the same id; give each its own")
        seen.add(cell.id)


# Solution to lesson


def to_lesson(solution: Any) -> Any:
    """Return the lesson of a solution: stubs for answers, no outputs, no counts.

    Raises ReleaseError, naming cell and line, when the result would stop Run All or show an answer.
    """
    _refuse_ids(solution)
    lesson = deepcopy(solution)
    found: list[Region] = []
    learner: set[str] = set()
    for cell, original in zip(lesson.cells, solution.cells, strict=True):
        regions = list(_regions(original))
        found += regions
        if regions:
            cell.source = _stubbed(original, regions)
            learner |= {node.name for node in ast.parse(cell.source).body if any(map(_is_stub, ast.walk(node)))}
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    _refuse_unpaired(solution, {region.cell.id for region in found})
    _refuse_leftovers(lesson, solution, found)
    _refuse_unchecked_calls(lesson, learner)
    lesson.metadata["course"] = {"generated": "from solutions/ by python start.py release; do not edit"}
    return canonicalise(lesson, lesson)


def solutions(root: Path) -> list[Path]:
    """Return the authored notebooks, in the order of the lessons; finding none is an error."""
    found = sorted((root / "solutions").glob("[0-9][0-9]_*.ipynb"))
    if not found:
        raise ReleaseError(f"there is no notebook NN_slug.ipynb in {root / 'solutions'}; author one there.")
    return found


def planned(root: Path) -> dict[Path, str]:
    """Return what release would write: each lesson's path and text, and the README with its table."""
    found, readme = solutions(root), root / "README.md"
    plan = {root / "lessons" / path.name: serialise(_named(path, to_lesson, _read(path))) for path in found}
    if readme.exists():
        try:
            plan[readme] = with_table(readme.read_text(encoding="utf-8"), found)
        except ValueError as error:
            raise ReleaseError(str(error)) from None
    return plan


def drift(root: Path) -> list[Path]:
    """Return the lessons that are not what release would write now, missing and orphaned ones included."""
    plan = planned(root)
    return [path for path, text in plan.items() if not _is_stored(path, text)] + _orphans(root, plan)


def _orphans(root: Path, plan: dict[Path, str]) -> list[Path]:
    """Return the lessons that release wrote for a solution that is gone."""
    others = [path for path in sorted((root / "lessons").glob("*.ipynb")) if path not in plan]
    return [path for path in others if "course" in _read(path).metadata]


def release(root: Path) -> list[Path]:
    """Write lessons/ from solutions/ and return the files that changed; those that are gone had no solution any more.

    A lesson without a solution is removed only when release wrote it. Raises ReleaseError before anything is written.
    """
    plan = planned(root)
    changed = [path for path, text in plan.items() if not _is_stored(path, text)]
    for path in changed:
        path.parent.mkdir(exist_ok=True)
        write_whole(path, plan[path])
    for path in _orphans(root, plan):
        path.unlink()
        changed.append(path)
    return changed


def _is_stored(path: Path, text: str) -> bool:
    return path.exists() and path.read_bytes() == text.encode()


def _read(path: Path) -> Any:
    try:
        return read(path)
    except (ValueError, nbformat.reader.NotJSONError) as error:
        raise ReleaseError(f"{path.parent.name}/{path.name} is not a notebook ({error}); restore it.") from error


def _named(path: Path, function: Any, *arguments: Any) -> Any:
    """Call a function on a notebook and put the notebook's name before what it complains about."""
    try:
        return function(*arguments)
    except ReleaseError as error:
        raise ReleaseError(f"{path.parent.name}/{path.name}, {error}") from error


# Running solutions


def execute(root: Path, names: Iterable[str] | None = None) -> list[Path]:
    """Run solutions in fresh kernels, store them in canonical form, and return the files that changed.

    `names` are lessons as the author types them (05, 05_learning_rate, solutions/05_learning_rate.ipynb); none means
    all. Raises ReleaseError on an unknown name, a cell that fails, and an output that cannot be kept.
    """
    changed = []
    for path in chosen(solutions(root), names):
        print(f"running {path.stem} ...", flush=True)
        start = time.perf_counter()
        stored = _read(path)
        nb = canonicalise(_named(path, _run, stored, root), stored)
        if wrong := complaints(nb):
            raise ReleaseError("\n".join(f"{path.parent.name}/{path.name}, {sentence}" for sentence in wrong))
        if not _is_stored(path, serialise(nb)):
            write_whole(path, serialise(nb))
            changed.append(path)
        print(f"  {time.perf_counter() - start:.1f} s, {'changed' if path in changed else 'as stored'}", flush=True)
    return changed


def chosen(found: list[Path], names: Iterable[str] | None) -> list[Path]:
    """Return the lessons that an author names, all for none; raises ReleaseError for one that does not exist."""
    wanted = []
    for name in names or []:
        stem = Path(name).stem
        matches = [path for path in found if stem in (path.stem, path.stem[:2])]
        if not matches:
            raise ReleaseError(f"there is no lesson {name}; there are {', '.join(path.stem for path in found)}.")
        wanted += matches
    return wanted or found


def _run(stored: Any, root: Path) -> Any:
    """Return a copy of a notebook, run from top to bottom in a fresh kernel that imports this root's helpers."""
    nb = deepcopy(stored)
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    env = os.environ | {"GRADIENT_COURSE_PROGRESS": "temporary", "PYTHONPATH": path}
    env.pop("MPLBACKEND", None)  # the notebook's own
    resources = {"metadata": {"path": str(root / "solutions")}}
    client = NotebookClient(nb, timeout=CELL_TIMEOUT, kernel_name="python3", resources=resources, record_timing=False)
    client.store_widget_state = False
    try:
        client.execute(env=env, stderr=subprocess.DEVNULL)  # what cells write to stderr comes as an output
    except CellExecutionError as error:
        cell = next(c for c in nb.cells if any(out.output_type == "error" for out in c.get("outputs", [])))
        raise ReleaseError(f"cell {cell.get('id')}: {error.ename}: {error.evalue}") from error
    except (CellTimeoutError, DeadKernelError) as error:
        raise ReleaseError(f"did not end within {CELL_TIMEOUT} s a cell, or lost its kernel; mend it.") from error
    return nb
