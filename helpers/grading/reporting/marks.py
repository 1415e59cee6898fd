"""A mark for each exercise of a submission: points, verdict, the name of the mistake, and words fit to be shown."""

from typing import Any

from helpers.cells import CHECK
from helpers.exercises.catalogue import EXERCISES
from helpers.grading.reporting.points import Points, grading_of, is_for_a_person
from helpers.grading.reporting.said import PRINTED, Feedback, feedback_of, printed_by
from helpers.grading.reporting.secret import Secret, secret_of
from helpers.grading.results import Mark
from helpers.grading.text import text_of

WORDS, SOURCE = 2000, 10_000  # characters that are shown of a message, and of an answer


def marks_of(
    notebook: dict[str, Any], cells: Points, scores: dict[str, float], lost: dict[str, str], waiting: list[str]
) -> tuple[Mark, ...]:
    """Return a mark for each exercise of the assignment, from an executed notebook.

    lost: why cells could not be run. waiting: cells that are to be marked by hand.
    """
    by_name = {grading_of(cell).get("grade_id"): cell for cell in notebook.get("cells", [])}
    secret = secret_of(notebook)
    found = []
    for exercise, points in cells.items():
        answer, earned = by_name.get(exercise, {}), sum(scores.get(name, 0.0) for name in points)
        why = next((lost[name] for name in points if name in lost), None)
        feedback = feedback_of(exercise, answer, by_name.get(exercise + CHECK, {}))
        if is_for_a_person(grading_of(answer)):
            feedback = Feedback("", untouched=True)
        verdict = "not marked" if exercise in waiting else _verdict(earned, sum(points.values()), why, feedback)
        mark = Mark(exercise, earned, sum(points.values()), verdict)
        found.append(_with_words(mark, _told(mark, why, feedback), answer, secret))
    return tuple(found)


def _verdict(earned: float, out_of: float, why: str | None, feedback: Feedback) -> str:
    if why is not None:
        return "not run"
    if earned >= out_of - 1e-9:
        return "right"
    if earned > 0:
        return "partly"
    return "not attempted" if feedback.untouched else "wrong"


def _told(mark: Mark, why: str | None, feedback: Feedback) -> Feedback:
    """Return what the learner is told; what the check said only where something is wrong."""
    if why is not None:
        return Feedback(f"This exercise was not run: {why.rstrip('.')}. That is not a zero.")
    if mark.verdict == "not marked":
        return Feedback("Your teacher marks this answer; its points are not in the score yet.")
    if mark.verdict == "right":
        return Feedback(EXERCISES[mark.exercise].insight if mark.exercise in EXERCISES else "")
    return feedback


def _with_words(mark: Mark, feedback: Feedback, answer: dict[str, Any], secret: Secret) -> Mark:
    return mark._replace(
        mistake=feedback.mistake,
        said=secret.fit(feedback.text, WORDS),
        source=secret.fit(text_of(answer.get("source")), SOURCE),
        printed=secret.fit(printed_by(answer), PRINTED),
    )
