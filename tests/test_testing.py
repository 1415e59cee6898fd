"""`python start.py test`: which checks the words ask for, how they run, and the count that ends them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.authoring import checks, testing
from helpers.authoring.checks import CHECKS, EXTRAS, PYTEST, PYTHON, SETS, WHOLE, Check, chosen
from helpers.frameworks.running.programs import PROGRAMS
from helpers.frameworks.systems import SYSTEMS
from helpers.ground import CannotGoOnError
from helpers.start import environment
from helpers.start.commands import PARTS

COURSE = Path(__file__).resolve().parents[1]


@pytest.fixture
def suite(tmp_path, monkeypatch):
    """A folder with tests that pass, fail and are skipped, and one that is empty."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # seconds of imports that nothing here needs
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_good.py").write_text("def test_a(): pass\ndef test_b(): pass\n")
    (tmp_path / "tests" / "test_bad.py").write_text(
        "import pytest\ndef test_c(): assert False\n@pytest.mark.skip\ndef test_d(): pass\n"
    )
    (tmp_path / "tests" / "test_empty.py").write_text("")
    return tmp_path


def passing(name, code="pass"):
    """Return a check that runs some Python."""
    return Check(name, name, (sys.executable, "-c", code))


def titles(*words):
    return [check.title for check in chosen(COURSE, list(words))]


def test_every_part_that_the_help_names_is_there_and_no_other():
    assert {*CHECKS, *SETS} == set(PARTS)


def test_every_extra_that_a_check_needs_is_one_of_the_course():
    assert all(environment.dependencies(extra) for extra in EXTRAS)


def test_the_last_line_counts_what_passed_failed_and_was_skipped(suite, capsys, monkeypatch):
    monkeypatch.setattr(testing, "chosen", lambda *_: [Check("tests", "tests", (*PYTEST, "tests"))])
    assert testing.run(suite, []) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 1 failed, 1 skipped"


