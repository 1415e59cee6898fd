# /// script
# requires-python = ">=3.11"
# dependencies = ["fastai==2.8.12", "torch==2.13.0", "numpy==2.4.6"]
# ///
"""fastai: a Learner binds data, model, loss and optimiser, and callbacks look inside; in float32 only."""

from functools import partial

import numpy as np
import torch
from fastai.basics import SGD, Callback, DataLoader, DataLoaders, Learner, MSELossFlat
from torch import nn


class Remember(Callback):
    """Keep the path and the losses."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.path, self.losses = [], []

    def after_loss(self) -> None:
        """Look at the model between the loss and the update."""
        if self.training:
            self.path.append((self.model.weight.item(), self.model.bias.item()))
            self.losses.append(self.loss.item())


def descend(x: np.ndarray, y: np.ndarray, w: float, b: float, lr: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the path of (w, b) and the losses."""
    samples = list(zip(torch.tensor(x)[:, None].float(), torch.tensor(y)[:, None].float(), strict=True))
    batches = DataLoader(samples, bs=len(x), shuffle=False, num_workers=0)
    model = nn.Linear(1, 1)
    nn.init.constant_(model.weight, w)  # initialise
    nn.init.constant_(model.bias, b)
    sgd = partial(SGD, mom=0.0, wd=0.0)
    learner = Learner(DataLoaders(batches, batches), model, MSELossFlat(), sgd, cbs=(remember := Remember()))  # loss
    with learner.no_logging():
        learner.fit(steps + 1, lr)  # gradient and update: inside fit
    return np.array(remember.path), np.array(remember.losses)


if __name__ == "__main__":
    from problem import show

    show(descend)
