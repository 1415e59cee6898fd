"""Lesson 08: still pictures of what a batch costs, how noisy it is, what curves say, and which rate a batch allows."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np

from helpers.pictures import COLORS, STYLES, show


def show_one_pass(losses: dict[int, list[float]], n: int) -> None:
    """Draw the loss after each step of one pass, by batch size, against the number of samples used so far."""
    looks = (STYLES["comparison"], {"ls": "-.", "color": COLORS["guide"]}, STYLES["loss"])
    fig, ax = plt.subplots(figsize=(6.6, 3.4))
    for (size, after), look in zip(losses.items(), looks, strict=True):
        used = np.minimum(np.arange(len(after)) * size, n)
        ax.step(used, after, where="post", **look, label=f"B = {size}, {len(after) - 1} step" + "s" * (len(after) > 2))
    ax.set(xlabel="patients used", ylabel="loss over all patients", title="The same work, cut into more steps")
    ax.legend(loc="center")
    show(
        fig,
        f"Loss against the number of patients used, for batches of {', '.join(map(str, losses))}. The exact gradient "
        "lowers the loss once, at the very end. The small batches have lowered it further long before.",
    )


def show_batch_noise(sizes: list[int], measured: np.ndarray, n: int) -> None:
    """Draw the variance of batch gradients in units of a single sample's, rows: with and without replacement."""
    b = np.geomspace(1, n - 1, 200)
    fig, ax = plt.subplots(figsize=(6.6, 3.4))
    ax.loglog(b, 1 / b, **STYLES["guide"], label="1 / B")
    ax.loglog(b, (n - b) / (n - 1) / b, **STYLES["limit"], label="1 / B times (n − B) / (n − 1)")
    ax.loglog(sizes, measured[0], "o", color=COLORS["path"], ms=8, label="measured, with replacement")
    ax.loglog(sizes, measured[1], **STYLES["comparison"] | {"linestyle": "none"}, label="measured, without")
    ax.set(ylim=(1e-4, 2), xlabel="batch size B", ylabel="mean squared distance, in units of σ²")
    ax.set_title("With replacement 1/B, without it less")
    ax.legend(loc="lower left")
    show(
        fig,
        f"Variance of the batch gradient against the batch size from {sizes[0]} to {sizes[-1]} on log scales. Drawn "
        "with replacement it falls along a straight line, as 1/B. Without replacement it falls off that line as B "
        f"comes near {n}, the number of samples.",
    )


def show_floors(rates: list[float], independent: np.ndarray, reshuffled: np.ndarray) -> None:
    """Draw the floor of the loss against the learning rate for both ways of drawing, with slopes 1 and 2."""
    fig, ax = plt.subplots(figsize=(6.6, 3.4))
    ends = np.array([rates[0], rates[-1]])
    ax.loglog(ends, independent[0] * ends / ends[0], **STYLES["guide"], label="proportional to lr")
    ax.loglog(ends, reshuffled[0] * (ends / ends[0]) ** 2, **STYLES["limit"], label="proportional to lr squared")
    ax.loglog(rates, independent, "o", color=COLORS["path"], label="drawn with replacement")
    ax.loglog(rates, reshuffled, **STYLES["comparison"] | {"linestyle": "none"}, label="reshuffled every epoch")
    ax.set_xticks(rates, [f"{lr:.3f}" for lr in rates])
    ax.minorticks_off()
    ax.set(xlabel="learning rate lr", ylabel="floor of the loss", title="Reshuffled batches have the lower floor")
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    show(
        fig,
        "Floor of the loss against the learning rate on log scales. With independent draws it falls in proportion to "
        "lr; with reshuffling it is lower and falls with the square of lr.",
    )


def show_diagnoses(curves: dict[str, np.ndarray], diagnose: Callable[[np.ndarray], str]) -> None:
    """Draw loss curves side by side, each under its name and what `diagnose` says of it."""
    fig, axes = plt.subplots(1, len(curves), figsize=(8, 3.0), sharey=True)
    said = {name: diagnose(losses) for name, losses in curves.items()}
    for ax, (name, losses) in zip(axes, curves.items(), strict=True):
        ax.semilogy(losses, **STYLES["loss"] | {"linewidth": 1.2})
        ax.set(xlabel="epoch", ylim=(1e-17, 1e6), title=f"{name}:\n{said[name]}")
    axes[0].set_ylabel("loss above its lowest")
    words = "; ".join(f"{name}: {kind}" for name, kind in said.items())
    show(fig, f"Loss curves on a log scale, diagnosed. {words}.")


def show_noise_scales(scales: dict[int, float], sizes: list[int], found: np.ndarray) -> None:
    """Draw the best rate of one step, in units of that of the full gradient, against the batch size.

    scales: the noise scale by the number of steps taken; found: the best rates (k,) at the start for these k sizes.
    """
    b = np.geomspace(1, 1e5, 200)
    fig, ax = plt.subplots(figsize=(7.2, 3.4))
    for taken, scale in scales.items():
        ax.semilogx(b, 1 / (1 + scale / b), **STYLES["guide"])
        ax.annotate(f"step {taken}", (scale, 0.5), textcoords="offset points", xytext=(5, -12))
        ax.plot(scale, 0.5, "s", color=COLORS["guide"], ms=5)
    ax.plot(sizes, found, "o", color=COLORS["path"], label="found at the start")
    ax.plot([], [], "s--", color=COLORS["guide"], ms=5, lw=1, label="predicted; square: B = noise scale")
    ax.set(ylim=(0, 1.3), xlabel="batch size B", ylabel="best lr, in units of lr_max")
    ax.set_title("On the way down, larger batches become worth their price")
    ax.legend(loc="upper left", ncols=2)
    show(
        fig,
        "Best learning rate of one step against the batch size, a curve for each place on the way down. Each rises "
        "with B and levels off beyond the noise scale, which is the larger, the more steps have been taken.",
    )
