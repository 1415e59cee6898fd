"""nbgrader's Execute with an end: one pass over a notebook, watched from outside.

The first loss of the kernel ends the pass, and says at which cell and why; what is then left out is decided elsewhere.
Limits of time leave out what others on this machine took of it: points do not depend on how busy it is.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

import nbformat
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade, is_solution
from traitlets.config import Config

from helpers.cells import CHECK, HALF, exercise_of
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.timing import BUSY, stalled
from helpers.grading.running.canaries import Canary, failed_as_it_must
from helpers.grading.running.job import MIB, Job, Place
from helpers.grading.running.judge import Trial
from helpers.grading.running.kernels import SHARED
from helpers.sandbox.recipe import inside, threads, use_more_than

BEAT = 0.2  # seconds between two looks at what the sandbox uses
CROWDED = 0.75  # of the processes and threads that it may have: what is left when a cell ends takes others' place


class Execution(Execute):
    """nbgrader's Execute, with an end: the first loss of the kernel ends it, and says at which cell and why."""

    def __init__(self, job: Job, place: Place, leave_out: frozenset[str], end: float, config: Config) -> None:
        super().__init__(config=config)
        self.job, self.place, self.leave_out, self.end = job, place, leave_out, end
        self.begun, self.spared, self.spared_before = 0.0, 0.0, 0.0  # when the cell began; seconds that others took
        self.judged = dict(job.judged)
        self.trial: Trial | None = None
        self.unjudged: dict[str, str] = {}  # by exercise, why the judge could not go on
        self.lost_at, self.why, self.died = "", "", False
        self.evidence: set[str] = set()
        self.canaries: dict[str, Canary] = {}  # by the ids of their cells
        self.endless: set[str] = set()  # exercises whose answers do not end
        self.replied: set[str] = set()  # graded cells that ran to their end
        self.passed: dict[str, bool] = {}  # by exercise, whether its check found nothing wrong
        self.received, self.sealed, self.crowded = 0, False, False
        self.timeout_func = lambda cell: max(1, min(self._seconds(cell), self.left))

    @property
    def left(self) -> float:
        """The seconds that the submission still has."""
        return self.end + min(self.spared, (BUSY - 1) * self.job.limits.seconds) - time.monotonic()

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """Run a cell, unless it is left out or the kernel is lost."""
        if cell.cell_type == "code" and not self.lost_at:
            if self.left < 0:
                self._lose(cell, f"the submission ran for more than {self.job.limits.seconds:.0f} s")
            elif cell.id not in self.leave_out and self._counts(cell):
                self._seal()
                with self._watched():
                    self._run(cell, index)
                if self.crowded and not self.lost_at:
                    self._lose(cell, "it left so many processes or threads behind that no others can be started")
        return cell, resources

    def _seconds(self, cell: Any) -> float:
        """Return how long a cell may take: more for a check of an exercise whose answers may take more themselves."""
        patience = EXERCISES[exercise_of(cell.id)].patience if cell.id in self.judged else 1
        return self.job.limits.cell_seconds * patience

    def _run(self, cell: Any, index: int) -> None:
        """Run a cell; whatever its kernel does ends no more than this pass."""
        self.begun, self.spared_before = time.monotonic(), self.spared
        try:
            with self._on_trial(cell):
                self.execute_cell(cell, index, store_history=True)
        except DeadKernelError:
            self.died = not self.why
            self._lose(cell, self.why or "it ended its own process")
        except CellTimeoutError:
            self._lose(cell, f"it did not end in {self._seconds(cell):.0f} s and ignored the interrupt")
        except Exception as error:  # messages that no kernel sends: it wrote them itself
            self._lose(cell, self.why or f"its messages cannot be read ({type(error).__name__})")

    @contextlib.contextmanager
    def _on_trial(self, cell: Any) -> Iterator[None]:
        """While a check is judged outside, its cell in the kernel is one that answers the judge."""
        if cell.id not in self.judged:
            yield
            return
        source = cell.source
        try:
            folder = self.place.folder / SHARED
            with Trial(cell.id, self.judged[cell.id], folder, self.place.user) as self.trial:
                cell.source = self.trial.asks
                yield
        finally:
            cell.source, self.trial = source, None

    def _lose(self, cell: Any, why: str) -> None:
        self.lost_at, self.why = cell.id, why

    def _counts(self, cell: Any) -> bool:
        """Whether a cell still decides something: half of the points are sure when all are, and lost without end."""
        whole = cell.id.removesuffix(HALF)
        if whole == cell.id or whole not in self.passed:
            return True
        return not self.passed[whole] and whole not in self.endless

    def _seal(self) -> None:
        """Before a line of the submission runs: nothing inside may write into the folder of the sockets any more."""
        if self.job.sandboxed and not self.sealed:
            self.km.provisioner.seal()
        self.sealed = True

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        """Look at what the sandbox uses and what it lacks, while a cell runs and once more when it has ended."""
        watch = threading.Thread(target=self._watch, args=(over := threading.Event(),), daemon=True)
        watch.start()
        try:
            yield
        finally:
            over.set()
            watch.join()

    def _watch(self, over: threading.Event) -> None:
        """End the sandbox when it uses too much memory, and count the time in which others have the cores."""
        sandbox = getattr(self.km.provisioner, "sandbox", None)
        before: dict[str, float] = {}
        while sandbox is not None:
            ended = over.is_set()
            places = inside(sandbox.processes)
            if use_more_than(self.job.limits.memory, places):
                self._stop(f"it used more than {self.job.limits.memory // MIB} MiB of memory")
            trial = self.trial
            judge = [f"self/task/{trial.thread.native_id}"] if trial else []
            waits = {place: stalled(place) for place in [*places, *judge]}
            self.spared += sum(max(0.0, waits[place] - before[place]) for place in waits.keys() & before.keys())
            before = waits
            self.crowded = sum(map(threads, places)) > CROWDED * self.job.limits.processes
            if ended:
                return
            over.wait(BEAT)

    async def _async_handle_timeout(self, timeout: float, cell: Any = None) -> Any:
        """Interrupt a cell, as nbclient does, once it has also had the time that others took."""
        while time.monotonic() < self.begun + timeout + min(self.spared - self.spared_before, (BUSY - 1) * timeout):
            await self._async_check_alive()
            if await self.kc.shell_channel.msg_ready():
                return None
            await asyncio.sleep(BEAT)
        return await super()._async_handle_timeout(timeout, cell)

    def _stop(self, why: str) -> None:
        self.why = self.why or why
        sandbox = getattr(self.km.provisioner, "sandbox", None)
        if sandbox is not None:
            sandbox.close()
        else:
            run_sync(self.km.provisioner.kill)()

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        """Take a message of the kernel, unless there were too many."""
        self.received += len(repr(msg["content"])) + sum(map(len, msg.get("buffers", ())))
        if self.received > self.job.limits.output:
            if not self.why:
                self._stop(f"it printed more than {self.job.limits.output // MIB} MiB")
            return None
        return super().process_message(msg, cell, cell_index)

    def on_cell_executed(self, **kwargs: Any) -> None:
        """Let the kernel's reply decide about a graded cell: a warning on stderr is no error, a value no grade."""
        super().on_cell_executed(**kwargs)
        cell, reply = kwargs["cell"], kwargs["execute_reply"]
        if cell.id in self.canaries:
            timed_out = "header" not in reply  # then nbclient wrote it
            if not timed_out and not failed_as_it_must(self.canaries[cell.id], reply["content"]):
                self.evidence.add("a check that must fail did not: something in this notebook changes how cells run")
        if not is_grade(cell) or is_solution(cell):  # an answer that a person marks may show what it likes
            return
        whole = exercise_of(cell.id)
        fine = reply["content"]["status"] == "ok"
        if any(output.output_type == "execute_result" for output in cell.outputs):
            self.evidence.add(f"{cell.id}: the cell showed a value, which a check never does")
        if self.trial is not None:
            self.trial.close()
            if self.trial.failed:
                self.unjudged[whole] = self.trial.why
                return
            fine = self._judged(self.trial, cell, fine)
        self.replied.add(cell.id)
        if fine:
            cell.outputs = [o for o in cell.outputs if o.output_type == "stream" and o.name == "stdout"]
        elif any(o.output_type == "error" and "had not ended after" in o.evalue for o in cell.outputs):
            self.endless.add(whole)
        if cell.id.endswith(CHECK):
            self.passed[whole] = fine

    def _judged(self, trial: Trial, cell: Any, ended: bool) -> bool:
        """Return whether the judge found a check right; let the cell show what the judge says, not what the kernel did.

        ended: whether the kernel says that the cell came to its end, which it does when the judge has told it so.
        """
        if trial.forged:
            self.evidence.add(f"{cell.id}: something in this notebook speaks to the judge in place of the answer")
        if trial.verdict is not None:
            cell.outputs = trial.verdict.outputs
            return trial.verdict.right
        if ended:
            self.evidence.add(
                "a check was said to have ended that had not: something in this notebook changes how cells run"
            )
            why = f"the answer was not there to be asked ({trial.why})"
            cell.outputs = [nbformat.v4.new_output("error", ename="NotAsked", evalue=why, traceback=[why])]
        return False
