"""Lesson 00: where the course leads. A small network learns to read digits, with NumPy alone.

64 grey values go in, 32 numbers with tanh stand between, and ten scores come out, one for each digit; the loss is the
cross-entropy of their softmax. All 2,410 parameters lie in one vector, so that the plain descent of the course trains
it. Lesson 12 writes it once more, from the learner's own functions.
"""

from functools import cache
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.text import Text

from helpers import networks
from helpers.data import digits
from helpers.descent import descend
from helpers.exercises.catalogue import challenge
from helpers.experiments.frames import Frames, pairs, until
from helpers.networks import flat, forward, layers, unflat
from helpers.pictures import COLORS, STYLES
from helpers.stage import Stage, stage

SIZES = (64, 32, 10)  # pixels, hidden numbers, digits
FITTED = 1200  # of the 1,797 digits; the others are held out
LR, STEPS = 0.5, 100
ROWS, COLUMNS = 3, 6
WIDTH, HEIGHT = 10, 12  # of the place of a digit in the gallery, in pixels: it has 8, and what is said below it
FRAME: dict[str, Any] = {
    "color": COLORS["gradient"],
    "linestyle": "none",
    "marker": "s",
    "markersize": 36,
    "fillstyle": "none",
    "markeredgewidth": 1.6,
}
"""What is drawn around a digit that is read wrong."""


class Split(NamedTuple):
    """The digits of the fit, x (1200, 64) from 0 to 1 and y (1200,), and the 597 that are held out."""

    x: np.ndarray
    y: np.ndarray
    held_x: np.ndarray
    held_y: np.ndarray


@cache
def split_digits() -> Split:
    """Shuffle the 1,797 digits, always in the same way, and hold 597 of them out."""
    data = digits()
    order = np.random.default_rng(0).permutation(len(data.y))
    fitted, held = order[:FITTED], order[FITTED:]
    return Split(data.x[fitted] / 16, data.y[fitted], data.x[held] / 16, data.y[held])


def first_weights(rng: np.random.Generator) -> np.ndarray:
    """Return the 2,410 parameters before training: weights normal with variance 1/fan-in, biases zero."""
    return flat(layers(SIZES, rng, variance=1.0))


def scores(w: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return the ten scores of each image, (n, 10); the largest is the network's answer. w: (2410,); x: (n, 64)."""
    return forward(unflat(w, SIZES), x, "tanh")[-1]


def loss_and_gradient(w: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the mean cross-entropy over the images x (n, 64) with the digits y (n,), and its gradient (2410,)."""
    loss, grads = networks.loss_and_gradient(unflat(w, SIZES), x, y, "tanh")
    return float(loss), flat(grads)


def share_right(w: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    """Return the share of the images x (n, 64) that are read right."""
    return float(np.mean(scores(w, x).argmax(axis=1) == y))


@cache
def trained() -> np.ndarray:
    """Train by plain gradient descent on all 1,200 digits at once; return the parameters at each step, (101, 2410)."""
    data = split_digits()
    start = first_weights(np.random.default_rng(0))
    return descend(lambda w: loss_and_gradient(w, data.x, data.y)[1], start, steps=STEPS, lr=LR)


def places(columns: int) -> np.ndarray:
    """Return the middles of the first ROWS * columns digits in the gallery, (n, 2), in pixels."""
    row, column = np.divmod(np.arange(ROWS * columns), columns)
    return pairs(WIDTH * column + WIDTH / 2 - 0.5, HEIGHT * row + 4.5)


def draw_gallery(ax: Axes, columns: int = COLUMNS) -> None:
    """Draw the first held-out digits, in ROWS rows; below each there is room for a word."""
    images = split_digits().held_x
    wall = np.zeros((ROWS * HEIGHT, columns * WIDTH))
    for (x, y), image in zip(places(columns).astype(int), images, strict=False):
        wall[y - 3 : y + 5, x - 3 : x + 5] = image.reshape(8, 8)
    ax.imshow(wall, cmap="Greys", vmin=0, vmax=1.3, aspect="auto")
    ax.axis("off")


def words_on(ax: Axes, columns: int = COLUMNS) -> list[Text]:
    """Return the empty texts below the digits of a gallery."""
    return [ax.text(x, y + 5.7, "", ha="center", va="center", size=12, color="#000000") for x, y in places(columns)]


def reading(path: np.ndarray) -> Frames:
    """Return what the network says of the gallery, how many digits it reads, and the loss, for each w of a path."""
    data, taken = split_digits(), np.arange(len(path))
    said = np.array([scores(w, data.held_x).argmax(axis=1) for w in path])
    losses = np.array([loss_and_gradient(w, data.x, data.y)[0] for w in path])
    right = np.mean(said == data.held_y, axis=1)
    there = places(COLUMNS)
    shown = said[:, : len(there)]
    wrong = shown != data.held_y[: len(there)]
    words: dict[str, Any] = {f"says {k}": [str(answer) for answer in shown[:, k]] for k in range(len(there))}
    return Frames(
        live=words
        | {
            "wrong": np.where(wrong[..., None], there, np.nan),
            "right": until(taken, pairs(taken, 100 * right)),
            "right now": pairs(taken, 100 * right)[:, None],
            "loss": until(taken, pairs(taken, losses)),
            "loss now": pairs(taken, losses)[:, None],
        },
        alt=[
            f"Step {k}: loss {loss:.2f}; {share:.0%} of the held-out digits are read right; "
            f"of the {len(there)} shown, {missed} wrong."
            for k, loss, share, missed in zip(taken, losses, right, wrong.sum(axis=1), strict=True)
        ],
        met=taken == np.argmax(right >= 0.9),
    )


def learning_to_read() -> Stage:
    """Train the network, and walk over its steps: what it says, how much it reads right, and the loss."""
    frames = reading(trained())
    fig = plt.figure(figsize=(8, 3.4))
    grid = fig.add_gridspec(2, 2, width_ratios=(5, 4))
    wall, share, curve = fig.add_subplot(grid[:, 0]), fig.add_subplot(grid[0, 1]), fig.add_subplot(grid[1, 1])
    draw_gallery(wall)
    wall.set_title("Held-out digits, and what the network says")
    artists: dict[str, Artist] = {f"says {k}": text for k, text in enumerate(words_on(wall))}
    artists["wrong"] = wall.plot([], [], **FRAME)[0]
    for ax, name in ((share, "right"), (curve, "loss")):
        artists[name] = ax.plot([], [], **STYLES["loss"])[0]
        artists[f"{name} now"] = ax.plot([], [], **STYLES["now"], zorder=3, clip_on=False)[0]
        ax.set(xlim=(0, STEPS))
    share.axhline(90, **STYLES["limit"])
    share.set(ylim=(0, 100), yticks=(0, 50, 90), xticklabels=[], title="Held-out digits read right, in %")
    curve.set(ylim=(0, 2.5), xlabel="step", title="Loss on the digits it learns from")
    goal = challenge("learning-to-read")
    steps = np.arange(STEPS + 1)
    return stage(fig, frames.on(artists), over=steps, label="step", format="{:d}", challenge=goal)
