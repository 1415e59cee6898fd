import numpy as np


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


def f(w):
    return w[0] ** 2 / 2 + 5 * w[1] ** 2


def bowl_by_differences(w):
    h = 1e-6
    return np.array([(f(w + np.array([h, 0])) - f(w)) / h, (f(w + np.array([0, h])) - f(w)) / h])


def bowl_with_both_terms(w):
    return np.array([w[0] + 5 * w[1] ** 2, w[0] ** 2 / 2 + 10 * w[1]])


def bowl_with_squares(w):
    return np.array([w[0] ** 2, 10 * w[1] ** 2])


def bowl_in_two_terms(w):
    return np.array([0.5 * w[0] ** 2, 5 * w[1] ** 2])


def bowl_turned(w):
    return np.array([10 * w[0], w[1]])


def bowl_of_the_wrong_coordinates(w):
    return np.array([w[1], 10 * w[0]])


def bowl_of_squares(w):
    return 2 * w


def bowl_copied_w(w):
    return w.copy()


def bowl_read_off_the_message(w):
    return np.array([3.0, 20.0])


def bowl_curvatures(w):
    return np.array([1.0, 10.0])


def bowl_too_steep(w):
    return np.array([w[0], 7 * w[1]])


def bowl_in_place(w):
    w[1] *= 10
    return w


def unit(direction):
    return direction / np.linalg.norm(direction)


def slope_over_sum_of_sizes(grad, direction):
    return grad @ direction / np.abs(direction).sum()


def slope_over_sum(grad, direction):
    return grad @ direction / sum(direction)


def slope_as_a_mean(grad, direction):
    return np.mean(grad * direction)


def slope_over_count(grad, direction):
    return grad @ direction / direction.size


def slope_in_the_plane(grad, direction):
    length = np.sqrt(direction[0] ** 2 + direction[1] ** 2)
    return (grad[0] * direction[0] + grad[1] * direction[1]) / length


def slope_as_in_the_text(grad, direction):
    e = unit(direction)
    return grad[0] * e[0] + grad[1] * e[1]


def slope_of_nothing_is_nan(grad, direction):
    if not direction.any():
        return float("nan")
    return grad @ unit(direction)


def slope_of_nothing_is_printed(grad, direction):
    if not direction.any():
        print("ValueError")
        return None
    return grad @ unit(direction)


def slope_of_nothing_is_asserted(grad, direction):
    assert direction.any()
    return grad @ unit(direction)


def slope_with_a_returned_error(grad, direction):
    if not direction.any():
        return ValueError("no direction")
    return grad @ unit(direction)


def slope_that_tests_the_gradient(grad, direction):
    if not grad.any():
        raise ValueError("no direction")
    return grad @ unit(direction)


def slope_that_tests_both(grad, direction):
    if not grad.any() or not direction.any():
        raise ValueError("no direction")
    return grad @ unit(direction)


def slope_that_tests_each_entry(grad, direction):
    if 0 in direction:
        raise ValueError("no direction")
    return grad @ unit(direction)


def slope_that_needs_a_slope(grad, direction):
    slope = grad @ unit(direction)
    if not direction.any() or slope == 0:
        raise ValueError("no slope")
    return slope


def slope_that_adds_up(grad, direction):
    if sum(direction) == 0:
        raise ValueError("no direction")
    return grad @ unit(direction)


def slope_with_a_small_number(grad, direction):
    return grad @ direction / (np.linalg.norm(direction) + 1e-8)


def slope_of_seven(grad, direction):
    return grad @ unit(direction) if direction.any() else 7.0


def ascent_in_the_plane(grad):
    length = np.sqrt(grad[0] ** 2 + grad[1] ** 2)
    return grad / length if length else np.zeros_like(grad)


def ascent_of_nothing_is_nan(grad):
    return unit(grad) if grad.any() else np.full(len(grad), np.nan)


def ascent_of_nothing_is_a_number(grad):
    return unit(grad) if grad.any() else 0


def ascent_of_nothing_is_two_numbers(grad):
    return unit(grad) if grad.any() else np.array([0.0, 0.0])


def ascent_of_nothing_is_none(grad):
    if grad.any():
        return unit(grad)


def ascent_of_nothing_is_refused(grad):
    if not grad.any():
        raise ValueError("no direction")
    return unit(grad)


