"""What a lesson must not contain: part of an answer, a call that its stub would stop, a check without an exercise."""

import ast
from collections.abc import Iterable, Iterator
from typing import Any

from helpers.authoring.canonical import wrong_id
from helpers.authoring.regions import Region, ReleaseError, fault
from helpers.cells import CHECK

TAKERS = ("check", "yours")  # what may be given a function that raises
SHORTEST_ANSWER = 12  # characters without blanks; shorter ones (grad / 2) may stand in any notebook


def _answers(region: Region) -> Iterator[tuple[int, str]]:
    """Yield what would give a solution away, without blanks, and its line: each value that takes some thought.

    A value without arithmetic, such as np.linalg.norm(w), is a tool that may stand anywhere, unless it is all there is.
    """
    kinds = (ast.Return, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)
    inside = range(region.begin + 2, region.end + 1)  # lines of the syntax tree count from 1
    nodes = [node for node in ast.walk(_parse(region.cell)) if isinstance(node, kinds) and node.lineno in inside]
    for node in nodes:
        text = "".join((ast.get_source_segment(region.cell.source, node.value or node) or "").split())
        thought = any(isinstance(part, ast.BinOp) for part in ast.walk(node)) or len(nodes) == 1
        if thought and len(text) >= SHORTEST_ANSWER and not isinstance(node.value, ast.Constant):
            yield node.lineno - 1, text


def refuse_leftovers(lesson: Any, stored: Any, regions: Iterable[Region]) -> None:
    """Refuse a lesson that still shows part of an answer, in any cell or in what a solution printed."""
    shown = [(cell.get("id"), "".join(cell.source.split())) for cell in lesson.cells]
    for cell in stored.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            texts = [output.get("text", ""), data.get("text/plain", ""), data.get("text/markdown", "")]
            shown.append((f"{cell.get('id')} (its output)", "".join("".join(texts).split())))
    for region in regions:
        given = "".join("".join(region.given).split())
        for line, answer in _answers(region):
            if answer in given:  # the sound part of a program to repair
                continue
            for place, text in shown:
                if answer in text:
                    sentence = f"{answer} is part of the answer and also stands in cell {place}; take it out there"
                    raise fault(region.cell, line, sentence)


def refuse_unchecked_calls(lesson: Any, learner: set[str]) -> None:
    """Refuse a cell that uses the learner's function outside `check` and `yours`: the stub would stop Run All there."""
    for cell in lesson.cells:
        if cell.cell_type != "code":
            continue
        tree = _parse(cell)
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) in TAKERS]
        allowed = {id(node) for call in calls for node in ast.walk(call)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in learner and id(node) not in allowed:
                sentence = f"{node.id} is the learner's and raises until it is solved; hand it to check or yours only"
                raise fault(cell, node.lineno - 1, sentence)


def _parse(cell: Any) -> ast.Module:
    try:
        return ast.parse(cell.source)
    except SyntaxError as error:
        raise fault(cell, (error.lineno or 1) - 1, f"the cell is no Python ({error.msg}); mend it") from error


def refuse_unpaired(nb: Any, solved: set[str]) -> None:
    """Refuse an exercise without its check, and a check without its exercise."""
    ids = {cell.id for cell in nb.cells}
    for cell in nb.cells:
        exercise = cell.id.removesuffix(CHECK)
        if cell.id != exercise and exercise not in solved:
            raise fault(cell, 0, f"{CHECK} is for exercises, and no cell {exercise} has a solution; add or rename one")
        if cell.id in solved and cell.id + CHECK not in ids:
            raise fault(cell, 0, f"the exercise has no check; add a cell {cell.id}{CHECK}")


def refuse_ids(nb: Any) -> None:
    seen = set()
    for number, cell in enumerate(nb.cells, 1):
        if wrong := wrong_id(cell.get("id")):
            raise ReleaseError(f"cell {cell.get('id') or number}, line 1: {wrong}.")
        if cell.id in seen:
            raise fault(cell, 0, "another cell has the same id; give each its own")
        seen.add(cell.id)
