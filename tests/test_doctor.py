"""The doctor names what is wrong and how to mend it, and changes nothing."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.start import doctor, environment, lab
from helpers.start.doctor import Finding

COURSE = Path(__file__).resolve().parents[1]


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course without .venv, in which the doctor looks."""
    (tmp_path / "helpers").mkdir()
    (tmp_path / "pyproject.toml").write_text("[project]\ndependencies = ['numpy>=2', 'absent>=1', 'pytest<1']\n")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv" / "stamp")
    monkeypatch.setattr(environment, "CONSTRAINTS", tmp_path / "helpers" / "constraints.txt")
    return tmp_path


@pytest.fixture
def working(course, monkeypatch):
    """The same with a .venv that works and is what is asked for."""
    monkeypatch.setattr(environment, "works", lambda: True)
    (course / ".venv").mkdir()
    environment.remember(environment.wanted_hash())
    return course


def lines(findings):
    return [str(finding) for finding in findings]


def test_a_line_is_ok_fail_with_its_mend_or_optional():
    assert str(Finding(True, "x", "mend")) == "[OK]   x"
    assert str(Finding(False, "x", "mend")) == "[FAIL] x: mend"
    assert str(Finding(None, "x", "mend")) == "[--]   x: mend"


def test_a_missing_environment_is_one_failure_with_its_mend(course):
    assert lines(doctor.python(course))[1] == "[FAIL] .venv is missing: run python start.py, which makes it"
    assert lines(doctor.packages(course)) == []


def test_an_environment_that_does_not_run_is_named(working, monkeypatch):
    monkeypatch.setattr(environment, "works", lambda: False)
    assert "[FAIL] .venv does not run this folder's helpers" in lines(doctor.python(working))[1]


def test_an_environment_that_is_out_of_date_is_named(working):
    assert "[OK]   .venv is complete" in lines(doctor.python(working))
    environment.CONSTRAINTS.write_text("numpy==1\n")
    assert "[FAIL] .venv is not what" in lines(doctor.python(working))[1]


def test_each_dependency_is_compared_with_its_range_and_its_tested_version(working):
    environment.CONSTRAINTS.write_text("# made by a command\nnumpy==0.1\n")
    numpy, absent, pytest_ = lines(doctor.packages(working))
    assert numpy.startswith("[OK]   numpy 2.") and numpy.endswith("(tested: 0.1)")
    assert absent.startswith("[FAIL] absent is not installed: delete .venv")
    assert pytest_.startswith("[FAIL] pytest ") and "the course needs pytest<1" in pytest_


def test_the_kernel_is_this_python_and_imports_this_folders_helpers(working, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(COURSE))
    assert lines(doctor.kernel(COURSE)) == [f"[OK]   kernel python3 runs {sys.executable}"]
    assert lines(doctor.kernel(working))[0].startswith("[FAIL] kernel python3")


def test_a_folder_that_cannot_be_written_is_named(course, monkeypatch):
    def refuse(dir):
        raise OSError(30, "Read-only file system", dir)

    assert doctor.writable(course / "workbook" / "deep", "").well
    assert not (course / "workbook").exists()
    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", refuse)
    assert "[FAIL]" in lines(doctor.folders(course))[1]


def test_a_full_disk_is_named(course, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 5e8))
    assert lines(doctor.folders(course))[0] == "[FAIL] 0.5 GB free: 3 GB are needed"


@pytest.mark.slow
def test_the_folder_of_the_progress_is_looked_at(working):
    (found,) = doctor.progress(working)
    assert found.well


def test_a_damaged_lesson_is_named(course):
    assert "[FAIL] no lessons" in lines(doctor.lessons(course))[0]
    (course / "lessons").mkdir()
    (course / "lessons" / "01_gradient.ipynb").write_text('{"cells": []}')
    assert lines(doctor.lessons(course)) == ["[OK]   1 lesson"]
    (course / "lessons" / "02_half.ipynb").write_text("{")
    assert "[FAIL] damaged: 02_half.ipynb" in lines(doctor.lessons(course))[0]


def test_a_loopback_that_cannot_be_bound_is_named(course, monkeypatch):
    assert lines(doctor.port(course)) == ["[OK]   127.0.0.1 takes connections"]
    monkeypatch.setattr(lab, "is_free", lambda _: False)
    assert "[FAIL] 127.0.0.1" in lines(doctor.port(course))[0]


def test_a_missing_chromium_is_no_failure(course, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "which", lambda _: None)
    assert "[--]   Chromium" in lines(doctor.browser(course))[0]


def test_a_busy_port_is_not_free():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        assert not lab.is_free(sock.getsockname()[1])
    assert lab.is_free(0)


@pytest.mark.slow
@pytest.mark.parametrize("environment_is", ["missing", "broken"])
def test_start_py_doctor_works_without_an_environment_and_makes_none(tmp_path, environment_is):
    for name in ("start.py", "pyproject.toml"):
        shutil.copy(COURSE / name, tmp_path)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(COURSE / "helpers", tmp_path / "helpers", ignore=ignored)
    if environment_is == "broken":
        (tmp_path / ".venv" / "bin").mkdir(parents=True)
        (tmp_path / ".venv" / "bin" / "python").symlink_to("/nowhere")
    before = sorted(path for path in tmp_path.rglob("*") if "__pycache__" not in path.parts)
    env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    python = sys._base_executable  # nothing of the course is installed there
    done = subprocess.run([python, tmp_path / "start.py", "doctor"], env=env, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == ""
    assert all(line.startswith(("[OK]   ", "[FAIL] ", "[--]   ")) for line in done.stdout.splitlines())
    assert "[FAIL] .venv" in done.stdout
    assert sorted(path for path in tmp_path.rglob("*") if "__pycache__" not in path.parts) == before
