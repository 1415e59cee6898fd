"""A room from its slips to its end: three seats in a Chromium, a board, a killed hub, and nothing left behind."""

import os
import re
import resource
import signal
import sqlite3
import subprocess
import time
import zipfile
from contextlib import closing

import pytest
from board_without_hub import wait_for
from conftest import LESSON, NAMES
from laboratory import chromium
from learner import alone
from playwright.sync_api import expect, sync_playwright
from rooms import ROOT, command, free_port, open_room

from helpers.workshop.room import running
from helpers.workshop.seats import Seat
from helpers.workshop.slips import link

WRONG = """
from helpers.exercises import board, check
board("on")
def gradient_step(w, grad, lr):
    return w + lr * grad
check("gradient-step", gradient_step)
"""


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright, chromium(playwright) as running:
        yield running.browser


def sign_in(browser, room, name):
    """Follow the QR code of a slip and press the button; return the page."""
    page = browser.new_context().new_page()
    page.goto(link(Seat(**room.seats()[name]), room.address))
    assert room.seats()[name]["code"] not in page.url
    expect(page.get_by_label("Seat:")).to_have_value(name)
    page.get_by_role("button", name="Sign in").click()
    return page


def test_three_seats_sign_in_and_a_mistake_in_one_is_on_the_board(room, browser):
    assert [seat["person"] for seat in room.seats().values()] == ["", *NAMES]
    for name in ("seat01", "seat02", "seat03"):
        page = sign_in(browser, room, name)
        page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=180_000)
        assert page.url.startswith(f"{room.address}user/{name}/lab/tree/workbook/{LESSON}")
        page.context.close()
    page = sign_in(browser, room, "instructor")
    page.goto(f"{room.address}services/board/instructor")
    alone(err(room))
    expect(page.locator("#rows")).to_contain_text("wrong-sign", timeout=120_000)
    page.context.close()


async def err(room):
    learner = room.learner("seat01")
    await learner.sign_in()
    await learner.open(LESSON)
    await learner.begin(LESSON)
    status, said = await learner.run(WRONG)
    assert status == "error" and "go the other way" in said
    await learner.close()


def test_a_killed_hub_and_a_killed_board_come_back_and_the_kernels_never_went(room):
    async def run(source):
        learner = room.learner("seat01")
        await learner.sign_in()
        await learner.open(LESSON)
        await learner.begin(LESSON)
        said = await learner.run(source)
        await learner.close()
        return said

    assert alone(run("kept = 41")) == ("ok", "")
    before = mistakes(room)
    for word in ("helpers.workshop.board", "helpers.workshop.hub"):
        (found,) = room.processes(word)
        os.kill(found, signal.SIGKILL)
    room.wait_for("The hub ended by itself and is started again")

    assert alone(run("print(kept + 1)")) == ("ok", "42\n")
    alone(err(room))
    wait_for(lambda: mistakes(room) != before, 120)
    assert mistakes(room) == before + 1  # what was told before the kill is there, and nothing is there twice


def mistakes(room):
    """Return how many mistakes of one name the board has written down."""
    with closing(sqlite3.connect(room.folder / "board" / "board.sqlite")) as file:
        return file.execute("select count(*) from events where slug = 'wrong-sign'").fetchone()[0]


def test_guesses_are_slowed_down_and_the_right_code_still_opens(room):
    from helpers.workshop import hub

    async def guess():
        learner = room.learner("seat02")
        for _ in range(hub.FREE):
            assert "Invalid" in (await learner.sign_in("wrong")).text
        waited = time.monotonic()
        assert "Invalid" in (await learner.sign_in("wrong")).text
        waited = time.monotonic() - waited
        answer = await learner.sign_in()
        await learner.close()
        return waited, str(answer.url)

    waited, url = alone(guess())
    assert waited >= hub.WAIT  # the wait itself is what is asked for
    assert "seat02" in url and "login" not in url


