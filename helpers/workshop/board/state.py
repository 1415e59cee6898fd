"""Where the room is: what the events add up to, and how much of it who may see.

A learner sees counts only, and none below FEW: in a small group a count is a name. Where one count of an exercise is
hidden, so is the next smallest, as the first could be had by subtraction.
"""

from collections import Counter
from typing import Any, NamedTuple

from helpers.exercises.catalogue import EXERCISES, LESSONS
from helpers.exercises.symptoms import public
from helpers.outbox import KINDS

FEW = 3
COMMON = 3  # mistakes that are shown of an exercise
NOTES = ("stuck", "done", "none")
STATES = ("not_begun", "trying", "solved")
LESSON_OF = {exercise.id: lesson.name for lesson in LESSONS for exercise in lesson.exercises}
Summary = dict[str, Any]


class Told(NamedTuple):
    """What a seat told: when (seconds since 1970, by the seat's clock), what, of which exercise, by which mistake."""

    seat: str
    at: float
    kind: str
    exercise: str | None
    slug: str | None


def understood(seat: str, event: Any, now: float) -> tuple[str, Told] | None:
    """Return an event's id and what it tells; None for what the course's own outbox would not write.

    Only names that the course gave get through, so that nothing that somebody wrote can stand on a projector.
    """
    if not isinstance(event, dict):
        return None
    id, at, kind, about = event.get("id"), event.get("at"), event.get("kind"), event.get("exercise")
    if not (isinstance(id, str) and 0 < len(id) <= 64 and isinstance(at, int | float) and kind in KINDS):
        return None
    at = min(float(at), now) if at > 0 else now  # a clock that is ahead would keep the room young
    if kind in NOTES:
        return id, Told(seat, at, kind, None, None)
    if not isinstance(about, str) or about not in EXERCISES:
        return None
    slug = event.get("slug")
    return id, Told(seat, at, kind, about, public(EXERCISES[about], slug if isinstance(slug, str) else None))


class Room:
    """What all seats do now. `version` grows with each change."""

    def __init__(self, seats: int) -> None:
        """Begin a room of so many seats of which nothing is known yet."""
        self.version = 0
        self._seats = seats
        self._seen: set[str] = set()
        self._at_work: dict[str, dict[str, Told]] = {}  # exercise, seat
        self._notes: dict[str, str] = {}
        self._lesson: dict[str, Told] = {}  # the last event of a seat that names an exercise
        self._moved: dict[str, float] = {}  # when somebody last did something in a lesson

    def take(self, told: Told) -> None:
        """Add one event. What is solved stays solved; a note falls off when its seat goes to another lesson."""
        self.version += 1
        self._seen.add(told.seat)
        if told.kind in NOTES:
            self._notes[told.seat] = told.kind
            return
        assert told.exercise is not None, "only notes name no exercise"
        seats, lesson = self._at_work.setdefault(told.exercise, {}), LESSON_OF[told.exercise]
        self._moved[lesson] = max(told.at, self._moved.get(lesson, 0.0))
        before = seats.get(told.seat)
        if before is None or (before.kind != "solved" and (told.kind != "began" or before.kind == "began")):
            seats[told.seat] = told
        last = self._lesson.get(told.seat)
        if last and LESSON_OF[str(last.exercise)] != lesson:
            self._notes.pop(told.seat, None)
        if last is None or told.at >= last.at:
            self._lesson[told.seat] = told

    def lesson(self) -> str:
        """Return the lesson that most seats are in; the first lesson with exercises when none is."""
        seats = Counter(LESSON_OF[str(told.exercise)] for told in self._lesson.values())
        newest = {LESSON_OF[str(told.exercise)]: told.at for told in sorted(self._lesson.values(), key=lambda t: t.at)}
        first = next(lesson.name for lesson in LESSONS if lesson.exercises)
        return max(seats, key=lambda name: (seats[name], newest[name])) if seats else first

    def summary(self, lesson: str | None, now: float, teaching: bool = False, names: bool = False) -> Summary:
        """Return what a page shows of a lesson, or of the one that most are in.

        teaching: all counts as they are. names: also which seats try and are stuck; only with teaching.
        """
        lesson = lesson if lesson in LESSON_OF.values() else self.lesson()
        seats = max(self._seats, len(self._seen))
        ids = [id for id, name in LESSON_OF.items() if name == lesson]
        notes = Counter(self._notes.values())
        shown: Summary = {
            "lesson": lesson,
            "seats": seats,
            "version": self.version,
            "still": round(max(now - self._moved[lesson], 0)) if lesson in self._moved else None,
            "stuck": notes["stuck"] if teaching else at_least_few(notes["stuck"]),
            "done": notes["done"] if teaching else at_least_few(notes["done"]),
            "exercises": [self._row(id, seats, teaching) for id in ids] if teaching or seats >= FEW else [],
        }
        if teaching and names:
            shown["stuck_seats"] = sorted(seat for seat, note in self._notes.items() if note == "stuck")
            for row in shown["exercises"]:
                at_work = self._at_work.get(row["exercise"], {})
                row["seats"] = sorted(seat for seat, told in at_work.items() if told.kind != "solved")
        return shown

    def _row(self, id: str, seats: int, teaching: bool) -> Summary:
        """Return the counts of an exercise, and the mistakes that those who try it made last."""
        at_work = self._at_work.get(id, {}).values()
        solved = sum(told.kind == "solved" for told in at_work)
        counts = dict(zip(STATES, (seats - len(at_work), len(at_work) - solved, solved), strict=True))
        made = Counter(told.slug for told in at_work if told.kind == "tried" and told.slug)
        least = 1 if teaching else FEW
        mistakes = sorted(((n, slug) for slug, n in made.items() if n >= least), key=lambda pair: (-pair[0], pair[1]))
        return {
            "exercise": id,
            **(counts if teaching else hidden(counts)),
            "mistakes": [[slug, n] for n, slug in mistakes[:COMMON]],
        }


def at_least_few(count: int) -> int | None:
    """Return a count that may be shown to all, and None for one that may not."""
    return count if count == 0 or count >= FEW else None


def hidden(counts: dict[str, int]) -> dict[str, int | None]:
    """Return counts that add up to a known number, with None for those that are too small or tell one that is."""
    shown: dict[str, int | None] = {name: at_least_few(count) for name, count in counts.items()}
    if list(shown.values()).count(None) == 1:
        others = {name: count for name, count in counts.items() if shown[name]}
        if others:
            shown[min(others, key=lambda name: others[name])] = None
    return shown
