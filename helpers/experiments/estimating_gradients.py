"""Lesson 02: the step of a difference, and the number of random directions."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np

from helpers.estimates import central_difference, forward_difference, spsa
from helpers.pictures import COLORS, STYLES, show
from helpers.stage import Button, Menu, Scene, Slider, Stage, stage

METHODS = {"forward": forward_difference, "central": central_difference}
NEAR = 25  # places near w: at a single one, rounding errors cancel now and then by luck
LOOKS = {
    "forward": {"color": COLORS["gradient"], "linestyle": "--"},
    "central": {"color": COLORS["path"], "linestyle": "-"},
    "complex step": {"color": COLORS["minimum"], "linestyle": "-.", "linewidth": 2.4},
}


def _functions() -> dict[str, tuple[Callable[[np.ndarray], np.ndarray], Callable[[float], float]]]:
    """Functions of one parameter to take slopes of, each with its derivative."""
    return {
        "exp(w)": (np.exp, np.exp),
        "sin(10 w)": (lambda w: np.sin(10 * w), lambda w: 10 * np.cos(10 * w)),
        "1000 + exp(w)": (lambda w: 1000 + np.exp(w), np.exp),
    }


def _errors(difference: Callable, f: Callable, slope_at: Callable, w: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Relative error of a difference for each h, the root mean square over places w (places, 1)."""
    estimates = np.array([difference(lambda x: f(x[..., 0]), w, h)[:, 0] for h in steps])
    return np.sqrt(np.mean((estimates / slope_at(w[:, 0]) - 1) ** 2, axis=1))


def step_size() -> Stage:
    """Shrink the step h of a difference: the error falls, turns, and grows, a V on logarithmic axes."""
    steps, functions = np.geomspace(1, 1e-16, 113), _functions()
    fig, (lens, curve) = plt.subplots(1, 2, figsize=(9, 3.8))
    s = np.linspace(-2, 2, 161)
    lens.plot(s, s, ":", color=COLORS["limit"], label="tangent")
    (computed,) = lens.plot([], [], color=COLORS["guide"], label="values of f, as computed")
    (secant,) = lens.plot([], [], "--", color=COLORS["gradient"], label="secant")
    (ends,) = lens.plot([], [], "o", color=COLORS["gradient"], ms=7)
    lens.set(xlim=(-2, 2), ylim=(-3, 3), xlabel="distance from w, in units of h")
    lens.set(ylabel="rise, in units of h times slope", title="Under the microscope")
    lens.legend(loc="upper left")
    lines = {name: curve.plot([], [], label=name, **LOOKS[name])[0] for name in METHODS}
    (now,) = curve.plot([], [], "o", color=COLORS["start"], ms=9)
    curve.axhline(1e-9, color=COLORS["limit"], ls=":", lw=1)
    curve.set(xscale="log", yscale="log", xlim=(1e-16, 2), ylim=(1e-14, 30), xlabel="step h")
    curve.set(ylabel=f"relative error, {NEAR} places near w")
    curve.set_title("The error of the slope is a V")
    curve.legend(loc="lower left")

    def look(method: str, function: str, w: float) -> Scene:
        f, slope_at = functions[function]
        slope, scale = slope_at(w), steps[:, None]
        near = w * np.linspace(0.99, 1.01, NEAR)[:, None]
        errors = {name: _errors(difference, f, slope_at, near, steps) for name, difference in METHODS.items()}
        rise = (f(w + scale * s) - f(w)) / (scale * slope)
        tips = np.array([0.0, 1.0] if method == "forward" else [-1.0, 1.0])
        heights = (f(w + scale * tips) - f(w)) / (scale * slope)
        tilt = np.diff(heights) / np.diff(tips)
        error = np.maximum(errors[method], 1e-17)
        return Scene(
            live={
                computed: np.stack([np.broadcast_to(s, rise.shape), rise], axis=-1),
                ends: np.stack([np.broadcast_to(tips, heights.shape), heights], axis=-1),
                secant: np.stack(
                    [np.tile([-2.0, 2.0], (len(steps), 1)), heights[:, 1:] + tilt * (np.array([-2.0, 2.0]) - 1)],
                    axis=-1,
                ),
                now: np.stack([steps, error], axis=-1)[:, None],
                **{
                    line: np.tile(np.stack([steps, np.maximum(errors[name], 1e-17)], axis=-1), (len(steps), 1, 1))
                    for name, line in lines.items()
                },
            },
            alt=[
                f"Slope of {function} near w = {w:.2f}: with h = {h:.1e} the {method} difference has a relative error "
                f"of {e:.1e}."
                for h, e in zip(steps, errors[method], strict=True)
            ],
            met=errors[method] < 1e-9,
        )

    return stage(
        fig,
        look,
        over=steps,
        label="step h",
        start=0.5,
        format="{:.1e}",
        controls=(
            Menu("method", "difference", list(METHODS), "forward"),
            Menu("function", "function", list(functions), "exp(w)"),
            Slider("w", "place w", np.arange(1, 9) / 4, 1.0, "{:.2f}"),
        ),
        challenge="Bring the relative error below 1e-9, the dotted line.",
    )


