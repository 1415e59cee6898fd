"""Lesson 02: throws at a ring, the step of a difference, and the number of random directions.

The experiments take functions: central_difference(f, x, h) and spsa_gradient(f, x, h, rng), x of shape (d,).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np

from helpers.estimates import central_difference, forward_difference, spsa
from helpers.exercises.catalogue import challenge
from helpers.experiments.frames import Frames, pairs, still, until
from helpers.experiments.legends import legend_above
from helpers.pictures import COLORS, STYLES, show
from helpers.stage import Button, Menu, Scene, Slider, Stage, Words, stage

Difference = Callable[[Callable[[np.ndarray], Any], np.ndarray, float], np.ndarray]
Estimate = Callable[[Callable[[np.ndarray], float], np.ndarray, float, np.random.Generator], np.ndarray]
NEAR = 25  # places near w: at a single one, rounding errors cancel now and then by luck
LENS = np.linspace(-2, 2, 161)  # what the microscope shows, in units of h
LOOKS: dict[str, dict[str, Any]] = {
    "forward": {"color": COLORS["gradient"], "linestyle": "--"},
    "central": {"color": COLORS["path"], "linestyle": "-"},
    "complex step": {"color": COLORS["minimum"], "linestyle": "-.", "linewidth": 2.4},
}


class Curve(NamedTuple):
    """A function of one parameter, its derivative, and the place where its slope is taken."""

    f: Callable[[Any], Any]
    slope: Callable[[Any], Any]
    w: float


CURVES = {
    "exp(w), w near 1": Curve(np.exp, np.exp, 1.0),
    "sin(10 w), w near 1": Curve(lambda w: np.sin(10 * w), lambda w: 10 * np.cos(10 * w), 1.0),
    "1000 + exp(w), w near 1": Curve(lambda w: 1000 + np.exp(w), np.exp, 1.0),
    "√w, w near 10,000": Curve(np.sqrt, lambda w: 0.5 / np.sqrt(w), 1e4),
}


def slope_errors(difference: Difference, curve: Curve, steps: np.ndarray) -> np.ndarray:
    """Return the relative error of a difference for each step h (n,), the root mean square over places near w."""
    near = curve.w * np.linspace(0.99, 1.01, NEAR)[:, None]
    estimates = np.array([[difference(lambda w: curve.f(w[0]), place, h)[0] for place in near] for h in steps])
    return np.sqrt(np.mean((estimates / curve.slope(near[:, 0]) - 1) ** 2, axis=1))


def microscope(method: str, function: str, methods: Mapping[str, Difference], steps: np.ndarray) -> Frames:
    """Return a function near w under a lens of width h, with the secant of a difference, and the errors, for each h."""
    curve, h, n = CURVES[function], steps[:, None], len(steps)
    f, w, slope = curve.f, curve.w, curve.slope(curve.w)
    ends = np.array([0.0, 1.0] if method == "forward" else [-1.0, 1.0])
    heights = (f(w + h * ends) - f(w)) / (h * slope)
    secant = heights[:, 1:] + np.diff(heights) / np.diff(ends) * (np.array([-2.0, 2.0]) - 1)
    errors = {name: slope_errors(difference, curve, steps) for name, difference in methods.items()}
    drawn = {name: pairs(steps, np.maximum(error, 1e-17)) for name, error in errors.items()}
    tips = {name: int(np.argmin(error)) for name, error in errors.items()}
    named = {name: tip if name == "central" else (tip + n - 1) // 2 for name, tip in tips.items()}  # where it is free
    return Frames(
        live={
            "computed": pairs(LENS, (f(w + h * LENS) - f(w)) / (h * slope)),
            "ends": pairs(ends, heights),
            "secant": pairs([-2.0, 2.0], secant),
            "now": drawn[method][:, None],
            **{name: still(n, points) for name, points in drawn.items()},
            **{
                f"{name} name": Words([name] * n, still(n, points[named[name]])[:, 0]) for name, points in drawn.items()
            },
        },
        alt=[
            f"With h = {h:.2g} the {method} difference of {function}, has a relative error of {e:.2g}."
            for h, e in zip(steps, errors[method], strict=True)
        ],
        met=errors[method] < 1e-9,
    )


def step_size(central: Difference = central_difference) -> Stage:
    """Shrink the step h of a difference: the error falls, turns, and grows, a V on logarithmic axes."""
    methods = {"forward": forward_difference, "central": central}
    fig, (lens, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    lens.plot(LENS, LENS, ":", color=COLORS["limit"], label="tangent")
    artists = {
        "computed": lens.plot([], [], color=COLORS["guide"], label="f as computed")[0],
        "secant": lens.plot([], [], "--", color=COLORS["gradient"], label="secant")[0],
        "ends": lens.plot([], [], "o", color=COLORS["gradient"], ms=7)[0],
        **{name: curve.plot([], [], **LOOKS[name])[0] for name in methods},
        "now": curve.plot([], [], **STYLES["now"], zorder=3, clip_on=False)[0],
        "forward name": curve.text(0, 0, "", ha="right", va="bottom"),
        "central name": curve.text(0, 0, "", ha="center", va="top", color=COLORS["path"]),
    }
    lens.set(xlim=(-2, 2), ylim=(-3, 3), xlabel="distance from w, in units of h")
    lens.set(xticks=range(-2, 3), ylabel="rise, in units of h times slope")
    legend_above(lens, "Under the microscope")
    curve.axhline(1e-9, color=COLORS["limit"], ls=":", lw=1)
    curve.set(xscale="log", yscale="log", xlim=(1e-16, 2), ylim=(1e-14, 30), xlabel="step h")
    curve.set_xticks([1e-16, 1e-12, 1e-8, 1e-4, 1])
    curve.set(ylabel=f"relative error, {NEAR} places near w", title="The error of the slope is a V")
    steps = np.geomspace(1e-16, 1, 65)

    def look(method: str, function: str) -> Scene:
        return microscope(method, function, methods, steps).on(artists)

    controls = (
        Menu("method", "difference", list(methods), "forward"),
        Menu("function", "function", list(CURVES), next(iter(CURVES))),
    )
    goal = challenge("step-size")
    return stage(fig, look, over=steps, label="step h", start=0.5, format="{:.2g}", controls=controls, challenge=goal)


def average_directions(d: int, draws: int, estimate: Estimate, counts: np.ndarray) -> Frames:
    """Return the means of the first k SPSA estimates in d dimensions, for each k of counts (n,), and their errors."""
    n, most, target, rng = len(counts), counts[-1], np.linspace(-1, 1, d), np.random.default_rng(draws)

    def distance_to_target(w: np.ndarray) -> float:
        return np.sum((w - target) ** 2) / 2

    estimates = np.array([estimate(distance_to_target, np.zeros(d), 1e-3, rng) for _ in range(most)])
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


def random_directions(estimate: Estimate = spsa, most: int = 1000) -> Stage:
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
        "now": curve.plot([], [], **STYLES["now"], zorder=3, clip_on=False)[0],
    }
    entries.set(xlim=(-1.1, 1.1), ylim=(-4, 4), xticks=[-1, -0.5, 0, 0.5, 1], ylabel="its estimate")
    entries.set(xlabel="exact slope along a parameter", title="A dot for each parameter that fits; dotted: exact")
    curve.set(xscale="log", yscale="log", xlim=(0.8, most * 1.25), ylim=(0.01, 100))
    curve.set(xlabel="directions k, two evaluations each", ylabel="error, in lengths of the gradient")
    curve.set_title("A tenth costs a hundredfold")
    counts = np.unique(np.geomspace(1, most, 90).round().astype(int))

    def draw(d: int, draws: int) -> Scene:
        return average_directions(d, draws, estimate, counts).on(artists)

    controls = (
        Slider("d", "parameters d", [2, 5, 10, 20, 50, 100, 200], 100, "{:d}"),
        Button("draws", "draw other random signs"),
    )
    goal = challenge("random-directions")
    return stage(
        fig, draw, over=counts, label="directions k", start=100, format="{:.0f}", controls=controls, challenge=goal
    )


def show_throws(tracks: Sequence[np.ndarray], ring: np.ndarray) -> None:
    """Draw the tracks (points, 2) of thrown balls, the last one boldly, and the ring that they are thrown at."""
    fig, ax = plt.subplots(figsize=(8, 3.4))
    for track in tracks[:-1]:
        ax.plot(*track.T, color=COLORS["guide"], linestyle="-", lw=1)
        ax.plot(*track[-1], **STYLES["now"] | {"color": COLORS["guide"], "markersize": 6})
    ax.plot(*tracks[-1].T, color=COLORS["path"], linestyle="-")
    ax.plot(*tracks[-1][-1], **STYLES["now"], label="ball after 2 s")
    ax.plot(*ring, **STYLES["minimum"], label="ring")
    ax.set(xlabel="distance in m", ylabel="height in m", xlim=(0, 30), ylim=(-1, 13))
    ax.legend(loc="upper left")
    miss, last = np.linalg.norm(tracks[-1][-1] - ring), "last " if len(tracks) > 1 else ""
    ax.set_title(f"After 2 s the {last}ball is {miss:.2f} m from the ring")
    show(fig, f"Tracks of thrown balls: {len(tracks)}. After two seconds the {last}ball is {miss:.2f} m from the ring.")


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
        "stays at rounding, down to the smallest h drawn.",
    )
