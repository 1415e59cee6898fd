"""All states of an experiment in a few files: how many there are, what is put into which, and how the page finds one.

A state is a place in a grid: a number for each control, two for a point. The page counts through them as Stage.states
does, the last fastest, points after all others, and asks for the file whose states hold the number.
"""

import json
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from helpers.ground import CannotGoOnError
from helpers.site.encode import CHUNK, State, chunk, encoded, webp, write_script
from helpers.stage import Button, Point, Stage
from helpers.stage.contract import Frames

BUDGET = 3_000_000  # bytes of all files of one experiment
MOST = 2 * BUDGET  # for what has the coarsest plan already
RUNS, RUN = 4, 4  # so many runs of so many states tell how many bytes all will take
BASE64 = 4 / 3


class Plan(NamedTuple):
    """How many presses of a button, how many values of a point along each axis, and which swept ones the page knows."""

    presses: int
    grid: int
    every: int = 1  # of the swept values; the first one shown is among them

    def __str__(self) -> str:
        swept = f", every {self.every}. value of the slider" if self.every > 1 else ""
        return f"{self.presses} seeds and points on a grid of {self.grid} x {self.grid}{swept}"

    def values(self, stage: Stage) -> slice:
        """Return which of the swept values the page knows."""
        return slice(stage.index % self.every, None, self.every)


PLANS = (
    Plan(4, 9),
    Plan(4, 7),
    Plan(3, 6),
    Plan(3, 5),
    Plan(2, 4),
    Plan(2, 3),
    Plan(2, 2),
    Plan(2, 2, 2),
)  # the finest that fits is taken


class Packed(NamedTuple):
    """The files of an experiment: their names and bytes, and what the page must know to find a state."""

    files: list[str]
    bytes: int
    states: int
    plan: Plan
    where: dict[str, Any]


def count(stage: Stage, plan: Plan) -> int:
    """Return how many states an experiment has, or a few less where a point starts at an end of its axis."""
    points = sum(isinstance(control, Point) for control in stage._controls)
    return sum(1 for _ in stage.choices(plan.presses)) * plan.grid ** (2 * points)


def planned(stage: Stage) -> Plan:
    """Return the finest plan whose states, as some of them tell, fit the budget; the coarsest if none does."""
    if not any(isinstance(control, Button | Point) for control in stage._controls):
        return PLANS[0]
    runs = list(_sampled(stage))
    sample = list(chain(*runs))
    backgrounds = {frames["picture"]: frames["background"] for frames in sample}
    each = BASE64 * sum(len(chunk([encoded(frames) for frames in run])) for run in runs) / len(sample)
    picture = BASE64 * sum(len(webp(background)) for background in backgrounds.values()) / len(backgrounds)
    changing = (len(backgrounds) - 1) / (len(sample) - 1)  # the share of states with a background of their own

    def fits(plan: Plan) -> bool:
        n = count(stage, plan)
        return n * each / plan.every + (1 + n * changing) * picture <= BUDGET

    return next(filter(fits, PLANS), PLANS[-1])


def _sampled(stage: Stage) -> Iterator[list[Frames]]:
    """Yield some runs of states that lie side by side in their files, chosen with a seed."""
    finest, rng = PLANS[0], np.random.default_rng(0)
    settings = list(stage.choices(finest.presses))
    for start in rng.integers(len(settings), size=RUNS):
        run = settings[start : start + RUN]
        if stage.frames["grids"]:
            places = stage.places(settings[start], finest.grid)[1]
            first = rng.integers(max(1, len(places) - RUN))
            run = places[first : first + RUN]
        yield [stage.frames_at(each, 2) for each in run]


def packed(stage: Stage, name: str, folder: Path) -> Packed:
    """Write all states of an experiment into a folder, as finely as its budget allows.

    Raises CannotGoOnError when the coarsest plan takes more than twice the budget.
    """
    for plan in PLANS[PLANS.index(planned(stage)) :]:
        found = _packed(stage, name, folder, plan, MOST if plan == PLANS[-1] else BUDGET)
        if found is not None:
            return found
    raise CannotGoOnError(
        f"The states of {name} take more than {MOST / 1e6:.0f} MB with {PLANS[-1]}: give its sliders fewer values."
    )


def _packed(stage: Stage, name: str, folder: Path, plan: Plan, most: int) -> Packed | None:
    """Write the states of a plan; return None as soon as they take more bytes, with nothing left of them."""
    files = _Files(name, folder, plan.values(stage))
    files.add(stage.frames_at(stage.settings, 2))
    files.flush()  # what is shown at first comes alone, and soon
    grids: list[dict[str, Any]] = []  # a menu may show another window
    at: dict[str, int] = {}  # the grids of each setting of all that is no point, in the order of counting
    for frames in stage.states(plan.presses, plan.grid, density=2) if stage.controls else ():
        files.add(frames)
        if frames["grids"]:
            if frames["grids"] not in grids:
                grids.append(frames["grids"])
            others = {key: value for key, value in frames["settings"].items() if key not in frames["grids"]}
            at.setdefault(json.dumps(others), grids.index(frames["grids"]))
        if files.bytes > most:
            break
    files.flush()
    if files.bytes > most:
        files.remove()
        return None
    where = {"presses": plan.presses, "grids": grids, "gridAt": list(at.values()), "starts": files.starts[1:]}
    return Packed(files.names, files.bytes, max(1, files.states - 1), plan, where)


class _Files:
    """The files of an experiment as they are written."""

    def __init__(self, name: str, folder: Path, values: slice) -> None:
        self._name, self._folder, self._values = name, folder, values
        self.names: list[str] = []
        self.bytes = 0
        self.states = 0
        self.starts: list[int] = []  # the number of the first state of each file, counted without the one that is alone
        self._begin()

    def _begin(self) -> None:
        self._kept: list[State] = []
        self._size, self._deflate = 0, zlib.compressobj()

    def add(self, frames: Frames) -> None:
        """Keep a state until there are enough for a file; write its background unless another state has."""
        script = f"{frames['picture']}.js"
        if script not in self.names:
            self._write(script, webp(frames["background"]))
        state = encoded(frames, self._values)
        self._kept.append(state)
        self._size += len(self._deflate.compress(state.body) + self._deflate.flush(zlib.Z_SYNC_FLUSH))
        if self._size > CHUNK:
            self.flush()

    def flush(self) -> None:
        """Write the states that are kept."""
        if self._kept:
            self._write(f"{self._name}-{len(self.starts)}.js", chunk(self._kept))
            self.starts.append(self.states - 1)
            self.states += len(self._kept)
            self._begin()

    def _write(self, script: str, content: bytes) -> None:
        self.names.append(script)
        self.bytes += write_script(self._folder / script, content)

    def remove(self) -> None:
        """Take back what was written, but for backgrounds, which other experiments may share."""
        for script in self.names:
            if script.startswith(self._name):
                (self._folder / script).unlink()
