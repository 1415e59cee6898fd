"""What a case of the proof is: the files of one submission, and the outcome that grading must give it."""

import copy
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from helpers.authoring.canonical import read
from helpers.cells import BEGIN
from helpers.grading.results import GRADED, PARTLY, SUSPICIOUS, UNGRADED

COURSE = Path(__file__).resolve().parents[2]
ANY = math.nan  # a score that is not compared, but for `least`
STATES = (GRADED, PARTLY, UNGRADED, SUSPICIOUS)


class Expected(NamedTuple):
    """The outcome of a submission.

    score: None when ungraded, ANY when only `least` holds. says: a word that stands in the reason, the evidence, the
    repairs or the flags. mistakes: (exercise, slug) of the mistakes that must be named, all of them. also: other
    outcomes that are as right, where it depends on the machine or on the runner which one comes.
    """

    state: str
    score: float | None
    says: str = ""
    least: float = 0.0
    mistakes: tuple[tuple[str, str], ...] | None = None
    also: tuple["Expected", ...] = ()

    def differs(self, grade: Any) -> str | None:
        """Say in what a Grade is not as expected, or None."""
        said = [self._alone(grade), *(other._alone(grade) for other in self.also)]
        return None if None in said else "; nor: ".join(map(str, said))

    def _alone(self, grade: Any) -> str | None:
        if grade.state != self.state:
            return f"{grade.state} ({grade.reason or grade.evidence}), expected is {self.state}"
        if not self._scores(grade.score):
            wanted = f"{self.least} or more" if self.score is ANY else self.score
            return f"the score is {grade.score}, expected is {wanted}"
        texts = (grade.reason, *grade.evidence, *grade.repairs, *grade.flags)
        if self.says.lower() not in " ".join(texts).lower():
            return f"nothing says {self.says!r}: {texts}"
        named = {(mark.exercise, mark.mistake) for mark in grade.marks if mark.mistake}
        if self.mistakes is not None and named != set(self.mistakes):
            return f"the mistakes named are {sorted(named)}, expected are {sorted(self.mistakes)}"
        return None

    def _scores(self, score: float | None) -> bool:
        if self.score is None or score is None:
            return score is self.score
        return score >= self.least if self.score is ANY else abs(score - self.score) < 1e-9


def no_harm(course: Path) -> str | None:
    """The check of a submission that does nothing outside its own run."""
    return None


class Case(NamedTuple):
    """One submission.

    make writes the content of submitted/<student>/<assignment>/; it gets that path, which is not there yet, and its
    parent is. harmless gets the course folder after grading and says what the submission did to the world, or None.
    reported: the assignment that its grade names, where preflight cannot know which one it is.
    """

    student: str
    assignment: str
    make: Callable[[Path], None]
    expected: Expected
    why: str = ""
    harmless: Callable[[Path], str | None] = no_harm
    reported: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Student and assignment as its grade names them."""
        return self.student, self.assignment if self.reported is None else self.reported


class Graded(NamedTuple):
    """An assignment: its release, the right answers, and the points of each exercise, check and half together."""

    name: str
    release: dict[str, Any]
    answers: dict[str, str]
    points: dict[str, float]
    halves: dict[str, float]

    @property
    def total(self) -> float:
        """Every point there is."""
        return sum(self.points.values())

    def solved(self, **replaced: str) -> dict[str, Any]:
        """Return the release with right answers, but those replaced; the ids' hyphens are underscores here."""
        nb = copy.deepcopy(self.release)
        answers = self.answers | {name.replace("_", "-"): source for name, source in replaced.items()}
        for cell in nb["cells"]:
            cell["source"] = answers.get(cell["id"], cell["source"])
        return nb

    def without(self, *exercises: str) -> float:
        """Return the points that are left when these exercises earn none."""
        return self.total - sum(self.points[exercise] for exercise in exercises)


def assignment(path: Path) -> Graded:
    """Read a release notebook, and the right answers from the course's solution of the same name."""
    release = json.loads(path.read_text(encoding="utf-8"))
    solution = read(COURSE / "solutions" / path.name).cells
    answers = {cell.id: cell.source for cell in solution if cell.cell_type == "code" and BEGIN in cell.source}
    marks = [cell["metadata"].get("nbgrader", {}) for cell in release["cells"]]
    graded = {mark["grade_id"]: float(mark["points"]) for mark in marks if mark.get("grade")}
    ids = [mark["grade_id"] for mark in marks if mark.get("solution") and not mark.get("grade")]
    halves = {id: graded.get(f"{id}-half", 0.0) for id in ids}
    points = {id: graded[f"{id}-check"] + halves[id] for id in ids}
    return Graded(path.stem, release, {id: answers[id] for id in ids}, points, halves)


# Files of a submission


def text(nb: Any) -> str:
    """Return a notebook as a file holds it."""
    return json.dumps(nb, indent=1, ensure_ascii=False) + "\n"


def handed_in(nb: Any, name: str = "", **beside: str) -> Callable[[Path], None]:
    """Return what writes a notebook (or, as str and bytes, any content), and further files by their names."""

    def make(folder: Path) -> None:
        folder.mkdir()
        raw = nb if isinstance(nb, bytes) else (nb if isinstance(nb, str) else text(nb)).encode()
        (folder / (name or f"{folder.name}.ipynb")).write_bytes(raw)
        for other, content in beside.items():
            (folder / other.replace("__", ".")).write_text(content, encoding="utf-8")

    return make


def cell_of(nb: dict[str, Any], id: str) -> dict[str, Any]:
    """Return the cell with this id."""
    return next(cell for cell in nb["cells"] if cell["id"] == id)


def after(nb: dict[str, Any], id: str, source: str, name: str = "own") -> dict[str, Any]:
    """Return the notebook with an own code cell behind the cell with this id."""
    place = nb["cells"].index(cell_of(nb, id)) + 1
    cell = {"cell_type": "code", "id": name, "metadata": {}, "source": source, "outputs": [], "execution_count": None}
    nb["cells"].insert(place, cell)
    return nb
