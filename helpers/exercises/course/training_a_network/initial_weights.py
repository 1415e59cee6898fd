"""The weights with which a layer begins: an answer in which chance has a part, judged by what its numbers are like."""

from typing import Any

import numpy as np

from helpers.exercises.exercise import Answer
from helpers.exercises.reading import exercise

DRAWS = 4
CLOSE = 0.07  # of a variance; that of right answers varies by 0.01, and the sizes below keep the others farther apart
OFF = 0.07  # deviations from 0 at which a mean counts as another one; that of right answers varies by 0.01


def initial_weights(fan_in: int, fan_out: int, rng: np.random.Generator) -> np.ndarray:
    """Weights before ReLU, normal of mean 0, a row for each input. Source: He et al. (2015), arXiv:1502.01852."""
    std = np.sqrt(2 / fan_in)
    return rng.normal(0, std, (fan_in, fan_out))


def uniform(fan_in: int, fan_out: int, rng: np.random.Generator) -> np.ndarray:
    """Another right answer: torch's kaiming_uniform_ for ReLU."""
    limit = np.sqrt(6 / fan_in)
    return rng.uniform(-limit, limit, (fan_in, fan_out))


def observe(answer: Answer, fan_in: int, fan_out: int, rng: np.random.Generator) -> dict[str, Any] | None:
    """Call a few times with one generator, and with two that start alike."""
    draws = [answer(fan_in, fan_out, rng) for _ in range(DRAWS)]
    seeded, again = (answer(fan_in, fan_out, np.random.default_rng(7)) for _ in range(2))
    if any(type(draw) is not np.ndarray or draw.dtype.kind not in "fiu" for draw in (*draws, seeded, again)):
        return None
    repeated = repeats(draws[0])
    return {
        "the shape": np.array(draws[0].shape),
        "where equal numbers stand": repeated,
        **statistics(np.concatenate([draw.ravel() for draw in draws]), fan_in, fan_out, looked=repeated == "nowhere"),
        "another call gives other numbers": yes(not np.array_equal(draws[0], draws[1])),
        "an equal generator gives equal numbers": yes(np.array_equal(seeded, again)),
    }


def repeats(draw: np.ndarray) -> str:
    """Where one number stands again and again."""
    if not np.isfinite(draw).all():
        return "nan and inf are no weights"
    if len(np.unique(draw)) > 0.9 * draw.size:
        return "nowhere"
    if len(np.unique(draw)) == 1:
        return "everywhere"
    if draw.ndim == 2 and np.all(draw == draw[0]):
        return "in each column"
    if draw.ndim == 2 and np.all(draw == draw[:, :1]):
        return "in each row"
    return "here and there"


def statistics(numbers: np.ndarray, fan_in: int, fan_out: int, looked: bool) -> dict[str, Any]:
    """What many independent numbers are like, in words; nothing can be said of a few that come again and again."""
    names = ("the mean", "the variance", "the kind of numbers")
    if not looked:
        return dict.fromkeys(names, "not looked at")
    mean, deviation = numbers.mean(), numbers.std()
    if deviation == 0:  # so small that its square is none
        return dict.fromkeys(names, "too small")
    fourth = np.mean(((numbers - mean) / deviation) ** 4)
    kinds = {"normal": 3.0, "uniform": 1.8}
    kind = next((name for name, moment in kinds.items() if abs(fourth - moment) < 0.3), "neither normal nor uniform")
    off = mean / deviation
    variances = known_variances(fan_in, fan_out, kind)
    close = (name for name, value in variances.items() if 1 - CLOSE < deviation**2 / value < 1 + CLOSE)
    of_mean = "0" if abs(off) < OFF else "above 0" if off > 0 else "below 0"
    return dict(zip(names, (of_mean, next(close, "another"), kind), strict=True))


def known_variances(fan_in: int, fan_out: int, kind: str) -> dict[str, float]:
    """The variances that have names; uniform numbers up to a limit of a have a^2 / 3."""
    both = {"2 / fan_in": 2 / fan_in, "1 / fan_in": 1 / fan_in, "2 / fan_out": 2 / fan_out}
    both["2 / (fan_in + fan_out)"] = 2 / (fan_in + fan_out)
    if kind == "uniform":
        limits = {"1": 1.0, "1 / root of fan_in": fan_in**-0.5, "root of 2 / fan_in": (2 / fan_in) ** 0.5}
        width = {"that of numbers from 0 to 1": 1 / 12}
        return both | width | {f"that of numbers from -a to a, a = {name}": a**2 / 3 for name, a in limits.items()}
    return both | {
        "1": 1.0,
        "4 / fan_in^2": 4 / fan_in**2,
        "4 / fan_in": 4 / fan_in,
        "2 / fan_in^2": 2 / fan_in**2,
        "fan_in / 2": fan_in / 2,
        "root of 2 / fan_in": (2 / fan_in) ** 0.5,
        "1 / (2 fan_in)": 1 / (2 * fan_in),
        "2 / (fan_in fan_out)": 2 / (fan_in * fan_out),
    }


def yes(condition: Any) -> str:
    return "yes" if condition else "no"


# Numbers enough for the statistics, and no two of the variances above close to each other.
SIZES = ((120, 74), (78, 120), (130, 47), (100, 62), (68, 105), (135, 49))


def draw(rng: np.random.Generator) -> tuple[int, int, np.random.Generator]:
    """A layer of one of the sizes."""
    return *SIZES[rng.integers(len(SIZES))], np.random.default_rng(int(rng.integers(2**32)))


EXERCISE = exercise(
    "initial-weights",
    initial_weights,
    probes=[(*size, np.random.default_rng(seed)) for seed, size in enumerate(SIZES[:3], 1)],
    edges=[(2, 3000, np.random.default_rng(4)), (5000, 1, np.random.default_rng(5))],
    draw=draw,
    observe=observe,
)
