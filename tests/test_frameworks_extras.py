"""The optional programs of lessons 13 and 14: recorded answers hold their claims, the NumPy side is right."""

import ast
import copy
import json
import re
import tomllib

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.data import blobs
from helpers.estimates import central_difference
from helpers.experiments import frameworks_extras
from helpers.experiments.own_network import course_parts, train_own
from helpers.frameworks import binary_by_hand, measured, tensorboard_page
from helpers.frameworks.problem import STEPS
from helpers.frameworks.running.programs import PROGRAMS
from helpers.frameworks.systems import BLOCK, FOLDER, MOMENTS

FILES = [program.file for program in PROGRAMS.values()]
WITH_TORCH = [file for file in FILES if file.name != "dask_sweep.py"]


@pytest.fixture(params=measured.NAMES)
def name(request):
    return request.param


def fails(name, answer):
    return any(not claim.holds for claim in measured.CLAIMS[name](answer))


# NumPy's side


def small():
    rng = np.random.default_rng(2)
    weights = [rng.standard_normal(shape) for shape in ((2, 4), 4, (4, 1), 1)]
    data = blobs(7, rng)
    return weights, data.x, data.y


def test_the_gradient_by_hand_equals_central_differences():
    weights, x, y = small()
    ends = np.cumsum([weight.size for weight in weights])[:-1]

    def loss(flat):
        parts = zip(np.split(flat, ends), weights, strict=True)
        return binary_by_hand.gradient([part.reshape(weight.shape) for part, weight in parts], x, y)[0]

    flat = np.concatenate([weight.ravel() for weight in weights])
    by_hand = np.concatenate([grad.ravel() for grad in binary_by_hand.gradient(weights, x, y)[1]])
    assert np.abs(central_difference(loss, flat, 1e-5) - by_hand).max() < 1e-8


def test_the_fit_changes_neither_samples_nor_start():
    x, y = binary_by_hand.samples()
    start = binary_by_hand.start(x.shape[1])
    before = copy.deepcopy([x, y, *start])
    binary_by_hand.fit(x, y, start)
    assert all(np.array_equal(one, other) for one, other in zip(before, [x, y, *start], strict=True))


def test_the_fit_learns():
    fit = measured.by_hand()
    _, y = binary_by_hand.samples()
    assert (np.diff(fit.losses) < 0).all()
    assert np.mean((fit.probabilities > 0.5) == y) > 0.97


def test_the_last_batch_counts_by_its_samples():
    x, y = binary_by_hand.samples()
    fit = binary_by_hand.fit(x, y, binary_by_hand.start(x.shape[1]), lr=0.0)
    whole, _ = binary_by_hand.gradient(binary_by_hand.start(x.shape[1]), x, y)
    assert len(x) % binary_by_hand.BATCH
    assert np.allclose(fit.losses, whole, rtol=0, atol=1e-12)


def test_the_problem_that_keras_gets_is_the_one_that_numpy_solves(tmp_path):
    file = tmp_path / "problem.npz"
    binary_by_hand.write(file)
    x, y = binary_by_hand.samples()
    with np.load(file) as given:
        assert np.array_equal(given["x"], x)
        assert np.array_equal(given["y"], y)
        starts = [given[f"start{i}"] for i in range(4)]
    expected = binary_by_hand.start(x.shape[1])
    assert all(np.array_equal(one, other) for one, other in zip(starts, expected, strict=True))


# Recordings


def test_every_claim_holds_of_what_was_recorded(name):
    wrong = [claim.sentence for claim in measured.CLAIMS[name](measured.load(name)) if not claim.holds]
    assert not wrong


def test_the_recorded_version_is_the_pinned_one(name):
    program = PROGRAMS[name]
    assert f'"{program.package}=={measured.load(name)["version"]}"' in program.file.read_text(encoding="utf-8")
    assert measured.load(name)["version"] in measured.provenance(name)


def test_keras_losses_that_are_off_fail():
    answer = measured.load("keras-binary")
    answer["losses"][4] += 1e-4
    assert fails("keras-binary", answer)


