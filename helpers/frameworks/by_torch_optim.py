# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.13.0", "numpy==2.4.6"]
# ///
"""PyTorch as its users write it: a module, a loss function, an optimiser from torch.optim."""

import numpy as np
import torch
from torch import nn


def descend(x: np.ndarray, y: np.ndarray, w: float, b: float, lr: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the path of (w, b) and the losses."""
    features, targets = torch.from_numpy(x)[:, None], torch.from_numpy(y)[:, None]
    model = nn.Linear(1, 1, dtype=features.dtype)
    nn.init.constant_(model.weight, w)  # initialise
    nn.init.constant_(model.bias, b)
    loss_function = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    path, losses = [], []
    for _ in range(steps + 1):
        optimizer.zero_grad()
        loss = loss_function(model(features), targets)  # loss
        path.append((model.weight.item(), model.bias.item()))
        losses.append(loss.item())
        loss.backward()  # gradient
        optimizer.step()  # update
    return np.array(path), np.array(losses)


if __name__ == "__main__":
    from problem import show

    show(descend)
