"""Damaged and hostile submissions: what preflight mends and says, what it refuses; it never raises or writes there."""

import json
import os
import random
from copy import deepcopy

import nbformat
import pytest
from released import released

from helpers.authoring.canonical import serialise
from helpers.grading.handing_in import preflight as flight
from helpers.grading.handing_in.files import SECRET, TIME
from helpers.grading.handing_in.preflight import preflight

NAME = "05_gradient_descent"
ANSWER = "def gradient_step(w, grad, lr):\n    return w - lr * grad"


@pytest.fixture(scope="module")
def truth():
    return released(NAME)


class Room:
    """A folder of submissions, the release beside it, and a place for the clean copies."""

    def __init__(self, folder, truth):
        self.submitted, self.release, self.clean = folder / "submitted", folder / "release", folder / "clean"
        self.nb = deepcopy(truth)
        (self.release / NAME).mkdir(parents=True)
        (self.release / NAME / f"{NAME}.ipynb").write_text(serialise(truth), encoding="utf-8")
        self.folder = self.submitted / "ada" / NAME
        self.folder.mkdir(parents=True)
        self.cell("gradient-step").source = ANSWER

    def cell(self, name):
        return next(cell for cell in self.nb.cells if cell.get("id") == name)

    def place(self, name):
        return self.nb.cells.index(self.cell(name))

    def text(self):
        return json.dumps(self.nb)

    def hand_in(self, raw=None, name=f"{NAME}.ipynb"):
        raw = self.text() if raw is None else raw
        (self.folder / name).write_bytes(raw.encode() if isinstance(raw, str) else raw)

    def check(self):
        before = snapshot(self.submitted)
        (result,) = preflight(self.submitted, self.release, self.clean)
        assert snapshot(self.submitted) == before
        return result

    def cleaned(self):
        """The clean notebook, after what nbgrader would ask of it."""
        result = self.check()
        assert result.refusal is None, result
        nb = nbformat.read(result.folder / f"{NAME}.ipynb", as_version=4)
        nbformat.validate(nb)
        assert {path.name for path in result.folder.iterdir()} <= {f"{NAME}.ipynb", TIME, SECRET, "mine.py"}
        return result, nb


def snapshot(folder):
    found = sorted(folder.rglob("*"))
    return [(str(path), path.lstat().st_mtime_ns, path.lstat().st_size) for path in found]


@pytest.fixture
def room(tmp_path, truth):
    return Room(tmp_path, truth)


def sources(nb):
    return [cell.source for cell in nb.cells]


def by_name(nb):
    return {cell.metadata.nbgrader.grade_id: cell for cell in nb.cells if "nbgrader" in cell.metadata}


def assert_as_released(nb, truth, answer=ANSWER):
    """Every graded and locked cell once, in order, marked and worded as released, with the answer."""
    marked, wanted = by_name(nb), by_name(truth)
    assert list(marked) == list(wanted)
    for name, cell in wanted.items():
        assert marked[name].metadata == cell.metadata
        assert marked[name].cell_type == cell.cell_type
        assert marked[name].source == (answer if name == "gradient-step" else cell.source)
    assert len([cell for cell in nb.cells if "nbgrader" in cell.metadata]) == len(wanted)


# What needs no mending


def test_an_honest_submission_passes_unchanged_and_nothing_is_said(room, truth):
    room.hand_in()
    result, nb = room.cleaned()
    assert (result.student, result.assignment, result.repairs, result.tampering) == ("ada", NAME, (), ())
    assert sources(nb) == sources(room.nb)
    assert_as_released(nb, truth)


def test_the_clean_copy_is_private_and_leaves_no_half_copy_behind(room):
    room.hand_in()
    result = room.check()
    assert (room.clean.stat().st_mode & 0o077, result.folder.stat().st_mode & 0o077) == (0, 0)
    assert [path.name for path in room.clean.iterdir()] == ["ada"]
    again = room.check()
    assert again == result


