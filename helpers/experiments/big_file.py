"""Lesson 08: a file to train on that is larger than the memory allowed, and a meter of that memory."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


def write_table(path: Path, rows: int, true_w: np.ndarray, block: int = 1000) -> None:
    """Write a table (rows, 10) in blocks: nine inputs, and the target inputs @ true_w plus noise of deviation 1."""
    rng = np.random.default_rng(0)
    table = np.lib.format.open_memmap(path, mode="w+", dtype=float, shape=(rows, 10))
    for start in range(0, rows, block):
        inputs = rng.standard_normal((block, 9))
        table[start : start + block, :9] = inputs
        table[start : start + block, 9] = inputs @ true_w + rng.standard_normal(block)


def peak(function: Callable[..., Any], *arguments: Any) -> tuple[Any, int]:
    """Return what a function returns, and the most bytes that NumPy's arrays and Python's objects took meanwhile."""
    tracemalloc.start()
    try:
        result = function(*arguments)
        return result, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
