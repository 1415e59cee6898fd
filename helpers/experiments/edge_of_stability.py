"""Lesson 06: the sharpness of a small network grows while it learns, and stays near 2/lr once it has met it.

The network has the layers 1-20-20-1 with tanh between them and fits the Chebyshev polynomial T4 on 20 points by full
batch gradient descent on half the mean squared error. Source of the experiment: Cohen, Kaur, Li, Kolter, Talwalkar
(2021), arXiv:2103.00065, here in its smallest form.
"""

import matplotlib.pyplot as plt
import numpy as np

from helpers.networks import backward, flat, forward, layers, unflat
from helpers.pictures import COLORS, STYLES, show

SIZES = (1, 20, 20, 1)
X = np.linspace(-1, 1, 20)[:, None]
Y = 8 * X**4 - 8 * X**2 + 1


def first_weights(rng: np.random.Generator) -> np.ndarray:
    """Return all 481 weights in one vector: normal with variance 1/fan-in, biases zero."""
    return flat(layers(SIZES, rng, variance=1.0))


def loss_and_gradient(w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return half the mean squared error, shape (...), and its gradient (..., 481), by backpropagation.

    w: (..., 481). Leading axes are networks that are trained side by side.
    """
    weights = unflat(w, SIZES)
    outputs = forward(weights, X, "tanh")
    error = outputs[-1] - Y
    return (error**2).mean((-1, -2)) / 2, flat(backward(weights, outputs, error / len(X), "tanh"))


def sharpness(w: np.ndarray, v: np.ndarray, rounds: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the largest Hessian eigenvalue (...) and its eigenvector (..., 481), by power iteration from v.

    The product of Hessian and v is a central difference of gradients along v.
    """
    for _ in range(rounds):
        product = (loss_and_gradient(w + 1e-4 * v)[1] - loss_and_gradient(w - 1e-4 * v)[1]) / 2e-4
        eigenvalue = np.sum(product * v, axis=-1)
        v = product / np.linalg.norm(product, axis=-1, keepdims=True)
    return eigenvalue, v


def train(rates: np.ndarray, steps: int = 8000, every: int = 50, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Train one network per learning rate, all from the same start.

    rates: (n,). Returns losses (n, steps) and the sharpness (n, steps // every), measured each `every` steps.
    """
    rng = np.random.default_rng(seed)
    w = np.tile(first_weights(rng), (len(rates), 1))
    v = rng.normal(size=w.shape)
    losses, sharp = np.empty((len(rates), steps)), np.empty((len(rates), steps // every))
    for step in range(steps):
        losses[:, step], grad = loss_and_gradient(w)
        if step % every == 0:
            sharp[:, step // every], v = sharpness(w, v, rounds=30 if step == 0 else 8)
        w = w - rates[:, None] * grad
    return losses, sharp


def show_edge(rates: np.ndarray, losses: np.ndarray, sharp: np.ndarray) -> None:
    """Draw what `train` returned: sharpness in units of 2/lr, and loss, of each network."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(8, 3.4))
    steps = losses.shape[1]
    odd = 25  # late rises come every second step: an even stride would hide them
    looks = (
        STYLES["loss"],
        STYLES["gradient"] | {"linestyle": "--"},
        {"color": COLORS["comparison"], "linestyle": ":", "linewidth": 2},
    )
    for lr, loss, curvature, look in zip(rates, losses, sharp, looks, strict=True):
        left.plot(np.arange(len(curvature)) * steps / len(curvature), curvature * lr / 2, **look, label=f"lr = {lr}")
        right.semilogy(np.arange(0, steps, odd), loss[::odd], **look)
    left.axhline(1, color=COLORS["limit"], lw=1)
    left.set(xlabel="step", ylabel="sharpness divided by 2/lr", ylim=(0, 1.6))
    left.set_title("At the limit the sharpness stays")
    left.legend(loc="lower right")
    for ax in (left, right):
        ax.locator_params(axis="x", nbins=4)
    right.set(xlabel="step", ylabel="loss", title="The loss falls, not at every step")
    show(
        fig,
        f"Left: the sharpness of {len(rates)} networks in units of 2/lr. The two larger "
        f"lr pass 1 and come back to it. Right: their losses fall over {steps} steps, jagged beyond the limit.",
    )
