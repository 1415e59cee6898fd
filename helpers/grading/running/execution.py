"""One submission in a process of its own: nbgrader's Execute, with a kernel in a sandbox, and what came of it.

Whatever the submission does to its kernel, the rest of it is still graded: the cell at which the kernel was lost is
left out, with the exercise to which it belongs, and the others run again.
"""

import json
import os
import secrets
import shutil
import threading
import time
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from jupyter_client.provisioning import KernelProvisionerFactory
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbgrader.preprocessors import Execute
from nbgrader.utils import determine_grade, is_grade
from traitlets.config import Config

from helpers.cells import CHECK, HALF, SETUP, exercise_of
from helpers.grading.results import RunResult
from helpers.grading.running import provisioner, sanitise
from helpers.grading.running.sandbox import MIB, Limits
from helpers.ground import CannotGoOnError

SHARED = "k"  # the one folder that sandbox and outside share; short, because the names of sockets must be
CANARY = "canary-"
PASSES = 5  # the first, one more when the kernel died, and three that leave cells out
BEAT = 0.2  # seconds between two looks at what the sandbox uses


class Job(NamedTuple):
    """All that is needed to run one submission, on this machine or another.

    notebook: the clean copy from preflight, with hidden tests. skippable: ids of cells that need not run. canaries:
    sources of cells that must fail. modules: what the lesson imports. sandboxed: False only for trusted submissions.
    """

    student: str
    assignment: str
    notebook: dict[str, Any]
    skippable: frozenset[str]
    canaries: tuple[str, ...]
    modules: tuple[str, ...]
    limits: Limits
    sandboxed: bool = True


class Execution(Execute):
    """nbgrader's Execute, with an end: the first loss of the kernel ends it, and says at which cell and why."""

    def __init__(self, job: Job, leave_out: frozenset[str], end: float, config: Config) -> None:
        super().__init__(config=config)
        self.job, self.leave_out, self.end = job, leave_out, end
        self.lost_at, self.why, self.died = "", "", False
        self.evidence: set[str] = set()
        self.endless: set[str] = set()  # exercises whose answers do not end
        self.at_first: int | None = None  # bytes that each process here shares with the warm one
        self.replied: set[str] = set()  # graded cells that ran to their end
        self.passed: dict[str, bool] = {}  # by exercise, whether its check found nothing wrong
        self.received, self.sealed = 0, False
        self.timeout_func = lambda cell: max(1, min(job.limits.cell_seconds, end - time.monotonic()))

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """Run a cell, unless it is left out or the kernel is lost."""
        if cell.cell_type == "code" and not self.lost_at and time.monotonic() > self.end:
            self.lost_at, self.why = cell.id, f"the submission ran for more than {self.job.limits.seconds:.0f} s"
        if cell.cell_type == "code" and not self.lost_at and cell.id not in self.leave_out and self._counts(cell):
            self._seal()
            watch = threading.Thread(target=self._watch, args=(over := threading.Event(),), daemon=True)
            watch.start()
            try:
                self.execute_cell(cell, index, store_history=True)
            except DeadKernelError:
                self.lost_at, self.died = cell.id, not self.why
                self.why = self.why or "it ended its own process"
            except CellTimeoutError:
                self.lost_at = cell.id
                self.why = f"it did not end in {self.job.limits.cell_seconds:.0f} s and ignored the interrupt"
            except Exception as error:  # messages that no kernel sends: it wrote them itself
                self.lost_at = cell.id
                self.why = self.why or f"its messages cannot be read ({type(error).__name__})"
            finally:
                over.set()
                watch.join()
        return cell, resources

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

    def _watch(self, over: threading.Event) -> None:
        """While a cell runs, and once if it is short: end the sandbox when it uses too much memory."""
        sandbox = getattr(self.km.provisioner, "sandbox", None)
        if sandbox is None:
            return
        while True:
            used = sandbox.memory()
            if self.at_first is None:
                self.at_first = max(used, default=0)
            if sum(max(0, each - self.at_first) for each in used) > self.job.limits.memory:
                self._stop(f"it used more than {self.job.limits.memory // MIB} MiB of memory")
            if over.wait(BEAT):
                return

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
        cell = kwargs["cell"]
        if not is_grade(cell):
            return
        whole = exercise_of(cell.id)
        self.replied.add(cell.id)
        fine = kwargs["execute_reply"]["content"]["status"] == "ok"
        if any(output.output_type == "execute_result" for output in cell.outputs):
            self.evidence.add(f"{cell.id}: the cell showed a value, which a check never does")
        if fine:
            cell.outputs = [o for o in cell.outputs if o.output_type == "stream" and o.name == "stdout"]
        elif any(o.output_type == "error" and "had not ended after" in o.evalue for o in cell.outputs):
            self.endless.add(whole)
        if cell.id.endswith(CHECK):
            self.passed[whole] = fine


def run(job: Job, folder: Path, warm: Path | None = None, user: int | None = None) -> RunResult:
    """Run a submission in an empty private folder; never raises for what the submission does.

    warm: the socket of a warm process, for a sandboxed job. user: the id that its kernel gets, when this one is root.
    """
    start = time.monotonic()
    config = _prepared(job, folder, warm, user)
    leave_out, notes, died = set(job.skippable), [], False
    reasons: dict[str, str] = {}
    for number in range(1, PASSES + 1):
        execution = Execution(job, frozenset(leave_out), start + job.limits.seconds, config)
        notebook, problem = _one_pass(job, folder, execution, user)
        if notebook is None:
            if died or number == PASSES:
                return RunResult(
                    job.student, job.assignment, None, {}, {}, (), problem, time.monotonic() - start, tuple(notes)
                )
            died = True
        elif execution.died and not died:
            died = True  # once more: whatever ended it may have been somebody else's fault
        elif execution.lost_at:
            belongs = _belonging(execution.lost_at, notebook)
            leave_out |= belongs
            reasons |= {exercise_of(id): execution.why for id in belongs}
            notes.append(f"{execution.lost_at} was left out: {execution.why}")
            if time.monotonic() > execution.end:
                break
        elif leave_out & job.skippable and _missed_a_name(notebook):
            leave_out -= job.skippable
        else:
            break
    return _what_came(job, notebook, execution, reasons, notes, time.monotonic() - start)


