"""The statements of a notebook's cell and the names in each; nothing is run."""

import ast
import re
import warnings
from collections.abc import Iterator
from typing import NamedTuple

from helpers.grading.names import UNREADABLE, names_bound, names_read
from helpers.ground import ROOT

BINDS_BY_TEXT = {"exec", "globals", "locals", "vars", "setattr", "__dict__", "user_ns"}


class Statement(NamedTuple):
    """What a statement binds and reads, and its words: what it reads, attributes, strings, what it imports."""

    binds: set[str]
    reads: set[str]
    words: set[str]


def statements_of(source: str) -> list[Statement]:
    """Return the statements of a cell, magics included; what is no Python, or nested too deeply, is left out."""
    found = []
    for node in _parsed(source):
        try:
            found += [_statement(part) for part in _parts(node)]
        except UNREADABLE:  # return outside a function, and the like: it cannot run
            continue
    return found


def _parsed(source: str) -> list[ast.stmt]:
    from IPython.core.inputtransformer2 import TransformerManager

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for change in (str, TransformerManager().transform_cell):
            try:
                return ast.parse(change(source)).body
            except UNREADABLE:
                continue
    return []


def _parts(node: ast.stmt) -> list[ast.stmt]:
    """Return a statement alone, or an import of several names as an import of each."""
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return [node]
    return [type(node)(**vars(node) | {"names": [alias]}) for alias in node.names]


def _statement(node: ast.stmt) -> Statement:
    """Return the names in a statement. Raises one of UNREADABLE."""
    source = ast.unparse(node)
    reads, binds = names_read(source), names_bound(source)
    words = reads.union(_words(node))
    if words & BINDS_BY_TEXT:
        binds |= set(re.findall(r"\w+", " ".join(words))) - reads
    if isinstance(node, ast.ImportFrom) and node.module and node.names[0].name == "*":
        binds |= _exported(node.module)
    return Statement(binds, reads, words)


def _words(node: ast.stmt) -> Iterator[str]:
    for part in ast.walk(node):
        match part:
            case ast.Attribute(value=ast.Name("sys"), attr=word):
                yield from (word, f"sys.{word}")
            case (
                ast.Attribute(attr=word) | ast.Constant(value=str(word)) | ast.keyword(arg=str(word)) | ast.alias(word)
            ):
                yield word
            case ast.Import():
                yield from (f"import {alias.name.partition('.')[0]}" for alias in part.names)
            case ast.ImportFrom():
                yield f"import {(part.module or '').partition('.')[0]}"
                yield from (f"{part.module}.{alias.name}" for alias in part.names)


def _exported(module: str) -> set[str]:
    """Return the names that a star import from a module of the course binds."""
    path = ROOT.joinpath(*module.split("."))
    files = [file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()]
    return {name for file in files for name in names_bound(file.read_text(encoding="utf-8"))}
