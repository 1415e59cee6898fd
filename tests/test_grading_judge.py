"""The judge: it runs a check outside the kernel of the answer, and believes that kernel nothing but its own values."""

import json
import socket
import struct
import subprocess
import sys

import numpy as np
import pytest

from helpers.cells import CHECK, HALF
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.showing import as_cell
from helpers.grading.making.hidden import half_tests, hidden_tests
from helpers.grading.running import wire
from helpers.grading.running.judge import Trial, judged

KERNEL = """\
import json, sys
for line in sys.stdin:
    source, asks = json.loads(line)
    names = {}
    exec("import numpy as np\\n" + source, names)
    try:
        exec(asks, names)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    print("ended", flush=True)
"""


class Kernel:
    """A process in which answers live; no submission's, so that it needs no sandbox."""

    def __init__(self, folder):
        self.folder, self.process = folder, None

    def judge(self, id, answer, half=False, source=None):
        """Judge an answer's source as the cell of an exercise, and return the trial at its end."""
        exercise = EXERCISES[id]
        call = f'check("{id}", {exercise.reference.__name__}, required=True)\n'
        source = source or (half_tests(exercise, 1) if half else call + hidden_tests(exercise, 1))
        with Trial(id + (HALF if half else CHECK), source, self.folder) as trial:
            self.ask(answer, trial.asks)
        return trial

    def ask(self, source, asks):
        if self.process is None or self.process.poll() is not None:
            command = [sys.executable, "-c", KERNEL]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.process.stdin.write(json.dumps([source, asks]) + "\n")
        self.process.stdin.flush()
        self.process.stdout.readline()

    def close(self):
        if self.process is not None:
            self.process.kill()
            self.process.communicate()


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    made = Kernel(tmp_path_factory.mktemp("k"))
    yield made
    made.close()


def said(trial):
    """What the judge says of an answer, one line."""
    assert trial.verdict is not None, trial.why
    (output,) = trial.verdict.outputs
    return output.get("evalue", output.get("text"))


STEP = "def gradient_step(w, grad, lr):\n"
RIGHT = f"{STEP}    return w - lr * grad\n"
WRONG = "    return w + lr * grad\n"
AGENT = """\
    import struct, sys
    from helpers.grading.running import wire
    frame = sys._getframe()
    while type(frame.f_locals.get("self")).__name__ != "Agent":
        frame = frame.f_back
    agent = frame.f_locals["self"]
    nothing = {"printed": "", "changed": {}, "generators": {}, "took": 0}
    reply = lambda **said: wire.send(agent.line, {"call": agent.call, "replies": [{**nothing, **said}]})
"""


@pytest.mark.parametrize("id", ["gradient-step", "gradient-descent", "minibatches", "spsa-gradient", "clip-gradients"])
def test_references_are_right_through_the_channel(kernel, id):
    for half in (False, True):
        trial = kernel.judge(id, as_cell(EXERCISES[id].reference), half)
        assert trial.verdict is not None and trial.verdict.right, trial.why or said(trial)
        assert not trial.forged and not trial.failed


@pytest.mark.slow
@pytest.mark.parametrize("id", EXERCISES)
def test_every_reference_is_right_through_the_channel(kernel, id):
    trial = kernel.judge(id, as_cell(EXERCISES[id].reference))
    assert trial.verdict is not None and trial.verdict.right, trial.why or said(trial)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (STEP + WRONG, "(wrong-sign)"),
        (f"{STEP}    return None", "(missing-return)"),
        (f"{STEP}    w -= lr * grad\n    return w", "(changed-in-place)"),
        (f"{STEP}    w.resize((9,), refcheck=False)\n    return w[:2]", "(changed-in-place)"),
        (f"{STEP}    raise NotImplementedError", "not attempted yet"),
        (f"{STEP}    return 1 / 0", "In line 2 of gradient_step"),
        (f"{STEP}    return {{1, 2}}", "a value of type set"),
        (f"{STEP}    return np.array(['a', 'b'])", "an array of"),
        (f"{STEP}    input('lr? ')", "(asks-for-input)"),
        (f"{STEP}    raise SystemExit", "raised SystemExit"),
        (f"{STEP}    print('seen')", "and printed 'seen'"),
        ("def gradient_step(grad, w, lr):\n    return w", "(wrong-signature)"),
        ("gradient_step = 5", "(not-a-function)"),
        ("gradient = 5", "name 'gradient_step' is not defined"),
        (f"class Mine(ValueError):\n    pass\n\n\n{STEP}    raise Mine('so it is')", "raised Mine: so it is"),
        (f"{STEP}    return 10 ** 9999", "handed on"),
        (f"{STEP}    return np.zeros((2000, 2000))", "too large to be handed on"),
        (f"{STEP}    rows = []\n    rows.append(rows)\n    return rows", "lists in lists without an end"),
    ],
)
def test_what_an_answer_does_is_said_as_it_would_be_in_one_process(kernel, answer, words):
    trial = kernel.judge("gradient-step", answer)
    assert words.lower() in said(trial).lower()
    assert not trial.verdict.right and not trial.forged and not trial.failed


