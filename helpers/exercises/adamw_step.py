"""Lesson 08, adaptive methods: one step of AdamW."""

import numpy as np

from helpers.exercises.adam_steps import EDGES, SHARED, Array, Triple, adam_step, states
from helpers.exercises.exercise import Exercise, Mistake


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


def _with_decay(mistake: Mistake) -> Mistake:
    """A mistake in Adam's part, with the decay beside it done right."""

    def answer(
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
        stepped, m, v = mistake.answer(w, m, v, t, grad, lr, beta1, beta2, eps)
        return stepped - lr * weight_decay * w, m, v

    return Mistake(mistake.slug, answer, mistake.explanation)


def _l2_in_moments(w: Array, m: Array, v: Array, t: int, grad: Array, *rest: float) -> Triple:
    *settings, weight_decay = rest
    return adam_step(w, m, v, t, grad + weight_decay * w, *settings)


def _decay_on_stepped(w: Array, m: Array, v: Array, t: int, grad: Array, *rest: float) -> Triple:
    lr, *_, weight_decay = rest
    stepped, m, v = adam_step(w, m, v, t, grad, *rest[:-1])
    return stepped * (1 - lr * weight_decay), m, v


def _decay_divided(w: Array, m: Array, v: Array, t: int, grad: Array, *rest: float) -> Triple:
    lr, _, beta2, eps, weight_decay = rest
    stepped, m, v = adam_step(w, m, v, t, grad, *rest[:-1])
    return stepped - lr * weight_decay * w / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def _decay_of_rate(w: Array, m: Array, v: Array, t: int, grad: Array, *rest: float) -> Triple:
    lr, *settings, weight_decay = rest
    return adam_step(w, m, v, t, grad, lr / (1 + weight_decay * t), *settings)


def _in_place(w: Array, m: Array, v: Array, t: int, grad: Array, *rest: float) -> Triple:
    lr, *_, weight_decay = rest
    shrunk = adamw_step(w, m, v, t, grad, *rest)
    w *= 1 - lr * weight_decay
    return shrunk


def _all_in_place(w: Array, m: Array, v: Array, t: int, grad: Array, *rest: float) -> Triple:
    w[...], m[...], v[...] = adamw_step(w, m, v, t, grad, *rest)
    return w, m, v


def _both_decays(w: Array, m: Array, v: Array, t: int, grad: Array, *rest: float) -> Triple:
    lr, *_, weight_decay = rest
    stepped, m, v = _l2_in_moments(w, m, v, t, grad, *rest)
    return stepped - lr * weight_decay * w, m, v


_DECAYS = (0.1, 0.3, 0.05, 0.2, 0.5)

ADAMW_STEP = Exercise(
    id="adamw-step",
    statement=(
        "Write adamw_step(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay): Adam's step number t (t counts from "
        "1, eps stands outside the root), and beside it the decay, which takes lr weight_decay w from the old w. "
        "Return the new w, m and v; m and v are not corrected."
    ),
    reference=adamw_step,
    probes=[(*state, decay) for state, decay in zip(states(), _DECAYS, strict=True)],
    edges=[(*EDGES[0], 0.1), (*EDGES[0], 0.0)],
    mistakes=[
        Mistake(
            "l2-inside-the-moments",
            _l2_in_moments,
            "This is Adam with L2: the decay goes into the gradient, so that m and v see it and the division shrinks "
            "it where gradients are large. In AdamW the gradient stays clean.",
        ),
        Mistake(
            "decay-twice",
            _both_decays,
            "The decay acts twice, inside the gradient and beside the step. In AdamW only the second is left.",
        ),
        Mistake(
            "decay-without-lr",
            lambda w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay: (
                adam_step(w, m, v, t, grad, lr, beta1, beta2, eps)[0] - weight_decay * w,
                *adam_step(w, m, v, t, grad, lr, beta1, beta2, eps)[1:],
            ),
            "The decay is not multiplied by lr. The paper writes it so; here, as in torch, a schedule for lr scales "
            "both parts of the step.",
        ),
        Mistake(
            "decay-on-the-stepped-w",
            _decay_on_stepped,
            "You shrink w after Adam's step, and so shrink the step as well. The decay takes its part of the old w: do "
            "it before the step, or beside it.",
        ),
        Mistake(
            "decay-divided",
            _decay_divided,
            "The decay is divided by the root too, so that weights with large gradients hardly shrink. Decoupled means "
            "that it stays out of the fraction.",
        ),
        Mistake(
            "learning-rate-decay",
            _decay_of_rate,
            "You make the learning rate smaller with t. That is learning rate decay; weight decay shrinks the weights.",
        ),
        Mistake(
            "no-decay",
            lambda *arguments: adam_step(*arguments[:-1]),
            "This is Adam: weight_decay has no effect.",
        ),
        Mistake(
            "weights-grow",
            lambda w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay: adamw_step(
                w, m, v, t, grad, lr, beta1, beta2, eps, -weight_decay
            ),
            "The weights grow: the decay has the wrong sign.",
        ),
        Mistake(
            "changed-in-place",
            _in_place,
            "The numbers are right, but the caller's w has shrunk too: *= and -= write into the array that you were "
            "given. Compute a new one.",
        ),
        Mistake(
            "all-changed-in-place",
            _all_in_place,
            "The numbers are right, but the caller's w, m and v have changed too: *=, += and -= write into the arrays "
            "that you were given. Compute new ones.",
        ),
        Mistake(
            "moments-not-returned",
            lambda *arguments: adamw_step(*arguments)[0],
            "Only w comes back, so that the averages are lost. Return w, m and v.",
        ),
        *(_with_decay(mistake) for mistake in SHARED if mistake.slug != "learning-rate-decay"),
    ],
    hints=[
        "Start from your Adam step. The lines of m and v stay as they are.",
        "The decay is one more term in the new w, outside the fraction.",
        "It takes from each weight the part lr times weight_decay of its old value.",
    ],
    insight="Every weight shrinks by the same part, whatever its gradients are.",
    points=3,
)
