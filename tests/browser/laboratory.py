"""A real JupyterLab on loopback, a real Chromium and a real Firefox, for browser tests and benchmarks."""

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
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from helpers.start.lab import options, surroundings

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
SCREEN = {"width": 1366, "height": 768}
# Outputs, and what is in them, that need a horizontal scrollbar.
SCROLLED = """() => [...document.querySelectorAll(".jp-OutputArea-output, .jp-OutputArea-output *")]
    .filter((node) => node.scrollWidth > node.clientWidth + 1 && node.clientWidth)
    .filter((node) => ["auto", "scroll"].includes(getComputedStyle(node).overflowX))
    .map((node) => `${node.textContent.slice(0, 60)}: ${node.scrollWidth} > ${node.clientWidth}`)"""
WHOLE = """() => {
    const { content, context } = window.jupyterapp?.shell.currentWidget ?? {};
    const drawn = content?.node.querySelectorAll(".jp-Cell").length;
    return context?.isReady && drawn === content.model.cells.length;
}"""
# What the console may say without a fault of ours: pages that a test itself left; a picture attached to a text cell,
# whose address JupyterLab resolves only after the browser has seen it.
HARMLESS = re.compile(r"WebSocket is closed|net::ERR_ABORTED|AbortError|Connection lost|net::ERR_UNKNOWN_URL_SCHEME")

expect.set_options(timeout=20_000)  # another browser shares the cores


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
        "--LabApp.expose_app_in_browser=True",
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
    environment = os.environ | surroundings(os.environ) | {name: str(home / name.lower()) for name in own}
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


class Browser(NamedTuple):
    """A browser: its name, the environment variable with its path, its commands; the first is Debian's package too."""

    name: str
    variable: str
    commands: tuple[str, ...]


CHROMIUM = Browser("Chromium", "COURSE_CHROMIUM", ("chromium", "chromium-browser", "google-chrome", "chrome"))
FIREFOX = Browser("Firefox", "COURSE_FIREFOX", ("firefox-esr", "firefox"))


def find(browser: Browser) -> str:
    """Return the path of a browser: its environment variable, or its command on the PATH."""
    found = os.environ.get(browser.variable) or next(filter(None, map(shutil.which, browser.commands)), None)
    if not found or not Path(found).exists():
        raise FileNotFoundError(
            f"The browser tests need {browser.name}: install it with the system's package manager (Debian: apt install "
            f"{browser.commands[0]}), or put its path into the environment variable {browser.variable}"
        )
    return found


@contextmanager
def chromium(playwright: Playwright, density: int = 2) -> Iterator[BrowserContext]:
    """Run Chromium with one browsing context, so that JupyterLab's files come from its cache after the first page.

    density: device pixels per pixel of the page.
    """
    browser = playwright.chromium.launch(executable_path=find(CHROMIUM), args=FLAGS)
    yield browser.new_context(viewport=SCREEN, device_scale_factor=density)
    browser.close()


@contextmanager
def running_chromium(density: int = 2) -> Iterator[BrowserContext]:
    """Run Chromium as `chromium` does, and Playwright with it."""
    with sync_playwright() as playwright, chromium(playwright, density) as running:
        yield running


@contextmanager
def firefox(playwright: Playwright) -> Iterator[BrowserContext]:
    """Run the system's own Firefox with one browsing context.

    The channel makes Playwright speak WebDriver BiDi, which needs no driver and no Firefox of Playwright's.
    """
    browser = playwright.firefox.launch(channel="moz-firefox", executable_path=find(FIREFOX))
    yield browser.new_context(viewport=SCREEN)
    browser.close()


@contextmanager
def watched(context: BrowserContext) -> Iterator[Page]:
    """Open a page; at its end nothing may have gone wrong in its console."""
    page = context.new_page()
    page.set_default_timeout(60_000)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    wrong = [error for error in errors if not HARMLESS.search(error)]
    assert not wrong, "\n".join(wrong)  # pytest shows no values of this module


def open_alone(page: Page, lab: Lab, name: str) -> None:
    """Delete all kernels, open a notebook and wait for its first cell: JupyterLab gives it a kernel that knows nothing.

    The page is left first: else JupyterLab would ask what to do about the kernel that has gone.
    """
    headers = {"Authorization": f"token {lab.token}"}
    page.goto("about:blank")
    for kernel in page.request.get(f"{lab.url}/api/kernels", headers=headers).json():
        page.request.delete(f"{lab.url}/api/kernels/{kernel['id']}", headers=headers)
    page.goto(lab.address(name))
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()


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
    whole(page)
    page.get_by_text(f"{KERNELSPEC['display_name']} | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    number = page.locator(".jp-CodeCell").last.locator(".jp-InputPrompt").filter(has_text=re.compile(r"\[\d+\]"))
    number.wait_for(timeout=240_000)  # a lesson trains networks, and another browser shares the cores
    quiet(page)


def whole(page: Page) -> None:
    """Wait until JupyterLab has drawn all cells of the notebook in front: those out of view when it has time."""
    page.wait_for_function(WHOLE)


def quiet(page: Page) -> None:
    """Wait until the page has nothing left to do: JupyterLab draws, and moves the focus, after the kernel has ended."""
    page.evaluate("() => new Promise((free) => requestIdleCallback(free, { timeout: 30000 }))")
