"""What the kernel tells the page of a stage. What the keys mean stands in ``contract.js``, under the same names."""

from typing import Any, Literal, TypedDict


class Placed(TypedDict):
    offset: int
    count: int
    clip: list[float] | None


class Faces(TypedDict):
    face: list[str]
    edge: list[str]
    width: list[float]
    cap: str
    join: str


class LineLayer(Placed):
    kind: Literal["line"]
    color: str
    width: float
    dash: list[float]
    dashOffset: float
    cap: str
    join: str


class StampsLayer(Placed, Faces):
    kind: Literal["stamps"]
    path: str
    size: list[float]


class PolygonsLayer(Placed, Faces):
    kind: Literal["polygons"]
    corners: int


class TextLayer(Placed):
    kind: Literal["text"]
    strings: list[str]
    color: str
    size: float
    font: str
    family: str
    align: str
    baseline: str


Layer = LineLayer | StampsLayer | PolygonsLayer | TextLayer


class SliderSpec(TypedDict):
    kind: Literal["slider"]
    name: str
    label: str
    texts: list[str]


class MenuSpec(TypedDict):
    kind: Literal["menu"]
    name: str
    label: str
    options: list[str]


class ButtonSpec(TypedDict):
    kind: Literal["button"]
    name: str
    label: str


class PointSpec(TypedDict):
    kind: Literal["point"]
    name: str
    label: str
    axes: list[str]


ControlSpec = SliderSpec | MenuSpec | ButtonSpec | PointSpec


class AxisGrid(TypedDict):
    values: list[float]
    at: list[float]


class Frames(TypedDict):
    settings: dict[str, Any]
    density: int
    background: bytes
    picture: str
    layers: list[Layer]
    data: bytes
    deflated: bool
    range: list[float]
    alts: list[str]
    met: list[bool]
    grids: dict[str, list[AxisGrid]]
