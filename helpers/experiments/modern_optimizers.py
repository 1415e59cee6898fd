"""Lesson 11, live: Newton's method from any start, steepest descent in three norms, Newton-Schulz, tuning budgets."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from helpers.exercises.catalogue import challenge
from helpers.experiments.benchmark import tuned
from helpers.experiments.marks import marks_on, names_beside
from helpers.experiments.modern_frames import (
    BAND,
    DIRECTIONS,
    FLAT,
    LOSSES,
    NORMS,
    ROUNDS,
    SCALED,
    SIZES,
    NewtonStep,
    Orthogonalise,
    SteepestDirection,
    best_direction,
    budgets,
    matrices,
    newton_frames,
    newton_schulz,
    steps_by_norm,
    unit_ball,
)
from helpers.optimizers import orthogonalise as plain_orthogonalise
from helpers.pictures import COLORS, STYLES, contours, loss_axes
from helpers.second_order import newton_step as plain_newton_step
from helpers.stage import Menu, Point, Scene, Stage, stage
from helpers.surfaces import SURFACES

PLACES = ("Himmelblau", "saddle", "Rosenbrock", "plateau")
WAYS = {"plain": "Plain Newton takes any place of gradient zero", "damped": "Damped Newton never climbs"}
DASHES: dict[str, Any] = {"l1": "-.", "l2": ":", "linf": (0, (5, 2))}
ARROW: dict[str, Any] = {"angles": "xy", "scale_units": "xy", "scale": 1}
LOOKS: tuple[dict[str, Any], ...] = (
    {"color": COLORS["path"], "ls": "-"},
    {"color": COLORS["momentum"], "ls": "-."},
    {"color": COLORS["comparison"], "ls": "--", "lw": 2.6},
    {"color": COLORS["gradient"], "ls": (0, (6, 1.5))},
    {"color": COLORS["start"], "ls": ":"},
    {"color": COLORS["minimum"], "ls": (0, (3, 1, 1, 1, 1, 1))},
)


def newton_anywhere(newton_step: NewtonStep = plain_newton_step, steps: int = 24) -> Stage:
    """Walk from any start by Newton's method, plain or damped, each step of which is made by `newton_step`."""
    fig, (place, curve) = plt.subplots(1, 2, figsize=(8, 3.25))
    artists = {
        "whole": place.plot([], [], **STYLES["guide"])[0],
        "fitted": place.plot([], [], **STYLES["limit"])[0],
        "path": place.plot([], [], **STYLES["path"])[0],
        "all losses": curve.plot([], [], **STYLES["guide"] | {"linestyle": (0, (12, 2))})[0],
        "all slopes": curve.plot([], [], **STYLES["guide"])[0],
        "loss": curve.plot([], [], **STYLES["loss"])[0],
        "slope": curve.plot([], [], **STYLES["gradient"])[0],
        "now on curves": curve.plot([], [], **STYLES["now"] | {"markersize": 6}, zorder=3, clip_on=False)[0],
        "kind": place.set_title(" "),
    }
    artists |= marks_on(place) | names_beside(curve, {"loss": COLORS["loss"], "|gradient|": COLORS["start"]})
    curve.axhline(FLAT, **STYLES["limit"])
    loss_axes(curve, steps, SIZES, ylabel="loss, gradient length")
    place.set(xlabel="w0", ylabel="w1")
    place.locator_params(nbins=5, integer=True)
    place.yaxis.set_label_coords(-0.13, 0.5)

    def walk(surface: str, way: str, start: np.ndarray) -> Scene:
        contours(place, SURFACES[surface])
        curve.set_title(WAYS[way])
        return newton_frames(SURFACES[surface], start, way == "damped", steps, newton_step).on(artists)

    controls = (
        Menu("surface", "surface", PLACES),
        Menu("way", "Newton", list(WAYS)),
        Point("start", "start", place, (0.5, 0.0)),
    )
    goal = challenge("newton-anywhere")
    return stage(fig, walk, over=np.arange(steps + 1), label="step", format="{:d}", controls=controls, challenge=goal)


def norm_picker(steepest_direction: SteepestDirection = best_direction) -> Stage:
    """Turn −gradient, and see which step of norm 1 `steepest_direction` finds best in each norm."""
    fig, (place, dial) = plt.subplots(1, 2, figsize=(8, 3.4))
    for norm in NORMS:
        place.plot(*unit_ball(norm).T, color="#C3CEDA", ls="-", lw=1)
    (ball,) = place.plot([], [], color=COLORS["guide"], ls="-", lw=2)
    artists = {
        "gradient": place.quiver([0], [0], [1], [0], color=COLORS["gradient"], width=0.009, **ARROW),
        "step": place.quiver([0], [0], [1], [0], color=COLORS["path"], width=0.018, zorder=3, **ARROW),
        "level": place.plot([], [], **STYLES["limit"])[0],
        "ends": place.plot([], [], "o", color=COLORS["start"], ms=4)[0],
        "now": dial.plot([], [], **STYLES["now"], zorder=3, clip_on=False)[0],
    }
    for norm, dashes in DASHES.items():
        artists[f"{norm} directions"] = dial.plot([], [], color=COLORS["guide"], ls=dashes, lw=1.4)[0]
    artists["directions"] = dial.plot([], [], color=COLORS["path"], ls="-", lw=3)[0]
    names = {"l1": ((145, 180), (100, 235)), "linf": ((95, 135), (10, 180)), "l2": ((247, 247), (285, 200))}
    for name, (line, words) in names.items():
        dial.annotate(name, line, words, arrowprops={"arrowstyle": "-", "shrinkB": 0})
    place.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), aspect="equal", xlabel="step in w0", ylabel="step in w1")
    place.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1), title="Thin: −gradient. Thick: the best step")
    dial.set(xlim=(0, 360), ylim=(-10, 370), xticks=range(0, 361, 90), yticks=range(0, 361, 90))
    dial.set(xlabel="direction of −gradient in degrees", ylabel="direction of the step")
    dial.set_title("Two of the norms know four directions only")

    def turn(norm: str) -> Scene:
        ball.set_data(*unit_ball(norm).T)
        return steps_by_norm(norm, steepest_direction).on(artists)

    controls = (Menu("norm", "norm", list(NORMS), "linf"),)
    label = "direction of −gradient"
    goal = challenge("norm-picker")
    return stage(fig, turn, over=DIRECTIONS, label=label, start=22, format="{:.0f}°", controls=controls, challenge=goal)


