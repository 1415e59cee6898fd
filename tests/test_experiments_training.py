"""Claims of lesson 12 on depth, normalising, clipping, decay, double descent, grokking and the border."""

import numpy as np
import pytest
import torch

from helpers.exercises.catalogue import EXERCISES
from helpers.experiments import training_results
from helpers.experiments.training_results import (
    clipped_recurrent,
    double_descent,
    grokking,
    normalised,
    scaled_before_norm,
    weight_decay_and_stopping,
)
from helpers.networks import layers

RATES = 10 ** np.arange(-2, 0.6, 0.5)
LENGTH = 50
clip = EXERCISES["clip-gradients"].reference


@pytest.mark.slow
def test_batch_norm_trains_over_a_wider_range_of_rates():
    trains = {norm: RATES[normalised(norm, RATES) < 0.1] for norm in training_results.NORMS}
    ranges = {norm: rates.max() / rates.min() for norm, rates in trains.items()}
    assert ranges["plain"] < 4 and ranges["plain"] < ranges["layer norm"] < ranges["batch norm"]
    assert ranges["batch norm"] > 30


@pytest.mark.parametrize("norm", training_results.NORMS)
def test_the_gradient_through_a_norm_is_torchs(norm):
    rng = np.random.default_rng(1)
    weights = layers((5, 6, 6, 4), rng, runs=2)
    x, y = rng.normal(size=(9, 5)), rng.integers(4, size=9)
    scores, grads = training_results._deep(weights, x, y, norm)
    for run in range(2):
        tensors = [torch.tensor(w[run], requires_grad=True) for w in weights]
        h = torch.tensor(x)
        for W, b in zip(tensors[:-2:2], tensors[1:-2:2], strict=True):
            z = h @ W + b
            if norm == "layer norm":
                z = torch.nn.functional.layer_norm(z, z.shape[1:])
            if norm == "batch norm":
                z = torch.nn.functional.batch_norm(z, None, None, training=True)
            h = torch.relu(z)
        found = h @ tensors[-2] + tensors[-1]
        torch.nn.functional.cross_entropy(found, torch.tensor(y)).backward()
        assert np.allclose(found.detach().numpy(), scores[run], rtol=0, atol=1e-12)
        for tensor, grad in zip(tensors, grads, strict=True):
            assert np.allclose(tensor.grad.numpy(), grad[run], rtol=0, atol=1e-12)


def test_larger_weights_before_batch_norm_change_the_gradient_and_hardly_the_loss():
    difference, ratio = scaled_before_norm(10)
    assert 0 < abs(difference) < 1e-4 and ratio == pytest.approx(0.1, rel=1e-3)


def test_the_gradient_through_time_is_torchs():
    rng = np.random.default_rng(2)
    weights = [rng.normal(size=shape) for shape in ((3, 4, 4), (3, 1, 4), (3, 4, 1))]
    x = rng.normal(size=(6, 3, 5, 1))
    losses, grads = training_results._through_time(weights, x)
    W, U, last = tensors = [torch.tensor(w, requires_grad=True) for w in weights]
    h = torch.zeros(3, 5, 4, dtype=torch.float64)
    for numbers in torch.tensor(x):
        h = torch.tanh(h @ W + numbers * U)
    found = ((h @ last - torch.tensor(x).sum(0) / 2) ** 2).mean((1, 2))
    found.sum().backward()
    assert np.allclose(found.detach().numpy(), losses, rtol=1e-12)
    for tensor, grad in zip(tensors, grads, strict=True):
        assert np.allclose(tensor.grad.numpy(), grad, rtol=1e-10, atol=1e-12)


@pytest.mark.slow
def test_recurrent_networks_train_with_clipping_and_without_it_hardly_one():
    runs = clipped_recurrent(clip)
    assert runs.losses.shape == runs.norms.shape == (2, 2, 8, 400)
    without, clipped = runs.trained(0.45)
    assert without.max() <= 1 and clipped.min() >= 7
    assert runs.norms[1].max() > 20 * np.median(runs.norms[1])


def test_clipping_works_on_each_network_alone():
    seen = []

    def noting(grads, largest):
        seen.append([grad.shape for grad in grads])
        return clip(grads, largest)

    clipped_recurrent(noting, runs=3, steps=2)
    assert seen == [[(16, 16), (1, 16), (16, 1)]] * 12


@pytest.mark.slow
def test_on_few_digits_with_wrong_labels_the_loss_has_its_lowest_value_early_unless_weights_decay():
    fitted = weight_decay_and_stopping()
    assert fitted.steps.tolist() == list(range(0, 1001, 25)) and fitted.errors.shape == (2, 41)
    plain, decayed = fitted.held_out
    assert 100 <= fitted.steps[plain.argmin()] <= 400 and plain[-1] > 1.1 * plain.min()
    assert decayed[-1] < 1.1 * decayed.min()
    assert fitted.training[0, -1] < 0.02 < 0.2 < fitted.training[1, -1]
    assert fitted.errors[1, -1] < fitted.errors[0, -1]


@pytest.fixture(scope="module")
def fits():
    return double_descent((50, 100, 180, 200, 220, 400, 2000))


def test_the_error_has_its_peak_where_there_are_as_many_features_as_digits_to_learn_from(fits):
    assert fits.errors.shape == fits.norms.shape == (2, 7, 5)
    fifty, hundred, before, peak, after, four_hundred, many = fits.errors[0].mean(axis=-1)
    assert peak > 3 * max(hundred, four_hundred) and peak > before > fifty and peak > after > four_hundred
    assert many < 0.05 < hundred
    assert fits.norms[0].mean(axis=-1).argmax() == 3


def test_a_ridge_takes_the_peak_away(fits):
    errors = fits.errors[1].mean(axis=-1)
    assert np.all(np.diff(errors) < 0.005) and errors[3] < 0.08
    assert fits.norms[1].max() < fits.norms[0, 3].min()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_sums_are_learned_by_heart_at_once_and_understood_ten_times_later(seed):
    steps, own, others = grokking(seed=seed)
    by_heart, understood = (steps[(share >= 0.95).argmax()] for share in (own, others))
    assert own.max() >= 0.95 and others.max() >= 0.95
    assert by_heart <= 40 and understood > 10 * by_heart


@pytest.mark.slow
def test_more_decay_is_faster_and_little_decay_does_not_get_there():
    steps, _, others = grokking(decay=3.0, steps=400)
    assert steps[(others >= 0.95).argmax()] <= 200 and others[-1] >= 0.95
    assert grokking(decay=0.1)[2].max() < 0.2
