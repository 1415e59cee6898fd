"""Progress: what is recorded is never lost, never fatal, and shown as a table."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.exercises import CheckFailed, check, progress, store
from helpers.exercises import table as table_module
from helpers.exercises.catalogue import LESSONS, challenge
from helpers.exercises.exercise import Lesson


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIENT_COURSE_PROGRESS", str(tmp_path / "fülder with space"))
    monkeypatch.setattr(store, "_unsaved", {})
    return tmp_path / "fülder with space"


def run_python(code):
    root = Path(__file__).parents[1]
    return subprocess.Popen([sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, text=True)


def test_check_records_attempt_and_success():
    with pytest.raises(CheckFailed):
        check("gradient-step", lambda w, grad, lr: w)
    assert store.load()["exercises"]["gradient-step"] == {"attempted": True}
    check("gradient-step", lambda w, grad, lr: w - lr * grad)
    assert store.load()["exercises"]["gradient-step"] == {"attempted": True, "solved": True}


def test_solved_stays_solved_after_a_later_wrong_answer():
    check("gradient-step", lambda w, grad, lr: w - lr * grad)
    with pytest.raises(CheckFailed):
        check("gradient-step", lambda w, grad, lr: w)
    assert store.load()["exercises"]["gradient-step"]["solved"]


def test_reading_makes_no_file(folder):
    progress()
    assert not folder.exists()


@pytest.mark.slow
def test_processes_that_write_at_the_same_time_lose_nothing():
    code = "from helpers.exercises import store\nfor i in range(25): store.record('quiz', f'{ID}-{i}', choice='a')"
    processes = [run_python(code.replace("{ID}", str(n))) for n in range(4)]
    assert [process.wait() for process in processes] == [0] * 4
    assert len(store.load()["quiz"]) == 100


@pytest.mark.slow
def test_killed_process_leaves_no_lock_behind():
    code = "import os\nfrom helpers.exercises import store\nwith store.locked(store.data_folder()): os._exit(7)"
    assert run_python(code).wait() == 7
    store.record("quiz", "after", choice="a")
    assert "after" in store.load()["quiz"]


def test_write_that_dies_half_way_leaves_the_old_file(folder, monkeypatch, capsys):
    store.record("quiz", "first", choice="a")

    def dies(*args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(store.os, "replace", dies)
        store.record("quiz", "second", choice="b")
        assert "No space left" in capsys.readouterr().out
        assert list(json.loads((folder / "progress.json").read_text())["quiz"]) == ["first"]
        assert list(store.load()["quiz"]) == ["first", "second"]
    store.record("quiz", "third", choice="c")
    assert list(json.loads((folder / "progress.json").read_text())["quiz"]) == ["first", "second", "third"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is damaged"),
        (b'{"version": 1, "exer', "is damaged"),
        (b"\xff\xfe\x00", "is damaged"),
        (b"[1, 2]", "is damaged"),
        (b'{"version": 1}', "is damaged"),
        (b'{"version": 1, "exercises": {"a": 3}, "predictions": {}, "quiz": {}}', "is damaged"),
        (b"[" * 100_000, "is damaged"),
        (b'{"version": 2, "all": "new"}', "newer version"),
    ],
)
def test_file_that_cannot_be_used_is_set_aside_whole_and_said_once(folder, capsys, content, words):
    folder.mkdir()
    (folder / "progress.json").write_bytes(content)
    check("gradient-step", lambda w, grad, lr: w - lr * grad)
    assert words in capsys.readouterr().out
    assert (folder / "progress-set-aside-1.json").read_bytes() == content
    assert store.load()["exercises"]["gradient-step"]["solved"]
    assert capsys.readouterr().out == ""


def test_second_damaged_file_does_not_replace_the_first_one(folder):
    folder.mkdir()
    for number in (1, 2):
        (folder / "progress.json").write_text(f"damaged {number}")
        store.load()
    assert (folder / "progress-set-aside-1.json").read_text() == "damaged 1"
    assert (folder / "progress-set-aside-2.json").read_text() == "damaged 2"


def test_folder_that_cannot_be_made_is_said_once_and_the_check_works(folder, capsys):
    folder.write_text("a file where the folder should be")
    check("gradient-step", lambda w, grad, lr: w - lr * grad)
    first = capsys.readouterr().out
    assert "cannot be saved" in first and "gradient-step: right" in first
    check("gradient-step", lambda w, grad, lr: w - lr * grad)
    assert "cannot be saved" not in capsys.readouterr().out
    assert store.load()["exercises"]["gradient-step"]["solved"]


@pytest.mark.slow
def test_temporary_progress_is_empty_private_and_removed():
    code = (
        "import os; os.environ['GRADIENT_COURSE_PROGRESS'] = 'temporary'\n"
        "from helpers.exercises import store\n"
        "assert store.load() == store._empty()\n"
        "store.record('quiz', 'a', choice='b')\n"
        "assert store.load()['quiz'] == {'a': {'choice': 'b'}}\n"
        "print(store.data_folder())"
    )
    process = run_python(code)
    output, _ = process.communicate()
    assert process.returncode == 0
    assert not Path(output.strip()).exists()


def test_without_a_setting_the_file_is_in_the_users_own_data_folder(monkeypatch):
    monkeypatch.delenv("GRADIENT_COURSE_PROGRESS")
    assert store.data_folder().name == "gradient-course"
    assert Path.home() in store.data_folder().parents


def test_empty_table_lists_the_whole_course_and_never_varies():
    table = progress()
    assert repr(table) == repr(progress()) and table._repr_html_() == progress()._repr_html_()
    assert len(table.rows) == len(LESSONS) == 17
    assert "01_gradient                   0 of 3" in repr(table)
    assert "15_capstone                   0 of 4" in repr(table)
    assert table_module.PLANNED not in repr(table) + table._repr_html_()


def test_a_lesson_that_is_only_planned_is_said_so_and_is_no_link(monkeypatch):
    monkeypatch.setattr(table_module, "LESSONS", [*LESSONS, Lesson("18_sign_descent", "Sign descent")])
    assert "18_sign_descent               not yet written" in repr(progress())
    html = progress()._repr_html_()
    assert '>18 Sign descent</th><td colspan="4">not yet written</td>' in html and "18_sign_descent.ipynb" not in html


def test_table_counts_what_was_done():
    store.record("exercises", "bowl-gradient", attempted=True, solved=True)
    store.record("exercises", "steepest-ascent", attempted=True)
    store.record("predictions", "ellipse-direction", choice="beside")
    store.record("quiz", "quiz-level-sets", choice="along")
    store.record("quiz", "quiz-gradient-lives", choice="domain", right=True)
    store.record("exercises", "an-exercise-of-last-year", solved=True)
    challenge("secant").met("distance h 0.01")
    cells = {name: cells for name, _, cells in progress().rows}
    gradient = next(lesson for lesson in LESSONS if lesson.name == "01_gradient")
    predictions, challenges = len(gradient.predictions), len(gradient.challenges)
    assert cells["01_gradient"] == ("1 of 3", f"1 of {predictions}", "1 of 3", f"1 of {challenges}")


def test_a_file_from_before_there_were_challenges_is_kept(folder, capsys):
    folder.mkdir()
    old = {"version": 1, "exercises": {"gradient-step": {"solved": True}}, "predictions": {}, "quiz": {}}
    (folder / "progress.json").write_text(json.dumps(old))
    challenge("secant").met("distance h 0.01")
    assert store.load()["exercises"] == old["exercises"]
    assert store.load()["challenges"] == {"secant": {"met": "distance h 0.01"}}
    assert capsys.readouterr().out == ""


def test_the_name_of_a_lesson_that_is_written_is_a_link_to_it():
    links = re.findall(r'<a href="([^"]+)\.ipynb">([^<]+)</a>', progress()._repr_html_())
    labels = {lesson.name: lesson.label for lesson in LESSONS}
    lessons = Path(__file__).parents[1] / "lessons"
    assert [name for name, _ in links] == sorted(path.stem for path in lessons.glob("*.ipynb"))
    assert all(labels[name] == label for name, label in links)
    assert (labels["05_gradient_descent"], labels["toolbox"]) == ("05 Gradient descent", "The toolbox")
    assert "<a" not in repr(progress())


def test_table_is_a_table_for_screen_readers():
    html = progress()._repr_html_()
    assert "<caption>Your progress</caption>" in html
    assert html.count('<th scope="col">') == 5
    assert html.count('<th scope="row"') == len(LESSONS)
