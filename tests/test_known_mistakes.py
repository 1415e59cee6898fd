"""Wrong answers as learners write them, and the name that each must get.

The exercises hold their mistakes as data and are tested with them; a mistake that is changed or deleted there would go
with its test. These answers are written down a second time, on purpose.
"""

import math

import numpy as np
import pytest

from helpers.exercises import CheckFailed, check


def bowl_loss(w):
    return 0.5 * w[0] ** 2 + 5 * w[1] ** 2


def bowl_downhill(w):
    grad = np.array([w[0], 10 * w[1]])
    return -grad


def bowl_to_minimum(w):
    minimum = np.zeros(2)
    return minimum - w


def bowl_without_power(w):
    return np.array([w[0], 5 * w[1]])


def slope_of_longer_direction(grad, direction):
    return np.dot(grad, direction)


def slope_over_squared_length(grad, direction):
    return np.dot(grad, direction) / np.sum(direction**2)


def slope_without_sign(grad, direction):
    return abs(np.dot(grad, direction)) / np.sqrt(np.sum(direction**2))


def descent(grad):
    length = np.sqrt(np.sum(grad**2))
    return -grad / length if length > 0 else grad * 0


def the_gradient_itself(grad):
    return grad.copy()


def division_by_zero(grad):
    return grad / np.sqrt(np.sum(grad**2))


def uphill_step(w, grad, lr):
    return w + lr * grad


def step_in_place(w, grad, lr):
    w -= lr * grad
    return w


def forgotten_return(w, grad, lr):
    w = w - lr * grad


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


def descent_with_one_gradient(grad, w0, lr, steps):
    g = grad(w0)
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * g)
    return np.array(path)


def descent_coordinate_by_coordinate(grad, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        w = np.array(path[-1])
        for i in range(w.size):
            w[i] = w[i] - lr * grad(w)[i]
        path.append(w)
    return np.array(path)


def every_entry_small(grad, tolerance):
    return bool(max(abs(grad)) < tolerance)


def signs_ignored(grad, tolerance):
    return all(g < tolerance for g in grad)


def square_compared(grad, tolerance):
    return sum(grad**2) < tolerance


KNOWN = {
    "bowl-gradient": {
        bowl_loss: "loss-instead-of-gradient",
        bowl_downhill: "wrong-sign",
        bowl_to_minimum: "points-at-minimum",
        bowl_without_power: "factor-two-forgotten",
    },
    "directional-derivative": {
        slope_of_longer_direction: "not-normalised",
        slope_over_squared_length: "squared-norm",
        slope_without_sign: "absolute-value",
    },
    "steepest-ascent": {
        descent: "descent-direction",
        the_gradient_itself: "not-normalised",
        division_by_zero: "nan-at-zero",
    },
    "gradient-step": {
        uphill_step: "wrong-sign",
        step_in_place: "changed-in-place",
        forgotten_return: "missing-return",
    },
    "gradient-descent": {
        descent_with_one_gradient: "gradient-frozen",
        descent_coordinate_by_coordinate: "one-after-another",
    },
    "stopping-rule": {
        every_entry_small: "largest-entry",
        signs_ignored: "sign-forgotten",
        square_compared: "squared-norm",
    },
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


@pytest.mark.parametrize(
    ("exercise", "answer", "name"),
    [(exercise, answer, name) for exercise, answers in KNOWN.items() for answer, name in answers.items()],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_learners_mistake_gets_its_name(exercise, answer, name):
    with pytest.raises(CheckFailed) as failure:
        check(exercise, answer)
    assert failure.value.mistake == name
