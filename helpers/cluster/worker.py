"""One worker: a program that trains on its own samples and adds its gradient to those of the others at every step.

Its orders come as one line of JSON on the standard input, and so do the ports of all workers; what it has to say goes
out as lines of JSON. When its input is closed, whoever started it is gone, and it ends.
"""

import json
import os
import socket
import sys
import threading
import time
from typing import Any

import numpy as np

from helpers.cluster import task
from helpers.cluster.ring import LOOPBACK, NeighbourGoneError, Ring

DIED, STARTER_GONE = 3, 4  # exit codes
SIZES = (2, 1000, 100_000, 500_000)  # numbers of an all-reduce that is timed


def main() -> int:
    """Follow the orders; return 0, or 1 when a neighbour was lost."""
    orders = json.loads(sys.stdin.readline())
    with socket.create_server((LOOPBACK, 0)) as door:
        tell(port=door.getsockname()[1])
        ports = json.loads(sys.stdin.readline())
        threading.Thread(target=end_with_the_starter, daemon=True).start()
        try:
            ring = Ring(orders["rank"], ports, door, orders["token"], orders["patience"]) if len(ports) > 1 else None
            tell(connected=True)
            losses, w = train(ring, orders)
            sent = ring.sent if ring else 0
            tell(losses=losses, w=w.tolist(), sent=sent, timed=timed(ring) if orders["timed"] and ring else {})
        except NeighbourGoneError as error:
            tell(lost=str(error))
            return 1
    return 0


def train(ring: Ring | None, orders: dict[str, Any]) -> tuple[list[float], np.ndarray]:
    """Return the loss before each step, and w after the last; in all workers they are the same."""
    x, y = task.samples()
    own = task.shard(orders["rank"], orders["workers"])
    w, losses = np.zeros(task.FEATURES), []
    for step in range(orders["steps"]):
        if step == orders["dies_at"]:
            os._exit(DIED)  # as if it were killed: nothing is closed or said
        time.sleep(orders["pause"])
        total = task.summed(w, x[own], y[own])
        try:
            loss, *grad = (ring.all_reduce(total) if ring else total) / task.SAMPLES
        except NeighbourGoneError as error:
            raise NeighbourGoneError(f"step {step}: {error}") from None
        losses.append(float(loss))
        w = w - task.LR * np.array(grad)
        tell(step=step + 1)
    return losses, w


def timed(ring: Ring) -> dict[int, float]:
    """Return the seconds of an all-reduce by its bytes, the shortest of five."""
    found = {}
    for size in SIZES:
        vector, seconds = np.ones(size), []
        for _ in range(5):
            begun = time.perf_counter()
            ring.all_reduce(vector)
            seconds.append(time.perf_counter() - begun)
        found[vector.nbytes] = min(seconds)
    return found


def end_with_the_starter() -> None:
    """Wait until the input is closed, and end."""
    sys.stdin.read()
    os._exit(STARTER_GONE)


def tell(**words: Any) -> None:
    """Say something to the starter."""
    print(json.dumps(words), flush=True)


if __name__ == "__main__":
    sys.exit(main())
