"""Start workers from a notebook, watch them, and end them: whatever happens, no process stays behind."""

import json
import os
import queue
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from helpers.cluster.ring import LOOPBACK
from helpers.ground import ROOT, CannotGoOnError, say, write_whole

RECORDED = Path(__file__).with_name("recorded.json")
WORKER = [sys.executable, "-m", "helpers.cluster.worker"]
TORCH_WORKER = [sys.executable, "-m", "helpers.cluster.by_torch"]
MOST = 16


class Run(NamedTuple):
    """What the workers did.

    losses: (steps,), before each step, and w: (50,), after the last, by the first worker; empty if it did not get
    there. sent: bytes that the first worker sent. said: what each worker that did not finish said, or what is known of
    it, by rank. timed: seconds of an all-reduce by its bytes. seconds: from the start to the last one's end. recorded:
    the day of the recording if the workers could not run here, else "".
    """

    losses: np.ndarray
    w: np.ndarray
    sent: int
    said: dict[int, str]
    timed: dict[int, float]
    seconds: float
    recorded: str = ""


def launch(
    workers: int,
    steps: int = 100,
    dies_at: int | None = None,
    pause: float = 0.0,
    timed: bool = False,
    patience: float = 5.0,
    limit: float = 60.0,
) -> Run:
    """Let processes train the task together, and return what they did.

    dies_at: the step at which the last worker is killed, if one should; pause: seconds that the last worker waits in
    each step; timed: let them time their all-reduce as well; patience: seconds that a worker waits for its neighbour;
    limit: seconds for everything. Where processes or connections are not allowed, or are not ready within the limit, a
    recorded run is returned, and a sentence says so. Raises ValueError for a number of workers below 1 or above 16, and
    for steps below 1.
    """
    _require(workers, steps)
    common = {"workers": workers, "steps": steps, "token": secrets.token_hex(16), "patience": patience, "timed": timed}
    orders = [common | {"rank": rank, "dies_at": None, "pause": 0.0} for rank in range(workers)]
    orders[-1] |= {"dies_at": dies_at, "pause": pause}

    def introduce(processes: list[subprocess.Popen], heard: Ears) -> None:
        for process, order in zip(processes, orders, strict=True):
            order_line(process, order)
        ports = [heard.wait(rank, "port") for rank in range(workers)]
        for process in processes:
            order_line(process, ports)

    return attended([WORKER] * workers, [{}] * workers, steps, dies_at, limit, "for their ports", introduce)


def launch_torch(workers: int = 2, steps: int = 100, dies_at: int | None = None, limit: float = 120.0) -> Run:
    """Let processes train the task with torch.distributed, as torchrun would start them, and return what they did.

    For the arguments and for what happens where they cannot run see `launch`. Most of the time goes into importing
    torch. sent and timed are left empty: what torch sends is not counted here.
    """
    _require(workers, steps)
    meeting = {"MASTER_ADDR": LOOPBACK, "MASTER_PORT": str(free_port()), "WORLD_SIZE": str(workers)}
    if sys.platform == "linux":
        meeting["GLOO_SOCKET_IFNAME"] = "lo"  # else gloo asks the name service for this computer, which may not know it
    orders = [{"steps": steps, "dies_at": dies_at if rank == workers - 1 else None} for rank in range(workers)]
    commands = [[*TORCH_WORKER, json.dumps(order)] for order in orders]
    own = [meeting | {"RANK": str(rank)} for rank in range(workers)]
    return attended(commands, own, steps, dies_at, limit, "until torch is imported")


def _require(workers: int, steps: int) -> None:
    if not 1 <= workers <= MOST or steps < 1:
        raise ValueError(f"launch needs from 1 to {MOST} workers and at least 1 step, and got {workers} and {steps}")


def attended(
    commands: list[list[str]],
    own: list[dict[str, str]],
    steps: int,
    dies_at: int | None,
    limit: float,
    until: str,
    introduce: "Callable[[list[subprocess.Popen], Ears], None]" = lambda processes, heard: None,
) -> Run:
    """Start processes, wait until they are connected, and return what they did, or the recorded run.

    own: what the environment of each has of its own; until: what is waited for, in words; introduce: tells them of each
    other, if they need that.
    """
    begun, workers = time.perf_counter(), len(commands)
    try:
        with started(commands, own) as processes:
            heard = Ears(processes, begun + limit)
            say(f"{workers} {'process' if workers == 1 else 'processes'} started; waiting {until}")
            introduce(processes, heard)
            for rank in range(workers):
                heard.wait(rank, "connected")
            say(f"connected; {steps} steps")
            answers = [heard.last(rank) for rank in range(workers)]
    except (OSError, TimeoutError) as error:
        return recorded(workers, steps, dies_at, str(error))
    return finished(answers, time.perf_counter() - begun)


def finished(answers: list[tuple[dict[str, Any], str]], seconds: float) -> Run:
    """Return the run from the last words of each worker, and the sentences of those that did not finish."""
    first, _ = answers[0]
    return Run(
        losses=np.array(first.get("losses", [])),
        w=np.array(first.get("w", [])),
        sent=first.get("sent", 0),
        said={rank: text for rank, (_, text) in enumerate(answers) if text},
        timed={int(size): each for size, each in first.get("timed", {}).items()},
        seconds=seconds,
    )


