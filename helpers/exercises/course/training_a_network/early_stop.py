"""Which epoch early stopping keeps."""

import numpy as np

from helpers.exercises.reading import exercise

Arguments = tuple[np.ndarray, int]


def early_stop(losses: np.ndarray, patience: int) -> int:
    """Index of the lowest loss read until patience in a row were not below it; losses (epochs,), patience >= 1."""
    best, waited = 0, 0
    for i in range(1, len(losses)):
        if losses[i] < losses[best]:
            best, waited = i, 0
        else:
            waited += 1
        if waited == patience:
            break
    return best


def rises_in_a_row(losses: np.ndarray, patience: int) -> int:
    """A mistake: a loss below the one before ends the waiting, whether it is the lowest or not."""
    best, waited = 0, 0
    for i in range(1, len(losses)):
        waited = 0 if losses[i] < losses[i - 1] else waited + 1
        if losses[i] < losses[best]:
            best = i
        if waited == patience:
            break
    return best


def true_rises_in_a_row(losses: np.ndarray, patience: int) -> int:
    """A mistake: the same, where an equal loss ends the waiting too."""
    best, waited = 0, 0
    for i in range(1, len(losses)):
        waited = waited + 1 if losses[i] > losses[i - 1] else 0
        if losses[i] < losses[best]:
            best = i
        if waited == patience:
            break
    return best


def stop(losses: np.ndarray, patience: int) -> int:
    """A mistake: where it stops."""
    best, waited, i = 0, 0, 0
    for i in range(1, len(losses)):
        if losses[i] < losses[best]:
            best, waited = i, 0
        else:
            waited += 1
        if waited == patience:
            break
    return i


def ties_wait(losses: np.ndarray, patience: int) -> int:
    """A mistake: an equal loss neither waits nor is kept."""
    best, waited = 0, 0
    for i in range(1, len(losses)):
        if losses[i] < losses[best]:
            best, waited = i, 0
        elif losses[i] > losses[best]:
            waited += 1
        if waited == patience:
            break
    return best


def ties_reset(losses: np.ndarray, patience: int) -> int:
    """A mistake: an equal loss ends the waiting, and the first of them is kept."""
    best, waited = 0, 0
    for i in range(1, len(losses)):
        waited = 0 if losses[i] <= losses[best] else waited + 1
        if losses[i] < losses[best]:
            best = i
        if waited == patience:
            break
    return best


def draw(rng: np.random.Generator) -> Arguments:
    """Losses that fall in waves, with equal ones among them, and often a lower one after the stop."""
    epochs, patience = int(rng.integers(6, 15)), int(rng.integers(1, 5))
    trend = np.linspace(0, rng.uniform(-1.5, 0.5), epochs)
    losses = np.round(2 + trend + rng.normal(0, 0.4, epochs), 1)
    if rng.random() < 0.5:
        again = int(rng.integers(2, epochs))
        losses[again] = losses[:again].min()
    if rng.random() < 0.5:
        losses[-1] = losses.min() - 0.5
    return losses, patience


def vary(rng: np.random.Generator, losses: np.ndarray, patience: int) -> Arguments:
    """The same losses in another unit, from another zero: what is below another one stays below."""
    return float(rng.uniform(0.5, 2)) * losses + float(rng.uniform(0, 1)), patience


def probes() -> list[Arguments]:
    """The one that the statement names, and so many that no wrong rule gives the same numbers by chance."""
    fixed = [
        (np.array([3.0, 2.0, 2.5, 2.4, 2.6, 2.5, 2.7]), 2),
        (np.array([5.0, 4.0, 4.5, 4.6, 3.0, 2.0]), 2),
        (np.array([5.0, 4.0, 3.0, 3.5, 3.4, 3.2, 1.0]), 3),
        (np.array([4.0, 2.0, 3.0, 2.5, 1.8, 1.0]), 3),
        (np.array([5.0, 3.0, 3.0, 3.0, 3.0, 1.0, 2.0]), 3),
        (np.array([5.0, 3.0, 4.0, 4.0, 3.0, 4.0, 2.0, 4.0]), 3),
    ]
    rng = np.random.default_rng(124)
    return [*fixed, *(draw(rng) for _ in range(60))]


EXERCISE = exercise(
    "early-stop",
    early_stop,
    probes=probes(),
    edges=[
        (np.array([3.0, 2.0, 1.0]), 2),
        (np.array([1.0, 2.0, 3.0, 0.5]), 2),
        (np.array([2.0]), 3),
        (np.array([2.0, 3.0, 1.0]), 1),
        (np.array([2.0, 2.0, 2.0]), 5),
    ],
    draw=draw,
    vary=vary,
)
