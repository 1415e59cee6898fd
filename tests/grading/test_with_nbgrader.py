"""nbgrader releases, validates and grades our assignment as it is: the reference in full, untouched stubs with 0."""

import shutil
from datetime import UTC, datetime

import nbformat
import pytest
from nbgrader_course import COURSE, run
from released import released

from helpers.authoring.canonical import read
from helpers.cells import BEGIN, INSTEAD, STUB
from helpers.exercises.catalogue import EXERCISES
from helpers.grading.making import assignment

DUE = datetime(2026, 12, 1, 17, tzinfo=UTC)
NAMES = ["05_gradient_descent", "06_learning_rate", "10_adaptive_methods"]


def solved(release, solution):
    """The release with the answers of the solution in its answer cells."""
    nb, answers = read(release), {cell.id: cell.source for cell in read(solution).cells if BEGIN in cell.source}
    for cell in nb.cells:
        cell.source = answers.get(cell.id, cell.source)
    return nbformat.writes(nb)


def hand_in(course, student, name, text, time="2026-11-30 12:00:00 UTC"):
    folder = course / "submitted" / student / name
    folder.mkdir(parents=True)
    (folder / f"{name}.ipynb").write_text(text, encoding="utf-8")
    (folder / "timestamp.txt").write_text(time)


@pytest.fixture(scope="module")
def graded(course):
    """The course after both submissions of each lesson were graded."""
    for name in NAMES:
        release = course / "release" / name / f"{name}.ipynb"
        hand_in(course, "reference", name, solved(release, COURSE / "solutions" / f"{name}.ipynb"))
        hand_in(course, "untouched", name, release.read_text(encoding="utf-8"), "2026-12-01 18:00:00 UTC")
        run(course, "autograde", name)
    return course


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_earns_every_point_and_the_untouched_release_none(graded, name):
    from nbgrader.api import Gradebook

    points = sum(e.points for e in EXERCISES.values() if e.id in {c.id for c in read(release_of(graded, name)).cells})
    with Gradebook(f"sqlite:///{graded / 'gradebook.db'}", course_id=assignment.COURSE) as gradebook:
        reference, untouched = (gradebook.find_submission(name, who) for who in ("reference", "untouched"))
        assert (reference.score, reference.max_score, reference.needs_manual_grade) == (points, points, False)
        assert (untouched.score, untouched.max_score, untouched.needs_manual_grade) == (0, points, False)
        assert reference.assignment.duedate == DUE.replace(tzinfo=None)
        assert (reference.total_seconds_late, untouched.total_seconds_late) == (0, 3600)


@pytest.mark.parametrize("name", NAMES)
def test_nbgrader_validates_the_source_and_finds_the_release_unsolved(course, name):
    source = course / "source" / name / f"{name}.ipynb"
    assert "Success! Your notebook passes all the tests." in run(course, "validate", str(source))
    assert "VALIDATION FAILED" in run(course, "validate", str(release_of(course, name)))


@pytest.mark.parametrize("name", NAMES)
def test_the_release_shows_neither_answers_nor_hidden_tests_and_stubs_as_the_lesson_does(course, name):
    release, lesson = read(release_of(course, name)), read(COURSE / "lessons" / f"{name}.ipynb")
    expected = released(name, DUE)
    assert [(cell.id, cell.source) for cell in release.cells] == [(cell.id, cell.source) for cell in expected.cells]
    stubs = {cell.id: cell.source for cell in lesson.cells}
    for cell in release.cells:
        assert "HIDDEN" not in cell.source and "hidden_probes" not in cell.source
        assert "solution(" not in cell.source or cell.id == "setup"
        if cell.metadata.get("nbgrader", {}).get("solution"):
            stub, _, program = cell.source.partition(f"    {INSTEAD}\n")
            shown = stub[: stub.index(STUB) - 4] + program.replace("    # ", "    ") if program else stub
            assert shown == stubs[cell.id]


def release_of(course, name):
    return course / "release" / name / f"{name}.ipynb"


def test_preflight_is_enough_for_nbgrader_to_grade_a_damaged_submission(graded, tmp_path):
    from nbgrader.api import Gradebook

    from helpers.grading.handing_in.preflight import preflight

    name = NAMES[0]
    text = solved(release_of(graded, name), COURSE / "solutions" / f"{name}.ipynb")
    nb = nbformat.reads(text, 4)
    nb.cells = [cell for cell in nb.cells if cell.id != "gradient-step-check"]
    nb.cells.insert(0, next(cell for cell in nb.cells if cell.id == "gradient-step").copy())
    folder = tmp_path / "in" / "damaged" / name
    folder.mkdir(parents=True)
    (folder / "gradient (1).ipynb").write_bytes(b"\xef\xbb\xbf" + nbformat.writes(nb).replace("\n", "\r\n").encode())
    (result,) = preflight(tmp_path / "in", graded / "release", tmp_path / "clean")
    assert result.refusal is None
    shutil.copytree(result.folder, graded / "submitted" / "damaged" / name)
    run(graded, "autograde", name, "--student", "damaged")
    with Gradebook(f"sqlite:///{graded / 'gradebook.db'}", course_id=assignment.COURSE) as gradebook:
        assert gradebook.find_submission(name, "damaged").score == 7


YES = "lambda *a, **k: True"
PATCHED = f"check = len = abs = {YES}\nnp.allclose = np.array_equal = np.testing.assert_allclose = {YES}\n"
STEPS = {
    "wrong-sign": ("def gradient_step(w, grad, lr):\n    return w + lr * grad", 6),
    "half-right": (
        "def gradient_step(w, grad, lr):\n    if w.shape not in [(2,), (3,)]:\n        raise SystemExit\n"
        "    return w - lr * grad",
        6.5,
    ),
    "patched-check": (f"{PATCHED}def gradient_step(w, grad, lr):\n    return w", 6),
    "warns": ("def gradient_step(w, grad, lr):\n    np.float64(1e308) * 10\n    return w - lr * grad", 7),
    "exits": ("def gradient_step(w, grad, lr):\n    raise SystemExit", 6),
    "syntax-error": ("def gradient_step(w, grad, lr:\n    return w", 6),
}


def test_each_exercise_is_graded_by_itself_and_a_patched_check_gains_nothing(graded):
    from nbgrader.api import Gradebook

    name = NAMES[0]
    text = solved(release_of(graded, name), COURSE / "solutions" / f"{name}.ipynb")
    for student, (answer, _) in STEPS.items():
        nb = nbformat.reads(text, 4)
        next(cell for cell in nb.cells if cell.id == "gradient-step").source = answer
        hand_in(graded, student, name, nbformat.writes(nb))
    run(graded, "autograde", name)
    with Gradebook(f"sqlite:///{graded / 'gradebook.db'}", course_id=assignment.COURSE) as gradebook:
        scores = {student: gradebook.find_submission(name, student).score for student in STEPS}
    assert scores == {student: score for student, (_, score) in STEPS.items()}