def test_a_sign_in_on_a_full_disk_is_one_sentence_and_works_when_there_is_space(room):
    async def sign_in():
        learner = room.learner("seat03")
        answer = await learner.sign_in()
        await learner.close()
        return answer

    (hub,) = room.processes("helpers.workshop.hub")
    space = resource.prlimit(hub, resource.RLIMIT_FSIZE)
    resource.prlimit(hub, resource.RLIMIT_FSIZE, (0, space[1]))  # to SQLite as good as a full disk
    try:
        refused = alone(sign_in())
    finally:
        resource.prlimit(hub, resource.RLIMIT_FSIZE, space)
    assert refused.status_code == 500 and "once there is space,\n  sign in again with the same slip" in refused.text
    assert "seat03" in str(alone(sign_in()).url)


def test_a_learner_takes_her_work_home_in_one_file(room):
    async def take():
        learner = room.learner("seat01")
        await learner.sign_in()
        await learner.open(LESSON)
        answer = await learner.web.get("hub/user-redirect/take-home")
        await learner.close()
        return answer

    answer = alone(take())
    assert answer.status_code == 200 and "my-workbook.zip" in answer.headers["content-disposition"]
    packed = room.folder / "taken.zip"
    packed.write_bytes(answer.content)
    with zipfile.ZipFile(packed) as archive:
        assert LESSON in archive.namelist()
        assert not any(name.startswith(".") for name in archive.namelist())


def test_what_the_instructor_lays_down_is_in_every_seat_and_a_lesson_is_laid_afresh_for_all(room, work):
    (room.folder / "from-the-instructor" / "read-me.txt").write_text("Try lr = 2", encoding="utf-8")

    async def read(seat):
        learner = room.learner(seat)
        await learner.sign_in()
        await learner.open(LESSON)
        answer = await learner.web.get(f"{learner.home}api/contents/from-the-instructor/read-me.txt")
        await learner.close()
        return answer.json()["content"]

    assert alone(read("seat01")) == "Try lr = 2"
    said = work("--reset", "05")
    for seat in ("seat01", "seat02", "seat03"):
        assert re.search(rf"^{seat}: .*kept-1.ipynb.*{LESSON} is fresh", said, re.MULTILINE), said
    assert alone(read("seat02")) == "Try lr = 2"  # a seat that was stopped starts again


def test_two_rooms_in_one_folder_are_one_sentence(room):
    words = command(room.folder, str(room.folder / "names.txt"), "--port", str(free_port()))
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=180)
    assert done.returncode == 1
    assert done.stderr == f"A room runs in {room.folder} already: stop it there first, with Ctrl-C.\n"


def test_a_port_in_use_is_one_sentence(room, tmp_path):
    (tmp_path / "names.txt").write_text("Ada", encoding="utf-8")
    words = command(tmp_path / "other", str(tmp_path / "names.txt"), "--port", str(room.port))
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=180)
    assert done.returncode == 1
    assert re.fullmatch(rf"Port {room.port} cannot be used \(.*\): choose another, as in --port \d+\.\n", done.stderr)


def test_a_room_stops_cleanly_and_opens_again_with_every_seat_as_it_was_left(room):
    seats, run = room.seats(), room.run
    (room.folder / "homes" / "seat01" / "left.txt").write_text("mine", encoding="utf-8")
    assert room.close() == 0
    assert "The room is closed; every workbook is as it was left" in room.said
    assert room.processes() == [] and not run.exists()
    with open_room(room.folder, [*NAMES, "Late"], "--no-prespawn") as again:
        now = again.seats()
        assert {name: now[name] for name in seats} == seats and now["seat04"]["person"] == "Late"

        async def look():
            learner = again.learner("seat01")
            await learner.sign_in()
            await learner.open(LESSON.replace("05_gradient_descent", "00_start_here"))
            answer = await learner.web.get(f"{learner.home}api/contents/workbook/left.txt")
            await learner.close()
            return answer.json()["content"]

        assert alone(look()) == "mine"
        again.process.kill()  # not even a room that is killed leaves a process behind
        again.process.wait()
        for _ in range(150):
            if not again.processes():
                break
            time.sleep(0.2)
        assert again.processes() == []
        left = again.run
    assert left.exists()
    with running(room.folder):  # the next room clears up behind the one that was killed
        assert not left.exists()
