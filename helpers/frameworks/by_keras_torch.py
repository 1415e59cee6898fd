# /// script
# requires-python = ">=3.11"
# dependencies = ["keras==3.15.1", "torch==2.13.0", "numpy==2.4.6"]
# ///
"""Keras on PyTorch: say which loss and which optimiser, and let fit do the rest."""

import os

os.environ["KERAS_BACKEND"] = "torch"  # before Keras is imported

import keras
import numpy as np


def descend(x: np.ndarray, y: np.ndarray, w: float, b: float, lr: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the path of (w, b) and the losses."""
    keras.config.set_floatx(x.dtype.name)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.set_weights([np.array([[w]]), np.array([b])])  # initialise
    model.compile(optimizer=keras.optimizers.SGD(lr), loss="mean_squared_error")  # loss
    path = [(w, b)]
    remember = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: path.append([weight.item() for weight in model.get_weights()])
    )
    history = model.fit(  # gradient and update: inside fit
        x, y, batch_size=len(x), epochs=steps, shuffle=False, callbacks=[remember], verbose=0
    )
    last = model.evaluate(x, y, batch_size=len(x), verbose=0)
    return np.array(path), np.array([*history.history["loss"], last])


if __name__ == "__main__":
    from problem import show

    show(descend)
