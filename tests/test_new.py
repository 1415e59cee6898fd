"""A new lesson and a new exercise: what is laid down, what is red until it is filled, and what is refused."""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from nbformat import from_dict

from helpers.authoring import canonical, insertions, listing, new
from helpers.ground import CannotGoOnError

ROOT = Path(__file__).parents[1]
LESSON = "18_sign_descent"
ONE_SOLUTION = "05_gradient_descent.ipynb"
SCRIPT = """\
import sys
from pathlib import Path
import pytest
from helpers.authoring import executing, release
root = Path.cwd()
executing.execute(root, ["18"])
release.release(root)
tests = [f"tests/test_{name}.py" for name in ("notebooks", "exercises", "known_mistakes", "questions")]
picture = "test_an_experiment_has_readable_words_and_no_two_lines_that_an_eye_confuses[experiment]"
chosen = "sign_descent or sign-descent or sign-step or release or left_to_do or two_answers or experiment"
options = ["-q", "-p", "no:cacheprovider", "-k", f"({chosen}) and not torch", "--junit-xml=report.xml"]
sys.exit(pytest.main([*tests, f"tests/test_palette.py::{picture}", *options]))
"""
REFERENCE = """\
def sign_step(w: np.ndarray, grad: np.ndarray, lr: float) -> np.ndarray:
    \"\"\"One step of sign descent; w and grad have the same shape, and neither is changed.\"\"\"
    return w - lr * np.sign(grad)
"""
WORDS = """\
insight = "Each parameter moves by lr, however large its slope."
hints = ["Which part of the gradient is used?", "np.sign gives -1, 0 or 1 for each entry."]

[mistakes.wrong-sign]
edits = [["w - lr", "w + lr"]]
explanation = "The step climbs."

[mistakes.gradient-itself]
edits = [["np.sign(grad)", "grad"]]
explanation = "This is plain descent: large slopes make large steps."

[mistakes.learning-rate-forgotten]
edits = [["lr * ", ""]]
explanation = "The learning rate has no effect."

[mistakes.unit-length]
edits = [["np.sign(grad)", "grad / np.linalg.norm(grad)"]]
explanation = "The whole step has the length lr. Here each entry has."
"""
RED = {
    "test_nothing_that_new_laid_down_is_left_to_do": "sign_step.toml:2: TO DO: what to keep in mind, said when",
    "test_a_lesson_has_its_live_experiments[18_sign_descent]": "1 >= 2",
    "test_every_check_of_a_solution_says_right[18_sign_descent]": "sign-step-check",
    "test_reference_is_right[sign-step]": "Replace the line that raises NotImplementedError by your answer. The refer",
    "test_there_are_mistakes_and_hints_enough[sign-step]": "sign-step needs 4 mistakes or more",
    "test_neither_hint_nor_explanation_gives_the_answer_away[sign-step]": "ends without a return: write it",
    "test_a_learners_mistake_gets_its_name[sign-step-sign_step_first-TO DO: the name that this mistake gets]": "TO DO",
    "test_a_learners_mistake_gets_its_name[sign-step-sign_step_second-TO DO: the name that this mistake gets]": "TO DO",
}


@pytest.fixture
def course(tmp_path):
    """A copy of what the command reads and changes, with one solution, and two lessons that are only planned."""
    for folder in ("helpers", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "solutions").mkdir()
    shutil.copy(ROOT / "solutions" / ONE_SOLUTION, tmp_path / "solutions")
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    planned = 'Lesson("18_sign_descent", "Sign descent"), Lesson("19_last_words", "Last words")'
    catalogue = tmp_path / listing.CATALOGUE
    write(catalogue, ("    toolbox.LESSON,\n", f"    {planned},\n    toolbox.LESSON,\n"))
    return tmp_path


