"""A simulated learner: signs in with the code of a slip, opens a lesson and runs cells over the WebSocket."""

import asyncio
import contextlib
import json
import uuid
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

SECONDS = 180


def alone(work: Coroutine[Any, Any, Any]) -> Any:
    """Run what a learner does in a thread of its own, because Playwright has a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class Learner:
    """A learner at a seat; `address` ends with a slash."""

    def __init__(self, address: str, seat: str, code: str) -> None:
        self.address, self.seat, self.code = address, seat, code
        self.web = httpx.AsyncClient(base_url=address, follow_redirects=True, timeout=SECONDS, verify=False)
        self.line: Any = None

    @property
    def home(self) -> str:
        return f"user/{self.seat}/"

    def xsrf(self, path: str) -> str:
        """Return the token against forged requests that belongs to a path."""
        found = {cookie.path: cookie.value for cookie in self.web.cookies.jar if cookie.name == "_xsrf"}
        return found.get(f"/{path}") or next(iter(found.values()), "")

    async def sign_in(self, code: str | None = None) -> httpx.Response:
        """Send the form of the sign-in page and return what follows."""
        for _ in range(2 * SECONDS):  # a hub that was killed takes a while to come back
            with contextlib.suppress(httpx.TransportError):
                if (await self.web.get("hub/login")).status_code == 200:
                    break
            await asyncio.sleep(0.5)
        form = {"username": self.seat, "password": code or self.code, "_xsrf": self.xsrf("hub/")}
        return await self.web.post("hub/login", data=form)

    async def open(self, lesson: str) -> None:
        """Wait until JupyterLab shows a lesson of the workbook."""
        for _ in range(2 * SECONDS):
            page = await self.web.get(f"{self.home}lab/tree/workbook/{lesson}")
            if page.status_code == 200 and "jupyter-config-data" in page.text:
                return
            await asyncio.sleep(0.5)
            await self.web.get("hub/spawn")  # the button of a seat that was stopped
        raise TimeoutError(f"{self.seat}: JupyterLab did not come")

    async def begin(self, lesson: str) -> None:
        """Get the lesson's kernel, and a line to it."""
        path = f"workbook/{lesson}"
        wanted = {"path": path, "type": "notebook", "name": lesson, "kernel": {"name": "python3"}}
        headers = {"X-XSRFToken": self.xsrf(self.home)}
        answer = await self.web.post(f"{self.home}api/sessions", headers=headers, json=wanted)
        answer.raise_for_status()
        cookies = "; ".join(
            f"{one.name}={one.value}" for one in self.web.cookies.jar if one.path in ("/", f"/{self.home}")
        )
        where = f"{self.address}{self.home}api/kernels/{answer.json()['kernel']['id']}/channels".replace(
            "http", "ws", 1
        )
        headers = {"Cookie": cookies, "Origin": self.address.rstrip("/")}
        request = HTTPRequest(where, headers=headers, validate_cert=False, connect_timeout=SECONDS)
        self.line = await websocket_connect(request)

    async def run(self, source: str, seconds: float = SECONDS) -> tuple[str, str]:
        """Run a cell; return its status, ok or error, and what it printed, errors in one line each."""
        wanted = uuid.uuid4().hex
        header = {
            "msg_id": wanted,
            "username": "",
            "session": "learner",
            "msg_type": "execute_request",
            "version": "5.3",
        }
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False, "user_expressions": {}}
        told = {"header": header, "parent_header": {}, "metadata": {}, "channel": "shell", "content": content}
        await self.line.write_message(json.dumps(told))
        said, status, idle = "", "", False
        while not (status and idle):
            answer = await asyncio.wait_for(self.line.read_message(), seconds)
            if answer is None:
                raise ConnectionError(f"{self.seat}: the line to the kernel was cut")
            message = json.loads(answer) if isinstance(answer, str) else first_part(answer)
            if message["parent_header"].get("msg_id") != wanted:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                said += content["text"]
            elif kind == "error":
                said += f"{content['ename']}: {content['evalue']}\n"
            elif kind == "execute_reply":
                status = content["status"]
            elif kind == "status":
                idle = content["execution_state"] == "idle"
        return status, said

    async def close(self) -> None:
        """Leave the seat as a closed browser does."""
        if self.line:
            self.line.close()
        await self.web.aclose()


def first_part(message: bytes) -> dict[str, Any]:
    """Return the message that a widget's arrays come with: their number, where each begins, then all."""
    number = int.from_bytes(message[:4], "big")
    begins = [int.from_bytes(message[4 * part + 4 : 4 * part + 8], "big") for part in range(number)]
    told: dict[str, Any] = json.loads(message[begins[0] : begins[1] if number > 1 else None])
    return told