def random_directions(most: int = 1000) -> Stage:
    """Average SPSA estimates over more and more directions, in a chosen dimension."""
    counts = np.unique(np.geomspace(1, most, 90).round().astype(int))
    fig, (entries, curve) = plt.subplots(1, 2, figsize=(9, 3.8))
    entries.plot([-1.05, 1.05], [-1.05, 1.05], ":", color=COLORS["limit"], label="estimate = exact slope")
    (estimated,) = entries.plot([], [], "o", color=COLORS["path"], ms=4, label="one parameter each")
    entries.set(
        xlim=(-1.1, 1.1),
        ylim=(-4, 4),
        xticks=[-1, -0.5, 0, 0.5, 1],
        xlabel="exact slope along a parameter",
        ylabel="its estimate",
    )
    entries.set_title("The estimates close in on the line")
    entries.legend(loc="upper left")
    (theory,) = curve.plot([], [], **STYLES["limit"], label="root of (d − 1) / k")
    (measured,) = curve.plot([], [], color=COLORS["path"], label="this run")
    (price,) = curve.plot([], [], "--", color=COLORS["guide"], lw=1, label="price of central ones")
    (now,) = curve.plot([], [], "o", color=COLORS["start"], ms=9)
    curve.set(xscale="log", yscale="log", xlim=(0.9, most * 1.1), ylim=(0.01, 30))
    curve.set(xlabel="directions k, two evaluations each", ylabel="error, in lengths of the gradient")
    curve.set(title="A tenth costs a hundredfold")
    curve.legend(loc="lower left")

    def draw(d: int, draws: int) -> Scene:
        target = np.linspace(-1, 1, d)
        estimates = spsa(
            lambda w: np.sum((w - target) ** 2, axis=-1) / 2, np.zeros((most, d)), 1e-3, np.random.default_rng(draws)
        )
        means = np.cumsum(estimates, axis=0) / np.arange(1, most + 1)[:, None]
        errors = np.linalg.norm(means + target, axis=1) / np.linalg.norm(target)
        seen = np.maximum(errors[counts - 1], 1e-6)
        n = len(counts)
        return Scene(
            live={
                estimated: np.stack([np.tile(-target, (n, 1)), means[counts - 1]], axis=-1),
                theory: np.tile(np.stack([counts, np.sqrt((d - 1) / counts)], axis=-1), (n, 1, 1)),
                measured: np.where(
                    np.arange(n)[:, None, None] >= np.arange(n)[:, None], np.stack([counts, seen], axis=-1), np.nan
                ),
                price: np.tile([[d, 0.01], [d, 30.0]], (n, 1, 1)),
                now: np.stack([counts, seen], axis=-1)[:, None],
            },
            alt=[
                f"{d} parameters, signs {draws + 1}: the mean of {k} directions, {2 * k} evaluations, is off by "
                f"{e:.2f} lengths of the gradient. Central differences would need {2 * d} evaluations."
                for k, e in zip(counts, seen, strict=True)
            ],
            met=seen < 0.2,
        )

    return stage(
        fig,
        draw,
        over=counts,
        label="directions k",
        start=100,
        format="{:.0f}",
        controls=(
            Slider("d", "parameters d", [2, 5, 10, 20, 50, 100, 200], 100, "{:d}"),
            Button("draws", "new signs"),
        ),
        challenge=f"Bring the error below 0.2 lengths of the gradient with at most {most} directions.",
    )


def show_three_errors(steps: np.ndarray, errors: dict[str, np.ndarray]) -> None:
    """Draw the errors (steps,) of forward, central and complex-step slopes against h."""
    fig, ax = plt.subplots(figsize=(6.6, 3.6))
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