@pytest.mark.parametrize("kind", ["sums", "norms"])
def test_keras_weights_that_are_off_fail(kind):
    answer = measured.load("keras-binary")
    answer[kind][3] += 1e-4
    assert fails("keras-binary", answer)


def test_keras_losses_that_are_nan_fail():
    answer = measured.load("keras-binary")
    answer["losses"][4] = float("nan")
    assert fails("keras-binary", answer)


@pytest.mark.parametrize("kind", ["frozen", "live"])
def test_an_ultralytics_answer_in_which_the_two_losses_are_one_fails(kind):
    answer = measured.load("ultralytics")
    other = {"frozen": "live", "live": "frozen"}[kind]
    answer["line"][kind] = answer["line"][other]
    assert fails("ultralytics", answer)


def test_a_rise_without_a_changed_label_fails():
    answer = measured.load("ultralytics")
    answer["line"]["changed"] = [0] * len(answer["line"]["changed"])
    assert fails("ultralytics", answer)


def test_a_tensorboard_run_that_lacks_a_step_or_a_digit_fails():
    answer = measured.load("tensorboard")
    shorter, rounded = copy.deepcopy(answer), copy.deepcopy(answer)
    for curve in shorter["curves"].values():
        curve.pop(STEPS // 2)
    rounded["curves"]["loss"][3][1] = round(rounded["curves"]["loss"][3][1], 5)
    assert fails("tensorboard", rounded)
    assert fails("tensorboard", shorter)
    without, moved = copy.deepcopy(answer), copy.deepcopy(answer)
    without["network"]["read"].pop(7)
    moved["network"]["read"][7][1] *= 1 + 1e-6
    assert fails("tensorboard", without)
    assert fails("tensorboard", moved)


def test_the_losses_that_tensorboard_was_given_are_those_of_lesson_12():
    losses = measured.load("tensorboard")["network"]["written"]
    np.testing.assert_allclose(losses, train_own(course_parts()).losses, rtol=1e-9)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("losses", lambda losses: [[1.000001 * loss for loss in row] for row in losses]),
        ("losses", lambda losses: [*losses[:-1], [1.0] * 3]),
        ("losses", lambda losses: losses[:-1]),
        ("rates", lambda rates: rates[::-1]),
        ("seeds", lambda seeds: [3, 4, 5]),
        ("killed", lambda killed: False),
        ("begun_again", lambda again: []),
    ],
)
def test_a_dask_sweep_that_is_off_or_in_which_nothing_was_begun_again_fails(key, value):
    answer = measured.load("dask-sweep")
    assert fails("dask-sweep", answer | {key: value(answer[key])})


def test_the_dask_sweep_tells_each_run_once_and_which_was_begun_again():
    answer = measured.load("dask-sweep")
    runs = np.size(answer["losses"])
    assert [line.split()[0] for line in answer["said"] if " of " in line] == [str(k) for k in range(1, runs + 1)]
    ((lr, seed),) = answer["begun_again"]
    (killed,) = (line for line in answer["said"] if line.startswith("killed the worker"))
    assert killed.endswith(f"which had begun lr {lr:.2f}, seed {seed}")


def test_a_recording_is_written_as_it_is_read(name, tmp_path, monkeypatch):
    answer = measured.load(name)
    monkeypatch.setattr(measured, "FOLDER", tmp_path)
    monkeypatch.setattr(measured, "summary", lambda answer: answer)
    measured.write(name, answer, answer["command"], answer["date"])
    assert measured.load(name) == answer


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"version": "1"}'])
def test_a_missing_or_damaged_recording_is_one_sentence(name, text, tmp_path, monkeypatch):
    monkeypatch.setattr(measured, "FOLDER", tmp_path)
    if text is not None:
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    with pytest.raises(measured.NotMeasuredError, match=rf"recording of {name}.*restore {name}\.json"):
        measured.load(name)


def test_the_summary_of_keras_keeps_losses_norms_and_counts():
    weights = [[[3.0, 4.0]], [1.0], [[2.0]], [0.0]]
    answer = {"version": "1", "python": "3", "losses": [0.5], "weights": weights, "probabilities": [0.2, 0.7, 0.9]}
    found = measured.summary(answer)
    assert found["norms"] == [5.0, 1.0, 2.0, 0.0]
    assert found["sums"] == [7.0, 1.0, 2.0, 0.0]
    assert found["benign"] == 2
    assert json.dumps(found)


