"""Exports of Moodle and Canvas: whoever stands in one stands in submitted/, and nothing of it leads out of there."""

import io
import json
import stat
import zipfile
from datetime import datetime, timedelta

import pytest
from grading import exports
from grading.exports import canvas, moodle
from released import released

from helpers.grading.exchange import archive, record, returning, taking
from helpers.grading.exchange import moodle as worksheets
from helpers.grading.exchange.sheets import Sheet, points
from helpers.grading.handing_in.due import written
from helpers.grading.handing_in.preflight import preflight
from helpers.grading.results import GRADED, PARTLY, Grade, Mark
from helpers.ground import CannotGoOnError

NAME, OTHER = "05_gradient_descent", "06_learning_rate"
NOON = datetime(2026, 12, 1, 12, 0)


@pytest.fixture(scope="module")
def truth():
    """The released notebooks as JSON holds them."""
    return {name: json.loads(json.dumps(released(name))) for name in (NAME, OTHER)}


@pytest.fixture
def take(truth, tmp_path):
    """Return what takes an export, given by its files, into a course, and returns the folders by learner."""
    course = tmp_path / "course"
    (course / "grading").mkdir(parents=True)

    def taken(files, lessons=(NAME,), tables=(), name="export.zip"):
        export = files if isinstance(files, type(tmp_path)) else exports.zipped(tmp_path / name, files)
        taking.take_in(course, {lesson: truth[lesson] for lesson in lessons}, [export], list(tables))
        return {place.name: place for place in sorted((course / "submitted").iterdir())}

    taken.course = course
    taken.text = json.dumps(truth[NAME])
    taken.other = json.dumps(truth[OTHER])
    return taken


def results_of(take, truth, tmp_path):
    """What preflight says of each learner, with the release as nbgrader lays it out."""
    release = tmp_path / "release" / NAME
    release.mkdir(parents=True)
    (release / f"{NAME}.ipynb").write_text(json.dumps(truth[NAME]), encoding="utf-8")
    return {each.student: each for each in preflight(take.course / "submitted", release.parent, tmp_path / "clean")}


def inside(place):
    """The files of a learner's submission."""
    return sorted(path.relative_to(place / NAME).as_posix() for path in (place / NAME).rglob("*") if path.is_file())


# Whose a file is

PATHS = {
    "folders": (moodle("Ada Lovelace", 11, "a.ipynb"), "Ada Lovelace"),
    "no folders": ("Ada Lovelace_11_assignsubmission_file_my own.ipynb", "Ada Lovelace"),
    "Moodle 4, no line at the end": ("Ada Lovelace_11_assignsubmission_file/a.ipynb", "Ada Lovelace"),
    "a group in front": (moodle("Group A-Ada Lovelace", 11, "a.ipynb"), "Group A-Ada Lovelace"),
    "hidden names": (moodle("Participant", 11, "a.ipynb"), "Participant_11"),
    "hidden names, in German": (moodle("Teilnehmer_in", 11, "a.ipynb"), "Teilnehmer_in_11"),
    "a folder around it": ("Week 5-123/" + moodle("Ada", 11, "a.ipynb"), "Ada"),
    "a folder of hers": (moodle("Ada", 11, "work/deep/a.ipynb"), "Ada"),
    "a comma": (moodle("Smith, John", 11, "a.ipynb"), "Smith, John"),
    "an apostrophe and an umlaut": (moodle("Jörg O'Neil", 11, "a.ipynb"), "Jörg O'Neil"),
    "decomposed letters": (moodle("Jo\u0308rg", 11, "a.ipynb"), "Jörg"),
    "Chinese": (moodle("王小明", 11, "作业.ipynb"), "王小明"),
    "a number at its end": (moodle("Eve_99", 11, "a.ipynb"), "Eve_99"),
    "dots in front": (moodle("..ada", 11, "a.ipynb"), "ada"),
    "nothing but dots": (moodle("...", 11, "a.ipynb"), "nameless"),
    "a hyphen in front": (moodle("--help", 11, "a.ipynb"), "help"),
    "300 letters": (moodle("x" * 150, 11, "y" * 60 + ".ipynb"), "x" * 60),
    "Canvas": (canvas("lovelaceada", 1234, "a.ipynb"), "lovelaceada_1234"),
    "Canvas, a second copy": (canvas("lovelaceada", 1234, "a-1.ipynb"), "lovelaceada_1234"),
    "Canvas, a lesson's number in the file's name": (canvas("lovelaceada", 1234, f"{NAME}.ipynb"), "lovelaceada_1234"),
    "Canvas, Chinese": (canvas("小明王", 1234, "a.ipynb"), "小明王_1234"),
    "Canvas, hidden names": ("anon_x7Yz2_98765_a.ipynb", "anon_x7Yz2"),
    "plain folders": ("ada/whatever.ipynb", "ada"),
    "as nbgrader lays them out": (f"ada/{NAME}/{NAME}.ipynb", "ada"),
    "a file alone": ("ada.ipynb", "ada"),
}


