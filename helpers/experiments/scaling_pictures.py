"""Lesson 14, still pictures: steps and samples by batch size, and workers that meet seldom."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import NullFormatter

from helpers.pictures import COLORS, STYLES, show


def show_batches(sizes: np.ndarray, steps: np.ndarray, least: float, critical: float) -> None:
    """Draw the steps to a goal against the batch size, with the fit least (1 + critical / size), and the samples.

    sizes, steps: (n,).
    """
    fig, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2))
    line = np.geomspace(sizes[0], sizes[-1], 100)
    fit = least * (1 + critical / line)
    for ax, values, curve in ((left, steps, fit), (right, steps * sizes, fit * line)):
        ax.loglog(line, curve, **STYLES["guide"])
        ax.loglog(sizes, values, **STYLES["path"] | {"linestyle": "none", "markersize": 6})
        ax.axvline(critical, **STYLES["limit"])
        ax.set(xlabel="batch size")
    left.set(ylabel="steps", title="Steps to the goal: a floor at the right")
    right.set(ylabel="samples", title="Samples to the goal: a floor at the left", ylim=(1000, 12_000))
    right.yaxis.set_minor_formatter(NullFormatter())
    left.text(critical * 0.85, steps[0], "critical batch size", ha="right", va="top")
    show(
        fig,
        f"Two pictures against the batch size from {sizes[0]} to {sizes[-1]}, on log scales, with points and a curve "
        f"that nearly meets them. Steps fall from {steps[0]} to {steps[-1]}, at first along a straight line, and "
        f"flatten. Samples, nearly level at first, rise from {steps[0] * sizes[0]:,} to {steps[-1] * sizes[-1]:,}. A "
        f"dotted line marks the critical batch size, {critical:.0f}, where both curves bend.",
    )


def show_meetings(local: Sequence[int], shuffled: np.ndarray, by_label: np.ndarray) -> None:
    """Draw the loss at the end against the steps between two meetings, for two ways to deal the samples out.

    local: steps alone, (n,); shuffled, by_label: losses (n,).
    """
    fig, ax = plt.subplots(figsize=(6.4, 3.2))
    ax.semilogx(local, by_label, **STYLES["gradient"] | {"marker": "o", "markersize": 5})
    ax.semilogx(local, shuffled, **STYLES["loss"] | {"marker": "o", "markersize": 5})
    ax.text(local[-1], by_label[-1], "each worker has few digits   ", ha="right", va="center")
    ax.text(local[-1], shuffled[-1] + 0.04, "shuffled", ha="right", va="bottom", color=COLORS["loss"])
    ax.set(xlabel="steps alone between two meetings", ylabel="training loss after 200 steps", ylim=(0, None))
    ax.set(title="Workers may work alone for long, if their samples are alike")
    show(
        fig,
        f"The training loss after 200 steps against the steps alone, from {local[0]} to {local[-1]}, on a log scale. "
        f"With shuffled samples it is nearly level, {shuffled[0]:.2f} to {shuffled[-1]:.2f}. Where each worker has few "
        f"digits it rises from {by_label[0]:.2f} to {by_label[-1]:.2f}.",
    )
