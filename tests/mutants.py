"""Wrong answers made by machine: every reference and every named mistake, changed in one place, and what is said of it.

A mutant that the check passes must be right on fresh arguments too. A mutant that is named must do on fresh arguments
what the mistake of that name does: else the name is false. `python tests/mutants.py [ID ...]` prints the table.
"""

import ast
import copy
import inspect
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from helpers.exercises import judging
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.checking import Verdict, judge
from helpers.exercises.edits import EditError, compiled
from helpers.exercises.exercise import Answer, Arguments, Exercise

FRESH = 60  # arguments on which a name, or a pass, must hold as well; fewer where each takes many calls
MORE = 10  # mutants of each mistake
KINDS = ("named", "generic", "false", "survived", "equivalent")
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Pow)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
ATTRIBUTES = (
    {"sum", "mean", "max", "min"},
    {"zeros", "ones", "zeros_like", "ones_like"},
    {"abs", "sqrt", "sign", "exp", "log", "square", "cos", "sin"},
    {"maximum", "minimum"},
    {"eigvalsh", "norm", "det", "trace"},
)


class Judged(NamedTuple):
    """A mutant, what came of it, and the name that it got."""

    source: str
    kind: str
    slug: str | None


# The changes


def changes(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    """Yield what may stand in the place of one node."""
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Load) and node.id in names:
            yield from (ast.Name(name, ast.Load()) for name in names if name != node.id)
            yield ast.UnaryOp(ast.USub(), node)
    elif type(node) in CHANGES:
        yield from CHANGES[type(node)](node)


def of_operation(node: ast.BinOp) -> Iterator[ast.AST]:
    yield from (ast.BinOp(node.left, kind(), node.right) for kind in OPERATORS if not isinstance(node.op, kind))
    yield from (node.left, node.right, ast.BinOp(node.right, node.op, node.left))
    for side in ("left", "right"):  # a * (b + c) without its brackets
        inner = getattr(node, side)
        if isinstance(inner, ast.BinOp):
            yield regrouped(node, inner, side)


def of_comparison(node: ast.Compare) -> Iterator[ast.AST]:
    yield from (ast.Compare(node.left, [kind()], node.comparators) for kind in COMPARISONS)


def of_constant(node: ast.Constant) -> Iterator[ast.AST]:
    if type(node.value) in (int, float):
        yield from (ast.Constant(value) for value in (0, 1, 2, node.value + 1, node.value - 1, -node.value))


def of_attribute(node: ast.Attribute) -> Iterator[ast.AST]:
    for group in (group for group in ATTRIBUTES if node.attr in group):
        yield from (ast.Attribute(node.value, other, node.ctx) for other in sorted(group - {node.attr}))


def of_tuple(node: ast.Tuple) -> Iterator[ast.AST]:
    if isinstance(node.ctx, ast.Load):
        yield from (ast.Tuple(node.elts[::-1], node.ctx), ast.List(node.elts, node.ctx), *node.elts)


def of_call(node: ast.Call) -> Iterator[ast.AST]:
    yield from node.args
    for i in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, node.keywords[:i] + node.keywords[i + 1 :])
    if len(node.args) == 2:
        yield ast.Call(node.func, node.args[::-1], node.keywords)


CHANGES: dict[type, Callable[[Any], Iterator[ast.AST]]] = {
    ast.BinOp: of_operation,
    ast.Compare: of_comparison,
    ast.Constant: of_constant,
    ast.Attribute: of_attribute,
    ast.Tuple: of_tuple,
    ast.Call: of_call,
    ast.UnaryOp: lambda node: iter([node.operand]),
    ast.IfExp: lambda node: iter([node.body, node.orelse, ast.IfExp(node.test, node.orelse, node.body)]),
    ast.Slice: lambda node: iter([ast.Slice(None, node.upper, node.step), ast.Slice(node.lower, None, node.step)]),
}


def regrouped(outer: ast.BinOp, inner: ast.BinOp, side: str) -> ast.BinOp:
    """Return (a op b) op c as a op (b op c), and the other way round."""
    if side == "left":
        return ast.BinOp(inner.left, inner.op, ast.BinOp(inner.right, outer.op, outer.right))
    return ast.BinOp(ast.BinOp(outer.left, outer.op, inner.left), inner.op, inner.right)


