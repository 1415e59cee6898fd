"""Making .venv, or bringing it up to date. Standard library only, because this runs before anything is installed."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

from helpers.ground import CannotGoOnError, say
from helpers.start.environment import (
    UNFINISHED,
    VENV,
    dependencies,
    remember,
    runs,
    stamp,
    succeeds,
    wanted_hash,
    works,
)
from helpers.start.installing import NEEDS_VENV, OfflineError, install


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
        remember(wanted_hash())
        say("Ready.")