def verdicts(course):
    """Execute, release and test what is new; return what each test says, None where it is green."""
    env = os.environ | {"PYTHONPATH": str(course), "GRADIENT_COURSE_PROGRESS": "temporary"}
    run = subprocess.run([sys.executable, "-c", SCRIPT], cwd=course, env=env, capture_output=True, text=True)
    assert (course / "report.xml").exists(), run.stdout + run.stderr
    cases = ElementTree.parse(course / "report.xml").iter("testcase")
    found = {case.get("name"): [fault.text for fault in case.iter("failure")] for case in cases}
    return {name: faults[0] if faults else None for name, faults in found.items()}


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def write(path, *changes):
    """Change a text, each old part of it once."""
    text = path.read_text(encoding="utf-8")
    for old, text_instead in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, text_instead)
    path.write_text(text, encoding="utf-8")


def fill(course):
    """Write the exercise and its answers; of the lesson's words, take the markers for the words themselves."""
    folder = course / "helpers/exercises/course/sign_descent"
    solution = course / f"solutions/{LESSON}.ipynb"
    code = (folder / "sign_step.py").read_text(encoding="utf-8")
    stub = code[code.index("def ") : code.index("\n\ndef draw")]
    write(folder / "sign_step.py", (stub, REFERENCE))
    (folder / "sign_step.toml").write_text(WORDS, encoding="utf-8")
    answers = course / "tests/known_mistakes/sign_descent.py"
    write(
        answers, ("return w  #", "return w + lr * (grad / abs(grad))  #"), ("return w + grad", "return w - lr * grad")
    )
    first, second = ('sign_step_first: "TO DO: the name', 'sign_step_second: "TO DO: the name')
    write(answers, (f'{first} that this mistake gets"', 'sign_step_first: "wrong-sign"'))
    write(answers, (f'{second} that this mistake gets"', 'sign_step_second: "gradient-itself"'))
    nb = canonical.read(solution)
    for cell in nb.cells:
        cell.source = cell.source.replace("raise NotImplementedError  # TO DO: ", "return w - lr * np.sign(grad)  # ")
    first = next(cell for cell in nb.cells if cell.id == "experiment-first")
    nb.cells.insert(nb.cells.index(first) + 1, from_dict({**first, "id": "experiment-second"}))
    solution.write_text(canonical.serialise(nb), encoding="utf-8")
    before = course / "solutions" / ONE_SOLUTION
    for path in (*folder.iterdir(), course / "helpers/experiments/sign_descent.py", answers, solution, before):
        if path.is_file():
            path.write_text(path.read_text(encoding="utf-8").replace("TO DO: ", ""), encoding="utf-8")


