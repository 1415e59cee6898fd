"""A graded assignment: the header, the marks, and hidden tests that a submission cannot talk to."""

import ast
import contextlib
import io
import pickle
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from nbformat.v4 import new_code_cell
from test_known_mistakes import KNOWN

from helpers.authoring.canonical import read
from helpers.authoring.regions import ReleaseError
from helpers.exercises import judging
from helpers.exercises.catalogue import EXERCISES
from helpers.grading.handing_in.due import to_utc, written
from helpers.grading.making import assignment
from helpers.grading.making.graded import graded, with_programs_below
from helpers.grading.making.half import enough
from helpers.grading.making.hidden import half_tests, hidden_tests
from helpers.ground import CannotGoOnError

ROOT = Path(__file__).parents[1]
NAME = "05_gradient_descent"
BESIDE_THE_VALUE = ("in-place", "zero-direction")  # `check` sees changed arguments and missing errors
EXERCISE = EXERCISES["gradient-step"]
# By the module's scope all tests of one exercise follow each other, and share what they make for it.
EACH = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda exercise: exercise.id, scope="module")
EACH_QUICK = pytest.mark.parametrize(  # a right answer to another one takes a second
    "exercise",
    [each for each in EXERCISES.values() if each.observed is None],
    ids=lambda exercise: exercise.id,
    scope="module",
)
REGIONS = pytest.mark.parametrize("tests", [hidden_tests, half_tests])
SEEDS = (1, 2, 3)
# With eps left out or inside the root, results differ by about the tolerance: the numbers decide on how many calls.
BORDERLINE = {"adagrad-step", "rmsprop-step", "adam-step", "adamw-step"}


@lru_cache(maxsize=8)
def compiled(code):
    """A region, read once for all the answers that it gets: it is long, because its numbers stand in it."""
    return compile(code, "hidden tests", "exec")


@lru_cache(maxsize=8)
def made(tests, exercise, seed):
    """The region of one cohort, made once for all the tests that ask for it."""
    return tests(exercise, seed)


def passes(code, answer, **cell):
    """Whether an answer passes a hidden test, in a cell whose names the submission has replaced."""
    names = {**cell, code.rpartition("hidden_probes(")[2].partition(")")[0]: answer}
    try:
        exec(compiled(code), names)
    except AssertionError:
        return False
    return True


@pytest.fixture(scope="module")
def source():
    return graded(read(ROOT / "solutions" / f"{NAME}.ipynb"), NAME, 7, datetime(2026, 12, 1, 17, tzinfo=UTC))


# Hidden tests


@EACH
def test_hidden_tests_pass_every_right_answer_and_fail_every_known_mistake(exercise):
    code = made(hidden_tests, exercise, 1)
    assert passes(code, exercise.reference)
    assert all(passes(code, equivalent.answer) for equivalent in exercise.equivalents)
    missed = [mistake.slug for mistake in exercise.mistakes if passes(code, mistake.answer)]
    assert [slug for slug in missed if not any(kind in slug for kind in BESIDE_THE_VALUE)] == []


def test_numbers_differ_by_cohort_and_are_the_same_for_the_same_seed():
    assert hidden_tests(EXERCISE, 7) == hidden_tests(EXERCISE, 7)
    assert hidden_tests(EXERCISE, 7) != hidden_tests(EXERCISE, 8)


class EqualToAll:
    """Equal to everything, and a number of any size."""

    def __eq__(self, other):
        return True

    def __float__(self):
        return 0.0

    def __sub__(self, other):
        return 0.0

    def __getattr__(self, name):
        return EqualToAll()

    def __call__(self, *arguments):
        return self

    def __le__(self, other):
        return True

    __rsub__, __ge__, __lt__, __gt__, __hash__ = __sub__, __le__, __le__, __le__, None
    __len__ = __index__ = lambda self: 2
    __iter__ = lambda self: iter([EqualToAll()] * 2)  # noqa: E731


class LyingFloat(float):
    __eq__ = __le__ = __ge__ = lambda self, other: True
    __sub__ = __rsub__ = lambda self, other: 0.0
    __hash__ = None


def exits(*arguments):
    raise SystemExit


def recurses(*arguments):
    return recurses(*arguments)


@pytest.mark.parametrize(
    "answer",
    [
        lambda w, grad, lr: EqualToAll(),
        lambda w, grad, lr: [EqualToAll(), EqualToAll()],
        lambda w, grad, lr: [LyingFloat(1), LyingFloat(2)],
        lambda w, grad, lr: np.array([EqualToAll()] * 2, dtype=object),
        lambda w, grad, lr: None,
        lambda w, grad, lr: 10**400,
        exits,
        recurses,
    ],
)
@REGIONS
def test_an_answer_that_lies_raises_or_exits_gains_nothing(tests, answer):
    assert not passes(tests(EXERCISE, 1), answer)
    assert not passes(tests(EXERCISES["mse"], 1), answer)


