# /// script
# requires-python = ">=3.11"
# dependencies = ["keras==3.15.1", "torch==2.13.0", "numpy==2.4.6"]
# ///
"""Binary classification as Keras users write it, in Keras's default float32.

`python keras_binary.py PROBLEM.npz ANSWER.json`; binary_by_hand.py writes the problem and does the same in NumPy.
"""

import json
import os
import platform
import sys

os.environ["KERAS_BACKEND"] = "torch"  # before Keras is imported

import keras
import numpy as np
from keras import layers


def fit(x: np.ndarray, y: np.ndarray, start: list[np.ndarray]) -> tuple[list[float], list[np.ndarray], np.ndarray]:
    """Return the loss of each epoch, the weights after the last, and the probability of class 1 for each sample."""
    model = keras.Sequential(
        [
            keras.Input((x.shape[1],)),
            layers.Dense(64, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.set_weights(start)  # initialise
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])  # loss
    history = model.fit(  # gradient and update: inside fit
        x, y, epochs=10, batch_size=32, shuffle=False, verbose=0
    )
    return history.history["loss"], model.get_weights(), model.predict(x, verbose=0)[:, 0]


if __name__ == "__main__":
    problem, answer = sys.argv[1:]
    with np.load(problem) as given:
        losses, weights, probabilities = fit(given["x"], given["y"], [given[f"start{i}"] for i in range(4)])
    found = {
        "version": keras.__version__,
        "python": platform.python_version(),
        "losses": losses,
        "weights": [weight.tolist() for weight in weights],
        "probabilities": probabilities.tolist(),
    }
    with open(answer, "w", encoding="utf-8") as file:
        json.dump(found, file)
