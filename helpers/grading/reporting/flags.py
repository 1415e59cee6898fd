"""Answers that call the course's own helpers instead of doing the work: said to the teacher, without effect on points.

The references come with the course, so nothing can hide them from an answer, and no reading of code finds every way to
call them. What is found here is what an answer says openly: names that lead to `helpers`, over as many steps as it
takes through the learner's own cells. An answer that equals the reference is no sign: of one line there is one version.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from helpers.exercises.catalogue import EXERCISES
from helpers.grading.reporting.points import grading_of
from helpers.grading.reporting.statements import Statement, statements_of
from helpers.grading.text import text_of

LONGEST = 100_000  # characters of a cell that is read; nobody types more, and reading it would take its time
HARMLESS = {f"helpers.exercises.{name}" for name in ("check", "hint", "outcome", "predict", "progress", "quiz")}
OPAQUE = {  # what they reach, no reading shows
    *("exec", "eval", "compile", "__import__", "import_module", "getsource", "getsourcelines", "getmembers"),
    *("import importlib", "import runpy", "import pkgutil", "import linecache", "linecache", "__loader__", "__spec__"),
    *("__globals__", "__builtins__", "__closure__", "__code__", "__subclasses__", "__mro__", "__reduce_ex__"),
    *("_getframe", "_current_frames", "currentframe", "f_back", "f_globals", "f_locals", "tb_frame", "gi_frame"),
    *("import gc", "get_objects", "get_referrers", "get_referents", "settrace", "setprofile", "sys.modules"),
    *("import pickle", "pickle", "import marshal", "import dill", "import cloudpickle"),
    *("import ctypes", "ctypes", "import cffi", "get_ipython"),
}
MODEL = {"solution", "EXERCISES"}  # they hold the course's answers
_COURSE = re.compile(r"helpers(\.[\w*]+)*")
_FILE = re.compile(r"\s*%%(?:writefile|file)\b.*\n")  # the cell's other lines are a module

Code = dict[str, list[Statement]]  # the statements that bind each name


def flags(notebook: dict[str, Any], release: dict[str, Any], beside: Iterable[str] = ()) -> tuple[str, ...]:
    """Return a sentence for each thing of the course that an answer leads to, and for each model answer printed.

    notebook: a submission. release: nbgrader's release of its assignment, which says what the learner did not write.
    beside: the text of each module that the learner handed in.
    """
    return tuple(dict.fromkeys(_found(notebook, release, beside)))


def _found(notebook: dict[str, Any], release: dict[str, Any], beside: Iterable[str]) -> Iterator[str]:
    cells = _written(notebook, release)
    modules = [*beside, *(_FILE.sub("", source) for source in cells if _FILE.match(source))]
    sources = [*cells, *modules]
    own = [statement for source in sources if len(source) <= LONGEST for statement in statements_of(source)]
    elsewhere = {name for source in modules if len(source) <= LONGEST for name in _bound(source)}
    given = [statement for cell in _code_cells(release) for statement in statements_of(text_of(cell["source"]))]
    code = _by_name(given) | _by_name(own)  # what the learner wrote takes the place of what the release had
    for source in sources:
        if len(source) > LONGEST:
            yield f"a cell or module of {len(source):,} characters was not read for what it uses"
    for exercise, function in _asked(release):
        for thing in _used(_reached({function}, code, elsewhere), EXERCISES[exercise].open_book):
            yield f"{exercise}: the answer uses {thing}"
    for statement in own:
        for exercise in _shown(statement, code, elsewhere):
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


def _bound(source: str) -> set[str]:
    return {name for statement in statements_of(source) for name in statement.binds}


def _by_name(statements: Iterable[Statement]) -> Code:
    code: Code = {}
    for statement in statements:
        for name in statement.binds:
            code.setdefault(name, []).append(statement)
    return code


def _reached(names: set[str], code: Code, elsewhere: set[str]) -> set[str]:
    """Return the words of all statements to which names lead, over any number of others.

    elsewhere: names that the learner's modules bind; they are reached under their module's name, or another one.
    """
    words: set[str] = set()
    seen, waiting = set(names), list(names)
    while waiting:
        for statement in code.get(waiting.pop(), []):
            words |= statement.words
            reads = statement.reads | (elsewhere & {word.rpartition(".")[2] for word in statement.words})
            waiting += reads - seen
            seen |= reads
    return words


def _things(words: set[str]) -> list[str]:
    """Return the full names of things of the course among words, but for those that give nothing away."""
    things = sorted(word for word in words - HARMLESS if _COURSE.fullmatch(word))
    return [thing for thing in things if thing != "helpers"] or things


def _used(words: set[str], open_book: Sequence[str]) -> list[str]:
    """Return what an answer leads to, in words; what can call anything counts where nothing of the course is seen.

    open_book: what of the course it may lead to.
    """
    allowed = tuple(f"helpers.{thing}." for thing in open_book)
    closed = [thing for thing in _things(words) if not f"{thing}.".startswith(allowed)]
    course = [f"{thing}, which comes with the course" for thing in closed]
    hidden = {name for name in OPAQUE if name.startswith("__") and any(name in word for word in words)}  # in a format
    return course or [f"{word}, which can call anything" for word in sorted(words & OPAQUE | hidden)]


def _shown(statement: Statement, code: Code, elsewhere: set[str]) -> list[str]:
    """Return the exercises whose model answer a statement shows: solution("..."), EXERCISES["..."]."""
    exercises = sorted(statement.words & EXERCISES.keys())
    things = _things(statement.words | _reached(statement.reads, code, elsewhere)) if exercises else []
    ways = statement.words | {thing.rpartition(".")[2] for thing in things}
    return exercises if things and ways & MODEL else []
