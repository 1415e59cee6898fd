"""Paths that were recorded where a system was installed, for lessons where it is not.

`python start.py frameworks --record` writes them, one JSON file a system, with what it took to make them.
"""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from helpers.frameworks.problem import Run
from helpers.frameworks.systems import find
from helpers.ground import write_whole

FOLDER = Path(__file__).parent / "recorded"


class Recording(NamedTuple):
    """A recorded run and its provenance; `seconds` has the times of the import and of a step."""

    run: Run
    version: str
    python: str
    date: str
    command: str
    seconds: dict[str, float]


class NoRecordingError(Exception):
    """A recording is missing or damaged, and how to make it, in one sentence."""


def load(name: str) -> Recording:
    """Return the recording of a system; raise UnknownSystemError or NoRecordingError."""
    file = FOLDER / f"{find(name).name}.json"
    again = f"python start.py frameworks {name} --record makes it."
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        run = Run(np.array(found.pop("path"), float), np.array(found.pop("losses"), float))
        recording = Recording(run, **found)
    except FileNotFoundError:
        raise NoRecordingError(f"There is no recording of {name}: {again}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoRecordingError(f"The recording of {name} is damaged: {again}") from None
    if run.path.shape != (len(run.losses), 2):
        raise NoRecordingError(f"The recording of {name} is damaged: {again}")
    return recording


def write(name: str, answer: dict, command: str, date: str) -> Path:
    """Write a recording: a key a line, so that a change can be read in a diff."""
    keys = ("version", "python", "seconds", "path", "losses")
    found = {"command": command, "date": date, **{key: answer[key] for key in keys}}
    lines = ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in found.items())
    file = FOLDER / f"{name}.json"
    FOLDER.mkdir(exist_ok=True)
    write_whole(file, f"{{\n{lines}\n}}\n")
    return file
