"""Losses: what a model is fitted by, each next to its gradient.

A loss is the mean over the samples on the last axis (softmax: the last but one); leading axes hold independent runs,
whose losses come out side by side. The gradient is taken with respect to the first argument, has its shape, and
contains the 1/n of the mean. Targets have the shape of the predictions, or lack its leading axes. Nothing else is
broadcast, because (n,) against (n, 1) would silently make n x n differences. Where a loss has a kink, the docstring
says which subgradient is returned. A run that has diverged gives inf or nan without a warning.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np


def _floats(values: np.ndarray) -> np.ndarray:
    """At least float64: a difference of unsigned integers would wrap around. Complex numbers stay complex."""
    values = np.asarray(values)
    return values.astype(np.result_type(values, np.float64), copy=False)


def _checked(valid: Callable[[np.ndarray], np.ndarray] | None = None, advice: str = "") -> Callable:
    """Refuse targets of another shape, no samples, and targets for which ``valid`` is false anywhere."""

    def decorate(loss: Callable) -> Callable:
        @wraps(loss)
        def checked(prediction: np.ndarray, target: np.ndarray, *args: Any, **settings: Any) -> np.ndarray:
            prediction, target = _floats(prediction), _floats(target)
            if prediction.ndim == 0 or target.ndim == 0 or prediction.shape[-target.ndim :] != target.shape:
                raise ValueError(
                    f"{loss.__name__} needs targets of the shape of the predictions, {prediction.shape}, "
                    f"and got {target.shape}; reshape one of them"
                )
            if target.size == 0:
                raise ValueError(f"{loss.__name__} needs at least one sample and got none")
            if valid is not None and not np.all(valid(target)):
                raise ValueError(f"{loss.__name__} needs {advice}")
            with np.errstate(over="ignore", invalid="ignore"):
                return loss(prediction, target, *args, **settings)

        return checked

    return decorate


_same_shape = _checked()
_signs = _checked(lambda target: np.abs(target) == 1, "labels -1 and 1; from 0 and 1 you get them by 2 * y - 1")
_probabilities = _checked(
    lambda target: (target >= 0) & (target <= 1), "labels 0 and 1, or probabilities between them; not -1 and 1"
)


@_same_shape
def mse(prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Mean squared error, mean((prediction - target)^2), in squared units of the target.

    prediction, target: (..., n). Returns (...). Raises ValueError for different shapes, as every loss here does.
    There is no factor 1/2, so the gradient has a 2. Its root is the RMSE, which is another loss. Source: Legendre
    (1805); equals torch.nn.functional.mse_loss.
    """
    return np.mean((prediction - target) ** 2, axis=-1)


