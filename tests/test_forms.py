"""Right answers in other forms pass; slow ones, and those that Python refuses, hear what happened and no guess."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from helpers.exercises import CheckFailed, check, judging
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.checking import judge
from helpers.exercises.values import plain, same

ROOT = Path(__file__).parents[1]


def failure(id, answer):
    with pytest.raises(CheckFailed) as found:
        check(id, answer)
    return found.value


def as_list(pair):
    return list(pair)


def as_array(pair):
    return np.array(pair)


def zero_dimensional(pair):
    return tuple(np.array(item) for item in pair)


PAIRS = ["backward-multiply", "mse-gradient", "minibatch-gradient", "optimal-momentum", "momentum-step", "standardise"]


@pytest.mark.parametrize("form", [as_list, zero_dimensional])
@pytest.mark.parametrize("id", PAIRS)
def test_a_pair_may_come_as_a_list_and_its_numbers_as_arrays_without_dimensions(id, form):
    reference = EXERCISES[id].reference
    assert judge(EXERCISES[id], lambda *arguments: form(reference(*arguments))).right is True


@pytest.mark.parametrize("id", ["backward-multiply", "mse-gradient", "minibatch-gradient", "optimal-momentum"])
def test_two_numbers_may_come_in_one_array(id):
    reference = EXERCISES[id].reference
    assert judge(EXERCISES[id], lambda *arguments: np.array(reference(*arguments))).right


def test_an_array_of_another_length_is_no_pair():
    verdict = judge(EXERCISES["backward-multiply"], lambda a, b, out_grad: np.array([a, b, out_grad]))
    assert (verdict.right, verdict.slug) == (False, "wrong-type")


def test_a_tensor_counts_as_the_array_or_the_number_that_it_holds():
    torch = pytest.importorskip("torch")
    assert judge(EXERCISES["bowl-gradient"], lambda w: torch.tensor([w[0], 10 * w[1]])).right
    assert judge(EXERCISES["condition-number"], lambda hessian: torch.tensor(np.linalg.cond(hessian))).right


@pytest.mark.parametrize("id", ["bowl-gradient", "adam-step", "mse", "gradient-descent", "condition-number"])
def test_single_precision_is_told_apart_from_a_wrong_number(id):
    reference = EXERCISES[id].reference

    def single(value):
        return tuple(map(single, value)) if isinstance(value, tuple) else np.float32(value)

    error = failure(id, lambda *arguments: single(reference(*arguments)))
    assert error.mistake == "single-precision" and "float32" in str(error)
    wrong = failure(
        id,
        lambda *arguments: (
            single(tuple(2 * item for item in value))
            if isinstance(value := reference(*arguments), tuple)
            else np.float32(2 * value + 1)
        ),
    )
    assert wrong.mistake != "single-precision"


@pytest.mark.parametrize("value", [1, 0, 1.0, 0.0, np.int64(1), np.array([True]), "True"])
def test_what_is_no_truth_value_is_told_so(value):
    error = failure("stopping-rule", lambda grad, tolerance: value)
    assert error.mistake in ("wrong-type", "wrong-shape") and "True or False" in str(error)


def test_a_truth_value_of_numpy_counts():
    reference = EXERCISES["stopping-rule"].reference
    assert judge(EXERCISES["stopping-rule"], lambda *arguments: np.array(bool(reference(*arguments)))).right


def test_nan_in_an_argument_is_no_change():
    error = failure("find-moments", lambda trace: (1, 4, 5, 6))
    assert error.mistake != "changed-in-place"


def test_a_list_that_was_emptied_is_a_change():
    reference = EXERCISES["backward-pass"].reference

    def backward_pass(inputs):
        result = reference(inputs)
        inputs.clear()
        return result

    assert failure("backward-pass", backward_pass).mistake == "changed-in-place"


def test_the_wrong_one_of_two_results_is_said():
    error = failure("backward-multiply", lambda a, b, out_grad: (b * out_grad, [a * out_grad]))
    assert "Result number 2 must be one number" in str(error)


@pytest.mark.parametrize(
    ("id", "answer", "words"),
    [
        ("steepest-ascent", lambda grad: 0 * grad if grad == 0 else grad, ".all() or .any()"),
        ("mse", lambda y, prediction: np.mean((y - prediction[:-1]) ** 2), "print the .shape"),
        ("gradient-step", lambda w, grad, lr: list(w) - lr * list(grad), "Lists and tuples do no arithmetic"),
        ("gradient-step", lambda w, grad, lr: w - lr(grad), "is a * or a comma missing"),
        ("gradient-step", lambda w, grad, lr: w - rate * grad, "The name rate has no value"),  # noqa: F821
        ("gradient-step", lambda w, grad, lr: w - lr[0] * grad, "A number has no entries"),
        ("bowl-gradient", lambda w: __import__("math").sqrt(w), "functions of math take one number"),
        ("gradient-step", lambda w, grad, lr: input("w?"), "asks with input()"),
        ("gradient-step", lambda w, grad, lr: ..., "the three dots"),
    ],
)
def test_what_python_says_is_put_into_words(id, answer, words):
    assert words in str(failure(id, answer))


@pytest.mark.slow
def test_a_slow_answer_hears_where_it_was_and_no_diagnosis(monkeypatch):
    monkeypatch.setattr(judging, "SECONDS", 0.3)

    def gradient_step(w, grad, lr):
        __import__("time").sleep(1)
        return w - lr * grad

    error = failure("gradient-step", gradient_step)
    assert error.mistake == "not-ended"
    assert "in line 2 of gradient_step: __import__" in str(error) and "condition never changes" not in str(error)


@pytest.mark.slow
def test_an_import_inside_an_answer_is_left_to_end_and_costs_no_verdict(tmp_path):
    (tmp_path / "slow_module.py").write_text("import time\nfor _ in range(20):\n    time.sleep(0.05)\nvalue = 1.0\n")
    code = (
        "from helpers.exercises import check, judging\njudging.SECONDS = 0.3\n"
        "def gradient_step(w, grad, lr):\n    import slow_module\n    return w - lr * slow_module.value * grad\n"
        "check('gradient-step', gradient_step)\nimport slow_module\nprint(slow_module.value)"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(tmp_path)!r}]\n{code}"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "gradient-step: right" in done.stdout and done.stdout.endswith("1.0\n")


def test_nan_equals_nan_only_beside_it():
    assert same(plain(np.array([np.nan, 1.0])), plain(np.array([np.nan, 1.0])))
    assert not same(plain(np.array([1.0, np.nan])), plain(np.array([np.nan, 1.0])))
