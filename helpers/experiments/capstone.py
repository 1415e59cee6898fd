"""Lesson 15, capstone: what the usual rules reach under its budget, measured, and what may be claimed against them.

A reference entry is a rule, a schedule and a batch, and had what every learner has: seven rates on the seeds 0 to 2,
judged by the digits that choose, then its best rate on ten seeds that nobody tuned on. `python -m
helpers.experiments.capstone clean` measures one track anew, in about a minute, and writes its file.
"""

import json
import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from math import comb, log
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from helpers.capstone_rules import BUDGET, FRESH, TRACKS, TUNING, RuleBrokenError, batches, split, start
from helpers.comparing import Interval, paired_interval
from helpers.ground import write_whole
from helpers.networks import Weights, evaluate, train
from helpers.optimizers import Rule, adam, gradient_descent, heavy_ball
from helpers.schedules import Schedule, constant, cosine

RULES: dict[str, tuple[Rule, float]] = {
    "SGD": (gradient_descent, -1.5),
    "momentum": (heavy_ball, -2.5),
    "Adam": (partial(adam, beta2=0.99), -3.5),  # few steps for an average over 1,000
}
"""Each rule, and the power of ten of its lowest rate; six more follow, each by half a power higher."""
SCHEDULES: dict[str, Callable[[float, int], Schedule]] = {"constant": lambda lr, steps: constant(lr), "cosine": cosine}
BATCHES = (8, 32, 128, 512)
BASELINE = "SGD constant 32"
DIVERGED = log(10)  # what guessing costs, in nats
GRADES = ("better", "worse", "cannot tell")


class Entry(NamedTuple):
    """A row of the reference table, with what tuning saw and what it reaches on ten fresh seeds.

    rates: (7,); choose: validation losses (7, 3) on the tuning seeds; choose_fresh: (7, 10) on the fresh ones; lr: the
    rate that tuning chose; test, errors: (10,) at lr on the fresh seeds, in their order. A diverged run has loss inf.
    """

    rule: str
    schedule: str
    batch: int
    rates: np.ndarray
    choose: np.ndarray
    choose_fresh: np.ndarray
    lr: float
    test: np.ndarray
    errors: np.ndarray

    @property
    def name(self) -> str:
        """Return rule, schedule and batch as one text, such as SGD constant 32."""
        return f"{self.rule} {self.schedule} {self.batch}"


def rates_of(rule: str) -> np.ndarray:
    """Return the seven rates that a reference rule tries, each about 3.16 times the one before."""
    return 10 ** (RULES[rule][1] + 0.5 * np.arange(7))


def trained(rule: str, schedule: str, batch: int, rates: Any, seeds: Sequence[int], track: str = "clean") -> Weights:
    """Return the weights of len(rates) x len(seeds) networks, seed by seed for each rate, trained side by side.

    Every seed has its own start and order of digits, as in `capstone_rules`. Raises KeyError for an unknown name.
    """
    x, y = split(track).learn
    weights = [np.tile(np.stack(parts), (len(rates), 1, 1)) for parts in zip(*map(start, seeds), strict=True)]
    orders = np.stack([batches(batch, np.random.default_rng([1, seed])) for seed in seeds], axis=1)
    steps = BUDGET // batch
    factor = SCHEDULES[schedule](1.0, steps)
    lr = np.repeat(np.asarray(rates, dtype=float), len(seeds))[:, np.newaxis, np.newaxis]
    tiled = (np.tile(order, (len(rates), 1)) for order in orders)
    return train(weights, x, y, RULES[rule][0], tiled, lr=lambda step: lr * factor(step))[0]


def measured(rule: str, schedule: str, batch: int, track: str) -> dict[str, Any]:
    """Return a row of the reference table as it is recorded."""
    rates = rates_of(rule)
    seeds = [*TUNING, *FRESH]
    weights = trained(rule, schedule, batch, rates, seeds, track)
    choose = _finite(evaluate(weights, *split(track).choose)[0]).reshape(len(rates), len(seeds))
    best = int(choose[:, : len(TUNING)].mean(axis=1).argmin())
    test, errors = (
        found.reshape(choose.shape)[best, len(TUNING) :] for found in evaluate(weights, *split(track).judge)
    )
    return {
        "rule": rule,
        "schedule": schedule,
        "batch": batch,
        "choose": [[_short(loss) for loss in row] for row in choose],
        "test": [_short(loss) for loss in _finite(test)],
        "errors": [_short(error) for error in errors],
    }


def _finite(losses: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(losses), losses, np.inf)


def _short(value: float) -> float | None:
    """Return a number with five digits for JSON, which has no inf: a diverged run is null there."""
    return float(f"{value:.5g}") if np.isfinite(value) else None


def _path(track: str) -> Path:
    return Path(__file__).with_name(f"capstone_{track.replace(' ', '_')}.json")


def record(track: str) -> None:
    """Measure all 24 entries of a track anew and write its file."""
    rows = [measured(rule, schedule, batch, track) for batch in BATCHES for rule in RULES for schedule in SCHEDULES]
    lines = ",\n".join(json.dumps(row) for row in rows)
    write_whole(_path(track), f"[\n{lines}\n]\n")


@cache
def reference(track: str = "clean") -> dict[str, Entry]:
    """Return the recorded table by name, such as "Adam cosine 8": 24 entries, smallest batch first.

    track: "clean" or "wrong labels"; ValueError otherwise.
    """
    if track not in TRACKS:
        raise ValueError(f"track must be one of {', '.join(map(repr, TRACKS))} and is {track!r}")
    entries = [_entry(**row) for row in json.loads(_path(track).read_text(encoding="utf-8"))]
    return {entry.name: entry for entry in entries}


