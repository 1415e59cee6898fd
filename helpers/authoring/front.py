"""The tools that check the front end, installed and called: Node, TypeScript's checker, and Biome, a linter.

Node comes as a wheel; the other two come by npm, at exact versions, into a folder of the environment and not of the
repository.
"""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from helpers.ground import ROOT
from helpers.start import npm
from helpers.start.installing import add

FOLDER = Path(sys.prefix) / "front"
VERSIONS = {"typescript": "7.0.2", "@biomejs/biome": "2.6.8"}
PROGRAMS = {"typescript": "bin/tsc", "@biomejs/biome": "bin/biome"}

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
    """Return the files of a folder of the repository that fit a pattern, at least one."""
    found = [path.relative_to(ROOT) for path in sorted((ROOT / folder).glob(pattern))]
    assert found, f"nothing to check: no {pattern} in {folder}"
    return found


def prepare() -> Tools:
    """Install what is missing and return where the tools are. Raises CannotGoOnError."""
    add("front")
    modules = npm.packages(FOLDER, VERSIONS)
    return Tools(npm.node(), *(modules / name / program for name, program in PROGRAMS.items()))
