"""The still part of a picture: what lies under the live artists, drawn again only where it has changed."""

import io

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from PIL import Image

from helpers.pictures import pixels


class Background:
    """A figure's picture without its live artists.

    Once the layout is settled each axes becomes a layer of its own, and only the axes that changed are drawn again:
    tick labels cost more than curves, and most controls change one axes of two.
    """

    def __init__(self, fig: Figure) -> None:
        self._fig = fig
        self._layers: dict[Axes, Image.Image] = {}
        self._drawn_at = 0.0
        self._settled = False

    def forget(self) -> None:
        """Draw everything next time: the figure has been drawn for another purpose."""
        self._layers = {}

    def draw(self) -> bytes:
        """Return the picture as a lossless PNG."""
        fig = self._fig
        if self._drawn_at != fig.dpi:
            self.forget()
        in_layers = self._settled and set(fig.get_children()) == {fig.patch, *fig.axes}
        image = self._from_layers() if in_layers else Image.fromarray(pixels(fig))
        # Layout costs as much as drawing, and axes that stay in their places are easier to compare.
        fig.set_layout_engine("none")
        fig.stale, self._drawn_at, self._settled = False, fig.dpi, True
        out = io.BytesIO()
        image.convert("RGB").save(out, "PNG", compress_level=1)
        return out.getvalue()

    def _from_layers(self) -> Image.Image:
        fig = self._fig
        empty = tuple(round(255 * channel) for channel in to_rgba(fig.get_facecolor()))
        picture = Image.new("RGBA", fig.canvas.get_width_height(), empty)
        layers = {}
        for ax in sorted(fig.axes, key=Axes.get_zorder):
            if ax.get_visible():
                kept = self._layers.get(ax)
                layers[ax] = self._drawn(ax) if ax.stale or kept is None else kept
                picture.alpha_composite(layers[ax])
        self._layers = layers
        return picture

    def _drawn(self, ax: Axes) -> Image.Image:
        canvas = drawn_canvas(self._fig)
        renderer = canvas.get_renderer()
        renderer.clear()
        locator = ax.get_axes_locator()
        ax.apply_aspect(locator(ax, renderer) if locator is not None else None)
        ax.draw(renderer)
        return Image.fromarray(np.array(canvas.buffer_rgba()))


def drawn_canvas(fig: Figure) -> FigureCanvasAgg:
    """Return the canvas of a figure that ``pixels`` has drawn."""
    assert isinstance(fig.canvas, FigureCanvasAgg), "pixels draws on this canvas"
    return fig.canvas
