"""The process of one submission: what it does stays in it, and its answer is a file."""

import json
import multiprocessing
import os
import sys
import threading
from pathlib import Path

from helpers.grading.running.job import MIB, Job, Place
from helpers.sandbox.rights import die_with_parent

MEMORY = 2048 * MIB  # of nbgrader's own process, which reads what a submission printed
ANSWER, LOG = "answer", "log"


def run_alone(job: Job, place: Place) -> None:
    """Run a job where nothing that is said disturbs others, and leave its RunResult in a file of the place."""
    threading.Thread(target=_end_with_whoever_waits, daemon=True).start()
    die_with_parent()
    _bound_memory()
    log = os.open(place.folder / LOG, os.O_WRONLY | os.O_CREAT)
    for stream in (1, 2):
        os.dup2(log, stream)
    from helpers.grading.running.passes import run

    result = run(job, place)
    (place.folder / ANSWER).write_text(json.dumps(result._asdict()), encoding="utf-8")


def last_words(folder: Path) -> str:
    """Return the last line that a process wrote down, in brackets; nothing of one that wrote none."""
    lines = (folder / LOG).read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return f" ({lines[-1][:200]})" if lines else ""


def _bound_memory() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _end_with_whoever_waits() -> None:
    """End this process as soon as nobody waits for its answer; its parent, the forkserver, takes longer to notice."""
    whoever = multiprocessing.parent_process()
    assert whoever
    whoever.join()
    os._exit(1)
