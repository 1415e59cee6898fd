"""Lesson 15: what its live experiments show, computed from the recorded tables without a picture."""

from functools import cache
from math import comb
from typing import Any

import numpy as np

from helpers.capstone_rules import FRESH
from helpers.comparing import T95, Interval, interval, paired_interval
from helpers.experiments.capstone import BASELINE, BATCHES, DIVERGED, SCHEDULES, Entry, reference, winners_curse
from helpers.experiments.frames import Frames, pairs, still, until
from helpers.experiments.marks import beside, heights
from helpers.stage import Words

SIZES = np.array(BATCHES)
TUNED = (0.04, 3.6)  # limits of a validation loss, log
JUDGED = {"clean": (0.038, 0.27), "wrong labels": (0.33, 0.64)}  # limits of a test loss, by track
JUDGES = {"clean": (0.05, 0.07, 0.1, 0.15, 0.2), "wrong labels": (0.35, 0.4, 0.45, 0.5, 0.6)}  # where the axis says so
EDGES = (-0.75, 0.2)  # powers of ten that the picture shows below the lowest rate and above the highest
NAMED = 0.17  # where a batch's name ends, as a fraction of the picture's width

TRIED = np.array([*range(1, 25), *range(26, 40, 2), *range(42, 60, 3), *range(64, 100, 5), *range(104, 168, 8), 168])
SEEN = {"seed 0": (0,), "seed 1": (1,), "seed 2": (2,), "seeds 0 to 2": (0, 1, 2)}
WON = {"often": (0.1, 1.1), "at times": (0.01, 0.1), "hardly": (-1.0, 0.01)}  # shares of the draws
CURVES = ("shown", "worth")
LOSSES = {"clean": (0.035, 2.7), "wrong labels": (0.35, 2.7)}  # limits, by track

SEEDS = np.arange(2, len(FRESH) + 1)
ENTRIES = (
    *("SGD cosine 32", "Adam cosine 8", "Adam constant 32", "momentum cosine 32"),
    *("SGD constant 8", "SGD cosine 8", "SGD constant 128", "momentum constant 512"),
)
ASIDE = {"paired": -0.12, "unpaired": 0.2}  # in seeds: where each kind of interval stands beside its number


def mean_error(losses: np.ndarray) -> np.ndarray:
    """Return the means (k,) of validation losses (k, seeds) in which a run that diverged counts as guessing, ln 10."""
    return np.minimum(losses, DIVERGED).mean(axis=1)


def row(rule: str, schedule: str, track: str) -> list[Entry]:
    """Return the entries of a rule and a schedule, one for each of SIZES."""
    return [reference(track)[f"{rule} {schedule} {batch}"] for batch in BATCHES]


def against(entry: Entry, track: str) -> str:
    """Return what the ten fresh seeds carry about an entry, as a caption says it."""
    base = reference(track)[BASELINE]
    if entry.name == base.name:
        return "it is the baseline"
    low, high = paired_interval(entry.test, base.test)
    words = "better than the baseline" if high < 0 else "worse than the baseline" if low > 0 else "cannot tell"
    return f"{low:+.4f} to {high:+.4f}: {words}"


def lowest(track: str) -> str:
    """Return the name of the entry whose test loss is the lowest in the mean of ten fresh seeds."""
    return min(reference(track).values(), key=lambda entry: entry.test.mean()).name


def dashboard(rule: str, schedule: str, track: str) -> Frames:
    """Return, for each of SIZES, what tuning saw at each rate, and what the best rate reaches on ten fresh seeds."""
    entries, n = row(rule, schedule, track), len(SIZES)
    rates = entries[0].rates
    tuned = np.array([mean_error(entry.choose) for entry in entries])
    best = tuned.argmin(axis=1)
    means = {name: np.array([entry.test.mean() for entry in row(rule, name, track)]) for name in SCHEDULES}
    ends = np.array([interval(entry.test) for entry in entries])
    live: dict[str, Any] = {
        "curve": pairs(rates, tuned),
        "runs": np.array([pairs(rates[:, None], entry.choose.clip(max=DIVERGED)).reshape(-1, 2) for entry in entries]),
        "chosen": pairs(rates[best], tuned[np.arange(n), best])[:, None],
        "now": pairs(SIZES, means[schedule])[:, None],
        "fresh": np.array([pairs(entry.batch, entry.test) for entry in entries]),
        "baseline": still(n, pairs([4, 1024], reference(track)[BASELINE].test.mean())),
    }
    for k, (batch, up) in enumerate(zip(BATCHES, heights(tuned[:, 0][None], TUNED)[0], strict=True)):
        live[f"batch {batch}"] = still(n, pairs(rates, tuned[k]))
        live[f"name of {batch}"] = Words([f"{batch}"] * n, np.tile([NAMED, up], (n, 1)))
        live[f"interval {batch}"] = still(n, pairs(batch, ends[k]))
    for name, losses in means.items():
        live[name] = still(n, pairs(SIZES, losses))
    live["taken"] = still(n, pairs(SIZES, means[schedule]))
    last = np.tile([losses[-1] for losses in means.values()], (n, 1))
    return Frames(
        live=live | beside(tuple(means), last, JUDGED[track]),
        alt=[
            f"{entry.name}, lr {entry.lr:.2g}: test loss {entry.test.mean():.4f}, "
            f"{100 * entry.errors.mean():.1f}% errors; {against(entry, track)}."
            for entry in entries
        ],
        met=np.array([track == "wrong labels" and entry.name == lowest(track) for entry in entries]),
    )


