"""Lesson 15, capstone: a table of one's own entries, in a file beside the progress.

The file is read and written under a lock, whole or not at all; one that is damaged is set aside.
"""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from helpers.capstone_rules import FRESH, TRACKS, TUNING_RUNS, RuleBrokenError
from helpers.comparing import interval
from helpers.exercises import store
from helpers.experiments.capstone import BASELINE, reference, verdict
from helpers.experiments.capstone_page import ends_of, result_of
from helpers.experiments.capstone_study import STAND_IN, Study
from helpers.ground import write_whole

NAME = "capstone_leaderboard.json"


def leaderboard(study: Study | None = None, name: str = "") -> None:
    """Put the result of a study on your own table, which lies beside your progress, and print the table.

    name: what the entry is called; one of the same name and track is replaced. Raises RuleBrokenError for a study
    without a result, an entry without a name, a diverged run and other seeds than 100 to 109, which all entries share.
    """
    stands_in = study is not None and result_of(study).train is STAND_IN
    if stands_in:
        print("The course's own run is no entry of yours: run final with your own.")
    changes = [] if study is None or stands_in else [_entry(study, name)]
    entries = _kept(changes)
    for track in TRACKS:
        own = [entry for entry in entries if entry["track"] == track]
        if own or track == "clean":
            print(_board(track, own))


def _entry(study: Study, name: str) -> dict[str, Any]:
    result = result_of(study)
    title = " ".join(str(name).split())[:40]
    if not title:
        raise RuleBrokenError("no name", "Give the entry a name, by which you will know it again.")
    if result.seeds != FRESH:
        raise RuleBrokenError("other seeds", "The table compares the seeds 100 to 109: run final on these.")
    if not np.isfinite(result.test).all():
        raise RuleBrokenError("diverged", "Some of the runs diverged: there is no mean for the table.")
    return {
        "name": title,
        "track": study.track,
        "test": [float(loss) for loss in result.test],
        "error": float(result.errors.mean()),
        "tuning": TUNING_RUNS - study.runs_left,
    }


def _board(track: str, own: list[dict[str, Any]]) -> str:
    """Return the table of a track: your entries, the baseline and the best usual run, the lowest loss first."""
    entries = reference(track)
    best = min(entries, key=lambda name: entries[name].test.mean())
    rows = [(entry["name"], np.array(entry["test"]), entry["error"]) for entry in own]
    rows += [(f"({name})", entries[name].test, float(entries[name].errors.mean())) for name in (BASELINE, best)]
    lines = [f"{f'{track} digits':42s}loss    95 % interval     error  against {BASELINE}"]
    for name, test, error in sorted(rows, key=lambda row: row[1].mean()):
        said = "" if name == f"({BASELINE})" else verdict(test, entries[BASELINE].test)
        lines.append(
            f"{name:40s}{test.mean():.4f}  {ends_of(interval(test), '.4f')}  {100 * error:5.2f} %  {said}".rstrip()
        )
    return "\n".join(lines)


def _kept(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the entries of the file with the changes; write them. A file that fails is never an error."""
    folder = store.data_folder()
    path = folder / NAME
    if not changes and not path.exists():
        return []
    entries = changes
    try:
        with store.locked(folder):
            before = _read(path)
            taken = {(entry["name"], entry["track"]) for entry in changes}
            entries = [entry for entry in before if (entry["name"], entry["track"]) not in taken] + changes
            if changes:
                write_whole(path, json.dumps({"version": 1, "entries": entries}, indent=1))
    except OSError as error:
        print(f"Your table cannot be kept in {folder} ({error.strerror}).")
    return entries


def _read(path: Path) -> list[dict[str, Any]]:
    """Return a file's entries; one that cannot be used is set aside under a new name, and an empty one begins."""
    if not path.exists():
        return []
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        entries = data["entries"]
        if data["version"] == 1 and isinstance(entries, list) and all(map(_whole, entries)):
            return entries
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    number = 1
    while (aside := path.with_name(f"{path.stem}-set-aside-{number}.json")).exists():
        number += 1
    os.replace(path, aside)
    print(f"Your table is damaged; it is kept as {aside.name}, and a new one begins.")
    return []


def _whole(entry: Any) -> bool:
    """Whether an entry is as `_entry` makes it."""
    if not isinstance(entry, dict) or entry.get("track") not in TRACKS or not isinstance(entry.get("name"), str):
        return False
    numbers = [*entry["test"], entry["error"]] if isinstance(entry.get("test"), list) else []
    right = [isinstance(x, (int, float)) and not isinstance(x, bool) and np.isfinite(x) and x >= 0 for x in numbers]
    return len(numbers) == len(FRESH) + 1 and all(right)
