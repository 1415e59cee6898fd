"""Lesson 13: its margins say what the files say, its pictures and its exercises' answers what the systems do."""

import html
import inspect
import itertools
import re
import sys

import numpy as np
import pytest
import torch

from helpers.descent import descend
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.course.frameworks.matching_rate import LOSSES
from helpers.experiments import frameworks_code
from helpers.experiments.frameworks_code import (
    UNNAMED,
    show_functions,
    show_listing,
    show_unnamed,
    unnamed,
    which_system,
    with_margin,
)
from helpers.experiments.frameworks_lesson import ROUNDING, apart, descend_on, followed, paths_and_twin, size
from helpers.experiments.frameworks_watch import watch
from helpers.frameworks import by_numpy, by_torch
from helpers.frameworks.problem import LR, STEPS, solve
from helpers.frameworks.recorded import load
from helpers.frameworks.systems import MOMENTS, REFERENCES, SYSTEMS, code, moments


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=list(SYSTEMS))
def test_the_margin_names_each_moment_as_often_as_the_file_does(system):
    lines = with_margin(code(system))
    margin = [word for line in lines for word in line.margin.split(", ") if word]
    assert {moment: margin.count(moment) for moment in MOMENTS} == {k: len(v) for k, v in moments(system).items()}


def test_the_margin_leaves_the_program_as_it_is_but_for_docstrings_and_hints():
    text = 'def f(a: int, *b: str, c=1) -> int:\n    """One."""\n    return a  # update: in place\n\n\nx = 1  # more\n'
    assert [line.code for line in with_margin(text)] == [
        "def f(a, *b, c=1):",
        "    return a  # in place",
        "",
        "x = 1  # more",
    ]


@pytest.fixture
def shown(monkeypatch):
    """What is displayed, each a mime bundle."""
    bundles = []
    monkeypatch.setattr(frameworks_code, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def test_a_method_is_shown_by_its_class_and_name(shown):
    show_functions("by_fastai.py", "Remember.after_loss")
    (bundle,) = shown
    assert bundle["text/plain"].startswith("Remember.after_loss, from helpers/frameworks/by_fastai.py\n\n")
    assert " | def after_loss(self):" in bundle["text/plain"]


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=list(SYSTEMS))
def test_a_listing_says_the_same_in_colours_and_in_plain_text(system, shown):
    lines = with_margin(code(system))
    show_listing("A <title>", lines)
    (bundle,) = shown
    title, *rows = bundle["text/html"].split("\n")
    assert title == "<p>A &lt;title&gt;</p>"
    words = [html.unescape(re.sub("<[^>]*>", "", row.replace("</span><pre", "</span> | <pre"))) for row in rows]
    assert words == [f"{line.margin} | {line.code}" for line in lines]
    plain = bundle["text/plain"].split("\n")
    assert plain[:2] == ["A <title>", ""] and {line[16:18] for line in plain[2:]} == {" |"}
    assert [line[19:] for line in plain[2:]] == [line.code for line in lines]


def test_keywords_names_texts_and_comments_have_their_colours(shown):
    show_listing("", with_margin('def f(x):\n    # why\n    return "a" in x'))
    colored = dict(
        reversed(found)
        for found in re.findall(r"color: var\(--jp-mirror-editor-(\w+)-[^>]*>([^<]*)<", shown[0]["text/html"])
    )
    assert colored == {
        "def": "keyword",
        "f": "def",
        "# why": "comment",
        "return": "keyword",
        "&quot;a&quot;": "string",
        "in": "keyword",
    }


def test_a_long_line_goes_on_below_itself_and_farther_in(shown):
    show_listing("", with_margin("if x:\n    y = 1"))
    assert re.findall(r"padding-left: (\d+)ch; text-indent: -(\d+)ch", shown[0]["text/html"]) == [
        ("8", "8"),
        ("12", "12"),
    ]


@pytest.mark.parametrize("letter", UNNAMED)
def test_a_part_without_a_name_computes_and_updates_and_does_not_say_whose_it_is(letter):
    text = "\n".join(line.code for line in unnamed(UNNAMED[letter]))
    assert not any(line.margin for line in unnamed(UNNAMED[letter]))
    assert not re.search(r"(?i)\b(tf|jax|jnp|optax|keras|fastai|caffe|spark|tensorflow)\b", text)
    assert "path.append((" not in text and text.count("(") == text.count(")")


def test_the_parts_without_names_are_shown_under_letters(shown):
    show_unnamed()
    assert [bundle["text/plain"].split("\n")[0] for bundle in shown] == list(UNNAMED)


def test_a_right_match_is_praised_a_wrong_one_gets_a_clue_and_a_missing_one_nothing(capsys):
    which_system({"A": "optax", "B": "Keras", "C": ""})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("A: Optax, yes. ") and lines[1].startswith("B: not Keras. ")
    assert lines[2:] == ["C: ?", "D: ?", "E: ?", "F: ?", "G: ?", "1 of 7 matched"]


