"""Whether a penalty is too weak or too strong, read from a held-out curve."""

import numpy as np

from helpers.exercises.reading import exercise

KINDS = ("too weak", "about right", "too strong")


def judge_strength(strengths: np.ndarray, training: np.ndarray, held_out: np.ndarray, chosen: int) -> str:
    """The verdict, of KINDS, on the strength at place `chosen`; strengths (k,), and the losses (k,) of each."""
    lowest = np.argmin(held_out)
    if held_out[chosen] <= 1.05 * held_out[lowest]:
        return "about right"
    return "too weak" if strengths[chosen] < strengths[lowest] else "too strong"


def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Four to eight strengths in any order, losses that bend as such curves do, and the place of one."""
    k = int(rng.integers(4, 9))
    order = rng.permutation(k)
    strengths = np.array([0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0])[rng.integers(0, 10 - k) :][:k]
    far = (np.arange(k) - rng.uniform(0.3 * k, k - 0.5)) ** 2
    held_out = np.round(rng.uniform(2000, 6000) * (1 + rng.choice([0.03, 0.08, 0.2]) * far) + rng.normal(0, 40, k), 2)
    training = np.sort(np.round(held_out.mean() * rng.uniform(0.5, 1.05, k)))
    chosen = int(rng.integers(k))
    return strengths[order], training[order], held_out[order], chosen


def probes() -> list[tuple[np.ndarray, np.ndarray, np.ndarray, int]]:
    """So many that no wrong rule gives the same words by chance."""
    rng = np.random.default_rng(23)
    strengths, training = np.array([0.1, 1.0, 10.0, 100.0]), np.array([900.0, 1500.0, 2600.0, 4100.0])
    held_out = np.array([4800.0, 3600.0, 3500.0, 5200.0])
    flat = np.array([4800.0, 3508.0, 3500.0, 3512.0])
    fixed = [(strengths, training, losses, chosen) for losses in (held_out, flat) for chosen in range(4)]
    return [*fixed, *(draw(rng) for _ in range(90))]


EXERCISE = exercise(
    "judge-strength",
    judge_strength,
    probes=probes(),
    edges=[
        (np.array([0.1, 1.0]), np.array([10.0, 20.0]), np.array([106.0, 100.0]), 0),
        (np.array([2.0]), np.array([10.0]), np.array([30.0]), 0),
    ],
    draw=draw,
)
