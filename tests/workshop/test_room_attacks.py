"""From a seat nobody reaches the room, its machine or a neighbour."""

import re
import zipfile

import pytest
from attacks import ATTACKS
from conftest import LESSON
from learner import alone


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_from_a_seat_is_refused(attacked, attack):
    assert re.search(attack.refused, attacked[attack.name]), attacked[attack.name]


def test_the_cookie_of_one_seat_opens_no_other(room):
    async def visit():
        learner = room.learner("seat02")
        await learner.sign_in()
        answers = [await learner.web.get(f"user/seat01/{page}") for page in ("api/contents", "take-home", "lab")]
        await learner.close()
        return answers

    for answer in alone(visit()):
        assert answer.status_code in (403, 404) or "/hub/" in str(answer.url)
        assert b"workbook" not in answer.content


def test_what_a_learner_links_to_is_not_collected_and_a_pipe_holds_nobody_up(room, work):
    async def lay():
        learner = room.learner("seat02")
        await learner.sign_in()
        await learner.open(LESSON)
        await learner.begin(LESSON)
        codes = str(room.folder / "seats.json")
        said = await learner.run(
            f"import os\nos.symlink({codes!r}, 'codes.txt')\nos.symlink('/', 'all')\nos.mkfifo('pipe')\n"
            "open('mine.txt', 'w').write('mine')"
        )
        await learner.close()
        return said

    assert alone(lay()) == ("ok", "")
    said = work("--collect")
    assert re.search(r"^[123] workbooks are in ", said, re.MULTILINE)
    newest = max((room.folder / "collected").iterdir())
    with zipfile.ZipFile(newest / "seat02.zip") as archive:
        assert {"mine.txt", LESSON} <= set(archive.namelist())
        assert not {"codes.txt", "all", "pipe"} & {name.split("/")[0] for name in archive.namelist()}


def test_memory_and_disk_of_a_seat_are_bounded_and_its_neighbour_notices_nothing(room):
    greedy = "hold = [bytearray(b'x') * 2**20 for _ in range(450)]"
    hoard = "for number in range(90):\n    open(f'{number}.bin', 'wb').write(bytes(2**20))\nimport time\ntime.sleep(30)"

    async def use():
        one, other = room.learner("seat03"), room.learner("seat01")
        for learner in (one, other):
            await learner.sign_in()
            await learner.open(LESSON)
            await learner.begin(LESSON)
        assert await other.run("x = 41") == ("ok", "")
        await overdo(one, greedy)
        room.wait_for("seat03 used more than 500 MiB: its largest process was ended")
        await one.begin(LESSON)
        await overdo(one, hoard)
        room.wait_for("seat03 keeps more than 40 MiB: its kernels are ended")
        said = await other.run("print(x + 1)")
        await one.close()
        await other.close()
        return said

    assert alone(use()) == ("ok", "42\n")


async def overdo(learner, source):
    """Run what ends the kernel."""
    try:
        await learner.run(source, seconds=20)
    except (TimeoutError, ConnectionError):
        return
