"""The answers in a solution: the regions between their markers, and what takes their place in the lesson.

That is the stub or, for a program that is to be repaired, the lines below the third marker, which stand there behind #:

    # BEGIN SOLUTION
    return w - lr * grad
    # INSTEAD
    # return w + lr * grad
    # END SOLUTION
"""

import ast
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, NamedTuple

from helpers.cells import BEGIN, END, INSTEAD, STUB
from helpers.ground import CannotGoOnError


class ReleaseError(CannotGoOnError):
    """A notebook that cannot be released or executed; the message names notebook, cell and line."""


class Region(NamedTuple):
    """One solution: its cell, the lines (0-based) of its two markers, and what the lesson has in its place."""

    cell: Any
    begin: int
    end: int
    given: list[str]

    @property
    def is_repair(self) -> bool:
        """Whether the lesson has a program to repair, and no stub."""
        return STUB not in self.given[0]


def _looks_like(line: str) -> str | None:
    """Return the marker that a line means, even when it is misspelt; None for any other line."""
    comment = line.rpartition("#")[2].strip().lower() if "#" in line else ""
    close = get_close_matches(comment, ["begin solution", "instead", "end solution"], n=1, cutoff=0.8)
    return f"# {close[0].upper()}" if close else None


def regions(cell: Any) -> Iterator[Region]:
    """Yield the solution regions of a cell; a marker that is misspelt, doubled or alone is an error."""
    begin: int | None = None
    instead: int | None = None
    lines = cell.source.split("\n")
    for number, marker in _markers(cell, lines):
        if marker == INSTEAD:
            if begin is None or instead is not None:
                raise fault(cell, number, f"{INSTEAD} stands once, between {BEGIN} and {END}; move it there")
            instead = number
            continue
        if marker == BEGIN:
            if begin is not None:
                raise fault(cell, number, f"{BEGIN} follows another one; close the first with {END}")
            begin = number
            continue
        if begin is None:
            raise fault(cell, number, f"{END} has no {BEGIN} above it; add it")
        if _indent(lines[number]) != _indent(lines[begin]):
            raise fault(cell, number, f"{END} is not indented like its {BEGIN}; align the two")
        indent = _indent(lines[begin])
        given = [indent + STUB] if instead is None else _uncommented(cell, lines, instead + 1, number, indent)
        yield Region(cell, begin, number, given)
        begin = instead = None
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


def _uncommented(cell: Any, lines: list[str], first: int, end: int, indent: str) -> list[str]:
    """Return the lines of a program to repair, which stand behind # where the answer is indented."""
    for number in range(first, end):
        if not lines[number].startswith(f"{indent}# "):
            raise fault(cell, number, f"below {INSTEAD} each line begins with # and a blank, indented as {BEGIN} is")
    if first == end:
        raise fault(cell, first - 1, f"below {INSTEAD} stands no program; write it there, behind #")
    return [indent + line.removeprefix(f"{indent}# ") for line in lines[first:end]]


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def fault(cell: Any, line: int, sentence: str) -> ReleaseError:
    return ReleaseError(f"cell {cell.get('id')}, line {line + 1}: {sentence}.")


def stubbed(cell: Any, regions: list[Region]) -> str:
    """Return the source of a cell as the lesson has it; a stub must stand inside a function."""
    lines = cell.source.split("\n")
    for region in reversed(regions):
        lines[region.begin : region.end + 1] = region.given
    source = "\n".join(lines)
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise fault(
            cell, (error.lineno or 1) - 1, f"with its stub the cell is no Python ({error.msg}); mend it"
        ) from error
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inside = {id(node) for function in functions for node in ast.walk(function) if is_stub(node)}
    if len(inside) < sum(not region.is_repair for region in regions):
        sentence = "the solution is not inside a function, and its stub would stop Run All; put it into a def"
        raise fault(cell, regions[0].begin, sentence)
    return source


def answered(cell: Any, regions: list[Region]) -> set[str]:
    """Return the names of the functions that the answers in a cell belong to."""
    functions = [node for node in ast.parse(cell.source).body if isinstance(node, ast.FunctionDef)]
    begins = [region.begin + 1 for region in regions]  # lines of the syntax tree count from 1
    return {node.name for node in functions if any(node.lineno <= begin <= (node.end_lineno or 0) for begin in begins)}


def is_stub(node: ast.AST) -> bool:
    return isinstance(node, ast.Raise) and ast.unparse(node) == ast.unparse(ast.parse(STUB))