@pytest.mark.parametrize(
    ("module", "look"),
    [(by_numpy, ("w", "losses[-1]", "grad_w")), (by_torch, ("w.item()", "loss.item()", "w.grad.item()"))],
)
def test_the_moments_in_a_watched_run_are_those_that_the_file_names(module, look):
    seen = watch(module.descend, *look)
    rows = EXERCISES["find-moments"].reference(seen.trace)
    source = inspect.getsource(module).splitlines()
    for moment, row in zip(MOMENTS, rows, strict=True):
        (line,) = {line for line in source if line.strip().startswith(seen.lines[row])}
        assert re.search(rf"# .*\b{moment}\b", line)
    assert str(seen).count("\n") == len(seen.lines) == len(seen.trace)


def test_a_watch_sees_only_its_program_and_leaves_no_trace_function_behind():
    before = sys.gettrace()
    seen = watch(by_numpy.descend, "w", "nothing", "w.grad")
    assert sys.gettrace() is before
    assert np.isnan(seen.trace[:, 1:]).all() and not np.isnan(seen.trace[:, 0]).any()


@pytest.mark.parametrize("loss", LOSSES)
def test_a_descent_on_each_loss_with_the_matching_rate_is_numpys(loss):
    rate = EXERCISES["matching-rate"].reference(LR, "mean", loss, 100)
    run, plain = descend_on(loss, rate), solve(by_numpy.descend)
    assert apart(run.path, plain.path).max() < ROUNDING
    factor = {"mean": 1, "half mean": 0.5, "sum": 100, "half sum": 50}[loss]
    assert np.allclose(run.losses, factor * plain.losses, rtol=1e-12)


def test_exactly_one_system_takes_another_path_than_numpys_and_not_than_one_sample_a_step():
    paths = {name: load(name).run.path for name in SYSTEMS if name not in REFERENCES}
    assert [name for name, path in paths.items() if followed("", path, "NumPy", 1e-12).met.any()] == ["sklearn"]
    beside = followed("", paths["sklearn"], "NumPy, one sample a step", 1e-12).live
    assert np.nanmax(beside["difference"]) <= 1e-12


def test_a_learning_rate_a_thousandth_off_is_farther_away_than_the_tolerance():
    live = followed("", load("jax").run.path, "NumPy, lr 0.1 % off", SYSTEMS["jax"].tolerance).live
    assert np.nanmax(live["difference"]) > live["limit"][0, 0, 1]


@pytest.mark.parametrize("twin", ["lr 0.1 % off", "a factor 2: lr twice as large"])
def test_another_rate_is_seen_on_the_way_and_not_at_the_end(twin):
    frames = paths_and_twin(twin, 600, np.array([STEPS, 600]))
    assert frames.met.tolist() == [False, True]
    assert frames.live["top"][-1, 0, 1] > 1e-3 > ROUNDING > frames.live["end"][-1, 0, 1]


def test_single_precision_is_seen_at_the_end_too():
    frames = paths_and_twin("float32 in place of float64", 600, np.array([STEPS, 600]))
    assert not frames.met.any() and np.all(frames.live["end"][:, 0, 1] > ROUNDING)


@pytest.mark.parametrize(
    ("difference", "words"), [(0, "below 1e-12"), (9e-13, "below 1e-12"), (0.00123, "1.2e-03"), (0.5, "0.5")]
)
def test_a_difference_is_said_without_digits_that_change_with_the_machine(difference, words):
    assert size(difference) == words


@pytest.mark.slow
def test_the_numpy_twin_ends_where_torch_does():
    rng = np.random.default_rng(0)
    x, y, start = rng.normal(size=(20, 3)), rng.normal(size=20), rng.normal(size=3)
    w = torch.tensor(start, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1, momentum=0.8)
    for _ in range(30):
        optimizer.zero_grad()
        (torch.mean((torch.from_numpy(x) @ w - torch.from_numpy(y)) ** 2) / 2).backward()
        optimizer.step()
    twin = EXERCISES["numpy-twin"].reference(x, y, start, 0.1, 0.8, 30)
    assert np.abs(twin - w.detach().numpy()).max() < 1e-12


@pytest.mark.parametrize(("own", "other"), list(itertools.permutations(LOSSES, 2)))
def test_the_matching_rate_takes_the_same_path(own, other):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(10, 2)), rng.normal(size=10)
    total = {
        "mean": lambda e: np.mean(e**2),
        "half mean": lambda e: np.mean(e**2) / 2,
        "sum": lambda e: np.sum(e**2),
        "half sum": lambda e: np.sum(e**2) / 2,
    }

    def slope(loss):
        def grad(w):  # exact for a parabola, but for rounding
            return np.array([total[loss](x @ (w + h) - y) - total[loss](x @ (w - h) - y) for h in np.eye(2)]) / 2

        return grad

    lr = 0.1 * {"mean": 1, "half mean": 2, "sum": 1 / 10, "half sum": 1 / 5}[own]
    there = EXERCISES["matching-rate"].reference(lr, own, other, 10)
    paths = [descend(slope(loss), np.zeros(2), steps=20, lr=rate) for loss, rate in ((own, lr), (other, there))]
    assert np.abs(paths[0] - paths[1]).max() < 1e-12
    assert np.abs(paths[0][-1]).max() > 0.01
