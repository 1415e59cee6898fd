"""What seats use, looked at every second: Linux bounds each process of a plain user, but not a seat as a whole."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from helpers.sandbox import recipe
from helpers.workshop import inside
from helpers.workshop.keeper import MIB, Keeper, end

LOW = 200 * MIB  # bytes of the disk below which the instructor is told
BLOCK = 512  # bytes, of st_blocks
KERNEL = b"ipykernel_launcher"


class Watcher:
    """Looks at every seat of a keeper, and ends what uses too much: a kernel, never what another seat needs."""

    def __init__(self, keeper: Keeper) -> None:
        self.keeper, self.low = keeper, False
        self.full: set[str] = set()

    def look(self) -> Iterator[str]:
        """End what uses too much, and yield a sentence for each thing that was done."""
        seats = processes(self.keeper)
        for seat, places in seats.items():
            if recipe.use_more_than(self.keeper.limits.memory, places):
                end(max(places, key=recipe.resident))
                most = self.keeper.limits.memory // MIB
                yield f"{seat} used more than {most} MiB: its largest process was ended, its notebooks are saved."
            full = larger(self.keeper.place.home(seat), self.keeper.limits.home)
            if full:
                for place in filter(is_kernel, places):
                    end(place)
            if full and seat not in self.full:
                most = self.keeper.limits.home // MIB
                yield f"{seat} keeps more than {most} MiB: its kernels are ended until it has deleted some files."
            (self.full.add if full else self.full.discard)(seat)
            if (self.keeper.place.door(seat) / inside.SOCKET).is_symlink():
                self.keeper.stop(seat)
                yield f"{seat} put a link in the place of its socket, and was ended."
        free = shutil.disk_usage(self.keeper.place.folder).free
        if free < LOW and not self.low:
            yield f"Only {free // MIB} MiB are free on the disk: free some, or what learners write cannot be saved."
        self.low = free < LOW


def processes(keeper: Keeper) -> dict[str, list[str]]:
    """Return the processes of each seat that runs, by their numbers."""
    roots = {str(process.pid): name for name, process in list(keeper.running.items())}
    spaces: dict[str, list[str]] = {}
    owner: dict[str, str] = {}
    mine = recipe.namespace("self")
    for place in filter(str.isdecimal, os.listdir("/proc")):
        space = recipe.namespace(place)
        if space is None or space == mine:
            continue
        spaces.setdefault(space, []).append(place)
        if (parent := parent_of(place)) in roots:
            owner[space] = roots[parent]
    return {seat: spaces[space] for space, seat in owner.items()}


def parent_of(place: str) -> str:
    """Return the number of a process's parent; nothing when it has ended."""
    try:
        return Path(f"/proc/{place}/stat").read_text().rpartition(")")[2].split()[1]
    except (OSError, IndexError):
        return ""


def is_kernel(place: str) -> bool:
    """Whether a process is a kernel, or anything else that is not the seat's server."""
    try:
        words = Path(f"/proc/{place}/cmdline").read_bytes()
    except OSError:
        return False
    return KERNEL in words


def larger(folder: Path, most: int) -> bool:
    """Whether the files in a folder take more bytes of the disk; links are not followed."""
    size, folders = 0, [str(folder)]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    size += entry.stat(follow_symlinks=False).st_blocks * BLOCK
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    if size > most:
                        return True
        except OSError:  # removed meanwhile
            continue
    return False
