"""The answers in a solution: the regions between their markers, and the stub that takes their place."""

import ast
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, NamedTuple

from helpers.cells import BEGIN, END, STUB
from helpers.ground import CannotGoOnError


class ReleaseError(CannotGoOnError):
    """A notebook that cannot be released or executed; the message names notebook, cell and line."""


class Region(NamedTuple):
    """One solution: its cell, its name in the check, and the lines (0-based) that hold its two markers."""

    cell: Any
    begin: int
    end: int


def _looks_like(line: str) -> str | None:
    """Return the marker that a line means, even when it is misspelt; None for any other line."""
    comment = line.rpartition("#")[2].strip().lower() if "#" in line else ""
    close = get_close_matches(comment, ["begin solution", "end solution"], n=1, cutoff=0.8)
    return f"# {close[0].upper()}" if close else None


def regions(cell: Any) -> Iterator[Region]:
    """Yield the solution regions of a cell; a marker that is misspelt, doubled or alone is an error."""
    begin: int | None = None
    lines = cell.source.split("\n")
    for number, marker in _markers(cell, lines):
        if marker == BEGIN:
            if begin is not None:
                raise fault(cell, number, f"{BEGIN} follows another one; close the first with {END}")
            begin = number
            continue
        if begin is None:
            raise fault(cell, number, f"{END} has no {BEGIN} above it; add it")
        if _indent(lines[number]) != _indent(lines[begin]):
            raise fault(cell, number, f"{END} is not indented like its {BEGIN}; align the two")
        yield Region(cell, begin, number)
        begin = None
    if begin is not None:
        raise fault(cell, begin, f"{BEGIN} is never closed; add {END}")


def _markers(cell: Any, lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines of a cell that hold a marker, and which; one that is misspelt or in a text is an error."""
    for number, line in enumerate(lines):
        marker = _looks_like(line)
        if marker is None:
            continue
        if cell.cell_type != "code":
            raise fault(cell, number, f"{marker} stands in a text cell; move the answer to a code cell")
        if line.strip() != marker:
            said = f"{line.strip()!r} looks like a marker; write exactly {marker!r} on its own line"
            raise fault(cell, number, said)
        yield number, marker


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def fault(cell: Any, line: int, sentence: str) -> ReleaseError:
    return ReleaseError(f"cell {cell.get('id')}, line {line + 1}: {sentence}.")


def stubbed(cell: Any, regions: list[Region]) -> str:
    """Return the source of a cell with each region replaced by the stub, which must stand inside a function."""
    lines = cell.source.split("\n")
    for region in reversed(regions):
        lines[region.begin : region.end + 1] = [_indent(lines[region.begin]) + STUB]
    source = "\n".join(lines)
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise fault(
            cell, (error.lineno or 1) - 1, f"with its stub the cell is no Python ({error.msg}); mend it"
        ) from error
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inside = {id(node) for function in functions for node in ast.walk(function) if is_stub(node)}
    if len(inside) < len(regions):
        sentence = "the solution is not inside a function, and its stub would stop Run All; put it into a def"
        raise fault(cell, regions[0].begin, sentence)
    return source


def is_stub(node: ast.AST) -> bool:
    return isinstance(node, ast.Raise) and ast.unparse(node) == ast.unparse(ast.parse(STUB))
