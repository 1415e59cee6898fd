"""The judge: it runs a check outside the kernel of the answer, and believes that kernel nothing but its own values."""

import json
import subprocess
import sys

import pytest

from helpers.cells import CHECK, HALF
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.showing import as_cell
from helpers.grading.making.hidden import half_tests, hidden_tests
from helpers.grading.running.judge import Trial

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


@pytest.mark.parametrize("id", EXERCISES)
def test_every_reference_is_right_through_the_channel(kernel, id):
    for half in (False, True):
        trial = kernel.judge(id, as_cell(EXERCISES[id].reference), half)
        assert trial.verdict is not None and trial.verdict.right, (trial.why, said(trial))
        assert not trial.forged and not trial.failed
