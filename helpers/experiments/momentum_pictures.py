"""Lesson 09: the still figures about momentum."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np

from helpers.pictures import COLORS, STYLES, contours, show
from helpers.surfaces import Surface

ARROW = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.009}
NEW = ("center", (0, 9))  # how the words "new w" stand beside their point


def show_velocity(steady: np.ndarray, alternating: np.ndarray, beta: float) -> None:
    """Draw the velocity at each step: under a gradient that stays 1, and under one that changes its sign."""
    fig, ax = plt.subplots(figsize=(6.6, 3.4))
    ax.plot(steady, **STYLES["momentum"])
    ax.plot(alternating, **STYLES["comparison"])
    ax.text(14, 6.2, "gradient +1, +1, +1, ...")
    ax.text(14, 1.2, "gradient +1, −1, +1, ...")
    ax.axhline(1 / (1 - beta), **STYLES["limit"])
    ax.annotate("1 / (1 − beta)", (0, 1 / (1 - beta)), textcoords="offset points", xytext=(2, -13))
    ax.set(xlabel="step", ylabel="velocity", title="What agrees adds up, what alternates cancels")
    show(
        fig,
        f"Velocity at each step with beta = {beta}. Under a steady gradient it rises along a saturating curve to the "
        f"dotted line at {1 / (1 - beta):.0f}; under an alternating one it jumps about zero, never larger than 1.",
    )


def show_momenta(paths: dict[float, np.ndarray]) -> None:
    """Draw w at each step for three momenta, given by beta, on one parabola."""
    fig, ax = plt.subplots(figsize=(6.6, 3.4))
    for (beta, w), look in zip(paths.items(), ("path", "momentum", "comparison"), strict=True):
        ax.plot(w, **STYLES[look] | {"markersize": 3}, label=f"beta = {beta}")
    ax.axhline(0, **STYLES["limit"])
    ax.set(xlabel="step", ylabel="w", title="Too little momentum creeps, too much ripples")
    ax.legend(loc="upper right")
    show(
        fig,
        "Parameter w at each step for three momenta. With beta = 0 it creeps towards 0; with beta = 0.49 it falls to "
        "0 within 30 steps and stays; with beta = 0.9 it swings below and above 0, ever less.",
    )


def show_diagnoses(x: np.ndarray, betas: np.ndarray, causes: list[str]) -> None:
    """Draw what a diagnosis says of runs on a parabola; x (n,): lr times curvature, betas (n,), causes (n,)."""
    fig, ax = plt.subplots(figsize=(8, 3.4))
    looks = {"beta too small": ("o", "path"), "beta too large": ("^", "momentum"), "lr too large": ("x", "start")}
    for cause, (marker, role) in looks.items():
        here = np.array(causes) == cause
        ax.scatter(x[here], betas[here], s=18, marker=marker, color=COLORS[role], linewidths=1, label=cause)
    ax.set(xlabel="lr · L", ylabel="momentum beta", title="Every mark is a run, named by your diagnosis")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), title="diagnosis")
    show(
        fig,
        "A map of momentum over lr times L. Runs with too little momentum fill a wedge at the lower left and a narrow "
        "one along the runs that diverge, in the lower right corner; all others have too much momentum.",
    )


def show_look_ahead(surface: Surface, w: np.ndarray, velocity: np.ndarray, lr: float, beta: float) -> None:
    """Draw one step from w with a given velocity: heavy ball beside Nesterov."""
    kept = w - lr * beta * velocity
    fig, axes = plt.subplots(1, 2, figsize=(8, 3.4))
    for ax, name, place in zip(axes, ("Heavy ball", "Nesterov"), (w, kept), strict=True):
        contours(ax, surface, ((-0.4, 3.6), (-1.4, 1.6)))
        pull = -lr * surface.gradient(place)
        ax.quiver(*w, *(kept - w), color=COLORS["momentum"], **ARROW)
        ax.quiver(*place, *pull, color=COLORS["gradient"], **ARROW)
        ax.plot(*np.array([kept, kept + pull]).T, **STYLES["guide"])
        ax.plot(*w, **STYLES["start"])
        ax.plot(*(kept + pull), **STYLES["now"])
        side = ("left", (12, -12)) if place is w else ("right", (-6, -14))
        labels = [("w", w, "left", (6, 4)), ("look-ahead", kept, "left", (8, -11)), ("new w", kept + pull, *NEW)]
        labels += [("kept velocity", (w + kept) / 2, "right", (-6, 6)), ("−lr · gradient", place + pull / 2, *side)]
        for words, spot, align, shift in labels:
            ax.annotate(words, spot, textcoords="offset points", xytext=shift, ha=align)
        ax.set(xlabel="w0", ylabel="w1", title=f"{name}: gradient at {'w' if place is w else 'look-ahead'}")
    show(
        fig,
        "One step on a contour map, twice. On both sides an arrow, the kept velocity, leads from w across the valley "
        "to the look-ahead point. On the left the gradient's arrow starts at w and points across the valley too, so "
        "that the new w lies high on the other side; on the right it starts at the look-ahead point and points back "
        "into the valley.",
    )


def show_polyak(plain: np.ndarray, heavy: np.ndarray, theory: np.ndarray) -> None:
    """Draw the distance to the minimum at each step: plain descent, heavy ball, and the powers of its rate."""
    fig, ax = plt.subplots(figsize=(6.6, 3.4))
    ax.semilogy(plain, color=COLORS["path"])
    ax.semilogy(heavy, "-.", color=COLORS["momentum"], lw=2.4)
    ax.semilogy(theory, **STYLES["limit"])
    ax.text(260, 1e-2, "plain descent, best lr", color=COLORS["path"])
    ax.text(66, 1e-3, "heavy ball, Polyak's settings")
    ax.annotate("the rate alone, rate$^t$", (66, theory[66]), (120, 1e-6), va="center", arrowprops={"arrowstyle": "-"})
    ax.set(xlim=(0, 700), ylim=(1e-7, 20), xlabel="step t", ylabel="distance to the minimum")
    ax.set_title("The root of the condition number sets the pace")
    show(
        fig,
        "Distance to the minimum on a log scale. Plain descent falls along a straight line and is at 5e-6 after about "
        "600 steps. Heavy ball rises at first and then falls about nine times as steeply, well above the dotted "
        "line of its rate alone, and is there after less than 90 steps.",
    )


def show_cycle(slope: Callable[[np.ndarray], np.ndarray], cycling: np.ndarray, settling: np.ndarray) -> None:
    """Draw a piecewise linear derivative, and two descents on it: one that cycles, one that settles."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(8, 3.4))
    w = np.linspace(-3, 3.5, 400)
    left.plot(w, slope(w), color=COLORS["guide"], ls="-", lw=1.8)
    left.plot(cycling[-3:], slope(cycling[-3:]), "o", color=COLORS["path"], ms=7)
    left.axhline(0, **STYLES["limit"])
    left.set(xlabel="w", ylabel="derivative", title="Steep, flat, steep: it always rises")
    right.plot(cycling[:31], **STYLES["path"], label=f"start {cycling[0]:.1f}")
    right.plot(settling[:31], **STYLES["comparison"], label=f"start {settling[0]:.1f}")
    right.set(xlabel="step", ylabel="w", ylim=(-4, 5.4), title="Two starts, the same lr and beta")
    right.legend(loc="upper right", ncols=2)
    show(
        fig,
        "Left: a derivative that rises steeply, flatly between 1 and 2, and steeply again, with the three points of a "
        "cycle on it. Right: from one start w jumps between these three points for ever, from another it settles at 0.",
    )


def show_guarantee(heavy: np.ndarray, ahead: np.ndarray, bound: np.ndarray) -> None:
    """Draw the loss above the lowest at each step: heavy ball in its cycle, Nesterov, and Nesterov's guarantee."""
    fig, ax = plt.subplots(figsize=(8, 3.4))
    ax.semilogy(heavy, **STYLES["momentum"], label="heavy ball, Polyak's settings")
    ax.semilogy(ahead, **STYLES["comparison"] | {"markersize": 3}, label="Nesterov")
    ax.semilogy(bound, **STYLES["limit"], label="Nesterov's guarantee")
    ax.set(xlabel="step", ylabel="loss above the lowest", title="Where the curvature changes, only one has a promise")
    ax.legend(loc="lower left")
    show(
        fig,
        "Loss at each step on a log scale, both methods from the same start. Heavy ball goes on jumping between the "
        "same heights; Nesterov falls nearly straight, below the dotted line of its guarantee.",
    )
