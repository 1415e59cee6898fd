"""Asking the hub and the seats over their sockets, as the room that started them."""

import http.client
import json
import socket
from pathlib import Path
from typing import Any


class OverSocket(http.client.HTTPConnection):
    """A connection to a Unix socket."""

    def __init__(self, at: Path, seconds: float = 200) -> None:
        super().__init__("localhost", timeout=seconds)
        self.at = at

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.at))


def request(at: Path, method: str, path: str, token: str, body: Any = None) -> tuple[int, Any]:
    """Ask over a socket; return the status and what was answered, None where that is no JSON. Raises OSError."""
    line = OverSocket(at)
    try:
        headers = {"Authorization": f"token {token}", "Content-Type": "application/json"}
        line.request(method, path, None if body is None else json.dumps(body), headers)
        answer = line.getresponse()
        text = answer.read()
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, None
    except http.client.HTTPException as error:
        raise ConnectionError(str(error)) from error
    finally:
        line.close()
