"""The running order: when which section is taught and when its exercises are done, with breaks between lessons."""

import re
from argparse import Namespace
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

from helpers.authoring.canonical import read
from helpers.authoring.minutes import sections
from helpers.authoring.release import chosen, solutions
from helpers.ground import CannotGoOnError, say, write_whole
from helpers.workshop.kit.routes import ROUTES, Route

BREAK, LUNCH = 15, 60  # minutes
NOON = 11 * 60 + 45  # the first break from then on is lunch
PAGE = Path(__file__).with_name("agenda.html")
_TITLE = re.compile(r"(?m)^# +(.+)$")


class Item(NamedTuple):
    """A line of the running order: its meeting, when it begins (minutes since midnight), minutes, and what is done.

    A break has no lesson.
    """

    meeting: int
    begins: int
    teaching: int
    exercises: int
    lesson: str
    what: str

    @property
    def minutes(self) -> int:
        """How long it takes in all."""
        return self.teaching + self.exercises

    @property
    def ends(self) -> int:
        """When it ends, in minutes since midnight."""
        return self.begins + self.minutes


def run(root: Path, wanted: Namespace) -> int:
    """Print the running order of a route or of lessons, and write the page that was asked for."""
    route = route_of(root, wanted.what)
    items = list(order(solutions(root), route, wanted.at))
    for line in text(items, route):
        say(line)
    if wanted.html:
        write_whole(wanted.html, page(items, route))
        say(f"{wanted.html} shows the same with a clock.")
    return 0


def route_of(root: Path, words: list[str]) -> Route:
    """Return the route of this name, or one meeting with these lessons. Raises CannotGoOnError for unknown words."""
    if len(words) == 1 and words[0] in ROUTES:
        return ROUTES[words[0]]
    if named := [word for word in words if word in ROUTES]:
        raise CannotGoOnError(f"{named[0]} is a route and stands alone; name either one route or lessons.")
    return Route("", (tuple(path.stem for path in chosen(solutions(root), words)),), {})


def order(found: list[Path], route: Route, at: int) -> Iterator[Item]:
    """Yield the lines of the running order; each meeting begins at the same time of the day."""
    for meeting, lessons in enumerate(route.meetings, 1):
        now, eaten = at, at >= NOON
        for place, path in enumerate(chosen(found, lessons)):
            if place:
                lunch = now >= NOON and not eaten
                eaten = eaten or lunch
                rest = Item(meeting, now, LUNCH if lunch else BREAK, 0, "", "Lunch" if lunch else "Break")
                yield rest
                now = rest.ends
            nb = read(path)
            for section in sections(nb):
                item = Item(meeting, now, section.teaching, section.exercises, path.stem, section.title or title(nb))
                yield item
                now = item.ends


def title(nb: Any) -> str:
    """Return a lesson's title."""
    found = _TITLE.search(nb.cells[0].source)
    return found[1] if found else ""


def clock(minutes: int) -> str:
    """Return minutes since midnight as a time of the day."""
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def text(items: list[Item], route: Route) -> Iterator[str]:
    """Yield the lines that the command prints."""
    yield from ([route.meaning[:1].upper() + route.meaning[1:] + "."] if route.meaning else [])
    yield from route.left_out.values()
    for meeting, group in groupby(items, key=lambda item: item.meeting):
        yield f"\nMeeting {meeting}" if len(route.meetings) > 1 else ""
        for lesson, lines in groupby(group, key=lambda item: item.lesson):
            yield from [lesson] if lesson else []
            for item in lines:
                yield f"  {clock(item.begins)}  {lasts(item):>30}  {item.what}"
        yield f"  {clock(item.ends)}  {'':>30}  End"


def lasts(item: Item) -> str:
    """Return how long a line takes, in words."""
    if not item.lesson:
        return f"{item.minutes} min"
    parts = [f"{item.teaching} min" if item.teaching else "", f"{item.exercises} min of exercises"]
    return " + ".join(filter(None, parts[: 1 + bool(item.exercises)])) or "0 min"


def page(items: list[Item], route: Route) -> str:
    """Return the running order as a page that stands alone: to print, or to keep open with its clock."""
    said = "".join(f"<p>{escape(line)}</p>\n" for line in route.left_out.values())
    tables = "".join(
        _table(meeting, [item for item in items if item.meeting == meeting], len(route.meetings))
        for meeting in range(1, len(route.meetings) + 1)
    )
    return Template(PAGE.read_text(encoding="utf-8")).substitute(said=said, tables=tables)


def _table(meeting: int, items: Iterable[Item], meetings: int) -> str:
    caption = f"Meeting {meeting}" if meetings > 1 else "Running order"
    rows = "".join(
        f'<tr data-begins="{item.begins}" data-ends="{item.ends}"><th scope="row">{clock(item.begins)}</th>'
        f"<td>{escape(item.lesson)}</td><td>{escape(item.what)}</td>"
        f"<td>{item.teaching or ''}</td><td>{item.exercises or ''}</td></tr>\n"
        for item in items
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("from", "lesson", "section", "teaching", "exercises"))
    return f"<table><caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table>\n"
