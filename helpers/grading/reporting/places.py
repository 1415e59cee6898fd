"""Where the page of each submission lies: names of files and folders that are good and different on every system."""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

from helpers.grading.results import Grade

RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in "0123456789¹²³")}
NO_ASSIGNMENT = "submission"
LONGEST = 100  # bytes of a file's name


def page_places(grades: list[Grade]) -> list[str]:
    """Return where the page of each grade lies, seen from the folder of the reports; no two places are one anywhere."""
    folders = safe_names(grade.student for grade in grades)
    files = safe_names(grade.assignment or NO_ASSIGNMENT for grade in grades)
    taken: Counter[str] = Counter()
    found = []
    for grade in grades:
        place = f"feedback/{folders[grade.student]}/{files[grade.assignment or NO_ASSIGNMENT]}"
        taken[place] += 1
        found.append(f"{place}{f'--{taken[place]}' if taken[place] > 1 else ''}.html")
    return found


def safe_names(names: Iterable[str]) -> dict[str, str]:
    """Return a name for a file or folder for each name, good and different on every system.

    A name that some system would refuse, or take for another one of them, gets a number that belongs to it alone.
    """
    names = sorted(set(names))
    same = Counter(_same(_tame(name)) for name in names)
    plain = {name for name in names if _tame(name) == name and same[_same(name)] == 1}
    taken = {_same(name) for name in plain}
    found = {name: name for name in plain}
    for name in names:
        if name not in plain:
            found[name] = next(other for other in _numbered(name) if _same(other) not in taken)
            taken.add(_same(found[name]))
    return found


def _numbered(name: str) -> Iterator[str]:
    """Yield a name with a number of its own, at first with few digits of it."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return (f"{_tame(name)}-{digest[:length]}" for length in range(8, 65))


def _tame(name: str) -> str:
    """Return a name without what any system forbids."""
    name = unicodedata.normalize("NFC", name)
    name = "".join(letter if letter.isalnum() or letter in " ._@+-" else "_" for letter in name)
    name = name.encode()[:LONGEST].decode(errors="ignore").lstrip(" .-").rstrip(" .")
    return f"_{name}" if not name or name.partition(".")[0].rstrip().lower() in RESERVED else name


def _same(name: str) -> str:
    """Return what all names have in common that some system takes for one."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
