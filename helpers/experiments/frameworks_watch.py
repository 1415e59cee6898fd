"""Lesson 13: a program run line by line, with an eye on three of its numbers, as a debugger does it."""

import linecache
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, NamedTuple

import numpy as np

from helpers.frameworks.problem import LR, START, points

WIDTH = 50  # of a line in the table, in characters
STEERING = ("for ", "with ", "while ", "if ", "else", "return ")  # these change none of the numbers


class Watched(NamedTuple):
    """The lines in the order in which they ran, and a trace (lines, 3): w, loss and gradient after each of them."""

    lines: list[str]
    trace: np.ndarray

    def __str__(self) -> str:
        """Return the trace as a table."""
        rows = [f"row  {'after the line':{WIDTH}}{'w':>8}{'loss':>9}{'gradient':>10}"]
        for row, (line, (w, loss, grad)) in enumerate(zip(self.lines, self.trace, strict=True)):
            rows.append(f"{row:3d}  {shorten(line):{WIDTH}}{w:8.3f}{loss:9.3f}{grad:10.3f}")
        return "\n".join(rows)


def shorten(line: str) -> str:
    """Return a line as the table has room for it."""
    return line if len(line) < WIDTH else f"{line[: WIDTH - 3]} …"


def watch(descend: Callable, w: str, loss: str, gradient: str, steps: int = 1) -> Watched:
    """Run a program on the lesson's points line by line, and look at three expressions after each line.

    descend: a function with the arguments of those in helpers/frameworks.
    w, loss, gradient: what to look at, in the program's own names. What is not there yet is nan.
    """
    lines: list[str] = []
    trace: list[list[float]] = []
    pending: list[str] = []

    def look(frame: FrameType, expression: str) -> float:
        try:
            return float(eval(expression, frame.f_globals, dict(frame.f_locals)))
        except Exception:  # whatever is missing: the name, the gradient, the first loss
            return np.nan

    def after(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code is not descend.__code__:
            return None
        if pending and event in ("line", "return"):
            lines.append(pending.pop())
            trace.append([look(frame, expression) for expression in (w, loss, gradient)])
        if event == "line":
            line = linecache.getline(frame.f_code.co_filename, frame.f_lineno).partition("  # ")[0].strip()
            pending[:] = [] if line.startswith(STEERING) else [line]
        return after

    before = sys.gettrace()
    sys.settrace(after)
    try:
        descend(*points(), *START, LR, steps)
    finally:
        sys.settrace(before)
    return Watched(lines, np.array(trace))
