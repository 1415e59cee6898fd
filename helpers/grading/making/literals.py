"""What an answer must return, as literals of Python, and how far from it an answer may be."""

import math

from helpers.exercises.values import TOLERANCE, Items, Numbers, Observed, Other, Plain, Truth, Word


def with_tolerance(value: Plain) -> str:
    """Return an expected value, and how far an answer may be from it, as a pair."""
    return f"({_literal(value)}, {_allowed(value)})"


def _allowed(value: Plain) -> str:
    """Return how far an answer may be from a value, as values.same has it: for each item of a tuple by itself."""
    if isinstance(value, Observed):
        value = tuple(item for _, item in value.properties)
    if isinstance(value, tuple | Items):
        return f"[{', '.join(map(_allowed, value.items if isinstance(value, Items) else value))}]"
    numbers = value.values if isinstance(value, Numbers) else ()
    return repr(TOLERANCE * max([1.0, *(abs(number) for number in numbers if math.isfinite(number))]))


def _literal(value: Plain) -> str:
    """Return an expected value as nested lists of literals."""
    if isinstance(value, tuple | Items):
        return f"[{', '.join(map(_literal, value.items if isinstance(value, Items) else value))}]"
    if isinstance(value, Observed):
        return f"[{', '.join(_literal(item) for _, item in value.properties)}]"
    if isinstance(value, Other):
        return repr(value.description)
    if isinstance(value, Truth):
        return repr(value.value)
    if isinstance(value, Word):
        return repr(value.text)
    return nested([real(number) for number in value.values], value.shape)


def nested(items: list[str], shape: tuple[int, ...]) -> str:
    """Return numbers, written, as nested lists of a shape."""
    for length in reversed(shape):
        items = [f"[{', '.join(items[i : i + length])}]" for i in range(0, len(items), length or 1)]
    return items[0] if items else "[]"


def real(number: float) -> str:
    """Return a number so that no name is needed to read it, not even for one that is infinite or none."""
    if number != number:
        return "(1e999 - 1e999)"
    return repr(number) if math.isfinite(number) else f"{'-' * (number < 0)}1e999"
