"""Lesson 05: one update by hand, and where each start ends."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist

from helpers.exercises.catalogue import challenge
from helpers.experiments.frames import Frames, leaving, pairs, short, still, until
from helpers.experiments.marks import marks_on
from helpers.optimizers import gradient_descent
from helpers.pictures import COLORS, STYLES, contours, loss_axes, minus_signs, show
from helpers.stage import Point, Scene, Slider, Stage, stage
from helpers.surfaces import Surface, bowl, himmelblau

GRID = 31
HILL = bowl(4.0)
ENDS = (*(minus_signs(f"({x:.1f}, {y:.1f})") for x, y in himmelblau.minima), "none yet")
Step = Callable[[np.ndarray, np.ndarray, float], np.ndarray]
MARKS = (("o", "path"), ("s", "gradient"), ("^", "momentum"), ("D", "comparison"))


def plain_step(w: np.ndarray, grad: np.ndarray, lr: float) -> np.ndarray:
    """One step of gradient descent; w and grad have one shape."""
    return gradient_descent(w, grad, lr=lr)[0]


def updates(lr: float, start: np.ndarray, steps: int, step: Step = plain_step) -> Frames:
    """Return a descent on HILL from start (2,), made by `step`, and the arithmetic of each update in words."""
    path = [start]
    for _ in range(steps):
        path.append(step(path[-1], HILL.gradient(path[-1]), lr))
    w = np.array(path)
    g, losses, taken = HILL.gradient(w), HILL.value(w), np.arange(steps + 1)
    left = leaving(w[None], HILL.window)[0]
    at, slope = np.round(w, 3) + 0.0, np.round(g, 3) + 0.0  # + 0.0: 0 in place of -0
    sums = ["\n".join(_sum(i, at, slope, lr, k) for i in (0, 1)) for k in taken[1:]]
    return Frames(
        live={
            "path": until(np.minimum(taken, left), w),
            "loss": until(taken, losses),
            "start": still(steps + 1, [start]),
            "now": w[:, None],
            "minimum": still(steps + 1, HILL.minima),
            "loss now": pairs(taken, losses)[:, None],
            "words": [f"w0 = {w[0, 0]:+.3f}\nw1 = {w[0, 1]:+.3f}", *sums],
        },
        alt=[
            f"Step {k} from ({start[0]:.2f}, {start[1]:.2f}) with lr = {lr:.2f}: w = ({at[k, 0]:.3f}, {at[k, 1]:.3f}), "
            f"loss {short(losses[k])}" + (f"; it left the map at step {left}." if left <= k else ".")
            for k in taken
        ],
        met=(losses[0] > 1) & (losses < 0.01) & (taken <= 8),
    )


def _sum(i: int, w: np.ndarray, g: np.ndarray, lr: float, k: int) -> str:
    before, slope, after = (f"{x:+.3f}" if abs(x) < 10 else f"{x:+.4g}" for x in (w[k - 1, i], g[k - 1, i], w[k, i]))
    return f"w{i}: {before} − {lr:.2f} · ({slope}) = {after}"


def update_by_hand(step: Step = plain_step, steps: int = 20) -> Stage:
    """Walk a descent, each step of which is made by `step`, and read the arithmetic of each update."""
    fig = plt.figure(figsize=(8, 3.4))
    grid = fig.add_gridspec(2, 2, height_ratios=(1, 5))
    place, sums, curve = fig.add_subplot(grid[:, 0]), fig.add_subplot(grid[0, 1]), fig.add_subplot(grid[1, 1])
    contours(place, HILL)
    place.set(xlabel="w0", ylabel="w1", title="Both parameters move at once")
    sums.set_title("What one update computes")
    sums.axis("off")
    loss_axes(curve, steps, (1e-6, 1e3))
    curve.set(xlim=(-0.5, steps + 0.5), xticks=range(0, steps + 1, 5))
    curve.axhline(0.01, **STYLES["limit"])
    artists = {
        "path": place.plot([], [], **STYLES["path"])[0],
        "loss": curve.plot([], [], ".-", color=COLORS["loss"])[0],
        "loss now": curve.plot([], [], **STYLES["now"], zorder=3)[0],
        "words": sums.text(0, 0, "", transform=sums.transAxes, va="bottom", family="monospace"),
    } | marks_on(place)

    def walk(lr: float, start: np.ndarray) -> Scene:
        return updates(lr, start, steps, step).on(artists)

    rates, taken = np.arange(1, 13) / 20, np.arange(steps + 1)
    controls = (Slider("lr", "learning rate lr", rates, 0.1, "{:.2f}"), Point("start", "start", place, (1.5, 1.0)))
    goal = challenge("update-by-hand")
    return stage(fig, walk, over=taken, label="step", format="{:d}", controls=controls, challenge=goal)


def reached(rates: np.ndarray, starts: np.ndarray, steps: int) -> np.ndarray:
    """Return which minimum of Himmelblau's surface each start (m, 2) reaches at each rate (n,): (n, m), -1 for none."""
    w = np.tile(starts, (len(rates), 1, 1))
    for _ in range(steps):
        w, _ = gradient_descent(w, himmelblau.gradient(w), lr=rates[:, None, None])
    distance = np.linalg.norm(w[:, :, None] - himmelblau.minima, axis=-1)
    return np.where(distance.min(axis=-1) < 0.1, np.argmin(distance, axis=-1), -1)


