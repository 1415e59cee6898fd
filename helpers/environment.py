"""The environment of the course: make .venv, install into it, remember what was installed.

Standard library only, because this runs before anything is installed.

The course itself is not installed. One .pth file with a *relative* path makes `helpers` importable in .venv, so a
folder that was moved or copied uses its own helpers, and no accent in its path can be written in a wrong encoding; an
editable install writes the absolute path. Scripts in .venv/bin hold absolute paths as well: only `python -m` is used.
"""

import ast
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "course-stamp"
LOG = VENV / "install.log"
CONSTRAINTS = ROOT / "helpers" / "constraints.txt"
UNFINISHED = "unfinished"

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

NEEDS_VENV = "install it (on Debian and Ubuntu: sudo apt install python3-venv) and start again."


class CannotGoOnError(Exception):
    """What is wrong and what to do, in one sentence."""


class OfflineError(CannotGoOnError):
    """The same, when the reason is the network."""


# What is installed


def dependencies(extra: str = "") -> list[str]:
    """Return what the course needs, as pyproject.toml says it, or what one of its extras adds."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["optional-dependencies"][extra] if extra else project["dependencies"]


def wish() -> str:
    """Return a hash of what should be installed.

    Neither the source (--wheels) nor the Python that calls counts: a second start must not install the same again,
    least of all without a network. Whether the Python in .venv is still good is asked of it, by `works`.
    """
    tested = CONSTRAINTS.read_text(encoding="utf-8") if CONSTRAINTS.exists() else ""
    return hashlib.sha256(repr((dependencies(), tested)).encode()).hexdigest()


def stamp() -> str | None:
    """Return what .venv remembers: a wish that came true, UNFINISHED, or None when start.py did not make it."""
    try:
        return STAMP.read_text(encoding="utf-8")
    except OSError:
        return None


def remember(text: str) -> None:
    """Write the stamp whole or not at all."""
    new = STAMP.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    os.replace(new, STAMP)


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
    return stamp() == wish() and works()


# Making .venv


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


def make(uv: str | None) -> None:
    """Make an empty .venv. The stamp comes first, so that a half-made one is recognised."""
    VENV.mkdir()
    remember(UNFINISHED)
    if uv and succeeds(uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, VENV):
        return
    maker = "venv" if importlib.util.find_spec("ensurepip") else "virtualenv"
    if not importlib.util.find_spec(maker):
        raise CannotGoOnError(f"This Python cannot make environments because ensurepip is missing: {NEEDS_VENV}")
    if not succeeds(sys.executable, "-m", maker, VENV):
        raise CannotGoOnError(f"Python could not make {VENV}: mend what the lines above say and start again.")


def prepare(wheels: Path | None) -> None:
    """Bring .venv to what pyproject.toml asks for."""
    uv = shutil.which("uv")
    before = stamp()
    if before is None and os.path.lexists(VENV) and not runs():
        raise CannotGoOnError("The folder .venv has no Python that works, and start.py did not make it: move it away.")
    if before and (before == UNFINISHED or not works()):
        why = "was not finished" if before == UNFINISHED else "does not work any more"
        say(f"The environment in .venv {why}: making it again.")
        shutil.rmtree(VENV)
    if not VENV.exists():
        say("Preparing the course in .venv. This takes a few minutes, the first time only.")
        make(uv)
    else:
        say("Bringing .venv up to date.")
    remember(UNFINISHED)
    pth = "open(os.path.join(folder, 'gradient_course.pth'), 'w').write(os.path.relpath(sys.argv[1], folder))"
    if not runs(f"import sysconfig; folder = sysconfig.get_path('purelib'); {pth}"):
        raise CannotGoOnError("The Python in .venv does not run: delete the folder .venv and start again.")
    try:
        install(dependencies(), uv, wheels)
    except OfflineError:
        if before in (None, UNFINISHED) or not works():
            raise
        remember(before)  # an installer that cannot download changes nothing
        say("The course asks for newer packages and there is no network: going on with the old ones.")
    else:
        remember(wish())
        say("Ready.")


# Installing


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
            code, last = show([uv, "pip", "install", "--python", str(PYTHON), *options, *tested], uv_environment())
            if code == 0:
                return
            uv = None
            say("uv could not install this: trying pip.")
        if not runs("import pip") and not succeeds(PYTHON, "-m", "ensurepip"):
            raise CannotGoOnError(f"There is no pip for .venv because ensurepip is missing: {NEEDS_VENV}")
        pip = [str(PYTHON), "-u", "-m", "pip", "install", "--no-input", "--progress-bar", "off"]
        code, last = show([*pip, *options, *tested], clean_environment())
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


def show(command: Sequence[str], env: dict[str, str], logfile: Path = LOG) -> tuple[int, list[str]]:
    """Run an installer, print a line per package, log everything; return its exit code and its last lines."""
    shown, last, stop = set(), [], threading.Event()
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


def say(text: str) -> None:
    """Print at once, also into a pipe, and also where the encoding lacks a letter of the folder's name."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)
