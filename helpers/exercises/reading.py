"""Reads the words of an exercise and of a lesson, which stand in TOML files beside the code.

`momentum_step.py` holds the reference and the probes, `momentum_step.toml` the insight, the hints and the mistakes:

    points = 2
    insight = "What is said when the answer is right."
    hints = ["One at a time.", "Two or three."]
    returns = "what the function returns"             # only where the exercise observes properties
    given = "wrong-sign"                              # the mistake in the program that is to be repaired, if it is one
    unit = "steps"                                    # what the score counts, if the exercise has one

    [equivalents]
    lr_inside = "The convention of the function lr_inside, which stands beside the reference."

    [mistakes.wrong-sign]
    edits = [["w - lr", "w + lr"]]                    # of the reference; each old text stands there once
    explanation = "The paragraph that helps."

    [mistakes.velocity-frozen]
    answer = "frozen"                                 # a function beside the reference, where no edit fits
    explanation = "Another paragraph."

    [mistakes.always-true]
    edits = [["return w < 1", "return True"]]
    explanation = "The answer is always True."        # says only what is seen, so that it is true of every answer
    observed = true                                   # that does the same, also where chance could (see judging)

    [mistakes.eps-forgotten]
    like = "adagrad_step"                             # the same mistake in another file of this folder,
    edits = [["(np.sqrt(m) + eps)", "np.sqrt(m)"]]    # but for what is said here

`lesson.toml` holds a lesson's title, its predictions, its quiz, and the challenges of its live experiments:

    [quiz.quiz-level-sets]
    text = "The question?"
    right = "right-angle"                             # not in a prediction: there the experiment decides
    options.right-angle.text = "90°"
    options.right-angle.feedback = "What is said to whoever chooses it."

    [recall.recall-signs]                             # a question that a later lesson asks, as in the quiz, and
    mistakes = ["wrong-sign"]                         # those who made one of these mistakes first of all

    [challenges]
    secant = "What to reach with the controls, so that it is either met or not."
"""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from helpers.exercises.edits import EditError, mistaken, require_parameters
from helpers.exercises.exercise import (
    Answer,
    Arguments,
    Challenge,
    Equivalent,
    Exercise,
    Lesson,
    Mistake,
    Option,
    Question,
    Recall,
)
from helpers.exercises.words import NUMBER, PAIRS, TABLE, TEXT, TEXTS, YES, Words, optional

EXERCISE = {
    "points": optional(NUMBER),
    "insight": TEXT,
    "hints": TEXTS,
    "returns": optional(TEXT),
    "given": optional(TEXT),
    "unit": optional(TEXT),
    "equivalents": optional(TABLE),
    "mistakes": TABLE,
}
MISTAKE = {"edits": optional(PAIRS), "answer": optional(TEXT), "explanation": TEXT, "observed": optional(YES)}
LESSON = {
    "title": TEXT,
    "predictions": optional(TABLE),
    "quiz": TABLE,
    "recall": optional(TABLE),
    "challenges": optional(TABLE),
}
PREDICTION = {"text": TEXT, "options": TABLE}
QUIZ = PREDICTION | {"right": TEXT}
QUESTIONS = {"predictions": PREDICTION, "quiz": QUIZ, "recall": QUIZ | {"mistakes": optional(TEXTS)}}
OPTION = {"text": TEXT, "feedback": TEXT}
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")  # grading reads it in what `check` printed


def exercise(
    id: str,
    reference: Answer,
    *,
    probes: Sequence[Arguments],
    edges: Sequence[Arguments] = (),
    observe: Callable[..., Any] | None = None,
    draw: Callable[[np.random.Generator], Arguments] | None = None,
    vary: Callable[..., Arguments] | None = None,
    score: Callable[[Answer], float] | None = None,
    observed: Mapping[str, Any] | None = None,
    patience: float = 1.0,
    open_book: Sequence[str] = (),
) -> Exercise:
    """Return an exercise: its code as given, its words from the TOML file beside the reference.

    id: the exercise's id, which is also the file's name. For the rest see Exercise. Raises ContentError.
    """
    words = ExerciseWords(id, reference)
    table = words.taken(words.table, EXERCISE)
    given = table.get("given")
    if given not in (None, *table["mistakes"]):
        words.fail(f"given is {given!r}, which is none of the mistakes below", "given")
    if (score is None) != ("unit" not in table):
        words.fail("a score needs its unit here, and a unit its score beside the reference", "unit")
    return Exercise(
        id,
        reference,
        probes,
        mistakes=[words.mistake(slug) for slug in table["mistakes"]],
        hints=table["hints"],
        insight=table["insight"],
        edges=edges,
        equivalents=words.equivalents(),
        points=table.get("points", 1),
        observe=observe,
        returns=table.get("returns", ""),
        draw=draw,
        vary=vary,
        given=given,
        score=score,
        unit=table.get("unit", ""),
        observed=observed,
        patience=patience,
        open_book=open_book,
    )


