"""Grades as pages: one for each submission, to be handed to the learner, and one for the teacher about the cohort.

A page is one file without scripts; everything on it is escaped, and its policy forbids scripts all the same.
"""

import base64
import hashlib
import math
import statistics
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import jinja2

from helpers.grading.reporting import tables
from helpers.grading.reporting.postflight import explanation_of, printable
from helpers.grading.results import GRADED, PARTLY, SUSPICIOUS, UNGRADED, Grade
from helpers.ground import CannotGoOnError, write_whole

STATES = (UNGRADED, SUSPICIOUS, PARTLY, GRADED)  # bad news first
VERDICTS = ("right", "partly", "wrong", "not attempted", "not run")
ADVICE = {
    UNGRADED: "They have no score, which is not a zero. Read the reason, ask for the file again or look into it.",
    SUSPICIOUS: "Open what was handed in and decide: a mark by hand settles it. Learners do not see the evidence.",
    PARTLY: "The score is that of what could be run. Read the reason; run it with --again, or give a mark by hand.",
}
RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in "0123456789¹²³")}
NO_ASSIGNMENT = "submission"
LONGEST = 100  # bytes of a file's name
_TEMPLATES = Path(__file__).parent / "templates"


class Bar(NamedTuple):
    """A bar of a histogram: its label, how many, and its height in pixels."""

    label: str
    count: int
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
    mistakes: list[tuple[tuple[str, str], list[Grade]]]

    @property
    def often(self) -> list[tuple[tuple[str, str], list[Grade]]]:
        """The mistakes that more than one student made."""
        return [entry for entry in self.mistakes if len(entry[1]) > 1]

    @property
    def once(self) -> list[tuple[tuple[str, str], list[Grade]]]:
        """The mistakes that one student made."""
        return [entry for entry in self.mistakes if len(entry[1]) == 1]

    @property
    def alt(self) -> str:
        """The histogram in words; a number stands for the scores up to the next one."""
        return "Scores: " + ", ".join(f"{bar.count} with {bar.label}" for bar in self.bars if bar.count)


def write_reports(grades: Iterable[Grade], out: Path) -> None:
    """Write all tables and pages, each whole or not at all.

    out/grades.csv, canvas.csv, moodle-<assignment>.csv, cohort.html and feedback/<student>/<assignment>.html. Raises
    CannotGoOnError for a file that cannot be replaced.
    """
    grades = sorted(grades, key=lambda grade: (grade.student.casefold(), grade.student, grade.assignment))
    names = assignments(grades)
    places = page_places(grades)
    files = {"grades.csv": tables.grades_csv(grades), "canvas.csv": tables.canvas_csv(grades)}
    files |= {f"moodle-{safe}.csv": tables.moodle_csv(grades, name) for name, safe in safe_names(names).items()}
    files |= {place: feedback(grade) for grade, place in zip(grades, places, strict=True)}
    files["cohort.html"] = cohort(grades, places)
    for name, text in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write_whole(path, text)
        except PermissionError as error:
            raise CannotGoOnError(f"{path} cannot be replaced: close it where it is open, and try again.") from error


def assignments(grades: Iterable[Grade]) -> list[str]:
    """Return the names of the assignments; what belongs to none is left out."""
    return sorted({grade.assignment for grade in grades if grade.assignment})


# Names of files


def page_places(grades: list[Grade]) -> list[str]:
    """Return where the page of each grade lies, seen from the folder of the reports; no two places are one anywhere."""
    folders = safe_names(grade.student for grade in grades)
    files = safe_names(grade.assignment or NO_ASSIGNMENT for grade in grades)
    taken: Counter[str] = Counter()
    found = []
    for grade in grades:
        place = f"feedback/{folders[grade.student]}/{files[grade.assignment or NO_ASSIGNMENT]}"
        taken[place] += 1
        found.append(f"{place}{f'--{taken[place]}' if taken[place] > 1 else ''}.html")
    return found


