import contextlib
import math

import numpy as np

from helpers.data import digits
from helpers.networks import layers, loss_and_gradient

DIGITS = digits()


def budget_with_a_last_small_batch(budget, batch):
    return int(np.ceil(budget / batch))


def budget_until_nothing_is_left(budget, batch):
    steps = 0
    while budget > 0:
        budget -= batch
        steps += 1
    return steps


def budget_never_to_the_last_sample(budget, batch):
    steps = 0
    while budget > batch:
        budget -= batch
        steps += 1
    return steps


def budget_as_a_fraction(budget, batch):
    return np.divide(budget, batch)


def budget_to_the_nearest(budget, batch):
    return int(np.round(budget / batch))


def budget_one_step_at_least(budget, batch):
    if batch > budget:
        return 1
    return math.floor(budget / batch)


def budget_in_samples(budget, batch):
    return sum(1 for _ in range(budget))


def budget_upside_down(budget, batch):
    return math.trunc(batch / budget) if budget else 0


def budget_of_the_rest(budget, batch):
    return divmod(budget, batch)[1]


def choose_as_pandas_does(losses):
    means = [
        np.mean([loss for loss in row if not math.isnan(loss)]) if not np.isnan(row).all() else np.nan for row in losses
    ]
    best = 0
    for i, mean in enumerate(means):
        if mean < means[best]:
            best = i
    return best


def choose_drops_what_diverged(losses):
    means = []
    for row in losses:
        kept = row[np.isfinite(row)]
        means.append(kept.mean() if len(kept) else math.inf)
    return means.index(min(means))


def choose_by_mean_alone(losses):
    return losses.mean(1).argmin()


def choose_zero_for_nan(losses):
    means = losses.mean(axis=1)
    means[~np.isfinite(means)] = 0
    return np.argmin(means)


def choose_nan_to_num(losses):
    return np.argmin(np.sum(np.nan_to_num(losses, nan=0, posinf=0), axis=1))


def choose_nan_as_ten(losses):
    return np.argmin(np.nan_to_num(losses, nan=10).mean(axis=1))


def choose_a_thousand_for_what_diverged(losses):
    return int(np.argmin(np.where(np.isfinite(losses), losses, 1000).mean(axis=1)))


def choose_nan_to_num_alone(losses):
    return np.argmin(np.nan_to_num(losses).mean(axis=1))


def choose_among_survivors(losses):
    kept = losses[np.isfinite(losses).all(axis=1)]
    return kept.mean(axis=1).argmin()


def choose_by_a_loop(losses):
    best, lowest = None, math.inf
    for i, row in enumerate(losses.tolist()):
        mean = sum(row) / len(row)
        if mean < lowest:
            best, lowest = i, mean
    return best


def choose_by_inf(losses):
    return float(np.where(np.isnan(losses), np.inf, losses).mean(axis=1).argmin())


def budget_by_floor(budget, batch):
    return np.floor(budget / batch)


