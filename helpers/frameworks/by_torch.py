# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.13.0", "numpy==2.4.6"]
# ///
"""PyTorch by hand: autograd gives the gradient, the update is yours."""

import numpy as np
import torch


def descend(x: np.ndarray, y: np.ndarray, w: float, b: float, lr: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the path of (w, b) and the losses."""
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    w = torch.tensor(w, dtype=x.dtype, requires_grad=True)  # initialise
    b = torch.tensor(b, dtype=x.dtype, requires_grad=True)
    path, losses = [], []
    for _ in range(steps + 1):
        loss = torch.mean((w * x + b - y) ** 2)  # loss
        path.append((w.item(), b.item()))
        losses.append(loss.item())
        loss.backward()  # gradient
        with torch.no_grad():
            w -= lr * w.grad  # update
            b -= lr * b.grad
        w.grad = b.grad = None
    return np.array(path), np.array(losses)


if __name__ == "__main__":
    from problem import show

    show(descend)
