import math


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


def forgot_the_past(w, velocity, grad, lr, beta):
    velocity = 0 * velocity
    velocity = beta * velocity + grad
    return w - lr * velocity, velocity


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


def starts_ahead(w, velocity, grad_fn, lr, beta):
    w = w - lr * beta * velocity
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


KNOWN = {
    "momentum-step": {
        averaged: "moving-average",
        uphill: "wrong-sign",
        sign_in_both_places: "minus-twice",
        stepped_too_early: "old-velocity-in-the-step",
        forgot_the_past: "velocity-reset",
        old_part_twice: "momentum-twice",
        rate_twice: "learning-rate-twice",
        only_the_weights: "velocity-not-returned",
        in_place: "changed-in-place",
        torch_nesterov: "nesterov",
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
        starts_ahead: "step-from-the-look-ahead",
    },
    "optimal-momentum": {
        root_of_beta: "beta-not-squared",
        kappa_without_root: "beta-without-roots",
        rate_of_plain_descent: "plain-lr",
        settings_of_nesterov: "nesterov",
    },
}
