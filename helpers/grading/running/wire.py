"""What judge and kernel say to each other: messages of limited length, and in them values of plain types alone.

A message is two lengths of four bytes, then JSON, then the bytes of its arrays, one after the other. Numbers, texts,
truth values, None, lists, tuples, dicts and arrays of NumPy are sent as what they are; all else stays where it is, and
a number stands for it. Whoever reads takes nothing for granted: the other side may be a submission that writes what it
likes.
"""

import json
import math
import re
import socket
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from helpers.grading.running.job import MIB

MOST = 4 * MIB  # of one message
DEEP, MANY = 20, 2**18  # lists in lists, and values of one message
DIMENSIONS = 8
WORDS = 2000  # letters of what was printed, and of the text of an error
NAME = 80  # letters of a name
NUMBERS = "biufc"  # kinds of arrays
_DTYPE = re.compile(r"[<>|=][biufc]\d{1,2}")

Stand = Callable[[Any], dict[str, Any]]  # what stands for a value that is not plain
Meant = Callable[[dict[str, Any]], Any]  # what such a word stands for


class BrokenError(Exception):
    """Nothing comes any more, or nobody reads."""


class ForgedError(BrokenError):
    """What came is nothing that the other side ever says: somebody else wrote it."""


class TooLargeError(ValueError):
    """A value that is too large to be sent."""


def send(line: socket.socket, message: dict[str, Any], until: float | None = None) -> None:
    """Send a message. Raises TooLargeError, before anything is sent; BrokenError when nobody reads it.

    until: by the clock of time.monotonic; None to wait as long as it takes.
    """
    try:
        raw = packed(message)
    except (ValueError, RecursionError, MemoryError) as error:  # an integer of thousands of digits
        raise TooLargeError(f"this cannot be handed on ({error})") from error
    if len(raw) - 8 > MOST:
        raise TooLargeError(f"this is too large to be handed on: {len(raw) / MIB:.0f} MiB, and {MOST // MIB} may be")
    try:
        line.settimeout(_left(until))
        line.sendall(raw)
    except OSError as error:
        raise BrokenError(f"nobody reads ({type(error).__name__})") from error


def packed(message: dict[str, Any]) -> bytes:
    """Return a message as it goes over the line; where it holds bytes, its JSON says how many. Raises ValueError."""
    parts: list[bytes] = []

    def length_of(part: Any) -> dict[str, int]:
        if type(part) is not bytes:
            raise TypeError(f"a message holds a {type(part).__name__}")
        parts.append(part)
        return {"bytes": len(part)}

    text = json.dumps(message, default=length_of).encode()
    raw = b"".join(parts)
    return b"".join((len(text).to_bytes(4), len(raw).to_bytes(4), text, raw))


def receive(line: socket.socket, until: float | None = None) -> dict[str, Any]:
    """Return the next message. Raises BrokenError when none comes until then, ForgedError for what is no message."""
    head = _exactly(line, 8, until)
    length, more = int.from_bytes(head[:4]), int.from_bytes(head[4:])
    if length + more > MOST:
        raise ForgedError("a message is longer than any may be")
    text = _exactly(line, length, until)
    raw, place = memoryview(_exactly(line, more, until)), 0

    def filled(table: dict[str, Any]) -> Any:
        nonlocal place
        if table.keys() != {"bytes"}:
            return table
        begin, place = place, place + table["bytes"]
        if not begin <= place <= len(raw):
            raise ValueError("bytes that did not come")
        return bytes(raw[begin:place])

    try:
        message = json.loads(text, object_hook=filled)
    except (ValueError, TypeError, RecursionError) as error:
        raise ForgedError(f"a message cannot be read ({type(error).__name__})") from error
    if type(message) is not dict:
        raise ForgedError("a message is no table")
    return message


def _exactly(line: socket.socket, count: int, until: float | None) -> bytearray:
    """Return so many bytes, however slowly they come, until then."""
    found, place = bytearray(count), 0
    while place < count:
        try:
            line.settimeout(_left(until))
            came = line.recv_into(memoryview(found)[place:])
        except OSError as error:
            raise BrokenError(f"nothing comes ({type(error).__name__})") from error
        if not came:
            raise BrokenError("the other side has ended")
        place += came
    return found


