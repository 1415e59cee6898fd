"""The widget: one picture, computed for all values of a slider at once, so that the page answers without the kernel.

The figure without its live artists is drawn once, as the background. The page puts it on a canvas and draws the live
artists over it from one buffer (``stage.js``). Only a further control asks the kernel for a new sweep.
"""

import contextlib
import hashlib
import inspect
import io
import itertools
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import anywidget
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from traitlets import Dict, Int, List, Unicode

from helpers.page import bundle
from helpers.page.cells import replace_earlier
from helpers.pictures import checked_alt, minus_signs, picture_bundle, pixels, plain_scales, png
from helpers.stage.artists import Live, live_artists
from helpers.stage.background import Background, drawn_canvas
from helpers.stage.contract import AxisGrid, ControlSpec, Frames
from helpers.stage.controls import (
    Control,
    Point,
    Values,
    checked_controls,
    checked_values,
    choices,
    coarse,
    nearest,
    texts,
)
from helpers.stage.fractions import Buffer
from helpers.stage.limits import fit_limits

_log = logging.getLogger(__name__)
_HERE = Path(__file__).parent


class Challenge(Protocol):
    """What to reach with the controls; ``met`` is told, in words, at which settings it was."""

    @property
    def text(self) -> str: ...

    def met(self, words: str) -> None: ...


class Scene(NamedTuple):
    """What is to be seen for each of the n swept values.

    ``live``: per artist an array with leading axis n (1 if nothing is swept): Line2D (n, points, 2), or (n, points) as
    heights over x = 0, 1, 2, ...; PathCollection (n, points, 2); Quiver (n, arrows, 4) as x, y, u, v in data units;
    Text: n strings. NaN is not drawn. ``alt``: the text alternative per value, n strings or a function of the value
    (of None if nothing is swept). ``met``: per value, is the challenge met.
    """

    live: dict[Artist, Any]
    alt: Sequence[str] | Callable[[Any], str]
    met: Sequence[bool] | np.ndarray | None = None


class Swept(NamedTuple):
    """The swept slider: its values, its label, the values' words, and the index of the one shown first."""

    values: np.ndarray
    label: str
    texts: list[str]
    first: int


def stage(
    fig: Figure,
    scene: Scene | Callable[..., Scene],
    over: Values | None = None,
    label: str = "",
    start: float | None = None,
    challenge: Challenge | None = None,
    controls: Sequence[Control] = (),
    format: str = "{:.3g}",
) -> "Stage":
    """Return the live picture of an experiment; the last line of a cell displays it.

    ``fig``: an ordinary figure; the artists in ``scene.live`` move, all others are drawn once. ``scene``: a Scene, or a
    function that gets the controls' values by name and returns one; it is called again when a control changes.
    ``over``: the values of the swept slider, ``label`` its name, ``start`` the first value shown (the nearest one).
    ``challenge``: the page shows its text, and is told where the reader stopped when ``scene.met`` is true there.
    ``format``: how the values read.

    Raises ValueError or TypeError at once, in one sentence, for whatever the page cannot show. Later a scene function
    that raises leaves the old picture, and the widget shows the message.
    """
    if not isinstance(fig, Figure):
        raise TypeError(f"stage needs a figure first, as in fig, ax = plt.subplots(); got a {type(fig).__name__}")
    if isinstance(challenge, str):
        raise TypeError("challenge needs more than its text: write it into lesson.toml and say challenge=challenge(id)")
    swept = Swept(np.array([]), label, [], 0) if over is None else _swept(over, label, start, format)
    checked = checked_controls(controls)
    _check_scene(scene, [control.name for control in checked])
    return Stage(fig, scene, swept, checked, challenge)


def _swept(over: Values, label: str, start: float | None, form: str) -> Swept:
    if not label.strip():
        raise ValueError("The swept slider needs a label: say what it changes, as in label='learning rate lr'")
    values = checked_values(over, label)
    return Swept(values, label, texts(values, form), nearest(values, start))


def _check_scene(scene: Any, names: list[str]) -> None:
    """Raise TypeError when a scene is none, or when it is called by other names than the controls have."""
    if isinstance(scene, Scene):
        if names:
            raise TypeError("Controls need a scene function that gets their values, and got a fixed Scene")
    elif not callable(scene):
        raise TypeError(f"stage needs a Scene, or a function that returns one, and got a {type(scene).__name__}")
    else:
        try:
            inspect.signature(scene).bind(**dict.fromkeys(names))
        except TypeError as error:
            raise TypeError(f"The scene function must take the controls' names {names} as keywords: {error}") from None


