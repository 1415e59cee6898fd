"""What every stored notebook promises, seen without running it. nbval runs them."""

import ast
import html
import itertools
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from helpers.authoring import canonical, contents, leading, live, release
from helpers.cells import BEGIN, INSTEAD, STUB
from helpers.exercises import catalogue
from helpers.exercises.checking import NOT_ATTEMPTED, judge

ROOT = Path(__file__).parents[1]
SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))
LESSONS = sorted((ROOT / "lessons").glob("*.ipynb"))
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
FIRST_WITH_TORCH = 3
# Numbers in the prose that no cell prints, each with where it comes from: {"06_learning_rate": {"0.5": "the paper's"}}
QUOTED: dict[str, dict[str, str]] = {}

each_notebook = pytest.mark.parametrize("path", SOLUTIONS + LESSONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
each_solution = pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def cells(path, kind):
    return [cell for cell in canonical.read(path).cells if cell.cell_type == kind]


def outputs(path):
    return [(cell.id, output) for cell in cells(path, "code") for output in cell.outputs]


def nodes(path, kind):
    """Return all syntax nodes of a kind in a notebook's code, in order."""
    return [node for cell in cells(path, "code") for node in ast.walk(ast.parse(cell.source)) if isinstance(node, kind)]


def calls(path, function):
    """Return the first argument of each call of a function by its plain name."""
    found = [node for node in nodes(path, ast.Call) if ast.unparse(node.func) == function]
    return [ast.literal_eval(node.args[0]) for node in found]


def prose(path):
    """Return the text cells without code, formulas, addresses and the name of the licence."""
    text = "\n\n".join(cell.source for cell in cells(path, "markdown"))
    for literal in (
        r"CC-BY-[\d.]+",
        r"(?s)```.*?```",
        r"(?s)\$\$.*?\$\$",
        r"`[^`\n]*`",
        r"\$[^$\n]*\$",
        r"\]\([^)]*\)",
        r"<[^>]*>",
    ):
        text = re.sub(literal, " ", text)
    return text


def number(path):
    """Return a lesson's number; 0 for one outside the sequence, which may be read before all others."""
    return int(path.stem[:2]) if leading.NUMBERED.fullmatch(path.stem) else 0


def ids(entries):
    return {entry.id for entry in entries}


def lesson_of(path):
    """Return what helpers.exercises knows about a notebook's lesson."""
    known = {lesson.name: lesson for lesson in catalogue.LESSONS}
    assert path.stem in known, f"helpers/exercises/catalogue.py has no lesson {path.stem}"
    return known[path.stem]


# There are notebooks, and they are stored as they should be


def test_there_are_notebooks_and_each_solution_has_its_lesson():
    assert SOLUTIONS, "solutions/ is empty"
    assert [path.name for path in LESSONS] == [path.name for path in SOLUTIONS], "run: python start.py release"


def test_lessons_and_the_table_of_the_readme_are_what_release_writes():
    assert [path.name for path in release.drift(ROOT)] == [], "run: python start.py release"


@each_notebook
def test_a_notebook_is_in_canonical_form(path):
    nb = canonical.read(path)
    assert canonical.complaints(nb) == []
    assert path.read_bytes() == canonical.serialise(nb).encode(), "run: python start.py execute, then release"


@each_solution
def test_every_cell_of_a_solution_has_been_run_in_order(path):
    counts = [cell.execution_count for cell in cells(path, "code")]
    assert counts == list(range(1, len(counts) + 1)), "run: python start.py execute"


@each_lesson
def test_a_lesson_has_neither_counts_nor_outputs(path):
    assert [cell.id for cell in cells(path, "code") if cell.execution_count is not None or cell.outputs] == []


@each_solution
def test_a_solution_shows_no_error_and_no_warning(path):
    faults = [cell for cell, out in outputs(path) if out.output_type == "error" or out.get("name") == "stderr"]
    assert faults == []


# What a reader meets


@each_notebook
def test_headings_form_one_tree(path):
    text = re.sub(r"(?s)```.*?```", "", "\n\n".join(cell.source for cell in cells(path, "markdown")))
    levels = [len(marks) for marks in re.findall(r"(?m)^(#{1,6}) ", text)]
    assert canonical.read(path).cells[0].source.startswith("# "), "the first cell is the title"
    assert levels.count(1) == 1
    steps = itertools.pairwise(levels)
    assert all(below <= above + 1 for above, below in steps), f"a level is skipped in {levels}"


@each_notebook
def test_a_notebook_ends_with_the_courses_version(path):
    last = canonical.read(path).cells[-1]
    assert last.cell_type == "markdown"
    assert VERSION in last.source


def test_every_lesson_but_the_last_ends_with_a_link_to_the_next_by_its_title():
    titles = {lesson.name: lesson.title for lesson in catalogue.LESSONS}
    for path, following in itertools.pairwise(leading.sequence(LESSONS)):
        link = leading.link(following.stem, titles[following.stem])
        assert canonical.read(path).cells[-1].source.startswith(f"**Next: {link}**"), path.stem


def test_a_lesson_outside_the_sequence_leads_back_to_the_first_and_no_next_leads_to_it():
    order, titles = leading.sequence(LESSONS), {lesson.name: lesson.title for lesson in catalogue.LESSONS}
    outside = [path for path in LESSONS if path not in order]
    assert [path.stem for path in outside] == ["toolbox"]
    back = leading.link(order[0].stem, titles[order[0].stem])
    for path in outside:
        last = canonical.read(path).cells[-1].source
        assert last.startswith("**Back:**") and back in last and "**Next:" not in last
    ends = [re.search(leading.NEXT, canonical.read(path).cells[-1].source) for path in order]
    assert not any(path.stem in end[0] for end in ends if end for path in outside)


@each_solution
def test_every_figure_says_in_words_what_it_shows(path):
    for cell, output in outputs(path):
        if canonical.pictures(output):
            images = re.findall(r"<img[^>]*>", output.data.get("text/html", ""))
            alts = [found[1] for image in images if (found := re.search(r'\balt="([^"]*)"', image))]
            assert len(alts) == len(images) >= 1, f"cell {cell} shows a picture without alt; use show(fig, alt=...)"
            words = [len(html.unescape(alt).split()) for alt in alts]
            assert min(words) >= 5, f"cell {cell}: say in alt what there is to see"


@each_notebook
def test_pictures_in_the_text_have_a_text_alternative(path):
    text = "\n".join(cell.source for cell in cells(path, "markdown"))
    assert re.findall(r"!\[\s*\]\(|<img(?![^>]*\balt=\"[^\"]+\")[^>]*>", text) == []


@each_solution
def test_every_number_in_the_prose_is_printed_or_stands_in_a_cell(path):
    shown = "\n".join(cell.source for cell in cells(path, "code"))
    for _, output in outputs(path):
        shown += "\n" + output.get("text", "") + "\n" + output.get("data", {}).get("text/plain", "")
    there = [float(found) for found in re.findall(r"\d*\.\d+(?:e[-+]?\d+)?|\d+e[-+]?\d+", shown)]
    for written in re.findall(r"(?<![\w.:/])\d*\.\d+(?![\w.]*\d)", prose(path)):
        decimals = len(written.partition(".")[2])
        printed = any(round(value, decimals) == float(written) for value in there)
        assert printed or written in QUOTED.get(path.stem, {}), f"{written} stands in the prose, and no cell prints it"


# What a lesson is made of


@each_solution
def test_a_lesson_has_its_live_experiments(path):
    assert len(live.experiments(canonical.read(path))) >= (1 if number(path) < 2 else 2)


@each_solution
def test_a_lesson_reproduces_a_result_asserts_it_and_names_its_source(path):
    assert all(contents.results(canonical.read(path)))
    text = "".join(cell.source for cell in cells(path, "markdown"))
    asserted = [cell.id for cell in cells(path, "code") if cell.id.startswith("result-") and "assert " in cell.source]
    assert asserted == [cell.id for cell in cells(path, "code") if cell.id.startswith("result-")] != []
    assert text.count("Source:") >= len(asserted)


@each_notebook
def test_a_lesson_asks_its_own_exercises_and_all_of_them(path):
    assert set(calls(path, "check")) == ids(lesson_of(path).exercises)
    checks = {cell.id: cell.source for cell in cells(path, "code") if cell.id.endswith("-check")}
    assert set(checks) == {f"{id}-check" for id in ids(lesson_of(path).exercises)}
    for cell, source in checks.items():
        assert f'check("{cell.removesuffix("-check")}", ' in source, f"cell {cell} checks another exercise"


@each_solution
def test_every_check_of_a_solution_says_right(path):
    checks = {cell: output.get("text", "") for cell, output in outputs(path) if cell.endswith("-check")}
    assert len(checks) == len(lesson_of(path).exercises)
    assert [cell for cell, text in checks.items() if f"{cell.removesuffix('-check')}: right" not in text] == []


@each_notebook
def test_every_prediction_is_compared_with_what_happens(path):
    wanted = ids(lesson_of(path).predictions)
    assert set(calls(path, "predict")) == set(calls(path, "outcome")) == wanted
    text = "\n".join(cell.source for cell in cells(path, "code"))
    assert all(text.index(f'predict("{id}"') < text.index(f'outcome("{id}"') for id in wanted)


@each_notebook
def test_a_lesson_ends_with_its_three_questions(path):
    assert sorted(calls(path, "quiz")) == sorted(ids(lesson_of(path).quiz))
    assert len(lesson_of(path).quiz) == 3


@each_solution
def test_a_lesson_has_a_stub_for_each_answer_and_no_marker(path):
    answers = sum(cell.source.count(BEGIN) for cell in cells(path, "code"))
    sources = "\n".join(cell.source for cell in canonical.read(ROOT / "lessons" / path.name).cells)
    repairs = sum(cell.source.count(INSTEAD) for cell in cells(path, "code"))
    assert sources.count(STUB) == answers - repairs
    assert "SOLUTION" not in sources


@pytest.mark.parametrize("exercise", [e for e in catalogue.EXERCISES.values() if e.given], ids=lambda each: each.id)
def test_a_program_to_repair_does_in_its_lesson_what_its_known_mistake_does(exercise):
    (source,) = [cell.source for path in LESSONS for cell in cells(path, "code") if cell.id == exercise.id]
    names = {"np": np}
    exec(source, names)
    assert judge(exercise, names[exercise.reference.__name__]).slug == NOT_ATTEMPTED


@each_notebook
def test_imports_are_explicit_and_stay_within_the_course(path):
    assert [node for node in nodes(path, ast.ImportFrom) if node.names[0].name == "*" or node.level] == []
    assert [node for node in nodes(path, ast.Attribute) if ast.unparse(node) == "sys.path"] == []


@pytest.mark.slow
@each_lesson
def test_a_lesson_without_torch_does_not_load_it(path):
    imports = [ast.unparse(node) for node in nodes(path, (ast.Import, ast.ImportFrom))]
    wants_torch = any(re.match(r"(import|from) torch\b", line) for line in imports)
    assert not (wants_torch and number(path) < FIRST_WITH_TORCH)
    if not wants_torch:
        code = "\n".join([*imports, "import sys", "assert 'torch' not in sys.modules"])
        result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
