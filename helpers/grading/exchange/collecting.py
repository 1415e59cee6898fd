"""An export into submitted/: a folder for each learner that it names, and what she handed in, whatever it is.

The lesson's notebook is found by what it holds, under any name. Learners whom an earlier export named stay.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from helpers.grading.exchange import archive, laying, record
from helpers.grading.exchange.archive import Item
from helpers.grading.exchange.laying import Found
from helpers.grading.exchange.naming import folders_of
from helpers.grading.exchange.whose import CANVAS, PLAIN, handed
from helpers.grading.handing_in.files import NOTEBOOKS
from helpers.grading.handing_in.reading import Cell, RefusedError, cells_of
from helpers.grading.handing_in.restore import restore
from helpers.grading.text import listed
from helpers.ground import CannotGoOnError, say

DOWNLOAD = timedelta(hours=1)  # a system that writes no times of handing in is done with an archive by then


def collect(course: Path, export: Path, truth: dict[str, Any], known: Collection[str] = ()) -> None:
    """Lay what an export holds into course/submitted, and say what was done. Raises CannotGoOnError.

    truth: the released notebooks by lesson. known: the ids of Canvas' gradebook, where it is at hand.
    """
    with archive.opened(export) as items:
        found = _found(_unwrapped(items, truth), truth, known)
        if not found:
            raise CannotGoOnError(f"{export} holds nothing that anybody handed in: is it the right one?")
        timed = _says_when(items)
        for lesson, own in _by_lesson(export, found, truth).items():
            _take(course, lesson, own, timed)
        if not timed:
            say("Its files bear the time of the download: who was late, only your table or a name with LATE can tell.")


def _unwrapped(items: list[Item], truth: Collection[str]) -> list[Item]:
    """Return what an export holds without a folder around all of it."""
    tops = {item.parts[:1] for item in items}
    inside = [item._replace(parts=item.parts[1:]) for item in items if len(item.parts) > 1]
    if len(tops) != 1 or any(each.parts[0] in truth for each in inside):
        return items
    folders = {item.parts[0] for item in inside if item.is_folder or len(item.parts) > 1}
    owners = [handed(item.parts, item.is_folder) for item in inside]
    named = any(owner and owner.owner.system == CANVAS for owner in owners)
    return inside if named or len(folders) > 1 else items


def _found(items: Iterable[Item], truth: dict[str, Any], known: Collection[str]) -> list[Found]:
    found = []
    for item in items:
        whose = handed(item.parts, item.is_folder, known)
        if whose:
            found.append(Found(item, whose, _lessons(item, truth)))
        else:
            say(f"Left out: {item.name or 'a file without a name'}, which names nobody.")
    return found


def _lessons(item: Item, truth: dict[str, Any]) -> frozenset[str]:
    """Return the lessons whose notebook a file is, by what it holds."""
    if item.is_folder or item.wrong or not item.parts[-1].lower().endswith(NOTEBOOKS):
        return frozenset()
    try:
        cells, _ = cells_of(item.read())
        return frozenset(name for name, release in truth.items() if _fits(release, cells))
    except Exception:  # whatever somebody made of her file: preflight says why, and nobody else waits for it
        return frozenset()


def _fits(release: dict[str, Any], cells: list[Cell]) -> bool:
    try:
        restore(release, cells)
    except RefusedError:
        return False
    return True


def _by_lesson(export: Path, found: list[Found], truth: Collection[str]) -> dict[str, list[Found]]:
    """Return what belongs to which lesson: by a folder of its name, else all to one. Raises CannotGoOnError."""
    lessons: dict[str, list[Found]] = defaultdict(list)
    rest, pieces = [], Counter(each.handed.owner for each in found)
    for each in found:
        owner, path = each.handed.owner, each.handed.path
        if owner.system == PLAIN and path and path[0] in truth:
            lessons[path[0]].append(each._replace(handed=each.handed._replace(path=path[1:])))
        elif path or owner.system != PLAIN or pieces[owner] == 1:  # else it is the folder around what follows
            rest.append(each)
    if rest:
        lessons[_lesson(export, rest, truth)] += rest
    return lessons


def _lesson(export: Path, found: list[Found], truth: Collection[str]) -> str:
    """Return the lesson that an export is of: the one that most of its notebooks are. Raises CannotGoOnError."""
    if len(truth) == 1:
        return next(iter(truth))
    votes = Counter(lesson for each in found for lesson in each.lessons).most_common(2)
    if not votes or (len(votes) > 1 and votes[0][1] == votes[1][1]):
        again = "give one export for each lesson, or put the files into submitted/ yourself"
        raise CannotGoOnError(f"{export} does not show which of {', '.join(sorted(truth))} it is of: {again}.")
    return votes[0][0]


def _says_when(items: list[Item]) -> bool:
    """Whether the times of an export are those of handing in; those of a download follow each other closely."""
    times = [item.time for item in items if item.time and not item.is_folder]
    return bool(times) and (times != sorted(times) or max(times) - min(times) > DOWNLOAD)


def _take(course: Path, lesson: str, found: list[Found], timed: bool) -> None:
    """Lay out a lesson's files by learner; what somebody put there by hand stays."""
    before = record.load(course)
    last = before.get(lesson, {})
    named = folders_of([each.handed.owner for each in found], last)
    own: dict[str, list[Found]] = defaultdict(list)
    for each in found:
        own[named[each.handed.owner]].append(each)
    for student in [student for student in own if student not in last]:
        place = course / "submitted" / student
        if (place / lesson).exists() or (place.exists() and not place.is_dir()):
            say(f"submitted/{student}/{lesson} is there, and from no export: it stays, the export's is left out.")
            del own[student]
    learners, staged = laying.staged(course, lesson, own, timed)
    record.save(course, before | {lesson: last | learners})
    laying.laid(course, lesson, staged)
    say(f"{lesson}: {len(learners)} learners in the export.")
    if stay := [student for student in last if student not in learners]:
        say(f"{listed(stay)}: in an earlier export, not in this one; what was handed in then stays.")
