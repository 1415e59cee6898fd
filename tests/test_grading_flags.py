"""Answers that call the course's helpers are flagged for the teacher; answers that do the work never are."""

import inspect
import json
import re

import nbformat
import pytest
from released import ROOT, released
from test_known_mistakes import KNOWN

from helpers.authoring.canonical import read
from helpers.exercises.catalogue import EXERCISES, LESSONS
from helpers.grading.making.graded import graded
from helpers.grading.reporting.flags import flags

HOME = {exercise.id: lesson.name for lesson in LESSONS for exercise in lesson.exercises}
ASKED = sorted(set(HOME.values()))
PEEK = {  # mistakes that are not honest
    *("run_that_looks_at_the_test", "run_that_reads_the_digits", "run_that_looks_for_the_order_of_the_pixels"),
}
STEP = "def adam_step(w, m, v, t, grad, lr, beta1, beta2, eps):\n"


def flagged(exercise, answer, *own):
    """The flags of a release with one answer, and the learner's own cells before it."""
    release, nb = released(HOME[exercise]), released(HOME[exercise])
    place = next(i for i, cell in enumerate(nb.cells) if cell.id == exercise)
    nb.cells[place].source = answer
    nb.cells[place:place] = [nbformat.v4.new_code_cell(source, id=f"own-{i}") for i, source in enumerate(own)]
    return flags(nb, release)


def written(exercise, function):
    """A function's source as the learner's answer, under the name that the exercise asks for."""
    source = inspect.getsource(function)
    return re.sub(r"def \w+", f"def {EXERCISES[exercise].reference.__name__}", source, count=1)


@pytest.mark.parametrize("name", ASKED)
def test_an_untouched_release_is_not_flagged(name):
    assert flags(released(name), released(name)) == ()


@pytest.mark.parametrize("name", ASKED)
def test_the_hidden_tests_of_a_graded_notebook_and_our_solutions_are_not_flagged(name):
    nb = graded(read(ROOT / "solutions" / f"{name}.ipynb"), name, 1, None)
    assert flags(nb, released(name)) == ()


def test_a_cell_that_is_nested_too_deeply_hides_nothing_else():
    assert flagged("adam-step", "adam_step = adam", "x" + ".x" * 5000) != ()


@pytest.mark.slow
@pytest.mark.parametrize("exercise", EXERCISES)
def test_neither_references_nor_honest_mistakes_are_flagged(exercise):
    honest = [EXERCISES[exercise].reference, *(answer for answer in KNOWN[exercise] if answer.__name__ not in PEEK)]
    assert [flagged(exercise, written(exercise, answer)) for answer in honest] == [()] * len(honest)


def test_an_own_run_may_use_what_the_course_lends_and_no_finished_run():
    run = "def train(oracle, seed):\n    {}\n"
    lent = run.format("from helpers.optimizers import adam; step = adam or yours('adam-step')")
    assert flagged("your-run", lent, "from helpers.exercises import yours") == ()
    for finished in ("helpers.capstone_rules.plain_sgd", "helpers.exercises.course.capstone.your_run.train"):
        module, _, name = finished.rpartition(".")
        said = flagged("your-run", run.format(f"from {module} import {name}; return {name}(oracle, seed)"))
        assert said == (f"your-run: the answer uses {finished}, which comes with the course",)


@pytest.mark.parametrize(
    ("own", "answer", "name"),
    [
        ([], f"{STEP}    return adam(w, grad, (m, v, t), lr)", "helpers.optimizers.adam"),
        ([], f"{STEP}    from helpers.optimizers import adam as mine\n    return mine(w)", "helpers.optimizers.adam"),
        ([], "from helpers.optimizers import adam as adam_step", "helpers.optimizers.adam"),
        ([], "adam_step = adam", "helpers.optimizers.adam"),
        ([], "import helpers.optimizers as o\nadam_step = o.adam", "helpers.optimizers"),
        ([], "import helpers.optimizers\nadam_step = lambda *a: helpers.optimizers.adam(*a)", "helpers.optimizers"),
        (["from helpers import optimizers"], f"{STEP}    return optimizers.adam(w)", "helpers.optimizers"),
        (
            ["from helpers.exercises.course.adaptive_methods.adam_step import *"],
            "adam_step = adam_step",
            "helpers.exercises.course.adaptive_methods.adam_step.*",
        ),
        (["from helpers.optimizers import *"], "adam_step = adagrad", "helpers.optimizers.*"),
        (["import helpers"], "adam_step = helpers.optimizers.adam", "helpers"),
        (["import importlib"], "adam_step = importlib.import_module('helpers.optimizers').adam", "helpers.optimizers"),
        ([], f"{STEP}    return __import__('helpers.optimizers').optimizers.adam(w)", "helpers.optimizers"),
        (["import sys"], "adam_step = sys.modules['helpers.optimizers'].adam", "helpers.optimizers"),
        (
            ["from helpers.exercises.catalogue import EXERCISES"],
            "adam_step = EXERCISES['adam-step'].reference",
            "helpers.exercises.catalogue.EXERCISES",
        ),
        (
            ["def mine(*a):\n    return adam(*a)", "other = mine"],
            f"{STEP}    return other(w)",
            "helpers.optimizers.adam",
        ),
        ([], "globals()['adam_step'] = adam", "helpers.optimizers.adam"),
        ([], "globals().update(adam_step=adam)", "helpers.optimizers.adam"),
        ([], "exec('from helpers.optimizers import adam as adam_step')", "exec"),
        ([], "%matplotlib inline\nadam_step = adam", "helpers.optimizers.adam"),
        ([], f"{STEP}    return eval('ad' + 'am')(w)", "eval"),
        (["from inspect import getsource"], f"{STEP}    return getsource(w)", "getsource"),
        ([], f"{STEP}    return check.__globals__['EXER' + 'CISES']['adam-step'](w)", "__globals__"),
        (["import sys"], f"{STEP}    return sys._getframe(2).f_locals['exer' + 'cise'](w)", "_getframe"),
        (
            ["import gc"],
            f"{STEP}    return [o for o in gc.get_objects() if hasattr(o, 'ref' + 'erence')]",
            "get_objects",
        ),
        (["import gc as g"], f"{STEP}    return getattr(g, 'get_' + 'objects')()", "import gc"),
        (
            [],
            f"{STEP}    return [c for c in object.__subclasses__() if c.__name__ == 'Exer' + 'cise']",
            "__subclasses__",
        ),
        (["import pickle"], f"{STEP}    return pickle.loads(b'...')(w)", "import pickle"),
        (["import sys"], f"{STEP}    return sys.modules['help' + 'ers.optimizers'].adam(w)", "sys.modules"),
        (
            ["from sys import modules as all_of_it"],
            f"{STEP}    return all_of_it['help' + 'ers.optimizers'].adam(w)",
            "sys.modules",
        ),
        (["from importlib import reload as r"], f"{STEP}    return r(np)", "import importlib"),
        (["import ctypes as c"], f"{STEP}    return c.pythonapi", "import ctypes"),
        (["import linecache"], f"{STEP}    return linecache.getline('adam.py', 3)", "import linecache"),
        ([], f"{STEP}    return get_ipython().user_ns['In']", "get_ipython"),
    ],
)
def test_an_answer_that_leads_to_the_course_is_flagged_with_its_name(own, answer, name):
    says = f": the answer uses {name}, which "
    found = flagged("adam-step", answer, *own)
    assert [sentence for sentence in found if sentence.startswith(f"adam-step{says}")]
    allowed = (says, "shows the course's answer", "which can call anything")  # a star binds every name
    assert all(any(words in other for words in allowed) for other in found)


