"""Lesson 13: what is shown of a system, its file with the four moments in the margin and where its path is from."""

import ast
import re
import textwrap
from collections.abc import Mapping
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from IPython.display import display
from pygments.lexers import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String

from helpers import frameworks
from helpers.frameworks.recorded import load
from helpers.frameworks.systems import MOMENTS, code, find

MARK = re.compile(r"(?<=\S)  # (?P<moments>[a-z]+(?:(?:, | and )[a-z]+)*)(?:: (?P<more>.+))?$")
OPENING = re.compile(r"[(\[]+(?=[^)\]])")  # behind these a line may break too
WIDTH = 16  # of the margin, in characters

# The colours of JupyterLab's editor, light or dark; elsewhere the light ones.
COLORS = {
    Keyword: "var(--jp-mirror-editor-keyword-color, #008000)",
    Operator.Word: "var(--jp-mirror-editor-keyword-color, #008000)",
    Name.Function: "var(--jp-mirror-editor-def-color, #0000ff)",
    Name.Class: "var(--jp-mirror-editor-def-color, #0000ff)",
    String: "var(--jp-mirror-editor-string-color, #ba2121)",
    Number: "var(--jp-mirror-editor-number-color, #008800)",
    Comment: "var(--jp-mirror-editor-comment-color, #408080)",
}
FONT = "font: var(--jp-code-font-size, 13px)/1.4 var(--jp-code-font-family, monospace)"
ROW = f"display: flex; min-height: 1.4em; {FONT}"
MARGIN = f"flex: 0 0 {WIDTH + 1}ch; margin-right: 1ch; border-right: 1px solid; user-select: none"
# A line that is too long breaks between words, and goes on below itself, farther in.
WRAPPED = "white-space: pre-wrap; word-break: normal; overflow-wrap: break-word"
CODE = f"flex: 1; min-width: 0; margin: 0; {FONT}; {WRAPPED}"

BOOKS = re.compile(
    r"(?ms)^ *(?:path|losses)\b[^\n]*\n|^remember = .*?^\)\n|^last = [^\n]*\n?"
)  # what only keeps the path
BRAND = re.compile(r"\b(tf|jax|jnp|optax|keras|caffe)\.")


class Unnamed(NamedTuple):
    """A part of a system's file, from the line that begins with `first` to the one that does with `last`."""

    system: str
    name: str
    first: str
    last: str
    clue: str


UNNAMED = {
    "A": Unnamed(
        "optax", "Optax", "optimizer =", "return optax", "Gradients and state go in, updates and state come out"
    ),
    "B": Unnamed("caffe", "Caffe", "net.loss", "solver.step", "The solver's settings are written to a file as a text"),
    "C": Unnamed("tensorflow", "TensorFlow", "with tf.", "b.assign", "A tape records, and is asked for gradients"),
    "D": Unnamed("spark", "Spark", "def add", "w, b =", "Each machine adds up its part, and the sums are merged"),
    "E": Unnamed(
        "jax", "JAX", "value_and_grad", "params =", "A function is turned into the one that finds its gradient"
    ),
    "F": Unnamed("keras-torch", "Keras", "model.compile", "last =", "The loop is inside fit, after compile"),
    "G": Unnamed("fastai", "fastai", "sgd =", "learner.fit", "One object binds data, model, loss and optimiser"),
}


class Line(NamedTuple):
    """A line of a program, and the moments that stand beside it in the margin."""

    margin: str
    code: str


def show_code(*names: str) -> None:
    """Show the files of systems: imports and functions without docstrings and type hints, the moments in the margin.

    names: as in `python start.py frameworks`. Raises UnknownSystemError, which names the closest one.
    """
    for system in [find(name) for name in names]:
        show_listing(f"{system.title}, from helpers/frameworks/{system.file.name}", with_margin(code(system)))


def show_unnamed() -> None:
    """Show a part of seven systems' files, without the systems' names and without the margin."""
    for letter, each in UNNAMED.items():
        show_listing(letter, unnamed(each))


def unnamed(part: Unnamed) -> list[Line]:
    """Return the lines of a part, in which every system is called `lib`."""
    lines = [line.code for line in with_margin(code(find(part.system)))]
    first = next(k for k, line in enumerate(lines) if line.strip().startswith(part.first))
    last = next(k for k in range(first, len(lines)) if lines[k].strip().startswith(part.last))
    text = BOOKS.sub("", textwrap.dedent("\n".join(line for line in lines[first : last + 1] if line)) + "\n")
    return [Line("", BRAND.sub("lib.", line)) for line in text.splitlines()]


