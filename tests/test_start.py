"""`python start.py` on the machines that learners have: each staged here, without a network, around a tiny course."""

import ast
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from helpers.start import environment, installing, preparing
from helpers.start.commands import COMMANDS

pytestmark = pytest.mark.slow

COURSE = Path(__file__).resolve().parents[1]
START = COURSE / "helpers" / "start"
NOWHERE = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "1"}

# What stands for the course's commands: it says who runs it, and does as it is told.
PROGRAM = """
import sys, time, helpers
from pathlib import Path
sys.stdout.reconfigure(errors="backslashreplace")
print("python", sys.executable)
print("helpers", Path(helpers.__file__).parent)
print("arguments", *sys.argv[1:])
if sys.argv[1] == "test":
    sys.exit(7)
if sys.argv[1] == "lock":
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        sys.exit(42)
"""

# What stands for uv: it makes an environment without pip, and writes down what it was asked to install.
UV = """
import os, subprocess, sys, time
if sys.argv[1] == "venv":
    sys.exit(subprocess.call([sys.executable, "-m", "venv", "--without-pip", sys.argv[-1]]))
with open({log!r}, "a") as log:
    print(*sys.argv[1:], "links", os.environ.get("UV_FIND_LINKS"), file=log)
time.sleep(float(os.environ.get("UV_TAKES", "0")))
print(os.environ.get("UV_SAYS", ""))
sys.exit(bool(os.environ.get("UV_SAYS")))
"""


def make_course(folder, dependencies=()):
    """Lay a course that has start.py, what it needs, and stub commands."""
    (folder / "helpers" / "start").mkdir(parents=True)
    shutil.copy(COURSE / "start.py", folder)
    for path in ("__init__.py", "ground.py", *(f"start/{path.name}" for path in START.glob("*.py"))):
        shutil.copy(COURSE / "helpers" / path, folder / "helpers" / path)
    (folder / "helpers" / "__main__.py").write_text(PROGRAM)
    (folder / "pyproject.toml").write_text(f"[project]\ndependencies = {list(dependencies)}\n")
    return folder


