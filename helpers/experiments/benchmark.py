"""Lesson 11, the benchmark: six rules on one network, tuned alike and judged on digits that nobody tuned on.

The network reads digits (64 pixels, twice 64 hidden numbers, 10 classes) and makes 100 steps with batches of 64, its
learning rate falling in a straight line to 0. Each rule tries 9 rates on 5 seeds. The rate with the lowest mean loss on
250 digits then trains 12 networks from fresh seeds, which are judged on 250 other digits. The training loss is another
goal and gets a rate of its own, the one at which it is lowest. A seed draws the first weights and the batches, so that
what has one seed may be compared in pairs.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np

from helpers.data import digits, minibatches
from helpers.networks import Weights, evaluate, layers, train
from helpers.optimizers import Rule, adam, gradient_descent, heavy_ball, lion, muon, nesterov, schedule_free
from helpers.schedules import cosine

SIZES = (64, 64, 64, 10)
BATCH = 64
STEPS = 100
TUNING = range(5)  # seeds
FRESH = range(100, 112)


class Entry(NamedTuple):
    """A rule, or one for each array of weights, and the nine rates that it may try: factors of 10^(3/8)."""

    rule: Rule | Sequence[Rule]
    rates: np.ndarray


class Tuned(NamedTuple):
    """What tuning tells: the rates, their losses (9,), means over 5 seeds, and which rate is best by each.

    losses and lr: by the digits that choose; train_losses and lr_train: by the digits that are learnt. A rate at which
    one of the networks diverged has the loss inf.
    """

    rates: np.ndarray
    losses: np.ndarray
    lr: float
    train_losses: np.ndarray
    lr_train: float


class Judged(NamedTuple):
    """What 12 fresh networks reach at the best rates, (12,) each, seed by seed.

    test: loss on the judging digits, errors: share of them that is read wrong, both at lr; train: loss on the digits
    that are learnt, at lr_train.
    """

    lr: float
    test: np.ndarray
    errors: np.ndarray
    lr_train: float
    train: np.ndarray


def _rates(first: float) -> np.ndarray:
    return 10 ** (first + 0.375 * np.arange(9))


_adam = partial(adam, beta2=0.99)  # 100 steps are few for an average over 1,000


def _slow_adam(w: np.ndarray, grad: np.ndarray, *state: Any, lr: np.ndarray) -> tuple[np.ndarray, Any]:
    return _adam(w, grad, *state, lr=lr / 10)


_muon = partial(muon, weight_decay=0.0)  # as none of the others has it
RULES_COMPARED = {
    "SGD": Entry(gradient_descent, _rates(-1.5)),
    "momentum": Entry(heavy_ball, _rates(-2.5)),
    "Nesterov": Entry(nesterov, _rates(-2.5)),
    "Adam": Entry(_adam, _rates(-3.5)),
    "Lion": Entry(lion, _rates(-4.0)),
    # biases and the last layer get Adam at a tenth of the rate
    "Muon": Entry([_muon, _slow_adam, _muon, _slow_adam, _slow_adam, _slow_adam], _rates(-2.5)),
}


class Digits(NamedTuple):
    """Pixels (n, 64), the mean over the first part taken off, and digits (n,): to learn, to choose by, to judge by."""

    learn: tuple[np.ndarray, np.ndarray]
    choose: tuple[np.ndarray, np.ndarray]
    judge: tuple[np.ndarray, np.ndarray]


@cache
def split() -> Digits:
    """Return 1,297 digits to learn from, 250 to choose a rate by and 250 to judge by; pixels from 0 to 1, centred."""
    data, order = digits(), np.random.default_rng(0).permutation(1797)
    x = data.x / 16
    x = x - x[order[:1297]].mean(axis=0)
    learn, choose, judge = ((x[part], data.y[part]) for part in np.split(order, [1297, 1547]))
    return Digits(learn, choose, judge)


def trained(name: str, rates: np.ndarray, seeds: Sequence[int], steps: int = STEPS) -> Weights:
    """Return the weights of len(rates) x len(seeds) networks, seed by seed for each rate, trained side by side."""
    x, y = split().learn
    drawn = [layers(SIZES, np.random.default_rng([0, seed]), last=0.5) for seed in seeds]
    weights = [np.tile(np.stack(parts), (len(rates), 1, 1)) for parts in zip(*drawn, strict=True)]
    lr = np.repeat(rates, len(seeds))[:, np.newaxis, np.newaxis]
    batches = (np.tile(batch, (len(rates), 1)) for batch in _batches(len(y), seeds, steps))
    rule = RULES_COMPARED[name].rule
    return train(weights, x, y, rule, batches, lr=lambda step: lr * (1 - step / steps))[0]


def _batches(n: int, seeds: Sequence[int], steps: int) -> Iterator[np.ndarray]:
    """Yield the indices (seeds, BATCH) of each step: every seed shuffles for itself, epoch by epoch."""
    rngs = [np.random.default_rng([1, seed]) for seed in seeds]
    made = 0
    while True:
        epochs = [minibatches(n, BATCH, rng)[: n // BATCH] for rng in rngs]  # the last batch is a smaller one
        for batch in zip(*epochs, strict=True):
            if made == steps:
                return
            made += 1
            yield np.stack(batch)


def tuned(steps: int = STEPS) -> dict[str, Tuned]:
    """Return for each of the RULES_COMPARED what its nine rates reach, and the best of them.

    All six take some 8 seconds of a processor at 100 steps, once in a kernel.
    """
    return {name: _tuned(name, steps) for name in RULES_COMPARED}


@cache
def _tuned(name: str, steps: int) -> Tuned:
    rates = RULES_COMPARED[name].rates
    weights = trained(name, rates, TUNING, steps)
    losses, train_losses = (evaluate(weights, *part)[0].reshape(9, -1).mean(axis=1) for part in split()[1::-1])
    losses, train_losses = (np.where(np.isnan(found), np.inf, found) for found in (losses, train_losses))
    return Tuned(rates, losses, float(rates[losses.argmin()]), train_losses, float(rates[train_losses.argmin()]))


def compared(steps: int = STEPS) -> dict[str, Judged]:
    """Return for each of the RULES_COMPARED what 12 networks from fresh seeds reach at the rates that tuning chose."""
    return {name: _judged(name, steps) for name in RULES_COMPARED}


@cache
def _judged(name: str, steps: int) -> Judged:
    _, _, lr, _, lr_train = _tuned(name, steps)
    to_test = trained(name, np.array([lr]), FRESH, steps)
    to_fit = to_test if lr_train == lr else trained(name, np.array([lr_train]), FRESH, steps)
    test, errors = evaluate(to_test, *split().judge)
    return Judged(lr, test, errors, lr_train, evaluate(to_fit, *split().learn)[0])


MARKS = (500, 1000, 2000, 4000)
LEAST_SQUARES_RATES = np.geomspace(0.01, 1, 8)


class Averaged(NamedTuple):
    """The rate, and the excess loss (seeds, marks): half the mean squared error, above its lowest, at each mark."""

    lr: float
    excess: np.ndarray


def averaging(
    seeds: Sequence[int] = range(8), rates: dict[str, float] | None = None, marks: Sequence[int] = MARKS
) -> dict[str, Averaged]:
    """Return how close four ways to end come to the least squares, each at the rate that is best after the last step.

    seeds: of data (400 samples, 20 features of sizes 1 to .1, noise .5) and batches of 4; rates: the rate of each way,
    out of LEAST_SQUARES_RATES, or None to choose it on these seeds; marks: steps after which the excess is taken. The
    ways: "constant" rate; "cosine", which falls to 0 at the last mark; "schedule-free", judged by its x; "average", the
    plain mean of all points at a constant rate. Raises ValueError for a rate that is none of those.
    """
    found = {}
    for name, excess in _excess(tuple(seeds), tuple(marks)).items():
        tried = LEAST_SQUARES_RATES.tolist()
        k = excess[..., -1].mean(axis=0).argmin() if rates is None else tried.index(rates[name])
        found[name] = Averaged(tried[k], excess[:, k])
    return found


@cache
def _excess(seeds: tuple[int, ...], marks: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Return the excess losses (seeds, rates, marks) of the four ways, all seeds and rates side by side."""
    gradient, excess = _noisy_problems(seeds, marks[-1])
    lr, falling = LEAST_SQUARES_RATES[:, np.newaxis], cosine(1.0, marks[-1])
    found: dict[str, list[np.ndarray]] = {"constant": [], "cosine": [], "schedule-free": [], "average": []}
    plain = cooled = free = mean = np.zeros((len(seeds), len(lr), 20))
    state: Sequence[Any] = ()
    with np.errstate(all="ignore"):
        for t in range(marks[-1]):
            plain, _ = gradient_descent(plain, gradient(plain, t), lr=lr)
            cooled, _ = gradient_descent(cooled, gradient(cooled, t), lr=lr * falling(t))
            free, *state = schedule_free(free, gradient(free, t), *state, lr=lr)
            mean = mean + (plain - mean) / (t + 1)
            if t + 1 in marks:
                for losses, w in zip(found.values(), (plain, cooled, state[0].x, mean), strict=True):
                    losses.append(excess(w))
    return {name: np.stack(losses, axis=-1) for name, losses in found.items()}


