"""`python start.py lock`: the versions that passed, a constraint a line."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from helpers.authoring import lock
from helpers.authoring.checks import EXTRAS
from helpers.start import environment

pytestmark = pytest.mark.slow

COURSE = Path(__file__).resolve().parents[1]


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
    assert lock.run() == 0
    assert (tmp_path / "constraints.txt").read_text().splitlines()[1:] == ["a==1", "b==2"]


def test_the_tested_versions_fit_the_ranges_and_hold_no_address():
    lines = environment.CONSTRAINTS.read_text(encoding="utf-8").splitlines()[1:]
    tested = dict(line.split("==") for line in lines)
    for text in (text for extra in ("", *EXTRAS) for text in environment.dependencies(extra)):
        requirement = Requirement(text)
        assert requirement.specifier.contains(tested[requirement.name]), requirement
    assert "/" not in "".join(lines)
