"""Whoever keeps the seats: starts and ends their sandboxes for the hub, and watches what they use.

The hub asks over a socket. Seats are children of this process and not of the hub, so that a hub that ends and comes
back finds them as they were; when this process ends, Linux ends them all.
"""

import contextlib
import json
import os
import platform
import signal
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from helpers.ground import ROOT, CannotGoOnError
from helpers.sandbox import recipe
from helpers.workshop import inside
from helpers.workshop.place import Place
from helpers.workshop.seats import Seat

MIB = 2**20
FIRST_USER = recipe.FIRST_USER + 2**21  # beyond those that grading gives
COUNTED_BY_NAMESPACE = (5, 14)  # from this Linux on, processes are counted for each seat and not for the user


class Limits(NamedTuple):
    """What a seat may use: bytes of memory, of a folder in memory and of its home; processes, threads counted."""

    memory: int = 1024 * MIB
    disk: int = 256 * MIB
    home: int = 512 * MIB
    processes: int = 200


class Keeper:
    """The seats of a room that run."""

    def __init__(self, place: Place, seats: list[Seat], limits: Limits, environment: dict[str, str]) -> None:
        """environment: what each seat finds beside what the hub gives it."""
        self.place, self.limits, self.environment = place, limits, environment
        self.seats = {seat.name: seat for seat in seats}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.lock = threading.RLock()
        self.server: _Server | None = None

    def listen(self) -> None:
        """Hear the hub, from now on."""
        self.server = _Server(str(self.place.keeper), _Line)
        self.server.keeper = self
        threading.Thread(target=self.server.serve_forever, args=(0.1,), daemon=True).start()

    def start(self, name: str, environment: dict[str, str]) -> None:
        """Start a seat; one that runs already is ended first. Raises CannotGoOnError."""
        self.stop(name)
        with self.place.log(name).open("wb") as log:
            self.running[name] = self._begin(name, "serve", log, environment=environment)

    def poll(self, name: str) -> int | None:
        """Return None while a seat runs, else a number."""
        process = self.running.get(name)
        return 0 if process is None else process.poll()

    def stop(self, name: str) -> None:
        """End a seat: its kernels have nothing that is not in a notebook, and JupyterLab saves those by itself."""
        with self.lock:
            if process := self.running.pop(name, None):
                process.kill()
                process.wait()

    def do(self, name: str, what: str, seconds: float = 120, **request: Any) -> bytes:
        """Do something with a seat's home in a sandbox of its own; return what it printed. Raises CannotGoOnError."""
        process = self._begin(name, what, subprocess.PIPE, **request)
        try:
            out, said = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            process.kill()
            process.communicate()
            raise CannotGoOnError(f"{name}: nothing came within {seconds:.0f} s; look into its home.") from error
        if process.returncode:
            last = (said.decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
            raise CannotGoOnError(f"{name}: {last}")
        return out

    def close(self) -> None:
        """End all seats, and hear nobody any more."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()
        for name in list(self.running):
            self.stop(name)
        self.place.keeper.unlink(missing_ok=True)

    def _begin(self, name: str, what: str, out: Any, **request: Any) -> subprocess.Popen[bytes]:
        user = FIRST_USER + self.seats[name].number if os.geteuid() == 0 else None
        for folder in (self.place.home(name), self.place.door(name)):
            if not folder.exists():
                folder.mkdir(mode=0o700, parents=True)
                if user is not None:
                    os.chown(folder, user, user)
        process = subprocess.Popen(
            [*self._bubblewrap(name), "--", sys.executable, "-m", "helpers.workshop.inside"],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT if what == "serve" else subprocess.PIPE,
            env={"PATH": os.environ.get("PATH", os.defpath)},
            start_new_session=True,
        )
        own = {"HOME": str(inside.WORKBOOK), "XDG_DATA_HOME": str(inside.WORKBOOK / ".local/share"), **self.environment}
        own |= {
            "MPLCONFIGDIR": "/tmp/matplotlib",
            "SHELL": "/bin/sh",
            "LANG": "C.UTF-8",
        }
        own |= {"PATH": f"{Path(sys.prefix) / 'bin'}:/usr/bin:/bin", **request.pop("environment", {})}
        limits = self.limits._asdict() | {"processes": self._processes()}
        asked = {"do": what, "user": user, "environment": own, **limits, **request}
        assert process.stdin
        with contextlib.suppress(BrokenPipeError), process.stdin as given:
            given.write(f"{json.dumps(asked)}\n".encode())
        process.stdin = None
        return process

    def _bubblewrap(self, name: str) -> list[str]:
        shown = [(ROOT / "lessons", inside.LESSONS), (self.place.shared, inside.SHARED), (self.place.hub, inside.HUB)]
        shown.append((self.place.board, inside.BOARD))
        mine = [(self.place.home(name), inside.WORKBOOK), (self.place.door(name), inside.DOOR)]
        binds = [word for there, here in shown for word in ("--ro-bind", str(there), str(here))]
        binds += [word for there, here in mine for word in ("--bind", str(there), str(here))]
        ways = [word for path in ("/room", "/run") for word in ("--perms", "0755", "--dir", path)]
        surroundings = ["--setenv", "PYTHONPATH", str(ROOT), "--chdir", "/"]
        return [*recipe.bubblewrap((), self.limits.disk, *ways, *binds), *surroundings]

    def _processes(self) -> int:
        release = tuple(int(part) for part in platform.release().split("-")[0].split(".")[:2])
        alone = os.geteuid() == 0 or release >= COUNTED_BY_NAMESPACE
        return self.limits.processes * (1 if alone else len(self.seats))


class _Server(socketserver.UnixStreamServer):
    """One thread answers all: Linux ends a seat when the thread that started it ends."""

    keeper: Keeper


class _Line(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, _Server)
        asked = json.loads(self.rfile.readline())
        keeper = self.server.keeper
        work: dict[str, Callable[..., Any]] = {"start": keeper.start, "poll": keeper.poll, "stop": keeper.stop}
        try:
            answer = {"answer": work[asked.pop("do")](**asked)}
        except (CannotGoOnError, OSError) as error:
            answer = {"error": str(error)}
        with contextlib.suppress(OSError):
            self.wfile.write(f"{json.dumps(answer)}\n".encode())


def ask(at: Path, do: str, **request: Any) -> Any:
    """Ask the keeper whose socket this is. Raises CannotGoOnError with what it says, or OSError when there is none."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(60)
        line.connect(str(at))
        line.sendall(f"{json.dumps({'do': do, **request})}\n".encode())
        with line.makefile("rb") as file:
            answer = json.loads(file.readline())
    if "error" in answer:
        raise CannotGoOnError(answer["error"])
    return answer["answer"]


def end(place: str) -> None:
    """End a process by its number, if it still runs."""
    with contextlib.suppress(OSError):
        os.kill(int(place), signal.SIGKILL)
