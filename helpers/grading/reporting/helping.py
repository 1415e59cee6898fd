"""Who needs help: mistakes that come back in one learner's lessons, and the same wrong code in several submissions.

Neither changes points or states. Wrong code is compared without names, comments, docstrings and layout; short answers
and lines that the exercise gave are no sign, and right answers are never compared.
"""

import ast
import inspect
import io
import keyword
import textwrap
import tokenize
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from helpers.exercises.catalogue import EXERCISES
from helpers.grading.names import UNREADABLE
from helpers.grading.results import Grade, Mark

LINES = 4  # of an answer's own, below which agreement means nothing
HEADS = ("def ", "import ", "from ")  # lines that the exercise dictates
DOCUMENTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)

Places = list[tuple[str, Grade]]  # exercises, each with the submission in which it stands


class Returning(NamedTuple):
    """A mistake that one learner made in several lessons."""

    student: str
    mistake: str
    places: Places


class Alike(NamedTuple):
    """Wrong answers to an exercise that are the same code, and how many lines of it are their own."""

    exercise: str
    lines: int
    mistakes: list[str]
    whose: list[Grade]


def returning(grades: Iterable[Grade]) -> list[Returning]:
    """Return the mistakes that a learner made in more than one lesson, by learner, the most frequent first."""
    found: dict[tuple[str, str], Places] = defaultdict(list)
    for grade in grades:
        for mark in grade.marks:
            if mark.mistake:
                found[grade.student, mark.mistake].append((mark.exercise, grade))
    rows = [Returning(*key, places) for key, places in found.items() if len({g.assignment for _, g in places}) > 1]
    return sorted(rows, key=lambda row: (row.student.casefold(), row.student, -len(row.places), row.mistake))


def alike(grades: Iterable[Grade]) -> list[Alike]:
    """Return the wrong code that several learners handed in, the longest first."""
    found: dict[tuple[str, str], list[tuple[Grade, Mark]]] = defaultdict(list)
    lines: dict[str, int] = {}
    for grade in grades:
        for mark in (mark for mark in grade.marks if mark.verdict in ("wrong", "partly")):
            shape, own = shape_of(mark.exercise, mark.source)
            if own >= LINES:
                found[mark.exercise, shape].append((grade, mark))
                lines[shape] = own
    rows = []
    for (exercise, shape), items in found.items():
        if len({grade.student for grade, _ in items}) > 1:
            mistakes = sorted({mark.mistake for _, mark in items if mark.mistake})
            rows.append(Alike(exercise, lines[shape], mistakes, [grade for grade, _ in items]))
    return sorted(rows, key=lambda row: (-row.lines, row.exercise))


def shape_of(exercise: str, source: str) -> tuple[str, int]:
    """Return an answer without names, comments, docstrings and layout, and its lines that no exercise gives.

    What is no Python has no lines.
    """
    try:
        text = _unparsed(source)
        given = _given(exercise)
        own = [line for line in text.splitlines() if line not in given and not line.lstrip().startswith(HEADS)]
        return _without_names(text), len(own)
    except (*UNREADABLE, tokenize.TokenError):
        return "", 0


@cache
def _given(exercise: str) -> frozenset[str]:
    """Return the lines of the program that an exercise gives to be repaired."""
    known = EXERCISES.get(exercise)
    if known is None or not known.given:
        return frozenset()
    return frozenset(_unparsed(textwrap.dedent(inspect.getsource(known.mistake(known.given).answer))).splitlines())


def _unparsed(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def _without_names(text: str) -> str:
    """Return code in which each name is its number in the order of their first places; attributes stay."""
    numbers: dict[str, str] = {}
    words, before = [], ""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        word = token.string
        if token.type == tokenize.NAME and not keyword.iskeyword(word) and before != ".":
            word = numbers.setdefault(word, f"name{len(numbers)}")
        words.append(word if word.strip() else tokenize.tok_name[token.type])
        before = token.string
    return " ".join(words)