def make_wheel(folder, version):
    """Write a wheel of the package tiny, by hand: building one would need a network."""
    folder.mkdir(exist_ok=True)
    info = f"tiny-{version}.dist-info"
    with zipfile.ZipFile(folder / f"tiny-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.py", f"version = {version!r}\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return folder


def start_environment(path=None, **more):
    """Return an environment in which nothing but `path` is on the PATH, so that no uv of this machine helps."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_"))}
    return env | NOWHERE | {"PATH": str(path or os.devnull)} | more


def start(course, *arguments, python=sys.executable, path=None, **more):
    """Run start.py to its end."""
    return subprocess.run(
        [python, course / "start.py", *arguments],
        env=start_environment(path, **more),
        cwd=course.parent,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=300,
    )


def is_one_sentence(error):
    return len(error.strip().splitlines()) == 1 and "Traceback" not in error


@pytest.fixture
def course(tmp_path):
    """A course that nobody started yet, in a folder with a space and an accent."""
    return make_course(tmp_path / "Dérivées pas à pas")


@pytest.fixture
def uv(tmp_path):
    """A folder with a stand-in for uv; `asked` is what it was asked to install."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "uv.py").write_text(UV.format(log=str(folder / "log")))
    program = folder / "uv"  # a first line "#!python" would break at a space in the path of this Python
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I "{folder / "uv.py"}" "$@"\n')
    program.chmod(0o755)
    return folder


def asked(uv):
    return (uv / "log").read_text().splitlines() if (uv / "log").exists() else []


def externally_managed(folder):
    """Stage a Python like Debian's: this one's library, linked entry by entry, plus the marker."""
    library = Path(os.__file__).parent
    staged = folder / library.relative_to(sys.base_prefix)
    staged.mkdir(parents=True)
    for entry in library.iterdir():
        (staged / entry.name).symlink_to(entry)
    (staged / "EXTERNALLY-MANAGED").unlink(missing_ok=True)
    (staged / "EXTERNALLY-MANAGED").write_text("[externally-managed]\nError=not here\n")
    python = folder / "bin" / f"python3.{sys.version_info.minor}"
    python.parent.mkdir()
    shutil.copy(os.path.realpath(sys.executable), python)
    return python


@pytest.fixture(scope="module")
def with_pip(tmp_path_factory):
    """A course that an externally managed Python started once, with pip and a folder of wheels; that start's result."""
    folder = tmp_path_factory.mktemp("pip")
    course = make_course(folder / "Pente à vue", ["tiny>=1"])
    make_wheel(folder / "wheels", "1.0")
    python = externally_managed(folder / "managed")
    return course, start(course, "--wheels", "wheels", "reset", "05", python=python)


@pytest.fixture
def started(with_pip, tmp_path):
    """A private copy of that course."""
    return Path(shutil.copytree(with_pip[0], tmp_path / "Copie privée", symlinks=True))


def test_start_py_has_the_syntax_of_python_2_7():
    tree = ast.parse((COURSE / "start.py").read_text(encoding="ascii"), feature_version=(3, 4))
    newer = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef, ast.Nonlocal, ast.Starred, ast.Match)
    assert not [node for node in ast.walk(tree) if isinstance(node, newer)]
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.arg) and node.annotation]
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.arguments) and node.kwonlyargs]


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 13)])
def test_an_old_python_is_told_which_one_the_course_needs(version, course):
    number = ".".join(map(str, version))
    real = Path.home() / ".pyenv" / "versions" / number / "bin" / "python"
    code = f"import sys; sys.version_info = {version}; exec(open({str(course / 'start.py')!r}).read())"
    command = [real, course / "start.py"] if real.exists() else [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert is_one_sentence(done.stderr)
    assert "needs Python 3.11 or newer and this is Python {}.{}:".format(*version) in done.stderr


def test_a_python_without_ensurepip_is_told_which_package_to_install(course, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import sys; sys.modules['ensurepip'] = sys.modules['virtualenv'] = None"
    )
    done = start(course, PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert is_one_sentence(done.stderr)
    assert "apt install python3-venv" in done.stderr


def test_a_python_without_ensurepip_uses_uv(course, uv, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import sys; sys.modules['ensurepip'] = sys.modules['virtualenv'] = None"
    )
    assert start(course, path=uv, PYTHONPATH=str(tmp_path)).returncode == 0


def test_a_python_without_ensurepip_uses_virtualenv(monkeypatch, tmp_path):
    commands = []
    monkeypatch.setattr(preparing, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv" / "stamp")
    monkeypatch.setattr(preparing.importlib.util, "find_spec", lambda name: name == "virtualenv" or None)
    monkeypatch.setattr(preparing, "succeeds", lambda *command: commands.append(command) or True)
    preparing.make(None)
    assert commands == [(sys.executable, "-m", "virtualenv", tmp_path / ".venv")]


def test_an_externally_managed_python_is_no_obstacle(with_pip):
    course, done = with_pip
    lines = (course / ".venv" / "pyvenv.cfg").read_text().splitlines()
    home = Path(next(line for line in lines if line.startswith("home")).partition("=")[2].strip())
    assert list(home.parent.rglob("EXTERNALLY-MANAGED"))
    assert done.returncode == 0, done.stderr


def test_the_first_start_installs_with_pip_and_shows_progress(with_pip):
    course, done = with_pip
    assert done.returncode == 0, done.stderr
    for line in ("  tiny-1.0", "  installing 1 packages", "Ready.", "arguments reset 05"):
        assert line in done.stdout.splitlines()
    assert f"python {course / '.venv'}" in done.stdout
    assert f"helpers {course / 'helpers'}" in done.stdout


def test_the_first_start_uses_uv_with_the_folders_of_wheels_that_pip_knows(course, uv):
    done = start(course, path=uv, PIP_FIND_LINKS="/one /two")
    assert done.returncode == 0, done.stderr
    assert [line.rpartition("links ")[2] for line in asked(uv)] == ["/one,/two"]


def test_folders_of_wheels_are_read_from_pips_settings(monkeypatch):
    monkeypatch.delenv("UV_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_FIND_LINKS", "/a")
    said = b"global.timeout='9'\ninstall.find-links='\\n/b\\n/c'\n:env:.find-links='/a'\n"
    monkeypatch.setattr(installing.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0, said))
    assert installing.uv_environment()["UV_FIND_LINKS"] == "/a,/b,/c"


def test_uv_sees_the_indexes_that_pip_is_configured_to_see(monkeypatch):
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_STRATEGY", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    said = ["global.index-url='one'", "global.extra-index-url='two three'", "install.index-url='four'"]
    monkeypatch.setattr(installing, "pip_settings", lambda: said)
    found = installing.uv_environment()
    assert (found["UV_DEFAULT_INDEX"], found["UV_INDEX"]) == ("four", "two three")
    assert found["UV_INDEX_STRATEGY"] == "unsafe-best-match"


def test_an_environment_without_pip_asks_the_python_below_it(monkeypatch):
    def run(command, **_):
        below = command[0] != sys.executable
        return subprocess.CompletedProcess(
            [], not below, b"global.find-links='/a'\n" if below else b"No module named pip"
        )

    monkeypatch.setattr(installing.sys, "_base_executable", "python-below", raising=False)
    monkeypatch.setattr(installing.subprocess, "run", run)
    assert installing.pip_settings() == ["global.find-links='/a'"]


def test_pip_takes_over_when_uv_fails(tmp_path, uv):
    course = make_course(tmp_path / "course", ["tiny"])
    wheels = make_wheel(tmp_path / "wheels", "1.0")
    done = start(course, "--wheels", str(wheels), path=uv, UV_SAYS="error: uv has a bad day")
    assert done.returncode == 0, done.stderr
    assert "uv could not install this: trying pip." in done.stdout
    assert "  tiny-1.0" in done.stdout


def test_a_first_start_without_a_network_is_one_sentence(started):
    (started / ".venv" / "course-stamp").unlink()
    (started / "pyproject.toml").write_text("[project]\ndependencies = ['absent']\n")
    done = start(started)
    assert done.returncode == 1
    assert is_one_sentence(done.stderr)
    assert "connect to the network" in done.stderr


def test_a_read_only_folder_is_one_sentence(course, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import os\ndef mkdir(path, *_):\n    raise OSError(30, 'Read-only file system', str(path))\nos.mkdir = mkdir"
    )
    done = start(course, PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert is_one_sentence(done.stderr)
    assert "a folder that you can write to" in done.stderr


def test_a_version_without_a_wheel_falls_back_to_the_ranges(started, tmp_path):
    (started / "helpers" / "start" / "constraints.txt").write_text("tiny==2.0\n")
    done = start(started, "--wheels", str(make_wheel(tmp_path / "wheels", "1.5")))
    assert done.returncode == 0, done.stderr
    assert "A tested version has no wheel for this Python" in done.stdout


def test_a_folder_of_wheels_that_lacks_one_is_named(started, tmp_path):
    (started / "pyproject.toml").write_text("[project]\ndependencies = ['absent']\n")
    wheels = make_wheel(tmp_path / "wheels", "1.0")
    done = start(started, f"--wheels={wheels}")
    assert done.returncode == 1
    assert is_one_sentence(done.stderr)
    assert str(wheels) in done.stderr
    assert "absent" in done.stdout


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: Could not find a version that satisfies torch", "no wheel"),
        ("ERROR: Package soupsieve requires a different Python: 3.11.2 not in >=3.11.5", "no wheel"),
        ("error: Failed to fetch: https://example.org", "connect to the network"),
        ("ERROR: something else", "installation failed"),
    ],
)
def test_what_an_installer_says_becomes_one_sentence(line, sentence):
    said = str(installing.diagnosis(["", line, ""], None))
    assert sentence in said
    assert is_one_sentence(said)


def test_a_second_start_installs_nothing(course, uv):
    start(course, path=uv)
    done = start(course, "reset", "05", path=uv)
    assert done.returncode == 0
    assert done.stdout.splitlines()[0].startswith("python ")
    assert len(asked(uv)) == 1


def test_a_second_start_with_another_source_installs_nothing(started):
    done = start(started, "reset", "05")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith("python ")


def test_changed_dependencies_are_installed_into_the_same_environment(course, uv):
    start(course, path=uv)
    (course / ".venv" / "kept").touch()
    (course / "pyproject.toml").write_text("[project]\ndependencies = ['tiny']\n")
    done = start(course, path=uv)
    assert "Bringing .venv up to date." in done.stdout
    assert "tiny" in asked(uv)[-1]
    assert (course / ".venv" / "kept").exists()


def test_changed_dependencies_without_a_network_leave_what_worked(started):
    (started / "pyproject.toml").write_text("[project]\ndependencies = ['tiny', 'absent']\n")
    done = start(started, "reset", "05")
    assert done.returncode == 0, done.stderr
    assert "going on with the old ones" in done.stdout
    assert start(started, "reset", "05").returncode == 0


def test_a_moved_folder_works_and_installs_nothing(started, tmp_path):
    moved = started.rename(tmp_path / "Déménagé loin")
    done = start(moved)
    assert done.returncode == 0, done.stderr
    assert "Ready." not in done.stdout
    assert f"helpers {moved / 'helpers'}" in done.stdout


def test_a_copied_folder_uses_its_own_helpers_from_anywhere(started, tmp_path):
    python = started / ".venv" / "bin" / "python"
    code = "import helpers, tiny; print(helpers.__path__[0])"
    said = subprocess.run([python, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True).stdout
    assert said.strip() == str(started / "helpers")


def test_a_c_locale_and_an_accent_in_the_path_go_together(started):
    done = start(started, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 0, done.stderr
    assert "Ready." not in done.stdout


def test_an_environment_whose_python_is_gone_is_made_again(course, uv):
    start(course, path=uv)
    python = course / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python")
    done = start(course, path=uv)
    assert done.returncode == 0, done.stderr
    assert "does not work any more: making it again" in done.stdout


def test_an_interrupted_first_start_is_made_again(course, uv):
    env = start_environment(uv, UV_TAKES="30")
    process = subprocess.Popen([sys.executable, course / "start.py"], env=env, start_new_session=True)
    wait_for(lambda: asked(uv))
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = start(course, path=uv)
    assert done.returncode == 0, done.stderr
    assert "was not finished: making it again" in done.stdout


def test_of_two_starts_at_once_one_installs_and_the_other_waits(course, uv):
    env = start_environment(uv, UV_TAKES="1")
    command = [sys.executable, course / "start.py"]
    first = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    wait_for(lambda: asked(uv))
    second = start(course, path=uv)
    assert first.wait() == 0
    first.stdout.close()
    assert second.returncode == 0, second.stderr
    assert "Another start is preparing .venv: waiting for it." in second.stdout
    assert len(asked(uv)) == 1


def test_a_foreign_environment_that_is_broken_is_not_deleted(course):
    (course / ".venv").mkdir()
    (course / ".venv" / "mine").write_text("mine")
    done = start(course)
    assert done.returncode == 1
    assert is_one_sentence(done.stderr)
    assert (course / ".venv" / "mine").read_text() == "mine"


def test_a_foreign_environment_that_works_is_used(course, uv):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", course / ".venv"], check=True)
    (course / ".venv" / "mine").write_text("mine")
    assert start(course, path=uv).returncode == 0
    assert (course / ".venv" / "mine").read_text() == "mine"


def wait_for(condition):
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        time.sleep(0.02)


def test_help_lists_every_command_and_prepares_nothing(course):
    done = start(course, "--help")
    assert done.returncode == 0
    assert all(f"  {verb} " in done.stdout for verb in COMMANDS)
    assert not (course / ".venv").exists()


@pytest.mark.parametrize("command", ["test", "grade"])
def test_help_of_a_command_prepares_nothing(command, course):
    done = start(course, command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"usage: python start.py {command} ")
    assert not (course / ".venv").exists()


def test_a_wrong_option_is_refused_before_anything_is_prepared(course):
    done = start(course, "grade", "autumn", "--at-onec", "4")
    assert done.returncode == 2
    assert done.stderr.startswith("usage: python start.py grade ")
    assert "unrecognized arguments: --at-onec 4" in done.stderr.splitlines()[-1]
    assert not (course / ".venv").exists()


def test_an_unknown_command_names_the_closest_and_prepares_nothing(course):
    done = start(course, "docter")
    assert done.returncode == 1
    assert "There is no command docter; did you mean doctor?" in done.stderr
    assert not (course / ".venv").exists()


def test_a_folder_of_wheels_that_does_not_exist_is_one_sentence(course):
    done = start(course, "--wheels", "nowhere")
    assert done.returncode == 1
    assert is_one_sentence(done.stderr)
    assert "nowhere" in done.stderr


def test_a_folder_of_wheels_may_be_named_anywhere_and_is_not_handed_over(started, tmp_path):
    (started / "pyproject.toml").write_text("[project]\ndependencies = ['tiny==2']\n")
    wheels = make_wheel(tmp_path / "wheels", "2")
    done = start(started, "test", "tests", "--wheels", str(wheels), "-k", "adam")
    assert "Bringing .venv up to date." in done.stdout
    assert "arguments test tests -k adam" in done.stdout


def test_options_without_a_command_go_to_lab(course, uv):
    assert "arguments lab --no-browser" in start(course, "--no-browser", path=uv).stdout


def test_the_exit_code_of_a_command_is_that_of_start(course, uv):
    assert start(course, "test", path=uv).returncode == 7


def test_ctrl_c_reaches_the_command_and_its_exit_code_comes_back(course, uv):
    start(course, path=uv)
    command = [sys.executable, course / "start.py", "lock"]
    process = subprocess.Popen(
        command, env=start_environment(PYTHONUNBUFFERED="1"), stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert any(line.startswith("arguments") for line in process.stdout)
    time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    process.stdout.close()
    assert process.wait() == 42
