"""A page of what a learner has solved, which says plainly that nobody examined it."""

from datetime import date
from html import escape
from pathlib import Path

from helpers.exercises import store
from helpers.exercises.catalogue import LESSONS
from helpers.ground import write_whole

NAME = "what_i_solved.html"
PLAIN = (
    "This page is self-attested. A program on the learner's own computer wrote it, from a file there that can be "
    "edited. It says which checks of the course passed; nobody examined who wrote the answers."
)
STYLE = """
body { margin: 2em auto; max-width: 42em; padding: 0 1em; font: 1.1em/1.5 Georgia, serif }
body { color: #111; background: #fff }
table { border-collapse: collapse; width: 100% }
th, td { padding: .3em .6em .3em 0; text-align: left; vertical-align: top; border-bottom: 1px solid #767676 }
td:nth-child(2) { white-space: nowrap }
"""


def attest(name: str = "", folder: Path | None = None) -> None:
    """Write a page of what you have solved, and print where it is.

    name: who the page is about; nothing leaves it open. folder: where it goes, the current one by itself.
    """
    place = (folder or Path.cwd()) / NAME
    place.parent.mkdir(exist_ok=True)
    solved = {id for id, entry in store.load()["exercises"].items() if entry.get("solved") is True}
    write_whole(place, page(name, solved, date.today()))
    print(f"{place} says what you have solved. It can be printed.")


def page(name: str, solved: set[str], day: date) -> str:
    """Return the page for the ids of what is solved."""
    rows, found, asked = "", 0, 0
    for lesson in LESSONS:
        ids = [exercise.id for exercise in lesson.exercises]
        own = [id for id in ids if id in solved]
        found, asked = found + len(own), asked + len(ids)
        if ids:
            cells = f"<td>{len(own)} of {len(ids)}</td><td>{escape(', '.join(own)) or 'none yet'}</td>"
            rows += f'<tr><th scope="row">{escape(lesson.label)}</th>{cells}</tr>\n'
    who = f"<p>{escape(name)}, {day:%d %B %Y}</p>" if name else f"<p>{day:%d %B %Y}</p>"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>What I solved</title><style>{STYLE}</style></head><body><main>
<h1>Gradient Descent by Experiment</h1>
{who}
<p><strong>{found} of {asked} exercises solved.</strong> {PLAIN}</p>
<table><caption>Exercises solved in each lesson</caption>
<thead><tr><th scope="col">lesson</th><th scope="col">solved</th><th scope="col">which</th></tr></thead>
<tbody>
{rows}</tbody></table>
</main></body></html>
"""
