"""Where nbgrader is installed, learners' JupyterLab starts without it, and a teacher's with it."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request

import pytest

from helpers.start import lab


@pytest.fixture
def started(tmp_path):
    """Start JupyterLab with options; return what its log says of nbgrader, and which extensions its page disables."""

    def start(*options):
        own = {"JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"), "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
        command = [
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--port=0",
            "--IdentityProvider.token=t",
            *options,
        ]
        log = tmp_path / "log"
        with log.open("w") as stream:
            server = subprocess.Popen(command, cwd=tmp_path, env=os.environ | own, stdout=stream, stderr=stream)
        try:
            page = page_of(server, tmp_path / "runtime")
        finally:
            server.terminate()
            server.wait(timeout=60)
        data = re.search(r'id="jupyter-config-data" type="application/json">(.*?)</script>', page, re.DOTALL)
        said = [line for line in log.read_text().splitlines() if "nbgrader" in line.lower()]
        return said, json.loads(data[1])["disabledExtensions"]

    return start


def page_of(server, runtime):
    for _ in range(600):
        assert server.poll() is None
        for path in runtime.glob(f"jpserver-{server.pid}.json"):
            if not (written := path.read_text()):  # the file is there before its text is
                continue
            url = json.loads(written)["url"]
            with urllib.request.urlopen(f"{url}lab?token=t", timeout=30) as answer:
                return answer.read().decode()
        time.sleep(0.1)
    raise AssertionError("JupyterLab did not start")


def test_learners_start_without_nbgrader(started, tmp_path):
    said, disabled = started(*lab.options(tmp_path))
    assert said == []
    assert "@jupyter/nbgrader" in disabled


def test_a_teacher_who_starts_jupyterlab_has_nbgrader(started):
    said, disabled = started("--allow-root")
    names = [f"nbgrader.server_extensions.{name} | extension was successfully loaded." for name in lab.NBGRADER]
    assert all(any(name in line for line in said) for name in names)
    assert "@jupyter/nbgrader" not in disabled
