# /// script
# requires-python = ">=3.11"
# dependencies = ["jax==0.10.2", "numpy==2.4.6"]
# ///
"""JAX: the loss is a pure function, and `grad` makes another function of it."""

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)  # JAX computes in float32 unless told otherwise


def mean_squared_error(params: dict[str, jax.Array], x: jax.Array, y: jax.Array) -> jax.Array:
    """Return the loss of a line."""
    return jnp.mean((params["w"] * x + params["b"] - y) ** 2)  # loss


def descend(x: np.ndarray, y: np.ndarray, w: float, b: float, lr: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the path of (w, b) and the losses."""
    params = {"w": jnp.array(w), "b": jnp.array(b)}  # initialise
    value_and_grad = jax.jit(jax.value_and_grad(mean_squared_error))
    path, losses = [], []
    for _ in range(steps + 1):
        loss, grads = value_and_grad(params, x, y)  # gradient
        path.append((params["w"], params["b"]))
        losses.append(loss)
        params = jax.tree.map(lambda param, grad: param - lr * grad, params, grads)  # update
    return np.array(path), np.array(losses)


if __name__ == "__main__":
    from problem import show

    show(descend)
