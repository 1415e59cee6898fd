"""From what running a submission gave to its grade: state, score, and what the teacher is told.

What comes out of a learner's kernel is text that she chose. Nothing here runs it, follows it or believes it: scores
come from the run alone, and text is cut, made printable and searched for hidden tests before it goes anywhere.
"""

from collections.abc import Iterable
from typing import Any

from helpers.cells import exercise_of
from helpers.grading.handing_in.preflight import PreflightResult
from helpers.grading.reporting.marks import marks_of
from helpers.grading.reporting.points import Points, graded_cells, marked_by_hand, not_run, within
from helpers.grading.results import (
    GRADED,
    NO_SCORE,
    PARTLY,
    SUSPICIOUS,
    UNGRADED,
    Grade,
    GradebookEntry,
    Mark,
    RunResult,
)
from helpers.grading.text import plain, printable, sentence

COMMENT = 10_000  # characters of a teacher's comment


def grade_of(
    checked: PreflightResult, run: RunResult | None, release: dict[str, Any] | None, flags: tuple[str, ...] = ()
) -> Grade:
    """Return what a submission ends as.

    checked: from preflight. run: what running its clean copy gave; None when it was refused. release: nbgrader's
    released notebook of the assignment, whose points count; None when the submission belongs to no assignment.
    """
    cells = graded_cells(release) if release else {}
    by_hand = marked_by_hand(release) if release else set()
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
        grade = _scored(grade, run, run.notebook, cells, by_hand)
    return grade._replace(reason=sentence(grade.reason), evidence=_sentences(grade.evidence))


def _scored(grade: Grade, run: RunResult, notebook: dict[str, Any], cells: Points, by_hand: set[str]) -> Grade:
    """Return a grade with what the run earned; it stays ungraded when no graded cell ran, and nobody can mark one."""
    scores, forged = within(run.scores, cells)
    names = [name for points in cells.values() for name in points]
    waiting = [name for name in names if name in by_hand and name not in scores]
    lost = {name: run.lost.get(name, "it was not reached") for name in names if name not in (*scores, *waiting)}
    if not scores and not waiting:
        return grade._replace(reason=not_run(lost) or "nothing in the release has points")
    marks = marks_of(notebook, cells, scores, lost, waiting)
    evidence = (*grade.evidence, *forged)
    return grade._replace(
        state=SUSPICIOUS if evidence else PARTLY if lost or waiting else GRADED,
        score=sum(mark.points for mark in marks),
        marks=marks,
        reason="; ".join(filter(None, [not_run(lost), _waits(marks)])),
        evidence=evidence,
    )


def final(grade: Grade, entry: GradebookEntry | None, said_late: str = "") -> Grade:
    """Return a grade with what the teacher, by hand, and nbgrader's rule for late work made of it in the gradebook.

    A mark by hand settles what was partly graded, unless nbgrader waits for more; what was suspicious, once each
    exercise that has points has one. said_late: what the export says of it, where nobody knows by how much.
    """
    if entry is None or grade.score is None:
        return grade._replace(late=said_late)
    exercises = {mark.exercise for mark in grade.marks}
    home = {cell: cell if cell in exercises else exercise_of(cell) for cell in (*entry.by_hand, *entry.comments)}
    marks = tuple(_by_hand(mark, entry, home) for mark in grade.marks)
    points = grade.score + sum(entry.by_hand.values())
    doubted = [mark.exercise for mark in marks if mark.points and not mark.by_hand] * (grade.state == SUSPICIOUS)
    settled = bool(entry.by_hand) and not entry.waiting and not doubted
    reason = "" if settled and grade.state == PARTLY else grade.reason.replace(_waits(grade.marks), _waits(marks))
    said = [reason] if reason else []
    if entry.by_hand:
        said.append(f"{points:g} points with marks by hand, {grade.score:g} without")
        if doubted:
            said.append(f"points without a mark by hand: {', '.join(doubted)}")
    if again := sorted(entry.waiting & entry.by_hand.keys()):
        said.append(f"{', '.join(again)} changed since it was marked by hand")
    changed = (f"{entry.late:g} points off because it was late",) if entry.late else ()
    return grade._replace(
        state=GRADED if settled else grade.state,
        score=max(0.0, points - entry.late),
        marks=marks,
        reason=sentence("; ".join([*said, *changed])),
        late=how_late(entry.seconds_late) or said_late,
        changed=changed,
    )


def _by_hand(mark: Mark, entry: GradebookEntry, home: dict[str, str]) -> Mark:
    """Return a mark with the teacher's points and words; home: the exercise of each cell that has any."""
    given = [more for cell, more in entry.by_hand.items() if home[cell] == mark.exercise]
    comment = "\n".join(text for cell, text in entry.comments.items() if home[cell] == mark.exercise)
    mark = mark._replace(comment=plain(comment, COMMENT), points=mark.points + sum(given), by_hand=bool(given))
    return mark._replace(verdict="marked", said="") if given and mark.verdict in NO_SCORE else mark


def _waits(marks: Iterable[Mark]) -> str:
    """Name the answers that wait for a mark by hand."""
    names = [mark.exercise for mark in marks if mark.verdict == "not marked"]
    return f"{', '.join(names)} to be marked by hand" if names else ""


def how_late(seconds: float) -> str:
    """Return how late something was in words; nothing when it was not."""
    if seconds <= 0:
        return ""
    minutes = max(1, round(seconds / 60))
    parts = ((minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute"))
    shown = [f"{amount} {unit}{'s' * (amount > 1)}" for amount, unit in parts if amount]
    return f"{' '.join(shown[:2])} late"


def _sentences(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts as short lines, each said once."""
    return tuple(dict.fromkeys(map(sentence, texts)))
