import math

import numpy as np


def one_over_sharpness(hessian):
    return 1 / max(np.linalg.eigvalsh(hessian))


def flattest_direction(hessian):
    return 2 / min(np.linalg.eigvalsh(hessian))


def largest_entry(hessian):
    return 2 / np.max(hessian)


def ratio_upside_down(hessian):
    values = np.linalg.eigvalsh(hessian)
    return values[0] / values[-1]


def ratio_of_the_diagonal(hessian):
    return max(np.diag(hessian)) / min(np.diag(hessian))


def root_of_the_ratio(hessian):
    return math.sqrt(np.linalg.cond(hessian))


def by_columns(values, mean, std):
    return (values - mean) / np.where(std > 0, std, 1)


def own_statistics(train, test):
    return tuple(by_columns(values, values.mean(0), values.std(0)) for values in (train, test))


def statistics_of_both(train, test):
    both = np.vstack([train, test])
    return tuple(by_columns(values, both.mean(0), both.std(0)) for values in (train, test))


def sample_deviation(train, test):
    return tuple(by_columns(values, train.mean(0), train.std(0, ddof=1)) for values in (train, test))


def cosine_alone(step, total, lr_max, warmup):
    return lr_max / 2 * (1 + math.cos(math.pi * step / total))


def cosine_over_all_steps(step, total, lr_max, warmup):
    if step < warmup:
        return lr_max * step / warmup
    return lr_max / 2 * (1 + math.cos(math.pi * step / total))


def whole_period(step, total, lr_max, warmup):
    if step < warmup:
        return lr_max * step / warmup
    return lr_max / 2 * (1 + math.cos(2 * math.pi * (step - warmup) / (total - warmup)))


KNOWN = {
    "largest-stable-rate": {
        one_over_sharpness: "one-over",
        flattest_direction: "smallest-eigenvalue",
        largest_entry: "largest-entry",
    },
    "condition-number": {
        ratio_upside_down: "upside-down",
        ratio_of_the_diagonal: "diagonal-entries",
        root_of_the_ratio: "square-root",
    },
    "standardise": {
        own_statistics: "test-statistics",
        statistics_of_both: "statistics-of-both",
        sample_deviation: "ddof-1",
    },
    "cosine-schedule": {
        cosine_alone: "warm-up-ignored",
        cosine_over_all_steps: "cosine-from-step-zero",
        whole_period: "full-period",
    },
}
