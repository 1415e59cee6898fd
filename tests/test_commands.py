"""The commands: what a command line asks for, what is refused in one sentence, and what each command tells."""

import subprocess
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from helpers import __main__ as commands
from helpers import authoring
from helpers.authoring import executing, regions, release
from helpers.grading.running.job import MIB, Limits
from helpers.ground import ROOT, CannotGoOnError
from helpers.start.commands import COMMANDS, parse


def refused(line, capsys):
    """Return the last line of what is said when a command line is refused; above it stands the usage."""
    with pytest.raises(SystemExit) as caught:
        parse(line.split())
    assert caught.value.code == 2
    usage, *_, sentence = capsys.readouterr().err.splitlines()
    assert usage.startswith(f"usage: python start.py {line.split()[0]}")
    return sentence


@pytest.mark.parametrize("line", [*COMMANDS, "new lesson", "new exercise"])
def test_every_command_has_help(line, capsys):
    with pytest.raises(SystemExit) as caught:
        parse([*line.split(), "--help"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: python start.py {line}")


def test_no_command_is_lab_and_options_alone_are_labs():
    assert parse([]).command == "lab"
    assert parse(["--port", "8888"]).words == ["--port", "8888"]


def test_what_jupyterlab_and_pytest_are_given_keeps_its_order():
    words = ["--port=9", "-y", "work", "--debug", "-1"]
    assert parse(["lab", *words]).words == words
    words = ["browser", "-k", "not slow", "-x", "--maxfail", "2"]
    assert parse(["test", *words]).words == words


def test_systems_may_be_named_around_the_option():
    wanted = parse(["frameworks", "jax", "--record", "torch"])
    assert (wanted.names, wanted.record) == (["jax", "torch"], True)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("doctor --fix", "unrecognized arguments: --fix"),
        ("release 05", "unrecognized arguments: 05"),
        ("frameworks --recrod", "unrecognized arguments: --recrod"),
        ("frameworks --rec", "unrecognized arguments: --rec"),
        ("reset", "the following arguments are required: LESSON"),
        ("new exercise 05", "the following arguments are required: ID"),
        ("grade", "the following arguments are required: DIR"),
        ("grade autumn --at-once 0", "numbers must be greater than 0"),
        ("grade autumn --seconds nan", "numbers must be greater than 0"),
        ("grade autumn --memory much", "invalid count value: 'much'"),
        ("assignment --lessons 05 --out x --seed -1", "the seed must not be negative"),
        ("test bruwser", "there is no part bruwser of the checks, and no such file; did you mean browser?"),
        ("test tests/test_gone.py::test_a", "there is no part tests/test_gone.py::test_a of the checks"),
    ],
)
def test_a_wrong_option_is_refused_with_the_usage_of_its_command(line, sentence, capsys):
    assert sentence in refused(line, capsys)


def test_what_a_submission_may_use_is_what_the_sandbox_allows_by_itself():
    wanted = parse(["grade", "autumn"])
    assert (wanted.memory * MIB, wanted.seconds, wanted.cell_seconds) == (
        Limits().memory,
        Limits().seconds,
        Limits().cell_seconds,
    )


def test_an_unknown_command_is_said_with_the_closest_and_the_list():
    with pytest.raises(CannotGoOnError, match=r"There is no command releese; did you mean release\?\n\nusage: "):
        parse(["releese"])
    assert commands.main(["nonsense"]) == 1


WITHOUT_EXTRA = """
import sys
sys.modules["markdown_it"] = None  # as on a fresh clone
from helpers.start import installing
installing.add = lambda extra: sys.modules.pop("markdown_it")
from helpers.__main__ import main
sys.exit(main(["site", "no-such-lesson"]))
"""


def test_the_site_installs_its_extra_before_it_imports_what_needs_it():
    done = subprocess.run([sys.executable, "-c", WITHOUT_EXTRA], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1 and "no-such-lesson" in done.stderr and "Traceback" not in done.stderr, done.stderr


def test_an_unknown_lesson_is_one_sentence(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(commands, "ROOT", tmp_path)
    assert commands.main(["reset", "99"]) == 1
    assert capsys.readouterr().err.splitlines() == ["There is no lesson '99'; the lessons are: none."]


def test_a_folder_that_cannot_be_written_is_one_sentence(capsys, monkeypatch):
    def refuse(arguments):
        raise OSError(30, "Read-only file system", "workbook")

    monkeypatch.setitem(commands.RUN, "lab", refuse)
    assert commands.main(["lab"]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert "'workbook': copy the course to a folder that you can write to" in said


def test_release_and_execute_say_which_files_changed(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(commands, "ROOT", tmp_path)
    monkeypatch.setattr(release, "release", lambda root: [root / "lessons" / "gone.ipynb"])
    monkeypatch.setattr(executing, "execute", lambda root, names: [])
    assert commands.main(["release"]) == commands.main(["execute", "05"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{Path('lessons/gone.ipynb')} removed",
        "1 changed.",
        "0 changed.",
    ]


@pytest.mark.parametrize(
    ("line", "asked"),
    [("lesson training", ("lesson", "training")), ("exercise 05 adam-step", ("exercise", "05", "adam-step"))],
)
def test_new_says_which_files_it_wrote(line, asked, capsys, monkeypatch, tmp_path):
    def lay(kind, root, *words):
        (root / kind).write_text(" ".join(words))
        return [root / kind]

    stands_in = SimpleNamespace(lesson=partial(lay, "lesson"), exercise=partial(lay, "exercise"))
    monkeypatch.setattr(commands, "ROOT", tmp_path)
    monkeypatch.setattr(authoring, "new", stands_in, raising=False)
    assert commands.main(["new", *line.split()]) == 0
    assert capsys.readouterr().out.splitlines() == [f"{asked[0]} written", "1 written."]
    assert (tmp_path / asked[0]).read_text() == " ".join(asked[1:])


def test_an_authors_mistake_is_said_without_a_traceback(capsys, monkeypatch):
    def refuse(root):
        raise regions.ReleaseError("06_learning_rate.ipynb, cell a, line 1: mend it.")

    monkeypatch.setattr(release, "release", refuse)
    assert commands.main(["release"]) == 1
    assert capsys.readouterr().err == "06_learning_rate.ipynb, cell a, line 1: mend it.\n"
