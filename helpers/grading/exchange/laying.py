"""What a learner handed in, laid where grading looks for it: first all of it aside, then each folder in one move."""

import re
import shutil
from pathlib import Path
from typing import NamedTuple

from helpers.grading.exchange.archive import Item
from helpers.grading.exchange.naming import safe
from helpers.grading.exchange.record import Learner
from helpers.grading.exchange.whose import PLAIN, Handed
from helpers.grading.handing_in.due import written
from helpers.grading.handing_in.files import SECRET, TIME
from helpers.grading.handing_in.reading import RefusedError
from helpers.grading.text import listed, shown

STAGE = Path("grading") / "taken"
DEEPEST = 8  # folders in folders


class Found(NamedTuple):
    """A file or folder of an export with whose it is, and the lessons whose notebook it is."""

    item: Item
    handed: Handed
    lessons: frozenset[str]


def staged(
    course: Path, lesson: str, own: dict[str, list[Found]], timed: bool
) -> tuple[dict[str, Learner], dict[str, Path]]:
    """Write what each learner handed in aside, and return what is to be remembered of her, and where it lies.

    timed: whether the times of the export are those of handing in.
    """
    stage = course / STAGE
    shutil.rmtree(stage, ignore_errors=True)
    learners, places = {}, {}
    for number, (student, files) in enumerate(own.items()):
        places[student] = stage / str(number)
        places[student].mkdir(parents=True)
        learners[student] = _staged(places[student], files, lesson, timed)
    return learners, places


def laid(course: Path, lesson: str, places: dict[str, Path]) -> None:
    """Move what lies aside to where grading looks for it."""
    for student, place in places.items():
        target = course / "submitted" / student / lesson
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(place, target)
    shutil.rmtree(course / STAGE, ignore_errors=True)


def _staged(place: Path, files: list[Found], lesson: str, timed: bool) -> Learner:
    owner, chosen = files[0].handed.owner, _chosen(files, lesson)
    notes = _about(chosen, files, lesson)
    others = [each for each in files if not each.item.is_folder and lesson not in each.lessons]
    for each in [chosen, *others] if chosen else others:  # the notebook first: its name is its own
        name = shown("/".join(each.handed.path))
        try:
            _write(place, each, f"{lesson}.ipynb" if each is chosen else "")
        except RefusedError as error:
            notes.append(f"{name} left out: {error}")
    times = [each.item.time for each in ([chosen] if chosen else files) if each.item.time and not each.item.is_folder]
    time = written(max(times)) if timed and times and owner.system != PLAIN else ""
    if time:
        (place / TIME).write_text(time, encoding="utf-8")
    return Learner(owner.system, owner.id, owner.name, time, any(each.handed.late for each in files), tuple(notes))


def _chosen(files: list[Found], lesson: str) -> Found | None:
    """Return the notebook that counts: the newest, else the one with the highest number behind its name."""
    return max((each for each in files if lesson in each.lessons), key=_age, default=None)


def _age(found: Found) -> tuple[float, int, str]:
    name = found.handed.path[-1]
    copy = re.search(r"(?:-Copy| ?\(|-)(\d+)\)?\.ipynb", name)
    return found.item.time.timestamp() if found.item.time else 0.0, int(copy[1]) if copy else 0, name


def _about(chosen: Found | None, files: list[Found], lesson: str) -> list[str]:
    """Say which notebook counts, and its name."""
    if chosen is None:
        return []
    name, notes = chosen.handed.path[-1], []
    others = [each for each in files if lesson in each.lessons and each is not chosen]
    if others:
        newer = all(_age(each)[0] < _age(chosen)[0] for each in others)
        why = "the newest" if newer else "by its name the last, for their times are the same"
        names = listed(["/".join(each.handed.path) for each in others])
        notes.append(f"{1 + len(others)} notebooks of this lesson: {shown(name)} counts, {why}; {names} left out")
    return notes if name == f"{lesson}.ipynb" else [*notes, f"{shown(name)} renamed to {lesson}.ipynb"]


def _write(place: Path, found: Found, name: str) -> None:
    """Write one file under names that lead nowhere else. Raises RefusedError."""
    content = found.item.read()
    *folders, last = [safe(part) for part in found.handed.path]
    stem, dot, ending = found.handed.path[-1].rpartition(".")
    last = name or (f"{safe(stem)}.{safe(ending)}" if dot and stem else last)
    if last in (TIME, SECRET) and found.handed.owner.system != PLAIN:
        last = f"handed-in-{last}"  # only nbgrader and the teacher say when something was handed in
    path = place.joinpath(*([] if name else folders[-DEEPEST:]), last)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise RefusedError("a file has the name of its folder") from error
    while path.exists():
        path = path.with_name(f"{path.stem}-{path.suffix}")
    path.write_bytes(content)
