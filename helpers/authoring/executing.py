"""Runs the solutions in fresh kernels, draws the pictures they open with, and stores all that in canonical form."""

import os
import subprocess
import time
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from helpers.authoring.canonical import canonicalise, complaints, serialise
from helpers.authoring.opening import attach
from helpers.authoring.regions import ReleaseError
from helpers.authoring.release import chosen, is_stored, named, read_named, solutions
from helpers.ground import write_whole

CELL_TIMEOUT = 120  # seconds


def execute(root: Path, names: Iterable[str] | None = None) -> list[Path]:
    """Run solutions in fresh kernels, store them in canonical form, and return the files that changed.

    `names` are lessons as the author types them (06, 06_learning_rate, solutions/06_learning_rate.ipynb); none means
    all. Raises ReleaseError on an unknown name, a cell that fails, and an output that cannot be kept.
    """
    changed = []
    for path in chosen(solutions(root), names):
        print(f"running {path.stem} ...", flush=True)
        start = time.perf_counter()
        stored = read_named(path)
        run = named(path, _run, stored, root)
        named(path, attach, run)
        nb = canonicalise(run, stored)
        if wrong := complaints(nb):
            raise ReleaseError("\n".join(f"{path.parent.name}/{path.name}, {sentence}" for sentence in wrong))
        if not is_stored(path, serialise(nb)):
            write_whole(path, serialise(nb))
            changed.append(path)
        print(f"  {time.perf_counter() - start:.1f} s, {'changed' if path in changed else 'as stored'}", flush=True)
    return changed


def _run(stored: Any, root: Path) -> Any:
    """Return a copy of a notebook, run from top to bottom in a fresh kernel that imports this root's helpers."""
    nb = deepcopy(stored)
    path = os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))
    env = os.environ | {"GRADIENT_COURSE_PROGRESS": "temporary", "PYTHONPATH": path}
    env.pop("MPLBACKEND", None)  # the notebook's own
    resources = {"metadata": {"path": str(root / "solutions")}}
    client = NotebookClient(nb, timeout=CELL_TIMEOUT, kernel_name="python3", resources=resources, record_timing=False)
    client.store_widget_state = False
    try:
        client.execute(env=env, stderr=subprocess.DEVNULL)  # what cells write to stderr comes as an output
    except CellExecutionError as error:
        cell = next(c for c in nb.cells if any(out.output_type == "error" for out in c.get("outputs", [])))
        raise ReleaseError(f"cell {cell.get('id')}: {error.ename}: {error.evalue}") from error
    except (CellTimeoutError, DeadKernelError) as error:
        raise ReleaseError(f"did not end within {CELL_TIMEOUT} s a cell, or lost its kernel; mend it.") from error
    return nb
