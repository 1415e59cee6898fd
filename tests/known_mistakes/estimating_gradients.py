import numpy as np


def one_side_only(f, x, h):
    grad = np.zeros(len(x))
    for j in range(len(x)):
        moved = x.astype(float)
        moved[j] += h
        grad[j] = (f(moved) - f(x)) / h
    return grad


def divided_by_h_alone(f, x, h):
    grad = np.zeros(len(x))
    for j in range(len(x)):
        step = np.zeros(len(x))
        step[j] = h
        grad[j] = (f(x + step) - f(x - step)) / h
    return grad


def return_in_the_loop(f, x, h):
    grad = np.zeros(len(x))
    for j in range(len(x)):
        step = np.zeros(len(x))
        step[j] = h
        grad[j] = (f(x + step) - f(x - step)) / (2 * h)
        return grad


def whole_vector_moved(f, x, h):
    return (f(x + h) - f(x - h)) / 2 / h


def only_the_difference(a, b):
    return np.sqrt(np.sum((a - b) ** 2))


def as_in_cs231n(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


def zero_by_zero(a, b):
    difference = np.linalg.norm(a - b)
    return difference / np.maximum(np.linalg.norm(a), np.linalg.norm(b))


def against_the_value_at_x(f, x, h, rng):
    signs = 2 * rng.integers(0, 2, size=x.shape) - 1
    return (f(x + h * signs) - f(x)) / (h * signs)


def same_but_value_at_x_first(f, x, h, rng):
    here = f(x)
    signs = np.where(rng.random(len(x)) < 0.5, -1, 1)
    return signs * (f(x + h * signs) - here) / h


def normal_direction(f, x, h, rng):
    z = rng.standard_normal(len(x))
    return z * (f(x + h * z) - f(x - h * z)) / (2 * h)


def one_coin_for_all(f, x, h, rng):
    sign = 1 if rng.random() < 0.5 else -1
    slope = (f(x + h * sign) - f(x - h * sign)) / (2 * h)
    return np.full(len(x), slope * sign)


def coins_of_zero_and_one(f, x, h, rng):
    coins = rng.choice([0, 1], size=len(x))
    return (f(x + h * coins) - f(x - h * coins)) / (2 * h) * coins


def twice_as_long(f, x, h, rng):
    signs = np.sign(rng.normal(size=len(x)))
    return (f(x + h * signs) - f(x - h * signs)) / h * signs


def numpys_own_signs(f, x, h, rng):
    signs = np.random.choice([-1, 1], size=len(x))
    return (f(x + h * signs) - f(x - h * signs)) / (2 * h * signs)


def loop_over_coordinates(f, x, h, rng):
    return np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.identity(len(x))])


def one_slope(f, x, h, rng):
    signs = rng.choice([-1, 1], size=len(x))
    return (f(x + h * signs) - f(x - h * signs)) / (2 * h)


def own_factor(a, b, out_grad):
    da = a * out_grad
    db = b * out_grad
    return da, db


def nothing_from_behind(a, b, out_grad):
    return b, a


def like_a_sum(a, b, out_grad):
    return out_grad, out_grad


def set_and_not_added(inputs):
    grads = [0.0] * len(inputs)
    grads[-1] = 1.0
    for k in range(len(inputs) - 1, -1, -1):
        for i, slope in inputs[k]:
            grads[i] = grads[k] * slope
    return np.array(grads)


def from_the_front(inputs):
    grads = np.zeros(len(inputs))
    grads[-1] = 1.0
    for k, pairs in enumerate(inputs):
        for i, slope in pairs:
            grads[i] += grads[k] * slope
    return grads


def without_a_seed(inputs):
    grads = np.zeros(len(inputs))
    for k in reversed(range(len(inputs))):
        for i, slope in inputs[k]:
            grads[i] += grads[k] * slope
    return grads


KNOWN = {
    "central-difference": {
        one_side_only: "forward-difference",
        divided_by_h_alone: "two-forgotten",
        return_in_the_loop: "first-coordinate-only",
        whole_vector_moved: "all-at-once",
    },
    "relative-error": {
        only_the_difference: "absolute-error",
        as_in_cs231n: "sum-of-lengths",
        zero_by_zero: "nan-at-zero",
    },
    "spsa-gradient": {
        against_the_value_at_x: "one-sided",
        same_but_value_at_x_first: "one-sided",
        normal_direction: "gaussian-direction",
        one_coin_for_all: "one-sign-for-all",
        coins_of_zero_and_one: "zeros-and-ones",
        twice_as_long: "two-forgotten",
        numpys_own_signs: "another-generator",
        loop_over_coordinates: "coordinate-by-coordinate",
        one_slope: "slope-alone",
    },
    "backward-multiply": {
        own_factor: "swapped",
        nothing_from_behind: "out-grad-forgotten",
        like_a_sum: "as-for-a-sum",
    },
    "backward-pass": {
        set_and_not_added: "overwritten",
        from_the_front: "forward-order",
        without_a_seed: "seed-forgotten",
    },
}
