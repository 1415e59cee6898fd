"""What is in each lesson, read from the notebooks and the exercises: the table in the README."""

import re
from pathlib import Path
from typing import Any

from helpers.authoring.canonical import read
from helpers.authoring.live import experiments
from helpers.authoring.minutes import load, rounded
from helpers.exercises.catalogue import LESSONS

TABLE = re.compile(r"(<!-- what release writes -->\n).*(<!-- until here -->)", re.DOTALL)
HEAD = "| lesson | minutes | live experiments | exercises (and mistakes that checks name) | results reproduced |\n"
PREFIX = re.compile(r"A \w+, reproduced: ")


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
        str(rounded(load(nb).minutes)),
        ", ".join(shown.name.replace("_", " ") for shown in experiments(nb)),
        ", ".join(f"`{e.id}` ({len(e.mistakes)})" for e in lesson.exercises) or "none",
        "; ".join(results(nb)),
    )
    return f"| {' | '.join(cells)} |\n"


def with_table(readme: str, solutions: list[Path]) -> str:
    """Return the README's text with the table as it should be; ValueError if something is missing."""
    planned = ", ".join(lesson.label for lesson in LESSONS if not lesson.quiz)
    table = f"{HEAD}|---|---:|---|---|---|\n{''.join(map(row, solutions))}"
    if planned:
        table += f"\nPlanned, with their numbers kept free: {planned}.\n"
    text, places = TABLE.subn(lambda found: f"{found[1]}{table}{found[2]}", readme)
    if places != 1:
        raise ValueError(
            "README.md needs one place for the table, between the comments of helpers/authoring/contents.py."
        )
    return text
