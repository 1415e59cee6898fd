"""Claims of lesson 07, on the numbers behind its pictures: penalties, and losses on patients that are held out."""

from itertools import pairwise

import numpy as np
import pytest

from helpers.experiments.regularisation import (
    HELD_OUT,
    chosen_strength,
    l1_path,
    l2_path,
    path_by,
    plain_step,
    plain_verdict,
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


def test_a_hundred_proximal_steps_at_each_strength_reach_the_minimum_that_many_steps_find(weights):
    strengths = np.geomspace(1, 100, 100)
    warm, long = path_by(plain_step, standard_diabetes(), strengths), l1_path(standard_diabetes(), strengths, True)
    assert np.array_equal(warm == 0, long == 0)
    assert abs(warm - long).max() < 0.1


def test_the_first_weights_to_leave_zero_are_those_of_the_paper_and_one_comes_back():
    strengths = np.geomspace(100, 0.1, 151)
    w = path_by(plain_step, standard_diabetes(), strengths, steps=200)
    enters = np.argmax(w != 0, axis=0)
    assert np.argsort(enters)[:4].tolist() == [2, 8, 3, 6]
    again = (w == 0) & (np.arange(151)[:, np.newaxis] > enters)
    assert np.flatnonzero(again.any(axis=0)).tolist() == [6]


def test_the_verdicts_go_from_too_weak_over_about_right_to_too_strong():
    verdicts = chosen_strength(20, 0, HELD_OUT, plain_verdict).live["verdict"]
    changes = [verdicts[0], *(b for a, b in pairwise(verdicts) if a != b)]
    assert changes == ["too weak", "about right", "too strong"]


def test_the_words_in_the_picture_are_those_of_the_given_judge():
    assert set(chosen_strength(20, 0, HELD_OUT, lambda *curves: "no idea").live["verdict"]) == {"no idea"}


def test_a_penalty_lowers_the_condition_number_as_the_lesson_says():
    x = standard_diabetes().x
    curvatures = np.linalg.eigvalsh(2 * x.T @ x / len(x))
    conditions = [(curvatures[-1] + s) / (curvatures[0] + s) for s in (0.0, 0.1, 10.0)]
    assert conditions == pytest.approx([470.1, 69.6, 1.8], rel=0.01)
