"""Claims of lesson 12's own network: eight functions train it, whoever wrote them, and the curve is torch's."""

import inspect
import re
import time

import numpy as np
import pytest
from test_library import Notebook

from helpers.exercises import check, own
from helpers.exercises.catalogue import EXERCISES
from helpers.experiments.own_network import (
    BATCH,
    EPOCHS,
    Parts,
    by_torch,
    course_parts,
    loss_and_gradient,
    parts,
    softmax_tape,
    train_own,
)
from helpers.experiments.reading_digits import split_digits

NAMES = Parts._fields


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIENT_COURSE_PROGRESS", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def ours():
    return train_own(course_parts())


@pytest.fixture(scope="module")
def short():
    return train_own(course_parts(), epochs=1)


def exercise_of(name):
    return EXERCISES[name.replace("_", "-")]


def at_work(**bodies):
    """The course's parts, some of them a learner's that have passed their checks."""
    return course_parts()._replace(**{name: own.Yours(exercise_of(name), body) for name, body in bodies.items()})


def same(run, other):
    arrays = [(run.losses, other.losses), (run.errors, other.errors), *zip(run.weights, other.weights, strict=True)]
    return all(np.array_equal(*pair) for pair in arrays)


def test_all_references_handed_in_and_none_give_the_same_curve(ours, capsys):
    handed_in = parts(**{name: exercise_of(name).reference for name in NAMES})
    assert capsys.readouterr().out == "".join(f"{name}: yours.\n" for name in NAMES)
    run = train_own(handed_in)
    assert capsys.readouterr().out == ""
    assert same(run, ours)
    assert all(function.calls for function in handed_in)


def test_with_nothing_handed_in_each_line_says_that_the_function_is_the_course_s_own(capsys):
    assert parts() == course_parts()
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"{name}: the course's own, until the check of {name.replace('_', '-')} finds yours right." for name in NAMES
    ]


@pytest.fixture
def library(folder, capsys):
    """A library that has all eight functions, and what changes its text by hand."""
    notebook = Notebook()
    notebook.run("import math")
    for name in NAMES:
        source = inspect.getsource(exercise_of(name).reference)
        notebook.run(re.sub(r": (np.ndarray|Inputs|float|int|np.random.Generator|Array)|-> [^\n]*(?=:\n)", "", source))
        check(exercise_of(name).id, notebook[name])
    capsys.readouterr()

    def edit(old, new):
        file = folder / "my_descent.py"
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), encoding="utf-8")

    return edit


def test_a_library_of_all_references_gives_the_same_curve(library, ours, capsys):
    found = parts()
    assert capsys.readouterr().out == "".join(f"{name}: yours, from my_descent.py.\n" for name in NAMES)
    assert same(train_own(found), ours)


def test_a_function_wrong_in_the_library_leaves_its_work_to_the_course_s_own(library, short, capsys):
    library("w - lr * m_hat", "w + lr * m_hat")
    found = parts()
    lines = capsys.readouterr().out.splitlines()
    said = {"adam_step: the course's own, until the check of adam-step finds yours right."}
    assert set(lines) - {f"{name}: yours, from my_descent.py." for name in NAMES} == said
    assert found.adam_step is exercise_of("adam_step").reference
    assert same(train_own(found, epochs=1), short)


def test_a_function_of_the_library_that_raises_on_a_whole_batch_is_said(library, short, capsys):
    library("grad_W = x.T @ grad_out", "grad_W = x.T @ grad_out if len(x) < 30 else x.T @ grad_out.T")
    found = parts()
    assert "linear_backward: yours, from my_descent.py.\n" in capsys.readouterr().out
    run = train_own(found, epochs=1)
    said = capsys.readouterr().out
    assert said.startswith("Your linear_backward raised ValueError (") and said.count("\n") == 1
    assert said.endswith("here; the course's own goes on.\n")
    assert same(run, short)


def test_a_function_of_the_library_that_is_slow_on_a_whole_batch_is_said(library, short, monkeypatch, capsys):
    library("grads = np.zeros(len(inputs))", "grads = np.zeros(len(inputs))\n    sum(range(20 * len(inputs)))")
    found = parts()
    capsys.readouterr()
    monkeypatch.setattr(own, "SECONDS", 0.01)
    monkeypatch.setattr(own, "PAUSE", 10)
    run = train_own(
        found._replace(**{name: exercise_of(name).reference for name in NAMES if name != "backward_pass"}), 1
    )
    assert capsys.readouterr().out == "Your backward_pass took more than 0.01 seconds here; the course's own goes on.\n"
    assert same(run, short)


@pytest.mark.slow
def test_the_run_is_torchs_step_by_step(ours):
    assert np.abs(by_torch(ours) - ours.losses).max() < 1e-10


