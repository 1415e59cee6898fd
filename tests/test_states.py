"""Claims about the states of an experiment: what a page loads is what the kernel would have sent."""

import base64
import json
import re
import zlib
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from unpacking import unpacked

from helpers.exercises import quiz
from helpers.ground import CannotGoOnError
from helpers.site import live, states
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
        Slider("rate", "rate", [1, 2]),
        Menu("name", "wave", ["sine", "cosine"]),
        Button("seed", "new wave"),
        Point("start", "start", ax, (0.123, 1)),
    ]
    return stage(fig, scene, values, "value", controls=controls)


def test_a_state_holds_every_point_within_a_tenth_of_a_pixel_and_every_gap(moving):
    for frames in moving.states():
        was, is_now = unpacked(frames), np.concatenate([layer.reshape(-1) for layer in decoded(encoded(frames))])
        assert np.array_equal(np.isnan(was), np.isnan(is_now))
        assert np.nanmax(np.abs(was - is_now)) * SIDE < 0.1


def test_a_state_can_do_with_some_of_the_swept_values(moving):
    frames = moving.frames_at(moving.settings)
    some = states.Plan(1, 1, 3).values(moving)
    few = encoded(frames, some)
    for part, whole in zip(decoded(few), decoded(encoded(frames)), strict=True):
        assert len(part) == 7 and np.allclose(part, whole[some], atol=1e-4, equal_nan=True)
    assert few.head["alts"] == frames["alts"][some] and moving.index in range(20)[some]
    ends = np.cumsum([0, *(layer.size for layer in decoded(few))])
    assert [layer["offset"] for layer in few.head["layers"]] == ends[:-1].tolist()
    assert few.head["layers"][-1]["strings"] == frames["layers"][-1]["strings"][some]


def test_a_file_of_states_gives_back_each_state_by_its_length(moving):
    both = [encoded(moving.frames_at(moving.settings | {"rate": rate})) for rate in (0, 1)]
    raw = zlib.decompress(chunk(both), wbits=-15)
    at = 4 + int.from_bytes(raw[:4], "little")
    said = json.loads(raw[4:at])
    ends = np.cumsum([at, *(head["bytes"] for head in said)])
    assert [raw[start:end] for start, end in pairwise(ends)] == [state.body for state in both]
    assert [head["settings"]["rate"] for head in said] == [0, 1]


def test_states_count_through_all_controls_the_last_and_the_point_fastest(moving):
    settings = [frames["settings"] for frames in moving.states(presses=2, grid=3)]
    assert len(settings) == 2 * 2 * 2 * 9
    assert [each["seed"] for each in settings[:18]] == [0] * 9 + [1] * 9
    assert {tuple(each["start"]) for each in settings} >= {(0.123, 1.0)}
    assert settings[0]["start"] == [0.0, -2.0] and settings[8]["start"] == [4.0, 2.0]


def test_states_are_the_same_in_whichever_order_they_are_built():
    fig, ax = plt.subplots()
    (line,) = ax.plot([])  # whose limits are fitted to each sweep

    def scene(size):
        return Scene({line: size * np.outer([1, 2], [0, 1, 4])}, ["one", "two"])

    shown = stage(fig, scene, [1, 2], "value", controls=[Slider("size", "size", [1, 2, 8, 9, 30])])
    forward = list(shown.states(density=2))
    backward = [shown.frames_at(frames["settings"], 2) for frames in reversed(forward)]
    same = forward == backward[::-1]
    assert same  # not compared here: where CI is set, pytest would look for every difference, for minutes


def test_the_grids_of_states_are_the_coarse_ones_so_that_no_other_place_can_be_asked(moving):
    x, y = next(moving.states(grid=3))["grids"]["start"]
    assert x["values"] == [0, 0.123, 4] and y["values"] == [-2, 1, 2]
    assert x["at"] == sorted(x["at"]) and y["at"] == sorted(y["at"], reverse=True)


@pytest.mark.slow
def test_an_experiment_is_files_and_a_fragment_the_same_whatever_was_shown_before(moving, monkeypatch, tmp_path):
    monkeypatch.setattr(states, "PLANS", (states.Plan(2, 3),))  # few states
    one = live.experiment(moving, "05-waves", tmp_path / "one")
    files = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    assert set(files) == set(one.files) and one.bytes == sum(map(len, files.values()))
    assert one.states == 2 * 2 * 2 * 9
    assert [head["settings"] for head in heads(tmp_path / "one" / "05-waves-0.js")] == [moving.settings]
    assert '<img src="one/05-waves.webp"' in one.html and 'alt="A wave 0.1"' in one.html

    moving.frames_at(moving.settings | {"name": "cosine", "rate": 1})
    live.experiment(moving, "05-waves", tmp_path / "two")
    assert {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()} == files


def test_the_finest_plan_that_fits_the_budget_is_taken(moving, monkeypatch):
    monkeypatch.setattr(states, "RUNS", 1)
    assert states.planned(moving) == states.PLANS[0]
    monkeypatch.setattr(states, "BUDGET", 200_000)
    assert states.planned(moving) in states.PLANS[1:]


@pytest.mark.slow
def test_what_exceeds_the_budget_is_an_error_and_leaves_no_states(moving, monkeypatch, tmp_path):
    monkeypatch.setattr(states, "PLANS", states.PLANS[-1:])
    monkeypatch.setattr(states, "MOST", 10_000)
    with pytest.raises(CannotGoOnError, match="give its sliders fewer values"):
        states.packed(moving, "06-waves", tmp_path)
    assert not list(tmp_path.glob("06-*"))


def test_a_question_is_a_list_and_what_the_page_draws_it_from():
    made = live.question(quiz("quiz-together"), "05-quiz")
    assert made.count("<li>") > 1 and 'data-question="05-quiz"' in made
    assert "</script>" not in made[: made.rindex("</script>")]


def test_scripts_are_no_modules_and_say_nothing_of_a_kernel():
    scripts = {name: text for name, text in live.assets().items() if name.endswith(".js")}
    for text in scripts.values():
        assert not re.search(r"^(export|import) ", text, re.MULTILINE)
    assert "Loading this" in scripts["stage.js"] and "Waiting for the kernel" not in scripts["stage.js"]


def heads(path):
    """Return what a file says of its states."""
    raw = zlib.decompress(base64.b64decode(path.read_text().split('"')[3]), wbits=-15)
    return json.loads(raw[4 : 4 + int.from_bytes(raw[:4], "little")])
