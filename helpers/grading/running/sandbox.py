"""A bubblewrap sandbox for one submission, and how a process that is already warm enters it.

Inside: the interpreter, its packages and this course's helpers, all read-only; a small /tmp; loopback without anybody
on it; no gradebook, no neighbour, no solutions folder; a user without rights. bubblewrap makes the sandbox around a
sleeping process. A kernel is not started in it, which would cost its imports again: a copy of a warm process joins the
sandbox's namespaces before it runs a line of the submission. When bubblewrap ends, the kernel of Linux ends all that
is inside.

As root, the sandbox has no user namespace and its processes get a user id of their own, which no limit exempts. As
anybody else, it has a user namespace, and its processes give up the rights that they have in it.
"""

import contextlib
import ctypes
import json
import os
import shutil
import signal
import site
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from helpers.grading.running.seccomp import refuse_calls
from helpers.ground import ROOT, CannotGoOnError

MIB = 2**20
HOSTNAME, HOME = "sandbox", "/tmp/home"
FIRST_USER = 1_879_048_192  # user ids far from those of people; each worker has one of them
ADDRESSES = 3072 * MIB  # what a process may reserve beyond the memory that it may use, as libraries do that it imports
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
SETTINGS = ("/etc/ld.so.cache", "/etc/fonts", "/etc/localtime", "/etc/alternatives")

# Numbers from linux/sched.h, linux/prctl.h and linux/capability.h; Python 3.12 has os.setns, 3.11 has not.
NEW_MOUNTS, NEW_NAMES, NEW_IPC, NEW_USERS = 0x00020000, 0x04000000, 0x08000000, 0x10000000
NEW_PROCESSES, NEW_NETWORK = 0x20000000, 0x40000000
READ_ONLY, NO_SETUID, NO_DEVICES, REMOUNT, BIND = 1, 2, 4, 32, 4096  # from linux/mount.h
OWNER = 0xB701  # from linux/nsfs.h: asks for the user namespace that a namespace belongs to
FILES = 20_000  # that each folder in memory may hold: an empty one takes memory as well
DIE_WITH_PARENT, SET_DUMPABLE, DROP_BOUNDING, NO_NEW_PRIVILEGES, CAPABILITY_VERSION = 1, 4, 24, 38, 0x20080522


class Limits(NamedTuple):
    """What one submission may use: bytes of memory, disk and output, processes, and seconds for a cell and in all."""

    memory: int = 1024 * MIB
    disk: int = 64 * MIB
    output: int = 8 * MIB
    processes: int = 64
    cell_seconds: float = 30
    seconds: float = 150


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


