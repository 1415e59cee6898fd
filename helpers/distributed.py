"""Many workers, simulated in one process: a ring that adds, gradients that come late, workers that seldom meet.

What real processes do is in the room `cluster`; here each number that they would send can be counted.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np


class Reduced(NamedTuple):
    """What a ring made: for each worker the sum, (workers, d); bytes that each sent; what each held after each round.

    held: (rounds + 1, workers, chunks), how many workers' numbers are in each worker's copy of each chunk.
    """

    sums: np.ndarray
    sent: np.ndarray
    held: np.ndarray


def ring_all_reduce(vectors: Sequence[np.ndarray] | np.ndarray) -> Reduced:
    """Add one vector from each worker so that all have the sum, each sending only to its right neighbour.

    vectors: (workers, d), of floats. They are cut into as many chunks as there are workers. In the first workers - 1
    rounds each chunk travels once around and is added to on its way; in as many more rounds the sums travel. Each
    worker sends 2 (workers - 1) chunks, whatever the number of workers. Raises ValueError for vectors of different
    lengths, or none. Source: Patarasuk and Yuan (2009), Journal of Parallel and Distributed Computing 69.
    """
    table = _rectangle(vectors)
    workers = len(table)
    chunks = [np.array_split(row.copy(), workers) for row in table]
    sent = np.zeros(workers, dtype=int)
    counts = np.ones((workers, workers), dtype=int)
    held = [counts.copy()]
    for adding in (True, False):
        for turn in range(workers - 1):
            leaving = [(rank + (0 if adding else 1) - turn) % workers for rank in range(workers)]
            messages = [chunks[rank][k].copy() for rank, k in enumerate(leaving)]
            numbers = [counts[rank, k] for rank, k in enumerate(leaving)]
            for rank, message in enumerate(messages):
                to, k = (rank + 1) % workers, leaving[rank]
                chunks[to][k] = chunks[to][k] + message if adding else message
                counts[to, k] = counts[to, k] + numbers[rank] if adding else numbers[rank]
                sent[rank] += message.nbytes
            held.append(counts.copy())
    return Reduced(np.array([np.concatenate(own) for own in chunks]), sent, np.array(held))


def delayed_descent(
    grad: Callable[[np.ndarray], np.ndarray], w0: np.ndarray, lr: float | np.ndarray, delay: int, steps: int
) -> np.ndarray:
    """Follow gradients that are `delay` steps old: w(t+1) = w(t) - lr grad(w(t - delay)); before 0 w stood still.

    w0: (..., d); lr: a number, or an array that broadcasts against w0. Returns (..., steps + 1, d). Raises ValueError
    for a delay or steps below 0. On a parabola of curvature L it settles for lr L < 2 sin(pi / (2 (2 delay + 1))).
    """
    if delay < 0 or steps < 0:
        raise ValueError(f"delayed_descent needs a delay and steps of 0 or more, and got {delay} and {steps}")
    path = [np.array(w0, dtype=float)]
    with np.errstate(all="ignore"):
        for t in range(steps):
            path.append(path[-1] - lr * grad(path[max(t - delay, 0)]))
    return np.stack(path, axis=-2)


def local_descent(
    grad: Callable[[np.ndarray, int], np.ndarray], w0: np.ndarray, workers: int, lr: float, steps: int, local: int
) -> np.ndarray:
    """Let every worker descend alone, and put the mean of all in each one's place after every `local` steps.

    grad(w, step) takes the weights of all workers, (workers, ..., d), and returns their gradients, each from the
    worker's own samples. Returns the mean after each exchange, (steps // local + 1, ..., d). Raises ValueError where
    local is below 1 or does not divide steps. Source: Stich (2019), arXiv:1805.09767.
    """
    if local < 1 or steps % local:
        raise ValueError(f"local must be 1 or more and divide the steps, and is {local} for {steps} steps")
    w = np.repeat(np.array(w0, dtype=float)[np.newaxis], workers, axis=0)
    means = [w[0].copy()]
    for step in range(steps):
        w = w - lr * grad(w, step)
        if (step + 1) % local == 0:
            w = np.repeat(w.mean(axis=0, keepdims=True), workers, axis=0)
            means.append(w[0].copy())
    return np.array(means)


def _rectangle(vectors: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
    rows = [np.asarray(vector, dtype=float) for vector in vectors]
    if not rows or any(row.ndim != 1 or len(row) != len(rows[0]) for row in rows):
        shapes = ", ".join(str(row.shape) for row in rows) or "none"
        raise ValueError(f"ring_all_reduce needs one vector from each worker, all of one length, and got {shapes}")
    return np.array(rows)
