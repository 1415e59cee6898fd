"""Lesson 08, live: a rate for each coordinate, and the race of the rules."""

from functools import partial
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from helpers.descent import sweep
from helpers.exercises.catalogue import challenge
from helpers.experiments.adaptive_pictures import LOOKS
from helpers.experiments.frames import Frames, pairs
from helpers.optimizers import Rule, adagrad, adam, gradient_descent, heavy_ball, rmsprop
from helpers.pictures import COLORS, STYLES, contours, loss_axes
from helpers.stage import Menu, Point, Scene, Slider, Stage, stage
from helpers.surfaces import SURFACES

EPS = 1e-8
CLOSE = 1e-3
LOW = 0.01

SCALED: dict[str, tuple[Rule, dict[str, float]]] = {
    "gradient descent": (gradient_descent, {}),
    "Adagrad": (partial(adagrad, eps=EPS), {}),
    "RMSprop, decay 0.9": (rmsprop, {"decay": 0.9}),
    "RMSprop, decay 0.99": (rmsprop, {"decay": 0.99}),
    "Adam": (adam, {}),
}

RACERS: dict[str, tuple[Rule, dict[str, float]]] = {
    "gradient descent": (gradient_descent, {}),
    "heavy ball": (heavy_ball, {}),
    "Adagrad": (adagrad, {}),
    "RMSprop": (rmsprop, {"decay": 0.9}),
    "Adam": (adam, {}),
}