def test_a_call_that_does_not_end_is_ended_and_the_next_check_goes_on(kernel, monkeypatch):
    monkeypatch.setattr("helpers.exercises.judging.SECONDS", 0.5)
    endless = "def gradient_descent(grad, w, lr, steps):\n    while True:\n        grad(w)\n"
    assert "had not ended after" in said(kernel.judge("gradient-descent", endless))
    monkeypatch.undo()
    assert kernel.judge("gradient-step", RIGHT).verdict.right


def test_an_answer_may_yield_call_what_it_is_given_and_keep_a_state(kernel):
    yields = """\
def minibatches(n, batch_size, rng):
    order = rng.permutation(n)
    for start in range(0, n, batch_size):
        yield order[start : start + batch_size]
"""
    assert kernel.judge("minibatches", yields).verdict.right
    counted = f"calls = []\n\n\n{STEP}    calls.append(1)\n    return w - lr * grad + (len(calls) > 3)\n"
    assert "returned  [5.4, -0.2" not in said(kernel.judge("gradient-step", counted))
    assert not kernel.judge("gradient-step", counted).verdict.right


def test_tensors_are_compared_as_their_numbers(kernel):
    tensors = "    import torch\n    w, grad = torch.tensor(w).double(), torch.tensor(grad).double()\n"
    assert kernel.judge("gradient-step", f"{STEP}{tensors}    return w - lr * grad\n").verdict.right


@pytest.mark.parametrize(
    "body",
    [
        "    wire.send(agent.line, {'call': agent.call, 'right': True, 'done': True})\n",
        "    for _ in range(2):\n        reply(value=wire.encode(w - lr * grad, None))\n",
        "    agent.call = 'soon'\n    reply(value=None)\n",
        "    agent.line.sendall(struct.pack('>II', 2**32 - 1, 0))\n",
        "    agent.line.sendall(struct.pack('>II', 2, 2**32 - 1))\n",
        "    agent.line.sendall(struct.pack('>II', 4, 0) + b'null')\n",
        "    agent.line.sendall(struct.pack('>II', 11, 1) + b'{\"bytes\": 1}' + b'x')\n",
        "    agent.line.sendall(struct.pack('>II', 400_000, 0) + b'[' * 200_000 + b']' * 200_000)\n",
        "    reply(value={'array': b'', 'dtype': '<f8', 'shape': [2**22, 2**22, 2**22]})\n",
        "    reply(value={'array': b'', 'dtype': 'O', 'shape': [0]})\n",
        "    reply(value={'array': {'bytes': -8}, 'dtype': '<f8', 'shape': [1]})\n",
        "    reply(value={'array': {'bytes': 1e300}, 'dtype': '<f8', 'shape': [1]})\n",
        "    wire.send(agent.line, {'call': agent.call, 'ask': 0, 'arguments': []})\n",
        "    reply(value=1, generators={'0': {}})\n",
        "    reply(error={'names': ['a b'], 'text': ''})\n",
        "    wire.send(agent.line, {'call': agent.call, 'replies': [nothing] * 10_000})\n",
    ],
)
def test_whoever_writes_into_the_line_in_place_of_the_answer_earns_nothing_and_is_seen(kernel, body):
    trial = kernel.judge("gradient-step", STEP + AGENT + body + WRONG)
    assert trial.forged
    assert trial.verdict is None


