import math

import numpy as np


def squares_added_up(y, prediction):
    return sum((a - b) ** 2 for a, b in zip(y, prediction, strict=True))


def root_mean_square(y, prediction):
    return math.sqrt(sum((prediction - y) ** 2) / len(y))


def length_of_the_errors(y, prediction):
    return np.linalg.norm(prediction - y)


def every_target_with_every_prediction(y, prediction):
    return np.mean((y.reshape(-1, 1) - prediction.reshape(1, -1)) ** 2)


def one_loop_in_the_other(y, prediction):
    total = 0
    for target in y:
        for guess in prediction:
            total += (target - guess) ** 2
    return total / len(y) ** 2


def returned_inside_the_loop(y, prediction):
    total = 0
    for i in range(len(y)):
        total += (prediction[i] - y[i]) ** 2
        return total / len(y)


def total_overwritten(y, prediction):
    for i in range(len(y)):
        total = (prediction[i] - y[i]) ** 2
    return total / len(y)


def loop_too_short(y, prediction):
    total = 0
    for i in range(len(y) - 1):
        total += (prediction[i] - y[i]) ** 2
    return total / len(y)


def loop_from_one(y, prediction):
    return sum((prediction[i] - y[i]) ** 2 for i in range(1, len(y))) / len(y)


def times_two(y, prediction):
    return ((y - prediction) * 2).mean()


def prediction_minus_target_unsquared(y, prediction):
    return (prediction - y).mean()


def without_brackets(y, prediction):
    return np.mean(y - prediction**2)


def square_behind_the_sum(y, prediction):
    return sum(y - prediction) ** 2 / len(y)


def mean_and_n(y, prediction):
    return np.mean((y - prediction) ** 2) / y.size


def errors_written_into_whole_numbers(y, prediction):
    errors = np.zeros_like(y)
    for i in range(len(y)):
        errors[i] = y[i] - prediction[i]
    return np.mean(errors**2)


def targets_overwritten(y, prediction):
    y -= prediction
    return np.mean(y**2)


def only_printed(y, prediction):
    print(np.mean((y - prediction) ** 2))


def rounded(y, prediction):
    return round(np.mean((y - prediction) ** 2), 2)


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


def product_not_divided(x, y, w, b):
    residual = w * x + b - y
    return 2 * np.dot(x, residual), 2 * residual.mean()


def two_forgotten_in_db(x, y, w, b):
    residual = w * x + b - y
    return 2 / len(x) * np.sum(residual * x), 1 / len(x) * np.sum(residual)


def minus_forgotten_in_db(x, y, w, b):
    residual = y - (w * x + b)
    return -2 * np.mean(residual * x), 2 * np.mean(residual)


def brackets_of_the_prediction(x, y, w, b):
    residual = y - w * x + b
    return -2 * np.mean(residual * x), -2 * np.mean(residual)


def factors_are_the_parameters(x, y, w, b):
    residual = w * x + b - y
    return np.mean(2 * residual * w), np.mean(2 * residual * b)


def x_in_both(x, y, w, b):
    slope = 2 * np.mean((w * x + b - y) * x)
    return slope, slope


def loop_that_returns(x, y, w, b):
    dw = db = 0
    for i in range(len(x)):
        e = w * x[i] + b - y[i]
        dw += 2 * e * x[i]
        db += 2 * e
        return dw / len(x), db / len(x)


def loop_that_forgets(x, y, w, b):
    for xi, yi in zip(x, y, strict=True):
        e = w * xi + b - yi
        dw, db = 2 * e * xi, 2 * e
    return dw / len(x), db / len(x)


def mean_before_x(x, y, w, b):
    slope = 2 * np.mean(w * x + b - y)
    return slope * x, slope


def column_of_targets(x, y, w, b):
    residual = w * x + b - y.reshape(-1, 1)
    return 2 * np.mean(residual * x), 2 * np.mean(residual)


def parameters_moved(x, y, w, b):
    residual = w * x + b - y
    return w - 2 * np.mean(residual * x), b - 2 * np.mean(residual)


def intercept_is_constant(x, y, w, b):
    return 2 * np.mean((w * x + b - y) * x), 0


def slopes_only_computed(x, y, w, b):
    dw, db = 2 * np.mean((w * x + b - y) * x), 2 * np.mean(w * x + b - y)  # noqa: F841


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def probabilities_first(logits, labels):
    p = sigmoid(logits)
    return np.mean(-labels * np.log(p) - (1 - labels) * np.log(1 - p))