def test_a_part_that_collects_nothing_fails(suite, capsys):
    assert testing.run(suite, ["tests/test_empty.py"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 1 failed"


def test_counts_are_summed_and_a_check_that_fails_is_named(tmp_path, capsys, monkeypatch):
    three = [passing("one"), passing("two", "raise SystemExit(3)"), passing("three")]
    monkeypatch.setattr(testing, "chosen", lambda *_: three)
    assert testing.run(tmp_path, []) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == ["failed: two", "2 passed, 1 failed"]


def test_a_report_that_is_cut_off_counts_as_a_failure(tmp_path):
    (tmp_path / "cut.xml").write_text('<testsuites><testsuite tests="3"')
    assert testing.outcome(tmp_path, passing("cut", "raise SystemExit(1)"), tmp_path)[0] == {"failed": 1}


def test_what_a_check_needs_is_installed_before_the_first_one_runs(tmp_path, monkeypatch):
    def offline(extra):
        raise CannotGoOnError(f"no {extra}")

    monkeypatch.setattr(testing, "add", offline)
    monkeypatch.setattr(testing, "outcome", lambda *_: pytest.fail("it began"))
    with pytest.raises(CannotGoOnError, match="no grading"):
        testing.run(tmp_path, ["grading"])


def test_nothing_runs_style_types_tests_and_notebooks_and_all_adds_the_others_cheap_ones_first():
    style, rest = ["ruff check", "ruff format", "spelling", "types"], ["tests", "solutions reproduce", "lessons run"]
    assert titles() == [*style, *rest]
    assert titles("all") == [*style, "front", *rest, "mutations", "frameworks", "grading", "workshop", "browser"]


def test_quick_leaves_out_what_is_marked_slow_and_takes_some_of_many_cases(suite):
    shutil.copy(COURSE / "tests" / "conftest.py", suite / "tests")
    (suite / "tests" / "test_bad.py").write_text("import pytest\n@pytest.mark.slow\ndef test_c(): assert False\n")
    cases = "import pytest\n@pytest.mark.parametrize('case', range({}))\ndef test_case(case): assert case % 7 == 0\n"
    (suite / "tests" / "test_many.py").write_text(cases.format(70))  # of so many, every seventh is taken
    (suite / "tests" / "test_few.py").write_text(cases.format(8))
    *style, quick = chosen(suite, ["quick"])
    assert style == list(chosen(suite, []))[: len(style)]
    counts, _ = testing.outcome(suite, quick.given("-p", "xdist.plugin", "-n", "0"), suite)
    assert (counts["passed"], counts["failed"]) == (2 + 10 + 2, 6)


def test_options_after_a_part_reach_its_program(suite):
    (check,) = chosen(suite, ["browser", "-k", "adam"])
    small = ("-m", f"not {WHOLE}")
    assert check.command == (*PYTEST, "tests/browser", "-n", "2", "--dist", "worksteal", *small, "-k", "adam")
    (check,) = chosen(suite, ["style", "--fix"])
    assert check.command[-1] == "--fix"


def test_files_and_options_alone_go_to_pytest(suite):
    (check,) = chosen(suite, ["tests/test_good.py", "-k", "test_b"])
    assert check.command == (*PYTEST, "tests/test_good.py", "-k", "test_b")


@pytest.mark.parametrize("part", SETS)
def test_a_set_takes_no_options(part):
    with pytest.raises(CannotGoOnError, match=f"test {part} takes no options: name one part"):
        chosen(COURSE, [part, "-k", "adam"])


@pytest.mark.parametrize(
    ("words", "browser"),
    [(["-k", "adam"], False), (["tests"], False), (["tests/test_good.py::test_a"], True), (["tests/browser"], True)],
)
def test_browser_tests_run_only_when_asked_for(suite, words, browser):
    (suite / "tests" / "browser").mkdir()
    (check,) = chosen(suite, words)
    assert ("--ignore=tests/browser" not in check.command) == browser


def test_a_check_that_may_write_runs_beside_a_copy(tmp_path):
    (tmp_path / "lessons").mkdir()
    (tmp_path / "scratch").mkdir()
    writes = passing("lessons", "open('lessons/written', 'w')")._replace(copied="lessons")
    assert testing.outcome(tmp_path, writes, tmp_path / "scratch")[0] == {"passed": 1}
    assert list((tmp_path / "lessons").iterdir()) == []
    assert CHECKS["lessons"].copied == "lessons"


@pytest.mark.parametrize(
    "check", [each for each in CHECKS.values() if "pytest" in each.command], ids=lambda check: check.name
)
def test_no_two_files_of_a_check_have_one_name_because_pytest_would_collect_the_first_alone(check):
    named = [COURSE / word for word in check.command if word.startswith("tests") and "=" not in word]
    inside = [COURSE / word.split("=")[1] for word in check.command if word.startswith("--ignore=")]
    files = [file for place in named for file in ([place] if place.is_file() else place.rglob("test_*.py"))]
    names = [file.name for file in files if not any(file.is_relative_to(ignored) for ignored in inside)]
    assert sorted(names) == sorted(set(names))


@pytest.mark.slow
def test_the_systems_that_are_named_are_left_out():
    def collected(*without):
        command = (*CHECKS["frameworks"].command, "--collect-only", "--without", *without)
        said = subprocess.run(command, cwd=COURSE, capture_output=True, text=True).stdout
        return {name for name in (*SYSTEMS, *PROGRAMS) if f"[{name}]" in said}

    slow = {system.name for system in (*SYSTEMS.values(), *PROGRAMS.values()) if system.slow}
    assert collected("jax", "tensorboard") == {*SYSTEMS, *PROGRAMS} - {"jax", "tensorboard"}
    assert collected(checks.SLOW) == {*SYSTEMS, *PROGRAMS} - slow
    assert not slow & {"torch", "torch-optim", "keras-torch", "sklearn", "jax", "mxnet"}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [(["--without", "cafe"], r"did you mean caffe\?"), (["torch"], "leave some out with --without")],
)
def test_a_wrong_option_of_frameworks_is_one_sentence_and_runs_nothing(options, sentence):
    with pytest.raises(CannotGoOnError, match=sentence):
        chosen(COURSE, ["frameworks", *options])


@pytest.mark.slow
def test_a_wrong_type_fails_the_check_of_types(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.mypy]\nfiles = ['wrong.py']\n")
    (tmp_path / "wrong.py").write_text("one: int = 'one'\n")
    assert testing.outcome(tmp_path, CHECKS["types"], tmp_path)[0] == {"failed": 1}


def test_a_misspelt_word_fails_the_check_of_spelling(tmp_path):
    shutil.copy(COURSE / "pyproject.toml", tmp_path)
    written = tmp_path / "written.md"
    spelling = CHECKS["spelling"]._replace(command=(*PYTHON, "codespell_lib", "written.md"))
    for words, count in (("the colour", "passed"), ("t" + "eh colour", "failed")):  # or this file would fail it
        written.write_text(words)
        assert testing.outcome(tmp_path, spelling, tmp_path)[0] == {count: 1}


def test_checks_see_nobodys_progress_and_notebooks_their_own_plotting(monkeypatch, tmp_path):
    monkeypatch.setenv("MPLBACKEND", "TkAgg")
    tests, notebooks = (testing.environment(tmp_path, notebooks) for notebooks in (False, True))
    assert tests["GRADIENT_COURSE_PROGRESS"] == notebooks["GRADIENT_COURSE_PROGRESS"] == "temporary"
    assert tests["MPLBACKEND"] == "Agg"
    assert "MPLBACKEND" not in notebooks


@pytest.mark.slow
def test_two_workers_do_not_start_a_thread_for_each_core_as_well(monkeypatch, tmp_path):
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    asked = "import torch, threadpoolctl, numpy; print({p['num_threads'] for p in threadpoolctl.threadpool_info()})"
    command = [sys.executable, "-c", asked]
    done = subprocess.run(command, env=testing.environment(tmp_path, False), capture_output=True, text=True)
    assert done.stdout == "{1}\n"