def safe_names(names: Iterable[str]) -> dict[str, str]:
    """Return a name for a file or folder for each name, good and different on every system.

    A name that some system would refuse, or take for another one of them, gets a number that belongs to it alone.
    """
    names = sorted(set(names))
    same = Counter(_same(_tame(name)) for name in names)
    plain = {name for name in names if _tame(name) == name and same[_same(name)] == 1}
    taken = {_same(name) for name in plain}
    found = {name: name for name in plain}
    for name in names:
        if name not in plain:
            digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
            found[name] = next(wish for n in range(8, 65) if _same(wish := f"{_tame(name)}-{digest[:n]}") not in taken)
            taken.add(_same(found[name]))
    return found


def _tame(name: str) -> str:
    """Return a name without what any system forbids."""
    name = unicodedata.normalize("NFC", name)
    name = "".join(letter if letter.isalnum() or letter in " ._@+-" else "_" for letter in name)
    name = name.encode()[:LONGEST].decode(errors="ignore").lstrip(" .-").rstrip(" .")
    return f"_{name}" if not name or name.partition(".")[0].rstrip().lower() in RESERVED else name


def _same(name: str) -> str:
    """Return what all names have in common that some system takes for one."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


# Pages


def feedback(grade: Grade) -> str:
    """Return the page for the learner."""
    return _environment().get_template("feedback.html").render(grade=grade)


def cohort(grades: list[Grade], places: list[str]) -> str:
    """Return the page for the teacher; places: where each grade's page lies."""
    parts = [
        part_of(name, grades)
        for name in sorted({grade.assignment for grade in grades}, key=lambda name: (not name, name))
    ]
    return (
        _environment()
        .get_template("cohort.html")
        .render(
            grades=grades,
            students=len({grade.student for grade in grades}),
            parts=parts,
            links={grade: quote(place) for grade, place in zip(grades, places, strict=True)},
            flags=_grouped(grades, lambda grade: grade.flags),
            repairs=_grouped(grades, lambda grade: grade.repairs),
        )
    )


def part_of(name: str, grades: list[Grade]) -> Part:
    """Return what is said about one assignment."""
    own = [grade for grade in grades if grade.assignment == name]
    run = [grade for grade in own if grade.state in (GRADED, PARTLY)]
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    for grade in run:
        for mark in grade.marks:
            verdicts[mark.exercise][mark.verdict] += 1
    mistakes = _grouped(run, lambda grade: ((mark.exercise, mark.mistake) for mark in grade.marks if mark.mistake))
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
    low, middle, high = map(tables.number, (min(scores), statistics.median(scores), max(scores)))
    return f"{len(scores)} graded, out of {tables.number(out_of)}: lowest {low}, median {middle}, highest {high}."


def _bars(scores: list[float], out_of: float) -> list[Bar]:
    """Return a histogram: steps of half a point, of whole ones where that would be too many, and so on."""
    if not scores or out_of <= 0:
        return []
    step = next(step for step in (0.5 * 2**power for power in count()) if out_of / step <= 12)
    bins = Counter(math.floor(score / step + 1e-9) for score in scores)
    highest = max(bins.values())
    return [
        Bar(tables.number(place * step), bins[place], round(95 * bins[place] / highest, 1))
        for place in range(math.floor(out_of / step + 1e-9) + 1)
    ]


def _grouped(grades: Iterable[Grade], of: Callable[[Grade], Iterable[Any]]) -> list[tuple[Any, list[Grade]]]:
    """Return who has what, most frequent first."""
    found: dict[Any, list[Grade]] = defaultdict(list)
    for grade in grades:
        for item in dict.fromkeys(of(grade)):
            found[item].append(grade)
    return sorted(found.items(), key=lambda entry: -len(entry[1]))


def words(slug: str | None) -> str:
    """Return a mistake's slug as words."""
    return (slug or "").replace("-", " ").capitalize()


@cache
def _environment() -> jinja2.Environment:
    css = (_TEMPLATES / "page.css").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: printable(value) if type(value) is str else value,
    )
    environment.globals |= {
        "css": jinja2.utils.markupsafe.Markup(css),
        "css_hash": base64.b64encode(hashlib.sha256(css.encode()).digest()).decode(),
        "number": tables.number,
        "words": words,
        "explanation_of": explanation_of,
        "STATES": STATES,
        "VERDICTS": VERDICTS,
        "ADVICE": ADVICE,
        "GRADED": GRADED,
        "UNGRADED": UNGRADED,
        "SUSPICIOUS": SUSPICIOUS,
        "PARTLY": PARTLY,
    }
    return environment
