"""Lesson 14, results: ragged shards, accumulated gradients, one bit a number, local steps, how large a batch helps."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from helpers.data import breast_cancer, digits, standardise
from helpers.distributed import local_descent
from helpers.losses import softmax_cross_entropy_gradient
from helpers.networks import evaluate, flat, layers, loss_and_gradient, unflat

Combine = Callable[[np.ndarray, np.ndarray], np.ndarray]
Compress = Callable[[np.ndarray, np.ndarray, int], tuple[np.ndarray, np.ndarray]]
READER = (64, 10)  # pixels and digits, of a network without hidden numbers
SMALL = 1e-5  # added to a variance before its root divides


class Shards(NamedTuple):
    """Gradients of a mean squared error: of each shard's samples (K, 10), of all (10,); how many each has (K,)."""

    grads: np.ndarray
    counts: np.ndarray
    whole: np.ndarray


def shard_gradients(counts: Sequence[int] = (400, 300, 200, 100)) -> Shards:
    """Cut 1,000 samples of a linear fit into shards and return the mean gradient of each at one place.

    counts: how many samples each worker has. Raises ValueError where their sum is not 1,000.
    """
    rng = np.random.default_rng(0)
    x, y = _line(rng)
    w: np.ndarray = rng.normal(size=10)
    return Shards(
        np.array([_slope(x[shard], y[shard], w) for shard in _cut(len(y), counts)]),
        np.array(counts),
        _slope(x, y, w),
    )


def relative_error(found: np.ndarray, right: np.ndarray) -> float:
    """Return the distance of a vector from the right one, over the length of the right one."""
    return float(np.linalg.norm(found - right) / np.linalg.norm(right))


def descend_on_shards(
    combine: Combine, counts: Sequence[int] = (700, 200, 100), steps: int = 500
) -> tuple[float, float]:
    """Descend on the combined gradients of shards that are sorted by target; return the last loss and the lowest.

    combine: takes gradients (K, 10) and counts (K,) and returns one gradient (10,). The loss is the mean squared error
    over all 1,000 samples, lr is 0.1.
    """
    x, y = _line(np.random.default_rng(0))
    order = np.argsort(y)
    shards = [order[shard] for shard in _cut(len(y), counts)]
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        w = w - 0.1 * combine(np.array([_slope(x[shard], y[shard], w) for shard in shards]), np.array(counts))
    best = np.linalg.lstsq(x, y, rcond=None)[0]
    return float(np.mean((x @ w - y) ** 2)), float(np.mean((x @ best - y) ** 2))


def accumulated(combine: Combine, counts: Sequence[int] = (16, 16, 16, 16), batch_norm: bool = False) -> float:
    """Return how far a gradient accumulated over small batches is from that of all their digits at once, relative.

    combine: as in `descend_on_shards`; counts: digits in each small batch. A network 64-32-10 with ReLU; batch_norm:
    whether its hidden sums get mean 0 and variance 1 over the batch, as Ioffe and Szegedy (2015), arXiv:1502.03167.
    """
    data, rng = digits(), np.random.default_rng(0)
    chosen = rng.permutation(len(data.y))[: sum(counts)]
    x, y = data.x[chosen] / 16, data.y[chosen]
    weights = layers((64, 32, 10), rng)
    small = [_hidden_layer(weights, x[part], y[part], batch_norm) for part in _cut(len(y), counts)]
    return relative_error(combine(np.array(small), np.array(counts)), _hidden_layer(weights, x, y, batch_norm))


def sign_descents(steps: int = 3000) -> np.ndarray:
    """Return the losses |x + y| / 2 + |x - y| of sign descent from (1, 1), (2, steps + 1): without, then with memory.

    One bit for each coordinate is sent. With memory, the signs are of the step and of all that was left out so far, and
    one number more, its mean size, is sent too. The rate is 0.05 / sqrt(step). Source: Karimireddy et al. (2019),
    arXiv:1901.09847.
    """
    return np.array([_one_bit(steps, remembers) for remembers in (False, True)])


def top_k_gaps(compress: Compress, k: int, remember: bool = True, steps: int = 3000) -> np.ndarray:
    """Return the loss above its lowest, (steps + 1,), while each of 4 workers sends what `compress` lets through.

    compress: takes a gradient (31,), a memory (31,) and k, returns what is sent and the new memory; without remember,
    that is thrown away. A logistic regression of the tumours (penalty 0.005 |w|^2, lr 0.1); the shards are sorted by
    radius. Source: Stich, Cordonnier, Jaggi (2018), arXiv:1809.07599.
    """
    x, y = _tumours()
    shards = np.array_split(np.argsort(x[:, 0]), 4)
    w, memories = np.zeros(x.shape[1]), np.zeros((4, x.shape[1]))
    path = [w]
    for _ in range(steps):
        sent = np.zeros_like(w)
        for worker, shard in enumerate(shards):
            part, kept = compress(_logistic_slope(x[shard], y[shard], w), memories[worker].copy(), k)
            sent = sent + part / len(shards)
            memories[worker] = kept if remember else 0.0
        w = w - 0.1 * sent
        path.append(w)
    return _logistic_loss(x, y, np.array(path)) - _logistic_loss(x, y, _lowest(x, y))


