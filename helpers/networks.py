"""Networks: dense layers with their gradient, one network or many side by side.

A network's weights are a list of arrays, ``[W1, b1, W2, b2, ...]``. A layer makes ``h @ W + b`` of what it is given; on
the numbers in between acts the activation, "relu" or "tanh"; the last layer makes one score for each class. The loss is
the cross-entropy of their softmax.

Shapes: W (fan_in, fan_out), b (1, fan_out), images x (n, d), classes y (n,). Leading axes hold independent networks: W
(runs, fan_in, fan_out), b (runs, 1, fan_out), and x and y may have them too. A setting that differs between runs, such
as lr, has the shape (runs, 1, 1), so that a rule of `optimizers` trains all of them at once.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from helpers.losses import softmax_cross_entropy, softmax_cross_entropy_gradient
from helpers.optimizers import Rule

Weights = list[np.ndarray]
Setting = float | np.ndarray | Callable[[int], float | np.ndarray]

ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh}
SLOPES: dict[str, Callable[[np.ndarray], np.ndarray]] = {"relu": lambda h: h > 0, "tanh": lambda h: 1 - h**2}
"""The slope of each activation, from the number that it gave."""


def layers(
    sizes: Sequence[int], rng: np.random.Generator, runs: int | None = None, variance: float = 2.0, last: float = 1.0
) -> Weights:
    """Draw the weights of a network of the given sizes: normal, of the given variance over fan-in; biases are zero.

    sizes: pixels, hidden numbers, ..., classes; runs: how many networks, or None for one without a leading axis; last:
    what the weights of the last layer are multiplied by. Raises ValueError for fewer than two sizes. Source: He et al.
    (2015), arXiv:1502.01852, for variance 2 with relu; 1 is what tanh and the last layer ask for.
    """
    if len(sizes) < 2:
        raise ValueError(f"a network needs at least two sizes, of what goes in and what comes out, and got {sizes}")
    lead = () if runs is None else (runs,)
    weights: Weights = []
    for fan_in, fan_out in pairwise(sizes):
        weights.append(rng.normal(size=(*lead, fan_in, fan_out)) * np.sqrt(variance / fan_in))
        weights.append(np.zeros((*lead, 1, fan_out)))
    weights[-2] *= last
    return weights


def flat(weights: Weights) -> np.ndarray:
    """Return all weights as vectors (..., d), so that whatever descends on a vector can train them."""
    return np.concatenate([w.reshape(*w.shape[:-2], -1) for w in weights], axis=-1)


def unflat(w: np.ndarray, sizes: Sequence[int]) -> Weights:
    """Return vectors (..., d) as the weights of networks of the given sizes; `flat` is the way back."""
    shapes = [shape for a, b in pairwise(sizes) for shape in ((a, b), (1, b))]
    parts = np.split(w, np.cumsum([a * b for a, b in shapes])[:-1], axis=-1)
    return [part.reshape(*w.shape[:-1], *shape) for part, shape in zip(parts, shapes, strict=True)]


def forward(weights: Weights, x: np.ndarray, activation: str = "relu") -> list[np.ndarray]:
    """Return what goes into each layer, and the scores that come out of the last: [x, h1, ..., scores].

    x: (n, d), or (runs, n, d); scores: (..., n, classes). Raises KeyError for an unknown activation.
    """
    act = ACTIVATIONS[activation]
    outputs = [x]
    for W, b in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        outputs.append(act(outputs[-1] @ W + b))
    outputs.append(outputs[-1] @ weights[-2] + weights[-1])
    return outputs


def backward(weights: Weights, outputs: list[np.ndarray], d: np.ndarray, activation: str = "relu") -> Weights:
    """Return the gradient of each array of weights, given what `forward` returned and the gradient d of the scores.

    d: (..., n, classes). Source: Rumelhart, Hinton, Williams (1986); equals torch's.
    """
    slope = SLOPES[activation]
    grads: Weights = []
    for k in range(len(weights) - 2, -1, -2):
        h = outputs[k // 2]
        grads[:0] = [np.swapaxes(h, -1, -2) @ d, d.sum(axis=-2, keepdims=True)]
        if k:
            d = d @ np.swapaxes(weights[k], -1, -2) * slope(h)
    return grads


def loss_and_gradient(
    weights: Weights, x: np.ndarray, y: np.ndarray, activation: str = "relu"
) -> tuple[np.ndarray, Weights]:
    """Return the mean cross-entropy over the images, (...), and its gradient, array by array as the weights.

    x: (n, d) or (runs, n, d); y: (n,) or (runs, n). Raises ValueError for labels that are no classes. A network that
    has diverged gives inf or nan, without a warning.
    """
    with np.errstate(all="ignore"):
        outputs = forward(weights, x, activation)
        d = softmax_cross_entropy_gradient(outputs[-1], y)
        return softmax_cross_entropy(outputs[-1], y), backward(weights, outputs, d, activation)


def evaluate(weights: Weights, x: np.ndarray, y: np.ndarray, activation: str = "relu") -> tuple[np.ndarray, np.ndarray]:
    """Return the loss and the share of images that are read wrong, both (...). Shapes as in `loss_and_gradient`."""
    with np.errstate(all="ignore"):
        scores = forward(weights, x, activation)[-1]
        return softmax_cross_entropy(scores, y), np.mean(scores.argmax(axis=-1) != y, axis=-1)


def train(
    weights: Weights,
    x: np.ndarray,
    y: np.ndarray,
    rule: Rule | Sequence[Rule],
    batches: Iterable[np.ndarray],
    activation: str = "relu",
    watch: Callable[[Weights, Weights], Any] | None = None,
    **settings: Setting,
) -> tuple[Weights, np.ndarray]:
    """Make one step of the rule for each batch; return the weights after it, and the loss of each batch before it.

    rule: of `optimizers`, one for all arrays of weights or one for each; batches: index arrays (n,), or (runs, n) with
    other images for each run; settings: the rule's own, such as lr, each a number, an array (runs, 1, 1) or a schedule,
    a function of the step 0, 1, ...; watch: is called with weights and gradient before each step. Returns losses (...,
    steps). The given weights are not changed. Raises ValueError for rules that do not match the arrays one by one.
    """
    rules = [rule] * len(weights) if callable(rule) else rule
    states: list[tuple[Any, ...]] = [()] * len(weights)
    losses = []
    for step, batch in enumerate(batches):
        loss, grads = loss_and_gradient(weights, x[batch], y[batch], activation)
        if watch is not None:
            watch(weights, grads)
        now = {name: value(step) if callable(value) else value for name, value in settings.items()}
        parts = zip(rules, weights, grads, states, strict=True)
        stepped = [one(w, grad, *state, **now) for one, w, grad, state in parts]
        weights, states = [w for w, _ in stepped], [(state,) for _, state in stepped]
        losses.append(loss)
    return weights, np.stack(losses, axis=-1) if losses else np.empty(0)
