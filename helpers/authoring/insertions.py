"""Puts a name, an entry or cells into a text that an author has written, each at its place; all else is kept.

A text is Python, or the cells of a notebook. What comes out need not be formatted: see `formatted`.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell

from helpers.ground import CannotGoOnError

RUFF = (sys.executable, "-m", "ruff")
CELL = re.compile(r"(?m)^%% (code|markdown) (\S+)\n")
MAKERS = {"code": new_code_cell, "markdown": new_markdown_cell}
BEFORE = "recap"  # the cell before which an exercise is laid
KNOWN = "KNOWN = {"


def replaced(text: str, node: ast.stmt | ast.expr, new: str) -> str:
    """Return a text with a node of its syntax tree replaced by other text."""
    lines = text.encode().splitlines(keepends=True)  # the tree counts bytes
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    end = sum(map(len, lines[: (node.end_lineno or 0) - 1])) + (node.end_col_offset or 0)
    data = text.encode()
    return (data[:start] + new.encode() + data[end:]).decode()


def assigned(text: str, name: str) -> ast.expr:
    """Return what a module assigns to a name. Raises CannotGoOnError."""
    for node in ast.parse(text).body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and ast.unparse(targets[0]) == name:
            return node.value
    raise CannotGoOnError(f"No line begins with {name} = where the course has it; write it as in the other lessons.")


def with_import(text: str, package: str, *names: str) -> str:
    """Return a module that imports these names from a package, the others as before."""
    imports = [node for node in ast.parse(text).body if isinstance(node, ast.ImportFrom | ast.Import)]
    for node in imports:
        if isinstance(node, ast.ImportFrom) and node.module == package:
            there = [ast.unparse(alias) for alias in node.names]
            wanted = sorted({*there, *names})
            return replaced(text, node, f"from {package} import {', '.join(wanted)}") if wanted != there else text
    first = imports[0]
    return replaced(text, first, f"from {package} import {', '.join(names)}\n{ast.unparse(first)}")


def with_argument(text: str, name: str, argument: str) -> str:
    """Return a module in which the call assigned to a name has one more argument at its end."""
    call = assigned(text, name)
    return replaced(text, call, f"{(ast.get_source_segment(text, call) or '')[:-1].rstrip().rstrip(',')}, {argument})")


def with_answers(text: str, more: str) -> str:
    """Return a module of known mistakes with the functions and the entries of another one behind its own."""
    (functions, entries), (new_functions, new_entries) = text.split(KNOWN, 1), more.split(KNOWN, 1)
    own = entries.rstrip().removesuffix("}").rstrip().rstrip(",")
    return f"{functions}{new_functions}{KNOWN}{own}{',' if own else ''}{new_entries}"


def formatted(text: str, path: Path) -> str:
    """Return a Python text as ruff sorts its imports and formats it in its folder. Raises CannotGoOnError."""
    named = ("--no-cache", "--stdin-filename", str(path), "-")
    for command in (("check", "--quiet", "--fix-only", "--select", "I,F401", *named), ("format", "--quiet", *named)):
        run = subprocess.run([*RUFF, *command], input=text.encode(), capture_output=True, cwd=path.parent)
        if run.returncode:
            raise CannotGoOnError(f"{path} is no Python as it stands ({run.stderr.decode().strip()}); mend it first.")
        text = run.stdout.decode()
    return text


def cells(text: str) -> list[Any]:
    """Return the cells that a template holds, each below a line `%% code its-id` or `%% markdown its-id`."""
    _, *parts = CELL.split(text)
    return [
        MAKERS[kind](source.strip("\n"), id=id)
        for kind, id, source in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]


def with_cells(there: Sequence[Any], new: Sequence[Any]) -> list[Any]:
    """Return the cells of a notebook with new ones before its recap. Raises CannotGoOnError."""
    ids = [cell.get("id") for cell in there]
    if taken := {cell.id for cell in new} & set(ids):
        raise CannotGoOnError(f"The lesson's notebook has a cell {min(taken)} already; choose another id.")
    if BEFORE not in ids:
        raise CannotGoOnError(f"The lesson's notebook has no cell {BEFORE}, before which an exercise is laid; add one.")
    at = ids.index(BEFORE)
    return [*there[:at], *new, *there[at:]]