@pytest.mark.parametrize(
    "before",
    [
        "import helpers.grading.running.agent as agent\nagent.serve = lambda *arguments: None\n",
        "import os\nimport socket\nsocket.socket.connect = lambda *arguments: None\n",
    ],
)
def test_where_nobody_comes_there_is_no_verdict(kernel, before):
    trial = kernel.judge("gradient-step", before + RIGHT)
    assert trial.verdict is None and trial.why and not trial.failed
    kernel.close()


def test_a_check_does_not_go_on_when_its_kernel_is_gone(kernel):
    trial = kernel.judge("gradient-step", f"{STEP}    import os\n    os._exit(3)\n")
    assert trial.verdict is None and "ended" in trial.why
    assert not trial.thread.is_alive()


def test_what_is_expected_never_enters_the_kernel(kernel):
    answer = f"""\
{STEP}    import gc, sys, types
    frame, words = sys._getframe(), {{"conventions", "expected", "want", "exercise"}}
    while frame is not None:
        assert not words & frame.f_locals.keys(), frame.f_locals.keys()
        assert "hidden_probes" not in frame.f_code.co_name
        frame = frame.f_back
    functions = [thing for thing in gc.get_objects() if type(thing) is types.FunctionType]
    assert not any(function.__name__ == "hidden_probes" for function in functions)
    return w - lr * grad
"""
    assert kernel.judge("gradient-step", answer).verdict.right


def test_the_oracle_of_the_capstone_can_be_asked_and_not_read(kernel):
    private = "def train(oracle, seed):\n    return [oracle._x]\n"
    assert "(raised)" in said(kernel.judge("your-run", private))
    peeking = "def train(oracle, seed):\n    from helpers.data import digits\n    digits()\n"
    assert "(peeked)" in said(kernel.judge("your-run", peeking))


def test_only_the_courses_own_cells_are_judged():
    cells = {"gradient-step-check": "check()\n### BEGIN HIDDEN TESTS", "gradient-step": "pass", "mine-check": "pass"}
    assert judged(cells) == {"gradient-step-check": cells["gradient-step-check"]}


@pytest.mark.parametrize("shape", [[3], [-1], [2, 2], [True], ["2"], [2**40], [1] * 9])
def test_an_array_whose_bytes_are_not_as_many_as_its_shape_needs_is_refused(shape):
    array = wire.encode(np.zeros(2), None)
    with pytest.raises(wire.ForgedError):
        wire.decode(array | {"shape": shape}, None)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        2**70,
        1.5,
        "words",
        [1, (2.0, [])],
        {"a": (1,)},
        np.float32(2),
        np.arange(6.0).reshape(2, 3),
        np.array(True),
        np.zeros((0, 3), int),
    ],
)
def test_plain_values_come_back_as_what_they_were(value):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        wire.send(ours, {"value": wire.encode(value, None)})
        back = wire.decode(wire.receive(theirs)["value"], None)
    assert type(back) is type(value) and repr(back) == repr(value)


@pytest.mark.parametrize(
    "text",
    [
        b'{"a": {"bytes": 5}}',
        b'{"a": {"bytes": -1}}',
        b'{"a": {"bytes": 1.5}}',
        b'{"a": {"bytes": "4"}}',
        b'{"a": {"bytes": NaN}}',
        b'{"a": {"bytes": 3}, "b": {"bytes": 3}}',
    ],
)
def test_bytes_that_did_not_come_are_no_message(text):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(struct.pack(">II", len(text), 4) + text + b"1234")
        with pytest.raises(wire.ForgedError):
            wire.receive(theirs)


@pytest.mark.parametrize("found", [[1], {"list": 3}, {"tuple": None}, {"dict": [[1]]}, {"dict": [[{"list": []}, 1]]}])
def test_what_is_no_value_is_refused(found):
    with pytest.raises(wire.ForgedError):
        wire.decode(found, None)
