"""What the workers train: a linear fit of 1,003 made-up samples with 50 features, so that the parts are not equal."""

import numpy as np

SAMPLES, FEATURES, LR = 1003, 50, 0.1


def samples() -> tuple[np.ndarray, np.ndarray]:
    """Return inputs (1003, 50) and noisy targets (1003,); every process draws the same ones from the same seed."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(SAMPLES, FEATURES))
    return x, x @ rng.normal(size=FEATURES) + rng.normal(size=SAMPLES)


def shard(rank: int, workers: int) -> np.ndarray:
    """Return the indices of the samples of one worker; together the shards are all samples, each once."""
    return np.array_split(np.arange(SAMPLES), workers)[rank]


def summed(w: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return loss and gradient (1 + 50,) at w (50,), of the squared error summed over the samples, not its mean."""
    error = x @ w - y
    return np.append(error @ error, 2 * error @ x)


def alone(steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the losses (steps,) before each step, and the w (50,) after them, by one process with all samples."""
    x, y = samples()
    w, losses = np.zeros(FEATURES), []
    for _ in range(steps):
        loss, *grad = summed(w, x, y) / SAMPLES
        losses.append(loss)
        w = w - LR * np.array(grad)
    return np.array(losses), w