def _noisy_problems(
    seeds: Sequence[int], steps: int
) -> tuple[Callable[[np.ndarray, int], np.ndarray], Callable[[np.ndarray], np.ndarray]]:
    """Return the gradient of step t's batch at w, (seeds, rates, 20), and the excess loss (seeds, rates) at w."""
    x, y, best = (np.stack(parts) for parts in zip(*map(_least_squares, seeds), strict=True))
    picks = np.stack([np.random.default_rng(100 + seed).integers(400, size=(steps, 4)) for seed in seeds])
    each = np.arange(len(seeds))[:, np.newaxis]

    def gradient(w: np.ndarray, t: int) -> np.ndarray:
        features, targets = x[each, picks[:, t]], y[each, picks[:, t]]
        return (w @ features.swapaxes(1, 2) - targets[:, np.newaxis]) @ features / 4

    def excess(w: np.ndarray) -> np.ndarray:
        above = np.mean(((w - best[:, np.newaxis]) @ x.swapaxes(1, 2)) ** 2, axis=-1) / 2
        return np.where(np.isnan(above), np.inf, above)

    return gradient, excess


def _least_squares(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return features (400, 20), noisy targets (400,) and the weights (20,) that fit them best."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(400, 20)) * np.geomspace(1, 0.1, 20)
    y = x @ rng.normal(size=20) + 0.5 * rng.normal(size=400)
    return x, y, np.linalg.lstsq(x, y, rcond=None)[0]
