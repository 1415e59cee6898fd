# /// script
# requires-python = ">=3.8,<3.12"
# dependencies = ["mxnet==1.9.1", "numpy==1.23.5"]
#
# [tool.course]
# sha256 = [
#     "5e51a0c05d99f8f1b3b5e7c02170be57af2e6edb3ad9af2cb9551ace3e22942c",
#     "65d5dac162c87a14d138d888b54494d515036d9047ae804ff51f770bd02197a6",
#     "73c045f65ad05fe9ca3c4202e10471703b57231f8ac8b05d973ec2ab362178fb",
# ]
# ///
"""MXNet (retired in 2023): arrays that record what is done with them, as in PyTorch."""

from __future__ import annotations

import numpy as np
from mxnet import autograd, nd


def descend(x: np.ndarray, y: np.ndarray, w: float, b: float, lr: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the path of (w, b) and the losses."""
    x, y = nd.array(x, dtype=x.dtype), nd.array(y, dtype=y.dtype)
    w, b = nd.array([w], dtype=x.dtype), nd.array([b], dtype=x.dtype)  # initialise
    w.attach_grad()
    b.attach_grad()
    path, losses = [], []
    for _ in range(steps + 1):
        with autograd.record():
            loss = nd.mean((w * x + b - y) ** 2)  # loss
        path.append((w.asscalar(), b.asscalar()))
        losses.append(loss.asscalar())
        loss.backward()  # gradient
        w -= lr * w.grad  # update
        b -= lr * b.grad
    return np.array(path), np.array(losses)


if __name__ == "__main__":
    from problem import show

    show(descend)
