"""What tests read in a notebook without running it."""

import ast
import inspect
from importlib import import_module

import nbformat

from helpers.stage import Stage


def live_cells(path):
    """Return the sources of the cells that show a live experiment, one entry for each experiment."""
    sources = [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    trees = [ast.parse(source) for source in sources]
    imports = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    makers = {"stage"} | {
        alias.asname or alias.name
        for node in imports
        if node.module.startswith("helpers.experiments")
        for alias in node.names
        if inspect.signature(getattr(import_module(node.module), alias.name)).return_annotation is Stage
    }
    return [
        source
        for source, tree in zip(sources, trees, strict=True)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in makers
    ]
