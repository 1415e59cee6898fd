"""The learner's copy: new lessons arrive, and nothing that she wrote is ever lost."""

import json
import os
from pathlib import Path

import pytest

from helpers.exercises import progress
from helpers.start.saving import WIDGET_STATE, WIDGET_VIEW
from helpers.start.workbook import (
    MOVED,
    UnknownLessonError,
    drop_dead_widgets,
    find,
    refresh,
    reset,
)

LESSON = "06_learning_rate.ipynb"


def notebook(*sources, outputs=(), metadata=None):
    cells = [{"cell_type": "markdown", "id": "title", "metadata": {}, "source": ["# A\n", "lesson"]}]
    for number, source in enumerate(sources):
        cell = {"cell_type": "code", "id": f"c{number}", "metadata": {}, "execution_count": None, "source": source}
        cells.append(cell | {"outputs": list(outputs)})
    return {"cells": cells, "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 5}


def write(path, content):
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def sources(path):
    return ["".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"][1:]]


@pytest.fixture
def root(tmp_path):
    """A course with one lesson, laid into the workbook."""
    write(tmp_path / "lessons" / LESSON, notebook("first edition"))
    assert refresh(tmp_path) == []
    return tmp_path


@pytest.fixture
def mine(root):
    return root / "workbook" / LESSON


def new_edition(root, text="second edition"):
    write(root / "lessons" / LESSON, notebook(text))


def beside(mine, end="new-edition"):
    return mine.with_name(f"06_learning_rate.{end}.ipynb")


def test_a_lesson_that_is_new_is_added(root):
    write(root / "lessons" / "09_momentum.ipynb", notebook("é"))
    assert refresh(root) == []
    assert sources(root / "workbook" / "09_momentum.ipynb") == ["é"]


def test_an_untouched_lesson_is_updated_and_said_so(root, mine):
    new_edition(root)
    assert [line.split()[0] for line in refresh(root)] == [f"workbook/{LESSON}"]
    assert sources(mine) == ["second edition"]
    assert refresh(root) == []


def test_running_a_lesson_is_not_touching_it(root, mine):
    stream = {"output_type": "stream", "name": "stdout", "text": "1"}
    write(mine, notebook("first edition", "", outputs=[stream], metadata={"language_info": {"version": "3.14"}}))
    new_edition(root)
    refresh(root)
    assert sources(mine) == ["second edition"]


def test_a_touched_lesson_stays_and_its_new_edition_lies_beside_it(root, mine):
    write(mine, notebook("my work"))
    new_edition(root)
    (said,) = refresh(root)
    assert "is yours and stays" in said and "06_learning_rate.new-edition.ipynb" in said
    assert sources(mine) == ["my work"]
    assert sources(beside(mine)) == ["second edition"]


def test_a_cell_that_changed_its_type_is_touched(root, mine):
    changed = notebook("first edition")
    changed["cells"][1]["cell_type"] = "raw"
    write(mine, changed)
    new_edition(root)
    refresh(root)
    assert sources(mine) == ["first edition"]


def test_a_new_edition_is_offered_once(root, mine):
    write(mine, notebook("my work"))
    new_edition(root)
    refresh(root)
    beside(mine).unlink()
    assert refresh(root) == []
    assert not beside(mine).exists()


def test_a_newer_edition_replaces_the_one_beside_when_that_is_untouched(root, mine):
    write(mine, notebook("my work"))
    for text in ("second", "third"):
        new_edition(root, text)
        refresh(root)
    assert sources(beside(mine)) == ["third"]
    assert not beside(mine, "new-edition-2").exists()


def test_an_edition_beside_that_was_touched_stays_as_well(root, mine):
    write(mine, notebook("my work"))
    new_edition(root, "second")
    refresh(root)
    write(beside(mine), notebook("more work"))
    new_edition(root, "third")
    refresh(root)
    assert [sources(path) for path in (mine, beside(mine), beside(mine, "new-edition-2"))] == [
        ["my work"],
        ["more work"],
        ["third"],
    ]


def test_the_new_edition_taken_over_by_the_learner_is_followed_again(root, mine):
    write(mine, notebook("my work"))
    new_edition(root, "second")
    refresh(root)
    os.replace(beside(mine), mine)
    assert refresh(root) == []
    new_edition(root, "third")
    refresh(root)
    assert sources(mine) == ["third"]


def test_a_deleted_lesson_comes_back(root, mine):
    mine.unlink()
    assert refresh(root) == []
    assert sources(mine) == ["first edition"]


def test_the_learners_own_files_are_left_alone(root):
    write(root / "workbook" / "notes.ipynb", "mine")
    refresh(root)
    assert (root / "workbook" / "notes.ipynb").read_text() == "mine"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}', "\u0000"])
def test_a_damaged_notebook_is_kept_and_named(root, mine, text):
    write(mine, text)
    new_edition(root)
    said = refresh(root)
    assert any("cannot be read: `python start.py reset 06_learning_rate`" in line for line in said)
    assert mine.read_text() == text
    assert sources(beside(mine)) == ["second edition"]


def test_a_damaged_lesson_changes_nothing(root, mine):
    write(root / "lessons" / LESSON, "half a file")
    (said,) = refresh(root)
    assert f"lessons/{LESSON} is damaged" in said
    assert sources(mine) == ["first edition"]


@pytest.mark.parametrize("text", ["", "[]", '{"06_learning_rate.ipynb": 1}', "not json"])
def test_a_damaged_manifest_is_set_aside_and_loses_no_work(root, mine, text):
    write(root / "workbook" / ".editions.json", text)
    write(mine, notebook("my work"))
    said = refresh(root)
    assert "was damaged" in said[0]
    assert (root / "workbook" / ".editions.damaged-1.json").read_text() == text
    assert sources(mine) == ["my work"]
    assert refresh(root) == []


def test_a_lost_manifest_loses_no_work(root, mine):
    (root / "workbook" / ".editions.json").unlink()
    write(mine, notebook("my work"))
    new_edition(root)
    refresh(root)
    assert sources(mine) == ["my work"]


def test_a_write_that_fails_leaves_the_old_file_whole(root, mine, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    new_edition(root)
    monkeypatch.setattr("helpers.ground.os.replace", full)
    with pytest.raises(OSError, match="No space left"):
        refresh(root)
    assert sources(mine) == ["first edition"]
    assert sorted(path.name for path in mine.parent.iterdir()) == [".editions.json", LESSON]


# reset


@pytest.mark.parametrize("name", ["6", "06", "06_learning_rate", LESSON, f"workbook/{LESSON}"])
def test_reset_keeps_the_old_copy_and_lays_a_fresh_one(root, mine, name):
    write(mine, notebook("my work"))
    said = reset(root, name)
    assert "06_learning_rate.kept-1.ipynb" in said
    assert sources(mine) == ["first edition"]
    assert sources(beside(mine, "kept-1")) == ["my work"]


def test_a_lesson_without_a_number_is_laid_and_reset_by_its_name(root):
    toolbox = root / "workbook" / "toolbox.ipynb"
    write(root / "lessons" / "toolbox.ipynb", notebook("arrays"))
    refresh(root)
    write(toolbox, notebook("my arrays"))
    assert "toolbox.kept-1.ipynb" in reset(root, "toolbox")
    assert (sources(toolbox), sources(toolbox.with_name("toolbox.kept-1.ipynb"))) == (["arrays"], ["my arrays"])


def test_reset_twice_keeps_both_copies(root, mine):
    for work in ("one", "two"):
        write(mine, notebook(work))
        reset(root, "06")
    assert [sources(beside(mine, f"kept-{number}")) for number in (1, 2)] == [["one"], ["two"]]


def test_reset_keeps_a_damaged_notebook(root, mine):
    write(mine, "half a file")
    reset(root, "06")
    assert beside(mine, "kept-1").read_text() == "half a file"
    assert sources(mine) == ["first edition"]


def test_a_fresh_copy_follows_new_editions_again(root, mine):
    write(mine, notebook("my work"))
    reset(root, "06")
    new_edition(root)
    refresh(root)
    assert sources(mine) == ["second edition"]


def test_reset_works_before_the_first_start(tmp_path):
    write(tmp_path / "lessons" / LESSON, notebook("first edition"))
    reset(tmp_path, "06")
    assert sources(tmp_path / "workbook" / LESSON) == ["first edition"]


@pytest.mark.parametrize("name", ["", "07", "learning_rate", "06_learning_rate.kept-1"])
def test_an_unknown_lesson_is_told_which_there_are(root, name):
    with pytest.raises(UnknownLessonError, match=r"the lessons are: 06_learning_rate\.$"):
        find(root, name)


def test_reset_of_a_damaged_lesson_changes_nothing(root, mine):
    write(mine, notebook("my work"))
    write(root / "lessons" / LESSON, "half a file")
    with pytest.raises(UnknownLessonError, match="nothing was changed"):
        reset(root, "06")
    assert sources(mine) == ["my work"]


# the day after the lessons got other names


OLD = ("00_start_here", "01_gradient", *MOVED)
NOW = tuple(sorted(path.stem for path in (Path(__file__).parents[1] / "lessons").glob("*.ipynb")))
SOLVED = {"mse": "04_loss", "l2-penalty-gradient": "07_regularisation", "central-difference": "02_estimating_gradients"}
SOLVED |= {"backward-pass": "03_automatic_differentiation", "gradient-step": "05_gradient_descent"}
CHOSEN = {"subgradient-zeros": "07_regularisation", "backward-twice": "03_automatic_differentiation"}


@pytest.fixture
def old(tmp_path):
    """A course of today, with a workbook of 0.1 in which two lessons were touched and one was started over."""
    for name in OLD:
        write(tmp_path / "lessons" / f"{name}.ipynb", notebook(f"{name} of 0.1"))
    assert refresh(tmp_path) == []
    workbook = tmp_path / "workbook"
    write(workbook / "03_loss.ipynb", notebook("my losses"))
    write(workbook / "02_estimating_gradients.ipynb", notebook("my slopes"))
    write(workbook / "05_learning_rate.ipynb", notebook("my rates"))
    reset(tmp_path, "05_learning_rate")
    for name in OLD:
        (tmp_path / "lessons" / f"{name}.ipynb").unlink()
    for name in NOW:
        write(tmp_path / "lessons" / f"{name}.ipynb", notebook(f"{name} of today"))
    return tmp_path


def laid(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.ipynb")}


def test_each_lesson_of_today_was_one_of_old_or_part_of_one_or_is_new():
    went = {name for names in MOVED.values() for name in names}
    assert went <= set(NOW) and set(OLD) & set(NOW) == {"00_start_here", "01_gradient", "02_estimating_gradients"}


def test_notebooks_with_old_names_are_moved_byte_for_byte_and_each_is_said(old):
    workbook = old / "workbook"
    before = laid(workbook)
    said = refresh(old)
    assert (
        "03_loss is now 04_loss and 07_regularisation; your copy lies in workbook/edition-0.1, as you left it, "
        "and your progress counts." in said
    )
    assert "05_learning_rate is now 06_learning_rate; " in "\n".join(said)
    went = {f"{name}.ipynb" for name in set(OLD) - set(NOW)} | {"05_learning_rate.kept-1.ipynb"}
    assert laid(workbook / "edition-0.1") == {name: text for name, text in before.items() if name in went}
    assert {path.stem for path in workbook.glob("*.ipynb")} - {"02_estimating_gradients.new-edition"} == set(NOW)
    assert not {f"{name}.ipynb" for name in set(OLD) - set(NOW)} & set(
        json.loads((workbook / ".editions.json").read_text(encoding="utf-8"))
    )


def test_a_lesson_that_lost_its_second_half_stays_where_it_was_touched_and_says_where_that_is(old):
    said = "\n".join(refresh(old))
    assert "The second half of 02_estimating_gradients is now 03_automatic_differentiation; " in said
    assert "02_estimating_gradients.new-edition.ipynb" in said
    assert sources(old / "workbook" / "02_estimating_gradients.ipynb") == ["my slopes"]


def test_where_lessons_went_is_said_once_also_when_a_new_one_was_deleted(old):
    refresh(old)
    assert refresh(old) == []
    (old / "workbook" / "03_automatic_differentiation.ipynb").unlink()
    assert refresh(old) == []


def test_nobody_who_begins_today_is_told_of_old_lessons(old):
    for path in (old / "workbook").iterdir():
        path.unlink()
    assert refresh(old) == []
    assert not (old / "workbook" / "edition-0.1").exists()


def test_nothing_in_the_folder_of_an_old_edition_is_replaced(old):
    folder = old / "workbook" / "edition-0.1"
    write(folder / "03_loss.ipynb", "there already")
    refresh(old)
    assert (folder / "03_loss.ipynb").read_text() == "there already"
    assert sources(folder / "03_loss.moved-1.ipynb") == ["my losses"]


def test_progress_of_old_keeps_every_byte_and_counts_in_the_lessons_of_today(old, monkeypatch):
    monkeypatch.setenv("GRADIENT_COURSE_PROGRESS", str(old / "progress"))
    record = {"exercises": {id: {"attempted": True, "solved": True} for id in SOLVED}}
    record |= {"predictions": {id: {"choice": "none"} for id in CHOSEN}, "quiz": {}, "version": 1}
    write(old / "progress" / "progress.json", json.dumps(record))
    before = (old / "progress" / "progress.json").read_bytes()
    refresh(old)
    rows = {name: cells for name, _, cells in progress().rows}
    for column, lessons in enumerate((SOLVED.values(), CHOSEN.values())):
        assert all(rows[name][column].startswith("1 of ") for name in lessons)
    assert (old / "progress" / "progress.json").read_bytes() == before


def test_reset_finds_a_lesson_by_its_old_name_and_says_where_it_is(old):
    said = reset(old, "04_gradient_descent")
    assert said.startswith("04_gradient_descent is now 05_gradient_descent. ")
    assert sources(old / "workbook" / "05_gradient_descent.ipynb") == ["05_gradient_descent of today"]
    assert sources(old / "workbook" / "04_gradient_descent.ipynb") == ["04_gradient_descent of 0.1"]


def test_reset_of_a_lesson_that_is_two_now_names_both_and_changes_nothing(old):
    before = laid(old / "workbook")
    with pytest.raises(UnknownLessonError, match="03_loss is now 04_loss and 07_regularisation: name one of them"):
        reset(old, "workbook/03_loss.ipynb")
    assert laid(old / "workbook") == before


PICTURE = {"image/png": "AAAA\n", "text/html": ["<img ", "alt='ä'>"], "text/plain": "Stage()"}
VIEW = {WIDGET_VIEW: {"model_id": "abc", "version_major": 2, "version_minor": 0}}


def shown(data):
    return {"output_type": "display_data", "metadata": {}, "data": data}


def test_a_dead_widget_leaves_and_nothing_else_changes(root, mine):
    text = json.dumps(notebook("stage()", outputs=[shown(VIEW | PICTURE)]), indent=1, ensure_ascii=False) + "\n"
    write(mine, text)
    drop_dead_widgets(root)
    expected = json.dumps(notebook("stage()", outputs=[shown(PICTURE)]), indent=1, ensure_ascii=False) + "\n"
    assert mine.read_text(encoding="utf-8") == expected


@pytest.mark.parametrize(
    ("data", "metadata"),
    [
        (VIEW | {"text/plain": "Slider()"}, {}),  # nothing could be shown instead
        (VIEW | PICTURE, {"widgets": {WIDGET_STATE: {"state": {"abc": {}}}}}),  # its state is saved: it lives
        (PICTURE, {}),
    ],
    ids=["no picture", "saved state", "no widget"],
)
def test_other_outputs_keep_every_byte(root, mine, data, metadata):
    write(mine, notebook("stage()", outputs=[shown(data)], metadata=metadata))
    before = mine.read_bytes()
    drop_dead_widgets(root)
    assert mine.read_bytes() == before


def test_a_damaged_notebook_with_widgets_is_left_alone(root, mine):
    write(mine, f"{{ {WIDGET_VIEW}")
    drop_dead_widgets(root)
    assert mine.read_text() == f"{{ {WIDGET_VIEW}"


def test_dropping_dead_widgets_needs_no_workbook(tmp_path):
    drop_dead_widgets(Path(tmp_path))
    assert not (tmp_path / "workbook").exists()
