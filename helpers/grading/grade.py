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
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any, NamedTuple

from helpers.grading.handing_in.preflight import TIME, Result, preflight
from helpers.grading.results import GRADED, PARTLY, SUSPICIOUS, UNGRADED, Grade, RunResult
from helpers.grading.running import sandbox
from helpers.grading.running.pool import WorkerPool, cores, on_worker
from helpers.grading.running.sandbox import MIB, Limits
from helpers.ground import CannotGoOnError, say, write_whole
from helpers.start.installing import add
from helpers.start.options import TRUST

CLEAN, RESULTS, LAID_OUT, LOCK = "clean", "results", "executed", "lock"
RECORDED, GRADES = "recorded.json", "grades.json"


class Task(NamedTuple):
    """A submission that preflight accepted: where its result is kept, and the key under which it is still valid."""

    checked: Result
    file: Path
    key: str


def run(wanted: argparse.Namespace) -> int:
    """Grade as the options say, and return 0 when every submission has an outcome. Raises CannotGoOnError."""
    wanted.at_once = wanted.at_once or cores()
    course = wanted.course.resolve()
    for name, why in (
        ("release", "run nbgrader generate_assignment first"),
        ("submitted", "put the submissions there"),
    ):
        if not (course / name).is_dir():
            raise CannotGoOnError(f"There is no folder {course / name}: {why}.")
    if not wanted.trusted and not wanted.cluster and (lacking := sandbox.missing()):
        raise CannotGoOnError(f"{lacking} Without it a submission could do all that you can; if you know each: {TRUST}")
    add("grading")
    if wanted.cluster:
        add("cluster")
    with _alone_in(course):
        grades = _grade(course, wanted)
    _tell(course, grades, wanted.trusted)
    return 0


def _grade(course: Path, wanted: argparse.Namespace) -> list[Grade]:
    from helpers.grading.reporting import gradebook
    from helpers.grading.reporting.pages import write_reports
    from helpers.grading.reporting.postflight import final, grade_of
    from helpers.grading.running import jobs

    gradebook.settings(course)
    limits = Limits(wanted.memory * MIB, seconds=wanted.seconds, cell_seconds=wanted.cell_seconds)
    work = course / "grading"
    try:
        results = preflight(course / "submitted", course / "release", work / CLEAN)
    except json.JSONDecodeError as error:
        again = "run nbgrader generate_assignment --force again"
        raise CannotGoOnError(f"A notebook in {course / 'release'} is damaged: {again}.") from error
    except ValueError as error:
        raise CannotGoOnError(f"{error}.") from error
    say(f"{len(results)} submissions, {sum(result.refusal is not None for result in results)} of them cannot be run.")
    names = sorted({result.assignment for result in results if result.assignment})
    assignments = {name: jobs.assignment(course, name, limits) for name in names}
    tasks = [_task(work, result, assignments[result.assignment]) for result in results if result.refusal is None]
    waiting = [task for task in tasks if wanted.again or not _settled(task)]
    if len(waiting) < len(tasks):
        say(f"{len(tasks) - len(waiting)} were run before and have not changed.")
    jobs = {
        task: jobs.job(assignments[task.checked.assignment], task.checked, limits, not wanted.trusted)
        for task in waiting
    }
    with WorkerPool(wanted.at_once, _sockets(course)) as pool:
        if not wanted.cluster and not wanted.trusted:
            for modules in sorted({job.modules for job in jobs.values()}):
                pool.warm_up(modules)
        _run(jobs, pool, wanted)
    runs = {(task.checked.student, task.checked.assignment): (task, _known(task)) for task in tasks}
    _record(course, runs)
    entries = gradebook.gradebook_entries(course, names)
    grades = []
    for result in results:
        key = (result.student, result.assignment)
        release = assignments[result.assignment].release if result.assignment else None
        noticed = _noticed(jobs.clean_notebook(result), release) if key in runs and release else ()
        grade = grade_of(result, runs[key][1] if key in runs else None, release, noticed)
        grades.append(final(grade, entries.get(key)))
    write_reports(grades, course / "grades")
    write_whole(work / GRADES, json.dumps([grade._asdict() for grade in grades], indent=1))
    return grades


def _noticed(notebook: dict[str, Any], release: dict[str, Any]) -> tuple[str, ...]:
    """Return the flags of a submission; no code that anybody hands in stops the others."""
    from helpers.grading.reporting.flags import flags

    try:
        return flags(notebook, release)
    except Exception as error:
        return (f"what its answers use could not be read ({type(error).__name__})",)


# Running


