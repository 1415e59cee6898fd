"""The one-way road from solutions/ to lessons/: answers between the markers become stubs, all else is carried over.

Files are written whole or not at all, and nothing is written when anything is wrong.
"""

from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat

from helpers.authoring.canonical import canonicalise, read, serialise
from helpers.authoring.contents import with_table
from helpers.authoring.leading import refuse_other_next, sequence
from helpers.authoring.refusing import refuse_ids, refuse_leftovers, refuse_unchecked_calls, refuse_unpaired
from helpers.authoring.regions import Region, ReleaseError, answered, regions, stubbed
from helpers.ground import write_whole


def to_lesson(solution: Any) -> Any:
    """Return the lesson of a solution: stubs for answers, no outputs, no counts.

    Raises ReleaseError, naming cell and line, when the result would stop Run All or show an answer.
    """
    refuse_ids(solution)
    lesson = deepcopy(solution)
    found: list[Region] = []
    learner: set[str] = set()
    for cell, original in zip(lesson.cells, solution.cells, strict=True):
        own = list(regions(original))
        found += own
        if own:
            cell.source = stubbed(original, own)
            learner |= answered(original, own)
        cell.metadata.pop("site", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    refuse_unpaired(solution, {region.cell.id for region in found})
    refuse_leftovers(lesson, solution, found)
    refuse_unchecked_calls(lesson, learner)
    lesson.metadata["course"] = {"generated": "from solutions/ by python start.py release; do not edit"}
    return canonicalise(lesson, lesson)


def solutions(root: Path) -> list[Path]:
    """Return the authored notebooks, in the order of the lessons, those without a number last; none is an error."""
    found = sorted((root / "solutions").glob("*.ipynb"))
    if not found:
        raise ReleaseError(f"there is no notebook in {root / 'solutions'}; author one there.")
    return found


def planned(root: Path) -> dict[Path, str]:
    """Return what release would write: each lesson's path and text, and the README with its table."""
    found, readme = solutions(root), root / "README.md"
    lessons = {path: named(path, to_lesson, read_named(path)) for path in found}
    order = sequence(found)
    for path, following in zip(order, [*(path.stem for path in order[1:]), None], strict=True):
        named(path, refuse_other_next, lessons[path], following)
    plan = {root / "lessons" / path.name: serialise(lesson) for path, lesson in lessons.items()}
    if readme.exists():
        try:
            plan[readme] = with_table(readme.read_text(encoding="utf-8"), found)
        except ValueError as error:
            raise ReleaseError(str(error)) from None
    return plan


def drift(root: Path) -> list[Path]:
    """Return the lessons that are not what release would write now, missing and orphaned ones included."""
    plan = planned(root)
    return [path for path, text in plan.items() if not is_stored(path, text)] + _orphans(root, plan)


def _orphans(root: Path, plan: dict[Path, str]) -> list[Path]:
    """Return the lessons that release wrote for a solution that is gone."""
    others = [path for path in sorted((root / "lessons").glob("*.ipynb")) if path not in plan]
    return [path for path in others if "course" in read_named(path).metadata]


def release(root: Path) -> list[Path]:
    """Write lessons/ from solutions/ and return the files that changed; those that are gone had no solution any more.

    A lesson without a solution is removed only when release wrote it. Raises ReleaseError before anything is written.
    """
    plan = planned(root)
    changed = [path for path, text in plan.items() if not is_stored(path, text)]
    for path in changed:
        path.parent.mkdir(exist_ok=True)
        write_whole(path, plan[path])
    for path in _orphans(root, plan):
        path.unlink()
        changed.append(path)
    return changed


def is_stored(path: Path, text: str) -> bool:
    return path.exists() and path.read_bytes() == text.encode()


def read_named(path: Path) -> Any:
    try:
        return read(path)
    except (ValueError, nbformat.reader.NotJSONError) as error:
        raise ReleaseError(f"{path.parent.name}/{path.name} is not a notebook ({error}); restore it.") from error


def named(path: Path, function: Any, *arguments: Any) -> Any:
    """Call a function on a notebook and put the notebook's name before what it complains about."""
    try:
        return function(*arguments)
    except ReleaseError as error:
        raise ReleaseError(f"{path.parent.name}/{path.name}, {error}") from error


def chosen(found: list[Path], names: Iterable[str] | None) -> list[Path]:
    """Return the lessons that an author names, all for none; raises ReleaseError for one that does not exist."""
    wanted = []
    for name in names or []:
        stem = Path(name).stem
        matches = [path for path in found if stem in (path.stem, path.stem.partition("_")[0])]
        if not matches:
            raise ReleaseError(f"there is no lesson {name}; there are {', '.join(path.stem for path in found)}.")
        wanted += matches
    return wanted or found