@pytest.mark.parametrize(("path", "student"), PATHS.values(), ids=PATHS)
def test_the_learner_is_found_and_her_notebook_whatever_its_name(take, truth, tmp_path, path, student):
    found = take({path: take.text})
    assert list(found) == [student]
    assert inside(found[student]) == [f"{NAME}.ipynb"]
    assert results_of(take, truth, tmp_path)[student].refusal is None


@pytest.mark.parametrize("around", ["", "Week 5/"])
def test_several_plain_folders_and_several_of_canvas_may_lie_in_one(take, around):
    found = take({f"{around}ada/a.ipynb": take.text, f"{around}bob/b.ipynb": take.text})
    assert list(found) == ["ada", "bob"]
    assert list(take({around + canvas("eve", 7, "a.ipynb"): take.text}))[-1] == "eve_7"


def test_canvas_gradebook_decides_where_a_name_ends_in_digits(take, tmp_path):
    table = tmp_path / "book.csv"
    table.write_bytes(exports.gradebook([("1234", "Lovelace, Ada_99", [""])], [f"{NAME} (1)"], ["7"]))
    assert list(take({"ada_99_1234_567_hw.ipynb": take.text}, tables=[table])) == ["ada_99_1234"]


# Nobody is lost

NOT_NOTEBOOKS = ["report.html", "report.pdf", "all.zip", "notes.txt", "answer.py"]


@pytest.mark.parametrize("file", NOT_NOTEBOOKS)
def test_what_is_no_notebook_is_reported_by_its_name_and_no_archive_in_it_is_opened(take, truth, tmp_path, file):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as nested:
        nested.writestr(f"{NAME}.ipynb", take.text)
    take({moodle("Ada", 11, file): inner.getvalue(), moodle("Bob", 12, "a.ipynb"): take.text})
    results = results_of(take, truth, tmp_path)
    assert file in results["Ada"].refusal and ("not opened" in results["Ada"].refusal) == file.endswith("zip")
    assert results["Bob"].refusal is None


def test_an_empty_folder_and_an_online_text_are_learners_too(take, truth, tmp_path):
    take({"Ada_11_assignsubmission_file_/": "", moodle("Bob", 12, "onlinetext.html", "onlinetext"): "<p>Here</p>"})
    results = results_of(take, truth, tmp_path)
    assert "nothing" in results["Ada"].refusal and "onlinetext.html" in results["Bob"].refusal


def test_two_of_one_name_stay_two_and_keep_their_folders_when_one_comes_later(take):
    first, second = {moodle("Ada", 11, "a.ipynb"): take.text}, {moodle("Ada", 12, "a.ipynb"): take.other}
    assert list(take(first)) == ["Ada"]
    assert list(take(first | second)) == ["Ada", "Ada_12"]
    assert list(take(second)) == ["Ada", "Ada_12"]
    assert {student: learner.id for student, learner in record.load(take.course)[NAME].items()} == {
        "Ada": "11",
        "Ada_12": "12",
    }


def test_a_learner_of_an_earlier_export_stays_and_is_named(take, capsys):
    take({moodle("Ada", 11, "a.ipynb"): take.text})
    assert list(take({moodle("Bob", 12, "a.ipynb"): take.text})) == ["Ada", "Bob"]
    assert "Ada: in an earlier export" in capsys.readouterr().out


def test_what_somebody_laid_there_by_hand_stays(take, capsys):
    place = take.course / "submitted" / "Ada" / NAME
    place.mkdir(parents=True)
    (place / "mine.txt").write_text("by hand")
    assert inside(take({moodle("Ada", 11, "a.ipynb"): take.text})["Ada"]) == ["mine.txt"]
    assert "from no export" in capsys.readouterr().out


