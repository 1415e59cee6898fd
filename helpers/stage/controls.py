"""Controls beside the swept slider: moving one makes the kernel compute a new sweep.

Every control has a name, the keyword by which the scene function gets its value, and a label, which the page shows and
a screen reader speaks. What the page sends for a control is called raw: an index, a word, a count or a pair.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.pictures import minus_signs
from helpers.stage.contract import AxisGrid, ButtonSpec, ControlSpec, MenuSpec, PointSpec, SliderSpec

Values = Sequence[float] | np.ndarray

_STEPS = 400  # a dragged point moves on a grid of about so many round values along each axis


@dataclass(frozen=True)
class Slider:
    """A slider over ``values``; the scene gets the value. ``start`` picks the nearest one, by default the first."""

    name: str
    label: str
    values: Values
    start: float | None = None
    format: str = "{:.3g}"

    def spec(self) -> SliderSpec:
        words = texts(checked_values(self.values, self.name), self.format)
        return {"kind": "slider", "name": self.name, "label": self.label, "texts": words}

    def first(self) -> int:
        return nearest(checked_values(self.values, self.name), self.start)

    def value(self, raw: int) -> float:
        return self.values[int(raw)]


@dataclass(frozen=True)
class Menu:
    """A menu of ``options``, strings or the keys of a dict; the scene gets the string. Starts with the first one."""

    name: str
    label: str
    options: Iterable[str]
    start: str | None = None

    def spec(self) -> MenuSpec:
        return {"kind": "menu", "name": self.name, "label": self.label, "options": list(self.options)}

    def first(self) -> str:
        options = list(self.options)
        start = options[0] if self.start is None and options else self.start
        if start not in options:
            raise ValueError(f"The menu {self.name!r} cannot start with {start!r}: its options are {options}")
        return start

    def value(self, raw: str) -> str:
        if raw not in list(self.options):
            raise ValueError(f"The menu {self.name!r} has no option {raw!r}: its options are {list(self.options)}")
        return raw


@dataclass(frozen=True)
class Button:
    """A button; the scene gets how often it was pressed, which is a good seed."""

    name: str
    label: str

    def spec(self) -> ButtonSpec:
        return {"kind": "button", "name": self.name, "label": self.label}

    def first(self) -> int:
        return 0

    def value(self, raw: int) -> int:
        return int(raw)


@dataclass(frozen=True)
class Point:
    """A point dragged on ``ax``, or moved with two sliders; the scene gets np.array([x, y]) in data units."""

    name: str
    label: str
    ax: Axes
    start: tuple[float, float]

    def spec(self) -> PointSpec:
        axes = [self.ax.get_xlabel() or "x", self.ax.get_ylabel() or "y"]
        return {"kind": "point", "name": self.name, "label": self.label, "axes": axes}

    def first(self) -> list[float]:
        if np.shape(self.start) != (2,) or not np.isfinite(self.start).all():
            raise ValueError(f"The point {self.name!r} needs a start (x, y) of two finite numbers and got {self.start}")
        return [float(number) for number in self.start]

    def value(self, raw: Sequence[float]) -> np.ndarray:
        """Return the point, moved into the limits of its axes if it lies outside."""
        limits = np.sort([self.ax.get_xlim(), self.ax.get_ylim()])
        return np.clip(np.array(raw, dtype=float), limits[:, 0], limits[:, 1])

    def grid(self) -> list[AxisGrid]:
        """Return for x and y the round values the point can take, and where they lie as fractions of the figure."""
        (x_values, y_values), size = (round_values(axis) for axis in (self.ax.xaxis, self.ax.yaxis)), _size(self.ax)
        middle = [values[len(values) // 2] for values in (x_values, y_values)]
        across = self.ax.transData.transform([(x, middle[1]) for x in x_values])[:, 0] / size[0]
        down = 1 - self.ax.transData.transform([(middle[0], y) for y in y_values])[:, 1] / size[1]
        return [
            {"values": x_values, "at": across.round(5).tolist()},
            {"values": y_values, "at": down.round(5).tolist()},
        ]


Control = Slider | Menu | Button | Point


def checked_controls(controls: Sequence[Control]) -> tuple[Control, ...]:
    """Return the controls; raise when one is no control, or two have one name, or a name is no keyword."""
    for control in controls:
        if not isinstance(control, Control):
            raise TypeError(f"controls takes Slider, Menu, Button and Point, and got a {type(control).__name__}")
        if not control.name.isidentifier():
            raise ValueError(f"The control's name {control.name!r} must be a Python name: the scene gets it as keyword")
    names = [control.name for control in controls]
    if len(set(names)) < len(names):
        raise ValueError(f"Two controls have the same name, give each its own: {', '.join(names)}")
    return tuple(controls)


def choices(spec: ControlSpec, control: Control, presses: int = 1) -> list[Any]:
    """Return what can be chosen with a control, raw: all of a slider or menu, some presses, where a point starts."""
    if spec["kind"] == "slider":
        return list(range(len(spec["texts"])))
    if spec["kind"] == "button":
        return list(range(presses))
    return list(spec["options"]) if spec["kind"] == "menu" else [control.first()]


def coarse(axis: AxisGrid, start: float, count: int) -> AxisGrid:
    """Return about ``count`` values of a point's grid from end to end, one of which is the start itself.

    A start outside the grid is moved into it, as the point is.
    """
    values, at = axis["values"], axis["at"]
    start = float(np.clip(start, values[0], values[-1]))
    if count == 1:
        return {"values": [start], "at": np.interp([start], values, at).round(5).tolist()}
    chosen = [values[round(k * (len(values) - 1) / (count - 1))] for k in range(count)]
    if count == 2:  # the start, and the end that is farther
        chosen.remove(min(chosen, key=lambda value: abs(value - start)))
    if start not in chosen and count > 2:  # in place of its neighbour, but for the ends, which stay in reach
        chosen.remove(min(chosen[1:-1], key=lambda value: abs(value - start)))
    chosen = sorted({*chosen, start})
    return {"values": chosen, "at": np.interp(chosen, values, at).round(5).tolist()}


def checked_values(values: Any, name: str) -> np.ndarray:
    """Return the values of a slider as a 1-D array; raise when there are none, or one is not a finite number."""
    array = np.asarray(values)
    if array.ndim != 1 or not len(array) or array.dtype.kind not in "iuf" or not np.isfinite(array).all():
        raise ValueError(f"The slider {name!r} needs a list of finite numbers, at least one, and got {values!r:.60}")
    return array


def nearest(values: np.ndarray, start: float | None) -> int:
    """Return the index of the value nearest to start; of the first one without a start."""
    if start is None:
        return 0
    if not np.isfinite(start):
        raise ValueError(f"A slider cannot start at {start}: give a finite number")
    return int(np.argmin(np.abs(values - start)))


def texts(values: np.ndarray, form: str) -> list[str]:
    """Return the values as they are shown and spoken."""
    return [minus_signs(form.format(value)) for value in values]


def round_values(axis: Any) -> list[float]:
    """Return about 400 round values inside the limits of an axis: evenly spaced, or in ratio on a log axis."""
    lo, hi = np.sort(axis.get_view_interval())
    return list(_round_between(lo, hi, axis.get_scale() == "log"))


@lru_cache  # most controls leave the limits as they are
def _round_between(lo: float, hi: float, log: bool) -> list[float]:
    if log:
        values = np.geomspace(lo, hi, _STEPS + 1)
        return sorted({float(f"{value:.2e}") for value in values})
    rough = (hi - lo) / _STEPS
    power = 10.0 ** np.floor(np.log10(rough))
    step = power * min((1, 2, 5, 10), key=lambda factor: abs(factor * power - rough))
    digits = max(0, 1 - int(np.floor(np.log10(step))))
    return [round(k * step, digits) for k in range(int(np.ceil(lo / step - 1e-9)), int(np.floor(hi / step + 1e-9)) + 1)]


def _size(ax: Axes) -> np.ndarray:
    fig = ax.get_figure(root=True)
    assert isinstance(fig, Figure), "a point's axes have a figure"
    return np.asarray(fig.bbox.size)
