"""Claims of lesson 12 on the border between learning rates that train a network and those that do not."""

import numpy as np
import pytest

from helpers.experiments.border import border_of_trainability, on_border, roughest, roughness


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_border_of_trainability_is_rougher_eight_times_closer(seed):
    whole = border_of_trainability(seed=seed)
    corner, width = roughest(whole, (0.0, 0.0), 5.0)
    closer = border_of_trainability(corner=corner, width=width, seed=seed)
    assert width == 5 / 8 and 0.2 < whole.mean() < 0.5
    assert roughness(whole) < 1.2 < roughness(closer)


def test_roughness_is_near_one_for_a_circle_and_near_two_for_coins():
    rows, columns = np.mgrid[:48, :48]
    assert roughness((rows - 24) ** 2 + (columns - 24) ** 2 < 225) == pytest.approx(1, abs=0.15)
    assert roughness(np.random.default_rng(0).random((48, 48)) < 0.5) > 1.8


def test_the_border_runs_between_cells_that_differ():
    trains = np.array([[True, True], [True, False]])
    assert on_border(trains).tolist() == [[False, True], [True, False]]
