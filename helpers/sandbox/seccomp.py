"""System calls that no submission needs, refused to it by Linux (seccomp).

Memory can be had by ways that no limit of a process sees: a private user namespace with a file system in memory, memory
files, shared memory of System V, the kernel's keyrings. The others here are known for their faults, or let a process
out of the sight of whoever watches it. Sockets to the machine around a virtual one are refused because no namespace
holds them. On other machines than those named here nothing is refused.
"""

import ctypes
import errno
import os
import platform
import struct

CALLS = {  # by name, the numbers for x86_64 and aarch64
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "mount_setattr": (442, 442),
    "unshare": (272, 97),
    "setns": (308, 268),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
}
CLONE, CLONE3 = (56, 220), 435
NAMESPACES = 0x7E020080  # the flags of clone that make a namespace
SOCKET, VSOCK = (41, 198), 40  # the family of sockets between virtual machines, from linux/socket.h
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # a column above, and its name in linux/audit.h
OTHER_NUMBERS = 0x40000000  # from here on, x86_64 has the same calls again

# From linux/filter.h and linux/seccomp.h: a program is a list of (what, jump if true, jump if false, number).
LOAD, EQUAL, AT_LEAST, ANY_OF, ANSWER = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER_AT, MACHINE_AT, FIRST_ARGUMENT_AT = 0, 4, 16
ALLOW, FAIL, KILL = 0x7FFF0000, 0x00050000, 0x80000000
SET_SECCOMP, FILTER = 22, 2


def program(machine: str) -> list[tuple[int, int, int, int]]:
    """Return the filter for a machine of MACHINES."""
    column, name = MACHINES[machine]
    refuse = (ANSWER, 0, 0, FAIL | errno.EPERM)
    steps = [(LOAD, 0, 0, MACHINE_AT), (EQUAL, 1, 0, name), (ANSWER, 0, 0, KILL)]
    steps += [(LOAD, 0, 0, NUMBER_AT), (AT_LEAST, 0, 1, OTHER_NUMBERS), refuse]
    for numbers in CALLS.values():
        steps += [(EQUAL, 0, 1, numbers[column]), refuse]
    steps += [
        (EQUAL, 0, 1, CLONE3),
        (ANSWER, 0, 0, FAIL | errno.ENOSYS),
    ]
    steps += [(EQUAL, 0, 3, CLONE[column]), (LOAD, 0, 0, FIRST_ARGUMENT_AT), (ANY_OF, 0, 1, NAMESPACES), refuse]
    steps += [(LOAD, 0, 0, NUMBER_AT), (EQUAL, 0, 3, SOCKET[column])]
    steps += [(LOAD, 0, 0, FIRST_ARGUMENT_AT), (EQUAL, 0, 1, VSOCK), refuse]
    return [*steps, (ANSWER, 0, 0, ALLOW)]


def refuse_calls() -> None:
    """Refuse them to this process, which cannot gain privileges, and to all that it starts. Raises OSError."""
    if platform.machine() not in MACHINES:
        return
    steps = program(platform.machine())
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    whole = ctypes.create_string_buffer(struct.pack("HP", len(steps), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(SET_SECCOMP, FILTER, ctypes.byref(whole), 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp: {os.strerror(number)}")
