"""A mistake as an edit of the reference: text replaced by text, and the result run as a function of its own."""

import inspect
import linecache
from collections.abc import Sequence
from functools import cache

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
            mend = "make it longer" if found else "copy it from there, with its blanks"
            raise EditError(f"{old!r} stands {found} times in the reference, and must stand there once; {mend}")
        places.append((source.index(old), old, new))
    result, done = "", 0
    for start, old, new in sorted(places):
        if start < done:
            raise EditError(f"{old!r} overlaps with another edit; make one of the two")
        result += source[done:start] + new
        done = start + len(old)
    return result + source[done:]


def compiled(reference: Answer, source: str, title: str) -> Answer:
    """Return the function that an edited source of the reference defines; it sees the names of the reference's module.

    title: what a traceback calls its file; `inspect.getsource` finds the source under it. Raises EditError when the
    source cannot be run, or defines no function of the reference's name and parameters.
    """
    name, file = reference.__name__, f"<{title}>"
    defined: dict[str, Answer] = {}
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    try:
        exec(compile(source, file, "exec", dont_inherit=True), reference.__globals__, defined)
    except SyntaxError as error:
        line = f"line {error.lineno}: {(error.text or '').strip()}"
        raise EditError(f"with its edits the reference is no Python ({error.msg}, {line})") from None
    except Exception as error:
        raise EditError(f"with its edits the reference cannot be defined ({type(error).__name__}: {error})") from None
    if name not in defined:
        raise EditError(f"with its edits the reference no longer defines {name}; leave its first line alone")
    require_parameters(defined[name], reference)
    return defined[name]


def _parameters(function: Answer) -> str:
    code = function.__code__
    return ", ".join(code.co_varnames[: code.co_argcount])


def require_parameters(answer: Answer, reference: Answer) -> None:
    """Raise EditError unless the parameters are the reference's: others are judged as a wrong signature alone."""
    own, wanted = _parameters(answer), _parameters(reference)
    if own != wanted:
        raise EditError(f"its parameters are ({own}); leave them ({wanted}), as in the reference")


source_of = cache(inspect.getsource)


def mistaken(reference: Answer, edits: Sequence[Edit], title: str) -> Answer:
    """Return the reference with a mistake edited into it. Raises EditError, also when nothing has changed."""
    source = source_of(reference)
    wrong = edited(source, edits)
    if wrong == source:
        raise EditError("its edits change nothing; write what the learner writes instead")
    return compiled(reference, wrong, title)
