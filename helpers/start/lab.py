"""Open JupyterLab on the workbook: on loopback, with its token, without news and update checks from the network."""

import contextlib
import json
import os
import shutil
import socket
import sys
import tempfile
import urllib.request
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.start import workbook

FIRST = "00_start_here.ipynb"
SETTINGS = Path(__file__).with_name("lab_settings")  # no news and update checks, no nbgrader buttons for learners
EXTENSIONS = Path(__file__).with_name("lab_extensions")
PROJECTOR = "--projector"
LARGE = {"code-font-size": "22px", "content-font-size1": "24px", "ui-font-size1": "17px"}  # to be read from afar
# Four servers in the server, and seconds of start, that only teachers use: they run plain jupyterlab.
NBGRADER = ("formgrader", "validate_assignment", "assignment_list", "course_list")


def launch(root: Path, arguments: list[str]) -> int:
    """Run JupyterLab until it is stopped and return its exit code; `arguments` go to JupyterLab, and win."""
    folder = root / "workbook"
    if address := running(folder):
        print(f"The course is open already: {address}", flush=True)
        if "--no-browser" not in arguments:
            webbrowser.open(address)
        return 0
    port = port_wanted(arguments)
    if port and not is_free(port):
        print(f"Port {port} is busy: choose another, or leave --port out and JupyterLab finds one.", file=sys.stderr)
        return 1
    workbook.drop_dead_widgets(root)
    for name, value in surroundings(os.environ).items():
        os.environ[name] = value
    os.environ.pop("MPLBACKEND", None)  # the notebook's own

    from jupyterlab.labapp import LabApp

    with tempfile.TemporaryDirectory(prefix="gradient-course-lab-") as aside:
        large = [f"--LabApp.user_settings_dir={enlarged(Path(aside))}"] if PROJECTOR in arguments else []
        LabApp.launch_instance([*options(folder), *large, *(word for word in arguments if word != PROJECTOR)])
    return 0


def enlarged(folder: Path) -> Path:
    """Lay the user's own settings with large type into an empty folder, and return it.

    JupyterLab takes sizes of type from the user's settings alone, and not from the defaults of the course.
    """
    from jupyterlab.commands import get_user_settings_dir

    if (own := Path(get_user_settings_dir())).is_dir():
        shutil.copytree(own, folder, dirs_exist_ok=True)
    themes = folder / "@jupyterlab" / "apputils-extension" / "themes.jupyterlab-settings"
    told: dict[str, Any] = {}
    with contextlib.suppress(OSError, ValueError):  # none yet, or with comments in it
        told = json.loads(themes.read_text(encoding="utf-8"))
    themes.parent.mkdir(parents=True, exist_ok=True)
    themes.write_text(json.dumps(told | {"overrides": LARGE}), encoding="utf-8")
    return folder


def options(folder: Path) -> list[str]:
    """Return how the course runs JupyterLab: `folder` on loopback, with a token, nothing fetched from outside."""
    start = f"/lab/tree/{FIRST}" if (folder / FIRST).exists() else "/lab"
    return [
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url={start}",
        "--LabApp.news_url=None",
        f"--LabApp.app_settings_dir={SETTINGS}",
        f"--LabApp.extra_labextensions_path={EXTENSIONS}",
        "--FileContentsManager.pre_save_hook=helpers.start.saving.before_saving",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--ServerApp.jpserver_extensions=helpers.start.prompt=True",
        *(f"--ServerApp.jpserver_extensions=nbgrader.server_extensions.{name}=False" for name in NBGRADER),
        "--ServerApp.allow_root=True",  # the only user of many containers, and the token guards it as well
    ]


def surroundings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what JupyterLab and its kernels find in their environment, beside what is there."""
    large = environment.get("MALLOC_MMAP_THRESHOLD_", str(2**20))
    return {
        "JUPYTER_PREFER_ENV_PATH": "1",  # a kernel of the same name in the learner's home is another Python
        # The course's matrices are small: a second thread gains nothing, and on a busy machine it is waited for.
        "OPENBLAS_NUM_THREADS": environment.get("OPENBLAS_NUM_THREADS", "1"),
        # In Linux, large arrays that are done with go back to the system: 16 MiB less after a lesson of large arrays.
        # And a kernel's threads take turns anyway: a heap for each of them only holds 2 MiB more.
        "MALLOC_ARENA_MAX": environment.get("MALLOC_ARENA_MAX", "2"),
        "MALLOC_MMAP_THRESHOLD_": large,
        "MALLOC_TRIM_THRESHOLD_": environment.get("MALLOC_TRIM_THRESHOLD_", large),
    }


def running(folder: Path) -> str | None:
    """Return the address of a JupyterLab that serves this folder already, or None.

    A second one would not see the kernels of the first, and two browsers would save over each other.
    """
    from jupyter_core.paths import jupyter_runtime_dir

    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for path in Path(jupyter_runtime_dir()).glob("jpserver-*.json"):
        with contextlib.suppress(OSError, ValueError, KeyError):  # a file that a dead server left behind
            server = json.loads(path.read_text(encoding="utf-8"))
            if Path(server["root_dir"]).samefile(folder):
                direct.open(f"{server['url']}api/status?token={server['token']}", timeout=2).close()
                return f"{server['url']}lab?token={server['token']}"
    return None


def port_wanted(arguments: list[str]) -> int | None:
    """Return the port that the arguments ask for, or None."""
    for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
        name, equals, value = word.partition("=")
        if name in ("--port", "--ServerApp.port"):
            value = value if equals else following
            return int(value) if value.isdecimal() else None
    return None


def is_free(port: int) -> bool:
    """Return whether a server could listen on this port of 127.0.0.1; 0 asks for any."""
    with socket.socket() as sock:
        if os.name != "nt":  # there it would allow a busy port
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True
