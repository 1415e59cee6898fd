"""Claims about picture data: it becomes a scene by its names, and its rows are the swept values."""

import numpy as np
import pytest

from helpers.experiments.frames import Frames, pairs, still, until


def test_each_artist_gets_the_data_of_its_name_in_the_order_of_the_data():
    frames = Frames({"above": 1, "below": 2}, ["words"], np.array([True]))
    scene = frames.on({"below": "line", "above": "dot"})
    assert list(scene.live.items()) == [("dot", 1), ("line", 2)]
    assert (scene.alt, scene.met) == (["words"], [True])


def test_data_without_an_artist_of_its_name_are_an_error():
    with pytest.raises(KeyError, match="path"):
        Frames({"path": 1}, ["words"], np.array([True])).on({"loss": "line"})


def test_pairs_put_heights_over_the_same_places():
    assert pairs([0, 1], [[2, 3], [4, 5]]).tolist() == [[[0, 2], [1, 3]], [[0, 4], [1, 5]]]


def test_what_is_still_is_the_same_for_every_swept_value():
    assert still(3, [[0, 1], [2, 3]]).tolist() == [[[0, 1], [2, 3]]] * 3


@pytest.mark.parametrize("values", [np.arange(4.0), np.arange(8.0).reshape(4, 2)], ids=["heights", "points"])
def test_row_k_holds_the_values_up_to_step_k_and_none_after_it(values):
    rows = until(np.array([0, 3]), values)
    assert rows.shape == (2, *values.shape)
    assert np.array_equal(rows[0, :1], values[:1]) and np.isnan(rows[0, 1:]).all()
    assert np.array_equal(rows[1], values)
