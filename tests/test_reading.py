"""The words of exercises and lessons: read from TOML, mistakes made by edits, and what is wrong said with its line."""

import inspect

import pytest

from helpers.exercises import reading
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.edits import EditError, compiled, edited

WORDS = """\
insight = "Down."
hints = ["Which way?", "How far?"]

[mistakes.wrong-sign]
edits = [["w - lr", "w + lr"]]
explanation = "Up."
"""
MODULE = """\
def step(w, grad, lr):
    return w - lr * grad

def frozen(w, grad, lr):
    return w
"""
LESSON = """\
title = "Steps"

[quiz.quiz-step]
text = "Which way?"
right = "down"
options.down.text = "Down"
options.down.feedback = "It is a minus."
options.up.text = "Up"
options.up.feedback = "That climbs."
"""


@pytest.fixture
def read(tmp_path):
    """Read an exercise whose reference stands in a module beside its words."""

    def read(words, probes=((2.0, 1.0, 0.5),)):
        (tmp_path / "a_step.py").write_text(MODULE)
        (tmp_path / "a_step.toml").write_text(words, encoding="utf-8")
        names = {"__name__": "a_step"}
        exec(compile(MODULE, str(tmp_path / "a_step.py"), "exec"), names)
        return reading.exercise("a-step", names["step"], probes=probes)

    return read


def test_edits_are_made_at_once_so_that_two_names_can_change_places():
    assert edited("f(first, second)", [("first", "second"), ("second", "first")]) == "f(second, first)"


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ([("c", "d")], "stands 0 times"),
        ([("a", "d")], "stands 2 times"),
        ([("a + b", "c"), ("b + ", "c")], "overlaps"),
        ([("", "c")], "stands"),
    ],
)
def test_an_edit_that_does_not_fit_is_an_error(edits, why):
    with pytest.raises(EditError, match=why):
        edited("a + b + a", edits)


def test_an_edited_reference_sees_its_module_and_shows_its_source():
    reference = EXERCISES["steepest-ascent"].reference
    source = inspect.getsource(reference).replace("grad / length", "-grad / length")
    answer = compiled(reference, source, "steepest-ascent: downhill")
    assert answer(reference.__globals__["np"].array([3.0, 4.0])).tolist() == [-0.6, -0.8]
    assert inspect.getsource(answer) == source


def test_a_mistake_is_the_reference_with_its_edit(read):
    exercise = read(WORDS)
    assert (exercise.reference(2.0, 1.0, 0.5), exercise.mistakes[0].answer(2.0, 1.0, 0.5)) == (1.5, 2.5)
    assert (exercise.insight, exercise.hints, exercise.points) == ("Down.", ["Which way?", "How far?"], 1)


def test_where_no_edit_fits_a_function_beside_the_reference_is_the_mistake(read):
    words = WORDS.replace('edits = [["w - lr", "w + lr"]]', 'answer = "frozen"')
    assert read(words).mistakes[0].answer(2.0, 1.0, 0.5) == 2.0


def test_a_mistake_can_be_like_another_ones_and_say_some_of_it_itself(read, tmp_path):
    (tmp_path / "other.toml").write_text(WORDS.replace("w + lr", "w * lr"))
    shared, own = (
        read(WORDS.split("edits")[0] + f'like = "other"\n{more}') for more in ("", 'explanation = "Mine."\n')
    )
    assert [e.mistakes[0].answer(2.0, 1.0, 0.5) for e in (shared, own)] == [1.0, 1.0]
    assert [e.mistakes[0].explanation for e in (shared, own)] == ["Up.", "Mine."]


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ("w - lr", "w-lr", 4, "'w-lr' stands 0 times in the reference"),
        ("w + lr", "w +", 4, "invalid syntax"),
        ('explanation = "Up."', "", 4, "explanation is missing"),
        ("explanation", "explain", 4, "no key 'explain'"),
        ('edits = [["w - lr", "w + lr"]]', "", 4, "either edits or an answer"),
        ('edits = [["w - lr", "w + lr"]]', 'answer = "melted"', 4, "no function 'melted'"),
        ('edits = [["w - lr", "w + lr"]]', 'like = "a_stepp"', 1, "No such file"),
        ('edits = [["w - lr", "w + lr"]]', 'edits = ["w - lr"]', 4, "not enough values|too many values|pairs"),
        ('["Which way?", "How far?"]', '"Which way?"', 2, "hints must be of the type list"),
        ("insight", "sight", 1, "no key 'sight'"),
        ('"Down."', '"Down.', 1, "line 1"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(read, tmp_path, old, new, line, why):
    assert old in WORDS
    with pytest.raises(reading.ContentError, match=why) as failure:
        read(WORDS.replace(old, new, 1))
    said = str(failure.value)
    assert str(tmp_path) in said and (f".toml:{line}: " in said or "line 1" in said or "No such file" in said)


def test_questions_are_read_in_their_order(tmp_path):
    (tmp_path / "lesson.toml").write_text(LESSON)
    lesson = reading.lesson("04_steps", str(tmp_path))
    assert (lesson.title, lesson.predictions, lesson.quiz[0].right) == ("Steps", (), "down")
    assert [option.key for option in lesson.quiz[0].options] == ["down", "up"]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('right = "down"', 'right = "left"', "right must be one of"),
        ('options.up.feedback = "That climbs."', "", "feedback is missing"),
        ("text = ", "texts = ", "no key 'texts'"),
    ],
)
def test_a_question_that_cannot_be_asked_is_an_error_with_its_line(tmp_path, old, new, why):
    (tmp_path / "lesson.toml").write_text(LESSON.replace(old, new, 1))
    with pytest.raises(reading.ContentError, match=why) as failure:
        reading.lesson("04_steps", str(tmp_path))
    assert "lesson.toml:3: " in str(failure.value)
