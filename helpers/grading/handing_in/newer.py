"""Work of another Python or another version of the course, told from work that is wrong; nothing is run."""

import re
import sys
from collections.abc import Iterable

from helpers.grading.handing_in.slots import is_python

LONGEST = 100_000  # characters of a cell that are looked at
WHY = f"it is written in syntax newer than Python {sys.version_info.major}.{sys.version_info.minor}, which grades here"

_BRACKETS = r"\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\]"
_OLDER = (  # newer syntax, written so that older Pythons can read it; it need not mean the same
    (re.compile(rf"^([ \t]*)type[ \t]+(\w+)[ \t]*(?:{_BRACKETS})?[ \t]*=(?!=)", re.MULTILINE), r"\1\2 ="),  # 3.12
    (re.compile(rf"^([ \t]*(?:async )?(?:def|class)[ \t]+\w+){_BRACKETS}", re.MULTILINE), r"\1"),  # 3.12
    (re.compile(r"""(?i)\b(?:f|rf|fr)(["'])(?:\{[^{}\n]*\}|(?!\1)[^{}\n\\])*\1"""), '""'),  # 3.12: quotes inside quotes
    (re.compile(r"^([ \t]*except\*?[ \t]+)([^:()\n,]+(?:,[^:()\n,]+)+):", re.MULTILINE), r"\1(\2):"),  # 3.14
    (re.compile(r"""(?i)\b(?:t|rt|tr)(?=["'])"""), "f"),  # 3.14
)
_EDITION = re.compile(r"\*Gradient Descent by Experiment\*, version (\d{1,4}(?:\.\d{1,4}){1,3})")


def is_newer(source: str) -> bool:
    """Whether this Python cannot read a source, and could if what newer ones brought were written as before."""
    if len(source) > LONGEST or is_python(source):
        return False
    for newer, older in _OLDER:
        source = newer.sub(older, source)
    return is_python(source)


def other_edition(submitted: Iterable[str], released: Iterable[str]) -> str:
    """Say of which version of the course a notebook is, if its footer names another one than the release's."""
    own, wanted = _edition(submitted), _edition(released)
    if not own or not wanted or own == wanted:
        return ""
    order = "older" if _numbers(own) < _numbers(wanted) else "newer"
    return f"it is of version {own} of the course, {order} than that of the assignment, {wanted}"


def _edition(sources: Iterable[str]) -> str:
    found = [match[1] for source in sources for match in _EDITION.finditer(source)]
    return found[-1] if found else ""


def _numbers(edition: str) -> list[int]:
    return [int(part) for part in edition.split(".")]