def which_system(said: Mapping[str, str]) -> None:
    """Print of each of the parts above whether it is the system that was said, and if not, a clue."""
    for letter, part in UNNAMED.items():
        name = said.get(letter, "")
        if name.lower() == part.name.lower():
            print(f"{letter}: {part.name}, yes. {part.clue}.")
        else:
            print(f"{letter}: not {name}. {part.clue}." if name else f"{letter}: ?")
    right = sum(said.get(letter, "").lower() == part.name.lower() for letter, part in UNNAMED.items())
    print(f"{right} of {len(UNNAMED)} matched")


def show_functions(file: str, *names: str) -> None:
    """Show some functions of a file of helpers/frameworks in the same way; a method is written as Class.method."""
    text = (Path(frameworks.__file__).parent / file).read_text(encoding="utf-8")
    found, lines = {}, text.splitlines()
    for node in ast.parse(text).body:
        owner = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
        for inner in [node, *(node.body if isinstance(node, ast.ClassDef) else [])]:
            if isinstance(inner, ast.ClassDef | ast.FunctionDef):
                name = inner.name if inner is node else owner + inner.name
                found[name] = "\n".join(lines[inner.lineno - 1 : inner.end_lineno])
    for name in names:
        show_listing(f"{name}, from helpers/frameworks/{file}", with_margin(found[name]))


def show_listing(title: str, lines: list[Line]) -> None:
    """Display a program with its margin: in colours that keep to the page's width, and as plain text elsewhere."""
    plain = [f"{line.margin:{WIDTH}s} | {line.code}".rstrip() for line in lines]
    rows = [
        f'<div style="{ROW}"><span style="{MARGIN}">{line.margin}</span>{_wrapped(line.code, colored)}</div>'
        for line, colored in zip(lines, _colored("\n".join(line.code for line in lines)), strict=True)
    ]
    html = "\n".join([f"<p>{escape(title)}</p>", *rows])
    display({"text/html": html, "text/plain": "\n".join([title, "", *plain])}, raw=True)


def _wrapped(code: str, colored: str) -> str:
    inset = len(code) - len(code.lstrip()) + 8
    return f'<pre style="{CODE}; padding-left: {inset}ch; text-indent: -{inset}ch">{colored}</pre>'


def _colored(program: str) -> list[str]:
    """Return the lines of a program as HTML."""
    tokens = PythonLexer(stripnl=False, ensurenl=False).get_tokens(program)
    lines = [""]
    for color, group in groupby(tokens, lambda token: _color(token[0])):
        first, *more = (_span(color, part) for part in "".join(text for _, text in group).split("\n"))
        lines[-1] += first
        lines += more
    return lines


def _color(token: Any) -> str | None:
    return next((color for kind, color in COLORS.items() if token in kind), None)


def _span(color: str | None, text: str) -> str:
    html = OPENING.sub(r"\g<0><wbr>", escape(text))
    return f'<span style="color: {color}">{html}</span>' if color and text else html


def print_source(name: str) -> None:
    """Print where a recorded path comes from: version, Python, date and command. Raises NoRecordingError."""
    recording = load(name)
    print(f"{find(name).title}: recorded on {recording.date} with version {recording.version}, ", end="")
    print(f"Python {recording.python}, by {recording.command}")


def with_margin(text: str) -> list[Line]:
    """Return the lines of a program as they are shown; a comment that names moments has moved to the margin."""
    lines: list[Line] = []
    for line in _without_hints(_without_docstrings(textwrap.dedent(text))).splitlines():
        mark = MARK.search(line)
        found = re.split(r", | and ", mark["moments"]) if mark else []
        if mark and set(found) <= set(MOMENTS):
            line = line[: mark.start()] + (f"  # {mark['more']}" if mark["more"] else "")
        else:
            found = []
        if line or (lines and lines[-1].code):  # no more than one empty line
            lines.append(Line(", ".join(found), line))
    return lines


def _without_docstrings(text: str) -> str:
    dropped: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            dropped |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return "\n".join(line for number, line in enumerate(text.splitlines(), 1) if number not in dropped)


def _without_hints(text: str) -> str:
    """Return a program with the signature of each function on one line, without type hints."""
    lines = text.splitlines()
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    for function in sorted(functions, key=lambda node: -node.lineno):
        for argument in (*function.args.args, *filter(None, [function.args.vararg])):
            argument.annotation = None
        first = function.lineno - 1
        last = next(k for k in range(first, len(lines)) if lines[k].endswith(":"))
        indent = " " * function.col_offset
        lines[first : last + 1] = [f"{indent}def {function.name}({ast.unparse(function.args)}):"]
    return "\n".join(lines)