def test_a_helper_with_the_name_of_a_references_local_is_flagged():
    answer = "from helpers.schedules import warmup as ready\ncosine_schedule = ready(5)"
    assert flagged("cosine-schedule", answer) == (
        "cosine-schedule: the answer uses helpers.schedules.warmup, which comes with the course",
    )


@pytest.mark.parametrize(
    "cell",
    [
        'solution("adam-step")',
        'from helpers import exercises\nexercises.solution("adam-step")',
        'from helpers.exercises.catalogue import EXERCISES as E\nimport inspect\ninspect.getsource(E["adam-step"])',
    ],
)
def test_a_cell_that_shows_the_courses_answer_is_flagged(cell):
    assert flagged("adam-step", STEP + "    return w", cell) == (
        "adam-step: a cell calls solution or looks up the reference, which shows the course's answer",
    )


@pytest.mark.parametrize(
    ("exercise", "own", "answer"),
    [
        ("adam-step", 'print("adam_step", adam(1.0, 2.0, None, lr=0.1))', f"{STEP}    return w, m, v"),
        ("adam-step", "", f"{STEP}    adam = w + 1\n    return adam, m, v"),
        ("adam-step", "def adam(w):\n    return w", f"{STEP}    return adam(w)"),
        ("adam-step", "", f"{STEP}    helpers, eval = w, m\n    return helpers, eval, v"),
        ("mse", "", 'def mse(y, p):\n    return ((y - p) ** 2).mean()\n\ncheck("mse", mse)\nhint("mse")'),
        (
            "mse",
            'print("mse", losses.mse(np.ones(2), np.zeros(2)))',
            "def mse(y, p):\n    return ((y - p) ** 2).mean()",
        ),
        ("mse", "", "def mse(y, p:\n    return"),
        ("mse", "", "return 3"),
        ("mse", "gc = 2 * np.ones(2)\nmodules = [gc]", "def mse(y, p):\n    return gc @ modules[0] * (y - p).mean()"),
    ],
)
def test_own_experiments_own_names_and_checks_are_not_flagged(exercise, own, answer):
    assert flagged(exercise, answer, own) == ()


@pytest.mark.parametrize(
    "source",
    ["-" * 100_000 + "1", "if a:\n    pass\n" + "elif a:\n    pass\n" * 20_000, "f" + "()" * 50_000, "a\0b", "[" * 99],
    ids=["nested", "chained", "called", "nul", "open"],
)
def test_code_that_no_parser_likes_is_read_as_far_as_it_goes(source):
    release = json.loads(json.dumps(released("05_gradient_descent")))
    own = {"cell_type": "code", "id": "own", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    assert all("was not read" in flag for flag in flags(release | {"cells": [*release["cells"], own]}, release))


OWN_MODULE = (
    "from helpers.optimizers import adam\n\n\ndef quiet(x):\n    return x\n\n\ndef step(*a):\n    return adam(*a)\n"
)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("from my_step import step as adam_step", True),
        ("import my_step\n\n\ndef adam_step(*a):\n    return my_step.step(*a)", True),
        ("from my_step import quiet as adam_step", False),
    ],
)
def test_what_an_answer_takes_from_a_module_of_the_learner_s_is_read_as_if_it_stood_in_the_notebook(answer, said):
    release, nb = released(HOME["adam-step"]), released(HOME["adam-step"])
    next(cell for cell in nb.cells if cell.id == "adam-step").source = answer
    assert any("helpers.optimizers.adam" in flag for flag in flags(nb, release, [OWN_MODULE])) is said
    found = flagged("adam-step", answer, f"%%writefile my_step.py\n{OWN_MODULE}")
    assert any("helpers.optimizers.adam" in flag for flag in found) is said