def _prepared(job: Job, folder: Path, warm: Path | None, user: int | None) -> Config:
    """Return how jupyter_client starts kernels for this job."""
    config = Config()
    config.Execute.shutdown_kernel, config.Execute.startup_timeout = "immediate", 60
    config.Execute.store_widget_state = config.Execute.record_timing = False  # the submission's words, again
    os.environ |= {"GRADIENT_COURSE_PROGRESS": "temporary", "PYTHONSAFEPATH": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
    os.environ |= {"IPYTHONDIR": str(folder / "ipython"), "JUPYTER_RUNTIME_DIR": str(folder)}
    if job.sandboxed:
        config.ConnectionFileMixin.transport, config.ConnectionFileMixin.ip = "ipc", str(folder / SHARED / "s")
        config.ConnectionFileMixin.connection_file = str(folder / SHARED / "kernel.json")
        factory = KernelProvisionerFactory.instance()
        place = f"{provisioner.__name__}:{provisioner.SandboxedKernel.__name__}"
        factory.provisioners[provisioner.NAME] = EntryPoint(provisioner.NAME, place, factory.GROUP_NAME)
        config.Execute.kernel_name = provisioner.NAME  # nobody else's, so that without it nothing runs
        settings = {"warm": str(warm), "user": user, "limits": list(job.limits)}
        spec = {"argv": ["none"], "display_name": "Python 3", "language": "python", "interrupt_mode": "message"}
        spec["metadata"] = {"kernel_provisioner": {"provisioner_name": provisioner.NAME, "config": settings}}
        (folder / "kernels" / provisioner.NAME).mkdir(parents=True)
        (folder / "kernels" / provisioner.NAME / "kernel.json").write_text(json.dumps(spec))
        os.environ["JUPYTER_PATH"] = str(folder)
    return config


def _one_pass(job: Job, folder: Path, execution: Execution, user: int | None) -> tuple[Any, str]:
    """Run the notebook; return it executed, or None and why no kernel was to be had."""
    shutil.rmtree(folder / SHARED, ignore_errors=True)
    (folder / SHARED).mkdir(mode=0o700)
    if user is not None:
        os.chown(folder / SHARED, user, user)
    notebook = nbformat.from_dict(job.notebook)
    _with_canaries(notebook, job.canaries)
    try:
        execution.preprocess(notebook, {})
    except (RuntimeError, OSError, CannotGoOnError) as error:
        return None, f"it has no kernel ({error})"
    return notebook, ""


def _with_canaries(notebook: Any, canaries: tuple[str, ...]) -> None:
    """Insert cells that must fail: one after the setup, all at the end."""
    after = next((i for i, cell in enumerate(notebook.cells, 1) if cell.get("id") == SETUP), 0)
    places = [(after, canaries[0]), *((len(notebook.cells) + 1, text) for text in canaries)]
    for place, text in places:
        notebook.cells.insert(place, nbformat.v4.new_code_cell(text, id=CANARY + secrets.token_hex(4)))


def _belonging(lost_at: str, notebook: Any) -> set[str]:
    """The cells to leave out when the kernel was lost at one: an answer takes its checks with it."""
    exercise = exercise_of(lost_at)
    if lost_at == exercise + HALF:
        return {lost_at}
    ids = {cell.id for cell in notebook.cells}
    return {lost_at} | {exercise + CHECK, exercise + HALF} & ids


def _missed_a_name(notebook: Any) -> bool:
    """Whether a check failed because a name was missing, which may stand in a cell that was left out."""
    graded = [cell for cell in notebook.cells if is_grade(cell)]
    return any(
        "NameError" in output.get("evalue", "") + output.get("ename", "") for c in graded for output in c.outputs
    )


def _what_came(
    job: Job, notebook: Any, execution: Execution, reasons: dict[str, str], notes: list[str], seconds: float
) -> RunResult:
    """Read the grades of an executed notebook; a check that did not run to its end has none."""
    evidence, scores, lost = set(execution.evidence), {}, {}
    if execution.lost_at.startswith(CANARY):
        evidence.add("a check that must fail ended the kernel instead")
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        cell.outputs, cell.execution_count = sanitise.outputs(cell.outputs), sanitise.count(cell.execution_count)
        failed = any(output.output_type == "error" for output in cell.outputs)
        if cell.id.startswith(CANARY) and cell.execution_count and not failed:
            evidence.add("a check that must fail did not: something in this notebook changes how cells run")
        if not is_grade(cell):
            continue
        exercise = exercise_of(cell.id)
        why = reasons.get(exercise, execution.why)
        if exercise not in execution.passed:
            lost[cell.id] = why
        if cell.id not in execution.replied and not execution.passed.get(exercise):
            cell.outputs = [nbformat.v4.new_output("error", ename="NotRun", evalue=why, traceback=[why])]
        if exercise in execution.passed:
            scores[cell.id] = float(determine_grade(cell)[0] or 0)
    notebook.cells = [cell for cell in notebook.cells if not cell.id.startswith(CANARY)]
    return RunResult(
        job.student, job.assignment, notebook, scores, lost, tuple(sorted(evidence)), None, seconds, tuple(notes)
    )
