import math

import numpy as np


def averaged(w, velocity, grad, lr, beta):
    velocity = beta * velocity + (1 - beta) * grad
    w = w - lr * velocity
    return w, velocity


def uphill(w, velocity, grad, lr, beta):
    velocity = beta * velocity + grad
    return w + lr * velocity, velocity


def sign_in_both_places(w, velocity, grad, lr, beta):
    new = beta * velocity - lr * grad
    return w - new, new


def stepped_too_early(w, velocity, grad, lr, beta):
    w = w - lr * velocity
    velocity = beta * velocity + grad
    return w, velocity


def old_part_twice(w, velocity, grad, lr, beta):
    kept = beta * velocity
    velocity = kept + grad
    return w - lr * velocity - lr * kept, velocity


def rate_twice(w, velocity, grad, lr, beta):
    velocity = beta * velocity + lr * grad
    return w - lr * velocity, velocity


def only_the_weights(w, velocity, grad, lr, beta):
    return w - lr * (beta * velocity + grad)


def in_place(w, velocity, grad, lr, beta):
    velocity *= beta
    velocity += grad
    return w - lr * velocity, velocity


def torch_nesterov(w, velocity, grad, lr, beta):
    velocity = beta * velocity + grad
    step = grad + beta * velocity
    return w - lr * step, velocity


def friction_instead_of_beta(w, velocity, grad, lr, beta):
    u = (1 - beta) * velocity + grad
    return w - lr * u, u


def averaged_the_other_way_round(w, velocity, grad, lr, beta):
    u = (1 - beta) * velocity + beta * grad
    return w - lr * u, u


def two_minus_signs(w, velocity, grad, lr, beta):
    u = beta * velocity - grad
    return w - lr * u, u


def rate_in_the_whole_velocity(w, velocity, grad, lr, beta):
    step = lr * (beta * velocity + grad)
    return w - step, step


def one_line_without_brackets(w, velocity, grad, lr, beta):
    return w - lr * beta * velocity + grad, beta * velocity + grad


def rate_on_the_gradient_alone(w, velocity, grad, lr, beta):
    return w - lr * grad - beta * velocity, grad + beta * velocity


def forgot_to_move(w, velocity, grad, lr, beta):
    velocity = velocity * beta + grad
    w - lr * velocity
    return w, velocity


def never_used_the_velocity(w, velocity, grad, lr, beta):
    return w - lr * grad, velocity


def added_to_the_old_one(w, velocity, grad, lr, beta):
    u = velocity + beta * velocity + grad
    return w - lr * u, u


def divided_by_friction(w, velocity, grad, lr, beta):
    u = beta * velocity + grad
    return w - lr / (1 - beta) * u, u


def left_undone(w, velocity, grad, lr, beta):
    pass


def printed(w, velocity, grad, lr, beta):
    u = beta * velocity + grad
    print(w - lr * u, u)


def all_in_place(w, velocity, grad, lr, beta):
    velocity *= beta
    velocity += (1 - beta) * grad
    w -= lr * velocity
    return w, velocity


def halved(w, velocity, grad, lr, beta):
    u = beta * velocity + grad
    return w - lr * u / 2, u


def gradient_here(w, velocity, grad_fn, lr, beta):
    velocity = beta * velocity + grad_fn(w)
    return w - lr * velocity, velocity


def gradient_here_mirrored(w, velocity, grad_fn, lr, beta):
    velocity = beta * velocity - lr * grad_fn(w)
    return w + velocity, velocity


def as_torch_does(w, velocity, grad_fn, lr, beta):
    g = grad_fn(w)
    velocity = beta * velocity + g
    return w - lr * (g + beta * velocity), velocity


def looks_behind(w, velocity, grad_fn, lr, beta):
    g = grad_fn(w + lr * beta * velocity)
    velocity = beta * velocity + g
    return w - lr * velocity, velocity


def looks_behind_downhill(w, velocity, grad_fn, lr, beta):
    velocity = beta * velocity - lr * grad_fn(w - beta * velocity)
    return w + velocity, velocity


def as_keras_does(w, velocity, grad_fn, lr, beta):
    g = grad_fn(w)
    velocity = beta * velocity - lr * g
    return w + beta * velocity - lr * g, velocity


def ahead_without_rate(w, velocity, grad_fn, lr, beta):
    g = grad_fn(w - beta * velocity)
    velocity = beta * velocity + g
    return w - lr * velocity, velocity


def ahead_without_beta(w, velocity, grad_fn, lr, beta):
    g = grad_fn(w - lr * velocity)
    velocity = beta * velocity + g
    return w - lr * velocity, velocity


