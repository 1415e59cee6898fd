"""Lesson 07, momentum: Nesterov's step, with the gradient at the look-ahead point."""

from collections.abc import Callable

import numpy as np

from helpers.exercises.descent_loop import bowl_slope, quartic_slope, tilted_slope
from helpers.exercises.exercise import Equivalent, Exercise, Mistake

Gradient = Callable[[np.ndarray], np.ndarray]
Pair = tuple[np.ndarray, np.ndarray]
Step = Callable[[np.ndarray, np.ndarray, Gradient, float, float], Pair]


def nesterov_step(w: np.ndarray, velocity: np.ndarray, grad_fn: Gradient, lr: float, beta: float) -> Pair:
    """The parameters and the velocity after one step of Nesterov's method; grad_fn(w) is the gradient at w."""
    ahead = w - lr * beta * velocity
    velocity = beta * velocity + grad_fn(ahead)
    return w - lr * velocity, velocity


def _mirror_image_lr_outside(w: np.ndarray, velocity: np.ndarray, grad_fn: Gradient, lr: float, beta: float) -> Pair:
    velocity = beta * velocity - grad_fn(w + lr * beta * velocity)
    return w + lr * velocity, velocity


def _rescaled_average(w: np.ndarray, velocity: np.ndarray, grad_fn: Gradient, lr: float, beta: float) -> Pair:
    lr = lr / (1 - beta)
    velocity = beta * velocity + (1 - beta) * grad_fn(w - lr * beta * velocity)
    return w - lr * velocity, velocity


def _gradient_at(place: Callable[[np.ndarray, np.ndarray, Gradient, float, float], np.ndarray]) -> Step:
    """The step of `nesterov_step` with the gradient at another place."""

    def step(w: np.ndarray, velocity: np.ndarray, grad_fn: Gradient, lr: float, beta: float) -> Pair:
        velocity = beta * velocity + grad_fn(place(w, velocity, grad_fn, lr, beta))
        return w - lr * velocity, velocity

    return step


def _torch_form(w: np.ndarray, velocity: np.ndarray, grad_fn: Gradient, lr: float, beta: float) -> Pair:
    grad = grad_fn(w)
    velocity = beta * velocity + grad
    return w - lr * (grad + beta * velocity), velocity


def _torch_form_mirrored(w: np.ndarray, velocity: np.ndarray, grad_fn: Gradient, lr: float, beta: float) -> Pair:
    move = -lr * grad_fn(w)
    velocity = beta * velocity + move
    return w + move + beta * velocity, velocity


def _twice_ahead(w: np.ndarray, velocity: np.ndarray, grad_fn: Gradient, lr: float, beta: float) -> Pair:
    grad = grad_fn(w - lr * beta * velocity)
    velocity = beta * velocity + grad
    return w - lr * (grad + beta * velocity), velocity


def _from_ahead(w: np.ndarray, velocity: np.ndarray, grad_fn: Gradient, lr: float, beta: float) -> Pair:
    ahead = w - lr * beta * velocity
    velocity = beta * velocity + grad_fn(ahead)
    return ahead - lr * velocity, velocity


def _changes_velocity(w: np.ndarray, velocity: np.ndarray, grad_fn: Gradient, lr: float, beta: float) -> Pair:
    velocity *= beta
    velocity += grad_fn(w - lr * velocity)
    return w - lr * velocity, velocity


def _right(w: np.ndarray, velocity: np.ndarray, grad_fn: Gradient, lr: float, beta: float) -> Pair:
    return nesterov_step(w, velocity, grad_fn, lr, beta)


def _lr_inside_at(place: Callable[[np.ndarray, np.ndarray, float, float], np.ndarray]) -> Step:
    """The step with lr inside the velocity and the gradient at any place."""

    def step(w: np.ndarray, velocity: np.ndarray, grad_fn: Gradient, lr: float, beta: float) -> Pair:
        velocity = beta * velocity + lr * grad_fn(place(w, velocity, lr, beta))
        return w - velocity, velocity

    return step


def _mirror_at(place: Callable[[np.ndarray, np.ndarray, float, float], np.ndarray]) -> Step:
    """The same step with a velocity that points downhill."""

    def step(w: np.ndarray, velocity: np.ndarray, grad_fn: Gradient, lr: float, beta: float) -> Pair:
        velocity = beta * velocity - lr * grad_fn(place(w, velocity, lr, beta))
        return w + velocity, velocity

    return step


