import math

import numpy as np


def squares_added_up(y, prediction):
    return sum((a - b) ** 2 for a, b in zip(y, prediction, strict=True))


def root_mean_square(y, prediction):
    return math.sqrt(sum((prediction - y) ** 2) / len(y))


def every_target_with_every_prediction(y, prediction):
    return np.mean((y.reshape(-1, 1) - prediction.reshape(1, -1)) ** 2)


def no_inner_derivative(x, y, w, b):
    residual = w * x + b - y
    slope = 2 * residual.mean()
    return slope, slope


def no_factor_two(x, y, w, b):
    residual = w * x + b - y
    return (residual * x).mean(), residual.mean()


def target_minus_prediction(x, y, w, b):
    residual = y - (w * x + b)
    return 2 * (residual * x).mean(), 2 * residual.mean()


def added_up_over_samples(x, y, w, b):
    residual = w * x + b - y
    return 2 * residual @ x, 2 * residual.sum()


def probabilities_first(logits, labels):
    p = 1 / (1 + np.exp(-logits))
    return np.mean(-labels * np.log(p) - (1 - labels) * np.log(1 - p))


def softplus_by_hand(logits, labels):
    return np.mean(np.log(1 + np.exp(logits)) - logits * labels)


def margins_of_signs(logits, labels):
    return np.mean(np.log(1 + np.exp(-labels * logits)))


def tiny_number_in_the_logarithm(logits, labels):
    p = 1 / (1 + np.exp(-logits))
    return -np.mean(labels * np.log(p + 1e-12) + (1 - labels) * np.log(1 - p + 1e-12))


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def exponentials_unshifted(logits, labels):
    return -np.log(softmax(logits)[np.arange(len(labels)), labels]).mean()


def softmax_before_the_loss(logits, labels):
    z = softmax(logits)
    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(labels)), labels])


def mean_of_the_whole_table(logits, labels):
    one_hot = np.eye(logits.shape[1])[labels]
    shifted = logits - logits.max(axis=1, keepdims=True)
    return -(one_hot * (shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))).mean()


def penalty_without_half(w, strength):
    return 2 * strength * w


def penalty_without_strength(w, strength):
    return w.copy()


def the_penalty_itself(w, strength):
    return 0.5 * strength * (w**2).sum()


KNOWN = {
    "mse": {
        squares_added_up: "sum-instead-of-mean",
        root_mean_square: "root",
        every_target_with_every_prediction: "all-pairs",
    },
    "mse-gradient": {
        no_inner_derivative: "chain-factor-missing",
        no_factor_two: "factor-two-missing",
        target_minus_prediction: "wrong-sign",
        added_up_over_samples: "sum-instead-of-mean",
    },
    "binary-cross-entropy": {
        probabilities_first: "log-of-zero",
        softplus_by_hand: "overflow",
        margins_of_signs: "labels-of-plus-and-minus-one",
        tiny_number_in_the_logarithm: "epsilon-added-1e-12",
    },
    "softmax-cross-entropy": {
        exponentials_unshifted: "overflow",
        softmax_before_the_loss: "softmax-twice",
        mean_of_the_whole_table: "mean-over-classes-too",
    },
    "l2-penalty-gradient": {
        penalty_without_half: "factor-two",
        penalty_without_strength: "strength-missing",
        the_penalty_itself: "penalty-instead-of-gradient",
    },
}
