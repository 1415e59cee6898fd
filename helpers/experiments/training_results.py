"""Lesson 12, results: what depth, normalising, clipping, decay, many features and much patience do to a network."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from typing import Any, NamedTuple

import numpy as np

from helpers.experiments.clinic import split
from helpers.losses import softmax_cross_entropy, softmax_cross_entropy_gradient
from helpers.networks import Weights, evaluate, layers, train
from helpers.optimizers import AdamState, MomentumState, adamw, heavy_ball

Clip = Callable[[list[np.ndarray], float], list[np.ndarray]]
SMALL = 1e-5  # added to a variance before its root divides


def centred() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the digits of `split`, pixels from 0 to 1 less their means over those to learn from."""
    x, y, x_held_out, y_held_out = split()
    mean = x.mean(axis=0)
    return (x - mean) / 16, y, (x_held_out - mean) / 16, y_held_out


NORMS = {"plain": None, "layer norm": -1, "batch norm": -2}
"""Along which axis of (..., images, hidden numbers) mean and variance are taken."""


def normalised(norm: str, rates: np.ndarray, depth: int = 6, steps: int = 100) -> np.ndarray:
    """Return the share of 500 held-out digits read wrong, (rates,), by deep networks with and without normalising.

    norm: of NORMS, how the sums of each hidden layer get mean 0 and variance 1 before ReLU. `depth` layers of 64
    numbers, weights of variance 2 over fan-in, batches of 64, plain descent; the mean of two networks. Batch norm
    takes means and variances over the held-out digits when it reads these, not over many batches as torch does, and
    there is no gain and no shift to learn. Sources: Ioffe and Szegedy (2015), arXiv:1502.03167, over the batch; Ba,
    Kiros and Hinton (2016) over the layer.
    """
    x, y, x_held_out, y_held_out = centred()
    rng, networks = np.random.default_rng(0), 2
    lr = _columns(np.repeat(rates, networks))
    drawn = layers([64] * (depth + 1) + [10], rng, networks)
    weights = [np.tile(w, (len(rates), 1, 1)) for w in drawn]
    with np.errstate(all="ignore"):
        for _ in range(steps):
            batch = rng.integers(len(y), size=64)
            _, grads = _deep(weights, x[batch], y[batch], norm)
            weights = [w - lr * grad for w, grad in zip(weights, grads, strict=True)]
        scores, _ = _deep(weights, x_held_out, y_held_out, norm)
    wrong = np.mean(scores.argmax(axis=-1) != y_held_out, axis=-1)
    return wrong.reshape(len(rates), networks).mean(axis=-1)


def scaled_before_norm(factor: float) -> tuple[float, float]:
    """Multiply the weights before batch norm: return how much the loss changes, and what becomes of their gradient.

    A network 64-64-10 on 128 digits. Returns the difference of the two losses, and length over length of the gradient.
    """
    x, y, *_ = centred()
    x, y = x[:128], y[:128]
    weights = layers((64, 64, 10), np.random.default_rng(0))
    scaled = [factor * weights[0], *weights[1:]]
    (scores, grads), (others, changed) = (_deep(w, x, y, "batch norm") for w in (weights, scaled))
    losses = [softmax_cross_entropy(s, y) for s in (scores, others)]
    return float(losses[1] - losses[0]), float(_lengths(changed[:1]) / _lengths(grads[:1]))


class Recurrent(NamedTuple):
    """Recurrent networks in training, (2, rates, runs, steps): first without, then with clipping.

    losses: of each batch; norms: length of the gradient, before it is clipped.
    """

    losses: np.ndarray
    norms: np.ndarray

    def trained(self, below: float) -> np.ndarray:
        """How many runs end below a loss, (2, rates): the mean of the last 20 steps, nan being above."""
        return np.sum(self.losses[..., -20:].mean(axis=-1) < below, axis=-1)


