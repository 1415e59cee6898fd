"""Which lesson follows which: the order of the files says it, and the last cell of each lesson links to the next.

A lesson without a number, such as toolbox, stands outside the sequence: none leads to it, and it leads to none.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from helpers.authoring.regions import fault

LINK = re.compile(r"\]\((\w+)\.ipynb\)")
NUMBERED = re.compile(r"\d\d_\w+")
NEXT = re.compile(r"(?m)^\*\*Next:.*$")


def sequence(notebooks: Iterable[Path]) -> list[Path]:
    """Return the notebooks that follow one another, in their order."""
    return sorted(path for path in notebooks if NUMBERED.fullmatch(path.stem))


def link(name: str, title: str) -> str:
    """Return the link to a lesson, as JupyterLab opens it from the folder of the lessons: [01 The gradient](...)."""
    return f"[{name[:2]} {title}]({name}.ipynb)"


def refuse_other_next(lesson: Any, following: str | None) -> None:
    """Refuse a lesson whose last cell does not link to the lesson that follows, or, if none does, links to any."""
    last = lesson.cells[-1]
    found = LINK.findall(last.source)
    if found != [following] * (following is not None):
        wanted = f"the next lesson is {following}: link to it alone" if following else "no lesson follows: take it out"
        raise fault(last, 0, f"the last cell links to {' and '.join(found) or 'no lesson'}; {wanted}")


def lead_to(nb: Any, name: str, title: str, words: str) -> None:
    """Let the last cell of a notebook link to another next lesson, and say `words` about it."""
    nb.cells[-1].source = NEXT.sub(lambda _: f"**Next: {link(name, title)}**: {words}", nb.cells[-1].source)


def title_of(nb: Any) -> str:
    """Return a lesson's title, the heading with which its first cell begins."""
    return str(nb.cells[0].source).partition("\n")[0].removeprefix("# ")
