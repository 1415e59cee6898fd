"""What grading says of one submission: what running it gave, and the grade that follows."""

from typing import Any, NamedTuple

GRADED, PARTLY, UNGRADED, SUSPICIOUS = "graded", "partly graded", "ungraded", "suspicious"
NO_SCORE = ("not run", "not marked")  # verdicts that a mark by hand settles


class RunResult(NamedTuple):
    """What running a submission gave.

    notebook: the executed notebook as nbgrader left it (a dict of nbformat 4), hidden tests included; None when
    nothing could be run, and then `problem` says why in one sentence.
    scores: points earned, by grade_id, of graded cells that ran. lost: why graded cells could not be run, by grade_id.
    evidence: what points to cheating (a canary that did not fail, for example), one sentence each.
    seconds: wall time. notes: what was left out, and why.
    """

    student: str
    assignment: str
    notebook: dict[str, Any] | None
    scores: dict[str, float]
    lost: dict[str, str]
    evidence: tuple[str, ...] = ()
    problem: str | None = None
    seconds: float = 0.0
    notes: tuple[str, ...] = ()


class Mark(NamedTuple):
    """One exercise of one submission.

    verdict: "right", "partly", "wrong", "not attempted", "not run", "not marked" or "marked": the last two of what no
    check decides. mistake: the slug of the named mistake, or None. said: what the check said to the learner, as plain
    text, without hidden numbers. source: the answer as handed in. printed: what the answer's cell printed, cut to a
    reasonable length. by_hand: whether the teacher gave points. comment: what the teacher wrote under the answer.
    """

    exercise: str
    points: float
    out_of: float
    verdict: str
    mistake: str | None = None
    said: str = ""
    source: str = ""
    printed: str = ""
    by_hand: bool = False
    comment: str = ""


class Grade(NamedTuple):
    """What a submission ends as: GRADED, PARTLY, UNGRADED or SUSPICIOUS.

    score: None when ungraded, which is never 0. reason: one sentence for PARTLY and UNGRADED. evidence: for SUSPICIOUS.
    repairs: what preflight mended. flags: for the teacher to look at; they change nothing. late: how late it was, or
    nothing. changed: why the score is not the sum of the marks, in our words alone.
    """

    student: str
    assignment: str
    state: str
    score: float | None
    out_of: float
    marks: tuple[Mark, ...] = ()
    reason: str = ""
    evidence: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    late: str = ""
    changed: tuple[str, ...] = ()


class GradebookEntry(NamedTuple):
    """What stands in the gradebook of one submission.

    by_hand: what points given by hand add to the automatic ones, by cell. waiting: cells for which nbgrader wants a
    mark by hand. late: points that its rule for late work takes off. comments: what the teacher wrote, by cell.
    seconds_late: after the due date.
    """

    by_hand: dict[str, float]
    waiting: frozenset[str]
    late: float
    comments: dict[str, str]
    seconds_late: float = 0.0
