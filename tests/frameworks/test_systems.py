"""Each system descends as NumPy does, along the whole path, and a learning rate that is 0.1 % off is noticed."""

import numpy as np
import pytest

from helpers.frameworks.problem import ELSEWHERE, FEW
from helpers.frameworks.systems import SYSTEMS, difference, reference


def assert_agrees(outcome, key, **other):
    """The one assertion: a path stays within the tolerance of the reference's."""
    if outcome.answer is None:
        pytest.fail(f"{outcome.name} did not run. {outcome.sentence}", pytrace=False)
    system = SYSTEMS[outcome.name]
    assert difference(np.array(outcome.answer[key]), reference(system, **other).path) <= system.tolerance


def test_the_whole_path_agrees_with_the_reference(outcome):
    assert_agrees(outcome, "path")


def test_it_begins_where_it_is_told(outcome):
    assert_agrees(outcome, "elsewhere", start=ELSEWHERE, steps=FEW)


def test_a_learning_rate_that_is_a_thousandth_off_fails_the_same_assertion(outcome):
    with pytest.raises(AssertionError):
        assert_agrees(outcome, "control")


def test_the_losses_agree_with_the_reference(outcome):
    if outcome.answer is None:
        pytest.fail(f"{outcome.name} did not run. {outcome.sentence}", pytrace=False)
    system = SYSTEMS[outcome.name]
    losses = reference(system).losses
    assert np.abs(np.array(outcome.answer["losses"]) - losses).max() <= 10 * system.tolerance
