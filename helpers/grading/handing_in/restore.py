"""Submitted cells beside those of the release: each graded or locked cell is in its place once, as it was released.

Cells are recognised by grade_id, else by their own id, else by what they hold (a check's text, the function that an
answer defines). Learners' own cells stay behind the cell that they followed. Repairs are what anybody can cause by
accident in a notebook editor, such as typing into a locked cell; tampering is what gains points and needs a text editor
or a program. Both are undone.
"""

import ast
import re
import warnings
from collections import defaultdict
from itertools import chain, count
from typing import Any, NamedTuple

from helpers.cells import SETUP
from helpers.exercises.catalogue import EXERCISES
from helpers.grading.handing_in.reading import Cell, RefusedError

FLAGS = ("points", "grade", "solution", "task")
# A cell that is copied in from another lesson's assignment brings these names and points with it.
ELSEWHERE = {f"{e.id}-{part}": e.points / 2 for e in EXERCISES.values() for part in ("check", "half")}


class Restored(NamedTuple):
    """The cells of a clean notebook, what was repaired, and evidence of tampering."""

    cells: list[dict[str, Any]]
    repairs: list[str]
    tampering: list[str]


class Slot:
    """A graded or locked cell of the release, and the submitted cells (by index) that claim to be it."""

    def __init__(self, cell: dict[str, Any]) -> None:
        self.cell = cell
        self.name: str = cell["metadata"]["nbgrader"]["grade_id"]
        self.source = "".join(cell["source"])
        self.grading: dict[str, Any] = cell["metadata"]["nbgrader"]
        self.is_answer = bool(self.grading.get("solution"))
        self.functions = re.findall(r"^def (\w+)", self.source, re.MULTILINE) if self.is_answer else []
        self.claims: list[int] = []

    def holds(self, cell: Cell) -> bool:
        """Whether a cell without an id is this one by what it holds."""
        if self.is_answer:
            return cell.kind == "code" and any(defines(cell.source, name) for name in self.functions)
        return alike(cell.source, self.source)


def alike(one: str, other: str) -> bool:
    """Whether two sources are the same but for blanks at the ends of lines, and empty lines at the end."""
    first, second = ([line.rstrip() for line in text.rstrip().split("\n")] for text in (one, other))
    return first == second


def defines(source: str, name: str) -> bool:
    """Whether a source defines a function at its left edge; it may hold what is not Python."""
    return re.search(rf"^(async )?def {name}\b", source, re.MULTILINE) is not None


def is_python(source: str) -> bool:
    """Whether a source can be compiled."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def restore(release: dict[str, Any], cells: list[Cell]) -> Restored:
    """Return the cells that are graded. Raises RefusedError when nothing of the release is recognised."""
    slots = [Slot(cell) for cell in release["cells"] if cell["metadata"].get("nbgrader")]
    result = Restored([], [], [])
    _claim(slots, cells, result)
    if not any(slot.claims for slot in slots if slot.is_answer or slot.grading.get("grade")):
        raise RefusedError("it holds no cell of this assignment")
    chosen: dict[int, Slot] = {}
    dropped: set[int] = set()
    answers: dict[str, str] = {}
    for slot in slots:
        if slot.is_answer:
            _choose_answer(slot, cells, chosen, dropped, answers, result)
        else:
            _choose_locked(slot, cells, chosen, dropped, result)
    _put_together(slots, cells, chosen, dropped, answers, result)
    return result


def _claim(slots: list[Slot], cells: list[Cell], result: Restored) -> None:
    """Find which cells are which."""
    by_name = {slot.name: slot for slot in slots}
    unclaimed = []
    for index, cell in enumerate(cells):
        name = cell.grading.get("grade_id")
        if isinstance(name, str) and name in by_name:
            by_name[name].claims.append(index)
            continue
        if cell.grading.get("grade") or cell.grading.get("points"):
            _note_points(name, cell.grading.get("points"), result)
        unclaimed.append(index)
    for find in (lambda slot, cell: slot.name == cell.id, Slot.holds):
        for slot in (slot for slot in slots if not slot.claims):
            slot.claims = [index for index in unclaimed if find(slot, cells[index])]
            unclaimed = [index for index in unclaimed if index not in slot.claims]
            if slot.claims:
                result.repairs.append(f"{slot.name}: lost its nbgrader metadata, restored")


def _note_points(name: Any, points: Any, result: Restored) -> None:
    if isinstance(name, str) and name in ELSEWHERE and ELSEWHERE[name] == points:
        result.repairs.append(f"{name}: a graded cell of another assignment, without points here")
    else:
        result.tampering.append(f"a cell of its own for points: {name!r:.60}, {points!r:.20}")


def _choose_answer(
    slot: Slot, cells: list[Cell], chosen: dict[int, Slot], dropped: set[int], answers: dict[str, str], result: Restored
) -> None:
    """Decide which of the cells is the answer, and what it says; all others that hold something stay as own cells."""
    if not slot.claims:
        answers[slot.name] = slot.source
        result.repairs.append(f"{slot.name}: was deleted, and is there again as it was released, without an answer")
        return
    written = [i for i in slot.claims if cells[i].source.strip() and not alike(cells[i].source, slot.source)]
    sources = [cells[i].source for i in written]
    defining = [i for i in written if any(defines(cells[i].source, name) for name in slot.functions)]
    whole = "\n".join(sources)
    if len(written) > 1 and is_python(whole) and not all(map(is_python, sources)):
        answers[slot.name], place = whole, written[-1]
        dropped.update(written)
        result.repairs.append(f"{slot.name}: was split in {len(written)}, joined again")
    else:
        place = (defining or written or slot.claims)[-1]
        answers[slot.name] = cells[place].source
        dropped.update(i for i in slot.claims if i not in written or cells[i].source == cells[place].source)
        if len(slot.claims) > 1:
            versions = len({cells[i].source for i in defining})
            last = f"; of {versions} versions the last one counts, as in Run All" if versions > 1 else ""
            result.repairs.append(f"{slot.name}: {len(slot.claims)} cells have its name, one keeps it{last}")
    dropped.discard(place)
    chosen[place] = slot
    _compare(slot, cells[place], result)


def _choose_locked(slot: Slot, cells: list[Cell], chosen: dict[int, Slot], dropped: set[int], result: Restored) -> None:
    """Decide which cell stands for a locked one; a changed copy beside an intact one is the learner's own cell."""
    if not slot.claims:
        result.repairs.append(f"{slot.name}: was deleted, restored")
        return
    intact = [i for i in slot.claims if alike(cells[i].source, slot.source)]
    place = (intact or slot.claims)[0]
    dropped.update(intact)
    dropped.discard(place)
    chosen[place] = slot
    if not intact:
        result.repairs.append(f"{slot.name}: the text of a locked cell was changed, restored")
    if len(slot.claims) > 1:
        result.repairs.append(f"{slot.name}: {len(slot.claims)} cells have its name, one keeps it")
    for index in {place, *intact}:
        _compare(slot, cells[index], result)


