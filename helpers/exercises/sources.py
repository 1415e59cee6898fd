"""The source of a learner's function with all that it needs: helpers of her own, constants, imports."""

import ast
import builtins
import importlib
import inspect
import textwrap
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, NamedTuple

NOTEBOOK = "__main__"


class CannotKeepError(Exception):
    """Why a function cannot stand in the library, and what to do, in one sentence."""


class Source(NamedTuple):
    """Import lines, and definitions in the order in which they must stand; the function asked for comes last."""

    imports: list[str]
    definitions: list[str]


def source_of(function: Callable[..., Any], name: str) -> Source:
    """Return what a file needs so that it has this function under this name. Raises CannotKeepError."""
    made = Source([], [])
    own = getattr(function, "__name__", None)
    if not inspect.isfunction(function):
        raise CannotKeepError(f"only a function that is written with def can be kept; write def {name}(...).")
    _add(function, made, set())
    if own != name:
        made.definitions.append(f"{name} = {own}")
    return made


def _add(function: Callable[..., Any], made: Source, done: set[str]) -> None:
    """Add a function, and before it the names that it uses from its notebook."""
    definition = _definition(function)
    done.add(definition.name)
    for used in _used(definition):
        if used in done or used not in function.__globals__:
            continue
        done.add(used)
        value = function.__globals__[used]
        if getattr(value, "in_library", False):
            continue
        line = _import_of(used, value)
        if line is not None:
            made.imports.append(line)
        elif inspect.isfunction(value) and value.__name__ == used:
            _add(value, made, done)
        elif _is_literal(value):
            made.definitions.append(f"{used} = {value!r}")
        else:
            raise CannotKeepError(f"it uses {used}, which only its notebook knows; hand it over as an argument.")
    text = textwrap.dedent(inspect.getsource(function)).rstrip()
    if text not in made.definitions:
        made.definitions.append(text)


def _definition(function: Callable[..., Any]) -> ast.FunctionDef:
    try:
        node = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, TypeError, SyntaxError):
        node = None
    if not isinstance(node, ast.FunctionDef) or function.__closure__:
        raise CannotKeepError("its source is not a def of its own; write it as one, at the left margin of a cell.")
    return node


def _used(definition: ast.FunctionDef) -> Iterator[str]:
    """Yield the names that a function takes from outside, in the order of their first use."""
    names = [node for node in ast.walk(definition) if isinstance(node, ast.Name)]
    given = {node.arg for node in ast.walk(definition) if isinstance(node, ast.arg)}
    given |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
    given |= {node.name for node in ast.walk(definition) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    given |= {(node.asname or node.name).split(".")[0] for node in ast.walk(definition) if isinstance(node, ast.alias)}
    for name in dict.fromkeys(node.id for node in sorted(names, key=lambda node: (node.lineno, node.col_offset))):
        if name not in given:
            yield name


def _import_of(name: str, value: Any) -> str | None:
    """Return the line that imports a value under a name, or None if it belongs to the notebook or is no import."""
    if isinstance(value, ModuleType):
        return f"import {value.__name__}" + (f" as {name}" if value.__name__ != name else "")
    home, own = getattr(value, "__module__", None), getattr(value, "__name__", name)
    if home in (None, NOTEBOOK) or getattr(builtins, name, None) is value:
        return None
    try:
        found = getattr(importlib.import_module(home), own, None)
    except (ImportError, AttributeError, TypeError):
        return None
    return f"from {home} import {own}" + (f" as {name}" if own != name else "") if found is value else None


def _is_literal(value: Any) -> bool:
    try:
        return bool(ast.literal_eval(repr(value)) == value)
    except (ValueError, SyntaxError, TypeError):
        return False