def gradient_alone(w, velocity, grad_fn, lr, beta):
    g = grad_fn(w - lr * beta * velocity)
    return w - lr * g, beta * velocity + g


def gradient_as_an_array(w, velocity, grad_fn, lr, beta):
    velocity = beta * velocity + grad_fn
    return w - lr * velocity, velocity


def ahead_along_the_whole_velocity(w, velocity, grad_fn, lr, beta):
    u = beta * velocity + grad_fn(w - velocity)
    return w - lr * u, u


def ahead_downhill(w, velocity, grad_fn, lr, beta):
    ahead = w - lr * grad_fn(w)
    u = beta * velocity + grad_fn(ahead)
    return w - lr * u, u


def keeps_everything(w, velocity, grad_fn, lr, beta):
    u = velocity + grad_fn(w - lr * beta * velocity)
    return w - lr * u, u


def old_step(w, velocity, grad_fn, lr, beta):
    ahead = w - lr * beta * velocity
    return w - lr * velocity, beta * velocity + grad_fn(ahead)


def starts_ahead_downhill(w, velocity, grad_fn, lr, beta):
    w = w + beta * velocity
    velocity = beta * velocity - lr * grad_fn(w)
    return w + velocity, velocity


def climbs_along_a_downhill_velocity(w, velocity, grad_fn, lr, beta):
    velocity = beta * velocity + lr * grad_fn(w + beta * velocity)
    return w + velocity, velocity


def ahead_in_place(w, velocity, grad_fn, lr, beta):
    w -= lr * beta * velocity
    velocity = beta * velocity + grad_fn(w)
    return w - lr * velocity, velocity


def root_of_beta(smallest, largest):
    k = math.sqrt(largest / smallest)
    return 4 / (math.sqrt(largest) + math.sqrt(smallest)) ** 2, (k - 1) / (k + 1)


def kappa_without_root(smallest, largest):
    k = largest / smallest
    return 4 / (math.sqrt(largest) + math.sqrt(smallest)) ** 2, ((k - 1) / (k + 1)) ** 2


def rate_of_plain_descent(smallest, largest):
    k = math.sqrt(largest / smallest)
    return 2 / (smallest + largest), ((k - 1) / (k + 1)) ** 2


def settings_of_nesterov(smallest, largest):
    k = math.sqrt(largest / smallest)
    return 1 / largest, (k - 1) / (k + 1)


def two_over_the_square(smallest, largest):
    total, difference = math.sqrt(largest) + math.sqrt(smallest), math.sqrt(largest) - math.sqrt(smallest)
    return 2 / total**2, (difference / total) ** 2


def roots_of_the_sums(smallest, largest):
    total, difference = math.sqrt(largest + smallest), math.sqrt(largest - smallest)
    return (2 / total) ** 2, (difference / total) ** 2


def root_of_the_sum_in_the_rate(smallest, largest):
    k = math.sqrt(largest / smallest)
    return (2 / math.sqrt(largest + smallest)) ** 2, ((k - 1) / (k + 1)) ** 2


def four_over_the_sum(smallest, largest):
    k = math.sqrt(largest / smallest)
    return 2 / (math.sqrt(largest) + math.sqrt(smallest)) * 2, ((k - 1) / (k + 1)) ** 2


def times_two(smallest, largest):
    k = math.sqrt(largest / smallest)
    return (2 / (math.sqrt(largest) + math.sqrt(smallest))) ** 2, ((k - 1) / (k + 1)) * 2


def rate_of_descent_as_momentum(smallest, largest):
    k = largest / smallest
    return 4 / (math.sqrt(largest) + math.sqrt(smallest)) ** 2, (k - 1) / (k + 1)


def divided_first(smallest, largest):
    k = math.sqrt(largest / smallest)
    return (2 / math.sqrt(largest) + math.sqrt(smallest)) ** 2, ((k - 1) / (k + 1)) ** 2


def subtracted_last(smallest, largest):
    k = math.sqrt(largest / smallest)
    return 4 / (math.sqrt(largest) + math.sqrt(smallest)) ** 2, (k - 1 / k + 1) ** 2


def rate_only(smallest, largest):
    return (2 / (math.sqrt(largest) + math.sqrt(smallest))) ** 2


def always_swings(w):
    return "lr too large" if np.abs(w[-1]) > np.abs(w[0]) else "beta too large"


