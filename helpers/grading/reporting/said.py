"""What the cells of an exercise said of an answer, read from the executed notebook, and the name of the mistake.

An answer can raise an error with such words. That misleads nobody but whoever wrote it: points do not depend on it.
"""

import re
from itertools import islice
from typing import Any, NamedTuple

from helpers.exercises.catalogue import EXERCISES
from helpers.grading.making.hidden import FAILED
from helpers.grading.text import text_of

PRINTED, OUTPUTS = 2000, 200  # characters that are shown, and outputs of one cell that are looked at
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
_VERDICT = re.compile(
    r"(?P<exercise>[a-z0-9-]+): "
    r"(?:not yet(?: \((?P<slug>[a-z0-9-]+)\))?|(?P<untouched>not (?:attempted|mended) yet))\. "
)


class Feedback(NamedTuple):
    """What the cells of one exercise said: the message, the mistake's slug, and whether there was no attempt."""

    text: str
    mistake: str | None = None
    untouched: bool = False


class Error(NamedTuple):
    """The error that a cell stopped with; its traceback is not read, because it shows the hidden tests."""

    name: str
    message: str

    def __str__(self) -> str:
        return f"{self.name}: {self.message}" if self.message else self.name


def feedback_of(exercise: str, answer: dict[str, Any], check: dict[str, Any]) -> Feedback:
    """Return what the check's cell said of an answer's cell."""
    if not text_of(answer.get("source")).strip():
        return Feedback("There is no answer in the cell of this exercise.", untouched=True)
    broken, failed = _error(answer), _error(check)
    if failed and failed.name == "CheckFailed":
        return verdict_of(exercise, failed.message)
    if failed and failed.message.strip() == FAILED:
        return Feedback(OTHER_NUMBERS, "other-numbers")
    if broken:
        own = "\nIf you wrote this module, hand in its file beside the notebook." * (
            broken.name == "ModuleNotFoundError"
        )
        return Feedback(f"The cell of your answer stopped with {broken}{own}", "cell-error")
    return Feedback(f"The check stopped with {failed}" if failed else "")


def verdict_of(exercise: str, message: str) -> Feedback:
    """Return what `check` said, and the slug that it printed, if that is a name which the exercise or a symptom has."""
    verdict = _VERDICT.match(message)
    if verdict is None or verdict["exercise"] != exercise:
        return Feedback(message)
    slug = verdict["slug"] if explanation_of(exercise, verdict["slug"]) else None
    return Feedback(message[verdict.end() :], slug, untouched=verdict["untouched"] is not None)


def explanation_of(exercise: str, slug: str | None) -> str:
    """Return the sentences that explain a mistake of an exercise, or a general symptom; none for another name."""
    named = {m.slug: m.explanation for m in EXERCISES[exercise].mistakes} if exercise in EXERCISES else {}
    return (SYMPTOMS | named).get(slug or "", "")


def printed_by(cell: dict[str, Any]) -> str:
    """Return the text that a cell put out, as much of it as may be shown and more."""
    pieces = []
    for output in islice(cell.get("outputs", []), OUTPUTS):
        data = output.get("data") if isinstance(output.get("data"), dict) else {}
        text = output.get("text") if output.get("output_type") == "stream" else data.get("text/plain")
        pieces.append(text_of(text)[: 10 * PRINTED])
    return "".join(pieces)


def _error(cell: dict[str, Any]) -> Error | None:
    found = next((each for each in cell.get("outputs", []) if each.get("output_type") == "error"), None)
    return Error(text_of(found.get("ename")), text_of(found.get("evalue"))) if found else None
