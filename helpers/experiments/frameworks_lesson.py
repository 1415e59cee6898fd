"""Lesson 13, live: ten systems on one path, and what a comparison of whole paths sees that one of ends does not."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from helpers.exercises.catalogue import challenge
from helpers.experiments.frames import Frames, pairs, still, until
from helpers.experiments.marks import marks_on
from helpers.frameworks import by_numpy
from helpers.frameworks.problem import LR, OFF, START, STEPS, Run, points, solve
from helpers.frameworks.recorded import load
from helpers.frameworks.systems import REFERENCES, SYSTEMS
from helpers.pictures import COLORS, STYLES, contours, loss_axes
from helpers.stage import Menu, Scene, Stage, Words, stage
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


def descend_on(loss: str, lr: float, steps: int = STEPS) -> Run:
    """Descend with NumPy on one way to measure the lesson's errors: mean, half mean, sum or half sum of squares."""
    x, y = points()
    factor = (0.5 if loss.startswith("half") else 1) / (len(x) if loss.endswith("mean") else 1)
    w, path, losses = np.array(START), [], []
    for _ in range(steps + 1):
        errors = w[0] * x + w[1] - y
        path.append(w)
        losses.append(factor * np.sum(errors**2))
        w = w - lr * 2 * factor * np.array([np.sum(errors * x), np.sum(errors)])
    return Run(np.array(path), np.array(losses))


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
            "other": still(len(taken), other),
            "path": until(taken, path),
            "start": still(len(taken), path[:1]),
            "now": path[:, None],
            "minimum": still(len(taken), _valley().minima),
            "difference": until(taken, np.maximum(gap, FLOOR)),
            "limit": still(len(taken), [[0, tolerance], [STEPS, tolerance]]),
            "words": [f"Step {k}, largest so far: {size(largest[k])}" for k in taken],
        },
        alt=[
            f"Step {k}: w = {w:.3f}, b = {b:.3f}; {words} has been {size(largest[k])} away from {against}."
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
    fig, (place, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    contours(place, _valley(), ((-0.4, 3.6), (-0.3, 2.6)))
    place.set(xlabel="slope w", ylabel="intercept b")
    loss_axes(curve, STEPS, (FLOOR / 2, 100), ylabel="larger difference, w or b")
    artists = {
        "other": place.plot([], [], **STYLES["average"] | {"linewidth": 6})[0],
        "path": place.plot([], [], **STYLES["path"])[0],
        "difference": curve.plot([], [], **STYLES["gradient"] | {"marker": "."})[0],
        "limit": curve.plot([], [], **STYLES["limit"])[0],
        "words": curve.set_title(" "),
    }
    artists |= marks_on(place)
    beneath = place.text(3.5, -0.2, "", ha="right", bbox={"facecolor": "white", "edgecolor": "none", "pad": 2})
    allowed = curve.text(4, 1, "tolerance", va="bottom")

    def compare(system: str, against: str) -> Scene:
        name = titles[system]
        run, source = (ran[name], "run here") if name in ran else (load(name).run, "recorded")
        place.set_title(f"{system} ({source})")
        beneath.set_text(f"broad: {against}")
        allowed.set_y(2 * SYSTEMS[name].tolerance)
        return followed(system, run.path, against, SYSTEMS[name].tolerance).on(artists)

    controls = (Menu("system", "system", list(titles), "JAX, grad"), Menu("against", "compared with", list(AGAINST)))
    taken = np.arange(STEPS + 1)
    goal = challenge("one-descent")
    return stage(fig, compare, over=taken, label="step", start=0, format="{:d}", controls=controls, challenge=goal)


def paths_and_twin(twin: str, steps: int, stops: np.ndarray) -> Frames:
    """Return NumPy's descent and one of TWINS up to every stop (n,), and how far apart they are on the way."""
    right = solve(by_numpy.descend, steps=steps).path
    other = solve(by_numpy.descend, **({"steps": steps} | TWINS[twin])).path
    distance = apart(other, right)
    largest, last = np.maximum.accumulate(distance)[stops], distance[stops]
    where = np.array([distance[: stop + 1].argmax() for stop in stops])
    drawn = np.maximum(distance, FLOOR)
    heights = drawn[where], drawn[stops]
    return Frames(
        live={
            "reference": still(len(stops), pairs(np.arange(steps + 1), right[:, 0])),
            "other": until(stops, other[:, 0]),
            "now": pairs(stops, other[stops, 0])[:, None],
            "gap": until(stops, drawn),
            "top": pairs(where, heights[0])[:, None],
            "end": pairs(stops, heights[1])[:, None],
            "name of the top": Words(["largest"] * len(stops), pairs(where + 8, 10 * heights[0])),
            "name of the end": Words(["at the end"] * len(stops), pairs(stops + 20, heights[1])),
        },
        alt=[
            f"{stop} steps, a twin with {twin}: the largest difference is {size(a)}, at the end {size(b)}."
            for stop, a, b in zip(stops, largest, last, strict=True)
        ],
        met=(largest > 1e-3) & (last < ROUNDING),
    )


def paths_and_ends(steps: int = 600) -> Stage:
    """Run NumPy's descent and a twin with one thing changed, and compare where they end and how they got there."""
    fig, (place, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    artists = {
        "reference": place.plot([], [], **STYLES["average"] | {"linewidth": 5})[0],
        "other": place.plot([], [], **STYLES["path"] | {"marker": ""})[0],
        "now": place.plot([], [], **STYLES["now"])[0],
        "gap": curve.plot([], [], **STYLES["gradient"])[0],
        "top": curve.plot([], [], "^", color=COLORS["start"], ms=8)[0],
        "end": curve.plot([], [], "s", color=COLORS["start"], mfc="white", ms=7)[0],
        "name of the top": curve.text(0, 1, "", va="center"),
        "name of the end": curve.text(0, 1, "", va="center"),
    }
    curve.axhline(ROUNDING, **STYLES["limit"])
    place.set(xlim=(-15, steps + 15), ylim=(-0.1, 3.4), xlabel="step", ylabel="slope w")
    place.text(steps, 2.6, "broad: NumPy, float64", ha="right")
    place.text(steps, 2.3, "thin: its twin", ha="right", color=COLORS["path"])
    loss_axes(curve, steps, (FLOOR / 2, 100), "How far apart at each step", ylabel="larger difference, w or b")
    curve.set(xlim=(-15, 1.35 * steps), xticks=np.linspace(0, steps, 4))
    stops = np.arange(0, steps + 1, 5)

    def compare(twin: str) -> Scene:
        place.set_title(f"The twin has {twin}")
        return paths_and_twin(twin, steps, stops).on(artists)

    controls = (Menu("twin", "the twin has", list(TWINS)),)
    label = "number of steps"
    goal = challenge("paths-and-ends")
    return stage(fig, compare, over=stops, label=label, start=0, format="{:d}", controls=controls, challenge=goal)
