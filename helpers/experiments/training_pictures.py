"""Lesson 12, still pictures: when to stop, the learner's own network and what it reads, grokking, a border."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle

from helpers.experiments.reading_digits import FRAME, HEIGHT, ROWS, WIDTH, places, words_on
from helpers.pictures import COLORS, STYLES, show

COLUMNS = 5  # of digits on a wall, as in the picture that lesson 00 opens with


def show_stop(steps: np.ndarray, train: np.ndarray, held_out: np.ndarray, best: int) -> None:
    """Draw the loss on training and on held-out images at each look, and a mark where the weights are kept.

    steps, train, held_out: (looks,); best: which look.
    """
    fig, ax = plt.subplots(figsize=(6.6, 3.2))
    ax.plot(steps, held_out, **STYLES["gradient"])
    ax.plot(steps, train, **STYLES["loss"])
    ax.plot(steps[best], held_out[best], **STYLES["minimum"])
    ax.axvline(steps[best], **STYLES["limit"])
    ax.text(steps[-1], held_out[-1] + 0.03, "held out", ha="right", va="bottom")
    ax.text(steps[-1], train[-1] + 0.03, "training", ha="right", va="bottom", color=COLORS["loss"])
    ax.set(xlabel="step", ylabel="loss", ylim=(0, 1), title="Held out, the loss turns; on training it falls")
    show(
        fig,
        "Two losses against the step. On the training digits it falls to the end. On held-out digits it falls, has its "
        f"lowest value about step {steps[best]}, marked by a star, and rises slowly from there.",
    )


def draw_wall(ax: Axes, images: np.ndarray, said: np.ndarray, digits: np.ndarray) -> None:
    """Draw digits (n, 64) of grey values 0 to 1, below each what a network says, and a frame where that is wrong."""
    there = places(COLUMNS)
    wall = np.zeros((ROWS * HEIGHT, COLUMNS * WIDTH))
    for (x, y), image in zip(there.astype(int), images, strict=False):
        wall[y - 3 : y + 5, x - 3 : x + 5] = image.reshape(8, 8)
    ax.imshow(wall, cmap="Greys", vmin=0, vmax=1.3, aspect="auto")
    ax.axis("off")
    for text, answer in zip(words_on(ax, COLUMNS), said, strict=False):
        text.set_text(str(answer))
    ax.plot(*there[(said != digits)[: len(there)]].T, **FRAME | {"markersize": 30})


def show_own_network(
    losses: np.ndarray, errors: np.ndarray, images: np.ndarray, said: Mapping[str, np.ndarray], digits: np.ndarray
) -> None:
    """Draw a run: the loss of each batch, the error after each epoch, and what the network says before and after.

    losses: (steps,); errors: (epochs + 1,), shares; images: (n, 64), from 0 to 1; said: answers (n,) by when they were
    given; digits: (n,), what the images are.
    """
    n = ROWS * COLUMNS
    images, digits = images[:n], digits[:n]
    fig = plt.figure(figsize=(8.6, 3.0))
    fig.set_layout_engine("constrained", wspace=0.06)
    grid = fig.add_gridspec(2, 1 + len(said), width_ratios=(4, *[3] * len(said)))
    curve, share = fig.add_subplot(grid[0, 0]), fig.add_subplot(grid[1, 0])
    curve.semilogy(np.arange(len(losses)), losses, **STYLES["loss"] | {"linewidth": 0.9})
    curve.set(xticklabels=[], title="Loss of each batch")
    epoch = len(losses) / (len(errors) - 1)
    share.plot(epoch * np.arange(len(errors)), 100 * errors, **STYLES["path"])
    share.set(xlabel="step", ylim=(0, None), title="Held-out digits read wrong, in %")
    for ax in (curve, share):
        ax.set_xlim(0, len(losses))
    for column, (when, answers) in enumerate(said.items(), start=1):
        wall = fig.add_subplot(grid[:, column])
        draw_wall(wall, images, answers[:n], digits)
        wall.set_title(f"{when}: {np.sum(answers[:n] == digits)} of {n} right")
    right = " and ".join(f"{when.lower()} {np.sum(a[:n] == digits)}" for when, a in said.items())
    show(
        fig,
        f"The loss of each batch falls over {len(losses)} steps, on a log scale, and the share of held-out digits that "
        f"are read wrong falls from {errors[0]:.0%} to {errors[-1]:.1%}. Of {n} held-out digits, each with the "
        f"network's answer below it, {right} are read right.",
    )


def show_grokking(runs: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]) -> None:
    """Draw the shares of pairs that are right against the step: on training and on other pairs, a panel for each run.

    runs: by title, steps (looks,), shares on training pairs (looks,) and on the others (looks,).
    """
    fig, axes = plt.subplots(1, len(runs), figsize=(8, 3.0), sharey=True, squeeze=False)
    for ax, (title, (steps, train, others)) in zip(axes[0], runs.items(), strict=True):
        ax.semilogx(steps, 100 * train, **STYLES["loss"], label="training pairs")
        ax.semilogx(steps, 100 * others, **STYLES["gradient"], label="other pairs")
        ax.set(xlabel="step", ylim=(-3, 103), title=title)
    axes[0][0].set_ylabel("right, in %")
    fig.legend(*axes[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    show(
        fig,
        "Shares of sums that are right against the step, on a log scale. On the training pairs they rise within some "
        "twenty steps. " + "; ".join(f"{title}: on the others {_late(*run)}" for title, run in runs.items()) + ".",
    )


def _late(steps: np.ndarray, train: np.ndarray, others: np.ndarray) -> str:
    """Say when the other pairs were learned, of one run."""
    found = np.flatnonzero(others >= 0.95)
    return f"about step {steps[found[0]]}" if len(found) else f"{others[-1]:.0%} at the end"


def show_border(whole: np.ndarray, closer: np.ndarray, corner: tuple[float, float], width: float) -> None:
    """Draw which pairs of rates train a network: from 1 to 100,000 each, and a square of that closer.

    whole, closer: (size, size) truth values; corner, width: of the square, in powers of ten.
    """
    fig, axes = plt.subplots(1, 2, figsize=(8, 3.8))
    shown = ListedColormap(["white", COLORS["path"]])
    for ax, trains, (left, low), wide in zip(axes, (whole, closer), ((0.0, 0.0), corner), (5.0, width), strict=True):
        place = (left, left + wide, low, low + wide)
        ax.imshow(trains, cmap=shown, vmin=0, vmax=1, origin="lower", extent=place, interpolation="nearest")
        ax.set(xlabel="log10 of the first layer's lr", ylabel="log10 of the second layer's lr")
    axes[0].add_patch(Rectangle(corner, width, width, fill=False, color=COLORS["start"]))
    axes[0].set_title("Dark: it trains")
    axes[1].set_title("The square, eight times closer")
    show(
        fig,
        f"Two maps of learning rates. Left, {whole.mean():.0%} of the pairs train the network, those of low rates, and "
        "the border runs in a few bends. Right, a small square on the border: dark and white mix in specks.",
    )
