"""The points of a release, and the scores of a run held against them: a cell earns at most what the release gives."""

import math
from typing import Any

from helpers.cells import exercise_of

Points = dict[str, dict[str, float]]  # of graded cells, by exercise and grade_id; an answer marked by hand is its own


def grading_of(cell: dict[str, Any]) -> dict[str, Any]:
    """Return what nbgrader knows of a cell; nothing of one that is none of its."""
    grading: dict[str, Any] = cell.get("metadata", {}).get("nbgrader", {})
    return grading


def graded_cells(release: dict[str, Any]) -> Points:
    """Return the points of the graded cells of a release."""
    found: Points = {}
    for cell in release["cells"]:
        grading = grading_of(cell)
        if (grading.get("grade") or grading.get("task")) and grading.get("points"):  # a canary has no points
            name = grading["grade_id"]
            exercise = name if is_for_a_person(grading) else exercise_of(name)
            found.setdefault(exercise, {})[name] = float(grading["points"])
    return found


def is_for_a_person(grading: dict[str, Any]) -> bool:
    """Whether nbgrader leaves a cell's points to a mark by hand: a written answer, or a task."""
    return bool(grading.get("task") or (grading.get("grade") and grading.get("solution")))


def marked_by_hand(release: dict[str, Any]) -> set[str]:
    """Return the grade_ids of the cells of a release that are marked by hand."""
    return {grading["grade_id"] for cell in release["cells"] if is_for_a_person(grading := grading_of(cell))}


def within(scores: dict[str, float], cells: Points) -> tuple[dict[str, float], list[str]]:
    """Return the scores of the release's cells, none above its points, and what is said about those that were."""
    kept, forged = {}, []
    for name, most in ((name, most) for points in cells.values() for name, most in points.items() if name in scores):
        kept[name] = min(max(scores[name], 0.0), most) if math.isfinite(scores[name]) else 0.0
        if not math.isclose(kept[name], scores[name], abs_tol=1e-9):
            forged.append(f"{name}: {scores[name]:g} points of {most:g}")
    return kept, forged


def not_run(lost: dict[str, str]) -> str:
    """Name the exercises that were not run, and why; one reason for several is said once."""
    whys: dict[str, list[str]] = {}
    for name, why in lost.items():
        exercises = whys.setdefault(why, [])
        if exercise_of(name) not in exercises:
            exercises.append(exercise_of(name))
    return "; ".join(f"{', '.join(names)} not run: {why.rstrip('.')}" for why, names in whys.items())
