"""Grades, tables and pages from what hostile submissions leave: no forgery, no leak, no 0 for no score."""

import base64
import csv
import hashlib
import io
import json
import re
from copy import deepcopy
from html.parser import HTMLParser
from itertools import chain
from pathlib import PureWindowsPath
from urllib.parse import unquote

import pytest
from released import released

from helpers.exercises.catalogue import EXERCISES, LESSONS
from helpers.exercises.checking import CheckFailed, check
from helpers.grading.handing_in.preflight import PreflightResult
from helpers.grading.making.hidden import FAILED, hidden_tests
from helpers.grading.reporting import cohort, pages, places, postflight, said, tables
from helpers.grading.reporting.pages import write_reports
from helpers.grading.reporting.places import safe_names
from helpers.grading.reporting.postflight import final, grade_of
from helpers.grading.reporting.said import explanation_of, verdict_of
from helpers.grading.reporting.secret import WITHHELD
from helpers.grading.results import GRADED, PARTLY, SUSPICIOUS, UNGRADED, Grade, GradebookEntry, Mark, RunResult

NAME = "05_gradient_descent"
EXERCISE = "gradient-step"
SECOND = "gradient-descent"
LESSON = next(lesson for lesson in LESSONS if lesson.name == NAME)
MISTAKES = [(e, m) for e in LESSON.exercises for m in e.mistakes if m.slug != e.given]
FULL = {f"{e.id}-{part}": e.points / 2 for e in LESSON.exercises for part in ("check", "half")}
TOTAL = sum(exercise.points for exercise in LESSON.exercises)
CHECKED = PreflightResult("ada", NAME)
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def release():
    """The release as JSON holds it."""
    return json.loads(json.dumps(released(NAME)))


