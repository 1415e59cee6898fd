"""`python start.py grade DIR`: preflight, run in a sandbox, record, report; no submission stops the others.

DIR is nbgrader's course folder, as `python start.py assignment` makes it. What is submitted, source and release stay as
they are. Working files lie in DIR/grading, the reports in DIR/grades, the points in nbgrader's gradebook.
"""

import argparse
import contextlib
import hashlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from helpers.grading.exchange import record, returning, taking
from helpers.grading.handing_in.preflight import PreflightResult, preflight, released
from helpers.grading.reporting.flags import flags
from helpers.grading.reporting.postflight import final, grade_of
from helpers.grading.results import GRADED, PARTLY, SUSPICIOUS, UNGRADED, Grade, RunResult
from helpers.grading.running import jobs
from helpers.grading.running.batch import StoredRun, run_all
from helpers.grading.running.job import MIB, Limits
from helpers.grading.running.jobs import Assignment
from helpers.grading.running.pool import WorkerPool, cores
from helpers.ground import CannotGoOnError, say, write_whole
from helpers.sandbox import recipe
from helpers.start.installing import add
from helpers.start.options import TRUST

WORK, CLEAN, RESULTS, LOCK, GRADES = "grading", "clean", "results", "lock", "grades.json"
AT_WORK = "at work"  # stands in the lock until the command ends, unless it is killed


def run(wanted: argparse.Namespace) -> int:
    """Grade as the options say, and return 0 when every submission has an outcome. Raises CannotGoOnError."""
    wanted.at_once = wanted.at_once or cores()
    course = wanted.course.resolve()
    for name, why in (
        ("release", "run nbgrader generate_assignment first"),
        ("submitted", "put the submissions there, or take them in with --from"),
    ):
        if not (course / name).is_dir() and not (name == "submitted" and wanted.exports):
            raise CannotGoOnError(f"There is no folder {course / name}: {why}.")
    if not wanted.trusted and not wanted.cluster and (lacking := recipe.missing()):
        raise CannotGoOnError(f"{lacking} Without it a submission could do all that you can; if you know each: {TRUST}")
    add("grading")
    if wanted.cluster:
        add("cluster")
    with _alone_in(course):
        grades = _grade(course, wanted)
        _tell(course, grades, wanted.trusted)
        returning.give_back(course, grades)
    return 0


def _grade(course: Path, wanted: argparse.Namespace) -> list[Grade]:
    """Take what was submitted through preflight, runs and gradebook to the reports. Raises CannotGoOnError."""
    from helpers.grading.reporting import gradebook, recording
    from helpers.grading.reporting.pages import write_reports

    gradebook.settings(course)  # what is wrong with them is said before anything runs
    work = course / WORK
    taking.take_in(course, _released(course), wanted.exports, wanted.tables)
    known = record.load(course)
    checked = _checked(course, work / CLEAN, known)
    names = sorted({each.assignment for each in checked if each.assignment})
    assignments = {name: jobs.assignment(course, name, _limits(wanted)) for name in names}
    runs = [_stored(work / RESULTS, each, assignments[each.assignment]) for each in checked if each.refusal is None]
    _run_new(course, runs, assignments, wanted)
    results = {stored: stored.load() for stored in runs}
    recording.bring_up_to_date(course, work, work / CLEAN, results)
    graded = _graded(checked, assignments, {stored.checked: result for stored, result in results.items()})
    entries = gradebook.gradebook_entries(course, names)
    grades = [
        final(
            grade,
            entries.get((grade.student, grade.assignment)),
            record.said_late(known, grade.student, grade.assignment),
        )
        for grade in graded
    ]
    write_reports(grades, course / "grades")
    write_whole(work / GRADES, json.dumps([grade._asdict() for grade in grades], indent=1))
    return grades


def _limits(wanted: argparse.Namespace) -> Limits:
    return Limits(wanted.memory * MIB, seconds=wanted.seconds, cell_seconds=wanted.cell_seconds)


def _released(course: Path) -> dict[str, dict[str, Any]]:
    """Return the released notebooks by assignment. Raises CannotGoOnError."""
    try:
        return released(course / "release")
    except json.JSONDecodeError as error:
        again = "run nbgrader generate_assignment --force again"
        raise CannotGoOnError(f"A notebook in {course / 'release'} is damaged: {again}.") from error
    except ValueError as error:
        raise CannotGoOnError(f"{error}.") from error


