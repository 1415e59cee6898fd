"""Write helpers/start/constraints.txt: the exact versions that were installed when the checks passed.

To move to newer versions: delete constraints.txt and .venv, run `python start.py test all`, `python start.py lock`.
Packages that only other systems need are not in the file, nor are versions that the oldest Python cannot have: there
the choice stays free. A constraint that cannot be met costs an old pip many minutes, and then all the others are lost.
"""

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata, requires, version

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from helpers.authoring.checks import EXTRAS
from helpers.ground import say, write_whole
from helpers.start.environment import CONSTRAINTS, VENV, dependencies, remember, wanted_hash
from helpers.start.installing import add

OLDEST = "3.11.0"  # Python, as pyproject.toml allows it


def locked() -> dict[str, str]:
    """Return name and version of every installed package that the course needs, directly or not, on any Python.

    A local part is left out (2.13.0+cpu becomes 2.13.0): the same release built another way is as good.
    """
    found: dict[str, str] = {}
    wanted = [Requirement(text) for extra in ("", *EXTRAS) for text in dependencies(extra)]
    seen: set[tuple[str, str]] = set()
    while wanted:
        requirement = wanted.pop()
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        for extra in ("", *sorted(requirement.extras)):
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            try:
                number = Version(version(name)).public
            except PackageNotFoundError:
                continue  # what another system needs
            told = metadata(name)
            if "Requires-Python" not in told or SpecifierSet(told["Requires-Python"]).contains(OLDEST):
                found[name] = number
            for text in requires(name) or []:
                needed = Requirement(text)
                if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                    wanted.append(needed)
    return found


def run() -> int:
    """Write the file and return the exit code."""
    for extra in EXTRAS:
        add(extra)
    lines = [f"{name}=={number}" for name, number in sorted(locked().items())]
    header = "# Made by `python start.py lock`: the versions that passed the checks.\n"
    write_whole(CONSTRAINTS, header + "\n".join(lines) + "\n")
    if VENV.exists() and VENV.samefile(sys.prefix):
        remember(wanted_hash())  # what is wished is what is there
    say(f"{len(lines)} versions are in helpers/start/constraints.txt.")
    return 0