@REGIONS
def test_replaced_names_gain_nothing(tests):
    names = ("abs", "all", "any", "len", "zip", "type", "float", "isinstance", "range", "AssertionError", "min", "max")
    replaced = {name: EqualToAll() for name in names}
    code = tests(EXERCISE, 1)
    assert not passes(code, lambda w, grad, lr: w + grad, **replaced)
    assert passes(code, EXERCISE.reference, **replaced)


@REGIONS
def test_a_patched_numpy_comparison_gains_nothing(tests, monkeypatch):
    code = tests(EXERCISE, 1)
    for name in ("allclose", "isclose", "array_equal", "all"):
        monkeypatch.setattr(np, name, lambda *arguments, **options: True)
    monkeypatch.setattr(np.testing, "assert_allclose", lambda *arguments, **options: None)
    assert not passes(code, lambda w, grad, lr: w + grad)


def test_nothing_reaches_stderr_which_nbgrader_would_take_for_a_failure():
    def noisy(w, grad, lr):
        import sys

        sys.stderr.write("careful")
        np.float64(1e308) * 10
        return w - lr * grad

    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        assert passes(hidden_tests(EXERCISE, 1), noisy)
    assert said.getvalue() == ""


# Half of the points


def answers_of(exercise):
    return [exercise.reference, *(equivalent.answer for equivalent in exercise.equivalents)]


def wrong_answers(exercise):
    """Every mistake that the exercise or the tests know, by its name."""
    return [(mistake.slug, mistake.answer) for mistake in exercise.mistakes] + [
        (f"{name} (as written)", answer) for answer, name in KNOWN[exercise.id].items()
    ]


def asked(code):
    """The arguments that a hidden region calls the answer with."""
    (function,) = (node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef))
    lines = [ast.unparse(node) for node in function.body]
    (at,) = (number for number, line in enumerate(lines) if line.startswith("probes = "))
    exec("\n".join(lines[: at + 1]), names := {})
    return names["probes"]


def counter(exercise, probes):
    """A function that says on how many probes the value of an answer is right, by the judgement of `check`."""
    rights = [[judging.call(exercise, right, probe) for probe in probes] for right in answers_of(exercise)]

    def agreed(one, other):
        return one.error is None and judging.same(one.value, other.value)

    def right_calls(answer):
        given = [judging.call(exercise, answer, probe) for probe in probes]
        return max(sum(map(agreed, given, right)) for right in rights)

    return right_calls


@lru_cache(maxsize=1)
def earned(exercise):
    """For each cohort, which of the wrong answers earn half of the points there."""
    codes = [made(half_tests, exercise, seed) for seed in seeds_of(exercise)]
    return [[passes(code, answer) for _, answer in wrong_answers(exercise)] for code in codes]


def seeds_of(exercise):
    """The cohorts in which every wrong answer is tried: one, where an answer takes as long as a second."""
    return SEEDS if exercise.observed is None else SEEDS[:1]


def stub(*arguments):
    raise NotImplementedError


@pytest.mark.slow
@EACH
def test_half_of_the_points_are_for_half_of_the_calls_on_the_cohorts_numbers(exercise):
    for seed, those in zip(seeds_of(exercise), earned(exercise), strict=True):
        code = made(half_tests, exercise, seed)
        right_calls = counter(exercise, asked(code))
        assert all(passes(code, answer) for answer in answers_of(exercise))
        assert not passes(code, stub)
        for (name, answer), half in zip(wrong_answers(exercise), those, strict=True):
            right = right_calls(answer)
            assert half == (right >= enough(exercise)), (name, seed, right)


@pytest.mark.slow
@EACH_QUICK
def test_a_mistake_earns_the_same_in_every_cohort_and_on_the_public_probes(exercise):
    right_calls = counter(exercise, exercise.probes)
    for (name, answer), *halves in zip(wrong_answers(exercise), *earned(exercise), strict=True):
        if not (exercise.id in BORDERLINE and "eps" in name):
            assert halves == [right_calls(answer) >= enough(exercise)] * len(SEEDS), name


def right_value(exercise, arguments):
    """What the reference returns, as it returns it."""
    returned = []

    def reference(*given):
        returned.append(exercise.reference(*given))
        return returned[-1]

    judging.call(exercise, reference, arguments)
    return returned[-1]


THOUGHTLESS = [0, 0.0, 1.0, True, False, None, (0.0, 0.0), np.zeros(2), []]


