"""How long a lesson takes: an estimate by one formula, which its title repeats and a test compares.

A part that may be left out has a heading that begins with "Further", and does not count; it ends at the next heading
that is as high. The weights are judged and not measured: nobody was timed for them.

The same formula gives the minutes of each section, for teaching and for exercises. Who has taught it and knows better
corrects them in the metadata of the solution: "course": {"minutes": {"CELL": [12, 20]}}, where CELL is the id of the
cell with the section's heading; the other sections share what is left of the minutes that the title says.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

from helpers.authoring.canonical import read
from helpers.authoring.live import experiments
from helpers.cells import CHECK, HELP, SETUP
from helpers.ground import CannotGoOnError, say

WORDS_A_MINUTE = 150
LINE, EXERCISE, EXPERIMENT, QUESTION = 0.15, 8.0, 3.0, 1.5  # minutes for each
LONGEST = 75  # minutes
STEP = 5  # a title says no finer than this
ASKED = re.compile(r"(?m)^(?:predict|quiz|recall)\(")
SAYS = re.compile(r"\*\*Time:\*\* (\d+) minutes")
_HEADING = re.compile(r"(?m)^(#+) +(.+)$")


class Load(NamedTuple):
    """What a lesson asks of its reader: words and lines to read, and things to do."""

    words: int
    lines: int
    exercises: int
    experiments: int
    questions: int

    @property
    def minutes(self) -> float:
        """The estimate."""
        reading = self.words / WORDS_A_MINUTE + LINE * self.lines
        return reading + EXERCISE * self.exercises + EXPERIMENT * self.experiments + QUESTION * self.questions


def load(nb: Any) -> Load:
    """Return what a solution's notebook asks of whoever works through the lesson."""
    return _counted(nb, list(needed(nb)))


def _counted(nb: Any, cells: list[Any]) -> Load:
    """Return what some of a notebook's cells ask."""
    code = [cell for cell in cells if cell.cell_type == "code"]
    checked = {cell.id.removesuffix(CHECK) for cell in code if cell.id.endswith(CHECK)}
    setup = [cell for cell in nb.cells if cell.id == SETUP]  # its imports tell which functions make experiments
    read_only = [cell for cell in code if cell.id not in (SETUP, *checked) and not cell.id.endswith((CHECK, HELP))]
    return Load(
        words=sum(len(cell.source.split()) for cell in cells if cell.cell_type == "markdown"),
        lines=sum(bool(line.strip()) for cell in read_only for line in cell.source.splitlines()),
        exercises=len(checked),
        experiments=len(experiments(nbformat.v4.new_notebook(cells=[*setup, *read_only]))),
        questions=sum(len(ASKED.findall(cell.source)) for cell in read_only),
    )


class Section(NamedTuple):
    """A part of a lesson below one heading, and its whole minutes."""

    title: str
    teaching: int
    exercises: int


def sections(nb: Any) -> list[Section]:
    """Return the sections of a lesson; their minutes add up to those that its title says.

    Raises CannotGoOnError where minutes that were corrected by hand name no section, or are more than the title says.
    """
    parts = list(_parts(nb))
    corrected = nb.metadata.get("course", {}).get("minutes", {})
    if unknown := sorted(set(corrected) - {id for id, _, _ in parts}):
        raise CannotGoOnError(f"The minutes in the metadata name {unknown[0]}, which is no cell with a heading.")
    loads = [_counted(nb, cells) for _, _, cells in parts]
    estimates = [(load.minutes - EXERCISE * load.exercises, EXERCISE * load.exercises) for load in loads]
    free = [place for place, (id, _, _) in enumerate(parts) if id not in corrected]
    left = (said(nb) or rounded(load(nb).minutes)) - sum(map(sum, corrected.values()))
    if left < 0:
        raise CannotGoOnError(f"The minutes in the metadata are {-left} more than the title says: shorten a section.")
    shared = shares([minutes for place in free for minutes in estimates[place]], left)
    made = dict(zip(free, zip(shared[::2], shared[1::2], strict=True), strict=True))
    return [Section(title, *(made.get(n) or corrected[id])) for n, (id, title, _) in enumerate(parts)]


def _parts(nb: Any) -> Iterator[tuple[str, str, list[Any]]]:
    """Yield the sections: the id of the cell with its heading, the heading, and the cells."""
    title, cells = "", list[Any]()
    for cell in needed(nb):
        heading = _HEADING.search(cell.source) if cell.cell_type == "markdown" else None
        if heading and len(heading[1]) <= 2 and cells:
            yield cells[0].id, title, cells
            cells = []
        title = title if cells else heading[2] if heading else ""
        cells.append(cell)
    if cells:
        yield cells[0].id, title, cells


def shares(amounts: Iterable[float], whole: int) -> list[int]:
    """Return whole numbers in proportion to amounts, that add up to a whole: what is rounded off goes to the next."""
    sums = list(accumulate(amounts, initial=0.0))
    scale = whole / sums[-1] if sums[-1] else 0.0
    return [round(end * scale) - round(begin * scale) for begin, end in pairwise(sums)]


def needed(nb: Any) -> Iterator[Any]:
    """Yield the cells outside the parts that may be left out."""
    left_out = 0  # how high the heading is below which all is left out
    for cell in nb.cells:
        heading = _HEADING.search(cell.source) if cell.cell_type == "markdown" else None
        if heading and (not left_out or len(heading[1]) <= left_out):
            left_out = len(heading[1]) if heading[2].startswith("Further") else 0
        if not left_out:
            yield cell


def rounded(minutes: float) -> int:
    """Return minutes as a title says them."""
    return STEP * round(minutes / STEP)


def said(nb: Any) -> int | None:
    """Return the minutes that a lesson's title says, or None."""
    first = "\n".join(cell.source for cell in nb.cells[:2])  # the first lesson begins with the course's name
    found = SAYS.search(first)
    return int(found[1]) if found else None


def run(solutions: list[Path]) -> int:
    """Print what each lesson asks, its estimate, and what its title says."""
    head = f"{'lesson':30}{'words':>7}{'lines':>7}{'exercises':>11}{'experiments':>13}{'questions':>11}"
    say(f"{head}{'minutes':>9}{'said':>6}")
    for path in solutions:
        nb = read(path)
        one = load(nb)
        counts = f"{one.words:7}{one.lines:7}{one.exercises:11}{one.experiments:13}{one.questions:11}"
        say(f"{path.stem:30}{counts}{one.minutes:9.0f}{said(nb) or '':>6}")
    return 0
