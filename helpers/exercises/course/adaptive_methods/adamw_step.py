"""One step of AdamW."""

import numpy as np

from helpers.exercises.course.adaptive_methods import adam_step
from helpers.exercises.course.adaptive_methods.adam_step import FLAT, WHOLE, Array, Triple, beside, states
from helpers.exercises.reading import exercise

DECAYS = (0.1, 0.3, 0.05, 0.2, 0.5)


def adamw_step(
    w: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> Triple:
    """Step t = 1, 2, ... of AdamW: Adam's step, and beside it the old w shrinks by the part lr weight_decay."""
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps) - lr * weight_decay * w, m, v


def first_only(
    w: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> Triple:
    """A mistake: the loop over the entries returns in its first round."""
    return beside(adamw_step(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay), (w, m, v))


def draw(rng: np.random.Generator) -> tuple[Array, Array, Array, int, Array, float, float, float, float, float]:
    """Arguments of any shape that is asked for, and any t up to 12."""
    return *adam_step.draw(rng), float(rng.choice(DECAYS))


EXERCISE = exercise(
    "adamw-step",
    adamw_step,
    probes=[(*found, DECAYS[i % 5]) for i, found in enumerate(states())],
    edges=[(*FLAT, 0.1), (*FLAT, 0.0), (*WHOLE, 0.1)],
    draw=draw,
)
