# /// script
# requires-python = ">=3.11"
# dependencies = ["optax==0.2.8", "jax==0.10.2", "numpy==2.4.6"]
# ///
"""JAX with Optax: an optimiser is a pair of pure functions, `init` and `update`."""

import jax
import jax.numpy as jnp
import numpy as np
import optax

jax.config.update("jax_enable_x64", True)  # JAX computes in float32 unless told otherwise


def mean_squared_error(params: optax.Params, x: jax.Array, y: jax.Array) -> jax.Array:
    """Return the loss of a line."""
    return jnp.mean(optax.squared_error(params["w"] * x + params["b"], y))  # loss


def descend(x: np.ndarray, y: np.ndarray, w: float, b: float, lr: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the path of (w, b) and the losses."""
    params = {"w": jnp.array(w), "b": jnp.array(b)}  # initialise
    optimizer = optax.sgd(lr)
    state = optimizer.init(params)

    @jax.jit
    def step(params: optax.Params, state: optax.OptState) -> tuple[optax.Params, optax.OptState, jax.Array]:
        loss, grads = jax.value_and_grad(mean_squared_error)(params, x, y)  # gradient
        updates, state = optimizer.update(grads, state, params)
        return optax.apply_updates(params, updates), state, loss  # update

    path, losses = [], []
    for _ in range(steps + 1):
        path.append((params["w"], params["b"]))
        params, state, loss = step(params, state)
        losses.append(loss)
    return np.array(path), np.array(losses)


if __name__ == "__main__":
    from problem import show

    show(descend)
