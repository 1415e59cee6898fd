"""`yours`: a learner's function that is right does the work, the course's own until then, and after it fails."""

import time
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from test_library import STEP, Notebook

from helpers.descent import each
from helpers.exercises import check, checking, own, progress, store, yours
from helpers.exercises.catalogue import EXERCISES, UnknownIdError
from helpers.exercises.checking import NOT_ATTEMPTED, CheckFailed, judge
from helpers.stage import Scene, Slider, stage

STUB = 'def gradient_step(w, grad, lr):\n    raise NotImplementedError("your turn")'
OURS = EXERCISES["gradient-step"].reference


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIENT_COURSE_PROGRESS", str(tmp_path))
    return tmp_path


def written(source):
    notebook = Notebook()
    notebook.run(source)
    return notebook["gradient_step"]


def at_work(body):
    """A function that has passed its check."""
    return own.Yours(EXERCISES["gradient-step"], body)


def test_a_right_function_is_taken_and_works(capsys):
    step = yours("gradient-step", written(STEP))
    assert step(3.0, 2.0, 0.5) == 2.0
    assert step.calls == 1
    assert capsys.readouterr().out == "gradient_step: yours.\n"


@pytest.mark.parametrize("source", [STUB, STEP.replace("-", "+")])
def test_before_it_is_right_the_course_s_own_works(capsys, source):
    assert yours("gradient-step", written(source)) is OURS
    assert "the course's own, until the check of gradient-step finds yours right" in capsys.readouterr().out


def test_the_next_lesson_has_it_from_the_library_and_a_fresh_copy_of_this_one_too(capsys):
    check("gradient-step", written(STEP))
    capsys.readouterr()
    for step in (yours("gradient-step"), yours("gradient-step", written(STUB))):
        assert step(3.0, 2.0, 0.5) == 2.0
        assert isinstance(step, own.Yours)
    assert capsys.readouterr().out == 2 * "gradient_step: yours, from my_descent.py.\n"


def test_a_function_spoilt_in_the_library_by_hand_does_not_work_on(folder):
    check("gradient-step", written(STEP))
    file = folder / "my_descent.py"
    file.write_text(file.read_text(encoding="utf-8").replace("w - lr", "w + lr"), encoding="utf-8")
    assert yours("gradient-step") is OURS


def test_a_library_that_stops_is_said_and_the_course_s_own_works(folder, capsys):
    check("gradient-step", written(STEP))
    with (folder / "my_descent.py").open("a", encoding="utf-8") as file:
        file.write("1 / 0\n")
    assert yours("gradient-step") is OURS
    assert (
        "cannot be used: it stops with ZeroDivisionError: division by zero; mend it there." in capsys.readouterr().out
    )


def test_an_unknown_exercise_is_refused():
    with pytest.raises(UnknownIdError, match='did you mean "gradient-step"'):
        yours("gradient-stop", OURS)


def test_an_error_at_work_is_said_once_and_the_course_s_own_goes_on(capsys):
    def fragile(w, grad, lr):
        if lr > 1:
            raise ValueError("too long\nby far")
        return w - lr * grad

    step = at_work(fragile)
    assert [step(3.0, 2.0, lr) for lr in (0.5, 1.5, 2.5)] == [2.0, 0.0, -2.0]
    said = capsys.readouterr().out
    assert said == "Your gradient_step raised ValueError (too long) here; the course's own goes on.\n"


def test_slow_work_is_said_and_the_course_s_own_goes_on(monkeypatch, capsys):
    monkeypatch.setattr(own, "SECONDS", 0.05)

    def slow(w, grad, lr):
        time.sleep(0.03)
        return w - lr * grad

    step = at_work(slow)
    assert [step(3.0, 2.0, 0.5) for _ in range(4)] == [2.0] * 4
    assert capsys.readouterr().out == "Your gradient_step took more than 0.05 seconds here; the course's own goes on.\n"


def test_work_with_pauses_is_not_slow(monkeypatch, capsys):
    monkeypatch.setattr(own, "SECONDS", 0.05)
    monkeypatch.setattr(own, "PAUSE", 0.0)

    def rests(w, grad, lr):
        time.sleep(0.02)
        return w - lr * grad

    step = at_work(rests)
    for _ in range(5):
        step(3.0, 2.0, 0.5)
        time.sleep(0.001)
    assert capsys.readouterr().out == ""


def test_a_loop_without_end_among_many_runs_is_stopped(monkeypatch, capsys):
    monkeypatch.setattr(own, "SECONDS", 0.2)

    def endless(w, grad, lr):
        while lr > 0.25:
            pass
        return w - lr * grad

    w, rates = np.ones((4, 2)), np.array([0.1, 0.2, 0.3, 0.4])
    assert np.array_equal(at_work(endless).each(w, w, rates), w - rates[:, None] * w)
    assert "the course's own goes on" in capsys.readouterr().out