def test_a_better_hand_in_replaces_the_whole_of_the_first(take):
    take({moodle("Ada", 11, "a.ipynb"): take.text, moodle("Ada", 11, "helper.py"): "x = 1"})
    assert inside(take({moodle("Ada", 11, "b.ipynb"): take.text})["Ada"]) == [f"{NAME}.ipynb"]


def test_modules_beside_the_notebook_come_along(take):
    files = {moodle("Ada", 11, "work/a.ipynb"): take.text, moodle("Ada", 11, "work/mine.py"): "x = 1"}
    assert inside(take(files)["Ada"]) == [f"{NAME}.ipynb", "work/mine.py"]


# Of two, the newer


@pytest.mark.parametrize(
    ("old", "new"),
    [(f"{NAME}.ipynb", "Untitled.ipynb"), (f"{NAME}-Copy1.ipynb", f"{NAME}.ipynb"), ("b.ipynb", "a.ipynb")],
)
def test_of_two_notebooks_the_newer_counts_whatever_they_are_called(take, old, new):
    changed = take.text.replace('"nbformat_minor"', '"changed": 1, "nbformat_minor"')
    files = {moodle("Ada", 11, old): (take.text, NOON), moodle("Ada", 11, new): (changed, NOON + timedelta(hours=2))}
    place = take(files)["Ada"] / NAME / f"{NAME}.ipynb"
    assert place.read_text() == changed
    (note, *_) = record.load(take.course)[NAME]["Ada"].notes
    assert new in note and old in note and "newest" in note


@pytest.mark.parametrize(
    ("old", "new"), [("a.ipynb", "a-1.ipynb"), ("a-2.ipynb", "a-10.ipynb"), ("a.ipynb", "a (1).ipynb")]
)
def test_without_times_the_highest_number_counts(take, old, new):
    changed = take.text + " "
    files = {canvas("ada", 12, new): changed, canvas("ada", 12, old): take.text}
    assert (take(files)["ada_12"] / NAME / f"{NAME}.ipynb").read_text() == changed


def test_the_notebook_of_the_lesson_counts_and_not_a_wrong_one_with_the_right_name(take):
    files = {moodle("Ada", 11, f"{NAME}.ipynb"): take.other, moodle("Ada", 11, "real.ipynb"): take.text}
    assert (take(files)["Ada"] / NAME / f"{NAME}.ipynb").read_text() == take.text


# Which lesson


def test_an_export_is_of_the_lesson_that_most_of_its_notebooks_are(take):
    files = {moodle(f"L{n}", n, "a.ipynb"): take.text if n < 3 else take.other for n in range(1, 6)}
    found = take(files | {moodle("Pdf", 9, "a.pdf"): b"%PDF"}, lessons=(NAME, OTHER))
    assert len(found) == 6 and all((place / OTHER).is_dir() for place in found.values())


def test_folders_of_two_lessons_go_to_both(take):
    found = take({f"ada/{NAME}/a.ipynb": take.text, f"ada/{OTHER}/b.ipynb": take.other}, lessons=(NAME, OTHER))
    assert sorted(path.name for path in found["ada"].iterdir()) == [NAME, OTHER]


def test_an_export_that_shows_no_lesson_is_refused_and_says_what_to_do(take):
    with pytest.raises(CannotGoOnError, match="one export for each lesson"):
        take({moodle("Ada", 11, "a.pdf"): b"%PDF"}, lessons=(NAME, OTHER))


# When


def test_times_are_those_of_handing_in_where_the_export_has_them(take):
    files = {
        moodle("Ada", 11, "a.ipynb"): (take.text, NOON),
        moodle("Bob", 12, "a.ipynb"): (take.text, NOON - timedelta(9)),
    }
    found = take(files)
    assert (found["Ada"] / NAME / "timestamp.txt").read_text() == written(NOON)


def test_times_of_a_download_make_nobody_late(take, capsys):
    files = {
        moodle(name, n, "a.ipynb"): (take.text, NOON + timedelta(seconds=2 * n)) for n, name in enumerate("abc", 1)
    }
    assert all(inside(place) == [f"{NAME}.ipynb"] for place in take(files).values())
    assert "bear the time of the download" in capsys.readouterr().out


def test_a_time_that_the_learner_wrote_herself_is_not_believed(take):
    files = {moodle("Ada", 11, "a.ipynb"): take.text, moodle("Ada", 11, "timestamp.txt"): "2020-01-01 00:00 UTC"}
    assert inside(take(files)["Ada"]) == [f"{NAME}.ipynb", "handed-in-timestamp.txt"]


