"""Lesson 07: momentum, from its phase diagram on one parabola to the race on a bowl."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from helpers.descent import sweep
from helpers.exercises.catalogue import challenge
from helpers.experiments.frames import Frames, until
from helpers.optimizers import gradient_descent, heavy_ball, nesterov
from helpers.pictures import COLORS, STYLES, contours, loss_axes
from helpers.stage import Point, Scene, Slider, Stage, stage
from helpers.surfaces import bowl

BAND = 0.05
RULES = {"plain": gradient_descent, "heavy ball": heavy_ball, "Nesterov": nesterov}


def decay_rates(x: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Factor by which heavy ball shrinks (or stretches) the error per step, in the long run, on one parabola.

    x: learning rate times curvature; beta: momentum; arrays of one shape, which is the result's. It is the largest
    size of the eigenvalues of the matrix that takes (w, lr * velocity) to the next step.
    """
    matrix = np.stack([np.stack([1 - x, -beta], axis=-1), np.stack([x, beta], axis=-1)], axis=-2)
    return np.abs(np.linalg.eigvals(matrix)).max(axis=-1)


def regime(x: float, beta: float) -> str:
    """Say in words what heavy ball does on one parabola at lr * curvature = x >= 0."""
    rate = decay_rates(np.array(x), np.array(beta))
    if x == 0:
        return "stays where it is"
    if np.isclose(rate, 1, rtol=0, atol=1e-9):
        return "swings for ever"
    if rate > 1:
        return "diverges"
    if np.sqrt(beta) > abs(1 - np.sqrt(x)) + 1e-9:
        return "ripples around the minimum"
    return "comes in from one side" if x <= 1 else "jumps across the minimum at each step"


def _draw_regimes(ax: Axes, largest: float) -> None:
    """Draw the map of decay rates over lr * L and beta, its borders, and the names of its regions."""
    x, beta = np.meshgrid(np.linspace(0, largest, 121), np.linspace(0, 0.99, 100))
    shades = [str(shade) for shade in np.linspace(1, 0.75, 7)]
    ax.contourf(x, beta, decay_rates(x, beta), [0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1], colors=shades)
    beyond = np.linspace(2, largest, 50)
    ax.fill_between(beyond, beyond / 2 - 1, facecolor="none", edgecolor=COLORS["guide"], hatch="//", linewidth=0)
    ax.plot(beyond, beyond / 2 - 1, **STYLES["limit"])
    border = np.linspace(0, largest, 300)
    ax.plot(border, (1 - np.sqrt(border)) ** 2, **STYLES["guide"])
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    for name, place in {"ripples": (1.35, 0.55), "diverges": (2.55, 0.1)}.items():
        ax.text(*place, name, ha="center", bbox=box)
    for name, tip, place in (("monotone", (0.2, 0.12), (0.55, 0.3)), ("jumps", (1.6, 0.03), (1.35, 0.3))):
        ax.annotate(name, tip, place, ha="center", bbox=box, arrowprops={"arrowstyle": "-", "shrinkB": 0})
    ax.set(xlim=(0, largest), ylim=(0, 0.99), xlabel="lr · L", ylabel="momentum beta")


def parabola_run(setting: np.ndarray, steps: int) -> Frames:
    """Return heavy ball on w^2 / 2 from w = 1, step by step; setting (2,): lr times curvature, and beta."""
    x, beta = map(float, setting)
    w = sweep(lambda w: w, [1.0], rule=heavy_ball, steps=steps, lr=[x], beta=beta)[0, :, 0]
    rate, name = float(decay_rates(np.array(x), np.array(beta))), regime(x, beta)
    taken, every = np.arange(steps + 1), np.ones((steps + 1, 1))
    settles = x > 2 and bool(np.all(abs(w[30:]) < BAND))
    return Frames(
        live={
            "here": every[..., None] * setting,
            "whole": every * w,
            "path": until(taken, w),
            "words": [f"rate {rate:.3f}: {name}"] * (steps + 1),
        },
        alt=[
            f"With lr · L = {x:.3f} and beta = {beta:.3f} the descent {name}, with rate {rate:.3f}; "
            f"after {k} steps w = {w[k]:.3g}."
            for k in taken
        ],
        met=(taken >= 30) & settles,
    )


