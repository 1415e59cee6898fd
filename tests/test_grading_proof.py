"""The proof's cohort, without running it: what it holds, and that preflight alone agrees with what is expected."""

import json
import math
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from grading import break_outs, cheats, harm
from grading.cases import ANY, GRADED, PARTLY, STATES, SUSPICIOUS, UNGRADED, Case, Expected, assignment
from grading.damages import GUARD
from grading.proof import cohort, differences, handed_in_mistakes, honest, mistaken, write
from grading.wrong_answers import answer_of, defined
from released import released

from helpers.authoring.canonical import serialise
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.checking import judge
from helpers.grading.handing_in.preflight import preflight
from helpers.grading.handing_in.reading import cells_of

pytestmark = pytest.mark.slow

NAMES = ["05_gradient_descent", "06_learning_rate"]
LATER = ("helpers", "newer than Python", "speaks to the judge")  # what is said of a submission only when it has run
MISTAKES = [(e, mistake) for e in EXERCISES.values() for mistake in e.mistakes if mistake.slug != e.given]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course folder with two releases."""
    course = tmp_path_factory.mktemp("course")
    for name in NAMES:
        folder = course / "release" / name
        folder.mkdir(parents=True)
        (folder / f"{name}.ipynb").write_text(serialise(released(name)), encoding="utf-8")
    return course


@pytest.fixture(scope="module")
def cases(course):
    return cohort(course)


@pytest.fixture(scope="module")
def flown(course, cases):
    """What preflight says of each submission, by student and assignment."""
    write(cases, course / "submitted")
    results = preflight(course / "submitted", course / "release", course / "clean")
    return {(result.student, result.assignment): result for result in results}


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=[f"{e.id}-{m.slug}" for e, m in MISTAKES])
def test_the_answer_that_is_written_makes_the_mistake(exercise, mistake):
    assert judge(exercise, defined(exercise, answer_of(exercise, mistake))).slug == mistake.slug


def test_most_mistakes_are_written_as_code_that_stands_alone():
    calling = [mistake.slug for exercise, mistake in MISTAKES if "EXERCISES" in answer_of(exercise, mistake)]
    assert len(calling) <= len(MISTAKES) / 6, calling  # mistakes that a loop makes, whose slugs stand nowhere


def test_every_submission_has_a_name_of_its_own(cases):
    assert len({(case.student, case.assignment) for case in cases}) == len(cases)
    assert len({case.key for case in cases}) == len(cases)


def test_each_named_mistake_is_made_once(course):
    for name in NAMES:
        lesson = assignment(course / "release" / name / f"{name}.ipynb")
        made = [pair for case in honest(lesson) for pair in case.expected.mistakes]
        known = [(id, mistake.slug) for id in lesson.points for mistake in handed_in_mistakes(EXERCISES[id])]
        assert sorted(made) == sorted(known)


def test_what_is_expected_is_possible(cases):
    totals = {"05_gradient_descent": 7.0, "06_learning_rate": 13.0}
    for case in cases:
        for expected in (case.expected, *case.expected.also):
            assert expected.state in STATES
            if expected.score is None:
                assert expected.state in (UNGRADED, SUSPICIOUS), case.student
            elif not math.isnan(expected.score):
                assert expected.state != UNGRADED and 0 <= expected.score <= totals[case.assignment], case.student
        assert case.expected.state != SUSPICIOUS or case.expected.says or case.why, case.student


def test_all_four_ends_occur(cases):
    assert {case.expected.state for case in cases} == {GRADED, PARTLY, UNGRADED, SUSPICIOUS}


def test_half_points_count_where_the_release_has_them(course):
    lesson = assignment(course / "release" / NAMES[0] / f"{NAMES[0]}.ipynb")
    halved = lesson._replace(halves={id: points / 2 for id, points in lesson.points.items()})
    step = EXERCISES["gradient-step"]
    wrong = [step.mistake(slug) for slug in ("brackets-misplaced", "changed-in-place")]
    scores = [mistaken("ada", halved, [(step, mistake)]).expected.score for mistake in wrong]
    assert scores == [lesson.total - 1, lesson.total - 0.5]  # in place, the numbers that come back are right


def test_preflight_says_something_of_each_submission_and_nothing_of_others(cases, flown):
    assert set(flown) == {case.key for case in cases}


def test_preflight_refuses_exactly_what_is_to_stay_ungraded(cases, flown):
    refused = {key for key, result in flown.items() if result.refusal}
    assert refused == {case.key for case in cases if case.expected.state == UNGRADED}


def test_what_must_be_said_is_said_by_preflight_where_it_can_know(cases, flown):
    for case in cases:
        result, expected = flown[case.key], case.expected
        if expected.says and expected.says not in LATER:
            said = " ".join([*result.repairs, *result.tampering, str(result.refusal)])
            assert expected.says in said, case.student


def test_preflight_finds_evidence_in_suspicious_submissions_alone(cases, flown):
    for case in cases:
        ends = {case.expected.state, *(other.state for other in case.expected.also)}
        if case.expected.state == SUSPICIOUS and case.expected.says not in ("", *LATER) and ends == {SUSPICIOUS}:
            assert flown[case.key].tampering, case.student
        assert SUSPICIOUS in ends or not flown[case.key].tampering, case.student


def test_what_preflight_passes_on_is_a_valid_notebook(cases, flown):
    for case in cases:
        if case.expected.state != UNGRADED:
            path = flown[case.key].folder / f"{case.assignment}.ipynb"
            nbformat.validate(json.loads(path.read_text(encoding="utf-8")))


def test_code_that_could_hurt_a_machine_runs_in_the_sandbox_alone(course, cases):
    words = ("os.fork()\n", "os.kill(-1", "hold.append", "daemon=True).start()", "big-{number}")
    found = []
    for case in cases:
        if case.expected.state != UNGRADED:
            cells, _ = cells_of((course / "submitted" / case.student / case.assignment / file_of(case)).read_bytes())
            sources = [cell.source for cell in cells if any(word in cell.source for word in words)]
            found += [case.student for _ in sources]
            assert all(line.strip() in source for source in sources for line in GUARD.splitlines()), case.student
    assert sorted(found) == ["endless-allocation", "fills-the-disk", "fork-bomb", "kills-every-process", "thread-bomb"]


def file_of(case):
    return f"{case.assignment} (1).ipynb" if case.student == "renamed-file" else f"{case.assignment}.ipynb"


def test_hostile_code_is_python():
    texts = [*cheats.INTERPRETER.values(), *cheats.PATCHES.values(), *cheats.SPIES.values(), break_outs.HISTORY]
    texts += [*(before for before, _ in cheats.LIARS.values()), *break_outs.BREAK_OUTS.values()]
    for text in texts:
        compile(text, "cell", "exec")


GRADE = SimpleNamespace(state=PARTLY, score=4.0, reason="the kernel died", evidence=(), repairs=(), flags=(), marks=())


@pytest.mark.parametrize(
    ("expected", "word"),
    [
        (Expected(GRADED, 4.0), "expected is graded"),
        (Expected(PARTLY, 5.0), "score"),
        (Expected(PARTLY, None), "score"),
        (Expected(PARTLY, ANY, least=4.5), "4.5 or more"),
        (Expected(PARTLY, 4.0, "time"), "time"),
        (Expected(PARTLY, 4.0, mistakes=(("gradient-step", "wrong-sign"),)), "wrong-sign"),
        (Expected(GRADED, 5.0, also=(Expected(PARTLY, 5.0),)), "; nor: "),
    ],
)
def test_another_outcome_differs_and_it_is_said_in_what(expected, word):
    assert word in expected.differs(GRADE)


@pytest.mark.parametrize(
    "expected",
    [
        Expected(PARTLY, 4.0, "Kernel"),
        Expected(PARTLY, ANY, least=4.0, mistakes=()),
        Expected(GRADED, 5.0, also=(Expected(PARTLY, ANY),)),
    ],
)
def test_the_expected_outcome_does_not_differ(expected):
    assert expected.differs(GRADE) is None


def test_differences_are_missing_grades_surplus_grades_and_harm(course):
    right, wrong, gone = (
        Case(name, "04", Path.mkdir, Expected(PARTLY, score), harmless=lambda _, found=found: found)
        for name, score, found in (("ada", 4.0, None), ("bob", 5.0, None), ("cy", 4.0, "a file was written"))
    )
    grades = [SimpleNamespace(**vars(GRADE), student=name, assignment="04") for name in ("ada", "bob", "eve")]
    said = " / ".join(differences([right, wrong, gone], grades, course))
    assert "ada" not in said
    for sentence in ("bob (04): the score is 4.0", "cy (04): it has no grade", "eve (04): nobody handed"):
        assert sentence in said


def test_harm_of_each_kind_is_seen(tmp_path):
    folder = tmp_path / "submitted" / "ada" / "04"
    folder.mkdir(parents=True)
    assert harm.submissions_are_unmarked(tmp_path, "mark") is None
    (folder / "04.ipynb").write_text("{}mark", encoding="utf-8")
    assert "ada" in harm.submissions_are_unmarked(tmp_path, "mark")
    assert harm.left_no_file(tmp_path, "no-such-token") is None
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "written-by-token").touch()
    assert "written-by-token" in harm.left_no_file(tmp_path, "by-token")
    pages = tmp_path / "grades" / "feedback"
    pages.mkdir(parents=True)
    (pages / "a.html").write_text("<p>&lt;script&gt;alert(1)&lt;/script&gt; hidden</p>", encoding="utf-8")
    (tmp_path / "grades" / "grades.csv").write_text("student,score\n'=1+1,-1\n", encoding="utf-8")
    assert harm.pages_and_tables_are_inert(tmp_path) is None and harm.feedback_shows_no_probe(tmp_path) is None
    (tmp_path / "grades" / "grades.csv").write_text("student,score\n=1+1,1\n", encoding="utf-8")
    assert "formula" in harm.pages_and_tables_are_inert(tmp_path)
    for page in ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>"):
        (pages / "a.html").write_text(f"<p>hidden_probes{page}</p>", encoding="utf-8")
        assert "would run" in harm.pages_and_tables_are_inert(tmp_path)
        assert "hidden_probes" in harm.feedback_shows_no_probe(tmp_path)


def test_a_forged_score_in_the_gradebook_is_seen(tmp_path):
    assert harm.gradebook_is_true(tmp_path) is None
    with closing(sqlite3.connect(tmp_path / "gradebook.db")) as gradebook, gradebook:
        gradebook.execute("CREATE TABLE grade (auto_score REAL, manual_score REAL, extra_credit REAL)")
        gradebook.execute("INSERT INTO grade VALUES (2, NULL, NULL)")
        gradebook.commit()
        assert harm.gradebook_is_true(tmp_path) is None
        gradebook.execute("UPDATE grade SET auto_score = 396")
        gradebook.commit()
    assert "1 forged" in harm.gradebook_is_true(tmp_path)


def test_a_process_that_stays_is_seen():
    command = [sys.executable, "-c", "print('here', flush=True); input()", "test-token-stays"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()  # before, its command line may not be there yet
        seen = harm.left_no_process("test-token")
        process.kill()
    assert (seen is not None) == Path("/proc/self/cmdline").exists()  # Linux alone shows command lines there
    assert harm.left_no_process("test-token") is None


def test_a_connection_is_seen():
    with harm.listening() as (port, connections), socket.create_connection(("127.0.0.1", port)) as connection:
        assert connection.recv(1) == b""  # closed by the other side, after it was noted
        assert len(connections) == 1
