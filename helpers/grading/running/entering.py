"""How a process enters a sandbox: the namespaces of another process, bounds on what it uses, and no rights at all.

It is called in a copy of a warm process, which has one thread. Linux alone has these calls.
"""

import contextlib
import ctypes
import os
import sys
from pathlib import Path

from helpers.grading.running.job import MIB, Limits
from helpers.grading.running.seccomp import refuse_calls

ADDRESSES = 3072 * MIB  # what a process may reserve beyond the memory that it may use, as libraries do that it imports

# Numbers from linux/sched.h, linux/prctl.h and linux/capability.h; Python 3.12 has os.setns, 3.11 has not.
NEW_MOUNTS, NEW_NAMES, NEW_IPC, NEW_USERS = 0x00020000, 0x04000000, 0x08000000, 0x10000000
NEW_PROCESSES, NEW_NETWORK = 0x20000000, 0x40000000
READ_ONLY, NO_SETUID, NO_DEVICES, REMOUNT, BIND = 1, 2, 4, 32, 4096  # from linux/mount.h
OWNER = 0xB701  # from linux/nsfs.h: asks for the user namespace that a namespace belongs to
KILL = 9  # signal.SIGKILL, which Windows does not have
FILES = 20_000  # that each folder in memory may hold: an empty one takes memory as well
DIE_WITH_PARENT, SET_DUMPABLE, DROP_BOUNDING, NO_NEW_PRIVILEGES, CAPABILITY_VERSION = 1, 4, 24, 38, 0x20080522


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
    _bound(limits, 0 if user else threads)
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


def _bound(limits: Limits, threads: int) -> None:
    """Bound what this process may use; threads: how many there are that count as its own."""
    import resource

    with contextlib.suppress(OSError):  # where memory is short, Linux ends this one first; who was root cannot undo it
        Path("/proc/self/oom_score_adj").write_text("1000")
    memory = ADDRESSES + limits.memory + int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, limits.disk),
        (resource.RLIMIT_CPU, int(2 * limits.seconds)),
        (resource.RLIMIT_NOFILE, 512),
        (resource.RLIMIT_NPROC, limits.processes + threads),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def die_with_parent(by: int = KILL) -> None:
    """Send this process a signal when the thread that started it ends."""
    if sys.platform == "linux":
        _call("prctl", DIE_WITH_PARENT, by, 0, 0, 0)


def _call(name: str, *arguments: object, may_fail: bool = False) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result: int = getattr(libc, name)(*arguments)
    if result and not may_fail:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result
