"""Intervals are SciPy's, the best of k is what trying all draws gives, and a budget refuses before it is overspent."""

from itertools import combinations

import numpy as np
import pytest
import scipy.stats

from helpers.comparing import T95, Budget, BudgetSpentError, best_of, interval, paired_interval


def test_quantiles_are_those_of_students_t_with_one_degree_of_freedom_less_than_values():
    assert list(T95) == list(range(2, 31))
    for n, quantile in T95.items():
        assert quantile == pytest.approx(scipy.stats.t.ppf(0.975, n - 1), abs=5e-4)


@pytest.mark.parametrize("n", [2, 3, 12, 30])
def test_an_interval_is_scipys(n):
    values = np.random.default_rng(n).normal(3, 2, n)
    wanted = scipy.stats.t.interval(0.95, n - 1, values.mean(), scipy.stats.sem(values))
    assert interval(values) == pytest.approx(wanted, rel=1e-3)
    assert interval(list(values)) == interval(values)


def test_nineteen_of_twenty_intervals_hold_the_mean_and_with_the_normal_quantile_they_would_not():
    draws = np.random.default_rng(0).normal(7, 2, (4000, 5))
    intervals = np.array([interval(values) for values in draws])
    assert np.mean((intervals[:, 0] < 7) & (intervals[:, 1] > 7)) == pytest.approx(0.95, abs=0.01)
    normal = 1.96 * draws.std(axis=1, ddof=1) / np.sqrt(5)
    assert np.mean(np.abs(draws.mean(axis=1) - 7) < normal) < 0.9


def test_a_paired_interval_is_scipys():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 10))
    wanted = scipy.stats.ttest_rel(a, b).confidence_interval(0.95)
    assert paired_interval(a, b) == pytest.approx((wanted.low, wanted.high), rel=1e-3)
    assert paired_interval(b, a) == pytest.approx((-wanted.high, -wanted.low), rel=1e-3)


def test_pairs_tell_what_the_two_intervals_alone_cannot():
    rng = np.random.default_rng(2)
    seeds = rng.normal(0, 3, 10)  # what a seed does to both
    a, b = seeds + rng.normal(0.5, 0.1, 10), seeds + rng.normal(0, 0.1, 10)
    assert interval(a).low < interval(b).high and interval(b).low < interval(a).high
    assert paired_interval(a, b).low > 0.3


@pytest.mark.parametrize("values", [[1.0], [], np.ones((3, 2)), np.ones(31), 1.0], ids=np.shape)
def test_an_interval_needs_two_to_thirty_values(values):
    with pytest.raises(ValueError, match="2 to 30 values"):
        interval(values)


def test_a_run_that_diverged_is_not_averaged_away():
    for values in ([1.0, np.inf, 2.0], [1.0, np.nan, 2.0]):
        with pytest.raises(ValueError, match="diverged"):
            interval(values)
    with pytest.raises(ValueError, match="diverged"):
        paired_interval([1.0, np.inf], [2.0, np.inf])


def test_pairs_need_two_of_a_kind():
    with pytest.raises(ValueError, match="for every seed"):
        paired_interval(np.ones(3), np.ones(4))
    with pytest.raises(ValueError, match="for every seed"):
        paired_interval(np.ones(3), np.ones((3, 1)))


def by_trying_all(losses, k):
    return np.median([min(draw) for draw in combinations(losses, k)])


@pytest.mark.parametrize("m", range(1, 10))
def test_the_best_of_k_is_what_trying_all_draws_gives(m):
    rng = np.random.default_rng(m)
    for losses in (rng.normal(size=m), rng.integers(0, 3, m).astype(float)):  # the second have ties
        for k in range(1, m + 1):
            assert best_of(losses, k) == by_trying_all(losses.tolist(), k)


def test_the_best_of_one_is_the_median_and_of_all_the_lowest():
    losses = [5.0, 1.0, 4.0, 2.0]
    assert best_of(losses, 1) == 3.0 and best_of(losses, 4) == 1.0
    assert losses == [5.0, 1.0, 4.0, 2.0]


def test_who_diverged_is_never_the_best():
    losses = [np.nan, 0.5, np.inf, np.inf, np.nan]
    assert best_of(losses, 1) == np.inf and best_of(losses, 2) == np.inf and best_of(losses, 3) == 0.5
    assert best_of([np.inf, np.nan], 1) == np.inf


@pytest.mark.parametrize(("losses", "k"), [([1.0, 2.0], 0), ([1.0, 2.0], 3), ([], 1), ([[1.0, 2.0]], 1)])
def test_what_cannot_be_drawn_is_refused(losses, k):
    with pytest.raises(ValueError, match="k from 1"):
        best_of(losses, k)


def test_a_budget_refuses_before_anything_is_spent_beyond_it():
    budget = Budget(100)
    for _ in range(3):
        budget.spend(32)
    with pytest.raises(BudgetSpentError, match="costs 32, and of the budget of 100 only 4 is left"):
        budget.spend(32)
    assert budget.left == 4
    budget.spend(np.int64(4))
    budget.spend(0)
    assert budget.left == 0 and budget.limit == 100
    with pytest.raises(BudgetSpentError):
        budget.spend(1)


@pytest.mark.parametrize("n", [-1, 0.5, True, "3", 2.0])
def test_a_budget_counts_whole_numbers_that_are_not_below_zero(n):
    budget = Budget(10)
    with pytest.raises(ValueError, match="a cost must be a whole number"):
        budget.spend(n)
    with pytest.raises(ValueError, match="a budget must be a whole number"):
        Budget(n)
    assert budget.left == 10