@pytest.mark.slow
@EACH
def test_answers_without_thought_earn_nothing(exercise):
    count = len(exercise.probes[0])
    answers = [lambda *given, value=value: value for value in THOUGHTLESS]
    answers += [lambda *given, i=i: given[i] for i in range(count)]
    answers += [lambda *given, i=i: np.zeros_like(given[i]) for i in range(count)]
    answers += [lambda *given, n=n: given[:n] for n in (2, 3)]
    wanted = {repr(want): want for want in (right_value(exercise, probe) for probe in exercise.probes)}
    answers += [lambda *given, want=want: want for want in wanted.values()]
    for tests in (hidden_tests, half_tests):
        codes = [made(tests, exercise, seed) for seed in SEEDS]
        assert [place for place, answer in enumerate(answers) if any(passes(code, answer) for code in codes)] == []


def test_at_least_half_is_asked_and_all_where_a_guess_would_do():
    assert all(2 * enough(exercise) >= len(exercise.probes) for exercise in EXERCISES.values())
    whole = {e.id for e in EXERCISES.values() if enough(e) == len(e.probes)}
    assert whole == {"stopping-rule", "diagnose-run", "long-strides", "quick-settings", "delayed-rate", "your-run"}


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt, GeneratorExit])
def test_a_call_that_raises_is_not_right_and_the_others_count(error):
    def fails(calls):
        def answer(w, grad, lr):
            left.pop()
            if len(left) < calls:
                raise error
            return w - lr * grad

        left = [None] * len(EXERCISE.probes)
        return answer

    code = half_tests(EXERCISE, 1)
    allowed = len(EXERCISE.probes) - enough(EXERCISE)
    assert passes(code, fails(allowed))
    assert not passes(code, fails(allowed + 1))


def test_an_endless_call_ends_and_those_before_it_count(monkeypatch):
    monkeypatch.setattr(judging, "SECONDS", 0.2)

    def endless_from(call):
        def answer(w, grad, lr):
            calls.append(None)
            while len(calls) >= call:
                pass
            return w - lr * grad

        calls = []
        return answer

    code = half_tests(EXERCISE, 1)
    assert passes(code, endless_from(enough(EXERCISE) + 1))
    assert not passes(code, endless_from(enough(EXERCISE)))


@EACH
def test_the_second_region_has_numbers_of_its_own(exercise):
    first, second = asked(hidden_tests(exercise, 7)), asked(half_tests(exercise, 7))
    assert repr(first[: len(second)]) != repr(second)


@EACH
@REGIONS
def test_a_table_of_the_public_probes_earns_nothing(exercise, tests):
    def key(argument):
        if callable(argument):
            return argument.__name__
        return repr(argument.bit_generator.state) if hasattr(argument, "bit_generator") else pickle.dumps(argument)

    def learn(*arguments):
        table.add(tuple(map(key, arguments)))
        return exercise.reference(*arguments)

    def look_up(*arguments):
        return exercise.reference(*arguments) if tuple(map(key, arguments)) in table else None

    table = set()
    for probe in judging.probes_of(exercise):  # with the edges
        judging.call(exercise, learn, probe)
    assert counter(exercise, exercise.probes)(look_up) == len(exercise.probes)
    assert not any(passes(made(tests, exercise, seed), look_up) for seed in SEEDS)


def test_counts_get_one_factor_so_that_what_divided_still_divides():
    exercise = EXERCISES["steps-per-epoch"]
    drawn = asked(half_tests(exercise, 1))
    for n, size in exercise.probes:
        assert any(more > n and more * size == n * larger for more, larger in drawn)


def test_equal_entries_stay_equal_so_that_a_trace_stays_one():
    drawn = asked(half_tests(EXERCISES["find-moments"], 1))
    for (trace,) in EXERCISES["find-moments"].probes:
        assert any(np.array_equal(np.diff(other[:, 0]) == 0, np.diff(trace[:, 0]) == 0) for (other,) in drawn)


def test_the_calls_stand_in_another_order_in_every_cohort():
    """A truth value or a word is the same for every cohort: the place of its call must not give it away."""
    exercise = EXERCISES["kind-of-stop"]
    asked_in_order = [exercise.probes, *(asked(half_tests(exercise, seed)) for seed in SEEDS)]
    orders = {tuple(exercise.reference(*arguments) for arguments in probes) for probes in asked_in_order}
    assert len(orders) == 1 + len(SEEDS)


@pytest.mark.parametrize("exercise", [each for each in EXERCISES.values() if each.vary], ids=lambda each: each.id)
def test_what_an_exercise_varies_itself_is_answered_as_before(exercise):
    rng = np.random.default_rng(1)
    for probe in exercise.probes:
        varied = judging.call(exercise, exercise.reference, exercise.vary(rng, *probe))
        assert judging.agree(varied, judging.call(exercise, exercise.reference, probe))


# The notebook


def cells(nb):
    return {cell.id: cell for cell in nb.cells}


