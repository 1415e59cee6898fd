# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = ["tensorflow-cpu==2.21.0", "numpy==2.4.6"]
# ///
"""TensorFlow: a GradientTape records what is done with variables."""

import numpy as np
import tensorflow as tf


def descend(x: np.ndarray, y: np.ndarray, w: float, b: float, lr: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the path of (w, b) and the losses."""
    w, b = tf.Variable(w, dtype=x.dtype), tf.Variable(b, dtype=x.dtype)  # initialise
    path, losses = [], []
    for _ in range(steps + 1):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(w * x + b - y))  # loss
        path.append((w.numpy(), b.numpy()))
        losses.append(loss.numpy())
        grad_w, grad_b = tape.gradient(loss, [w, b])  # gradient
        w.assign_sub(lr * grad_w)  # update
        b.assign_sub(lr * grad_b)
    return np.array(path), np.array(losses)


if __name__ == "__main__":
    from problem import show

    show(descend)
