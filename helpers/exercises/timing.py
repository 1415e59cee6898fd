"""A limit of time for an answer: it ends loops that never end, and never an import that is under way.

Time in which other programs have the core does not count: on a busy machine an answer has no less than on an idle one.
"""

import _thread
import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

IMPORTING = 60.0  # seconds that an import may take beyond the limit
BUSY = 4.0  # times as long as it says, at most, a limit lasts by the clock on the wall
_AGAIN = 0.2  # seconds between two tries to stop an answer
_SHORT = 0.01  # seconds for which it is not worth while to wait once more
_IMPORT = "<frozen importlib"


class TimeOver(BaseException):
    """The time for an answer is over."""


def stalled(process: str | int = "self") -> float:
    """Return the seconds for which the main thread of a process could have gone on, had others not had the cores.

    0 where nobody counts them: Linux does.
    """
    try:
        with open(f"/proc/{process}/schedstat", "rb") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


@contextlib.contextmanager
def time_limit(seconds: float, spared: Callable[[], float] = stalled) -> Iterator[None]:
    """Raise TimeOver in the body after some seconds; an interrupt by the user stays a KeyboardInterrupt.

    spared: says how many seconds, from whenever on, were none of the body's doing; those that come meanwhile are added,
    up to BUSY times the limit. An import is left to end: torch cannot be imported again in a kernel in which its import
    was interrupted. Only the main thread can be interrupted; elsewhere the body runs without a limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    over, finished = threading.Event(), threading.Event()
    begun, before_it = time.monotonic(), spared()
    latest = begun + BUSY * seconds + IMPORTING

    def watch() -> None:
        wait = seconds
        while not finished.wait(wait):
            wait = begun + min(seconds + spared() - before_it, BUSY * seconds) - time.monotonic()
            if over.is_set() or wait < _SHORT:  # again and again, in case the answer swallowed the first one
                over.set()
                _thread.interrupt_main()
                wait = _AGAIN

    def interrupted(number: int, frame: FrameType | None) -> None:
        if not over.is_set():
            raise KeyboardInterrupt
        if not finished.is_set() and (time.monotonic() > latest or not _importing(frame)):
            raise TimeOver

    before = signal.signal(signal.SIGINT, interrupted)
    watcher = threading.Thread(target=watch, daemon=True)
    try:
        watcher.start()  # within: on a busy machine the limit may strike before this line ends
        try:
            yield
        finally:
            finished.set()
    finally:  # once more: the limit may have struck in the line above
        finished.set()
        if watcher.ident:  # no more threads, and it would not start
            watcher.join()
        signal.signal(signal.SIGINT, before if before is not None else signal.default_int_handler)


def _importing(frame: FrameType | None) -> bool:
    """Whether an import is under way in a frame, or above it up to where the limit was set."""
    while frame is not None and frame.f_globals.get("__name__") != "helpers.exercises.judging":
        if frame.f_code.co_filename.startswith(_IMPORT):
            return True
        frame = frame.f_back
    return False
