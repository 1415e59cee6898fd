"""How a process bounds what it may use and gives up its rights, for good. Linux alone has these calls."""

import ctypes
import os
import sys
from pathlib import Path

from helpers.sandbox.seccomp import refuse_calls

ADDRESSES = 3072 * 2**20  # what a process may reserve beyond the memory that it may use, as libraries do

# Numbers from linux/prctl.h and linux/capability.h.
KILL = 9  # signal.SIGKILL, which Windows does not have
DIE_WITH_PARENT, SET_DUMPABLE, DROP_BOUNDING, NO_NEW_PRIVILEGES, CAPABILITY_VERSION = 1, 4, 24, 38, 0x20080522


def bound(memory: int, disk: int, processes: int, files: int, seconds: int | None = None) -> None:
    """Bound this process and each that it starts: bytes of memory and of a file, open files, seconds of computing.

    processes: how many the user may have at once, threads counted.
    """
    import resource

    mine = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    for what, most in (
        (resource.RLIMIT_AS, ADDRESSES + memory + mine),
        (resource.RLIMIT_FSIZE, disk),
        (resource.RLIMIT_NOFILE, files),
        (resource.RLIMIT_NPROC, processes),
        (resource.RLIMIT_CORE, 0),
        *([(resource.RLIMIT_CPU, seconds)] if seconds else []),
    ):
        resource.setrlimit(what, (most, most))


def give_up(user: int | None) -> None:
    """Take all rights from this process. Final. user: its new id, when it is root; else None. Raises OSError."""
    for capability in range(64):
        if call("prctl", DROP_BOUNDING, capability, 0, 0, 0, may_fail=True):
            break  # the one before was the last that this Linux knows
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    call("capset", (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)())
    call("prctl", NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    refuse_calls()
    call("prctl", SET_DUMPABLE, 1, 0, 0, 0)  # or it could not read its own /proc after the change of user


def die_with_parent(by: int = KILL) -> None:
    """Send this process a signal when the thread that started it ends."""
    if sys.platform == "linux":
        call("prctl", DIE_WITH_PARENT, by, 0, 0, 0)


def call(name: str, *arguments: object, may_fail: bool = False) -> int:
    """Call a function of the C library and return its result. Raises OSError unless it may fail."""
    libc = ctypes.CDLL(None, use_errno=True)
    result: int = getattr(libc, name)(*arguments)
    if result and not may_fail:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result
