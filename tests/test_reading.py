"""The words of exercises and lessons: read from TOML, mistakes made by edits, and what is wrong said with its line."""

import inspect
import re

import pytest

from helpers.exercises import reading
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.edits import EditError, compiled, edited
from helpers.exercises.words import ContentError, Words

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

def turned(grad, w, lr):
    return w + lr * grad
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


EDITS = 'edits = [["w - lr", "w + lr"]]'


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ("insight", "sight", 1, "there is no key 'sight' here; the keys are points, insight, hints"),
        ('insight = "Down."\n', "", 1, "insight is missing: a text in quotes, and not empty, above"),
        ('"Down."', '" "', 1, "insight must be a text in quotes, and not empty"),
        ('"Down."', '"Down.', 1, "mend the quotes, brackets or headings here"),
        ('"How far?"]', '"How far?"', 4, "this is not TOML"),
        ('["Which way?", "How far?"]', '"Which way?"', 2, 'hints must be a list of texts, ["one", "two"]'),
        ('["Which way?", "How far?"]', "[]", 2, "hints must be a list of texts"),
        ('"How far?"', "7", 2, "hints must be a list of texts"),
        ("\n[", "points = 0\n[", 3, "points must be a whole number above 0"),
        ("\n[", "points = true\n[", 3, "points must be a whole number above 0"),
        ("\n[", "returns = 3\n[", 3, "returns must be a text in quotes"),
        ("\n[", "equivalents = 3\n[", 3, "equivalents must be a table"),
        ("\n[", "[equivalents]\nfrozen = 3\n[", 4, "frozen must be a text in quotes"),
        ("\n[", '[equivalents]\nthawed = "Another."\n[', 4, "there is no function 'thawed' in a_step.py"),
        ("[mistakes.", "[mistake.", 4, "there is no key 'mistake' here; the keys are points, insight"),
        ("[mistakes.wrong-sign]", "[mistakes.Wrong_sign]", 4, "'Wrong_sign' is no name for a mistake; write it like"),
        ("[mistakes.wrong-sign]", "[mistakes]\nwrong-sign = 3\n[mistakes.b]", 5, "this must be a table"),
        (WORDS[WORDS.index("[mis") :], "", 1, "mistakes is missing: a table with one entry or more"),
        (EDITS, "", 4, "a mistake has either edits or an answer"),
        (EDITS, f'answer = "frozen"\n{EDITS}', 4, "a mistake has either edits or an answer"),
        (EDITS, "edits = []", 5, 'edits must be a list of pairs, [["old text", "new text"]]'),
        (EDITS, 'edits = ["w - lr", "w + lr"]', 5, "edits must be a list of pairs"),
        (EDITS, 'edits = ["ab", "cd"]', 5, "edits must be a list of pairs"),
        (EDITS, 'edits = [["w - lr"]]', 5, "edits must be a list of pairs"),
        ("w - lr", "w-lr", 5, "'w-lr' stands 0 times in the reference, and must stand there once; copy it from there"),
        ("w - lr", "w", 5, "'w' stands 2 times in the reference, and must stand there once; make it longer"),
        ('["w - lr"', '["w - lr", ""], ["- lr * grad"', 5, "'- lr * grad' overlaps with another edit; make one of the"),
        ("w + lr", "w - lr", 5, "its edits change nothing"),
        ("w + lr", "w +", 5, "with its edits the reference is no Python (invalid syntax, line 2: return w + * grad)"),
        ("w - lr", "def step", 5, "with its edits the reference is no Python"),
        ('["w - lr", "w + lr"]', '["step(w, grad", "step(grad, w"]', 5, "its parameters are (grad, w, lr)"),
        ('["w - lr", "w + lr"]', '["(w, grad, lr)", "(w, g, lr)"]', 5, "its parameters are (w, g, lr); leave them"),
        ('["w - lr", "w + lr"]', '["def step", "def stop"]', 5, "no longer defines step; leave its first line alone"),
        ('["w - lr", "w + lr"]', '["lr):", "lr=RATE):"]', 5, "cannot be defined (NameError: "),
        (EDITS, 'answer = "melted"', 5, "there is no function 'melted' in a_step.py; write it there"),
        (EDITS, 'answer = "turned"', 5, "its parameters are (grad, w, lr); leave them (w, grad, lr)"),
        (EDITS, 'like = "a_stepp"', 5, "there is no file a_stepp.toml beside this one; name another, without .toml"),
        (EDITS, 'like = "a_step"', 5, "a_step.toml says nothing of its own about wrong-sign; write it here"),
        ('explanation = "Up."', "", 4, "explanation is missing: a text in quotes, and not empty"),
        ("explanation", "explain", 6, "there is no key 'explain' here; the keys are edits, answer, explanation"),
        ('"Up."', '["Up."]', 6, "explanation must be a text in quotes"),
        (
            '"Up."',
            '"Up."\n[mistakes.wrong-sign]',
            7,
            "this is not TOML (Cannot declare ('mistakes', 'wrong-sign') twice)",
        ),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line_and_what_to_do(read, tmp_path, old, new, line, why):
    assert old in WORDS
    with pytest.raises(ContentError, match=re.escape(f"{tmp_path / 'a_step.toml'}:{line}: ") + ".*" + re.escape(why)):
        read(WORDS.replace(old, new, 1))