def test_own_cells_stay_where_they_were_without_their_tags_and_outputs(room):
    own = nbformat.v4.new_code_cell("mine = 1", id="mine", metadata={"tags": ["skip-execution"]})
    own.outputs = [nbformat.v4.new_output("stream", text="x" * 1000)]
    room.nb.cells.insert(room.place("gradient-step-check"), own)
    room.hand_in()
    _, nb = room.cleaned()
    assert sources(nb) == sources(room.nb)
    mine = next(cell for cell in nb.cells if cell.id == "mine")
    assert (mine.metadata, mine.outputs) == ({}, [])


# The file


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: b"\xef\xbb\xbf" + text.encode(), "byte-order mark removed"),
        (lambda text: text.encode("utf-16"), "UTF-16 made UTF-8"),
        (lambda text: text.encode("utf-16-le"), "UTF-16-LE made UTF-8"),
        (lambda text: text.encode("utf-32"), "UTF-32 made UTF-8"),
        (lambda text: text.replace("\\n", "\\r\\n").encode(), "CRLF"),
        (lambda text: json.dumps(json.loads(text), indent=1).replace("\n", "\r\n").encode(), None),
        (lambda text: text.replace('"nbformat_minor": 5', '"nbformat_minor": 0').encode(), "format 4.0 made 4.5"),
        (lambda text: text.replace("w - lr", "w - \\ud800lr").encode(), "surrogates"),
    ],
)
def test_what_editors_and_systems_do_to_a_file_is_undone(change, says, room, truth):
    room.hand_in(change(room.text()))
    result, nb = room.cleaned()
    assert (says is None and result.repairs == ()) or any(says in sentence for sentence in result.repairs)
    assert result.tampering == ()
    assert_as_released(nb, truth, answer=ANSWER if says != "surrogates" else ANSWER.replace("w - lr", "w - ?lr"))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "empty"),
        (" \n ", "empty"),
        (b"\0" * 100, "empty"),
        ("[]", "a list and no notebook"),
        ("3", "a int and no notebook"),
        ("{}", "holds no cells"),
        ('{"cells": 3}', "holds no cells"),
        ('{"cells": []}', "no cell of this assignment"),
        ('{"worksheets": []}', "format 3"),
        ('{"cells": [', "no JSON"),
        ("[" * 100_000, "nested too deeply"),
        (b"PK\x03\x04\xff\xfe\xfd", "no UTF-8 text"),
        ("9" * 10_000, "no JSON"),
        (json.dumps({"cells": [{}] * 3000}), "3000 cells"),
        (json.dumps({"cells": [None, 3, {"cell_type": "code"}, {"cell_type": [], "source": ""}]}), "no cell of this"),
        (b" " * (10 * 2**20 + 1), "the file is empty"),
    ],
)
def test_what_is_no_notebook_is_refused_with_the_reason(raw, reason, room):
    room.hand_in(raw)
    result = room.check()
    assert reason in result.refusal
    assert "preflight itself" not in result.refusal
    assert result.folder is None
    assert not list(room.clean.rglob("*.ipynb"))


def test_a_huge_file_is_refused_without_being_read(room):
    with (room.folder / f"{NAME}.ipynb").open("wb") as file:
        file.truncate(200 * 2**20)
    assert "209,715,200 bytes" in room.check().refusal


def test_saved_pictures_do_not_count_and_what_is_written_does(room, truth):
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * 12 * 2**20}}
    room.cell("gradient-step").outputs = [nbformat.from_dict(picture)]
    room.hand_in()
    _, nb = room.cleaned()
    assert_as_released(nb, truth)
    room.cell("gradient-step").outputs, room.cell("title").source = [], "long " * 2_100_000
    room.hand_in()
    assert "10,485,760" in room.check().refusal and "without their outputs" in room.check().refusal
    room.hand_in(f'{{"cells": [{"{}," * 3_500_000}{{}}]}}')
    assert "not saved pictures" in room.check().refusal


