"""Every event that reached the board, in SQLite: each once, and on the disk before anybody is told that it arrived."""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from helpers.workshop.board.state import Told

TABLE = """
CREATE TABLE IF NOT EXISTS events(
  number INTEGER PRIMARY KEY, seat TEXT, id TEXT, at REAL, kind TEXT, exercise TEXT, slug TEXT, UNIQUE(seat, id))
"""


class Ledger:
    """The file of events; who may read it is decided by its folder."""

    def __init__(self, path: Path) -> None:
        """Open the file or begin one."""
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=FULL")
        self._file.execute(TABLE)

    def add(self, events: Iterable[tuple[str, Told]]) -> list[Told]:
        """Write events with their ids, all or none, and return those that were not there yet."""
        new = []
        with self._whole():
            for id, told in events:
                row = (told.seat, id, told.at, told.kind, told.exercise, told.slug)
                insert = "INSERT OR IGNORE INTO events(seat, id, at, kind, exercise, slug) VALUES (?,?,?,?,?,?)"
                if self._file.execute(insert, row).rowcount:
                    new.append(told)
        return new

    def all(self) -> Iterator[Told]:
        """Yield all events in the order in which they arrived."""
        for row in self._file.execute("SELECT seat, at, kind, exercise, slug FROM events ORDER BY number"):
            yield Told(*row)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    @contextlib.contextmanager
    def _whole(self) -> Iterator[None]:
        self._file.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._file.execute("ROLLBACK")
            raise
        self._file.execute("COMMIT")
