"""The gradebook, brought to what is known; what it has already is not written again."""

import hashlib
import json
from pathlib import Path

from helpers.grading.handing_in.files import TIME
from helpers.grading.reporting import gradebook
from helpers.grading.results import RunResult
from helpers.grading.running.batch import StoredRun
from helpers.ground import write_whole

RECORDED, LAID_OUT = "recorded.json", "executed"


def bring_up_to_date(course: Path, work: Path, clean: Path, runs: dict[StoredRun, RunResult | None]) -> None:
    """Write into the gradebook what is new or changed, and take out what is gone. Raises CannotGoOnError.

    work: where this keeps what it has written. clean: where preflight left the submissions.
    """
    settings = (course / gradebook.CONFIG).read_bytes()  # they say what being late costs
    executed = {stored: result for stored, result in runs.items() if result and result.notebook}
    now = {_name(stored): _entry(stored, settings) for stored in executed}
    before = _before(work / RECORDED)
    gone = [name.split("/", 1) for name in before if name not in now]
    gradebook.forget(course, [(student, assignment) for assignment, student in gone])
    new = [result for stored, result in executed.items() if before.get(_name(stored)) != now[_name(stored)]]
    gradebook.record(course, new, clean, work / LAID_OUT)
    write_whole(work / RECORDED, json.dumps(now, indent=1))


def _before(file: Path) -> dict[str, str]:
    """Return what was recorded at the last start: by submission, its entry."""
    try:
        before: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return before


def _entry(stored: StoredRun, settings: bytes) -> str:
    """Return what changes whenever the gradebook's entry of a submission could."""
    assert stored.checked.folder
    time = stored.checked.folder / TIME
    parts = [stored.key.encode(), settings, time.read_bytes() if time.exists() else b""]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _name(stored: StoredRun) -> str:
    return f"{stored.checked.assignment}/{stored.checked.student}"
