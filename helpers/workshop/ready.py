"""What a workshop needs of this machine, for `python start.py doctor`: a line of JSON for each thing."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from helpers.ground import ROOT, CannotGoOnError
from helpers.sandbox import recipe
from helpers.workshop import proxy
from helpers.workshop.place import FOLDER
from helpers.workshop.seats import kept

Line = tuple[bool, str, str]
PORT = 8000
APPARMOR = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
MIB = 2**20
A_SEAT, THE_ROOM = 290 * MIB, 1024 * MIB  # measured with lesson 05, and a third more; hub, proxy, board, the system


def sandbox() -> Iterator[Line]:
    """bubblewrap, and whether it may make the namespaces of a seat."""
    lacking = recipe.missing()
    if lacking and os.geteuid() and _reads(APPARMOR) == "1":
        lacking = (
            "Ubuntu's AppArmor keeps bwrap from making user namespaces: give it a profile that allows them, or "
            "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
        )
    yield not lacking, "bubblewrap makes a sandbox for each seat", lacking or ""


def port() -> Iterator[Line]:
    """Where the room listens unless it is told otherwise."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free = probe.connect_ex(("127.0.0.1", PORT)) != 0
    yield free, f"port {PORT} is {'free' if free else 'taken'}", f"start it with --port {PORT + 1}"


def node() -> Iterator[Line]:
    """Node, for the proxy; the wheel has one."""
    try:
        yield True, f"the proxy runs on {proxy.node()}", ""
    except ImportError:
        yield False, "Node for the proxy is missing", "python start.py workshop installs it"
    except CannotGoOnError as error:
        yield False, "Node for the proxy is too old", str(error)


def certificate() -> Iterator[Line]:
    """The certificate that a room made for itself, as long as it is good."""
    file = ROOT / FOLDER / "certificate.pem"
    if not file.exists():
        return
    from datetime import UTC, datetime

    from cryptography.x509 import load_pem_x509_certificate

    ends = load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    what = f"the self-made certificate is good until {ends:%Y-%m-%d}"
    yield datetime.now(UTC) < ends, what, f"delete {file}, and the next start makes another"


def memory() -> Iterator[Line]:
    """Memory for the seats that were handed out, or for how many there would be."""
    told = dict(line.split(":", 1) for line in (_reads(Path("/proc/meminfo")) or "").splitlines())
    free = int(told.get("MemAvailable", "0 kB").split()[0]) * 1024
    room = max(0, (free - THE_ROOM) // A_SEAT)
    seats = len(kept(ROOT / FOLDER / "seats.json"))
    remedy = f"close other programs, or seat {room} here"
    yield room >= max(seats, 1), f"memory for about {room} seats; {seats} are handed out", remedy


def _reads(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return None


def main() -> None:
    """Print a line for each thing."""
    for check in (sandbox, port, node, certificate, memory):
        for line in check():
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
