"""The board as a service of JupyterHub: what the hub and the seats must know of it. Imports nothing that is large."""

import sys
from pathlib import Path
from typing import Any

from helpers.ground import ROOT
from helpers.outbox import BOARD, NAMES

NAME = "board"
ACCESS = f"access:services!service={NAME}"
TEACH = "custom:board:teach"  # the scope of whoever may see all counts
SOCKET = "board.sock"
FOLDER, SEATS = "GRADIENT_COURSE_BOARD_FOLDER", "GRADIENT_COURSE_BOARD_SEATS"


def service(folder: Path, seats: int, port: int, names: bool) -> dict[str, Any]:
    """Return the board's entry in JupyterHub's `services`.

    folder: what seats may see, the socket alone; it must exist. The events lie beside it, in board.sqlite, where no
    seat looks. seats: how many there are. port: a free one on loopback. names: whether the instructor sees which
    seats are stuck.
    """
    told = {FOLDER: str(folder), SEATS: str(seats), NAMES: "1" if names else "", "PYTHONPATH": str(ROOT)}
    return {
        "name": NAME,
        "url": f"http://127.0.0.1:{port}",
        "display": True,
        "command": [sys.executable, "-m", "helpers.workshop.board.serving"],
        "environment": told,
        "oauth_client_allowed_scopes": [TEACH],
        "oauth_no_confirm": True,
    }


def scopes() -> dict[str, dict[str, str]]:
    """Return JupyterHub's `custom_scopes`."""
    return {TEACH: {"description": "See all counts on the board"}}


def roles(instructor: str = "teacher") -> list[dict[str, Any]]:
    """Return JupyterHub's `load_roles`: everybody may look, and this user sees all counts.

    A seat's server must have ACCESS among its `server_token_scopes` too, or the board takes nothing from it.
    """
    return [
        {"name": "user", "scopes": ["self", ACCESS]},
        {"name": "board-instructor", "users": [instructor], "scopes": [TEACH, ACCESS]},
    ]


def environment(folder: Path, names: bool = False) -> dict[str, str]:
    """Return what a seat's kernels must find in their environment; folder: where the seat sees the board's."""
    return {BOARD: str(folder / SOCKET), NAMES: "1" if names else ""}