def any_change_of_side(w):
    if abs(w[-1]) > abs(w[0]):
        return "lr too large"
    return "beta too large" if np.any(w[:-1] * w[1:] < 0) else "beta too small"


def farthest_point(w):
    if max(abs(w)) > abs(w[0]):
        return "lr too large"
    changes = sum(w[i] * w[i + 1] < 0 for i in range(len(w) - 1))
    return "beta too small" if changes in (0, len(w) - 1) else "beta too large"


def points_below(w):
    if w[-1] ** 2 > w[0] ** 2:
        return "lr too large"
    return "beta too large" if w.min() < 0 else "beta too small"


def turned_round(w):
    if w[-1] ** 2 > w[0] ** 2:
        return "lr too large"
    changes = (np.diff(w > 0)).sum()
    return "beta too small" if 0 < changes < len(w) - 1 else "beta too large"


def polyaks_own(smallest, largest):
    k = math.sqrt(largest / smallest)
    return 4 / (math.sqrt(largest) + math.sqrt(smallest)) ** 2, ((k - 1) / (k + 1)) ** 2


def plain_descent_again(smallest, largest):
    return 2 / (smallest + largest), 0.0


def more_of_everything(smallest, largest):
    return 4.5 / largest, 0.9


def settings_forgotten(smallest, largest):
    pass


KNOWN = {
    "quick-settings": {
        polyaks_own: "too-late",
        plain_descent_again: "does-not-arrive",
        more_of_everything: "diverges",
        settings_forgotten: "missing-return",
    },
    "diagnose-run": {
        always_swings: None,
        any_change_of_side: "jumps-taken-for-swings",
        farthest_point: "largest-of-all",
        points_below: "below-zero",
        turned_round: "too-much-and-too-little-swapped",
    },
    "momentum-step": {
        averaged: "moving-average",
        uphill: "wrong-sign",
        sign_in_both_places: "minus-twice",
        stepped_too_early: "old-velocity-in-the-step",
        old_part_twice: "momentum-twice",
        rate_twice: "learning-rate-twice",
        only_the_weights: "velocity-not-returned",
        in_place: "changed-in-place",
        torch_nesterov: "nesterov",
        friction_instead_of_beta: "friction-kept",
        averaged_the_other_way_round: "moving-average-turned-round",
        two_minus_signs: "minus-twice-with-lr-outside",
        rate_in_the_whole_velocity: "step-for-velocity",
        one_line_without_brackets: "learning-rate-on-the-old-velocity-alone",
        rate_on_the_gradient_alone: "learning-rate-on-the-gradient-alone",
        forgot_to_move: "parameters-unchanged",
        never_used_the_velocity: "plain-descent",
        added_to_the_old_one: "velocity-grows",
        divided_by_friction: "effective-learning-rate",
        left_undone: "missing-return",
        printed: "missing-return",
        all_in_place: "changed-in-place",
        halved: None,
    },
    "nesterov-step": {
        gradient_here: "heavy-ball",
        gradient_here_mirrored: "heavy-ball-mirror-image",
        as_torch_does: "torch-form",
        as_keras_does: "torch-form-mirror-image",
        looks_behind: "look-ahead-wrong-side",
        looks_behind_downhill: "look-ahead-wrong-side-mirror-image",
        ahead_without_rate: "look-ahead-without-lr",
        ahead_without_beta: "look-ahead-without-beta",
        gradient_alone: "velocity-not-used",
        gradient_as_an_array: "raised",
        ahead_along_the_whole_velocity: "look-ahead-without-lr-and-beta",
        ahead_downhill: "look-ahead-along-the-gradient",
        keeps_everything: "beta-forgotten",
        old_step: "old-velocity-in-the-step",
        starts_ahead_downhill: "step-from-the-look-ahead-mirror-image",
        climbs_along_a_downhill_velocity: "gradient-with-the-wrong-sign-mirror-image",
        ahead_in_place: "changed-in-place",
    },
    "optimal-momentum": {
        root_of_beta: "beta-not-squared",
        kappa_without_root: "beta-without-roots",
        rate_of_plain_descent: "plain-lr",
        settings_of_nesterov: "nesterov",
        two_over_the_square: "two-not-squared",
        roots_of_the_sums: "curvatures-added",
        root_of_the_sum_in_the_rate: "curvatures-added-in-lr",
        four_over_the_sum: "sum-not-squared",
        times_two: "beta-doubled",
        rate_of_descent_as_momentum: "curvatures-added-in-beta",
        divided_first: "lr-brackets-forgotten",
        subtracted_last: None,
        rate_only: "lr-only",
    },
}
