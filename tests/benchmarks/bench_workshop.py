"""A room of learners who really open a lesson and run it: python tests/benchmarks/bench_workshop.py [LEARNERS]

Prints seconds from sign-in to a kernel that answers, the memory of each kind of process, how soon the board has what a
check found, and whether it keeps up with a hundred events of each learner in a minute. Every seat is started before
anybody comes, as `python start.py workshop` does it.
"""

import asyncio
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "workshop")]

from rooms import Room, commands, open_room  # noqa: E402

from helpers.workshop.watching import parent_of  # noqa: E402

LESSON = "05_gradient_descent.ipynb"
WITHIN = 5.0  # seconds in which all learners come
CHECK = """
from helpers.exercises import board, check
board("on")
def gradient_step(w, grad, lr):
    return w + lr * grad
import time
began = time.time()
try:
    check("gradient-step", gradient_step)
except AssertionError:
    print(began)
"""
EVENTS, A_MINUTE = 100, 60  # events of each learner, seconds in which she makes them
TELL = f"""
import time
from helpers.exercises import taking_part
from helpers.exercises.catalogue import EXERCISES
began = time.time()
for number in range({EVENTS}):
    time.sleep(max(0, began + number * {A_MINUTE / EVENTS} - time.time()))
    taking_part.tell("tried", EXERCISES["gradient-step"], "wrong-sign")
print(began, time.time())
"""
KINDS = {"ipykernel_launcher": "kernel", "jupyterhub.singleuser": "server", "workshop.board": "board"}
KINDS |= {"workshop.hub": "hub", "configurable-http-proxy": "proxy"}


def main(learners: int) -> None:
    """Open a room, let the learners come, and print what was measured."""
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as folder:
        names = [f"learner {number}" for number in range(1, learners + 1)]
        began = time.monotonic()
        with open_room(Path(folder), names, "--lesson", "05") as room:
            print(f"{learners} seats started in {time.monotonic() - began:.0f} s")
            measured = asyncio.run(all_come(room, learners))
            print("load of the machine, 1, 5 and 15 minutes:", *(f"{load:.1f}" for load in os.getloadavg()))
            for what in ("kernel", "lesson"):
                told(f"sign-in to {what}", [one[what] for one in measured], "s")
            told("check to board", [one["heard"] for one in measured], "s")
            print("failing cells:", sum(one["failed"] for one in measured))
            total = 0.0
            for kind, sizes in memory(room).items():
                told(f"memory of {kind} ({len(sizes)})", sizes, "MiB")
                total += sum(sizes) if kind in ("server", "kernel") else 0
            print(f"{total / learners:.0f} MiB a learner")
            asyncio.run(all_tell(room, learners))


async def all_come(room: Room, learners: int) -> list[dict]:
    """Let all come within some seconds, and return what each measured."""
    return await asyncio.gather(*(come(room, number, WITHIN * number / learners) for number in range(1, learners + 1)))


async def come(room: Room, number: int, after: float) -> dict:
    """Sign in, open the lesson, run all its cells and one wrong answer."""
    await asyncio.sleep(after)
    learner = room.learner(f"seat{number:02}")
    began = time.monotonic()
    await learner.sign_in()
    await learner.open(LESSON)
    await learner.begin(LESSON)
    await learner.run("1")
    kernel = time.monotonic() - began
    notebook = json.loads((ROOT / "lessons" / LESSON).read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    failed = [status for status in [(await learner.run(cell))[0] for cell in cells] if status != "ok"]
    lesson = time.monotonic() - began
    checked = float((await learner.run(CHECK))[1].split()[-1])
    while not on_the_board(room, "seat = ? and slug = 'wrong-sign'", learner.seat):
        await asyncio.sleep(0.02)
    heard = time.time() - checked
    await learner.close()
    return {"kernel": kernel, "lesson": lesson, "failed": len(failed), "heard": heard}


async def all_tell(room: Room, learners: int) -> None:
    """Let all tell the board something at the same time, and print how long it takes to write down the last."""
    before = on_the_board(room, "true")
    spans = await asyncio.gather(*(tell(room, number) for number in range(1, learners + 1)))
    while on_the_board(room, "true") < before + learners * EVENTS:
        await asyncio.sleep(0.02)
    begun, ended = min(begin for begin, _ in spans), max(end for _, end in spans)
    what = f"{learners * EVENTS} events in {ended - begun:.0f} s"
    print(f"{what}, the last on the board {time.time() - ended:.2f} s after it was made; none lost")


async def tell(room: Room, number: int) -> tuple[float, float]:
    """Make the events of one learner, and return when the first and the last was made."""
    learner = room.learner(f"seat{number:02}")
    await learner.sign_in()
    await learner.open(LESSON)
    await learner.begin(LESSON)
    began, ended = map(float, (await learner.run(TELL))[1].split()[-2:])
    await learner.close()
    return began, ended


def on_the_board(room: Room, which: str, *values: str) -> int:
    """Return how many events of a kind the board has written down."""
    with closing(sqlite3.connect(f"file:{room.folder / 'board' / 'board.sqlite'}?mode=ro", uri=True)) as file:
        found: int = file.execute(f"select count(*) from events where {which}", values).fetchone()[0]
        return found


def memory(room: Room) -> dict[str, list[float]]:
    """Return the MiB of each process by its kind; what several share counts for each in proportion."""
    found: dict[str, list[float]] = {}
    known = set(map(str, room.processes()))
    for number, words, _ in commands():
        kind = next((kind for word, kind in KINDS.items() if word.encode() in words), None)
        if kind is None or not known.intersection(ancestry(str(number))):
            continue
        rollup = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
        size = next((int(line.split()[1]) / 1024 for line in rollup if line.startswith("Pss:")), 0.0)
        found.setdefault(kind, []).append(size)
    return found


def ancestry(place: str) -> Iterator[str]:
    """Yield the number of a process and of all above it: what runs in a seat does not know the room."""
    while place not in ("", "0"):
        yield place
        place = parent_of(place)


def told(what: str, values: list[float], unit: str) -> None:
    """Print a line of a median, a 95th percentile and the largest."""
    if not values:
        print(f"{what}: none")
        return
    values = sorted(values)
    high = values[min(len(values) - 1, round(0.95 * (len(values) - 1)))]
    print(f"{what}: median {statistics.median(values):.2f}, p95 {high:.2f}, max {values[-1]:.2f} {unit}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
