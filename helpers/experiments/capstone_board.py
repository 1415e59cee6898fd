"""Lesson 15, capstone: a table of one's own entries, in a file beside the progress."""

from typing import Any

import numpy as np

from helpers.capstone_rules import FRESH, TRACKS, RuleBrokenError
from helpers.comparing import interval
from helpers.exercises import store
from helpers.experiments.capstone import BASELINE, reference, verdict
from helpers.experiments.capstone_kept import Entries, begun_text, kept
from helpers.experiments.capstone_page import ends_of, result_of
from helpers.experiments.capstone_study import STAND_IN, Study

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
    }


def _board(track: str, own: Entries) -> str:
    """Return the table of a track: your entries, the baseline and the best usual run, the lowest loss first.

    Below stands how many studies there were: the best of many is partly lucky.
    """
    entries = reference(track)
    best = min(entries, key=lambda name: entries[name].test.mean())
    rows = [(entry["name"], np.array(entry["test"]), entry["error"]) for entry in own]
    rows += [(f"({name})", entries[name].test, float(entries[name].errors.mean())) for name in (BASELINE, best)]
    lines = [f"{f'Track: {track}':42s}loss    95 % interval     error  against {BASELINE}"]
    for name, test, error in sorted(rows, key=lambda row: row[1].mean()):
        said = "" if name == f"({BASELINE})" else verdict(test, entries[BASELINE].test)
        lines.append(
            f"{name:40s}{test.mean():.4f}  {ends_of(interval(test), '.4f')}  {100 * error:5.2f} %  {said}".rstrip()
        )
    return "\n".join([*lines, f"Behind it: {begun_text(track)}."])


def _kept(changes: Entries) -> Entries:
    """Return the entries of the file with the changes; write them. A file that fails is never an error."""
    taken = {(entry["name"], entry["track"]) for entry in changes}

    def change(before: Entries) -> Entries:
        return [entry for entry in before if (entry["name"], entry["track"]) not in taken] + changes

    try:
        return kept(NAME, _whole, change if changes else None)
    except OSError as error:
        print(f"Your table cannot be kept in {store.data_folder()} ({error.strerror}).")
        return changes


def _whole(entry: Any) -> bool:
    """Whether an entry is as `_entry` makes it."""
    if not isinstance(entry, dict) or entry.get("track") not in TRACKS or not isinstance(entry.get("name"), str):
        return False
    numbers = [*entry["test"], entry["error"]] if isinstance(entry.get("test"), list) else []
    right = [isinstance(x, (int, float)) and not isinstance(x, bool) and np.isfinite(x) and x >= 0 for x in numbers]
    return len(numbers) == len(FRESH) + 1 and all(right)