_HEAVY_BALL = (
    "This is heavy ball: the gradient is taken at w. Nesterov takes it where the old velocity alone would lead, at the "
    "look-ahead point."
)

_BEHIND = (
    "You look behind you: the look-ahead point lies on the side to which the velocity moves w, with the sign that the "
    "velocity has in your step."
)
_TWICE_LR = "Your velocity contains the learning rate already; at the look-ahead point you multiply by it once more."
_TORCH = (
    "This is torch's own form, nesterov=True. It is Nesterov's method too, but written for another variable: its w is "
    "the look-ahead point, so that it can take the gradient at w. Here w is the point itself, and the gradient is "
    "asked for at the look-ahead point. The next cells compare the two."
)

NESTEROV_STEP = Exercise(
    id="nesterov-step",
    statement=(
        "Write nesterov_step(w, velocity, grad_fn, lr, beta): one step of Nesterov's method. grad_fn is a function: "
        "grad_fn(w) returns the gradient at w. Take the gradient at the look-ahead point. Return the new w and the new "
        "velocity, in this order; the arguments must not change."
    ),
    reference=nesterov_step,
    probes=[
        (np.array([2.0, 1.0]), np.array([1.5, -2.0]), bowl_slope, 0.05, 0.9),
        (np.array([1.0, -2.0]), np.array([-0.5, 3.0]), tilted_slope, 0.1, 0.8),
        (np.array([1.5, -0.5, 1.0]), np.array([0.7, -1.2, 2.0]), quartic_slope, 0.2, 0.6),
        (np.array([-1.2, 0.4]), np.array([0.9, 1.1]), quartic_slope, 0.3, 0.35),
    ],
    edges=[
        (np.array([2.0, 1.0]), np.array([0.0, 0.0]), bowl_slope, 0.05, 0.9),
        (np.array([0.0, 0.0]), np.array([1.0, -2.0]), tilted_slope, 0.1, 0.8),
    ],
    equivalents=[
        Equivalent(
            "Your velocity contains the learning rate, as in many texts; the path is the same.",
            _lr_inside_at(lambda w, velocity, lr, beta: w - beta * velocity),
        ),
        Equivalent(
            "Your velocity points downhill and contains the learning rate, as in Sutskever's paper; the path is the "
            "same.",
            _mirror_at(lambda w, velocity, lr, beta: w + beta * velocity),
        ),
        Equivalent("Your velocity points downhill; the path is the same.", _mirror_image_lr_outside),
        Equivalent(
            "Your velocity is a moving average, and the learning rate makes up for it; the path is the same.",
            _rescaled_average,
        ),
    ],
    mistakes=[
        Mistake("heavy-ball", _gradient_at(lambda w, velocity, grad_fn, lr, beta: w), _HEAVY_BALL),
        Mistake("heavy-ball-lr-inside", _lr_inside_at(lambda w, velocity, lr, beta: w), _HEAVY_BALL),
        Mistake("heavy-ball-mirror-image", _mirror_at(lambda w, velocity, lr, beta: w), _HEAVY_BALL),
        Mistake("torch-form", _torch_form, _TORCH),
        Mistake(
            "torch-form-mirror-image",
            _torch_form_mirrored,
            _TORCH.replace("torch's own form, nesterov=True", "the form of torch and Keras, here with lr inside"),
        ),
        Mistake(
            "look-ahead-wrong-side",
            _gradient_at(lambda w, velocity, grad_fn, lr, beta: w + lr * beta * velocity),
            _BEHIND,
        ),
        Mistake(
            "look-ahead-without-lr",
            _gradient_at(lambda w, velocity, grad_fn, lr, beta: w - beta * velocity),
            "You look too far or not far enough: your velocity does not contain the learning rate, so the way to the "
            "look-ahead point has to.",
        ),
        Mistake(
            "look-ahead-without-beta",
            _gradient_at(lambda w, velocity, grad_fn, lr, beta: w - lr * velocity),
            "You look ahead along the whole old velocity. Only the part beta of it is kept in this step.",
        ),
        Mistake(
            "look-ahead-with-the-gradient",
            _gradient_at(lambda w, velocity, grad_fn, lr, beta: w - lr * (beta * velocity + grad_fn(w))),
            "You make a whole step of heavy ball and take the gradient there, which costs two gradients. The "
            "look-ahead point uses the old velocity alone.",
        ),
        Mistake(
            "look-ahead-wrong-side-lr-inside",
            _lr_inside_at(lambda w, velocity, lr, beta: w + beta * velocity),
            _BEHIND,
        ),
        Mistake(
            "look-ahead-wrong-side-mirror-image",
            _mirror_at(lambda w, velocity, lr, beta: w - beta * velocity),
            _BEHIND,
        ),
        Mistake(
            "look-ahead-with-lr-twice",
            _lr_inside_at(lambda w, velocity, lr, beta: w - lr * beta * velocity),
            _TWICE_LR,
        ),
        Mistake(
            "look-ahead-with-lr-twice-mirror-image",
            _mirror_at(lambda w, velocity, lr, beta: w + lr * beta * velocity),
            _TWICE_LR,
        ),
        Mistake(
            "look-ahead-twice",
            _twice_ahead,
            "You look ahead twice: with the gradient at the look-ahead point, and with torch's form of the step, which "
            "has the look-ahead inside. Take one of them: the gradient ahead, and the step along the velocity.",
        ),
        Mistake(
            "step-from-the-look-ahead",
            _from_ahead,
            "You step from the look-ahead point, and the kept velocity counts twice. The gradient comes from there; "
            "the step starts at w.",
        ),
        Mistake(
            "look-ahead-returned",
            lambda w, velocity, grad_fn, lr, beta: (
                w - lr * beta * velocity,
                _right(w, velocity, grad_fn, lr, beta)[1],
            ),
            "The velocity is right, and in place of the new w you return the look-ahead point. From w, step along the "
            "new velocity.",
        ),
        Mistake(
            "wrong-sign",
            lambda w, velocity, grad_fn, lr, beta: (
                w + lr * _right(w, velocity, grad_fn, lr, beta)[1],
                _right(w, velocity, grad_fn, lr, beta)[1],
            ),
            "The look-ahead point is right, but the step climbs.",
        ),
        Mistake(
            "moving-average",
            lambda w, velocity, grad_fn, lr, beta: (
                w - lr * (beta * velocity + (1 - beta) * grad_fn(w - lr * beta * velocity)),
                beta * velocity + (1 - beta) * grad_fn(w - lr * beta * velocity),
            ),
            "You take a moving average, which makes the steps shorter by 1 - beta in the long run. The new gradient "
            "counts in full.",
        ),
        Mistake(
            "velocity-reset",
            lambda w, velocity, grad_fn, lr, beta: (
                w - lr * grad_fn(w - lr * beta * velocity),
                grad_fn(w - lr * beta * velocity),
            ),
            "You use the velocity to look ahead and then forget it: the new one is the gradient alone.",
        ),
        Mistake(
            "old-velocity-returned",
            lambda w, velocity, grad_fn, lr, beta: (_right(w, velocity, grad_fn, lr, beta)[0], np.array(velocity)),
            "The parameters are right, but you hand back the velocity that came in, so that nothing is remembered.",
        ),
        Mistake(
            "velocity-not-returned",
            lambda w, velocity, grad_fn, lr, beta: _right(w, velocity, grad_fn, lr, beta)[0],
            "You return the parameters alone. The caller needs the new velocity too, for the next step.",
        ),
        Mistake(
            "order-swapped",
            lambda w, velocity, grad_fn, lr, beta: _right(w, velocity, grad_fn, lr, beta)[::-1],
            "Both results are right, in the wrong order: the parameters come first, then the velocity.",
        ),
        Mistake(
            "changed-in-place",
            _changes_velocity,
            "The numbers are right, but the caller's velocity has changed too: *= and += write into the array that "
            "you were given. Compute new arrays.",
        ),
    ],
    hints=[
        "Where would w be after this step, if the gradient were zero? That is the look-ahead point.",
        "It is the step of heavy ball in all but one thing: the place where the gradient is taken.",
        "Call grad_fn once, at the look-ahead point; start the step itself at w.",
    ],
    insight="The gradient still comes in time to correct the step that the velocity is about to make.",
    points=2,
)
