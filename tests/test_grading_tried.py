"""What a first-time teacher and an attacker tried, where preflight, tables or pages decide: nothing is run here."""

import csv
import io
import json
import os
from copy import deepcopy

import pytest
from released import released

from helpers.authoring.canonical import serialise
from helpers.grading.handing_in.preflight import preflight
from helpers.grading.reporting.flags import flags
from helpers.grading.reporting.pages import write_reports
from helpers.grading.results import GRADED, UNGRADED, Grade
from helpers.grading.text import shown

NAME, STEP = "05_gradient_descent", "gradient-step"
ANSWER = "def gradient_step(w, grad, lr):\n    return w - lr * grad"
NAMES = [
    *("Zoe\u0308", "Zoë", "ADA", "ada", "аda", "{student_id}", "[abc]", "*", "Robert'); DROP TABLE student;--", "_99"),
    *("O'Neil, Bob", "王 小明", "Müller-Lüdenscheidt", "nul.txt", "CON", "ada.", "%2e%2e", "~root", "$HOME", "`id`"),
    *("a\u202eb", "🦊", "=1+1", "@SUM(A1)", "+49", "-5", ".hidden", "ada\nbob", "x" * 81, "grades", "İ", "ß"),
    *("SS", "&amp;", "<b>", "null", "None", "0012345", "1e5", " ada", "ada\t"),
]


@pytest.fixture(scope="module")
def truth():
    return json.loads(json.dumps(released(NAME)))


@pytest.fixture
def checked(tmp_path, truth):
    """Return a function that hands files in, by student and name, and returns what preflight says of each student."""
    (tmp_path / "release" / NAME).mkdir(parents=True)
    (tmp_path / "release" / NAME / f"{NAME}.ipynb").write_text(serialise(released(NAME)), encoding="utf-8")

    def check(files):
        for (student, name), content in files.items():
            folder = tmp_path / "submitted" / student / NAME
            folder.mkdir(parents=True, exist_ok=True)
            content = json.dumps(content) if isinstance(content, dict) else content
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return {
            each.student: each for each in preflight(tmp_path / "submitted", tmp_path / "release", tmp_path / "out")
        }

    return check


def solved(truth):
    nb = deepcopy(truth)
    next(cell for cell in nb["cells"] if cell["id"] == STEP)["source"] = ANSWER
    return nb


def without_ids(nb):
    answers = [cell for cell in nb["cells"] if cell["source"] == ANSWER]
    return nb | {"cells": [{key: value for key, value in answers[0].items() if key != "id"} | {"metadata": {}}]}


def twice(nb):
    return nb | {"cells": [*nb["cells"], *deepcopy(nb["cells"])]}


def merged(nb):
    code = [cell for cell in nb["cells"] if cell["cell_type"] == "code"]
    one = dict(code[0]) | {"source": "\n\n".join("".join(cell["source"]) for cell in code), "metadata": {}, "id": "one"}
    return nb | {"cells": [one]}


def changed(key, value):
    def change(nb):
        for cell in nb["cells"]:
            cell[key] = value
        return nb

    return change


DAMAGES = {
    "reversed": lambda nb: nb | {"cells": nb["cells"][::-1]},
    "twice": twice,
    "answers alone, without ids": without_ids,
    "not a number": lambda nb: nb | {"metadata": {"x": float("nan")}},
    "ids that are numbers": changed("id", 5),
    "ids that are all one": changed("id", "x"),
    "metadata that is a list": changed("metadata", []),
    "outputs that are none": changed("outputs", None),
    "counts that are text": changed("execution_count", "=1+1"),
    "sources that are lines": lambda nb: (
        nb | {"cells": [cell | {"source": "".join(cell["source"]).splitlines(keepends=True)} for cell in nb["cells"]]}
    ),
    "a kernel of another language": lambda nb: nb | {"metadata": {"kernelspec": {"name": "ir", "language": "R"}}},
    "a format of the future": lambda nb: nb | {"nbformat": 5, "nbformat_minor": 99},
    "own cells among all": lambda nb: (
        nb
        | {"cells": [c for cell in nb["cells"] for c in (cell, {"cell_type": "code", "source": "1", "metadata": {}})]}
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_can_be_mended_keeps_its_answer_and_the_cells_of_the_release(damage, checked, truth):
    result = checked({("ada", f"{NAME}.ipynb"): DAMAGES[damage](solved(truth))})["ada"]
    assert (result.refusal, result.tampering) == (None, ())
    nb = json.loads((result.folder / f"{NAME}.ipynb").read_text(encoding="utf-8"))
    marked = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in nb["cells"] if cell["metadata"].get("nbgrader")
    }
    wanted = [cell["metadata"]["nbgrader"] for cell in truth["cells"] if cell["metadata"].get("nbgrader")]
    assert [cell["metadata"]["nbgrader"] for cell in marked.values()] == wanted
    assert marked[STEP]["source"] == ANSWER


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"cells": ' + "[" * 900 + "]" * 900 + "}", "no cell of this assignment"),
        ('{"cells": ' + "[" * 100_000, "nested too deeply"),
        ('{"cells": [' + "{}," * 100_000 + "{}]}", "more than 2000"),
        (b"PK\x03\x04" + b"\0" * 100, "no JSON"),
        ("<!DOCTYPE html><title>05_gradient_descent</title>", "no JSON"),
        ("\N{FULLWIDTH LEFT CURLY BRACKET}}", "no JSON"),
    ],
)
def test_what_nobody_can_mend_is_refused_for_its_reason(content, reason, checked):
    result = checked({("ada", f"{NAME}.ipynb"): content})["ada"]
    assert reason in result.refusal


