"""One room for the session, with three seats, and what one learner got who attacked it from her seat."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))  # the Chromium of the browser tests

from attacks import ATTACKS, TRIED
from learner import alone
from rooms import ROOT, command, open_room

LESSON = "05_gradient_descent.ipynb"
NAMES = ["Ada Lovelace", "Grace <Hopper>", "Żaneta"]


@pytest.fixture(scope="session")
def room(tmp_path_factory):
    """A room with small limits, so that little is needed to reach them."""
    folder = tmp_path_factory.mktemp("workshop") / "room"
    with open_room(folder, NAMES, "--lesson", "05", "--memory", "500", "--home", "40") as opened:
        yield opened


@pytest.fixture(scope="session")
def attacked(room):
    """What each attack printed, all from one session in the kernel of seat02."""
    with socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(f"\0{room.run.name}")
        abstract.listen()
        return alone(attack(room))


async def attack(room):
    targets = {
        "codes": room.folder / "seats.json",
        "data": room.folder / "hub.sqlite",
        "events": room.folder / "board" / "board.sqlite",
        "home": room.folder / "homes" / "seat01",
        "door": room.run / "seats" / "seat01",
        "keeper": room.run / "keeper.sock",
        "proxy": room.run / "proxy.sock",
        "solutions": ROOT / "solutions",
    }
    told = {name: str(path) for name, path in targets.items()}
    told |= {"port": room.port, "abstract": f"\0{room.run.name}"}
    learner = room.learner("seat02")
    await learner.sign_in()
    await learner.open(LESSON)
    await learner.begin(LESSON)
    assert await learner.run(f"TARGETS = {told!r}\n{TRIED}") == ("ok", "")
    got = {each.name: (await learner.run(each.source))[1].strip() for each in ATTACKS}
    await learner.close()
    return got


@pytest.fixture
def work(room):
    """A function that runs a command on the room from outside, as its instructor, and returns what it said."""

    def run(*words):
        done = subprocess.run(command(room.folder, *words), cwd=ROOT, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
