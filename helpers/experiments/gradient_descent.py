"""Lesson 04: one update by hand, and where each start ends."""

import matplotlib.pyplot as plt
import numpy as np

from helpers.descent import sweep
from helpers.optimizers import gradient_descent
from helpers.pictures import COLORS, STYLES, contours, show
from helpers.stage import Point, Scene, Slider, Stage, stage
from helpers.surfaces import Surface, bowl, himmelblau

GRID = 31


def update_by_hand(steps: int = 20) -> Stage:
    """Walk a descent step by step and read the arithmetic of each update."""
    surface = bowl(4.0)
    fig, (place, curve) = plt.subplots(1, 2, figsize=(9, 3.8))
    contours(place, surface)
    place.set(xlabel="w0", ylabel="w1", title="Both parameters move at once")
    (path,) = place.plot([], [], **STYLES["path"])
    (now,) = place.plot([], [], "o", color=COLORS["path"], ms=8)
    (loss,) = curve.plot([], [], ".-", color=COLORS["loss"])
    curve.axhline(0.01, color=COLORS["limit"], ls=":", lw=1)
    curve.set(
        xlim=(0, steps), ylim=(1e-6, 1e3), yscale="log", xlabel="step", ylabel="loss", title="What one update computes"
    )
    words = curve.text(0.03, 0.97, "", transform=curve.transAxes, va="top", family="monospace", fontsize=8.5)

    def walk(lr: float, start: np.ndarray) -> Scene:
        w = sweep(surface.gradient, start, steps=steps, lr=[lr])[0]
        g, losses = surface.gradient(w), surface.value(w)
        taken = np.arange(steps + 1)[:, None] >= np.arange(steps + 1)  # row k holds the steps up to k
        sums = [f"step {k}\n" + "\n".join(_sum(i, w, g, lr, k) for i in (0, 1)) for k in range(1, steps + 1)]
        return Scene(
            live={
                path: np.where(taken[..., None], w, np.nan),
                now: w[:, None],
                loss: np.where(taken, losses, np.nan),
                words: [f"start\nw0 = {w[0, 0]:+.3f}\nw1 = {w[0, 1]:+.3f}", *sums],
            },
            alt=[
                f"From ({start[0]:.2f}, {start[1]:.2f}) with lr = {lr:.2f}: step {k} leads to w = ({w[k, 0]:.3f}, "
                f"{w[k, 1]:.3f}), loss {losses[k]:.2g}."
                for k in range(steps + 1)
            ],
            met=(losses < 0.01) & (np.arange(steps + 1) <= 8),
        )

    return stage(
        fig,
        walk,
        over=np.arange(steps + 1),
        label="step",
        start=3,
        format="{:d}",
        controls=(
            Slider("lr", "learning rate lr", np.arange(1, 13) / 20, 0.1, "{:.2f}"),
            Point("start", "start", place, (1.5, 1.0)),
        ),
        challenge="Choose lr so that the loss is below 0.01, the dotted line, after at most 8 steps; then walk there.",
    )


def _sum(i: int, w: np.ndarray, g: np.ndarray, lr: float, k: int) -> str:
    return f"w{i}: {w[k - 1, i]:+.3f} − {lr:.2f} · ({g[k - 1, i]:+.3f}) = {w[k, i]:+.3f}"


def where_it_ends(steps: int = 300) -> Stage:
    """Start from 961 places on Himmelblau's surface and mark each with the minimum that it reaches."""
    rates = np.arange(1, 29) / 1000
    (x_lo, x_hi), (y_lo, y_hi) = himmelblau.window
    x, y = np.meshgrid(np.linspace(x_lo, x_hi, GRID), np.linspace(y_lo, y_hi, GRID))
    starts = np.stack([x, y], axis=-1).reshape(-1, 2)
    w = np.tile(starts, (len(rates), 1, 1))
    for _ in range(steps):
        w, _ = gradient_descent(w, himmelblau.gradient(w), lr=rates[:, None, None])
    distance = np.linalg.norm(w[:, :, None] - himmelblau.minima, axis=-1)
    lost = ~(distance.min(axis=-1) < 0.1)
    reached = np.where(lost, -1, np.argmin(distance, axis=-1))

    fig, ax = plt.subplots(figsize=(6.6, 5))
    contours(ax, himmelblau)
    ax.set(xlabel="w0 at the start", ylabel="w1 at the start", title="Each start is marked by where it ends")
    looks = [
        (k, look) for k, look in enumerate(zip("os^D", ("path", "gradient", "momentum", "comparison"), strict=True))
    ]
    marks = {k: ax.scatter([], [], s=13, marker=m, color=COLORS[role], label=_name(k)) for k, (m, role) in looks}
    marks[-1] = ax.scatter([], [], s=13, marker="x", color=COLORS["start"], linewidths=0.8, label="no minimum")
    ax.legend(handles=list(marks.values()), loc="center left", bbox_to_anchor=(1.0, 0.5), title="ends at")
    counts = {k: np.sum(reached == k, axis=1) for k in marks}
    scene = Scene(
        live={artist: np.where((reached == k)[..., None], starts, np.nan) for k, artist in marks.items()},
        alt=[
            f"lr = {lr:.3f}: of {len(starts)} starts, {', '.join(map(str, ends))} end at the four minima and {none} "
            "at none."
            for lr, *ends, none in zip(rates, *counts.values(), strict=True)
        ],
        met=counts[-1] == 0,
    )
    return stage(
        fig,
        scene,
        over=rates,
        label="learning rate lr",
        start=0.02,
        format="{:.3f}",
        challenge=f"Find a learning rate at which all {len(starts)} starts reach a minimum within {steps} steps.",
    )


def _name(k: int) -> str:
    return f"({himmelblau.minima[k, 0]:.1f}, {himmelblau.minima[k, 1]:.1f})"


def show_two_updates(surface: Surface, together: np.ndarray, in_turn: np.ndarray) -> None:
    """Draw two paths (points, 2): parameters updated together, and one after the other."""
    fig, ax = plt.subplots(figsize=(6, 4))
    contours(ax, surface)
    ax.plot(*together.T, **STYLES["path"], label="together")
    ax.plot(*in_turn.T, **STYLES["comparison"], label="one after the other")
    ax.set(xlabel="w0", ylabel="w1", title="The same gradient, the same lr, two paths")
    ax.legend(loc="lower left")
    show(
        fig,
        "Two descents from one start on a contour map. Updated together, the parameters swing across the valley; "
        "updated one after the other, they take another path, in steps along the axes, and end elsewhere.",
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
    ax.set_title("Nothing to see for a hundred steps, then it leaves")
    ax.legend(loc="lower right")
    show(
        fig,
        "Distance from the ridge on a log scale: it grows from 1e-8 along a straight line, as predicted, and levels "
        "off at 1, the minimum, after about 200 steps.",
    )
