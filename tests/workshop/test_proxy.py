"""The proxy by itself, in front of a server on a Unix socket, as a seat is one."""

import subprocess
from contextlib import contextmanager
from threading import Thread

import httpx
import pytest
from rooms import free_port
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_unix_socket
from tornado.web import Application, RequestHandler

from helpers.workshop import place, proxy

SENT = 1500  # with a line for each, some in a few hundred end as 503


class Save(RequestHandler):
    def post(self):
        self.write(str(len(self.request.body)))


@pytest.fixture
def saving(tmp_path):
    """The address of a proxy whose only target answers how long a request's body is."""
    with serving(tmp_path / "s.sock"):
        port = free_port()
        words = ["--ip", "127.0.0.1", "--port", str(port), "--default-target", place.address(tmp_path / "s.sock")]
        words += ["--api-port", str(free_port()), "--log-level", "error"]
        with subprocess.Popen([*proxy.command(), *words]) as process:
            yield f"http://127.0.0.1:{port}/"
            process.terminate()


@contextmanager
def serving(socket):
    ready = []

    def run():
        loop = IOLoop()
        server = HTTPServer(Application([("/", Save)]))
        server.add_socket(bind_unix_socket(str(socket)))
        ready.append(loop)
        loop.start()

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        ready[0].add_callback(ready[0].stop)
        thread.join()


def test_no_save_is_lost_between_the_proxy_and_a_seat(saving):
    transport = httpx.HTTPTransport(retries=8)  # the proxy takes a moment to listen
    with httpx.Client(transport=transport) as web:
        answers = {
            (answer.status_code, answer.text) for answer in (web.post(saving, content="x" * 99) for _ in range(SENT))
        }
    assert answers == {(200, "99")}
