"""Many submissions on one machine: each in a process of its own, as many at once as there are cores.

A process that hangs, dies or grows too large costs one submission and is tried once more. When this process is killed,
all others end with it, and the next start goes on where it stopped, because results are files.
"""

import atexit
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from multiprocessing import util
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from helpers.exercises.timing import BUSY
from helpers.grading.results import RunResult
from helpers.grading.running import forkserver
from helpers.grading.running.alone import ANSWER, last_words, run_alone
from helpers.grading.running.job import Job, Place
from helpers.ground import CannotGoOnError
from helpers.sandbox.recipe import USERS, Users, end_all

LAST = -101  # multiprocessing removes its sockets at -100
PATIENCE = 60  # seconds that a process may take beyond the submission's own limit


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class WorkerPool:
    """What a machine needs to run jobs: warm processes for kernels, a warm process for nbgrader, a place for each job.

    Closing it ends all of them and removes the places. folder: where they lie; short, because sockets are in it. It is
    removed when Python ends, or by a warm process when Python was killed.
    """

    def __init__(self, places: int | None = None, folder: Path | None = None) -> None:
        self.folder = _emptied(folder) if folder else Path(tempfile.mkdtemp(prefix="gd-"))
        _keep_sockets_in(self.folder)
        self.free: SimpleQueue[int] = SimpleQueue()
        for number in range(places or cores()):
            self.free.put(number)
        self.users = Users() if sys.platform == "linux" and os.geteuid() == 0 else None
        self.warm: dict[tuple[str, ...], tuple[Path, subprocess.Popen[bytes]]] = {}
        self.warming = threading.Lock()
        self.working: set[Any] = set()
        self.stopped = False
        way = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        self.context: Any = multiprocessing.get_context(way)
        if way == "forkserver":
            self.context.set_forkserver_preload(["helpers.grading.running.passes"])

    def __enter__(self) -> "WorkerPool":
        return self

    def __exit__(self, *_: object) -> None:
        for folder, process in self.warm.values():
            process.kill()
            process.wait()
            shutil.rmtree(folder, ignore_errors=True)
        if self.users:
            self.users.close()

    def stop(self) -> None:
        """End all that runs, and start nothing more."""
        self.stopped = True
        for process in list(self.working):
            process.kill()

    def warm_up(self, modules: tuple[str, ...]) -> Path:
        """Return the folder of the warm process that has imported the modules; raises CannotGoOnError."""
        with self.warming:
            if modules not in self.warm or self.warm[modules][1].poll() is not None:
                folder = Path(tempfile.mkdtemp(prefix="w", dir=self.folder))
                self.warm[modules] = (folder, forkserver.start(folder, modules))
            return self.warm[modules][0]

    def run(self, job: Job) -> RunResult:
        """Run a job; whatever happens is an answer. Safe to call from several threads."""
        problem: str | None = None
        for _ in range(2):
            warm = self.warm_up(job.modules) / "warm" if job.sandboxed else None  # a new one, if it has ended
            try:
                result = RunResult(**json.loads(self._in_process(job, warm)))
                if result.problem is None:
                    return result
                problem = result.problem
            except _FailedError as error:
                problem = f"{error}, twice"
            if self.stopped:
                raise KeyboardInterrupt
        return RunResult(job.student, job.assignment, None, {}, {}, problem=problem)

    def _in_process(self, job: Job, warm: Path | None) -> str:
        """Run a job in a process and a folder of its own; return what it wrote. Raises _FailedError."""
        number = self.free.get()
        folder = self.folder / str(number)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        user = self.users.first + number % USERS if self.users else None
        process = self.context.Process(target=run_alone, args=(job, Place(folder, warm, user)), daemon=True)
        try:
            self._wait_for(process, BUSY * job.limits.seconds + PATIENCE, folder)
            return (folder / ANSWER).read_text(encoding="utf-8")
        finally:
            self.working.discard(process)
            process.kill()
            process.join()
            shutil.rmtree(folder, ignore_errors=True)
            self.free.put(number)

    def _wait_for(self, process: Any, seconds: float, folder: Path) -> None:
        """Start a process and wait for its end. Raises _FailedError."""
        process.start()
        self.working.add(process)
        process.join(seconds)
        if process.exitcode is None:
            raise _FailedError(f"nbgrader's process did not end in {seconds:.0f} s")
        if process.exitcode:
            raise _FailedError(f"nbgrader's process ended with code {process.exitcode}{last_words(folder)}")


_pool: WorkerPool | None = None
_making = threading.Lock()


def on_worker(job: Job) -> RunResult:
    """Run a job on a worker of a cluster, which keeps its own warm processes until it ends."""
    global _pool
    with _making:
        if _pool is None:
            _pool = WorkerPool()
            atexit.register(_pool.__exit__)
    return _pool.run(job)


def _emptied(folder: Path) -> Path:
    """Make a private folder, in place of one that this user left behind. Raises CannotGoOnError."""
    if folder.is_dir() and not folder.is_symlink() and (os.name == "nt" or folder.stat().st_uid == os.geteuid()):
        end_all(folder)
        shutil.rmtree(folder)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError as error:
        raise CannotGoOnError(f"{folder} is in the way and belongs to somebody else: have it removed.") from error
    return folder


def _keep_sockets_in(folder: Path) -> None:
    """Have multiprocessing keep its sockets in a folder, and remove it when multiprocessing is done with them."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    util.get_temp_dir()
    tempfile.tempdir = before
    util.Finalize(None, shutil.rmtree, (folder, True), exitpriority=LAST)


class _FailedError(Exception):
    """A process that left no answer, and why."""
