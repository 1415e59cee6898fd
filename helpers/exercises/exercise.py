"""What an exercise, a question and a lesson are: plain data, written once and used by every check, hint and test."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.exercises import store

Answer = Callable[..., Any]
Arguments = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Mistake:
    """A wrong answer that can be executed, its name, and the paragraph that helps whoever wrote it.

    observed: the paragraph says no more than what can be seen of the outcomes, so that it is true of every answer that
    does the same, also where chance could: truth values, zeros, errors.
    """

    slug: str
    answer: Answer
    explanation: str
    observed: bool = False


@dataclass(frozen=True, eq=False)
class Equivalent:
    """Another answer that counts as right, and the sentence that says which convention it follows."""

    convention: str
    answer: Answer


@dataclass(frozen=True, eq=False)
class Exercise:
    """One thing that the learner writes, and all that is needed to judge it.

    reference: the model answer; `solution` prints its source, and its parameters are those of the learner's function.
    probes: arguments on which answers are compared. A mistake is recognised on them.
    edges: arguments on which an answer must be right too (zero, constant, first and last). A mistake that differs
    from the reference nowhere else is recognised on probes and edges together.
    insight: what the learner reads when the answer is right.
    draw: draw(rng) gives other arguments of the ordinary kind, on which what was found on the probes must hold too.
    vary: vary(rng, *arguments) asks the same in other numbers, for graded use: whatever reads it as it is meant gives
    what it gave. Without it, each number is changed a little by itself, which can make another run of a run.
    given: the slug of the mistake that the program has which the learner is to repair, where she does not begin with
    an empty function. As long as it does the same, it counts as not attempted.
    score: where any answer that reaches a goal is right, how good one is: score(answer) returns a number, the smaller
    the better. `unit` says what it counts.
    observe: where chance is part of the answer, observe(answer, *arguments) calls it and returns what is compared in
    place of the value: properties by name, the same for every right answer; or None if the value cannot have them (a
    number where a list belongs). `returns` then says in words what the function returns.
    observed: what `observe` returns for every right answer, where finding it out takes longer than the course may take
    to load; right answers are then not called before a check.
    patience: how many times as long as other answers an answer may take.
    open_book: what of the course an answer may use, as `optimizers` or `exercises.yours`, without a word to a teacher.
    """

    id: str
    reference: Answer
    probes: Sequence[Arguments]
    mistakes: Sequence[Mistake]
    hints: Sequence[str]
    insight: str
    edges: Sequence[Arguments] = ()
    equivalents: Sequence[Equivalent] = ()
    points: int = 1
    observe: Callable[..., Any] | None = None
    returns: str = ""
    draw: Callable[[np.random.Generator], Arguments] | None = None
    vary: Callable[..., Arguments] | None = None
    given: str | None = None
    score: Callable[[Answer], float] | None = None
    unit: str = ""
    observed: Mapping[str, Any] | None = None
    patience: float = 1.0
    open_book: Sequence[str] = ()

    def mistake(self, slug: str) -> Mistake:
        """The known mistake of this name; raises KeyError."""
        return {mistake.slug: mistake for mistake in self.mistakes}[slug]


@dataclass(frozen=True)
class Option:
    """One possible answer to a question, and what to say to whoever chooses it."""

    key: str
    text: str
    feedback: str


@dataclass(frozen=True)
class Question:
    """A prediction (`right` is None: the experiment decides) or a quiz question (`right` is the key of an option)."""

    id: str
    text: str
    options: tuple[Option, ...]
    right: str | None = None

    def __post_init__(self) -> None:
        keys = [option.key for option in self.options]
        if len(set(keys)) < len(keys) or self.right not in (None, *keys):
            raise ValueError(f'question "{self.id}": option keys must differ, and right must be one of {keys}')

    def option(self, key: str) -> Option:
        """The option with this key; raises ValueError that lists the keys."""
        for option in self.options:
            if option.key == key:
                return option
        keys = ", ".join(f'"{option.key}"' for option in self.options)
        raise ValueError(f'"{self.id}" has no option {key!r}; its options are {keys}.')


@dataclass(frozen=True)
class Challenge:
    """What to reach with the controls of a live experiment."""

    id: str
    text: str

    def met(self, words: str) -> None:
        """Record that it was met, and in words where."""
        store.record("challenges", self.id, met=words)


@dataclass(frozen=True)
class Recall:
    """A question on a lesson that a later one asks: first of all whoever made one of the mistakes, by their slugs."""

    question: Question
    mistakes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """One notebook's exercises and questions. A lesson without quiz questions is not yet written.

    name: 05_gradient_descent, or without a number for one that stands outside the sequence.
    """

    name: str
    title: str
    exercises: tuple[Exercise, ...] = ()
    predictions: tuple[Question, ...] = ()
    quiz: tuple[Question, ...] = ()
    challenges: tuple[Challenge, ...] = ()
    recalls: tuple[Recall, ...] = ()

    @property
    def label(self) -> str:
        """The title, after the number if there is one."""
        number = self.name.partition("_")[0]
        return f"{number} {self.title}" if number.isdecimal() else self.title
