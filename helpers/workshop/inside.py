"""The first program in a seat: it bounds what the seat may use, gives up its rights, and does what it is told.

It reads what that is from its input, so that no token stands on a command line.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from helpers.sandbox.rights import bound, give_up

ROOM = Path("/room")
WORKBOOK, LESSONS, SHARED = ROOM / "workbook", ROOM / "lessons", ROOM / "from-the-instructor"
DOOR, HUB, BOARD = Path("/run/seat"), Path("/run/hub"), Path("/run/board")
SOCKET = "s.sock"
FILES = 4096  # that a process of a seat may have open
# What only costs memory and time in a workshop, and a shell that nobody there needs.
ON = "helpers.workshop.taking_home"
OFF = ("jupyter_lsp", "jupyter_server_terminals")


def serve(request: dict[str, Any]) -> None:
    """Become JupyterLab on the seat's workbook."""
    from helpers.start import lab, workbook

    for line in workbook.refresh(ROOM):
        print(line, flush=True)
    workbook.drop_dead_widgets(ROOM)
    (DOOR / SOCKET).unlink(missing_ok=True)
    os.environ.update(lab.surroundings(os.environ))
    left_out = ("--ServerApp.ip", "--LabApp.default_url")  # it has a socket, and the hub says what opens
    options = [option for option in lab.options(ROOM) if not option.startswith(left_out)]
    options += [
        f"--ServerApp.sock={DOOR / SOCKET}",
        "--ServerApp.sock_mode=0600",
        "--LabApp.extension_manager=readonly",
    ]
    options += [f"--ServerApp.jpserver_extensions={name}=False" for name in OFF]
    options += [f"--ServerApp.jpserver_extensions={ON}=True"]
    os.execv(sys.executable, [sys.executable, "-m", "jupyterhub.singleuser", *options])


def reset(request: dict[str, Any]) -> None:
    """Lay fresh copies of lessons, and keep what was there."""
    from helpers.start import workbook

    for name in request["lessons"]:
        print(workbook.reset(ROOM, name), flush=True)


def pack(request: dict[str, Any]) -> None:
    """Write the workbook to the output, as an archive."""
    from helpers.workshop.packing import pack

    sys.stdout.buffer.write(pack(WORKBOOK))


WORK = {"serve": serve, "reset": reset, "pack": pack}


def main() -> None:
    """Read what to do, give up what is not needed for it, and do it."""
    request = json.loads(sys.stdin.readline())
    os.umask(0o077)
    os.nice(5)  # the hub and the proxy go first
    bound(request["memory"], request["disk"], request["processes"], files=FILES)
    give_up(request["user"])
    os.environ.update(request["environment"])
    os.chdir(WORKBOOK)
    WORK[request["do"]](request)


if __name__ == "__main__":
    main()
