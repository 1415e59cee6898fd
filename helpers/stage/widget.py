"""The widget: one picture, computed for all values of a slider at once, so that the page answers without the kernel.

The figure without its live artists is drawn once, as the background. The page lays it under a canvas and draws the live
artists on that from one buffer (``stage.js``). Only a further control asks the kernel for a new sweep.
"""

import inspect
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import anywidget
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from traitlets import Bytes, Dict, Int, List, Unicode

from helpers.pictures import checked_alt, picture_bundle, pixels, png
from helpers.stage.artists import Buffer, Live, live_artists
from helpers.stage.background import Background
from helpers.stage.controls import Control, Point, checked_controls, checked_values, nearest, texts
from helpers.stage.limits import fit_limits

_log = logging.getLogger(__name__)
_HERE = Path(__file__).parent


class Scene(NamedTuple):
    """What is to be seen for each of the n swept values.

    ``live``: per artist an array with leading axis n (1 if nothing is swept): Line2D (n, points, 2), or (n, points) as
    heights over x = 0, 1, 2, ...; PathCollection (n, points, 2); Quiver (n, arrows, 4) as x, y, u, v in data units;
    Text: n strings. NaN is not drawn. ``alt``: the text alternative per value, n strings or a function of the value
    (of None if nothing is swept). ``met``: per value, is the challenge met.
    """

    live: dict[Artist, Any]
    alt: Sequence[str] | Callable[[Any], str]
    met: Sequence[bool] | None = None


def stage(
    fig: Figure,
    scene: Scene | Callable[..., Scene],
    over: Sequence[float] | None = None,
    label: str = "",
    start: float | None = None,
    challenge: str = "",
    controls: Sequence[Control] = (),
    format: str = "{:.3g}",
) -> "Stage":
    """Return the live picture of an experiment; the last line of a cell displays it.

    ``fig``: an ordinary figure; the artists in ``scene.live`` move, all others are drawn once. ``scene``: a Scene, or a
    function that gets the controls' values by name and returns one; it is called again when a control changes.
    ``over``: the values of the swept slider, ``label`` its name, ``start`` the first value shown (the nearest one).
    ``challenge``: a sentence; the page says when ``scene.met`` is first true. ``format``: how the values read.

    Raises ValueError or TypeError at once, in one sentence, for whatever the page cannot show. Later a scene function
    that raises leaves the old picture, and the widget shows the message.
    """
    return Stage(fig, scene, over, label, start, challenge, controls, format)


