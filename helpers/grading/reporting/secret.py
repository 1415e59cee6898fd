"""Hidden tests in what a learner wrote or printed: such a text is not shown.

A learner who is out to carry hidden numbers away can write them in a way that no search finds.
"""

import re
from typing import Any, NamedTuple

from helpers.cells import BEGIN_HIDDEN, END_HIDDEN
from helpers.grading.text import plain, text_of

WITHHELD = "(Not shown: it holds part of the hidden tests.)"
LINE, DIGITS = 32, 7  # characters of a line, and of a number, that nobody writes by chance

_HIDDEN = re.compile(f"{BEGIN_HIDDEN}(.*?){END_HIDDEN}", re.DOTALL)
_NUMBER = re.compile(r"(?<![\w.])\d+\.\d+(?:e[+-]?\d+)?")


class Secret(NamedTuple):
    """The lines and numbers of the hidden tests of a notebook."""

    lines: frozenset[str]
    numbers: frozenset[str]

    def is_in(self, text: str) -> bool:
        """Whether a text holds any of them."""
        return any(line in text for line in self.lines) or not self.numbers.isdisjoint(_NUMBER.findall(text))

    def fit(self, text: str, limit: int) -> str:
        """Return a learner's text as it can be shown: without hidden tests, plain and cut."""
        seen = plain(text, limit + max(map(len, self.lines), default=0))  # a line that the cut would break counts too
        return WITHHELD if self.is_in(seen) else plain(seen, limit)


def secret_of(notebook: dict[str, Any]) -> Secret:
    """Return what the hidden tests hold that no learner writes by chance: long lines, and numbers of many digits."""
    sources = [text_of(cell.get("source")) for cell in notebook.get("cells", [])]
    hidden = "\n".join(part for source in sources for part in _HIDDEN.findall(source))
    lines = (line.strip() for line in hidden.splitlines() if not line.strip().startswith("def "))  # check shows those
    numbers = (number for number in _NUMBER.findall(hidden) if len(number) >= DIGITS)
    return Secret(frozenset(line for line in lines if len(line) >= LINE), frozenset(numbers))
