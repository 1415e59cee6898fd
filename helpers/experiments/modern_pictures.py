"""Lesson 11, still pictures: Newton's climb, differences with their intervals, averages of noisy paths."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np

from helpers.pictures import COLORS, STYLES, contours, loss_axes, show
from helpers.surfaces import rosenbrock


def show_climb(newton: np.ndarray, damped: np.ndarray) -> None:
    """Draw two walks (steps + 1, 2) on Rosenbrock's valley, Newton's and the damped one, and their losses."""
    fig, (place, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    contours(place, rosenbrock, ((-1.8, 1.8), (-3.6, 2.0)))
    looks = {"Newton": STYLES["comparison"], "damped": STYLES["path"]}
    for (name, look), path in zip(looks.items(), (newton, damped), strict=True):
        place.plot(*path.T, **look)
        curve.plot(rosenbrock.value(path), **look, label=name)
    place.plot(*newton[0], **STYLES["start"])
    for step, shift in ((1, (7, -3)), (2, (7, -3)), (3, (-11, -4))):
        place.annotate(str(step), newton[step], textcoords="offset points", xytext=shift)
    place.set(xlabel="w0", ylabel="w1", title="The second jump leaves the valley")
    loss_axes(curve, len(damped) - 1, (1e-21, 1e5), "Three hundred times as high, and back")
    curve.legend(loc="upper right")
    show(
        fig,
        "Left, Rosenbrock's curved valley: Newton's second step jumps from the upper left far down and across, out of "
        "the valley; the damped path follows the bend in short steps. Right, losses on a log scale: Newton's rises "
        "three-hundredfold at its second step and fivefold at its fourth, and is below 1e-19 after six; the damped "
        "one falls at each step and gets there after more than twenty.",
    )


def show_differences(minus: Mapping[str, Sequence[tuple[float, float]]], base: str = "Adam") -> None:
    """Draw the paired intervals of each rule minus the base: one of test losses, one of training losses."""
    names = [name for name in minus if name != base]
    fig, axes = plt.subplots(1, 2, figsize=(8, 3.0), sharey=True)
    alts = []
    for k, (ax, measured) in enumerate(zip(axes, ("Test loss", "Training loss"), strict=True)):
        verdicts = {name: _verdict(*minus[name][k]) for name in names}
        for row, name in enumerate(names):
            ends, (_, color, marker, width) = minus[name][k], verdicts[name]
            ax.plot(ends, [row, row], color=color, ls="-", lw=width, marker="|", ms=9, mew=2)
            ax.plot(np.mean(ends), row, color=color, marker=marker, ms=6)
        ax.axvline(0, **STYLES["limit"])
        told = sum(said != "across 0" for said, *_ in verdicts.values())
        ax.set(
            title=f"{measured}: {told} of {len(names)} differ from {base}'s",
            xlabel=f"minus {base}'s (beyond 0.02 squeezed)",
        )
        ax.set_xscale("symlog", linthresh=0.02, linscale=1.5)
        ax.set_xticks([-0.02, -0.01, 0, 0.01, 0.02, 0.1], ["−0.02", "−0.01", "0", "0.01", "0.02", "0.1"])
        ax.set_xlim(-0.025, 0.2)
        ax.minorticks_off()
        alts.append(f"{measured}: " + ", ".join(f"{name} {said}" for name, (said, *_) in verdicts.items()) + ".")
    axes[0].set_yticks(range(len(names)), names)
    axes[0].invert_yaxis()
    show(fig, f"Intervals of each rule's loss minus {base}'s. " + " ".join(alts))


def _verdict(low: float, high: float) -> tuple[str, str, str, float]:
    """Return where an interval lies, and the colour, the marker and the width that say so."""
    if low > 0:
        return "above 0", COLORS["gradient"], "^", 3.0
    if high < 0:
        return "below 0", COLORS["path"], "v", 3.0
    return "across 0", COLORS["guide"], "x", 1.6


def show_averages(excess: Mapping[str, np.ndarray], marks: Sequence[int]) -> None:
    """Draw the loss above its lowest (marks,) of each way to end a noisy run, after so many steps."""
    looks = {
        "constant": STYLES["path"],
        "cosine": STYLES["comparison"],
        "schedule-free": STYLES["momentum"],
        "average": STYLES["average"] | {"marker": "v"},
    }
    fig, ax = plt.subplots(figsize=(6.6, 3.4))
    for name, values in excess.items():
        ax.loglog(marks, values, **looks[name] | {"markersize": 6}, label=name)
    ax.set_xticks(list(marks), [str(mark) for mark in marks])
    ax.minorticks_off()
    ax.set(xlabel="step", ylabel="loss above its lowest", title="The cosine cools at the end, the means all the time")
    ax.legend(loc="upper right")
    show(
        fig,
        "Loss above its lowest at four steps, on log scales, on fresh problems. The cosine's stays high until half-way "
        "and falls steeply at the end; schedule-free falls steadily and ends a little above it; the plain average of "
        "all points is lowest throughout; a constant rate is highest at the end.",
    )
