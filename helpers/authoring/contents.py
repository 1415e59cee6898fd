"""What is in each lesson, read from the notebooks and the exercises: the table in the README."""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from helpers.authoring.canonical import read
from helpers.exercises.catalogue import LESSONS
from helpers.stage import Stage

TABLE = re.compile(r"(<!-- what release writes -->\n).*(<!-- until here -->)", re.DOTALL)
HEAD = "| lesson | live experiments | exercises (and mistakes that their checks name) | results reproduced |\n"
PREFIX = re.compile(r"A \w+, reproduced: ")


class Shown(NamedTuple):
    """A live experiment in a notebook: the name of the function that makes it, and its cell's source."""

    name: str
    source: str


def experiments(nb: Any) -> list[Shown]:
    """Return the live experiments of a notebook in their order."""
    sources = [cell.source for cell in nb.cells if cell.cell_type == "code"]
    trees = [ast.parse(source) for source in sources]
    makers = {"stage", *_makers(trees)}
    return [
        Shown(ast.unparse(node.func), source)
        for source, tree in zip(sources, trees, strict=True)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in makers
    ]


def _makers(trees: list[ast.Module]) -> Iterator[str]:
    """Yield the names of imported functions that say that they return a Stage."""
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("helpers.experiments"):
            for alias in node.names:
                made = getattr(import_module(node.module), alias.name)
                if inspect.signature(made).return_annotation is Stage:
                    yield alias.asname or alias.name


def results(nb: Any) -> list[str]:
    """Return the headings of the results that a notebook reproduces: cells whose id begins with result-."""
    heading, found = "", []
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            heading = (re.findall(r"(?m)^#+ (.+)$", cell.source) or [heading])[-1]
        elif cell.id.startswith("result-"):
            found.append(PREFIX.sub("", heading) if PREFIX.match(heading) else heading[:1].lower() + heading[1:])
    return found


def row(path: Path) -> str:
    """Return a lesson's line of the table."""
    nb, name = read(path), path.stem
    lesson = next((lesson for lesson in LESSONS if lesson.name == name), None)
    if lesson is None:
        raise ValueError(f"the lesson {name} is not listed in helpers/exercises/catalogue.py; list it there.")
    cells = (
        f"[`{name}`](lessons/{path.name})",
        ", ".join(shown.name.replace("_", " ") for shown in experiments(nb)),
        ", ".join(f"`{e.id}` ({len(e.mistakes)})" for e in lesson.exercises) or "none",
        "; ".join(results(nb)),
    )
    return f"| {' | '.join(cells)} |\n"


def with_table(readme: str, solutions: list[Path]) -> str:
    """Return the README's text with the table as it should be; ValueError if something is missing."""
    planned = ", ".join(lesson.label for lesson in LESSONS if not lesson.quiz)
    table = f"{HEAD}|---|---|---|---|\n{''.join(map(row, solutions))}"
    table += f"\nPlanned, with their numbers kept free: {planned}.\n"
    text, places = TABLE.subn(lambda found: f"{found[1]}{table}{found[2]}", readme)
    if places != 1:
        raise ValueError(
            "README.md needs one place for the table, between the comments of helpers/authoring/contents.py."
        )
    return text
