"""What the page reads in the frames of a stage: the same steps as numbers() in sweeps.js, in NumPy."""

import zlib

import numpy as np

from helpers.stage.fractions import STEPS


def unpacked(frames) -> np.ndarray:
    """Return the numbers of all layers, one after the other, as fractions of the figure."""
    sizes = [2 * layer["count"] for layer in frames["layers"]]
    changes = np.frombuffer(zlib.decompress(frames["data"]) if frames["deflated"] else frames["data"], "<u2")
    n = len(changes) // sum(sizes)
    parts = np.split(changes, np.cumsum(np.multiply(sizes, n))[:-1])
    whole = np.concatenate([np.cumsum(part.reshape(n, -1), axis=0, dtype="<u2").reshape(-1) for part in parts])
    low, high = frames["range"]
    return np.where(whole > STEPS, np.nan, low + whole / STEPS * (high - low))