def picked(track: str, seen: str) -> Frames:
    """Return, for each of TRIED settings, what the best of them shows and what it is worth; seen: a name of SEEN."""
    curse, n = winners_curse(track, SEEN[seen]), len(TRIED)
    at = np.arange(n)
    ways = {name: getattr(curse, name)[TRIED - 1] for name in CURVES}
    shares = won(tuple(TRIED.tolist()))
    cloud = pairs(curse.losses, curse.values)
    best = curse.values.min()
    too_good = ways["shown"] < best
    asked = (track, seen) == ("clean", "seed 0")
    return Frames(
        live={name: until(at, pairs(TRIED, losses)) for name, losses in ways.items()}
        | {f"{name} now": pairs(TRIED, losses)[:, None] for name, losses in ways.items()}
        | beside(CURVES, np.transpose([ways[name] for name in CURVES]), LOSSES[track])
        | {
            name: np.where(((low <= shares) & (shares < high))[..., None], cloud, np.nan)
            for name, (low, high) in WON.items()
        }
        | {"best": still(n, pairs([1, len(curse.losses)], best))}
        | {"name of best": Words(["lowest worth of all"] * n, np.tile([1.1, 0.93 * best], (n, 1)))}
        | {"diagonal": still(n, pairs(LOSSES[track], LOSSES[track]))},
        alt=[
            f"The best of {k} on {seen}: it shows {shown:.4f} and is worth {worth:.4f} on ten fresh seeds, "
            f"{worth - shown:+.4f}."
            for k, shown, worth in zip(TRIED, *ways.values(), strict=True)
        ],
        met=asked & too_good & (np.cumsum(too_good) == 1),
    )


@cache
def won(tried: tuple[int, ...]) -> np.ndarray:
    """Return the share of all draws of k settings in which each of the 168 looks best, (len(tried), 168)."""
    m = len(winners_curse().losses)
    return np.array([[comb(m - 1 - i, k - 1) / comb(m, k) for i in range(m)] for k in tried])


def unpaired(a: np.ndarray, b: np.ndarray) -> Interval:
    """Return the 95 % interval of the difference of two means, (n,) values each, that share no seeds.

    The variance is pooled over both, with 2n - 2 degrees of freedom. Source: Student (1908).
    """
    n = len(a)
    half = T95[2 * n - 1] * np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / n)
    middle = a.mean() - b.mean()
    return Interval(float(middle - half), float(middle + half))


def by_seeds(name: str, track: str) -> dict[str, np.ndarray]:
    """Return by the names of ASIDE the intervals (len(SEEDS), 2) of an entry less the baseline, on the first seeds."""
    mine, base = (reference(track)[key].test for key in (name, BASELINE))
    kinds = {"paired": paired_interval, "unpaired": unpaired}
    return {kind: np.array([found(mine[:n], base[:n]) for n in SEEDS]) for kind, found in kinds.items()}


def shown(name: str, track: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the limits of the picture of the runs, and of that of the intervals from three seeds on.

    The interval of two seeds is often ten times as wide as the next one, and may leave the picture.
    """
    runs = np.concatenate([reference(track)[key].test for key in (name, BASELINE)])
    ends = np.concatenate([[[0, 0]], *(found[1:] for found in by_seeds(name, track).values())])
    return _roomy(runs), _roomy(ends)


def _roomy(values: np.ndarray) -> tuple[float, float]:
    room = 0.06 * np.ptp(values)
    return float(values.min() - room), float(values.max() + room)


def seed_by_seed(name: str, track: str) -> Frames:
    """Return, for each of SEEDS, the runs of an entry and of the baseline so far, and the interval so far."""
    mine, base = (reference(track)[key].test for key in (name, BASELINE))
    found = by_seeds(name, track)
    arrows = np.stack([np.array(FRESH), base, np.zeros(len(base)), mine - base], axis=-1)
    low, high = found["paired"].T
    clear = (low > 0) | (high < 0)
    said = np.where(high < 0, "better", np.where(low > 0, "worse", "cannot tell"))
    return Frames(
        live={
            "difference": until(SEEDS - 1, arrows),
            "mine": until(SEEDS - 1, pairs(FRESH, mine)),
            "base": until(SEEDS - 1, pairs(FRESH, base)),
            "now": pairs(SEEDS, found["paired"].mean(axis=1))[:, None],
        }
        | {
            f"{kind} {count}": until(np.where(count <= SEEDS, 1, -1), pairs(count + aside, found[kind][k]))
            for kind, aside in ASIDE.items()
            for k, count in enumerate(SEEDS.tolist())
        },
        alt=[
            f"{name} on {count} seeds: paired {a:+.4f} to {b:+.4f}, {word}; unpaired {c:+.4f} to {d:+.4f}."
            for count, (a, b), (c, d), word in zip(SEEDS, *found.values(), said, strict=True)
        ],
        met=clear & ~clear[-1],
    )
