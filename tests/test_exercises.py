"""Each exercise as data: what is asked, the right answers, and mistakes that are told apart by name."""

import ast
import inspect
import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from helpers.authoring import new
from helpers.authoring.canonical import read
from helpers.exercises import checking, judging
from helpers.exercises.catalogue import EXERCISES, LESSONS

ROOT = Path(__file__).parents[1]
every_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda exercise: exercise.id)
every_mistake = pytest.mark.parametrize(
    ("exercise", "mistake"),
    [
        pytest.param(exercise, mistake, id=f"{exercise.id}-{mistake.slug}")
        for exercise in EXERCISES.values()
        for mistake in exercise.mistakes
    ],
)


def test_nothing_that_new_laid_down_is_left_to_do():
    left = new.to_do(ROOT)
    assert not left, "\n" + "\n".join(left)


def test_no_id_is_used_twice():
    for kind in ("exercises", "predictions", "quiz"):
        ids = [item.id for lesson in LESSONS for item in getattr(lesson, kind)]
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("lesson", [lesson for lesson in LESSONS if lesson.exercises], ids=lambda lesson: lesson.name)
def test_each_exercise_is_the_function_that_its_cell_of_the_notebook_defines(lesson):
    cells = {cell.id: cell.source for cell in read(ROOT / "solutions" / f"{lesson.name}.ipynb").cells}
    for exercise in lesson.exercises:
        functions = [node for node in ast.parse(cells[exercise.id]).body if isinstance(node, ast.FunctionDef)]
        written = {node.name: [argument.arg for argument in node.args.args] for node in functions}
        assert written[exercise.reference.__name__] == list(inspect.signature(exercise.reference).parameters)


@pytest.mark.parametrize("lesson", [lesson for lesson in LESSONS if lesson.exercises], ids=lambda lesson: lesson.name)
def test_each_exercise_gives_the_points_that_its_statement_promises(lesson):
    cells = list(read(ROOT / "solutions" / f"{lesson.name}.ipynb").cells)
    for exercise in lesson.exercises:
        at = next(i for i, cell in enumerate(cells) if cell.id == exercise.id)
        statement = next(cell.source for cell in reversed(cells[:at]) if "point" in cell.source)
        assert re.findall(r"\((\d+) points?\)", statement)[-1] == str(exercise.points), exercise.id


@every_exercise
def test_reference_is_right(exercise):
    verdict = checking.judge(exercise, exercise.reference)
    assert verdict.right, f"{verdict.message} The reference stands in {inspect.getfile(exercise.reference)}"


@every_exercise
def test_equivalents_are_right_and_say_their_convention(exercise):
    for equivalent in exercise.equivalents:
        verdict = checking.judge(exercise, equivalent.answer)
        assert verdict.right and equivalent.convention in verdict.message


@every_mistake
def test_mistake_is_named(exercise, mistake):
    verdict = checking.judge(exercise, mistake.answer)
    assert not verdict.right
    if mistake.slug == exercise.given:
        assert verdict.slug == checking.NOT_ATTEMPTED
        return
    assert verdict.slug == mistake.slug
    assert mistake.explanation in verdict.message


@every_exercise
def test_mistakes_differ_from_each_other_on_the_probes(exercise):
    assert len({mistake.slug for mistake in exercise.mistakes}) == len(exercise.mistakes)
    for one, other in itertools.combinations(exercise.mistakes, 2):
        pairs = zip(judging.expected(exercise, one.answer), judging.expected(exercise, other.answer), strict=True)
        assert not all(judging.agree(a, b) for a, b in pairs), f"{one.slug} and {other.slug}"


@every_exercise
def test_there_are_mistakes_and_hints_enough(exercise):
    wanted = 4 if exercise.id.endswith("-step") else 2
    assert len(exercise.mistakes) >= wanted, f"{exercise.id} needs {wanted} mistakes or more"
    assert 2 <= len(exercise.hints) <= 3, f"{exercise.id} needs two hints or three"


