"""A lock, so that two starts at once do not both prepare .venv. Standard library only, as in all of this room."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator

from helpers.ground import ROOT, say


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one start prepare .venv while others wait.

    The lock is on start.py, beyond its end (Windows keeps others from reading what is locked): it leaves no file
    behind, and the system opens it when a start dies.
    """
    with (ROOT / "start.py").open("rb") as file:
        told = False
        while not lock(file.fileno()):
            if not told:
                say("Another start is preparing .venv: waiting for it.")
            told = True
            time.sleep(0.2)
        yield


def lock(file: int) -> bool:
    """Return whether the lock is ours; a drive that knows no locks counts as ours, as waiting for ever is worse."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(file, 1 << 20, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True
