# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6"]
# ///
"""NumPy, one sample a step and the loss e^2 / 2: what scikit-learn's SGDRegressor does."""

import numpy as np


def descend(x: np.ndarray, y: np.ndarray, w: float, b: float, lr: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the path of (w, b) and the losses, each over all points."""
    path, losses = [], []  # initialise: w and b are numbers already
    for step in range(steps + 1):
        path.append((w, b))
        losses.append(np.mean((w * x + b - y) ** 2) / 2)  # loss
        sample = step % len(x)
        error = w * x[sample] + b - y[sample]
        grad_w, grad_b = error * x[sample], error  # gradient
        w, b = w - lr * grad_w, b - lr * grad_b  # update
    return np.array(path), np.array(losses)


if __name__ == "__main__":
    from problem import show

    show(descend)