def _left(until: float | None) -> float | None:
    return None if until is None else max(0.001, until - time.monotonic())


def encode(value: Any, stand: Stand, depth: int = 0) -> Any:
    """Return a value as JSON has it, and bytes. Raises TooLargeError for what is too deep.

    stand: called for what is not plain.
    """
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if depth > DEEP:
        raise TooLargeError("this cannot be handed on: it holds lists in lists without an end")
    if kind is list or kind is tuple:
        return {kind.__name__: [encode(item, stand, depth + 1) for item in value]}
    if kind is dict:
        return {"dict": [[encode(part, stand, depth + 1) for part in pair] for pair in value.items()]}
    if kind is np.ndarray and value.dtype.kind in NUMBERS:
        if value.nbytes > MOST:
            raise TooLargeError(f"an array of shape {value.shape} is too large to be handed on")
        return {"array": value.tobytes(), "dtype": value.dtype.str, "shape": list(value.shape)}
    if isinstance(value, np.generic) and type(value).__module__ == "numpy" and value.dtype.kind in NUMBERS:
        return {"scalar": value.tobytes(), "dtype": value.dtype.str}
    if kind is np.str_:
        return str(value)
    return stand(value)


def decode(found: Any, meant: Meant) -> Any:
    """Return the value that JSON from the other side means. Raises ForgedError.

    meant: called with a table that stands for something else; it raises ForgedError for what stands for nothing.
    """
    return Reader(meant).value(found)


class Reader:
    """Reads values; size: how many numbers they hold, those of arrays included."""

    def __init__(self, meant: Meant) -> None:
        self.meant, self.count, self.size = meant, 0, 0

    def value(self, found: Any, depth: int = 0) -> Any:
        """Return the value that JSON means. Raises ForgedError."""
        self.count += 1
        self.size += 1
        if depth > 2 * DEEP or self.count > MANY:
            raise ForgedError("a message holds too much")
        if found is None or type(found) in (bool, int, float, str):
            return found
        if type(found) is not dict:
            raise ForgedError("a message holds a value without a name")
        if found.keys() == {"list"}:
            return self.values(found["list"], depth)
        if found.keys() == {"tuple"}:
            return tuple(self.values(found["tuple"], depth))
        if found.keys() == {"dict"}:
            return self.table(found["dict"], depth)
        if found.keys() == {"array", "dtype", "shape"}:
            array = array_of(found["array"], found["dtype"], found["shape"])
            self.size += array.size
            return array
        if found.keys() == {"scalar", "dtype"}:
            return array_of(found["scalar"], found["dtype"], [])[()]
        return self.meant(found)

    def values(self, found: Any, depth: int) -> list[Any]:
        """Return what a list holds."""
        if type(found) is not list:
            raise ForgedError("a message holds a list that is none")
        return [self.value(item, depth + 1) for item in found]

    def table(self, found: Any, depth: int) -> dict[Any, Any]:
        """Return a dict from its pairs."""
        pairs = [self.values(pair, depth) for pair in found] if type(found) is list else [[]]
        try:
            return dict(pairs)
        except (TypeError, ValueError) as error:
            raise ForgedError("a message holds a table that is none") from error


def array_of(raw: Any, dtype: Any, shape: Any) -> np.ndarray:
    """Return an array of one's own from its bytes, which must be as many as the shape needs. Raises ForgedError."""
    if type(dtype) is not str or not _DTYPE.fullmatch(dtype) or type(raw) is not bytes:
        raise ForgedError("a message holds an array of another kind")
    if type(shape) is not list or len(shape) > DIMENSIONS:
        raise ForgedError("a message holds an array without a shape")
    if not all(type(length) is int and 0 <= length <= MOST for length in shape):
        raise ForgedError("a message holds an array of an impossible shape")
    try:
        kind = np.dtype(dtype)
    except TypeError as error:
        raise ForgedError("a message holds an array that cannot be read") from error
    if math.prod(shape) * kind.itemsize != len(raw):
        raise ForgedError("a message holds an array of another length")
    return np.frombuffer(raw, kind).reshape(shape).copy()
