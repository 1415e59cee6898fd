"""What `python start.py` does: prepare what is missing, then run a command of the course in .venv.

Standard library only, because this runs before anything is installed.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from helpers.ground import ROOT, CannotGoOnError
from helpers.start.commands import WHEELS, parse
from helpers.start.environment import PYTHON, clean_environment, ready, works
from helpers.start.one_at_a_time import one_at_a_time
from helpers.start.preparing import prepare


def hand_over(python: str | Path, arguments: Sequence[str]) -> int:
    """Run `python -m helpers` and return its exit code. It gets Ctrl-C from the terminal too, so here we only wait."""
    process = subprocess.Popen([python, "-m", "helpers", *arguments], cwd=ROOT, env=clean_environment())
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    while True:
        try:
            code = process.wait()
            return code if code >= 0 else 128 - code
        except KeyboardInterrupt:
            continue


def follow(arguments: list[str]) -> int:
    """Prepare what is missing, run the command and return its exit code."""
    general, rest = WHEELS.parse_known_args(arguments)
    wanted = parse(rest)
    if wanted.command == "doctor":  # it looks and changes nothing, so it must do with what there is
        return hand_over(PYTHON if works() else sys.executable, ["doctor"])
    if general.wheels:  # for what a command adds, too
        folder = general.wheels.as_uri()
        os.environ |= {"PIP_FIND_LINKS": folder, "PIP_NO_INDEX": "1", "UV_FIND_LINKS": folder, "UV_NO_INDEX": "1"}
    if not ready():
        with one_at_a_time():
            if not ready():
                prepare(general.wheels)
    return hand_over(PYTHON, [wanted.command, *wanted.words])


def main(arguments: list[str]) -> int | str:
    """Follow the command; return its exit code, or the sentence that says why it could not be followed."""
    try:
        return follow(arguments)
    except CannotGoOnError as error:
        return str(error)
    except KeyboardInterrupt:
        return "Stopped; the next start begins with what is missing."
    except OSError as error:
        return f"{error}: put the course into a folder that you can write to, and start again."