def block_changes(body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Yield a block without one statement, with two in the other order, returning too early, writing in place."""
    for i, statement in enumerate(body):
        yield [*body[:i], *body[i + 1 :]] or [ast.Pass()]
        if i + 1 < len(body):
            yield [*body[:i], body[i + 1], statement, *body[i + 2 :]]
        if isinstance(statement, ast.For | ast.While) and isinstance(body[-1], ast.Return):
            early = copy.deepcopy(statement)
            early.body.append(copy.deepcopy(body[-1]))
            yield [*body[:i], early, *body[i + 1 :]]
        if isinstance(statement, ast.Return) and statement.value:
            yield [*body[:i], ast.Expr(ast.Call(ast.Name("print", ast.Load()), [statement.value], []))]
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name = statement.targets[0]
            in_place = ast.Assign(
                [ast.Subscript(ast.Name(name.id, ast.Load()), ast.Slice(), ast.Store())], statement.value
            )
            yield [*body[:i], ast.copy_location(in_place, statement), *body[i + 1 :]]


def sources(exercise: Exercise, more: int = MORE) -> Iterator[str]:
    """Yield each mutant of the reference, and some of each mistake's, once."""
    seen = set()
    rng = np.random.default_rng(0)
    for number, answer in enumerate([exercise.reference, *(mistake.answer for mistake in exercise.mistakes)]):
        found = list(mutants(inspect.getsource(answer)))
        chosen = found if number == 0 else [found[i] for i in rng.permutation(len(found))[:more]]
        for text in chosen:
            if text not in seen:
                seen.add(text)
                yield text


def mutants(source: str) -> Iterator[str]:
    """Yield each function that differs from a source by one change."""
    tree = ast.parse(source)
    own = {argument.arg for argument in tree.body[0].args.args}
    own |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    seen = {ast.unparse(tree)}
    places = {id(child): place for parent in ast.walk(tree) for child, *place in places_in(parent)}
    for node in list(ast.walk(tree)):
        changed = [(*places[id(node)], new) for new in changes(node, sorted(own))] if id(node) in places else []
        if isinstance(getattr(node, "body", None), list):
            changed += [(node, "body", None, body) for body in block_changes(node.body)]
        for change in changed:
            text = unparsed(tree, *change)
            if text not in seen:
                seen.add(text)
                yield text


def places_in(parent: ast.AST) -> Iterator[tuple[ast.AST, ast.AST, str, int | None]]:
    """Yield each child of a node and where it stands: the node, the field, and the index in a list."""
    for field, value in ast.iter_fields(parent):
        if isinstance(value, ast.AST):
            yield value, parent, field, None
        elif isinstance(value, list):
            yield from ((child, parent, field, i) for i, child in enumerate(value) if isinstance(child, ast.AST))


def unparsed(tree: ast.AST, parent: ast.AST, field: str, index: int | None, new: Any) -> str:
    """Return the text of a tree with something new at one place; the tree stays what it was, for copies cost most."""
    before = getattr(parent, field)
    setattr(parent, field, new if index is None else [*before[:index], new, *before[index + 1 :]])
    text = ast.unparse(tree)
    setattr(parent, field, before)
    return text


# What comes of them


def judged(exercise: Exercise, more: int = MORE) -> Iterator[Judged]:
    """Yield each mutant with what its check says, and whether that is true on fresh arguments."""
    for number, source in enumerate(sources(exercise, more)):
        try:
            answer = compiled(exercise.reference, source, f"{exercise.id}: mutant {number}")
        except (EditError, SyntaxError):
            continue
        verdict = judge(exercise, answer)
        yield Judged(source, kind_of(exercise, answer, verdict), verdict.slug)


def kind_of(exercise: Exercise, answer: Answer, verdict: Verdict) -> str:
    """Return one of KINDS; a general symptom may share a mistake's slug, and has words of its own."""
    if verdict.right:
        answers = [exercise.reference, *(equivalent.answer for equivalent in exercise.equivalents)]
        return "equivalent" if any(alike(exercise, answer, one) for one in answers) else "survived"
    mistake = next((m for m in exercise.mistakes if m.slug == verdict.slug and m.explanation in verdict.message), None)
    if mistake is None:
        return "generic"
    return "named" if alike(exercise, answer, mistake.answer) else "false"


def alike(exercise: Exercise, answer: Answer, known: Answer) -> bool:
    """Whether an answer does on fresh arguments what a known one does."""
    pairs = zip(fresh(exercise), on_fresh(exercise, known), strict=True)
    return all(judging.agree(judging.call(exercise, answer, arguments), outcome) for arguments, outcome in pairs)


@cache
def fresh(exercise: Exercise) -> list[Arguments]:
    rng = np.random.default_rng(2026)
    return [exercise.draw(rng) for _ in range(FRESH // 10 if exercise.observe else FRESH)]


@cache
def on_fresh(exercise: Exercise, known: Answer) -> list[judging.Outcome]:
    return [judging.call(exercise, known, arguments) for arguments in fresh(exercise)]


def main(ids: list[str]) -> int:
    """Print the table, and every mutant that is named falsely or passes though it is wrong."""
    judging.SECONDS = 0.5
    total: Counter[str] = Counter()
    bad: list[str] = []
    print(f"{'exercise':24}{'mutants':>8}" + "".join(f"{kind:>11}" for kind in KINDS))
    for id in ids or EXERCISES:
        found = list(judged(EXERCISES[id]))
        counts = Counter(one.kind for one in found)
        total += counts
        bad += [
            f"\n{id}: {one.kind} {one.slug or ''}\n{one.source}" for one in found if one.kind in ("false", "survived")
        ]
        print(f"{id:24}{len(found):8}" + "".join(f"{counts[kind]:11}" for kind in KINDS), flush=True)
    print(f"{'all':24}{total.total():8}" + "".join(f"{total[kind]:11}" for kind in KINDS))
    print("\n".join(bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