@every_exercise
def test_neither_hint_nor_explanation_gives_the_answer_away(exercise):
    function = ast.parse(inspect.getsource(exercise.reference)).body[0]
    assert isinstance(function.body[-1], ast.Return), f"the reference of {exercise.id} ends without a return: write it"
    values = [node.value for node in ast.walk(function) if isinstance(node, ast.Assign | ast.Return) and node.value]
    steps = {ast.unparse(value) for value in values if any(isinstance(part, ast.BinOp) for part in ast.walk(value))}
    for text in [*exercise.hints, *(mistake.explanation for mistake in exercise.mistakes)]:
        assert text.strip().endswith((".", "?"))
        assert ast.unparse(function.body[-1].value) not in text
        assert text in exercise.hints or not [step for step in steps if step in text]  # a hint may give one step away


@every_exercise
def test_known_mistake_is_named_whatever_the_answer_does_on_edges(exercise):
    """Whoever forgot two things hears of the first one first."""
    mistake = next(mistake for mistake in exercise.mistakes if mistake.slug != exercise.given)
    edges = [judging.plain(argument) for arguments in exercise.edges for argument in arguments]

    def answer(*arguments):
        if all(judging.plain(argument) in edges for argument in arguments):
            return "not thought of"
        return mistake.answer(*arguments)

    parameters = [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        for name in inspect.signature(exercise.reference).parameters
    ]
    answer.__signature__ = inspect.Signature(parameters)
    if exercise.edges:
        assert checking.judge(exercise, answer).slug == mistake.slug


def test_half_a_repair_of_an_edge_is_not_taken_for_the_known_mistake_there():
    exercise = EXERCISES["steepest-ascent"]

    def steepest_ascent(grad):
        length = np.linalg.norm(grad)
        return np.array([1.0] + [0.0] * (len(grad) - 1)) if length == 0 else grad / length

    verdict = checking.judge(exercise, steepest_ascent)
    assert (verdict.right, verdict.slug) == (False, None)


@pytest.mark.parametrize(
    ("id", "other_right_answer"),
    [
        ("largest-stable-rate", lambda hessian: 2 / np.linalg.norm(hessian, 2)),
        ("largest-stable-rate", lambda hessian: float(2 / np.linalg.svd(hessian)[1][0])),
        ("condition-number", lambda hessian: np.linalg.cond(hessian)),
        ("steepest-ascent", lambda grad: grad / max(np.linalg.norm(grad), 1e-300)),
        ("bowl-gradient", lambda w: w * np.array([1, 10])),
        (
            "cosine-schedule",
            lambda step, total, lr_max, warmup: (
                lr_max
                * (step / warmup if step < warmup else np.cos(np.pi / 2 * (step - warmup) / (total - warmup)) ** 2)
            ),
        ),
    ],
)
def test_right_answers_written_in_another_way_pass(id, other_right_answer):
    assert checking.judge(EXERCISES[id], other_right_answer).right


@pytest.mark.parametrize("direction", [np.zeros(2), np.zeros(3)])
def test_reference_refuses_a_direction_without_length(direction):
    with pytest.raises(ValueError, match="length"):
        EXERCISES["directional-derivative"].reference(np.ones_like(direction), direction)


def test_cosine_schedule_has_its_three_landmarks():
    schedule = EXERCISES["cosine-schedule"].reference
    assert [schedule(0, 100, 0.1, 10), schedule(10, 100, 0.1, 10)] == [0, 0.1]
    assert abs(schedule(100, 100, 0.1, 10)) < 1e-16
    assert schedule(0, 100, 0.1, 0) == 0.1


def test_largest_stable_rate_separates_convergence_from_divergence():
    hessian = np.array([[2.0, 1.0], [1.0, 3.0]])
    limit = EXERCISES["largest-stable-rate"].reference(hessian)
    for factor, ends_small in [(0.99, True), (1.01, False)]:
        w = np.array([1.0, 1.0])
        for _ in range(1000):
            w = w - factor * limit * hessian @ w
        assert (np.linalg.norm(w) < 1e-3) == ends_small


def test_number_where_a_truth_value_belongs_is_a_wrong_type():
    verdict = checking.judge(EXERCISES["stopping-rule"], lambda grad, tolerance: 3.0)
    assert verdict.slug == "wrong-type"
    assert "must return True or False, and yours returned one number" in verdict.message