def clipped_recurrent(
    clip: Clip,
    rates: Sequence[float] = (0.05, 0.1),
    runs: int = 8,
    steps: int = 400,
    largest: float = 1.0,
    seed: int = 2,
) -> Recurrent:
    """Train recurrent networks to add up 40 numbers, with their gradients as they are and clipped.

    clip: takes a list of gradients and the largest length of them all together, returns the clipped list; it is called
    for one network after the other. Each network has 16 tanh numbers and recurrent weights of spectral radius about
    1.5; batches of 16 sequences of normal numbers of standard deviation 0.3; the target is half their sum. Its variance
    is 0.9, the loss of a network that says 0. Without clipping the losses are chaotic: they differ between machines.
    Source: Pascanu et al. (2013), arXiv:1211.5063.
    """
    rng, width, copies = np.random.default_rng(seed), 16, 2 * len(rates)
    drawn = [1.5 / 4 * rng.normal(size=(runs, width, width)), rng.normal(size=(runs, 1, width))]
    drawn.append(rng.normal(size=(runs, width, 1)) / 4)
    weights = [np.tile(w, (copies, 1, 1)) for w in drawn]
    lr = _columns(np.tile(np.repeat(rates, runs), 2))
    seen = []
    with np.errstate(all="ignore"):
        for _ in range(steps):
            x = 0.3 * rng.normal(size=(40, runs, 16, 1))
            loss, grads = _through_time(weights, np.tile(x, (1, copies, 1, 1)))
            seen.append((loss, _lengths(grads)))
            grads = _second_half_clipped(clip, grads, largest)
            weights = [w - lr * grad for w, grad in zip(weights, grads, strict=True)]
    return Recurrent(*(np.stack(v, axis=-1).reshape(2, len(rates), runs, steps) for v in zip(*seen, strict=True)))


class Fitted(NamedTuple):
    """Networks on few digits, (decays, looks) but steps (looks,): the mean of five runs.

    training, held_out: losses; errors: share of held-out digits read wrong.
    """

    steps: np.ndarray
    training: np.ndarray
    held_out: np.ndarray
    errors: np.ndarray


def weight_decay_and_stopping(
    decays: Sequence[float] = (0.0, 0.01), wrong: float = 0.2, steps: int = 1000, every: int = 25
) -> Fitted:
    """Train networks 64-128-10 on 200 digits, a share of them with labels by chance, and look at 500 held-out digits.

    decays: times the weights, added to their gradient; wrong: share of labels that are drawn anew from all ten. Batches
    of 32, momentum 0.9, lr 0.05.
    """
    x, y, x_held_out, y_held_out = centred()
    runs, rng = 5, np.random.default_rng(1)
    x, y = _mislabelled(x, y, wrong, rng)
    drawn = layers((64, 128, 10), np.random.default_rng(0), runs, last=0.5)
    weights = [np.tile(w, (len(decays), 1, 1)) for w in drawn]
    looks: list[list[np.ndarray]] = []
    passed = count()

    def look(weights: Weights, grads: Weights) -> None:
        if next(passed) % every == 0:
            looks.append([evaluate(weights, x, y)[0], *evaluate(weights, x_held_out, y_held_out)])

    batches = [np.tile(rng.integers(200, size=(runs, 32)), (len(decays), 1)) for _ in range(steps + 1)]
    shrinking = partial(_shrinking, decay=_columns(np.repeat(decays, runs)))
    train(weights, x, y, [shrinking, heavy_ball] * 2, batches, watch=look, lr=0.05)
    means = np.array(looks).reshape(len(looks), 3, len(decays), runs).mean(axis=-1)
    return Fitted(every * np.arange(len(looks)), *means.transpose(1, 2, 0))


class Fits(NamedTuple):
    """Linear models on random features, (ridges, features, seeds).

    errors: share of 500 held-out digits read wrong; norms: length of the weights.
    """

    errors: np.ndarray
    norms: np.ndarray


def double_descent(
    features: Sequence[int] = (50, 100, 150, 180, 200, 220, 250, 400, 1000, 2000),
    ridges: Sequence[float] = (0.0, 0.01),
    seeds: int = 5,
) -> Fits:
    """Fit 200 digits by the shortest weights of least squares on more and more random ReLU features.

    features: how many, (n,); ridges: added to each squared singular value, 0 for none. Source: Belkin et al. (2019),
    arXiv:1812.11118.
    """
    found = [_fits(np.random.default_rng(seed), features, ridges) for seed in range(seeds)]
    return Fits(*np.array(found).transpose(3, 2, 1, 0))