def basins(rates: np.ndarray, starts: np.ndarray, steps: int) -> Frames:
    """Return the starts (m, 2) in groups, named as in ENDS by where each ends, for each learning rate (n,)."""
    where = reached(rates, starts, steps)
    groups = {name: where == k for name, k in zip(ENDS, (0, 1, 2, 3, -1), strict=True)}
    counts = [group.sum(axis=1) for group in groups.values()]
    return Frames(
        live={name: np.where(group[..., None], starts, np.nan) for name, group in groups.items()}
        | {"minimum": still(len(rates), himmelblau.minima)},
        alt=[
            f"lr = {lr:.3f}: of {len(starts)} starts, {', '.join(map(str, ends))} end at the four minima and {none} "
            "at none."
            for lr, *ends, none in zip(rates, *counts, strict=True)
        ],
        met=counts[-1] == 0,
    )


def where_it_ends(steps: int = 300) -> Stage:
    """Start from 961 places on Himmelblau's surface and mark each with the minimum that it reaches."""
    (x_lo, x_hi), (y_lo, y_hi) = himmelblau.window
    x, y = np.meshgrid(np.linspace(x_lo, x_hi, GRID), np.linspace(y_lo, y_hi, GRID))
    rates, starts = np.arange(1, 29) / 1000, np.stack([x, y], axis=-1).reshape(-1, 2)
    fig, ax = plt.subplots(figsize=(7, 3.4))
    contours(ax, himmelblau)
    ax.set(xlabel="w0 at the start", ylabel="w1 at the start", title="Each start is marked by where it ends")
    artists: dict[str, Artist] = {
        name: ax.scatter([], [], s=16, marker=marker, color=COLORS[role], linewidths=0, label=name)
        for name, (marker, role) in zip(ENDS[:-1], MARKS, strict=True)
    }
    artists |= marks_on(ax, ["minimum"])
    artists[ENDS[-1]] = ax.scatter([], [], s=13, marker="x", color=COLORS["start"], linewidths=0.8, label=ENDS[-1])
    ax.legend(handles=[artists[name] for name in ENDS], loc="center left", bbox_to_anchor=(1.0, 0.5), title="ends at")
    frames = basins(rates, starts, steps).on(artists)
    goal = challenge("where-it-ends")
    return stage(fig, frames, over=rates, label="learning rate lr", start=0.02, format="{:.3f}", challenge=goal)


def show_two_updates(surface: Surface, together: np.ndarray, in_turn: np.ndarray) -> None:
    """Draw two paths (points, 2): parameters updated together, and one after the other."""
    fig, ax = plt.subplots(figsize=(6.6, 3.4))
    contours(ax, surface, ((-9, 4), (1, 11.5)))
    ax.plot(*together.T, **STYLES["path"], label="together")
    ax.plot(*in_turn.T, **STYLES["comparison"], label="one after the other")
    ax.plot(*together[0], **STYLES["start"], label="start", zorder=3)
    ax.plot(*surface.minima.T, **STYLES["minimum"], zorder=3)
    ax.set(xlabel="w0", ylabel="w1", title="The same gradient, the same lr, two paths")
    ax.legend(loc="lower left")
    show(
        fig,
        "Two descents from one start on a contour map, a point for each round of updates. Updated together, the "
        "parameters swing across the valley; updated one after the other, they come down on one side of it.",
    )


def show_escape(beside: np.ndarray, lr: float) -> None:
    """Draw the distance |w1| from the ridge of a saddle at each step, and the growth that theory predicts."""
    steps = np.arange(len(beside))
    fig, ax = plt.subplots(figsize=(6.5, 3.4))
    ax.semilogy(steps, np.abs(beside), color=COLORS["path"], label="measured")
    ax.semilogy(
        steps[:190], abs(beside[0]) * (1 + lr) ** steps[:190], **STYLES["limit"], label="times 1 + lr at each step"
    )
    ax.set(xlabel="step", ylabel="distance from the ridge |w1|", ylim=(1e-9, 1e1))
    ax.set_title("It leaves from the first step, by one factor")
    ax.legend(loc="lower right")
    show(
        fig,
        "Distance from the ridge on a log scale: it grows from 1e-8 along a straight line, as predicted, and levels "
        "off at 1, the minimum, after about 200 steps.",
    )
