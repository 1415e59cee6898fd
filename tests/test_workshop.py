"""A workshop before anything of it is started: names, seats, codes, slips, what is refused and what is packed."""

import json
import math
import os
import stat
import zipfile
from argparse import Namespace
from io import BytesIO

import pytest

from helpers.ground import ROOT, CannotGoOnError
from helpers.start.commands import parse
from helpers.workshop import packing, place, seats, watching
from helpers.workshop.board import service
from helpers.workshop.place import Place, address


@pytest.fixture
def names(tmp_path):
    """A function that writes a file of names."""

    def write(text):
        path = tmp_path / "names.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_names_are_read_one_a_line_whatever_stands_around_them(names):
    assert seats.read_names(names("\ufeff Ada  Lovelace\r\n\n\tGrace\n")) == ["Ada Lovelace", "Grace"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Ada\nGrace\nada\n", "has ada in lines 1 and 3: add what tells them apart."),
        ("\n  \n", "has no name in it: write one in each line"),
        (b"\xff\xfeA\x00", "is no text in UTF-8"),
    ],
)
def test_names_that_cannot_be_seated_are_one_sentence(names, text, says):
    with pytest.raises(CannotGoOnError, match=says):
        seats.read_names(names(text))


def test_a_file_of_names_that_is_missing_is_one_sentence(tmp_path):
    with pytest.raises(CannotGoOnError, match=r"cannot be read .*: give a file with a name in each line"):
        seats.read_names(tmp_path / "none.txt")


def test_who_was_seated_keeps_seat_and_code_and_who_comes_later_gets_the_next(tmp_path):
    file = tmp_path / "seats.json"
    before = seats.assign(file, ["Ada", "Grace"])
    assert [seat.name for seat in before] == ["instructor", "seat01", "seat02"]
    after = seats.assign(file, ["Emmy", "Grace"])
    assert after == [before[0], after[1], before[2]] and after[1].name == "seat03"
    assert len({seat.number for seat in seats.kept(file)}) == 4  # Ada's is kept for her
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_code_has_59_bits_and_none_is_like_another():
    codes = {seats.code() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 14 and set(code) <= {*seats.LETTERS, "-"} for code in codes)
    assert math.floor(12 * math.log2(len(set(seats.LETTERS)))) == 59


def test_damaged_seats_are_one_sentence_and_stay_as_they_are(tmp_path):
    file = tmp_path / "seats.json"
    file.write_text("[{", encoding="utf-8")
    with pytest.raises(CannotGoOnError, match="is damaged: bring back a copy, or move it away"):
        seats.assign(file, ["Ada"])
    assert file.read_text(encoding="utf-8") == "[{"


def test_what_is_packed_is_plain_files_alone(tmp_path):
    (tmp_path / "mine.ipynb").write_text("mine", encoding="utf-8")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "data.csv").write_text("1", encoding="utf-8")
    (tmp_path / ".hidden").write_text("no", encoding="utf-8")
    (tmp_path / "link").symlink_to(ROOT / "README.md")
    (tmp_path / "folder").symlink_to(ROOT / "lessons")
    os.mkfifo(tmp_path / "pipe")
    with zipfile.ZipFile(BytesIO(packing.pack(tmp_path))) as archive:
        assert archive.namelist() == ["deep/data.csv", "mine.ipynb"]
        assert archive.read("mine.ipynb") == b"mine"


def test_what_is_too_large_to_be_packed_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(packing, "MOST", 10)
    (tmp_path / "a").write_bytes(bytes(8))
    (tmp_path / "b").write_bytes(bytes(8))
    with zipfile.ZipFile(BytesIO(packing.pack(tmp_path))) as archive:
        assert archive.namelist() == ["a", "left-out.txt"]
        assert b"b: 8 bytes" in archive.read("left-out.txt")


def test_a_home_is_measured_without_following_links(tmp_path):
    home, other = tmp_path / "home", tmp_path / "other"
    home.mkdir()
    other.mkdir()
    (other / "large").write_bytes(bytes(2**20))
    (home / "link").symlink_to(other)
    assert not watching.larger(home, 2**19)
    (home / "mine").write_bytes(bytes(2**20))
    assert watching.larger(home, 2**19) and not watching.larger(home, 2**21)


def test_the_address_of_a_socket_is_one_that_the_hub_and_its_proxy_read():
    assert address("/tmp/room/hub.sock") == "http+unix://%2Ftmp%2Froom%2Fhub.sock"


def test_a_socket_has_a_short_path_and_the_events_of_the_board_stay_where_no_seat_looks(tmp_path):
    room = Place(tmp_path / ("long" * 25), tmp_path / "run")
    room.run.mkdir()
    room.lay()
    assert room.board.resolve() == room.folder / "board" / "door"
    assert len(str(room.board / service.SOCKET)) < len(str(room.folder)) + 30
    assert stat.S_IMODE(room.folder.stat().st_mode) == 0o700


