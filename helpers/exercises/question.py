"""Questions to the learner: predictions before an experiment, and a quiz with feedback on each option."""

import weakref
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from helpers.exercises import store
from helpers.exercises.catalogue import LESSONS, PREDICTIONS, QUIZ, find
from helpers.exercises.exercise import Question, Recall
from helpers.page import bundle
from helpers.page.cells import replace_earlier

_open: weakref.WeakSet["Choice"] = weakref.WeakSet()  # so that an outcome can close the predictions on the page


class Choice(anywidget.AnyWidget):
    """One question with its options; the page shows the feedback, the kernel stores the choice."""

    _esm = bundle(Path(__file__).with_name("question.js"))
    _css = Path(__file__).with_name("question.css")
    id = traitlets.Unicode().tag(sync=True)
    kind = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    options: traitlets.List[dict[str, str]] = traitlets.List().tag(sync=True)
    right = traitlets.Unicode("").tag(sync=True)
    chosen = traitlets.Unicode("").tag(sync=True)
    closed = traitlets.Bool(False).tag(sync=True)

    def __init__(self, question: Question, kind: str) -> None:
        self.question = question
        stored = store.load()[kind].get(question.id, {})
        keys = [option.key for option in question.options]
        super().__init__(
            kind=kind,
            text=question.text,
            # A prediction's feedback stays in the kernel until the experiment has answered.
            options=[
                {"key": o.key, "text": o.text, "feedback": o.feedback if kind == "quiz" else ""}
                for o in question.options
            ],
            right=question.right or "",
            chosen=stored.get("choice") if stored.get("choice") in keys else "",
            closed=bool(stored.get("seen")),
        )
        self.id = self.model_id
        self.observe(self._record, names="chosen")
        replace_earlier(self)
        _open.add(self)

    def _record(self, change: dict[str, Any]) -> None:
        key = change["new"]
        if self.closed or key not in [option.key for option in self.question.options]:
            return
        right = {"right": True} if key == self.question.right else {}
        store.record(self.kind, self.question.id, choice=key, **right)

    def __repr__(self) -> str:
        return "\n".join([self.text, *(f"- {option['text']}" for option in self.options)])

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The live question, and for readers without a kernel the same question as a list."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            items = "".join(f"<li>{escape(option['text'])}</li>" for option in self.options)
            bundle[0]["text/plain"] = repr(self)
            bundle[0]["text/html"] = f"<p>{escape(self.text)}</p><ul>{items}</ul>"
        return bundle


def predict(id: str) -> Choice:
    """Ask for a prediction; the choice is recorded and can be changed until `outcome` has shown what happened.

    Raises ValueError for an unknown id.
    """
    return Choice(find(PREDICTIONS, id, "prediction"), "predictions")


def quiz(id: str) -> Choice:
    """Ask a quiz question, with feedback on each option and as many tries as you like. Raises ValueError."""
    return Choice(find(QUIZ, id, "quiz question"), "quiz")


def recall(lesson: str) -> Choice:
    """Ask a question on an earlier lesson: on a mistake that you made there, if one is recorded.

    lesson: the name of the lesson that asks, "06_learning_rate". What was answered there once is asked there again.
    Raises ValueError when there is no such lesson, or no earlier one has a question.
    """
    names = [each.name for each in LESSONS]
    place = names.index(find({name: name for name in names}, lesson, "lesson"))
    earlier = [each for each in reversed(LESSONS[:place]) if each.recalls]
    if not earlier:
        raise ValueError(f"no lesson before {lesson} has a question to recall it by")
    question = _to_recall(lesson, [recalled for each in earlier for recalled in each.recalls])
    asked = Choice(question, "quiz")
    asked.observe(lambda change: store.record("recalls", lesson, question=question.id), "chosen")
    return asked


def _to_recall(lesson: str, recalls: list[Recall]) -> Question:
    """Return what was answered there before, else what is not yet known, on a mistake of hers, and nearest."""
    data = store.load()
    before = data["recalls"].get(lesson, {}).get("question")
    known = {id for id, entry in data["quiz"].items() if entry.get("right")}
    made = {slug for entry in data["exercises"].values() for slug in entry.get("mistakes", {})}
    return min(
        recalls,
        key=lambda each: (each.question.id != before, each.question.id in known, made.isdisjoint(each.mistakes)),
    ).question


def outcome(id: str, happened: str) -> None:
    """Compare the stored prediction with what happened; prints nothing when there is none.

    happened: the key of the option that the experiment came out with. Raises ValueError, with the keys, for another.
    """
    question = find(PREDICTIONS, id, "prediction")
    fact = question.option(happened)
    choice = store.load()["predictions"].get(id, {}).get("choice")
    if choice not in [option.key for option in question.options]:
        return
    guess = question.option(choice)
    print(f"You predicted: {guess.text}.\nWhat happened: {fact.text}.")
    if guess is fact:
        print(f"Right. {fact.feedback}")
    else:
        print(f"Not as predicted. About your prediction: {guess.feedback}\nAbout what happened: {fact.feedback}")
    store.record("predictions", id, seen=True)
    for widget in _open:
        if widget.question is question:
            widget.closed = True
