# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6"]
# ///
"""NumPy: the four moments written out, and the path that the others are compared with."""

import numpy as np


def descend(x: np.ndarray, y: np.ndarray, w: float, b: float, lr: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the path of (w, b) and the losses."""
    path, losses = [], []  # initialise: w and b are numbers already
    for _ in range(steps + 1):
        error = w * x + b - y
        path.append((w, b))
        losses.append(np.mean(error**2))  # loss
        grad_w, grad_b = 2 * np.mean(error * x), 2 * np.mean(error)  # gradient
        w, b = w - lr * grad_w, b - lr * grad_b  # update
    return np.array(path), np.array(losses)


if __name__ == "__main__":
    from problem import show

    show(descend)
