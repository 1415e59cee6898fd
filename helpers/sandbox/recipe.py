"""A bubblewrap sandbox: of grading, for one submission, and of a workshop, for one seat.

Inside: the interpreter, its packages and this course's helpers, all read-only; a small /tmp; loopback without anybody
on it; no gradebook, no neighbour, no solutions folder; a user without rights. For grading, bubblewrap makes the sandbox
around a sleeping process. A kernel is not started in it, which would cost its imports again: a copy of a warm process
joins the sandbox's namespaces before it runs a line of the submission. When bubblewrap ends, the kernel of Linux ends
all that is inside.

As root, the sandbox has no user namespace and its processes get a user id of their own, which no limit exempts. As
anybody else, it has a user namespace, and its processes give up the rights that they have in it.
"""

import contextlib
import json
import os
import shutil
import signal
import site
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from helpers.ground import ROOT, CannotGoOnError

HOSTNAME, HOME = "sandbox", "/tmp/home"
FIRST_USER = 1_879_048_192  # user ids far from those of people; each worker of each run has one of them
USERS, RUNS = 1024, 1000  # the most that a run has, and the most runs on a machine at the same time
DISK = 64 * 2**20  # bytes of each folder in memory, unless said otherwise
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
SETTINGS = ("/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/etc/alternatives")


def missing() -> str | None:
    """Return what a sandbox lacks on this machine, in one sentence, or None."""
    if sys.platform != "linux":
        return "The sandbox needs Linux with bubblewrap (under Windows, WSL is such a Linux)."
    if not shutil.which("bwrap"):
        return "The sandbox needs bubblewrap (on Debian and Ubuntu: sudo apt install bubblewrap)."
    try:
        with Sandbox(()):
            return None
    except CannotGoOnError as error:
        return str(error)


class Users:
    """User ids that no other run on this machine has while this one lives: how much a user may start is shared."""

    def __init__(self) -> None:
        self.mark = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        for number in range(RUNS):
            with contextlib.suppress(OSError):  # another run has these
                self.mark.bind(f"\0gradient-course-users-{number}")  # Linux takes it back when its process ends
                self.first = FIRST_USER + number * USERS
                return
        raise CannotGoOnError(f"{RUNS} grade commands are at work on this machine: wait for one to end.")

    def close(self) -> None:
        """Leave the ids to other runs."""
        self.mark.close()


class Sandbox:
    """An open sandbox with nobody in it yet; leaving the `with` ends whoever is.

    folders: bound into it, writable, at their own paths. Raises CannotGoOnError when bubblewrap cannot make it.
    """

    def __init__(self, folders: Sequence[Path], disk: int = DISK) -> None:
        read, write = os.pipe()
        sleeper = ["sh", "-c", "echo ready && exec sleep infinity"]
        command = [*bubblewrap(folders, disk), "--info-fd", str(write), "--", *sleeper]
        self.pid = 0
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=[write],
            env={"PATH": os.environ.get("PATH", os.defpath)},  # what bubblewrap is given can be read inside
        )
        os.close(write)
        with open(read, encoding="utf-8") as info:
            told = info.read()
        assert self.process.stdout and self.process.stderr
        if self.process.stdout.readline().strip() != "ready":
            said = self.process.stderr.read().strip()
            self.close()
            raise CannotGoOnError(f"bubblewrap makes no sandbox here ({said[:200]}): mend that, or grade elsewhere.")
        self.pid = json.loads(told)["child-pid"]
        self.processes = os.readlink(f"/proc/{self.pid}/ns/pid")

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all that is inside.

        Its first process as well: on a busy machine bubblewrap can end before that one has asked to end with it.
        """
        with contextlib.suppress(OSError):
            if self.pid and self.process.poll() is None:
                os.kill(self.pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()


def inside(processes: str) -> list[str]:
    """Return the numbers of the processes in a namespace, by what its link in /proc says."""
    return [place for place in os.listdir("/proc") if place.isdecimal() and namespace(place) == processes]


def namespace(place: str) -> str | None:
    """Return what the link of a process's namespace of processes says; None when it has ended, or is none of ours."""
    try:
        return os.readlink(f"/proc/{place}/ns/pid")
    except OSError:
        return None


def use_more_than(memory: int, places: Sequence[str]) -> bool:
    """Whether processes hold more bytes together; what several share counts for each in proportion.

    The proportion is costly to ask for, so that it is asked only where the processes, one by one, hold as much.
    """
    return sum(map(resident, places)) > memory and sum(map(_proportional, places)) > memory


def threads(place: str) -> int:
    """Return how many threads a process has; 0 when it has ended."""
    try:
        return len(os.listdir(f"/proc/{place}/task"))
    except OSError:
        return 0


def resident(place: str) -> int:
    """Return the bytes that a process holds, shared ones included; 0 when it has ended."""
    try:
        return int(Path(f"/proc/{place}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _proportional(place: str) -> int:
    """Return the bytes that a process holds, each divided by how many processes share it; 0 when it has ended."""
    try:
        text = Path(f"/proc/{place}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:"))


def bubblewrap(folders: Sequence[Path], disk: int, *more: str) -> list[str]:
    """Return the command that makes a sandbox, without what is to run in it.

    folders: bound into it, writable, at their own paths. disk: bytes of each folder in memory. more: options of
    bubblewrap, the last before all is made read-only.
    """
    namespaces = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    if os.geteuid() != 0:
        namespaces.append("--unshare-user")
    shown = [*SYSTEM, *SETTINGS, sys.base_prefix, sys.prefix, *site.getsitepackages(), str(ROOT / "helpers")]
    above = dict.fromkeys(
        str(up) for path in (*shown, *map(str, folders)) for up in reversed(Path(path).parents) if up != up.parent
    )
    ways = [word for path in above for word in ("--perms", "0755", "--dir", path)]  # bubblewrap's own are private
    binds = [word for path in dict.fromkeys(shown) for word in ("--ro-bind-try", path, path)]
    room = ["--perms", "1777", "--size", str(disk), "--tmpfs"]
    mine = [word for folder in folders for word in ("--bind", str(folder), str(folder))]
    return [
        *("bwrap", *namespaces, "--hostname", HOSTNAME, "--die-with-parent", "--new-session", "--clearenv"),
        *("--setenv", "PATH", "/usr/bin:/bin"),
        *("--proc", "/proc", "--dev", "/dev", *room, "/dev/shm", *room, "/tmp", "--perms", "1777", "--dir", HOME),
        *(*ways, *binds, *mine, *more, "--remount-ro", "/dev", "--remount-ro", "/"),
    ]


def end_all(folder: Path) -> None:
    """End every other process whose command line names something in a folder: all sandboxes that share a part of it.

    bubblewrap ends with whoever started it, but for a moment at its beginning.
    """
    name = f"{folder}{os.sep}".encode()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended, or is none of ours
            if name in path.read_bytes() and int(path.parent.name) != os.getpid():
                os.kill(int(path.parent.name), signal.SIGKILL)
