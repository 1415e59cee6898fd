"""Reads the words of an exercise and of a lesson, which stand in TOML files beside the code.

`momentum_step.py` holds the reference and the probes, `momentum_step.toml` the insight, the hints and the mistakes:

    points = 2
    insight = "What is said when the answer is right."
    hints = ["One at a time.", "Two or three."]
    returns = "what the function returns"             # only where the exercise observes properties

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

`lesson.toml` holds a lesson's title, its predictions and its quiz:

    [quiz.quiz-level-sets]
    text = "The question?"
    right = "right-angle"                             # not in a prediction: there the experiment decides
    options.right-angle.text = "90°"
    options.right-angle.feedback = "What is said to whoever chooses it."
"""

import inspect
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from helpers.exercises.edits import mistaken
from helpers.exercises.exercise import Answer, Arguments, Equivalent, Exercise, Lesson, Mistake, Option, Question

MISTAKE = {"edits": list, "answer": str, "explanation": str, "observed": bool}
OPTION = {"text": str, "feedback": str}
QUESTION = {"text": str, "options": dict, "right": str}
LESSON = {"title": str, "predictions": dict, "quiz": dict}
EXERCISE = {"points": int, "insight": str, "hints": list, "returns": str, "equivalents": dict, "mistakes": dict}
OPTIONAL = {"edits", "answer", "observed", "right", "points", "returns", "equivalents", "predictions", "quiz"}


class ContentError(ValueError):
    """Words that cannot be used: in which file, at which line, and why."""


def exercise(
    id: str,
    reference: Answer,
    *,
    probes: Sequence[Arguments],
    edges: Sequence[Arguments] = (),
    observe: Callable[..., Any] | None = None,
    draw: Callable[[np.random.Generator], Arguments] | None = None,
) -> Exercise:
    """Return an exercise: its code as given, its words from the TOML file beside the reference.

    id: the exercise's id, which is also the file's name. For the rest see Exercise. Raises ContentError.
    """
    words = Words(Path(inspect.getfile(reference)).with_name(f"{id.replace('-', '_')}.toml"))
    table = words.taken(words.table, EXERCISE, "")
    return Exercise(
        id,
        reference,
        probes,
        mistakes=[words.mistake(id, reference, slug) for slug in table["mistakes"]],
        hints=table["hints"],
        insight=table["insight"],
        edges=edges,
        equivalents=[
            Equivalent(convention, words.beside(reference, name, name))
            for name, convention in table.get("equivalents", {}).items()
        ],
        points=table.get("points", 1),
        observe=observe,
        returns=table.get("returns", ""),
        draw=draw,
    )


def lesson(name: str, folder: str, *exercises: Exercise) -> Lesson:
    """Return a lesson with the questions that stand in `lesson.toml` in its folder. Raises ContentError."""
    words = Words(Path(folder) / "lesson.toml")
    table = words.taken(words.table, LESSON, "")
    predictions = tuple(words.question("predictions", id) for id in table.get("predictions", {}))
    return Lesson(
        name, table["title"], exercises, predictions, tuple(words.question("quiz", id) for id in table["quiz"])
    )


class Words:
    """One TOML file, and where things stand in it."""

    def __init__(self, path: Path) -> None:
        self.path, self.text = path, ""
        try:
            self.text = path.read_text(encoding="utf-8")
            self.table: dict[str, Any] = tomllib.loads(self.text)
        except (OSError, ValueError) as error:  # a TOML error names its line
            raise ContentError(f"{path}: {error}") from None

    def fail(self, mark: str, why: str) -> NoReturn:
        """Raise ContentError with the number of the first line that begins with the mark."""
        lines = self.text.splitlines()
        number = next((n for n, line in enumerate(lines, 1) if mark and line.startswith(mark)), 1)
        raise ContentError(f"{self.path}:{number}: {why}")

    def taken(self, table: Any, keys: Mapping[str, type], mark: str) -> dict[str, Any]:
        """Return a table when it has the keys that it needs, of their types, and no others."""
        if not isinstance(table, dict):
            self.fail(mark, "this must be a table")
        for key, value in table.items():
            if key not in keys:
                self.fail(mark or key, f"there is no key {key!r} here; the keys are {', '.join(keys)}")
            if type(value) is not keys[key]:
                self.fail(mark or key, f"{key} must be of the type {keys[key].__name__}")
        for key in keys:
            if key not in table and key not in OPTIONAL:
                self.fail(mark, f"{key} is missing")
        return table

    def beside(self, reference: Answer, name: str, mark: str) -> Answer:
        """Return the function of this name in the reference's module."""
        found = reference.__globals__.get(name)
        if not inspect.isfunction(found):
            self.fail(mark, f"there is no function {name!r} beside {reference.__name__}")
        return found

    def mistake(self, id: str, reference: Answer, slug: str) -> Mistake:
        """Return a mistake: the reference with its edits, or the function that it names."""
        mark = f"[mistakes.{slug}]"
        table = self.table["mistakes"][slug]
        if isinstance(table, dict) and "like" in table:
            table = self._like(table, slug, mark)
        table = self.taken(table, MISTAKE, mark)
        if ("edits" in table) == ("answer" in table):
            self.fail(mark, "a mistake has either edits or an answer")
        if "answer" in table:
            answer = self.beside(reference, table["answer"], mark)
            return Mistake(slug, answer, table["explanation"], table.get("observed", False))
        try:
            answer = mistaken(reference, table["edits"], f"{id}: {slug}")
        except (ValueError, TypeError, SyntaxError) as error:
            self.fail(mark, f"{error}")
        return Mistake(slug, answer, table["explanation"], table.get("observed", False))

    def _like(self, table: dict[str, Any], slug: str, mark: str) -> dict[str, Any]:
        """Return the mistake of another file with what this one says instead."""
        other = Words(self.path.with_name(f"{table['like']}.toml")).table.get("mistakes", {}).get(slug)
        if other is None or "like" in other:
            self.fail(mark, f"{table['like']}.toml says nothing of its own about {slug}")
        own = {key: value for key, value in table.items() if key != "like"}
        replaced = {"edits", "answer"} if own.keys() & {"edits", "answer"} else set()
        return {key: value for key, value in other.items() if key not in replaced} | own

    def question(self, kind: str, id: str) -> Question:
        """Return a question with its options."""
        mark = f"[{kind}.{id}]"
        table = self.taken(self.table[kind][id], QUESTION, mark)
        options = {key: self.taken(option, OPTION, mark) for key, option in table["options"].items()}
        try:
            return Question(
                id, table["text"], tuple(Option(key, **o) for key, o in options.items()), table.get("right")
            )
        except ValueError as error:
            self.fail(mark, f"{error}")
