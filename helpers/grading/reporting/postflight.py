"""From what running a submission gave to its grade: scores, verdicts, the names of mistakes, and words fit to be shown.

What comes out of a learner's kernel is text that she chose. Nothing here runs it, follows it or believes it: scores
come from the run alone, and text is cut, made printable and searched for hidden tests before it goes anywhere.
"""

import math
import re
from itertools import islice
from typing import Any, NamedTuple

from helpers.cells import BEGIN_HIDDEN, CHECK, END_HIDDEN, exercise_of
from helpers.exercises.catalogue import EXERCISES
from helpers.grading.handing_in.preflight import PreflightResult
from helpers.grading.results import GRADED, PARTLY, SUSPICIOUS, UNGRADED, Grade, GradebookEntry, Mark, RunResult

SENTENCE, WORDS, PRINTED, SOURCE = 400, 2000, 2000, 10_000  # characters of a sentence, of a message and so on
PIECES = 200  # outputs of one cell that are looked at
WITHHELD = "(Not shown: it holds part of the hidden tests.)"
HIDDEN_FAILURE = "Not right on the numbers of this assignment."
OTHER_NUMBERS = "Right on the numbers of the lesson, but not on those of this assignment, which you do not see."

SYMPTOMS = {  # what a slug that is no exercise's own says to the teacher
    "not-ended": "The call does not end.",
    "changed-in-place": "The function changes an argument in place.",
    "raised": "The function raises an error.",
    "missing-return": "The function returns None.",
    "wrong-type": "The function returns a value of another kind.",
    "wrong-shape": "The result has another shape.",
    "nan": "The result holds NaN.",
    "wrong-signature": "The function takes other arguments, or in another order.",
    "not-a-function": "What has the function's name is no function.",
    "other-numbers": "Right on the numbers of the lesson, wrong on those of this assignment.",
    "cell-error": "The cell of the answer stops with an error, so that there is no function to check.",
}
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
_HIDDEN = re.compile(f"{BEGIN_HIDDEN}(.*?){END_HIDDEN}", re.DOTALL)
_VERDICT = re.compile(
    r"(?P<exercise>[a-z0-9-]+): (?:not yet(?: \((?P<slug>[a-z0-9-]+)\))?|(?P<untouched>not attempted yet))\. "
)
_NUMBER = re.compile(r"(?<![\w.])\d+\.\d+(?:e[+-]?\d+)?")


class Feedback(NamedTuple):
    """What the cells of one exercise said: the message, the mistake's slug, and whether there was no attempt."""

    text: str
    mistake: str | None = None
    untouched: bool = False


class Secret(NamedTuple):
    """The lines and numbers of the hidden tests of a notebook."""

    lines: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()