def test_an_untouched_notebook_with_the_right_name_gives_way_to_the_one_with_answers(room, truth):
    room.hand_in(serialise(truth))
    room.hand_in(name="my work.ipynb")
    result, nb = room.cleaned()
    assert any("my work.ipynb is what is graded" in sentence for sentence in result.repairs)
    assert_as_released(nb, truth)
    room.hand_in(name="my work (2).ipynb")  # two with answers: the name decides
    assert any("left out" in sentence for sentence in room.check().repairs)


@pytest.mark.parametrize("name", [f"{NAME} (1).ipynb", "Kopie von 04.ipynb", f"{NAME}.ipynb.txt", "é.IPYNB"])
def test_a_renamed_notebook_is_recognised(name, room, truth):
    room.hand_in(name=name)
    result, nb = room.cleaned()
    assert any("renamed to" in sentence for sentence in result.repairs)
    assert_as_released(nb, truth)


def test_of_several_notebooks_the_one_that_holds_the_assignment_is_taken(room, truth):
    room.hand_in(name="mine.ipynb")
    room.hand_in('{"cells": []}', "other.ipynb")
    result, nb = room.cleaned()
    assert "other.ipynb left out: not this assignment" in result.repairs
    assert_as_released(nb, truth)
    room.hand_in(name="copy.ipynb")
    assert "several could be it: copy.ipynb, mine.ipynb" in room.check().refusal


def test_a_folder_that_begins_with_a_dot_is_reported_and_a_hidden_file_is_not(room):
    room.submitted.joinpath("..ada").mkdir()
    room.submitted.joinpath(".gitignore").write_text("")
    found = {each.student: each.refusal for each in preflight(room.submitted, room.release, room.clean)}
    assert "begins with a dot" in found["..ada"] and ".gitignore" not in found


def test_an_empty_folder_is_refused(room):
    assert "there is no notebook" in room.check().refusal


# The cells


def test_a_duplicated_cell_is_merged(room, truth):
    for name in ("gradient-step", "gradient-step-check", "setup"):
        room.nb.cells.insert(room.place(name), deepcopy(room.cell(name)))
    room.hand_in()
    result, nb = room.cleaned()
    assert_as_released(nb, truth)
    assert len(nb.cells) == len(truth.cells)
    assert len(result.repairs) == 3
    assert result.tampering == ()


@pytest.mark.parametrize("offset", [0, 1])
def test_a_copy_that_is_still_the_stub_gives_way_to_the_attempt(offset, room, truth):
    stub = deepcopy(next(cell for cell in truth.cells if cell.id == "gradient-step"))
    room.nb.cells.insert(room.place("gradient-step") + offset, stub)
    room.hand_in()
    _, nb = room.cleaned()
    assert_as_released(nb, truth)
    assert len(nb.cells) == len(truth.cells)


def test_of_two_attempts_the_last_counts_and_the_first_stays_before_it(room, truth):
    first = deepcopy(room.cell("gradient-step"))
    first.source = ANSWER.replace("-", "+")
    room.nb.cells.insert(room.place("gradient-step"), first)
    room.hand_in()
    result, nb = room.cleaned()
    assert_as_released(nb, truth)
    assert any("of 2 versions the last one counts" in sentence for sentence in result.repairs)
    assert sources(nb).index(first.source) == sources(nb).index(ANSWER) - 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("def gradient_step(w, grad, lr):", "    return w - lr * grad"),
        ("def gradient_step(w, grad, lr):\n    step = lr * grad", "    return w - step"),
    ],
)
def test_a_split_cell_is_joined(first, second, room, truth):
    room.cell("gradient-step").source = first
    rest = deepcopy(room.cell("gradient-step"))
    rest.source = second
    room.nb.cells.insert(room.place("gradient-step") + 1, rest)
    room.hand_in()
    result, nb = room.cleaned()
    assert any("was split in 2, joined again" in sentence for sentence in result.repairs)
    assert_as_released(nb, truth, answer=f"{first}\n{second}")