@pytest.mark.slow
def test_a_new_lesson_and_its_exercise_run_and_are_red_until_they_are_filled(course):
    new.lesson(course, "sign_descent")
    new.exercise(course, LESSON, "sign-step")
    red = {name: said for name, said in verdicts(course).items() if said}
    assert set(red) == set(RED)
    assert [name for name, said in RED.items() if said not in red[name]] == []

    fill(course)
    found = verdicts(course)
    assert {name: said for name, said in found.items() if said} == {}
    assert "test_mistake_is_named[sign-step-unit-length]" in found
    assert "`sign-step` (4)" in (course / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_all_that_is_laid_is_as_ruff_wants_it_and_the_notebook_in_canonical_form(course):
    laid = {
        *new.lesson(course, LESSON),
        *new.exercise(course, LESSON, "sign-step"),
        *new.exercise(course, "05", "a-step"),
    }
    python = [str(path) for path in laid if path.suffix in (".py", ".ipynb")]
    for command in (["check"], ["format", "--check"]):
        run = subprocess.run([sys.executable, "-m", "ruff", *command, "--no-cache", *python], cwd=course)
        assert run.returncode == 0
    for path in (path for path in laid if path.suffix == ".ipynb"):
        nb = canonical.read(path)
        assert canonical.complaints(nb) == []
        assert path.read_text(encoding="utf-8") == canonical.serialise(nb)


def test_each_gap_is_listed_with_its_file_and_its_line_or_cell(course):
    assert new.to_do(course) == []
    laid = new.lesson(course, LESSON) + new.exercise(course, LESSON, "sign-step")
    left = new.to_do(course)
    assert "helpers/exercises/course/sign_descent/sign_step.py:1: TO DO: what is asked, in a few words." in left
    assert f"solutions/{LESSON}.ipynb, cell title: TO DO: a second one" in left
    named = {line.partition(":")[0].partition(",")[0] for line in left}
    lists = {"helpers/exercises/catalogue.py", "helpers/exercises/course/sign_descent/__init__.py"}
    assert named == {path.relative_to(course).as_posix() for path in laid} - lists


def test_an_exercise_stands_before_the_recap_and_all_else_stays(course):
    path = course / "solutions" / ONE_SOLUTION
    before = canonical.read(path).cells
    new.exercise(course, "gradient_descent", "sign-step")
    after = canonical.read(path).cells
    ids = [cell.id for cell in after]
    own = ["sign-step-text", "sign-step", "sign-step-check", "sign-step-help"]
    at = ids.index("recap")
    assert ids[at - 4 : at] == own
    assert [cell for cell in after if cell.id not in own] == before


def test_a_lesson_takes_the_place_that_is_planned_for_it_or_its_own_in_the_order(course):
    before = [entry.name for entry in listing.entries(course)]
    new.lesson(course, "last_words")
    new.lesson(course, "sharpness")
    new.lesson(course, "21_what_else")
    entries = listing.entries(course)
    assert [entry.name for entry in entries] == [*before[:-1], "20_sharpness", "21_what_else", "toolbox"]
    assert {entry.name: entry.planned for entry in entries}["19_last_words"] is None
    assert {entry.name: entry.planned for entry in entries}["18_sign_descent"] == "Sign descent"
    title = (course / "helpers/exercises/course/what_else/lesson.toml").read_text(encoding="utf-8")
    assert title.startswith('title = "What else"\n')


def test_a_lesson_between_two_is_led_to_by_the_one_before_and_leads_to_the_one_after(course):
    new.lesson(course, "19_last_words")
    new.lesson(course, LESSON)
    ends = {path.stem[:2]: canonical.read(path).cells[-1].source for path in (course / "solutions").iterdir()}
    assert ends["05"].startswith(f"**Next: [18 Sign descent]({LESSON}.ipynb)**: TO DO: ")
    assert ends["18"].startswith("**Next: [19 Last words](19_last_words.ipynb)**: TO DO: ")
    assert "](" not in ends["19"]


def test_what_stands_outside_the_sequence_takes_an_exercise_and_stays_out_of_the_links_and_the_numbers(course):
    toolbox = course / "solutions" / "toolbox.ipynb"
    shutil.copy(ROOT / "solutions" / "toolbox.ipynb", toolbox)
    end = canonical.read(toolbox).cells[-1].source
    new.lesson(course, "19_last_words")
    new.exercise(course, "toolbox", "outer-table")
    assert (course / "helpers/exercises/course/toolbox/outer_table.toml").exists()
    ids = [cell.id for cell in canonical.read(toolbox).cells]
    assert "outer-table-check" in ids and canonical.read(toolbox).cells[-1].source == end
    assert "toolbox" not in canonical.read(course / "solutions" / "19_last_words.ipynb").cells[-1].source


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Training", "'Training' is no name for a lesson; write it like 12_training_a_network."),
        ("1_training", "'1_training' is no name"),
        ("training-a-network", "'training-a-network' is no name"),
        ("../training", "'../training' is no name"),
        ("lambda", "'lambda' is no name"),
        ("", "'' is no name"),
        ("momentum", "The lesson 09_momentum is written already; choose another name."),
        ("toolbox", "The lesson toolbox is written already; choose another name."),
        ("20_momentum", "The lesson 09_momentum is written already"),
        ("10_training", "The number 10 is taken by 10_adaptive_methods; choose another, or leave it out."),
        ("18_training", f"The number 18 is taken by {LESSON}"),
        ("30_sign_descent", f"This lesson is planned as {LESSON}; take that name, or change it in"),
        ("legends", "helpers/experiments/legends.py is there already; choose another name."),
    ],
)
def test_a_lesson_that_cannot_be_laid_is_one_sentence_and_changes_nothing(course, name, said):
    before = contents(course)
    with pytest.raises(CannotGoOnError, match=re.escape(said)):
        new.lesson(course, name)
    assert contents(course) == before


