"""The learner's progress: one small JSON file in her own data folder.

What is recorded only sets fields, so that changes can be repeated and merged. Each change reads the file, adds itself
and writes the file anew under a lock of the operating system: notebooks that are open at the same time lose nothing
of each other's, and a killed kernel leaves no lock behind.

The environment variable GRADIENT_COURSE_PROGRESS names another folder, or is the word "temporary": then an empty
folder of this process, removed at exit.
"""

import contextlib
import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

from helpers import ground
from helpers.ground import write_whole

VERSION = 1
KINDS = ("exercises", "predictions", "quiz", "challenges", "recalls")
LATER = ("challenges", "recalls")  # kinds that files of older editions lack
Data = dict[str, Any]
Change = tuple[str, str, dict[str, Any]]

_unsaved: dict[Path, list[Change]] = {}  # what a folder did not take; kept while the kernel lives


def load() -> Data:
    """Everything recorded so far: {"exercises": {id: {field: value}}, "predictions": ...}, for each of KINDS."""
    return _merge([])


def record(kind: str, id: str, **fields: Any) -> None:
    """Set fields of one entry, for instance record("quiz", id, choice="a"). A file that fails is never an error."""
    _merge([(kind, id, fields)])


def _merge(changes: list[Change]) -> Data:
    folder = data_folder()
    changes = [*_unsaved.get(folder, []), *changes]
    data = _empty()
    try:
        if not changes and not (folder / "progress.json").exists():
            return data
        with locked(folder):
            data = _read(folder)
            _apply(changes, data)
            if changes:
                write_whole(folder / "progress.json", json.dumps(data, indent=1, sort_keys=True))
        _unsaved.pop(folder, None)
    except OSError as error:
        with contextlib.suppress(OSError, ValueError):  # a folder that can only be read
            data = _parsed(folder / "progress.json")
        data = data if _complaint(data) is None else _empty()
        _apply(changes, data)
        if changes and folder not in _unsaved:
            print(f"Your progress cannot be saved in {folder} ({error.strerror}); it is kept until this kernel ends.")
        if changes:
            _unsaved[folder] = changes
    return data


def data_folder() -> Path:
    """The folder of the progress file, which need not exist yet."""
    setting = os.environ.get("GRADIENT_COURSE_PROGRESS", "")
    if setting == "temporary":
        return Path(_temporary().name)
    return Path(setting).expanduser() if setting else platformdirs.user_data_path("gradient-course", appauthor=False)


@cache
def _temporary() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="gradient-course-", ignore_cleanup_errors=True)


def _empty() -> Data:
    return {"version": VERSION, **{kind: {} for kind in KINDS}}


def _apply(changes: list[Change], data: Data) -> None:
    for kind, id, fields in changes:
        data[kind].setdefault(id, {}).update(fields)


def locked(folder: Path) -> contextlib.AbstractContextManager[None]:
    """Let no other kernel change what the course writes into a folder until the body has ended; not to be nested."""
    return ground.locked(folder / "progress.lock")


def _parsed(path: Path) -> Any:
    """What a file holds, with the kinds that an older edition did not know."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return {kind: {} for kind in LATER} | data if isinstance(data, dict) else data


def _complaint(data: Any) -> str | None:
    """Why data cannot be used, or None."""
    version = data.get("version") if isinstance(data, dict) else None
    if type(version) is int and version > VERSION:
        return "comes from a newer version of the course"
    whole = version == VERSION and all(
        isinstance(data.get(kind), dict) and all(isinstance(entry, dict) for entry in data[kind].values())
        for kind in KINDS
    )
    return None if whole else "is damaged"


def _read(folder: Path) -> Data:
    """The file's data; a file that cannot be used is set aside under a new name, and an empty one begins."""
    path = folder / "progress.json"
    if not path.exists():
        return _empty()
    try:
        data = _parsed(path)
    except (ValueError, RecursionError):
        data = None
    complaint = _complaint(data)
    if complaint is None:
        return data
    number = 1
    while (aside := folder / f"progress-set-aside-{number}.json").exists():
        number += 1
    os.replace(path, aside)
    print(f"Your progress file {complaint}; it is kept as {aside}, and a new one begins.")
    return _empty()
