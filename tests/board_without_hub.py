"""The board as a program of its own, without a hub: a token is the name of its seat, and "teacher" may see all.

Arguments: a folder, a port, and any word to show the instructor names. A file hub-is-gone in the folder stands for a
hub that does not answer. `Served` runs it.
"""

import asyncio
import contextlib
import http.client
import json
import os
import sqlite3
import subprocess
import sys
import time
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


class Served:
    """A board that runs as a program of its own."""

    def __init__(self, folder, *options):
        self.folder, self.options, self.port = folder, options, 0
        self.start()

    def start(self):
        command = [sys.executable, __file__, self.folder, str(self.port), *self.options]
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        self.port = int(self.process.stdout.readline())

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    @property
    def socket(self):
        return str(self.folder / "seen" / SOCKET)

    def ask(self, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(connection):
            connection.request("POST" if body is not None else "GET", PREFIX + path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def live(self, query):
        """Return the connection and a function that waits for the next numbers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", f"{PREFIX}live?{query}")
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()

        def following():
            return next(json.loads(line[6:]) for line in iter(answer.readline, b"") if line.startswith(b"data: "))

        return connection, following

    def rows(self, seat):
        with contextlib.closing(sqlite3.connect(self.folder / "board.sqlite")) as file:
            return [id for (id,) in file.execute("SELECT id FROM events WHERE seat = ? ORDER BY number", [seat])]


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not come"
        time.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), len(sys.argv) > 3))
