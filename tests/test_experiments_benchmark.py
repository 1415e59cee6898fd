"""Claims of lesson 11's benchmark: who wins depends on the metric and on the budget; averaging needs no schedule."""

import numpy as np
import pytest

from helpers.comparing import best_of, paired_interval
from helpers.data import digits
from helpers.experiments import benchmark
from helpers.experiments.benchmark import (
    BATCH,
    FRESH,
    LEAST_SQUARES_RATES,
    RULES_COMPARED,
    SIZES,
    TUNING,
    averaging,
    compared,
    split,
    trained,
    tuned,
)
from helpers.networks import evaluate, layers, loss_and_gradient
from helpers.optimizers import adam, muon
from helpers.schedules import cosine


def test_the_digits_are_split_without_overlap_and_centred_by_what_is_learnt_alone():
    learn, choose, judge = split()
    assert [len(y) for _, y in split()] == [1297, 250, 250]
    x = np.concatenate([learn[0], choose[0], judge[0]])
    data = digits()
    assert sorted(map(bytes, np.round(x - x.min(axis=0), 9))) == sorted(map(bytes, np.round(data.x / 16, 9)))
    assert np.abs(learn[0].mean(axis=0)).max() < 1e-12 < np.abs(choose[0].mean(axis=0)).max()
    assert np.bincount(judge[1]).min() > 10


def test_tuning_and_judging_share_no_seed():
    assert len(TUNING) == 5 and len(FRESH) == 12 and not set(TUNING) & set(FRESH)


def test_every_rule_may_try_nine_rates_over_three_decades():
    for _, rates in RULES_COMPARED.values():
        assert len(rates) == 9 and rates[-1] / rates[0] == pytest.approx(1000)


def test_every_seed_goes_through_all_digits_before_it_sees_one_again():
    batches = list(benchmark._batches(1297, [3, 4], 45))
    assert len(batches) == 45 and all(batch.shape == (2, BATCH) for batch in batches)
    for seed in range(2):
        for epoch in (batches[:20], batches[20:40]):
            assert len({int(i) for batch in epoch for i in batch[seed]}) == 20 * BATCH
    assert (batches[0][0] != batches[0][1]).any() and (batches[0][0] != batches[20][0]).any()
    again = list(benchmark._batches(1297, [4], 45))
    assert all(np.array_equal(one[1], other[0]) for one, other in zip(batches, again, strict=True))


def alone(seed, lr, steps, step):
    """Train one network, array by array: step(k, w, grad, state, lr) returns the next w and its state."""
    weights = layers(SIZES, np.random.default_rng([0, seed]), last=0.5)
    x, y = split().learn
    states = [()] * len(weights)
    for t, batch in enumerate(benchmark._batches(len(y), [seed], steps)):
        _, grads = loss_and_gradient(weights, x[batch[0]], y[batch[0]])
        for k, grad in enumerate(grads):
            weights[k], *states[k] = step(k, weights[k], grad, states[k], lr * (1 - t / steps))
    return weights


def one_adam(k, w, grad, state, lr):
    return adam(w, grad, *state, lr=lr, beta2=0.99)


def one_muon(k, w, grad, state, lr):
    hidden = k in (0, 2)  # the matrices of the two hidden layers
    return muon(w, grad, *state, lr=lr, weight_decay=0.0) if hidden else one_adam(k, w, grad, state, lr / 10)


@pytest.mark.parametrize(("name", "step"), [("Adam", one_adam), ("Muon", one_muon)])
def test_networks_side_by_side_are_each_of_them_alone(name, step):
    together = trained(name, np.array([0.01, 0.03]), [7, 8], steps=22)
    for i, (lr, seed) in enumerate([(0.01, 7), (0.01, 8), (0.03, 7), (0.03, 8)]):
        for one, other in zip(together, alone(seed, lr, 22, step), strict=True):
            assert one[i] == pytest.approx(other, abs=1e-8)


# The claims on a whole benchmark: some ten seconds of a processor.


def against_adam(name, metric):
    judged = compared()
    return paired_interval(getattr(judged[name], metric), getattr(judged["Adam"], metric))


@pytest.mark.slow
def test_tuning_finds_its_best_rates_inside_the_range_and_judging_takes_those():
    judged = compared()
    assert list(tuned()) == list(judged) == list(RULES_COMPARED)
    for name, (rates, losses, lr, train_losses, lr_train) in tuned().items():
        for found, best in ((losses, lr), (train_losses, lr_train)):
            assert found.shape == (9,) and not np.isnan(found).any()
            assert 0 < found.argmin() < 8 and best == rates[found.argmin()]
        assert (judged[name].lr, judged[name].lr_train) == (lr, lr_train)
        for found in (judged[name].train, judged[name].test, judged[name].errors):
            assert found.shape == (12,) and np.isfinite(found).all()
        assert judged[name].errors.mean() < 0.1 and judged[name].train.mean() < judged[name].test.mean()
    assert compared()["Muon"] is judged["Muon"], "computed twice"


