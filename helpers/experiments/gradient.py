"""Lesson 01: slopes, the gradient on a map, and why it does not point at the minimum."""

from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from helpers.exercises.catalogue import challenge
from helpers.experiments.frames import Frames, pairs, still
from helpers.experiments.marks import marks_on
from helpers.pictures import COLORS, STYLES, contours, show
from helpers.stage import Menu, Point, Scene, Slider, Stage, Words, stage
from helpers.surfaces import SURFACES, Surface, bowl

ANGLES = np.arange(0, 361, 3)
DIRECTIONS = pairs(np.cos(np.deg2rad(ANGLES)), np.sin(np.deg2rad(ANGLES)))
LEFT, RIGHT = -1.0, 3.4
Slope = Callable[[np.ndarray, np.ndarray], float]
ARROW: dict[str, Any] = {"angles": "xy", "scale_units": "xy", "scale": 1}


def _unit(v: np.ndarray) -> np.ndarray:
    """Scale vectors (..., d) to length 1; a zero vector becomes nan, which is not drawn."""
    length = np.linalg.norm(v, axis=-1, keepdims=True)
    return np.divide(v, length, out=np.full_like(v, np.nan), where=length > 0)


def plain_slope(grad: np.ndarray, direction: np.ndarray) -> float:
    """The slope per unit length along a direction (d,) that is not zero."""
    return float(grad @ direction / np.linalg.norm(direction))


def secants(h: np.ndarray) -> Frames:
    """Return the secants of w^2 through w = 1 and w = 1 + h, one for each distance h (n,)."""
    slopes = ((1 + h) ** 2 - 1) / h
    x, low = np.array([LEFT, RIGHT]), -2.6
    words = [f"secant: slope {slope:.3f}" for slope in slopes]
    return Frames(
        live={
            "secant": pairs(x, 1 + slopes[:, None] * (x - 1)),
            "name": Words(words, pairs(1 + (low - 1) / slopes + 0.35, low)),
            "end": pairs(1 + h, (1 + h) ** 2)[:, None],
        },
        alt=[
            f"At distance h = {d:.3g} the secant has slope {s:.3f}; the tangent has 2."
            for d, s in zip(h, slopes, strict=True)
        ],
        met=abs(slopes - 2) < 0.01,
    )


def secant() -> Stage:
    """Shrink h and watch the secant of w^2 at w = 1 become the tangent."""
    fig, ax = plt.subplots(figsize=(6.6, 3.4))
    w = np.linspace(LEFT, RIGHT, 200)
    ax.plot(w, w**2, color=COLORS["guide"])
    ax.plot(w, 1 + 2 * (w - 1), ":", color=COLORS["limit"])
    ax.plot(1, 1, "o", color=COLORS["limit"])
    ax.text(-0.92, 1.3, "f(w) = w²", color=COLORS["guide"])
    ax.text(2.3, 2.2, "tangent: slope 2")
    artists = {
        "secant": ax.plot([], [], "--", color=COLORS["gradient"])[0],
        "name": ax.text(0, 0, "", va="center"),
        "end": ax.plot([], [], **STYLES["now"], zorder=3)[0],
    }
    ax.set(xlim=(LEFT, RIGHT), ylim=(-3.5, 10), xlabel="w", ylabel="f(w)", title="The secant turns into the tangent")
    h = np.geomspace(1e-3, 2.0, 120)
    goal = challenge("secant")
    return stage(fig, secants(h).on(artists), over=h, label="distance h", start=2.0, challenge=goal)


def slopes_around(surface: Surface, w: np.ndarray, slope_along: Slope = plain_slope) -> Frames:
    """Return what `slope_along` says at w (2,) of every one of ANGLES, and the gradient among them."""
    n, grad = len(ANGLES), surface.gradient(w)
    slopes = np.array([slope_along(grad, direction) for direction in DIRECTIONS])
    steepness = np.linalg.norm(grad)
    uphill = np.rad2deg(np.arctan2(grad[1], grad[0])) % 360 if steepness else np.nan
    length = 0.16 * np.ptp(surface.window[0])
    here = np.broadcast_to(w, DIRECTIONS.shape)
    most = f"It is largest, {steepness:.2f}, along the gradient, at {uphill:.1f}°."
    largest = most if steepness else "The gradient is zero here."
    return Frames(
        live={
            "needle": np.concatenate([here, length * DIRECTIONS], axis=-1)[:, None],
            "steepest": still(n, np.concatenate([w, length * _unit(grad)])),
            "minimum": still(n, np.reshape(surface.minima, (-1, 2))),
            "slopes": still(n, pairs(ANGLES, slopes)),
            "now": pairs(ANGLES, slopes)[:, None],
            "best": still(n, pairs(uphill, steepness)),
            "name": Words(["gradient"] * n, still(n, [np.clip(uphill, 45, 315), 1.1 * steepness])[:, 0]),
        },
        alt=[
            f"At ({w[0]:.2f}, {w[1]:.2f}) the slope along {angle}° is {slope:.2f}. {largest}"
            for angle, slope in zip(ANGLES, slopes, strict=True)
        ],
        met=abs(slopes) < 0.03 * steepness,
    )


