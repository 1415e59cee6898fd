"""The check itself: what it says to every kind of wrong answer, and what gains nothing."""

import contextlib
import math
import os
import signal
import subprocess
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from helpers.exercises import CheckFailed, check, checking, hint, judging, solution, store, timing
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.exercise import Exercise, Mistake

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def empty_store(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIENT_COURSE_PROGRESS", str(tmp_path))


def failure(id, answer, **options):
    with pytest.raises(CheckFailed) as caught:
        check(id, answer, **options)
    assert caught.value.exercise == id
    return caught.value


def stub(w, grad, lr):
    raise NotImplementedError


def right_step(w, grad, lr):
    return w - lr * grad


def test_right_answer_prints_one_line_and_one_on_the_library(capsys):
    check("gradient-step", right_step)
    output = capsys.readouterr()
    assert output.out.startswith("gradient-step: right. ") and output.out.count("\n") == 2
    assert output.out.endswith("\nYour library my_descent.py has it: 1 function now.\n")
    assert output.err == ""


def test_stub_is_not_attempted_and_not_raised(capsys):
    check("gradient-step", stub)
    assert "not attempted yet" in capsys.readouterr().out
    assert store.load()["exercises"] == {}


def test_stub_is_raised_where_an_answer_is_required():
    assert failure("gradient-step", stub, required=True).mistake == "not-attempted"


def test_not_implemented_somewhere_else_is_an_attempt():
    def standardise(train, test):
        if (train.std(axis=0) == 0).any():
            raise NotImplementedError
        return (train - train.mean(axis=0)) / train.std(axis=0), (test - train.mean(axis=0)) / train.std(axis=0)

    assert failure("standardise", standardise).mistake == "raised"


def test_message_says_what_was_called_returned_and_expected():
    message = str(failure("bowl-gradient", lambda w: np.array([w[0], 7 * w[1]])))
    assert "called    bowl_gradient(np.array([3.0, 2.0]))" in message
    assert "returned  [3, 14]" in message
    assert "expected  [3, 20]" in message


def test_numbers_are_shown_with_digits_enough_to_tell_them_apart():
    message = str(failure("bowl-gradient", lambda w: np.array([w[0], 10.00001 * w[1]])))
    returned, expected = message.splitlines()[-2:]
    assert returned.split()[-1] != expected.split()[-1]


@pytest.mark.parametrize("id", ["gradient-stop", "Gradient-Step", "gradient_step"])
def test_unknown_id_suggests_the_closest_one(id):
    with pytest.raises(ValueError, match='did you mean "gradient-step"'):
        check(id, right_step)


@pytest.mark.parametrize("id", ["", "xyz", 7, None, right_step, []])
def test_hopeless_id_lists_all_ids(id):
    with pytest.raises(ValueError, match="bowl-gradient, directional-derivative"):
        check(id, right_step)


@pytest.mark.parametrize("answer", [np.array([1.0]), None, 3.0, "bowl_gradient"])
def test_result_of_a_call_instead_of_the_function_is_named(answer):
    error = failure("bowl-gradient", answer)
    assert error.mistake == "not-a-function"
    assert 'check("bowl-gradient", bowl_gradient)' in str(error)


@pytest.mark.parametrize(
    "answer", [lambda: 0, lambda w: w, lambda w, grad: w, lambda w, grad, lr, beta: w, lambda w, lr, grad: w]
)
def test_wrong_signature_is_named(answer):
    error = failure("gradient-step", answer)
    assert error.mistake == "wrong-signature"
    assert "gradient_step(w, grad, lr)" in str(error)


def test_further_parameters_with_defaults_and_other_names_are_fine(capsys):
    check("gradient-step", lambda weights, g, rate=0.1, *rest, **more: weights - rate * g)
    assert "right" in capsys.readouterr().out


def bowl(value):
    """A wrong bowl_gradient with the right numbers in another form."""
    return lambda w: value(np.array([w[0], 10 * w[1]]))


@pytest.mark.parametrize(
    ("answer", "slug", "words"),
    [
        (bowl(list), "wrong-type", "a list of 2. np.array(...) makes an array"),
        (bowl(lambda a: tuple(a.tolist())), "wrong-type", "a tuple of 2"),
        (bowl(str), "wrong-type", "yours returned a text"),
        (bowl(lambda a: a.astype(object)), "wrong-type", "array of object"),
        (bowl(lambda a: a + 0j), "wrong-type", "array of complex128"),
        (bowl(np.ma.array), "wrong-type", "MaskedArray"),
        (bowl(lambda a: a[0]), "wrong-shape", "one number"),
        (bowl(lambda a: a.reshape(2, 1)), "wrong-shape", "it broadcasts to (2, 2)"),
        (bowl(lambda a: a.reshape(1, 2)), "wrong-shape", "shape (1, 2)"),
        (bowl(lambda a: a * np.nan), "nan", "NaN"),
        (bowl(lambda a: None), "missing-return", "returned None"),
        (bowl(print), "missing-return", "Printing shows"),
        (bowl(lambda a: a + 1), None, "The value differs"),
        (bowl(lambda a: a[5]), "raised", "IndexError"),
        (bowl(lambda a: sys.exit()), "raised", "SystemExit"),
        (bowl(lambda a: right_step), "wrong-type", "type function"),
        (bowl(lambda a: True), "wrong-type", "True or False"),
        (bowl(lambda a: 10**400), "wrong-type", "type int"),
    ],
)
def test_symptom_without_a_known_mistake_is_named(answer, slug, words):
    error = failure("bowl-gradient", answer)
    assert error.mistake == slug
    assert words in str(error)


def test_scalar_in_an_array_of_one_is_a_wrong_shape():
    assert failure("condition-number", lambda hessian: np.array([2.0])).mistake == "wrong-shape"


def test_of_a_list_of_arrays_the_first_that_differs_is_told_and_not_the_list():
    error = failure("clip-gradients", lambda grads, largest: [grad / 7 for grad in grads])
    assert error.mistake is None and "The value differs." in str(error)
    error = failure("clip-gradients", lambda grads, largest: [grad[:0] for grad in grads])
    assert error.mistake == "wrong-shape" and "Entry 0 of the list must be an array of shape" in str(error)
    assert "a list of 0" in str(failure("clip-gradients", lambda grads, largest: grads[:0]))


def test_one_array_where_two_belong_is_a_wrong_type():
    error = failure("standardise", lambda train, test: train)
    assert error.mistake == "wrong-type" and "a tuple of 2" in str(error)
    assert "a tuple of 3" in str(failure("standardise", lambda train, test: (train, test, test)))
    assert failure("standardise", lambda train, test: {0: train, 1: test}).mistake == "wrong-type"


def test_error_with_a_long_message_is_shown_by_its_first_line():
    def bowl_gradient(w):
        raise RuntimeError("first line\n" + "more\n" * 1000)

    message = str(failure("bowl-gradient", bowl_gradient))
    assert "raised RuntimeError: first line" in message and len(message) < 500


def test_value_where_an_error_belongs_is_told():
    error = failure("directional-derivative", lambda grad, d: grad @ d / np.linalg.norm(d) if d.any() else 7.0)
    assert "must raise ValueError" in str(error)


def test_change_in_place_names_the_argument():
    def directional_derivative(grad, direction):
        if not direction.any():
            raise ValueError("no direction")
        direction /= np.linalg.norm(direction)
        return grad @ direction

    error = failure("directional-derivative", directional_derivative)
    assert error.mistake == "changed-in-place" and "argument direction in place" in str(error)


def test_change_in_place_without_return_says_both():
    def gradient_step(w, grad, lr):
        w -= lr * grad

    error = failure("gradient-step", gradient_step)
    assert error.mistake == "changed-in-place" and "returned nothing" in str(error)


def test_answer_that_changes_its_argument_does_not_change_the_next_check(capsys):
    def gradient_step(w, grad, lr):
        w[...] = 0
        return w

    failure("gradient-step", gradient_step)
    check("gradient-step", right_step)
    assert "right" in capsys.readouterr().out


def test_error_in_an_answer_is_located_in_the_learners_own_lines():
    def bowl_gradient(w):
        slopes = w * 2
        return np.array([slopes[0], slopes.no_such_thing])

    message = str(failure("bowl-gradient", bowl_gradient))
    assert "in line 3 of bowl_gradient: return np.array([slopes[0], slopes.no_such_thing])" in message
    assert "raised AttributeError: " in message


def test_error_in_a_library_is_located_at_the_learners_call():
    def largest_stable_rate(hessian):
        return 2 / np.linalg.eigvalsh(hessian[0]).max()

    assert "in line 2 of largest_stable_rate" in str(failure("largest-stable-rate", largest_stable_rate))


def test_answer_that_never_ends_is_stopped(monkeypatch):
    monkeypatch.setattr(judging, "SECONDS", 0.2)

    def gradient_step(w, grad, lr):
        while True:
            with contextlib.suppress(Exception):
                w = w - lr * grad

    before = signal.getsignal(signal.SIGINT)
    assert failure("gradient-step", gradient_step).mistake == "not-ended"
    assert signal.getsignal(signal.SIGINT) is before


def test_answer_that_catches_everything_once_is_stopped_at_the_second_try(monkeypatch):
    monkeypatch.setattr(judging, "SECONDS", 0.2)

    def gradient_step(w, grad, lr):
        try:
            while True:
                pass
        except BaseException:
            while True:
                pass

    assert failure("gradient-step", gradient_step).mistake == "not-ended"


def test_time_that_others_had_is_added_to_a_limit(monkeypatch):
    monkeypatch.setattr(timing, "BUSY", 10_000)
    with timing.time_limit(0.1, spared=time.monotonic):  # all of it was others'
        time.sleep(0.3)


def test_time_that_others_had_is_added_within_bounds(monkeypatch):
    monkeypatch.setattr(timing, "BUSY", 2)

    def endless():
        with timing.time_limit(0.01, spared=time.monotonic):
            while True:
                pass

    with pytest.raises(timing.TimeOver):
        endless()


def test_nobody_waited_where_nobody_counts():
    assert timing.stalled() >= 0
    assert timing.stalled("none") == 0


def test_late_end_that_overtakes_the_time_limit_leaves_no_interrupt_behind(monkeypatch):
    monkeypatch.setattr(judging, "SECONDS", 0.02)
    for _ in range(8):
        with contextlib.suppress(CheckFailed):
            check("gradient-step", lambda w, grad, lr: time.sleep(0.005) or w - lr * grad)
    time.sleep(0.1)


def test_interrupt_by_the_user_stays_a_keyboard_interrupt():
    with pytest.raises(KeyboardInterrupt):
        check("gradient-step", lambda w, grad, lr: signal.raise_signal(signal.SIGINT))


def test_check_works_in_a_thread_where_signals_cannot_be_set():
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(check, "gradient-step", right_step).exception() is None


def test_warnings_and_prints_of_an_answer_stay_silent(capfd):
    def steepest_ascent(grad):
        print("here")
        print("there", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)
        length = np.linalg.norm(grad)
        return np.nan_to_num(grad / length)

    check("steepest-ascent", steepest_ascent)
    output = capfd.readouterr()
    assert output.out.count("\n") == 2 and "here" not in output.out
    assert output.err == ""


class EqualToAll(np.ndarray):
    """Claims to agree with everything."""

    def __eq__(self, other):
        return True

    def __float__(self):
        return 0.0

    def __array__(self, *args, **kwargs):
        return np.zeros(2)

    __sub__ = __rsub__ = __abs__ = lambda self, *other: 0.0
    __hash__ = None


class FloatEqualToAll(float):
    def __eq__(self, other):
        return True

    __sub__ = __rsub__ = __abs__ = lambda self, *other: 0.0
    __hash__ = None


class TupleEqualToAll(tuple):
    def __eq__(self, other):
        return True

    __hash__ = None


@pytest.mark.parametrize(
    ("id", "answer"),
    [
        ("bowl-gradient", lambda w: np.zeros(2).view(EqualToAll)),
        ("condition-number", lambda hessian: FloatEqualToAll(0)),
        ("standardise", lambda train, test: TupleEqualToAll((train, test))),
        ("standardise", lambda train, test: (train.view(EqualToAll), test.view(EqualToAll))),
    ],
)
def test_objects_that_claim_to_be_equal_gain_nothing(id, answer):
    assert failure(id, answer).mistake == "wrong-type"


def test_replacing_comparisons_and_numpy_functions_gains_nothing(monkeypatch):
    def yes(*args, **kwargs):
        return True

    for module, names in (
        (np.testing, ["assert_allclose", "assert_array_equal", "assert_almost_equal"]),
        (np, ["allclose", "isclose", "array_equal", "all"]),
        (math, ["isclose"]),
    ):
        for name in names:
            monkeypatch.setattr(module, name, yes)
    monkeypatch.setattr(np.linalg, "eigvalsh", lambda hessian: np.ones(2))
    monkeypatch.setattr(np.linalg, "norm", lambda vector: 1.0)
    monkeypatch.setattr(np, "asarray", lambda *args, **kwargs: np.zeros(2))
    failure("largest-stable-rate", lambda hessian: 2.0)
    failure("condition-number", lambda hessian: 1.0)
    failure("steepest-ascent", lambda grad: grad + 0.0)
    failure("bowl-gradient", lambda w: np.zeros(2))
    monkeypatch.undo()
    judging.expected.cache_clear()  # what mistakes do is found when it is needed, and here with replaced functions


@pytest.mark.slow
def test_functions_replaced_before_the_first_check_do_not_change_what_is_expected():
    code = (
        "import numpy as np\nfrom helpers.exercises import CheckFailed, check\n"
        "np.linalg.eigvalsh = lambda hessian: np.ones(2)\n"
        "try: check('condition-number', lambda hessian: 1.0)\nexcept CheckFailed: print('failed')"
    )
    fresh = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert fresh.stdout == "failed\n", fresh.stderr


def test_check_failed_is_an_assertion_and_renders_as_its_message_alone():
    error = failure("gradient-step", lambda w, grad, lr: w - grad)
    assert isinstance(error, AssertionError)
    assert error._render_traceback_() == [str(error)]
    assert "Traceback" not in str(error)


def test_hints_come_one_at_a_time_and_then_all(capsys):
    hints = EXERCISES["gradient-step"].hints
    for number, text in enumerate(hints, 1):
        hint("gradient-step")
        output = capsys.readouterr().out
        assert f"hint {number} of {len(hints)}: {text}" in output
        left = len(hints) - number
        assert (f"{left} more" if left else "last hint") in output
    hint("gradient-step")
    output = capsys.readouterr().out
    assert all(text in output for text in hints)


def test_solution_is_shown_after_an_attempt_only(capsys):
    solution("gradient-step")
    check("gradient-step", stub)
    solution("gradient-step")
    output = capsys.readouterr().out
    assert output.count("try first") == 2 and "return w - lr * grad" not in output
    failure("gradient-step", lambda w, grad, lr: w)
    solution("gradient-step")
    assert "return w - lr * grad" in capsys.readouterr().out


@pytest.mark.parametrize("door", [hint, solution])
def test_unknown_id_is_answered_at_every_door(door):
    with pytest.raises(ValueError, match='did you mean "standardise"'):
        door("standardize")


def test_answer_defined_in_a_shell_fails_without_a_traceback(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.history_manager.enabled = False
    result = shell.run_cell(
        "from helpers.exercises import check\n"
        "def gradient_step(w, grad, lr):\n    return w + lr * gard\n"
        "check('gradient-step', gradient_step)"
    )
    assert isinstance(result.error_in_exec, CheckFailed)
    output = capsys.readouterr()
    shown = output.out + output.err
    assert "in line 2 of gradient_step: return w + lr * gard" in shown
    assert "Traceback" not in shown and "checking.py" not in shown


def run_notebook(*cells):
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=60, allow_errors=True, kernel_name="python3").execute(env=dict(os.environ))
    return [cell.outputs for cell in notebook.cells]


@pytest.mark.slow
def test_in_a_kernel_verdicts_are_short_and_the_kernel_survives_an_endless_loop():
    define = (
        "from helpers.exercises import check, judging\njudging.SECONDS = 0.5\ndef gradient_step(w, grad, lr):\n    "
    )
    end = "\ncheck('gradient-step', gradient_step)"
    not_attempted, wrong, endless, right = run_notebook(
        define + "raise NotImplementedError" + end,
        define + "return w + lr * grad" + end,
        define + "while True: print(w)" + end,
        define + "return w - lr * grad" + end,
    )
    assert [output.output_type for output in not_attempted] == ["stream"]
    assert "not attempted yet" in not_attempted[0].text
    for outputs, words in [(wrong, "goes uphill"), (endless, "had not ended")]:
        (error,) = outputs
        assert error.ename == "CheckFailed"
        assert words in "\n".join(error.traceback)
        assert "helpers/exercises" not in "\n".join(error.traceback)
    assert right[0].text.startswith("gradient-step: right.") and len(right) == 1


# Answers in which chance has a part: properties are compared, not values


def shuffled(n, rng):
    return rng.permutation(n)


def observe_order(answer, n, rng):
    order = answer(n, rng)
    if type(order) is not np.ndarray:
        return None
    return {"the numbers, sorted": np.sort(order), "they are in order": str(bool(np.all(np.diff(order) > 0)))}


SHUFFLE = Exercise(
    id="shuffle",
    reference=shuffled,
    probes=[(100, np.random.default_rng(0))],
    mistakes=[
        Mistake("identity", lambda n, rng: np.arange(n), "You shuffle nothing."),
        Mistake("one-less", lambda n, rng: rng.permutation(n - 1), "One is missing."),
    ],
    hints=[],
    insight="",
    observe=observe_order,
    returns="an array of indices",
)


def by_random_keys(n, rng):
    return np.argsort(rng.random(n))


def test_a_right_answer_may_draw_its_numbers_in_another_way():
    assert checking.judge(SHUFFLE, by_random_keys).right


def test_a_mistake_is_named_whatever_it_draws():
    assert checking.judge(SHUFFLE, lambda n, rng: np.argsort(rng.random(n - 1))).slug == "one-less"
    assert checking.judge(SHUFFLE, lambda n, rng: np.arange(n)).slug == "identity"


def test_the_first_property_that_differs_is_shown():
    message = checking.judge(SHUFFLE, lambda n, rng: np.arange(n, 0, -1) - 2).message
    assert "called    shuffled(100, np.random.default_rng(0))" in message
    assert "What differs: the numbers, sorted." in message
    verdict = checking.judge(SHUFFLE, lambda n, rng: np.arange(n))
    assert "returned  they are in order: True\n  expected  they are in order: False" in verdict.message


def test_a_value_without_the_properties_is_described():
    assert checking.judge(SHUFFLE, lambda n, rng: None).slug == "missing-return"
    verdict = checking.judge(SHUFFLE, lambda n, rng: {"they are in order": False})
    assert verdict.slug == "wrong-type" and "must return an array of indices" in verdict.message


def test_an_answer_cannot_claim_the_properties():
    claimed = judging.expected(SHUFFLE, SHUFFLE.reference)[0].value
    assert not checking.judge(SHUFFLE, lambda n, rng: claimed).right
