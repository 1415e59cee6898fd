"""The toolbox: what a matrix does to a circle, and how a surface bends along its directions."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np

from helpers.exercises.catalogue import challenge
from helpers.experiments.frames import Frames, pairs, still
from helpers.pictures import COLORS, STYLES, contours, show
from helpers.stage import Scene, Slider, Stage, stage
from helpers.surfaces import Surface

ANGLES = np.arange(0, 181, 2)
TURN = np.deg2rad(np.arange(0, 361, 3))
CIRCLE = pairs(np.cos(TURN), np.sin(TURN))
REACH = 4.8
Curvature = Callable[[np.ndarray, np.ndarray], float]


def plain_curvature(hessian: np.ndarray, direction: np.ndarray) -> float:
    """Curvature along a direction (2,) of any length but 0."""
    return direction @ hessian @ direction / (direction @ direction)


def around(matrix: np.ndarray, curvature: Curvature = plain_curvature) -> Frames:
    """Return what a symmetric matrix (2, 2) does to the circle, and the curvature along each of ANGLES."""
    n, turn = len(ANGLES), np.deg2rad(ANGLES)
    e = pairs(np.cos(turn), np.sin(turn))
    values, vectors = np.linalg.eigh(matrix)
    bends = np.array([curvature(matrix, direction) for direction in e])
    mains = [values[:, None] * vectors.T, -values[:, None] * vectors.T]
    at = np.rad2deg(np.arctan2(vectors[1], vectors[0])) % 180
    main = " and ".join(f"{value:.2f} at {angle:.0f}°" for value, angle in zip(values, at, strict=True))
    if np.isclose(*values):
        main = f"{values[0]:.2f} in every direction"
    return Frames(
        live={
            "image": still(n, CIRCLE @ matrix),
            "direction": np.concatenate([0 * e, e], axis=-1)[:, None],
            "changed": np.concatenate([0 * e, e @ matrix], axis=-1)[:, None],
            **{f"main {k}": still(n, [mains[0][k], mains[1][k]]) for k in (0, 1)},
            "curvatures": still(n, pairs(ANGLES, bends)),
            **{f"value {k}": still(n, [(0, values[k]), (180, values[k])]) for k in (0, 1)},
            "now": pairs(ANGLES, bends)[:, None],
        },
        alt=[
            f"Direction {a}°: curvature {c:.2f}. Main curvatures: {main}." for a, c in zip(ANGLES, bends, strict=True)
        ],
        met=(matrix[0, 0] > 0) & (matrix[1, 1] > 0) & (bends < 0),
    )


def circle_and_curvatures(curvature: Curvature = plain_curvature) -> Stage:
    """Choose a symmetric matrix and a direction: where the circle goes, and how the surface bends there."""
    fig, (plane, dial) = plt.subplots(1, 2, figsize=(8, 3.4), width_ratios=(1, 1.3))
    plane.plot(*CIRCLE.T, color=COLORS["guide"], ls="-", lw=1)
    arrow = {"angles": "xy", "scale_units": "xy", "scale": 1}
    artists = {
        **{f"main {k}": plane.plot([], [], **STYLES["guide"])[0] for k in (0, 1)},
        "image": plane.plot([], [], **STYLES["gradient"])[0],
        "direction": plane.quiver([0], [0], [1], [0], color=COLORS["now"], width=0.012, **arrow),
        "changed": plane.quiver([0], [0], [1], [0], color=COLORS["gradient"], width=0.02, **arrow),
        **{f"value {k}": dial.plot([], [], **STYLES["limit"])[0] for k in (0, 1)},
        "curvatures": dial.plot([], [], color=COLORS["path"], ls="-")[0],
        "now": dial.plot([], [], **STYLES["now"], zorder=3, clip_on=False)[0],
    }
    plane.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal", xlabel="w0", ylabel="w1")
    plane.set_title("Thin arrow: e. Thick: H @ e")
    dial.axhline(0, **STYLES["guide"])
    dial.set(xlim=(0, 180), ylim=(-3, 5), xticks=range(0, 181, 45), xlabel="direction of e in degrees")
    dial.set(ylabel="curvature along e", title="Dotted: the two eigenvalues")

    def turn(a: float, b: float, d: float) -> Scene:
        return around(np.array([[a, b], [b, d]]), curvature).on(artists)

    entries, mixed = np.arange(-2, 7) / 2, np.arange(-3, 4) / 2
    controls = (
        Slider("a", "a, along w0", entries, 3.0, "{:.1f}"),
        Slider("b", "b, mixed", mixed, 1.0, "{:.1f}"),
        Slider("d", "d, along w1", entries, 1.0, "{:.1f}"),
    )
    goal = challenge("circle")
    return stage(
        fig, turn, over=ANGLES, label="direction", start=60, format="{:.0f}°", controls=controls, challenge=goal
    )


def show_main_directions(surface: Surface, w: np.ndarray, curvature: Curvature = plain_curvature) -> None:
    """Draw the main directions at a minimum w on the map, and cuts along them beside parabolas of those curvatures."""
    hessian = surface.hessian(w)
    _, vectors = np.linalg.eigh(hessian)
    fig, (place, cut) = plt.subplots(1, 2, figsize=(8, 3.4))
    contours(place, surface, ((w[0] - 1.2, w[0] + 1.2), (w[1] - 1.2, w[1] + 1.2)), equal=True)
    t = np.linspace(-0.5, 0.5, 101)
    for e, role, name in zip(vectors.T, ("path", "gradient"), ("bends least", "bends most"), strict=True):
        bend = curvature(hessian, e)
        place.plot(*(w + np.outer([-0.9, 0.9], e)).T, color=COLORS[role], ls="-" if role == "path" else "--")
        cut.plot(t, surface.value(w + np.outer(t, e)), color=COLORS[role], label=f"{name}: curvature {bend:.1f}")
        cut.plot(t[::5], bend * t[::5] ** 2 / 2, ".", color=COLORS[role])
    place.set(xlabel="w0", ylabel="w1", title="The two main directions")
    cut.set(xlabel="distance t from the minimum", ylabel="f", title="Cuts (lines), parabolas (dots)")
    cut.legend(loc="upper center")
    show(
        fig,
        "Left, the map around a minimum: close to it, the main directions are the axes of its oval level lines. Right, "
        "the cuts through the surface along them, with the parabolas of their curvatures, which touch them at the "
        "minimum and leave them farther out.",
    )