def test_a_cell_split_between_statements_keeps_both_parts(room, truth):
    room.cell("gradient-step").source = "half = 0.5"
    rest = deepcopy(room.cell("gradient-step"))
    rest.source = ANSWER
    room.nb.cells.insert(room.place("gradient-step") + 1, rest)
    room.hand_in()
    _, nb = room.cleaned()
    assert_as_released(nb, truth)
    assert sources(nb).index("half = 0.5") == sources(nb).index(ANSWER) - 1


@pytest.mark.parametrize("ids", ["kept", "lost"])
def test_lost_metadata_are_restored(ids, room, truth):
    for cell in room.nb.cells:
        cell.metadata = {}
        if ids == "lost":
            del cell["id"]
    room.hand_in()
    result, nb = room.cleaned()
    assert_as_released(nb, truth)
    assert any("gradient-step: lost its nbgrader metadata" in sentence for sentence in result.repairs)
    assert result.tampering == ()
    assert sources(nb) == sources(room.nb)


def test_deleted_cells_are_restored(room, truth):
    for name in ("setup", "gradient-step-check", "gradient-descent"):
        room.nb.cells.remove(room.cell(name))
    room.hand_in()
    result, nb = room.cleaned()
    assert_as_released(nb, truth)
    assert len(result.repairs) == 3
    assert result.tampering == ()


def test_moved_cells_are_in_their_places_again(room, truth):
    check = room.cell("gradient-step-check")
    room.nb.cells.remove(check)
    room.nb.cells.insert(0, check)
    room.hand_in()
    result, nb = room.cleaned()
    assert_as_released(nb, truth)
    assert any("moved" in sentence for sentence in result.repairs)


@pytest.mark.parametrize("kind", ["raw", "markdown"])
def test_a_cell_that_became_text_is_code_again(kind, room, truth):
    for name in ("gradient-step", "gradient-step-check"):
        room.cell(name).cell_type = kind
    room.hand_in()
    result, nb = room.cleaned()
    assert_as_released(nb, truth)
    assert sum(f"had become a {kind} cell" in sentence for sentence in result.repairs) == 2


@pytest.mark.parametrize("program", ["colab", "vscode"])
def test_what_colab_and_vs_code_add_is_left_out(program, room, truth):
    room.nb.metadata[program] = {"provenance": []}
    room.cell("parts").metadata[program] = {"languageId": "python"}
    room.hand_in()
    result, nb = room.cleaned()
    assert_as_released(nb, truth)
    assert len(result.repairs) == 1
    assert program not in json.dumps(nb)


# Tampering


def test_edited_points_and_flags_are_evidence_and_undone(room, truth):
    room.cell("gradient-step-check").metadata.nbgrader.update(points=396, locked=False)
    room.cell("gradient-step").metadata.nbgrader.update(grade=True, points=8)
    room.hand_in()
    result, nb = room.cleaned()
    assert_as_released(nb, truth)
    assert set(result.tampering) == {
        "gradient-step-check: points was changed from 0.5 to 396",
        "gradient-step: grade was changed from False to True",
        "gradient-step: points was changed from None to 8",
    }
    assert result.repairs == ("gradient-step-check: locked was changed, restored",)


def test_keys_that_an_editor_dropped_or_emptied_are_no_evidence(room, truth):
    room.cell("gradient-step-check").metadata.nbgrader = {"grade_id": "gradient-step-check", "points": None}
    room.cell("gradient-step").metadata.nbgrader = {"grade_id": "gradient-step", "solution": True}
    room.hand_in()
    result, nb = room.cleaned()
    assert_as_released(nb, truth)
    assert (result.repairs, result.tampering) == ((), ())


def test_an_invented_graded_cell_loses_its_points(room, truth):
    forged = {"grade": True, "grade_id": "bonus", "points": 396, "solution": False, "locked": True, "schema_version": 3}
    room.nb.cells.append(nbformat.v4.new_code_cell("1", id="bonus", metadata={"nbgrader": forged}))
    room.hand_in()
    result, nb = room.cleaned()
    assert_as_released(nb, truth)
    assert result.tampering == ("a cell of its own for points: 'bonus', 396",)


