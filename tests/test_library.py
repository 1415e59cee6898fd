"""The learner's library: what passed its check is kept with all that it needs, and nothing of hers is overwritten."""

import linecache
import textwrap
from itertools import count

import pytest

from helpers.exercises import check, library, store
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.checking import CheckFailed

CELLS = count(1)
STEP = "def gradient_step(w, grad, lr):\n    return w - lr * grad"
CONVERGED = "def has_converged(grad, tolerance):\n    return np.linalg.norm(grad) < tolerance"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIENT_COURSE_PROGRESS", str(tmp_path))
    return tmp_path


class Notebook(dict):
    """The names of a notebook; its cells can be run, and their sources be found, as in a kernel."""

    def __init__(self):
        super().__init__(__name__="__main__")
        self.run("import numpy as np")

    def run(self, source):
        source = textwrap.dedent(source).strip() + "\n"
        file = f"<cell {next(CELLS)}>"
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        exec(compile(source, file, "exec"), self)


@pytest.fixture
def notebook():
    return Notebook()


def kept(notebook, source, id="gradient-step", name="gradient_step"):
    """Run a cell, check its function, and return the library's text."""
    notebook.run(source)
    check(id, notebook[name])
    return library.path().read_text(encoding="utf-8")


def test_a_function_that_passes_is_kept_whole_with_its_import_under_the_name_of_its_exercise(notebook, capsys):
    text = kept(notebook, CONVERGED, "stopping-rule", "has_converged")
    assert text.startswith(library.HEADER)
    assert "\n\nimport numpy as np\n\n\n# stopping-rule, from " in text
    assert text.endswith(f"\n{CONVERGED}\n")
    assert capsys.readouterr().out.endswith("Your library my_descent.py has it: 1 function now.\n")


def test_a_second_check_of_the_same_function_says_nothing_of_the_library_and_changes_nothing(notebook, capsys):
    before = kept(notebook, STEP)
    capsys.readouterr()
    assert kept(notebook, STEP) == before
    assert "library" not in capsys.readouterr().out


def test_the_functions_stand_in_the_order_of_the_lessons_whatever_was_solved_first(notebook):
    kept(notebook, CONVERGED, "stopping-rule", "has_converged")
    text = kept(notebook, STEP)
    assert text.index("def gradient_step") < text.index("def has_converged")
    assert text.count("import numpy as np") == 1


def test_a_wrong_function_is_not_kept(notebook):
    notebook.run(STEP.replace("-", "+"))
    with pytest.raises(CheckFailed):
        check("gradient-step", notebook["gradient_step"])
    assert not library.path().exists()


def test_a_better_version_takes_the_place_of_the_one_before(notebook):
    kept(notebook, STEP)
    text = kept(notebook, STEP.replace("w - lr * grad", "w + (-lr) * grad"))
    assert "w + (-lr) * grad" in text
    assert "w - lr * grad" not in text


def test_what_she_changed_by_hand_stays_and_she_is_told(notebook, capsys):
    before = kept(notebook, STEP)
    mine = before.replace("return w - lr * grad", "return w - grad * lr  # as I like it")
    library.path().write_text(mine, encoding="utf-8")
    assert kept(notebook, STEP.replace("w - lr * grad", "w + (-lr) * grad")) == mine
    assert "keeps its own gradient_step: you changed it there by hand" in capsys.readouterr().out


def test_what_she_added_by_hand_stays_when_another_function_is_kept(notebook):
    before = kept(notebook, STEP)
    notes = before.replace("# gradient-step", "from math import tau\n\nLUCKY = tau\n\n\n# gradient-step")
    notes += "\n\n# my own notes\nANSWER = 42\n"
    library.path().write_text(notes, encoding="utf-8")
    text = kept(notebook, CONVERGED, "stopping-rule", "has_converged")
    assert all(part in text for part in ("from math import tau", "LUCKY = tau", "# my own notes\nANSWER = 42"))
    assert text.index("def gradient_step") < text.index("ANSWER") < text.index("def has_converged")


def test_helpers_constants_and_imports_of_the_notebook_come_along_and_work_without_it(notebook):
    notebook.run("from math import prod as times\nONE = 1.0\ndef scaled(g, lr):\n    return times([lr, ONE]) * g")
    text = kept(notebook, "def gradient_step(w, grad, lr):\n    return w - scaled(grad, lr)")
    assert "\nfrom math import prod as times\n" in text
    assert text.index("ONE = 1.0") < text.index("def scaled") < text.index("def gradient_step")
    names = {}
    exec(text, names)
    assert names["gradient_step"](3.0, 2.0, 0.5) == 2.0


