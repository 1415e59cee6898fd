"""Lesson 12, the border of trainability: which pairs of learning rates train a network of two layers."""

from collections.abc import Sequence

import numpy as np


def border_of_trainability(
    size: int = 48, corner: tuple[float, float] = (0.0, 0.0), width: float = 5.0, seed: int = 0
) -> np.ndarray:
    """Return which pairs of rates train a network, (size, size) truth values: rows the second layer's rate.

    corner: log10 of the lowest rates of the first and of the second layer; width: of the square, in powers of ten. Full
    gradient descent on 16 samples, tanh 8-8-1, 150 steps; it trains if the last 20 losses lie below the first, in the
    mean. Source: Sohl-Dickstein (2024), arXiv:2402.06184.
    """
    rng, n = np.random.default_rng(seed), 8
    x, y = rng.normal(size=(16, n)), rng.normal(size=(16, 1))
    drawn = rng.normal(size=(n, n)), rng.normal(size=(n, 1))
    powers = [np.linspace(low, low + width, size) for low in corner]
    lr1, lr2 = ((10**power).reshape(-1, 1, 1) for power in np.meshgrid(*powers))
    W1, W2 = (np.repeat(w[np.newaxis], size * size, axis=0) for w in drawn)
    losses = []
    with np.errstate(all="ignore"):
        for _ in range(150):
            h = np.tanh(x @ W1 / np.sqrt(n))
            d = (h @ W2 / n - y) / len(x)
            losses.append(np.sum(d**2, axis=(1, 2)))
            grad1 = x.T @ (d * np.swapaxes(W2, 1, 2) / n * (1 - h**2)) / np.sqrt(n)
            W2 = W2 - lr2 * (np.swapaxes(h, 1, 2) @ d / n)
            W1 = W1 - lr1 * grad1
        return (np.mean(losses[-20:], axis=0) < losses[0]).reshape(size, size)


def on_border(trains: np.ndarray) -> np.ndarray:
    """Return which cells of a map (size, size) have another neighbour to the right or below."""
    found = np.zeros(trains.shape, bool)
    found[:-1] |= trains[:-1] != trains[1:]
    found[:, :-1] |= trains[:, :-1] != trains[:, 1:]
    return found


def roughness(trains: np.ndarray, boxes: Sequence[int] = (1, 2, 4, 8)) -> float:
    """Return by which power of their side fewer boxes meet the border: 1 for a smooth line, 2 for a surface.

    trains: (size, size), the size a multiple of every box.
    """
    size, edge = len(trains), on_border(trains)
    met = [edge.reshape(size // box, box, size // box, box).any(axis=(1, 3)).sum() for box in boxes]
    return float(-np.polyfit(np.log(boxes), np.log(np.maximum(met, 1)), 1)[0])


def roughest(trains: np.ndarray, corner: tuple[float, float], width: float) -> tuple[tuple[float, float], float]:
    """Return corner and width of the square, an eighth as wide, that has the most cells on the border."""
    cell = len(trains) // 8
    many = on_border(trains).reshape(8, cell, 8, cell).sum(axis=(1, 3))
    row, column = np.unravel_index(many.argmax(), many.shape)
    return (corner[0] + float(column) * width / 8, corner[1] + float(row) * width / 8), width / 8