def test_canvas_says_who_is_late(take):
    take({canvas("ada", 1, "a.ipynb", late=True): take.text, canvas("bob", 2, "a.ipynb"): take.text})
    known = record.load(take.course)
    assert record.said_late(known, "ada_1", NAME) == "late, as Canvas says"
    assert record.said_late(known, "bob_2", NAME) == ""


TIMES = [
    "Wednesday, 2 December 2026, 8:05 AM",
    "Wednesday, December 2, 2026, 8:05 AM",
    "Mittwoch, 2. Dezember 2026, 08:05",
]


@pytest.mark.parametrize("time", TIMES)
def test_moodles_worksheet_says_when_and_who_is_late(take, tmp_path, capsys, time):
    table = tmp_path / "sheet.csv"
    status = "Zur Bewertung abgegeben - 15 Stunden zu spät" if "Mittwoch" in time else "Submitted - 15 hours late"
    header = exports.ARBEITSBLATT if "Mittwoch" in time else exports.WORKSHEET
    table.write_bytes(exports.worksheet([("11", "Ada", {3: status, 7: time}), ("12", "Bob")], header))
    files = {moodle("Ada", 11, "a.ipynb"): take.text, moodle("Bob", 12, "a.ipynb"): take.text}
    found = take(files, tables=[table])
    assert (found["Ada"] / NAME / "timestamp.txt").read_text() == written(datetime(2026, 12, 2, 8, 5))
    assert inside(found["Bob"]) == [f"{NAME}.ipynb"]
    assert record.said_late(record.load(take.course), "Ada", NAME) == "late, as Moodle says"
    assert f"that of this machine, {datetime.now().astimezone():%Z}" in capsys.readouterr().out


# What an archive must not do


def link(name):
    info = zipfile.ZipInfo(name, (2026, 12, 1, 12, 0, 0))
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    "path",
    [
        "../../evil.ipynb",
        "/tmp/evil.ipynb",
        "C:/evil.ipynb",
        "..\\evil.ipynb",
        moodle("Ada", 11, "../../../evil.ipynb"),
    ],
)
def test_a_path_that_leads_out_writes_nothing_there(take, tmp_path, path):
    take({path: take.text, moodle("Bob", 12, "a.ipynb"): take.text})
    outside = [each for each in tmp_path.rglob("*evil*") if not each.is_relative_to(take.course / "submitted")]
    assert outside == [] and not list((take.course / "submitted").rglob("evil*.ipynb"))
    notes = [note for learner in record.load(take.course)[NAME].values() for note in learner.notes]
    assert any("leads out of the export" in note for note in notes)


def test_a_link_is_not_followed_and_its_learner_is_reported(take, truth, tmp_path):
    take({link(moodle("Ada", 11, "a.ipynb")): "/etc/passwd", moodle("Bob", 12, "a.ipynb"): take.text})
    assert "a.ipynb left out: it is a link" in record.load(take.course)[NAME]["Ada"].notes
    assert results_of(take, truth, tmp_path)["Ada"].refusal


def test_a_locked_file_is_reported(take, tmp_path):
    path = exports.zipped(tmp_path / "locked.zip", {moodle("Ada", 11, "a.ipynb"): take.text})
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + offset] |= 1
    path.write_bytes(raw)
    take(path)
    assert "a.ipynb left out: it is locked with a password" in record.load(take.course)[NAME]["Ada"].notes


