"""What a learner's kernel tells the board of its room: lines in an outbox, and a thread that empties it.

Nothing happens, and no file is made, unless GRADIENT_COURSE_BOARD says where the board is and the learner takes part.
It is the path of the board's socket, or an address that begins with http. An event has an id of its own: what is sent
again because nobody said that it had arrived is counted once. Standard library only.
"""

import contextlib
import http.client
import json
import os
import re
import socket
import threading
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from helpers.ground import locked, write_whole

BOARD = "GRADIENT_COURSE_BOARD"
NAMES = "GRADIENT_COURSE_BOARD_NAMES"  # not empty where the instructor may see whose events these are
TOKEN = "JUPYTERHUB_API_TOKEN"  # whose events these are; the board asks the hub
EVENTS = "/services/board/events"
KINDS = ("began", "tried", "solved", "stuck", "done", "none")  # the last three are notes: of a seat, not an exercise
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
AT_ONCE = 200  # events in one post
PATIENCE = 5.0  # seconds until a post counts as lost
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0  # seconds between posts that fail

_wakers: dict[Path, threading.Event] = {}


def there_is_a_board() -> bool:
    """Return whether this kernel was told where a board is."""
    return bool(os.environ.get(BOARD))


def takes_part(folder: Path) -> bool:
    """Return whether there is a board, and the learner whose data folder this is tells it something."""
    return there_is_a_board() and (folder / "board" / "on").exists()


def join(folder: Path) -> None:
    """Tell the board what follows, and what an earlier kernel had no time to send."""
    if there_is_a_board():
        (folder / "board").mkdir(parents=True, exist_ok=True)
        (folder / "board" / "on").touch()
        _wake(folder)


def leave(folder: Path) -> None:
    """Tell the board nothing more, not even what is not yet sent."""
    box = folder / "board"
    if box.exists():
        (box / "on").unlink(missing_ok=True)
        with locked(box / "lock"):
            (box / "outbox.jsonl").unlink(missing_ok=True)
            (box / "sent").unlink(missing_ok=True)


def report(folder: Path, kind: str, exercise: str | None = None, slug: str | None = None) -> None:
    """Note that something happened, without waiting for anybody.

    kind: one of KINDS. exercise: an id. slug: the name of a mistake. A word that is no such name is left out: no text
    that somebody wrote gets further than this.
    """
    if kind not in KINDS or not takes_part(folder):
        return
    named = {"exercise": exercise, "slug": slug}
    words = {key: word for key, word in named.items() if isinstance(word, str) and NAME.fullmatch(word)}
    event = {"id": uuid.uuid4().hex, "at": round(time.time(), 1), "kind": kind, **words}
    with contextlib.suppress(OSError):  # a full disk is told by the progress file
        # One write: lines of two kernels do not mix. A line that a full disk cut short ends where the next begins.
        with open(folder / "board" / "outbox.jsonl", "ab", buffering=0) as file:
            file.write(f"\n{json.dumps(event)}\n".encode())
        _wake(folder)


def _wake(folder: Path) -> None:
    """Let the thread of this folder look into the outbox; start it when there is none."""
    if folder not in _wakers:
        _wakers[folder] = threading.Event()
        threading.Thread(target=_deliver, args=(folder, _wakers[folder]), daemon=True, name="board").start()
    _wakers[folder].set()


def _deliver(folder: Path, wake: threading.Event) -> None:
    pause = FIRST_PAUSE
    while True:
        wake.wait()
        wake.clear()
        try:
            while _send_some(folder):
                pause = FIRST_PAUSE
        except Exception:  # a notebook never hears of this thread: a full disk, no board, a board that refuses
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            wake.set()


def _send_some(folder: Path) -> bool:
    """Post the first events that nobody has acknowledged, mark them, and return whether there were any."""
    box = folder / "board"
    if not takes_part(folder):
        return False
    with locked(box / "lock"):
        done = _marked(box)
        lines = _whole_lines(box / "outbox.jsonl", done)
        if not lines or not takes_part(folder):
            return False
        events = [event for event in map(_parsed, lines) if event is not None]
        if events:
            _post(events)
        write_whole(box / "sent", str(done + sum(map(len, lines))))
        return True


def _marked(box: Path) -> int:
    """Return how many bytes of the outbox have arrived; 0 where the mark does not fit, as nothing counts twice."""
    try:
        done = int((box / "sent").read_text())
        return done if done <= (box / "outbox.jsonl").stat().st_size else 0
    except (OSError, ValueError):
        return 0


def _whole_lines(path: Path, begin: int) -> list[bytes]:
    """Return the next lines of a file that have an end, from a place on; none when there is no file."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(begin)
        lines = [line for line, _ in zip(file, range(2 * AT_ONCE), strict=False)]
    return [line for line in lines if line.endswith(b"\n")]


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:  # empty, or cut short
        return None
    return event if isinstance(event, dict) else None


def _post(events: list[dict[str, Any]]) -> None:
    """Give events to the board; raise an error unless it says that it has them."""
    where = os.environ[BOARD]
    url = urlsplit(where)
    connection: http.client.HTTPConnection
    if url.scheme == "https":
        connection = http.client.HTTPSConnection(url.netloc, timeout=PATIENCE)
    elif url.scheme == "http":
        connection = http.client.HTTPConnection(url.netloc, timeout=PATIENCE)
    else:
        connection = _OverSocket(where)
    headers = {"Authorization": f"token {os.environ.get(TOKEN, '')}", "Content-Type": "application/json"}
    path = url.path if url.scheme in ("http", "https") else EVENTS
    with contextlib.closing(connection):
        connection.request("POST", path, json.dumps(events), headers)
        answer = connection.getresponse()
        if answer.status != http.HTTPStatus.NO_CONTENT:
            raise ConnectionError(f"the board said {answer.status}")


class _OverSocket(http.client.HTTPConnection):
    """A connection to a server that listens at a path."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=PATIENCE)
        self.path = path

    def connect(self) -> None:
        """Connect to the path; mypy on Windows knows no such sockets."""
        self.sock = socket.socket(getattr(socket, "AF_UNIX"))  # noqa: B009
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)
