"""What came of the systems that were run, and the table that tells it."""

from collections.abc import Sequence
from typing import NamedTuple

from helpers.frameworks import systems
from helpers.frameworks.systems import SYSTEMS

HEADER = ("system", "version", "floats", "difference", "import", "step", "lines")


class Outcome(NamedTuple):
    """What came of a system: its answer and its difference from the reference, or the sentence why there is none."""

    name: str
    answer: dict | None = None
    difference: float = float("inf")
    sentence: str = ""

    @property
    def passed(self) -> bool:
        """Whether it ran and stayed within its tolerance."""
        return self.answer is not None and self.difference <= SYSTEMS[self.name].tolerance


def table(outcomes: Sequence[Outcome]) -> str:
    """Return one line per system; those that did not run, or differ, say so."""
    rows = [row(outcome) for outcome in outcomes if outcome.answer]
    lines = aligned([HEADER, *rows]) if rows else []
    lines += [f"{outcome.name}: {verdict(outcome)}" for outcome in outcomes if not outcome.passed]
    passed = sum(outcome.passed for outcome in outcomes)
    return "\n".join([*lines, f"{passed} of {len(outcomes)} ran and agree with NumPy over the whole path."])


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return lines with the words of a column below each other: names to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    sides = "<<<>>>>"
    return [
        "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(cells, sides, widths, strict=True))
        for cells in rows
    ]


def row(outcome: Outcome) -> tuple[str, ...]:
    """Return the cells of a system that ran."""
    system, answer = SYSTEMS[outcome.name], outcome.answer or {}
    seconds = answer["seconds"]
    return (
        outcome.name,
        answer["version"],
        system.floats,
        f"{outcome.difference:.1e}",
        f"{seconds['import']:.2f} s",
        duration(seconds["step"]),
        str(systems.lines_of_code(system)),
    )


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it."""
    if seconds <= 0:
        return "unclear"
    for unit, factor in (("s", 1), ("ms", 1e3)):
        if seconds * factor >= 0.1:
            return f"{seconds * factor:.2g} {unit}"
    return f"{seconds * 1e6:.0f} µs"


def verdict(outcome: Outcome) -> str:
    """Return why a system does not count as passed."""
    if outcome.answer is None:
        return f"did not run. {outcome.sentence}"
    tolerance = SYSTEMS[outcome.name].tolerance
    return f"differs from its reference by {outcome.difference:.1e}, more than {tolerance:.0e}."
