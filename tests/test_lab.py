"""`python start.py lab`: JupyterLab on loopback, on the workbook, without news from outside."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_server.extension.manager import ExtensionPackage
from tornado.websocket import WebSocketHandler

from helpers.start import lab, prompt

pytestmark = pytest.mark.slow

COURSE = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """JupyterLab on a course with one lesson, which has a dead widget in the workbook; its address."""
    root = tmp_path_factory.mktemp("lab") / "Cours à part"
    shutil.copytree(COURSE / "helpers", root / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Start"}
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    (root / "lessons").mkdir()
    (root / "lessons" / lab.FIRST).write_text(text)
    homes = {f"JUPYTER_{name}_DIR": str(root / name.lower()) for name in ("RUNTIME", "CONFIG", "DATA")}
    env = os.environ | homes
    command = [sys.executable, "-m", "helpers", "lab", "--no-browser"]
    process = subprocess.Popen(command, cwd=root, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = iter(process.stdout.readline, "")
    found = (re.search(r"http://\S+token=\w+", line) for line in lines)
    address = next((match.group() for match in found if match), None)
    for _ in range(100):  # the address is printed before the server listens
        with contextlib.suppress(urllib.error.URLError):
            get(address).close()
            break
        time.sleep(0.1)
    yield root, env, address
    process.terminate()
    process.stdout.close()
    process.wait()


def get(address):
    return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=20)


def test_lab_opens_the_first_lesson_of_the_workbook_on_loopback(server):
    root, _, address = server
    assert re.match(r"http://(127\.0\.0\.1|localhost):\d+/lab/tree/00_start_here\.ipynb\?token=\w{20}", address)
    assert get(address).status == 200
    assert (root / "workbook" / lab.FIRST).exists()
    with pytest.raises(urllib.error.HTTPError, match="403"):
        get(re.sub(r"lab/tree.*", "api/contents", address))


def test_kernels_give_large_arrays_back_unless_the_learner_says_otherwise():
    usual = lab.surroundings({})
    assert usual["MALLOC_MMAP_THRESHOLD_"] == usual["MALLOC_TRIM_THRESHOLD_"] == "1048576"
    assert usual["MALLOC_ARENA_MAX"] == "2"
    assert lab.surroundings({"MALLOC_TRIM_THRESHOLD_": "0"})["MALLOC_TRIM_THRESHOLD_"] == "0"


def test_kernels_multiply_with_one_thread_unless_the_learner_says_otherwise():
    assert lab.surroundings({})["OPENBLAS_NUM_THREADS"] == "1"
    assert lab.surroundings({"OPENBLAS_NUM_THREADS": "4"})["OPENBLAS_NUM_THREADS"] == "4"


def test_an_address_of_notebook_7_opens_the_same_file_in_the_lab(server):
    _, _, address = server
    opened = get(address.replace("/lab/tree/", "/notebooks/"))
    assert opened.status == 200 and f"/lab/tree/{lab.FIRST}" in opened.url


def test_lab_asks_nobody_for_news_or_updates(server):
    _, _, address = server
    news, update = (re.sub(r"tree/.*\?", f"api/{name}?", address) for name in ("news", "update"))
    page = get(address).read().decode()
    assert re.search(r'"news":\s*\{"disabled":\s*true\}', page)
    assert json.load(get(news)) == {"news": []}
    assert json.load(get(update)) == {"notification": None}
    assert re.search(r'"buildCheck":\s*false', page), "it compares the files of all extensions at every start"


def test_a_kernels_messages_are_sent_at_once():
    class Connection:
        def __init__(self, websocket_handler):
            self.websocket_handler = websocket_handler

        def connect(self):
            calls.append("connect")
            return "connected"

    calls = []
    assert hasattr(WebSocketHandler, "set_nodelay")
    handler = SimpleNamespace(set_nodelay=lambda value: calls.append(value))
    web_app = SimpleNamespace(settings={}, add_handlers=lambda *_: None)
    app = SimpleNamespace(kernel_websocket_connection_class=Connection, web_app=web_app, base_url="/")
    prompt._load_jupyter_server_extension(app)
    made = web_app.settings["kernel_websocket_connection_class"]
    assert made(handler).connect() == "connected"
    assert calls == [True, "connect"]


def test_the_course_switches_that_on(tmp_path):
    assert "--ServerApp.jpserver_extensions=helpers.start.prompt=True" in lab.options(tmp_path)
    assert ExtensionPackage(name=prompt.__name__).validate()


def test_a_second_lab_says_where_the_course_is_open(server):
    root, env, address = server
    command = [sys.executable, "-m", "helpers", "lab", "--no-browser"]
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert done.stdout.startswith("The course is open already: http://")
    assert done.stdout.strip().endswith(address.rpartition("=")[2])


def test_what_a_dead_server_left_behind_is_no_open_course(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    with socket.socket() as sock:  # bound and deaf
        sock.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{sock.getsockname()[1]}/"
        left = {"root_dir": str(tmp_path), "url": url, "token": "t"}
        (tmp_path / "jpserver-1.json").write_text(json.dumps(left))
        (tmp_path / "jpserver-2.json").write_text("{")
        assert lab.running(tmp_path) is None


@pytest.mark.parametrize("form", ["--port={}", "--port {}", "--ServerApp.port={}"])
def test_a_port_that_is_asked_for_and_busy_is_one_sentence(form, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "workbook").mkdir()
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        port = sock.getsockname()[1]
        assert lab.launch(tmp_path, form.format(port).split()) == 1
    assert f"Port {port} is busy: choose another" in capsys.readouterr().err
