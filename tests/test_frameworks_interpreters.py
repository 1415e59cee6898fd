"""The Python and the Java that a system needs: found where they may be, and missed in one sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

from helpers.frameworks.running import interpreters
from helpers.frameworks.running.interpreters import check_java, find_python
from helpers.ground import CannotGoOnError


def stage(folder, version):
    """Lay a stand-in for an interpreter, which says who it is."""
    folder.mkdir(parents=True, exist_ok=True)
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nprintf "%s\\n%s\\n" "{python}" {version}\n')
    python.chmod(0o755)
    return python


@pytest.fixture
def no_pythons(monkeypatch, tmp_path):
    """A computer with the course's Python alone."""
    monkeypatch.setattr(interpreters.shutil, "which", lambda name: None)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))


def test_the_courses_own_python_is_taken_when_it_fits(no_pythons):
    found = find_python(">=3.11", "no-uv")
    assert Path(found).resolve() == Path(sys.executable).resolve()


def test_an_older_python_is_found_on_the_path(no_pythons, monkeypatch, tmp_path):
    python = stage(tmp_path / "bin", "3.9.18")
    broken = tmp_path / "bin" / "broken"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    on_path = {"python3.9": str(broken), "python3.8": str(python)}
    monkeypatch.setattr(interpreters.shutil, "which", on_path.get)
    assert find_python(">=3.8,<3.10", "no-uv") == str(python)


def test_an_older_python_is_found_in_pyenvs_folder(no_pythons, tmp_path):
    for version in ("2.7.18", "3.8.18", "3.10.13"):
        stage(tmp_path / "pyenv" / "versions" / version / "bin", version)
    found = find_python(">=3.8,<3.10", "no-uv")
    assert found == str(tmp_path / "pyenv" / "versions" / "3.8.18" / "bin" / "python")


def test_an_older_python_is_found_by_uv_which_downloads_none(no_pythons, tmp_path):
    python = stage(tmp_path / "bin", "3.9.18")
    uv = tmp_path / "uv"
    uv.write_text(f'#!/bin/sh\necho "$@" > "{tmp_path}/log"\necho "{python}"\n')
    uv.chmod(0o755)
    assert find_python(">=3.8,<3.10", str(uv)) == str(python)
    assert "--no-python-downloads" in (tmp_path / "log").read_text()


def test_no_python_that_is_old_enough_is_one_sentence(no_pythons):
    with pytest.raises(CannotGoOnError) as caught:
        find_python(">=3.8,<3.10", "no-uv")
    assert str(caught.value) == "It needs Python >=3.8, <3.10, and there is none on this computer."


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (None, "and there is none on this computer"),
        ('openjdk version "11.0.2" 2019-01-15', "and this computer has Java 11"),
        ('java version "1.8.0_202"', "and this computer has Java 8"),
        ("The operation couldn't be completed. Unable to locate a Java Runtime.", "and there is none"),
    ],
)
def test_no_java_or_an_old_one_is_one_sentence(said, sentence, monkeypatch):
    def run(command, **_):
        if said is None:
            raise FileNotFoundError
        return subprocess.CompletedProcess(command, 0, "", said)

    monkeypatch.setattr(interpreters.subprocess, "run", run)
    with pytest.raises(CannotGoOnError, match=f"^It needs Java 17 or newer, {sentence}"):
        check_java(17)


@pytest.mark.parametrize("said", ['openjdk version "17.0.15" 2025-04-15', 'openjdk version "21" 2023-09-19'])
def test_a_new_java_will_do(said, monkeypatch):
    done = subprocess.CompletedProcess([], 0, "", said)
    monkeypatch.setattr(interpreters.subprocess, "run", lambda *_, **__: done)
    check_java(17)
