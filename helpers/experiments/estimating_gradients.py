"""Lesson 02: the step of a difference, and the number of random directions."""

from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from helpers.estimates import central_difference, forward_difference, spsa
from helpers.exercises.catalogue import challenge
from helpers.experiments.frames import Frames, pairs, still, until
from helpers.experiments.legends import legend_above
from helpers.pictures import COLORS, STYLES, show
from helpers.stage import Button, Menu, Scene, Slider, Stage, Words, stage

METHODS = {"forward": forward_difference, "central": central_difference}
NEAR = 25  # places near w: at a single one, rounding errors cancel now and then by luck
LENS = np.linspace(-2, 2, 161)  # what the microscope shows, in units of h
LOOKS: dict[str, dict[str, Any]] = {
    "forward": {"color": COLORS["gradient"], "linestyle": "--"},
    "central": {"color": COLORS["path"], "linestyle": "-"},
    "complex step": {"color": COLORS["minimum"], "linestyle": "-.", "linewidth": 2.4},
}
FUNCTIONS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "exp(w)": (np.exp, np.exp),
    "sin(10 w)": (lambda w: np.sin(10 * w), lambda w: 10 * np.cos(10 * w)),
    "1000 + exp(w)": (lambda w: 1000 + np.exp(w), np.exp),
}
"""Functions of one parameter to take slopes of, each with its derivative."""


def slope_errors(method: str, function: str, w: float, steps: np.ndarray) -> np.ndarray:
    """Return the relative error of a difference for each step h (n,), the root mean square over places near w."""
    f, slope_at = FUNCTIONS[function]
    near = w * np.linspace(0.99, 1.01, NEAR)[:, None]
    estimates = np.array([METHODS[method](lambda x: f(x[..., 0]), near, h)[:, 0] for h in steps])
    return np.sqrt(np.mean((estimates / slope_at(near[:, 0]) - 1) ** 2, axis=1))


def microscope(method: str, function: str, w: float, steps: np.ndarray) -> Frames:
    """Return a function near w under a lens of width h, with the secant of a difference, and the errors, for each h."""
    (f, slope_at), h, n = FUNCTIONS[function], steps[:, None], len(steps)
    slope = slope_at(w)
    ends = np.array([0.0, 1.0] if method == "forward" else [-1.0, 1.0])
    heights = (f(w + h * ends) - f(w)) / (h * slope)
    secant = heights[:, 1:] + np.diff(heights) / np.diff(ends) * (np.array([-2.0, 2.0]) - 1)
    errors = {name: slope_errors(name, function, w, steps) for name in METHODS}
    drawn = {name: pairs(steps, np.maximum(error, 1e-17)) for name, error in errors.items()}
    branch = np.argmin(abs(np.log(steps / 1e-3)))  # the curves are named where truncation has parted them
    return Frames(
        live={
            "computed": pairs(LENS, (f(w + h * LENS) - f(w)) / (h * slope)),
            "ends": pairs(ends, heights),
            "secant": pairs([-2.0, 2.0], secant),
            "now": drawn[method][:, None],
            **{name: still(n, curve) for name, curve in drawn.items()},
            **{f"{name} name": Words([name] * n, still(n, curve[branch])[:, 0]) for name, curve in drawn.items()},
        },
        alt=[
            f"With h = {h:.2g} the {method} difference of {function} near w = {w:.2f} has a relative error of {e:.2g}."
            for h, e in zip(steps, errors[method], strict=True)
        ],
        met=errors[method] < 1e-9,
    )


