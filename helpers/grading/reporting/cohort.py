"""What the teacher reads about a cohort: states, a histogram of scores, verdicts by exercise, mistakes and whose."""

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from itertools import count
from typing import NamedTuple, TypeVar

from helpers.grading.reporting.tables import number
from helpers.grading.results import GRADED, PARTLY, Grade

Item = TypeVar("Item")
Mistakes = list[tuple[tuple[str, str], list[Grade]]]


class Bar(NamedTuple):
    """A bar of a histogram: its label, how many scores it stands for, and its height in pixels."""

    label: str
    size: int
    height: float


class Part(NamedTuple):
    """What the teacher reads about one assignment.

    counted: how many submissions the exercises and mistakes are about. exercises: verdicts by exercise. mistakes: who
    made them, by exercise and slug, most frequent first.
    """

    name: str
    grades: list[Grade]
    states: Counter[str]
    counted: int
    bars: list[Bar]
    summary: str
    exercises: list[tuple[str, Counter[str]]]
    mistakes: Mistakes

    @property
    def marked_by_hand(self) -> bool:
        """Whether a person has marked, or is to mark, any of it."""
        return any(verdicts["marked"] or verdicts["not marked"] for _, verdicts in self.exercises)

    @property
    def often(self) -> Mistakes:
        """The mistakes that more than one student made."""
        return [entry for entry in self.mistakes if len(entry[1]) > 1]

    @property
    def once(self) -> Mistakes:
        """The mistakes that one student made."""
        return [entry for entry in self.mistakes if len(entry[1]) == 1]

    @property
    def alt(self) -> str:
        """The histogram in words; a number stands for the scores up to the next one."""
        return "Scores: " + ", ".join(f"{bar.size} with {bar.label}" for bar in self.bars if bar.size)


def part_of(name: str, grades: list[Grade]) -> Part:
    """Return what is said about one assignment."""
    own = [grade for grade in grades if grade.assignment == name]
    run = [grade for grade in own if grade.state in (GRADED, PARTLY)]
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    for grade in run:
        for mark in grade.marks:
            verdicts[mark.exercise][mark.verdict] += 1
    mistakes = grouped(run, lambda grade: ((mark.exercise, mark.mistake) for mark in grade.marks if mark.mistake))
    final = [grade for grade in own if grade.state == GRADED]
    scores = [grade.score for grade in final if grade.score is not None]
    out_of = max((grade.out_of for grade in final), default=0.0)
    states = Counter(grade.state for grade in own)
    return Part(
        name, own, states, len(run), _bars(scores, out_of), _summary(scores, out_of), list(verdicts.items()), mistakes
    )


def _summary(scores: list[float], out_of: float) -> str:
    if not scores:
        return ""
    low, middle, high = map(number, (min(scores), statistics.median(scores), max(scores)))
    return f"{len(scores)} graded, out of {number(out_of)}: lowest {low}, median {middle}, highest {high}."


def _bars(scores: list[float], out_of: float) -> list[Bar]:
    """Return a histogram: steps of half a point, of whole ones where that would be too many, and so on."""
    if not scores or out_of <= 0:
        return []
    step = next(step for step in (0.5 * 2**power for power in count()) if out_of / step <= 12)
    bins = Counter(math.floor(score / step + 1e-9) for score in scores)
    highest = max(bins.values())
    return [
        Bar(number(place * step), bins[place], round(95 * bins[place] / highest, 1))
        for place in range(math.floor(out_of / step + 1e-9) + 1)
    ]


def grouped(grades: Iterable[Grade], of: Callable[[Grade], Iterable[Item]]) -> list[tuple[Item, list[Grade]]]:
    """Return who has what, most frequent first."""
    found: dict[Item, list[Grade]] = defaultdict(list)
    for grade in grades:
        for item in dict.fromkeys(of(grade)):
            found[item].append(grade)
    return sorted(found.items(), key=lambda entry: -len(entry[1]))
