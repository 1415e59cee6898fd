"""The list of lessons as it stands in the catalogue's text: what is written, what is planned, which names are free."""

import ast
import keyword
import re
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from helpers.authoring.insertions import assigned, replaced, with_import
from helpers.ground import CannotGoOnError

CATALOGUE = Path("helpers/exercises/catalogue.py")
COURSE = Path("helpers/exercises/course")
PACKAGE = "helpers.exercises.course"
NAME = re.compile(r"(?:([0-9]{2})_)?([a-z][a-z0-9]*(?:_[a-z0-9]+)*)")


class Entry(NamedTuple):
    """A lesson in the list: its full name, such as 09_momentum or toolbox, and its title while it is only planned."""

    name: str
    planned: str | None = None

    @property
    def number(self) -> str:
        """Return the lesson's number, two digits; nothing for one that stands outside the sequence."""
        return self._parts()[0]

    @property
    def folder(self) -> str:
        """Return the lesson's folder in the course, which is its name without the number."""
        return self._parts()[1]

    def _parts(self) -> tuple[str, str]:
        match = NAME.fullmatch(self.name)
        assert match, f"{self.name!r} is in the list, and no name for a lesson"
        return match[1] or "", match[2]


def entries(root: Path) -> list[Entry]:
    """Return the lessons in their order."""
    return [_entry(root, place) for place in _places((root / CATALOGUE).read_text(encoding="utf-8"))]


def _places(catalogue: str) -> list[ast.expr]:
    listed = assigned(catalogue, "LESSONS")
    return listed.elts if isinstance(listed, ast.Tuple) else []


def _entry(root: Path, place: ast.expr) -> Entry:
    """Return the entry for `momentum.LESSON`, whose name stands in its folder, or a planned `Lesson(name, title)`."""
    if isinstance(place, ast.Attribute):
        module = root / COURSE / ast.unparse(place.value) / "__init__.py"
        return Entry(*_words(assigned(module.read_text(encoding="utf-8"), "LESSON")))
    return Entry(*_words(place))


def _words(call: ast.expr) -> list[str]:
    """Return the texts among the arguments of a call."""
    arguments = call.args if isinstance(call, ast.Call) else []
    return [node.value for node in arguments if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def with_lesson(catalogue: str, known: list[Entry], name: str) -> str:
    """Return the catalogue with a lesson that is written now: in place of the planned one, or in its order."""
    own = f"{name[3:]}.LESSON"
    catalogue = with_import(catalogue, PACKAGE, name[3:])
    places = _places(catalogue)
    for place, entry in zip(places, known, strict=True):
        if entry.name == name:
            return replaced(catalogue, place, own)
        if entry.name > name:
            return replaced(catalogue, place, f"{own}, {ast.unparse(place)}")
    return replaced(catalogue, places[-1], f"{ast.unparse(places[-1])}, {own}")


def free_name(name: str, known: list[Entry]) -> str:
    """Return the full name of a lesson to be written, 12_training_a_network, for a name with or without its number.

    The number of a planned lesson is the planned one, that of any other the next. Raises CannotGoOnError.
    """
    match = NAME.fullmatch(name)
    if match is None or keyword.iskeyword(match[2]):
        raise CannotGoOnError(f"{name!r} is no name for a lesson; write it like 12_training_a_network.")
    number, folder = match.groups()
    for entry in known:
        if entry.folder == folder and entry.planned is None:
            raise CannotGoOnError(f"The lesson {entry.name} is written already; choose another name.")
        if entry.folder == folder and number not in (None, entry.number):
            raise CannotGoOnError(
                f"This lesson is planned as {entry.name}; take that name, or change it in {CATALOGUE}."
            )
        if entry.folder == folder:
            return entry.name
        if entry.number == number:
            raise CannotGoOnError(f"The number {number} is taken by {entry.name}; choose another, or leave it out.")
    return f"{number or f'{int(max(entry.number for entry in known)) + 1:02d}'}_{folder}"


def written(name: str, known: list[Entry]) -> Entry:
    """Return the written lesson with this name, number or folder. Raises CannotGoOnError, which names the closest."""
    for entry in known:
        if not name or name not in (entry.name, entry.number, entry.folder):
            continue
        if entry.planned is None:
            return entry
        raise CannotGoOnError(f"{entry.name} is only planned; lay it first: python start.py new lesson {entry.name}")
    names = {alias: entry.name for entry in known if entry.planned is None for alias in (entry.name, entry.folder)}
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    advice = f"did you mean {names[close[0]]}?" if close else f"there are {', '.join(dict.fromkeys(names.values()))}."
    raise CannotGoOnError(f"There is no lesson {name!r}; {advice}")
