"""Which live experiments a notebook has."""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from typing import Any, NamedTuple

from helpers.stage import Stage


class Shown(NamedTuple):
    """A live experiment in a notebook: the name of the function that makes it, and its cell's source."""

    name: str
    source: str


def experiments(nb: Any) -> list[Shown]:
    """Return the live experiments of a notebook in their order."""
    sources = [cell.source for cell in nb.cells if cell.cell_type == "code"]
    trees = [ast.parse(source) for source in sources]
    makers = {"stage", *_makers(trees)}
    return [
        Shown(ast.unparse(node.func), source)
        for source, tree in zip(sources, trees, strict=True)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in makers
    ]


def _makers(trees: list[ast.Module]) -> Iterator[str]:
    """Yield the names of imported functions that say that they return a Stage."""
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("helpers.experiments"):
            for alias in node.names:
                made = getattr(import_module(node.module), alias.name)
                if inspect.signature(made).return_annotation is Stage:
                    yield alias.asname or alias.name