class Sandbox:
    """An open sandbox with nobody in it yet; leaving the `with` ends whoever is.

    folders: bound into it, writable, at their own paths. Raises CannotGoOnError when bubblewrap cannot make it.
    """

    def __init__(self, folders: Sequence[Path], disk: int = Limits().disk) -> None:
        read, write = os.pipe()
        sleeper = ["sh", "-c", "echo ready && exec sleep infinity"]
        command = [*_bubblewrap(folders, disk), "--info-fd", str(write), "--", *sleeper]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        env = {"PATH": os.environ.get("PATH", os.defpath)}  # what bubblewrap is given can be read inside
        self.process = subprocess.Popen(command, pass_fds=[write], env=env, **pipes)
        os.close(write)
        with open(read, encoding="utf-8") as info:
            told = info.read()
        assert self.process.stdout and self.process.stderr
        if self.process.stdout.readline().strip() != "ready":
            said = self.process.stderr.read().strip()
            self.close()
            raise CannotGoOnError(f"bubblewrap makes no sandbox here ({said[:200]}): mend that, or grade elsewhere.")
        self.pid: int = json.loads(told)["child-pid"]
        self.processes = os.readlink(f"/proc/{self.pid}/ns/pid")

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def memory(self) -> list[int]:
        """Return the bytes of memory of each process inside."""
        found = []
        for place in os.listdir("/proc"):
            if place.isdecimal():
                with contextlib.suppress(OSError, IndexError):  # it has ended, or is none of ours
                    if os.readlink(f"/proc/{place}/ns/pid") == self.processes:
                        pages = Path(f"/proc/{place}/statm").read_text().split()[1]
                        found.append(int(pages) * os.sysconf("SC_PAGE_SIZE"))
        return found

    def close(self) -> None:
        """End all that is inside."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()


def _bubblewrap(folders: Sequence[Path], disk: int) -> list[str]:
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
        *(*ways, *binds, *mine, "--remount-ro", "/dev", "--remount-ro", "/"),
    ]


# Entering: called in a copy of a warm process, which has one thread


def join(pid: int, user: int | None) -> int:
    """Move this process into the namespaces of another; its children are then inside. Raises OSError.

    user: see confine. Without one, the process has the rights that bubblewrap had to mount, until it gives them up: it
    is in the user namespace around the other's. Returns a handle of the other process.
    """
    import fcntl

    other = os.pidfd_open(pid)
    if user is None:
        mounts = os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY)
        around: int = fcntl.ioctl(mounts, OWNER)
        _call("setns", around, NEW_USERS)
        os.close(around)
        os.close(mounts)
    _call("setns", other, NEW_MOUNTS | NEW_NAMES | NEW_IPC | NEW_PROCESSES | NEW_NETWORK)
    return other


def bound_files(disk: int) -> None:
    """Bound the number of files in memory of the sandbox that this process has joined, which bubblewrap cannot."""
    for folder in (b"/tmp", b"/dev/shm"):
        words = f"size={disk},nr_inodes={FILES}".encode()
        _call("mount", b"tmpfs", folder, b"tmpfs", REMOUNT | NO_SETUID | NO_DEVICES, words)


def seal(folder: Path) -> None:
    """Let nobody in the sandbox that this process has joined write into a folder that it shares with the outside."""
    flags = REMOUNT | BIND | READ_ONLY | NO_SETUID | NO_DEVICES
    _call("mount", b"none", os.fsencode(folder), b"none", flags, None)


def confine(other: int, user: int | None, limits: Limits, threads: int) -> None:
    """Take all rights from this process, and bound what it may use. Final.

    other: the handle that `join` gave. user: its new id, when it is root; else None. threads: how many the user had
    outside; before Linux 5.14 they count.
    """
    import resource

    memory = ADDRESSES + limits.memory + int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, limits.disk),
        (resource.RLIMIT_CPU, int(2 * limits.seconds)),
        (resource.RLIMIT_NOFILE, 512),
        (resource.RLIMIT_NPROC, limits.processes + (0 if user else threads)),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    if user is None:
        _call("setns", other, NEW_USERS)
    for capability in range(64):
        if _call("prctl", DROP_BOUNDING, capability, 0, 0, 0, may_fail=True):
            break  # the one before was the last that this Linux knows
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _call("capset", (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)())
    _call("prctl", NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    refuse_calls()
    _call("prctl", SET_DUMPABLE, 1, 0, 0, 0)  # or it could not read its own /proc after the change of user


def die_with_parent(by: int = signal.SIGKILL) -> None:
    """Send this process a signal when the thread that started it ends."""
    if sys.platform == "linux":
        _call("prctl", DIE_WITH_PARENT, by, 0, 0, 0)


def end_all(folder: Path) -> None:
    """End every other process whose command line names something in a folder: all sandboxes that share a part of it.

    bubblewrap ends with whoever started it, but for a moment at its beginning.
    """
    name = f"{folder}{os.sep}".encode()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended, or is none of ours
            if name in path.read_bytes() and int(path.parent.name) != os.getpid():
                os.kill(int(path.parent.name), signal.SIGKILL)


def _call(name: str, *arguments: object, may_fail: bool = False) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result: int = getattr(libc, name)(*arguments)
    if result and not may_fail:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result