@pytest.mark.parametrize(("points", "evidence"), [(1.0, False), (396, True)])
def test_a_check_copied_in_from_another_lesson_is_an_accident_but_not_with_other_points(points, evidence, room, truth):
    foreign = {"grade": True, "grade_id": "condition-number-check", "points": points, "solution": False, "locked": True}
    room.nb.cells.append(nbformat.v4.new_code_cell("check()", id="condition", metadata={"nbgrader": foreign}))
    room.hand_in()
    result, nb = room.cleaned()
    assert_as_released(nb, truth)
    assert (bool(result.tampering), bool(result.repairs)) == (evidence, not evidence)


def test_an_edited_check_is_restored_and_an_edited_copy_beside_it_is_an_own_cell(room, truth):
    copy = deepcopy(room.cell("gradient-step-check"))
    copy.source = "print(gradient_step)"
    room.nb.cells.insert(room.place("gradient-step-check") + 1, copy)
    room.hand_in()
    result, nb = room.cleaned()
    assert result.tampering == ()
    assert "print(gradient_step)" in sources(nb)
    room.nb.cells.remove(room.cell("gradient-step-check"))
    room.hand_in()
    result, nb = room.cleaned()
    assert result.repairs == ("gradient-step-check: the text of a locked cell was changed, restored",)
    assert result.tampering == ()
    assert_as_released(nb, truth)


def test_code_before_the_setup_runs_after_it(room, truth):
    room.nb.cells.insert(0, nbformat.v4.new_code_cell("early = 1", id="early"))
    room.hand_in()
    result, nb = room.cleaned()
    assert sources(nb).index("early = 1") == sources(nb).index(room.cell("setup").source) + 1
    assert "a cell that stood before the setup runs after it" in result.repairs


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
def test_links_and_pipes_are_evidence_and_left_out_and_so_are_modules_of_other_names(room, tmp_path, truth):
    secret = tmp_path / "secret.ipynb"
    secret.write_text("hidden")
    room.hand_in()
    (room.folder / "link.txt").symlink_to(secret)
    (room.folder / "up").symlink_to(tmp_path, target_is_directory=True)
    (room.folder / "numpy.py").write_text("raise SystemExit")
    (room.folder / "helpers").mkdir()
    (room.folder / "helpers" / "__init__.py").write_text("")
    (room.folder / "mine.py").write_text("")
    os.mkfifo(room.folder / "pipe")
    result, nb = room.cleaned()
    assert_as_released(nb, truth)
    assert [sentence.split()[0] for sentence in result.tampering] == ["link.txt", "pipe", "up"]
    left_out = ["helpers/__init__.py", "numpy.py"]
    taken = "left out: a module of the course, of Python or of a library has its name"
    came = "handed in beside the notebook, and there for import: mine.py"
    assert list(result.repairs) == [*(f"{name} {taken}" for name in left_out), came]


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
def test_a_notebook_or_a_folder_that_is_a_link_is_never_followed(room, tmp_path):
    room.hand_in(name="elsewhere")
    (room.folder / f"{NAME}.ipynb").symlink_to(room.folder / "elsewhere")
    assert "there is no notebook" in room.check().refusal
    (room.submitted / "bob").symlink_to(room.submitted / "ada")
    (room.submitted / "eve").mkdir()
    (room.submitted / "eve" / NAME).symlink_to(room.folder)
    results = {result.student: result for result in preflight(room.submitted, room.release, room.clean)}
    assert "symbolic link" in results["bob"].refusal
    assert "symbolic link" in results["eve"].refusal


# Times


@pytest.mark.parametrize(
    ("time", "stored"),
    [
        ("2026-12-01 18:00:00 +0500", "2026-12-01 13:00:00.000000 UTC"),
        ("2026-12-01 13:00:00.000000 UTC", "2026-12-01 13:00:00.000000 UTC"),
        ("\ufeff2026-12-01 14:00:00 Europe/Berlin\r\n", "2026-12-01 13:00:00.000000 UTC"),
        ("yesterday", None),
        ("x" * 5000, None),
    ],
)
def test_times_become_utc_and_what_is_none_is_left_out(time, stored, room):
    room.hand_in()
    (room.folder / "timestamp.txt").write_text(time, encoding="utf-8", newline="")
    result, _ = room.cleaned()
    path = result.folder / "timestamp.txt"
    assert (path.read_text() if path.exists() else None) == stored
    assert bool(result.repairs) == ("UTC" not in time)


