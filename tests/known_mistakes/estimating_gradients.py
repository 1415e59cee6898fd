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


def copies_of_whole_numbers(f, x, h):
    grad = []
    for j in range(len(x)):
        up = x.copy()
        down = x.copy()
        up[j] += h
        down[j] -= h
        grad.append((f(up) - f(down)) / (2 * h))
    return np.array(grad)


def one_copy_of_whole_numbers(f, x, h):
    grad = np.zeros_like(x)
    for j in range(len(x)):
        moved = np.copy(x)
        moved[j] += h
        above = f(moved)
        moved[j] -= 2 * h
        grad[j] = (above - f(moved)) / (2 * h)
    return grad


def step_like_x(f, x, h):
    grad = np.zeros(x.shape)
    for j in range(x.size):
        step = np.zeros_like(x)
        step[j] = h
        grad[j] = (f(x + step) - f(x - step)) / (2 * h)
    return grad


def step_never_set_back(f, x, h):
    grad = np.zeros(len(x))
    step = np.zeros(len(x))
    for j in range(len(x)):
        step[j] = h
        grad[j] = (f(x + step) - f(x - step)) / (2 * h)
    return grad


def points_made_before_the_loop(f, x, h):
    up, down = x.astype(float), x.astype(float)
    slopes = []
    for j in range(len(x)):
        up[j] = up[j] + h
        down[j] = down[j] - h
        slopes.append((f(up) - f(down)) / 2 / h)
    return np.array(slopes)


def brackets_forgotten(f, x, h):
    return np.array([f(x + h * e) - f(x - h * e) / (2 * h) for e in np.eye(len(x))])


def times_h_after_half(f, x, h):
    return np.array([h * (f(x + h * e) - f(x - h * e)) / 2 for e in np.eye(len(x))])


def slope_overwritten(f, x, h):
    for j in range(len(x)):
        e = np.zeros(len(x))
        e[j] = 1
        slope = (f(x + h * e) - f(x - h * e)) / (2 * h)
    return slope


def same_slope_everywhere(f, x, h):
    grad = np.zeros(len(x))
    for j in range(len(x)):
        grad[j] = (f(x + h) - f(x - h)) / (2 * h)
    return grad


def numbers_in_place_of_points(f, x, h):
    return np.array([(f(x[j] + h) - f(x[j] - h)) / (2 * h) for j in range(len(x))])


def both_moves_forgotten(f, x, h):
    up = down = x
    return np.array([(f(up) - f(down)) / (2 * h) for _ in x])


def one_over_by_two_h(f, x, h):
    return np.array([(f(x + h * e) - f(x)) / (2 * h) for e in np.eye(len(x))])


def smaller_of_both(a, b):
    smaller = min(np.linalg.norm(a), np.linalg.norm(b))
    return np.linalg.norm(a - b) / smaller if smaller else 0.0


def small_floor(a, b):
    return np.linalg.norm(a - b) / max(np.linalg.norm(a), np.linalg.norm(b), 1e-10)


def tiny_summand(a, b):
    return np.linalg.norm(a - b) / (max(np.linalg.norm(a), np.linalg.norm(b)) + 1e-12)


def either_is_zero(a, b):
    na, nb = np.linalg.norm(a), np.linalg.norm(b)
    if na == 0 or nb == 0:
        return 0
    return np.linalg.norm(a - b) / max(na, nb)


def sums_of_python(a, b):
    na, nb = sum(a**2) ** 0.5, sum(b**2) ** 0.5
    if na == 0 and nb == 0:
        return 0.0
    return sum((a - b) ** 2) ** 0.5 / max(na, nb)


def turned_fraction(a, b):
    return max(np.linalg.norm(a), np.linalg.norm(b)) / np.linalg.norm(a - b)


def no_larger_one(a, b):
    return np.linalg.norm(a - b) / np.maximum(a, b)


def nothing_for_zeros(a, b):
    larger = max(np.linalg.norm(a), np.linalg.norm(b))
    if larger > 0:
        return np.linalg.norm(a - b) / larger


def whole_numbers_below_one(f, x, h, rng):
    s = rng.integers(-1, 1, size=len(x))
    return (f(x + h * s) - f(x - h * s)) / (2 * h) * s


def signs_for_each_coordinate(f, x, h, rng):
    grad = np.zeros(len(x))
    for j in range(len(x)):
        s = rng.choice([-1, 1], size=len(x))
        grad[j] = (f(x + h * s) - f(x - h * s)) / (2 * h) * s[j]
    return grad


def right_with_too_many_calls(f, x, h, rng):
    s = rng.choice([-1, 1], size=len(x))
    return np.array([(f(x + h * s) - f(x - h * s)) / (2 * h) * s[j] for j in range(len(x))])


def no_signs_drawn(f, x, h, rng):
    s = np.ones(len(x))
    return (f(x + h * s) - f(x - h * s)) / (2 * h) * s


