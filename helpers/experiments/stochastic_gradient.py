"""Lesson 06: the noise ball of stochastic gradient descent, and a learning rate that drops."""

from functools import cache
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np

from helpers.data import line
from helpers.pictures import COLORS, STYLES, contours
from helpers.stage import Button, Menu, Scene, Slider, Stage, stage
from helpers.surfaces import Surface

SAMPLES = 64
START = (0.2, 2.4)
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
    hessian = 2 * inputs.T @ inputs / SAMPLES
    best = np.linalg.solve(hessian, 2 * inputs.T @ y / SAMPLES)
    each = 2 * (inputs @ best - y)[:, None] * inputs
    surface = Surface(
        name="mean squared error of a line",
        value=lambda w: np.sum((w - best) @ hessian * (w - best), axis=-1) / 2,
        gradient=lambda w: (w - best) @ hessian,
        hessian=lambda w: np.broadcast_to(hessian, (*np.shape(w), 2)),
        minima=best[None],
        window=((best[0] - 2.2, best[0] + 1.4), (best[1] - 1.2, best[1] + 1.6)),
        source="least squares: Legendre (1805)",
    )
    return LineFit(x, y, best, hessian, float(np.sum(each**2) / SAMPLES), surface)


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


def noise_ball(steps: int = 600, runs: int = 20) -> Stage:
    """Fit a line with every batch size: where the path trembles, and the floor of the loss."""
    fit, sizes = line_fit(), 2 ** np.arange(7)
    fig, (place, curve) = plt.subplots(1, 2, figsize=(9, 3.8))
    contours(place, fit.surface)
    place.set(xlabel="slope w", ylabel="intercept b", title=f"One run: its way, and its last {steps // 2} points")
    (way,) = place.plot([], [], "-", color=COLORS["guide"], lw=1)
    ball = place.scatter([], [], s=9, color=COLORS["path"])
    (one,) = curve.plot([], [], ".", color=COLORS["guide"], ms=2, label="this run")
    (mean,) = curve.plot([], [], **STYLES["loss"], label=f"mean of {runs} runs")
    (floor,) = curve.plot([], [], **STYLES["limit"], label="predicted floor")
    curve.set(
        xlim=(0, steps),
        ylim=(1e-6, 10),
        yscale="log",
        xlabel="step",
        ylabel="loss above its minimum",
        title="The loss falls to a floor, and stays there",
    )
    curve.legend(loc="lower left")

    @cache
    def means(draw: str, seed: int) -> np.ndarray:
        rng = np.random.default_rng(seed)
        return np.stack([batch_means(batches(size, steps, runs, DRAWS[draw], rng)) for size in sizes])

    def descend_noisily(draw: str, lr: float, seed: int) -> Scene:
        paths = walk(means(draw, seed), np.full(steps, lr))
        losses = fit.surface.value(paths)
        last = losses[..., steps // 2 :].mean(axis=(1, 2))
        predicted = lr * fit.trace / (4 * sizes)
        return Scene(
            live={
                way: paths[:, 0, :60],
                ball: paths[:, 0, steps // 2 :],
                one: losses[:, 0],
                mean: losses.mean(axis=1),
                floor: np.repeat(predicted[:, None], steps + 1, axis=1),
            },
            alt=[
                f"Batches of {size}, {draw}, lr = {lr:.2f}, draws {seed + 1}: over the second half of {steps} steps "
                f"the mean loss is {end:.2g} above its minimum; independent draws should give {theory:.2g}."
                for size, end, theory in zip(sizes, last, predicted, strict=True)
            ],
            met=(last < 0.0025) & (sizes <= 8),
        )

    return stage(
        fig,
        descend_noisily,
        over=sizes,
        label="batch size B",
        start=1,
        format="{:d}",
        controls=(
            Slider("lr", "learning rate lr", [0.02, 0.05, 0.1, 0.2, 0.3], 0.1, "{:.2f}"),
            Menu("draw", "samples are drawn", list(DRAWS), "with replacement"),
            Button("seed", "new draws"),
        ),
        challenge="Bring the mean loss of the second half below 0.0025 with at most 8 samples a step. Two ways do it.",
    )


def rate_drop(steps: int = 200, runs: int = 60) -> Stage:
    """Divide the learning rate by 10 at a chosen step: the loss leaves its floor for a lower one."""
    fit, drops = line_fit(), np.arange(0, steps + 1, 4)
    fig, (place, curve) = plt.subplots(1, 2, figsize=(9, 3.8))
    contours(place, fit.surface)
    place.set(xlabel="slope w", ylabel="intercept b", title="One run, before and after the drop")
    (before,) = place.plot([], [], **STYLES["path"], label="before")
    (after,) = place.plot([], [], **STYLES["comparison"] | {"linestyle": "none"}, label="after")
    place.legend(loc="lower right")
    (large,) = curve.plot([], [], **STYLES["guide"], label="large lr throughout")
    (small,) = curve.plot([], [], "-.", color=COLORS["guide"], lw=1, label="a tenth of it throughout")
    (loss,) = curve.plot([], [], **STYLES["loss"], label="large, then small")
    (when,) = curve.plot([], [], **STYLES["limit"])
    curve.set(
        xlim=(0, steps),
        ylim=(1e-4, 10),
        yscale="log",
        xlabel="step",
        ylabel="loss above its minimum",
        title=f"Travel first, settle later (mean of {runs} runs)",
    )
    curve.legend(loc="lower left")
    early = np.arange(steps) < drops[:, None]

    @cache
    def means(batch_size: int, seed: int) -> np.ndarray:
        return batch_means(batches(batch_size, steps, runs, False, np.random.default_rng(seed)))

    def drop(lr: float, batch_size: int, seed: int) -> Scene:
        paths = walk(means(batch_size, seed), np.where(early, lr, lr / 10))
        losses = fit.surface.value(paths).mean(axis=1)
        run, taken = paths[:, 0], np.arange(steps + 1) <= drops[:, None]
        last = losses[:, -20:].mean(axis=1)
        return Scene(
            live={
                before: np.where(taken[..., None], run, np.nan),
                after: np.where(taken[..., None], np.nan, run),
                large: np.repeat(losses[-1:], len(drops), axis=0),
                small: np.repeat(losses[:1], len(drops), axis=0),
                loss: losses,
                when: np.stack([np.repeat(drops[:, None], 2, axis=1), np.tile([1e-4, 10], (len(drops), 1))], axis=-1),
            },
            alt=[
                f"Batches of {batch_size}, draws {seed + 1}, lr = {lr:.2f} until step {step}, then {lr / 10:.3f}: over "
                f"the last 20 of {steps} steps the mean loss is {end:.2g} above its minimum."
                for step, end in zip(drops, last, strict=True)
            ],
            met=last < 0.003,
        )

    return stage(
        fig,
        drop,
        over=drops,
        label="step at which lr drops",
        start=140,
        format="{:d}",
        controls=(
            Slider("lr", "lr before the drop", [0.05, 0.1, 0.2, 0.3], 0.2, "{:.2f}"),
            Slider("batch_size", "batch size B", [1, 2, 4, 8], 4, "{:d}"),
            Button("seed", "new draws"),
        ),
        challenge="Bring the mean loss of the last 20 steps below 0.003. When is too early, and when too late?",
    )
