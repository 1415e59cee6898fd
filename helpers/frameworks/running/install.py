"""An environment for each system, made by uv from the inline metadata of the system's file.

The environments lie in the course's own, so that whoever deletes .venv deletes them too. No interpreter is downloaded:
where a system needs an older Python, one is looked for on the PATH, in pyenv's folder, and among those that uv knows.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from helpers.frameworks import systems
from helpers.frameworks.running.interpreters import check_java, find_python
from helpers.frameworks.systems import System
from helpers.ground import CannotGoOnError, say
from helpers.start import installing
from helpers.start.environment import clean_environment
from helpers.start.installing import OFFLINE, mention, tell_time, uv_environment

HOME = Path(sys.prefix) / "frameworks"
STAMP = "course-stamp"
LONGEST = 900  # seconds, for a program to run
DISK_FULL = "The disk is full: free some gigabytes and start it again."
NO_SPACE = ("No space left", "not enough space", "Disk quota exceeded")
NO_SOLUTION = ("No solution found", "no wheels with a matching", "has no wheels", "Failed to build")


def find_uv() -> str:
    """Return uv, installed when it is missing."""
    try:
        installing.add("frameworks")
    except (CannotGoOnError, OSError) as error:
        on_path = shutil.which("uv")
        if on_path:
            return on_path
        raise CannotGoOnError(f"uv, which gives each system its own environment, is missing. {error}") from error
    own = Path(sys.executable).parent / ("uv.exe" if os.name == "nt" else "uv")
    found = str(own) if own.exists() else shutil.which("uv")
    if not found:
        raise CannotGoOnError("uv is installed but its program is missing: delete the folder .venv and start again.")
    return found


def program(folder: Path) -> Path:
    """Return the Python of an environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def prepare(system: System, uv: str) -> Path:
    """Return the Python of a system's environment, which is made when it is missing, old or unfinished."""
    if system.java:
        check_java(system.java)
    needs = systems.metadata(system)
    folder = HOME / system.name
    wanted = hashlib.sha256(json.dumps(needs, sort_keys=True).encode()).hexdigest()
    stamp = folder / STAMP
    if program(folder).exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return program(folder)
    python = find_python(needs["requires-python"], uv)
    say(f"  installing {', '.join(needs['dependencies'])}")
    make(system, needs, folder, uv, python)
    first_import(system, folder)
    stamp.write_text(wanted, encoding="utf-8")
    return program(folder)


def make(system: System, needs: dict, folder: Path, uv: str, python: str) -> None:
    """Make an environment and install into it; the wheels of a retired system must have the hash that its file names.

    uv checks the hashes of `uv pip install`, and not those of `uv run`.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    env = uv_environment() | {"UV_PYTHON_DOWNLOADS": "never"}
    env.pop("VIRTUAL_ENV", None)
    install(system, [uv, "venv", "--quiet", "--python", python, str(folder)], env)
    command = [uv, "pip", "install", "--python", str(program(folder)), "-r", str(system.file)]
    hashes = needs.get("tool", {}).get("course", {}).get("sha256", [])
    if hashes:
        pinned = folder / "hashes.txt"
        exact = next(text for text in needs["dependencies"] if text.startswith(f"{system.package}=="))
        pinned.write_text(" ".join([exact, *(f"--hash=sha256:{digest}" for digest in hashes)]), encoding="utf-8")
        command += ["--constraint", str(pinned)]
    install(system, command, env)


def install(system: System, command: list[str], env: dict[str, str]) -> None:
    """Run one step of uv and raise the sentence that fits when it fails."""
    code, last = installing.run_installer(command, env, HOME / "install.log")
    if code:
        raise CannotGoOnError(diagnosis(code, last))


def diagnosis(code: int, last: list[str]) -> str:
    """Return the sentence that fits uv's exit code and its last lines."""
    if mention(last, NO_SPACE):
        return DISK_FULL
    if code < 0 or code in (137, 143):
        return "Its installation was killed: start it again, and it begins anew."
    if mention(last, ("Hash mismatch",)):
        return "A wheel is not the one that the course pins by its hash: it was not installed."
    if mention(last, OFFLINE):
        return "Its packages could not be downloaded: connect to the network and start it again."
    if mention(last, NO_SOLUTION):
        return "Its packages cannot be installed on this computer, as the lines above say."
    return f"Its installation failed as the lines above say ({HOME / 'install.log'} has all of them)."


def first_import(system: System, folder: Path) -> None:
    """Import the system once, so that it is known to work, and compiled, before its import is timed."""
    command = [str(program(folder)), "-c", f"import probe; probe.load({str(system.file)!r})"]
    done = in_its_own(command, system.file.parent)
    if done.returncode:
        raise CannotGoOnError(f"It is installed and does not import: {last_line(done.stderr)}")


def run_in(name: str, command: list[str], folder: str) -> None:
    """Run a system's program in its own environment; raise CannotGoOnError with one sentence when it fails."""
    stop = threading.Event()
    threading.Thread(target=tell_time, args=(stop,), daemon=True).start()
    try:
        done = in_its_own(command, folder, LONGEST)
    except subprocess.TimeoutExpired:
        raise CannotGoOnError(f"It ran for {LONGEST // 60} minutes and was stopped.") from None
    finally:
        stop.set()
    if done.returncode < 0:
        raise CannotGoOnError(f"It was killed while it ran (signal {-done.returncode}).")
    if mention([done.stderr], NO_SPACE):
        raise CannotGoOnError(DISK_FULL)
    if done.returncode:
        log = HOME / f"{name}.log"
        log.write_text(done.stdout + done.stderr, encoding="utf-8")
        raise CannotGoOnError(f"It ran and failed: {last_line(done.stderr)} ({log} has all of it)")


def in_its_own(
    command: list[str], folder: str | Path, timeout: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command in the environment of a system and return what it said."""
    return subprocess.run(
        command, cwd=folder, env=clean(), timeout=timeout, capture_output=True, text=True, errors="replace"
    )


def clean() -> dict[str, str]:
    """Return the environment in which a system runs; Spark gives up after 15 s when a busy machine does not answer."""
    patience = {
        "SPARK_AUTH_SOCKET_TIMEOUT": "120",
        "PYSPARK_SUBMIT_ARGS": "--conf spark.python.authenticate.socketTimeout=120s pyspark-shell",
    }
    return clean_environment() | patience | {"PYTHONUTF8": "1"}


def last_line(text: str) -> str:
    """Return the last line of an error."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing")
