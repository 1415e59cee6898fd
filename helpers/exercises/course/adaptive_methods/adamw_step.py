"""One step of AdamW."""

import numpy as np

from helpers.exercises.course.adaptive_methods.adam_step import FLAT, Array, Triple, states
from helpers.exercises.reading import exercise


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


EXERCISE = exercise(
    "adamw-step",
    adamw_step,
    probes=[(*state, decay) for state, decay in zip(states(), (0.1, 0.3, 0.05, 0.2, 0.5), strict=True)],
    edges=[(*FLAT, 0.1), (*FLAT, 0.0)],
)