@pytest.mark.parametrize("shape", [(5, 2), (3, 4, 2), (5, 1)])
def test_many_runs_come_out_as_the_course_s_own_batch_does(shape):
    rng = np.random.default_rng(0)
    w, grad, rates = rng.normal(size=shape), rng.normal(size=shape), rng.uniform(0, 1, shape[:-1])

    def knows_no_batches(w, grad, lr):
        return np.array([float(a) - float(lr) * float(g) for a, g in zip(w, grad, strict=True)])

    assert np.array_equal(each(at_work(knows_no_batches), w, grad, rates), each(OURS, w, grad, rates))
    assert np.array_equal(each(at_work(knows_no_batches), w, grad, 0.5), w - 0.5 * grad)


def test_of_a_function_that_returns_two_values_each_is_put_together():
    ours = EXERCISES["momentum-step"].reference
    step = own.Yours(EXERCISES["momentum-step"], lambda w, velocity, grad, lr, beta: ours(w, velocity, grad, lr, beta))
    w, rates = np.arange(6.0).reshape(3, 2), np.array([0.1, 0.2, 0.3])
    for mine, want in zip(each(step, w, w, w, rates, 0.9), each(ours, w, w, w, rates, 0.9), strict=True):
        assert np.array_equal(mine, want)


def test_what_it_says_while_a_slider_moves_is_read_under_the_picture():
    def fragile(w, grad, lr):
        return w - lr * grad if lr < 1 else 1 / 0

    step = at_work(fragile)
    fig, ax = plt.subplots(figsize=(8, 3.4))
    ax.set(xlabel="step", ylabel="w", title="A descent", xlim=(0, 1), ylim=(-3, 3))
    line = ax.plot([], [], label="path")[0]

    def run(lr):
        return Scene({line: np.array([[3.0, step(3.0, 2.0, lr)]])}, alt=[f"One step with lr = {lr:.1f}."])

    live = stage(fig, run, controls=(Slider("lr", "learning rate lr", [0.5, 1.5], 0.5, "{:.1f}"),))
    live.settings = {"lr": 1}
    assert live.error.startswith("Your gradient_step raised ZeroDivisionError")
    assert live.frames["alts"] == ["One step with lr = 1.5."]


def test_mistakes_are_counted_and_one_that_comes_back_sends_her_to_its_lesson():
    for _ in range(3):
        with pytest.raises(CheckFailed, match="wrong-sign"):
            check("gradient-step", written(STEP.replace("-", "+")))
    assert store.load()["exercises"]["gradient-step"]["mistakes"] == {"wrong-sign": 3}
    said = repr(progress())
    assert "wrong-sign keeps coming back (gradient-step): " in said
    assert " is where it is explained first." in said


def test_a_mistake_made_once_is_no_recurring_one():
    with pytest.raises(CheckFailed):
        check("gradient-step", written(STEP.replace("-", "+")))
    assert "coming back" not in repr(progress())


def test_progress_shows_how_the_library_fills():
    assert "library" not in repr(progress())
    check("gradient-step", written(STEP))
    assert f"Your library my_descent.py has 1 of the {len(EXERCISES)} functions." in repr(progress())
    assert "my_descent.py" in progress()._repr_html_()


def broken():
    """An exercise that is a program to repair."""
    return replace(EXERCISES["gradient-step"], given="wrong-sign")


def test_a_program_to_repair_is_not_attempted_as_long_as_it_does_what_it_did():
    verdict = judge(broken(), lambda w, grad, lr: lr * grad + w)
    assert verdict.slug == NOT_ATTEMPTED
    assert "On every case the program still does what it did at first" in verdict.message
    assert judge(broken(), OURS).right
    assert judge(broken(), lambda w, grad, lr: w - grad).slug == "learning-rate-forgotten"


def test_the_best_score_is_remembered_and_a_later_worse_one_does_not_replace_it(monkeypatch, capsys):
    scores = iter([31.0, 28.0, 40.0])
    scored = replace(EXERCISES["gradient-step"], score=lambda answer: next(scores), unit="steps")
    monkeypatch.setitem(checking.EXERCISES, "gradient-step", scored)
    for _ in range(3):
        check("gradient-step", written(STEP))
    said = [line for line in capsys.readouterr().out.splitlines() if "best" in line]
    assert said == [f"Yours: {got} steps. Your best so far: {best}." for got, best in ((31, 31), (28, 28), (40, 28))]