@pytest.mark.slow
def test_the_run_is_torchs_from_other_first_weights_and_in_another_order_too(short, capsys):
    def uniform(fan_in, fan_out, rng):
        return rng.uniform(-1, 1, (fan_in, fan_out)) * np.sqrt(6 / fan_in)

    def last_first(n, batch_size, rng):
        order = rng.permutation(n)[::-1]
        return [order[first : first + batch_size] for first in range(0, n, batch_size)]

    handed_in = parts(initial_weights=uniform, minibatches=last_first)
    assert capsys.readouterr().out.count(": yours.\n") == 2
    run = train_own(handed_in, epochs=1)
    assert not same(run, short)
    assert np.abs(by_torch(run) - run.losses).max() < 1e-10


def test_the_network_learns_to_read_the_digits(ours):
    assert len(ours.losses) == EPOCHS * -(-1200 // BATCH) and len(ours.errors) == EPOCHS + 1
    assert ours.errors[0] > 0.8 and ours.errors[-1] < 0.05
    assert ours.losses[-40:].mean() < 0.03


def test_the_tape_of_a_loss_gives_softmax_minus_the_labels():
    rng = np.random.default_rng(1)
    scores, labels = rng.normal(size=(5, 4)) * 3 + 1000, rng.integers(4, size=5)
    grads = exercise_of("backward_pass").reference(softmax_tape(scores, labels))
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    wanted = (e / e.sum(axis=1, keepdims=True) - np.eye(4)[labels]) / 5
    assert np.allclose(grads[:20].reshape(5, 4), wanted, rtol=0, atol=1e-15)


def test_the_gradient_is_the_slope_of_the_loss():
    x, y, *_ = split_digits()
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=shape) / 8 for shape in ((64, 6), (6,), (6, 10), (10,))]
    _, grads = loss_and_gradient(course_parts(), weights, x[:20], y[:20])
    for k, grad in enumerate(grads):
        way = rng.normal(size=grad.shape)
        ends = [[w + sign * 1e-6 * way if i == k else w for i, w in enumerate(weights)] for sign in (1, -1)]
        high, low = (loss_and_gradient(course_parts(), end, x[:20], y[:20])[0] for end in ends)
        assert np.sum(grad * way) == pytest.approx((high - low) / 2e-6, rel=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_function_is_not_taken_and_the_line_says_so(name, capsys):
    assert getattr(parts(**{name: lambda *arguments: None}), name) is exercise_of(name).reference
    assert f"{name}: the course's own, until the check of" in capsys.readouterr().out


@pytest.mark.parametrize("name", NAMES)
def test_a_function_that_raises_in_the_middle_is_said_and_the_run_goes_on(name, short, capsys):
    calls = []

    def fragile(*arguments):
        calls.append(1)
        if len(calls) > 1 or name in ("standardise", "minibatches"):  # they are called once
            raise OverflowError("too much")
        return exercise_of(name).reference(*arguments)

    run = train_own(at_work(**{name: fragile}), epochs=1)
    assert capsys.readouterr().out == f"Your {name} raised OverflowError (too much) here; the course's own goes on.\n"
    assert same(run, short)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [None, np.zeros((2, 3, 4)), "seven", [[0], [0, 1]]], ids=repr)
def test_a_result_that_fits_no_network_is_said_and_the_run_goes_on(name, value, short, capsys):
    def odd(*arguments):
        for argument in arguments:
            if isinstance(argument, np.random.Generator):
                argument.random()
        return value

    run = train_own(at_work(**{name: odd}), epochs=1)
    said = capsys.readouterr().out
    assert said.startswith(f"Your {name} returned what does not fit here (")
    assert said.endswith("); the course's own goes on.\n") and said.count("\n") == 1
    assert same(run, short)


def test_a_slow_function_is_said_and_the_run_goes_on(monkeypatch, short, capsys):
    monkeypatch.setattr(own, "SECONDS", 0.05)

    def slow(*arguments):
        time.sleep(0.02)
        return exercise_of("linear_backward").reference(*arguments)

    run = train_own(at_work(linear_backward=slow), epochs=1)
    sentence = "Your linear_backward took more than 0.05 seconds here; the course's own goes on.\n"
    assert capsys.readouterr().out == sentence
    assert same(run, short)


def test_lists_do_as_well_as_arrays(short, capsys):
    def listed(name):
        def answer(*arguments):
            value = exercise_of(name).reference(*arguments)
            return [one.tolist() for one in value] if isinstance(value, tuple | list) else np.asarray(value).tolist()

        return answer

    run = train_own(at_work(**{name: listed(name) for name in NAMES}), epochs=1)
    assert capsys.readouterr().out == ""
    assert np.allclose(run.losses, short.losses, rtol=1e-12)


def test_an_unknown_part_and_no_epochs_are_refused():
    with pytest.raises(TypeError, match="no part adam; its parts are standardise"):
        parts(adam=lambda: None)
    with pytest.raises(ValueError, match="at least one epoch, and got 0"):
        train_own(course_parts(), epochs=0)
