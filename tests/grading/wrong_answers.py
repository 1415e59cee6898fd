"""The named mistakes of the exercises as source code that stands alone in an answer cell.

A mistake is an edit of the reference, so its source is at hand; what it needs of its module is defined inside the
answer. Where that does not behave as the mistake does, the answer calls it.
"""

import ast
import inspect
import textwrap
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

from helpers.exercises import judging
from helpers.exercises.checking import judge
from helpers.exercises.exercise import Answer, Exercise, Mistake
from helpers.grading.making.hidden import enough


@cache
def answer_of(exercise: Exercise, mistake: Mistake) -> str:
    """Return an answer cell that makes the mistake."""
    try:
        source = _alone(exercise, mistake)
        if judge(exercise, defined(exercise, source)).slug == mistake.slug:
            return source
    except (LookupError, OSError, NameError, TypeError):
        pass
    return _calling(exercise, mistake)


def defined(exercise: Exercise, source: str) -> Answer:
    """Run an answer cell that is known to be harmless, and return the function that it defines."""
    names: dict[str, Any] = {}
    exec(f"import numpy as np\n{source}", names)
    return names[exercise.reference.__name__]


def half_right(exercise: Exercise, answer: Answer) -> bool:
    """Whether as many calls give the right value by one convention as half of the points ask for.

    What a call does besides (changed arguments) is for `check` alone, and so are the edges. Counted on the exercise's
    own numbers: those of a cohort differ by a fifth.
    """
    calls = len(exercise.probes)
    outcomes = judging.run(exercise, answer)[:calls]
    for right in (exercise.reference, *(equivalent.answer for equivalent in exercise.equivalents)):
        pairs = zip(outcomes, judging.expected(exercise, right)[:calls], strict=True)
        agreed = sum(got.ended and got.error is None and judging.same(got.value, want.value) for got, want in pairs)
        if agreed >= enough(exercise):
            return True
    return False


def _calling(exercise: Exercise, mistake: Mistake) -> str:
    names = ", ".join(inspect.signature(exercise.reference).parameters)
    return (
        f"def {exercise.reference.__name__}({names}):\n"
        "    from helpers.exercises.catalogue import EXERCISES\n\n"
        f"    mistakes = EXERCISES[{exercise.id!r}].mistakes\n"
        f"    return next(m for m in mistakes if m.slug == {mistake.slug!r}).answer({names})"
    )


def _alone(exercise: Exercise, mistake: Mistake) -> str:
    """Return the mistake's source with all that it needs of its module."""
    function = _bare(mistake.answer)
    parts: dict[str, str] = {}
    _collect(function, mistake.answer, parts)
    inside = ast.parse("\n".join([*parts.values(), "..."])).body[:-1]
    definition = function.body[0]
    definition.name, definition.body = exercise.reference.__name__, [*inside, *definition.body]
    return ast.unparse(function)


def _bare(function: Answer) -> ast.Module:
    return _Bare().visit(ast.parse(textwrap.dedent(inspect.getsource(function))))


def _collect(tree: ast.AST, function: Answer, parts: dict[str, str]) -> None:
    """Put what the tree needs of the function's module into parts, by name: what it uses comes before what uses it."""
    for name in sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}):
        value = function.__globals__.get(name)
        if name in parts or value is None:
            continue
        if isinstance(value, ModuleType):
            parts[name] = f"import {value.__name__} as {name}"
        elif isinstance(value, FunctionType) and value.__name__ == name:
            needed = _bare(value)
            parts[name] = ""  # itself, when it is recursive
            _collect(needed, value, parts)
            del parts[name]
            parts[name] = ast.unparse(ast.fix_missing_locations(needed))
        else:
            parts[name] = f"from {function.__globals__['__name__']} import {name}"


class _Bare(ast.NodeTransformer):
    """Takes annotations and docstrings away: they name what a notebook has not imported."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        return ast.Assign([node.target], node.value) if node.value else None

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.returns = None
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return node
