"""Live artists: which of matplotlib's artists the page can draw, and how it is told to.

Each live artist and its data become layers: a dict of style that the page understands, and points in one float32
buffer. Points are fractions of the figure from its top left corner, so the page needs no scales, and log, twin and
equal-aspect axes look as matplotlib draws them. Lengths are in points (1/72 inch), as matplotlib has them.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib import colors
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import weight_dict
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.quiver import Quiver
from matplotlib.text import Text
from matplotlib.transforms import Transform

from helpers.pictures import minus_signs
from helpers.stage.contract import Layer, LineLayer, Placed, PolygonsLayer, StampsLayer, TextLayer
from helpers.stage.fractions import Buffer
from helpers.stage.styles import collection_style, css, line_cap, reject_patterns, svg


class Words(NamedTuple):
    """A text that moves with what it labels: n strings, and where they stand, (n, 2) in the units of the text."""

    strings: Sequence[str]
    places: np.ndarray


class Live(ABC):
    """A live artist with its data for all n swept values."""

    def __init__(self, artist: Any, data: Any, n: int) -> None:
        self.artist = artist
        self.data = self._checked(data, n)

    @abstractmethod
    def _checked(self, data: Any, n: int) -> Any:
        """Return the data in their one canonical form; raise when they or the artist cannot be drawn."""

    @abstractmethod
    def put(self, i: int) -> Artist:
        """Give the i-th data to the artist and return what matplotlib should draw."""

    @abstractmethod
    def layers(self, buffer: Buffer) -> list[Layer]:
        """Describe the artist to the page; valid after a draw, which settles the axes' positions."""

    def transform(self) -> Transform:
        """Return what takes the data's points to display units."""
        return self.artist.get_transform()

    def points(self) -> np.ndarray:
        """Return all points (k, 2) that the limits of the axes have to hold."""
        return np.empty((0, 2))

    def _display(self, points: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return self.transform().transform(points.reshape(-1, 2)).reshape(points.shape)

    def _placed(self, place: tuple[int, int]) -> Placed:
        """Return what all layers have: the place of the points in the buffer, and the rectangle to draw in."""
        artist, fig = self.artist, self.artist.get_figure(root=True)
        clip = None
        if artist.get_clip_on() and artist.get_clip_box() is not None:
            (x0, y0), (x1, y1) = artist.get_clip_box().get_points() / fig.bbox.size
            clip = [float(edge) for edge in (x0, 1 - y1, x1 - x0, y1 - y0)]
        offset, count = place
        return {"offset": offset, "count": count, "clip": clip}

    def _array(self, data: Any, n: int, last: int, meaning: str) -> np.ndarray:
        """Return data as a float array (n, items, last), or say in one sentence what shape is needed."""
        array = _floats(data)
        if array.ndim != 3 or array.shape[0] != n or array.shape[2] != last:
            raise ValueError(
                f"A live {type(self.artist).__name__} needs {meaning}, an array of shape ({n}, ..., {last}) with one "
                f"entry for each of the {n} swept values, and got shape {array.shape}"
            )
        return array


class LiveLine(Live):
    """A line, markers, or both."""

    def _checked(self, data: Any, n: int) -> np.ndarray:
        line = self.artist
        if line.get_drawstyle() != "default":
            raise TypeError("The stage draws no steps: repeat the points in the data, with drawstyle='default'")
        if line.get_markevery() is not None:
            raise TypeError("The stage draws every marker: use a second line for the marked points, not markevery")
        if line.get_marker() not in (None, "None", "none", "", " ") and line.get_fillstyle() not in ("full", "none"):
            raise TypeError("The stage draws no half-filled markers: use fillstyle='full' or 'none'")
        heights = _floats(data)
        if heights.ndim == 2:
            data = np.stack(np.broadcast_arrays(np.arange(heights.shape[1]), heights), axis=-1)
        return self._array(data, n, 2, "points x, y (or heights over x = 0, 1, 2, ...)")

    def put(self, i: int) -> Artist:
        self.artist.set_data(*self.data[i].T)
        return self.artist

    def points(self) -> np.ndarray:
        return self.data.reshape(-1, 2)

    def layers(self, buffer: Buffer) -> list[Layer]:
        line = self.artist
        display = self._display(self.data)
        layers: list[Layer] = []
        if line.get_linestyle() not in ("None", "none", "", " ") and line.get_linewidth() > 0:
            layers.append(self._stroke(self._placed(buffer.add_lines(display))))
        marker = MarkerStyle(line.get_marker(), line.get_fillstyle())
        if len(marker.get_path()):
            layers.append(self._stamp(marker, self._placed(buffer.add(display))))
        return layers

    def _stroke(self, placed: Placed) -> LineLayer:
        line = self.artist
        # matplotlib has no public reader of the dashes; these are in points already.
        dash_offset, dash = line._dash_pattern
        dashed = "dash" if line.is_dashed() else "solid"
        return {
            **placed,
            "kind": "line",
            "color": css(colors.to_rgba(line.get_color(), line.get_alpha())),
            "width": line.get_linewidth(),
            "dash": list(dash or []),
            "dashOffset": dash_offset or 0,
            "cap": line_cap(getattr(line, f"get_{dashed}_capstyle")()),
            "join": getattr(line, f"get_{dashed}_joinstyle")(),
        }

    def _stamp(self, marker: MarkerStyle, placed: Placed) -> StampsLayer:
        line = self.artist
        face = line.get_markerfacecolor() if marker.is_filled() else "none"
        return {
            **placed,
            "kind": "stamps",
            "path": svg(marker.get_path().transformed(marker.get_transform())),
            "size": [line.get_markersize() if line.get_marker() != "," else 1],
            "face": [css(colors.to_rgba(face, line.get_alpha() if face != "none" else 0))],
            "edge": [css(colors.to_rgba(line.get_markeredgecolor(), line.get_alpha()))],
            "width": [line.get_markeredgewidth()],
            "cap": line_cap(marker.get_capstyle()),
            "join": marker.get_joinstyle(),
        }


class LiveScatter(Live):
    """A scatter plot; sizes and colours belong to the artist, one for all points or one each."""

    def _checked(self, data: Any, n: int) -> np.ndarray:
        if len(self.artist.get_paths()) != 1:
            raise TypeError("The stage draws scatter plots of one marker: use one scatter for each marker")
        reject_patterns(self.artist)
        return self._array(data, n, 2, "points x, y")

    def put(self, i: int) -> Artist:
        self.artist.set_offsets(self.data[i])
        return self.artist

    def transform(self) -> Transform:
        return self.artist.get_offset_transform()

    def points(self) -> np.ndarray:
        return self.data.reshape(-1, 2)

    def layers(self, buffer: Buffer) -> list[Layer]:
        dots = self.artist
        stamps: StampsLayer = {
            **self._placed(buffer.add(self._display(self.data))),
            **collection_style(dots),
            "kind": "stamps",
            "path": svg(dots.get_paths()[0]),
            "size": np.sqrt(dots.get_sizes()).tolist(),
        }
        return [stamps]


class LiveArrows(Live):
    """Arrows; matplotlib computes their polygons."""

    def _checked(self, data: Any, n: int) -> np.ndarray:
        arrows = self.artist
        if (arrows.angles, arrows.scale_units, arrows.scale) != ("xy", "xy", 1):
            raise TypeError(
                "The stage draws arrows in data units: make the quiver with angles='xy', scale_units='xy', scale=1"
            )
        reject_patterns(arrows)
        return self._array(data, n, 4, "arrows x, y, u, v in data units")

    def put(self, i: int) -> Artist:
        return self._quiver(self.data[i])

    def transform(self) -> Transform:
        return self.artist.get_offset_transform()

    def points(self) -> np.ndarray:
        tails = self.data[..., :2].reshape(-1, 2)
        return np.concatenate([tails, tails + self.data[..., 2:].reshape(-1, 2)])

    def layers(self, buffer: Buffer) -> list[Layer]:
        shapes = self._shapes()
        polygons: PolygonsLayer = {
            **self._placed(buffer.add_corners(shapes.reshape(len(self.data), -1, 2))),
            **collection_style(self.artist),
            "kind": "polygons",
            "corners": shapes.shape[1],
        }
        return [polygons]

    def _shapes(self) -> np.ndarray:
        """Return the polygons of all arrows in display units, (arrows, corners, 2); a missing arrow is NaN."""
        arrows = self._quiver(self.data.reshape(-1, 4))
        with np.errstate(all="ignore"):
            arrows.draw(_Nowhere())
            corners = np.array([path.vertices for path in arrows.get_paths()]).reshape(self.data.size // 4, -1, 2)
            corners = np.ma.filled(corners, np.nan)
            tails = self._display(self.data[..., :2]).reshape(-1, 1, 2)
            shapes = tails + arrows.get_transform().transform(corners.reshape(-1, 2)).reshape(corners.shape)
        missing = ~np.isfinite(self.data).all(axis=-1).reshape(-1)
        shapes[missing] = np.nan
        return shapes

    def _quiver(self, data: np.ndarray) -> Quiver:
        """Return a quiver with other arrows and the artist's style, attached to no axes."""
        old, (x, y, u, v) = self.artist, data.T
        if old.width is None:
            old.draw(_Nowhere())  # settles the automatic width
        names = ("units", "width", "headwidth", "headlength", "headaxislength", "minshaft", "minlength", "pivot")
        shape = {name: getattr(old, name) for name in names}
        data_units = {"angles": "xy", "scale_units": "xy", "scale": 1, "transform": old.transform}
        new = Quiver(old.axes, x, y, u, v, **data_units, **shape)
        new.update_from(old)
        new.axes = old.axes
        new.set_figure(old.get_figure())
        return new


class LiveText(Live):
    """A text whose words change, and with ``Words`` its place; its style is the artist's."""

    def _checked(self, data: Any, n: int) -> Words:
        text = self.artist
        given = data.strings if isinstance(data, Words) else [data] if isinstance(data, str) else data
        strings = [minus_signs(str(string)) for string in given]
        if len(strings) != n:
            raise ValueError(f"A live Text needs {n} strings, one for each swept value, and got {len(strings)}")
        places = data.places if isinstance(data, Words) else np.tile(text.get_unitless_position(), (n, 1))
        if np.shape(places) != (n, 2):
            raise ValueError(f"The Words of a live Text need {n} places x, y, and got shape {np.shape(places)}")
        if any("$" in string for string in strings):
            raise TypeError(
                "The stage draws no mathtext: write the live text without $, with Unicode signs such as β or ²"
            )
        if text.get_rotation() or text.get_bbox_patch():
            raise TypeError("The stage draws live text level and without a box: drop rotation and bbox")
        return Words(strings, _floats(places))

    def put(self, i: int) -> Artist:
        self.artist.set_text(self.data.strings[i])
        self.artist.set_position(self.data.places[i])
        return self.artist

    def layers(self, buffer: Buffer) -> list[Layer]:
        text = self.artist
        words: TextLayer = {
            **self._placed(buffer.add(self._display(self.data.places[:, None]))),
            "kind": "text",
            "strings": list(self.data.strings),
            "color": css(colors.to_rgba(text.get_color(), text.get_alpha())),
            "size": text.get_fontsize(),
            "font": f"{text.get_fontstyle()} {weight_dict.get(text.get_fontweight(), text.get_fontweight())}",
            "family": f"'{text.get_fontname()}', Verdana, sans-serif",
            "align": text.get_horizontalalignment(),
            "baseline": text.get_verticalalignment(),
        }
        return [words]


def _floats(data: Any) -> np.ndarray:
    """Return data as floats with NaN for what is masked; an empty array for what is no array of numbers."""
    try:
        return np.ma.filled(np.ma.asarray(data, dtype=float), np.nan)
    except (TypeError, ValueError):
        return np.empty(0)


class _Nowhere(RendererBase):
    """A renderer that draws nothing: what is drawn with it has computed its shape."""

    def draw_path_collection(self, *args: Any, **kwargs: Any) -> None:
        pass

    draw_markers = draw_path = draw_path_collection


_KINDS: dict[type, type[Live]] = {Line2D: LiveLine, PathCollection: LiveScatter, Quiver: LiveArrows, Text: LiveText}


def live_artists(fig: Figure, data: Mapping[Artist, Any], n: int) -> list[Live]:
    """Check the live artists of a figure and return them in drawing order, lowest first.

    Raises TypeError for an artist that the page cannot draw, ValueError for data of the wrong shape or artists of
    another figure, or when there is nothing finite to draw.
    """
    if not data:
        raise ValueError("A scene needs at least one live artist: Scene({line: points}, ...)")
    lives = [_live(fig, artist, values, n) for artist, values in data.items()]
    numbers = [live.data for live in lives if not isinstance(live, LiveText)]
    if numbers and not any(np.isfinite(array).any() for array in numbers):
        raise ValueError("There is nothing to draw: all numbers of all live artists are NaN or infinite")
    return sorted(lives, key=lambda live: live.artist.get_zorder())


def _live(fig: Figure, artist: Artist, data: Any, n: int) -> Live:
    if type(artist) not in _KINDS:
        raise TypeError(
            f"The stage cannot draw a live {type(artist).__name__}: use lines, scatter, quiver or text, "
            "or leave it out of the scene's live artists so that matplotlib draws it"
        )
    if artist.get_figure(root=True) is not fig:
        raise ValueError(
            f"A live {type(artist).__name__} does not belong to the figure of this stage: make it on its axes"
        )
    if artist.axes is not None and artist.axes.name != "rectilinear":
        raise TypeError(f"The stage draws on ordinary axes only: live artists cannot be on {artist.axes.name} axes")
    return _KINDS[type(artist)](artist, data, n)