def free_port() -> int:
    """Return a port that was free a moment ago, for whoever insists on being told one."""
    with socket.create_server((LOOPBACK, 0)) as door:
        return int(door.getsockname()[1])


@contextmanager
def started(commands: list[list[str]], own: list[dict[str, str]]) -> Iterator[list[subprocess.Popen]]:
    """Start the processes, each with what its environment has of its own; at the end none of them is left."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # the workers share the cores as it is
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    processes: list[subprocess.Popen] = []
    try:
        for command, more in zip(commands, own, strict=True):
            processes.append(subprocess.Popen(command, env=environment | more, text=True, **pipes))
        yield processes
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe is not None:
                    with_no_complaint(pipe.close)


def order_line(process: subprocess.Popen, order: Any) -> None:
    """Send one line of JSON to a worker; one that is gone already will be heard of otherwise."""
    assert process.stdin is not None
    with_no_complaint(lambda: process.stdin.write(json.dumps(order) + "\n"))
    with_no_complaint(process.stdin.flush)


def with_no_complaint(call: Any) -> None:
    """Call, and leave it at that if the other end of the pipe is gone."""
    with suppress(OSError):
        call()


class Ears:
    """Hears all workers at once, each line by line, until the time is over."""

    def __init__(self, processes: list[subprocess.Popen], end: float) -> None:
        self._processes, self._end = processes, end
        self._lines: list[queue.Queue[str | None]] = [queue.Queue() for _ in processes]
        self._errors: list[list[str]] = [[] for _ in processes]
        for process, lines, errors in zip(processes, self._lines, self._errors, strict=True):
            threading.Thread(target=listen, args=(process.stdout, lines.put), daemon=True).start()
            threading.Thread(target=listen, args=(process.stderr, errors.append), daemon=True).start()

    def wait(self, rank: int, word: str) -> Any:
        """Return what a worker says under a word; raise OSError if it ends before, TimeoutError if time is over."""
        words = self._next(rank, f"{word} of worker {rank}")
        if words is None or word not in words:
            raise OSError(f"worker {rank} ended before it was connected: {self._why(rank, words)}")
        return words[word]

    def last(self, rank: int) -> tuple[dict[str, Any], str]:
        """Return the last words of a worker, and a sentence if it did not finish. Raises TimeoutError."""
        step, words = 0, {}
        while (now := self._next(rank, f"step {step + 1} of worker {rank}")) is not None:
            step, words = now.get("step", step), now
        if "losses" in words:
            return words, ""
        if "lost" in words:
            return {}, words["lost"]
        return {}, f"step {step}: it ended with exit code {self._processes[rank].wait()}"

    def _next(self, rank: int, what: str) -> dict[str, Any] | None:
        left = self._end - time.perf_counter()
        try:
            line = self._lines[rank].get(timeout=max(left, 0.01))
        except queue.Empty:
            raise TimeoutError(f"the time was over while waiting for {what}") from None
        return None if line is None else json.loads(line)

    def _why(self, rank: int, words: dict[str, Any] | None) -> str:
        if words and "lost" in words:
            return str(words["lost"])
        return next((line.strip() for line in reversed(self._errors[rank]) if line and line.strip()), "it said nothing")


def listen(pipe: Any, hear: Any) -> None:
    """Hand on each line, and None at the end."""
    with suppress(OSError, ValueError):  # closed while it was read
        for line in pipe:
            hear(line)
    hear(None)


def recorded(workers: int, steps: int, dies_at: int | None, why: str) -> Run:
    """Return the recorded run of these workers, and say why; raise CannotGoOnError if there is none."""
    say(f"The workers could not run here ({why}).")
    kept = json.loads(RECORDED.read_text(encoding="utf-8"))
    run = kept["runs"].get(key(workers, steps, dies_at))
    if run is None:
        raise CannotGoOnError(f"There is a recorded run for each of: {', '.join(kept['runs'])}; ask for one of these.")
    say(f"What you see was recorded on {kept['date']}.")
    return Run(
        losses=np.array(run["losses"]),
        w=np.array(run["w"]),
        sent=run["sent"],
        said={int(rank): text for rank, text in run["said"].items()},
        timed={int(size): seconds for size, seconds in run["timed"].items()},
        seconds=run["seconds"],
        recorded=kept["date"],
    )


def key(workers: int, steps: int, dies_at: int | None) -> str:
    """Return the name of a recorded run."""
    return f"{workers} workers, {steps} steps" + (f", the last dies at {dies_at}" if dies_at is not None else "")


def record(date: str) -> None:
    """Run what lesson 14 runs, and keep it. Raises CannotGoOnError where the workers cannot run."""
    runs = {}
    for workers, dies_at in ((1, None), (2, None), (4, None), (4, 50)):
        run = launch(workers, dies_at=dies_at, timed=dies_at is None)
        if run.recorded:
            raise CannotGoOnError("Record where the workers can run.")
        lists = {"losses": run.losses.tolist(), "w": run.w.tolist(), "seconds": round(run.seconds, 1)}
        runs[key(workers, 100, dies_at)] = run._asdict() | lists
    write_whole(RECORDED, json.dumps({"date": date, "runs": runs}, indent=1) + "\n")