@_same_shape
def mse_gradient(prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Gradient of ``mse`` with respect to the prediction: 2 (prediction - target) / n. Shapes (..., n)."""
    return 2 * (prediction - target) / prediction.shape[-1]


@_same_shape
def mae(prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Mean absolute error, mean(|prediction - target|), in units of the target.

    prediction, target: (..., n). Returns (...). Source: Boscovich (1757); equals torch.nn.functional.l1_loss.
    """
    return np.mean(np.abs(prediction - target), axis=-1)


@_same_shape
def mae_gradient(prediction: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Subgradient of ``mae`` with respect to the prediction: sign(prediction - target) / n, and 0 at the kink.

    Shapes (..., n). At a difference of 0 every number from -1/n to 1/n is a subgradient; torch takes 0 as well.
    """
    return np.sign(prediction - target) / prediction.shape[-1]


def _delta(delta: float) -> float:
    if not delta > 0:
        raise ValueError(f"huber needs delta > 0 and got {delta}")
    return delta


@_same_shape
def huber(prediction: np.ndarray, target: np.ndarray, delta: float = 1.0) -> np.ndarray:
    """Huber loss: half the squared difference up to ``delta``, from there a straight line of slope delta.

    prediction, target: (..., n); delta > 0 in units of the target. Returns (...). Source: Huber (1964); equals
    torch.nn.functional.huber_loss.
    """
    difference = np.abs(prediction - target)
    quadratic = np.minimum(difference, _delta(delta))
    return np.mean(quadratic**2 / 2 + delta * (difference - quadratic), axis=-1)


@_same_shape
def huber_gradient(prediction: np.ndarray, target: np.ndarray, delta: float = 1.0) -> np.ndarray:
    """Gradient of ``huber`` with respect to the prediction: the difference clipped to [-delta, delta], over n.

    Shapes (..., n). There is no kink: both pieces have slope delta where they meet.
    """
    return np.clip(prediction - target, -_delta(delta), delta) / prediction.shape[-1]


@_signs
def hinge(score: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Hinge loss, mean(max(0, 1 - label * score)).

    score, label: (..., n); labels are -1 or 1, ValueError otherwise. Returns (...). Source: Cortes and Vapnik (1995);
    equals sklearn.metrics.hinge_loss.
    """
    return np.mean(np.maximum(0, 1 - label * score), axis=-1)


@_signs
def hinge_gradient(score: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Subgradient of ``hinge`` with respect to the score: -label / n where label * score < 1, else 0.

    Shapes (..., n). At the kink, label * score = 1, it is 0.
    """
    return np.where(label * score < 1, -label, 0) / score.shape[-1]


def _softplus(z: np.ndarray) -> np.ndarray:
    """log(1 + exp(z)) with an exponential that cannot overflow; complex z is told apart by its real part."""
    positive = z.real > 0
    return np.where(positive, z, 0) + np.log1p(np.exp(np.where(positive, -z, z)))


def _sigmoid(z: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(z))
    return np.where(z > 0, 1, e) / (1 + e)


@_probabilities
def binary_cross_entropy(logit: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Binary cross-entropy of logits, -mean(y log p + (1 - y) log(1 - p)) with p = sigmoid(logit), in nats.

    logit, label: (..., n); labels are 0 or 1, or probabilities; ValueError otherwise. Returns (...). Works on logits
    because log(sigmoid(-1000)) would be log(0). Source: Cox (1958); equals
    torch.nn.functional.binary_cross_entropy_with_logits.
    """
    return np.mean(label * _softplus(-logit) + (1 - label) * _softplus(logit), axis=-1)


@_probabilities
def binary_cross_entropy_gradient(logit: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Gradient of ``binary_cross_entropy`` with respect to the logits: (sigmoid(logit) - label) / n.

    Shapes (..., n). Stable for any finite logit.
    """
    return (_sigmoid(logit) - label) / logit.shape[-1]


def _classes(logits: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    logits, label = _floats(logits), np.asarray(label)
    if logits.ndim < 2 or label.ndim == 0 or logits.shape[:-1][-label.ndim :] != label.shape:
        raise ValueError(
            f"softmax_cross_entropy needs logits (..., n, classes) and labels (n,), "
            f"and got {logits.shape} and {label.shape}"
        )
    if label.size == 0:
        raise ValueError("softmax_cross_entropy needs at least one sample and got none")
    if label.dtype.kind not in "iu" or label.min() < 0 or label.max() >= logits.shape[-1]:
        raise ValueError(f"softmax_cross_entropy needs labels that are whole numbers from 0 to {logits.shape[-1] - 1}")
    return logits, np.broadcast_to(label, logits.shape[:-1])[..., np.newaxis]


@np.errstate(over="ignore", invalid="ignore")
def softmax_cross_entropy(logits: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Cross-entropy of softmax probabilities, -mean(log softmax(logits)[label]), in nats.

    logits: (..., n, classes); label: (n,) or (..., n), whole numbers from 0; ValueError otherwise. Returns (...).
    Takes logits, not probabilities: do not apply softmax before. Source: Bridle (1990); equals
    torch.nn.functional.cross_entropy.
    """
    logits, label = _classes(logits, label)
    shifted = logits - np.max(logits.real, axis=-1, keepdims=True)  # the largest exponential is 1
    log_total = np.log(np.sum(np.exp(shifted), axis=-1))
    return np.mean(log_total - np.take_along_axis(shifted, label, axis=-1)[..., 0], axis=-1)


@np.errstate(over="ignore", invalid="ignore")
def softmax_cross_entropy_gradient(logits: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Gradient of ``softmax_cross_entropy`` with respect to the logits: (softmax - one-hot label) / n.

    Shapes as there; returns (..., n, classes).
    """
    logits, label = _classes(logits, label)
    e = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    one_hot = np.arange(logits.shape[-1]) == label
    return (e / np.sum(e, axis=-1, keepdims=True) - one_hot) / logits.shape[-2]


def l1_penalty(w: np.ndarray) -> np.ndarray:
    """The sum of |w|, to be multiplied by its strength and added to a loss. Source: Tibshirani (1996).

    w: (..., d). Returns (...).
    """
    return np.sum(np.abs(w), axis=-1)


def l1_penalty_gradient(w: np.ndarray) -> np.ndarray:
    """Subgradient of ``l1_penalty``: sign(w), and 0 where w is 0. Shapes (..., d)."""
    return np.sign(w)


@np.errstate(over="ignore")
def l2_penalty(w: np.ndarray) -> np.ndarray:
    """Half the sum of w^2, to be multiplied by its strength and added to a loss.

    w: (..., d). Returns (...). With the 1/2 the gradient is w itself, so that the strength is what torch.optim.SGD
    calls weight_decay; texts without the 1/2 mean twice as much by the same strength. Source: Hoerl and Kennard (1970).
    """
    return np.sum(np.square(w), axis=-1) / 2


def l2_penalty_gradient(w: np.ndarray) -> np.ndarray:
    """Gradient of ``l2_penalty``: w. Shapes (..., d)."""
    return np.array(w, dtype=float)
