"""Claims of lesson 14, on the numbers that its results compute."""

import numpy as np
import pytest
import torch
from scipy.optimize import curve_fit

from helpers.data import digits
from helpers.experiments.scaling_results import (
    accumulated,
    critical_batch,
    descend_on_shards,
    fit_batches,
    local_losses,
    noise_scales,
    relative_error,
    shard_gradients,
    sign_descents,
    top_k_gaps,
)
from helpers.networks import layers


def combine(grads, counts):
    return counts @ grads / counts.sum()


def mean_of_means(grads, counts):
    return grads.mean(axis=0)


def compress(grad, memory, k):
    wanted = grad + memory
    sent = np.zeros_like(wanted)
    largest = np.argsort(-np.abs(wanted))[:k]
    sent[largest] = wanted[largest]
    return sent, wanted - sent


@pytest.mark.parametrize(
    ("counts", "off"), [((250, 250, 250, 250), 0.0), ((400, 300, 200, 100), 0.085), ((997, 1, 1, 1), 0.54)]
)
def test_the_mean_of_means_is_wrong_on_ragged_shards_and_the_weighted_mean_is_not(counts, off):
    shards = shard_gradients(counts)
    assert relative_error(combine(shards.grads, shards.counts), shards.whole) < 1e-15
    assert relative_error(mean_of_means(shards.grads, shards.counts), shards.whole) == pytest.approx(off, abs=1e-3)


def test_shards_that_do_not_make_up_the_samples_are_refused():
    with pytest.raises(ValueError, match="must have 1000 samples together, and have 900"):
        shard_gradients((400, 500))


def test_the_mean_of_means_of_ragged_sorted_shards_settles_at_the_wrong_place():
    last, lowest = descend_on_shards(combine)
    assert last == pytest.approx(lowest, abs=1e-12)
    assert descend_on_shards(mean_of_means)[0] > lowest + 0.02


@pytest.mark.parametrize("counts", [(16, 16, 16, 16), (32, 20, 10, 2)])
def test_accumulation_gives_the_gradient_of_the_whole_batch_and_batch_norm_breaks_it(counts):
    assert accumulated(combine, counts) < 1e-15
    assert accumulated(combine, counts, batch_norm=True) > 0.2
    assert accumulated(combine, (64,), batch_norm=True) == 0


def test_the_gradient_through_batch_norm_is_torchs():
    seen = []
    accumulated(lambda grads, counts: seen.append(grads) or grads[0], (40,), batch_norm=True)
    data, rng = digits(), np.random.default_rng(0)
    chosen = rng.permutation(len(data.y))[:40]
    weights = [torch.tensor(w, requires_grad=True) for w in layers((64, 32, 10), rng)]
    W1, b1, W2, b2 = weights
    sums = torch.tensor(data.x[chosen] / 16) @ W1 + b1
    hidden = torch.nn.functional.batch_norm(sums, None, None, training=True, eps=1e-5).relu()
    torch.nn.functional.cross_entropy(hidden @ W2 + b2, torch.tensor(data.y[chosen])).backward()
    assert np.allclose(seen[0][0], torch.cat([w.grad.flatten() for w in weights]), atol=1e-14)


def test_sign_descent_is_stuck_and_a_memory_frees_it():
    without, remembering = sign_descents()
    assert without[0] == remembering[0] == 1
    assert without.min() > 1 - 1e-12 and without[-1] == pytest.approx(1, abs=2e-3)
    assert remembering[-1] < 1e-3


@pytest.mark.slow
def test_one_number_of_31_is_enough_for_workers_that_remember_the_rest():
    all_sent, remembering, forgetting = (
        top_k_gaps(compress, 31),
        top_k_gaps(compress, 1),
        top_k_gaps(compress, 1, remember=False),
    )
    assert remembering[0] == forgetting[0] == pytest.approx(0.593, abs=1e-3)
    assert 0 < all_sent[-1] < remembering[-1] < 1e-5
    assert forgetting[-1] > 0.04


@pytest.mark.slow
def test_local_steps_cost_little_on_shuffled_shards_and_much_on_shards_by_label():
    shuffled, by_label = local_losses(False), local_losses(True)
    assert shuffled[0] == pytest.approx(by_label[0], abs=0.01)
    assert shuffled[-1] < 1.2 * shuffled[0] and by_label[-1] > 5 * by_label[0]
    assert np.all(np.diff(by_label) > 0)


@pytest.fixture(scope="module")
def batches():
    return critical_batch()


def test_larger_batches_need_fewer_steps_and_from_16_on_more_samples(batches):
    assert np.all(np.diff(batches.steps) < 0)
    assert batches.steps[0] > 100 * batches.steps[-1]
    assert np.all(np.diff((batches.sizes * batches.steps)[2:]) > 0)


def test_the_steps_lie_on_the_curve_of_mccandlish_and_others_within_a_sixth(batches):
    assert batches.misfit < 1 / 6
    assert batches.critical == pytest.approx(209, rel=0.05) and batches.least == pytest.approx(7.4, rel=0.05)


def test_the_fit_finds_the_curve_that_the_steps_were_made_from_and_is_scipys():
    sizes = np.array([1, 4, 16, 64, 256])
    assert fit_batches(sizes, 12 * (1 + 50 / sizes)) == pytest.approx((12, 50), rel=2e-3)
    steps = np.array([900, 260, 80, 30, 19])
    (log_least, log_critical), _ = curve_fit(
        lambda b, least, critical: least + np.log1p(np.exp(critical) / b), sizes, np.log(steps), p0=(2, 3)
    )
    assert fit_batches(sizes, steps) == pytest.approx((np.exp(log_least), np.exp(log_critical)), rel=2e-3)


def test_batches_without_samples_reach_nothing():
    with pytest.raises(ValueError, match="no rate reaches the goal"):
        critical_batch((0,))


def test_the_noise_scale_grows_on_the_way_down():
    scales = noise_scales()
    assert np.all(np.diff(scales) > 0)
    assert scales[0] == pytest.approx(21, abs=1) and scales[-1] == pytest.approx(344, abs=2)
