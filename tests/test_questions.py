"""Predictions and quizzes: recorded, restored, compared with what happened; readable without a kernel."""

import re
from pathlib import Path

import anywidget
import pytest
from typedefs import typedefs

from helpers.exercises import outcome, predict, question, quiz, recall, store
from helpers.exercises.catalogue import LESSONS, PREDICTIONS, QUIZ
from helpers.exercises.exercise import Lesson, Option, Question, Recall

ASKED = [(predict, id) for id in PREDICTIONS] + [(quiz, id) for id in QUIZ]


@pytest.fixture(autouse=True)
def empty_store(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIENT_COURSE_PROGRESS", str(tmp_path))


def test_every_written_lesson_asks_a_prediction_and_three_quiz_questions():
    written = [lesson for lesson in LESSONS if lesson.quiz]
    assert {lesson.name for lesson in written} >= {"00_start_here", "01_gradient", "06_learning_rate"}
    for lesson in written:
        assert lesson.predictions and len(lesson.quiz) == 3


@pytest.mark.parametrize("item", [*PREDICTIONS.values(), *QUIZ.values()], ids=lambda item: item.id)
def test_every_option_has_feedback_and_only_a_quiz_knows_the_answer(item):
    assert len(item.options) >= 3
    assert all(option.text and option.feedback for option in item.options)
    assert (item.right is None) == (item.id in PREDICTIONS)


def test_right_option_is_not_always_in_the_same_place():
    places = {[option.key for option in item.options].index(item.right) for item in QUIZ.values()}
    assert places == {0, 1, 2}


@pytest.mark.parametrize(("ask", "id"), ASKED)
def test_question_reads_the_same_on_every_run_and_without_a_kernel(ask, id):
    first, second = (ask(id)._repr_mimebundle_()[0] for _ in range(2))
    view = "application/vnd.jupyter.widget-view+json"
    assert view in first
    assert {k: v for k, v in first.items() if k != view} == {k: v for k, v in second.items() if k != view}
    assert first["text/html"].count("<li>") == len(ask(id).options)
    assert all(option["text"] in first["text/plain"] for option in ask(id).options)


def test_static_question_escapes_its_text():
    item = Question("a", "Is 1 < 2 & 3?", (Option("x", "<b>", "."), Option("y", "no", ".")))
    html = question.Choice(item, "quiz")._repr_mimebundle_()[0]["text/html"]
    assert "1 &lt; 2 &amp; 3" in html and "&lt;b&gt;" in html


def test_choice_is_restored_when_the_cell_runs_again():
    predict("first-step").chosen = "away"
    quiz("quiz-level-sets").chosen = "along"
    assert predict("first-step").chosen == "away"
    assert quiz("quiz-level-sets").chosen == "along"


def test_static_question_does_not_show_who_answered():
    before = repr(quiz("quiz-level-sets"))
    quiz("quiz-level-sets").chosen = "along"
    assert repr(quiz("quiz-level-sets")) == before


def test_right_quiz_answer_counts_even_if_others_are_tried_afterwards():
    asked = quiz("quiz-level-sets")
    asked.chosen = "along"
    assert "right" not in store.load()["quiz"]["quiz-level-sets"]
    asked.chosen = "right-angle"
    asked.chosen = "depends"
    assert store.load()["quiz"]["quiz-level-sets"] == {"choice": "depends", "right": True}


def test_key_that_no_option_has_is_not_recorded():
    quiz("quiz-level-sets").chosen = "<script>"
    assert store.load()["quiz"] == {}


def test_stored_choice_that_no_option_has_any_more_is_forgotten():
    store.record("predictions", "first-step", choice="of last year")
    assert predict("first-step").chosen == ""


def test_feedback_of_a_prediction_does_not_reach_the_page_before_the_experiment():
    assert all(option["feedback"] == "" for option in predict("first-step").options)


def test_unanswered_prediction_prints_nothing_and_stays_open(capsys):
    outcome("first-step", "toward")
    assert capsys.readouterr().out == ""
    assert not predict("first-step").closed


@pytest.mark.parametrize(("choice", "words"), [("toward", "Right."), ("away", "Not as predicted.")])
def test_outcome_compares_in_words(capsys, choice, words):
    predict("first-step").chosen = choice
    outcome("first-step", "toward")
    output = capsys.readouterr().out
    assert output.startswith("You predicted: ")
    assert "What happened: Toward 2, a part of the way." in output and words in output


def test_prediction_can_be_changed_until_the_outcome_is_shown():
    asked = predict("first-step")
    asked.chosen = "away"
    asked.chosen = "arrives"
    assert store.load()["predictions"]["first-step"]["choice"] == "arrives"
    outcome("first-step", "toward")
    assert asked.closed and predict("first-step").closed
    asked.chosen = "toward"
    assert store.load()["predictions"]["first-step"]["choice"] == "arrives"


def test_outcome_with_an_unknown_key_lists_the_keys():
    with pytest.raises(ValueError, match='"toward", "arrives", "overshoots", "away"'):
        outcome("first-step", "towards")


@pytest.mark.parametrize("ask", [predict, quiz, lambda id: outcome(id, "x")])
def test_unknown_id_is_answered_at_every_door(ask):
    with pytest.raises(ValueError, match="There is no"):
        ask("first-stop")


def test_question_with_two_equal_keys_or_a_wrong_right_key_is_refused():
    options = (Option("a", "A", "."), Option("b", "B", "."))
    with pytest.raises(ValueError, match="option keys must differ"):
        Question("q", "?", (*options, options[0]))
    with pytest.raises(ValueError, match="right must be one of"):
        Question("q", "?", options, right="c")


def test_page_uses_native_labelled_radios_and_fetches_nothing():
    page = question.Choice._esm + Path(question.__file__).with_name("question.css").read_text(encoding="utf-8")
    for needed in ('"fieldset"', '"legend"', 'type: "radio"', '"label"', 'role: "status"', "stopPropagation"):
        assert needed in page
    assert not re.search(r"https?:|^import|import\(", page, re.MULTILINE)


def test_the_page_expects_the_traits_of_the_widget_and_the_keys_of_its_options():
    page = typedefs(Path(question.__file__).with_suffix(".js"))
    traits = set(question.Choice.class_trait_names(sync=True)) - set(anywidget.AnyWidget.class_trait_names(sync=True))
    assert set(page["QuestionState"]) == traits
    assert all(set(page["Option"]) == set(option) for option in quiz("quiz-level-sets").options)


def lesson_with_recalls(name, *recalls):
    options = (Option("yes", "yes", "So it is."), Option("no", "no", "Look again."))
    asked = tuple(Recall(Question(id, f"Is it {id}?", options, "yes"), mistakes) for id, mistakes in recalls)
    return Lesson(name, name, recalls=asked)


@pytest.fixture
def sequence(monkeypatch):
    """Four lessons, of which the first two have questions to be recalled by."""
    lessons = (
        lesson_with_recalls("a", ("a-sign", ("wrong-sign",)), ("a-mean", ("sum-for-mean",))),
        lesson_with_recalls("b", ("b-limit", ("too-long",))),
        lesson_with_recalls("c"),
        lesson_with_recalls("d"),
    )
    monkeypatch.setattr(question, "LESSONS", lessons)


def test_without_a_record_the_nearest_earlier_lesson_is_recalled(sequence):
    assert recall("c").text == recall("d").text == "Is it b-limit?"
    assert recall("b").text == "Is it a-sign?"


def test_a_mistake_that_she_made_is_asked_about_first(sequence):
    store.record("exercises", "mse", attempted=True, mistakes={"sum-for-mean": 1})
    assert recall("d").text == "Is it a-mean?"


def test_what_she_knows_is_not_asked_again_by_another_lesson_but_stays_where_it_was_asked(sequence):
    recall("c").chosen = "yes"
    assert recall("d").text == "Is it a-sign?"
    assert recall("c").text == "Is it b-limit?"
    assert recall("c").chosen == "yes"


def test_a_recall_without_an_earlier_lesson_or_of_an_unknown_one_is_refused(sequence):
    with pytest.raises(ValueError, match="no lesson before a has a question"):
        recall("a")
    with pytest.raises(ValueError, match="There is no lesson with the id 'e'"):
        recall("e")
