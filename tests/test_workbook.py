"""The learner's copy: new lessons arrive, and nothing that she wrote is ever lost."""

import json
import os
from pathlib import Path

import pytest

from helpers.start.saving import WIDGET_STATE, WIDGET_VIEW
from helpers.start.workbook import (
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
