"""Submitted cells beside those of the release: each graded or locked cell is in its place once, as it was released.

Cells are recognised by grade_id, else by their own id, else by what they hold (a check's text, the function that an
answer defines). Learners' own cells stay behind the cell that they followed. Repairs are what anybody can cause by
accident in a notebook editor, such as typing into a locked cell; tampering is what gains points and needs a text editor
or a program. Both are undone.
"""

import re
from collections import defaultdict
from itertools import chain, count
from typing import Any, NamedTuple

from helpers.cells import SETUP
from helpers.exercises.catalogue import EXERCISES
from helpers.grading.handing_in.reading import Cell, RefusedError
from helpers.grading.handing_in.slots import Slot, alike, is_python

FLAGS = ("points", "grade", "solution", "task")
# A cell that is copied in from another lesson's assignment brings these names and points with it.
ELSEWHERE = {f"{e.id}-{part}": e.points / 2 for e in EXERCISES.values() for part in ("check", "half")}


class Restored(NamedTuple):
    """The cells of a clean notebook, what was repaired, and evidence of tampering."""

    cells: list[dict[str, Any]]
    repairs: list[str]
    tampering: list[str]


def restore(release: dict[str, Any], cells: list[Cell]) -> Restored:
    """Return the cells that are graded. Raises RefusedError when nothing of the release is recognised."""
    return Restoration(release, cells).restored()


