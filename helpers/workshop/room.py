"""`python start.py workshop names.txt`: a room, from names to slips to seats, until it is stopped.

Three processes: this one, which keeps the seats and watches them; the hub; its proxy. A hub that ends is started again.
"""

import contextlib
import http.client
import json
import os
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from helpers.ground import CannotGoOnError, say
from helpers.sandbox import recipe
from helpers.start import workbook
from helpers.workshop import certificate, inside, prespawn, proxy, seats, slips, watching
from helpers.workshop.board import service
from helpers.workshop.inside import WORKBOOK
from helpers.workshop.keeper import MIB, Keeper, Limits, end
from helpers.workshop.place import FOLDER, SECONDS, Place, left_behind, sockets
from helpers.workshop.seats import Seat

FREE = 500 * MIB  # bytes of the disk below which no room is started
PATIENCE = 15  # seconds that a hub may take to stop
DEATHS, IN = 3, 60  # so many ends of the hub in so many seconds are no accident


def run(root: Path, wanted: Namespace) -> int:
    """Open the room, hold it open until it is stopped, and return 0. Raises CannotGoOnError."""
    if lacking := recipe.missing():
        raise CannotGoOnError(f"{lacking} A workshop runs on a Linux with it; python start.py doctor says more.")
    folder = (wanted.folder or root / FOLDER).resolve()
    if wanted.names is None:
        raise CannotGoOnError("Give a file with a name in each line: python start.py workshop names.txt.")
    people = seats.read_names(wanted.names)
    lesson = workbook.find(root, wanted.lesson).name
    with running(folder) as place:
        host, bind = where(wanted)
        pair = encryption(place.folder, host, wanted)
        free(bind, wanted.port)
        enough(place.folder)
        room = seats.assign(place.seats, people)
        address = f"{'https' if pair else 'http'}://{host}:{wanted.port}/"
        slips.write(place.folder / "slips.html", room, address)
        told = settings(place, room, f"{'https' if pair else 'http'}://{bind}:{wanted.port}/", pair, lesson)
        told |= with_board(place, len(people), wanted.names_agreed)
        limits = Limits(memory=wanted.memory * MIB, home=wanted.home * MIB)
        keeper = Keeper(place, room, limits, service.environment(inside.BOARD, wanted.names_agreed))
        keeper.listen()
        try:
            hold(place, keeper, told, room, address, lesson, wanted)
        finally:
            keeper.close()
    say("The room is closed; every workbook is as it was left, and the same command opens it again.")
    return 0


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Place]:
    """Make the folders of a room that nobody else runs, and remove what it needs only while it runs."""
    import fcntl

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotGoOnError(f"A room runs in {folder} already: stop it there first, with Ctrl-C.") from error
        if (before := folder / "run").is_symlink():  # of a room that was killed
            end_all(os.readlink(before))
            before.unlink()
        sweep()
        with sockets() as run:
            before.symlink_to(run)
            try:
                place = Place(folder, run)
                place.lay()
                yield place
            finally:
                end_all(str(run))
                before.unlink(missing_ok=True)


def sweep() -> None:
    """Remove the folders of sockets that no process of a killed room uses any more."""
    for run in left_behind():
        if not any(was_told(place, str(run).encode()) for place in filter(str.isdecimal, os.listdir("/proc"))):
            shutil.rmtree(run, ignore_errors=True)


def end_all(run: str) -> None:
    """End every process that was told of a folder of sockets, and wait until there is none."""
    for _ in range(100):
        left = [place for place in filter(str.isdecimal, os.listdir("/proc")) if was_told(place, run.encode())]
        for place in left:
            end(place)
        if not left:
            return
        time.sleep(0.1)


def was_told(place: str, word: bytes) -> bool:
    """Whether another process has a word on its command line or in its environment."""
    told = b""
    for name in ("cmdline", "environ"):
        with contextlib.suppress(OSError):  # it has ended, or is none of ours
            told += Path("/proc", place, name).read_bytes()
    return word in told and int(place) != os.getpid()


def where(wanted: Namespace) -> tuple[str, str]:
    """Return the name of this machine on the slips, and the address to listen on."""
    if not wanted.open:
        return "127.0.0.1", "127.0.0.1"
    return wanted.host or certificate.own_address(), "0.0.0.0"


def encryption(folder: Path, host: str, wanted: Namespace) -> tuple[str, str] | None:
    """Return the certificate and key to serve the room with, None for plain http. Raises CannotGoOnError."""
    if wanted.cert or wanted.key:
        if not (wanted.cert and wanted.key):
            raise CannotGoOnError("A certificate needs its key: give both, --cert FILE --key FILE.")
        return certificate.given(wanted.cert, wanted.key)
    if wanted.self_made:
        say(
            "The certificate is self-made: each browser will warn that the connection is not private, and whoever "
            "clicks through cannot tell this room from a false one. A real certificate (--cert, --key) spares you that."
        )
        return certificate.self_made(folder, host)
    if wanted.open and not wanted.no_tls:
        ways = "--cert FILE --key FILE, or --self-made, which browsers warn of, or --no-tls"
        raise CannotGoOnError(f"An open room must be encrypted, or anyone on the network can take a seat over: {ways}.")
    if wanted.open:
        say("Nothing is encrypted (--no-tls): anyone on this network can read along and take a seat over.")
    return None


