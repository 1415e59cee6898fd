"""The filter of system calls, read step by step as Linux reads it: what it refuses and what it lets through."""

import errno
import subprocess
import sys

import pytest

from helpers.sandbox.seccomp import (
    ALLOW,
    ANSWER,
    ANY_OF,
    AT_LEAST,
    CALLS,
    CLONE,
    CLONE3,
    EQUAL,
    FAIL,
    FIRST_ARGUMENT_AT,
    KILL,
    LOAD,
    MACHINE_AT,
    MACHINES,
    NUMBER_AT,
    SOCKET,
    VSOCK,
    program,
)

REFUSED = FAIL | errno.EPERM
READ = {"x86_64": 0, "aarch64": 63}
TESTS = {EQUAL: lambda a, b: a == b, AT_LEAST: lambda a, b: a >= b, ANY_OF: lambda a, b: a & b != 0}


def answer(machine, number, first=0, name=None):
    """What the filter says of a system call."""
    held = {NUMBER_AT: number, MACHINE_AT: MACHINES[machine][1] if name is None else name, FIRST_ARGUMENT_AT: first}
    steps, place, value = program(machine), 0, None
    while steps[place][0] != ANSWER:
        what, if_true, if_false, operand = steps[place]
        if what == LOAD:
            value = held[operand]
        else:
            place += if_true if TESTS[what](value, operand) else if_false
        place += 1
    return steps[place][3]


@pytest.mark.parametrize("machine", MACHINES)
def test_the_calls_named_are_refused_and_others_are_not(machine):
    column = MACHINES[machine][0]
    assert {answer(machine, numbers[column]) for numbers in CALLS.values()} == {REFUSED}
    assert answer(machine, READ[machine]) == ALLOW


@pytest.mark.parametrize("machine", MACHINES)
def test_processes_and_threads_can_be_made_but_not_with_namespaces(machine):
    clone = CLONE[MACHINES[machine][0]]
    threads, user, mounts = 0x3D0F00, 0x10000000, 0x00020000
    assert answer(machine, clone, threads) == answer(machine, clone, 17) == ALLOW
    assert answer(machine, clone, user) == answer(machine, clone, mounts) == REFUSED
    assert answer(machine, CLONE3) == FAIL | errno.ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
def test_sockets_can_be_made_but_not_to_the_machine_around_this_one(machine):
    number = SOCKET[MACHINES[machine][0]]
    here, internet, netlink = 1, 2, 16
    assert answer(machine, number, VSOCK) == REFUSED
    assert {answer(machine, number, family) for family in (here, internet, netlink)} == {ALLOW}
    assert answer(machine, READ[machine], VSOCK) == ALLOW


def test_linux_refuses_the_socket_to_a_process_that_took_the_filter():
    if sys.platform != "linux":
        pytest.skip("Linux alone has these filters")
    code = """\
import ctypes, socket
from helpers.sandbox.seccomp import refuse_calls
socket.socket(socket.AF_UNIX).close()
ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
refuse_calls()
socket.socket(socket.AF_UNIX).close()
try:
    socket.socket(40, socket.SOCK_STREAM)
except PermissionError:
    print("refused")
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "refused\n"


def test_the_numbers_of_another_machine_mean_other_calls_so_they_end_the_process():
    assert answer("x86_64", 0, name=0x40000003) == KILL
    assert answer("x86_64", 0x40000000 + CALLS["unshare"][0]) == REFUSED
