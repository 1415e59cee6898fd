"""Answers that call the course's own helpers instead of doing the work: said to the teacher, without effect on points.

The references come with the course, so nothing can hide them from an answer, and no reading of code finds every way to
call them. What is found here is what an answer says openly: names that lead to `helpers`, over as many steps as it
takes through the learner's own cells. An answer that equals the reference is no sign: of one line there is one version.
"""

import ast
import inspect
import re
import symtable
import warnings
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from helpers.exercises.catalogue import EXERCISES

ROOT = Path(__file__).parents[2]  # helpers
LONGEST = 100_000  # characters of a cell that is read; nobody types more, and reading it would take its time
HARMLESS = {"check", "hint", "outcome", "predict", "progress", "quiz"}  # of helpers.exercises: they return nothing
OPAQUE = {"exec", "eval", "compile", "__import__", "import_module", "getsource"}  # what they reach, no reading shows
_COURSE = re.compile(r"helpers(\.\w+)*")


class Step(NamedTuple):
    """What a statement leads to: other names, things of the course by their full names, and names in OPAQUE."""

    names: frozenset[str] = frozenset()
    course: frozenset[str] = frozenset()
    opaque: frozenset[str] = frozenset()


Steps = dict[str, list[Step]]


def flags(notebook: dict[str, Any], release: dict[str, Any]) -> tuple[str, ...]:
    """Return a sentence for each thing of the course that an answer leads to, and for each model answer printed.

    notebook: a submission. release: nbgrader's release of its assignment, which says what the learner did not write.
    """
    written: Steps = defaultdict(list)
    released: Steps = defaultdict(list)
    shown: set[str] = set()
    for cell in release["cells"]:
        if cell["cell_type"] == "code":
            _read(_source(cell), released)
    found: list[str] = []
    for source in _learners(notebook, release):
        if len(source) > LONGEST:
            found.append(f"a cell of {len(source):,} characters was not read for what it uses")
            continue
        _read(source, written)
        shown.update(_shown(source, written, released))
    for exercise, stub in _answers(release):
        for name in re.findall(r"^def (\w+)", stub, re.MULTILINE):
            things = _used(_followed(name, written, released), _allowed(exercise, stub))
            found += [f"{exercise}: the answer uses {thing}" for thing in things]
        if exercise in shown:
            found.append(
                f"{exercise}: a cell calls solution or looks up the reference, which shows the course's answer"
            )
    return tuple(dict.fromkeys(found))


def _learners(notebook: dict[str, Any], release: dict[str, Any]) -> list[str]:
    """Return the code that the learner wrote; not that of locked cells, which grading fills with hidden tests."""
    given = {cell.get("id"): _source(cell) for cell in release["cells"]}
    locked = {_marks(cell)["grade_id"] for cell in release["cells"] if _marks(cell).get("locked")}
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    free = [cell for cell in cells if _marks(cell).get("grade_id") not in locked]
    return [_source(cell) for cell in free if _source(cell) != given.get(cell.get("id"))]


def _used(end: Step, allowed: set[str]) -> list[str]:
    """Return what an answer leads to, in words; what can call anything counts where nothing of the course is seen."""
    course = [thing for thing in sorted(end.course) if thing.rpartition(".")[2] not in allowed]
    if course:
        return [f"{thing}, which comes with the course" for thing in course]
    return [f"{thing}, which can call anything" for thing in sorted(end.opaque)]


def _allowed(exercise: str, stub: str) -> set[str]:
    """Return the names that an answer may use because its stub or the reference does."""
    reference = inspect.getsource(EXERCISES[exercise].reference) if exercise in EXERCISES else ""
    return _words(stub) | _words(reference)


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _marks(cell: dict[str, Any]) -> dict[str, Any]:
    return cell["metadata"].get("nbgrader", {})


