"""Many workers in one process: the ring adds what it should and sends what it says, late gradients have their limit."""

import numpy as np
import pytest

from helpers.distributed import delayed_descent, local_descent, ring_all_reduce


@pytest.mark.parametrize("workers", [1, 2, 3, 4, 8])
@pytest.mark.parametrize("d", [1, 5, 24, 25])
def test_after_the_ring_every_worker_has_the_same_sum(workers, d):
    vectors = np.random.default_rng(0).normal(size=(workers, d))
    before = vectors.copy()
    sums, _, held = ring_all_reduce(vectors)
    assert (vectors == before).all()
    assert (sums == sums[0]).all(), "bit for bit"
    np.testing.assert_allclose(sums[0], vectors.sum(axis=0), rtol=1e-12, atol=1e-12)
    assert len(held) == 2 * (workers - 1) + 1
    assert (held[0] == 1).all() and (held[-1] == workers).all()


@pytest.mark.parametrize("workers", [2, 4, 8, 16])
def test_each_worker_sends_nearly_twice_the_vector_however_many_they_are(workers):
    vectors = np.ones((workers, 240 * workers))
    sent = ring_all_reduce(vectors).sent
    assert (sent / vectors[0].nbytes == 2 * (workers - 1) / workers).all()


def test_half_way_each_worker_has_the_sum_of_one_chunk():
    held = ring_all_reduce(np.ones((4, 8))).held
    assert ((held[3] == 4).sum(axis=1) == 1).all()
    assert not (held[2] == 4).any()


def test_vectors_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match=r"one length, and got \(2,\), \(3,\)"):
        ring_all_reduce([np.ones(2), np.ones(3)])
    with pytest.raises(ValueError, match="got none"):
        ring_all_reduce([])


@pytest.mark.parametrize("delay", [0, 1, 2, 3, 5, 10, 20])
def test_a_late_gradient_settles_below_its_limit_and_not_above(delay):
    limit = 2 * np.sin(np.pi / (2 * (2 * delay + 1)))
    rates = np.array([[0.99], [1.01]]) * limit
    path = delayed_descent(lambda w: w, np.ones((2, 1)), rates, delay, 400 * (delay + 1) * (delay + 1))
    early, late = (np.abs(path[:, part, 0]).max(axis=1) for part in (slice(0, 50), slice(-50, None)))
    assert late[0] < 0.9 * early[0] and late[1] > 1.1 * early[1]


def test_no_delay_is_gradient_descent():
    path = delayed_descent(lambda w: 3 * w, np.array([1.0, -2.0]), 0.1, 0, 5)
    np.testing.assert_allclose(path, np.array([1.0, -2.0]) * 0.7 ** np.arange(6)[:, None])
    with pytest.raises(ValueError, match="0 or more"):
        delayed_descent(lambda w: w, np.ones(1), 0.1, -1, 5)


def test_workers_that_meet_after_every_step_are_one_worker_with_the_mean_gradient():
    centres = np.array([[0.0], [1.0], [5.0]])
    means = local_descent(lambda w, step: w - centres, np.array([9.0]), 3, 0.2, 10, 1)
    expected = 2 + 7 * 0.8 ** np.arange(11)
    np.testing.assert_allclose(means[:, 0], expected)


def test_workers_of_different_curvature_that_seldom_meet_settle_elsewhere():
    centres, curvatures = np.array([[0.0], [4.0]]), np.array([[1.0], [4.0]])
    often, seldom = (
        local_descent(lambda w, step: curvatures * (w - centres), np.zeros(1), 2, 0.1, 400, local)[-1, 0]
        for local in (1, 20)
    )
    assert often == pytest.approx(16 / 5) and abs(seldom - 16 / 5) > 0.5
    with pytest.raises(ValueError, match="divide the steps"):
        local_descent(lambda w, step: w, np.zeros(1), 2, 0.1, 10, 3)
