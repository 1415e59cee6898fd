"""How calls, values and functions are shown: as text that a learner can read, and where it is code, paste and run."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np

from helpers.exercises.exercise import Arguments
from helpers.exercises.judging import Outcome
from helpers.exercises.values import Items, Numbers, Observed, Other, Plain, Truth, Word, difference, fitted


def kind(value: Plain) -> str:
    """Return a value's type in words."""
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    if isinstance(value, Items):
        return f"a list of {len(value.items)}"
    if isinstance(value, Truth):
        return "True or False"
    if isinstance(value, Word):
        return "a text"
    if isinstance(value, Numbers):
        return f"an array of shape {value.shape}" if value.shape else "one number"
    return _shown(value, 0)


def evidence(name: str, arguments: Arguments, got: Outcome, want: Outcome) -> str:
    """Return what was called, what came back and what was expected, with digits enough to tell the two apart."""
    called = ", ".join(as_code(argument) for argument in arguments)
    functions = [function for argument in arguments for function in functions_in(argument)]
    where = "".join(f"\n  where     {line_of(function)}" for function in dict.fromkeys(functions))
    for digits in (4, 6, 9, 17, 4):  # 4 again where nothing shows a difference: an argument was changed, say
        returned, expected = _said(got, want, digits), _said(want, got, digits)
        if returned != expected:
            break
    return f"\n  called    {name}({called}){where}\n  returned  {returned}\n  expected  {expected}"


def as_code(argument: Any) -> str:
    """Return an argument as one could type it."""
    if isinstance(argument, np.ndarray):
        return f"np.array({_numbers_as_code(argument.tolist())})"
    if isinstance(argument, np.random.Generator):
        seeds = argument.bit_generator.seed_seq
        return f"np.random.default_rng({getattr(seeds, 'entropy', '')})"
    if isinstance(argument, list) and any(isinstance(item, np.ndarray) for item in argument):
        return f"[{', '.join(map(as_code, argument))}]"
    if isinstance(argument, list | tuple):
        return _numbers_as_code(argument)
    return argument.__name__ if callable(argument) else _numbers_as_code(argument)


def _numbers_as_code(value: Any) -> str:
    """Return numbers and rows of them as code; NaN and infinity have no literal, and words such as "linf" hold none."""
    return re.sub(r"\b(nan|inf)\b", r"np.\1", repr(value))


def functions_in(argument: Any) -> Iterator[Callable[..., Any]]:
    """Yield the functions that an argument brings along."""
    if callable(argument) and not isinstance(argument, np.random.Generator):
        yield argument


def line_of(function: Callable[..., Any]) -> str:
    """Return a short function as one line of code, without docstring and annotations."""
    tree = _bare(function)
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef)
    body = "; ".join(ast.unparse(statement) for statement in definition.body)
    return f"def {definition.name}({ast.unparse(definition.args)}): {body}"


def as_cell(function: Callable[..., Any]) -> str:
    """Return a function as it can be pasted into a cell: without annotations, and with the imports that it needs."""
    source = textwrap.dedent(inspect.getsource(function)).rstrip()
    definition = ast.parse(source).body[0]
    assert isinstance(definition, ast.FunctionDef)
    head = f"def {definition.name}({ast.unparse(_bare(function).body[0].args)}):"  # type: ignore[attr-defined]
    body = "\n".join(source.splitlines()[definition.body[0].lineno - 1 :])
    used = {node.id for node in ast.walk(definition) if isinstance(node, ast.Name)}
    modules = {name: value for name, value in function.__globals__.items() if isinstance(value, ModuleType)}
    imports = [
        f"import {modules[name].__name__}" + (f" as {name}" if name != modules[name].__name__ else "")
        for name in sorted(used & modules.keys() - {"np"})
    ]
    return "\n".join([*imports, *([""] * bool(imports)), head, body])


def _bare(function: Callable[..., Any]) -> ast.Module:
    """Return a function's tree without docstring and annotations."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            if ast.get_docstring(node) is not None:
                node.body = node.body[1:]
    return tree


def _said(outcome: Outcome, other: Outcome, digits: int) -> str:
    """Return an outcome in words; of observed properties, the first in which it differs from the other outcome."""
    if not outcome.ended:
        return "nothing: the call was stopped"
    if outcome.error is not None:
        detail = str(outcome.error).strip().partition("\n")[0][:200]
        return f"raised {type(outcome.error).__name__}" + (f": {detail}" if detail else "")
    printed = f", and printed {outcome.printed.strip()[:80]!r}" if outcome.printed else ""
    value = fitted(outcome.value, other.value)
    if isinstance(value, Observed) and isinstance(other.value, Observed):
        name = difference(value, other.value) or value.properties[0][0]
        return f"{name}: {_shown(dict(value.properties)[name], digits)}{printed}"
    if isinstance(value, Observed):
        return f"what the exercise asks for{printed}"
    return _shown(value, digits) + printed


def _shown(value: Plain, digits: int) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(_shown(item, digits) for item in value)})"
    if isinstance(value, Items):
        items = ", ".join(_shown(item, digits) for item in value.items)
        return f"[{items}]" if len(value.items) <= 24 else f"a list of {len(value.items)}"
    if isinstance(value, Other):
        return value.description
    if isinstance(value, Truth):
        return str(value.value)
    if isinstance(value, Word):
        return repr(value.text)[:80]
    if isinstance(value, Observed):
        return "; ".join(f"{name}: {_shown(item, digits)}" for name, item in value.properties)
    if len(value.values) > 24:
        return f"an array of shape {value.shape}"
    numbers = [f"{number + 0.0:.{digits}g}" for number in value.values]  # no -0
    for length in reversed(value.shape):
        numbers = [f"[{', '.join(numbers[i : i + length])}]" for i in range(0, len(numbers), length or 1)]
    return ", ".join(numbers) or "[]"
