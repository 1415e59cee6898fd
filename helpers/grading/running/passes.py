"""One submission in a process of its own: as many passes over its notebook as it needs, and what came of them.

Whatever the submission does to its kernel, the rest of it is still graded: the cell at which the kernel was lost is
left out, with the exercise to which it belongs, and the others run again.
"""

import os
import shutil
import time
from typing import Any

import nbformat
from nbgrader.utils import determine_grade, is_grade

from helpers.cells import CHECK, HALF, exercise_of
from helpers.grading.results import RunResult
from helpers.grading.running import canaries, sanitise
from helpers.grading.running.execution import Execution
from helpers.grading.running.job import Job, Place
from helpers.grading.running.kernels import SHARED, configured
from helpers.ground import CannotGoOnError

PASSES = 5  # the first, one more when the kernel died, and three that leave cells out


def run(job: Job, place: Place) -> RunResult:
    """Run a submission; never raises for what the submission does."""
    return Passes(job, place).result()


class Passes:
    """The passes over one notebook.

    left_out: ids of the cells that do not run. reasons: by exercise, why it is left out. notes: the same for the
    report. died: whether the kernel has ended once without a reason.
    """

    def __init__(self, job: Job, place: Place) -> None:
        self.job, self.place, self.start = job, place, time.monotonic()
        self.config = configured(job, place)
        self.left_out = set(job.skippable)
        self.reasons: dict[str, str] = {}
        self.notes: list[str] = []
        self.died = False

    def result(self) -> RunResult:
        """Run the notebook until another pass would change nothing."""
        for number in range(1, PASSES + 1):
            end = self.start + self.job.limits.seconds
            execution = Execution(self.job, frozenset(self.left_out), end, self.config)
            notebook, problem = one_pass(self.job, self.place, execution)
            if notebook is None:
                if self.died or number == PASSES:
                    return self._unrun()._replace(problem=problem)
                self.died = True
            elif not self._needs_another(notebook, execution):
                break
        return self._graded(notebook, execution)

    def _needs_another(self, notebook: Any, execution: Execution) -> bool:
        """Whether there is to be another pass, and what it leaves out."""
        if execution.died and not self.died:
            self.died = True  # once more: whatever ended it may have been somebody else's fault
            return True
        if execution.lost_at:
            self._leave_out(execution.lost_at, execution.why, notebook)
            return time.monotonic() <= execution.end
        if self.left_out & self.job.skippable and _missed_a_name(notebook):
            self.left_out -= self.job.skippable
            return True
        return False

    def _leave_out(self, lost_at: str, why: str, notebook: Any) -> None:
        """Leave out the cell at which the kernel was lost; an answer takes its checks with it."""
        exercise = exercise_of(lost_at)
        belonging = {lost_at}
        if lost_at != exercise + HALF:
            belonging |= {exercise + CHECK, exercise + HALF} & {cell.id for cell in notebook.cells}
        self.left_out |= belonging
        self.reasons |= {exercise_of(cell_id): why for cell_id in belonging}
        self.notes.append(f"{lost_at} was left out: {why}")

    def _unrun(self) -> RunResult:
        """Return what is known without an executed notebook."""
        seconds = time.monotonic() - self.start
        return RunResult(self.job.student, self.job.assignment, None, {}, {}, seconds=seconds, notes=tuple(self.notes))

    def _graded(self, notebook: Any, execution: Execution) -> RunResult:
        """Read the grades of an executed notebook; a check that did not run to its end has none."""
        scores: dict[str, float] = {}
        lost: dict[str, str] = {}
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        for cell in code:
            cell.outputs, cell.execution_count = sanitise.outputs(cell.outputs), sanitise.count(cell.execution_count)
        for cell in filter(is_grade, code):
            exercise = exercise_of(cell.id)
            why = self.reasons.get(exercise, execution.why)
            if cell.id not in execution.replied and not execution.passed.get(exercise):
                cell.outputs = [nbformat.v4.new_output("error", ename="NotRun", evalue=why, traceback=[why])]
            if exercise in execution.passed:
                scores[cell.id] = float(determine_grade(cell)[0] or 0)
            else:
                lost[cell.id] = why
        evidence = tuple(sorted(_evidence(notebook, execution)))
        notebook.cells = [cell for cell in notebook.cells if not canaries.is_one(cell.id)]
        return self._unrun()._replace(notebook=notebook, scores=scores, lost=lost, evidence=evidence)


def one_pass(job: Job, place: Place, execution: Execution) -> tuple[Any, str]:
    """Run the notebook; return it executed, or None and why no kernel was to be had."""
    shared = place.folder / SHARED
    shutil.rmtree(shared, ignore_errors=True)
    shared.mkdir(mode=0o700)
    if place.user is not None:
        os.chown(shared, place.user, place.user)
    notebook = nbformat.from_dict(job.notebook)
    canaries.insert(notebook, job.canaries)
    try:
        execution.preprocess(notebook, {})
    except (RuntimeError, OSError, CannotGoOnError) as error:
        return None, f"it has no kernel ({error})"
    return notebook, ""


def _missed_a_name(notebook: Any) -> bool:
    """Whether a check failed because a name was missing, which may stand in a cell that was left out."""
    outputs = [output for cell in notebook.cells if is_grade(cell) for output in cell.outputs]
    return any("NameError" in output.get("evalue", "") + output.get("ename", "") for output in outputs)


def _evidence(notebook: Any, execution: Execution) -> set[str]:
    """Return what points to cheating."""
    evidence = set(execution.evidence)
    if canaries.is_one(execution.lost_at):
        evidence.add("a check that must fail ended the kernel instead")
    if canaries.one_passed(notebook):
        evidence.add("a check that must fail did not: something in this notebook changes how cells run")
    return evidence