@pytest.mark.parametrize(
    ("lesson", "id", "said"),
    [
        ("momentun", "a-step", "There is no lesson 'momentun'; did you mean 09_momentum?"),
        ("", "a-step", "There is no lesson ''; there"),
        ("xyz", "a-step", "There is no lesson 'xyz'; there are 00_start_here, 01_gradient,"),
        (LESSON, "a-step", f"{LESSON} is only planned; lay it first: python start.py new lesson {LESSON}"),
        ("05", "gradient-step", "There is an exercise gradient-step already, in gradient_descent; choose another id."),
        ("05", "adam-step", "There is an exercise adam-step already, in adaptive_methods"),
        ("05", "recap", "The lesson's notebook has a cell recap already; choose another id."),
        ("05", "A-step", "'A-step' is no id for an exercise; write it like adam-step."),
        ("05", "a_step", "'a_step' is no id"),
        ("05", "a-step-check", "'a-step-check' is no id"),
        ("05", "../a-step", "'../a-step' is no id"),
        ("05", "lambda", "'lambda' is no id"),
        ("05", "exercise", "'exercise' is no id"),
    ],
)
def test_an_exercise_that_cannot_be_laid_is_one_sentence_and_changes_nothing(course, lesson, id, said):
    before = contents(course)
    with pytest.raises(CannotGoOnError, match=re.escape(said)):
        new.exercise(course, lesson, id)
    assert contents(course) == before


def test_a_notebook_without_a_recap_is_one_sentence(course):
    path = course / "solutions" / ONE_SOLUTION
    write(path, ('"id": "recap"', '"id": "summary"'))
    with pytest.raises(CannotGoOnError, match="no cell recap, before which an exercise is laid; add one"):
        new.exercise(course, "05", "sign-step")


def test_imports_are_added_where_they_lack_and_others_stay():
    setup = (
        "import numpy as np\n\nfrom helpers.exercises import outcome, quiz\nfrom helpers.surfaces import bowl as b\n"
    )
    assert insertions.with_import(setup, "helpers.exercises", "quiz") == setup
    more = setup.replace("outcome, quiz", "check, outcome, quiz")
    assert insertions.with_import(setup, "helpers.exercises", "check", "quiz") == more
    assert insertions.with_import("import math\n", "helpers.exercises", "check") == (
        "from helpers.exercises import check\nimport math\n"
    )


def test_answers_join_a_module_that_is_empty_or_ends_with_its_own():
    more = 'def b():\n    return 2\n\n\nKNOWN = {\n    "b": {b: "two"},\n}\n'
    for there in ("KNOWN = {}\n", 'def a():\n    return 1\n\n\nKNOWN = {"a": {a: "one"}}\n'):
        names: dict = {}
        exec(insertions.with_answers(there, more), names)
        assert list(names["KNOWN"]) == (["a", "b"] if "a" in names else ["b"])


def test_a_module_that_is_no_python_is_said_and_nothing_is_laid(course):
    answers = course / "tests/known_mistakes/gradient_descent.py"
    write(answers, ("KNOWN = {", "KNOWN = {{"))
    before = contents(course)
    with pytest.raises(CannotGoOnError, match=r"gradient_descent\.py is no Python as it stands .*; mend it first"):
        new.exercise(course, "05", "sign-step")
    assert contents(course) == before