def grade_of(
    checked: PreflightResult, ran: RunResult | None, release: dict[str, Any] | None, flags: tuple[str, ...] = ()
) -> Grade:
    """Return what a submission ends as.

    checked: from preflight. ran: what running its clean copy gave; None when it was refused. release: nbgrader's
    released notebook of the assignment, whose points count; None when the submission belongs to no assignment.
    """
    cells = graded_cells(release) if release else {}
    found = Grade(
        checked.student,
        checked.assignment,
        UNGRADED,
        None,
        sum(sum(points.values()) for points in cells.values()),
        evidence=(*checked.tampering, *(ran.evidence if ran else ())),
        repairs=(*checked.repairs, *(ran.notes if ran else ())),
        flags=flags,
    )
    problem = checked.refusal or (ran.problem if ran else "it was not run")
    if problem or ran is None or ran.notebook is None:
        return _shown(found._replace(reason=problem or "running it left no notebook"))
    scores, forged = _within(ran.scores, cells)
    lost = {name: ran.lost.get(name, "it was not reached") for name in _names(cells) if name not in scores}
    if not scores:
        return _shown(found._replace(reason=_reason(lost) or "nothing in the release has points"))
    marks = tuple(_marks(ran.notebook, cells, scores, lost))
    evidence = (*found.evidence, *forged)
    return _shown(
        found._replace(
            state=SUSPICIOUS if evidence else PARTLY if lost else GRADED,
            score=sum(mark.points for mark in marks),
            marks=marks,
            reason=_reason(lost),
            evidence=evidence,
        )
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


# Points


def graded_cells(release: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Return the points of the graded cells of a release, by exercise and grade_id."""
    found: dict[str, dict[str, float]] = {}
    for cell in release["cells"]:
        marks = cell.get("metadata", {}).get("nbgrader", {})
        if marks.get("grade") and marks.get("points"):  # a canary has no points
            found.setdefault(exercise_of(marks["grade_id"]), {})[marks["grade_id"]] = float(marks["points"])
    return found


def _names(cells: dict[str, dict[str, float]]) -> list[str]:
    return [name for points in cells.values() for name in points]


def _within(scores: dict[str, float], cells: dict[str, dict[str, float]]) -> tuple[dict[str, float], list[str]]:
    """Return the scores of the release's cells, none above its points, and what is said about those that were."""
    kept, forged = {}, []
    for points in cells.values():
        for name, most in points.items():
            if name in scores:
                kept[name] = min(max(scores[name], 0.0), most) if math.isfinite(scores[name]) else 0.0
                if not math.isclose(kept[name], scores[name], abs_tol=1e-9):
                    forged.append(f"{name}: {scores[name]:g} points of {most:g}")
    return kept, forged


def _reason(lost: dict[str, str]) -> str:
    """Name the exercises that were not run, and why; one reason for several is said once."""
    whys: dict[str, list[str]] = {}
    for name, why in lost.items():
        exercises = whys.setdefault(why, [])
        if exercise_of(name) not in exercises:
            exercises.append(exercise_of(name))
    return "; ".join(f"{', '.join(names)} not run: {why.rstrip('.')}" for why, names in whys.items())


# Marks


def _marks(
    notebook: dict[str, Any],
    cells: dict[str, dict[str, float]],
    scores: dict[str, float],
    lost: dict[str, str],
) -> list[Mark]:
    """Return a mark for each exercise of the assignment."""
    by_name = {_grading(cell).get("grade_id"): cell for cell in notebook.get("cells", [])}
    secret = _secret(notebook)
    found = []
    for exercise, points in cells.items():
        answer, earned = by_name.get(exercise, {}), sum(scores.get(name, 0.0) for name in points)
        missing = next((lost[name] for name in points if name in lost), None)
        feedback = feedback_of(exercise, answer, by_name.get(exercise + CHECK, {}))
        mark = Mark(exercise, earned, sum(points.values()), _verdict(earned, sum(points.values()), missing, feedback))
        if missing is not None:
            feedback = Feedback(f"This exercise was not run: {missing.rstrip('.')}. That is not a zero.")
        elif mark.verdict == "right":
            feedback = Feedback(EXERCISES[exercise].insight if exercise in EXERCISES else "")
        found.append(
            mark._replace(
                mistake=feedback.mistake,
                said=_fit(feedback.text, WORDS, secret),
                source=_fit(_text(answer.get("source")), SOURCE, secret),
                printed=_fit(_printed(answer), PRINTED, secret),
            )
        )
    return found


def _verdict(earned: float, out_of: float, missing: str | None, feedback: Feedback) -> str:
    if missing is not None:
        return "not run"
    if earned >= out_of - 1e-9:
        return "right"
    if earned > 0:
        return "partly"
    return "not attempted" if feedback.untouched else "wrong"


def feedback_of(exercise: str, answer: dict[str, Any], check: dict[str, Any]) -> Feedback:
    """Return what the check's cell said of an answer's cell.

    Only names and messages of errors are read: a traceback shows the hidden tests.
    """
    if not _text(answer.get("source")).strip():
        return Feedback("There is no answer in the cell of this exercise.", untouched=True)
    broken, failed = _error(answer), _error(check)
    if failed and failed[0] == "CheckFailed":
        return verdict_of(exercise, failed[1])
    if failed and failed[1].strip() == HIDDEN_FAILURE:
        return Feedback(OTHER_NUMBERS, "other-numbers")
    if broken:
        return Feedback(f"The cell of your answer stopped with {_said(broken)}", "cell-error")
    return Feedback(f"The check stopped with {_said(failed)}" if failed else "")


def verdict_of(exercise: str, message: str) -> Feedback:
    """Return what `check` said, and the slug that it printed, if that is a name which the exercise or a symptom has.

    An answer can raise an error with such words. That misleads nobody but whoever wrote it: points do not depend on it.
    """
    verdict = _VERDICT.match(message)
    if verdict is None or verdict["exercise"] != exercise:
        return Feedback(message)
    slug = verdict["slug"] if explanation_of(exercise, verdict["slug"]) else None
    return Feedback(message[verdict.end() :], slug, untouched=verdict["untouched"] is not None)


def explanation_of(exercise: str, slug: str | None) -> str:
    """Return the sentences that explain a mistake of an exercise, or a general symptom; none for another name."""
    named = {m.slug: m.explanation for m in EXERCISES[exercise].mistakes} if exercise in EXERCISES else {}
    return (SYMPTOMS | named).get(slug or "", "")


# Cells


def _grading(cell: dict[str, Any]) -> dict[str, Any]:
    return cell.get("metadata", {}).get("nbgrader", {})


def _error(cell: dict[str, Any]) -> tuple[str, str] | None:
    """Return the name and message of the error that a cell stopped with."""
    for output in cell.get("outputs", []):
        if output.get("output_type") == "error":
            return _text(output.get("ename")), _text(output.get("evalue"))
    return None


def _said(error: tuple[str, str]) -> str:
    return f"{error[0]}: {error[1]}" if error[1] else error[0]


def _printed(cell: dict[str, Any]) -> str:
    """Return the text that a cell put out, as much of it as may be shown and more."""
    pieces = []
    for output in islice(cell.get("outputs", []), PIECES):
        data = output.get("data") if isinstance(output.get("data"), dict) else {}
        text = output.get("text") if output.get("output_type") == "stream" else data.get("text/plain")
        pieces.append(_text(text)[: 10 * PRINTED])
    return "".join(pieces)


def _text(value: Any) -> str:
    """Return a text of a notebook, which may be a list of lines."""
    if isinstance(value, list):
        return "".join(item for item in value if isinstance(item, str))
    return value if isinstance(value, str) else ""


# Words


def _secret(notebook: dict[str, Any]) -> Secret:
    """Return what the hidden tests hold that no learner writes by chance: long lines, and numbers of many digits."""
    hidden = "\n".join(
        part for cell in notebook.get("cells", []) for part in _HIDDEN.findall(_text(cell.get("source")))
    )
    lines = frozenset(line.strip() for line in hidden.splitlines() if len(line.strip()) >= 32)
    return Secret(lines, frozenset(number for number in _NUMBER.findall(hidden) if len(number) >= 7))


def _fit(text: str, limit: int, secret: Secret) -> str:
    """Return a learner's text as it can be shown: without hidden tests, plain and cut.

    A learner who is out to carry hidden numbers away can write them in a way that no search finds.
    """
    seen = plain(text, limit + max(map(len, secret.lines), default=0))  # a line that the cut would break is found too
    if any(line in seen for line in secret.lines) or not secret.numbers.isdisjoint(_NUMBER.findall(seen)):
        return WITHHELD
    return plain(seen, limit)


def plain(text: str, limit: int) -> str:
    """Return printable lines, cut: no colours of a terminal, a progress bar in its last state, odd signs as escapes."""
    cut = len(text) > 4 * limit + 1000
    lines = _ANSI.sub("", text[: 4 * limit + 1000]).expandtabs(4).split("\n")
    text = printable("\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)).strip("\n")
    return f"{text[: limit - 20].rstrip()}\n(and more)" if cut or len(text) > limit else text


def printable(text: str) -> str:
    """Return a text in which all that is no letter, sign, blank or line end is written as its escape."""
    return "".join(letter if letter.isprintable() or letter == "\n" else ascii(letter)[1:-1] for letter in text)


def sentence(text: str) -> str:
    """Return a text on one printable line of limited length."""
    line = " ".join(plain(text, SENTENCE).split())
    return line if len(line) <= SENTENCE else f"{line[: SENTENCE - 3]}..."


def _shown(grade: Grade) -> Grade:
    """Return a grade whose sentences are short lines, each said once."""
    lists = {
        name: tuple(dict.fromkeys(map(sentence, getattr(grade, name)))) for name in ("evidence", "repairs", "flags")
    }
    return grade._replace(student=printable(grade.student), reason=sentence(grade.reason), **lists)