def _compare(slot: Slot, cell: Cell, result: Restored) -> None:
    """Note what became of a cell's type and of its marks."""
    if cell.kind != slot.cell["cell_type"]:
        result.repairs.append(f"{slot.name}: had become a {cell.kind} cell, a {slot.cell['cell_type']} cell again")
    if cell.grading.get("locked") not in (None, slot.grading.get("locked")):
        result.repairs.append(f"{slot.name}: locked was changed, restored")  # it gains nothing: texts are restored
    for key in FLAGS:
        value = cell.grading.get(key)  # editors and older versions of nbgrader leave keys out, or empty
        if value is not None and value != slot.grading.get(key, False):
            said = f"{slot.name}: {key} was changed from {slot.grading.get(key)!r} to {value!r:.40}"
            result.tampering.append(said)


def _put_together(
    slots: list[Slot],
    cells: list[Cell],
    chosen: dict[int, Slot],
    dropped: set[int],
    answers: dict[str, str],
    result: Restored,
) -> None:
    """Lay the slots in the order of the release, each with the cells that followed it."""
    order = [chosen[index].name for index in sorted(chosen)]
    if order != [slot.name for slot in slots if slot.name in order]:
        result.repairs.append("cells that had been moved are in their places again")
    following: dict[str, list[Cell]] = defaultdict(list)
    anchor, early = "", True
    for index, cell in enumerate(cells):
        if index in chosen:
            anchor = chosen[index].name
            early = early and anchor != SETUP and not chosen[index].is_answer
        elif index not in dropped:
            before = early and cell.kind == "code" and any(slot.name == SETUP for slot in slots)
            following[SETUP if before else anchor].append(cell)
            if before and SETUP in order:
                result.repairs.append("a cell that stood before the setup runs after it")
    taken = {slot.cell.get("id", slot.name) for slot in slots}
    result.cells.extend(_own(cell, taken) for cell in following[""])
    for slot in slots:
        source = answers[slot.name] if slot.is_answer else slot.source
        result.cells.append(_blank(slot.cell | {"source": source}))
        result.cells.extend(_own(cell, taken) for cell in following[slot.name])


def _blank(cell: dict[str, Any]) -> dict[str, Any]:
    empty = {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {}
    return {key: cell[key] for key in ("cell_type", "id", "metadata", "source") if key in cell} | empty


def _own(cell: Cell, taken: set[str]) -> dict[str, Any]:
    """A cell without any metadata, its id kept where it can be."""
    wish = cell.id if re.fullmatch(r"[a-zA-Z0-9_-]{1,50}", cell.id) else "own"
    name = next(name for name in chain([wish], (f"{wish}--{n}" for n in count(2))) if name not in taken)
    taken.add(name)
    return _blank({"cell_type": cell.kind, "id": name, "metadata": {}, "source": cell.source})
