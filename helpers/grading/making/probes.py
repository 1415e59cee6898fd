"""An exercise's probes with a cohort's own numbers, as code that stands in the hidden tests."""

import inspect
import math
from typing import Any

import numpy as np

from helpers.exercises.exercise import Arguments
from helpers.exercises.showing import line_of
from helpers.grading.making.literals import nested, real

SPREAD = 0.2  # numbers change by up to a fifth: enough to tell an answer from a table, and 1.1 steps stay 1.1 steps
DIGITS = 6
MOST = 9  # times as many, where all is counts


def written(arguments: Arguments, rng: np.random.Generator | None, imports: set[str]) -> str:
    """Return a probe as code; where all is counts, they get one factor, so that what divided still divides."""
    if rng and all(type(argument) is int for argument in arguments):
        factor = int(rng.integers(2, MOST, endpoint=True))
        arguments = tuple(factor * argument for argument in arguments)
    return f"({', '.join(as_code(argument, rng, imports) for argument in arguments)},)"


def as_code(value: Any, rng: np.random.Generator | None, imports: set[str]) -> str:
    """Return an argument with other numbers, as code; functions, counts and words stay what they are.

    Without rng the numbers stay too, as the edges need it (a norm of exactly 0, one step, equal curvatures). Zero
    stays zero, signs stay, what lies between 0 and 1 stays there; in an array equal stays equal, and symmetric stays
    symmetric. `imports` gets the lines that the code needs. Raises TypeError for what cannot be written down.
    """
    kind = type(value)
    if kind is float:
        return real(_number(value, rng) if rng else value)
    if kind in (int, str, bool):
        return repr(value)
    if kind is np.ndarray and (value.size == 0 or value.dtype.kind in "fi"):
        return _array_as_code(value, rng)
    if kind in (list, tuple):
        items = [as_code(item, rng, imports) for item in value]
        return f"[{', '.join(items)}]" if kind is list else f"({''.join(f'{item}, ' for item in items)})"
    if kind is np.random.Generator:
        return f"np.random.default_rng({rng.integers(2**32) if rng else 0})"
    if inspect.isfunction(value) and value.__name__.isidentifier() and value.__qualname__ == value.__name__:
        imports.add(line_of(value))  # no import: an assignment outlives the place of a module
        return value.__name__
    raise TypeError(f"a probe of type {kind.__name__} cannot be written into a hidden test")


def _array_as_code(value: np.ndarray, rng: np.random.Generator | None) -> str:
    if value.size == 0:
        return f"np.zeros({value.shape})"
    if value.dtype.kind == "i":
        return f"np.array({nested([repr(number) for number in value.ravel().tolist()], value.shape)})"
    numbers = value if rng is None else _array(value, rng)
    return f"np.array({nested([real(number) for number in numbers.ravel().tolist()], value.shape)})"


def _factors(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    return 1 + SPREAD * rng.uniform(-1, 1, shape)


def _number(value: float, rng: np.random.Generator) -> float:
    factor = float(_factors((), rng))
    if not math.isfinite(value):
        return value
    return float(f"{value**factor if 0 < value < 1 else value * factor:.{DIGITS}g}")


def _array(value: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if value.ndim == 2 and len(value) > 1 and np.array_equal(value, value.T):
        factors = _factors((len(value),), rng)  # D H D keeps a positive definite H positive definite
        return np.round(np.outer(factors, factors) * value, DIGITS)
    numbers, places = np.unique(value, return_inverse=True)  # what is equal stays equal: a w that has not moved yet
    return np.round(numbers * _factors(numbers.shape, rng), 2 * DIGITS)[places].reshape(value.shape)


def evaluated(probe: str, imports: set[str]) -> Arguments:
    """Return the arguments that the written code gives, so that what is expected belongs to what is asked."""
    names: dict[str, Any] = {"np": np}
    exec("\n".join(sorted(imports)), names)
    return eval(probe, names)