def local_losses(by_label: bool, local: Sequence[int] = (1, 5, 20, 50, 200), workers: int = 8) -> np.ndarray:
    """Return the training loss (n,) after 200 steps of workers that put their mean in place after `local` steps each.

    by_label: whether each worker has few of the ten digits, or a shuffled share. Softmax regression on 1,296 digits,
    batches of 8 for each worker, the best of three rates, the mean of two runs. Source: Stich (2019), arXiv:1805.09767.
    """
    data = digits()
    learn = np.random.default_rng(0).permutation(len(data.y))[:1296]
    x, y = (data.x[learn] - data.x[learn].mean(axis=0)) / 16, data.y[learn]
    order = np.argsort(y, kind="stable") if by_label else np.arange(len(y))
    shards = np.array(np.split(order, workers))
    found = [[_met(x, y, shards, lr, each) for lr in (0.1, 0.3, 1.0)] for each in local]
    return np.min(found, axis=1)


class Batches(NamedTuple):
    """By batch size B, (n,): steps to the goal and the best rate. The fit is steps = least (1 + critical / B).

    misfit: the largest relative difference between a number of steps and the fit.
    """

    sizes: np.ndarray
    steps: np.ndarray
    rates: np.ndarray
    least: float
    critical: float
    misfit: float


def critical_batch(sizes: Sequence[int] = (1, 4, 16, 64, 128, 256, 1024)) -> Batches:
    """Count the steps until a linear fit is within 1 % of its first excess loss, at the best of 22 rates for each size.

    4,000 samples, 20 features, the mean of six runs; samples used are B times steps. The fit is that of McCandlish et
    al. (2018), arXiv:1812.06162, with the smallest squares of log steps. Raises ValueError for a size of 0.
    """
    problem = _LeastSquares()
    found = [problem.steps_to_goal(size) for size in sizes]
    steps, rates = (np.array(column, dtype=float) for column in zip(*found, strict=True))
    least, critical = fit_batches(np.array(sizes), steps)
    misfit = np.abs(least * (1 + critical / np.array(sizes)) / steps - 1).max()
    return Batches(np.array(sizes), steps.astype(int), rates, least, critical, float(misfit))


def fit_batches(sizes: np.ndarray, steps: np.ndarray) -> tuple[float, float]:
    """Return least and critical so that steps (n,) lie near least (1 + critical / sizes), in least squares of logs."""
    critical = np.geomspace(0.1, 1e5, 6000)
    logs = np.log(steps) - np.log1p(critical[:, np.newaxis] / sizes)
    best = logs.var(axis=1).argmin()
    return float(np.exp(logs[best].mean())), float(critical[best])


def noise_scales(left: Sequence[float] = (1.0, 0.1, 0.03, 0.01)) -> np.ndarray:
    """Return the simple noise scale, variance of a sample's gradient over its mean's square, on the way down, (n,).

    left: share of the first excess loss; the problem is that of `critical_batch`. Source: as there.
    """
    problem = _LeastSquares()
    scales = []
    for share in left:
        w = problem.best * (1 - np.sqrt(share))
        single = problem.x * (problem.x @ w - problem.y)[:, np.newaxis]
        mean = single.mean(axis=0)
        scales.append(np.sum(single.var(axis=0)) / (mean @ mean))
    return np.array(scales)


class _LeastSquares:
    """Half the mean squared error of 4,000 samples with 20 features of falling spread, and its lowest place."""

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        self.x = rng.normal(size=(4000, 20)) * np.geomspace(1, 0.3, 20)
        self.y = self.x @ rng.normal(size=20) + rng.normal(size=4000)
        self.best = np.linalg.lstsq(self.x, self.y, rcond=None)[0]
        self.hessian = self.x.T @ self.x / len(self.y)

    def excess(self, w: np.ndarray) -> np.ndarray:
        """Return the loss above its lowest at each w (..., 20)."""
        off = w - self.best
        return np.sum(off @ self.hessian * off, axis=-1) / 2

    def steps_to_goal(self, size: int, runs: int = 6) -> tuple[float, float]:
        """Return how many steps the best rate needs with batches of `size`, and that rate; all rates run at once."""
        rates, rng = np.geomspace(0.003, 2.0, 22), np.random.default_rng(1)
        w = np.zeros((runs, len(rates), self.x.shape[1]))
        goal = 0.01 * self.excess(w[0, 0])
        with np.errstate(all="ignore"):
            for step in range(1, 4001):
                batch = rng.integers(len(self.y), size=(runs, size))
                x = self.x[batch]
                off = w @ np.swapaxes(x, 1, 2) - self.y[batch][:, np.newaxis]
                w = w - rates[:, np.newaxis] * (off @ x / size)
                means = self.excess(w).mean(axis=0)
                if np.any(means < goal):
                    return step, float(rates[np.nanargmin(means)])
        raise ValueError(f"no rate reaches the goal with batches of {size}")


