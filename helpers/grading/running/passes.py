"""One submission in a process of its own: as many passes over its notebook as it needs, and what came of them.

Whatever the submission does to its kernel, the rest of it is still graded: the cell at which the kernel was lost is
left out, with the exercise to which it belongs, and the others run again.
"""

import os
import shutil
import time
from typing import Any

import nbformat
from nbgrader.utils import determine_grade, is_grade, is_solution

from helpers.cells import CHECK, HALF, exercise_of
from helpers.grading.handing_in import newer
from helpers.grading.results import RunResult
from helpers.grading.running import beside, canaries, kernels, sanitise
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
    report. died: whether the kernel has ended once without a reason. spared: seconds that others took of its time.
    """

    def __init__(self, job: Job, place: Place) -> None:
        self.job, self.place, self.start = job, place, time.monotonic()
        self.config = configured(job, place)
        self.left_out = set(job.skippable)
        self.reasons: dict[str, str] = {}
        self.notes: list[str] = []
        self.died, self.spared = False, 0.0

    def result(self) -> RunResult:
        """Run the notebook until another pass would change nothing."""
        for number in range(1, PASSES + 1):
            end = self.start + self.job.limits.seconds
            execution = Execution(self.job, self.place, frozenset(self.left_out), end, self.config)
            execution.spared = self.spared
            notebook, problem = one_pass(self.job, self.place, execution)
            self.spared = execution.spared
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
        if execution.lost_at in execution.canaries:
            return False  # the next pass would end there as well
        if execution.lost_at:
            self._leave_out(execution.lost_at, execution.why, notebook)
            return execution.left > 0
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
        unread = {cell.id for cell in code if newer.is_newer(cell.source)}
        self.notes += [f"{cell_id}: {newer.WHY}" for cell_id in sorted(unread)]
        for cell in code:
            cell.outputs, cell.execution_count = sanitise.outputs(cell.outputs), sanitise.count(cell.execution_count)
        for cell in filter(is_grade, notebook.cells):
            if (
                is_solution(cell) or cell.cell_type != "code"
            ):  # marked by hand; nbgrader itself gives an untouched one 0
                if determine_grade(cell)[0] is not None:
                    scores[cell.metadata.nbgrader.grade_id] = 0.0
                continue
            exercise = exercise_of(cell.id)
            why = self.reasons.get(exercise) or execution.unjudged.get(exercise) or execution.why
            if cell.id not in execution.replied and not execution.passed.get(exercise):
                cell.outputs = [nbformat.v4.new_output("error", ename="NotRun", evalue=why, traceback=[why])]
            score = float(determine_grade(cell)[0] or 0)
            if exercise not in execution.passed:
                lost[cell.id] = why
            elif exercise in unread and not score:
                lost[cell.id] = newer.WHY
            else:
                scores[cell.id] = score
        if execution.lost_at in execution.canaries and execution.died:
            execution.evidence.add("a check that must fail ended the kernel instead")
        evidence = tuple(sorted(execution.evidence))
        ours = {cell.id for cell in notebook.cells if cell.id in execution.canaries or beside.is_one(cell.id)}
        notebook.cells = [cell for cell in notebook.cells if cell.id not in ours]
        return self._unrun()._replace(notebook=notebook, scores=scores, lost=lost, evidence=evidence)


def one_pass(job: Job, place: Place, execution: Execution) -> tuple[Any, str]:
    """Run the notebook; return it executed, or None and why no kernel was to be had."""
    shared = place.folder / SHARED
    shutil.rmtree(shared, ignore_errors=True)
    shared.mkdir(mode=0o700)
    if place.user is not None:
        os.chown(shared, place.user, place.user)
    notebook = nbformat.from_dict(job.notebook)
    execution.canaries = canaries.insert(notebook, job.canaries)
    beside.insert(notebook, job.beside)
    try:
        execution.preprocess(notebook, kernels.place_of(job, place))
    except (RuntimeError, OSError, CannotGoOnError) as error:
        return None, f"it has no kernel ({error})"
    return notebook, ""


def _missed_a_name(notebook: Any) -> bool:
    """Whether a check failed because a name was missing, which may stand in a cell that was left out."""
    outputs = [output for cell in notebook.cells if is_grade(cell) for output in cell.get("outputs", [])]
    return any("NameError" in output.get("evalue", "") + output.get("ename", "") for output in outputs)
