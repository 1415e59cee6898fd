"""Where a room keeps what it has: a folder for what stays, and a short one for sockets while it runs."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

FOLDER = "workshop"
SHORT, PREFIX = Path("/tmp"), "workshop-"  # where the folders of sockets are, and how they begin
OURS = {"board", "hub", "seats", "keeper.sock", "proxy.sock", "proxy.pid", "settings.json"}  # what may lie in one
SECONDS = 180  # that a seat may take to start, on a machine where thirty start


class Place(NamedTuple):
    """The two folders of a room, both private.

    folder: names, homes, the hub's data and logs; they stay. run: sockets, whose whole path Linux bounds at 108
    letters, and which the proxy reads in lower case.
    """

    folder: Path
    run: Path

    @property
    def seats(self) -> Path:
        """The file of seats and codes."""
        return self.folder / "seats.json"

    @property
    def shared(self) -> Path:
        """What the instructor gives to all."""
        return self.folder / "from-the-instructor"

    def home(self, seat: str) -> Path:
        """The workbook of a seat, and what programs keep for it."""
        return self.folder / "homes" / seat

    def log(self, name: str) -> Path:
        """What a program of the room said."""
        return self.folder / "logs" / f"{name}.log"

    def door(self, seat: str) -> Path:
        """The folder of the socket that a seat is served on."""
        return self.run / "seats" / seat

    @property
    def hub(self) -> Path:
        """The folder of the hub's socket, which every seat sees."""
        return self.run / "hub"

    @property
    def board(self) -> Path:
        """The folder of the board's socket, which every seat sees; its events lie beside it, where none looks.

        By way of `run`, so that the socket's path is short, to a folder that stays.
        """
        return self.run / "board" / "door"

    @property
    def keeper(self) -> Path:
        """The socket of whoever starts and ends seats."""
        return self.run / "keeper.sock"

    def lay(self) -> None:
        """Make the folders that are missing."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        (self.folder / "board").mkdir(exist_ok=True)
        (self.run / "board").symlink_to(self.folder / "board")
        for path in (
            self.shared,
            self.folder / "homes",
            self.folder / "logs",
            self.hub,
            self.run / "seats",
            self.board,
        ):
            path.mkdir(exist_ok=True)
        self.shared.chmod(0o755)


@contextlib.contextmanager
def sockets() -> Iterator[Path]:
    """Make a short folder for sockets that is locked while it is in use, and remove it."""
    run = Path(tempfile.mkdtemp(prefix=PREFIX, dir=SHORT))
    try:
        with locked(run) as alone:
            assert alone
            yield run
    finally:
        shutil.rmtree(run, ignore_errors=True)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[bool]:
    """Lock a folder until its process ends, however it does; tell whether nobody else had."""
    import fcntl

    line = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(line, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(line)


def left_behind() -> Iterator[Path]:
    """Yield the folders of sockets that rooms of this user left when they were killed."""
    for run in SHORT.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # of another user, or gone meanwhile
            if (run / "board").is_symlink() and run.stat().st_uid == os.geteuid() and {*os.listdir(run)} <= OURS:
                with locked(run) as alone:
                    if alone:
                        yield run


def address(socket: Path | str) -> str:
    """Return the address of a socket, as JupyterHub and its proxy write it."""
    return f"http+unix://{quote(os.fspath(socket), safe='')}"