def _cut(n: int, counts: Sequence[int]) -> list[np.ndarray]:
    """Return the numbers from 0 to n - 1 in shards of the given sizes."""
    if sum(counts) != n:
        raise ValueError(f"the shards must have {n} samples together, and have {sum(counts)}")
    return np.split(np.arange(n), np.cumsum(counts)[:-1])


def _line(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    x = rng.normal(size=(1000, 10))
    return x, x @ rng.normal(size=10) + rng.normal(size=1000)


def _slope(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    return 2 * (x @ w - y) @ x / len(y)


def _hidden_layer(weights: list[np.ndarray], x: np.ndarray, y: np.ndarray, batch_norm: bool) -> np.ndarray:
    """Return the gradient of a network with one hidden layer as one vector."""
    if not batch_norm:
        return flat(loss_and_gradient(weights, x, y)[1])
    W1, b1, W2, b2 = weights
    sums = x @ W1 + b1
    spread = np.sqrt(sums.var(axis=0) + SMALL)
    z = (sums - sums.mean(axis=0)) / spread
    h = np.maximum(z, 0)
    d = softmax_cross_entropy_gradient(h @ W2 + b2, y)
    back = d @ W2.T * (h > 0)
    back = (back - back.mean(axis=0) - z * np.mean(back * z, axis=0)) / spread  # of the sums before normalising
    grads = [x.T @ back, back.sum(axis=0, keepdims=True), h.T @ d, d.sum(axis=0, keepdims=True)]
    return flat(grads)


def _one_bit(steps: int, remembers: bool) -> np.ndarray:
    """Return the losses (steps + 1,) of one sign descent."""
    w, memory, losses = np.ones(2), np.zeros(2), []
    for step in range(1, steps + 2):
        losses.append(abs(w.sum()) / 2 + abs(w[0] - w[1]))
        side = 1.0 if w[0] >= w[1] else -1.0
        grad = np.sign(w.sum()) / 2 + side * np.array([1.0, -1.0])
        lr = 0.05 / np.sqrt(step)
        wanted = lr * grad + memory
        sent = np.abs(wanted).mean() * np.sign(wanted) if remembers else lr * np.sign(grad)
        memory = wanted - sent if remembers else memory
        w = w - sent
    return np.array(losses)


def _tumours() -> tuple[np.ndarray, np.ndarray]:
    data = breast_cancer()
    return np.column_stack([standardise(data.x, data.x)[0], np.ones(len(data.y))]), data.y


def _logistic_loss(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    scores = w @ x.T
    return np.mean(np.logaddexp(0, scores) - y * scores, axis=-1) + 0.005 * np.sum(w**2, axis=-1)


def _logistic_slope(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    return (1 / (1 + np.exp(-x @ w)) - y) @ x / len(y) + 0.01 * w


def _lowest(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return where the logistic loss is lowest, by Newton's steps."""
    w = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ w))
        hessian = x.T @ (x * (p * (1 - p))[:, np.newaxis]) / len(y) + 0.01 * np.eye(len(w))
        w = w - np.linalg.solve(hessian, _logistic_slope(x, y, w))
    return w


def _met(x: np.ndarray, y: np.ndarray, shards: np.ndarray, lr: float, local: int, runs: int = 2) -> float:
    """Return the mean loss of runs of local descent at one rate; shards: (workers, samples), indices into x."""
    rng = np.random.default_rng(1)
    rows = np.arange(len(shards))[:, np.newaxis, np.newaxis]

    def grad(w: np.ndarray, step: int) -> np.ndarray:
        batch = shards[rows, rng.integers(shards.shape[1], size=(len(shards), runs, 8))]
        return flat(loss_and_gradient(unflat(w, READER), x[batch], y[batch])[1])

    start = np.zeros((runs, 650))
    last = local_descent(grad, start, len(shards), lr, 200, local)[-1]
    return float(np.mean(evaluate(unflat(last, READER), x, y)[0]))
