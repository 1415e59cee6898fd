"""Lesson 11, live: ten systems on one path, and what a comparison of whole paths sees that one of ends does not."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from helpers.exercises.catalogue import challenge
from helpers.experiments.frames import Frames, pairs, still, until
from helpers.frameworks import by_numpy
from helpers.frameworks.problem import LR, OFF, STEPS, Run, points, solve
from helpers.frameworks.recorded import load
from helpers.frameworks.systems import REFERENCES, SYSTEMS
from helpers.pictures import COLORS, STYLES, contours, loss_axes
from helpers.stage import Menu, Scene, Stage, stage
from helpers.surfaces import Surface, least_squares

FLOOR = 1e-17  # where a difference of exactly 0 is drawn on a log axis
ROUNDING = 1e-12
LEAVES = 0.1

AGAINST = {
    "NumPy": ("numpy", LR),
    "NumPy, one sample a step": ("numpy-sample", LR),
    "NumPy, lr 0.1 % off": ("numpy", OFF * LR),
}

TWINS: dict[str, dict[str, Any]] = {
    "lr 0.1 % off": {"lr": OFF * LR},
    "a factor 2: lr twice as large": {"lr": 2 * LR},
    "float32 in place of float64": {"dtype": "float32"},
}


def apart(path: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the larger difference in w or b at each step of two paths (steps + 1, 2)."""
    return np.abs(path - other).max(axis=1)


def size(difference: float) -> str:
    """Say how large a difference is; below 1e-12 its digits are rounding errors and change with the machine."""
    if difference < ROUNDING:
        return f"below {ROUNDING:.0e}"
    return f"{difference:.1e}" if difference < 0.01 else f"{difference:.2g}"


def _valley() -> Surface:
    """Return the loss of the lesson's line as a surface over (w, b)."""
    x, y = points()
    features = np.stack([x, np.ones_like(x)], axis=1)
    above = least_squares(features, y)
    least = np.mean((features @ above.minima[0] - y) ** 2)
    return replace(above, value=lambda at: least + above.value(at))


def followed(words: str, path: np.ndarray, against: str, tolerance: float) -> Frames:
    """Return a system's path (STEPS + 1, 2) beside one of AGAINST, step by step; words: which path it is."""
    name, lr = AGAINST[against]
    other, taken = solve(REFERENCES[name], lr=lr).path, np.arange(STEPS + 1)
    gap = apart(path, other)
    largest = np.maximum.accumulate(gap)
    return Frames(
        live={
            "other": until(taken, other),
            "path": until(taken, path),
            "difference": until(taken, np.maximum(gap, FLOOR)),
            "limit": still(len(taken), [[0, tolerance], [STEPS, tolerance]]),
            "words": [f"step {k}: largest so far {size(largest[k])}" for k in taken],
        },
        alt=[
            f"{words}, against {against}: at step {k} it is at w = {w:.4f}, b = {b:.4f}; the largest "
            f"difference on the way is {size(largest[k])}. Tolerance {tolerance:.0e}, the dotted line."
            for k, (w, b) in zip(taken, path, strict=True)
        ],
        met=(name == "numpy") & (largest > LEAVES),
    )


