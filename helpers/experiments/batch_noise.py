"""Lesson 08: still pictures of what a batch costs, how noisy it is, and which learning rate it allows."""

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
    ax.set(ylim=(1e-4, 2), xlabel="batch size B", ylabel="variance, in units of tr Σ")
    ax.set_title("Four times the batch, a quarter of the variance")
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


def show_best_rates(sizes: list[int], measured: np.ndarray, lr_max: float, noise_scale: float) -> None:
    """Draw the measured best learning rate of one step against the batch size, and the prediction."""
    b = np.geomspace(sizes[0], sizes[-1], 200)
    fig, ax = plt.subplots(figsize=(6.6, 3.4))
    ax.semilogx(b, lr_max / (1 + noise_scale / b), **STYLES["guide"], label="predicted by the noise scale")
    ax.axhline(lr_max, **STYLES["limit"], label="best lr of the full gradient")
    ax.axvline(noise_scale, color=COLORS["guide"], lw=0.8)
    ax.annotate("B = noise scale", (noise_scale, 0.012), textcoords="offset points", xytext=(5, 0))
    ax.semilogx(sizes, measured, "o", color=COLORS["path"], label="measured")
    ax.set(ylim=(0, 1.15 * lr_max), xlabel="batch size B", ylabel="best lr of one step")
    ax.set_title("A larger batch allows a larger lr, up to a point")
    ax.legend(loc="lower right")
    show(
        fig,
        f"Best learning rate of one step against the batch size from {sizes[0]} to {sizes[-1]}. It rises with the "
        "batch, is half of its largest value where the batch equals the noise scale, and levels off. The measured "
        "points lie on the predicted curve.",
    )
