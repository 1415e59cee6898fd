"""Lesson 00: the first descent, one parameter and one slider."""

import matplotlib.pyplot as plt
import numpy as np

from helpers.descent import sweep
from helpers.exercises.catalogue import challenge
from helpers.experiments.frames import Frames, pairs
from helpers.pictures import COLORS, STYLES, loss_axes
from helpers.stage import Stage, stage

STEPS = 30
RATES = np.arange(1, 111) / 100


def descents(rates: np.ndarray) -> Frames:
    """Return the descents of (w - 2)^2 from w = 5, one for each learning rate (n,)."""
    paths = sweep(lambda w: 2 * (w - 2), [5.0], steps=STEPS, lr=rates)[..., 0]
    losses = (paths - 2) ** 2
    return Frames(
        live={"path": pairs(paths, losses), "loss": losses},
        alt=[
            f"With lr = {lr:.2f}, {STEPS} steps lead from w = 5 to w = {end:.4g}, where the loss is {final:.2g}."
            for lr, end, final in zip(rates, paths[:, -1], losses[:, -1], strict=True)
        ],
        met=losses[:, -1] < 1e-12,
    )


def first_descent() -> Stage:
    """Descend (w - 2)^2 from w = 5 for 30 steps at every learning rate from 0.01 to 1.10."""
    fig, (valley, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    w = np.linspace(-2.5, 6.5, 200)
    valley.plot(w, (w - 2) ** 2, color=COLORS["guide"])
    valley.set(xlim=(-2.5, 6.5), ylim=(-1, 21), xlabel="parameter w", ylabel="loss (w − 2)²", title="Where w goes")
    loss_axes(curve, STEPS, (1e-14, 1e6), "What the loss does")
    artists = {
        "path": valley.plot([], [], **STYLES["path"])[0],
        "loss": curve.plot([], [], ".-", color=COLORS["path"])[0],
    }
    frames = descents(RATES).on(artists)
    goal = challenge("first-descent")
    return stage(fig, frames, over=RATES, label="learning rate lr", start=0.1, format="{:.2f}", challenge=goal)
