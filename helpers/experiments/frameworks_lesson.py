"""Lesson 11, live: ten systems on one path, and what a comparison of whole paths sees that one of ends does not."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np

from helpers.frameworks import by_numpy
from helpers.frameworks.problem import LR, OFF, STEPS, Run, points, solve
from helpers.frameworks.recorded import load
from helpers.frameworks.systems import REFERENCES, SYSTEMS
from helpers.pictures import COLORS, STYLES, contours
from helpers.stage import Menu, Scene, Stage, stage
from helpers.surfaces import Surface

FLOOR = 1e-17  # where a difference of exactly 0 is drawn on a log axis
ROUNDING = 1e-12
LEAVES = 0.1

AGAINST = {
    "NumPy": ("numpy", LR),
    "NumPy, one sample a step": ("numpy-sample", LR),
    "NumPy, lr 0.1 % off": ("numpy", OFF * LR),
}

TWINS = {
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
    hessian = 2 * features.T @ features / len(x)
    best = np.linalg.lstsq(features, y, rcond=None)[0]
    least = np.mean((features @ best - y) ** 2)

    def value(at: np.ndarray) -> np.ndarray:
        return least + np.sum((at - best) @ hessian * (at - best), axis=-1) / 2

    return Surface(
        "line through 100 points",
        value,
        lambda at: (at - best) @ hessian,
        lambda at: np.broadcast_to(hessian, (*np.shape(at), 2)),
        best[None],
        ((-0.4, 3.6), (-0.3, 2.6)),
        "helpers/frameworks/problem.py",
    )


def one_descent(here: Mapping[str, Run] | None = None) -> Stage:
    """Follow one system's path beside NumPy's, and see the difference at each step.

    here: runs that were made in the notebook, by the system's name; of all others the recorded path is shown.
    """
    ran = dict(here or {})
    titles = {system.title: name for name, system in SYSTEMS.items() if name not in REFERENCES}
    references = {words: solve(REFERENCES[name], lr=lr).path for words, (name, lr) in AGAINST.items()}
    fig, (place, curve) = plt.subplots(1, 2, figsize=(9, 3.8))
    contours(place, _valley())
    place.set(xlabel="slope w", ylabel="intercept b")
    (other,) = place.plot([], [], **STYLES["average"] | {"linewidth": 6})
    (path,) = place.plot([], [], **STYLES["path"])
    (difference,) = curve.plot([], [], **STYLES["gradient"] | {"marker": "."})
    (limit,) = curve.plot([], [], **STYLES["limit"])
    words = curve.text(0.98, 0.96, "", transform=curve.transAxes, ha="right", va="top", color=COLORS["start"])
    curve.set(xlim=(0, STEPS), ylim=(FLOOR / 2, 100), yscale="log", xlabel="step", ylabel="larger difference, w or b")
    taken = np.arange(STEPS + 1)
    shown = taken[:, None] >= taken  # row k holds the steps up to k

    def compare(system: str, against: str) -> Scene:
        name = titles[system]
        run, source = (ran[name], "run in this notebook") if name in ran else (load(name).run, "recorded")
        gap = apart(run.path, references[against])
        largest = np.maximum.accumulate(gap)
        tolerance = SYSTEMS[name].tolerance
        place.set_title(f"{system} on top of {against}")
        curve.set_title(f"{source.capitalize()}: how far apart at each step")
        return Scene(
            live={
                other: np.where(shown[..., None], references[against], np.nan),
                path: np.where(shown[..., None], run.path, np.nan),
                difference: np.where(shown, np.maximum(gap, FLOOR), np.nan),
                limit: np.tile([[0, tolerance], [STEPS, tolerance]], (len(taken), 1, 1)),
                words: [f"step {k}: largest so far {size(largest[k])}" for k in taken],
            },
            alt=[
                f"{system}, {source}, against {against}: at step {k} it is at w = {w:.4f}, b = {b:.4f}; the largest "
                f"difference on the way is {size(largest[k])}. Tolerance {tolerance:.0e}, the dotted line."
                for k, (w, b) in zip(taken, run.path, strict=True)
            ],
            met=(AGAINST[against][0] == "numpy") & (largest > LEAVES),
        )

    return stage(
        fig,
        compare,
        over=taken,
        label="step",
        start=STEPS,
        format="{:d}",
        controls=(
            Menu("system", "system", list(titles), "JAX, grad"),
            Menu("against", "compared with", list(AGAINST)),
        ),
        challenge=f"One system takes another path, more than {LEAVES} away from NumPy's. Which?",
    )


def paths_and_ends(steps: int = 600) -> Stage:
    """Run NumPy's descent and a twin with one thing changed, and compare where they end and how they got there."""
    right = solve(by_numpy.descend, steps=steps).path
    twins = {name: solve(by_numpy.descend, **({"steps": steps} | change)).path for name, change in TWINS.items()}
    stops = np.arange(0, steps + 1, 5)
    fig, (place, curve) = plt.subplots(1, 2, figsize=(9, 3.8))
    (reference,) = place.plot([], [], **STYLES["average"] | {"linewidth": 5}, label="NumPy, float64")
    (other,) = place.plot([], [], **STYLES["path"] | {"marker": ""}, label="its twin")
    (gap,) = curve.plot([], [], **STYLES["gradient"])
    (top,) = curve.plot([], [], "^", color=COLORS["start"], ms=8, label="largest on the way")
    (end,) = curve.plot([], [], "s", color=COLORS["start"], mfc="white", ms=7, label="at the end")
    curve.axhline(ROUNDING, **STYLES["limit"])
    place.set(xlim=(0, steps), ylim=(0, 3.4), xlabel="step", ylabel="slope w")
    curve.set(xlim=(-10, steps + 10), ylim=(FLOOR / 2, 100), yscale="log", xlabel="step")
    curve.set(ylabel="larger difference, w or b", title="How far apart at each step")
    place.legend(loc="lower right")
    curve.legend(loc="upper right", ncols=2)
    taken = np.arange(steps + 1)
    shown = stops[:, None] >= taken

    def compare(twin: str) -> Scene:
        distance = apart(twins[twin], right)
        largest = np.maximum.accumulate(distance)[stops]
        last = distance[stops]
        where = np.array([distance[: stop + 1].argmax() for stop in stops])
        place.set_title(f"The twin has {twin}")
        drawn = np.maximum(distance, FLOOR)
        return Scene(
            live={
                reference: np.where(shown, right[:, 0], np.nan),
                other: np.where(shown, twins[twin][:, 0], np.nan),
                gap: np.where(shown, drawn, np.nan),
                top: np.stack([where, drawn[where]], axis=-1)[:, None],
                end: np.stack([stops, drawn[stops]], axis=-1)[:, None],
            },
            alt=[
                f"NumPy's descent and a twin with {twin}, {stop} steps: the largest difference on the way is "
                f"{size(a)}, at the end it is {size(b)}."
                for stop, a, b in zip(stops, largest, last, strict=True)
            ],
            met=(largest > 1e-3) & (last < ROUNDING),
        )

    return stage(
        fig,
        compare,
        over=stops,
        label="number of steps",
        start=2 * STEPS,
        format="{:d}",
        controls=(Menu("twin", "the twin has", list(TWINS)),),
        challenge=f"Let the ends agree below {ROUNDING:.0e}, the dotted line, although the paths were more than 0.001 "
        "apart.",
    )
