"""Lays down a new lesson or exercise: complete, so that it runs, and red until each `TO DO:` in it is done.

What is laid stands in templates/. Nothing that is there is overwritten; where a list must name the new thing, its name
is put in.
"""

import keyword
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

from nbformat.v4 import new_notebook

from helpers.authoring.canonical import canonicalise, read, serialise, wrong_id
from helpers.authoring.insertions import cells, formatted, with_answers, with_argument, with_cells, with_import
from helpers.authoring.leading import lead_to, sequence, title_of
from helpers.authoring.listing import CATALOGUE, COURSE, PACKAGE, entries, free_name, with_lesson, written
from helpers.authoring.release import solutions
from helpers.cells import SETUP, exercise_of
from helpers.ground import CannotGoOnError, write_whole

TO_DO = "TO DO:"
CLOSING = "\"', )"  # what may stand behind a text on its line
TEMPLATES = Path(__file__).with_name("templates")
FILLED_IN = (
    "helpers/exercises/course/*/*.py",
    "helpers/exercises/course/*/*.toml",
    "helpers/experiments/*.py",
    "tests/known_mistakes/*.py",
    "solutions/*.ipynb",
)
NO_ANSWERS = "KNOWN = {}\n"
IMPORTED = {"exercise", "lesson", "np"}  # what a module of the course means by these names


def lesson(root: Path, name: str) -> list[Path]:
    """Lay down a lesson and return the files that were made or changed.

    name: 12_training_a_network, or without the number. Raises CannotGoOnError, and then nothing is changed.
    """
    known = entries(root)
    name = free_name(name, known)
    planned = next((entry.planned for entry in known if entry.name == name), None)
    words = words_of(name, planned, tomllib.loads(_text(root / "pyproject.toml"))["project"]["version"])
    course = root / COURSE / words["folder"]
    solution = root / "solutions" / f"{name}.ipynb"
    notebooks = linked(root, solution, new_notebook(cells=cells(filled("lesson/notebook.txt", words))))
    made = {
        course / "__init__.py": filled("lesson/course.txt", words),
        course / "lesson.toml": filled("lesson/lesson.toml", words),
        root / "helpers" / "experiments" / f"{course.name}.py": filled("lesson/experiments.txt", words),
        solution: stored(notebooks.pop(solution)),
        _answers(root, course.name): NO_ANSWERS,
    }
    catalogue = root / CATALOGUE
    changed = {path: stored(notebook) for path, notebook in notebooks.items()}
    return lay(root, made, changed | {catalogue: formatted(with_lesson(_text(catalogue), known, name), catalogue)})


def linked(root: Path, path: Path, notebook: Any) -> dict[Path, Any]:
    """Return a new lesson's notebook and the one before it, by path, each with a link to what follows it now."""
    notebooks = {each: read(each) for each in solutions(root)} | {path: notebook}
    order = sequence(notebooks)
    before = max(order.index(path) - 1, 0)
    for one, following in pairwise(order[before : order.index(path) + 2]):
        lead_to(notebooks[one], following.stem, title_of(notebooks[following]), f"{TO_DO} what it does with this one.")
    return {each: notebooks[each] for each in order[before : order.index(path) + 1]}


def words_of(name: str, title: str | None, version: str) -> dict[str, str]:
    """Return what the templates of a lesson ask for; title: the planned one, if there is one."""
    folder = name[3:]
    title = title or folder.replace("_", " ").capitalize()
    return {
        "name": name,
        "number": name[:2],
        "folder": folder,
        "id": folder.replace("_", "-"),
        "title": title,
        "subject": title[0].lower() + title[1:],
        "version": version,
    }


def exercise(root: Path, lesson: str, id: str) -> list[Path]:
    """Lay down an exercise at the end of a lesson and return the files that were made or changed.

    lesson: 09_momentum, 09 or momentum. id: such as adam-step. Raises CannotGoOnError, and then nothing is changed.
    """
    entry = written(lesson, entries(root))
    function = function_of(root, id)
    words = {"id": id, "function": function}
    course, solution = root / COURSE / entry.folder, root / "solutions" / f"{entry.name}.ipynb"
    init, answers = course / "__init__.py", _answers(root, entry.folder)
    made = {
        course / f"{function}.py": filled("exercise/code.txt", words),
        course / f"{function}.toml": filled("exercise/exercise.toml", words),
    }
    listed = with_argument(_text(init), "LESSON", f"{function}.EXERCISE")
    known = _text(answers) if answers.exists() else NO_ANSWERS
    changed = {
        init: formatted(with_import(listed, f"{PACKAGE}.{entry.folder}", function), init),
        answers: formatted(with_answers(known, filled("exercise/known_mistakes.txt", words)), answers),
        solution: stored(_asking(read(solution), cells(filled("exercise/cells.txt", words)))),
    }
    return lay(root, made, changed)


def function_of(root: Path, id: str) -> str:
    """Return the name of the function that an exercise asks for; raises CannotGoOnError when its id cannot be used."""
    function = id.replace("-", "_")
    if wrong_id(id) or exercise_of(id) != id or keyword.iskeyword(function) or function in IMPORTED:
        raise CannotGoOnError(f"{id!r} is no id for an exercise; write it like adam-step.")
    for path in (root / COURSE).glob(f"*/{function}.toml"):
        raise CannotGoOnError(f"There is an exercise {id} already, in {path.parent.name}; choose another id.")
    return function


def _asking(nb: Any, asked: list[Any]) -> Any:
    """Return a notebook with the cells of an exercise, and with the imports that they need."""
    nb.cells = with_cells(nb.cells, asked)
    for cell in nb.cells:
        if cell.get("id") == SETUP:
            cell.source = with_import(cell.source, "helpers.exercises", "check", "hint", "solution")
    return nb


def filled(template: str, words: dict[str, str]) -> str:
    """Return a template with its <<words>> put in."""
    text = _text(TEMPLATES / template)
    for key, word in words.items():
        text = text.replace(f"<<{key}>>", word)
    return text


def stored(nb: Any) -> str:
    """Return the text of a notebook's file, in canonical form."""
    return serialise(canonicalise(nb, nb))


def lay(root: Path, made: dict[Path, str], changed: dict[Path, str]) -> list[Path]:
    """Write all files, and return their paths; raises CannotGoOnError before any if one to be made is there."""
    for path in made:
        if path.exists():
            raise CannotGoOnError(f"{path.relative_to(root)} is there already; choose another name.")
    for path, text in (made | changed).items():
        path.parent.mkdir(exist_ok=True)
        write_whole(path, text)
    return [*made, *changed]


def to_do(root: Path) -> list[str]:
    """Return what is left to do in the course, each with its file and its line or cell."""
    paths = [path for pattern in FILLED_IN for path in sorted(root.glob(pattern))]
    return [
        f"{path.relative_to(root)}{place}: {TO_DO}{line.partition(TO_DO)[2].rstrip(CLOSING)}"
        for path in paths
        for place, line in _lines(path)
        if TO_DO in line
    ]


def _answers(root: Path, folder: str) -> Path:
    """Return the file of a lesson's known mistakes."""
    return root / "tests" / "known_mistakes" / f"{folder}.py"


def _lines(path: Path) -> list[tuple[str, str]]:
    """Return the lines of a file, each with its place: its number, or the cell of a notebook."""
    if path.suffix != ".ipynb":
        return [(f":{number}", line) for number, line in enumerate(_text(path).splitlines(), 1)]
    return [(f", cell {cell.get('id')}", line) for cell in read(path).cells for line in cell.source.splitlines()]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
