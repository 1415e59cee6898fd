"""What went wrong in a run, told by its losses and the largest curvature."""

import numpy as np

from helpers.exercises.reading import exercise

CAUSES = ("wrong gradient", "rate too large", "fine", "rate too small", "ill-conditioned")


def what_went_wrong(losses: np.ndarray, lr: float, largest: float) -> str:
    """The cause, of CAUSES; losses (steps,) above their lowest value, largest: no curvature is above it."""
    if np.any(np.diff(losses) > 0):
        return "wrong gradient" if lr < 2 / largest else "rate too large"
    if losses[-1] <= losses[0] / 100:
        return "fine"
    return "rate too small" if lr < 1 / largest else "ill-conditioned"


def draw(rng: np.random.Generator) -> tuple[np.ndarray, float, float]:
    """Losses that end low or not, with or without a rise on the way, and a rate in one of three ranges."""
    largest = round(float(10 ** rng.uniform(-0.7, 1.5)), 2)
    fraction = [(0.02, 0.47), (0.53, 0.97), (1.03, 1.7)][rng.integers(3)]
    steps = int(rng.integers(6, 14))
    end = 10 ** (rng.uniform(-3.3, -2.1) if rng.random() < 0.4 else rng.uniform(-1.9, -0.3))
    falls = rng.uniform(0.5, 1.5, steps - 1)
    logs = np.concatenate([[0], np.cumsum(falls / falls.sum()) * np.log(end)])
    if rng.random() < 0.5:
        since = int(rng.integers(1, steps))
        logs[since:] += logs[since - 1] - logs[since] + rng.uniform(0.1, 0.6)
        if rng.random() < 0.3:
            logs[since:] = logs[since] + np.arange(steps - since) * rng.uniform(0.1, 1)
        elif rng.random() < 0.5:
            logs[since + 1 :] += np.log(end)
    losses = np.exp(logs) * 10 ** rng.uniform(-2, 3)
    lr = float(f"{rng.uniform(*fraction) * 2 / largest:.3g}")
    return np.array([float(f"{loss:.4g}") for loss in losses]), lr, largest


def vary(rng: np.random.Generator, losses: np.ndarray, lr: float, largest: float) -> tuple[np.ndarray, float, float]:
    """The same run in other units; powers of two leave every comparison as it was, to the last bit."""
    of_losses, of_rates = (2.0 ** rng.choice([-3, -2, -1, 1, 2, 3], 2)).tolist()
    return of_losses * losses, of_rates * lr, largest / of_rates


def probes() -> list[tuple[np.ndarray, float, float]]:
    """So many that no wrong rule gives the same words by chance."""
    rng = np.random.default_rng(6)
    fixed = [
        (np.array([8.0, 4.0, 2.0, 1.0, 0.5]), 0.1, 10.0),
        (np.array([8.0, 4.0, 0.5, 0.1, 0.02]), 0.1, 10.0),
        (np.array([8.0, 9.0, 3.0, 1.0, 0.01]), 0.1, 10.0),
        (np.array([8.0, 9.0, 3.0, 1.0, 0.01]), 0.3, 10.0),
        (np.array([8.0, 7.5, 7.2, 7.0]), 0.02, 10.0),
        (np.array([8.0, 7.5, 7.2, 7.0]), 0.18, 10.0),
        (np.array([8.0, 7.5, 7.2, 7.0]), 0.18, 1.5),
        (np.array([0.08, 0.002, 0.001, 0.0004]), 0.02, 40.0),
    ]
    return [*fixed, *(draw(rng) for _ in range(90))]


EXERCISE = exercise(
    "what-went-wrong",
    what_went_wrong,
    probes=probes(),
    edges=[
        (np.array([8.0, 8.0, 8.0]), 0.01, 10.0),
        (np.array([8.0, 0.8, 0.08]), 0.1, 10.0),
        (np.array([8.0, 9.0, 10.0]), 0.2, 10.0),
        (np.array([8.0, 7.0, 6.0]), 0.1, 10.0),
    ],
    draw=draw,
    vary=vary,
)
