"""What hostile submissions may have done to the world outside their run, looked for after grading."""

import csv
import re
import socket
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from html.parser import HTMLParser
from pathlib import Path

from grading.cases import COURSE

SECRET = "GRADING_PROOF_SECRET"  # an environment variable that the test sets, and that no submission may read
FORGED = 396


@contextmanager
def listening() -> Iterator[tuple[int, list[str]]]:
    """Listen on the loopback: gives the port for `cohort`, and the list that each connection is added to."""
    connections: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:  # the server is closed
                    return
                connections.append(f"a connection from {address}")
                connection.close()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield server.getsockname()[1], connections
        finally:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)  # or accept would wait on


def gradebook_is_true(course: Path) -> str | None:
    """Say which forged scores stand in the gradebook, or None."""
    path = course / "gradebook.db"
    if not path.exists():
        return None
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as gradebook:
        query = "SELECT count(*) FROM grade WHERE auto_score >= ? OR manual_score >= ? OR extra_credit >= ?"
        (forged,) = gradebook.execute(query, (FORGED, FORGED, FORGED)).fetchone()
    return f"{forged} forged scores stand in the gradebook" if forged else None


def submissions_are_unmarked(course: Path, token: str) -> str | None:
    """Say which submission was written into by another one, or None: the mark stands at the file's end."""
    for path in sorted((course / "submitted").glob("*/*/*.ipynb")):
        if not path.is_symlink() and path.stat().st_size < 10**7 and path.read_bytes().endswith(token.encode()):
            return f"{path} was written into"
    return None


def left_no_file(course: Path, token: str) -> str | None:
    """Say which file with the token in its name lies somewhere, or None."""
    places = [Path.home(), Path(tempfile.gettempdir()), COURSE, COURSE / "helpers", course, course.parent]
    places += [Path("/tmp"), Path("/var/tmp"), Path("/dev/shm")]
    for place in [*places, *course.glob("*"), *(course / "submitted").glob("*")]:
        if place.is_dir():
            for path in place.glob(f"*{token}*"):
                return f"{path} was written"
    return None


def left_no_process(token: str) -> str | None:
    """Say which process with the token on its command line still runs, or None; Linux alone lets us look."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes()
        except OSError:  # it has ended, or is not ours
            continue
        if f"{token}-stays".encode() in line:
            return f"process {path.parent.name} still runs"
    return None


def feedback_shows_no_probe(course: Path) -> str | None:
    """Say which page for learners shows a hidden test, or None."""
    for path in sorted((course / "grades" / "feedback").rglob("*.html")):
        page = path.read_text(encoding="utf-8")
        for word in ("hidden_probes", "BEGIN HIDDEN"):
            if word in page:
                return f"{path} shows {word!r}"
    return None


class _Scripts(HTMLParser):
    """Finds what a browser would run that calls alert."""

    found = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "script"
        for name, value in attrs:
            if name.startswith("on") and "alert" in (value or ""):
                self.found = f"{name} of {tag}"

    def handle_data(self, data: str) -> None:
        if getattr(self, "inside", False) and "alert(1)" in data:
            self.found = "a script"

    def handle_endtag(self, tag: str) -> None:
        self.inside = False


def pages_and_tables_are_inert(course: Path) -> str | None:
    """Say which page would run what a learner wrote, or which table a formula, or None."""
    for path in sorted((course / "grades").rglob("*.html")):
        page = path.read_text(encoding="utf-8")
        parser = _Scripts()
        parser.feed(page)
        if parser.found:
            return f"{path} would run {parser.found}"
    for path in sorted((course / "grades").rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                for field in row:
                    if field.startswith(("=", "@", "\t", "\r")) or re.match(r"[+-](?![\d.]+$)", field):
                        return f"{path} holds the formula {field!r}"
    return None
