"""Who needs help: what comes back in a learner's lessons, and what is one wrong answer in several submissions."""

import pytest

from helpers.grading.reporting.helping import LINES, alike, returning, shape_of
from helpers.grading.reporting.pages import cohort, page_places
from helpers.grading.results import GRADED, Grade, Mark

LONG = """\
def gradient_descent(grad, w, lr, steps):
    first = grad(w)
    path = [w]
    for _ in range(steps):
        w = w - lr * first  # always the first one
        path.append(w)
    return path
"""
RENAMED = '''\
def gradient_descent(grad, start, rate, number):
    """Go down."""

    g0 = grad(start)
    seen = [start]
    for step in range(number):
        start = (start - rate * g0)
        seen.append(start)
    return seen
'''
OTHER = LONG.replace("path.append(w)", "path.insert(0, w)")
SHORT = "def gradient_step(w, grad, lr):\n    return w + lr * grad\n"


def mark(exercise="gradient-descent", verdict="wrong", mistake="gradient-of-the-start", source=LONG):
    return Mark(exercise, 0, 2, verdict, mistake, "", source)


def grade(student, *marks, assignment="05_gradient_descent"):
    return Grade(student, assignment, GRADED, 0, 2, marks)


def test_a_mistake_in_two_lessons_of_one_learner_returns():
    grades = [
        grade("ada", mark("gradient-step", mistake="wrong-sign")),
        grade("ada", mark("momentum-step", mistake="wrong-sign"), assignment="09_momentum"),
        grade("bob", mark("gradient-step", mistake="wrong-sign"), mark("gradient-descent", mistake="wrong-sign")),
        grade("cy", mark("momentum-step", mistake="wrong-sign"), assignment="09_momentum"),
    ]
    (row,) = returning(grades)
    assert (row.student, row.mistake) == ("ada", "wrong-sign")
    assert [exercise for exercise, _ in row.places] == ["gradient-step", "momentum-step"]


def test_what_has_no_name_does_not_return():
    marks = [grade("ada", mark(mistake=None)), grade("ada", mark(mistake=None), assignment="09_momentum")]
    assert returning(marks) == []


def test_the_same_wrong_code_is_found_under_other_names_with_other_comments_and_layout():
    (row,) = alike([grade("ada", mark()), grade("bob", mark(source=RENAMED)), grade("cy", mark(source=OTHER))])
    assert [each.student for each in row.whose] == ["ada", "bob"]
    assert (row.exercise, row.lines, row.mistakes) == ("gradient-descent", 6, ["gradient-of-the-start"])


@pytest.mark.parametrize(
    "one",
    [
        mark(verdict="right", mistake=None),
        mark(verdict="not attempted", mistake=None),
        mark(verdict="marked", mistake=None),
        mark("gradient-step", source=SHORT),
        mark(source="def gradient_descent(:"),
        mark(source="(Not shown: it holds part of the hidden tests.)"),
        mark(source="x" + ".x" * 5000),
        mark(source=""),
    ],
    ids=["right", "stub", "by-hand", "one-line", "no-python", "withheld", "deep", "empty"],
)
def test_agreement_that_means_nothing_is_not_listed(one):
    assert alike([grade("ada", one), grade("bob", one)]) == []


def test_one_learner_alone_is_like_nobody():
    assert alike([grade("ada", mark()), grade("ada", mark(), assignment="06_learning_rate")]) == []


def test_the_lines_of_a_program_that_was_given_to_be_repaired_are_not_the_learner_s():
    from helpers.exercises.catalogue import EXERCISES
    from helpers.grading.reporting.helping import _given

    repaired = [exercise for exercise in EXERCISES.values() if exercise.given]
    assert repaired
    for exercise in repaired:
        given = "\n".join(sorted(_given(exercise.id), key=len))
        assert given
        assert all(line in _given(exercise.id) for line in given.splitlines())
    longest = max(repaired, key=lambda exercise: len(_given(exercise.id)))
    import inspect
    import textwrap

    program = textwrap.dedent(inspect.getsource(longest.mistake(longest.given).answer))
    assert shape_of(longest.id, program)[1] == 0
    assert shape_of("another", program)[1] >= LINES


def test_both_stand_on_the_cohort_page_and_without_them_neither_has_a_heading():
    grades = [
        grade("ada", mark()),
        grade("ada", mark("momentum-step"), assignment="09_momentum"),
        grade("<b>bob", mark(source=RENAMED)),
    ]
    page = cohort(grades, page_places(grades))
    assert "Who needs help" in page and "The same wrong code" in page and "no verdict" in page and "<b>" not in page
    page = cohort(grades[:1], page_places(grades[:1]))
    assert "Who needs help" not in page and "The same wrong code" not in page