class Run:
    """An executed notebook, as nbgrader leaves it, to be filled with what a submission did."""

    def __init__(self, release):
        self.nb = deepcopy(release)
        self.scores, self.lost, self.evidence = dict(FULL), {}, ()
        for exercise in LESSON.exercises:
            self.cell(exercise.id)["source"] = "def answer(): pass"
            self.cell(f"{exercise.id}-check")["source"] += "\n" + hidden_tests(exercise, 7)

    def cell(self, name):
        return next(c for c in self.nb["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name)

    def print(self, text, name=EXERCISE):
        self.cell(name)["outputs"].append({"output_type": "stream", "name": "stdout", "text": text})

    def fail(self, ename, evalue, name=f"{EXERCISE}-check"):
        error = {"output_type": "error", "ename": ename, "evalue": evalue, "traceback": ["hidden", "traceback"]}
        self.cell(name)["outputs"].append(error)

    def zero(self, exercise=EXERCISE):
        self.scores[f"{exercise}-check"] = self.scores[f"{exercise}-half"] = 0.0

    def ran(self, **changes):
        return RunResult("ada", NAME, self.nb, self.scores, self.lost, self.evidence)._replace(**changes)


@pytest.fixture
def run(release):
    return Run(release)


def said_by_check(exercise, answer):
    """What the real check raises about an answer."""
    with pytest.raises(CheckFailed) as caught:
        check(exercise.id, answer, required=True)
    return caught.value


# States and scores


def test_all_right_is_graded_in_full(run, release):
    grade = grade_of(CHECKED, run.ran(), release)
    assert (grade.state, grade.score, grade.out_of) == (GRADED, TOTAL, TOTAL)
    assert [(mark.verdict, mark.points, mark.out_of) for mark in grade.marks] == [
        ("right", exercise.points, exercise.points) for exercise in LESSON.exercises
    ]


def test_half_of_the_points_is_partly_right_and_none_is_wrong(run, release):
    run.scores["gradient-step-check"] = 0.0
    run.zero("stopping-rule")
    grade = grade_of(CHECKED, run.ran(), release)
    assert [(mark.verdict, mark.points) for mark in grade.marks] == [
        ("partly", 0.5),
        ("right", 3),
        ("wrong", 0),
        ("right", 2),
    ]
    assert (grade.state, grade.score) == (GRADED, TOTAL - 1.5)


def test_an_exercise_with_a_check_alone_is_graded_too(run):
    nb = json.loads(json.dumps(released(NAME)))
    nb["cells"] = [cell for cell in nb["cells"] if not cell["id"].endswith("-half")]
    for cell in nb["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["metadata"]["nbgrader"]["points"] *= 2
    scores = {f"{e.id}-check": e.points for e in LESSON.exercises}
    grade = grade_of(CHECKED, run.ran(scores=scores), nb)
    assert (grade.state, grade.score, grade.out_of) == (GRADED, TOTAL, TOTAL)


def test_a_refused_submission_is_ungraded_and_has_no_score(release):
    grade = grade_of(CHECKED._replace(refusal="the file is empty"), None, release)
    assert (grade.state, grade.score, grade.out_of, grade.reason) == (UNGRADED, None, TOTAL, "the file is empty")


def test_a_run_with_a_problem_is_ungraded_even_with_evidence(run, release):
    grade = grade_of(CHECKED, run.ran(problem="it was stopped after 600 seconds", evidence=("canary",)), release)
    assert (grade.state, grade.score, grade.reason) == (UNGRADED, None, "it was stopped after 600 seconds")
    assert grade.evidence == ("canary",)


def test_a_folder_that_belongs_to_no_assignment_is_ungraded():
    grade = grade_of(PreflightResult("notes.txt", "", refusal="it is a file"), None, None)
    assert (grade.state, grade.score, grade.out_of) == (UNGRADED, None, 0)


def test_lost_cells_leave_it_partly_graded_and_the_reason_names_the_exercises(run, release):
    for name in ("gradient-descent-half", "stopping-rule-check", "stopping-rule-half"):
        del run.scores[name]
        run.lost[name] = "the kernel died"
    grade = grade_of(CHECKED, run.ran(), release)
    assert (grade.state, grade.score) == (PARTLY, TOTAL - 2.5)
    assert grade.reason == "gradient-descent, stopping-rule not run: the kernel died"
    assert [mark.verdict for mark in grade.marks] == ["right", "not run", "not run", "right"]


def test_a_run_that_lost_every_graded_cell_is_ungraded_and_not_a_zero(run, release):
    lost = dict.fromkeys(FULL, "the kernel died")
    grade = grade_of(CHECKED, run.ran(scores={}, lost=lost), release)
    assert (grade.state, grade.score, grade.marks) == (UNGRADED, None, ())
    assert grade.reason == f"{', '.join(exercise.id for exercise in LESSON.exercises)} not run: the kernel died"


def test_a_graded_cell_that_nobody_speaks_of_counts_as_lost(run, release):
    del run.scores["stopping-rule-half"]
    grade = grade_of(CHECKED, run.ran(), release)
    assert grade.state == PARTLY
    assert grade.reason == "stopping-rule not run: it was not reached"


@pytest.mark.parametrize("lost", [{}, {"gradient-step-half": "the kernel died"}], ids=["graded", "partly"])
def test_evidence_of_either_kind_makes_it_suspicious_and_keeps_the_score(run, release, lost):
    for name in lost:
        del run.scores[name]
    for checked, evidence in ((CHECKED._replace(tampering=("edited",)), ()), (CHECKED, ("canary",))):
        grade = grade_of(checked, run.ran(evidence=evidence, lost=lost), release)
        assert (grade.state, grade.score) == (SUSPICIOUS, TOTAL - 0.5 * bool(lost))


@pytest.mark.parametrize("points", [396, -1, float("nan"), float("inf")])
def test_a_score_that_a_cell_cannot_have_is_evidence_and_never_counts(run, release, points):
    run.scores["gradient-step-check"] = points
    grade = grade_of(CHECKED, run.ran(), release)
    assert grade.state == SUSPICIOUS
    assert TOTAL - 0.5 <= grade.score <= TOTAL
    assert "gradient-step-check" in grade.evidence[0]


# Mistakes


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=[f"{e.id}-{m.slug}" for e, m in MISTAKES])
def test_each_known_mistake_of_a_lesson_is_named_from_what_the_check_says(run, release, exercise, mistake):
    error = said_by_check(exercise, mistake.answer)
    run.zero(exercise.id)
    run.fail("CheckFailed", str(error), f"{exercise.id}-check")
    mark = next(m for m in grade_of(CHECKED, run.ran(), release).marks if m.exercise == exercise.id)
    assert (mark.verdict, mark.mistake) == ("wrong", mistake.slug)
    assert mark.said.startswith(mistake.explanation)
    assert explanation_of(exercise.id, mark.mistake) == mistake.explanation


def test_each_name_of_the_course_is_read_from_the_message_and_leads_to_its_explanation():
    for exercise in EXERCISES.values():
        for mistake in exercise.mistakes:
            found = verdict_of(exercise.id, f"{exercise.id}: not yet ({mistake.slug}). Reworded.\n  called    f(1)")
            assert (found.mistake, found.text) == (mistake.slug, "Reworded.\n  called    f(1)")
            assert explanation_of(exercise.id, found.mistake) == mistake.explanation


@pytest.mark.parametrize(
    "message",
    [
        f"{EXERCISE}: not yet. The value differs.",
        f"{EXERCISE}: not yet (no-such-name). The value differs.",
        f"{SECOND}: not yet (wrong-sign). The path climbs.",
        f"I quote: {EXERCISE}: not yet (wrong-sign). The step climbs.",
        "",
    ],
)
def test_a_name_that_the_exercise_does_not_have_is_none(message):
    assert verdict_of(EXERCISE, message).mistake is None


SYMPTOMS = {
    "changed-in-place": lambda w, grad, lr: w.fill(1.0),
    "raised": lambda w, grad, lr: w @ lr,
    "missing-return": lambda w, grad, lr: None,
    "wrong-type": lambda w, grad, lr: "w",
    "wrong-shape": lambda w, grad, lr: (w - lr * grad)[None],
    "nan": lambda w, grad, lr: w * float("nan"),
    "wrong-signature": lambda w: w,
    "not-a-function": 3,
    "not-ended": lambda w, grad, lr: exec("while True: pass"),
}


@pytest.mark.parametrize("slug", [*SYMPTOMS])
def test_each_general_symptom_is_recognised_from_the_checks_own_words(slug, monkeypatch):
    monkeypatch.setattr("helpers.exercises.judging.SECONDS", 0.2)
    exercise = EXERCISES[EXERCISE if slug != "missing-return" else "stopping-rule"]
    answer = SYMPTOMS[slug] if slug != "missing-return" else lambda grad, tolerance: None
    error = said_by_check(exercise, answer)
    assert error.mistake == slug
    assert verdict_of(exercise.id, str(error)).mistake == slug
    assert explanation_of(exercise.id, slug)


def test_a_stub_and_an_empty_cell_are_not_attempted(run, release):
    def stub(w, grad, lr):
        raise NotImplementedError

    run.zero(EXERCISE)
    run.zero(SECOND)
    run.fail("CheckFailed", str(said_by_check(EXERCISES[EXERCISE], stub)))
    run.cell(SECOND)["source"] = " \n"
    run.fail("NameError", "name 'gradient_descent' is not defined", f"{SECOND}-check")
    first, second, *_ = grade_of(CHECKED, run.ran(), release).marks
    assert (first.verdict, first.mistake, second.verdict) == ("not attempted", None, "not attempted")
    assert first.said.startswith("Replace the line")


def test_the_hidden_failure_is_said_without_the_hidden_tests(run, release):
    run.zero()
    run.fail("AssertionError", FAILED)
    mark = grade_of(CHECKED, run.ran(), release).marks[0]
    assert (mark.verdict, mark.mistake, mark.said) == ("wrong", "other-numbers", said.OTHER_NUMBERS)
    assert FAILED in hidden_tests(EXERCISES[EXERCISE], 7)


def test_an_answer_that_is_no_python_is_told_so_and_shows_no_traceback(run, release):
    run.zero()
    run.fail("SyntaxError", "invalid syntax (1234.py, line 2)", EXERCISE)
    run.fail("NameError", "name 'gradient_step' is not defined")
    mark = grade_of(CHECKED, run.ran(), release).marks[0]
    assert mark.said == "The cell of your answer stopped with SyntaxError: invalid syntax (1234.py, line 2)"
    assert (mark.mistake, "traceback" in repr(mark)) == ("cell-error", False)


# What learners write and print


@pytest.mark.parametrize("where", ["printed", "said", "source"])
@pytest.mark.parametrize("what", ["probe", "number", "code"])
def test_hidden_tests_that_a_learner_carries_out_are_not_shown(run, release, where, what):
    hidden = hidden_tests(EXERCISES[EXERCISE], 7)
    lines = [line.strip() for line in hidden.splitlines()]
    leak = {
        "probe": next(line for line in lines if line.startswith("(np.array")),
        "number": f"I saw {re.search(r'[0-9]+[.][0-9]{5,}', hidden)[0]}.",
        "code": "return got == want or -allowed <= got - want <= allowed or (got != got and want != want)",
    }[what]
    assert what == "number" or leak in lines
    if where == "printed":
        run.print("before\n")
        run.print(leak)
    elif where == "source":
        run.cell(EXERCISE)["source"] = leak
    else:
        run.zero()
        run.fail("CheckFailed", f"{EXERCISE}: not yet. {leak}")
    assert getattr(grade_of(CHECKED, run.ran(), release).marks[0], where) == WITHHELD


def test_a_hidden_line_across_the_cut_is_found(run, release):
    line = next(text for text in hidden_tests(EXERCISES[EXERCISE], 7).splitlines() if "np.array" in text).strip()
    run.print("x" * (said.PRINTED - 30) + "\n" + line)
    assert grade_of(CHECKED, run.ran(), release).marks[0].printed == WITHHELD


def test_no_right_answer_and_no_honest_message_is_withheld(run, release):
    for exercise, mistake in MISTAKES:
        run.cell(f"{exercise.id}-check")["outputs"] = []
        run.zero(exercise.id)
        run.fail("CheckFailed", str(said_by_check(exercise, mistake.answer)), f"{exercise.id}-check")
        run.cell(exercise.id)["source"] = 'import numpy as np\nimport warnings\nwarnings.simplefilter("ignore")\n'
        assert WITHHELD not in repr(grade_of(CHECKED, run.ran(), release))


def test_ten_megabytes_of_output_become_two_thousand_characters(run, release):
    run.print("x" * 10_000_000)
    for _ in range(50_000):
        run.print("more\n")
    printed = grade_of(CHECKED, run.ran(), release).marks[0].printed
    assert len(printed) <= said.PRINTED
    assert printed.endswith("(and more)")


def test_output_that_is_cut_says_so_even_when_little_of_it_can_be_seen(run, release):
    run.print("\x1b[0m" * 10_000 + "end")
    assert grade_of(CHECKED, run.ran(), release).marks[0].printed.strip() == "(and more)"


def test_colours_progress_bars_and_odd_letters_become_plain_lines(run, release):
    run.print("\x1b[31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07\n")
    run.print("10 %\r50 %\r100 %\r\n\ttab \u202e\ud800\x00 done")
    printed = grade_of(CHECKED, run.ran(), release).marks[0].printed
    assert printed == "red link\n100 %\n    tab \\u202e\\ud800\\x00 done"


def test_outputs_of_unexpected_form_are_passed_over(run, release):
    run.cell(EXERCISE)["outputs"] += [
        {"output_type": "display_data", "data": {"text/html": SCRIPT, "text/plain": ["a", "b"]}},
        {"output_type": "display_data", "data": None},
        {"output_type": "stream", "text": {"no": "text"}},
        {"output_type": "error"},
    ]
    assert grade_of(CHECKED, run.ran(), release).marks[0].printed == "ab"


# Tables


def rows(text):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def grade(student="ada", state=GRADED, score=2.5, assignment=NAME, **changes):
    marks = (Mark(EXERCISE, 0.5, 1, "partly", "wrong-sign", "said", "source", "printed"),)
    score = None if state == UNGRADED else score
    return Grade(student, assignment, state, score, 5, () if state == UNGRADED else marks)._replace(**changes)


@pytest.mark.parametrize(
    "lead", ["=", "+", "-", "@", "\t=", "\r", " =", ' "=', "'=", "＝", "＋", "－", "＠", "\u200b=", "﹦"]
)
def test_no_text_is_a_formula_in_any_table(lead):
    hostile = grade(student=f"{lead}1+1", flags=(f"{lead}HYPERLINK()",), assignment=f"{lead}x")
    for text in (tables.grades_csv([hostile]), tables.moodle_csv([hostile], f"{lead}x"), tables.canvas_csv([hostile])):
        for value in chain.from_iterable(rows(text)):
            assert not re.match(r"\s*[\"']*[=+\-@＝＋－＠﹦\t\r\u200b]", value) or value.startswith("'")


def test_numbers_stay_numbers_and_plain_text_stays_what_it_is():
    assert [tables.cell(value) for value in (2.0, 2.5, 0, -1.5, 1 / 3, None)] == ["2", "2.5", "0", "-1.5", "0.33", ""]
    assert tables.cell('Zoë "Z" O\'Neil, x') == 'Zoë "Z" O\'Neil, x'


def test_the_table_of_all_grades_says_everything_and_has_no_score_for_ungraded():
    grades = [grade("Zoë; x, y", flags=("a", "b")), grade("bob", UNGRADED, reason="no JSON"), grade("eve", SUSPICIOUS)]
    text = tables.grades_csv(grades)
    assert text.startswith("\ufeffstudent,")
    found = [dict(zip(rows(text)[0], row, strict=True)) for row in rows(text)[1:]]
    assert [row["score"] for row in found] == ["2.5", "", "2.5"]
    assert [row[EXERCISE] for row in found] == ["0.5", "", "0.5"]
    assert found[0]["student"] == "Zoë; x, y"
    assert (found[0]["flags"], found[0]["mistakes"], found[1]["reason"]) == (
        "a; b",
        f"{EXERCISE}: wrong-sign",
        "no JSON",
    )


@pytest.mark.parametrize("state", [UNGRADED, PARTLY, SUSPICIOUS])
def test_what_is_not_graded_is_empty_for_moodle_and_canvas_and_an_earned_zero_is_not(state):
    grades = [grade("ada", state), grade("bob", score=0)]
    assert [row[1] for row in rows(tables.moodle_csv(grades, NAME))[1:]] == ["", "0"]
    assert [row[5] for row in rows(tables.canvas_csv(grades))[2:]] == ["", "0"]


def test_canvas_gets_its_columns_the_points_and_one_row_a_student():
    grades = [grade(), grade(assignment="06_learning_rate", score=3), grade("bob"), Grade("x", "", UNGRADED, None, 0)]
    assert rows(tables.canvas_csv(grades)) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", NAME, "06_learning_rate"],
        ["    Points Possible", "", "", "", "", "5", "5"],
        ["ada", "", "ada", "ada", "", "2.5", "3"],
        ["bob", "", "bob", "bob", "", "2.5", ""],
    ]


def test_moodle_gets_whose_the_grade_and_feedback_in_our_words_alone():
    hostile = grade("bob", UNGRADED, reason=SCRIPT)
    assert rows(tables.moodle_csv([grade(), hostile, grade(assignment="other")], NAME)) == [
        ["student", NAME, f"{NAME} feedback"],
        ["ada", "2.5", "gradient-step: partly, 0.5 of 1 (wrong sign); altogether 2.5 of 5"],
        ["bob", "", "There is no final grade yet; this is not a zero."],
    ]


# Pages


class Seen(HTMLParser):
    """What a browser would find in a page: its tags with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return "".join(self.words)

    def values(self, name):
        return [attrs[name] for _, attrs in self.tags if name in attrs]


def hostile_grades():
    nasty = f"{SCRIPT}\" onclick='x' </pre></style>{{{{ 7*7 }}}}"
    marks = (Mark(nasty, 1, 2, "partly", "wrong-sign", f"{nasty}\n{nasty}", nasty, nasty),)
    each = {"marks": marks, "reason": nasty, "evidence": (nasty,), "repairs": (nasty,), "flags": (nasty,)}
    return [grade(nasty, state, assignment=nasty, **each) for state in pages.STATES]


def written(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()
    }


def test_whatever_a_learner_writes_is_text_on_every_page(tmp_path):
    write_reports(hostile_grades(), tmp_path)
    found = {name: Seen(text) for name, text in written(tmp_path).items() if name.endswith(".html")}
    assert len(found) == 5
    for page in found.values():
        assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "link", "form", "base"}
        assert not page.values("onclick") + page.values("style")
        assert SCRIPT in page.text
        assert "{{ 7*7 }}" in page.text


def test_every_page_is_whole_by_itself_names_its_language_and_forbids_scripts(tmp_path):
    write_reports([grade(), grade("bob", UNGRADED, reason="no JSON")], tmp_path)
    for name, text in written(tmp_path).items():
        if name.endswith(".html"):
            page = Seen(text)
            assert ("html", {"lang": "en"}) in page.tags
            assert not page.values("src")
            assert all(value.startswith(("#", "feedback/")) for value in page.values("href"))
            (policy,) = [value for value in page.values("content") if "default-src" in value]
            assert policy.startswith("default-src 'none'; style-src 'sha256-")
            assert "unsafe" not in policy


def test_the_style_sheet_is_the_one_that_the_policy_allows(tmp_path):
    text = pages.feedback(grade())
    css = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    assert base64.b64encode(hashlib.sha256(css.encode()).digest()).decode() in text


def test_a_graded_learner_reads_score_verdict_mistake_answer_and_what_was_printed():
    text = Seen(pages.feedback(grade())).text
    for words in ("2.5 of 5 points", "gradient-step: partly", "Wrong sign.", "said", "source", "printed"):
        assert words in text


def test_an_ungraded_learner_reads_why_and_what_to_do_and_that_it_is_no_zero():
    text = Seen(pages.feedback(grade(state=UNGRADED, reason="the file is empty"))).text
    for words in ("Not graded yet", "This is not a zero", "the file is empty.", "hand it in again", f"{NAME}.ipynb"):
        assert words in text
    assert "0 of 5" not in text


def test_a_learner_sees_no_evidence_and_the_teacher_does():
    suspicious = grade(state=SUSPICIOUS, evidence=("a canary did not fail",), flags=("calls a helper",))
    learner, teacher = pages.feedback(suspicious), pages.cohort([suspicious], ["feedback/ada/x.html"])
    assert "canary" not in learner and "helper" not in learner and "Not final yet" in learner
    assert "a canary did not fail" in teacher and "calls a helper" in teacher


def test_the_teacher_reads_bad_news_first_and_which_mistakes_most_often():
    often = [grade(f"often{n}") for n in range(3)]
    twice = [grade(f"twice{n}", marks=(Mark(EXERCISE, 0, 1, "wrong", "learning-rate-forgotten"),)) for n in range(2)]
    grades = [*often, *twice, grade("bob", UNGRADED, reason="no JSON"), grade("eve", SUSPICIOUS, evidence=("forged",))]
    text = Seen(pages.cohort(grades, [f"feedback/{n}.html" for n in range(len(grades))])).text
    order = [
        "Ungraded: 1",
        "no JSON",
        "Suspicious: 1",
        "forged",
        "Scores",
        "Teach again",
        "Wrong sign",
        "Learning rate",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "5 submissions, graded and partly graded." in text
    assert "3 (60 %)" in text and "2 (40 %)" in text
    assert explanation_of(EXERCISE, "wrong-sign") in text


def test_the_histogram_counts_every_graded_score_once():
    for out_of in (1, 5, 8, 40, 100):
        scores = [0, out_of / 2, out_of, out_of]
        bars = cohort._bars(scores, out_of)
        assert sum(bar.size for bar in bars) == 4
        assert bars[-1].size >= 2 and len(bars) <= 13


# Files


NAMES = ["ada", "Ada", "ADA", "e\u0301", "é", "con", "NUL.txt", "com1", "lpt¹", "x.", "x", ".hidden", "..", ".", "a/b"]
NAMES += [
    "a b",
    "a\\b",
    "a:b",
    "=1+1",
    "<b>",
    "ﬁ",
    "fi",
    "ß",
    "ss",
    "",
    " ",
    "z" * 300,
    "z" * 301,
    "名前" * 60,
    "\ud800",
]


def test_names_of_files_are_different_and_allowed_on_every_system():
    found = safe_names(NAMES)
    assert set(found) == set(NAMES)
    assert len({places._same(name) for name in found.values()}) == len(NAMES)
    for name in found.values():
        assert PureWindowsPath(name).name == name and not PureWindowsPath(name).is_reserved()
        assert not set(name) & set('/\\:*?"<>|') and name == name.strip(" .") and len(name.encode()) <= 200
    assert (found["a b"], found["=1+1"] != "=1+1") == ("a b", True)


def test_a_name_made_to_look_like_anothers_number_takes_nobodys_place():
    number = safe_names(["ada", "Ada"])["Ada"]
    found = safe_names(["ada", "Ada", number, number.upper()])
    assert len({places._same(name) for name in found.values()}) == 4


def test_two_names_whose_numbers_begin_alike_get_longer_ones():
    found = safe_names(f"{'z' * 100}{n}" for n in (36805, 70724))
    assert len({name[:109] for name in found.values()}) == 1
    assert len(set(found.values())) == 2


def test_every_submission_has_its_own_page_inside_the_folder_and_the_teachers_links_lead_there(tmp_path):
    out = tmp_path / "grades"
    grades = [grade(name, UNGRADED, reason="x", assignment=a) for name in NAMES for a in ("", NAME, "../up")]
    write_reports(grades + grades[:3], out)
    files = written(out)
    assert [path.name for path in tmp_path.iterdir()] == ["grades"]
    assert sum(name.startswith("feedback/") for name in files) == len(grades) + 3
    links = {unquote(link) for link in Seen(files["cohort.html"]).values("href")}
    assert links <= set(files)
    assert {"grades.csv", "canvas.csv", "cohort.html", f"moodle-{NAME}.csv"} <= set(files)


def test_writing_again_changes_nothing_and_leaves_no_half_file(tmp_path, monkeypatch):
    write_reports([grade()], tmp_path)
    before = written(tmp_path)
    write_reports([grade()], tmp_path)
    assert written(tmp_path) == before

    def refuse(*_):
        raise PermissionError("in use")

    monkeypatch.setattr("helpers.ground.os.replace", refuse)
    with pytest.raises(pages.CannotGoOnError, match=r"grades\.csv cannot be replaced"):
        write_reports([grade(score=1)], tmp_path)
    assert written(tmp_path) == before


def test_the_page_of_a_learner_who_is_gone_goes_and_other_files_stay(tmp_path):
    write_reports([grade(), grade("bob"), grade("bob", assignment="06_learning_rate")], tmp_path)
    (tmp_path / "feedback" / "bob" / "mine.txt").write_text("by the teacher")
    write_reports([grade(), grade("bob", assignment="06_learning_rate")], tmp_path)
    left = {name for name in written(tmp_path) if name.startswith("feedback/")}
    assert left == {f"feedback/ada/{NAME}.html", "feedback/bob/06_learning_rate.html", "feedback/bob/mine.txt"}
    write_reports([grade("bob", assignment="06_learning_rate")], tmp_path)
    assert not (tmp_path / "feedback" / "ada").exists()


LATE = [
    (0, ""),
    (1, "1 minute late"),
    (3600, "1 hour late"),
    (90 * 60, "1 hour 30 minutes late"),
    (200_000, "2 days 7 hours late"),
]


@pytest.mark.parametrize(("seconds", "words"), LATE)
def test_how_late_it_was_is_said_with_and_without_a_penalty(seconds, words, tmp_path):
    for points, score in ((0.0, 3.5), (2.0, 1.5)):
        found = final(grade(), entry({f"{EXERCISE}-check": 1.0}, late=points, seconds=seconds))
        assert (found.late, found.score) == (words, score)
        said = tables.comment(found)
        assert said.endswith(f"altogether {score} of 5") and "1.5 of 1 by hand" in said
        assert ("2 points off because it was late" in said) == bool(points) and words in said
        write_reports([found], tmp_path)
        files = written(tmp_path)
        shown = [name for name, text in files.items() if words and words in text]
        assert not words or {"grades.csv", "cohort.html", f"feedback/ada/{NAME}.html"} <= set(shown)


def test_where_the_export_alone_says_late_it_is_said_so_of_ungraded_work_too():
    assert final(grade(), entry(), "late, as Canvas says").late == "late, as Canvas says"
    assert final(grade(state=UNGRADED), None, "late, as Canvas says").late == "late, as Canvas says"


@pytest.mark.parametrize("student", ["0012345", "1234", "ada"])
def test_canvas_is_never_told_a_students_own_name_as_its_id(student):
    assert rows(tables.canvas_csv([grade(student)]))[2][:4] == [student, "", student, student]


def test_an_empty_cohort_has_its_tables_and_its_page(tmp_path):
    write_reports([], tmp_path)
    assert set(written(tmp_path)) == {"grades.csv", "canvas.csv", "cohort.html"}


# Marks by hand


WRITTEN = {"grade": True, "solution": True, "locked": False, "task": False, "points": 20, "grade_id": "explain"}
TASK = WRITTEN | {"grade": False, "solution": False, "locked": True, "task": True, "grade_id": "task", "points": 3}


@pytest.fixture
def with_words(run, release):
    """A run and a release in which a person marks one answer in words, and one task."""
    cells = [
        {"cell_type": "markdown", "id": f"x-{n}", "metadata": {"nbgrader": marked}, "source": "Because."}
        for n, marked in enumerate((WRITTEN, TASK))
    ]
    run.nb["cells"] += cells
    return run, release | {"cells": release["cells"] + cells}


def entry(by_hand=(), waiting=(), late=0.0, comments=(), seconds=0.0):
    return GradebookEntry(dict(by_hand), frozenset(waiting), late, dict(comments), seconds)


def test_what_a_person_marks_waits_and_is_not_called_not_run(with_words):
    run, release = with_words
    found = grade_of(CHECKED, run.ran(), release)
    assert (found.state, found.score, found.out_of) == (PARTLY, TOTAL, TOTAL + 23)
    assert found.reason == "explain, task to be marked by hand"
    assert [(mark.verdict, mark.source) for mark in found.marks[-2:]] == [("not marked", "Because.")] * 2


def test_an_assignment_of_words_alone_waits_and_is_not_ungraded(with_words):
    run, release = with_words
    cells = [cell for cell in release["cells"] if cell["id"].startswith("x-")]
    found = grade_of(CHECKED, run.ran(scores={}), {"cells": cells})
    assert (found.state, found.score, found.out_of) == (PARTLY, 0, 23)


def test_marks_comments_and_lateness_add_up(with_words):
    run, release = with_words
    run.scores["gradient-step-check"] = 0.0
    before = grade_of(CHECKED, run.ran(), release)
    by_hand = {"explain": 12.5, "task": 1.0, "gradient-step-check": 0.25}
    said = {"explain": "Which L?", EXERCISE: "Nearly. a < b", "task": "1" * 20_000}
    after = final(before, entry(by_hand, late=2.0, comments=said))
    assert (after.state, after.score) == (GRADED, TOTAL - 0.5 + 13.75 - 2)
    assert sum(mark.points for mark in after.marks) - 2 == after.score
    first, *_, words, task = after.marks
    assert (first.verdict, first.points, first.by_hand, first.comment) == ("partly", 0.75, True, "Nearly. a < b")
    assert (words.verdict, words.points, words.said, words.comment) == ("marked", 12.5, "", "Which L?")
    assert len(task.comment) <= postflight.COMMENT
    assert after.reason == "20.25 points with marks by hand, 6.5 without; 2 points off because it was late"
    line = tables.comment(after)
    assert "explain: marked, 12.5 of 20 by hand - Which L?" in line and "a &lt; b" in line
    assert "0.75 of 1 by hand" in line and "to be marked" not in pages.feedback(after)


def test_what_is_marked_in_part_still_waits_for_the_rest(with_words):
    run, release = with_words
    after = final(grade_of(CHECKED, run.ran(), release), entry({"explain": 3.0}, {"task"}))
    assert (after.state, after.score) == (PARTLY, TOTAL + 3)
    assert after.reason.startswith("task to be marked by hand; ")


def test_a_suspicious_submission_waits_until_all_that_has_points_is_marked(run, release):
    before = grade_of(CHECKED, run.ran(evidence=("a check that must fail did not",)), release)
    exercises = [mark.exercise for mark in before.marks if mark.points]
    assert before.state == SUSPICIOUS and len(exercises) > 1
    first, *others = (f"{exercise}-check" for exercise in exercises)
    after = final(before, entry({first: -0.25}))
    assert after.state == SUSPICIOUS
    assert after.reason.endswith(f"points without a mark by hand: {', '.join(exercises[1:])}")
    assert final(before, entry(dict.fromkeys((first, *others), 0.0))).state == GRADED


def test_an_answer_that_changed_after_its_mark_is_named(with_words):
    run, release = with_words
    after = final(grade_of(CHECKED, run.ran(), release), entry({"explain": 3.0, "task": 1.0}, {"explain"}))
    assert (after.state, after.score) == (PARTLY, TOTAL + 4)
    assert "explain changed since it was marked by hand" in after.reason


def test_a_comment_without_points_stands_on_the_page_and_changes_nothing_else(run, release):
    before = grade_of(CHECKED, run.ran(), release)
    after = final(before, entry(comments={EXERCISE: f"Well done.\n{SCRIPT}"}))
    assert (after.state, after.score, after.reason) == (GRADED, TOTAL, "")
    assert "Well done.\n&lt;script&gt;" in pages.feedback(after) and SCRIPT not in pages.feedback(after)


def test_the_columns_of_marked_answers_are_shown_where_there_are_any(with_words):
    run, release = with_words
    found = [grade_of(CHECKED, run.ran(), release)]
    assert "not marked" in pages.cohort(found, places.page_places(found))
    found = [grade_of(CHECKED, run.ran(), Run({"cells": release["cells"][:-2]}).nb)]
    assert "not marked" not in pages.cohort(found, places.page_places(found))


def test_pages_of_learners_who_are_gone_go_and_what_is_no_page_of_ours_stays(tmp_path):
    write_reports([grade(), grade("bob"), grade(assignment="06_learning_rate")], tmp_path)
    (tmp_path / "feedback" / "bob" / "notes.html").write_text("<p>mine</p>", encoding="utf-8")
    (tmp_path / "feedback" / "letter.txt").write_text("Dear all", encoding="utf-8")
    write_reports([grade(), grade("eve")], tmp_path)
    left = {path.relative_to(tmp_path / "feedback").as_posix() for path in (tmp_path / "feedback").rglob("*.*")}
    assert left == {f"ada/{NAME}.html", f"eve/{NAME}.html", "bob/notes.html", "letter.txt"}
    write_reports([grade()], tmp_path)
    assert not (tmp_path / "feedback" / "eve").exists()
