"""Still pictures of lesson 11: what a picture of intervals says in words is what the intervals say."""

import matplotlib.pyplot as plt
import pytest

from helpers.experiments import modern_pictures


@pytest.fixture
def shown(monkeypatch):
    """What is shown: a list of pairs, each a figure and its text alternative."""
    pairs = []
    monkeypatch.setattr(modern_pictures, "show", lambda fig, alt: pairs.append((fig, alt)))
    yield pairs
    plt.close("all")


def test_an_interval_is_said_to_differ_only_if_it_leaves_zero_out(shown):
    across, above, below = (-0.01, 0.02), (0.001, 0.02), (-0.02, -0.001)
    modern_pictures.show_differences({"SGD": (across, above), "Adam": ((0, 0), (0, 0)), "Muon": (across, below)})
    ((fig, alt),) = shown
    assert [ax.get_title("left") for ax in fig.axes] == [
        "Test loss: 0 of 2 differ from Adam's",
        "Training loss: 2 of 2 differ from Adam's",
    ]
    assert "Test loss: SGD across 0, Muon across 0. Training loss: SGD above 0, Muon below 0." in alt


def test_an_interval_that_ends_at_zero_does_not_leave_it_out(shown):
    modern_pictures.show_differences({"SGD": ((0.0, 0.01), (-0.01, 0.0))})
    assert shown[0][1].count("SGD across 0") == 2


def test_no_interval_is_drawn_beyond_its_picture(shown):
    modern_pictures.show_differences({"Lion": ((0.07, 0.11), (0.12, 0.14))})
    for ax in shown[0][0].axes:
        low, high = ax.get_xlim()
        assert all(low < x < high for line in ax.lines for x in line.get_xdata())
