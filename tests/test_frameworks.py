"""One descent in many systems: what can be known without installing them. tests/frameworks runs them for real."""

import ast
import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from helpers.frameworks import problem, recorded, systems
from helpers.frameworks.problem import LR, OFF, STEPS
from helpers.frameworks.systems import MOMENTS, SYSTEMS, difference, reference

EVERY = pytest.mark.parametrize("system", SYSTEMS.values(), ids=list(SYSTEMS))
RETIRED = ("mxnet", "caffe")
BELOW_3_9 = ("problem.py", "probe.py", "by_mxnet.py", "by_caffe.py")


# The reference


def test_numpys_path_is_the_closed_form_of_gradient_descent_on_a_parabola():
    x, y = problem.points()
    features = np.column_stack([x, np.ones_like(x)])
    best = np.linalg.lstsq(features, y, rcond=None)[0]
    curvatures, axes = np.linalg.eigh(2 * features.T @ features / len(x))
    steps = np.arange(STEPS + 1)[:, None]
    closed = best + ((1 - LR * curvatures) ** steps * (axes.T @ (problem.START - best))) @ axes.T
    run = reference(SYSTEMS["numpy"])
    assert difference(run.path, closed) < 1e-14 * 10
    assert np.allclose(run.losses, [np.mean((features @ w - y) ** 2) for w in closed], rtol=1e-12)


def test_one_sample_a_step_follows_the_derivative_of_half_the_squared_error():
    x, y = problem.points()
    path = reference(SYSTEMS["sklearn"]).path
    for step in (0, 1, 57):
        errors = [
            (w * x[step] + b - y[step]) ** 2 / 2
            for w, b in path[step] + 1e-5 * np.array([(1, 0), (-1, 0), (0, 1), (0, -1)])
        ]
        slope = np.array([errors[0] - errors[1], errors[2] - errors[3]]) / 2e-5
        assert np.allclose(path[step + 1], path[step] - LR * slope, atol=1e-9)


def test_a_float32_reference_computes_in_float32():
    path = reference(SYSTEMS["caffe"]).path
    assert np.array_equal(path, path.astype("float32"))
    assert 1e-9 < difference(path, reference(SYSTEMS["numpy"]).path) < 2e-6


def test_paths_that_cannot_be_compared_are_infinitely_different():
    path = np.zeros((3, 2))
    assert difference(path, np.zeros((4, 2))) == difference(path * np.nan, path) == float("inf")


# The files


def test_every_file_is_a_system_and_every_system_has_a_file_and_a_recording():
    assert {system.file for system in SYSTEMS.values()} == set(systems.FOLDER.glob("by_*.py"))
    assert {f"{name}.json" for name in SYSTEMS} == {file.name for file in recorded.FOLDER.iterdir()}


@EVERY
def test_a_file_says_where_its_four_moments_are(system):
    marked = systems.moments(system)
    assert all(marked[moment] for moment in MOMENTS), marked
    lines = systems.code(system).splitlines()
    for moment in MOMENTS:
        for number in marked[moment]:
            assert moment in lines[number - 1].partition("  # ")[2]


def test_two_moments_on_one_line_are_found_and_other_comments_are_not(monkeypatch):
    text = "a = 1  # gradient and update: inside fit\nb = 2  # before Keras is imported\n# loss\n"
    monkeypatch.setattr(systems, "code", lambda system: text)
    assert systems.moments(SYSTEMS["numpy"]) == {"initialise": [], "loss": [], "gradient": [1], "update": [1]}


@EVERY
def test_a_file_is_short_and_has_the_one_signature(system):
    assert 10 <= systems.lines_of_code(system) <= 40
    tree = ast.parse(systems.code(system))
    assert len(ast.get_docstring(tree).splitlines()) == 1
    (descend,) = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "descend")
    assert [argument.arg for argument in descend.args.args] == ["x", "y", "w", "b", "lr", "steps"]


@EVERY
def test_the_inline_metadata_pins_the_system_and_names_no_address(system):
    needs = systems.metadata(system)
    pins = {Requirement(text).name: str(Requirement(text).specifier) for text in needs["dependencies"]}
    assert pins[system.package].startswith("==")
    assert "numpy" in pins
    assert any(SpecifierSet(needs["requires-python"]).contains(f"3.{minor}") for minor in (8, 9, 11))
    assert "://" not in system.file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", RETIRED)
def test_the_wheels_of_a_retired_system_are_pinned_by_hash(name):
    hashes = systems.metadata(SYSTEMS[name])["tool"]["course"]["sha256"]
    assert hashes
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in hashes)


def test_a_file_without_metadata_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(systems, "FOLDER", tmp_path)
    (tmp_path / "by_numpy.py").write_text("# /// script\nimport numpy\n")
    with pytest.raises(ValueError, match=r"by_numpy\.py has no block"):
        systems.metadata(SYSTEMS["numpy"])