@pytest.mark.slow
def test_the_losses_are_those_of_the_digits_that_they_are_named_after():
    weights = trained("Adam", RULES_COMPARED["Adam"].rates[5:6], TUNING)
    assert tuned()["Adam"].losses[5] == pytest.approx(evaluate(weights, *split().choose)[0].mean(), rel=1e-6)
    assert tuned()["Adam"].train_losses[5] == pytest.approx(evaluate(weights, *split().learn)[0].mean(), rel=1e-6)


@pytest.mark.slow
def test_muon_wins_by_the_training_loss_and_not_by_the_test_loss():
    judged = compared()
    assert against_adam("Muon", "train").high < -0.002
    assert judged["Muon"].train.mean() < judged["Adam"].train.mean() / 3
    assert against_adam("Muon", "test").high > 0


@pytest.mark.slow
def test_lion_loses_here_by_both_losses():
    assert against_adam("Lion", "train").low > 0 and against_adam("Lion", "test").low > 0.03


@pytest.mark.slow
def test_with_one_rate_to_try_adam_is_ahead_and_with_five_another_is():
    leaders = {k: min(tuned(), key=lambda name: best_of(tuned()[name].losses, k)) for k in (1, 5)}
    assert leaders[1] == "Adam" != leaders[5]


# Averaging


def mean_excess(seeds, rates=None):
    return {name: found.excess.mean(axis=0) for name, found in averaging(seeds, rates).items()}


@pytest.mark.slow
def test_schedule_free_is_near_cosine_at_the_end_and_far_ahead_half_way_on_fresh_seeds_too():
    rates = {name: found.lr for name, found in averaging().items()}
    for excess in (mean_excess(range(8)), mean_excess(range(8, 16), rates)):
        half, end = excess["schedule-free"][2:] / excess["cosine"][2:]
        assert 1 < end < 2.5 and half < 0.6
        assert (excess["average"][2:] < np.minimum(excess["cosine"], excess["schedule-free"])[2:]).all()
        assert excess["constant"][-1] > 3 * excess["cosine"][-1]


def test_the_rate_of_each_way_is_the_best_of_those_tried():
    for name, (lr, excess) in averaging().items():
        assert excess.shape == (8, 4)
        for other in (LEAST_SQUARES_RATES[0], LEAST_SQUARES_RATES[3], LEAST_SQUARES_RATES[-1]):
            rates = {way: float(other) for way in averaging()}
            assert averaging(rates=rates)[name].excess[:, -1].mean() >= excess[:, -1].mean()
        assert lr in LEAST_SQUARES_RATES
    with pytest.raises(ValueError, match="not in list"):
        averaging(rates=dict.fromkeys(averaging(), 0.2))


def test_the_four_ways_are_what_they_are_called():
    """One seed, one rate, sample by sample."""
    seed, lr, steps, beta = 2, float(LEAST_SQUARES_RATES[2]), 60, 0.9
    x, y, best = benchmark._least_squares(seed)
    assert x.T @ (x @ best - y) == pytest.approx(np.zeros(20), abs=1e-10)
    picks = np.random.default_rng(100 + seed).integers(400, size=(steps, 4))
    plain, cooled, z, free = np.zeros((4, 20))
    points, all_z = [], []

    def grad(w, t):
        return sum((w @ x[i] - y[i]) * x[i] for i in picks[t]) / 4

    for t in range(steps):
        plain = plain - lr * grad(plain, t)
        cooled = cooled - cosine(lr, steps)(t) * grad(cooled, t)
        z = z - lr * grad((1 - beta) * z + beta * free, t)
        points.append(plain)
        all_z.append(z)
        free = np.mean(all_z, axis=0)
    ends = {"constant": plain, "cosine": cooled, "schedule-free": free, "average": np.mean(points, axis=0)}
    found = averaging([seed], dict.fromkeys(ends, lr), marks=[30, steps])
    for name, w in ends.items():
        wanted = (np.mean((x @ w - y) ** 2) - np.mean((x @ best - y) ** 2)) / 2
        assert found[name].excess[0, 1] == pytest.approx(wanted, rel=1e-9)
