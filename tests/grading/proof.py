"""The proof: a folder of submissions, honest, mistaken, damaged and hostile, each with the outcome it must get."""

import zlib
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from grading.attacks import attacks
from grading.cases import GRADED, Case, Expected, Graded, assignment, handed_in
from grading.damages import damages
from grading.own_runs import NAME as CAPSTONE
from grading.own_runs import own_runs
from grading.own_ways import own_ways
from grading.tried import tried
from grading.wrong_answers import answer_of, defined, half_right

from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.exercise import Exercise, Mistake

HOSTILE = "05_gradient_descent"  # damages and attacks need one lesson, the quickest to run
MOST, FEW = 24, 9  # mistakes of one exercise, and in lesson 15, whose submissions train: checks' tests make all
BY_NUMBERS = ("eps", "no-order")  # what shows in some numbers only: half of the points depend on the cohort's


def cohort(course: Path, port: int = 9) -> list[Case]:
    """Return the cases for an nbgrader course folder whose release is made.

    Each named mistake is made once; a submission makes one in every exercise that has one left. port: where something
    listens on the loopback, which no submission must reach.
    """
    lessons = [assignment(path) for path in sorted((course / "release").glob("*/*.ipynb"))]
    cases = [case for lesson in lessons for case in honest(lesson)]
    for lesson in lessons:
        if lesson.name == HOSTILE:
            token = f"proof-{zlib.crc32(str(course.resolve()).encode()):08x}"
            cases += [*own_ways(lesson), *damages(lesson), *attacks(lesson, course.resolve(), token, port)]
            cases += tried(lesson, course.resolve(), token, port)
        if lesson.name == CAPSTONE:
            cases += own_runs(lesson)
    return cases


def write(cases: list[Case], submitted: Path) -> None:
    """Write the submissions of the cases into a folder."""
    for case in cases:
        folder = submitted / case.student / case.assignment
        folder.parent.mkdir(parents=True, exist_ok=True)
        case.make(folder)


def differences(cases: list[Case], grades: Iterable[Any], course: Path) -> list[str]:
    """Say what is not as expected: grades that differ, are missing or are too many, and harm done to the world."""
    by_key = {(grade.student, grade.assignment): grade for grade in grades}
    said = []
    for case in cases:
        grade = by_key.pop(case.key, None)
        found = [case.expected.differs(grade) if grade else "it has no grade", case.harmless(course)]
        said += [f"{case.student} ({case.assignment}): {sentence}" for sentence in found if sentence]
    return said + [f"{student} ({assignment}): nobody handed that in" for student, assignment in by_key]


# Honest work


def honest(lesson: Graded) -> Iterator[Case]:
    """Yield the reference, the untouched release, and submissions with the named mistakes."""
    full = Expected(GRADED, lesson.total, mistakes=())
    yield Case("reference", lesson.name, handed_in(lesson.solved()), full)
    yield Case("untouched", lesson.name, handed_in(lesson.release), Expected(GRADED, 0.0, mistakes=()))
    exercises = [EXERCISES[id] for id in lesson.answers]
    most = FEW if lesson.name == CAPSTONE else MOST
    rows = zip_longest(*([(e, mistake) for mistake in handed_in_mistakes(e, most)] for e in exercises))
    for number, row in enumerate(rows, 1):
        yield mistaken(f"mistakes-{number:02}", lesson, [pair for pair in row if pair])


def handed_in_mistakes(exercise: Exercise, most: int = MOST) -> list[Mistake]:
    """Return the mistakes of an exercise or, of more than `most`, some that lie evenly among them.

    Not the one in a program that is to be repaired: handed in as it was given, it is not attempted.
    """
    known = [mistake for mistake in exercise.mistakes if mistake.slug != exercise.given]
    return [known[i * len(known) // most] for i in range(most)] if len(known) > most else known


def mistaken(student: str, lesson: Graded, mistakes: list[tuple[Exercise, Mistake]]) -> Case:
    """Return the submission of a student who makes these mistakes and no others."""
    answers = {exercise.id: answer_of(exercise, mistake) for exercise, mistake in mistakes}
    scores = {lesson.without(*answers)}
    for exercise, mistake in mistakes:
        half = lesson.halves[exercise.id]
        earned = {half * half_right(exercise, defined(exercise, answers[exercise.id]))} if half else {0.0}
        if any(part in mistake.slug for part in BY_NUMBERS):
            earned |= {0.0, half}
        scores = {score + more for score in scores for more in earned}
    named = tuple((exercise.id, mistake.slug) for exercise, mistake in mistakes)
    first, *others = (Expected(GRADED, score, mistakes=named) for score in sorted(scores))
    nb = lesson.solved(**{id.replace("-", "_"): source for id, source in answers.items()})
    return Case(student, lesson.name, handed_in(nb), first._replace(also=tuple(others)))
