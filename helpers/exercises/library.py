"""The learner's library: one file with the source of each function that passed its check, in the order of the lessons.

The file is hers. Each function stands in a block of its own, below a line that names its exercise; what she changes by
hand stays, and the course replaces only what it wrote itself. The file lies in the workbook; where there is none, or
where the progress has a place of its own (see store), beside the progress.
"""

import ast
import hashlib
import os
import re
from pathlib import Path
from types import ModuleType

from helpers.exercises import judging, store
from helpers.exercises.catalogue import LESSONS
from helpers.exercises.exercise import Answer, Exercise
from helpers.exercises.sources import CannotKeepError, Source, source_of
from helpers.ground import ROOT, write_whole

NAME = "my_descent.py"
HEADER = '''\
"""My library of gradient descent: my functions, as they passed their checks in the course.

In a program of your own: from my_descent import gradient_step
The course adds a function when its check passes. What you change here by hand stays as you wrote it.
"""
'''
HEAD = "# {id}, from {lesson}"
_HEAD = re.compile(r"(?m)^# ([a-z0-9-]+), from [0-9a-z_]+$")
LESSON_OF = {exercise.id: lesson.name for lesson in LESSONS for exercise in lesson.exercises}
ORDER = list(LESSON_OF)


def path() -> Path:
    """The file of the library, which need not exist yet."""
    workbook = ROOT / "workbook"
    elsewhere = os.environ.get("GRADIENT_COURSE_PROGRESS") or not workbook.is_dir()
    return (store.data_folder() if elsewhere else workbook) / NAME


def keep(exercise: Exercise, answer: Answer) -> str:
    """Put a right answer into the library; return the sentence that the learner should read, or nothing."""
    known = store.load()["exercises"].get(exercise.id, {}).get("kept")
    file = path()
    try:
        source = source_of(answer, exercise.reference.__name__)
        with store.locked(file.parent):
            before = _read(file)
            block = _block(exercise.id, source)
            there = _blocks(before).get(exercise.id)
            if there == block:
                return ""
            if there is not None and _print_of(there) != known:
                return f"Your library {NAME} keeps its own {exercise.reference.__name__}: you changed it there by hand."
            after = _with(before, exercise.id, block, source)
            _try(exercise, after)
            write_whole(file, after)
    except CannotKeepError as error:
        return f"Your library {NAME} does not have it: {error}"
    except OSError as error:
        return f"Your library {NAME} does not have it: {file} cannot be written ({error.strerror})."
    store.record("exercises", exercise.id, kept=_print_of(block))
    return f"Your library {NAME} has it: {_functions(count())}."


def kept(exercise: Exercise) -> Answer | None:
    """Return the function that the library has for an exercise, or None; prints why the file cannot be used."""
    file = path()
    try:
        text = _read(file)
        return getattr(_run(text, file), exercise.reference.__name__, None) if exercise.id in _blocks(text) else None
    except CannotKeepError as error:
        print(f"Your library {NAME} cannot be used: {error}")
        return None


def count() -> int:
    """How many functions the library has."""
    try:
        return len(_blocks(_read(path())).keys() & LESSON_OF.keys())
    except CannotKeepError:
        return 0


def _functions(number: int) -> str:
    return f"{number} function{'s' if number != 1 else ''} now"


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8") if file.exists() else HEADER
    except (OSError, UnicodeDecodeError) as error:
        raise CannotKeepError(f"{file} cannot be read ({type(error).__name__}); mend it, or move it away.") from None


def _blocks(text: str) -> dict[str, str]:
    """Return the blocks of a library by the ids of their exercises, in their order."""
    heads = [*_HEAD.finditer(text)]
    ends = [*(head.start() for head in heads), len(text)][1:]
    return {head[1]: text[head.start() : end].rstrip() for head, end in zip(heads, ends, strict=True)}


def _block(id: str, source: Source) -> str:
    definitions = "\n\n\n".join(source.definitions)
    return f"{HEAD.format(id=id, lesson=LESSON_OF[id])}\n{definitions}"


def _print_of(block: str) -> str:
    return hashlib.sha256(block.encode()).hexdigest()[:16]


def _with(text: str, id: str, block: str, source: Source) -> str:
    """Return a library with a block in its place and the imports that it needs at the top."""
    first = _HEAD.search(text)
    top = text[: first.start() if first else len(text)].rstrip()
    missing = [line for line in source.imports if line not in top.splitlines()]
    if missing:
        own = "\n" if top.splitlines()[-1:] and top.splitlines()[-1].startswith(("import ", "from ")) else "\n\n"
        top += own + "\n".join(missing)
    blocks = _blocks(text)
    others = {name: other for name, other in blocks.items() if name != id}
    _refuse_two_of_a_name(block, others)
    behind = [name for name in others if name in ORDER and ORDER.index(name) > ORDER.index(id)]
    names = list(blocks) if id in blocks else list(others)
    if id not in blocks:
        names.insert(names.index(behind[0]) if behind else len(names), id)
    return "\n\n\n".join([top, *((others | {id: block})[name] for name in names)]) + "\n"


def _refuse_two_of_a_name(block: str, others: dict[str, str]) -> None:
    """Raise CannotKeepError where another block means something else by a name that this block defines."""
    own = _definitions(block)
    for id, other in others.items():
        for name, definition in _definitions(other).items():
            if own.get(name, definition) != definition:
                sentence = f"the functions of {id} and this one both use a {name} of their own, and they differ"
                raise CannotKeepError(f"{sentence}; give this one another name.")


def _definitions(block: str) -> dict[str, str]:
    """Return the names that a block defines, each with what it stands for."""
    found = {}
    for node in _tree(block).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = ast.dump(node)
        elif isinstance(node, ast.Assign):
            found |= {target.id: ast.dump(node.value) for target in node.targets if isinstance(target, ast.Name)}
    return found


def _tree(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        line = (error.text or "").strip()
        raise CannotKeepError(f"there {line!r} is no Python ({error.msg}); mend it, and run the check again.") from None


def _run(text: str, file: Path) -> ModuleType:
    """Run a library's text as a module. Raises CannotKeepError."""
    _tree(text)
    module = ModuleType(file.stem)
    module.__file__ = str(file)
    try:
        exec(compile(text, str(file), "exec", dont_inherit=True), module.__dict__)
    except Exception as error:
        raise CannotKeepError(f"it stops with {type(error).__name__}: {error}; mend it there.") from None
    return module


def _try(exercise: Exercise, text: str) -> None:
    """Raise CannotKeepError unless the function is right as it stands in the library, without its notebook."""
    answer = getattr(_run(text, path()), exercise.reference.__name__)
    if judging.find_right(exercise, judging.run(exercise, answer)) is None:
        raise CannotKeepError("away from its notebook it returns something else; hand it all that it needs.")