def _answers(release: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the id of each exercise of a release, and its stub."""
    for cell in release["cells"]:
        if _marks(cell).get("solution"):
            yield _marks(cell)["grade_id"], _source(cell)


def _words(source: str) -> set[str]:
    """Return the names that a source uses."""
    nodes = [node for statement in _statements(source) for node in ast.walk(statement)]
    names = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return names | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def _followed(name: str, written: Steps, released: Steps) -> Step:
    """Return all that a name leads to; what the learner wrote takes the place of what the release had."""
    seen, waiting = {name}, [name]
    course: set[str] = set()
    opaque: set[str] = set()
    while waiting:
        following = waiting.pop()
        for step in written.get(following) or released.get(following, []):
            course |= step.course
            opaque |= step.opaque
            waiting += step.names - seen
            seen |= step.names
    return Step(frozenset(seen), frozenset(course), frozenset(opaque))


# Reading cells


def _statements(source: str) -> list[ast.stmt]:
    """Return the statements of a cell, magics included; none for what is no Python and cannot run."""
    from IPython.core.inputtransformer2 import TransformerManager

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for change in (str, TransformerManager().transform_cell):
            try:
                body = ast.parse(change(source)).body
                ast.unparse(body)  # type: ignore[arg-type] # what is nested too deeply for this is for what follows
                return body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
    return []


def _read(source: str, steps: Steps) -> None:
    """Note, for each name that a cell binds, what it leads to."""
    for statement in _statements(source):
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            for name, thing in _imported(statement):
                steps[name].append(Step(course=frozenset({thing})))
            continue
        names, bound = _scopes(statement)
        step = Step(names, _things(statement), frozenset(OPAQUE & (names | _attributes(statement))))
        for name in bound | _bound_by_text(statement):
            steps[name].append(step)
        for code in _executed(statement):
            _read(code, steps)


def _imported(statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Yield the names that an import binds to things of the course, and the full names of these."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            if _COURSE.fullmatch(alias.name):
                yield alias.asname or "helpers", alias.name
    elif statement.module and _COURSE.fullmatch(statement.module) and not statement.level:
        for alias in statement.names:
            names = _exported(statement.module) if alias.name == "*" else [alias.name]
            for name in names:
                if not (statement.module == "helpers.exercises" and name in HARMLESS):
                    yield alias.asname or name, f"{statement.module}.{name}"


def _exported(module: str) -> list[str]:
    """Return what a star import from a module of the course binds, without running it."""
    path = ROOT.joinpath(*module.split(".")[1:])
    file = next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)
    if file is None:
        return []
    names = set().union(*(_scopes(statement)[1] for statement in _statements(file.read_text(encoding="utf-8"))))
    return sorted(name for name in names if not name.startswith("_"))


def _scopes(statement: ast.stmt) -> tuple[frozenset[str], frozenset[str]]:
    """Return the global names that a statement uses, in functions inside it too, and those that it binds."""
    names, bound = set(), set()
    try:
        waiting = [symtable.symtable(ast.unparse(statement), "cell", "exec")]
    except (SyntaxError, ValueError, RecursionError):  # return outside a function, and the like: it cannot run
        return frozenset(), frozenset()
    while waiting:
        scope = waiting.pop()
        waiting += scope.get_children()
        for symbol in scope.get_symbols():
            if scope.get_type() != "module" and not symbol.is_global():
                continue
            if symbol.is_referenced():
                names.add(symbol.get_name())
            if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
                bound.add(symbol.get_name())
    return frozenset(names), frozenset(bound)


def _things(statement: ast.stmt) -> frozenset[str]:
    """Return the things of the course that a statement imports inside, or names in a string."""
    nodes = list(ast.walk(statement))
    imports = [node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))]
    strings = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    paths = {text for text in strings if "." in text and _COURSE.fullmatch(text)}
    return frozenset(paths | {thing for node in imports for _, thing in _imported(node)})


def _attributes(statement: ast.stmt) -> set[str]:
    return {node.attr for node in ast.walk(statement) if isinstance(node, ast.Attribute)}


def _bound_by_text(statement: ast.stmt) -> set[str]:
    """Return names bound as strings: globals()["name"] = ..., setattr(module, "name", ...), globals().update(...)."""
    places: list[ast.AST] = []
    names: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            places.append(node.slice)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("setattr", "update"):
            places += [part for argument in node.args for part in ast.walk(argument)]
            names |= {keyword.arg for keyword in node.keywords if keyword.arg}
    return names | {place.value for place in places if isinstance(place, ast.Constant) and isinstance(place.value, str)}


def _executed(statement: ast.stmt) -> list[str]:
    """Return the texts that a statement hands to exec or eval."""
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call) and node.args]
    texts = [call.args[0] for call in calls if ast.unparse(call.func) in ("exec", "eval")]
    return [text.value for text in texts if isinstance(text, ast.Constant) and isinstance(text.value, str)]


def _shown(source: str, written: Steps, released: Steps) -> Iterator[str]:
    """Yield the exercises whose model answer a cell shows: solution("..."), EXERCISES["..."]."""
    for node in (node for statement in _statements(source) for node in ast.walk(statement)):
        if isinstance(node, ast.Call) and node.args:
            place, key = ast.unparse(node.func), node.args[0]
        elif isinstance(node, ast.Subscript):
            place, key = ast.unparse(node.value), node.slice
        else:
            continue
        if isinstance(key, ast.Constant) and key.value in EXERCISES:
            things = _followed(place.partition(".")[0], written, released).course
            if things and {thing.rpartition(".")[2] for thing in {*things, place}} & {"solution", "EXERCISES"}:
                yield key.value