def test_nbgraders_secret_stays_so_that_it_can_return_feedback(room):
    room.hand_in()
    (room.folder / "submission_secret.txt").write_text("5f2d")
    result, _ = room.cleaned()
    assert (result.folder / "submission_secret.txt").read_text() == "5f2d"
    assert result.repairs == ()


# The cohort


JUNK = (None, True, -1, 1e308, "", [], {}, "x", ["a"], {"grade_id": ["x"]}, {"nbgrader": []}, "gradient-step")


def places(part, path=()):
    """Yield the path to every part of a notebook."""
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


def damage(nb, chance):
    """Replace, delete or double a part of a notebook that chance decides."""
    *way, last = chance.choice(list(places(nb)))
    for key in way:
        nb = nb[key]
    kind = chance.choice(["replace", "delete", "double"])
    if kind == "delete":
        del nb[last]
    elif kind == "double" and isinstance(nb, list):
        nb.insert(chance.randint(0, len(nb)), deepcopy(nb[last]))
    else:
        nb[last] = deepcopy(chance.choice(JUNK))


@pytest.mark.parametrize("seed", range(40))
def test_random_damage_ends_in_a_notebook_as_released_or_in_a_refusal(seed, room, truth):
    chance, nb = random.Random(seed), json.loads(room.text())
    for _ in range(chance.randint(1, 8)):
        damage(nb, chance)
    room.hand_in(json.dumps(nb))
    result = room.check()
    if result.refusal:
        assert "preflight itself" not in result.refusal
        return
    nb = nbformat.read(result.folder / f"{NAME}.ipynb", as_version=4)
    nbformat.validate(nb)
    assert [(name, cell.metadata) for name, cell in by_name(nb).items()] == [
        (name, cell.metadata) for name, cell in by_name(truth).items()
    ]


def test_no_submission_stops_the_others(room, truth, monkeypatch):
    room.hand_in()
    for name in ("zoe", "-rf", "José Ñ", "wrong"):
        folder = room.submitted / name / (NAME if name != "wrong" else "homework")
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_text(room.text() if name != "zoe" else "[[")
    (room.submitted / "all.zip").write_bytes(b"PK")
    (room.submitted / "tab\there").mkdir()
    results = {result.student: result for result in preflight(room.submitted, room.release, room.clean)}
    assert [student for student, result in results.items() if result.refusal is None] == ["José Ñ", "ada"]
    assert set(results) == {"zoe", "-rf", "José Ñ", "wrong", "ada", "all.zip", "tab\\there"}
    assert "but homework" in results["wrong"].refusal


def test_a_fault_of_our_own_is_a_refusal_that_says_so(room, monkeypatch):
    room.hand_in()
    monkeypatch.setattr(flight, "restore", lambda *arguments: 1 / 0)
    assert "preflight itself failed on it (ZeroDivisionError" in room.check().refusal


def test_a_second_submission_that_is_refused_leaves_no_copy_of_the_first(room):
    room.hand_in()
    assert room.check().folder.exists()
    room.hand_in("")
    assert room.check().folder is None
    assert not list(room.clean.rglob("*.ipynb"))


def test_folders_that_lie_in_each_other_and_a_missing_release_are_the_teachers_mistakes(room, tmp_path):
    for clean in (room.submitted / "clean", room.submitted, tmp_path):
        with pytest.raises(ValueError, match="must not lie in each other"):
            preflight(room.submitted, room.release, clean)
    with pytest.raises(ValueError, match="there is no release"):
        preflight(room.submitted, tmp_path / "nothing", room.clean)