def probability_of_what_happened(logits, labels):
    p = sigmoid(logits)
    return -np.mean(np.log(np.where(labels == 1, p, 1 - p)))


def softplus_by_hand(logits, labels):
    return np.mean(np.log(1 + np.exp(logits)) - logits * labels)


def softplus_of_the_opposite(logits, labels):
    return np.mean(logits * (1 - labels) + np.log1p(np.exp(-logits)))


def margins_as_in_the_lesson(logits, labels):
    s = 2 * labels - 1
    return np.mean(np.log(1 + np.exp(-s * logits)))


def sigmoid_of_the_margin(logits, labels):
    return -np.mean(np.log(sigmoid((2 * labels - 1) * logits)))


def both_costs_by_hand(logits, labels):
    return np.mean(labels * np.log(1 + np.exp(-logits)) + (1 - labels) * np.log(1 + np.exp(logits)))


def a_sigmoid_for_each_label(logits, labels):
    return -np.mean(labels * np.log(sigmoid(logits)) + (1 - labels) * np.log(sigmoid(-logits)))


def sigmoid_as_a_quotient(logits, labels):
    p = np.exp(logits) / (1 + np.exp(logits))
    return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))


def quotient_of_what_happened(logits, labels):
    p = np.exp(logits) / (np.exp(logits) + 1)
    return -np.mean([np.log(q) if label else np.log(1 - q) for q, label in zip(p, labels, strict=True)])


def margins_of_signs(logits, labels):
    return np.mean(np.log(1 + np.exp(-labels * logits)))


def tiny_number_in_the_logarithm(logits, labels):
    p = sigmoid(logits)
    return -np.mean(labels * np.log(p + 1e-12) + (1 - labels) * np.log(1 - p + 1e-12))


def small_number_in_the_logarithm(logits, labels):
    p = sigmoid(logits)
    return -np.mean(labels * np.log(p + 1e-9) + (1 - labels) * np.log(1 - p + 1e-9))


def not_below_a_tiny_number(logits, labels):
    p = sigmoid(logits)
    costs = labels * np.log(np.maximum(p, 1e-12)) + (1 - labels) * np.log(np.maximum(1 - p, 1e-12))
    return -costs.mean()


def machine_epsilon_in_the_logarithm(logits, labels):
    p = sigmoid(logits)
    eps = np.finfo(float).eps
    return -np.mean(labels * np.log(p + eps) + (1 - labels) * np.log(1 - p + eps))


def clipped_probabilities(logits, labels):
    p = np.clip(sigmoid(logits), 1e-7, 1 - 1e-7)
    return -np.mean(np.where(labels == 1, np.log(p), np.log(1 - p)))


def clipped_logits(logits, labels):
    z = np.clip(logits, -500, 500)
    return np.mean(np.log(1 + np.exp(z)) - labels * z)


def size_missing(logits, labels):
    return np.mean(np.maximum(0, logits) + np.log(1 + np.exp(-logits)) - labels * logits)


def minus_missing(logits, labels):
    return np.mean(np.maximum(0, logits) + np.log(1 + np.exp(abs(logits))) - labels * logits)


def large_part_missing(logits, labels):
    return np.mean(np.log1p(np.exp(-abs(logits))) - labels * logits)


def largest_of_the_array(logits, labels):
    return np.mean(np.max(logits, 0) + np.log(1 + np.exp(-np.abs(logits))) - labels * logits)


def max_of_numpy_for_maximum(logits, labels):
    return np.mean(np.max(0, logits) + np.log(1 + np.exp(-np.abs(logits))) - labels * logits)


def max_as_the_lesson_writes_it(logits, labels):
    return np.mean(max(0, logits) + np.log(1 + np.exp(-abs(logits))) - labels * logits)


def one_where_its_logarithm_belongs(logits, labels):
    return np.mean(np.logaddexp(1, logits) - labels * logits)


def no_label(logits, labels):
    return np.logaddexp(0, logits).mean()


def minus_on_the_first_term_only(logits, labels):
    p = sigmoid(logits)
    return np.mean(-labels * np.log(p) + (1 - labels) * np.log(1 - p))


def sigmoid_turned_round(logits, labels):
    p = 1 / (1 + np.exp(logits))
    return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))


def one_sample_and_home(logits, labels):
    total = 0
    for z, label in zip(logits, labels, strict=True):
        total += np.logaddexp(0, z) - label * z
        return total / len(labels)


