"""One run of a solution in this process, with what its cells make heard: experiments, questions, outcomes.

Stored outputs do not say which outcome an experiment came out with, nor hold the experiment itself; a run does both.
"""

import contextlib
import io
import linecache
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers import exercises
from helpers.authoring.regions import ReleaseError
from helpers.exercises.question import Choice
from helpers.stage import Stage


@dataclass
class Heard:
    """What a cell has made, in its order: experiments, questions, and outcomes as (prediction, what happened)."""

    stages: list[Stage] = field(default_factory=list)
    questions: list[Choice] = field(default_factory=list)
    outcomes: list[tuple[str, str]] = field(default_factory=list)


class Ear:
    """Hears what the cells make; `found` says it by the id of the cell that ran."""

    def __init__(self) -> None:
        self.found: defaultdict[str, Heard] = defaultdict(Heard)
        self.now = ""

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        """Note every experiment, question and outcome that is made meanwhile."""
        with (
            _noted(Stage, "__init__", lambda stage, *_, **__: self.found[self.now].stages.append(stage)),
            _noted(Choice, "__init__", lambda choice, *_, **__: self.found[self.now].questions.append(choice)),
            _noted(exercises, "outcome", lambda id, happened: self.found[self.now].outcomes.append((id, happened))),
        ):
            yield


def heard(nb: Any, folder: Path) -> dict[str, Heard]:
    """Run a notebook in a folder and return what each of its code cells made, by the cell's id.

    Raises ReleaseError, naming the cell, when one fails.
    """
    ear, names = Ear(), {"__name__": "__main__"}
    quiet = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
    with contextlib.chdir(folder), quiet[0], quiet[1], ear.open():
        for cell in nb.cells:
            if cell.cell_type == "code":
                ear.now = cell.id
                _run(cell, names)
    return ear.found


def _run(cell: Any, names: dict[str, Any]) -> None:
    file = f"<{cell.id}>"
    linecache.cache[file] = (len(cell.source), None, cell.source.splitlines(keepends=True), file)
    try:
        exec(compile(cell.source, file, "exec", dont_inherit=True), names)
    except Exception as error:
        raise ReleaseError(f"cell {cell.id}: {type(error).__name__}: {error}") from error


@contextlib.contextmanager
def _noted(owner: Any, name: str, note: Callable[..., None]) -> Iterator[None]:
    """Call `note` with the arguments of each call of a function, after the function."""
    own = getattr(owner, name)

    def called(*arguments: Any, **named: Any) -> Any:
        made = own(*arguments, **named)
        note(*arguments, **named)
        return made

    setattr(owner, name, called)
    try:
        yield
    finally:
        setattr(owner, name, own)


@contextlib.contextmanager
def surroundings() -> Iterator[None]:
    """Let processes that begin meanwhile find what a run needs: nobody's progress, no windows, one thread."""
    before = dict(os.environ)
    os.environ |= {"GRADIENT_COURSE_PROGRESS": "temporary", "MPLBACKEND": "Agg"}
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= before
