"""What the teacher gives `grade` of her system's: exports to grade, and tables that want marks."""

from pathlib import Path
from typing import Any

from helpers.grading.exchange import laying, returning
from helpers.grading.exchange.collecting import collect
from helpers.ground import say


def take_in(course: Path, truth: dict[str, Any], exports: list[Path], tables: list[Path]) -> None:
    """Keep the tables, lay the exports out, and take from the tables when each learner handed in.

    truth: the released notebooks by lesson. Raises CannotGoOnError.
    """
    kept = returning.keep(course, tables)
    if (course / laying.STAGE).exists() and not exports:
        say("An export was being taken in when grade was killed: give it with --from again, or learners are missing.")
    for export in exports:
        collect(course, export, truth, returning.canvas_ids(kept))
    returning.times(course, kept)
