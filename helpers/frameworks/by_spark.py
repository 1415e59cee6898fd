# /// script
# requires-python = ">=3.11"
# dependencies = ["pyspark==4.3.0", "numpy==2.4.6"]
# ///
"""Spark: the points lie on many machines, each sums its part of the gradient, and a tree adds the parts."""

import numpy as np
from pyspark.sql import SparkSession

Sums = tuple[float, float, float]


def merge(one: Sums, other: Sums) -> Sums:
    """Add the sums of two parts."""
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def descend(x: np.ndarray, y: np.ndarray, w: float, b: float, lr: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the path of (w, b) and the losses."""
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.driver.host", "127.0.0.1").getOrCreate()
    points = spark.sparkContext.parallelize(list(zip(x.tolist(), y.tolist(), strict=True)), 2).cache()
    path, losses = [], []  # initialise: w and b are numbers already
    for _ in range(steps + 1):

        def add(sums: Sums, point: tuple[float, float], w: float = w, b: float = b) -> Sums:
            error = w * point[0] + b - point[1]
            return merge(sums, (error**2, 2 * error * point[0], 2 * error))  # loss and gradient

        loss, grad_w, grad_b = (total / len(x) for total in points.treeAggregate((0.0, 0.0, 0.0), add, merge))
        path.append((w, b))
        losses.append(loss)
        w, b = w - lr * grad_w, b - lr * grad_b  # update
    return np.array(path), np.array(losses)


if __name__ == "__main__":
    from problem import show

    show(descend)