def seeded_again(f, x, h, rng):
    np.random.seed(0)
    s = np.random.choice([-1, 1], size=len(x))
    return (f(x + h * s) - f(x - h * s)) / (2 * h) * s


def size_of_the_rise(f, x, h, rng):
    s = rng.choice([-1, 1], size=len(x))
    return abs(f(x + h * s) - f(x - h * s)) / (2 * h) * s


def one_scalar_sign(f, x, h, rng):
    s = rng.choice([-1, 1])
    return (f(x + h * s) - f(x - h * s)) / (2 * h) * s


def mean_of_the_estimate(f, x, h, rng):
    s = rng.choice([-1, 1], size=len(x))
    return np.mean((f(x + h * s) - f(x - h * s)) / (2 * h) * s)


def sum_of_the_estimate(f, x, h, rng):
    s = rng.choice([-1, 1], size=len(x))
    return ((f(x + h * s) - f(x - h * s)) / (2 * h) * s).sum()


def anywhere_in_a_box(f, x, h, rng):
    s = 2 * rng.random(len(x)) - 1
    return (f(x + h * s) - f(x - h * s)) / (2 * h) * s


def minus_first(f, x, h, rng):
    s = rng.integers(0, 2, size=len(x))
    below = f(x - h * s)
    return (f(x + h * s) - below) / (2 * h) * s


def a_hundred_draws(f, x, h, rng):
    total = np.zeros(len(x))
    for _ in range(100):
        s = rng.choice([-1, 1], size=len(x))
        total += (f(x + h * s) - f(x - h * s)) / (2 * h) * s
    return total / 100


def signs_drawn_twice(f, x, h, rng):
    slope = (f(x + h * (s := rng.choice([-1, 1], len(x)))) - f(x - h * s)) / (2 * h)
    return slope * rng.choice([-1, 1], len(x))


def three_signs_drawn(f, x, h, rng):
    up = f(x + h * rng.choice([-1, 1], len(x)))
    down = f(x - h * rng.choice([-1, 1], len(x)))
    return (up - down) / (2 * h) * rng.choice([-1, 1], len(x))


def sign_of_nothing_negative(f, x, h, rng):
    s = np.sign(rng.random(len(x)))
    return (f(x + h * s) - f(x - h * s)) / (2 * h) * s


def step_without_h(f, x, h, rng):
    s = rng.choice([-1, 1], len(x))
    return (f(x + s) - f(x - s)) / (2 * h) * s


def same_side_twice(f, x, h, rng):
    s = rng.choice([-1, 1], len(x))
    return (f(x + h * s) - f(x + h * s)) / (2 * h) * s


KNOWN = {
    "central-difference": {
        one_side_only: "forward-difference",
        divided_by_h_alone: "two-forgotten",
        return_in_the_loop: "first-coordinate-only",
        whole_vector_moved: "all-at-once",
        copies_of_whole_numbers: "whole-numbers-moved",
        one_copy_of_whole_numbers: "whole-numbers-moved",
        step_like_x: "whole-numbers-not-moved",
        step_never_set_back: "earlier-coordinates-moved-too",
        points_made_before_the_loop: "earlier-coordinates-moved-too",
        brackets_forgotten: "rise-without-brackets",
        times_h_after_half: "times-h",
        slope_overwritten: "last-slope-alone",
        same_slope_everywhere: "all-at-once-in-each-entry",
        numbers_in_place_of_points: "single-coordinate-given",
        both_moves_forgotten: "all-zero",
        one_over_by_two_h: "forward-over-two-h",
    },
    "relative-error": {
        only_the_difference: "absolute-error",
        as_in_cs231n: "sum-of-lengths",
        zero_by_zero: "nan-at-zero",
        smaller_of_both: "smaller-length",
        small_floor: "short-taken-for-zero",
        tiny_summand: "short-taken-for-zero",
        either_is_zero: "one-zero-is-enough",
        sums_of_python: "rows-apart",
        turned_fraction: "upside-down",
        no_larger_one: "larger-entry-by-entry",
        nothing_for_zeros: "missing-return",
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
        whole_numbers_below_one: "zeros-and-ones",
        minus_first: "zeros-and-ones",
        signs_for_each_coordinate: "two-evaluations-for-each-entry",
        right_with_too_many_calls: "two-evaluations-for-each-entry",
        no_signs_drawn: "same-signs-in-every-call",
        seeded_again: "same-signs-in-every-call",
        size_of_the_rise: "sign-of-the-slope-lost",
        one_scalar_sign: "one-sign-and-one-number",
        mean_of_the_estimate: "entries-averaged",
        sum_of_the_estimate: "entries-added",
        anywhere_in_a_box: "uniform-direction",
        a_hundred_draws: "averaged-over-draws",
        signs_drawn_twice: "other-signs-in-the-result",
        three_signs_drawn: "new-signs-for-each-point",
        sign_of_nothing_negative: "same-signs-though-drawn",
        step_without_h: "steps-of-one",
        same_side_twice: "same-point-twice",
    },
}