def _entry(rule: str, schedule: str, batch: int, choose: list[Any], test: list[Any], errors: list[float]) -> Entry:
    rates, losses = rates_of(rule), _numbers(choose)
    tuned = losses[:, : len(TUNING)]
    lr = float(rates[tuned.mean(axis=1).argmin()])
    return Entry(rule, schedule, batch, rates, tuned, losses[:, len(TUNING) :], lr, _numbers(test), np.array(errors))


def _numbers(values: list[Any]) -> np.ndarray:
    found = np.array(values, dtype=float)  # null becomes nan
    return np.where(np.isnan(found), np.inf, found)


@cache
def reference_at(name: str, seeds: tuple[int, ...] = FRESH, track: str = "clean") -> tuple[np.ndarray, np.ndarray]:
    """Return test losses and errors, (seeds,) each, of a reference entry: recorded for FRESH, else trained now.

    Raises ValueError for a name that is not in the table.
    """
    entries = reference(track)
    if name not in entries:
        raise ValueError(f"there is no reference {name!r}; there are {', '.join(entries)}")
    entry = entries[name]
    if seeds == FRESH:
        return entry.test, entry.errors
    weights = trained(entry.rule, entry.schedule, entry.batch, [entry.lr], seeds, track)
    losses, errors = evaluate(weights, *split(track).judge)
    return _finite(losses), errors


def verdict(mine: np.ndarray, other: np.ndarray) -> str:
    """Return "better", "worse" or "cannot tell", by the paired 95 % interval of mine - other; lower is better.

    mine, other: (n,) losses or errors, seed by seed. Raises ValueError as `claim_text`.
    """
    low, high = _paired(mine, other)
    return "better" if high < 0 else "worse" if low > 0 else "cannot tell"


def claim_text(mine: np.ndarray, other: np.ndarray, name: str = BASELINE, claimed: str | None = None) -> str:
    """Return in a sentence what the paired interval of mine - other carries.

    mine, other: test losses (n,), seed by seed; name: whose the others are; claimed: one of GRADES. Raises ValueError
    for another word or shapes or for a diverged run, and RuleBrokenError for a claim that the interval does not carry.
    """
    found, (low, high) = verdict(mine, other), _paired(mine, other)
    between = f"the interval of the paired differences goes from {low:+.4f} to {high:+.4f}"
    if claimed not in (None, *GRADES):
        raise ValueError(f"a claim is one of {', '.join(map(repr, GRADES))}, and yours is {claimed!r}")
    if claimed not in (None, found):
        sentence = f"You claim {claimed!r} against {name}, but {between}, which says {found!r}."
        raise RuleBrokenError("claim not carried", sentence)
    difference = float(np.mean(np.asarray(mine) - np.asarray(other)))
    words = {"better": "better than", "worse": "worse than", "cannot tell": "not to be told apart from"}
    return f"On {len(mine)} seeds your run is {words[found]} {name}: {difference:+.4f} in the mean, and {between}."


def _paired(mine: np.ndarray, other: np.ndarray) -> Interval:
    diverged = int(np.sum(~np.isfinite(mine)))
    if diverged:
        raise ValueError(f"{diverged} of your {len(mine)} runs diverged: there is no mean to claim anything about")
    return paired_interval(mine, other)


class Curse(NamedTuple):
    """What picking the best of many settings shows and what it is worth; losses in nats.

    settings: the 168 settings as texts, the one that looks best first; losses, values: (168,), the validation loss that
    tuning saw of each, and its mean on ten fresh seeds. shown, worth: (168,), at index k - 1 the mean of both for the
    setting that looks best of k, over all ways to draw k of the 168.
    """

    settings: list[str]
    losses: np.ndarray
    values: np.ndarray
    shown: np.ndarray
    worth: np.ndarray


@cache
def winners_curse(track: str = "clean", seeds: tuple[int, ...] = (0,)) -> Curse:
    """Return how good the best of k tried settings looks on some of the tuning seeds, and what it is worth on others.

    seeds: out of 0, 1, 2; their mean is what tuning sees. A run that diverged counts as guessing, ln 10. Exact, without
    drawing: the i-th best of m (i from 0) wins in C(m - 1 - i, k - 1) of C(m, k) draws. Raises ValueError for others.
    """
    if not seeds or not set(seeds) <= set(TUNING):
        raise ValueError(f"seeds must be some of {TUNING} and are {seeds}")
    entries = reference(track).values()
    names = [f"{entry.name}, lr {rate:.4g}" for entry in entries for rate in entry.rates]
    seen = np.concatenate([_capped(entry.choose[:, list(seeds)]) for entry in entries])
    fresh = np.concatenate([_capped(entry.choose_fresh) for entry in entries])
    order, m = np.argsort(seen, kind="stable"), len(names)
    losses, values = seen[order], fresh[order]
    wins = np.array([[comb(m - 1 - i, k - 1) / comb(m, k) for i in range(m)] for k in range(1, m + 1)])
    return Curse([names[i] for i in order], losses, values, wins @ losses, wins @ values)


def _capped(losses: np.ndarray) -> np.ndarray:
    return np.minimum(losses, DIVERGED).mean(axis=1)


if __name__ == "__main__":
    record(sys.argv[1])
