"""A warm process: it has imported what a lesson imports and has run nothing, and its copies become kernels.

Starting Python, importing NumPy, pyplot (and torch), and IPython's kernel is most of what a short notebook costs. This
process does it once. For each submission it forks; the copy joins the submission's sandbox, gives up its rights and
becomes an ordinary IPython kernel. Forking is safe because nothing has started a thread yet, which is checked.

It runs as: python -P -m helpers.grading.running.forkserver SOCKET PARENT MODULE...
"""

import contextlib
import importlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from helpers.grading.running import entering
from helpers.grading.running.job import Limits
from helpers.ground import ROOT, CannotGoOnError
from helpers.sandbox.recipe import HOME, end_all
from helpers.sandbox.rights import die_with_parent

ALWAYS = ("ipykernel.kernelapp", "ipykernel.ipkernel", "matplotlib_inline.backend_inline", "matplotlib.figure")
AGENT = "helpers.grading.running.agent"  # what answers the judge
PATIENCE = 1  # seconds in which all others end by themselves
BEAT = 0.05  # seconds between two looks whether a kernel that has not said a word has ended
EXIT = "from sys import exit; quit = exit"  # IPython's own ends the kernel a moment later, in another cell
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "agg",
    "GRADIENT_COURSE_PROGRESS": "temporary",
    "PYTHONSAFEPATH": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def start(folder: Path, modules: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a warm process whose socket is folder/warm, and wait for it. Raises CannotGoOnError when it fails."""
    command = [sys.executable, "-P", "-m", __name__, str(folder / "warm"), str(os.getpid()), *modules]
    env = ENVIRONMENT | {"PYTHONPATH": str(ROOT), "HOME": str(folder), "MPLCONFIGDIR": str(folder)}
    log = folder / "warm.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(command, env=env, cwd="/", stdout=subprocess.PIPE, stderr=errors)
    assert process.stdout
    if process.stdout.readline() != b"ready\n":
        process.wait()
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise CannotGoOnError(f"The lesson's modules cannot be imported ({said[-1] if said else 'no reason given'}).")
    return process


def serve(address: str, parent: int, modules: Sequence[str]) -> NoReturn:
    """Import the modules, say so on standard output, and answer each connection with a kernel.

    parent: the process that started this one. Never returns, and ends when the parent does.
    """
    folder = Path(address).parents[1]
    signal.signal(signal.SIGTERM, lambda *_: _tidy_up(folder, parent))
    die_with_parent(signal.SIGTERM)
    if os.getppid() != parent:
        _tidy_up(folder, parent)  # it was killed before it could be watched
    for module in (*ALWAYS, AGENT, *modules):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module(module)
    threads = os.listdir("/proc/self/task")
    if len(threads) != 1:
        sys.exit(f"importing {', '.join(modules)} started {len(threads) - 1} threads: a copy would be broken")
    server = socket.socket(socket.AF_UNIX)
    server.bind(address)
    server.listen()
    print("ready", flush=True)
    while True:
        connection, _ = server.accept()
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass  # copies that have ended
        if os.fork() == 0:
            server.close()
            _become_kernel(connection)
        connection.close()


def _tidy_up(folder: Path, parent: int) -> None:
    """If the parent was killed, end what it could not, remove the folder of its sockets, and end.

    Linux tells of the end of each thread of the parent, one after the other.
    """
    import fcntl

    time.sleep(PATIENCE)
    if os.getppid() == parent:
        return
    with contextlib.suppress(OSError):  # another warm process does it
        fcntl.flock(os.open(folder, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
        end_all(folder)
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


def _become_kernel(connection: socket.socket) -> NoReturn:
    """In a copy: enter the sandbox that the request names, start a kernel there, end when it ends."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        request = json.loads(connection.makefile("r", encoding="utf-8").readline())
        threads = len(list(Path("/proc").glob("[0-9]*/task/*")))
        other = entering.join(request["sandbox"], request["user"])
        entering.bound_files(Limits(*request["limits"]).disk)
        kernel = os.fork()
        if kernel == 0:
            connection.close()
            _kernel(request, other, threads)
        # The connection ends with this process, which ends with the kernel: that is how the other side sees it.
        connection.sendall(b"started\n")
        _seal_when_told(connection, kernel, Path(request["connection_file"]).parent)
    except BaseException as error:
        connection.sendall(f"{type(error).__name__}: {error}\n".encode())
    os._exit(0)


def _seal_when_told(connection: socket.socket, kernel: int, folder: Path) -> None:
    """Wait until the kernel has ended; on a word from outside, make the folder of its sockets read-only inside.

    The word comes when the kernel has made its sockets, and before it runs a line of the submission.
    """
    while os.waitpid(kernel, os.WNOHANG)[0] == 0:
        if select.select([connection], [], [], BEAT)[0]:
            if connection.recv(1):
                entering.seal(folder)
                connection.sendall(b"sealed\n")
            os.waitpid(kernel, 0)
            return


def _kernel(request: dict[str, Any], other: int, threads: int) -> NoReturn:
    """Give up all rights and be an IPython kernel; it says nothing but over its connection."""
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nowhere, stream)
        entering.confine(other, request["user"], Limits(*request["limits"]), threads)
        os.closerange(3, 4096)
        os.environ["HOME"] = HOME
        os.chdir(HOME)
        sys.path.append(HOME)  # last: what a learner writes there can be imported, and takes no other module's place
        from ipykernel.kernelapp import IPKernelApp

        options = [
            "--HistoryManager.enabled=False",
            "--IPKernelApp.ignore_cwd=True",
            f"--IPKernelApp.exec_lines={EXIT}",
        ]
        IPKernelApp.launch_instance(["-f", request["connection_file"], *options])
    finally:
        os._exit(0)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
