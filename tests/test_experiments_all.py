"""What every live experiment keeps to, whatever it shows: it fits the screen, and its words can be read."""

import ast
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from matplotlib.text import Text

from helpers.authoring.canonical import read
from helpers.authoring.live import experiments
from helpers.site.states import planned
from helpers.stage import Menu, Point, Slider

ROOT = Path(__file__).parents[1]
SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))
SHOWN = [(path.stem, shown.name) for path in SOLUTIONS for shown in experiments(read(path))]

pytestmark = pytest.mark.slow
each_experiment = pytest.mark.parametrize(
    ("lesson", "name"),
    SHOWN,
    ids=lambda word: word[:2] if word[:2].isdigit() else word,
)


def maker(lesson, name):
    """Return the function that makes an experiment, by the name that the lesson's notebook imports it under."""
    cells = [cell for cell in read(ROOT / "solutions" / f"{lesson}.ipynb").cells if cell.cell_type == "code"]
    imports = [
        node
        for node in chain.from_iterable(ast.walk(ast.parse(cell.source)) for cell in cells)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("helpers.experiments")
    ]
    names = {}
    exec(ast.unparse(ast.Module(imports, [])), names)
    return names[name]


def ends(control, stage):
    """Return the first and the last thing that the page can send for a control."""
    if isinstance(control, Slider):
        return [0, len(control.values) - 1]
    if isinstance(control, Menu):
        return [next(iter(control.options)), list(control.options)[-1]]
    if isinstance(control, Point):
        x, y = (axis["values"] for axis in stage.frames["grids"][control.name])
        return [[x[0], y[0]], [x[-1], y[-1]]]
    return [0, 1]


@cache
def made(lesson, name):
    """Return an experiment as it begins, and what it shows at each end of each further control."""
    stage = maker(lesson, name)()
    first, seen = dict(stage.settings), {"as it begins": dict(stage.frames)}
    for control in stage._controls:
        for raw in ends(control, stage):
            stage.settings = first | {control.name: raw}
            assert stage.error == "", f"{control.name} = {raw}: {stage.error}"
            seen[f"{control.name} = {raw}"] = dict(stage.frames)
    stage.settings = first
    return stage, seen


@each_experiment
def test_its_figure_fits_beside_its_controls_on_a_laptop(lesson, name):
    width, height = made(lesson, name)[0].inches
    assert (width <= 8, height <= 3.5) == (True, True), (width, height)


@each_experiment
def test_its_letters_are_ten_points_or_larger(lesson, name):
    texts = made(lesson, name)[0]._fig.findobj(Text)
    small = {(text.get_text(), text.get_fontsize()) for text in texts if text.get_fontsize() < 10}
    assert small == set()


@each_experiment
def test_its_caption_is_one_line_at_every_setting(lesson, name):
    longest = {words: max(frames["alts"], key=len) for words, frames in made(lesson, name)[1].items()}
    assert {words: (len(alt), alt) for words, alt in longest.items() if len(alt) > 115} == {}


@each_experiment
def test_right_means_more_in_each_of_its_sliders(lesson, name):
    stage = made(lesson, name)[0]
    sliders = {control.label: control.values for control in stage._controls if isinstance(control, Slider)}
    swept = {stage.label: stage.values} if stage.values else {}
    assert [label for label, values in (swept | sliders).items() if not np.all(np.diff(values) > 0)] == []


@each_experiment
def test_a_walk_over_steps_begins_at_step_0(lesson, name):
    stage = made(lesson, name)[0]
    assert stage.label != "step" or (stage.values[0], stage.index) == (0, 0)


@each_experiment
def test_it_counts_steps_in_whole_numbers(lesson, name):
    axes = [ax for ax in made(lesson, name)[0]._fig.axes if ax.get_xlabel() in ("step", "round", "rounds")]
    assert [tick for ax in axes for tick in ax.get_xticks() if tick != round(tick)] == []


@each_experiment
def test_its_challenge_is_short_and_not_met_before_it_is_tried(lesson, name):
    stage, seen = made(lesson, name)
    begins = seen["as it begins"]["met"]
    assert len(stage.challenge) <= 125, len(stage.challenge)
    assert bool(stage.challenge) == bool(begins)
    assert not begins or not begins[stage.index]


@each_experiment
def test_its_challenge_can_be_met_also_where_points_have_few_places(lesson, name):
    stage = made(lesson, name)[0]
    plan = planned(stage)
    values, seen = plan.values(stage), stage.states(plan.presses, plan.grid)
    assert not stage.challenge or any(any(frames["met"][values]) for frames in seen)


@each_experiment
def test_it_shows_the_same_whatever_was_shown_before(lesson, name):
    stage, seen = made(lesson, name)
    forward = [stage.frames_at(frames["settings"], 2) for frames in seen.values()]
    backward = [stage.frames_at(frames["settings"], 2) for frames in reversed(seen.values())]
    same = [one == other for one, other in zip(forward, reversed(backward), strict=True)]
    assert dict(zip(seen, same, strict=True)) == dict.fromkeys(seen, True)
