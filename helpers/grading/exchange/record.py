"""What the exports said of each learner, kept beside the course: by what her system knows her, when, whether late."""

import json
from pathlib import Path
from typing import NamedTuple

from helpers.ground import write_whole

FILE = Path("grading") / "handed_in.json"


class Learner(NamedTuple):
    """A learner in an export. id: her system's for her. time: of handing in, or nothing. late: whether it says so."""

    system: str
    id: str
    name: str
    time: str = ""
    late: bool = False
    notes: tuple[str, ...] = ()


Record = dict[str, dict[str, Learner]]  # by lesson and student


def load(course: Path) -> Record:
    """Return what is remembered; nothing where no export was ever taken in."""
    try:
        found = json.loads((course / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {
        lesson: {student: Learner(*row)._replace(notes=tuple(row[5])) for student, row in learners.items()}
        for lesson, learners in found.items()
    }


def save(course: Path, record: Record) -> None:
    """Remember it."""
    (course / FILE).parent.mkdir(mode=0o700, exist_ok=True)
    write_whole(course / FILE, json.dumps(record, indent=1))


def notes(record: Record, student: str, lesson: str) -> tuple[str, ...]:
    """Return what taking an export in mended for a learner."""
    learner = record.get(lesson, {}).get(student)
    return learner.notes if learner else ()


def said_late(record: Record, student: str, lesson: str) -> str:
    """Return, in words, that an export calls a submission late; nothing where it does not."""
    learner = record.get(lesson, {}).get(student)
    return f"late, as {learner.system.capitalize()} says" if learner and learner.late else ""
