"""What an answer returned, as plain data that can be compared: numbers, truth values, words, and rows of these.

Comparisons use plain arithmetic on plain floats, and only exact types are turned into floats: an answer that replaces
NumPy's comparisons, or returns an object that claims to be equal to everything, gains nothing.
"""

import contextlib
import math
import sys
from dataclasses import dataclass, field
from typing import Any

import numpy as np

TOLERANCE = 1e-9  # times the largest expected number, or 1 if that is smaller
SINGLE = 1e-6  # the same, for what is as good as single precision allows
_SCALARS = {float, int, *(np.dtype(code).type for code in "efdgbhilqBHILQ")}


@dataclass(frozen=True)
class Numbers:
    """An array, or with shape () a number, as plain floats; `single` when it came in less than double precision."""

    shape: tuple[int, ...]
    values: tuple[float, ...]
    single: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Truth:
    """True or False."""

    value: bool


@dataclass(frozen=True)
class Word:
    """A text, letter by letter."""

    text: str


@dataclass(frozen=True)
class Items:
    """A list, by what it holds."""

    items: tuple["Plain", ...]


@dataclass(frozen=True)
class Other:
    """Anything else, by a description such as "a value of type set"."""

    description: str


@dataclass(frozen=True)
class Observed:
    """Properties of a value in which chance has a part, by name."""

    properties: tuple[tuple[str, "Plain"], ...]


NOTHING = Other("None")
Plain = Numbers | Truth | Word | Items | Other | Observed | tuple["Plain", ...]


def plain(value: Any) -> Plain:
    """Turn a returned value into plain data."""
    value = as_array(value)
    kind = type(value)
    if value is None:
        return NOTHING
    if kind is tuple:
        return tuple(map(plain, value))
    if kind is list:
        return Items(tuple(map(plain, value)))
    if kind is bool or kind is np.bool_ or (kind is np.ndarray and value.dtype.kind == "b" and value.shape == ()):
        return Truth(bool(value))
    if kind is str or kind is np.str_:
        return Word(str(value))
    if kind in _SCALARS:
        with contextlib.suppress(OverflowError):
            return Numbers((), (float(value),), kind in (np.float16, np.float32))
    if kind is np.ndarray and value.dtype.kind in "fiu":
        single = value.dtype in (np.float16, np.float32)
        return Numbers(value.shape, tuple(value.astype(float).ravel().tolist()), single)
    if kind is np.ndarray:
        return Other(f"an array of {value.dtype}")
    if value is ...:
        return Other("..., the three dots")
    return Other(f"a value of type {kind.__name__}")


def as_array(value: Any) -> Any:
    """Return a tensor of torch as an array; torch is asked only where the learner has imported it."""
    tensor = getattr(sys.modules.get("torch"), "Tensor", None)
    if tensor is not None and type(value) is tensor:
        with contextlib.suppress(Exception):
            return value.detach().cpu().numpy()
    return value


def fitted(got: Plain, want: Plain) -> Plain:
    """Return a value in the form of the expected one where that is unambiguous: a list or an array for a tuple."""
    if not isinstance(want, tuple):
        return got
    if isinstance(got, Items):
        got = got.items
    elif isinstance(got, Numbers) and all(
        isinstance(item, Numbers) and got.shape == (len(want), *item.shape) for item in want
    ):
        got = _rows(got)
    if isinstance(got, tuple) and len(got) == len(want):
        return tuple(map(fitted, got, want))
    return got


def _rows(array: Numbers) -> tuple[Plain, ...]:
    """Return an array as a tuple of what stands along its first axis."""
    count = array.shape[0]
    size = len(array.values) // count if count else 0
    return tuple(Numbers(array.shape[1:], array.values[i * size : (i + 1) * size], array.single) for i in range(count))


def same(got: Plain, want: Plain, tolerance: float = TOLERANCE) -> bool:
    """Whether two values agree: same structure, same shapes, numbers within the tolerance, NaN only beside NaN."""
    got = fitted(got, want)
    if isinstance(got, tuple) and isinstance(want, tuple):
        return len(got) == len(want) and all(same(g, w, tolerance) for g, w in zip(got, want, strict=True))
    if isinstance(got, Items) and isinstance(want, Items):
        return same(got.items, want.items, tolerance)
    if isinstance(got, Observed) and isinstance(want, Observed):
        return difference(got, want) is None
    if not (isinstance(got, Numbers) and isinstance(want, Numbers)):
        return got == want
    finite = [abs(w) for w in want.values if math.isfinite(w)]
    allowed = tolerance * max(1.0, *finite, 0.0)
    return got.shape == want.shape and all(
        g == w or abs(g - w) <= allowed or (g != g and w != w) for g, w in zip(got.values, want.values, strict=True)
    )


def difference(got: Observed, want: Observed) -> str | None:
    """Return the name of the first property that differs, or None."""
    mine = dict(got.properties)
    return next((name for name, value in want.properties if not same(mine[name], value)), None)


def identical(one: Any, other: Any) -> bool:
    """Whether an argument is as it was, to the last bit; NaN is as it was when it still is NaN."""
    return _same_bytes(one, other) or repr(plain(one)) == repr(plain(other))


def _same_bytes(one: Any, other: Any) -> bool:
    """Whether both are arrays with the same bytes: found sooner than their digits are written."""
    if not type(one) is type(other) is np.ndarray:
        return False
    return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()


def is_single(value: Plain) -> bool:
    """Whether any number of a value came in less than double precision."""
    if isinstance(value, Items):
        value = value.items
    return any(map(is_single, value)) if isinstance(value, tuple) else isinstance(value, Numbers) and value.single
