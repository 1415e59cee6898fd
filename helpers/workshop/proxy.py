"""The proxy in front of the hub, configurable-http-proxy: a program for Node, installed below .venv."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

from helpers.ground import CannotGoOnError, say
from helpers.start import npm
from helpers.start.installing import OfflineError

PROXY = "configurable-http-proxy"
VERSION = "5.3.0"
OLDEST_NODE = 20  # that this version of the proxy asks for
FOLDER = Path(sys.prefix) / "workshop"


def command() -> list[str]:
    """Return the command that runs the proxy; install it first when it is missing. Raises CannotGoOnError."""
    program = modules() / PROXY / "bin" / PROXY
    return [node(), "--require", str(Path(__file__).with_name("keep_lines.cjs")), str(program)]


def node() -> str:
    """Return a Node that is new enough: the machine's, else that of the wheel. Raises CannotGoOnError."""
    for found in (shutil.which("node"), str(npm.node())):
        if found and (number(found) or 0) >= OLDEST_NODE:
            return found
    raise CannotGoOnError(f"The proxy needs Node {OLDEST_NODE} or newer: delete .venv and start again.")


def modules() -> Path:
    """Return where the proxy lies; install it first, from the folder of wheels where there is one, else by npm."""
    if npm.installed(FOLDER, PROXY) != VERSION:
        say(f"Installing the proxy ({PROXY} {VERSION}).")
        for archive in packed()[:1]:
            shutil.unpack_archive(archive, FOLDER)
    try:
        return npm.packages(FOLDER, {PROXY: VERSION})
    except OfflineError as error:
        remedy = f"connect to the network, or put {archive_name()} from another machine into the folder of wheels"
        raise CannotGoOnError(f"The proxy could not be downloaded: {remedy}.") from error


def pack(folder: Path) -> Path:
    """Put the installed proxy into a folder of wheels, for a room without a network, and return the archive."""
    modules()
    made = shutil.make_archive(str(folder / archive_name().removesuffix(".tar.gz")), "gztar", FOLDER, "node_modules")
    return Path(made)


def packed() -> list[Path]:
    """Return the archives of the proxy in the folders of wheels that pip and uv are told of."""
    folders = f"{os.environ.get('PIP_FIND_LINKS', '')} {os.environ.get('UV_FIND_LINKS', '')}".replace(",", " ").split()
    places = [Path(unquote(folder.removeprefix("file://")), archive_name()) for folder in folders]
    return [place for place in places if place.is_file()]


def archive_name() -> str:
    """Return the name of the proxy's archive."""
    return f"{PROXY}-{VERSION}-packed.tar.gz"


def number(program: str) -> int | None:
    """Return the first number of a Node's version, None when it does not run."""
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    except OSError:
        return None
    found = re.match(r"v(\d+)\.", told)
    return int(found[1]) if found else None
