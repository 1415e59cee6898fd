"""Words that a learner chose, as any terminal, file and page can take them: plain, printable and cut."""

import re
from typing import Any

NAME, SENTENCE = 80, 400  # characters
NAMES = 5  # of a list that are shown

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")


def text_of(value: Any) -> str:
    """Return a text of a notebook, which may be a list of lines; what is neither is no text."""
    if isinstance(value, list):
        return "".join(map(text_of, value))
    return value if isinstance(value, str) else ""


def printable(text: str) -> str:
    """Return a text in which all that is no letter, sign, blank or line end is written as its escape."""
    return "".join(letter if letter.isprintable() or letter == "\n" else ascii(letter)[1:-1] for letter in text)


def plain(text: str, limit: int) -> str:
    """Return printable lines, cut: no colours of a terminal, a progress bar in its last state, odd signs as escapes."""
    cut = len(text) > 4 * limit + 1000
    lines = _ANSI.sub("", text[: 4 * limit + 1000]).expandtabs(4).split("\n")
    text = printable("\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)).strip("\n")
    return f"{text[: limit - 20].rstrip()}\n(and more)" if cut or len(text) > limit else text


def sentence(text: str) -> str:
    """Return a text on one printable line of limited length."""
    return _cut(" ".join(plain(text, SENTENCE).split()), SENTENCE)


def shown(name: str) -> str:
    """Return a name, such as a file's, on one short line, a line end in it as its escape."""
    return _cut(printable(name).replace("\n", "\\n"), NAME)


def listed(names: list[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    if not names:
        return "nothing"
    more = f" and {len(names) - NAMES} more" if len(names) > NAMES else ""
    return ", ".join(map(shown, names[:NAMES])) + more


def _cut(line: str, limit: int) -> str:
    return line if len(line) <= limit else f"{line[: limit - 3]}..."
