"""Points of the picture as the page gets them: fractions of the figure from its top left corner, in 16 bits, packed."""

import zlib

import numpy as np
from matplotlib.figure import Figure

FAR = 2.0  # figures away from the picture: lines are cut there, and what has no extent is left out
_FARTHEST = 10.0  # where the corners of arrows end, which cannot be cut
_ENDLESS = 1e12  # beyond it a float64 no longer knows where a line crosses the picture: only its direction is kept
_LITTLE = 30_000  # bytes
STEPS = 65534  # 16 bits, without the last number, which says that there is no point


class Buffer:
    """Collects the points of all layers of a figure."""

    def __init__(self, fig: Figure) -> None:
        self._size = np.array([fig.bbox.width, fig.bbox.height])
        self._parts: list[np.ndarray] = []
        self._length = 0

    def add(self, display: np.ndarray) -> tuple[int, int]:
        """Append points in display units, shape (n, count, 2); return the offset of the first number, and count."""
        fraction = self._fraction(display)
        fraction[(np.abs(fraction) > FAR).any(axis=-1)] = np.nan
        return self._append(fraction)

    def add_corners(self, display: np.ndarray) -> tuple[int, int]:
        """As ``add``, for the corners of shapes."""
        return self._append(np.clip(self._fraction(display), -_FARTHEST, _FARTHEST))

    def add_lines(self, display: np.ndarray) -> tuple[int, int]:
        """As ``add``, for points that are connected; lines that leave the picture by far are cut there."""
        fraction = self._fraction(display)
        return self._append(_cut(fraction) if (np.abs(fraction) > FAR).any() else fraction)

    def packed(self) -> tuple[bytes, list[float], bool]:
        """Return all numbers as the page unpacks them, the fractions for which 0 and STEPS stand, and whether deflated.

        Little-endian whole numbers of 16 bits: for each layer the first value's, then each value's difference to the
        one before, modulo 2^16, because neighbours are alike; much of it deflated (RFC 1950), which the page cannot
        undo at once.
        """
        numbers = np.concatenate([part.reshape(-1) for part in self._parts])
        finite = numbers[np.isfinite(numbers)]
        low, high = (finite.min(), finite.max()) if len(finite) else (0.0, 1.0)
        scale = STEPS / max(high - low, 1e-9)
        whole = [np.where(np.isfinite(part), np.rint((part - low) * scale), STEPS + 1) for part in self._parts]
        changes = [np.diff(part.astype("<u2").reshape(len(part), -1), axis=0, prepend=np.uint16(0)) for part in whole]
        data = b"".join(change.astype("<u2").tobytes() for change in changes)
        much = len(data) > _LITTLE
        return zlib.compress(data, 4) if much else data, [float(low), float(low + STEPS / scale)], much

    def _fraction(self, display: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            fraction = display / self._size
            fraction[..., 1] = 1 - fraction[..., 1]
            fraction /= np.maximum(np.abs(fraction).max(axis=-1, keepdims=True) / _ENDLESS, 1)
        fraction[~np.isfinite(fraction).all(axis=-1)] = np.nan
        return fraction

    def _append(self, fraction: np.ndarray) -> tuple[int, int]:
        offset = self._length
        self._parts.append(fraction)
        self._length += fraction.size
        return offset, fraction.shape[1]


def _cut(points: np.ndarray) -> np.ndarray:
    """Return polylines (n, 3 count, 2) in which a far point has become the end of one line and the start of the next.

    Liang and Barsky (1984): a line a + t (b - a) lies inside the box between the last entry and the first exit.
    """
    a, b = points[:, :-1], points[:, 1:]
    with np.errstate(all="ignore"):
        crossings = np.stack([(-FAR - a) / (b - a), (FAR - a) / (b - a)])
        entry = np.clip(crossings.min(axis=0).max(axis=-1, keepdims=True), 0, None)
        leave = np.clip(crossings.max(axis=0).min(axis=-1, keepdims=True), None, 1)
        hidden = np.where(entry <= leave, 0, np.nan)
        start, end = a + entry * (b - a) + hidden, a + leave * (b - a) + hidden
    nothing = np.full_like(points[:, :1], np.nan)
    gap = np.full_like(points, np.nan)
    cut = np.stack([np.concatenate([nothing, end], axis=1), gap, np.concatenate([start, nothing], axis=1)], axis=2)
    near = (np.abs(points) <= FAR).all(axis=-1)
    cut[near] = points[near][:, None]
    return cut.reshape(len(points), -1, 2)