def test_names_that_a_function_defines_inside_are_not_looked_for_outside(notebook):
    notebook.run("times = lambda a, b: None\nlib = 3")
    inside = "    import numpy as lib\n\n    def times(a, b):\n        return lib.multiply(a, b)\n"
    text = kept(notebook, f"def gradient_step(w, grad, lr):\n{inside}\n    return w - times(lr, grad)")
    assert text.count("times") == 2 and "lib = 3" not in text


def test_a_function_under_another_name_gets_the_name_of_the_exercise_too(notebook):
    text = kept(notebook, STEP.replace("gradient_step", "mine"), name="mine")
    assert text.endswith("\n\n\ngradient_step = mine\n")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("table = np.eye(2)\ndef gradient_step(w, grad, lr):\n    table\n    return w - lr * grad", "it uses table"),
        ("gradient_step = lambda w, grad, lr: w - lr * grad", "write it as one, at the left margin"),
        (
            "def make(k):\n    def step(w, grad, lr):\n        return w - k * lr * grad\n    return step\n"
            "gradient_step = make(1)",
            "write it as one",
        ),
        (
            "class Step:\n    def __call__(self, w, grad, lr):\n        return w - lr * grad\ngradient_step = Step()",
            "only a function that is written with def",
        ),
        (
            "SHIFT = [0]\ndef gradient_step(w, grad, lr):\n"
            "    return w - lr * grad + globals().get('SHIFT', [np.pi])[0]",
            "away from its notebook",
        ),
    ],
)
def test_what_cannot_stand_alone_is_right_all_the_same_and_the_reason_is_said(notebook, capsys, source, says):
    notebook.run(source)
    check("gradient-step", notebook["gradient_step"])
    said = capsys.readouterr().out
    assert "gradient-step: right." in said
    assert "Your library my_descent.py does not have it: " in said
    assert says in said
    assert not library.path().exists()


def test_two_helpers_of_one_name_that_differ_are_refused_by_name(notebook, capsys):
    notebook.run("def size(x):\n    return np.sqrt(np.sum(x**2))")
    kept(
        notebook,
        "def has_converged(grad, tolerance):\n    return size(grad) < tolerance",
        "stopping-rule",
        "has_converged",
    )
    notebook.run("def size(x):\n    return 1.0")
    text = kept(notebook, "def gradient_step(w, grad, lr):\n    return w - size(w) * lr * grad")
    assert "gradient_step" not in text.removeprefix(library.HEADER)
    assert "the functions of stopping-rule and this one both use a size" in capsys.readouterr().out


@pytest.mark.parametrize("damage", [b"def broken(:\n", b"\xff\xfe\x00"])
def test_a_damaged_library_is_left_as_it_is_and_the_check_passes(notebook, capsys, damage):
    library.path().parent.mkdir(exist_ok=True)
    library.path().write_bytes(damage)
    notebook.run(STEP)
    check("gradient-step", notebook["gradient_step"])
    assert "does not have it: " in capsys.readouterr().out
    assert library.path().read_bytes() == damage


def test_a_library_that_cannot_be_written_fails_no_check(notebook, capsys, monkeypatch):
    monkeypatch.setattr(library, "write_whole", lambda *_: (_ for _ in ()).throw(OSError(30, "Read-only file system")))
    notebook.run(STEP)
    check("gradient-step", notebook["gradient_step"])
    assert "cannot be written (Read-only file system)" in capsys.readouterr().out


def test_a_kept_function_is_found_again_by_another_notebook(notebook):
    kept(notebook, STEP)
    function = library.kept(EXERCISES["gradient-step"])
    assert function(3.0, 2.0, 0.5) == 2.0
    assert library.kept(EXERCISES["stopping-rule"]) is None
    assert library.count() == 1


def test_a_library_without_its_record_counts_as_written_by_hand(notebook, folder):
    kept(notebook, STEP)
    (folder / "progress.json").unlink()
    before = library.path().read_text(encoding="utf-8")
    assert kept(notebook, STEP.replace("w - lr", "w + (-lr)").replace("(-lr) * grad", "(-lr) * grad")) == before
    assert store.load()["exercises"]["gradient-step"]["solved"] is True


def test_no_two_exercises_ask_for_functions_of_one_name():
    names = [exercise.reference.__name__ for exercise in EXERCISES.values()]
    assert len(set(names)) == len(names)
