"""All states of an experiment in a few files: what is put into which, and how the page finds one.

A state is a place in a grid: a number for each control, two for a point. The page counts through them as Stage.states
does, the last fastest, points after all others, and asks for the file whose states hold the number.
"""

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from helpers.ground import CannotGoOnError
from helpers.site.encode import CHUNK, State, chunk, encoded, webp, write_script
from helpers.stage import Stage

BUDGET = 3_000_000  # bytes of all files of one experiment


class Plan(NamedTuple):
    """How many presses of a button, and how many values of a point along each axis, the page knows."""

    presses: int = 4
    grid: int = 9


PLANS: dict[str, Plan] = {}  # by experiment, where the usual plan is too much, or too little


class Packed(NamedTuple):
    """The files of an experiment: their names and bytes, and what the page must know to find a state."""

    files: list[str]
    bytes: int
    states: int
    index: dict[str, Any]


def packed(stage: Stage, name: str, folder: Path, say: Callable[[str], None] | None = None) -> Packed:
    """Write all states of an experiment into a folder; with fewer presses or a coarser grid where they take too much.

    Raises CannotGoOnError when even the sliders and menus alone exceed the budget.
    """
    plan = PLANS.get(name.split("-", 1)[-1], Plan())
    while True:
        found = _packed(stage, name, folder, plan)
        if found is not None:
            return found
        coarser = Plan(max(plan.presses - 1, 2), max(plan.grid - 2, 3))
        if coarser == plan:
            raise CannotGoOnError(
                f"The states of {name} take more than {BUDGET / 1e6:.0f} MB: give its sliders fewer values."
            )
        if say:
            say(f"{name}: more than {BUDGET / 1e6:.0f} MB with {plan}, so with {coarser}")
        plan = coarser


def _packed(stage: Stage, name: str, folder: Path, plan: Plan) -> Packed | None:
    """Write the states of a plan; return None as soon as they exceed the budget."""
    first = stage.frames_at(stage.settings, 2)
    files = _Files(name, folder)
    files.add(first["picture"], first["background"], encoded(first))
    files.flush()  # what is shown at first comes alone, and soon
    grids: list[dict[str, Any]] = []
    places: list[int] = []
    plain, count = None, 0
    for frames in stage.states(*plan, density=2):
        others = {key: value for key, value in frames["settings"].items() if key not in frames["grids"]}
        if frames["grids"] and others != plain:
            plain = others
            if frames["grids"] not in grids:
                grids.append(frames["grids"])
            places.append(grids.index(frames["grids"]))
        files.add(frames["picture"], frames["background"], encoded(frames))
        count += 1
        if files.bytes > BUDGET:
            files.remove()
            return None
    files.flush()
    index = {"presses": plan.presses, "grids": grids, "gridAt": places, "starts": files.starts[1:]}
    return Packed(files.names, files.bytes, count, index)


class _Files:
    """The files of an experiment as they are written."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name, self._folder = name, folder
        self._count = -1  # of states; the first comes once more, alone
        self.names: list[str] = []
        self.bytes = 0
        self.starts: list[int] = []
        self._begin()

    def _begin(self) -> None:
        self._states: list[State] = []
        self._size, self._deflate = 0, zlib.compressobj()

    def add(self, picture: str, background: bytes, state: State) -> None:
        """Keep a state until there are enough for a file; write its background unless another state has."""
        script = f"{picture}.js"
        if script not in self.names:
            self._write(script, webp(background))
        self._states.append(state)
        self._size += len(self._deflate.compress(state.body) + self._deflate.flush(zlib.Z_SYNC_FLUSH))
        if self._size > CHUNK:
            self.flush()

    def flush(self) -> None:
        """Write the states that are kept, and remember the number of the first of them."""
        if self._states:
            self._write(f"{self._name}-{len(self.starts)}.js", chunk(self._states))
            self.starts.append(self._count)
            self._count += len(self._states)
            self._begin()

    def _write(self, script: str, content: bytes) -> None:
        self.names.append(script)
        self.bytes += write_script(self._folder / script, content)

    def remove(self) -> None:
        """Take back all that was written, but for backgrounds, which others may share."""
        for script in self.names:
            if script.startswith(self._name):
                (self._folder / script).unlink()
