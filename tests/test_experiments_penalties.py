"""Claims of lesson 07, on the numbers behind its pictures: penalties, and losses on patients that are held out."""

import numpy as np
import pytest

from helpers.experiments.regularisation import (
    HELD_OUT,
    chosen_strength,
    l1_path,
    l2_path,
    shrunk,
    split_losses,
    standard_diabetes,
)

STRENGTHS = np.array([1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0, 100.0])


@pytest.fixture(scope="module")
def weights():
    data = standard_diabetes()
    l1 = {step: l1_path(data, STRENGTHS, step == "proximal step") for step in ("proximal step", "subgradient step")}
    return l1, l2_path(data, STRENGTHS)


def test_the_proximal_step_sets_ever_more_weights_to_exactly_zero(weights):
    l1, l2 = weights
    zeros = np.sum(l1["proximal step"] == 0, axis=1)
    assert np.all(np.diff(zeros) >= 0) and (zeros[0], zeros[-1]) == (2, 10)
    assert np.array_equal(shrunk(STRENGTHS, l1["proximal step"], l2, "proximal step").met, zeros == 7)
    assert 7 in zeros


def test_the_words_count_the_weights_that_are_exactly_zero(weights):
    l1, l2 = weights
    live = shrunk(STRENGTHS, l1["proximal step"], l2, "proximal step").live
    assert (live["L1 words"][0], live["L1 words"][-1]) == ("exactly 0: 2", "exactly 0: all")
    assert set(live["L2 words"]) == {"exactly 0: none"}


def test_neither_the_subgradient_step_nor_l2_sets_a_weight_to_exactly_zero(weights):
    l1, l2 = weights
    assert np.all(l1["subgradient step"] != 0) and np.all(l2 != 0)
    assert not shrunk(STRENGTHS, l1["subgradient step"], l2, "subgradient step").met.any()


def test_the_weights_under_l2_become_shorter_with_every_strength(weights):
    assert np.all(np.diff(np.linalg.norm(weights[1], axis=1)) < 0)


@pytest.mark.parametrize("size", [20, 200])
def test_the_loss_on_the_fit_rises_with_every_strength_and_the_weights_shrink(size):
    w, training, _ = split_losses(size, 0, HELD_OUT)
    assert np.all(np.diff(training) > 0) and np.all(np.diff(np.linalg.norm(w, axis=1)) < 0)


def test_a_penalty_mends_much_where_the_fit_has_few_patients_and_little_where_it_has_many():
    gains = {
        size: [(h / h[0]).min() for _, _, h in (split_losses(size, d, HELD_OUT) for d in range(8))]
        for size in (20, 200)
    }
    assert np.mean(gains[20]) < 0.8 and np.mean(gains[200]) > 0.95


def test_the_held_out_challenge_is_met_at_first_in_the_middle_and_at_neither_end():
    met = chosen_strength(20, 0, HELD_OUT).met
    assert met.any() and not met[0] and not met[-1]


def test_the_lowest_held_out_loss_is_where_the_dotted_line_stands():
    frames = chosen_strength(30, 1, HELD_OUT)
    best = split_losses(30, 1, HELD_OUT)[2].argmin()
    assert np.all(frames.live["lowest"][..., 0] == HELD_OUT[best])
