"""Every seat starts before the room opens, with the kernel of the lesson: signing in then takes seconds."""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from helpers.workshop import inside
from helpers.workshop.place import SECONDS, Place
from helpers.workshop.talking import request

AT_ONCE = 4  # more would only wait for each other's disk and cores


class Started(NamedTuple):
    """A seat, and what kept it from starting, or nothing."""

    seat: str
    lacking: str


def start_all(place: Place, token: str, seats: Iterable[str], lesson: str) -> Iterator[Started]:
    """Start seats, some at a time, each with a kernel for the lesson; yield each when it is ready or will not be."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = {pool.submit(start, place, token, seat, lesson): seat for seat in seats}
        for done in as_completed(waiting):
            error = done.exception()
            yield Started(waiting[done], str(error) if error else "")


def start(place: Place, token: str, seat: str, lesson: str) -> None:
    """Start a seat and a kernel in it. Raises OSError."""
    hub, user = place.hub / "hub.sock", f"/hub/api/users/{seat}"
    status, said = request(hub, "POST", f"{user}/server", token)
    if status not in (201, 202) and not _ready(hub, user, token):
        raise OSError(f"the hub did not start it ({status} {(said or {}).get('message', '')})")
    for _ in range(2 * SECONDS):
        if _ready(hub, user, token):
            break
        time.sleep(0.5)
    else:
        raise OSError(f"it was not ready within {SECONDS} s; {place.log(seat)} says more")
    name = Path(inside.WORKBOOK.name, lesson)
    kernel = {"path": str(name), "type": "notebook", "name": name.name, "kernel": {"name": "python3"}}
    status, _ = request(place.door(seat) / inside.SOCKET, "POST", f"/user/{seat}/api/sessions", token, kernel)
    if status != 201:
        raise OSError(f"its kernel did not start ({status}); {place.log(seat)} says more")


def _ready(hub: Path, user: str, token: str) -> bool:
    status, told = request(hub, "GET", user, token)
    return status == 200 and bool(told["servers"].get("", {}).get("ready"))
