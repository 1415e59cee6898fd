"""Lesson 15: lists in files beside the progress, and the one that says how many studies were begun.

A file is read and written under a lock, whole or not at all; one that is damaged is set aside.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from helpers.exercises import store
from helpers.ground import write_whole

STUDIES = "capstone_studies.json"
Entries = list[dict[str, Any]]

_unsaved: Entries = []  # studies that a folder did not take; kept while the kernel lives


def kept(name: str, whole: Callable[[Any], bool], change: Callable[[Entries], Entries] | None = None) -> Entries:
    """Return the entries of a file after a change, which is written; a file that is not there has none.

    name: of the file, beside the progress; whole: whether an entry is as it should be, else the file is set aside.
    Raises OSError where the file cannot be read or written.
    """
    folder = store.data_folder()
    path = folder / name
    if change is None and not path.exists():
        return []
    with store.locked(folder):
        before = _read(path, whole)
        entries = change(before) if change else before
        if entries != before:
            write_whole(path, json.dumps({"version": 1, "entries": entries}, indent=1))
    return entries


def _read(path: Path, whole: Callable[[Any], bool]) -> Entries:
    """Return a file's entries; one that cannot be used is set aside under a new name, and an empty one begins."""
    if not path.exists():
        return []
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        entries = data["entries"]
        if data["version"] == 1 and isinstance(entries, list) and all(map(whole, entries)):
            return entries
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    number = 1
    while (aside := path.with_name(f"{path.stem}-set-aside-{number}.json")).exists():
        number += 1
    os.replace(path, aside)
    print(f"{path.name} is damaged; it is kept as {aside.name}, and a new one begins.")
    return []


def note_study(plan: str, track: str, shown: Iterable[str]) -> None:
    """Note that a study has begun, by its plan and by what tuning has shown; one that is run again counts once.

    shown: a text for each setting that was tuned, other texts for other outcomes.
    """
    text = " ".join(plan.split()).encode("utf-8", "replace")
    study = {"plan": hashlib.sha256(text).hexdigest()[:16], "track": track, "shown": sorted(shown)}
    try:
        kept(STUDIES, _whole, partial(_with, study))
    except OSError:
        _unsaved[:] = _with(study, _unsaved)


def _with(study: dict[str, Any], entries: Entries) -> Entries:
    """Return the studies with one more, or with more of one that was there: one of the two shows what the other did."""
    mine = set(study["shown"])
    for place, entry in enumerate(entries):
        theirs = set(entry["shown"])
        same = all(entry[key] == study[key] for key in ("plan", "track"))
        if same and (mine <= theirs or theirs <= mine):
            return [*entries[:place], study if theirs <= mine else entry, *entries[place + 1 :]]
    return [*entries, study]


def _whole(entry: Any) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("shown"), list):
        return False
    return all(isinstance(text, str) for text in (entry.get("plan"), entry.get("track"), *entry["shown"]))


def begun(track: str) -> tuple[int, int]:
    """Return how many studies of a track were begun, on this computer, and how many settings they have tuned."""
    try:
        entries = kept(STUDIES, _whole)
    except OSError:
        entries = []
    mine = [entry for entry in (*entries, *_unsaved) if entry["track"] == track]
    return len(mine), len({text for entry in mine for text in entry["shown"]})


def begun_text(track: str) -> str:
    """Return the same in words: the reader of one study wants to know of the others."""
    studies, settings = begun(track)
    runs = f"with {3 * settings} tuning runs in all"
    return f"{studies} {'study' if studies == 1 else 'studies'} begun on this track, {runs}"
