"""The border of a descent that follows old gradients: found by any means, and judged by where it lies."""

from functools import cache

import numpy as np

from helpers.exercises.exercise import Answer
from helpers.exercises.reading import exercise

OFF = 0.02  # of the border: so much may be missed
FOUND = 0.007  # of a rate that an experiment finds, and of one that a formula gives
EXACT = 1e-6
RIGHT = "at the border, or at most 2 % off"


def delayed_rate(curvature: float, delay: int) -> float:
    """Learning rate from which on a descent does not settle on a parabola, with gradients that are delay steps old."""
    angle = np.pi / (2 * (2 * delay + 1))
    return 2 / curvature * np.sin(angle)


def below(curvature: float, delay: int) -> float:
    """A mistake: always too small."""
    return 0.8 * delayed_rate(curvature, delay)


def above(curvature: float, delay: int) -> float:
    """A mistake: always too large."""
    return 1.25 * delayed_rate(curvature, delay)


def below_from_two_on(curvature: float, delay: int) -> float:
    """A mistake: too small with delays of two and more, as when a path may never be larger than where it started."""
    return (0.95 if delay > 1 else 1) * delayed_rate(curvature, delay)


def observe(answer: Answer, curvature: float, delay: int) -> dict[str, str] | None:
    """Where the rate lies, in words; None if it is no number."""
    rate = answer(curvature, delay)
    if not isinstance(rate, (int, float, np.number, np.ndarray)) or np.ndim(rate) != 0 or isinstance(rate, bool):
        return None
    return {"the rate": place(float(rate), curvature, delay)}


def place(rate: float, curvature: float, delay: int) -> str:
    """Whether a rate is at the border; if not, which other rate it is, or on which side it lies."""
    border = delayed_rate(curvature, delay)
    if abs(rate / border - 1) <= OFF:
        return RIGHT
    if not np.isfinite(rate):
        return "not finite"
    distances = {name: abs(rate / other - 1) for name, other in other_rates(curvature, delay).items() if other}
    near = {name: off for name, off in distances.items() if off <= (FOUND if name in BY_EXPERIMENT else EXACT)}
    if near:
        return min(near, key=lambda name: round(near[name], 8))
    if rate <= 0:
        return "not above 0"
    return "too small (the path settles)" if rate < border else "too large (the path grows)"


BY_EXPERIMENT = (
    "2 / curvature",
    "the largest that never overshoots",
    "the border of a delay one longer",
    "the border of a delay one shorter",
    "the border of curvature 1",
    "half the border",
)


@cache
def other_rates(curvature: float, delay: int) -> dict[str, float]:
    """The rates that have names, by them; where two are equal, the first one counts."""
    unit = 1 / curvature
    border, longer, shorter = (delayed_rate(curvature, other) for other in (delay, delay + 1, max(delay - 1, 0)))
    return {
        "2 / curvature": 2 * unit,
        "the largest that never overshoots": unit * delay**delay / (delay + 1) ** (delay + 1),
        "the border of a delay one longer": longer,
        "the border of a delay one shorter": shorter,
        "the border of curvature 1": border * curvature,
        "half the border": border / 2,
        "1 / curvature": unit,
        "the border times curvature squared": border * curvature**2,
        "the border times root of curvature": border * np.sqrt(curvature),
        "twice the border": border * 2,
        "1 / the border": 1 / border,
        "2 / (curvature (delay + 1))": 2 * unit / (delay + 1),
        "1 / (curvature (delay + 1))": unit / (delay + 1),
        "2 / (curvature (2 delay + 1))": 2 * unit / (2 * delay + 1),
        "1 / (curvature delay)": unit / max(delay, 0.5),
        "2 / curvature, halved for each step of delay": 2 * unit / 2**delay,
        "2 / (curvature root of (delay + 1))": 2 * unit / np.sqrt(delay + 1),
        "pi / (curvature (2 delay + 1))": np.pi * unit / (2 * delay + 1),
        "pi / (2 curvature delay)": np.pi / 2 * unit / delay if delay else 0.0,
        "2 / curvature sin(pi / (2 delay + 1))": 2 * unit * np.sin(np.pi / (2 * delay + 1)),
        "2 / curvature sin(pi / (4 delay + 1))": 2 * unit * np.sin(np.pi / (4 * delay + 1)),
        "2 / curvature sin(pi / (2 (delay + 1)))": 2 * unit * np.sin(np.pi / (2 * (delay + 1))),
        "2 / (curvature sin(pi / (2 (2 delay + 1))))": 4 * unit**2 / border,
        "2 / curvature sin(90 / (2 delay + 1))": 2 * unit * np.sin(90 / (2 * delay + 1)),
        "2 / curvature cos(pi / (2 (2 delay + 1)))": 2 * unit * np.cos(np.pi / (2 * (2 * delay + 1))),
    }


def draw(rng: np.random.Generator) -> tuple[float, int]:
    """Any curvature but about 1, and a delay that an experiment can follow."""
    curvature = 10 ** float(rng.choice([rng.uniform(-1.7, -0.2), rng.uniform(0.2, 2.3)]))
    return float(f"{curvature:.2g}"), int(rng.integers(1, 16))


def probes() -> list[tuple[float, int]]:
    """Delays of all lengths, each with a curvature of its own; with delay 1 the border is 1 / curvature."""
    curvatures = (2.0, 0.4, 6.0, 30.0, 0.15, 3.5, 0.03, 150.0, 12.0, 0.07, 5.0, 60.0)
    return list(zip(curvatures, (2, 1, 3, 5, 4, 8, 6, 2, 10, 12, 7, 15), strict=True))


EXERCISE = exercise(
    "delayed-rate",
    delayed_rate,
    probes=probes(),
    edges=[(4.0, 0), (0.25, 0), (8.0, 20)],
    draw=draw,
    observe=observe,
)
