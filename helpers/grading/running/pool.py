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
from collections.abc import Callable
from multiprocessing import util
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from helpers.grading.results import RunResult
from helpers.grading.running import forkserver, sandbox
from helpers.grading.running.sandbox import FIRST_USER, MIB
from helpers.ground import CannotGoOnError

MEMORY = 2048 * MIB  # of nbgrader's own process, which reads what a submission printed
ANSWER, LOG = "answer", "log"
LAST = -101  # multiprocessing removes its sockets at -100
PATIENCE = 60  # seconds that a process may take beyond the submission's own limit


def cores() -> int:
    """How many cores this process may use."""
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
        for place in range(places or cores()):
            self.free.put(place)
        self.warm: dict[tuple[str, ...], tuple[Path, subprocess.Popen[bytes]]] = {}
        self.warming = threading.Lock()
        self.working: set[Any] = set()
        self.stopped = False
        way = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
        self.context: Any = multiprocessing.get_context(way)
        if way == "forkserver":
            self.context.set_forkserver_preload(["helpers.grading.running.execution"])

    def __enter__(self) -> "WorkerPool":
        return self

    def __exit__(self, *_: object) -> None:
        for folder, process in self.warm.values():
            process.kill()
            process.wait()
            shutil.rmtree(folder, ignore_errors=True)

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

    def run(self, job: Any) -> RunResult:
        """Run a job.Job; whatever happens is an answer. Safe to call from several threads."""
        problem: str | None = None
        for _ in range(2):
            socket = self.warm_up(job.modules) / "warm" if job.sandboxed else None  # a new one, if it has ended
            try:
                ran = RunResult(**json.loads(self._in_process(_run_job, (job, socket), job.limits.seconds + PATIENCE)))
                if ran.problem is None:
                    return ran
                problem = ran.problem
            except _FailedError as error:
                problem = f"{error}, twice"
            if self.stopped:
                raise KeyboardInterrupt
        return RunResult(job.student, job.assignment, None, {}, {}, problem=problem)

    def _in_process(self, work: Callable[..., None], arguments: tuple[Any, ...], seconds: float) -> bytes:
        """Run work(*arguments, folder, user) in a process of its own; return what it wrote. Raises _FailedError."""
        place = self.free.get()
        folder = self.folder / str(place)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        user = FIRST_USER + place if sys.platform == "linux" and os.geteuid() == 0 else None
        process = self.context.Process(target=_alone, args=(work, arguments, folder, user), daemon=True)
        try:
            process.start()
            self.working.add(process)
            process.join(seconds)
            if process.exitcode is None:
                raise _FailedError(f"nbgrader's process did not end in {seconds:.0f} s")
            if process.exitcode:
                raise _FailedError(f"nbgrader's process ended with code {process.exitcode}{_last_line(folder / LOG)}")
            return (folder / ANSWER).read_bytes()
        finally:
            self.working.discard(process)
            process.kill()
            process.join()
            shutil.rmtree(folder, ignore_errors=True)
            self.free.put(place)


_pool: WorkerPool | None = None
_making = threading.Lock()


def on_worker(job: Any) -> RunResult:
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
        sandbox.end_all(folder)
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


# In the process of one submission


def _alone(work: Callable[..., bytes], arguments: tuple[Any, ...], folder: Path, user: int | None) -> None:
    """Do the work where nothing that is said disturbs others, and leave the answer in a file."""
    threading.Thread(target=_end_with_whoever_waits, daemon=True).start()
    sandbox.die_with_parent()
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    log = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT)
    for stream in (1, 2):
        os.dup2(log, stream)
    (folder / ANSWER).write_bytes(work(*arguments, folder, user))


def _end_with_whoever_waits() -> None:
    """End this process as soon as nobody waits for its answer; its parent, the forkserver, takes longer to notice."""
    whoever = multiprocessing.parent_process()
    assert whoever
    whoever.join()
    os._exit(1)


def _run_job(job: Any, socket: Path | None, folder: Path, user: int | None) -> bytes:
    from helpers.grading.running.execution import run

    return json.dumps(run(job, folder, socket, user)._asdict()).encode()


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return f" ({lines[-1][:200]})" if lines else ""