def compass(slope_along: Slope = plain_slope) -> Stage:
    """Turn a direction on a contour map and read what `slope_along` makes of the gradient there."""
    surfaces = {"bowl": bowl(10.0), "saddle": SURFACES["saddle"], "Himmelblau": SURFACES["Himmelblau"]}
    fig, (place, dial) = plt.subplots(1, 2, figsize=(8, 3.4))
    artists = {
        "needle": place.quiver([0], [0], [1], [0], color=COLORS["now"], width=0.008, **ARROW),
        "steepest": place.quiver([0], [0], [1], [0], color=COLORS["gradient"], width=0.018, **ARROW),
        "slopes": dial.plot([], [], color=COLORS["guide"])[0],
        "best": dial.plot([], [], "^", color=COLORS["gradient"], ms=9)[0],
        "now": dial.plot([], [], **STYLES["now"], zorder=3, clip_on=False)[0],
        "name": dial.text(0, 0, "", ha="center"),
    } | marks_on(place, ["minimum"])
    place.set(xlabel="w0", ylabel="w1", title="Thin arrow: yours. Thick: the gradient")
    dial.axhline(0, color=COLORS["limit"], ls=":", lw=1)
    dial.set(xlim=(0, 360), xticks=range(0, 361, 90), xlabel="direction in degrees", ylabel="slope along it")
    dial.set(ymargin=0.2, title="The slope is a cosine of the direction")

    def turn(surface: str, w: np.ndarray) -> Scene:
        chosen = surfaces[surface]
        contours(place, chosen, equal=True)
        return slopes_around(chosen, w, slope_along).on(artists)

    controls = (Menu("surface", "surface", list(surfaces), "bowl"), Point("w", "place", place, (1.2, 0.8)))
    goal = challenge("compass")
    return stage(
        fig, turn, over=ANGLES, label="direction", start=30, format="{:.0f}°", controls=controls, challenge=goal
    )


def misses(condition: float) -> Frames:
    """Return for places on one level line of a bowl how far minus the gradient points past the minimum, in degrees.

    ANGLES is how far around the line a place is: 0 and 180 are the ends of its long axis, 90 and 270 of its short one.
    """
    n, turn = len(ANGLES), np.deg2rad(ANGLES)
    w = pairs(2 * np.cos(turn), 2 * np.sin(turn) / np.sqrt(condition))
    down, home = _unit(-bowl(condition).gradient(w)), _unit(-w)
    missed = np.rad2deg(np.arccos(np.clip(np.sum(down * home, axis=-1), -1, 1)))
    return Frames(
        live={
            "homeward": np.stack([w, np.zeros_like(w)], axis=1),
            "downhill": np.concatenate([w, 0.9 * down], axis=-1)[:, None],
            "minimum": still(n, [[0.0, 0.0]]),
            "where": w[:, None],
            "missed": still(n, pairs(ANGLES, missed)),
            "now": pairs(ANGLES, missed)[:, None],
        },
        alt=[
            f"Condition number {condition:.0f}, at ({x:.2f}, {y:.2f}): −gradient misses the minimum by {miss:.0f}°."
            for (x, y), miss in zip(w + 0.0, missed, strict=True)
        ],
        met=missed > 70,
    )


def miss_angle() -> Stage:
    """Walk along one level set of an ellipse: how far does the downhill direction miss the minimum?"""
    fig, (place, dial) = plt.subplots(1, 2, figsize=(8, 3.4))
    artists = {
        "downhill": place.quiver([0], [0], [1], [0], color=COLORS["gradient"], width=0.012, **ARROW),
        "homeward": place.plot([], [], **STYLES["guide"])[0],
        "where": place.plot([], [], **STYLES["now"], zorder=3)[0],
        "missed": dial.plot([], [], color=COLORS["guide"])[0],
        "now": dial.plot([], [], **STYLES["now"], zorder=3, clip_on=False)[0],
    } | marks_on(place, ["minimum"])
    place.set(xlabel="w0", ylabel="w1", title="Arrow: −gradient. Dashes: to the minimum")
    dial.axhline(70, **STYLES["limit"])
    dial.set(xlim=(0, 360), ylim=(0, 90), xticks=range(0, 361, 90), yticks=range(0, 91, 15))
    dial.set(xlabel="way around the ellipse, 360 once", ylabel="angle between the two in degrees")
    dial.set(title="How far −gradient misses the minimum")

    def walk(condition: float) -> Scene:
        contours(place, bowl(condition), ((-2.4, 2.4), (-2.4, 2.4)), equal=True)
        return misses(condition).on(artists)

    conditions = [1.0, 2.0, 4.0, 10.0, 16.0, 25.0, 49.0, 100.0]
    controls = (Slider("condition", "condition number", conditions, 10.0, "{:.0f}"),)
    label = "way around the ellipse"
    goal = challenge("miss-angle")
    return stage(fig, walk, over=ANGLES, label=label, start=30, format="{:.0f}", controls=controls, challenge=goal)


