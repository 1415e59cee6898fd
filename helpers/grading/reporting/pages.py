"""Grades as pages: one for each submission, to be handed to the learner, and one for the teacher about the cohort.

A page is one file without scripts; everything on it is escaped, and its policy forbids scripts all the same.
"""

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from helpers.grading.reporting import tables
from helpers.grading.reporting.cohort import grouped, part_of
from helpers.grading.reporting.helping import LINES, alike, returning
from helpers.grading.reporting.places import page_places, safe_names
from helpers.grading.reporting.said import explanation_of
from helpers.grading.results import GRADED, NO_SCORE, PARTLY, SUSPICIOUS, UNGRADED, Grade
from helpers.grading.text import printable
from helpers.ground import CannotGoOnError, write_whole

STATES = (UNGRADED, SUSPICIOUS, PARTLY, GRADED)  # bad news first
VERDICTS = ("right", "partly", "wrong", "not attempted", "not run")
OF_MARKED = ("not marked", "marked")  # shown where there are any
ADVICE = {
    UNGRADED: "They have no score, which is not a zero. Read the reason, ask for the file again or look into it.",
    SUSPICIOUS: "Open what was handed in and decide: marks by hand settle it. Learners do not see the evidence.",
    PARTLY: "The score is that of what could be run. Read the reason; run it with --again, or give marks by hand.",
}
POLICY = b"default-src 'none'; style-src 'sha256-"  # stands in each page of ours, and in few others
_TEMPLATES = Path(__file__).parent / "templates"


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
    _remove_others(out / "feedback", {out / place for place in places})


def _remove_others(feedback: Path, current: set[Path]) -> None:
    """Remove the pages of submissions that are gone, and their folders; what is no page of ours stays."""
    for path in sorted(feedback.rglob("*.html")):
        if path not in current and not path.is_symlink() and POLICY in path.read_bytes():
            path.unlink()
            if not any(path.parent.iterdir()):
                path.parent.rmdir()


def assignments(grades: Iterable[Grade]) -> list[str]:
    """Return the names of the assignments; what belongs to none is left out."""
    return sorted({grade.assignment for grade in grades if grade.assignment})


def feedback(grade: Grade) -> str:
    """Return the page for the learner."""
    return _environment().get_template("feedback.html").render(grade=grade)


def cohort(grades: list[Grade], places: list[str]) -> str:
    """Return the page for the teacher; places: where each grade's page lies."""
    names = sorted({grade.assignment for grade in grades}, key=lambda name: (not name, name))
    template = _environment().get_template("cohort.html")
    return template.render(
        grades=grades,
        students=len({grade.student for grade in grades}),
        parts=[part_of(name, grades) for name in names],
        links={grade: quote(place) for grade, place in zip(grades, places, strict=True)},
        returning=returning(grades),
        alike=alike(grades),
        flags=grouped(grades, lambda grade: grade.flags),
        repairs=grouped(grades, lambda grade: grade.repairs),
        late=[grade for grade in grades if grade.late],
    )


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
        "css": Markup(css),
        "css_hash": base64.b64encode(hashlib.sha256(css.encode()).digest()).decode(),
        "number": tables.number,
        "words": words,
        "LINES": LINES,
        "explanation_of": explanation_of,
        "STATES": STATES,
        "VERDICTS": VERDICTS,
        "OF_MARKED": OF_MARKED,
        "NO_SCORE": NO_SCORE,
        "ADVICE": ADVICE,
        "GRADED": GRADED,
        "UNGRADED": UNGRADED,
        "SUSPICIOUS": SUSPICIOUS,
        "PARTLY": PARTLY,
    }
    return environment
