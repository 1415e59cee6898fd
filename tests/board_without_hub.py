"""The board as a program of its own, without a hub: a token is the name of its seat, and "teacher" may see all.

Arguments: a folder, and a port. A file hub-is-gone in the folder stands for a hub that does not answer.
"""

import asyncio
import sys
from pathlib import Path

import tornado.netutil
import tornado.web

from helpers.workshop.board.ledger import Ledger
from helpers.workshop.board.pages import Board
from helpers.workshop.board.service import SOCKET, TEACH
from helpers.workshop.board.serving import serve

PREFIX = "/services/board/"
SEATS = 6


class SignedIn:
    def get_current_user(self):
        name = self.get_argument("as", "") or self.request.headers.get("As", "")
        return {"name": name, "scopes": [TEACH] if name == "teacher" else []} if name else None

    def get_login_url(self):
        return "/hub/login"


async def main(folder, port, names):
    async def who(token):
        if (folder / "hub-is-gone").exists():
            raise tornado.web.HTTPError(500)
        return token if token.startswith("seat") else None

    (folder / "seen").mkdir(exist_ok=True)
    sockets = [
        *tornado.netutil.bind_sockets(port, "127.0.0.1"),
        tornado.netutil.bind_unix_socket(str(folder / "seen" / SOCKET)),
    ]
    board = Board(Ledger(folder / "board.sqlite"), SEATS, names)
    print(sockets[0].getsockname()[1], flush=True)
    await serve(board, sockets, who, PREFIX, SignedIn, [])


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), len(sys.argv) > 3))
