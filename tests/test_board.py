"""The board: what leaves a kernel, what arrives though something is killed, and who sees how much."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from board_without_hub import Served, wait_for

from helpers import exercises, outbox
from helpers.exercises import CheckFailed, board, check, hint, store, taking_part
from helpers.exercises.catalogue import EXERCISES, LESSONS
from helpers.exercises.symptoms import SYMPTOMS
from helpers.workshop.board import service, serving
from helpers.workshop.board.ledger import Ledger
from helpers.workshop.board.state import LESSON_OF, Room, Told, hidden, understood

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a workshop runs on Linux")

TESTS = Path(__file__).parent


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A learner's data folder in a room with a board that never answers; no thread looks into its outbox."""
    monkeypatch.setenv("GRADIENT_COURSE_PROGRESS", str(tmp_path))
    monkeypatch.setenv(outbox.BOARD, str(tmp_path / "nobody.sock"))
    monkeypatch.setattr(outbox, "_wake", lambda folder: None)
    return tmp_path


def written(folder):
    """Return the events in an outbox."""
    lines = (folder / "board" / "outbox.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines if line]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """One board for all tests, as it takes seconds to begin; its instructor sees names."""
    running = Served(tmp_path_factory.mktemp("board"), "names")
    yield running
    running.kill()


def event(number=1, kind="tried", exercise="gradient-step", slug=None, at=1.0):
    return {"id": f"e{number}", "at": at, "kind": kind, "exercise": exercise, "slug": slug}


# What leaves a kernel


def test_without_a_board_nothing_is_made_and_joining_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GRADIENT_COURSE_PROGRESS", str(tmp_path))
    monkeypatch.delenv(outbox.BOARD, raising=False)
    board("on")
    taking_part.tell("tried", EXERCISES["gradient-step"])
    outbox.join(tmp_path)
    outbox.report(tmp_path, "stuck")
    assert capsys.readouterr().out == f"{taking_part.NONE}\n"
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_told_before_a_learner_takes_part_and_nothing_after_she_left(folder):
    def told():
        taking_part.tell("tried", EXERCISES["gradient-step"])
        return (folder / "board" / "outbox.jsonl").exists()

    assert not told()
    board("on")
    assert told()
    board("off")
    assert not told()


def test_another_word_than_on_and_off_is_refused_in_one_sentence(folder):
    with pytest.raises(taking_part.BoardError, match=r'Write board\("on"\)'):
        board("maybe")


def test_a_check_tells_a_known_mistake_by_name_a_solved_exercise_and_a_hint_that_it_is_begun(folder, capsys):
    def uphill(w, grad, lr):
        return w + lr * grad

    def right(w, grad, lr):
        return w - lr * grad

    board("on")
    hint("gradient-step")
    with pytest.raises(CheckFailed) as failed:
        check("gradient-step", uphill)
    check("gradient-step", right)
    assert failed.value.mistake
    assert [(e["kind"], e.get("exercise"), e.get("slug")) for e in written(folder)] == [
        ("none", None, None),
        ("began", "gradient-step", None),
        ("tried", "gradient-step", failed.value.mistake),
        ("solved", "gradient-step", None),
    ]


def test_a_stub_that_nobody_touched_tells_nothing(folder, capsys):
    def untouched(w, grad, lr):
        raise NotImplementedError

    board("on")
    check("gradient-step", untouched)
    assert [e["kind"] for e in written(folder)] == ["none"]


SMUGGLED = ["my name is Ada", "x = 1", "def f():\n  pass", "ünter", "a" * 65, "A-B", "", {"code": "x"}, 3, None]


@pytest.mark.parametrize("text", SMUGGLED, ids=repr)
def test_no_text_gets_into_the_outbox_in_place_of_a_name(folder, text):
    outbox.join(folder)
    outbox.report(folder, "tried", text, text)
    outbox.report(folder, "tried", "gradient-step", text)
    outbox.report(folder, text, "gradient-step")
    assert [set(e) - {"id", "at"} for e in written(folder)] == [{"kind"}, {"kind", "exercise"}]


def test_of_a_mistake_only_a_name_that_the_course_gave_is_told(folder):
    outbox.join(folder)
    taking_part.tell("tried", EXERCISES["gradient-step"], "a-word-with-the-form-of-a-name")
    assert "slug" not in written(folder)[0]


def test_every_name_that_a_check_gives_without_a_known_mistake_may_be_told():
    sources = [(Path(exercises.__file__).parent / name).read_text() for name in ("symptoms.py", "checking.py")]
    given = re.findall(r'return "([a-z-]+)", ', sources[0]) + re.findall(r'_wrong\(exercise, "([a-z-]+)"', sources[1])
    assert set(given) == SYMPTOMS


@pytest.mark.parametrize(
    "told",
    [
        "text",
        {},
        event(exercise="no-such-exercise"),
        event(kind="said"),
        event() | {"at": "now"},
        event() | {"id": "x" * 65},
        event() | {"id": 5},
        event(exercise=["gradient-step"]),
    ],
    ids=str,
)
def test_the_board_takes_nothing_that_the_outbox_would_not_write(told):
    assert understood("seat01", told, 9.0) is None


def test_the_board_shows_no_name_that_the_course_did_not_give():
    _, told = understood("seat01", event(slug="rude-word", at=99.0), 9.0)
    assert (told.slug, told.at) == (None, 9.0)
    _, noted = understood("seat01", event(kind="stuck", exercise="rude-word"), 9.0)
    assert (noted.exercise, noted.slug) == (None, None)


# What arrives


def test_a_line_that_was_cut_short_is_passed_over_and_the_next_one_arrives(folder, monkeypatch):
    sent = []
    monkeypatch.setattr(outbox, "_post", sent.extend)
    outbox.join(folder)
    (folder / "board" / "outbox.jsonl").write_text('\n{"id": "cut sh')
    outbox.report(folder, "stuck")
    while outbox._send_some(folder):
        pass
    assert [e["kind"] for e in sent] == ["stuck"]


def test_what_the_board_refuses_is_sent_again_and_a_mark_that_is_damaged_loses_nothing(folder, monkeypatch):
    posts = []

    def refuse(events):
        posts.append([e["id"] for e in events])
        if len(posts) == 1:
            raise ConnectionError

    monkeypatch.setattr(outbox, "_post", refuse)
    outbox.join(folder)
    outbox.report(folder, "stuck")
    with pytest.raises(ConnectionError):
        outbox._send_some(folder)
    assert outbox._send_some(folder) and not outbox._send_some(folder)
    (folder / "board" / "sent").write_text("many")
    outbox._send_some(folder)
    assert posts[0] == posts[1] == posts[2]


def test_a_long_outbox_is_sent_in_posts_that_the_board_takes(folder, monkeypatch):
    posts = []
    monkeypatch.setattr(outbox, "_post", lambda events: posts.append(len(events)))
    outbox.join(folder)
    for _ in range(450):
        outbox.report(folder, "stuck")
    while outbox._send_some(folder):
        pass
    assert posts == [200, 200, 50]


KERNEL = """
import sys
from pathlib import Path
from helpers import outbox

folder, number = Path(sys.argv[1]), int(sys.argv[2])
outbox.join(folder)
for i in range(number):
    outbox.report(folder, "tried", "gradient-step")
    print(i, flush=True)
sys.stdin.read()
"""


def kernel(served, folder, seat, number):
    environment = os.environ | {
        outbox.BOARD: served.socket,
        outbox.TOKEN: seat,
        "PYTHONPATH": str(TESTS.parent),
    }
    command = [sys.executable, "-c", KERNEL, folder, str(number)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def ids(folder):
    return [e["id"] for e in written(folder)]


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_when_the_kernel_and_the_board_are_killed_and_the_hub_is_gone(served, tmp_path):
    def begun(number, until):
        running = kernel(served, tmp_path, "seat03", number)
        while int(running.stdout.readline()) < until:
            pass
        return running

    first = begun(100_000, 150)
    first.kill()  # in the midst of its reports
    first.communicate()
    (served.folder / "hub-is-gone").touch()
    second = begun(40, 39)
    (served.folder / "hub-is-gone").unlink()
    served.kill()
    third = begun(20, 19)  # while there is no board
    assert len(served.rows("seat03")) < len(ids(tmp_path))
    served.start()
    wait_for(lambda: len(served.rows("seat03")) >= len(ids(tmp_path)))
    for process in (second, third):
        process.communicate()
        assert process.returncode == 0
    assert sorted(served.rows("seat03")) == sorted(ids(tmp_path))
    assert len(ids(tmp_path)) >= 150 + 40 + 20


def test_a_frozen_board_keeps_no_report_waiting_and_gets_it_when_it_wakes(served, tmp_path):
    served.process.send_signal(signal.SIGSTOP)
    try:
        running = kernel(served, tmp_path, "seat04", 30)
        assert [int(running.stdout.readline()) for _ in range(30)] == list(range(30))  # or this would wait
        assert served.rows("seat04") == []
    finally:
        served.process.send_signal(signal.SIGCONT)
    wait_for(lambda: len(served.rows("seat04")) == 30)
    running.communicate()


def test_an_event_that_comes_twice_counts_once_and_of_two_seats_twice(tmp_path):
    ledger = Ledger(tmp_path / "board.sqlite")
    told = Told("seat01", 1.0, "tried", "gradient-step", None)
    assert ledger.add([("a", told), ("a", told)]) == [told]
    assert ledger.add([("a", told), ("a", told._replace(seat="seat02"))]) == [told._replace(seat="seat02")]
    ledger.close()
    again = Ledger(tmp_path / "board.sqlite")
    assert list(again.all()) == [told, told._replace(seat="seat02")]
    again.close()


# Where the room is


def room_of(*told, seats=10):
    room = Room(seats)
    for number, (seat, kind, exercise, slug) in enumerate(told):
        room.take(Told(seat, float(number), kind, exercise, slug))
    return room


def test_counts_are_of_seats_what_is_solved_stays_so_and_the_last_mistake_counts():
    room = room_of(
        ("seat01", "began", "gradient-step", None),
        ("seat02", "tried", "gradient-step", "raised"),
        ("seat02", "tried", "gradient-step", "wrong-shape"),
        ("seat02", "began", "gradient-step", None),
        ("seat03", "solved", "gradient-step", None),
        ("seat03", "tried", "gradient-step", "raised"),
    )
    told = room.summary(None, 10.0, teaching=True)
    row = next(row for row in told["exercises"] if row["exercise"] == "gradient-step")
    assert (row["not_begun"], row["trying"], row["solved"], row["mistakes"]) == (7, 2, 1, [["wrong-shape", 1]])
    assert (told["lesson"], told["still"], told["seats"]) == ("05_gradient_descent", 5, 10)
    assert [row["exercise"] for row in told["exercises"]] == [
        e.id for lesson in LESSONS for e in lesson.exercises if lesson.name == "05_gradient_descent"
    ]


def test_learners_see_no_count_below_three_and_no_seat():
    stuck = [(f"seat{n:02}", "stuck", None, None) for n in range(2)]
    few = [(f"seat{n:02}", "tried", "gradient-step", "raised") for n in range(2)]
    many = [(f"seat{n:02}", "solved", "gradient-step", None) for n in range(2, 7)]
    told = room_of(*few, *many, *stuck).summary(None, 10.0, names=True)
    row = next(row for row in told["exercises"] if row["exercise"] == "gradient-step")
    assert (row["trying"], row["not_begun"], row["solved"]) == (None, None, 5)
    assert (told["stuck"], row["mistakes"]) == (None, [])
    assert "seat0" not in json.dumps(told)
    assert room_of(*few, seats=2).summary(None, 10.0)["exercises"] == []


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((10, 0, 0), (10, 0, 0)),
        ((4, 3, 3), (4, 3, 3)),
        ((9, 1, 0), (None, None, 0)),
        ((5, 4, 1), (5, None, None)),
        ((6, 2, 2), (6, None, None)),
    ],
)
def test_a_hidden_count_cannot_be_had_by_subtraction(counts, shown):
    assert hidden(dict(zip("abc", counts, strict=True))) == dict(zip("abc", shown, strict=True))


def test_the_instructor_sees_seats_only_where_names_were_agreed():
    room = room_of(("seat01", "tried", "gradient-step", None), ("seat01", "stuck", None, None))
    agreed, not_agreed = room.summary(None, 9.0, True, True), room.summary(None, 9.0, True, False)
    assert agreed["stuck_seats"] == ["seat01"] and "seat01" in json.dumps(agreed["exercises"])
    assert "seat01" not in json.dumps(not_agreed) and not_agreed["stuck"] == 1


def test_the_room_is_in_the_lesson_of_most_seats_and_a_note_falls_off_when_its_seat_goes_on():
    assert LESSON_OF["adam-step"] != LESSON_OF["gradient-step"]
    room = room_of(
        ("seat01", "tried", "gradient-step", None),
        ("seat01", "done", None, None),
        ("seat02", "tried", "gradient-step", None),
    )
    assert (room.lesson(), room.summary(None, 9.0, True)["done"]) == (LESSON_OF["gradient-step"], 1)
    for number in (1, 2):
        room.take(Told(f"seat0{number}", 9.0, "tried", "adam-step", None))
    assert (room.lesson(), room.summary(None, 9.0, True)["done"]) == (LESSON_OF["adam-step"], 0)


# What the board answers


def test_only_a_seat_may_tell_the_board_and_only_as_itself(served):
    body = json.dumps([event(1) | {"seat": "seat09"}])
    assert served.ask("events", body)[0] == 403
    assert served.ask("events", body, Authorization="token nobody")[0] == 403
    assert served.ask("events", body, Authorization="token seat01")[0] == 204
    assert served.rows("seat01")[-1] == "e1"


@pytest.mark.parametrize("body", ["", "{}", "[" * 2000, '[{"id": "' + "[" * 9000, json.dumps([event()] * 2001)])
def test_a_post_that_is_no_list_of_events_is_refused_and_the_board_goes_on(served, body):
    assert served.ask("events", body, Authorization="token seat01")[0] == 400
    assert served.ask("", **{"As": "seat01"})[0] == 200


def test_what_cannot_be_understood_is_taken_so_that_it_does_not_come_again_and_forgotten(served):
    before = served.rows("seat01")
    assert served.ask("events", json.dumps([{"kind": "x"}, 5]), Authorization="token seat01")[0] == 204
    assert served.rows("seat01") == before


def test_pages_are_for_who_signed_in_and_the_instructors_for_the_instructor(served):
    assert served.ask("")[0] == 302
    for path in ("", "projector"):
        status, page = served.ask(path, As="seat01")
        assert (status, "/services/board/static/page.css" in page) == (200, True)
    assert "instructor" not in page
    assert served.ask("instructor", As="seat01")[0] == 403
    assert served.ask("live?kind=instructor", As="seat01")[0] == 403
    assert served.ask("instructor", As="teacher")[0] == 200
    assert served.ask("static/page.js")[0] == 200
    assert served.ask("static/../ledger.py")[0] in (403, 404)


def test_an_open_page_hears_of_every_change(served):
    connection, following = served.live("as=teacher&kind=instructor")
    with contextlib.closing(connection):
        before = following()["version"]
        served.ask("events", json.dumps([event("new", "stuck")]), Authorization="token seat02")
        told = following()
    assert told["version"] == before + 1 and "seat02" in told["stuck_seats"]


def test_the_hub_is_told_of_the_board_and_seats_where_it_is(tmp_path):
    entry = service.service(tmp_path / "seen", 30, 8123, names=False)
    assert (entry["name"], entry["url"]) == ("board", "http://127.0.0.1:8123")
    assert entry["command"] == [sys.executable, "-m", "helpers.workshop.board.serving"]
    told = service.environment(Path("/run/board"))
    assert told == {"GRADIENT_COURSE_BOARD": "/run/board/board.sock", outbox.NAMES: ""}
    granted = [scope for role in service.roles() for scope in role["scopes"]]
    assert {service.ACCESS, *service.scopes()} <= set(granted)
    learners = next(role for role in service.roles() if role["name"] == "user")
    assert not {*service.scopes()} & {*learners["scopes"]}


def test_the_address_of_a_database_is_refused_in_one_sentence(monkeypatch):
    monkeypatch.setenv(service.FOLDER, "postgresql://db.example.org/board")
    with pytest.raises(SystemExit, match=r"in a file, with SQLite: let .*_FOLDER name a folder"):
        serving.kept_folder()


# The buttons


def test_the_buttons_say_what_is_told_and_put_a_note_on_the_board(folder):
    part = taking_part.Part()
    assert not part.on and "No code and no text leaves" in part.text and "nobody's seat" in part.text
    part.on = True
    part.note = "stuck"
    part.note = "none"
    assert [e["kind"] for e in written(folder)] == ["none", "stuck", "none"]
    part.on = False
    assert not outbox.takes_part(folder)


def test_buttons_that_are_shown_anew_carry_no_note_and_say_when_seats_are_seen(folder, monkeypatch):
    monkeypatch.setenv(outbox.NAMES, "1")
    outbox.join(folder)
    part = taking_part.Part()
    assert part.on and part.note == "none" and "also sees the seats" in part.text
    assert [e["kind"] for e in written(folder)] == ["none"]


def test_the_first_cell_offers_the_buttons_only_where_there_is_a_board(folder, monkeypatch):
    class Shell:
        def __init__(self):
            self.hooks, self.cell, self.events = [], "setup", self

        def register(self, name, hook):
            self.hooks.append((name, hook))

        def get_parent(self):
            return {"metadata": {"cellId": self.cell}}

    shell, shown = Shell(), []
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    monkeypatch.setattr("IPython.display.display", shown.append)
    taking_part.offer()
    ((name, hook),) = shell.hooks
    hook(None)
    shell.cell = "another"
    hook(None)
    assert name == "post_run_cell" and len(shown) == 1 and isinstance(shown[0], taking_part.Part)
    monkeypatch.delenv(outbox.BOARD)
    taking_part.offer()
    assert len(shell.hooks) == 1


def test_a_temporary_folder_for_progress_can_hold_an_outbox(monkeypatch):
    monkeypatch.setenv(outbox.BOARD, "/nowhere/board.sock")
    monkeypatch.setattr(outbox, "_wake", lambda folder: None)
    board("on")
    assert outbox.takes_part(store.data_folder())
    board("off")
