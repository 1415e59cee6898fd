"""The environment of the course, .venv: where it is, what should be in it, and whether it works.

Standard library only, because this runs before anything is installed.

The course itself is not installed. One .pth file with a *relative* path makes `helpers` importable in .venv, so a
folder that was moved or copied uses its own helpers, and no accent in its path can be written in a wrong encoding; an
editable install writes the absolute path. Scripts in .venv/bin hold absolute paths as well: only `python -m` is used.
"""

import hashlib
import os
import subprocess
import tomllib
from pathlib import Path

from helpers.ground import ROOT, say, write_whole

VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "course-stamp"
LOG = VENV / "install.log"
CONSTRAINTS = Path(__file__).with_name("constraints.txt")
UNFINISHED = "unfinished"


def dependencies(extra: str = "") -> list[str]:
    """Return what the course needs, as pyproject.toml says it, or what one of its extras adds."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["optional-dependencies"][extra] if extra else project["dependencies"]


def wanted_hash() -> str:
    """Return a hash of what should be installed.

    Neither the source (--wheels) nor the Python that calls counts: a second start must not install the same again,
    least of all without a network. Whether the Python in .venv is still good is asked of it, by `works`.
    """
    tested = CONSTRAINTS.read_text(encoding="utf-8") if CONSTRAINTS.exists() else ""
    return hashlib.sha256(repr((dependencies(), tested)).encode()).hexdigest()


def stamp() -> str | None:
    """Return what .venv remembers: the hash of what it holds, UNFINISHED, or None when start.py did not make it."""
    try:
        return STAMP.read_text(encoding="utf-8")
    except OSError:
        return None


def remember(text: str) -> None:
    """Write the stamp whole or not at all."""
    write_whole(STAMP, text)


def runs(code: str = "pass") -> bool:
    """Return whether the Python in .venv starts, is new enough and runs the code; ROOT is its argument."""
    code = f"import os, sys; assert sys.version_info >= (3, 11); {code}"
    try:
        return subprocess.run([PYTHON, "-I", "-c", code, ROOT], capture_output=True).returncode == 0
    except OSError:  # missing, or made for another kind of machine
        return False


def works() -> bool:
    """Return whether the Python in .venv starts and imports the helpers of this folder and no other."""
    return runs("import helpers; assert os.path.samefile(helpers.__path__[0], os.path.join(sys.argv[1], 'helpers'))")


def ready() -> bool:
    """Return whether nothing needs to be done before a command."""
    return stamp() == wanted_hash() and works()


def clean_environment() -> dict[str, str]:
    """Return the environment without what would lead the Python in .venv astray."""
    strays = {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "__PYVENV_LAUNCHER__"}
    return {name: value for name, value in os.environ.items() if name not in strays} | {"PIP_USER": "0"}


def succeeds(*command: str | Path) -> bool:
    """Run one step and return whether it succeeded; its output is shown only when it did not."""
    done = subprocess.run(command, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        say(done.stdout.decode(errors="replace").strip())
    return done.returncode == 0
