"""One TOML file of the course: its tables as they must be, and the line at which something is wrong."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

HEADING = re.compile(r"\s*\[([\w. \"'-]+)\]\s*(#.*)?")


class ContentError(ValueError):
    """Words that cannot be used: in which file, at which line, why, and what to do."""


class Kind(NamedTuple):
    """What a value must be: in words, and as a test."""

    words: str
    fits: Callable[[Any], bool]
    needed: bool = True


def optional(kind: Kind) -> Kind:
    """Return the kind of a value that may be left out."""
    return kind._replace(needed=False)


TEXT = Kind("a text in quotes, and not empty", lambda value: type(value) is str and value.strip() != "")
TEXTS = Kind(
    'a list of texts, ["one", "two"]',
    lambda value: type(value) is list and value != [] and all(map(TEXT.fits, value)),
)
PAIRS = Kind(
    'a list of pairs, [["old text", "new text"]]',
    lambda value: type(value) is list and value != [] and all(map(_is_pair, value)),
)
NUMBER = Kind("a whole number above 0", lambda value: type(value) is int and value > 0)
YES = Kind("true, or left out", lambda value: value is True)
TABLE = Kind("a table with one entry or more", lambda value: type(value) is dict and value != {})


def _is_pair(value: Any) -> bool:
    return type(value) is list and [type(text) for text in value] == [str, str]


class Words:
    """The words in one file, and where things stand in it. Raises ContentError for a file that cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path, self.lines = path, [""]
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            self.fail("there is no such file; write it, beside the code that it belongs to")
        except UnicodeDecodeError:
            self.fail("this is not UTF-8; save it as UTF-8")
        self.lines = text.splitlines() or [""]
        try:
            self.table: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            reason, _, place = str(error).rpartition(" (at ")
            line = re.match(r"line (\d+)", place)
            why = f"this is not TOML ({reason}); mend the quotes, brackets or headings here"
            raise ContentError(f"{path}:{line[1] if line else len(self.lines)}: {why}") from None

    def fail(self, why: str, *keys: str) -> NoReturn:
        """Raise ContentError with the line at which these keys stand."""
        raise ContentError(f"{self.path}:{self.line(*keys)}: {why}") from None

    def line(self, *keys: str) -> int:
        """Return the number of the line at which these keys stand, or as many of them as are there."""
        found, known = 1, 0
        for number, here in self._keys():
            together = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(keys, here, strict=False))))
            if together > known:
                found, known = number, together
        return found

    def _keys(self) -> Iterator[tuple[int, list[str]]]:
        """Yield for each heading and entry the number of its line and its keys, those of its heading first."""
        heading: list[str] = []
        for number, line in enumerate(self.lines, 1):
            if found := HEADING.fullmatch(line):
                heading = re.findall(r"[\w-]+", found[1])
                yield number, heading
            elif "=" in line:
                yield number, heading + re.findall(r"[\w-]+", line.partition("=")[0])

    def taken(self, table: Any, kinds: Mapping[str, Kind], *where: str) -> dict[str, Any]:
        """Return a table when it has the entries that it needs, each of its kind, and no others."""
        if not isinstance(table, dict):
            self.fail(f"this must be a table with {', '.join(kinds)}", *where)
        for key, value in table.items():
            if key not in kinds:
                self.fail(f"there is no key {key!r} here; the keys are {', '.join(kinds)}", *where, key)
            if not kinds[key].fits(value):
                self.fail(f"{key} must be {kinds[key].words}", *where, key)
        for key, kind in kinds.items():
            if kind.needed and key not in table:
                place = "" if where or kind.fits is TABLE.fits else ", above the first [heading]"
                self.fail(f"{key} is missing: {kind.words}{place}", *where)
        return table