class Stage(anywidget.AnyWidget):
    """See ``stage``. The traits are what both sides know; ``contract.js`` says what they mean and who writes which."""

    _esm = bundle(_HERE / "stage.js")
    _css = _HERE / "stage.css"

    id = Unicode().tag(sync=True)
    label = Unicode().tag(sync=True)
    challenge = Unicode().tag(sync=True)
    values: List[float] = List().tag(sync=True)
    texts: List[str] = List().tag(sync=True)
    controls: List[ControlSpec] = List().tag(sync=True)
    inches: List[float] = List().tag(sync=True)
    width = Int().tag(sync=True)
    frames = Dict().tag(sync=True, echo_update=False)
    error = Unicode().tag(sync=True)
    index = Int().tag(sync=True)
    density = Int(1).tag(sync=True, echo_update=False)  # what the page sets is not said back to it before the answer
    settings = Dict().tag(sync=True, echo_update=False)
    met_at = Unicode().tag(sync=True)

    def __init__(
        self,
        fig: Figure,
        scene: Scene | Callable[..., Scene],
        swept: Swept,
        controls: tuple[Control, ...],
        challenge: Challenge | None,
    ) -> None:
        self._fig, self._scene, self._over, self._controls = fig, scene, swept.values, controls
        self._lives: list[Live] = []
        self._fitted: dict[tuple[str, Axes], np.ndarray] = {}
        plain_scales(fig)
        self._still = Background(fig)
        self._background: Future[bytes] | None = None
        self._computed = ""
        # Closed, the figure is not displayed a second time; without the callback it is drawn when we say so.
        plt.close(fig)
        fig.stale_callback = None
        self._dpi = fig.dpi
        super().__init__(
            label=swept.label,
            challenge=minus_signs(challenge.text) if challenge else "",
            values=swept.values.tolist(),
            texts=swept.texts,
            index=swept.first,
            controls=[control.spec() for control in controls],
            settings={control.name: control.first() for control in controls},
            inches=fig.get_size_inches().tolist(),
            width=round(fig.get_size_inches()[0] * fig.dpi),
        )
        self.id = self.model_id
        self.frames = {**self.frames_at(self.settings)}
        self.observe(self._answer, ["settings", "density"])
        self.on_msg(self._foresee)
        replace_earlier(self)
        if challenge:
            self.observe(lambda change: challenge.met(change["new"]), "met_at")

    @property
    def value(self) -> float | None:
        """The value of the swept slider that is shown; None if nothing is swept."""
        return self._over[self.index] if len(self._over) else None

    def image(self, index: int | None = None, density: int = 1) -> np.ndarray:
        """Return the picture as matplotlib draws it for one index (default: the shown one), as (h, w, 4) bytes."""
        fig = self._fig
        if self._computed != repr(self.frames["settings"]):
            self.frames_at(self.frames["settings"])
        self._still.forget()
        drawn_at = fig.dpi
        fig.set_dpi(self._dpi * density)
        moved = [live.put(self.index if index is None else index) for live in self._lives]
        pixels(fig)
        canvas = drawn_canvas(fig)
        for artist in moved:
            artist.draw(canvas.get_renderer())
        picture = np.array(canvas.buffer_rgba())
        fig.set_dpi(drawn_at)
        return picture

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        bundled = super()._repr_mimebundle_(**kwargs)
        assert bundled is not None, "a widget that has not been closed has a view"
        view, metadata = bundled
        return view | picture_bundle(png(self.image()), self.frames["alts"][self.index]), metadata

    def states(self, presses: int = 1, grid: int = 1, density: int = 1) -> Iterator[Frames]:
        """Yield the frames for all settings of sliders and menus, the last control changing first.

        A button was pressed 0 to ``presses`` - 1 times. A point goes to ``grid`` values along each axis, its start
        among them, and the grids in the frames are these; it changes before all other controls.
        """
        for settings in self.choices(presses):
            grids, places = self.places(settings, grid)
            for moved in places:
                yield self.frames_at(moved, density) | {"grids": grids}

    def choices(self, presses: int = 1) -> Iterator[dict[str, Any]]:
        """Yield the settings of all controls as ``states`` goes through them, points at their start."""
        names = [spec["name"] for spec in self.controls]
        kept = [choices(spec, control, presses) for spec, control in zip(self.controls, self._controls, strict=True)]
        for chosen in itertools.product(*kept):
            yield dict(zip(names, chosen, strict=True))

    def places(self, settings: dict[str, Any], grid: int) -> tuple[dict[str, list[AxisGrid]], list[dict[str, Any]]]:
        """Return a coarse grid of each point at one setting of all else, and the settings with it at each place."""
        points = [control for control in self._controls if isinstance(control, Point)]
        if not points:
            return {}, [settings]
        fine = self.frames_at(settings)["grids"]
        starts = {point.name: point.first() for point in points}
        grids = {
            name: [coarse(axis, start, grid) for axis, start in zip(fine[name], starts[name], strict=True)]
            for name in starts
        }
        places = itertools.product(*(itertools.product(*(axis["values"] for axis in axes)) for axes in grids.values()))
        return grids, [settings | dict(zip(grids, map(list, place), strict=True)) for place in places]

    def frames_at(self, settings: dict[str, Any], density: int = 1) -> Frames:
        """Return all that the page shows at some settings; they do not depend on what was shown before."""
        settings = dict(settings)
        self._computed = ""
        lives, alts, met = self._checked(self._called(settings))
        promised = self._background_under(lives, density)
        buffer = Buffer(self._fig)
        layers = [layer for live in lives for layer in live.layers(buffer)]
        data, ends, deflated = buffer.packed()
        background = promised.result()
        self._lives, self._computed = lives, repr(settings)
        return {
            "settings": settings,
            "density": density,
            "background": background,
            "picture": hashlib.sha256(background).hexdigest()[:16],
            "layers": layers,
            "data": data,
            "deflated": deflated,
            "range": ends,
            "alts": alts,
            "met": met,
            "grids": {control.name: control.grid() for control in self._controls if isinstance(control, Point)},
        }

    def _answer(self, change: Any) -> None:
        """Compute what the page asked for, unless it knew; if that fails, say so there and leave the old picture."""
        if (self.frames["settings"], self.frames["density"]) == (self.settings, self.density):
            self.error = ""
            return
        try:
            frames, said = self._heard(self.settings, self.density)
        except Exception as error:
            _log.exception("The scene function of a stage raised for %s", self.settings)
            message = " ".join(str(error).split())
            self.error = f"{type(error).__name__}: {message}" if message else type(error).__name__
        else:
            with self.hold_sync():
                self.frames, self.error = {**frames}, said

    def _foresee(self, _widget: Any, asked: dict[str, Any], _buffers: Any) -> None:
        """Compute what the page may want next; what fails is said when it is wanted."""
        try:
            made, said = self._heard(asked["settings"], asked["density"])
        except Exception:
            self.send({"asked": asked})
        else:
            frames: dict[str, Any] = {**made}
            self.error = said or self.error
            packed = [frames.pop("background"), frames.pop("data")]
            self.send({"asked": asked, "frames": frames}, packed)

    def _heard(self, settings: dict[str, Any], density: int) -> tuple[Frames, str]:
        """Return the frames, and what the scene function printed: outside a cell nobody would read it."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            frames = self.frames_at(settings, density)
        return frames, " ".join(printed.getvalue().split())

    def _background_under(self, lives: list[Live], density: int) -> Future[bytes]:
        """Return the promise of the picture without its live artists; the last one when nothing in it has changed."""
        fig = self._fig
        for live in lives:
            live.artist.set_animated(True)
            live.put(self.index)
        fit_limits(lives, self._fitted)
        if fig.dpi != self._dpi * density:  # set_dpi marks the figure as stale even when nothing changes
            fig.set_dpi(self._dpi * density)
        if fig.stale or self._background is None:
            self._background = self._still.draw()
        return self._background

    def _called(self, settings: dict[str, Any]) -> Any:
        """Return the scene, or what the scene function returns for these settings."""
        if isinstance(self._scene, Scene):
            return self._scene
        values = self._control_values(settings)
        scene = self._scene(**values)
        # A scene function may show another window, which moves a point that would lie outside.
        moved = self._control_values(settings)
        if any(np.any(values[name] != moved[name]) for name in values):
            scene = self._scene(**moved)
        return scene

    def _checked(self, scene: Any) -> tuple[list[Live], list[str], list[bool]]:
        """Return live artists, texts and verdicts of a scene, before anything of the old picture is touched."""
        if not isinstance(scene, Scene):
            raise TypeError(f"The scene function must return a Scene and returned a {type(scene).__name__}")
        shown = self._over if len(self._over) else [None]
        return live_artists(self._fig, scene.live, len(shown)), _alts(scene.alt, shown), _met(scene.met, len(shown))

    def _control_values(self, settings: dict[str, Any]) -> dict[str, Any]:
        return {control.name: control.value(settings[control.name]) for control in self._controls}


def _alts(alt: Any, shown: Sequence[Any] | np.ndarray) -> list[str]:
    """Return the text alternative for each value that can be shown."""
    alts = [alt(value) for value in shown] if callable(alt) else alt
    if isinstance(alts, str) or len(alts) != len(shown):
        raise ValueError(
            f"alt needs a function of the value, or a list of {len(shown)} texts, one for each swept value"
        )
    return [checked_alt(one) for one in alts]


def _met(met: Sequence[bool] | np.ndarray | None, n: int) -> list[bool]:
    """Return for each of n values whether the challenge is met; nothing when the scene does not say."""
    if met is None:
        return []
    if np.shape(met) != (n,):
        raise ValueError(f"met needs {n} truth values, one for each swept value, and has shape {np.shape(met)}")
    return np.asarray(met, dtype=bool).tolist()
