"""Lesson 11: what is printed of a system, its file with the four moments in the margin and where its path is from."""

import ast
import re
import textwrap
from pathlib import Path

from helpers import frameworks
from helpers.frameworks.recorded import load
from helpers.frameworks.systems import MOMENTS, code, find

MARK = re.compile(r"(?<=\S)  # (?P<moments>[a-z]+(?:(?:, | and )[a-z]+)*)(?:: (?P<more>.+))?$")


def print_code(*names: str) -> None:
    """Print the files of systems: imports and functions without docstrings and type hints, the moments in the margin.

    names: as in `python start.py frameworks`. Raises UnknownSystemError, which names the closest one.
    """
    for name in names:
        system = find(name)
        print(f"{system.title}, from helpers/frameworks/{system.file.name}\n")
        print("\n".join(with_margin(code(system))) + "\n")


def print_functions(file: str, *names: str) -> None:
    """Print some functions of a file of helpers/frameworks in the same way; a method is written as Class.method."""
    text = (Path(frameworks.__file__).parent / file).read_text(encoding="utf-8")
    found, lines = {}, text.splitlines()
    for node in ast.parse(text).body:
        owner = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
        for inner in [node, *(node.body if isinstance(node, ast.ClassDef) else [])]:
            if isinstance(inner, ast.ClassDef | ast.FunctionDef):
                name = inner.name if inner is node else owner + inner.name
                found[name] = "\n".join(lines[inner.lineno - 1 : inner.end_lineno])
    print(f"from helpers/frameworks/{file}\n")
    for name in names:
        print("\n".join(with_margin(found[name])) + "\n")


def print_source(name: str) -> None:
    """Print where a recorded path comes from: version, Python, date and command. Raises NoRecordingError."""
    recording = load(name)
    print(f"{find(name).title}: recorded on {recording.date} with version {recording.version}, ", end="")
    print(f"Python {recording.python}, by {recording.command}")


def with_margin(text: str) -> list[str]:
    """Return the lines of a program as they are printed; a comment that names moments has moved to the margin."""
    lines: list[str] = []
    for line in _without_hints(_without_docstrings(textwrap.dedent(text))).splitlines():
        mark = MARK.search(line)
        found = re.split(r", | and ", mark["moments"]) if mark else []
        if mark and set(found) <= set(MOMENTS):
            line = line[: mark.start()] + (f"  # {mark['more']}" if mark["more"] else "")
        else:
            found = []
        if line or (lines and not lines[-1].endswith("|")):
            lines.append(f"{', '.join(found):16s} | {line}".rstrip())
    return lines


def _without_docstrings(text: str) -> str:
    dropped: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            dropped |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return "\n".join(line for number, line in enumerate(text.splitlines(), 1) if number not in dropped)


def _without_hints(text: str) -> str:
    """Return a program with the signature of each function on one line, without type hints."""
    lines = text.splitlines()
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    for function in sorted(functions, key=lambda node: -node.lineno):
        for argument in (*function.args.args, *filter(None, [function.args.vararg])):
            argument.annotation = None
        first = function.lineno - 1
        last = next(k for k in range(first, len(lines)) if lines[k].endswith(":"))
        indent = " " * function.col_offset
        lines[first : last + 1] = [f"{indent}def {function.name}({ast.unparse(function.args)}):"]
    return "\n".join(lines)