def test_a_file_that_is_not_there_or_not_text_is_an_error(read, tmp_path):
    with pytest.raises(ContentError, match=r"gone\.toml:1: there is no such file; write it"):
        Words(tmp_path / "gone.toml")
    (tmp_path / "latin.toml").write_bytes("insight = '\u00e9'".encode("latin-1"))
    with pytest.raises(ContentError, match=r"latin\.toml:1: this is not UTF-8; save it as UTF-8"):
        Words(tmp_path / "latin.toml")


def test_questions_are_read_in_their_order(tmp_path):
    (tmp_path / "lesson.toml").write_text(LESSON)
    lesson = reading.lesson("04_steps", str(tmp_path))
    assert (lesson.title, lesson.predictions, lesson.quiz[0].right) == ("Steps", (), "down")
    assert [option.key for option in lesson.quiz[0].options] == ["down", "up"]


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ('title = "Steps"\n', "", 1, "title is missing: a text in quotes, and not empty, above the first [heading]"),
        (
            "[quiz.quiz-step]",
            "[quizz.quiz-step]",
            3,
            "there is no key 'quizz' here; the keys are title, predictions, quiz",
        ),
        ("[quiz.quiz-step]", "[quiz]", 4, "this must be a table with text, options, right"),
        ('right = "down"', 'right = "left"', 5, "right is 'left'; it must be one of down, up"),
        ('right = "down"\n', "", 3, "right is missing: a text in quotes"),
        (
            "[quiz",
            '[predictions.a]\ntext = "?"\nright = "up"\n[quiz',
            5,
            "there is no key 'right' here; the keys are text, options",
        ),
        ("text = ", "texts = ", 4, "there is no key 'texts' here"),
        ('options.up.feedback = "That climbs."', "", 8, "feedback is missing"),
        ('options.up.feedback = "That climbs."', "options.up.feedback = 1", 9, "feedback must be a text in quotes"),
        ("options.up.text", "options.up.words", 8, "there is no key 'words' here; the keys are text, feedback"),
    ],
)
def test_a_question_that_cannot_be_asked_is_an_error_with_its_line(tmp_path, old, new, line, why):
    assert old in LESSON
    (tmp_path / "lesson.toml").write_text(LESSON.replace(old, new, 1))
    with pytest.raises(ContentError, match=re.escape(f"lesson.toml:{line}: ") + ".*" + re.escape(why)):
        reading.lesson("04_steps", str(tmp_path))
