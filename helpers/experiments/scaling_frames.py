"""Lesson 14: what its live experiments show, computed without a picture."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from helpers.data import breast_cancer, standardise
from helpers.distributed import delayed_descent, ring_all_reduce
from helpers.exercises.course.scaling_out.compress import compress
from helpers.exercises.course.scaling_out.step_time import step_time
from helpers.experiments.frames import Frames, pairs, short, still, until
from helpers.experiments.marks import beside
from helpers.stage import Words

StepTime = Callable[[int, int, float, float, float, float], float]
DelayedRate = Callable[[float, int], float]
Compress = Callable[[np.ndarray, np.ndarray, int], tuple[np.ndarray, np.ndarray]]

_FOUR_AN_OCTAVE = np.outer(2 ** np.arange(10), [4, 5, 6, 7]).ravel()
WORKERS = np.concatenate([[1, 2, 3], _FOUR_AN_OCTAVE, [4096]])
BANDWIDTHS = {"10 Gbit/s": 1.25e9, "1 Gbit/s": 1.25e8, "100 Gbit/s": 1.25e10}
BATCHES = {f"{batch:,} samples": batch for batch in (1024, 256, 4096, 16384)}
SAMPLE, GRADIENT, LATENCY = 2.5e-3, 102e6, 20e-6  # seconds, bytes, seconds
PARTS = ("a step", "computing", "sending", "waiting")
SECONDS = (1e-4, 1e2)

DELAYS = np.arange(21)
RATES = np.outer([0.01, 0.1, 1.0], [1.1, 1.4, 1.8, 2.2, 2.8, 3.5, 4.5, 5.5, 7, 9]).round(3).ravel()[3:-7]
STEPS, CALM, HIGH = 150, 100, 2.0
NEAR = 0.1

SENT = np.array([1, 2, 3, 4, 6, 8, 12, 16, 23, 31])
WEIGHTS, SHARDS = 31, 4
ROUNDS, LR, RIDGE = 400, 0.3, 0.01
LOW = 1e-4
GAPS = (3e-5, 1.0)
KEPT = {"forgets the rest": False, "remembers the rest": True}

MOST = 8
TURNS = np.arange(2 * MOST - 1)
BESIDE = 0.42  # of the distance of two columns: where the messages run


def step_parts(batch: int, bandwidth: float, seconds: StepTime = step_time) -> dict[str, np.ndarray]:
    """Return the seconds of a step and of its three parts, by the names of PARTS, for each number of WORKERS (n,)."""
    parts = ((SAMPLE, GRADIENT, LATENCY), (SAMPLE, 0.0, 0.0), (0.0, GRADIENT, 0.0), (0.0, 0.0, LATENCY))
    return {
        name: np.array([float(seconds(k, batch, *part, bandwidth)) for k in WORKERS.tolist()])
        for name, part in zip(PARTS, parts, strict=True)
    }


def calculated(bandwidth: str, batch: str, seconds: StepTime = step_time) -> Frames:
    """Return speed-up and seconds of a step for each of WORKERS; bandwidth, batch: names of BANDWIDTHS and BATCHES."""
    parts = step_parts(BATCHES[batch], BANDWIDTHS[bandwidth], seconds)
    step, n = parts["a step"], len(WORKERS)
    speedup, at = step[0] / step, np.arange(n)
    share = np.array([100 * parts[name] / step for name in PARTS[1:]])
    enough = speedup >= speedup[-1]
    drawn = {name: np.where(values > 0, values, np.nan) for name, values in parts.items()}
    names = beside(PARTS, np.tile([values[-1] for values in parts.values()], (n, 1)), SECONDS)
    asked = (bandwidth, batch) == ("10 Gbit/s", "1,024 samples")
    return Frames(
        live={
            "level": still(n, pairs([1, 4096], speedup[-1])),
            "whole": still(n, pairs(WORKERS, speedup)),
            "speed-up": until(at, pairs(WORKERS, speedup)),
            "start": still(n, [[1, 1]]),
            "now": pairs(WORKERS, speedup)[:, None],
            "here": pairs(WORKERS[:, None], SECONDS),
            "parts now": np.stack([pairs(WORKERS, values) for values in drawn.values()], axis=1),
        }
        | {name: still(n, pairs(WORKERS, values)) for name, values in drawn.items()}
        | names,
        alt=[
            f"{k} {'workers' if k > 1 else 'worker'}: a step takes {short(1000 * whole)} ms, speed-up {short(times)}; "
            f"{busy:.0f}% computing, {sent:.0f}% sending, {waits:.0f}% waiting."
            for k, whole, times, (busy, sent, waits) in zip(WORKERS, step, speedup, share.T, strict=True)
        ],
        met=asked & enough & (np.cumsum(enough) == 1),
    )


def delayed_paths(rates: np.ndarray, delay: int, steps: int) -> np.ndarray:
    """Return w (n, steps + 1) of descents from 1 on w^2 / 2 with each of the rates (n,), their gradients delayed."""
    return delayed_descent(lambda w: w, np.ones((len(rates), 1)), rates[:, None], delay, steps)[..., 0]


def settled() -> np.ndarray:
    """Return for each of DELAYS and each of RATES whether the path settles, (delays, rates), found by following it."""
    late = np.array([delayed_paths(RATES, delay, 900) for delay in DELAYS.tolist()])[..., 300:]
    with np.errstate(invalid="ignore"):
        return np.abs(late[..., 300:]).max(axis=-1) < np.abs(late[..., :300]).max(axis=-1)


def delays(lr: float, borders: np.ndarray) -> Frames:
    """Return the path of each of DELAYS (n,) with one rate; borders: (n,), the rate at the border for each of them."""
    n = len(DELAYS)
    rate = np.array([lr])
    paths = np.concatenate([delayed_paths(rate, delay, STEPS) for delay in DELAYS.tolist()])
    return Frames(
        live={
            "path": np.clip(paths, -1e3, 1e3),
            "start": still(n, [[0, 1]]),
            "now": pairs(STEPS, paths[:, -1].clip(-HIGH, HIGH))[:, None],
            "rate": still(n, [[DELAYS[0], lr], [DELAYS[-1], lr]]),
            "now on map": pairs(DELAYS, lr)[:, None],
        },
        alt=[
            f"Delay {delay}, lr {lr:g}, lr at the border {border:.3g}: w is {short(last)} after {STEPS} steps."
            for delay, border, last in zip(DELAYS, borders, paths[:, -1], strict=True)
        ],
        met=(DELAYS[-1] == DELAYS) & np.all(np.abs(paths[:, CALM:]) < NEAR, axis=1),
    )


class Tumours:
    """Logistic regression on 569 tumours, sorted by their first measurement and cut into SHARDS shards."""

    def __init__(self) -> None:
        data = breast_cancer()
        x = np.column_stack([standardise(data.x, data.x)[0], np.ones(len(data.y))])
        order = np.argsort(x[:, 0], kind="stable")
        self.x, self.y = x[order], data.y[order]
        self.shards = np.array_split(np.arange(len(order)), SHARDS)
        self.lowest = self.loss(self._minimum())

    def loss(self, w: np.ndarray) -> float:
        scores = self.x @ w
        return float(np.mean(np.logaddexp(0, scores) - self.y * scores) + RIDGE / 2 * w @ w)

    def grad(self, w: np.ndarray, rows: np.ndarray) -> np.ndarray:
        x = self.x[rows]
        return x.T @ (1 / (1 + np.exp(-x @ w)) - self.y[rows]) / len(rows) + RIDGE * w

    def _minimum(self) -> np.ndarray:
        w, all_rows = np.zeros(WEIGHTS), np.arange(len(self.y))
        for _ in range(30):
            p = 1 / (1 + np.exp(-self.x @ w))
            hessian = (self.x.T * (p * (1 - p))) @ self.x / len(p) + RIDGE * np.eye(WEIGHTS)
            w = w - np.linalg.solve(hessian, self.grad(w, all_rows))
        return w


@cache
def tumours() -> Tumours:
    """Return the task that the workers share."""
    return Tumours()


def gaps(k: int, remember: bool, send: Compress = compress) -> np.ndarray:
    """Return the loss above the lowest one after each of ROUNDS steps, (ROUNDS + 1,), where workers send k numbers.

    Each of SHARDS workers compresses lr times the gradient of its own shard by `send`; a worker that does not remember
    starts each step with an empty memory.
    """
    task = tumours()
    shares = [len(rows) / len(task.y) for rows in task.shards]
    w = np.zeros(WEIGHTS)
    found, memories = [task.loss(w)], [np.zeros(WEIGHTS)] * SHARDS
    for _ in range(ROUNDS):
        answers = [send(LR * task.grad(w, rows), own, k) for rows, own in zip(task.shards, memories, strict=True)]
        if remember:
            memories = [left for _, left in answers]
        w = w - sum(share * sent for share, (sent, _) in zip(shares, answers, strict=True))
        found.append(task.loss(w))
    return np.array(found) - task.lowest


def compressed(kept: str, send: Compress = compress) -> Frames:
    """Return the gap over steps and over numbers sent, for each of SENT numbers a step; kept: a name of KEPT.

    A number that is sent without its neighbours needs its place too, so k of them count as 2 k; all 31 need none.
    """
    curves = np.array([gaps(int(k), KEPT[kept], send) for k in SENT])
    steps, n = np.arange(ROUNDS + 1), len(SENT)
    each = np.where(SENT < WEIGHTS, 2 * SENT, WEIGHTS)
    costs = np.outer(each, steps)
    drawn = np.where(curves > 0, curves, np.nan)
    names = [f"{k} of {WEIGHTS}" for k in SENT]
    return Frames(
        live={
            "gap": pairs(steps, drawn),
            "gap by cost": pairs(costs, drawn)[:, 1:],
            "start": still(n, [[0, drawn[0, 0]]]),
            "now": pairs(ROUNDS, drawn[:, -1])[:, None],
            "now by cost": pairs(costs[:, -1], drawn[:, -1])[:, None],
            "name": names,
        },
        alt=[
            f"{k} of {WEIGHTS} numbers a step, a worker {kept}: gap {short(curve[-1])} at step {ROUNDS}; "
            f"{cost} numbers and places sent."
            for k, curve, cost in zip(SENT, curves, costs[:, -1], strict=True)
        ],
        met=KEPT[kept] & (curves[:, -1] < LOW) & (SENT == 1),
    )


def messages(held: np.ndarray) -> np.ndarray:
    """Return an arrow (rounds, workers + 1, 4) for each message by which a round made `held` (rounds, workers, chunks).

    A worker is a row, the first on top, and a chunk a column. What the last worker sends leaves the picture below, and
    comes in above as the last arrow.
    """
    workers = held.shape[1]
    arrows = np.full((len(held), workers + 1, 4), np.nan)
    for turn in range(1, len(held)):
        for to, chunk in np.argwhere(held[turn] != held[turn - 1]):
            x = chunk + 1 + BESIDE
            if to:
                arrows[turn, to - 1] = x, -to, 0, -1
            else:
                arrows[turn, -2:] = [(x, -workers, 0, -0.7), (x, -0.3, 0, -0.7)]
    return arrows


def chunks(held: np.ndarray) -> dict[str, Any]:
    """Return the numbers in `held` (n, workers, chunks), each in the mark of its size, and the finished in another."""
    n, workers, _ = held.shape
    rows, columns = np.indices((workers, workers)).reshape(2, -1)
    places, counts = pairs(columns + 1, -rows - 1), held.reshape(n, -1)
    marks = {f"sum of {count}": (counts == count) & (count < workers) for count in range(1, MOST + 1)}
    marks["finished"] = counts == workers
    written = {cell: [str(count) for count in counts[:, cell]] for cell in range(workers**2)}
    return {name: np.where(shown[..., None], places, np.nan) for name, shown in marks.items()} | {
        f"cell {cell}": Words(written.get(cell, [""] * n), np.tile(places[cell % workers**2], (n, 1)))
        for cell in range(MOST**2)
    }


def ring(workers: int) -> Frames:
    """Return after each of TURNS rounds who holds what, and how many vectors the busiest worker has sent so far.

    A collector is a worker to whom all others send their vectors, one in a round, and who then sends each the sum.
    """
    made = ring_all_reduce(np.ones((workers, workers))).held
    last, n = len(made) - 1, len(TURNS)
    done = TURNS.clip(max=last)
    held = made[done]
    finished = np.sum(held == workers, axis=(1, 2))
    sent = {"ring": done / workers, "collector": np.maximum(done - last // 2, 0)}
    ends = [(name, [TURNS[-1] + 0.6, sent[name][-1] + up]) for name, up in (("ring", -0.3), ("collector", 0.3))]
    return Frames(
        live={"messages": messages(held)}
        | chunks(held)
        | {name: still(n, pairs(TURNS, vectors)) for name, vectors in sent.items()}
        | {f"name of {name}": Words([name] * n, np.tile(end, (n, 1))) for name, end in ends}
        | {
            "start": still(n, [[0, 0]]),
            "now": np.stack([pairs(TURNS, vectors) for vectors in sent.values()], axis=1),
        },
        alt=[
            f"{workers} workers, round {turn}, {last} in all: {full} of {workers**2} chunks finished; "
            f"each has sent {in_ring:.3g} vectors, a collector {alone}."
            for turn, full, in_ring, alone in zip(TURNS, finished, *sent.values(), strict=True)
        ],
        met=(workers == MOST) & (finished > 0) & (np.cumsum(finished > 0) == 1),
    )