def grokking(
    decay: float = 1.0, steps: int = 1000, every: int = 20, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Learn a + b mod 31 from 40 % of all pairs; return steps (looks,) and the shares right of these and of the others.

    Two layers of weights with 128 squares in between, squared error, AdamW on all pairs at once, lr 0.01. From one
    machine to another the step at which the others are learned moves by about ten.
    Sources: Power et al. (2022), arXiv:2201.02177; Gromov (2023), arXiv:2301.02679, for the network.
    """
    rng = np.random.default_rng(seed)
    x, y, seen, others = _sums(rng)
    target = np.eye(31)[y[seen]]
    weights = [rng.normal(size=size) / np.sqrt(size[0]) / 2 for size in ((62, 128), (128, 31))]
    states = [AdamState(), AdamState()]
    looks = []
    for step in range(1, steps + 1):
        z = x[seen] @ weights[0]
        scores = z * z @ weights[1]
        if step % every == 0:
            said = scores.argmax(axis=1), ((x[others] @ weights[0]) ** 2 @ weights[1]).argmax(axis=1)
            looks.append((step, np.mean(said[0] == y[seen]), np.mean(said[1] == y[others])))
        d = 2 * (scores - target) / len(seen)
        grads = x[seen].T @ (d @ weights[1].T * 2 * z), (z * z).T @ d
        for k, grad in enumerate(grads):
            weights[k], states[k] = adamw(weights[k], grad, states[k], lr=0.01, beta2=0.98, weight_decay=decay)
    steps_at, own, other = np.array(looks).T
    return steps_at.astype(int), own, other


def _columns(values: np.ndarray) -> np.ndarray:
    """Return numbers, one for each network, in the shape that its weights are multiplied by."""
    return values.reshape(-1, 1, 1)


def _lengths(grads: Sequence[np.ndarray]) -> np.ndarray:
    return np.sqrt(sum(np.sum(grad**2, axis=(-1, -2)) for grad in grads))


def _deep(weights: Weights, x: np.ndarray, y: np.ndarray, norm: str) -> tuple[np.ndarray, Weights]:
    """Return the scores of networks that may normalise, and the gradient of their loss."""
    axis = NORMS[norm]
    outputs, kept = [x], []
    for W, b in zip(weights[:-2:2], weights[1:-2:2], strict=True):
        z, spread = _normal(outputs[-1] @ W + b, axis)
        outputs.append(np.maximum(z, 0))
        kept.append((z, spread))
    scores = outputs[-1] @ weights[-2] + weights[-1]

    d = softmax_cross_entropy_gradient(scores, y)
    grads: Weights = []
    for k in range(len(outputs) - 1, -1, -1):
        grads[:0] = [np.swapaxes(outputs[k], -1, -2) @ d, d.sum(axis=-2, keepdims=True)]
        if k:
            d = d @ np.swapaxes(weights[2 * k], -1, -2) * (outputs[k] > 0)
            d = _normal_backward(d, *kept[k - 1], axis)
    return scores, grads


def _normal(z: np.ndarray, axis: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Return numbers of mean 0 and variance 1 along an axis, and what divided them; as they are where there is none."""
    if axis is None:
        return z, np.ones(1)
    spread = np.sqrt(z.var(axis=axis, keepdims=True) + SMALL)
    return (z - z.mean(axis=axis, keepdims=True)) / spread, spread


def _normal_backward(d: np.ndarray, z: np.ndarray, spread: np.ndarray, axis: int | None) -> np.ndarray:
    """Return the gradient of what went into `_normal`, from that d of what came out, z."""
    if axis is None:
        return d
    through_variance = z * np.mean(d * z, axis=axis, keepdims=True)
    return (d - d.mean(axis=axis, keepdims=True) - through_variance) / spread


def _through_time(weights: Weights, x: np.ndarray) -> tuple[np.ndarray, Weights]:
    """Return the losses (runs,) of recurrent networks on sequences x (time, runs, n, 1), and the gradient."""
    W, U, last = weights
    hidden = [np.zeros((*x.shape[1:3], W.shape[-1]))]
    for numbers in x:
        hidden.append(np.tanh(hidden[-1] @ W + numbers * U))
    wrong = hidden[-1] @ last - x.sum(axis=0) / 2
    d = 2 * wrong / x.shape[2]
    grad_last = np.swapaxes(hidden[-1], -1, -2) @ d
    d = d * np.swapaxes(last, -1, -2)

    grad_W, grad_U = np.zeros_like(W), np.zeros_like(U)
    for before, now, numbers in zip(hidden[-2::-1], hidden[:0:-1], x[::-1], strict=True):
        d = d * (1 - now**2)
        grad_W += np.swapaxes(before, -1, -2) @ d
        grad_U += np.swapaxes(numbers, -1, -2) @ d
        d = d @ np.swapaxes(W, -1, -2)
    return np.mean(wrong**2, axis=(-1, -2)), [grad_W, grad_U, grad_last]


def _mislabelled(x: np.ndarray, y: np.ndarray, wrong: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return 200 of the digits, a share of their labels drawn anew."""
    chosen = rng.permutation(len(y))[:200]
    x, y = x[chosen], y[chosen].copy()
    noisy = rng.random(200) < wrong
    y[noisy] = rng.integers(10, size=noisy.sum())
    return x, y


def _second_half_clipped(clip: Clip, grads: Weights, largest: float) -> Weights:
    """Return the gradients of networks (2 n, ...): of the first half as they are, of the others clipped one by one."""
    half = len(grads[0]) // 2
    clipped = [clip(list(one), largest) for one in zip(*(grad[half:] for grad in grads), strict=True)]
    columns = zip(grads, zip(*clipped, strict=True), strict=True)
    return [np.concatenate([grad[:half], np.stack(column)]) for grad, column in columns]


def _sums(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return all pairs from 0 to 30 as rows (961, 62) with two ones, their sums mod 31, and which 40 % are learned."""
    a, b = np.divmod(np.arange(961), 31)
    x = np.zeros((961, 62))
    x[np.arange(961), a] = x[np.arange(961), 31 + b] = 1
    seen, others = np.split(rng.permutation(961), [384])
    return x, (a + b) % 31, seen, others


def _shrinking(
    w: np.ndarray, grad: np.ndarray, state: MomentumState = MomentumState(), lr: Any = 0.1, decay: Any = 0.0
) -> tuple[np.ndarray, MomentumState]:
    """Make a step of heavy ball with the decay in the gradient, as torch.optim.SGD(weight_decay=decay) does."""
    return heavy_ball(w, grad + decay * w, state, lr=lr)


def _fits(
    rng: np.random.Generator, features: Sequence[int], ridges: Sequence[float]
) -> list[list[tuple[float, float]]]:
    """Return error and length of the weights for each number of features and each ridge."""
    x, y, x_held_out, y_held_out = centred()
    chosen = rng.permutation(len(y))[:200]
    directions, shifts = 3 / 8 * rng.normal(size=(64, max(features))), 0.3 * rng.normal(size=max(features))
    seen, unseen = (np.maximum(pixels @ directions + shifts, 0) for pixels in (x[chosen], x_held_out))
    target = np.eye(10)[y[chosen]] - 0.1
    table = []
    for count_of in features:
        U, s, Vt = np.linalg.svd(seen[:, :count_of] / np.sqrt(count_of), full_matrices=False)
        seen_by = U.T @ target
        keeps = s > 1e-10 * s[0]
        row = []
        for ridge in ridges:
            w = Vt[keeps].T @ ((s / (s**2 + ridge))[keeps, np.newaxis] * seen_by[keeps])
            scores = unseen[:, :count_of] @ w / np.sqrt(count_of)
            row.append((float(np.mean(scores.argmax(axis=1) != y_held_out)), float(np.linalg.norm(w))))
        table.append(row)
    return table
