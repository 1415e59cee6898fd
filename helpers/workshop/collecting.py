"""What the instructor does with all workbooks at once: collect them, or lay a lesson afresh in each.

Whatever touches a home runs in the sandbox of its seat: a link that a learner laid leads nowhere else.
"""

import contextlib
from argparse import Namespace
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from helpers.ground import CannotGoOnError, say
from helpers.sandbox import recipe
from helpers.start import workbook
from helpers.workshop.keeper import Keeper, Limits, ask
from helpers.workshop.place import FOLDER, Place, sockets
from helpers.workshop.seats import Seat, kept


def collect(root: Path, wanted: Namespace) -> int:
    """Write an archive of each workbook to a dated folder, by the names of seats alone; 1 when one is missing."""
    with homes(root, wanted) as (place, keeper, seats):
        made = place.folder / "collected" / f"{datetime.now():%Y-%m-%d-%H%M%S}"
        made.mkdir(parents=True)
        failed = 0
        for seat in seats:
            try:
                (made / f"{seat.name}.zip").write_bytes(keeper.do(seat.name, "pack"))
            except CannotGoOnError as error:
                failed += 1
                say(f"not collected: {error}")
    say(f"{len(seats) - failed} workbooks are in {made}; {place.seats} says whose they are.")
    return 1 if failed else 0


def reset(root: Path, wanted: Namespace) -> int:
    """Lay fresh copies of lessons in every workbook, and keep what was there; 1 where that failed."""
    names = [workbook.find(root, lesson).name for lesson in wanted.reset]
    with homes(root, wanted) as (place, keeper, seats):
        failed = 0
        for seat in seats:
            with contextlib.suppress(OSError):  # no room runs
                ask(place.folder / "run" / place.keeper.name, "stop", name=seat.name)
            try:
                for line in keeper.do(seat.name, "reset", lessons=names).decode().splitlines():
                    say(f"{seat.name}: {line}")
            except CannotGoOnError as error:
                failed += 1
                say(f"not reset: {error}")
    say("Whoever was at work finds her seat stopped, and starts it again by a click.")
    return 1 if failed else 0


@contextlib.contextmanager
def homes(root: Path, wanted: Namespace) -> Iterator[tuple[Place, Keeper, list[Seat]]]:
    """Yield the folders of a room, whether it runs or not, a keeper for its homes, and the seats that were used."""
    if lacking := recipe.missing():
        raise CannotGoOnError(lacking)
    folder = (wanted.folder or root / FOLDER).resolve()
    with sockets() as run:
        place = Place(folder, run)
        seats = [seat for seat in kept(place.seats) if place.home(seat.name).is_dir()]
        if not seats:
            raise CannotGoOnError(f"Nobody has sat in {folder} yet: open the room first, or name its --folder.")
        place.lay()
        yield place, Keeper(place, seats, Limits(), {}), seats
