"""The board as a service of JupyterHub: what the hub must know of it, and the program that the hub runs.

It listens in two places: on loopback for the hub's proxy (a service of JupyterHub 6.1 cannot be a socket), and at
`board.sock` for seats, which have no network.
"""

import asyncio
import os
import secrets
import signal
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import tornado.httpserver
import tornado.netutil

from helpers.ground import ROOT
from helpers.outbox import BOARD, NAMES
from helpers.sandbox.rights import die_with_parent
from helpers.workshop.board.ledger import Ledger
from helpers.workshop.board.pages import LARGEST, TEACH, Board, Who, application

NAME = "board"
ACCESS = f"access:services!service={NAME}"
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
        "command": [sys.executable, "-m", __spec__.name if __name__ == "__main__" else __name__],
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


async def serve(board: Board, sockets: list[Any], who: Who, prefix: str, signed_in: type, others: list[Any]) -> None:
    """Answer until the process is ended."""
    made = application(board, who, prefix, signed_in, others, cookie_secret=secrets.token_bytes(32))
    server = tornado.httpserver.HTTPServer(made, max_body_size=LARGEST)
    server.add_sockets(sockets)
    await asyncio.Event().wait()


async def main() -> None:
    """Serve as the hub's environment says."""
    die_with_parent(signal.SIGTERM)  # a hub that was killed and comes back starts another
    from jupyterhub.services.auth import HubAuth, HubOAuthCallbackHandler, HubOAuthenticated

    hub = HubAuth(cache_max_age=300)

    async def who(token: str) -> str | None:
        user = await hub.user_for_token(token, sync=False)
        welcome = user and user.get("kind") == "user" and hub.check_scopes({ACCESS}, user)
        return user["name"] if welcome else None

    folder = Path(os.environ[FOLDER])
    ledger = Ledger(folder.parent / "board.sqlite")
    board = Board(ledger, int(os.environ[SEATS]), bool(os.environ.get(NAMES)))
    url, prefix = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"]), os.environ["JUPYTERHUB_SERVICE_PREFIX"]
    sockets = [
        *tornado.netutil.bind_sockets(url.port or 0, url.hostname),
        tornado.netutil.bind_unix_socket(str(folder / SOCKET), mode=0o666),  # who reaches it, the folder decides
    ]
    await serve(board, sockets, who, prefix, HubOAuthenticated, [(f"{prefix}oauth_callback", HubOAuthCallbackHandler)])


if __name__ == "__main__":
    asyncio.run(main())