def bracket_of_the_mean(logits, labels):
    return np.mean(np.logaddexp(0, logits)) - labels * logits


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def exponentials_unshifted(logits, labels):
    return -np.log(softmax(logits)[np.arange(len(labels)), labels]).mean()


def difference_of_logarithms(logits, labels):
    chosen = np.exp(logits)[np.arange(len(labels)), labels]
    return np.mean(np.log(np.exp(logits).sum(axis=1)) - np.log(chosen))


def first_formula_of_the_lesson(logits, labels):
    return np.mean(np.log(np.sum(np.exp(logits), axis=1)) - logits[np.arange(len(labels)), labels])


def largest_not_added_again(logits, labels):
    m = logits.max(axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(logits - m), axis=1)) - logits[np.arange(len(labels)), labels])


def largest_counted_twice(logits, labels):
    m = logits.max(axis=1)
    z = logits - m[:, None]
    return np.mean(m + np.log(np.sum(np.exp(z), axis=1)) - z[np.arange(len(labels)), labels])


def no_axis_anywhere(logits, labels):
    m = np.max(logits)
    return np.mean(m + np.log(np.sum(np.exp(logits - m))) - logits[np.arange(len(labels)), labels])


def no_axis_in_the_sum(logits, labels):
    z = logits - np.max(logits, axis=1, keepdims=True)
    return -np.mean(np.log((np.exp(z) / np.exp(z).sum())[np.arange(len(labels)), labels]))


def largest_of_each_column(logits, labels):
    z = logits - logits.max(axis=0)
    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(labels)), labels])


def softmax_of_each_column(logits, labels):
    p = np.exp(logits) / np.exp(logits).sum(axis=0)
    return -np.mean(np.log(p[np.arange(len(labels)), labels]))


def other_axis_throughout(logits, labels):
    m = logits.max(axis=0)
    return np.mean(m + np.log(np.exp(logits - m).sum(axis=0)) - logits[np.arange(len(labels)), labels])


def maximum_without_keepdims(logits, labels):
    z = logits - np.max(logits, axis=1)
    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(labels)), labels])


def softmax_before_the_loss(logits, labels):
    z = softmax(logits)
    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(labels)), labels])


def mean_of_the_whole_table(logits, labels):
    one_hot = np.eye(logits.shape[1])[labels]
    shifted = logits - logits.max(axis=1, keepdims=True)
    return -(one_hot * (shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))).mean()


def labels_in_every_row(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[:, labels]))


def no_labels_at_all(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(z).sum(axis=1)))


def all_classes_averaged(logits, labels):
    z = logits - logits.max(axis=1, keepdims=True)
    return -np.mean(z - np.log(np.exp(z).sum(axis=1, keepdims=True)))


def returned_after_one_row(logits, labels):
    for z, label in zip(logits, labels, strict=True):
        return (np.log(np.exp(z - z.max()).sum()) - (z - z.max())[label]) / len(labels)


def shifted_probabilities(logits, labels):
    p = softmax(logits - logits.max(axis=1, keepdims=True))
    return -np.mean(np.log(p[np.arange(len(labels)), labels]))


def shifted_probabilities_and_a_tiny_number(logits, labels):
    p = softmax(logits - logits.max(axis=1, keepdims=True))
    return -np.mean(np.log(np.clip(p[np.arange(len(labels)), labels], 1e-12, 1)))


def one_hot_labels(logits, labels):
    p = softmax(logits - logits.max(axis=1, keepdims=True))
    return -np.sum(np.eye(logits.shape[1])[labels] * np.log(p)) / len(labels)


def one_hot_labels_unshifted(logits, labels):
    return -np.sum(np.eye(logits.shape[1])[labels] * np.log(softmax(logits))) / len(labels)


def number_of_the_class(logits, labels):
    m = logits.max(axis=1, keepdims=True)
    return np.mean(m[:, 0] + np.log(np.exp(logits - m).sum(axis=1)) - labels)


def one_largest_for_the_table(logits, labels):
    p = softmax(logits - logits.max())
    return -np.mean(np.log(p[np.arange(len(labels)), labels]))


def logits_shifted_in_place(logits, labels):
    logits -= logits.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(labels)), labels])