class Stage(anywidget.AnyWidget):
    """See ``stage``. Traits are what the page knows; index, density, settings and met_at are what it tells."""

    _esm = _HERE / "stage.js"
    _css = _HERE / "stage.css"

    label = Unicode().tag(sync=True)
    challenge = Unicode().tag(sync=True)
    values = List().tag(sync=True)
    texts = List().tag(sync=True)
    controls = List().tag(sync=True)
    inches = List().tag(sync=True)
    width = Int().tag(sync=True)
    background = Bytes().tag(sync=True)
    frames = Dict().tag(sync=True)
    grids = Dict().tag(sync=True)
    error = Unicode().tag(sync=True)
    index = Int().tag(sync=True)
    density = Int(1).tag(sync=True)  # pixels of the background per pixel of the page, which asks for 2 if it has them
    settings = Dict().tag(sync=True)
    met_at = Unicode().tag(sync=True)

    def __init__(
        self,
        fig: Figure,
        scene: Scene | Callable[..., Scene],
        over: Sequence[float] | None,
        label: str,
        start: float | None,
        challenge: str,
        controls: Sequence[Control],
        format: str,
    ) -> None:
        if not isinstance(fig, Figure):
            raise TypeError(f"stage needs a figure first, as in fig, ax = plt.subplots(); got a {type(fig).__name__}")
        if over is not None and not label.strip():
            raise ValueError("The swept slider needs a label: say what it changes, as in label='learning rate lr'")
        self._fig, self._scene, self._controls = fig, scene, checked_controls(controls)
        self._check_scene()
        values = np.array([]) if over is None else checked_values(over, label)
        self._over = values
        self._lives: list[Live] = []
        self._fitted: dict = {}
        self._still = Background(fig)
        # Closed, the figure is not displayed a second time; without the callback it is drawn when we say so.
        plt.close(fig)
        fig.stale_callback = None
        self._dpi = fig.dpi
        super().__init__(
            label=label,
            challenge=challenge,
            values=values.tolist(),
            texts=texts(values, format),
            index=nearest(values, start) if len(values) else 0,
            controls=[{"name": c.name, "label": c.label, **c.spec()} for c in self._controls],
            settings={c.name: c.first() for c in self._controls},
            inches=fig.get_size_inches().tolist(),
            width=round(fig.get_size_inches()[0] * fig.dpi),
        )
        self._compute()
        self.observe(self._answer, ["settings", "density"])

    @property
    def value(self) -> float | None:
        """The value of the swept slider that is shown; None if nothing is swept."""
        return self._over[self.index] if len(self._over) else None

    def image(self, index: int | None = None, density: int = 1) -> np.ndarray:
        """Return the picture as matplotlib draws it for one index (default: the shown one), as (h, w, 4) bytes."""
        fig = self._fig
        self._still.forget()
        fig.set_dpi(self._dpi * density)
        moved = [live.put(self.index if index is None else index) for live in self._lives]
        pixels(fig)
        for artist in moved:
            artist.draw(fig.canvas.get_renderer())
        picture = np.array(fig.canvas.buffer_rgba())
        fig.set_dpi(self._dpi * self.density)
        return picture

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        view, metadata = super()._repr_mimebundle_(**kwargs)
        return view | picture_bundle(png(self.image()), self.frames["alts"][self.index]), metadata

    def _check_scene(self) -> None:
        scene, names = self._scene, [control.name for control in self._controls]
        if isinstance(scene, Scene):
            if names:
                raise TypeError("Controls need a scene function that gets their values, and got a fixed Scene")
        elif not callable(scene):
            raise TypeError(f"stage needs a Scene, or a function that returns one, and got a {type(scene).__name__}")
        else:
            try:
                inspect.signature(scene).bind(**dict.fromkeys(names))
            except TypeError as error:
                raise TypeError(
                    f"The scene function must take the controls' names {names} as keywords: {error}"
                ) from None

    def _answer(self, change: Any) -> None:
        """Compute what the page asked for; if that fails, say so there and leave the old picture."""
        try:
            self._compute()
        except Exception as error:
            _log.exception("The scene function of a stage raised for %s", self.settings)
            message = " ".join(str(error).split())
            self.error = f"{type(error).__name__}: {message}" if message else type(error).__name__

    def _compute(self) -> None:
        settings = dict(self.settings)
        scene, lives, alts = self._call(settings)
        fig = self._fig
        for live in lives:
            live.artist.set_animated(True)
            live.put(self.index)
        fit_limits(lives, self._fitted)
        if fig.dpi != self._dpi * self.density:  # set_dpi marks the figure as stale even when nothing changes
            fig.set_dpi(self._dpi * self.density)
        background = self._still.draw() if fig.stale or not self.background else self.background
        buffer = Buffer(fig)
        layers = [layer for live in lives for layer in live.layers(buffer)]
        self._lives = lives
        met = [] if scene.met is None else np.asarray(scene.met, dtype=bool).tolist()
        with self.hold_sync():
            self.background = background
            self.grids = {c.name: c.grid() for c in self._controls if isinstance(c, Point)}
            asked = {"settings": settings, "density": self.density}
            self.frames = {"layers": layers, "data": buffer.tobytes(), "alts": alts, "met": met, **asked}
            self.error = ""

    def _call(self, settings: dict[str, Any]) -> tuple[Scene, list[Live], list[str]]:
        """Call the scene function and check what it returns, before anything of the old picture is touched."""
        scene, n = self._scene, max(1, len(self._over))
        if callable(self._scene):
            values = self._control_values(settings)
            scene = self._scene(**values)
            # A scene function may show another window, which moves a point that would lie outside.
            moved = self._control_values(settings)
            if any(np.any(values[name] != moved[name]) for name in values):
                scene = self._scene(**moved)
        if not isinstance(scene, Scene):
            raise TypeError(f"The scene function must return a Scene and returned a {type(scene).__name__}")
        lives = live_artists(self._fig, scene.live, n)
        alts = scene.alt
        if callable(alts):
            alts = [alts(value) for value in (self._over if len(self._over) else [None])]
        if isinstance(alts, str) or len(alts) != n:
            raise ValueError(f"alt needs a function of the value, or a list of {n} texts, one for each swept value")
        if scene.met is not None and np.shape(scene.met) != (n,):
            raise ValueError(
                f"met needs {n} truth values, one for each swept value, and has shape {np.shape(scene.met)}"
            )
        return scene, lives, [checked_alt(alt) for alt in alts]

    def _control_values(self, settings: dict[str, Any]) -> dict[str, Any]:
        return {control.name: control.value(settings[control.name]) for control in self._controls}
