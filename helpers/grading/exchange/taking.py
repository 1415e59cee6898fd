"""What the teacher gives `grade` of her system's: exports to grade, and tables that want marks."""

from pathlib import Path
from typing import Any

from helpers.grading.exchange import returning
from helpers.grading.exchange.collecting import collect


def take_in(course: Path, truth: dict[str, Any], exports: list[Path], tables: list[Path]) -> None:
    """Keep the tables, lay the exports out, and take from the tables when each learner handed in.

    truth: the released notebooks by lesson. Raises CannotGoOnError.
    """
    kept = returning.keep(course, tables)
    for export in exports:
        collect(course, export, truth, returning.canvas_ids(kept))
    returning.times(course, kept)
