"""Which rule made these steps?"""

import numpy as np

from helpers.exercises.reading import exercise

RULES = ("gradient descent", "Adagrad", "RMSprop", "Adam", "Adam without correction")
DECAYS = (0.8, 0.9, 0.95, 0.99)
BETAS = ((0.9, 0.999), (0.8, 0.99), (0.9, 0.99))


def which_rule(percent: np.ndarray) -> str:
    """The rule, of RULES, whose steps are this long, in whole percent of lr (n,), under one gradient not of size 1."""
    first, last = percent[0], percent[-1]
    if first == last:
        return "Adam" if first == 100 else "gradient descent"
    if last > first:
        return "Adam without correction"
    return "Adagrad" if first == 100 else "RMSprop"


def walked(rule: str, grad: float, steps: int, decay: float, betas: tuple[float, float]) -> np.ndarray:
    """The lengths of a rule's steps, in whole percent of lr."""
    w, path, total, average, m, v = 1.0, [1.0], 0.0, 0.0, 0.0, 0.0
    for t in range(1, steps + 1):
        total += grad**2
        average = decay * average + (1 - decay) * grad**2
        m = betas[0] * m + (1 - betas[0]) * grad
        v = betas[1] * v + (1 - betas[1]) * grad**2
        w -= {
            "gradient descent": grad,
            "Adagrad": grad / total**0.5,
            "RMSprop": grad / average**0.5,
            "Adam": m / (1 - betas[0] ** t) / (v / (1 - betas[1] ** t)) ** 0.5,
            "Adam without correction": m / v**0.5,
        }[rule]
        path.append(w)
    return np.round(100 * np.abs(np.diff(path))).astype(int)


def draw(rng: np.random.Generator) -> tuple[np.ndarray]:
    """3 to 12 steps of some rule, under a gradient well away from size 1."""
    rule, decay, betas = RULES[rng.integers(5)], DECAYS[rng.integers(4)], BETAS[rng.integers(3)]
    grad = rng.choice([-1, 1]) * rng.choice([rng.uniform(0.05, 0.8), rng.uniform(1.5, 20)])
    return (walked(rule, round(float(grad), 2), int(rng.integers(3, 13)), decay, betas),)


def probes() -> list[tuple[np.ndarray]]:
    """Each rule once, and so many more that no wrong reading gives the same names by chance."""
    rng = np.random.default_rng(83)
    first = [(walked(rule, 2.0, 6, 0.9, (0.9, 0.999)),) for rule in RULES]
    return [*first, *(draw(rng) for _ in range(90))]


EXERCISE = exercise(
    "which-rule",
    which_rule,
    probes=probes(),
    edges=[(walked(rule, 0.5, 2, 0.95, (0.8, 0.99)),) for rule in RULES],
    draw=draw,
)
