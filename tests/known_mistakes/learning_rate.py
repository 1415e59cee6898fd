import math

import numpy as np


def one_over_sharpness(hessian):
    return 1 / max(np.linalg.eigvalsh(hessian))


def flattest_direction(hessian):
    return 2 / min(np.linalg.eigvalsh(hessian))


def second_eigenvalue(hessian):
    return 2 / np.linalg.eigvalsh(hessian)[1]


def unsorted_eigenvalue(hessian):
    return 2 / np.linalg.eigvals(hessian)[-1]


def second_over_first(hessian):
    values = np.linalg.eigvalsh(hessian)
    return values[1] / values[0]


def shrinking_factor(hessian):
    k = np.linalg.cond(hessian)
    return (k - 1) / (k + 1)


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


def unguarded_own_statistics(train, test):
    return (train - train.mean(0)) / train.std(0), (test - test.mean(0)) / test.std(0)


def swapped(train, test):
    mean, std = train.mean(0), np.where(train.std(0) > 0, train.std(0), 1)
    return (test - mean) / std, (train - mean) / std


def a_list(train, test):
    mean, std = train.mean(0), np.where(train.std(0) > 0, train.std(0), 1)
    return [(test - mean) / std]


def at_least_one_step(step, total, lr_max, warmup):
    if step < max(warmup, 1):
        return lr_max * step / max(warmup, 1)
    return lr_max / 2 * (1 + math.cos(math.pi * (step - warmup) / (total - warmup)))


def guarded_and_over_all(step, total, lr_max, warmup):
    if step <= warmup:
        return lr_max * step / warmup
    return lr_max / 2 * (1 + math.cos(math.pi * step / total))


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


def tiny_deviation_is_constant(train, test):
    mean, std = train.mean(0), train.std(0)
    std[std < 1e-8] = 1
    return (train - mean) / std, (test - mean) / std


def first_and_last_loss(losses, lr, largest):
    if losses[-1] > losses[0]:
        return "rate too large" if lr >= 2 / largest else "wrong gradient"
    if losses[-1] / losses[0] <= 0.01:
        return "fine"
    return "ill-conditioned" if lr >= 1 / largest else "rate too small"


def any_rise_is_the_rate(losses, lr, largest):
    if (np.sign(np.diff(losses)) == 1).any():
        return "rate too large"
    if losses[-1] <= 0.01 * losses[0]:
        return "fine"
    return "ill-conditioned" if lr >= 1 / largest else "rate too small"


def slow_is_small(losses, lr, largest):
    if (losses[1:] > losses[:-1]).any():
        return "rate too large" if lr >= 2 / largest else "wrong gradient"
    return "fine" if losses[-1] <= losses[0] / 100 else "rate too small"


def best_constant_rate(step, smallest, largest):
    return 2 / (smallest + largest)


def every_fourth_long(step, smallest, largest):
    return 1 / smallest if step % 4 == 3 else 1 / largest


KNOWN = {
    "largest-stable-rate": {
        one_over_sharpness: "one-over",
        flattest_direction: "smallest-eigenvalue",
        second_eigenvalue: "second-eigenvalue",
        unsorted_eigenvalue: "last-of-no-order",
    },
    "condition-number": {
        ratio_upside_down: "upside-down",
        ratio_of_the_diagonal: "diagonal-entries",
        root_of_the_ratio: "square-root",
        second_over_first: "two-smallest",
        shrinking_factor: "rate-of-convergence",
    },
    "standardise": {
        own_statistics: "test-statistics",
        statistics_of_both: "statistics-of-both",
        sample_deviation: "ddof-1",
        unguarded_own_statistics: "test-statistics",
        swapped: "results-swapped",
        a_list: "wrong-type",
        tiny_deviation_is_constant: "small-deviation-taken-for-none",
    },
    "cosine-schedule": {
        cosine_alone: "warm-up-ignored",
        cosine_over_all_steps: "cosine-from-step-zero",
        whole_period: "full-period",
        at_least_one_step: "warm-up-of-one-step",
        guarded_and_over_all: "cosine-from-step-zero",
    },
    "what-went-wrong": {
        first_and_last_loss: "ends-compared",
        any_rise_is_the_rate: "gradient-never-suspected",
        slow_is_small: "slow-means-small",
    },
    "long-strides": {
        best_constant_rate: "still-on-its-way",
        every_fourth_long: "runs-away",
    },
}