def phase_map(steps: int = 60) -> Stage:
    """Drag a point over lr and beta, and see the descent of one parabola from w = 1 that they make."""
    fig, (place, curve) = plt.subplots(1, 2, figsize=(9, 3.8))
    _draw_regimes(place, 3.0)
    place.set_title("Light is fast, dark is slow")
    artists = {
        "here": place.plot([], [], "o", color=COLORS["path"], ms=9)[0],
        "whole": curve.plot([], [], **STYLES["guide"])[0],
        "path": curve.plot([], [], **STYLES["path"])[0],
        "words": curve.text(0.98, 0.97, "", transform=curve.transAxes, ha="right", va="top", color=COLORS["start"]),
    }
    for edge in (-BAND, BAND):
        curve.axhline(edge, **STYLES["limit"])
    curve.set(xlim=(0, steps), ylim=(-1.4, 1.7), xlabel="step", ylabel="w", title="Where w is at each step")

    def drag(setting: np.ndarray) -> Scene:
        return parabola_run(setting, steps).on(artists)

    controls = (Point("setting", "setting", place, (0.1, 0.9)),)
    swept = np.arange(steps + 1)
    goal = challenge("phase-map")
    return stage(fig, drag, over=swept, label="step", start=steps, format="{:d}", controls=controls, challenge=goal)


def bowl_runs(condition: float, scale: float, betas: np.ndarray, steps: int) -> Frames:
    """Return the paths and losses of each of RULES on a bowl with lr = scale / L, for each momentum (n,)."""
    surface, start = bowl(condition), np.tile([2.5, 1.0], (len(betas), 1))
    settings = {"plain": {}, "heavy ball": {"beta": betas}, "Nesterov": {"beta": betas}}
    paths = {
        name: sweep(surface.gradient, start, rule=rule, steps=steps, lr=scale / condition, **settings[name])
        for name, rule in RULES.items()
    }
    losses = {name: surface.value(path) for name, path in paths.items()}
    last = np.stack([loss[:, -1] for loss in losses.values()], axis=1)
    return Frames(
        live={f"path of {name}": path for name, path in paths.items()} | losses,
        alt=[
            f"Condition number {condition:.0f}, lr = {scale:.2f}/L, beta = {beta:.2f}: after {steps} steps plain "
            f"descent has loss {plain:.2g}, heavy ball {heavy:.2g}, Nesterov {ahead:.2g}."
            for beta, (plain, heavy, ahead) in zip(betas, last, strict=True)
        ],
        met=(condition >= 100) & (last.min(axis=1) < 1e-3),
    )


def race(steps: int = 60) -> Stage:
    """Race plain descent, heavy ball and Nesterov on a bowl, all with one lr, at every momentum."""
    fig, (place, curve) = plt.subplots(1, 2, figsize=(9, 3.8))
    artists = {}
    for name, role in zip(RULES, ("path", "momentum", "comparison"), strict=True):
        artists[f"path of {name}"] = place.plot([], [], **STYLES[role] | {"markersize": 3})[0]
        artists[name] = curve.plot([], [], **STYLES[role] | {"marker": "", "linewidth": 2}, label=name)[0]
    curve.axhline(1e-3, **STYLES["limit"])
    loss_axes(curve, steps, (1e-6, 1e4), "One lr for all three")
    curve.legend(loc="upper right", ncols=3)
    betas = np.arange(99) / 100

    def run(condition: float, scale: float) -> Scene:
        contours(place, bowl(condition), ((-3.0, 3.0), (-2.2, 2.2)))
        place.set(title=f"Condition number {condition:.0f}", xlabel="w0", ylabel="w1")
        return bowl_runs(condition, scale, betas, steps).on(artists)

    controls = (
        Slider("condition", "condition number", [5.0, 10.0, 20.0, 50.0, 100.0, 200.0], 100.0, "{:.0f}"),
        Slider("scale", "lr, in units of 1/L", [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75], 1.0, "{:.2f}"),
    )
    goal = challenge("momentum-race")
    return stage(
        fig, run, over=betas, label="momentum beta", start=0.95, format="{:.2f}", controls=controls, challenge=goal
    )
