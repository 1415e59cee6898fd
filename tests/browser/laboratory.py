"""A real JupyterLab on loopback and a real Chromium, for browser tests and benchmarks."""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import nbformat
from playwright.sync_api import BrowserContext, Page, sync_playwright

from helpers.start.lab import options

ROOT = Path(__file__).resolve().parents[2]
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Lab(NamedTuple):
    """A running JupyterLab: its address without the token, the token, the folder it shows."""

    url: str
    token: str
    folder: Path

    def address(self, notebook: str) -> str:
        """Return where a notebook opens alone: without `reset`, the tabs of the last page would come back."""
        return f"{self.url}/lab/tree/{notebook}?token={self.token}&reset"


@contextmanager
def running_lab(home: Path, folder: Path) -> Iterator[Lab]:
    """Run JupyterLab on a free port of loopback, with settings, workspaces and kernels of its own under `home`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    lab = Lab(f"http://127.0.0.1:{port}", secrets.token_hex(16), folder)
    own = (
        "--no-browser",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={lab.token}",
    )
    command = [sys.executable, "-m", "jupyterlab", *options(folder), *own]
    log = home / "lab.log"
    with log.open("w", encoding="utf-8") as out:
        server = subprocess.Popen(command, env=_environment(home), stdout=out, stderr=subprocess.STDOUT, cwd=folder)
        try:
            _wait_for(lab, server, log)
            yield lab
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()


def _environment(home: Path) -> dict[str, str]:
    own = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR")
    own += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    environment = os.environ | {name: str(home / name.lower()) for name in own}
    environment |= {"PYTHONPATH": str(ROOT), "GRADIENT_COURSE_PROGRESS": "temporary"}
    environment.pop("MPLBACKEND", None)
    return environment


def _wait_for(lab: Lab, server: subprocess.Popen, log: Path) -> None:
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{lab.url}/api/status?token={lab.token}", timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")


def find_chromium() -> str:
    """Return the path of the browser: COURSE_CHROMIUM, or Chromium or Chrome on the PATH."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = os.environ.get("COURSE_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found or not Path(found).exists():
        raise FileNotFoundError(
            "The browser tests need Chromium: install it with the system's package manager (Debian: apt install "
            "chromium), or put the path of a Chromium or Chrome into the environment variable COURSE_CHROMIUM"
        )
    return found


@contextmanager
def running_chromium(density: int = 2) -> Iterator[BrowserContext]:
    """Run Chromium with one browsing context, so that JupyterLab's files come from its cache after the first page.

    density: device pixels per pixel of the page.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        yield browser.new_context(viewport={"width": 1366, "height": 768}, device_scale_factor=density)
        browser.close()


def open_and_run(page: Page, lab: Lab, name: str, *sources: str) -> None:
    """Write a notebook from its cells' sources, open it and run all of it."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook.metadata["kernelspec"] = KERNELSPEC
    nbformat.write(notebook, lab.folder / name)
    page.goto(lab.address(name))
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    run_all(page)


def run_all(page: Page) -> None:
    """Run all cells, and wait until the last one has its number."""
    page.get_by_text(f"{KERNELSPEC['display_name']} | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.locator(".jp-CodeCell").last.locator(".jp-InputPrompt").filter(has_text=re.compile(r"\[\d+\]")).wait_for()
