"""Lesson 00: the first descent, one parameter and one slider."""

import matplotlib.pyplot as plt
import numpy as np

from helpers.descent import sweep
from helpers.exercises.catalogue import challenge
from helpers.experiments.frames import Frames, leaving, pairs, short, until_it_leaves
from helpers.experiments.marks import marked, marks_on
from helpers.pictures import COLORS, STYLES, loss_axes
from helpers.stage import Stage, stage

STEPS = 30
RATES = np.arange(1, 111) / 100
VALLEY = ((-2.5, 6.5), (-1.0, 21.0))


def descents(rates: np.ndarray) -> Frames:
    """Return the descents of (w - 2)^2 from w = 5, one for each learning rate (n,)."""
    w = sweep(lambda w: 2 * (w - 2), [5.0], steps=STEPS, lr=rates)[..., 0]
    losses = (w - 2) ** 2
    paths = pairs(w, losses)
    left = [f" It left the picture at step {k}." if k <= STEPS else "" for k in leaving(paths, VALLEY)]
    return Frames(
        live={"path": until_it_leaves(paths, VALLEY), "loss": losses} | marked(paths, np.array([[2.0, 0.0]])),
        alt=[
            f"With lr = {lr:.2f}, {STEPS} steps lead from w = 5 to w = {end:.4g}, where the loss is {short(loss)}.{off}"
            for lr, end, loss, off in zip(rates, w[:, -1], losses[:, -1], left, strict=True)
        ],
        met=losses[:, -1] < 1e-12,
    )


def first_descent() -> Stage:
    """Descend (w - 2)^2 from w = 5 for 30 steps at every learning rate from 0.01 to 1.10."""
    fig, (valley, curve) = plt.subplots(1, 2, figsize=(8, 2.7))
    w = np.linspace(*VALLEY[0], 200)
    valley.plot(w, (w - 2) ** 2, color=COLORS["guide"])
    valley.text(5.3, 8.5, "start", va="center")
    valley.set(xlim=VALLEY[0], ylim=VALLEY[1], yticks=range(0, 21, 5), title="Where w goes")
    valley.set(xlabel="parameter w", ylabel="loss (w − 2)²")
    loss_axes(curve, STEPS, (1e-14, 1e6), "What the loss does")
    curve.axhline(1e-12, **STYLES["limit"])
    artists = {
        "path": valley.plot([], [], **STYLES["path"])[0],
        "loss": curve.plot([], [], ".-", color=COLORS["path"])[0],
    } | marks_on(valley)
    frames = descents(RATES).on(artists)
    goal = challenge("first-descent")
    return stage(fig, frames, over=RATES, label="learning rate lr", start=0.1, format="{:.2f}", challenge=goal)
