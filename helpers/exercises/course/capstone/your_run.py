"""The learner's own run of the capstone: whatever keeps the rules and is not worse than the baseline is right.

`observe` makes real runs by the rules of `capstone_rules`, which take a fraction of a second each. So what it sees of a
right answer is written down, in RIGHT, and nothing is trained when the course is loaded.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from helpers.capstone_rules import BUDGET, Oracle, RuleBrokenError, Run, measure, plain_sgd, run, split
from helpers.comparing import paired_interval
from helpers.data import _stored
from helpers.exercises.exercise import Answer
from helpers.exercises.reading import exercise
from helpers.networks import Weights, loss_and_gradient

RUNS = 6  # pairs of an interval; where it lies above 0 as many fresh ones decide, so that it is not luck
GUESSED = 2.0  # nats; guessing costs ln 10 = 2.30
BROKEN = {
    "overspent": "asks for more than is left",
    "peeked": "asks for other digits than its oracle's",
    "own data": "learns from digits of its own",
}
RIGHT = "keeps the rules, and is not worse than plain gradient descent"


def train(oracle: Oracle, seed: int) -> Weights:
    """Weights of a run by gradient descent on batches of 32, whose rate falls to 0 over the last fifth."""
    rng = np.random.default_rng(seed)
    order = np.concatenate([rng.permutation(oracle.n) for _ in range(12)])
    network, steps = oracle.start(), oracle.left // 32
    for t in range(steps):
        lr = 3 * min(1, 5 * (1 - t / steps))
        _, grads = oracle.grad(network, order[32 * t : 32 * t + 32])
        network = [w - lr * grad for w, grad in zip(network, grads, strict=True)]
    return network


def peeks(oracle: Oracle, seed: int) -> Weights:
    """A mistake: all digits are asked for."""
    split()
    return train(oracle, seed)


def own_data(oracle: Oracle, seed: int) -> Weights:
    """A mistake: it learns from the file of the digits, in which there are those of the test."""
    table, weights = _stored("digits.csv.gz", delimiter=","), oracle.start()
    for indices in np.random.default_rng(seed).permutation(1792).reshape(56, 32):
        _, grads = loss_and_gradient(weights, table[indices, :-1] / 16 - 0.3, table[indices, -1].astype(int))
        weights = [w - 0.5 * grad for w, grad in zip(weights, grads, strict=True)]
    return weights


def oracle(seed: int) -> Oracle:
    """The oracle that a run of this seed is given."""
    return Oracle(seed)


def observe(answer: Answer, _: Answer, seed: int) -> dict[str, str] | None:
    """What is seen of runs of an answer, the first thing that is wrong; None if it returns no weights."""
    try:
        return {"the run": seen(answer, seed)}
    except RuleBrokenError as broken:
        if broken.kind in BROKEN:
            return {"the run": BROKEN[broken.kind]}
        if broken.kind == "raised" and broken.__context__ is not None:
            raise broken.__context__ from None
        return None


def seen(answer: Answer, seed: int) -> str:
    """Run an answer twice with one seed, from that start with another seed, and with others; say what is seen."""
    first, again = run(answer, seed), run(answer, seed)
    if not alike(first, again):
        return "gives other weights when its seed comes again"
    if said := failed([first]):
        return said
    other = run(answer, seed + 1, start_seed=seed)
    if alike(first, other):
        return "gives the same weights with another seed"
    said = verdict([first, other, *(run(answer, seed + i) for i in range(2, RUNS))], [seed, seed])
    if said.startswith("is worse"):
        said = verdict([run(answer, seed + i) for i in range(RUNS, 2 * RUNS)], [])
    return said


def alike(one: Run, other: Run) -> bool:
    """Whether two runs end at the same weights; what the last digits do is the computer's affair."""
    pairs = zip(one.weights, other.weights, strict=True)
    return all(np.allclose(a, b, rtol=0, atol=1e-6, equal_nan=True) for a, b in pairs)


def failed(runs: Sequence[Run]) -> str:
    """What is wrong with one of the runs by itself, or nothing."""
    losses = np.array([validated(each) for each in runs])
    if any(each.costs.sum() > BUDGET for each in runs):  # by a counter that was turned back
        return BROKEN["overspent"]
    if not np.isfinite(losses).all():
        return "diverges"
    return "learns nothing" if losses.max() >= GUESSED else ""


def verdict(runs: Sequence[Run], starts: Sequence[int]) -> str:
    """What runs are worth beside those of the baseline; starts: seeds of the first ones' starts, if not their own."""
    if said := failed(runs):
        return said
    begun = [*starts, *(each.seed for each in runs[len(starts) :])]
    plain = [baseline(each.seed, start) for each, start in zip(runs, begun, strict=True)]
    if paired_interval([validated(each) for each in runs], plain).low <= 0:
        return RIGHT
    spent = np.mean([each.spent for each in runs])
    return "is worse than plain gradient descent" + (", and spends less than half" if spent < BUDGET / 2 else "")


def validated(ended: Run) -> float:
    """The loss of a run on the digits that choose."""
    return measure(ended.weights, "choose")[0]


@cache
def baseline(seed: int, start: int) -> float:
    """The validation loss of plain gradient descent with this seed, from the start of another."""
    return validated(run(plain_sgd(), seed, start_seed=start))


def draw(rng: np.random.Generator) -> tuple[Answer, int]:
    """A seed of its own, far from those that are tuned and reported on."""
    return oracle, int(rng.integers(10_000, 2**31))


EXERCISE = exercise(
    "your-run",
    train,
    probes=[(oracle, 1000)],
    draw=draw,
    vary=lambda rng, _, seed: draw(rng),
    observe=observe,
    observed={"the run": RIGHT},
    patience=6,
    open_book=(
        "capstone_rules.Oracle",
        "comparing",
        "exercises.yours",
        "losses",
        "networks",
        "optimizers",
        "schedules",
    ),
)
