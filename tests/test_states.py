"""Claims about the states of an experiment: what a page loads is what the kernel would have sent."""

import json
import zlib
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.site import live
from helpers.site.encode import chunk, decoded, encoded
from helpers.stage import Button, Menu, Point, Scene, Slider, stage

SIDE = 1800  # pixels


@pytest.fixture
def moving():
    """A small experiment with every kind of control, a gap in its line, and a line that leaves the picture."""
    fig, ax = plt.subplots()
    (line,), (far,), dots = ax.plot([]), ax.plot([]), ax.scatter([], [])
    word = ax.text(0, 0, "")
    ax.set(xlim=(0, 4), ylim=(-2, 2))
    values = np.linspace(0.1, 2, 20)
    x = np.linspace(0, 4, 50)

    def scene(rate, name, seed, start):
        wave = (np.sin if name == "sine" else np.cos)(np.outer(values, x) * rate + start[0] + seed)
        waves = np.stack([np.broadcast_to(x, wave.shape), wave], axis=-1)
        waves[:, 20] = np.nan
        away = np.stack([np.broadcast_to(x, wave.shape), 1e6 * wave], axis=-1)
        return Scene(
            {line: waves, far: away, dots: waves[:, ::7], word: [f"{v:.1f}" for v in values]}, "A wave {}".format
        )

    controls = [
        Slider("rate", "rate", [1, 2, 3]),
        Menu("name", "wave", ["sine", "cosine"]),
        Button("seed", "new wave"),
        Point("start", "start", ax, (0.123, 1)),
    ]
    return stage(fig, scene, values, "value", controls=controls)


def sent(frames):
    """Return the points of each layer as stage.js reads them."""
    raw = zlib.decompress(frames["data"]) if frames["deflated"] else frames["data"]
    changes, (low, high), n = np.frombuffer(raw, "<u2"), frames["range"], len(frames["alts"])
    for layer in frames["layers"]:
        part = changes[layer["offset"] :][: 2 * n * layer["count"]].reshape(n, layer["count"], 2)
        numbers = np.cumsum(part, axis=0, dtype="<u2")
        yield np.where(numbers == 65535, np.nan, low + numbers * ((high - low) / 65534))


def test_a_state_holds_every_point_within_a_tenth_of_a_pixel_and_every_gap(moving):
    frames = moving.frames_at(moving.settings, 2)
    for was, is_now in zip(sent(frames), decoded(encoded(frames)), strict=True):
        assert np.array_equal(np.isnan(was), np.isnan(is_now))
        assert np.nanmax(np.abs(was - is_now)) * SIDE < 0.1


def test_a_file_of_states_gives_back_each_state_by_its_length(moving):
    states = [encoded(moving.frames_at(moving.settings | {"rate": rate})) for rate in (0, 1, 2)]
    raw = zlib.decompress(chunk(states), wbits=-15)
    at = 4 + int.from_bytes(raw[:4], "little")
    heads = json.loads(raw[4:at])
    ends = np.cumsum([at, *(head["bytes"] for head in heads)])
    assert [raw[start:end] for start, end in pairwise(ends)] == [state.body for state in states]
    assert [head["settings"]["rate"] for head in heads] == [0, 1, 2]


def test_states_count_through_all_controls_the_last_and_the_point_fastest(moving):
    states = list(moving.states(presses=2, grid=3))
    settings = [state["settings"] for state in states]
    assert len(states) == 3 * 2 * 2 * 9
    assert [each["seed"] for each in settings[:18]] == [0] * 9 + [1] * 9
    assert {tuple(each["start"]) for each in settings} >= {(0.123, 1.0)}
    assert settings[0]["start"] == [0.0, -2.0] and settings[8]["start"] == [4.0, 2.0]


def test_the_grids_of_states_are_the_coarse_ones_so_that_no_other_place_can_be_asked(moving):
    x, y = next(moving.states(grid=3))["grids"]["start"]
    assert x["values"] == [0, 0.123, 4] and y["values"] == [-2, 1, 2]
    assert x["at"] == sorted(x["at"]) and y["at"] == sorted(y["at"], reverse=True)


def test_an_experiment_is_a_fragment_and_files_of_which_the_first_holds_the_start_alone(moving, tmp_path):
    made = live.experiment(moving, "05-waves", tmp_path / "data")
    assert {path.name for path in (tmp_path / "data").iterdir()} == set(made.files)
    assert made.bytes == sum(path.stat().st_size for path in (tmp_path / "data").iterdir())
    assert made.states == 3 * 2 * 4 * 81
    assert '<img src="data/05-waves.webp"' in made.html and 'alt="A wave 0.1"' in made.html
