"""Installing packages into .venv: with uv or pip, from the network or a folder of wheels, told in few lines.

Standard library only, because this runs before anything is installed.
"""

import ast
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from helpers.ground import CannotGoOnError, say
from helpers.start.environment import CONSTRAINTS, LOG, PYTHON, clean_environment, dependencies, runs, succeeds

NEEDS_VENV = "install it (on Debian and Ubuntu: sudo apt install python3-venv) and start again."

# What installers print when there is no network, and when no wheel fits.
OFFLINE = (
    "ConnectTimeoutError",
    "NewConnectionError",
    "NameResolutionError",
    "ProxyError",
    "Max retries exceeded",
    "Read timed out",
    "Failed to fetch",
    "dns error",
    "client error (Connect)",
)
NO_WHEEL = (
    "No matching distribution",
    "Could not find a version",
    "requires a different Python",
    "No solution found",
    "ResolutionImpossible",
)


class OfflineError(CannotGoOnError):
    """The same, when the reason is the network."""


def add(extra: str) -> None:
    """Install what is missing of an extra into the Python that runs."""
    missing = [text for text in dependencies(extra) if not installed(re.split(r"[<>=!~ ;\[]", text)[0])]
    if missing:
        say(f"Installing what {extra} needs:")
        install(missing, shutil.which("uv"), None)


def installed(package: str) -> bool:
    """Return whether the Python that runs has a package."""
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def install(packages: Sequence[str], uv: str | None, wheels: Path | None) -> None:
    """Install the tested versions; where one has no wheel for this Python, what pyproject.toml allows."""
    options = ["--only-binary", ":all:", *packages]  # a learner's machine has no compiler
    if wheels:
        options += ["--no-index", "--find-links", str(wheels)]
    last: list[str] = []
    for tested in [["--constraint", str(CONSTRAINTS)]] * CONSTRAINTS.exists() + [[]]:
        if last:
            say("A tested version has no wheel for this Python: trying the versions that pyproject.toml allows.")
        if uv:
            command = [uv, "pip", "install", "--python", str(PYTHON), *options, *tested]
            code, last = run_installer(command, uv_environment())
            if code == 0:
                return
            uv = None
            say("uv could not install this: trying pip.")
        if not runs("import pip") and not succeeds(PYTHON, "-m", "ensurepip"):
            raise CannotGoOnError(f"There is no pip for .venv because ensurepip is missing: {NEEDS_VENV}")
        pip = [str(PYTHON), "-u", "-m", "pip", "install", "--no-input", "--progress-bar", "off"]
        code, last = run_installer([*pip, *options, *tested], clean_environment())
        if code == 0:
            return
        if mention(last, OFFLINE) or not mention(last, NO_WHEEL):
            break
    raise diagnosis(last, wheels)


# What pip is configured to see, and the variable by which uv sees it; uv separates indexes by spaces.
PIP_TO_UV = {
    "find-links": ("UV_FIND_LINKS", ","),
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
}


def uv_environment() -> dict[str, str]:
    """Return the environment for uv, which does not read pip's settings, with pip's folders of wheels and indexes."""
    env = clean_environment()
    places: dict[str, list[str]] = {key: [] for key in PIP_TO_UV}
    for line in pip_settings():
        name, _, value = line.partition("=")
        key = name.rpartition(".")[2]
        if key in places:
            places[key] += ast.literal_eval(value).split()
    places["find-links"] = env.get("PIP_FIND_LINKS", "").split() + places["find-links"]
    places["index-url"] = (env.get("PIP_INDEX_URL", "").split() + places["index-url"][::-1])[:1]
    for key, (variable, separator) in PIP_TO_UV.items():
        if variable not in env and places[key]:
            env[variable] = separator.join(dict.fromkeys(places[key]))
            if variable == "UV_INDEX":  # pip takes the best of all indexes, uv stops at the first that has the package
                env.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return env


def pip_settings() -> list[str]:
    """Return pip's settings, one a line; an environment that uv made has no pip, the Python below it may."""
    for python in dict.fromkeys((sys.executable, getattr(sys, "_base_executable", sys.executable))):
        asked = subprocess.run([python, "-m", "pip", "config", "list"], capture_output=True)
        if asked.returncode == 0:
            return asked.stdout.decode(errors="replace").splitlines()
    return []


def mention(lines: Sequence[str], signs: Sequence[str]) -> bool:
    """Return whether one of the signs stands in one of the lines."""
    return any(sign in line for sign in signs for line in lines)


def diagnosis(last: Sequence[str], wheels: Path | None) -> CannotGoOnError:
    """Return the sentence that fits the last lines of an installer."""
    if mention(last, ("No space left", "not enough space")):
        return CannotGoOnError("The disk is full: free about 3 GB and start again.")
    if mention(last, OFFLINE):
        return OfflineError(
            "The packages could not be downloaded: connect to the network, or use --wheels FOLDER, and start again."
        )
    if mention(last, NO_WHEEL) and wheels:
        return CannotGoOnError(f"The folder {wheels} lacks the wheel named above: add it and start again.")
    if mention(last, NO_WHEEL):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return CannotGoOnError(
            f"There is no wheel of the package named above for Python {version}: use another Python."
        )
    return CannotGoOnError(f"The installation failed as the lines above say ({LOG} has all of them).")


def run_installer(command: Sequence[str], env: dict[str, str], logfile: Path = LOG) -> tuple[int, list[str]]:
    """Run an installer, print a line per package, log everything; return its exit code and its last lines."""
    shown: set[str] = set()
    last: list[str] = []
    stop = threading.Event()
    threading.Thread(target=tell_time, args=(stop,), daemon=True).start()
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout
    try:
        with logfile.open("ab") as log:
            for raw in process.stdout:
                log.write(raw)
                line = raw.decode(errors="replace").strip()
                last = [*last[-40:], line]
                progress = condensed(line)
                if progress and progress not in shown:
                    say(f"  {progress}")
                    shown.add(progress)
        return process.wait(), last
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    finally:
        stop.set()


def condensed(line: str) -> str | None:
    """Return what a learner wants to see of an installer's line, or None."""
    words = line.split()
    if line.startswith("Collecting "):
        return words[1]
    if line.startswith("Downloading ") and ".metadata" not in line and "kB" not in line:
        return line
    if line.startswith("Installing collected packages:"):
        return f"installing {len(words) - 3} packages"
    if line.startswith("Processing "):  # a wheel in a folder
        return "-".join(Path(words[1]).name.split("-")[:2])
    told = ("Resolved", "Prepared", "Installed", "ERROR", "error", "Caused by", "×", "╰", "│")
    return line if line.startswith(told) else None


def tell_time(stop: threading.Event) -> None:
    """Print a sign of life every ten seconds: unpacking a hundred packages is silent otherwise."""
    start = time.monotonic()
    while not stop.wait(10):
        say(f"  ... still working, {time.monotonic() - start:.0f} s")