def one_descent(here: Mapping[str, Run] | None = None) -> Stage:
    """Follow one system's path beside NumPy's, and see the difference at each step.

    here: runs that were made in the notebook, by the system's name; of all others the recorded path is shown.
    """
    ran = dict(here or {})
    titles = {system.title: name for name, system in SYSTEMS.items() if name not in REFERENCES}
    fig, (place, curve) = plt.subplots(1, 2, figsize=(9, 3.8))
    contours(place, _valley(), ((-0.4, 3.6), (-0.3, 2.6)))
    place.set(xlabel="slope w", ylabel="intercept b")
    loss_axes(curve, STEPS, (FLOOR / 2, 100), ylabel="larger difference, w or b")
    artists = {
        "other": place.plot([], [], **STYLES["average"] | {"linewidth": 6})[0],
        "path": place.plot([], [], **STYLES["path"])[0],
        "difference": curve.plot([], [], **STYLES["gradient"] | {"marker": "."})[0],
        "limit": curve.plot([], [], **STYLES["limit"])[0],
        "words": curve.text(0.98, 0.96, "", transform=curve.transAxes, ha="right", va="top", color=COLORS["start"]),
    }

    def compare(system: str, against: str) -> Scene:
        name = titles[system]
        run, source = (ran[name], "run in this notebook") if name in ran else (load(name).run, "recorded")
        place.set_title(f"{system} on top of {against}")
        curve.set_title(f"{source.capitalize()}: how far apart at each step")
        return followed(f"{system}, {source}", run.path, against, SYSTEMS[name].tolerance).on(artists)

    controls = (Menu("system", "system", list(titles), "JAX, grad"), Menu("against", "compared with", list(AGAINST)))
    taken = np.arange(STEPS + 1)
    goal = challenge("one-descent")
    return stage(fig, compare, over=taken, label="step", start=STEPS, format="{:d}", controls=controls, challenge=goal)


def paths_and_twin(twin: str, steps: int, stops: np.ndarray) -> Frames:
    """Return NumPy's descent and one of TWINS up to every stop (n,), and how far apart they are on the way."""
    right = solve(by_numpy.descend, steps=steps).path
    other = solve(by_numpy.descend, **({"steps": steps} | TWINS[twin])).path
    distance = apart(other, right)
    largest, last = np.maximum.accumulate(distance)[stops], distance[stops]
    where = np.array([distance[: stop + 1].argmax() for stop in stops])
    drawn = np.maximum(distance, FLOOR)
    return Frames(
        live={
            "reference": until(stops, right[:, 0]),
            "other": until(stops, other[:, 0]),
            "gap": until(stops, drawn),
            "top": pairs(where, drawn[where])[:, None],
            "end": pairs(stops, drawn[stops])[:, None],
        },
        alt=[
            f"NumPy's descent and a twin with {twin}, {stop} steps: the largest difference on the way is "
            f"{size(a)}, at the end it is {size(b)}."
            for stop, a, b in zip(stops, largest, last, strict=True)
        ],
        met=(largest > 1e-3) & (last < ROUNDING),
    )


def paths_and_ends(steps: int = 600) -> Stage:
    """Run NumPy's descent and a twin with one thing changed, and compare where they end and how they got there."""
    fig, (place, curve) = plt.subplots(1, 2, figsize=(9, 3.8))
    artists = {
        "reference": place.plot([], [], **STYLES["average"] | {"linewidth": 5}, label="NumPy, float64")[0],
        "other": place.plot([], [], **STYLES["path"] | {"marker": ""}, label="its twin")[0],
        "gap": curve.plot([], [], **STYLES["gradient"])[0],
        "top": curve.plot([], [], "^", color=COLORS["start"], ms=8, label="largest on the way")[0],
        "end": curve.plot([], [], "s", color=COLORS["start"], mfc="white", ms=7, label="at the end")[0],
    }
    curve.axhline(ROUNDING, **STYLES["limit"])
    place.set(xlim=(0, steps), ylim=(0, 3.4), xlabel="step", ylabel="slope w")
    loss_axes(curve, steps, (FLOOR / 2, 100), "How far apart at each step", ylabel="larger difference, w or b")
    curve.set_xlim(-10, steps + 10)
    place.legend(loc="lower right")
    curve.legend(loc="upper right", ncols=2)
    stops = np.arange(0, steps + 1, 5)

    def compare(twin: str) -> Scene:
        place.set_title(f"The twin has {twin}")
        return paths_and_twin(twin, steps, stops).on(artists)

    controls = (Menu("twin", "the twin has", list(TWINS)),)
    label = "number of steps"
    goal = challenge("paths-and-ends")
    return stage(
        fig, compare, over=stops, label=label, start=2 * STEPS, format="{:d}", controls=controls, challenge=goal
    )