def rounds_of_newton_schulz(orthogonalise: Orthogonalise = plain_orthogonalise) -> Stage:
    """Count the rounds of Newton-Schulz, made by `orthogonalise`, and see what they make of singular values."""
    fig, (place, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    chosen = matrices()
    artists = {
        "map": place.plot([], [], color=COLORS["guide"], ls="-", lw=1.4)[0],
        "mapped": place.plot([], [], "o", color=COLORS["path"], mec=COLORS["start"], ms=6, zorder=3)[0],
        "whole": curve.plot([], [], color=COLORS["guide"], ls=(0, (5, 1)), lw=0.7)[0],
        "way": curve.plot([], [], color=COLORS["path"], ls="-", lw=1.6)[0],
        "now": curve.plot([], [], "o", color=COLORS["path"], mec=COLORS["start"], ms=6, zorder=3, clip_on=False)[0],
    }
    for ax in (place, curve):
        for edge in BAND:
            ax.axhline(edge, **STYLES["limit"])
    place.set(xscale="log", xlim=(SCALED[0], 1.1), ylim=(-0.05, 1.5))
    place.set(
        xlabel="singular value, scaled, before",
        ylabel="after these rounds",
        title="Rounds lift the small and fold the rest",
    )
    loss_axes(curve, ROUNDS[-1], (3e-4, 2), "Near 1 in a few rounds, and never at rest", ylabel="singular values")
    curve.set(xlabel="rounds", xticks=ROUNDS[::2])

    def make(spectrum: str) -> Scene:
        return newton_schulz(spectrum, chosen[spectrum], orthogonalise).on(artists)

    controls = (Menu("spectrum", "singular values", list(chosen)),)
    goal = challenge("newton-schulz")
    return stage(fig, make, over=ROUNDS, label="rounds", format="{:d}", controls=controls, challenge=goal)


def tuning_budget(losses: Mapping[str, np.ndarray] | None = None) -> Stage:
    """Allow every rule k of the rates that were tried, drawn by chance, and see which rule is ahead.

    losses: of up to six rules at every rate tried, by name, (m,) each; those of the benchmark where it is left out.
    """
    losses = {name: found.losses for name, found in tuned().items()} if losses is None else losses
    names, k = list(losses), len(next(iter(losses.values())))
    fig, (place, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    rows = np.arange(len(names))[::-1]
    for row, tried in zip(rows, losses.values(), strict=True):
        place.plot(np.minimum(tried, LOSSES[1]), np.full(len(tried), row), "|", color=COLORS["guide"], ms=9)
    artists = {
        "bars": place.plot([], [], color=COLORS["average"], ls="-", lw=7, alpha=0.6, solid_capstyle="butt")[0],
        "medians": place.plot([], [], **STYLES["now"] | {"markersize": 7}, zorder=3)[0],
        "ahead": place.plot([], [], **STYLES["minimum"] | {"markersize": 15}, mec=COLORS["start"], zorder=4)[0],
        "here": curve.plot([], [], **STYLES["limit"])[0],
        "now": curve.plot([], [], "o", color=COLORS["start"], ms=5, zorder=3, clip_on=False)[0],
    }
    for name, look in zip(names, LOOKS, strict=False):
        artists |= {name: curve.plot([], [], **look)[0], f"name of {name}": curve.text(0, 0, "", va="center")}
    place.set(xscale="log", xlim=(LOSSES[0], 1.1 * LOSSES[1]), ylim=(-0.6, len(names) - 0.4))
    place.set_yticks(rows, names)
    place.set_xlabel(f"loss on held-out digits; {LOSSES[1]:g} means {LOSSES[1]:g} or more")
    place.set_title("Dot: the median. Bar: 8 draws of 10")
    curve.set(xlim=(0.8, k), ylim=(len(names) + 0.5, 0.5), xticks=range(1, k + 1), yticks=range(1, len(names) + 1))
    curve.set(xlabel="rates tried for each rule", ylabel="place", title="Who is ahead depends on the budget")
    label, counts = "rates tried", np.arange(1, k + 1)
    goal = challenge("tuning-budget")
    return stage(fig, budgets(losses).on(artists), over=counts, label=label, format="{:d}", challenge=goal)