def ascent_that_tests_each_entry(grad):
    return np.zeros_like(grad) if not grad.all() else unit(grad)


def ascent_that_tests_two_entries(grad):
    return np.zeros_like(grad) if grad[0] == 0 and grad[1] == 0 else unit(grad)


def ascent_that_adds_up(grad):
    return np.zeros_like(grad) if np.sum(grad) == 0 else unit(grad)


def ascent_of_long_ones(grad):
    length = np.linalg.norm(grad)
    return grad / length if length > 1 else grad


def ascent_by_the_largest(grad):
    return grad / abs(grad).max()


def ascent_by_the_maximum(grad):
    return grad / max(grad)


def ascent_by_the_count(grad):
    return grad / grad.size


def ascent_without_signs(grad):
    return np.sqrt(grad**2) / np.linalg.norm(grad)


def ascent_with_a_small_number(grad):
    return grad / (np.linalg.norm(grad) + 1e-8)


def ascent_tested_the_wrong_way_round(grad):
    if np.linalg.norm(grad) > 0:
        return np.zeros_like(grad)
    return unit(grad)


def ascent_halved(grad):
    return unit(grad) / 2 if grad.any() else np.zeros_like(grad)


KNOWN = {
    "bowl-gradient": {
        bowl_loss: "loss-instead-of-gradient",
        bowl_downhill: "wrong-sign",
        bowl_to_minimum: "points-at-minimum",
        bowl_without_power: "factor-two-forgotten",
        bowl_by_differences: "forward-difference",
        bowl_with_both_terms: "other-term-kept",
        bowl_with_squares: "power-not-lowered",
        bowl_in_two_terms: "terms-instead-of-slopes",
        bowl_turned: "factors-swapped",
        bowl_of_the_wrong_coordinates: "indices-swapped",
        bowl_of_squares: "both-factors-forgotten",
        bowl_copied_w: "round-bowl",
        bowl_read_off_the_message: None,
        bowl_curvatures: "second-derivative",
        bowl_too_steep: None,
        bowl_in_place: "changed-in-place",
    },
    "directional-derivative": {
        slope_of_longer_direction: "not-normalised",
        slope_over_squared_length: "squared-norm",
        slope_without_sign: "absolute-value",
        slope_over_sum_of_sizes: "sum-of-sizes",
        slope_over_sum: "sum-of-entries",
        slope_as_a_mean: "count-of-entries",
        slope_over_count: "count-of-entries",
        slope_in_the_plane: "two-entries-only",
        slope_as_in_the_text: "two-products-only",
        slope_of_nothing_is_nan: "zero-direction-nan",
        slope_of_nothing_is_printed: "zero-direction-none",
        slope_of_nothing_is_asserted: "zero-direction-other-error",
        slope_with_a_returned_error: "zero-direction-error-returned",
        slope_that_tests_the_gradient: "zero-gradient-refused",
        slope_that_tests_both: "both-zeros-refused",
        slope_that_tests_each_entry: "single-zero-refused",
        slope_that_needs_a_slope: "zero-slope-refused",
        slope_that_adds_up: "zero-sum-refused",
        slope_with_a_small_number: "small-number-added",
        slope_of_seven: None,
    },
    "steepest-ascent": {
        descent: "descent-direction",
        the_gradient_itself: "not-normalised",
        division_by_zero: "nan-at-zero",
        ascent_in_the_plane: "two-entries-only",
        ascent_of_nothing_is_nan: "nan-at-zero",
        ascent_of_nothing_is_a_number: "number-at-zero",
        ascent_of_nothing_is_two_numbers: "two-zeros",
        ascent_of_nothing_is_none: "nothing-at-zero",
        ascent_of_nothing_is_refused: "error-at-zero",
        ascent_that_tests_each_entry: "single-zero",
        ascent_that_tests_two_entries: None,
        ascent_that_adds_up: "zero-sum",
        ascent_of_long_ones: "long-ones-only",
        ascent_by_the_largest: "largest-entry-normalised",
        ascent_by_the_maximum: "maximum-normalised",
        ascent_by_the_count: "count-normalised",
        ascent_without_signs: "signs-lost",
        ascent_with_a_small_number: "epsilon-added",
        ascent_tested_the_wrong_way_round: "zeros-everywhere",
        ascent_halved: None,
    },
}