def test_a_notebook_whose_cells_became_one_is_graded_or_refused_and_never_suspicious(checked, truth):
    assert checked({("ada", f"{NAME}.ipynb"): merged(solved(truth))})["ada"].tampering == ()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes in folders")
@pytest.mark.parametrize("target", ["pipe", "/dev/zero", "/proc/self/mem", "."])
def test_what_is_no_file_is_never_waited_for_and_stops_nobody(target, checked, truth, tmp_path):
    folder = tmp_path / "submitted" / "eve" / NAME
    folder.mkdir(parents=True)
    if target == "pipe":
        os.mkfifo(folder / f"{NAME}.ipynb")
    else:
        (folder / f"{NAME}.ipynb").symlink_to(target)
    found = checked({("ada", f"{NAME}.ipynb"): solved(truth)})
    assert found["eve"].refusal and found["eve"].tampering and found["ada"].refusal is None


@pytest.mark.skipif(os.name == "nt", reason="Windows refuses most of these names")
def test_whoever_has_an_odd_name_is_in_every_table_once_and_has_a_page_of_her_own(checked, truth, tmp_path):
    results = checked({(name, f"{NAME}.ipynb"): solved(truth) for name in NAMES})
    assert len(results) == len(NAMES)
    refused = {name for name, result in results.items() if result.refusal}
    assert refused == {shown(name) for name in ("*", "-5", ".hidden", "ada\nbob", "a\u202eb", "<b>", "ada\t", "x" * 81)}
    grades = [
        Grade(name, NAME, UNGRADED if result.refusal else GRADED, None if result.refusal else 1.0, 7.0)
        for name, result in results.items()
    ]
    write_reports(grades, tmp_path / "grades")
    for table in ("grades.csv", f"moodle-{NAME}.csv", "canvas.csv"):
        text = (tmp_path / "grades" / table).read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        first = [row[0] for row in rows]
        assert all(first.count(name) == 1 or f"'{name}" in first for name in results), table
        assert not [value for row in rows for value in row if value[:1] in ("=", "+", "-", "@")]
    pages = [path for path in (tmp_path / "grades" / "feedback").rglob("*.html")]
    assert len({str(path).casefold() for path in pages}) == len(NAMES)


SEEN = {  # ways to the references that no name of the course stands in
    "check.__globals__": "__globals__",
    "sys._getframe(1)": "_getframe",
    "vars(check)['__wrapped__'].__code__": "__code__",
    "'{0.__globals__}'.format(check)": "__globals__",
    "operator.attrgetter('__globals__')(check)": "__globals__",
    "type(check).__subclasses__(object)": "__subclasses__",
    "[o for o in gc.get_objects()]": "get_objects",
    "pickle.loads(b'chelpers.optimizers')": "pickle",
    "sys.modules.values()": "sys.modules",
    "inspect.currentframe().f_back": "currentframe",
    "check.__closure__": "__closure__",
}
UNSEEN = ["getattr(check, '__glob' + 'als__')", "getattr(check, bytes([95, 95]).decode() + 'globals__')"]


def flagged(expression):
    nb = json.loads(json.dumps(released(NAME)))
    answer = next(cell for cell in nb["cells"] if cell["id"] == STEP)
    answer["source"] = f"def gradient_step(w, grad, lr):\n    return {expression}"
    return flags(nb, released(NAME))


@pytest.mark.parametrize("expression", SEEN)
def test_a_way_around_names_is_flagged(expression):
    assert any(SEEN[expression] in flag for flag in flagged(expression))


@pytest.mark.parametrize("expression", UNSEEN)
@pytest.mark.xfail(strict=True, reason="not mended: no reading of code sees a name that is put together when it runs")
def test_a_name_that_is_put_together_is_flagged(expression):
    assert flagged(expression)
