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
}
