"""What the board answers: events from seats, a page for the room, one for the instructor, and what keeps them fresh.

Who asks is decided by whoever serves: `who` tells whose token it is, and `signed_in` is mixed into the pages.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, ClassVar

import tornado.iostream
import tornado.web

from helpers.exercises.catalogue import LESSONS
from helpers.workshop.board.ledger import Ledger
from helpers.workshop.board.service import TEACH
from helpers.workshop.board.state import Room, understood

FRESH = 0.25  # seconds between two looks at a busy room
ALIVE = 3.0  # seconds between signs of life in a quiet one
LARGEST = 2**20  # bytes of one post
MOST = 2000  # events in one post
HERE = Path(__file__).parent
POLICY = "default-src 'self'; frame-ancestors 'self'"
Who = Callable[[str], Awaitable[str | None]]


class Board:
    """The ledger, the room that it adds up to, and a bell for whoever waits for a change."""

    def __init__(self, ledger: Ledger, seats: int, names: bool) -> None:
        """Begin where the ledger ends."""
        self.ledger, self.room, self.names = ledger, Room(seats), names
        self.rung = asyncio.Condition()
        for told in ledger.all():
            self.room.take(told)

    async def add(self, seat: str, events: list[Any]) -> None:
        """Take the events of a seat: first to the disk, then to the room."""
        now = time.time()
        read = [understood(seat, event, now) for event in events]
        new = self.ledger.add(event for event in read if event)
        for told in new:
            self.room.take(told)
        if new:
            async with self.rung:
                self.rung.notify_all()

    async def changed(self, seen: int) -> None:
        """Wait until the room is not as it was, or for a sign of life."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ALIVE), self.rung:
                await self.rung.wait_for(lambda: self.room.version != seen)


class Handler(tornado.web.RequestHandler):
    """What all answers share."""

    board: Board
    who: Who

    def initialize(self, board: Board, who: Who) -> None:
        """Take what the application was made with."""
        self.board, self.who = board, who

    def set_default_headers(self) -> None:
        """Keep nothing, and load nothing from elsewhere."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Security-Policy", POLICY)

    def teaches(self) -> bool:
        """Return whether whoever asks may see all counts."""
        return TEACH in (self.current_user or {}).get("scopes", [])


class Events(Handler):
    """What seats tell."""

    def check_xsrf_cookie(self) -> None:
        """Ask for none: a token, and no cookie, says who this is."""

    async def post(self) -> None:
        """Answer 204 once every event that can be understood is on the disk; 403 to a token of nobody."""
        token = self.request.headers.get("Authorization", "").removeprefix("token ")
        seat = await self.who(token) if token else None
        if not seat:
            raise tornado.web.HTTPError(403)
        try:
            events = json.loads(self.request.body)
        except (ValueError, RecursionError):
            events = None
        if not isinstance(events, list) or len(events) > MOST:
            raise tornado.web.HTTPError(400)
        await self.board.add(seat, events)
        self.set_status(204)


class Page(Handler):
    """The page: for the room, for a projector, and for the instructor."""

    kinds: ClassVar = ("room", "projector", "instructor")

    @tornado.web.authenticated
    def get(self, kind: str = "") -> None:
        """Give the page; 403 to whoever asks for the instructor's and is none."""
        kind = kind or "room"
        if kind == "instructor" and not self.teaches():
            raise tornado.web.HTTPError(403)
        lessons = [(lesson.name, lesson.label) for lesson in LESSONS if lesson.exercises]
        names = self.board.names and kind == "instructor"
        base = self.request.path.removesuffix(kind)
        _ = self.xsrf_token  # sets the cookie that live must be asked with
        self.render("page.html", kind=kind, lessons=lessons, names=names, base=base, teaches=self.teaches())


class Live(Handler):
    """The numbers of a page, as long as it is open. EventSource sets no headers: the XSRF token comes in the query."""

    gone = False

    def on_connection_close(self) -> None:
        """Note that nobody listens any more."""
        self.gone = True

    @tornado.web.authenticated
    async def get(self) -> None:
        """Send the room whenever it changes."""
        teaching = self.get_argument("kind", "room") == "instructor"
        if teaching and not self.teaches():
            raise tornado.web.HTTPError(403)
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("X-Accel-Buffering", "no")
        lesson, room = self.get_argument("lesson", None), self.board.room
        with contextlib.suppress(tornado.iostream.StreamClosedError):
            while not self.gone:
                seen = room.version
                told = room.summary(lesson, time.time(), teaching, names=self.board.names)
                self.write(f"data: {json.dumps(told)}\n\n")
                await self.flush()
                await self.board.changed(seen)
                await asyncio.sleep(FRESH)


def application(
    board: Board, who: Who, prefix: str, signed_in: type, others: list[Any], **settings: Any
) -> tornado.web.Application:
    """Return the application below a prefix such as /services/board/.

    who: a token to the name of its seat, or None. signed_in: the class that knows who looks at a page. others: what
    signing in needs besides.
    """
    told = {"board": board, "who": who}
    pages = {page: type(page.__name__, (signed_in, page), {}) for page in (Page, Live)}
    kinds = "|".join(Page.kinds[1:])
    routes = [
        (f"{prefix}events", Events, told),
        (f"{prefix}live", pages[Live], told),
        (f"{prefix}static/(.*)", tornado.web.StaticFileHandler, {"path": HERE / "static"}),
        (f"{prefix}({kinds})?", pages[Page], told),
        *others,
    ]
    return tornado.web.Application(routes, template_path=str(HERE / "static"), **settings)
