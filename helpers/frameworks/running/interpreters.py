"""The Python and the Java that a system needs, where this computer has them; none is downloaded."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.specifiers import SpecifierSet

from helpers.ground import CannotGoOnError

ASK = "import sys; print(sys.executable); print('%d.%d.%d' % sys.version_info[:3])"


def find_python(needed: str, uv: str) -> str:
    """Return an interpreter that fits a specifier such as <3.10, the course's own if it can be."""
    specifier = SpecifierSet(needed)
    for candidate in candidates(needed, uv):
        try:
            done = subprocess.run([candidate, "-I", "-c", ASK], capture_output=True, text=True, timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            continue
        said = done.stdout.split("\n")
        if done.returncode == 0 and len(said) > 1 and specifier.contains(said[1].strip()):
            return said[0].strip()
    raise CannotGoOnError(f"It needs Python {needed.replace(',', ', ')}, and there is none on this computer.")


def candidates(needed: str, uv: str) -> Iterator[str]:
    """Yield interpreters: the course's, those on the PATH, those of pyenv, the one that uv knows."""
    yield getattr(sys, "_base_executable", None) or sys.executable
    for name in (*(f"python3.{minor}" for minor in range(13, 7, -1)), "python3", "python"):
        found = shutil.which(name)
        if found:
            yield found
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from map(str, sorted(pyenv.glob("versions/*/bin/python"), reverse=True))
    command = [uv, "python", "find", "--no-python-downloads", "--no-project", needed]
    try:
        yield subprocess.run(command, capture_output=True, text=True, timeout=60).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return


def check_java(oldest: int) -> None:
    """Raise when there is no Java, or only an older one."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else "java"
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        said = None
    version = re.search(r'version "(?:1\.)?(\d+)', said.stderr + said.stdout) if said and not said.returncode else None
    if not version:
        raise CannotGoOnError(f"It needs Java {oldest} or newer, and there is none on this computer.")
    if int(version[1]) < oldest:
        raise CannotGoOnError(f"It needs Java {oldest} or newer, and this computer has Java {version[1]}.")
