"""`python start.py frameworks` when something is wrong: each staged here with stand-ins, without a network."""

import errno
import json
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from helpers.frameworks import recorded, systems
from helpers.frameworks.problem import ELSEWHERE, FEW, LR, OFF
from helpers.frameworks.running import install, runner
from helpers.frameworks.running.outcomes import Outcome, duration, table
from helpers.frameworks.running.runner import read, run_all
from helpers.frameworks.systems import SYSTEMS, reference
from helpers.ground import CannotGoOnError
from helpers.start import installing

pytestmark = pytest.mark.slow

# What stands for uv: `venv` lays a script that runs this Python, `pip install` writes down what it was asked.
UV = """
import os, pathlib, signal, sys
folder = pathlib.Path({folder!r})
with open(folder / "log", "a") as log:
    print(*sys.argv[1:], file=log)
if sys.argv[1] == "venv":
    python = pathlib.Path(sys.argv[-1], "bin", "python")
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\\nexec "{python}" "$@"\\n')
    python.chmod(0o755)
elif (folder / "says").exists():
    print((folder / "says").read_text())
    sys.exit(2)
elif (folder / "dies").exists():
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def uv(tmp_path, monkeypatch):
    """A stand-in for uv, and a place of its own for the environments."""
    monkeypatch.setattr(install, "HOME", tmp_path / "environments")
    monkeypatch.setattr(install, "uv_environment", dict)
    (tmp_path / "uv.py").write_text(UV.format(folder=str(tmp_path), python=sys.executable))
    program = tmp_path / "uv"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I "{tmp_path / "uv.py"}" "$@"\n')
    program.chmod(0o755)
    monkeypatch.setattr(install, "find_uv", lambda: str(program))
    return program


def asked(uv):
    log = uv.parent / "log"
    return log.read_text().splitlines() if log.exists() else []


def answer(name="numpy", shift=0.0, **more):
    """Return what the probe would write."""
    system = SYSTEMS[name]
    run, control = reference(system), reference(system, lr=OFF * LR)
    found = {"version": "1.0", "python": "3.11.7", "seconds": {"import": 1.5, "step": 2e-4}}
    return found | {
        "path": (run.path + shift).tolist(),
        "losses": run.losses.tolist(),
        "elsewhere": reference(system, start=ELSEWHERE, steps=FEW).path.tolist(),
        "control": control.path.tolist(),
        **more,
    }


def test_a_system_is_installed_once_and_run_in_its_own_environment(uv, capsys):
    assert runner.run(["numpy"]) == 0
    assert "0.0e+00" in capsys.readouterr().out
    first = asked(uv)
    assert runner.run(["numpy"]) == 0
    assert asked(uv) == first
    assert [line.split()[0] for line in first] == ["venv", "pip"]
    assert str(SYSTEMS["numpy"].file) in first[1]


def test_an_unknown_system_is_one_sentence_and_the_others_go_on(uv, capsys):
    assert runner.run(["nmpy", "numpy"]) == 1
    said = capsys.readouterr().out
    assert "nmpy: did not run. There is no system nmpy; did you mean numpy?" in said
    assert "1 of 2 ran and agree with NumPy over the whole path." in said


def test_without_uv_no_system_runs_and_each_says_why(monkeypatch, capsys):
    def offline(extra):
        raise CannotGoOnError("The packages could not be downloaded.")

    monkeypatch.setattr(installing, "add", offline)
    monkeypatch.setattr(install.shutil, "which", lambda name: None)
    assert runner.run(["numpy", "jax"]) == 1
    said = capsys.readouterr().out
    assert said.count("uv, which gives each system its own environment, is missing. The packages could not") == 2
    assert "0 of 2 ran" in said


def test_a_system_that_lacks_its_java_installs_nothing(uv, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    (outcome,) = run_all(["spark"])
    assert outcome.sentence == "It needs Java 17 or newer, and there is none on this computer."
    assert not asked(uv)


def test_a_uv_on_the_path_helps_when_none_can_be_installed(monkeypatch):
    def offline(extra):
        raise CannotGoOnError("no")

    monkeypatch.setattr(installing, "add", offline)
    monkeypatch.setattr(install.shutil, "which", lambda name: f"/somewhere/{name}")
    assert install.find_uv() == "/somewhere/uv"


def test_record_writes_what_passed_and_nothing_else(uv, monkeypatch, tmp_path):
    monkeypatch.setattr(recorded, "FOLDER", tmp_path / "recorded")
    answers = {"numpy": answer(), "jax": answer(shift=1e-9)}
    monkeypatch.setattr(install, "prepare", lambda system, uv: Path(sys.executable))
    monkeypatch.setattr(runner, "ask", lambda system, python: answers[system.name])
    assert runner.run(["numpy", "jax"], record=True) == 1
    assert [file.name for file in recorded.FOLDER.iterdir()] == ["numpy.json"]
    assert recorded.load("numpy").command == "python start.py frameworks numpy --record"


def test_the_wheel_of_a_retired_system_is_asked_for_by_its_hash(uv, monkeypatch):
    monkeypatch.setattr(install, "first_import", lambda system, folder: None)
    install.prepare(SYSTEMS["mxnet"], str(uv))
    pinned = Path(asked(uv)[1].rpartition("--constraint ")[2]).read_text()
    assert pinned.startswith("mxnet==1.9.1 --hash=sha256:")
    assert pinned.count("--hash=sha256:") == len(systems.metadata(SYSTEMS["mxnet"])["tool"]["course"]["sha256"])


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("error: No space left on device (os error 28)", "The disk is full"),
        ("  Caused by: dns error", "could not be downloaded: connect to the network"),
        ("error: Failed to fetch: `somewhere`", "could not be downloaded: connect to the network"),
        ("  × No solution found when resolving dependencies:", "cannot be installed on this computer"),
        ("  × Failed to download `mxnet==1.9.1`\n  Hash mismatch for `mxnet==1.9.1`", "pins by its hash"),
        ("error: something else", "Its installation failed as the lines above say"),
    ],
)
def test_a_failed_installation_is_one_sentence_and_the_others_go_on(line, sentence, uv, monkeypatch, capsys):
    (uv.parent / "says").write_text(line)
    one, two = run_all(["numpy", "nothing"])
    assert sentence in one.sentence
    assert len(one.sentence.splitlines()) == 1
    assert "There is no system nothing" in two.sentence


def test_a_killed_installation_is_told_and_begun_anew(uv):
    (uv.parent / "dies").touch()
    (killed,) = run_all(["numpy"])
    assert killed.sentence == "Its installation was killed: start it again, and it begins anew."
    (uv.parent / "dies").unlink()
    (done,) = run_all(["numpy"])
    assert done.passed
    assert [line.split()[0] for line in asked(uv)] == ["venv", "pip", "venv", "pip"]


def test_an_environment_whose_file_asks_for_something_else_is_made_again(uv, monkeypatch):
    assert run_all(["numpy"])[0].passed
    needs = systems.metadata(SYSTEMS["numpy"])
    monkeypatch.setattr(systems, "metadata", lambda system: needs | {"dependencies": ["numpy==2.4.5"]})
    assert run_all(["numpy"])[0].passed
    assert len(asked(uv)) == 4


def test_a_system_that_does_not_import_is_not_taken_for_installed(uv, monkeypatch, tmp_path):
    monkeypatch.setattr(systems, "FOLDER", tmp_path)
    (tmp_path / "probe.py").write_text(runner.PROBE.read_text())
    text = runner.PROBE.with_name("by_numpy.py").read_text()
    (tmp_path / "by_numpy.py").write_text(text.replace("import numpy as np", "import absent_module"))
    for _ in range(2):
        (outcome,) = run_all(["numpy"])
        assert "installed and does not import: ModuleNotFoundError: No module named 'absent_module'" in outcome.sentence


def test_a_full_disk_where_nothing_can_be_written_is_one_sentence(uv, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(install, "make", refuse)
    assert run_all(["numpy"])[0].sentence == install.DISK_FULL


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("raise ValueError('the descent went\\nuphill')", "It ran and failed: uphill"),
        ("import os; os.kill(os.getpid(), 9)", "It was killed while it ran (signal 9)."),
        ("raise OSError(28, 'No space left on device')", "The disk is full"),
        ("pass", "It ran and left no answer that can be read."),
        ("import time; time.sleep(60)", "minutes and was stopped."),
    ],
)
def test_a_run_that_fails_is_one_sentence(code, sentence, monkeypatch, tmp_path):
    probe = tmp_path / "probe.py"
    probe.write_text(code)
    monkeypatch.setattr(runner, "PROBE", probe)
    monkeypatch.setattr(install, "HOME", tmp_path)
    monkeypatch.setattr(install, "LONGEST", 1 if "sleep" in code else 60)
    start = time.monotonic()
    with pytest.raises(CannotGoOnError) as caught:
        runner.ask(SYSTEMS["numpy"], Path(sys.executable))
    assert sentence in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert time.monotonic() - start < 30


def test_the_probe_answers_with_path_control_and_times():
    found = runner.ask(SYSTEMS["numpy"], Path(sys.executable))
    assert np.array_equal(np.array(found["path"]), reference(SYSTEMS["numpy"]).path)
    assert np.array_equal(np.array(found["control"]), reference(SYSTEMS["numpy"], lr=OFF * LR).path)
    assert found["version"] == np.__version__
    assert found["seconds"]["import"] > 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        json.dumps(answer(path=[[0.0, 0.0]])),
        json.dumps(answer(path=[["a", "b"]] * 101)),
        json.dumps(answer(losses=[])),
        json.dumps(answer(version=None)),
        json.dumps(answer(seconds={"import": 1.0})),
        json.dumps(answer(control=None)),
        json.dumps(answer(elsewhere=[])),
    ],
)
def test_a_damaged_answer_is_one_sentence(text, tmp_path):
    (tmp_path / "answer.json").write_text(text)
    with pytest.raises(CannotGoOnError, match=r"It ran and left no answer that can be read\."):
        read(tmp_path / "answer.json")


def test_the_table_has_a_line_for_each_system_and_says_who_did_not_run():
    outcomes = [
        Outcome("numpy", answer(), 0.0),
        Outcome("keras-torch", answer(version="3.15.1", seconds={"import": 6.31, "step": 0.0024}), 7e-8),
        Outcome("jax", answer(), 3e-9),
        Outcome("spark", sentence="It needs Java 17 or newer, and there is none on this computer."),
    ]
    lines = [systems.lines_of_code(SYSTEMS[name]) for name in ("numpy", "keras-torch", "jax")]
    assert table(outcomes).splitlines() == [
        "system       version  floats   difference  import    step  lines",
        f"numpy        1.0      float64     0.0e+00  1.50 s  0.2 ms     {lines[0]}",
        f"keras-torch  3.15.1   float64     7.0e-08  6.31 s  2.4 ms     {lines[1]}",
        f"jax          1.0      float64     3.0e-09  1.50 s  0.2 ms     {lines[2]}",
        "jax: differs from its reference by 3.0e-09, more than 1e-12.",
        "spark: did not run. It needs Java 17 or newer, and there is none on this computer.",
        "2 of 4 ran and agree with NumPy over the whole path.",
    ]


def test_a_path_that_is_not_a_number_does_not_pass(monkeypatch):
    found = answer(path=[[float("nan")] * 2] * 101)
    monkeypatch.setattr(install, "prepare", lambda system, uv: Path(sys.executable))
    monkeypatch.setattr(runner, "ask", lambda system, python: found)
    assert not runner.run_one("numpy", "uv").passed


def test_a_system_that_forgets_where_to_begin_does_not_pass():
    forgetful = answer(elsewhere=reference(SYSTEMS["numpy"], steps=FEW).path.tolist())
    assert runner.largest_difference(SYSTEMS["numpy"], answer()) == 0
    assert runner.largest_difference(SYSTEMS["numpy"], forgetful) >= 1.5


@pytest.mark.parametrize(
    ("seconds", "text"), [(6e-6, "6 µs"), (2.4e-3, "2.4 ms"), (1.2e-4, "0.12 ms"), (0.11, "0.11 s"), (0.0, "unclear")]
)
def test_a_duration_has_the_unit_that_suits_it(seconds, text):
    assert duration(seconds) == text
