"""What all rooms stand on: the folder of the course, one way to speak, to give up and to write a file. Only Python."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class CannotGoOnError(Exception):
    """What is wrong and what to do, in one sentence; it ends a command without a traceback."""


def say(text: str) -> None:
    """Print at once, also into a pipe, and also where the encoding lacks a letter of the folder's name."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all, so that a crash leaves the old one or the new one; leave an equal one alone."""
    if path.exists() and path.read_bytes() == text.encode():
        return
    path = path.resolve()  # a link stays a link
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let no other process into the same body until it has ended; a killed process leaves no lock. Not to be nested."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab") as file:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            try:
                yield
            finally:
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)  # closing the file releases it
            yield
