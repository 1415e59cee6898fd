"""The named mistakes of the exercises as source code that stands alone in an answer cell.

Some mistakes are lambdas or come from factories. Their expression in the exercise's module is taken, with the
functions that it needs defined inside the answer. Where that does not behave as the mistake does, the answer calls it.
"""

import ast
import inspect
import sys
import textwrap
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

from helpers.exercises import judging
from helpers.exercises.checking import judge
from helpers.exercises.exercise import Answer, Exercise, Mistake
from helpers.grading.hidden import enough


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
        "    from helpers.exercises.course import EXERCISES\n\n"
        f"    mistakes = EXERCISES[{exercise.id!r}].mistakes\n"
        f"    return next(m for m in mistakes if m.slug == {mistake.slug!r}).answer({names})"
    )


def _alone(exercise: Exercise, mistake: Mistake) -> str:
    """Return the mistake's expression with all that it needs. Raises LookupError where it cannot be found."""
    module, expression = _expression(exercise, mistake)
    parts: dict[str, str] = {}
    _collect(expression, module, parts)
    names = ", ".join(inspect.signature(exercise.reference).parameters)
    body = "\n".join([*parts.values(), f"return ({ast.unparse(expression)})({names})"])
    return f"def {exercise.reference.__name__}({names}):\n{textwrap.indent(body, '    ')}"


def _expression(exercise: Exercise, mistake: Mistake) -> tuple[ModuleType, ast.expr]:
    """Return the expression that stands beside the slug in the call Exercise(id=...), and its module."""
    for name, module in list(sys.modules.items()):
        if not name.startswith("helpers.exercises.") or exercise not in _values(module):
            continue
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if _calls(node, "Exercise") and _holds(node, exercise.id):
                for inner in ast.walk(node):
                    if _calls(inner, "Mistake") and _holds(inner, mistake.slug):
                        return module, inner.args[1]  # type: ignore[attr-defined]
    raise LookupError(mistake.slug)


def _values(module: ModuleType) -> list[Any]:
    return [value for value in vars(module).values() if isinstance(value, Exercise)]


def _calls(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _holds(node: Any, value: str) -> bool:
    given = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "id")]
    return any(isinstance(item, ast.Constant) and item.value == value for item in given)


def _collect(tree: ast.AST, module: ModuleType, parts: dict[str, str]) -> None:
    """Put what the tree needs of its module into parts, by name: what it uses comes before what uses it."""
    for name in sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}):
        value = vars(module).get(name)
        if name in parts or value is None:
            continue
        if isinstance(value, ModuleType):
            parts[name] = f"import {value.__name__} as {name}"
        elif isinstance(value, FunctionType) and value.__name__ == name:
            function = _Bare().visit(ast.parse(textwrap.dedent(inspect.getsource(value))))
            parts[name] = ""  # itself, when it is recursive
            _collect(function, sys.modules[value.__module__], parts)
            del parts[name]
            parts[name] = ast.unparse(ast.fix_missing_locations(function))
        else:
            parts[name] = f"from {module.__name__} import {name}"


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
