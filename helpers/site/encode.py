"""The states of an experiment as a page loads them: few bytes, a tenth of a pixel away from what was computed.

Points stay whole numbers of 16 bits, as the kernel sends them (see Buffer.packed), in coarser steps where those are
finer than anybody sees. Of each layer the changes are kept that deflate best: along the sweep, along the line, along
both or none. Low bytes stand before high bytes, and x before y, because each of the four is most alike to itself.
"""

import base64
import io
import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from helpers.stage.contract import Frames
from helpers.stage.fractions import STEPS

TENTH = 0.1 / 1800  # of the figure: no point is further than that from where it was computed
ALONG_SWEEP, ALONG_LINE = 1, 2
CHUNK = 150_000  # bytes, deflated: fewer would be many files


class State(NamedTuple):
    """One state: what is said of it as JSON, and its numbers."""

    head: dict[str, Any]
    body: bytes


def encoded(frames: Frames, values: slice = slice(None)) -> State:
    """Return a state of what the page shows, for some of the swept values; its background goes by its name."""
    low, high = frames["range"]
    sent = (high - low) / STEPS
    step = max(sent, 2 * TENTH - sent)  # half a step away already, and half a step of ours
    bodies, changes = [], ""
    for numbers in _whole(frames):
        numbers = numbers[values]
        coarser = np.rint(numbers * (sent / step))
        way, body = _best(np.where(numbers > STEPS, STEPS + 1, coarser).astype("<u2"))
        bodies.append(body)
        changes += str(way)
    head = {
        "settings": frames["settings"],
        "layers": [_thinned(layer, len(frames["alts"]), values) for layer in frames["layers"]],
        "alts": frames["alts"][values],
        "met": frames["met"][values],
        "picture": frames["picture"],
        "range": [low, low + STEPS * step],
        "changes": changes,
    }
    return State(head, b"".join(bodies))


def decoded(state: State) -> list[np.ndarray]:
    """Return the points of each layer, (n, count, 2), as fractions of the figure: what the page does, in Python."""
    n, at, found = len(state.head["alts"]), 0, []
    low, high = state.head["range"]
    for layer, way in zip(state.head["layers"], map(int, state.head["changes"]), strict=True):
        shape = (2, n, layer["count"])
        size = 2 * int(np.prod(shape))
        planes = np.frombuffer(state.body[at : at + size], "u1").reshape(2, -1)
        numbers = (planes[0] + 256 * planes[1].astype("<u2")).reshape(shape)
        for axis, change in ((1, ALONG_SWEEP), (2, ALONG_LINE)):
            if way & change:
                numbers = np.cumsum(numbers, axis=axis, dtype="<u2")
        found.append(np.where(numbers > STEPS, np.nan, low + numbers * ((high - low) / STEPS)).transpose(1, 2, 0))
        at += size
    return found


def _thinned(layer: Any, n: int, values: slice) -> dict[str, Any]:
    """Return what is said of a layer when only some of the n swept values are left."""
    left = len(range(n)[values])
    words = {"strings": layer["strings"][values]} if "strings" in layer else {}
    return layer | {"offset": layer["offset"] // n * left} | words


def _whole(frames: Frames) -> list[np.ndarray]:
    """Return the whole numbers of each layer, (n, count, 2), as the kernel packed them."""
    raw = zlib.decompress(frames["data"]) if frames["deflated"] else frames["data"]
    changes, n, found = np.frombuffer(raw, "<u2"), len(frames["alts"]), []
    for layer in frames["layers"]:
        part = changes[layer["offset"] :][: 2 * n * layer["count"]].reshape(n, layer["count"], 2)
        found.append(np.cumsum(part, axis=0, dtype="<u2"))
    return found


def _best(numbers: np.ndarray) -> tuple[int, bytes]:
    """Return which changes deflate best, and their bytes in planes."""
    planes = numbers.transpose(2, 0, 1)
    ways = {}
    for way in range(4):
        changes = planes
        for axis, change in ((1, ALONG_SWEEP), (2, ALONG_LINE)):
            if way & change:
                changes = np.diff(changes, axis=axis, prepend=np.uint16(0))
        ways[way] = np.ascontiguousarray(changes, "<u2").view("u1").reshape(-1, 2).T.tobytes()
    best = min(ways, key=lambda way: len(zlib.compress(ways[way], 1)))
    return best, ways[best]


def chunk(states: Sequence[State]) -> bytes:
    """Return some states as one file has them: the length of the heads, the heads as JSON, the bodies; deflated."""
    heads = [state.head | {"bytes": len(state.body)} for state in states]
    said = json.dumps(heads, separators=(",", ":"), ensure_ascii=False).encode()
    deflate = zlib.compressobj(9, wbits=-15)
    raw = len(said).to_bytes(4, "little") + said + b"".join(state.body for state in states)
    return deflate.compress(raw) + deflate.flush()


def webp(background: bytes) -> bytes:
    """Return a picture as the smallest lossless WebP: a page is made once and loaded often."""
    out = io.BytesIO()
    Image.open(io.BytesIO(background)).convert("RGB").save(out, "WEBP", lossless=True, quality=80, method=4)
    return out.getvalue()


def write_script(path: Path, content: bytes) -> int:
    """Write a classic script that hands bytes to the page, which may load it from a folder; return its size."""
    text = f'COURSE.arrived("{path.stem}","{base64.b64encode(content).decode()}")\n'
    path.write_text(text, encoding="utf-8")
    return len(text)
