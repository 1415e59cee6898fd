"""`python start.py doctor`: a line for each thing the course needs, [OK] or [FAIL], and how to mend it.

Standard library only at the top: it also runs with another Python when .venv is missing or broken.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from helpers.ground import say
from helpers.start import environment
from helpers.start.workbook import fingerprint

START = "run python start.py"
DISK = 3e9  # bytes: .venv takes about 1.3 GB, and as much again while it is unpacked


class Finding(NamedTuple):
    """One line: whether it is well (None: missing, and nothing needs it), what was looked at, how to mend it."""

    well: bool | None
    what: str
    mend: str = ""

    def __str__(self) -> str:
        mark = {True: "[OK]  ", False: "[FAIL]", None: "[--]  "}[self.well]
        return f"{mark} {self.what}{f': {self.mend}' if self.mend and not self.well else ''}"


def python(root: Path) -> Iterator[Finding]:
    """The Python that runs this, and .venv."""
    number = ".".join(map(str, sys.version_info[:3]))
    yield Finding(sys.version_info >= (3, 11), f"Python {number}", "install Python 3.11 or newer")
    stamp = environment.stamp()
    if stamp is None and not environment.VENV.exists():
        yield Finding(False, ".venv is missing", f"{START}, which makes it")
    elif not environment.works():
        yield Finding(False, ".venv does not run this folder's helpers", f"{START}, which makes it again")
    else:
        whole = stamp == environment.wanted_hash()
        what = "is complete" if whole else "is not what pyproject.toml and constraints.txt ask for"
        yield Finding(whole, f".venv {what}", f"{START}, which mends it")


def packages(root: Path) -> Iterator[Finding]:
    """Each dependency against its range and its tested version; all of them belong to .venv."""
    if not environment.works():
        return
    try:
        from packaging.requirements import Requirement
    except ImportError:
        yield Finding(False, "packaging is not installed", f"delete .venv and {START}")
        return
    tested = {}
    if environment.CONSTRAINTS.exists():
        lines = environment.CONSTRAINTS.read_text(encoding="utf-8").splitlines()
        tested = dict(line.split("==") for line in lines if "==" in line)
    for requirement in map(Requirement, environment.dependencies()):
        name = requirement.name
        try:
            found = version(name)
        except PackageNotFoundError:
            yield Finding(False, f"{name} is not installed", f"delete .venv and {START}")
            continue
        fits = requirement.specifier.contains(found, prereleases=True)
        other = "" if tested.get(name, found) in (found, found.partition("+")[0]) else f" (tested: {tested[name]})"
        yield Finding(fits, f"{name} {found}{other}", f"the course needs {requirement}; delete .venv and {START}")


def kernel(root: Path) -> Iterator[Finding]:
    """The kernel that JupyterLab would start, and that it imports this folder's helpers from anywhere."""
    if not environment.works():
        return
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    try:
        from jupyter_client.manager import KernelManager

        manager = KernelManager(kernel_name="python3")
        command = manager.format_kernel_cmd()[0]
    except Exception as error:  # whatever a broken Jupyter raises
        yield Finding(False, f"kernel python3 ({type(error).__name__})", f"delete .venv and {START}")
        return
    code = "import os, sys, helpers; assert os.path.samefile(helpers.__path__[0], sys.argv[1])"
    with tempfile.TemporaryDirectory() as elsewhere:
        done = subprocess.run([command, "-c", code, root / "helpers"], cwd=elsewhere, capture_output=True)
    yield Finding(done.returncode == 0, f"kernel python3 runs {command}", f"delete .venv and {START}")


def folders(root: Path) -> Iterator[Finding]:
    """Room on the disk, and the places that the course writes to."""
    free = shutil.disk_usage(root).free
    yield Finding(free > DISK or environment.ready(), f"{free / 1e9:.1f} GB free", f"{DISK / 1e9:.0f} GB are needed")
    yield writable(root / "workbook", "copy the course to a folder of yours")


def progress(root: Path) -> Iterator[Finding]:
    """The exercises, and the folder that the learner's progress is kept in."""
    if not environment.works():
        return
    code = "from helpers.exercises import store; print(store.data_folder())"
    done = subprocess.run([environment.PYTHON, "-c", code], capture_output=True, text=True)
    if done.returncode:
        error = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        yield Finding(False, f"helpers.exercises cannot be imported ({error})", f"delete .venv and {START}")
    else:
        folder = Path(done.stdout.rstrip("\n"))
        yield writable(folder, "make this folder writable for you, or progress lasts as long as a kernel")


def writable(folder: Path, mend: str) -> Finding:
    """Write and remove a file in a folder, or in the nearest one above it that exists; make no folder."""
    place = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        tempfile.TemporaryFile(dir=place).close()
    except OSError:
        return Finding(False, f"{folder} is not writable", mend)
    return Finding(True, f"{folder} is writable")


def port(root: Path) -> Iterator[Finding]:
    """A port on loopback, which JupyterLab and its kernels talk through."""
    from helpers.start.lab import is_free

    yield Finding(is_free(0), "127.0.0.1 takes connections", "let Python listen on it in your firewall")


def lessons(root: Path) -> Iterator[Finding]:
    """The lessons of this edition."""
    found = sorted((root / "lessons").glob("*.ipynb"))
    damaged = [path.name for path in found if fingerprint(path) is None]
    number = f"{len(found) or 'no'} lesson{'s' * (len(found) != 1)}"
    what = f"damaged: {', '.join(damaged)}" if damaged else number
    yield Finding(bool(found) and not damaged, what, "get the course again; your workbook and your progress stay")


def browser(root: Path) -> Iterator[Finding]:
    """Chromium, which only the browser tests need."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    yield Finding(
        True if found else None, "Chromium for the browser tests", "only `test browser` and `test all` need it"
    )


def workshop(root: Path) -> Iterator[Finding]:
    """What only a workshop needs; told before anything is installed, too."""
    if sys.platform != "linux":
        return
    python = environment.PYTHON if environment.works() else sys.executable
    done = subprocess.run([python, "-m", "helpers.workshop.ready"], cwd=root, capture_output=True, text=True)
    for well, what, mend in map(json.loads, done.stdout.splitlines()):
        yield Finding(well or None, what, f"only `workshop` needs it: {mend}")


CHECKS: tuple[Callable[[Path], Iterator[Finding]], ...] = (
    python,
    packages,
    kernel,
    folders,
    progress,
    port,
    lessons,
    browser,
    workshop,
)


def run(root: Path) -> int:
    """Print every finding and return 1 if something has to be mended."""
    well = True
    for check in CHECKS:
        for finding in check(root):
            say(str(finding))
            well = well and finding.well is not False
    return 0 if well else 1