class Restoration:
    """A restoration on its way: the cells of the release, those that were submitted, and what is said about them."""

    def __init__(self, release: dict[str, Any], cells: list[Cell]) -> None:
        self.slots = [Slot(cell) for cell in release["cells"] if cell["metadata"].get("nbgrader")]
        self.cells = cells
        self.repairs: list[str] = []
        self.tampering: list[str] = []

    def restored(self) -> Restored:
        """Return the outcome. Raises RefusedError."""
        self._claim()
        if not any(slot.claims for slot in self.slots if slot.is_answer or slot.grading.get("grade")):
            raise RefusedError("it holds no cell of this assignment")
        for slot in self.slots:
            self._choose(slot)
        self._note_moves()
        return Restored(self._laid_out(), self.repairs, self.tampering)

    def _claim(self) -> None:
        """Find which cells are which."""
        unclaimed = self._claim_by_name()
        for fits in (Slot.is_called, Slot.holds):
            for slot in (slot for slot in self.slots if not slot.claims):
                slot.claims = [index for index in unclaimed if fits(slot, self.cells[index])]
                unclaimed = [index for index in unclaimed if index not in slot.claims]
                if slot.claims:
                    self.repairs.append(f"{slot.name}: lost its nbgrader metadata, restored")

    def _claim_by_name(self) -> list[int]:
        """Give each slot the cells whose metadata name it; return the others."""
        by_name = {slot.name: slot for slot in self.slots}
        unclaimed = []
        for index, cell in enumerate(self.cells):
            name = cell.grading.get("grade_id")
            if isinstance(name, str) and name in by_name:
                by_name[name].claims.append(index)
            else:
                self._note_points(name, cell)
                unclaimed.append(index)
        return unclaimed

    def _note_points(self, name: Any, cell: Cell) -> None:
        """Say what a cell that is none of the release's wants to be graded for."""
        points = cell.grading.get("points")
        if isinstance(name, str) and name in ELSEWHERE and ELSEWHERE[name] == points:
            self.repairs.append(f"{name}: a graded cell of another assignment, without points here")
        elif points or cell.grading.get("grade"):
            self.tampering.append(f"a cell of its own for points: {name!r:.60}, {points!r:.20}")

    def _choose(self, slot: Slot) -> None:
        """Decide which of the cells that claim a slot stands for it."""
        if not slot.claims:
            again = ", and is there again as it was released, without an answer" if slot.is_answer else ", restored"
            self.repairs.append(f"{slot.name}: was deleted{again}")
        elif slot.is_answer:
            self._choose_answer(slot)
        else:
            self._choose_locked(slot)

    def _choose_answer(self, slot: Slot) -> None:
        """Decide what the answer is; all other cells that hold something stay as own cells."""
        written = [index for index in slot.claims if slot.is_written_in(self.cells[index].source)]
        if self._is_split(written):
            self._join(slot, written)
        else:
            self._take_last(slot, written)

    def _is_split(self, written: list[int]) -> bool:
        """Whether cells are Python together and not each by itself: an editor has split one in several."""
        sources = [self.cells[index].source for index in written]
        return len(written) > 1 and is_python("\n".join(sources)) and not all(map(is_python, sources))

    def _join(self, slot: Slot, written: list[int]) -> None:
        slot.answer = "\n".join(self.cells[index].source for index in written)
        slot.take(written[-1], written)
        self.repairs.append(f"{slot.name}: was split in {len(written)}, joined again")
        self._compare(slot, written[-1])

    def _take_last(self, slot: Slot, written: list[int]) -> None:
        """Take the last cell that defines the function, else the last that was written, else the last of all."""
        defining = [index for index in written if slot.is_defined_in(self.cells[index].source)]
        place = (defining or written or slot.claims)[-1]
        slot.answer = self.cells[place].source
        same = [index for index in written if self.cells[index].source == slot.answer]
        slot.take(place, {*slot.claims} - {*written} | {*same})
        versions = len({self.cells[index].source for index in defining})
        self._note_copies(slot, f"; of {versions} versions the last one counts, as in Run All" if versions > 1 else "")
        self._compare(slot, place)

    def _choose_locked(self, slot: Slot) -> None:
        """Decide which cell stands for a locked one; a changed copy beside an intact one is the learner's own cell."""
        intact = [index for index in slot.claims if alike(self.cells[index].source, slot.source)]
        slot.take((intact or slot.claims)[0], intact)
        if not intact:
            self.repairs.append(f"{slot.name}: the text of a locked cell was changed, restored")
        self._note_copies(slot)
        for index in intact or slot.claims[:1]:
            self._compare(slot, index)

    def _note_copies(self, slot: Slot, more: str = "") -> None:
        if len(slot.claims) > 1:
            self.repairs.append(f"{slot.name}: {len(slot.claims)} cells have its name, one keeps it{more}")

    def _compare(self, slot: Slot, index: int) -> None:
        """Note what became of a cell's type and of its marks."""
        cell, kind = self.cells[index], slot.cell["cell_type"]
        if cell.kind != kind:
            self.repairs.append(f"{slot.name}: had become a {cell.kind} cell, a {kind} cell again")
        if cell.grading.get("locked") not in (None, slot.grading.get("locked")):
            self.repairs.append(f"{slot.name}: locked was changed, restored")  # it gains nothing: texts are restored
        for key in FLAGS:
            value = cell.grading.get(key)  # editors and older versions of nbgrader leave keys out, or empty
            if value is not None and value != slot.grading.get(key, False):
                self.tampering.append(f"{slot.name}: {key} was changed from {slot.grading.get(key)!r} to {value!r:.40}")

    def _note_moves(self) -> None:
        places = [slot.place for slot in self.slots if slot.place is not None]
        if places != sorted(places):
            self.repairs.append("cells that had been moved are in their places again")

    def _laid_out(self) -> list[dict[str, Any]]:
        """Return the slots in the order of the release, each with the cells that followed it."""
        own, taken = self._own_cells(), {slot.cell.get("id", slot.name) for slot in self.slots}
        laid_out = [_own(cell, taken) for cell in own[""]]
        for slot in self.slots:
            laid_out.append(_blank(slot.cell | {"source": slot.answer}))
            laid_out.extend(_own(cell, taken) for cell in own[slot.name])
        return laid_out

    def _own_cells(self) -> dict[str, list[Cell]]:
        """Return the learner's own cells by the slot that they follow; code from before the setup runs after it."""
        chosen = {slot.place: slot.name for slot in self.slots if slot.place is not None}
        dropped = {index for slot in self.slots for index in slot.dropped}
        own: dict[str, list[Cell]] = defaultdict(list)
        anchor, start = "", self._start()
        for index, cell in enumerate(self.cells):
            if index in chosen:
                anchor = chosen[index]
            elif index not in dropped:
                early = index < start and cell.kind == "code"
                own[SETUP if early else anchor].append(cell)
                if early and SETUP in chosen.values():
                    self.repairs.append("a cell that stood before the setup runs after it")
        return own

    def _start(self) -> int:
        """Return the index of the first cell that is the setup or an answer; 0 where the release has no setup."""
        if all(slot.name != SETUP for slot in self.slots):
            return 0
        first = [slot.place for slot in self.slots if slot.is_answer or slot.name == SETUP]
        return min((place for place in first if place is not None), default=len(self.cells))


def _blank(cell: dict[str, Any]) -> dict[str, Any]:
    """Return a cell of the notebook format without what running it left."""
    empty: dict[str, Any] = {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {}
    return {key: cell[key] for key in ("cell_type", "id", "metadata", "source") if key in cell} | empty


def _own(cell: Cell, taken: set[str]) -> dict[str, Any]:
    """Return a learner's cell without any metadata, its id kept where it can be."""
    wanted = cell.id if re.fullmatch(r"[a-zA-Z0-9_-]{1,50}", cell.id) else "own"
    name = next(name for name in chain([wanted], (f"{wanted}--{n}" for n in count(2))) if name not in taken)
    taken.add(name)
    return _blank({"cell_type": cell.kind, "id": name, "metadata": {}, "source": cell.source})
