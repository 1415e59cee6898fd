"""An exercise on a page: what it begins with, its hints, our solution, and programs to find the mistake in."""

import random

from helpers.exercises.exercise import Exercise, Mistake, Option, Question
from helpers.exercises.question import Choice
from helpers.exercises.showing import as_cell
from helpers.site import live
from helpers.site.text import code, inline

PROGRAMS = 3  # wrong programs on a page for each exercise
NAMES = 3  # to choose from, the right one among them


def block(exercise: Exercise, given: str) -> str:
    """Return an exercise as HTML. given: the cell that the lesson begins with."""
    return (
        f'<div class="exercise" data-exercise="{exercise.id}">{code(given)}{_hints(exercise)}{_solution(exercise)}'
        f"{_mistakes(exercise)}</div>"
    )


def _hints(exercise: Exercise) -> str:
    hints = "".join(f"<li>{inline(hint)}</li>" for hint in exercise.hints)
    number = f"{len(exercise.hints)} hints" if len(exercise.hints) > 1 else "A hint"
    return f'<details class="hints"><summary>{number}</summary><ol>{hints}</ol></details>'


def _solution(exercise: Exercise) -> str:
    shown = code(as_cell(exercise.reference))
    return (
        f'<details class="solution"><summary>Our solution</summary>{shown}<p>{inline(exercise.insight)}</p></details>'
    )


def _mistakes(exercise: Exercise) -> str:
    chosen = programs(exercise)
    if not chosen:
        return ""
    asked = "".join(
        f"{code(source(mistake))}{live.question(_question(exercise, mistake), f'{exercise.id}-{mistake.slug}')}"
        f'<details class="answer"><summary>Answer</summary><p><b>{_name(mistake)}.</b> '
        f"{inline(mistake.explanation)}</p></details>"
        for mistake in chosen
    )
    return f'<details class="mistakes"><summary>Which mistake is this?</summary>{asked}</details>'


def programs(exercise: Exercise) -> list[Mistake]:
    """Return the mistakes that a page asks for: the shortest programs, whose difference is one to see."""
    return sorted(_shown(exercise), key=lambda mistake: len(source(mistake)))[:PROGRAMS]


def _shown(exercise: Exercise) -> list[Mistake]:
    """Return the mistakes whose program is the reference with an edit; a program of its own gives itself away."""
    return [mistake for mistake in exercise.mistakes if mistake.answer.__name__ == exercise.reference.__name__]


def source(mistake: Mistake) -> str:
    """Return a wrong program without its docstring."""
    return as_cell(mistake.answer)


def _question(exercise: Exercise, mistake: Mistake) -> Choice:
    others = [other for other in _shown(exercise) if other is not mistake]
    draw = random.Random(f"{exercise.id} {mistake.slug}")
    options = [mistake, *draw.sample(others, min(NAMES - 1, len(others)))]
    draw.shuffle(options)
    answers = tuple(Option(other.slug, _name(other), _said(other, mistake)) for other in options)
    asked = Choice(Question(f"{exercise.id}-{mistake.slug}", "What is wrong here?", answers, mistake.slug), "quiz")
    asked.id = asked.question.id
    return asked


def _said(option: Mistake, right: Mistake) -> str:
    return option.explanation if option is right else f"Of another program one would say: {option.explanation}"


def _name(mistake: Mistake) -> str:
    words = mistake.slug.replace("-", " ")
    return words[:1].upper() + words[1:]