def _checked(course: Path, clean: Path, known: record.Record) -> list[PreflightResult]:
    """Return what preflight, and the export that it came in, say of each submission."""
    checked = [
        each._replace(repairs=(*record.notes(known, each.student, each.assignment), *each.repairs))
        for each in preflight(course / "submitted", course / "release", clean)
    ]
    say(f"{len(checked)} submissions, {sum(each.refusal is not None for each in checked)} of them cannot be run.")
    return checked


def _stored(folder: Path, checked: PreflightResult, assignment: Assignment) -> StoredRun:
    file = folder / checked.assignment / f"{checked.student}.json"
    return StoredRun(checked, file, jobs.key(assignment, checked))


def _run_new(
    course: Path, runs: list[StoredRun], assignments: dict[str, Assignment], wanted: argparse.Namespace
) -> None:
    """Run what was not run before, or has changed since."""
    waiting = [stored for stored in runs if wanted.again or not stored.is_settled()]
    if len(waiting) < len(runs):
        say(f"{len(runs) - len(waiting)} were run before and have not changed.")
    todo = {
        stored: jobs.job(assignments[stored.checked.assignment], stored.checked, _limits(wanted), not wanted.trusted)
        for stored in waiting
    }
    with WorkerPool(wanted.at_once, _sockets(course)) as pool:
        if not wanted.cluster and not wanted.trusted:
            for modules in sorted({job.modules for job in todo.values()}):
                pool.warm_up(modules)
        run_all(todo, pool, wanted.at_once, wanted.cluster)


def _graded(
    checked: list[PreflightResult],
    assignments: dict[str, Assignment],
    results: dict[PreflightResult, RunResult | None],
) -> Iterator[Grade]:
    """Yield the grade of each submission, before marks by hand."""
    for each in checked:
        release = assignments[each.assignment].release if each.assignment else None
        noticed = _noticed(each, release) if release and each in results else ()
        yield grade_of(each, results.get(each), release, noticed)


def _noticed(checked: PreflightResult, release: dict[str, Any]) -> tuple[str, ...]:
    """Return the flags of a submission; no code that anybody hands in stops the others."""
    notebook = jobs.clean_notebook(checked)
    try:
        return flags(notebook, release, jobs.modules_beside(checked).values())
    except Exception as error:
        return (f"what its answers use could not be read ({type(error).__name__})",)


def _sockets(course: Path) -> Path:
    """Return the same short path for the same course, so that a start tidies up after one that was killed."""
    return Path(tempfile.gettempdir()) / f"gd-{hashlib.sha256(os.fsencode(course)).hexdigest()[:10]}"


@contextlib.contextmanager
def _alone_in(course: Path) -> Iterator[None]:
    """Hold the folder's lock; the system frees it when this process ends, and who was killed leaves a word in it.

    Raises CannotGoOnError.
    """
    (course / WORK).mkdir(mode=0o700, exist_ok=True)
    with (course / WORK / LOCK).open("a+", encoding="utf-8") as lock:
        if os.name != "nt":
            import fcntl

            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise CannotGoOnError(f"Another grade command is at work in {course}: wait for it.") from error
        lock.seek(0)
        if lock.read():
            say("The last grade of this folder was killed. This one goes on from there: what was run is kept.")
        else:
            lock.write(AT_WORK)
            lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def _tell(course: Path, grades: list[Grade], trusted: bool) -> None:
    """Say which submissions want a look, how many there are of each kind, and where the reports lie."""
    states = Counter(grade.state for grade in grades)
    for state in (UNGRADED, SUSPICIOUS, PARTLY):
        for grade in (grade for grade in grades if grade.state == state):
            why = (*grade.evidence, grade.reason)[0] if state == SUSPICIOUS else grade.reason
            say(f"{state}: {grade.student} {grade.assignment}: {why}")
    counted = ", ".join(f"{states[state]} {state}" for state in (GRADED, PARTLY, SUSPICIOUS, UNGRADED))
    say(f"{len(grades)} submissions: {counted}.")
    say(f"Look at {course / 'grades' / 'cohort.html'}; the tables and each learner's feedback lie beside it.")
    if trusted:
        say("No sandbox was used.")
