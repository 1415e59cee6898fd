import numpy as np


def adagrad_without_memory(w, total, grad, lr, eps):
    g2 = grad * grad
    return w - lr * grad / (g2**0.5 + eps), g2


def adagrad_epsilon_in_root(w, total, grad, lr, eps):
    s = total + grad * grad
    return w - lr / np.sqrt(s + eps) * grad, s


def adagrad_by_the_norm(w, total, grad, lr, eps):
    s = total + grad**2
    return w - lr * grad / (np.linalg.norm(np.sqrt(s)) + eps), s


def adagrad_adds_gradients(w, total, grad, lr, eps):
    s = total + grad
    return w - lr * grad / (s**0.5 + eps), s


def adagrad_in_place(w, total, grad, lr, eps):
    total += grad * grad
    w -= lr * grad / (total**0.5 + eps)
    return w, total


def rmsprop_as_adagrad(w, average, grad, lr, decay, eps):
    average = average + grad**2
    return w - lr * grad / (average**0.5 + eps), average


def rmsprop_weights_exchanged(w, average, grad, lr, decay, eps):
    average = average - decay * (average - grad**2)
    return w - lr * grad / (average**0.5 + eps), average


def rmsprop_without_root(w, average, grad, lr, decay, eps):
    average = average + (1 - decay) * (grad**2 - average)
    return w - lr / (average + eps) * grad, average


def rmsprop_new_part_whole(w, average, grad, lr, decay, eps):
    average = average * decay + grad * grad
    return w - lr * grad / (np.sqrt(average) + eps), average


def rmsprop_steps_first(w, average, grad, lr, decay, eps):
    new_w = w - lr * grad / (np.sqrt(average) + eps)
    return new_w, average * decay + grad * grad * (1 - decay)


def adam_uncorrected(w, m, v, t, grad, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad * grad - v)
    return w - lr * m / (v**0.5 + eps), m, v


def adam_t_from_zero(w, m, v, t, grad, lr, beta1, beta2, eps):
    t = t - 1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adam_keeps_the_corrected(w, m, v, t, grad, lr, beta1, beta2, eps):
    m = (beta1 * m + (1 - beta1) * grad) / (1 - beta1**t)
    v = (beta2 * v + (1 - beta2) * grad**2) / (1 - beta2**t)
    return w - lr * m / (np.sqrt(v) + eps), m, v


def adam_folded(w, m, v, t, grad, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    rate = lr * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
    return w - rate * m / (v**0.5 + eps), m, v


def adam_betas_exchanged(w, m, v, t, grad, lr, beta1, beta2, eps):
    m = beta2 * m + (1 - beta2) * grad
    v = beta1 * v + (1 - beta1) * grad**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adam_betas_exchanged_everywhere(w, m, v, t, grad, lr, beta1, beta2, eps):
    beta1, beta2 = beta2, beta1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adamw_with_l2(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    g = grad + weight_decay * w
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def _step(m, v, t, grad, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adamw_decay_unscaled(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    u, m, v = _step(m, v, t, grad, beta1, beta2, eps)
    return w * (1 - weight_decay) - lr * u, m, v


def adamw_shrinks_afterwards(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    u, m, v = _step(m, v, t, grad, beta1, beta2, eps)
    w = w - lr * u
    return w - lr * weight_decay * w, m, v


def adamw_shrinks_in_place(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    w *= 1 - lr * weight_decay
    u, m, v = _step(m, v, t, grad, beta1, beta2, eps)
    return w - lr * u, m, v


def adamw_uncorrected(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    _, m, v = _step(m, v, t, grad, beta1, beta2, eps)
    return w - lr * (m / (v**0.5 + eps) + weight_decay * w), m, v


KNOWN = {
    "adagrad-step": {
        adagrad_without_memory: "forgets",
        adagrad_epsilon_in_root: "eps-inside-the-root",
        adagrad_by_the_norm: "one-scale-for-all",
        adagrad_adds_gradients: "square-forgotten",
        adagrad_in_place: "changed-in-place",
    },
    "rmsprop-step": {
        rmsprop_as_adagrad: "never-forgets",
        rmsprop_weights_exchanged: "decay-swapped",
        rmsprop_without_root: "root-forgotten",
        rmsprop_new_part_whole: "new-part-not-weighted",
        rmsprop_steps_first: "old-average-used",
    },
    "adam-step": {
        adam_uncorrected: "no-bias-correction",
        adam_t_from_zero: "t-counted-from-zero",
        adam_keeps_the_corrected: "corrected-moments-returned",
        adam_folded: "folded-without-eps",
        adam_betas_exchanged: "betas-swapped",
        adam_betas_exchanged_everywhere: "betas-swapped-everywhere",
    },
    "adamw-step": {
        adamw_with_l2: "l2-inside-the-moments",
        adamw_decay_unscaled: "decay-without-lr",
        adamw_shrinks_afterwards: "decay-on-the-stepped-w",
        adamw_shrinks_in_place: "changed-in-place",
        adamw_uncorrected: "no-bias-correction",
    },
}
