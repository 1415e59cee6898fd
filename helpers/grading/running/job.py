"""What is to be run of one submission, how much it may use, and where it runs."""

from pathlib import Path
from typing import Any, NamedTuple

from helpers.grading.running.canaries import Canary

MIB = 2**20


class Limits(NamedTuple):
    """What one submission may use: bytes of memory, disk and output, processes, and seconds for a cell and in all."""

    memory: int = 1024 * MIB
    disk: int = 64 * MIB
    output: int = 8 * MIB
    processes: int = 64
    cell_seconds: float = 30
    seconds: float = 150


class Job(NamedTuple):
    """All that is needed to run one submission, on this machine or another.

    notebook: the clean copy from preflight, with hidden tests. skippable: ids of cells that need not run. canaries:
    cells that must fail. modules: what the lesson imports. sandboxed: False only for trusted submissions.
    beside: the learner's own modules, each a path and a text. judged: of each check the id of its cell and the course's
    own source, which runs outside the sandbox.
    """

    student: str
    assignment: str
    notebook: dict[str, Any]
    skippable: frozenset[str]
    canaries: tuple[Canary, ...]
    modules: tuple[str, ...]
    limits: Limits
    sandboxed: bool = True
    beside: tuple[tuple[str, str], ...] = ()
    judged: tuple[tuple[str, str], ...] = ()


class Place(NamedTuple):
    """Where a job runs.

    folder: empty and private. warm: the socket of a warm process, for a sandboxed job. user: the id that its kernel
    gets, when this process is root.
    """

    folder: Path
    warm: Path | None = None
    user: int | None = None
