"""What a notebook keeps of its widgets when it is saved, run or not, and what a cell's earlier widgets become."""

import json
import sys
from types import SimpleNamespace

import pytest

from helpers.page import cells
from helpers.start.saving import WIDGET_STATE, WIDGET_VIEW, before_saving, keep_widgets


def output(id, **beside):
    return {"output_type": "display_data", "data": {WIDGET_VIEW: {"model_id": id}} | beside, "metadata": {}}


def notebook(*outputs, states=None):
    widgets = {"widgets": {WIDGET_STATE: {"version_major": 2, "version_minor": 0, "state": states}}} if states else {}
    return {"cells": [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": list(outputs)}], "metadata": widgets}


def states(notebook):
    return notebook["metadata"]["widgets"][WIDGET_STATE]["state"]


PICTURE = {"image/png": "AAAA"}
STAGE = {"model_name": "AnyModel", "state": {"layout": "IPY_MODEL_l1", "index": 3}}
LAYOUT = {"model_name": "LayoutModel", "state": {}}


def test_a_notebook_that_is_saved_without_its_kernel_keeps_what_the_file_has(tmp_path):
    (tmp_path / "a.ipynb").write_text(json.dumps(notebook(output("s1"), states={"s1": STAGE, "l1": LAYOUT})))
    opened = notebook(output("s1", **PICTURE))
    before_saving(model={"type": "notebook", "content": opened}, path="a.ipynb", contents_manager=manager(tmp_path))
    assert states(opened) == {"s1": STAGE, "l1": LAYOUT}
    assert WIDGET_VIEW in opened["cells"][1]["outputs"][0]["data"]


def manager(folder):
    return SimpleNamespace(root_dir=str(folder))


def test_what_the_notebook_itself_has_is_newer():
    moved = STAGE | {"state": {"layout": "IPY_MODEL_l1", "index": 9}}
    opened = notebook(output("s1"), states={"s1": moved, "l1": LAYOUT})
    keep_widgets(opened, {"s1": STAGE})
    assert states(opened)["s1"] == moved


def test_what_no_output_shows_any_more_is_dropped():
    opened = notebook(output("s1"), states={"s1": STAGE, "l1": LAYOUT, "old": STAGE, "l2": LAYOUT})
    keep_widgets(opened, {"older": STAGE})
    assert set(states(opened)) == {"s1", "l1"}
    bare = notebook(states={"old": STAGE})
    keep_widgets(bare, {})
    assert bare["metadata"] == {}


def test_a_view_without_any_state_gives_way_to_the_picture_beside_it():
    opened = notebook(output("lost", **PICTURE), output("bare"))
    keep_widgets(opened, {})
    first, second = opened["cells"][1]["outputs"]
    assert first["data"] == PICTURE and WIDGET_VIEW in second["data"]


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"cells": 1}', '{"metadata": {"widgets": []}}'])
def test_a_file_that_cannot_be_read_takes_nothing_from_what_is_saved(tmp_path, damaged):
    (tmp_path / "a.ipynb").write_text(damaged)
    for path in ("a.ipynb", "missing.ipynb"):
        opened = notebook(output("s1"), states={"s1": STAGE, "l1": LAYOUT})
        before_saving(model={"type": "notebook", "content": opened}, path=path, contents_manager=manager(tmp_path))
        assert set(states(opened)) == {"s1", "l1"}


def test_other_files_are_saved_as_they_are():
    before_saving(model={"type": "file", "content": "text"}, path="a.txt", contents_manager=manager("/nowhere"))


class Widget:
    closed = False

    def close(self):
        self.closed = True


@pytest.fixture
def run(monkeypatch):
    """A function that makes a widget in a cell, in the run with this number."""
    monkeypatch.setattr(cells, "_shown", {})

    def made(cell, number):
        parent = {"metadata": {"cellId": cell} if cell else {}, "header": {"msg_id": str(number)}}
        shell = SimpleNamespace(get_parent=lambda: parent)
        monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
        widget = Widget()
        cells.replace_earlier(widget)
        return widget

    return made


def test_running_a_cell_again_closes_what_it_showed_before_and_nothing_else(run):
    first, second, elsewhere = run("a", 1), run("a", 1), run("b", 2)
    assert not first.closed and not second.closed
    again = run("a", 3)
    assert first.closed and second.closed and not elsewhere.closed and not again.closed


def test_where_no_cell_is_known_nothing_is_closed(run):
    widgets = [run(None, number) for number in (1, 2)]
    assert not any(widget.closed for widget in widgets)
