"""Lesson 08: the noise ball of stochastic gradient descent, and a learning rate that drops."""

from dataclasses import replace
from functools import cache, lru_cache
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np

from helpers.data import line
from helpers.exercises.catalogue import challenge
from helpers.experiments.frames import Frames, pairs, short, still
from helpers.experiments.marks import beside, marks_on, names_beside
from helpers.pictures import COLORS, STYLES, contours, loss_axes
from helpers.schedules import Schedule
from helpers.stage import Button, Menu, Scene, Slider, Stage, Words, stage
from helpers.surfaces import Surface, least_squares

SAMPLES = 64
START = (0.2, 2.4)
SIZES = (1, 2, 4, 8, 16, 32, 64)
NOISY = (1e-6, 10.0)  # limits of the losses at a constant rate
LIMITS = (1e-4, 10.0)  # and while the rate drops
FLOOR, SETTLED = 0.0025, 0.003  # what the challenges ask for
DRAWS = {"with replacement": False, "reshuffled every epoch": True}


class LineFit(NamedTuple):
    """64 points about a line, and all about the mean squared error of w x + b on them.

    x, y: (64,); best: (2,), the w and b of the lowest loss; hessian: (2, 2); trace: of the covariance of the
    single-sample gradients at ``best``; surface: the loss above its lowest value.
    """

    x: np.ndarray
    y: np.ndarray
    best: np.ndarray
    hessian: np.ndarray
    trace: float
    surface: Surface


@cache
def line_fit() -> LineFit:
    """Return the line fit of this lesson, always the same one."""
    data = line(SAMPLES, np.random.default_rng(3))
    x, y = data.x[:, 0], data.y
    inputs = np.stack([x, np.ones(SAMPLES)], axis=1)
    surface = least_squares(inputs, y)
    best = surface.minima[0]
    window = ((best[0] - 2.2, best[0] + 1.4), (best[1] - 1.2, best[1] + 1.6))
    each = 2 * (inputs @ best - y)[:, None] * inputs
    return LineFit(x, y, best, surface.hessian(best), float(np.sum(each**2) / SAMPLES), replace(surface, window=window))


def start_and_minimum(n: int) -> dict[str, np.ndarray]:
    """Return where all runs start, and the minimum that they look for, for n swept values."""
    return {"start": still(n, [START]), "minimum": still(n, line_fit().surface.minima)}


