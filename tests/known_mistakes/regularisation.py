import numpy as np


def penalty_without_half(w, strength):
    return 2 * strength * w


def penalty_without_strength(w, strength):
    return w.copy()


def the_penalty_itself(w, strength):
    return 0.5 * strength * (w**2).sum()


def penalty_with_a_product(w, strength):
    return strength / 2 * w @ w


def nothing_at_all(w, strength):
    pass


def gradient_not_handed_on(w, strength):
    grad = strength * w  # noqa: F841


def weights_overwritten(w, strength):
    w *= strength
    return w


def weights_emptied(w, strength):
    grad = strength * w
    w[:] = 0
    return grad


def over_the_length_of_w(w, strength):
    return strength * w / len(w)


def over_the_size_of_w(w, strength):
    return strength * w / w.size


def filled_entry_by_entry(w, strength):
    grad = np.zeros_like(w)
    for i in range(len(w)):
        grad[i] = strength * w[i]
    return grad


def filled_once(w, strength):
    grad = np.zeros_like(w)
    for i in range(len(w)):
        grad[i] = strength * w[i]
        return grad


def squares_left(w, strength):
    return strength * w**2


def intercept_left_out(w, strength):
    return np.concatenate([np.zeros_like(w[:1]), strength * w[1:]])


def loop_without_the_last(w, strength):
    grad = np.zeros(w.shape)
    for i in range(len(w) - 1):
        grad[i] = strength * w[i]
    return grad


def slope_of_the_sizes(w, strength):
    return strength * abs(w)


def all_at_once(w, grad, lr, strength):
    return w - lr * grad - lr * strength * np.sign(w)


def small_ones_cut(w, grad, lr, strength):
    new = w - lr * grad
    new[abs(new) < lr * strength] = 0
    return new


def shrinks_only_the_positive(w, grad, lr, strength):
    return np.maximum(w - lr * grad - lr * strength, 0)


def clipped_at_the_end(w, grad, lr, strength):
    new = np.zeros(len(w))
    for i in range(len(w)):
        z = w[i] - lr * grad[i]
        new[i] = max(abs(z) - strength, 0) * np.sign(z)
    return new


def lowest_on_the_fit(strengths, training, held_out, chosen):
    if training[chosen] <= 1.05 * min(training):
        return "about right"
    return "too strong" if strengths[chosen] > strengths[training.argmin()] else "too weak"


def sorted_taken_for_granted(strengths, training, held_out, chosen):
    best = held_out.argmin()
    if held_out[chosen] <= 1.05 * held_out[best]:
        return "about right"
    return "too weak" if chosen < best else "too strong"


def only_the_very_best(strengths, training, held_out, chosen):
    mine, best = strengths[chosen], strengths[held_out.argmin()]
    return "about right" if mine == best else "too weak" if mine < best else "too strong"


def says_it_with_a_capital(strengths, training, held_out, chosen):
    return "About right"


KNOWN = {
    "l2-penalty-gradient": {
        penalty_without_half: "factor-two",
        penalty_without_strength: "strength-missing",
        the_penalty_itself: "penalty-instead-of-gradient",
        penalty_with_a_product: "penalty-as-a-product",
        nothing_at_all: "missing-return",
        gradient_not_handed_on: "missing-return",
        weights_overwritten: "changed-in-place",
        weights_emptied: "changed-in-place",
        over_the_length_of_w: "divided-by-len",
        over_the_size_of_w: "mean-over-weights",
        filled_entry_by_entry: "whole-numbers-cut",
        filled_once: "only-the-first",
        squares_left: "square-kept",
        intercept_left_out: "first-left-out",
        loop_without_the_last: "last-left-out",
        slope_of_the_sizes: "sign-lost",
    },
    "proximal-step": {
        all_at_once: "subgradient-step",
        small_ones_cut: "hard-threshold",
        shrinks_only_the_positive: "negative-weights-dropped",
        clipped_at_the_end: "rate-missing",
    },
    "judge-strength": {
        lowest_on_the_fit: "training-loss-taken",
        sorted_taken_for_granted: "places-compared",
        only_the_very_best: "margin-forgotten",
        says_it_with_a_capital: None,
    },
}