def test_the_two_files_for_keras_differ_in_the_backend_alone():
    texts = [systems.code(SYSTEMS[name]).lower() for name in ("keras-torch", "keras-tensorflow")]
    assert texts[0].replace("pytorch", "torch") == texts[1].replace("tensorflow", "torch")


@pytest.mark.parametrize("name", BELOW_3_9)
def test_what_runs_in_old_environments_has_the_syntax_of_python_3_8(name):
    text = (systems.FOLDER / name).read_text(encoding="utf-8")
    ast.parse(text, feature_version=(3, 8))
    assert "from __future__ import annotations" in text


def test_lines_of_code_leave_out_docstrings_comments_and_empty_lines(monkeypatch):
    text = '"""One."""\n\nimport os\n\n\ndef f():\n    """Two.\n\n    Three.\n    """\n    # why\n    return 1\n'
    monkeypatch.setattr(systems, "code", lambda system: text)
    assert systems.lines_of_code(SYSTEMS["numpy"]) == 3


def test_code_is_what_a_reader_wants_to_see():
    text = systems.code(SYSTEMS["mxnet"])
    assert text.startswith('"""MXNet')
    assert text.endswith("losses)\n")


def test_a_file_can_be_run_by_itself():
    command = [sys.executable, SYSTEMS["numpy"].file]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines[0] == "step   0: w = 0.000000, b = 0.000000, loss = 8.483573"
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("name", "meant"), [("nmpy", "numpy"), ("PyTorch", "torch"), ("scikit-learn", "sklearn"), ("cafe", "caffe")]
)
def test_an_unknown_system_names_the_closest(name, meant):
    with pytest.raises(systems.UnknownSystemError, match=f"There is no system {name}; did you mean {meant}\\?"):
        systems.find(name)


def test_a_system_that_is_like_none_lists_them_all():
    with pytest.raises(systems.UnknownSystemError, match=r"there are numpy, .*spark\."):
        systems.find("zzz")


# What was recorded


@EVERY
def test_a_recorded_path_is_within_its_tolerance_and_the_control_is_not(system):
    path = recorded.load(system.name).run.path
    expected = reference(system)
    assert difference(path, expected.path) <= system.tolerance
    off = reference(system, lr=OFF * LR).path
    assert difference(off, expected.path) > 100 * system.tolerance


@EVERY
def test_a_recording_tells_where_it_comes_from(system):
    found = recorded.load(system.name)
    assert found.command == f"python start.py frameworks {system.name} --record"
    assert date(2026, 1, 1) <= date.fromisoformat(found.date)
    needs = systems.metadata(system)
    assert SpecifierSet(needs["requires-python"]).contains(found.python)
    pins = {Requirement(text).name: Requirement(text).specifier for text in needs["dependencies"]}
    assert pins[system.package].contains(found.version), "record it again"
    assert set(found.seconds) == {"import", "step"}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"path": [[1, 2]], "losses": [1]}', '{"path": [[1], [2, 3]], "losses": [1, 2]}']
)
def test_a_damaged_recording_is_one_sentence(text, monkeypatch, tmp_path):
    monkeypatch.setattr(recorded, "FOLDER", tmp_path)
    (tmp_path / "jax.json").write_text(text)
    with pytest.raises(recorded.NoRecordingError, match=r"^The recording of jax is damaged: python start\.py .*\.$"):
        recorded.load("jax")


def test_a_recording_whose_path_and_losses_do_not_fit_is_damaged(monkeypatch, tmp_path):
    monkeypatch.setattr(recorded, "FOLDER", tmp_path)
    text = Path(__file__).parents[1].joinpath("helpers/frameworks/recorded/jax.json").read_text()
    found = json.loads(text)
    (tmp_path / "jax.json").write_text(json.dumps(found | {"losses": found["losses"][1:]}))
    with pytest.raises(recorded.NoRecordingError, match="damaged"):
        recorded.load("jax")


def test_a_missing_recording_says_how_to_make_it(monkeypatch, tmp_path):
    monkeypatch.setattr(recorded, "FOLDER", tmp_path)
    with pytest.raises(
        recorded.NoRecordingError, match=r"There is no recording of jax: python start\.py frameworks jax"
    ):
        recorded.load("jax")


def test_a_recording_comes_back_as_it_was_written(monkeypatch, tmp_path):
    monkeypatch.setattr(recorded, "FOLDER", tmp_path / "recorded")
    run = reference(SYSTEMS["numpy"])
    answer = {"version": "1", "python": "3.11.7", "seconds": {"import": 1.0, "step": 0.1}, "control": []}
    recorded.write("jax", answer | {"path": run.path.tolist(), "losses": run.losses.tolist()}, "command", "2026-11-21")
    found = recorded.load("jax")
    assert np.array_equal(found.run.path, run.path)
    assert np.array_equal(found.run.losses, run.losses)
    assert (found.version, found.date, found.command) == ("1", "2026-11-21", "command")