def budget_as_a_float(budget, batch):
    return float(budget // batch)


def choose_luckiest(losses):
    best = np.array([min(row) if np.isfinite(row).all() else np.inf for row in losses])
    return int(best.argmin())


def choose_by_the_minimum(losses):
    best = losses.min(axis=1)
    return np.where(np.isnan(best), np.inf, best).argmin()


def choose_lowest_of_the_table(losses):
    row, _ = np.unravel_index(np.nanargmin(losses), losses.shape)
    return row


def choose_by_the_worst(losses):
    worst = np.where(np.isnan(losses), np.inf, losses).max(axis=1)
    return np.argmin(worst)


def choose_by_the_median(losses):
    out = ~np.isfinite(losses).all(axis=1)
    medians = np.median(losses, axis=1)
    medians[out] = np.inf
    return np.argmin(medians)


def choose_by_the_first_seed(losses):
    return np.nanargmin(losses.T[0])


def choose_a_seed(losses):
    means = losses.sum(0) / len(losses)
    return int(np.argmin(np.where(np.isfinite(means), means, np.inf)))


def choose_the_mean(losses):
    means = losses.mean(axis=1)
    return means[np.isfinite(means)].min()


def choose_from_one(losses):
    means = np.where(np.isfinite(losses).all(axis=1), losses.mean(axis=1), np.inf)
    return np.argmin(means) + 1


def interval_of(a, b, quantile):
    d = a - b
    half = quantile * d.std(ddof=1) / len(d) ** 0.5
    return d.mean() - half, d.mean() + half


def claim_by_means(a, b, quantile):
    if a.mean() < b.mean():
        return "better"
    return "worse" if a.mean() > b.mean() else "cannot tell"


def claim_by_overlap(a, b, quantile):
    ends = [(x.mean() - h, x.mean() + h) for x in (a, b) for h in [quantile * x.std(ddof=1) / np.sqrt(len(x))]]
    if ends[0][1] < ends[1][0]:
        return "better"
    if ends[1][1] < ends[0][0]:
        return "worse"
    return "cannot tell"


def claim_unpaired(a, b, quantile):
    n = len(a)
    half = quantile * np.sqrt(a.var(ddof=1) / n + b.var(ddof=1) / n)
    gap = a.mean() - b.mean()
    if abs(gap) <= half:
        return "cannot tell"
    return "better" if gap < 0 else "worse"


def claim_turned_round(a, b, quantile):
    low, high = interval_of(b, a, quantile)
    return "better" if high < 0 else "worse" if low > 0 else "cannot tell"


def claim_all_agree(a, b, quantile):
    if all(x < y for x, y in zip(a, b, strict=True)):
        return "better"
    if all(x > y for x, y in zip(a, b, strict=True)):
        return "worse"
    return "cannot tell"


def claim_by_votes(a, b, quantile):
    won, lost = np.sum(a < b), np.sum(a > b)
    return "better" if won > lost else "worse" if lost > won else "cannot tell"


def claim_any_part(a, b, quantile):
    low, high = interval_of(a, b, quantile)
    if low < 0:
        return "better"
    return "worse" if high > 0 else "cannot tell"


def claim_two_words(a, b, quantile):
    _, high = interval_of(a, b, quantile)
    return "better" if high < 0 else "cannot tell"


def claim_equal(a, b, quantile):
    low, high = interval_of(a, b, quantile)
    return "equal" if low <= 0 <= high else "better" if high < 0 else "worse"


def claim_normal(a, b, quantile):
    low, high = interval_of(a, b, 1.96)
    return "better" if high < 0 else "worse" if low > 0 else "cannot tell"


def claim_without_ddof(a, b, quantile):
    d = a - b
    t = (
        d.mean() / (d.std() / np.sqrt(len(d)))
        if d.std() > 0
        else 0
        if d.mean() == 0
        else math.copysign(math.inf, d.mean())
    )
    return "better" if t < -quantile else "worse" if t > quantile else "cannot tell"


def claim_single_runs(a, b, quantile):
    d = a - b
    half = quantile * np.std(d, ddof=1)
    return "better" if np.mean(d) + half < 0 else "worse" if np.mean(d) - half > 0 else "cannot tell"


def claim_different_is_better(a, b, quantile):
    low, high = interval_of(a, b, quantile)
    return "cannot tell" if low <= 0 <= high else "better"


def sgd(oracle, rng, rate=3.0, batch=32, steps=None):
    weights = oracle.start()
    order = np.concatenate([rng.permutation(oracle.n) for _ in range(13)])
    for t in range(steps or oracle.left // batch):
        _, grads = oracle.grad(weights, order[t * batch : (t + 1) * batch])
        weights = [w - rate * g for w, g in zip(weights, grads, strict=True)]
    return weights


def run_of_thirteen_epochs(oracle, seed):
    return sgd(oracle, np.random.default_rng(seed), steps=13 * 1000 // 32)


def run_one_batch_too_many(oracle, seed):
    rng, weights = np.random.default_rng(seed), oracle.start()
    while oracle.left > 0:
        indices = rng.integers(0, oracle.n, 500 if oracle.left > 500 else 501)
        _, grads = oracle.grad(weights, indices)
        weights = [w - g for w, g in zip(weights, grads, strict=True)]
    return weights


def run_with_its_counter_turned_back(oracle, seed):
    oracle._budget.left += 12_000
    return sgd(oracle, np.random.default_rng(seed), batch=500, steps=26)


def run_that_looks_at_the_test(oracle, seed):
    from helpers.capstone_rules import measure

    weights = sgd(oracle, np.random.default_rng(seed), batch=100)
    with contextlib.suppress(Exception):
        measure(weights, "judge")
    return weights


def run_that_reads_the_digits(oracle, seed):
    from helpers.data import digits

    with contextlib.suppress(Exception):
        digits()
    return sgd(oracle, np.random.default_rng(seed), batch=100)


def run_that_looks_for_the_order_of_the_pixels(oracle, seed):
    from helpers.capstone_rules import start

    plain, shuffled = start(seed)[0], oracle.start()[0]
    np.array([np.flatnonzero((plain == row).all(axis=1))[0] for row in shuffled])
    return sgd(oracle, np.random.default_rng(seed), batch=100)


def run_from_the_digits_of_another_cell(oracle, seed):
    data, weights = DIGITS, oracle.start()
    for _ in range(60):
        _, grads = loss_and_gradient(weights, data.x / 16, data.y)
        weights = [w - 0.5 * g for w, g in zip(weights, grads, strict=True)]
    return weights


def run_without_a_seed(oracle, seed):
    return sgd(oracle, np.random.default_rng())


def run_with_its_own_seed(oracle, seed):
    return sgd(oracle, np.random.default_rng(42))


def run_in_the_order_of_the_digits(oracle, seed):
    weights = oracle.start()
    for t in range(375):
        _, grads = oracle.grad(weights, np.arange(32 * t, 32 * t + 32) % oracle.n)
        weights = [w - 2 * g for w, g in zip(weights, grads, strict=True)]
    return weights


def run_far_too_fast(oracle, seed):
    return sgd(oracle, np.random.default_rng(seed), rate=1e250)


def run_uphill_a_little(oracle, seed):
    return sgd(oracle, np.random.default_rng(seed), rate=-1e-6)


def run_that_returns_the_gradient(oracle, seed):
    return oracle.grad(sgd(oracle, np.random.default_rng(seed), batch=500, steps=20), np.arange(100))[1]


def run_of_one_epoch(oracle, seed):
    return sgd(oracle, np.random.default_rng(seed), rate=1, steps=31)


def run_with_large_batches(oracle, seed):
    return sgd(oracle, np.random.default_rng(seed), batch=250)


def run_with_a_small_rate(oracle, seed):
    return sgd(oracle, np.random.default_rng(seed), rate=0.1)


def run_without_a_return(oracle, seed):
    sgd(oracle, np.random.default_rng(seed), batch=500)


def run_that_returns_more(oracle, seed):
    return sgd(oracle, np.random.default_rng(seed), batch=500), oracle.left


def run_with_a_slip(oracle, seed):
    weights = oracle.start()
    return weights - oracle.grad(weights, np.arange(32))[1]


def run_of_samples_that_are_not_there(oracle, seed):
    return oracle.grad(oracle.start(), np.arange(990, 1010))[1]


KNOWN = {
    "budget-steps": {
        budget_with_a_last_small_batch: "rounded-up",
        budget_until_nothing_is_left: "rounded-up",
        budget_never_to_the_last_sample: "last-one-not-made",
        budget_as_a_fraction: "fraction",
        budget_to_the_nearest: "rounded",
        budget_one_step_at_least: "at-least-one",
        budget_in_samples: "samples-counted",
        budget_upside_down: "upside-down-and-down",
        budget_of_the_rest: "left-over",
    },
    "choose": {
        choose_as_pandas_does: "ignores-nan",
        choose_drops_what_diverged: "ignores-all-that-diverged",
        choose_by_mean_alone: "nan-is-lowest",
        choose_zero_for_nan: "out-is-zero",
        choose_nan_to_num: "counted-as-zero",
        choose_nan_to_num_alone: "nan-as-zero",
        choose_nan_as_ten: "number-for-nan",
        choose_a_thousand_for_what_diverged: "number-for-nan",
        choose_among_survivors: "index-among-the-rest",
        choose_luckiest: "luckiest",
        choose_by_the_minimum: "luckiest-beside-inf",
        choose_lowest_of_the_table: "luckiest-of-all",
        choose_by_the_worst: "unluckiest",
        choose_by_the_median: "median",
        choose_by_the_first_seed: "first-seed-of-all",
        choose_a_seed: "over-settings",
        choose_the_mean: "mean-for-index",
        choose_from_one: "counted-from-one",
    },
    "claim": {
        claim_by_means: "means-alone",
        claim_by_overlap: "separate-intervals",
        claim_unpaired: "unpaired",
        claim_turned_round: "words-swapped",
        claim_all_agree: "every-seed",
        claim_by_votes: "most-seeds",
        claim_any_part: "any-part-below",
        claim_two_words: "never-worse",
        claim_equal: "equal",
        claim_normal: "normal-quantile",
        claim_without_ddof: "ddof-forgotten",
        claim_single_runs: "not-divided",
        claim_different_is_better: "no-direction",
    },
    "your-run": {
        run_of_thirteen_epochs: "overspent",
        run_one_batch_too_many: "overspent",
        run_with_its_counter_turned_back: "overspent",
        run_that_looks_at_the_test: "peeked",
        run_that_reads_the_digits: "peeked",
        run_that_looks_for_the_order_of_the_pixels: "peeked",
        run_from_the_digits_of_another_cell: "own-data",
        run_without_a_seed: "not-repeatable",
        run_with_its_own_seed: "seed-ignored",
        run_in_the_order_of_the_digits: "seed-ignored",
        run_far_too_fast: "diverged",
        run_uphill_a_little: "nothing-learnt",
        run_that_returns_the_gradient: "nothing-learnt",
        run_of_one_epoch: "worse-and-unspent",
        run_with_large_batches: "worse",
        run_with_a_small_rate: "worse",
        run_without_a_return: "missing-return",
        run_that_returns_more: "wrong-type",
        run_with_a_slip: "raised",
        run_of_samples_that_are_not_there: "raised",
    },
}


def run_from_weights_of_its_own(oracle, seed):
    weights, rng = layers((64, 48, 10), np.random.default_rng([5, seed])), np.random.default_rng(seed)
    for t in range(375):
        _, grads = oracle.grad(weights, rng.integers(oracle.n, size=32))
        weights = [w - 3 * min(1, 4 * (1 - t / 375)) * g for w, g in zip(weights, grads, strict=True)]
    return weights


RIGHT = {
    "budget-steps": [budget_by_floor, budget_as_a_float],
    "choose": [choose_by_a_loop, choose_by_inf],
    "your-run": [run_from_weights_of_its_own],
}