# The programs


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_program_names_exact_versions_and_parses(file):
    text = file.read_text(encoding="utf-8")
    ast.parse(text)
    block = tomllib.loads(re.sub(r"^# ?", "", BLOCK.search(text)["toml"], flags=re.MULTILINE))
    assert block["requires-python"]
    assert all(re.fullmatch(r"[\w-]+==[\d.]+", needed) for needed in block["dependencies"])
    assert ("torch==2.13.0" in block["dependencies"]) == (file in WITH_TORCH)


@pytest.mark.parametrize("file", FILES[:2], ids=lambda file: file.stem)
def test_a_program_marks_the_four_moments(file):
    text = file.read_text(encoding="utf-8")
    marks = " ".join(re.findall(r"\S  # (.*)$", text, flags=re.MULTILINE))
    assert all(moment in marks for moment in MOMENTS)


def test_ultralytics_is_kept_off_the_network_before_it_is_imported():
    text = (FOLDER / "ultralytics_step.py").read_text(encoding="utf-8")
    before, _, after = text.partition("\nimport ultralytics\n")
    assert all(switch in before for switch in ("YOLO_OFFLINE", "YOLO_CONFIG_DIR"))
    assert 'SETTINGS["sync"] = False' in after
    assert ".pt" not in text


def test_without_tensorboard_the_page_is_one_sentence_that_says_how(monkeypatch):
    monkeypatch.setattr(tensorboard_page, "find_spec", lambda name: None)
    said = tensorboard_page.open_page("runs")
    assert "not installed" in said
    assert "tensorboard --logdir runs" in said


def test_outside_a_notebook_the_page_is_one_sentence_that_says_how(monkeypatch):
    monkeypatch.setattr(tensorboard_page, "find_spec", lambda name: object())
    assert "In a terminal" in tensorboard_page.open_page("runs")


def test_without_tensorboard_what_is_read_back_is_the_recording(monkeypatch, tmp_path):
    monkeypatch.setattr(tensorboard_page, "find_spec", lambda name: None)
    assert tensorboard_page.written_and_read(tmp_path) == measured.load("tensorboard")


# The pictures


def drawn(monkeypatch, show, *answers):
    """Return the figure and the text alternative of a picture."""
    found = []
    monkeypatch.setattr(frameworks_extras, "show", lambda fig, alt: found.extend((fig, alt)))
    show(*answers)
    plt.close(found[0])
    return found


def test_the_picture_of_the_labels_says_where_the_loss_rises(monkeypatch):
    line = measured.load("ultralytics")["line"]
    figure, alt = drawn(monkeypatch, frameworks_extras.show_labels, line)
    assert len(figure.axes[0].lines) >= 3
    assert "twice" in alt
    live = np.array(line["live"])
    assert int((np.diff(live) > 0.01).sum()) == 2


def test_the_picture_of_all_starts_counts_those_that_rise(monkeypatch):
    many = measured.load("ultralytics")["many"]
    predicted, live, changed = (np.array([each[key][1] for each in many]) for key in ("predicted", "live", "changed"))
    figure, alt = drawn(monkeypatch, frameworks_extras.show_starts, predicted, live, changed > 0)
    assert "each of 40 starts" in alt and f"{np.sum(live > 0)} lie above 0" in alt
    assert not np.any((live > 0) & (changed == 0)), "the alt text says that labels moved wherever the loss rises"
    assert figure.axes[0].get_ylim()[0] < live.min() and live.max() < figure.axes[0].get_ylim()[1]


def test_the_pictures_of_keras_and_tensorboard_are_drawn(monkeypatch):
    losses = measured.load("keras-binary")["losses"]
    _, alt = drawn(monkeypatch, frameworks_extras.show_epochs, losses, measured.by_hand().losses)
    assert "10 epochs" in alt
    _, alt = drawn(monkeypatch, frameworks_extras.show_curves, measured.load("tensorboard")["curves"])
    assert "loss" in alt
