"""Lesson 00: the first descent, one parameter and one slider."""

import matplotlib.pyplot as plt
import numpy as np

from helpers.descent import sweep
from helpers.pictures import COLORS, STYLES
from helpers.stage import Scene, Stage, stage

STEPS = 30
RATES = np.arange(1, 111) / 100


def first_descent() -> Stage:
    """Descend (w - 2)^2 from w = 5 for 30 steps at every learning rate from 0.01 to 1.10."""
    paths = sweep(lambda w: 2 * (w - 2), [5.0], steps=STEPS, lr=RATES)[..., 0]
    losses = (paths - 2) ** 2

    fig, (valley, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    w = np.linspace(-2.5, 6.5, 200)
    valley.plot(w, (w - 2) ** 2, color=COLORS["guide"])
    valley.set(xlim=(-2.5, 6.5), ylim=(-1, 21), xlabel="parameter w", ylabel="loss (w − 2)²", title="Where w goes")
    curve.set(
        xlim=(0, STEPS), ylim=(1e-14, 1e6), yscale="log", xlabel="step", ylabel="loss", title="What the loss does"
    )
    (path,) = valley.plot([], [], **STYLES["path"])
    (loss,) = curve.plot([], [], ".-", color=COLORS["path"])

    scene = Scene(
        live={path: np.stack([paths, losses], axis=-1), loss: losses},
        alt=[
            f"With lr = {lr:.2f}, {STEPS} steps lead from w = 5 to w = {end:.4g}, where the loss is {final:.2g}."
            for lr, end, final in zip(RATES, paths[:, -1], losses[:, -1], strict=True)
        ],
        met=losses[:, -1] < 1e-12,
    )
    return stage(
        fig,
        scene,
        over=RATES,
        label="learning rate lr",
        start=0.1,
        format="{:.2f}",
        challenge=f"Find a learning rate that brings the loss below 1e-12 within {STEPS} steps.",
    )