def batches(batch_size: int, steps: int, runs: int, reshuffle: bool, rng: np.random.Generator) -> np.ndarray:
    """Return the indices (runs, steps, batch_size) of the samples that every step of every run sees."""
    if not reshuffle:
        return rng.integers(SAMPLES, size=(runs, steps, batch_size))
    epochs = -(-steps * batch_size // SAMPLES)
    order = rng.permuted(np.broadcast_to(np.arange(SAMPLES), (runs, epochs, SAMPLES)), axis=-1)
    return order.reshape(runs, -1, batch_size)[:, :steps]


def batch_means(chosen: np.ndarray) -> np.ndarray:
    """Return each batch's means of x, x^2, y and x y, (..., 4): all that its gradient needs."""
    x, y = line_fit().x, line_fit().y
    return np.stack([np.mean(v[chosen], axis=-1) for v in (x, x * x, y, x * y)], axis=-1)


def walk(means: np.ndarray, lr: np.ndarray) -> np.ndarray:
    """Descend along batches with these means (runs, steps, 4); lr broadcasts to (..., steps), one row a descent.

    Returns (..., runs, steps + 1, 2), all from START; means may have the leading axes of lr, too.
    """
    lr = np.asarray(lr, dtype=float)
    steps = means.shape[-2]
    lead = np.broadcast_shapes(lr.shape[:-1], means.shape[:-3])
    path = np.empty((steps + 1, *lead, means.shape[-3], 2))
    path[0] = START
    for t in range(steps):
        x, xx, y, xy = np.moveaxis(means[..., t, :], -1, 0)
        w, b = path[t, ..., 0], path[t, ..., 1]
        slope = np.stack([xx * w + x * b - xy, x * w + b - y], axis=-1)
        path[t + 1] = path[t] - 2 * lr[..., t, None, None] * slope
    return np.moveaxis(path, 0, -2)


def above_lowest(path: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return by how much the mean squared error of the lines (w, b) in path (t, 2) exceeds the lowest possible one."""
    w, b = path.T[..., None]
    return np.mean((w * x + b - np.polyval(np.polyfit(x, y, 1), x)) ** 2, axis=1)


def independent_floor(lr: float, batch_size: int, steps: int = 6000, runs: int = 40) -> float:
    """Return the mean loss above its lowest value where runs with independent draws have settled."""
    means = batch_means(batches(batch_size, steps, runs, False, np.random.default_rng(0)))
    return float(line_fit().surface.value(walk(means, np.full(steps, lr))[:, steps // 2 :]).mean())


def walk_stream(schedule: Schedule, source: np.ndarray, streams: int = 50, steps: int = 10_000) -> np.ndarray:
    """Return paths (steps + 1, streams, d) of descents in which every step sees one new sample and no other.

    Inputs are normal; the target is input @ source plus normal noise of deviation 1.
    """
    rng, path = np.random.default_rng(0), np.zeros((steps + 1, streams, len(source)))
    for t in range(steps):
        sample = rng.standard_normal((streams, len(source)))
        miss = np.sum(sample * (path[t] - source), axis=1) - rng.standard_normal(streams)
        path[t + 1] = path[t] - schedule(t) * 2 * miss[:, None] * sample
    return path


@lru_cache(maxsize=4)
def seeded_means(sizes: tuple[int, ...], steps: int, runs: int, draw: str, seed: int) -> np.ndarray:
    """Return the batch means (sizes, runs, steps, 4) of draws that other learning rates share."""
    rng = np.random.default_rng(seed)
    return np.stack([batch_means(batches(size, steps, runs, DRAWS[draw], rng)) for size in sizes])


def noise_balls(draw: str, lr: float, seed: int, steps: int, runs: int) -> Frames:
    """Return noisy descents with every batch size of SIZES, and the floor that independent draws should have."""
    sizes, half = np.array(SIZES), steps // 2
    paths = walk(seeded_means(SIZES, steps, runs, draw, seed), np.full(steps, lr))
    losses = line_fit().surface.value(paths)
    last, middle = losses[..., half:].mean(axis=(1, 2)), np.median(losses[:, 0, half:], axis=1)
    predicted = lr * line_fit().trace / (4 * sizes)
    return Frames(
        live={
            "way": paths[:, 0, :60],
            "ball": paths[:, 0, half:],
            "one": losses[:, 0],
            "mean": losses.mean(axis=1),
            "floor": np.repeat(predicted[:, None], steps + 1, axis=1),
        }
        | start_and_minimum(len(sizes))
        | beside(("one run", "mean", "predicted"), np.stack([middle, last, predicted], axis=1), NOISY),
        alt=[
            f"Batches of {size}, lr = {lr:.2f}, {draw}: the mean loss is {short(end)} above its minimum, "
            f"predicted {short(theory)}."
            for size, end, theory in zip(sizes, last, predicted, strict=True)
        ],
        met=(last < FLOOR) & (sizes <= 8),
    )


def noise_ball(steps: int = 600, runs: int = 20) -> Stage:
    """Fit a line with every batch size: where the path trembles, and the floor of the loss."""
    fig, (place, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    contours(place, line_fit().surface)
    place.set(xlabel="slope w", ylabel="intercept b", title=f"One run: its way, and its last {steps // 2} points")
    artists = {
        "way": place.plot([], [], "-", color=COLORS["guide"], lw=1)[0],
        "ball": place.scatter([], [], s=9, color=COLORS["path"]),
        "one": curve.plot([], [], ".", color=COLORS["guide"], ms=2)[0],
        "mean": curve.plot([], [], **STYLES["loss"])[0],
        "floor": curve.plot([], [], **STYLES["limit"] | {"linewidth": 2.0})[0],
    }
    artists |= marks_on(place, ("start", "minimum")) | names_beside(
        curve, {"one run": COLORS["guide"], "mean": COLORS["loss"], "predicted": COLORS["limit"]}
    )
    artists["minimum"].set(markersize=11, zorder=5)  # in front of the ball
    loss_axes(curve, steps, NOISY, f"One run, and the mean of {runs} runs", ylabel="loss above its minimum")

    def descend_noisily(draw: str, lr: float, seed: int) -> Scene:
        return noise_balls(draw, lr, seed, steps, runs).on(artists)

    controls = (
        Slider("lr", "learning rate lr", [0.02, 0.05, 0.1, 0.2, 0.3], 0.1, "{:.2f}"),
        Menu("draw", "samples are drawn", list(DRAWS), "with replacement"),
        Button("seed", "draw other samples"),
    )
    swept = np.array(SIZES)
    label = "batch size B"
    goal = challenge("noise-ball")
    return stage(
        fig, descend_noisily, over=swept, label=label, start=1, format="{:d}", controls=controls, challenge=goal
    )


def dropped_rates(lr: float, batch_size: int, seed: int, drops: np.ndarray, steps: int, runs: int) -> Frames:
    """Return noisy descents whose learning rate falls to a tenth at each of drops (n,), from step 0 to the end."""
    plan = np.where(np.arange(steps) < drops[:, None], lr, lr / 10)
    paths = walk(seeded_means((batch_size,), steps, runs, "with replacement", seed)[0], plan)
    losses = line_fit().surface.value(paths).mean(axis=1)
    run, taken = paths[:, 0], (np.arange(steps + 1) <= drops[:, None])[..., None]
    last = losses[:, -20:].mean(axis=1)
    ends = np.stack(np.broadcast_arrays(losses[-1, -1], losses[0, -1], losses[:, -1]), axis=1)
    return Frames(
        live={
            "before": np.where(taken, run, np.nan),
            "after": np.where(taken, np.nan, run),
            "large": np.repeat(losses[-1:], len(drops), axis=0),
            "small": np.repeat(losses[:1], len(drops), axis=0),
            "loss": losses,
            "when": pairs(drops[:, None], LIMITS),
            "drop": Words(["lr drops"] * len(drops), pairs(np.where(drops < 0.7 * steps, drops + 3, drops - 45), 4)),
        }
        | start_and_minimum(len(drops))
        | beside(("large lr", "small lr", "in turn"), ends, LIMITS),
        alt=[
            f"lr {lr:.2f} until step {step}, then {lr / 10:.3f}, batches of {batch_size}: the mean loss of the last "
            f"20 steps is {short(end)} above its minimum."
            for step, end in zip(drops, last, strict=True)
        ],
        met=last < SETTLED,
    )


def rate_drop(steps: int = 200, runs: int = 60) -> Stage:
    """Divide the learning rate by 10 at a chosen step: the loss leaves its floor for a lower one."""
    fig, (place, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    contours(place, line_fit().surface)
    place.set(xlabel="slope w", ylabel="intercept b", title="Dots before the drop, diamonds after it")
    small = {"linestyle": "none", "markersize": 3.5, "markeredgewidth": 0.5}
    artists = {
        "before": place.plot([], [], **STYLES["path"] | {"linewidth": 0.8})[0],
        "after": place.plot([], [], **STYLES["comparison"] | small)[0],
        "large": curve.plot([], [], **STYLES["guide"])[0],
        "small": curve.plot([], [], "-.", color=COLORS["guide"], lw=1)[0],
        "loss": curve.plot([], [], **STYLES["loss"])[0],
        "when": curve.plot([], [], "-", color=COLORS["limit"], lw=1)[0],
        "drop": curve.text(0, 0, "", va="center"),
    }
    artists |= marks_on(place, ("start", "minimum")) | names_beside(
        curve, {"large lr": COLORS["guide"], "small lr": COLORS["guide"], "in turn": COLORS["loss"]}
    )
    artists["minimum"].set(markersize=11, zorder=5)
    curve.axhline(SETTLED, **STYLES["limit"])
    loss_axes(curve, steps, LIMITS, f"Travel first, settle later: mean of {runs} runs", ylabel="loss above its minimum")
    drops = np.arange(0, steps + 1, 4)

    def drop(lr: float, batch_size: int, seed: int) -> Scene:
        return dropped_rates(lr, batch_size, seed, drops, steps, runs).on(artists)

    controls = (
        Slider("lr", "lr before the drop", [0.05, 0.1, 0.2, 0.3], 0.2, "{:.2f}"),
        Slider("batch_size", "batch size B", [1, 2, 4, 8], 4, "{:d}"),
        Button("seed", "draw other samples"),
    )
    label = "step at which lr drops"
    goal = challenge("rate-drop")
    return stage(fig, drop, over=drops, label=label, start=140, format="{:d}", controls=controls, challenge=goal)
