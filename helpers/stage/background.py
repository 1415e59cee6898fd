"""The still part of a picture: what lies under the live artists, drawn again only where it has changed."""

import io
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from PIL import Image, WebPImagePlugin  # noqa: F401  (without it, all sixty formats are loaded to save one)

from helpers.pictures import pixels

_beside = ThreadPoolExecutor(1)  # Pillow lets other threads run while it encodes


class Background:
    """A figure's picture without its live artists.

    Once the layout is settled each axes becomes a layer of its own, and so do its scales: ticks with their labels take
    most of the time, and most controls change what lies between them, in one axes of two.
    """

    def __init__(self, fig: Figure) -> None:
        self._fig = fig
        self._layers: dict[Artist, Image.Image] = {}
        self._scales: dict[Axes, tuple[Any, Image.Image]] = {}
        self._drawn_at = 0.0
        self._settled = False

    def forget(self) -> None:
        """Draw everything next time: the figure has been drawn for another purpose."""
        self._layers = {}

    def draw(self) -> Future[bytes]:
        """Draw the picture, and return the promise of it as a file, which is made while the caller goes on."""
        fig = self._fig
        if self._drawn_at != fig.dpi:
            self._layers, self._scales = {}, {}
        image = self._from_layers() if self._settled else Image.fromarray(pixels(fig))
        # Layout costs as much as drawing, and axes that stay in their places are easier to compare.
        fig.set_layout_engine("none")
        fig.stale, self._drawn_at, self._settled = False, fig.dpi, True
        return _beside.submit(_webp, image)

    def _from_layers(self) -> Image.Image:
        fig = self._fig
        empty = tuple(round(255 * channel) for channel in to_rgba(fig.get_facecolor()))
        picture = Image.new("RGBA", fig.canvas.get_width_height(), empty)
        layers = {}
        for artist in sorted(fig.get_children(), key=Artist.get_zorder):
            if artist is not fig.patch and artist.get_visible():
                kept = self._layers.get(artist)
                layers[artist] = self._drawn(artist) if artist.stale or kept is None else kept
                picture.alpha_composite(layers[artist])
        self._layers = layers
        return picture

    def _drawn(self, artist: Artist) -> Image.Image:
        if not isinstance(artist, Axes):
            return self._layer(artist)
        locator = artist.get_axes_locator()
        artist.apply_aspect(locator(artist, self._renderer()) if locator is not None else None)
        axes = [axis for axis in (artist.xaxis, artist.yaxis) if axis.get_visible()]
        if artist.name != "rectilinear" or not artist.axison or not axes:
            return self._layer(artist)
        scales = self._drawn_scales(artist)
        for axis in axes:
            axis.set_visible(False)
        picture = self._layer(artist)
        for axis in axes:
            axis.set_visible(True)
        artist.stale = False
        picture.alpha_composite(scales)
        return picture

    def _drawn_scales(self, ax: Axes) -> Image.Image:
        """Return both scales of some axes; the ones that were drawn before when they would look the same."""
        look = [ax.get_position().bounds]
        for axis in (ax.xaxis, ax.yaxis):
            shown = (axis.get_visible(), axis.get_label_text(), axis.get_scale(), axis.get_ticks_position())
            look += [*axis.get_view_interval(), *shown, axis.get_major_locator(), axis.get_major_formatter()]
        kept, picture = self._scales.get(ax, (None, None))
        if picture is None or kept != look:
            picture = self._layer(ax.xaxis, ax.yaxis)
            self._scales[ax] = look, picture
        return picture

    def _layer(self, *artists: Artist) -> Image.Image:
        renderer = self._renderer()
        renderer.clear()
        for artist in artists:
            artist.draw(renderer)
        return Image.fromarray(np.array(drawn_canvas(self._fig).buffer_rgba()))

    def _renderer(self) -> Any:
        return drawn_canvas(self._fig).get_renderer()


def _webp(image: Image.Image) -> bytes:
    """Return a picture as a lossless WebP, quickest to make and smaller than a PNG."""
    out = io.BytesIO()
    image.convert("RGB").save(out, "WEBP", lossless=True, quality=0, method=0)
    return out.getvalue()


def drawn_canvas(fig: Figure) -> FigureCanvasAgg:
    """Return the canvas of a figure that ``pixels`` has drawn."""
    assert isinstance(fig.canvas, FigureCanvasAgg), "pixels draws on this canvas"
    return fig.canvas