def test_what_a_killed_room_left_is_found_and_what_runs_or_is_of_others_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(place, "SHORT", tmp_path)
    for name in ("workshop-dead", "workshop-slides"):
        (tmp_path / name).mkdir()
        Place(tmp_path / "room", tmp_path / name).lay()
    (tmp_path / "workshop-slides" / "mine.pdf").touch()
    with place.sockets() as run:
        Place(tmp_path / "room", run).lay()
        assert list(place.left_behind()) == [tmp_path / "workshop-dead"]
    assert not run.exists()


@pytest.fixture
def offline(tmp_path, monkeypatch):
    """A folder of wheels with the proxy in it, and no other way to get it."""
    proxy = pytest.importorskip("helpers.workshop.proxy")
    for folder in ("wheels", "packed/node_modules/" + proxy.PROXY):
        (tmp_path / folder).mkdir(parents=True)
    told = json.dumps({"version": proxy.VERSION})
    (tmp_path / "packed/node_modules" / proxy.PROXY / "package.json").write_text(told, encoding="utf-8")
    monkeypatch.setattr(proxy, "FOLDER", tmp_path / "packed")
    proxy.pack(tmp_path / "wheels")
    monkeypatch.setattr(proxy, "FOLDER", tmp_path / "fresh")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    return proxy


def test_the_proxy_comes_out_of_the_folder_of_wheels_without_a_network(offline):
    assert (offline.modules() / offline.PROXY / "package.json").is_file()


def test_a_proxy_that_nobody_can_bring_is_one_sentence(offline, monkeypatch):
    def packages(folder, versions):
        raise offline.OfflineError("there is no network")

    monkeypatch.setenv("PIP_FIND_LINKS", "")
    monkeypatch.setattr(offline.npm, "packages", packages)
    with pytest.raises(CannotGoOnError, match=r"or put configurable-http-proxy-.*-packed.tar.gz from another machine"):
        offline.modules()


def wanted(*words):
    return parse(["workshop", "names.txt", *words])


def test_an_open_room_is_encrypted_unless_it_is_told_otherwise_by_word(tmp_path, capsys):
    room = pytest.importorskip("helpers.workshop.room")
    assert room.encryption(tmp_path, "127.0.0.1", wanted()) is None
    assert capsys.readouterr().out == ""
    with pytest.raises(CannotGoOnError, match="must be encrypted, or anyone on the network can take a seat over"):
        room.encryption(tmp_path, "192.0.2.7", wanted("--open"))
    with pytest.raises(CannotGoOnError, match="A certificate needs its key"):
        room.encryption(tmp_path, "192.0.2.7", wanted("--open", "--cert", "a.pem"))
    with pytest.raises(CannotGoOnError, match=r"cannot be used \(.*\): give a certificate and its own key"):
        room.encryption(tmp_path, "192.0.2.7", wanted("--open", "--cert", "a.pem", "--key", "b.pem"))
    assert room.encryption(tmp_path, "192.0.2.7", wanted("--open", "--no-tls")) is None
    assert "Nothing is encrypted" in capsys.readouterr().out


def test_without_open_a_room_listens_on_this_machine_alone():
    room = pytest.importorskip("helpers.workshop.room")
    assert room.where(wanted()) == ("127.0.0.1", "127.0.0.1")
    assert room.where(wanted("--open", "--host", "room.example.org")) == ("room.example.org", "0.0.0.0")


def test_a_full_disk_is_one_sentence(tmp_path, monkeypatch):
    room = pytest.importorskip("helpers.workshop.room")
    monkeypatch.setattr(room.shutil, "disk_usage", lambda folder: Namespace(free=3 * room.MIB))
    with pytest.raises(CannotGoOnError, match=r"Only 3 MiB are free in .*: free 500 MiB and start again"):
        room.enough(tmp_path)


def test_a_port_beyond_all_is_one_sentence():
    room = pytest.importorskip("helpers.workshop.room")
    with pytest.raises(CannotGoOnError, match=r"Port 70000 cannot be used .*: choose another, as in --port 10001"):
        room.free("127.0.0.1", 70_000)


def test_a_room_without_names_is_one_sentence(capsys):
    room = pytest.importorskip("helpers.workshop.room")
    with pytest.raises(CannotGoOnError, match=r"Give a file with a name in each line|A workshop runs on a Linux"):
        room.run(ROOT, parse(["workshop"]))


def test_what_doctor_says_of_a_workshop_is_lines_of_three():
    ready = pytest.importorskip("helpers.workshop.ready")
    for line in (*ready.port(), *ready.memory(), *ready.certificate()):
        assert [type(part) for part in json.loads(json.dumps(line))] == [bool, str, str]
