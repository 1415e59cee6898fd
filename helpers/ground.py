"""What all rooms stand on: the folder of the course, one way to speak, to give up and to write a file. Only Python."""

import os
import sys
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