def _task(work: Path, checked: Result, assignment: Any) -> Task:
    from helpers.grading.running import jobs

    return Task(checked, work / RESULTS / checked.assignment / f"{checked.student}.json", jobs.key(assignment, checked))


def _known(task: Task) -> RunResult | None:
    """Return the result of an earlier run of the same submission."""
    try:
        found = json.loads(task.file.read_text(encoding="utf-8"))
        return RunResult(**found["ran"]) if found["key"] == task.key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _settled(task: Task) -> bool:
    """Whether the submission was run, and nothing outside it went wrong."""
    ran = _known(task)
    return ran is not None and ran.problem is None


def _run(jobs: dict[Task, Any], pool: WorkerPool, wanted: argparse.Namespace) -> None:
    """Run the jobs, as many at once as there is room for, and keep each result as soon as it is there."""
    from tqdm import tqdm

    with _executor(wanted) as executor:
        work = on_worker if wanted.cluster else pool.run
        futures: dict[Future[RunResult], Task] = {executor.submit(work, job): task for task, job in jobs.items()}
        try:
            for future in tqdm(as_completed(futures), total=len(futures), unit="submission", disable=not futures):
                task = futures[future]
                task.file.parent.mkdir(parents=True, exist_ok=True)
                write_whole(task.file, json.dumps({"key": task.key, "ran": _result(future, task)._asdict()}))
        except KeyboardInterrupt:
            for future in futures:
                future.cancel()
            pool.stop()
            say("Stopped. The same command goes on from here.")
            raise


def _result(future: Future[RunResult], task: Task) -> RunResult:
    """Return what a job gave; one that a cluster lost, with its worker, has a problem and is run at the next start."""
    try:
        return future.result()
    except CannotGoOnError:
        raise
    except Exception as error:
        problem = f"the machine on which it ran was lost ({type(error).__name__})"
        return RunResult(task.checked.student, task.checked.assignment, None, {}, {}, problem=problem)


@contextlib.contextmanager
def _executor(wanted: argparse.Namespace) -> Iterator[Executor]:
    if not wanted.cluster:
        with ThreadPoolExecutor(wanted.at_once) as executor:
            yield executor
        return
    from distributed import Client

    try:
        client = Client(wanted.cluster, timeout="20s")
    except (OSError, ValueError) as error:
        raise CannotGoOnError(f"There is no Dask scheduler at {wanted.cluster}: {error}.") from error
    with client, client.get_executor(pure=False) as executor:
        yield executor


def _record(course: Path, runs: dict[tuple[str, str], tuple[Task, RunResult | None]]) -> None:
    """Bring the gradebook to what is known; what it has already is not written again."""
    from helpers.grading.reporting import gradebook

    book = course / "grading" / RECORDED
    try:
        before: dict[str, str] = json.loads(book.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        before = {}
    settings = (course / gradebook.CONFIG).read_bytes()  # they say what being late costs
    now = {_name(ran): _entry(task, settings) for task, ran in runs.values() if ran and ran.notebook}
    gone = [name.split("/", 1) for name in before if name not in now]
    gradebook.forget(course, [(student, assignment) for assignment, student in gone])
    new = [ran for _, ran in runs.values() if ran and ran.notebook and before.get(_name(ran)) != now[_name(ran)]]
    gradebook.record(course, new, course / "grading" / CLEAN, course / "grading" / LAID_OUT)
    write_whole(book, json.dumps(now, indent=1))


def _entry(task: Task, settings: bytes) -> str:
    """Return what changes whenever the gradebook's entry of a submission could."""
    assert task.checked.folder
    time = task.checked.folder / TIME
    parts = [task.key.encode(), settings, time.read_bytes() if time.exists() else b""]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _name(ran: RunResult) -> str:
    return f"{ran.assignment}/{ran.student}"


def _sockets(course: Path) -> Path:
    """Return the same short path for the same course, so that a start tidies up after one that was killed."""
    return Path(tempfile.gettempdir()) / f"gd-{hashlib.sha256(os.fsencode(course)).hexdigest()[:10]}"


@contextlib.contextmanager
def _alone_in(course: Path) -> Iterator[None]:
    """Hold the folder's lock; the system frees it when this process ends. Raises CannotGoOnError."""
    (course / "grading").mkdir(mode=0o700, exist_ok=True)
    with (course / "grading" / LOCK).open("w") as lock:
        if os.name != "nt":
            import fcntl

            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise CannotGoOnError(f"Another grade command is at work in {course}: wait for it.") from error
        yield


# Telling


def _tell(course: Path, grades: list[Grade], trusted: bool) -> None:
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