def test_answers_checks_setup_and_header_carry_nbgraders_marks(source):
    marks = {name: cell.metadata.nbgrader for name, cell in cells(source).items() if "nbgrader" in cell.metadata}
    exercises = ["gradient-step", "gradient-descent", "stopping-rule", "kind-of-stop"]
    graded = {f"{name}-{part}" for name in exercises for part in ("check", "half")}
    assert set(marks) == {"setup", "assignment-header", *exercises, *graded}
    assert all(mark.grade_id == name and mark.schema_version == 3 for name, mark in marks.items())
    for name in exercises:
        assert (marks[name].solution, marks[name].locked, marks[name].grade) == (True, False, False)
        for part in (marks[f"{name}-check"], marks[f"{name}-half"]):
            assert (part.solution, part.locked, part.grade) == (False, True, True)
            assert part.points == EXERCISES[name].points / 2


def test_a_check_is_required_and_its_hidden_region_is_closed(source):
    check = cells(source)["gradient-step-check"].source
    assert check.startswith('check("gradient-step", gradient_step, required=True)\n### BEGIN HIDDEN TESTS\n')
    assert check.endswith("\n### END HIDDEN TESTS")
    assert check.count("HIDDEN TESTS") == 2


def test_the_second_graded_cell_follows_the_check_and_says_what_it_is_for(source):
    names = [cell.id for cell in source.cells]
    assert names.index("stopping-rule-half") == names.index("stopping-rule-check") + 1
    visible, _, hidden = cells(source)["gradient-step-half"].source.partition("\n### BEGIN HIDDEN TESTS\n")
    assert visible.startswith("# gradient-step, half of the points: at least half of the calls ")
    assert hidden.endswith("\n### END HIDDEN TESTS")
    assert cells(source)["stopping-rule-half"].source.startswith(
        "# stopping-rule, half of the points: all of the calls"
    )


def test_the_header_says_what_when_and_how_much(source):
    header = cells(source)["assignment-header"].source
    assert "**Due:** 1 December 2026, 17:00 UTC" in header
    assert "**Points:** 7" in header
    assert "| gradient-descent | `gradient_descent` | 3 | 4 of 8 calls right |" in header
    assert "| stopping-rule | `has_converged` | 1 | 62 of 62 calls right |" in header
    assert f"`{NAME}.ipynb`" in header


def test_no_cell_offers_the_solution(source):
    assert all("solution(" not in cell.source for cell in source.cells if cell.id != "setup")
    assert not any(cell.get("outputs") for cell in source.cells)


def test_a_lesson_without_exercises_is_refused():
    with pytest.raises(ReleaseError, match="nothing to grade"):
        graded(read(ROOT / "solutions" / "00_start_here.ipynb"), "00_start_here", 1, None)


def test_what_was_made_is_never_replaced_by_something_else(tmp_path):
    plan = assignment.planned(ROOT, ["05"], 7, None, "")
    assert set(plan) == {"nbgrader_config.py", f"source/{NAME}/{NAME}.ipynb"}
    assignment.write(tmp_path, plan)
    assignment.write(tmp_path, plan)
    with pytest.raises(CannotGoOnError, match="is there and differs"):
        assignment.write(tmp_path, assignment.planned(ROOT, ["05"], 8, None, ""))


def test_a_due_date_that_is_no_time_is_one_sentence():
    with pytest.raises(CannotGoOnError, match=r"'tomorrow' is no time such as .*: mend what stands after --due\."):
        assignment.due_of("tomorrow")
    assert assignment.due_of(None) is None


# Times


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-01 18:00:00 +0500",
        "2026-12-01 18:00 +05:00",
        "2026-12-01T18:00:00+05",
        "2026-12-01 13:00:00.000000 UTC",
        "2026-12-01T13:00Z",
        "2026-12-01 13:00",
        "2026-12-01 14:00:00 Europe/Berlin",
        "2026-12-01 16:00:00 UTC+3",
    ],
)
def test_times_become_utc(text):
    assert written(to_utc(text)) == "2026-12-01 13:00:00.000000 UTC"


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01 10:00", "2026-12-01 18:00 IST", "2026-12-01 18:00 +9999"])
def test_what_is_no_time_or_has_several_meanings_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        to_utc(text)


def test_a_due_date_without_a_time_is_the_end_of_that_day():
    assert written(to_utc("2026-12-01", end_of_day=True)).startswith("2026-12-01 23:59")


def test_a_program_to_repair_stays_below_the_answer_that_nbgrader_clears():
    source = "def f(w):\n    # BEGIN SOLUTION\n    return w\n    # INSTEAD\n    # return -w\n    # END SOLUTION"
    below = with_programs_below(new_code_cell(source, id="f"))
    assert below.split("    # END SOLUTION") == [
        "def f(w):\n    # BEGIN SOLUTION\n    return w\n",
        "\n    # INSTEAD\n    # return -w",
    ]
