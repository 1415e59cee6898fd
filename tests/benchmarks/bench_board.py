"""What telling the board costs a check: without a board, with one, with a frozen one, and with one that was killed.

Run it alone: python tests/benchmarks/bench_board.py. It prints milliseconds, median and 95th percentile of 200 checks;
the goal is 1 ms more than without a board.
"""

import os
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from board_without_hub import Served  # noqa: E402

from helpers import outbox  # noqa: E402
from helpers.exercises import taking_part  # noqa: E402
from helpers.exercises.catalogue import EXERCISES  # noqa: E402


def measured(times: int = 200) -> str:
    """Return how long it takes to tell the board of one check."""
    exercise, taken = EXERCISES["gradient-step"], []
    for _ in range(times):
        begun = time.perf_counter()
        taking_part.tell("tried", exercise, "wrong-sign")
        taken.append(1e3 * (time.perf_counter() - begun))
        time.sleep(0.01)  # a room that works, not one that does nothing else
    return f"median {statistics.median(taken):.3f} ms, 95 of 100 below {sorted(taken)[int(0.95 * times)]:.3f} ms"


def main() -> None:
    """Measure all four."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ["GRADIENT_COURSE_PROGRESS"] = folder
        os.environ.pop(outbox.BOARD, None)
        print("no board    ", measured())
        served = Served(Path(folder))
        os.environ |= {outbox.BOARD: served.socket, outbox.TOKEN: "seat01"}
        outbox.join(Path(folder))
        print("board       ", measured())
        served.process.send_signal(signal.SIGSTOP)
        print("frozen board", measured())
        served.process.send_signal(signal.SIGCONT)
        served.kill()
        print("killed board", measured())


if __name__ == "__main__":
    main()