def show_cuts(f: Callable[[np.ndarray], float], w: np.ndarray, slopes: tuple[float, float]) -> None:
    """Cut the surface f through the place w along each parameter, and draw the tangents with these slopes."""
    fig, axes = plt.subplots(1, 2, figsize=(8, 3.2), sharey=True)
    s = np.linspace(-2, 2, 200)
    for i, (ax, slope) in enumerate(zip(axes, slopes, strict=True)):
        cut = np.tile(w, (len(s), 1))
        cut[:, i] = s
        ax.plot(s, [f(point) for point in cut], color=COLORS["guide"])
        ax.plot(s, f(w) + slope * (s - w[i]), "--", color=COLORS["gradient"])
        ax.plot(w[i], f(w), "o", color=COLORS["path"])
        ax.set(xlabel=f"w{i}, with w{1 - i} = {w[1 - i]:.1f}", ylim=(-2, 12), title=f"slope {slope:.1f}")
    axes[0].set_ylabel("f(w)")
    show(
        fig,
        f"Two cuts through the surface at w = ({w[0]:.1f}, {w[1]:.1f}). Along w0 the tangent has slope "
        f"{slopes[0]:.1f}; along w1 it has slope {slopes[1]:.1f}.",
    )


def show_gradients(surface: Surface, gradient: Callable[[np.ndarray], np.ndarray]) -> None:
    """Draw what `gradient` returns at places all over the map of a surface, a thirtieth as long."""
    fig, ax = plt.subplots(figsize=(7, 3.4))
    contours(ax, surface, ((-2.6, 2.6), (-1.45, 1.45)), equal=True)
    places = pairs(*np.meshgrid(np.linspace(-2, 2, 9), np.linspace(-1, 1, 7))).reshape(-1, 2)
    arrows = np.array([gradient(place) for place in places]) / 30
    ax.quiver(*places.T, *arrows.T, color=COLORS["gradient"], width=0.005, **ARROW)
    ax.set(xlabel="w0", ylabel="w1", title="The gradient at 63 places, a thirtieth as long")
    show(
        fig,
        "Gradients as arrows on the map of the bowl: uphill everywhere, longest far above and below the minimum, "
        "where they stand nearly upright, and short near it.",
    )


def show_level_line(surface: Surface, places: np.ndarray, uphill: Callable[[np.ndarray], np.ndarray]) -> None:
    """Draw at places (n, 2) of one level line the direction that `uphill` makes of the gradient there."""
    fig, ax = plt.subplots(figsize=(6, 3.2))
    window = (x_lo, x_hi), (y_lo, y_hi) = (-2.6, 2.6), (-1.4, 1.4)
    contours(ax, surface, window, equal=True)
    grid = np.stack(np.meshgrid(np.linspace(x_lo, x_hi, 201), np.linspace(y_lo, y_hi, 201)), axis=-1)
    here = [surface.value(places[0])]
    ax.contour(grid[..., 0], grid[..., 1], surface.value(grid), here, colors=COLORS["path"], linewidths=2)
    arrows = 0.5 * np.array([uphill(surface.gradient(place)) for place in places])
    ax.quiver(*places.T, *arrows.T, color=COLORS["gradient"], width=0.008, **ARROW)
    ax.plot(*places.T, "o", color=COLORS["path"])
    ax.set(xlabel="w0", ylabel="w1", title="Steepest ascent stands at right angles to the level line")
    show(
        fig,
        f"{len(places)} places on one elliptical level line. At each, an arrow shows the direction of steepest "
        "ascent: outward, at a right angle to the line.",
    )


def show_arrow_on_the_map(surface: Surface, w: np.ndarray) -> None:
    """Draw the surface above its map, and minus the gradient at w where it lives: on the map."""
    fig = plt.figure(figsize=(5.4, 4))
    ax = fig.add_subplot(projection="3d", computed_zorder=False)
    x, y = np.meshgrid(np.linspace(-2, 2, 30), np.linspace(-1.2, 1.2, 30))
    height = surface.value(np.stack([x, y], axis=-1))
    floor, here = -4, surface.value(w)
    ax.plot_surface(x, y, height, color=COLORS["average"], alpha=0.35, linewidth=0)
    down = _unit(-surface.gradient(w))
    side = 0.2 * np.array([-down[1], down[0]])
    tip = w + down
    arrow = np.array([w, tip, tip - 0.3 * down + side, tip, tip - 0.3 * down - side])  # its head lies on the map too
    ax.plot(*arrow.T, floor, color=COLORS["gradient"], lw=2.5)
    ax.plot([w[0], w[0]], [w[1], w[1]], [floor, here], ":", color=COLORS["path"])
    ax.plot(w[:1], w[1:], [here], "o", color=COLORS["path"])
    ax.set(xlabel="w0", ylabel="w1", zlabel="f(w)", zlim=(floor, 9), title="−gradient: an arrow on the map")
    show(
        fig,
        "The bowl as a surface above its map. The arrow of minus the gradient lies flat on the map below the place, "
        "not on the surface.",
    )
