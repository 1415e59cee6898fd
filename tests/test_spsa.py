"""The one exercise of lesson 02 in which chance has a part: right answers draw their signs in many ways."""

import numpy as np
import pytest

from helpers.exercises import checking
from helpers.exercises.catalogue import EXERCISES

DRAWS = {
    "signs of normal numbers": lambda d, rng: np.sign(rng.normal(size=d)),
    "whole numbers": lambda d, rng: 2 * rng.integers(0, 2, size=d) - 1,
    "one coin after another": lambda d, rng: np.array([1 if rng.random() < 0.5 else -1 for _ in range(d)]),
}


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_any_way_to_draw_signs_passes(draw):
    def spsa_gradient(f, x, h, rng):
        s = draw(len(x), rng)
        return (f(x + h * s) - f(x - h * s)) / (2 * h * s)

    assert checking.judge(EXERCISES["spsa-gradient"], spsa_gradient).right


def test_the_order_of_the_two_evaluations_does_not_matter():
    def spsa_gradient(f, x, h, rng):
        s = rng.choice([-1, 1], size=len(x))
        below = f(x - h * s)
        return s * (f(x + h * s) - below) / 2 / h

    assert checking.judge(EXERCISES["spsa-gradient"], spsa_gradient).right


@pytest.mark.slow
def test_a_right_answer_passes_whatever_it_draws():
    for seed in range(30):

        def spsa_gradient(f, x, h, rng, seed=seed):
            s = np.random.default_rng([seed, rng.integers(2**31)]).choice([-1, 1], size=len(x))
            return (f(x + h * s) - f(x - h * s)) / (2 * h) * s

        assert checking.judge(EXERCISES["spsa-gradient"], lambda f, x, h, rng: spsa_gradient(f, x, h, rng)).right


def test_signs_that_favour_one_side_fail():
    def spsa_gradient(f, x, h, rng):
        s = np.where(rng.random(len(x)) < 0.8, 1, -1)
        return (f(x + h * s) - f(x - h * s)) / (2 * h) * s

    assert not checking.judge(EXERCISES["spsa-gradient"], spsa_gradient).right


def test_what_is_no_array_is_told_its_type():
    verdict = checking.judge(EXERCISES["spsa-gradient"], lambda f, x, h, rng: [f(x), f(x)])
    assert verdict.slug == "wrong-type" and "an array of shape (d,)" in verdict.message