def step_size() -> Stage:
    """Shrink the step h of a difference: the error falls, turns, and grows, a V on logarithmic axes."""
    fig, (lens, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    lens.plot(LENS, LENS, ":", color=COLORS["limit"], label="tangent")
    artists = {
        "computed": lens.plot([], [], color=COLORS["guide"], label="f as computed")[0],
        "secant": lens.plot([], [], "--", color=COLORS["gradient"], label="secant")[0],
        "ends": lens.plot([], [], "o", color=COLORS["gradient"], ms=7)[0],
        **{name: curve.plot([], [], **LOOKS[name])[0] for name in METHODS},
        "now": curve.plot([], [], **STYLES["now"], zorder=3)[0],
        "forward name": curve.text(0, 0, "", ha="right", va="bottom"),
        "central name": curve.text(0, 0, "", ha="left", va="top", color=COLORS["path"]),
    }
    lens.set(xlim=(-2, 2), ylim=(-3, 3), xlabel="distance from w, in units of h")
    lens.set(xticks=range(-2, 3), ylabel="rise, in units of h times slope")
    legend_above(lens, "Under the microscope")
    curve.axhline(1e-9, color=COLORS["limit"], ls=":", lw=1)
    curve.set(xscale="log", yscale="log", xlim=(1e-16, 2), ylim=(1e-14, 30), xlabel="step h")
    curve.set_xticks([1e-16, 1e-12, 1e-8, 1e-4, 1])
    curve.set(ylabel=f"relative error, {NEAR} places near w", title="The error of the slope is a V")
    steps = np.geomspace(1e-16, 1, 113)

    def look(method: str, function: str, w: float) -> Scene:
        return microscope(method, function, w, steps).on(artists)

    controls = (
        Menu("method", "difference", list(METHODS), "forward"),
        Menu("function", "function", list(FUNCTIONS), "exp(w)"),
        Slider("w", "place w", np.arange(1, 9) / 4, 1.0, "{:.2f}"),
    )
    goal = challenge("step-size")
    return stage(fig, look, over=steps, label="step h", start=0.5, format="{:.2g}", controls=controls, challenge=goal)


def average_directions(d: int, draws: int, counts: np.ndarray) -> Frames:
    """Return the means of the first k SPSA estimates in d dimensions, for each k of counts (n,), and their errors."""
    n, most, target = len(counts), counts[-1], np.linspace(-1, 1, d)
    estimates = spsa(
        lambda w: np.sum((w - target) ** 2, axis=-1) / 2, np.zeros((most, d)), 1e-3, np.random.default_rng(draws)
    )
    means = (np.cumsum(estimates, axis=0) / np.arange(1, most + 1)[:, None])[counts - 1]
    errors = np.maximum(np.linalg.norm(means + target, axis=1) / np.linalg.norm(target), 1e-6)
    return Frames(
        live={
            "estimated": pairs(-target, means),
            "theory": still(n, pairs(counts, np.sqrt((d - 1) / counts))),
            "theory name": Words(["theory"] * n, still(n, [most, 1.5 * np.sqrt((d - 1) / 300)])[:, 0]),
            "measured": until(np.arange(n), pairs(counts, errors)),
            "price": still(n, [[d, 0.01], [d, 100.0]]),
            "price name": Words(["central differences"] * n, still(n, [d / 20 if d > 20 else 1.1 * d, 50.0])[:, 0]),
            "now": pairs(counts, errors)[:, None],
        },
        alt=[
            f"k = {k}: {2 * k} evaluations for {d} parameters are off by {e:.2f} gradient lengths; "
            f"central differences need {2 * d}."
            for k, e in zip(counts, errors, strict=True)
        ],
        met=errors < 0.2,
    )


def random_directions(most: int = 1000) -> Stage:
    """Average SPSA estimates over more and more directions, in a chosen dimension."""
    fig, (entries, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    entries.plot([-1.05, 1.05], [-1.05, 1.05], **STYLES["limit"])
    artists = {
        "estimated": entries.plot([], [], "o", color=COLORS["path"], ms=4)[0],
        "price": curve.plot([], [], **STYLES["guide"])[0],
        "price name": curve.text(0, 0, "", va="center", color=COLORS["guide"]),
        "theory": curve.plot([], [], **STYLES["limit"])[0],
        "theory name": curve.text(0, 0, "", ha="right", va="bottom"),
        "measured": curve.plot([], [], color=COLORS["path"])[0],
        "now": curve.plot([], [], **STYLES["now"], zorder=3)[0],
    }
    entries.set(xlim=(-1.1, 1.1), ylim=(-4, 4), xticks=[-1, -0.5, 0, 0.5, 1], ylabel="its estimate")
    entries.set(xlabel="exact slope along a parameter", title="A dot for each parameter; dotted: exact")
    curve.set(xscale="log", yscale="log", xlim=(0.8, most * 1.25), ylim=(0.01, 100))
    curve.set(xlabel="directions k, two evaluations each", ylabel="error, in lengths of the gradient")
    curve.set_title("A tenth costs a hundredfold")
    counts = np.unique(np.geomspace(1, most, 90).round().astype(int))

    def draw(d: int, draws: int) -> Scene:
        return average_directions(d, draws, counts).on(artists)

    controls = (
        Slider("d", "parameters d", [2, 5, 10, 20, 50, 100, 200], 100, "{:d}"),
        Button("draws", "draw other random signs"),
    )
    goal = challenge("random-directions")
    return stage(
        fig, draw, over=counts, label="directions k", start=100, format="{:.0f}", controls=controls, challenge=goal
    )


def show_three_errors(steps: np.ndarray, errors: dict[str, np.ndarray]) -> None:
    """Draw the errors (steps,) of forward, central and complex-step slopes against h."""
    fig, ax = plt.subplots(figsize=(6.6, 3.4))
    for name, values in errors.items():
        ax.loglog(steps, values, label=name, **LOOKS[name])
    ax.set(xlabel="step h", ylabel="relative error", ylim=(1e-17, 10), title="Two Vs, and one curve that stays down")
    ax.legend(loc="center left")
    show(
        fig,
        "Relative error of the slope against h on logarithmic axes. Forward and central differences are each a V and "
        "have lost every digit below h = 1e-16. The complex step falls together with the central difference and then "
        "stays at rounding, however small h becomes.",
    )
