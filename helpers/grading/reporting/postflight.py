"""From what running a submission gave to its grade: state, score, and what the teacher is told.

What comes out of a learner's kernel is text that she chose. Nothing here runs it, follows it or believes it: scores
come from the run alone, and text is cut, made printable and searched for hidden tests before it goes anywhere.
"""

from collections.abc import Iterable
from typing import Any

from helpers.grading.handing_in.preflight import PreflightResult
from helpers.grading.reporting.marks import marks_of
from helpers.grading.reporting.points import Points, graded_cells, not_run, within
from helpers.grading.results import GRADED, PARTLY, SUSPICIOUS, UNGRADED, Grade, GradebookEntry, RunResult
from helpers.grading.text import printable, sentence


def grade_of(
    checked: PreflightResult, run: RunResult | None, release: dict[str, Any] | None, flags: tuple[str, ...] = ()
) -> Grade:
    """Return what a submission ends as.

    checked: from preflight. run: what running its clean copy gave; None when it was refused. release: nbgrader's
    released notebook of the assignment, whose points count; None when the submission belongs to no assignment.
    """
    cells = graded_cells(release) if release else {}
    grade = Grade(
        printable(checked.student),
        checked.assignment,
        UNGRADED,
        None,
        sum(sum(points.values()) for points in cells.values()),
        evidence=(*checked.tampering, *(run.evidence if run else ())),
        repairs=_sentences([*checked.repairs, *(run.notes if run else ())]),
        flags=_sentences(flags),
    )
    problem = checked.refusal or (run.problem if run else "it was not run")
    if problem or run is None or run.notebook is None:
        grade = grade._replace(reason=problem or "running it left no notebook")
    else:
        grade = _scored(grade, run, run.notebook, cells)
    return grade._replace(reason=sentence(grade.reason), evidence=_sentences(grade.evidence))


def _scored(grade: Grade, run: RunResult, notebook: dict[str, Any], cells: Points) -> Grade:
    """Return a grade with what the run earned; it stays ungraded when no graded cell ran."""
    scores, forged = within(run.scores, cells)
    names = [name for points in cells.values() for name in points]
    lost = {name: run.lost.get(name, "it was not reached") for name in names if name not in scores}
    if not scores:
        return grade._replace(reason=not_run(lost) or "nothing in the release has points")
    marks = marks_of(notebook, cells, scores, lost)
    evidence = (*grade.evidence, *forged)
    return grade._replace(
        state=SUSPICIOUS if evidence else PARTLY if lost else GRADED,
        score=sum(mark.points for mark in marks),
        marks=marks,
        reason=not_run(lost),
        evidence=evidence,
    )


def final(grade: Grade, entry: GradebookEntry | None) -> Grade:
    """Return a grade with what the teacher, by hand, and nbgrader's rule for late work made of it in the gradebook.

    A mark by hand settles what was partly graded or suspicious, unless nbgrader waits for more.
    """
    if entry is None or grade.score is None:
        return grade
    said = [grade.reason] if grade.reason else []
    if entry.by_hand:
        said.append(f"{entry.score:g} points with marks by hand, {grade.score:g} without")
    if entry.late:
        said.append(f"{entry.late:g} points off because it was late")
    state = GRADED if entry.by_hand and not entry.open else grade.state
    score = max(0.0, entry.score - entry.late)
    return grade._replace(state=state, score=score, reason=sentence("; ".join(said)))


def _sentences(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts as short lines, each said once."""
    return tuple(dict.fromkeys(map(sentence, texts)))
