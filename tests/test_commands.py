"""`python -m helpers COMMAND`: JupyterLab on loopback, the count that ends the checks, the author's commands."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from helpers import __main__ as commands
from helpers.authoring import lock, release, testing
from helpers.authoring.testing import Part
from helpers.frameworks.running.programs import PROGRAMS
from helpers.frameworks.systems import SYSTEMS
from helpers.start import environment, lab, launch

COURSE = Path(__file__).resolve().parents[1]


def test_every_command_that_start_py_knows_exists():
    assert set(commands.COMMANDS) == set(launch.VERBS)


def test_an_unknown_command_is_one_sentence(capsys):
    assert commands.main(["nonsense"]) == 1
    assert capsys.readouterr().err == "There is no command nonsense: python start.py --help lists them.\n"


def test_reset_without_a_lesson_and_with_an_unknown_one_are_one_sentence(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(commands, "ROOT", tmp_path)
    assert commands.main(["reset"]) == 1
    assert commands.main(["reset", "99"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "Say which lesson: python start.py reset 05",
        "There is no lesson '99'; the lessons are: none.",
    ]


def test_a_folder_that_cannot_be_written_is_one_sentence(capsys, monkeypatch):
    def refuse(arguments):
        raise OSError(30, "Read-only file system", "workbook")

    monkeypatch.setitem(commands.COMMANDS, "lab", refuse)
    assert commands.main(["lab"]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert "'workbook': copy the course to a folder that you can write to" in said


def test_release_and_execute_say_which_files_changed(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(commands, "ROOT", tmp_path)
    monkeypatch.setattr(release, "release", lambda root: [root / "lessons" / "gone.ipynb"])
    monkeypatch.setattr(release, "execute", lambda root, names: [])
    assert commands.main(["release"]) == commands.main(["execute", "05"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{Path('lessons/gone.ipynb')} removed",
        "1 changed.",
        "0 changed.",
    ]


def test_an_authors_mistake_is_said_without_a_traceback(capsys, monkeypatch):
    def refuse(root):
        raise release.ReleaseError("05_learning_rate.ipynb, cell a, line 1: mend it.")

    monkeypatch.setattr(release, "release", refuse)
    assert commands.main(["release"]) == 1
    assert capsys.readouterr().err == "05_learning_rate.ipynb, cell a, line 1: mend it.\n"


# lock


def test_the_locked_versions_hold_every_dependency_and_what_these_need():
    found = lock.locked()
    names = {Requirement(text).name for text in environment.dependencies()}
    assert names <= set(found)
    assert {"jupyter-server", "ipykernel", "traitlets"} <= set(found)
    assert all(re.fullmatch(r"[0-9][0-9a-z.]*", number) for number in found.values()), "a local part is left"


def test_a_version_that_the_oldest_python_cannot_have_is_not_locked(monkeypatch):
    monkeypatch.setattr(lock, "metadata", lambda name: {"Requires-Python": ">=3.11.5" if name == "numpy" else ">=3.9"})
    assert "numpy" not in lock.locked() and "matplotlib" in lock.locked()
    project = tomllib.loads((COURSE / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == ">=3.11" and lock.OLDEST == "3.11.0"


def test_lock_writes_a_constraint_per_line(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(lock, "CONSTRAINTS", tmp_path / "constraints.txt")
    monkeypatch.setattr(lock, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(lock, "add", lambda extra: None)
    monkeypatch.setattr(lock, "locked", lambda: {"b": "2", "a": "1"})
    assert commands.main(["lock"]) == 0
    assert (tmp_path / "constraints.txt").read_text().splitlines()[1:] == ["a==1", "b==2"]


def test_the_tested_versions_fit_the_ranges_and_hold_no_address():
    lines = environment.CONSTRAINTS.read_text(encoding="utf-8").splitlines()[1:]
    tested = dict(line.split("==") for line in lines)
    for text in (text for extra in ("", *testing.EXTRAS["all"]) for text in environment.dependencies(extra)):
        requirement = Requirement(text)
        assert requirement.specifier.contains(tested[requirement.name]), requirement
    assert "/" not in "".join(lines)


# test


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


def test_the_last_line_counts_what_passed_failed_and_was_skipped(suite, capsys, monkeypatch):
    monkeypatch.setattr(testing, "parts", lambda *_: [Part("tests", (*testing.PYTEST, "tests"))])
    assert testing.run(suite, []) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 1 failed, 1 skipped"


def test_a_part_that_collects_nothing_fails(suite, capsys):
    assert testing.run(suite, ["tests/test_empty.py"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 1 failed"


def test_other_arguments_go_to_pytest(suite):
    (part,) = testing.parts(suite, ["tests/test_good.py", "-k", "test_b"], suite)
    assert part.command == (*testing.PYTEST, "tests/test_good.py", "-k", "test_b")


def test_counts_are_summed_and_a_part_that_fails_is_named(tmp_path, capsys, monkeypatch):
    python = (sys.executable, "-c")
    three = [Part("one", (*python, "")), Part("two", (*python, "raise SystemExit(3)")), Part("three", (*python, ""))]
    monkeypatch.setattr(testing, "parts", lambda *_: three)
    assert testing.run(tmp_path, []) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == ["failed: two", "2 passed, 1 failed"]


def test_a_report_that_is_cut_off_counts_as_a_failure(tmp_path):
    part = Part("cut off", (sys.executable, "-c", "raise SystemExit(1)"))
    report = tmp_path / "report.xml"
    report.write_text('<testsuites><testsuite tests="3"')
    assert testing.outcome(tmp_path, part, report)[0] == {"failed": 1}


def test_the_checks_are_style_tests_solutions_and_lessons_and_all_adds_the_slow_ones(tmp_path):
    (tmp_path / "lessons").mkdir()
    usual = [part.title for part in testing.parts(tmp_path, [], tmp_path / "scratch")]
    every = [part.title for part in testing.parts(tmp_path, ["all"], tmp_path / "scratch")]
    assert usual == ["ruff check", "ruff format", "tests", "solutions reproduce", "lessons run"]
    assert every == [*usual, "mutations", "frameworks", "grading", "browser"]


def test_lessons_run_in_a_copy(tmp_path):
    (tmp_path / "lessons").mkdir()
    *_, part = testing.parts(tmp_path, [], tmp_path / "scratch")
    assert str(tmp_path / "scratch" / "lessons") in part.command
    assert str(tmp_path / "lessons") not in part.command


def test_frameworks_runs_every_system_but_those_that_are_named_as_left_out(tmp_path):
    (every,) = testing.parts(tmp_path, ["frameworks"], tmp_path)
    (some,) = testing.parts(tmp_path, ["frameworks", "--without", "caffe", "spark"], tmp_path)
    assert every.command == (*testing.PYTEST, "tests/frameworks", "--without=")
    assert some.command[-1] == "--without=caffe,spark"


def test_all_runs_the_systems_that_a_continuous_integration_has_time_for():
    left_in = set(SYSTEMS) - set(testing.SLOW_SYSTEMS)
    assert left_in >= {"torch", "torch-optim", "keras-torch", "sklearn", "jax", "mxnet"}
    assert set(testing.SLOW_SYSTEMS) <= {*SYSTEMS, *PROGRAMS}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [(["--without", "cafe"], "did you mean caffe?"), (["torch"], "leave some out with --without")],
)
def test_a_wrong_option_of_frameworks_is_one_sentence_and_runs_nothing(options, sentence, tmp_path, capsys):
    assert testing.run(tmp_path, ["frameworks", *options]) == 1
    (said,) = capsys.readouterr().out.splitlines()
    assert sentence in said


@pytest.mark.parametrize(
    ("arguments", "browser"),
    [(["-k", "adam"], False), (["tests/test_good.py::test_a"], True), (["tests/browser"], True)],
)
def test_browser_tests_run_only_when_asked_for(suite, arguments, browser):
    (suite / "tests" / "browser").mkdir()
    (part,) = testing.parts(suite, arguments, suite)
    assert ("--ignore=tests/browser" not in part.command) == browser


def test_checks_see_nobodys_progress_and_notebooks_their_own_plotting(monkeypatch, tmp_path):
    monkeypatch.setenv("MPLBACKEND", "TkAgg")
    tests, notebooks = (testing.environment(tmp_path, notebooks) for notebooks in (False, True))
    assert tests["GRADIENT_COURSE_PROGRESS"] == notebooks["GRADIENT_COURSE_PROGRESS"] == "temporary"
    assert tests["MPLBACKEND"] == "Agg"
    assert "MPLBACKEND" not in notebooks


# lab


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """JupyterLab on a course with one lesson, which has a dead widget in the workbook; its address."""
    root = tmp_path_factory.mktemp("lab") / "Cours à part"
    shutil.copytree(COURSE / "helpers", root / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Start"}
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    (root / "lessons").mkdir()
    (root / "lessons" / lab.FIRST).write_text(text)
    homes = {f"JUPYTER_{name}_DIR": str(root / name.lower()) for name in ("RUNTIME", "CONFIG", "DATA")}
    env = os.environ | homes
    command = [sys.executable, "-m", "helpers", "lab", "--no-browser"]
    process = subprocess.Popen(command, cwd=root, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = iter(process.stdout.readline, "")
    found = (re.search(r"http://\S+token=\w+", line) for line in lines)
    address = next((match.group() for match in found if match), None)
    for _ in range(100):  # the address is printed before the server listens
        with contextlib.suppress(urllib.error.URLError):
            get(address).close()
            break
        time.sleep(0.1)
    yield root, env, address
    process.terminate()
    process.stdout.close()
    process.wait()


def get(address):
    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=20)


def test_lab_opens_the_first_lesson_of_the_workbook_on_loopback(server):
    root, _, address = server
    assert re.match(r"http://(127\.0\.0\.1|localhost):\d+/lab/tree/00_start_here\.ipynb\?token=\w{20}", address)
    assert get(address).status == 200
    assert (root / "workbook" / lab.FIRST).exists()
    with pytest.raises(urllib.error.HTTPError, match="403"):
        get(re.sub(r"lab/tree.*", "api/contents", address))


def test_lab_asks_nobody_for_news_or_updates(server):
    _, _, address = server
    news, update = (re.sub(r"tree/.*\?", f"api/{name}?", address) for name in ("news", "update"))
    page = get(address).read().decode()
    assert re.search(r'"news":\s*\{"disabled":\s*true\}', page)
    assert json.load(get(news)) == {"news": []}
    assert json.load(get(update)) == {"notification": None}


def test_a_second_lab_says_where_the_course_is_open(server):
    root, env, address = server
    command = [sys.executable, "-m", "helpers", "lab", "--no-browser"]
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert done.stdout.startswith("The course is open already: http://")
    assert done.stdout.strip().endswith(address.rpartition("=")[2])


def test_what_a_dead_server_left_behind_is_no_open_course(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    with socket.socket() as sock:  # bound and deaf
        sock.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{sock.getsockname()[1]}/"
        left = {"root_dir": str(tmp_path), "url": url, "token": "t"}
        (tmp_path / "jpserver-1.json").write_text(json.dumps(left))
        (tmp_path / "jpserver-2.json").write_text("{")
        assert lab.running(tmp_path) is None


@pytest.mark.parametrize("form", ["--port={}", "--port {}", "--ServerApp.port={}"])
def test_a_port_that_is_asked_for_and_busy_is_one_sentence(form, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "workbook").mkdir()
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        port = sock.getsockname()[1]
        assert lab.launch(tmp_path, form.format(port).split()) == 1
    assert f"Port {port} is busy: choose another" in capsys.readouterr().err
