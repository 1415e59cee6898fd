"""Lesson 10, still pictures: forgetting, bias correction, weight decay, a counterexample, turned bowls."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from helpers.pictures import COLORS, STYLES, show

LOOKS: dict[str, dict] = {
    "gradient descent": {"color": COLORS["path"], "ls": "-", "lw": 1.6},
    "heavy ball": {"color": COLORS["momentum"], "ls": "-.", "lw": 1.8},
    "Adagrad": {"color": COLORS["start"], "ls": ":", "lw": 1.8},
    "RMSprop": {"color": COLORS["average"], "ls": "-", "lw": 3.6, "zorder": 1.8},
    "Adam": {"color": COLORS["gradient"], "ls": (0, (6, 2)), "lw": 2.0},
}
"""One look for each rule in all pictures of this lesson."""


def show_forgetting(drop: int, adagrad: np.ndarray, rmsprop: np.ndarray) -> None:
    """Draw the step lengths of two rules whose gradient becomes smaller after step ``drop``."""
    fig, ax = plt.subplots(figsize=(6.6, 3.3))
    steps = np.arange(1, len(rmsprop) + 1)
    ax.semilogy(steps, rmsprop, **LOOKS["RMSprop"])
    ax.semilogy(steps, adagrad, **LOOKS["Adagrad"])
    ax.text(len(rmsprop), rmsprop[-1] / 1.4, "RMSprop", ha="right", va="top")
    ax.text(len(adagrad), adagrad[-1] * 1.3, "Adagrad", ha="right")
    ax.axvline(drop + 0.5, **STYLES["guide"])
    ax.set(xlabel="step", ylabel="length of the step", title="The slope drops to a hundredth: one of them recovers")
    show(
        fig,
        f"Length of each step on a log scale. After step {drop} the gradient drops to a hundredth and both steps "
        "become far shorter. RMSprop's grow back to their old length within 300 steps; Adagrad's stay short.",
    )


def show_first_steps(lr: float, plain: np.ndarray, corrected: np.ndarray) -> None:
    """Draw Adam's step lengths at steps 1, 2, ... without and with bias correction."""
    steps = np.arange(1, len(plain) + 1)
    fig, ax = plt.subplots(figsize=(6.6, 3.2))
    ax.plot(steps, plain, color=COLORS["gradient"], ls="--", marker="D", ms=5)
    ax.plot(steps, corrected, color=COLORS["path"], ls="-", marker="o", ms=5)
    ax.text(steps[-1], plain[-1] - 0.04, "without correction", ha="right", va="top")
    ax.text(steps[-1], corrected[-1] + 0.02, "with correction", ha="right", color=COLORS["path"])
    ax.axhline(lr, **STYLES["limit"])
    ax.set(xlabel="step t", ylabel="length of the step", ylim=(0, None), xticks=steps)
    ax.set_title("Without the correction the first steps are too long")
    show(
        fig,
        f"Length of Adam's first {len(plain)} steps for a constant gradient. With correction each has the length lr. "
        "Without it the first is about three times as long, and the following ones are longer still.",
    )


def show_decay_maps(rates: np.ndarray, decays: np.ndarray, losses: Mapping[str, np.ndarray]) -> None:
    """Draw test losses (rates, decays) as one map each, and a mark on the best decay for every rate."""
    fig, axes = plt.subplots(1, 2, figsize=(8, 3.4), sharey=True)
    levels = np.array([0.09, 0.1, 0.11, 0.12, 0.14, 0.17, 0.2, 0.25, 0.3, 0.4])
    shades = [str(shade) for shade in np.linspace(1, 0.25, len(levels))]
    for ax, (name, loss) in zip(axes, losses.items(), strict=True):
        filled = ax.contourf(rates, decays, loss.T, levels, colors=shades, extend="max")
        best = decays[np.argmin(loss, axis=1)]
        ax.plot(rates, best, ls="none", marker="o", ms=7, mfc=COLORS["comparison"], mec="black", label="best decay")
        ax.set(xscale="log", yscale="log", xlabel="learning rate lr", title=name)
        ax.set(xlim=(rates[0] / 1.3, rates[-1] * 1.3), ylim=(decays[0] / 1.5, decays[-1] * 1.5))
    axes[0].set_ylabel("weight decay")
    axes[0].legend(loc="upper left", framealpha=0.9, frameon=True)
    fig.colorbar(filled, ax=axes, label="test loss")
    show(
        fig,
        "Two maps of the test loss over learning rate and weight decay; light is low. With L2 inside Adam the light "
        "valley climbs to larger decays and darkens as lr grows. With AdamW it becomes level, at a decay of about 0.3, "
        "and stays light up to larger lr.",
    )


