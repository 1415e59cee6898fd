"""Claims about picture data: it becomes a scene by its names, and its rows are the swept values."""

import numpy as np
import pytest

from helpers.experiments.frames import Frames, leaving, pairs, short, still, until, until_it_leaves
from helpers.experiments.marks import GAP, beside, heights, marked


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


WINDOW = ((-1.0, 1.0), (-2.0, 2.0))
PATHS = np.array(
    [
        [[0, 0], [1, 2], [0.5, 0], [0, 0]],
        [[0, 0], [0, -1], [0, 3], [0, -9]],
        [[0, 0], [5, 0], [0, 1], [np.inf, np.nan]],
    ]
)


def test_a_path_leaves_with_the_first_point_after_which_none_is_inside():
    assert leaving(PATHS, WINDOW).tolist() == [4, 2, 3]


def test_a_path_is_drawn_up_to_the_point_with_which_it_leaves():
    drawn = until_it_leaves(PATHS, WINDOW)
    assert np.array_equal(drawn[0], PATHS[0])
    assert np.array_equal(drawn[1, :3], PATHS[1, :3]) and np.isnan(drawn[1, 3]).all()
    assert drawn[2, 1].tolist() == [5, 0]  # it comes back


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0.0, "0"),
        (-0.5, "-0.5"),
        (0.00123, "0.0012"),
        (0.000032, "3.2e-05"),
        (99.7, "100"),
        (1322.4, "1322"),
        (2e5, "2.0e+05"),
        (1e-240, "0"),
        (np.nan, "beyond all bounds"),
    ],
)
def test_a_number_in_a_caption_has_an_exponent_only_where_zeros_would_pile_up(number, words):
    assert short(number) == words


def test_a_name_stands_where_its_curve_ends_or_has_left_and_a_line_from_the_others():
    up = heights(np.array([[1e-2, 1e2], [0.0, np.inf], [1.0, 1.0], [np.nan, 1e-9]]), (1e-4, 1e4))
    assert up[:2].tolist() == [[0.25, 0.75], [0, 1]]
    assert np.allclose(up[2], [0.5 - GAP / 2, 0.5 + GAP / 2])
    assert up[3].tolist() == [1, 0]


def test_names_at_the_border_keep_their_order_and_stay_beside_the_axes():
    up = heights(np.array([[1e8, 1e6, 1e7], [1e-7, 1e-8, 1e-6]]), (1e-4, 1e4))
    assert np.allclose(up, [[1, 1 - 2 * GAP, 1 - GAP], [GAP, 0, 2 * GAP]])


def test_the_words_beside_curves_are_right_of_the_axes():
    words = beside(("one", "two"), np.array([[1.0, 10.0]]), (0.1, 100.0))["name of two"]
    assert words.strings == ["two"] and words.places[0, 0] > 1 and 0.5 < words.places[0, 1] < 1


def test_a_path_is_marked_where_it_starts_and_ends():
    marks = marked(PATHS[:2], np.array([[0.0, 0.5]]))
    assert marks["start"].tolist() == [[[0, 0]], [[0, 0]]]
    assert marks["now"].tolist() == [[[0, 0]], [[0, -9]]]
    assert marks["minimum"].tolist() == [[[0, 0.5]], [[0, 0.5]]]
