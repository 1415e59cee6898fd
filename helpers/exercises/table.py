"""What the learner has done so far, as a table over the whole course."""

from html import escape

from helpers.exercises import library, store
from helpers.exercises.catalogue import LESSONS
from helpers.exercises.exercise import Lesson

COLUMNS = ("exercises solved", "predictions made", "quiz right", "challenges met")
CAPTION = "Your progress"
PLANNED = "not yet written"


OFTEN = 3  # times the same mistake at one exercise; at two exercises, once each is enough


class Progress:
    """The table as it was when made; a notebook shows it as HTML with a link to each lesson, all else as text."""

    def __init__(self) -> None:
        data = store.load()
        self.rows = [(lesson.name, lesson.label, _counts(lesson, data) if lesson.quiz else None) for lesson in LESSONS]
        number = library.count()
        self.notes = (
            [f"Your library {library.NAME} has {number} of the {len(library.ORDER)} functions."] if number else []
        )
        self.notes += _recurring(data)

    def __repr__(self) -> str:
        table: list[tuple[str, ...]] = [("lesson", *COLUMNS)]
        table += [(name, *(cells or (PLANNED, "", "", ""))) for name, _, cells in self.rows]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in table]
        return "\n".join(line.rstrip() for line in [CAPTION, *lines, *self.notes])

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{column}</th>' for column in ("lesson", *COLUMNS))
        body = ""
        for name, label, cells in self.rows:
            shown = escape(label)
            if cells:
                shown = f'<a href="{name}.ipynb">{shown}</a>'
            counts = "".join(f"<td>{cell}</td>" for cell in cells) if cells else f'<td colspan="4">{PLANNED}</td>'
            body += f'<tr><th scope="row" style="text-align: left">{shown}</th>{counts}</tr>\n'
        notes = "".join(f"\n<p>{escape(note)}</p>" for note in self.notes)
        return (
            f"<table>\n<caption>{CAPTION}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>"
            f"{notes}"
        )


def _counts(lesson: Lesson, data: store.Data) -> tuple[str, ...]:
    """One cell for each column: how many are done, of how many."""
    parts = (
        (lesson.exercises, data["exercises"], "solved"),
        (lesson.predictions, data["predictions"], "choice"),
        (lesson.quiz, data["quiz"], "right"),
        (lesson.challenges, data["challenges"], "met"),
    )
    done = [sum(bool(entries.get(item.id, {}).get(field)) for item in items) for items, entries, field in parts]
    return tuple(f"{d} of {len(items)}" if items else "none" for d, (items, _, _) in zip(done, parts, strict=True))


def _recurring(data: store.Data) -> list[str]:
    """Return a sentence for each mistake that keeps coming back: where, and the lesson to read again."""
    where: dict[str, dict[str, int]] = {}
    for id, entry in data["exercises"].items():
        for slug, times in entry.get("mistakes", {}).items():
            where.setdefault(slug, {})[id] = times
    first = {
        mistake.slug: lesson.name
        for lesson in reversed(LESSONS)
        for exercise in lesson.exercises
        for mistake in exercise.mistakes
    }
    return [
        f"{slug} keeps coming back ({', '.join(places)}): {first[slug]} is where it is explained first."
        for slug, places in sorted(where.items())
        if slug in first and (len(places) > 1 or max(places.values()) >= OFTEN)
    ]


def progress() -> Progress:
    """Your progress over the whole course: what is done in each lesson, your library, and mistakes that come back."""
    return Progress()