def show_worst_point(paths: Mapping[str, np.ndarray]) -> None:
    """Draw x at each step of Adam and AMSGrad on the counterexample of Reddi, Kale and Kumar."""
    looks = (
        {"color": COLORS["gradient"], "ls": "--"},
        {"color": COLORS["path"], "ls": "-"},
    )
    fig, ax = plt.subplots(figsize=(6.6, 3.2))
    for (name, x), look in zip(paths.items(), looks, strict=True):
        # A logarithmic axis of a hundred thousand points needs a few hundred of them.
        at = np.unique(np.geomspace(1, len(x), 400).astype(int))
        ax.semilogx(at, x[at - 1], **look)
        ax.text(len(x), 0.88 * x[-1], name, ha="right", va="center")
    ax.axhline(-1, **STYLES["limit"])
    ax.set(xlabel="step t", ylabel="x", ylim=(-1.15, 1.15), title="Adam goes to the worst point, AMSGrad to the best")
    show(
        fig,
        "x against the step on a log scale. Adam's x rises to +1, where the mean loss is highest; AMSGrad's falls to "
        "-1, where it is lowest, marked by a dotted line.",
    )


def show_turned(angles: np.ndarray, steps: Mapping[int, Mapping[str, Sequence[float]]]) -> None:
    """Draw the number of steps that each rule needs on bowls of two condition numbers, turned by each angle."""
    fig, axes = plt.subplots(1, 2, figsize=(8, 3.4), sharey=True)
    for ax, (condition, needed) in zip(axes, steps.items(), strict=True):
        for (name, counts), marker in zip(needed.items(), "osD^", strict=True):
            ax.semilogy(angles, counts, **LOOKS[name], marker=marker, ms=5, label=name)
        ax.set(xlabel="the bowl is turned by (degrees)", title=f"Condition number {condition}", xticks=angles)
    axes[0].set_ylabel("steps needed")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    show(
        fig,
        "Steps needed against the angle, at condition 100 and 1000. Level in both: gradient descent, and far below it "
        "heavy ball. Adagrad's rise: at 100 above gradient descent's, at 1000 out of the picture. Adam's are near "
        "heavy ball's at 100, and rise at 1000.",
    )


def rare_axes(ax: Axes, near: float) -> None:
    """Prepare an axis for the weights of symptoms against how often each occurs; all of them should be 1."""
    for height in (1 - near, 1 + near):
        ax.axhline(height, **STYLES["guide"])
    ax.axhline(1, **STYLES["limit"])
    ax.set(xscale="log", xlim=(15, 1300), ylim=(-0.1, 1.6))
    ax.set(xlabel="patients with this symptom, of 2,000", ylabel="weight learned")


def show_rare(often: np.ndarray, weights: np.ndarray) -> None:
    """Draw the weight that gradient descent has learned for each symptom against how often the symptom occurs."""
    fig, ax = plt.subplots(figsize=(8, 3.4))
    rare_axes(ax, 0.25)
    ax.plot(often, weights, ls="none", marker="o", ms=5, color=COLORS["path"])
    ax.set_title("Of the rarest symptoms the least was learned")
    show(
        fig,
        "Forty points, the weight learned for each symptom against how often it occurs. The frequent ones lie near 1, "
        "the true weight; below a hundred patients the points sink, down to about a third.",
    )
