"""Right answers to the exercises of lesson 10 that are written in another way than ours."""

import numpy as np
import pytest

from helpers.exercises import checking
from helpers.exercises.catalogue import EXERCISES


def adagrad_with_powers(w, total, grad, lr, eps):
    new = np.add(total, np.square(grad))
    return w - grad * (lr / (eps + new**0.5)), new


def rmsprop_as_a_step_towards_the_square(w, average, grad, lr, decay, eps):
    new = average + (1 - decay) * (grad * grad - average)
    return w - lr / (np.sqrt(new) + eps) * grad, new


def adam_folded_with_eps_scaled(w, m, v, t, grad, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad * grad
    root = np.sqrt(1 - beta2**t)
    return w - lr * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root), m, v


def adam_as_torch_writes_it(w, m, v, t, grad, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (grad - m)
    v = beta2 * v + (1 - beta2) * grad * grad
    divisor = np.sqrt(v) / np.sqrt(1 - beta2**t) + eps
    return w - lr / (1 - beta1**t) * (m / divisor), m, v


def adamw_decays_before_the_step(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    w = w * (1 - lr * weight_decay)
    return adam_as_torch_writes_it(w, m, v, t, grad, lr, beta1, beta2, eps)


def adamw_with_one_rate(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    stepped, m, v = adam_folded_with_eps_scaled(0 * w, m, v, t, grad, 1.0, beta1, beta2, eps)
    return w + lr * (stepped - weight_decay * w), m, v


@pytest.mark.parametrize(
    ("id", "answer"),
    [
        ("adagrad-step", adagrad_with_powers),
        ("rmsprop-step", rmsprop_as_a_step_towards_the_square),
        ("adam-step", adam_folded_with_eps_scaled),
        ("adam-step", adam_as_torch_writes_it),
        ("adamw-step", adamw_decays_before_the_step),
        ("adamw-step", adamw_with_one_rate),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_right_answers_written_in_another_way_pass(id, answer):
    verdict = checking.judge(EXERCISES[id], answer)
    assert verdict.right, verdict.message
