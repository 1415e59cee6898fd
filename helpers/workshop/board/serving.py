"""The program that the hub runs: python -m helpers.workshop.board.serving.

It listens in two places: on loopback for the hub's proxy (a service of JupyterHub 6.1 cannot be a socket), and at
`board.sock` for seats, which have no network.
"""

import asyncio
import os
import secrets
import signal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import tornado.httpserver
import tornado.netutil

from helpers.outbox import NAMES
from helpers.sandbox.rights import die_with_parent
from helpers.workshop.board.ledger import Ledger
from helpers.workshop.board.pages import LARGEST, Board, Who, application
from helpers.workshop.board.service import ACCESS, FOLDER, SEATS, SOCKET


async def serve(
    board: Board, sockets: list[Any], who: Who, prefix: str, signed_in: type, others: list[Any], secret: bytes = b""
) -> None:
    """Answer until the process is ended. secret: signs cookies; with the same one, open pages live on after a kill."""
    made = application(board, who, prefix, signed_in, others, cookie_secret=secret or secrets.token_bytes(32))
    server = tornado.httpserver.HTTPServer(made, max_body_size=LARGEST)
    server.add_sockets(sockets)
    await asyncio.Event().wait()


def kept_secret(path: Path) -> bytes:
    """Return what signs this board's cookies, made the first time, readable for its owner alone."""
    path.touch(mode=0o600)
    if not path.stat().st_size:
        path.write_bytes(secrets.token_bytes(32))
    return path.read_bytes()


def kept_folder() -> Path:
    """Return the folder that seats may see. Raises SystemExit for the address of a database."""
    told = os.environ[FOLDER]
    if "://" in told:
        remedy = f"let {FOLDER} name a folder, and not the address of a database"
        raise SystemExit(f"The board keeps its events in a file, with SQLite: {remedy}.")
    return Path(told)


async def main() -> None:
    """Serve as the hub's environment says."""
    die_with_parent(signal.SIGTERM)  # a hub that was killed and comes back starts another
    from jupyterhub.services.auth import HubAuth, HubOAuthCallbackHandler, HubOAuthenticated

    hub = HubAuth(cache_max_age=300)

    async def who(token: str) -> str | None:
        user = await hub.user_for_token(token, sync=False)
        welcome = user and user.get("kind") == "user" and hub.check_scopes({ACCESS}, user)
        return user["name"] if welcome else None

    folder = kept_folder()
    ledger = Ledger(folder.parent / "board.sqlite")
    board = Board(ledger, int(os.environ[SEATS]), bool(os.environ.get(NAMES)))
    url, prefix = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"]), os.environ["JUPYTERHUB_SERVICE_PREFIX"]
    sockets = [
        *tornado.netutil.bind_sockets(url.port or 0, url.hostname),
        tornado.netutil.bind_unix_socket(str(folder / SOCKET), mode=0o666),  # who reaches it, the folder decides
    ]
    others = [(f"{prefix}oauth_callback", HubOAuthCallbackHandler)]
    secret = kept_secret(folder.parent / "board-secret")
    await serve(board, sockets, who, prefix, HubOAuthenticated, others, secret)


if __name__ == "__main__":
    asyncio.run(main())
