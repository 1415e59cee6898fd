"""A mistake as an edit of the reference: text replaced by text, and the result run as a function of its own."""

import inspect
import linecache
from collections.abc import Sequence

from helpers.exercises.exercise import Answer

Edit = Sequence[str]  # the old text and the new one


class EditError(ValueError):
    """An edit that does not fit the text that it edits."""


def edited(source: str, edits: Sequence[Edit]) -> str:
    """Return a source with all edits made at once, so that two names can change places.

    Raises EditError when an old text is not there, is there more than once, or overlaps with another.
    """
    places = []
    for old, new in edits:
        found = source.count(old)
        if found != 1:
            raise EditError(f"{old!r} stands {found} times in the reference, and must stand there once")
        places.append((source.index(old), old, new))
    result, done = "", 0
    for start, old, new in sorted(places):
        if start < done:
            raise EditError(f"{old!r} overlaps with another edit")
        result += source[done:start] + new
        done = start + len(old)
    return result + source[done:]


def compiled(reference: Answer, source: str, title: str) -> Answer:
    """Return the function that an edited source of the reference defines; it sees the names of the reference's module.

    title: what a traceback calls its file; `inspect.getsource` finds the source under it. Raises SyntaxError.
    """
    names = dict(reference.__globals__)
    file = f"<{title}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec", dont_inherit=True), names)
    return names[reference.__name__]


def mistaken(reference: Answer, edits: Sequence[Edit], title: str) -> Answer:
    """Return the reference with a mistake edited into it. Raises EditError, SyntaxError."""
    return compiled(reference, edited(inspect.getsource(reference), edits), title)
