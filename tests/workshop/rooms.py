"""A room as `python start.py workshop` opens it, in a process of its own, and what is left when it has gone."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from learner import Learner

ROOT = Path(__file__).resolve().parents[2]
OPEN = "The room is open"


class Room:
    """A running room."""

    def __init__(self, folder: Path, port: int, process: subprocess.Popen, log: Path) -> None:
        self.folder, self.port, self.process, self.log = folder, port, process, log
        self.address = f"http://127.0.0.1:{port}/"
        self.name = b""  # of the folder with its sockets, which all its processes know

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait_for(self, words: str, seconds: float = 400) -> str:
        """Wait until the room has said some words, and return all that it said."""
        end = time.monotonic() + seconds
        while words not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < end, f"{words!r} was not said:\n{self.said}"
            time.sleep(0.2)
        return self.said

    def seats(self) -> dict[str, dict]:
        return {seat["name"]: seat for seat in json.loads((self.folder / "seats.json").read_text(encoding="utf-8"))}

    def learner(self, seat: str) -> Learner:
        return Learner(self.address, seat, self.seats()[seat]["code"])

    @property
    def run(self) -> Path:
        return Path(os.readlink(self.folder / "run"))

    def processes(self, word: str = "") -> list[int]:
        """Return the numbers of processes that know a folder of this room, and whose command has a word."""
        here = {os.getpid(), os.getppid()}
        told = [(number, words, known) for number, words, known in commands() if number not in here]
        mine = [(number, words) for number, words, known in told if self.name in words + known]
        return [number for number, words in mine if word.encode() in words]

    def close(self, by: int = signal.SIGTERM) -> int:
        """Stop the room and return its exit code."""
        self.process.send_signal(by)
        return self.process.wait(120)


def commands() -> Iterator[tuple[int, bytes, bytes]]:
    """Yield the number, the command line and the environment of each process of ours."""
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield int(place.parent.name), place.read_bytes(), place.with_name("environ").read_bytes()
        except OSError:
            continue


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command(folder: Path, *words: str) -> list[str]:
    """Return the command that works on a room."""
    return [sys.executable, "-m", "helpers", "workshop", *words, "--folder", str(folder)]


@contextmanager
def open_room(folder: Path, names: list[str], *words: str) -> Iterator[Room]:
    """Open a room, wait until it is open, and close it."""
    folder.mkdir(exist_ok=True, parents=True)
    file, log, port = folder / "names.txt", folder / "said.txt", free_port()
    file.write_text("\n".join(names), encoding="utf-8")
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            command(folder, str(file), "--port", str(port), *words),
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        room = Room(folder, port, process, log)
        try:
            room.wait_for(OPEN)
            room.name = room.run.name.encode()
            yield room
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(120)
                except subprocess.TimeoutExpired:
                    process.kill()
