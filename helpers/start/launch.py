"""What `python start.py` does: prepare what is missing, then run a command of the course in .venv.

Standard library only, because this runs before anything is installed.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from helpers.ground import ROOT, CannotGoOnError, say
from helpers.start.environment import PYTHON, clean_environment, ready, works
from helpers.start.preparing import prepare

VERBS = {
    "lab": "open the course in JupyterLab, as no command does; options go to JupyterLab",
    "test": "run the checks; `test all` runs the slow ones too; `test tests/test_x.py -k word` goes to pytest",
    "frameworks": "run one descent in many systems, or in those named: torch jax; `test frameworks` checks them",
    "doctor": "say what works, and how to mend what does not",
    "reset": "lay a fresh copy of a lesson and keep yours beside it: reset 05",
    "assignment": "for teachers: make a graded assignment: assignment --lessons 04 05 --seed 7 --out DIR --due DATE",
    "grade": "for teachers: grade what was submitted, in a sandbox: grade DIR",
    "release": "for authors: write lessons/ from solutions/",
    "execute": "for authors: run solutions and store their outputs: execute 05",
    "lock": "for authors: write the installed versions to helpers/start/constraints.txt",
}

# Two starts at once


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one start prepare .venv while others wait.

    The lock is on start.py, beyond its end (Windows keeps others from reading what is locked): it leaves no file
    behind, and the system opens it when a start dies.
    """
    with (ROOT / "start.py").open("rb") as file:
        told = False
        while not lock(file.fileno()):
            if not told:
                say("Another start is preparing .venv: waiting for it.")
            told = True
            time.sleep(0.2)
        yield


def lock(file: int) -> bool:
    """Return whether the lock is ours; a drive that knows no locks counts as ours, as waiting for ever is worse."""
    try:
        if os.name == "nt":
            import msvcrt

            os.lseek(file, 1 << 20, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True
    return True


# The command


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


def usage() -> str:
    """Return the commands and what they do."""
    verbs = "\n".join(f"  {verb:10} {meaning}" for verb, meaning in VERBS.items())
    wheels = "--wheels FOLDER installs from a folder of wheels, without a network."
    return f"usage: python start.py [--wheels FOLDER] [COMMAND] [OPTIONS]\n\n{verbs}\n\n{wheels}"


def wheels_folder(arguments: list[str]) -> Path | None:
    """Take --wheels FOLDER out of the arguments and return the folder."""
    for place, word in enumerate(arguments):
        if word == "--wheels" or word.startswith("--wheels="):
            name = word.removeprefix("--wheels=") if "=" in word else "".join(arguments[place + 1 : place + 2])
            del arguments[place : place + 1 + ("=" not in word)]
            if not name or not Path(name).is_dir():
                raise CannotGoOnError(f"--wheels needs a folder that exists, and {name or 'nothing'} is none.")
            return Path(name).resolve()
    return None


def follow(arguments: list[str]) -> int:
    """Prepare what is missing, run the command and return its exit code."""
    if arguments[:1] in (["-h"], ["--help"]):
        say(usage())
        return 0
    wheels = wheels_folder(arguments)
    verb = arguments.pop(0) if arguments and not arguments[0].startswith("-") else "lab"
    if verb not in VERBS:
        close = get_close_matches(verb, VERBS, n=1)
        raise CannotGoOnError(
            f"There is no command {verb}{f'; did you mean {close[0]}?' if close else '.'}\n\n{usage()}"
        )
    if verb == "doctor":  # it looks and changes nothing, so it must do with what there is
        return hand_over(PYTHON if works() else sys.executable, ["doctor", *arguments])
    if not ready():
        with one_at_a_time():
            if not ready():
                prepare(wheels)
    return hand_over(PYTHON, [verb, *arguments])


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
