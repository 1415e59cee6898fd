"""How a process enters a sandbox: the namespaces of another process, bounds on what it uses, and no rights at all.

It is called in a copy of a warm process, which has one thread. Linux alone has these calls.
"""

import contextlib
import os
from pathlib import Path

from helpers.grading.running.job import Limits
from helpers.sandbox.rights import bound, call, give_up

# Numbers from linux/sched.h; Python 3.12 has os.setns, 3.11 has not.
NEW_MOUNTS, NEW_NAMES, NEW_IPC, NEW_USERS = 0x00020000, 0x04000000, 0x08000000, 0x10000000
NEW_PROCESSES, NEW_NETWORK = 0x20000000, 0x40000000
READ_ONLY, NO_SETUID, NO_DEVICES, REMOUNT, BIND = 1, 2, 4, 32, 4096  # from linux/mount.h
OWNER = 0xB701  # from linux/nsfs.h: asks for the user namespace that a namespace belongs to
FILES = 20_000  # that each folder in memory may hold: an empty one takes memory as well


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
        call("setns", around, NEW_USERS)
        os.close(around)
        os.close(mounts)
    call("setns", other, NEW_MOUNTS | NEW_NAMES | NEW_IPC | NEW_PROCESSES | NEW_NETWORK)
    return other


def bound_files(disk: int) -> None:
    """Bound the number of files in memory of the sandbox that this process has joined, which bubblewrap cannot."""
    for folder in (b"/tmp", b"/dev/shm"):
        words = f"size={disk},nr_inodes={FILES}".encode()
        call("mount", b"tmpfs", folder, b"tmpfs", REMOUNT | NO_SETUID | NO_DEVICES, words)


def seal(folder: Path) -> None:
    """Let nobody in the sandbox that this process has joined write into a folder that it shares with the outside."""
    flags = REMOUNT | BIND | READ_ONLY | NO_SETUID | NO_DEVICES
    call("mount", b"none", os.fsencode(folder), b"none", flags, None)


def confine(other: int, user: int | None, limits: Limits, threads: int) -> None:
    """Take all rights from this process, and bound what it may use. Final.

    other: the handle that `join` gave. user: its new id, when it is root; else None. threads: how many the user had
    outside; before Linux 5.14 they count.
    """
    with contextlib.suppress(OSError):  # where memory is short, Linux ends this one first; who was root cannot undo it
        Path("/proc/self/oom_score_adj").write_text("1000")
    processes = limits.processes + (0 if user else threads)
    bound(limits.memory, limits.disk, processes, files=512, seconds=int(2 * limits.seconds))
    if user is None:
        call("setns", other, NEW_USERS)
    give_up(user)
