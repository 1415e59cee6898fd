"""Answers that call the course's own helpers instead of doing the work: said to the teacher, without effect on points.

The references come with the course, so nothing can hide them from an answer, and no reading of code finds every way to
call them. What is found here is what an answer says openly: names that lead to `helpers`, over as many steps as it
takes through the learner's own cells. An answer that equals the reference is no sign: of one line there is one version.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from helpers.exercises.catalogue import EXERCISES
from helpers.grading.reporting.points import grading_of
from helpers.grading.reporting.statements import Statement, statements_of
from helpers.grading.text import text_of

LONGEST = 100_000  # characters of a cell that is read; nobody types more, and reading it would take its time
HARMLESS = {f"helpers.exercises.{name}" for name in ("check", "hint", "outcome", "predict", "progress", "quiz")}
OPAQUE = {"exec", "eval", "compile", "__import__", "import_module", "getsource"}  # what they reach, no reading shows
MODEL = {"solution", "EXERCISES"}  # they hold the course's answers
_COURSE = re.compile(r"helpers(\.[\w*]+)*")

Code = dict[str, list[Statement]]  # the statements that bind each name


def flags(notebook: dict[str, Any], release: dict[str, Any]) -> tuple[str, ...]:
    """Return a sentence for each thing of the course that an answer leads to, and for each model answer printed.

    notebook: a submission. release: nbgrader's release of its assignment, which says what the learner did not write.
    """
    return tuple(dict.fromkeys(_found(notebook, release)))


def _found(notebook: dict[str, Any], release: dict[str, Any]) -> Iterator[str]:
    sources = _written(notebook, release)
    own = [statement for source in sources if len(source) <= LONGEST for statement in statements_of(source)]
    given = [statement for cell in _code_cells(release) for statement in statements_of(text_of(cell["source"]))]
    code = _by_name(given) | _by_name(own)  # what the learner wrote takes the place of what the release had
    for source in sources:
        if len(source) > LONGEST:
            yield f"a cell of {len(source):,} characters was not read for what it uses"
    for exercise, function in _asked(release):
        for thing in _used(_reached({function}, code)):
            yield f"{exercise}: the answer uses {thing}"
    for statement in own:
        for exercise in _shown(statement, code):
            yield f"{exercise}: a cell calls solution or looks up the reference, which shows the course's answer"


def _asked(release: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each exercise of a release with each function that its stub defines."""
    for cell in _code_cells(release):
        if grading_of(cell).get("solution"):
            for function in re.findall(r"^def (\w+)", text_of(cell["source"]), re.MULTILINE):
                yield grading_of(cell)["grade_id"], function


def _code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _written(notebook: dict[str, Any], release: dict[str, Any]) -> list[str]:
    """Return the code that the learner wrote; not that of locked cells, which grading fills with hidden tests."""
    given = {cell.get("id"): text_of(cell["source"]) for cell in release["cells"]}
    locked = {grading_of(cell)["grade_id"] for cell in release["cells"] if grading_of(cell).get("locked")}
    free = [cell for cell in _code_cells(notebook) if grading_of(cell).get("grade_id") not in locked]
    return [source for cell in free if (source := text_of(cell["source"])) != given.get(cell.get("id"))]


def _by_name(statements: Iterable[Statement]) -> Code:
    code: Code = {}
    for statement in statements:
        for name in statement.binds:
            code.setdefault(name, []).append(statement)
    return code


def _reached(names: set[str], code: Code) -> set[str]:
    """Return the words of all statements to which names lead, over any number of others."""
    words: set[str] = set()
    seen, waiting = set(names), list(names)
    while waiting:
        for statement in code.get(waiting.pop(), []):
            words |= statement.words
            waiting += statement.reads - seen
            seen |= statement.reads
    return words


def _things(words: set[str]) -> list[str]:
    """Return the full names of things of the course among words, but for those that give nothing away."""
    things = sorted(word for word in words - HARMLESS if _COURSE.fullmatch(word))
    return [thing for thing in things if thing != "helpers"] or things


def _used(words: set[str]) -> list[str]:
    """Return what an answer leads to, in words; what can call anything counts where nothing of the course is seen."""
    course = [f"{thing}, which comes with the course" for thing in _things(words)]
    return course or [f"{word}, which can call anything" for word in sorted(words & OPAQUE)]


def _shown(statement: Statement, code: Code) -> list[str]:
    """Return the exercises whose model answer a statement shows: solution("..."), EXERCISES["..."]."""
    exercises = sorted(statement.words & EXERCISES.keys())
    things = _things(statement.words | _reached(statement.reads, code)) if exercises else []
    ways = statement.words | {thing.rpartition(".")[2] for thing in things}
    return exercises if things and ways & MODEL else []
