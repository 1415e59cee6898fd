"""Who sits where: names from a file, seats by number, and a code for each, kept so that slips stay good."""

import json
import secrets
from pathlib import Path
from typing import NamedTuple

from helpers.ground import CannotGoOnError, write_whole

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
GROUPS, GROUP = 3, 4  # 12 letters of 31: 59 bits
INSTRUCTOR = "instructor"


class Seat(NamedTuple):
    """A seat: its name in addresses, who sits there, the code on the slip, and its number, from 1."""

    name: str
    person: str
    code: str
    number: int


def read_names(path: Path) -> list[str]:
    """Read a name from each line that is not empty. Raises CannotGoOnError for no file, no name or a name twice."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise CannotGoOnError(f"{path} is no text in UTF-8: save it as such and start again.") from error
    except OSError as error:
        raise CannotGoOnError(
            f"{path} cannot be read ({error.strerror}): give a file with a name in each line."
        ) from error
    found: dict[str, int] = {}
    names = []
    for number, line in enumerate(lines, 1):
        name = " ".join(line.split())
        if not name:
            continue
        before = found.setdefault(name.casefold(), number)
        if before != number:
            raise CannotGoOnError(f"{path} has {name} in lines {before} and {number}: add what tells them apart.")
        names.append(name)
    if not names:
        raise CannotGoOnError(f"{path} has no name in it: write one in each line, or seat 1, seat 2 and so on.")
    return names


def assign(file: Path, names: list[str]) -> list[Seat]:
    """Give each name a seat and keep that in a file: a known name keeps its seat and its code. Raises CannotGoOnError.

    Returns the seats of these names, the instructor's first. A seat whose name is gone is kept, for when it comes back.
    """
    known = {seat.person: seat for seat in kept(file)}
    known.setdefault("", Seat(INSTRUCTOR, "", code(), 1))  # nobody in the room can have this name
    taken = max(seat.number for seat in known.values())
    for number, name in enumerate([name for name in names if name not in known], taken + 1):
        known[name] = Seat(f"seat{number - 1:02}", name, code(), number)
    file.touch(mode=0o600)
    write_private(file, json.dumps([seat._asdict() for seat in known.values()], indent=1, ensure_ascii=False) + "\n")
    return [known[name] for name in ("", *names)]


def kept(file: Path) -> list[Seat]:
    """Return the seats that a file keeps, none when there is no file. Raises CannotGoOnError for a damaged one."""
    try:
        return [Seat(**seat) for seat in json.loads(file.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError) as error:
        raise CannotGoOnError(
            f"{file} is damaged: bring back a copy, or move it away and hand out new slips."
        ) from error


def write_private(path: Path, text: str) -> None:
    """Write a file whole that nobody else can read, in a folder that nobody else can enter."""
    write_whole(path, text)
    path.chmod(0o600)


def code() -> str:
    """Return a new code: three groups of four letters."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