def lesson(name: str, folder: str, *exercises: Exercise) -> Lesson:
    """Return a lesson with the questions that stand in `lesson.toml` in its folder. Raises ContentError."""
    words = Words(Path(folder) / "lesson.toml")
    title = words.taken(words.table, LESSON)["title"]
    predictions, quiz = (
        tuple(question(words, kind, id) for id in words.table.get(kind, {})) for kind in ("predictions", "quiz")
    )
    texts = words.table.get("challenges", {})
    words.taken(texts, dict.fromkeys(texts, TEXT), "challenges")
    challenges = tuple(Challenge(id, text) for id, text in texts.items())
    recalls = tuple(
        Recall(question(words, "recall", id), tuple(table.get("mistakes", ())))
        for id, table in words.table.get("recall", {}).items()
    )
    return Lesson(name, title, exercises, predictions, quiz, challenges, recalls)


def question(words: Words, kind: str, id: str) -> Question:
    """Return a question with its options; a prediction has no right one, since the experiment decides."""
    table = words.taken(words.table[kind][id], QUESTIONS[kind], kind, id)
    keys, right = list(table["options"]), table.get("right")
    if right not in (None, *keys):
        words.fail(f"right is {right!r}; it must be one of {', '.join(keys)}", kind, id, "right")
    said = {key: words.taken(table["options"][key], OPTION, kind, id, "options", key) for key in keys}
    return Question(id, table["text"], tuple(Option(key, **option) for key, option in said.items()), right)


@cache
def words_beside(path: Path) -> Words:
    """Return the words of another file of the folder, read once however many mistakes are like one there."""
    return Words(path)


class ExerciseWords(Words):
    """The words of an exercise: they name functions that stand beside the reference, and edit it."""

    def __init__(self, id: str, reference: Answer) -> None:
        super().__init__(Path(inspect.getfile(reference)).with_name(f"{id.replace('-', '_')}.toml"))
        self.id, self.reference = id, reference

    def equivalents(self) -> list[Equivalent]:
        """Return the other right answers: functions by name, each with its convention."""
        table = self.table.get("equivalents", {})
        self.taken(table, dict.fromkeys(table, TEXT), "equivalents")
        return [Equivalent(convention, self.beside(name, "equivalents", name)) for name, convention in table.items()]

    def mistake(self, slug: str) -> Mistake:
        """Return a mistake: the reference with its edits, or the function that it names."""
        where = ("mistakes", slug)
        if not SLUG.fullmatch(slug):
            self.fail(f"{slug!r} is no name for a mistake; write it like wrong-sign", *where)
        table = self.taken(self._own_or_like(slug), MISTAKE, *where)
        if ("edits" in table) == ("answer" in table):
            self.fail("a mistake has either edits or an answer", *where)
        answer = (
            self.beside(table["answer"], *where, "answer") if "answer" in table else self.edited(slug, table["edits"])
        )
        return Mistake(slug, answer, table["explanation"], table.get("observed", False))

    def edited(self, slug: str, edits: list[list[str]]) -> Answer:
        """Return the reference with the edits of a mistake."""
        try:
            return mistaken(self.reference, edits, f"{self.id}: {slug}")
        except EditError as error:
            self.fail(str(error), "mistakes", slug, "edits")

    def beside(self, name: str, *where: str) -> Answer:
        """Return the function of this name in the reference's module."""
        found = self.reference.__globals__.get(name)
        if not inspect.isfunction(found):
            self.fail(f"there is no function {name!r} in {self.path.with_suffix('.py').name}; write it there", *where)
        try:
            require_parameters(found, self.reference)
        except EditError as error:
            self.fail(str(error), *where)
        return found

    def _own_or_like(self, slug: str) -> Any:
        """Return a mistake's table or, if it is like another file's, that one with what is said here instead."""
        table, where = self.table["mistakes"][slug], ("mistakes", slug, "like")
        if not isinstance(table, dict) or "like" not in table:
            return table
        path = self.path.with_name(f"{table['like']}.toml")
        if not path.exists():
            self.fail(f"there is no file {path.name} beside this one; name another, without .toml", *where)
        other = words_beside(path).table.get("mistakes", {}).get(slug)
        if not isinstance(other, dict) or "like" in other:
            self.fail(f"{path.name} says nothing of its own about {slug}; write it here", *where)
        own = {key: value for key, value in table.items() if key != "like"}
        replaced = {"edits", "answer"} if own.keys() & {"edits", "answer"} else set()
        return {key: value for key, value in other.items() if key not in replaced} | own