def run_with_rates(rule: str, curvatures: np.ndarray, lr: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Descend bowls from (1, 1); return w (runs, steps + 1, 2) and the rate of each coordinate (runs, steps, 2).

    rule: one of SCALED; curvatures: (runs, 2). A coordinate's rate is what its gradient, in Adam its average m, is
    multiplied by.
    """
    method, settings = SCALED[rule]
    state: list[Any] = []
    w = np.ones_like(curvatures)
    path, rates = [w], []
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            w, *state = method(w, curvatures * w, *state, lr=lr, **settings)
            path.append(w)
            rates.append(np.broadcast_to(lr / _divisor(state[0], t), w.shape))
    return np.stack(path, axis=1), np.stack(rates, axis=1)


def _divisor(state: Any, t: int) -> np.ndarray | float:
    names = state._fields
    if "v" in names:
        return np.sqrt(state.v / (1 - 0.999**t)) + EPS
    return np.sqrt(state[0]) + EPS if names else 1.0


def rates_and_distances(rule: str, lr: float, conditions: np.ndarray, steps: int) -> Frames:
    """Return what happens to the flat and the steep coordinate of bowls of each condition number (n,)."""
    path, rates = run_with_rates(rule, pairs(1, conditions), lr, steps)
    far, last = np.where(np.abs(path) < 1e90, np.abs(path), np.nan), np.abs(path[:, -1])
    at = np.arange(1, steps + 1)
    return Frames(
        live={
            "flat rate": pairs(at, rates[..., 0]),
            "steep rate": pairs(at, rates[..., 1]),
            "flat": far[..., 0],
            "steep": far[..., 1],
        },
        alt=[
            f"{rule}, lr = {lr:g}, condition number {condition:.0f}: after {steps} steps the flat coordinate's "
            f"rate is {r[0]:.2g} and the steep one's {r[1]:.2g}; they are {_far(end[0])} and {_far(end[1])} from "
            "the minimum."
            for condition, r, end in zip(conditions, rates[:, -1], last, strict=True)
        ],
        met=(conditions > 999) & np.all(last < CLOSE, axis=1),
    )


def _far(distance: float) -> str:
    return f"{distance:.2g}" if distance < 1e6 else "very far"


def coordinate_rates(steps: int = 150) -> Stage:
    """Descend bowls of every condition number with one rule: each coordinate's rate, and how far it still is."""
    fig, (rate, distance) = plt.subplots(1, 2, figsize=(9, 3.7))
    flat = {"color": COLORS["path"], "ls": "-", "lw": 3.2, "label": "flat, w0"}
    steep = {"color": COLORS["gradient"], "ls": (0, (5, 2)), "lw": 1.6, "label": "steep, w1"}
    artists = {
        "flat rate": rate.plot([], [], **flat)[0],
        "steep rate": rate.plot([], [], **steep)[0],
        "flat": distance.plot([], [], **flat)[0],
        "steep": distance.plot([], [], **steep)[0],
    }
    distance.axhline(CLOSE, **STYLES["limit"])
    loss_axes(rate, steps, (1e-6, 1e4), "What its gradient is multiplied by", ylabel="rate of the coordinate")
    rate.set_xlim(1, steps)
    loss_axes(distance, steps, (1e-6, 1e2), "How far the coordinate still is", ylabel="distance |w| from the minimum")
    rate.legend(loc="lower left", ncols=2)
    distance.legend(loc="lower left", ncols=2)
    conditions = np.geomspace(1, 1000, 61)

    def run(rule: str, lr: float) -> Scene:
        return rates_and_distances(rule, lr, conditions, steps).on(artists)

    controls = (
        Menu("rule", "rule", list(SCALED), "Adagrad"),
        Slider("lr", "learning rate lr", [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0], 0.1, "{:g}"),
    )
    label = "condition number"
    goal = challenge("coordinate-rates")
    return stage(fig, run, over=conditions, label=label, start=100, format="{:.0f}", controls=controls, challenge=goal)


def racing(surface: str, start: np.ndarray, rates: np.ndarray, steps: int) -> Frames:
    """Return the path and the losses of each of RACERS from start (2,), for each learning rate (n,) that all share."""
    ground, live, ends = SURFACES[surface], {}, {}
    for name, (rule, settings) in RACERS.items():
        path = sweep(ground.gradient, start, rule=rule, steps=steps, lr=rates, **settings)
        losses = ground.value(path)
        live[f"path of {name}"] = np.where(np.abs(path) < 1e6, path, np.nan)
        live[name] = np.where(losses < 1e90, losses, np.nan)
        ends[name] = losses[:, -1]
    return Frames(
        live=live,
        alt=[
            f"{surface} from ({start[0]:.2f}, {start[1]:.2f}) with lr = {lr:.2g}: the loss after {steps} steps is "
            + ", ".join(f"{_loss(end[k])} with {name}" for name, end in ends.items())
            + "."
            for k, lr in enumerate(rates)
        ],
        met=np.all([end < LOW for end in ends.values()], axis=0),
    )


def _loss(value: float) -> str:
    return f"{value:.2g}" if value < 1e6 else "without bound"


def race(steps: int = 200) -> Stage:
    """Run five rules from one start, all with the same lr, on a surface of your choice."""
    fig, (place, curve) = plt.subplots(1, 2, figsize=(9, 3.8))
    contours(place, SURFACES["Himmelblau"])
    place.set(xlabel="w0", ylabel="w1")
    paths = {f"path of {name}": place.plot([], [], **LOOKS[name])[0] for name in RACERS}
    curves = {name: curve.plot([], [], **LOOKS[name], label=name)[0] for name in RACERS}
    curve.axhline(LOW, **STYLES["guide"])
    loss_axes(curve, steps, (1e-8, 1e4), "One lr for all five")
    fig.legend(handles=list(curves.values()), loc="outside lower center", ncols=5, handlelength=3.2)
    rates = np.geomspace(1e-4, 1, 61)

    def run(surface: str, start: np.ndarray) -> Scene:
        contours(place, SURFACES[surface])
        place.set_title(surface)
        return racing(surface, start, rates, steps).on(paths | curves)

    controls = (Menu("surface", "surface", list(SURFACES), "Himmelblau"), Point("start", "start", place, (-1.5, 1.8)))
    label = "learning rate lr"
    goal = challenge("adaptive-race")
    return stage(fig, run, over=rates, label=label, start=0.008, format="{:.2g}", controls=controls, challenge=goal)
