# /// script
# requires-python = ">=3.8,<3.10"
# dependencies = ["kendryte-caffe==1.0.0.20210829", "protobuf==3.20.3", "numpy==1.23.5"]
#
# [tool.course]
# sha256 = [
#     "05287e744864621e86696be66ddef7b85cb3e37f85aed9561c1f774712574ede",
#     "0ef9bbc7c558f7b953deea1ececf5d8ac378e1b56d4c6f4ef745238512043b8e",
#     "6b7ea89994d70d34a8fc76f4d21a6e667eced8405f096714bfe6c15250995d6a",
#     "7e69b6ccd290a8fae4b2ba0a899b6ae72b4bdc3785d948c5e796b57849e1ab55",
#     "812c0db77dcfc724ffe83afb90e4ca6a4bba516e75b66567721a42382eb6806f",
#     "ebc89d631d3a3c6e8af4447c1475626ba8b1a9df3e2d86a4fd771881dc73ead5",
# ]
# ///
"""Caffe (retired): the net and its solver are text, and the solver does the descent; in float32 only."""

from __future__ import annotations

import tempfile
from pathlib import Path

import caffe
import numpy as np
from caffe import layers
from caffe.proto.caffe_pb2 import SolverParameter


def descend(x: np.ndarray, y: np.ndarray, w: float, b: float, lr: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the path of (w, b) and the losses."""
    net = caffe.NetSpec()
    net.x, net.y = (layers.Input(shape={"dim": [len(x), 1]}) for _ in range(2))
    net.line = layers.InnerProduct(net.x, num_output=1)
    net.loss = layers.EuclideanLoss(net.line, net.y, loss_weight=2)  # loss: EuclideanLoss is half the mean
    settings = {"base_lr": lr, "lr_policy": "fixed", "momentum": 0.0, "weight_decay": 0.0}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "solver.prototxt")
        file.write_text(str(SolverParameter(net_param=net.to_proto(), type="SGD", **settings)), encoding="utf-8")
        solver = caffe.get_solver(str(file))
    weight, bias = (blob.data for blob in solver.net.params["line"])
    weight[...], bias[...] = w, b  # initialise
    solver.net.blobs["x"].data[:, 0], solver.net.blobs["y"].data[:, 0] = x, y
    path, losses = [], []
    for _ in range(steps + 1):
        path.append((weight.item(), bias.item()))
        solver.step(1)  # gradient and update: inside step
        losses.append(2 * solver.net.blobs["loss"].data.item())
    return np.array(path), np.array(losses)


if __name__ == "__main__":
    from problem import show

    show(descend)
