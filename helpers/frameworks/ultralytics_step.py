# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "ultralytics==8.4.190",
#     "torch==2.13.0",
#     "torchvision==0.28.0",
#     "opencv-python-headless==4.14.0.94",
#     "numpy==2.4.6",
# ]
#
# [tool.uv]
# override-dependencies = ["opencv-python; python_version < '3'"]
# ///
"""Ultralytics: training steps of a small YOLO, written out, and the question whether they descend on its loss.

The model is built from the YAML file inside the installed package (AGPL-3.0), without weights, on images drawn here.
Ultralytics asks for the version of torchvision when it is imported; nothing here loads torchvision.
"""

import atexit
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

os.environ["YOLO_OFFLINE"] = "true"
os.environ["YOLO_VERBOSE"] = "false"
os.environ["YOLO_CONFIG_DIR"] = tempfile.mkdtemp(prefix="ultralytics-")  # its settings stay out of the home folder

import numpy as np
import torch
import ultralytics
from ultralytics.cfg import get_cfg
from ultralytics.nn.tasks import DetectionModel
from ultralytics.utils import SETTINGS

SETTINGS["sync"] = False  # no telemetry
atexit.register(shutil.rmtree, os.environ["YOLO_CONFIG_DIR"], ignore_errors=True)
torch.set_default_dtype(torch.float64)  # a change of 1e-7 in a loss of 55 needs it

YAML, CLASSES = "yolov8n.yaml", 2
SIZE, IMAGES = 128, 4
SEED = 37  # one of the starts, among 0 to 39, from which the printed loss rises over LONGEST
SEEDS = range(40)
TINY, LONGEST, POINTS = 1e-9, 3e-7, 31  # learning rates along the line


def draw() -> dict[str, torch.Tensor]:
    """Return a batch: on each image a red box, class 0, and a blue one, class 1; bboxes are centre and size, 0 to 1."""
    rng = np.random.default_rng(0)
    images = np.full((IMAGES, 3, SIZE, SIZE), 0.1)
    boxes = []
    for image in images:
        for colour in (0, 2):
            width, height = rng.integers(32, 81, 2)
            left, top = rng.integers(0, SIZE - width), rng.integers(0, SIZE - height)
            image[:, top : top + height, left : left + width] = np.eye(3)[colour][:, None, None]
            boxes.append([left + width / 2, top + height / 2, width, height])
    number = torch.arange(len(boxes))
    bboxes = torch.tensor(np.array(boxes) / SIZE)
    return {"img": torch.tensor(images), "batch_idx": number // 2, "cls": (number % 2)[:, None], "bboxes": bboxes}


class Freezer:
    """Ask the label assigner which anchor shall learn what; while `frozen`, repeat its last answer."""

    def __init__(self, assigner: torch.nn.Module) -> None:
        """Begin with nothing frozen."""
        self.assigner, self.frozen, self.answer = assigner, False, ()

    def __call__(self, *predictions: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Return the labels, boxes, scores, and the mask of the anchors that learn one of the boxes."""
        if not self.frozen:
            self.answer = self.assigner(*predictions)
        return self.answer


class Step:
    """A model, its loss on the batch, and plain gradient descent with it."""

    def __init__(self, seed: int) -> None:
        """Build the model and its criterion."""
        torch.manual_seed(seed)
        self.model = DetectionModel(YAML, nc=CLASSES, verbose=False).train()  # initialise
        self.model.args = get_cfg()
        self.criterion = self.model.init_criterion()
        self.freezer = self.criterion.assigner = Freezer(self.criterion.assigner)
        self.params = [param for param in self.model.parameters() if param.requires_grad]
        self.batch = draw()

    def loss(self) -> torch.Tensor:
        """Return the loss that a training prints: boxes, classes and distances, times the number of images."""
        parts, _ = self.criterion(self.model(self.batch["img"]), self.batch)
        return parts.sum()  # loss

    def train(self, lr: float, steps: int) -> list[float]:
        """Take steps against the gradient; return the loss before each and after the last."""
        losses = []
        for _ in range(steps):
            loss = self.loss()
            losses.append(loss.item())
            grads = torch.autograd.grad(loss, self.params)  # gradient
            with torch.no_grad():
                for param, grad in zip(self.params, grads, strict=True):
                    param -= lr * grad  # update
        with torch.no_grad():
            return [*losses, self.loss().item()]

    @torch.no_grad()
    def line(self, rates: Sequence[float]) -> dict[str, Any]:
        """Return the changes of the loss by one step from here, for each lr: predicted, labels frozen, live."""
        start = [param.clone() for param in self.params]
        with torch.enable_grad():
            before = self.loss()
            grads = torch.autograd.grad(before, self.params)
        squared = sum(float((grad**2).sum()) for grad in grads)
        labels = self.freezer.answer
        found = {"loss": before.item(), "grad_squared": squared, "lr": list(rates), "predicted": []}
        found |= {"frozen": [], "live": [], "changed": []}
        for lr in rates:
            for param, origin, grad in zip(self.params, start, grads, strict=True):
                param.copy_(origin - lr * grad)
            predictions = self.model(self.batch["img"])
            live = self.criterion(predictions, self.batch)[0].sum()
            changed = int((self.freezer.answer[3] != labels[3]).sum())
            self.freezer.answer, self.freezer.frozen = labels, True
            frozen = self.criterion(predictions, self.batch)[0].sum()
            self.freezer.frozen = False
            found["predicted"].append(-lr * squared)
            found["frozen"].append((frozen - before).item())
            found["live"].append((live - before).item())
            found["changed"].append(changed)
        for param, origin in zip(self.params, start, strict=True):
            param.copy_(origin)
        return found


def run(seeds: Sequence[int] = SEEDS) -> dict[str, Any]:
    """Return a training, the changes along the line from one start, and those of the two lr from many starts."""
    start = Step(SEED)
    line = start.line([TINY, *np.linspace(0, LONGEST, POINTS)[1:].tolist()])
    many = []
    for seed in seeds:
        found = Step(seed).line([TINY, LONGEST])
        many.append({"seed": seed} | {key: found[key] for key in ("predicted", "frozen", "live", "changed")})
        print(f"start {seed}: live {many[-1]['live'][1]:+.2e}, predicted {many[-1]['predicted'][1]:+.2e}", flush=True)
    return {
        "version": ultralytics.__version__,
        "python": platform.python_version(),
        "model": YAML,
        "parameters": sum(param.numel() for param in start.params),
        "training": {"lr": 1e-4, "losses": start.train(1e-4, 20)},
        "line": line,
        "many": many,
    }


if __name__ == "__main__":
    few = sys.argv[2:] == ["--few"]
    answer = run(seeds=() if few else SEEDS)
    if len(sys.argv) > 1:
        with open(sys.argv[1], "w", encoding="utf-8") as file:
            json.dump(answer, file)
    line = answer["line"]
    print("      lr   predicted      frozen        live   anchors changed")
    for row in zip(*(line[key] for key in ("lr", "predicted", "frozen", "live", "changed")), strict=True):
        print("{:8.1e}  {:+.3e}  {:+.3e}  {:+.3e}  {:4d}".format(*row))
