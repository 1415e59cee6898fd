"""Lesson 10, the problems: rare features, a bowl turned, a small network, and one where the methods part."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from helpers import networks
from helpers.data import digits
from helpers.descent import Gradient, sweep
from helpers.networks import flat, layers, unflat
from helpers.optimizers import Rule, adagrad, adam, gradient_descent, heavy_ball

SIZES = (64, 32, 10)  # pixels, hidden numbers, digits
LEARN = 1200  # of the digits
RATES = {
    "gradient descent": 2.0 ** np.arange(-4, 2),
    "heavy ball": 2.0 ** np.arange(-7, 0),
    "Adam": 2.0 ** np.arange(-10, -3),
}


@cache
def symptoms() -> tuple[np.ndarray, np.ndarray]:
    """Return 2,000 patients (2000, 40), 1 where one has a symptom, and scores (2000,): how many she has, plus noise.

    Every second patient has the first symptom, one in a hundred the last; in between their shares fall evenly on a
    logarithmic scale. The noise has the standard deviation 0.5.
    """
    rng = np.random.default_rng(0)
    x = (rng.random((2000, 40)) < np.geomspace(0.5, 0.01, 40)).astype(float)
    return x, x.sum(axis=1) + 0.5 * rng.normal(size=len(x))


def learn_weights(rule: Rule, rates: np.ndarray, size: int = 50) -> np.ndarray:
    """Return the weights (n, 40) of the symptoms after one pass, in batches, at each learning rate (n,)."""
    x, y = symptoms()
    w = np.zeros((len(rates), x.shape[1]))
    state: list[Any] = []
    with np.errstate(all="ignore"):
        for first in range(0, len(x), size):
            batch, scores = x[first : first + size], y[first : first + size]
            w, *state = rule(w, (w @ batch.T - scores) @ batch / len(batch), *state, lr=rates[:, None])
    return w


def steps_needed(rule: Rule, rates: np.ndarray, angle: float, condition: float, steps: int) -> float:
    """Return the mean number of steps, at the best of the rates, until the loss on a turned bowl is first low.

    Low is a millionth of the first loss; the mean is over 4 starts that turn with the bowl by angle (degrees). A rate
    at which one of them is not there after `steps` does not count; inf if none is left.
    """
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    turn = np.array([[c, -s], [s, c]])
    hessian = turn @ np.diag([1.0, condition]) @ turn.T
    around = np.radians([10, 55, 100, 145])  # their mirror images would need the same steps
    starts = np.stack([np.cos(around), np.sin(around)], axis=1) @ turn.T
    w0, lr = np.repeat(starts, len(rates), axis=0), np.tile(rates, len(starts))
    path = sweep(lambda w: w @ hessian, w0, rule=rule, steps=steps, lr=lr)
    losses = np.sum(path @ hessian * path, axis=-1) / 2
    low = losses <= 1e-6 * losses[:, :1]
    first = np.where(low.any(axis=1), low.argmax(axis=1), np.inf)
    return float(first.reshape(len(starts), -1).mean(axis=0).min())


def on_turned_bowls(condition: float, angles: Sequence[float]) -> dict[str, list[float]]:
    """Return how many steps each of four rules needs on a bowl turned by each angle, at the best of its rates.

    inf where it needs more than ten times the condition number, or 4,000.
    """
    racers: dict[str, tuple[Rule, np.ndarray]] = {
        "gradient descent": (gradient_descent, np.linspace(0.95, 1, 6) * 2 / condition),
        "heavy ball": (heavy_ball, np.geomspace(0.1, 0.9, 15) * 3.8 / condition),
        "Adagrad": (adagrad, np.geomspace(0.3, 3, 15)),
        "Adam": (adam, np.geomspace(0.02, 3, 25)),
    }
    steps = min(round(10 * condition), 4000)
    return {name: [steps_needed(*racer, angle, condition, steps) for angle in angles] for name, racer in racers.items()}


@cache
def pictures(mixed: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return 1,200 digits: pixels (1200, 64) from 0 to 1, and which digit each is.

    mixed: each pixel has a unit of its own, by which its values are 0.1, 1 or 10 times as large.
    """
    rng = np.random.default_rng(0)
    data, order = digits(), rng.permutation(1797)[:LEARN]
    units = 10.0 ** rng.integers(-1, 2, size=64) if mixed else 1.0
    return data.x[order] / 16 * units, data.y[order]


def loss_and_gradient(w: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the network's mean cross-entropy and its gradient (2410,); the hidden numbers are tanh of weighted sums.

    w: (2410,), all weights and biases; x: (n, 64); y: (n,).
    """
    loss, grads = networks.loss_and_gradient(unflat(w, SIZES), x, y, "tanh")
    return float(loss), flat(grads)


def train_network(rule: Rule, lr: float, mixed: bool = False, steps: int = 300) -> float:
    """Return the network's loss on all its digits after `steps` steps with batches of 32; inf where it is no number."""
    x, y = pictures(mixed)
    rng = np.random.default_rng(0)
    w = flat(layers(SIZES, rng, variance=1.0))
    state: list[Any] = []
    with np.errstate(all="ignore"):
        for _ in range(steps):
            batch = rng.integers(len(x), size=32)
            w, *state = rule(w, loss_and_gradient(w, x[batch], y[batch])[1], *state, lr=lr)
        loss = loss_and_gradient(w, x, y)[0]
    return float(loss) if np.isfinite(loss) else np.inf


def at_the_best_rate(name: str, rule: Rule, mixed: bool) -> tuple[float, float]:
    """Return the lowest loss that the network reaches with a rule at its RATES, and the rate that it takes."""
    return min((train_network(rule, lr, mixed), float(lr)) for lr in RATES[name])


def own_features(y: np.ndarray) -> np.ndarray:
    """Return the samples (n, 3 + 5 n) of Wilson and others for labels y (n,), each 1 or -1.

    The first feature is the label, the next two are 1. Each sample has features that no other has: one if its label
    is 1, else five.
    """
    x = np.zeros((len(y), 3 + 5 * len(y)))
    x[:, 0], x[:, 1:3] = y, 1
    for i, label in enumerate(y):
        own = 3 + 5 * i
        x[i, own : own + (1 if label > 0 else 5)] = 1
    return x


def fit(rule: Rule, grad: Gradient, d: int, lr: float, steps: int = 3000) -> np.ndarray:
    """Return the weights (d,) after `steps` steps along grad from 0."""
    w = np.zeros(d)
    state: list[Any] = []
    for _ in range(steps):
        w, *state = rule(w, grad(w), *state, lr=lr)
    return w