def free(bind: str, port: int) -> None:
    """Raise CannotGoOnError when the room could not listen here."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except (OSError, OverflowError) as error:
            sentence = f"Port {port} cannot be used ({getattr(error, 'strerror', None) or error}): choose another"
            raise CannotGoOnError(f"{sentence}, as in --port {port % 60000 + 1}.") from error


def enough(folder: Path) -> None:
    """Raise CannotGoOnError when the disk is too full for a room."""
    there = shutil.disk_usage(folder).free
    if there < FREE:
        raise CannotGoOnError(f"Only {there // MIB} MiB are free in {folder}: free {FREE // MIB} MiB and start again.")


def settings(place: Place, room: list[Seat], bind: str, pair: tuple[str, str] | None, lesson: str) -> dict[str, Any]:
    """Return what the hub is told, in a file that nobody else reads."""
    return {
        "place": [str(place.folder), str(place.run)],
        "bind": bind,
        "certificate": pair,
        "opens": f"/lab/tree/{WORKBOOK.name}/{lesson}",
        "seats": [seat.name for seat in room],
        "proxy": proxy.command(),
        "token": secrets.token_hex(32),
    }


def with_board(place: Place, people: int, names: bool) -> dict[str, Any]:
    """Return what the hub is told of the board."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        "token_scopes": [service.ACCESS],
        "services": [service.service(place.board, people, port, names) | {"timeout": SECONDS}],
        "custom_scopes": service.scopes(),
        "roles": service.roles(seats.INSTRUCTOR),
    }


def hold(
    place: Place, keeper: Keeper, told: dict[str, Any], room: list[Seat], address: str, lesson: str, wanted: Namespace
) -> None:
    """Run the hub, start the seats, and stay until Ctrl-C."""
    hub = Hub(place, told)
    watcher = watching.Watcher(keeper)
    try:
        hub.start()
        say(f"The room is at {address}; print {place.folder / 'slips.html'}.")
        say(f"The board is at {address}services/board/; sign in as {seats.INSTRUCTOR}, whose slip is the first.")
        if wanted.prespawn:
            begin(place, told["token"], room, lesson)
        say("The room is open. Ctrl-C closes it; what learners wrote stays.")
        while True:
            time.sleep(1)
            hub.look()
            for sentence in watcher.look():
                say(sentence)
    except KeyboardInterrupt:
        say("\nClosing the room ...")
    finally:
        hub.stop()


def begin(place: Place, token: str, room: list[Seat], lesson: str) -> None:
    """Start all seats with their kernels, and say how far it is."""
    began = time.monotonic()
    names = [seat.name for seat in room if seat.name != seats.INSTRUCTOR]
    for number, started in enumerate(prespawn.start_all(place, token, names, lesson), 1):
        how = (
            f"could not be started: {started.lacking}; its learner can try by signing in"
            if started.lacking
            else "is ready"
        )
        say(f"[{number}/{len(names)}] {started.seat} {how}.")
    say(f"All seats were started in {time.monotonic() - began:.0f} s.")


def served(address: str) -> bool:
    """Return whether the hub answers through its proxy. Raises OSError when nobody listens."""
    there = urlsplit(address)
    line = http.client.HTTPConnection("127.0.0.1", there.port, timeout=10)
    if there.scheme == "https":
        ours = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        ours.check_hostname, ours.verify_mode = False, ssl.CERT_NONE  # it bears the name on the slips
        line = http.client.HTTPSConnection("127.0.0.1", there.port, timeout=10, context=ours)
    try:
        line.request("GET", "/hub/api/")
        return line.getresponse().status == 200
    except http.client.HTTPException:
        return False
    finally:
        line.close()


class Hub:
    """JupyterHub as a process of its own, started again when it ends."""

    def __init__(self, place: Place, told: dict[str, Any]) -> None:
        self.place, self.told = place, told
        self.process: subprocess.Popen[bytes] | None = None
        self.ends: list[float] = []

    def start(self) -> None:
        """Start it and wait until it answers. Raises CannotGoOnError."""
        file = self.place.run / "settings.json"
        seats.write_private(file, json.dumps(self.told))
        with self.place.log("hub").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "helpers.workshop.hub", str(file)],
                cwd=self.place.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        for _ in range(10 * SECONDS):
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                if served(self.told["bind"]):
                    return
            time.sleep(0.1)
        raise CannotGoOnError(f"The hub did not start: {self.place.log('hub')} says why.")

    def look(self) -> None:
        """Start the hub again when it has ended. Raises CannotGoOnError when that goes on and on."""
        assert self.process
        if self.process.poll() is None:
            return
        self.ends = [*(end for end in self.ends if time.monotonic() - end < IN), time.monotonic()]
        if len(self.ends) >= DEATHS:
            raise CannotGoOnError(f"The hub ended {DEATHS} times within {IN} s: {self.place.log('hub')} says why.")
        say("The hub ended by itself and is started again; the seats and their kernels run on.")
        self.start()

    def stop(self) -> None:
        """Ask it to stop, and end it when it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