KNOWN = {
    "mse": {
        squares_added_up: "sum-instead-of-mean",
        root_mean_square: "root",
        length_of_the_errors: "root-of-the-sum",
        every_target_with_every_prediction: "all-pairs",
        one_loop_in_the_other: "all-pairs",
        returned_inside_the_loop: "first-sample-over-n",
        total_overwritten: "last-sample-over-n",
        loop_too_short: "last-sample-left-out",
        loop_from_one: "first-sample-left-out",
        times_two: "doubled-not-squared",
        prediction_minus_target_unsquared: "signed-errors",
        without_brackets: "only-the-prediction-squared",
        square_behind_the_sum: "square-of-the-sum",
        mean_and_n: "divided-twice",
        errors_written_into_whole_numbers: "whole-numbers-cut",
        targets_overwritten: "changed-in-place",
        only_printed: "missing-return",
        rounded: None,
    },
    "mse-gradient": {
        no_inner_derivative: "chain-factor-missing",
        no_factor_two: "factor-two-missing",
        target_minus_prediction: "wrong-sign",
        added_up_over_samples: "sum-instead-of-mean",
        product_not_divided: "sum-in-dw",
        two_forgotten_in_db: "factor-two-missing-in-db",
        minus_forgotten_in_db: "wrong-sign-along-b",
        brackets_of_the_prediction: "intercept-subtracted",
        factors_are_the_parameters: "w-and-b-as-factors",
        x_in_both: "chain-factor-in-both",
        loop_that_returns: "first-sample-over-n",
        loop_that_forgets: "last-sample-over-n",
        mean_before_x: "x-not-averaged",
        column_of_targets: "all-pairs",
        parameters_moved: "step-instead-of-gradient",
        intercept_is_constant: "db-is-zero",
        slopes_only_computed: "missing-return",
    },
    "binary-cross-entropy": {
        probabilities_first: "log-of-zero",
        probability_of_what_happened: "log-of-zero-where-wrong",
        softplus_by_hand: "overflow",
        softplus_of_the_opposite: "overflow-below",
        margins_as_in_the_lesson: "overflow-where-wrong",
        sigmoid_of_the_margin: "overflow-where-wrong",
        both_costs_by_hand: "zero-times-infinity",
        a_sigmoid_for_each_label: "zero-times-infinity",
        sigmoid_as_a_quotient: "infinity-over-infinity",
        quotient_of_what_happened: "infinity-over-infinity-where-chosen",
        margins_of_signs: "labels-of-plus-and-minus-one",
        tiny_number_in_the_logarithm: "small-number-1e-12",
        small_number_in_the_logarithm: "small-number-1e-09",
        not_below_a_tiny_number: "small-number-1e-12",
        machine_epsilon_in_the_logarithm: "small-number-2e-16",
        clipped_probabilities: "clipped-1e-07",
        clipped_logits: "logits-cut-off-at-500",
        size_missing: "size-forgotten",
        minus_missing: "minus-in-the-exponent-missing",
        large_part_missing: "larger-part-forgotten",
        largest_of_the_array: "largest-of-all-samples",
        max_of_numpy_for_maximum: "raised",
        max_as_the_lesson_writes_it: "raised",
        one_where_its_logarithm_belongs: "exponent-of-one",
        no_label: "all-as-label-zero",
        minus_on_the_first_term_only: "sign-of-one-term",
        sigmoid_turned_round: "labels-swapped",
        one_sample_and_home: "first-sample-over-n",
        bracket_of_the_mean: "wrong-shape",
    },
    "softmax-cross-entropy": {
        exponentials_unshifted: "overflow",
        difference_of_logarithms: "overflow",
        first_formula_of_the_lesson: "overflow-of-the-sum",
        largest_not_added_again: "maximum-not-added-back",
        largest_counted_twice: "maximum-added-twice",
        no_axis_anywhere: "sum-over-the-whole-table",
        no_axis_in_the_sum: "sum-over-all-shifted-rows",
        largest_of_each_column: "maximum-over-samples",
        softmax_of_each_column: "softmax-over-samples",
        other_axis_throughout: "raised",
        maximum_without_keepdims: "raised",
        softmax_before_the_loss: "softmax-twice",
        mean_of_the_whole_table: "mean-over-classes-too",
        labels_in_every_row: "all-pairs",
        no_labels_at_all: "largest-class-instead-of-label",
        all_classes_averaged: "every-class-averaged",
        returned_after_one_row: "first-sample-over-n",
        shifted_probabilities: "log-of-zero",
        shifted_probabilities_and_a_tiny_number: "small-number-1e-12",
        one_hot_labels: "zero-times-log-of-zero",
        one_hot_labels_unshifted: "overflow-with-one-hot",
        number_of_the_class: "label-number",
        one_largest_for_the_table: "one-maximum-in-the-probabilities",
        logits_shifted_in_place: "changed-in-place",
    },
}