def test_a_damaged_file_is_reported_and_the_others_are_taken(take, tmp_path):
    path = exports.zipped(
        tmp_path / "e.zip", {moodle("Ada", 11, "a.py"): "x" * 500, moodle("Bob", 12, "a.ipynb"): take.text}
    )
    raw = bytearray(path.read_bytes())
    start = raw.index(b"a.py") + 4
    raw[start : start + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(raw)
    assert inside(take(path)["Bob"]) == [f"{NAME}.ipynb"]
    assert any("damaged" in note for note in record.load(take.course)[NAME]["Ada"].notes)


def test_a_bomb_is_not_unpacked(take, monkeypatch):
    monkeypatch.setattr(archive, "FILE", 100_000)
    found = take({moodle("Ada", 11, "a.ipynb"): b"\0" * 10_000_000, moodle("Bob", 12, "b.py"): "x = 1"})
    assert inside(found["Ada"]) == []
    assert any("10,000,000 bytes" in note for note in record.load(take.course)[NAME]["Ada"].notes)


@pytest.mark.parametrize(("limit", "most"), [("ALL", 1000), ("ENTRIES", 3)])
def test_an_export_that_is_too_much_is_refused_whole(take, monkeypatch, limit, most):
    monkeypatch.setattr(archive, limit, most)
    with pytest.raises(CannotGoOnError, match="is it the right one"):
        take({moodle(f"L{n}", n + 1, "a.ipynb"): take.text for n in range(5)})
    assert not (take.course / "submitted").exists()


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 and no more", b"Rar!\x1a\x07\x00"])
def test_what_is_no_archive_is_one_sentence(take, tmp_path, content):
    path = tmp_path / "export.zip"
    path.write_bytes(content)
    with pytest.raises(CannotGoOnError, match="download it again"):
        take(path)


def test_a_file_and_a_folder_of_one_name_and_the_same_path_twice_lose_nothing(take):
    files = {
        moodle("Ada", 11, "x"): "file",
        moodle("Ada", 11, "x/y.py"): "below",
        moodle("Ada", 11, "a.ipynb"): take.text,
    }
    found = take(files | {moodle("Ada", 11, ".y.py"): "dot", moodle("Ada", 11, "y.py"): "plain"})
    assert {"x", "y.py", "y-.py"} <= set(inside(found["Ada"]))
    assert "x/y.py left out: a file has the name of its folder" in record.load(take.course)[NAME]["Ada"].notes


def test_a_folder_is_taken_as_an_archive_is_and_its_links_are_not_followed(take, tmp_path):
    export = tmp_path / "unpacked"
    ada = export / "Ada_11_assignsubmission_file_"
    ada.mkdir(parents=True)
    (ada / "a.ipynb").write_text(take.text)
    (tmp_path / "secret.ipynb").write_text(take.text)
    (export / "Bob_12_assignsubmission_file_").mkdir()
    (export / "Bob_12_assignsubmission_file_" / "b.ipynb").symlink_to(tmp_path / "secret.ipynb")
    found = take(export)
    assert inside(found["Ada"]) == [f"{NAME}.ipynb"] and inside(found["Bob"]) == []


# Marks back


def graded(student="Ada", score=4.0, state=GRADED, **changes):
    mark = Mark("gradient-step", score, 7.0, "partly", "wrong-sign")
    return Grade(student, NAME, state, score, 7.0, (mark,), **changes)


def changed(before, after):
    """Which cells differ, by row and column."""
    pairs = [(row, column) for row in range(len(before)) for column in range(len(before[row]))]
    return {(row, column): after[row][column] for row, column in pairs if before[row][column] != after[row][column]}


HOW = {
    "as Moodle writes it": {},
    "without a mark": {"bom": ""},
    "ends of Windows": {"ends": "\r\n"},
    "semicolons": {"separator": ";"},
    "tabs in UTF-16": {"encoding": "utf-16-le", "separator": "\t"},
    "an old encoding": {"bom": "", "encoding": "cp1252"},
}


@pytest.mark.parametrize("how", HOW.values(), ids=HOW)
def test_only_mark_and_comment_of_a_graded_row_change(how):
    learners = [("11", 'Ada "A", Lovelace'), ("12", "Søren"), ("13", "Bob")]
    raw = exports.worksheet(learners, **how)
    sheet, before = Sheet("w.csv", raw), Sheet("w.csv", raw)
    assert sheet.content() == raw
    said = worksheets.fill(sheet, {"11": graded(), "12": graded("Søren", state=PARTLY), "99": graded("Gone")})
    again = Sheet("w.csv", sheet.content())
    cells = changed(before.rows, again.rows)
    assert set(cells) == {(1, 4), (1, 9)} and cells[1, 4] == "4"
    same = sheet.content().splitlines(keepends=True)
    assert [line for number, line in enumerate(raw.splitlines(keepends=True)) if number != 1] == [
        line for number, line in enumerate(same) if number != 1
    ]
    assert any("Gone" in line for line in said) and any("Søren is partly graded" in line for line in said)


def test_a_german_worksheet_keeps_its_decimal_comma_and_another_maximum_scales():
    header, how = exports.ARBEITSBLATT, {"prefix": "Teilnehmer/in", "most": "100,00"}
    sheet = Sheet("w.csv", exports.worksheet([("11", "Ada")], header, **how))
    said = worksheets.fill(sheet, {"11": graded(score=2.5)})
    assert sheet.rows[1][4] == "35,71" and any("maximum is 100, ours 7; scaled" in line for line in said)


def test_a_worksheet_with_hidden_names_needs_no_names():
    header = [name for name in exports.WORKSHEET if name not in ("Full name", "Email address")]
    row = ["Participant 11", exports.SUBMITTED, "", "7.00", "Yes", "-", "-", ""]
    sheet = Sheet("w.csv", exports.table([header, row]))
    worksheets.fill(sheet, {"11": graded("Participant_11")})
    assert sheet.rows[1][2] == "4"


def test_a_teachers_own_comment_stays_and_ours_is_replaced():
    sheet = Sheet("w.csv", exports.worksheet([("11", "Ada", {9: "See me."})]))
    worksheets.fill(sheet, {"11": graded(score=1.0)})
    worksheets.fill(sheet, {"11": graded(score=4.0)})
    said = sheet.rows[1][9]
    assert said.startswith("See me. Points: ") and said.count("Points: ") == 1 and "altogether 4 of 7" in said


def test_a_grade_that_moodle_locks_stays():
    raw = exports.worksheet([("11", "Ada", {4: "1.00", 6: "No"})])
    sheet = Sheet("w.csv", raw)
    assert any("lets nobody change" in line for line in worksheets.fill(sheet, {"11": graded()}))
    assert sheet.content() == raw


def test_a_worksheet_of_a_scale_is_left_alone():
    header = ["Scale" if name == "Maximum Grade" else name for name in exports.WORKSHEET]
    raw = exports.worksheet([("11", "Ada")], header)
    sheet = Sheet("w.csv", raw)
    assert "scale" in worksheets.fill(sheet, {"11": graded()})[0] and sheet.content() == raw


@pytest.mark.parametrize("title", [f"{NAME} (123)", "Gradient descent (9)", "Lesson 05: Gradient Descent (9)", NAME])
def test_canvas_gets_its_marks_by_its_id_in_the_column_of_the_lesson(take, tmp_path, title):
    people = [("1234", "Lovelace, Ada", ["", "3"]), ("12", "Bob", ["EX", ""]), ("13", "Eve", ["5.5", ""])]
    table = tmp_path / "book.csv"
    raw = exports.gradebook(people, [title, "Other (2)"], ["14", "10"])
    table.write_bytes(raw)
    students = {"1234": "lovelaceada", "12": "bob", "13": "eve"}
    take({canvas(name, id, "a.ipynb"): take.text for id, name in students.items()}, tables=[table])
    grades = [graded(f"{name}_{id}", 3.5, GRADED if name != "eve" else PARTLY) for id, name in students.items()]
    returning.give_back(take.course, grades)
    after = (take.course / "grades" / "to-import" / "book.csv").read_bytes()
    assert changed(exports.cells(raw), exports.cells(after)) == {(2, 5): "7"}
    assert table.read_bytes() == raw


def test_a_gradebook_without_a_column_for_the_lesson_is_said_and_stays(take, tmp_path, capsys):
    table = tmp_path / "book.csv"
    table.write_bytes(exports.gradebook([("12", "Bob", [""])], ["Homework 5 (1)"], ["7"]))
    take({canvas("bob", 12, "a.ipynb"): take.text}, tables=[table])
    returning.give_back(take.course, [graded("bob_12")])
    assert (take.course / "grades" / "to-import" / "book.csv").read_bytes() == table.read_bytes()
    assert "no one column whose title says" in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b'Identifier,"Grade\n1,2\n', b"\xff\xfe\x00"])
def test_a_table_that_is_neither_is_one_sentence_before_anything_runs(take, tmp_path, content):
    table = tmp_path / "table.csv"
    table.write_bytes(content)
    with pytest.raises(CannotGoOnError):
        take({moodle("Ada", 11, "a.ipynb"): take.text}, tables=[table])
    assert not (take.course / "submitted").exists()


def test_numbers_of_tables_are_read_in_each_way():
    assert [points(text) for text in ("7.00", "7,5", "1,000.00", "1.000,50", "x", "")] == [
        7,
        7.5,
        1000,
        1000.5,
        None,
        None,
    ]
