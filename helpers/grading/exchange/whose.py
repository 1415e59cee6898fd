"""Whose a file of an export is, by the ways in which Moodle and Canvas name what they let teachers download.

Moodle: `Ada Lovelace_1234_assignsubmission_file_/any.ipynb`, or, without folders, `..._file_any.ipynb`;
of a group `Group A-Ada Lovelace_1234_...`, with hidden names `Participant_1234_...`; it also takes online texts along.
Canvas: `lovelaceada_LATE_1234_98765_any-1.ipynb`, `LATE_anon_x7Yz2_98765_any.ipynb`, `lovelaceada_1234_text.html`.
"""

import re
import unicodedata
from collections.abc import Collection
from typing import NamedTuple

MOODLE, CANVAS, PLAIN = "moodle", "canvas", "folders"
_MOODLE = re.compile(r"(?P<name>.*)_(?P<id>\d+)_assignsubmission_(?P<kind>file|[a-z]+)_?(?P<rest>.*)", re.DOTALL)
_CANVAS = re.compile(r"(?P<name>\w+?)_(?:(?P<late>LATE)_)?(?P<id>[1-9]\d*)_(?P<file>[1-9]\d*)_(?P<rest>.+)", re.DOTALL)
_GREEDY = re.compile(_CANVAS.pattern.replace(r"\w+?", r"\w+", 1), re.DOTALL)
_ANONYMOUS = re.compile(
    r"(?:(?P<late>LATE)_)?(?P<name>anon)_(?P<id>[A-Za-z0-9]+)_(?P<file>\d+)_(?P<rest>.+)", re.DOTALL
)
_TYPED = re.compile(r"(?P<name>\w+?)_(?:(?P<late>LATE)_)?(?P<id>[1-9]\d*)_(?P<rest>(?:text|link)\.html)")


class Owner(NamedTuple):
    """A learner as an export names her. id: by which her system knows her in this assignment; nothing for PLAIN."""

    system: str
    id: str
    name: str


class Handed(NamedTuple):
    """A file that was handed in: whose it is, its path below that, and whether its name says that it came late."""

    owner: Owner
    path: tuple[str, ...]
    late: bool


def handed(parts: tuple[str, ...], is_folder: bool, known: Collection[str] = ()) -> Handed | None:
    """Return whose the file or folder with these parts of a path is, or None where nothing says so.

    known: the ids of Canvas' gradebook, where it is at hand: they decide where a name ends in digits.
    """
    parts = tuple(unicodedata.normalize("NFC", part) for part in parts)
    for place, part in enumerate(parts):
        found = _MOODLE.fullmatch(part)
        if found:
            path = ((found["rest"],) if found["rest"] else ()) + parts[place + 1 :]
            return Handed(Owner(MOODLE, found["id"], found["name"]), path if path or is_folder else (part,), False)
    if len(parts) == 1 and not is_folder and (found := _of_canvas(parts[0], known)):
        return Handed(Owner(CANVAS, found["id"], found["name"]), (found["rest"],), bool(found["late"]))
    if len(parts) > 1 or is_folder:
        return Handed(Owner(PLAIN, "", parts[0]), parts[1:], False)
    return Handed(Owner(PLAIN, "", parts[0].partition(".")[0] or parts[0]), parts, False) if parts else None


def _of_canvas(name: str, known: Collection[str]) -> re.Match[str] | None:
    found = _ANONYMOUS.fullmatch(name) or _TYPED.fullmatch(name) or _CANVAS.fullmatch(name)
    other = _GREEDY.fullmatch(name)
    return other if found and other and found["id"] not in known and other["id"] in known else found
