"""Lesson 10, live: a rate for each coordinate, and the race of the rules."""

from functools import partial
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from helpers.descent import sweep
from helpers.exercises.catalogue import challenge
from helpers.experiments.adaptive_pictures import LOOKS
from helpers.experiments.frames import Frames, pairs, short, still, until_it_leaves
from helpers.experiments.marks import beside, marks_on, names_beside
from helpers.optimizers import Rule, adagrad, adam, gradient_descent, heavy_ball, rmsprop
from helpers.pictures import COLORS, STYLES, contours, loss_axes
from helpers.stage import Menu, Point, Scene, Slider, Stage, stage
from helpers.surfaces import SURFACES

EPS = 1e-8
CLOSE = 1e-3
LOW = 0.01
START = (-1.5, -0.5)
RATES, DISTANCES = (1e-6, 1e4), (1e-6, 1e2)

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
        }
        | {f"rate, {name}": words for name, words in beside(("flat w0", "steep w1"), rates[:, -1], RATES).items()}
        | beside(("flat w0", "steep w1"), last, DISTANCES),
        alt=[
            f"{rule.replace(', decay', '')}, lr {lr:g}, condition {condition:.0f}: flat and steep have rates "
            f"{short(r[0])} and {short(r[1])}, distances {_far(end[0])} and {_far(end[1])}."
            for condition, r, end in zip(conditions, rates[:, -1], last, strict=True)
        ],
        met=(conditions > 999) & np.all(last < CLOSE, axis=1),
    )


def _far(distance: float) -> str:
    return short(distance) if distance < 1e6 else "very far"


def coordinate_rates(steps: int = 150) -> Stage:
    """Descend bowls of every condition number with one rule: each coordinate's rate, and how far it still is."""
    fig, (rate, distance) = plt.subplots(1, 2, figsize=(8, 3.4))
    flat = {"color": COLORS["path"], "ls": "-", "lw": 3.2}
    steep = {"color": COLORS["gradient"], "ls": (0, (5, 2)), "lw": 1.6}
    artists = {
        "flat rate": rate.plot([], [], **flat)[0],
        "steep rate": rate.plot([], [], **steep)[0],
        "flat": distance.plot([], [], **flat)[0],
        "steep": distance.plot([], [], **steep)[0],
    }
    names = {"flat w0": COLORS["path"], "steep w1": COLORS["start"]}
    artists |= {f"rate, {name}": text for name, text in names_beside(rate, names).items()}
    artists |= names_beside(distance, names)
    distance.axhline(CLOSE, **STYLES["limit"])
    loss_axes(rate, steps, RATES, "What its gradient is multiplied by", ylabel="rate of the coordinate")
    rate.set_xlim(1, steps)
    loss_axes(distance, steps, DISTANCES, "How far the coordinate still is", ylabel="distance |w| from the minimum")
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
        live[f"path of {name}"] = until_it_leaves(path, ground.window)
        live[name] = np.where(losses < 1e90, losses, np.nan)
        ends[name] = (path[:, -1], losses[:, -1])
    places, last = (np.stack(end, axis=1) for end in zip(*ends.values(), strict=True))
    marks = {"start": still(len(rates), [start]), "now": places, "minimum": still(len(rates), ground.minima)}
    return Frames(
        live=live | marks,
        alt=[
            f"{surface} from ({start[0]:.1f}, {start[1]:.1f}), lr {lr:.2g}; {_arrivals(last[k])}."
            for k, lr in enumerate(rates)
        ],
        met=np.all(last < LOW, axis=1),
    )


def _arrivals(losses: np.ndarray) -> str:
    """Say which of RACERS have a low last loss, and which one without bound."""
    names = np.array(list(RACERS))
    low, lost = names[losses < LOW], names[~(losses < 1e6)]
    arrived = f"below {LOW}: {', '.join(low)}" if len(low) else f"none below {LOW}"
    return arrived + (f"; unbounded: {', '.join(lost)}" if len(lost) else "")


def race(steps: int = 200) -> Stage:
    """Run five rules from one start, all with the same lr, on a surface of your choice."""
    fig, (place, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    contours(place, SURFACES["Himmelblau"])
    place.set(xlabel="w0", ylabel="w1")
    place.locator_params(nbins=5, integer=True)
    place.yaxis.set_label_coords(-0.13, 0.5)
    paths = {f"path of {name}": place.plot([], [], **LOOKS[name])[0] for name in RACERS}
    curves = {name: curve.plot([], [], **LOOKS[name], label=name)[0] for name in RACERS}
    colors = [look["color"] for look in LOOKS.values()]
    marks = marks_on(place, ("start", "minimum"))
    marks["now"] = place.scatter([0] * 5, [0] * 5, s=55, c=colors, edgecolors=COLORS["start"], zorder=3.5)
    curve.axhline(LOW, color=COLORS["guide"], ls=(0, (4, 4)), lw=1)
    loss_axes(curve, steps, (1e-8, 1e4), "One lr for all five")
    fig.legend(handles=list(curves.values()), loc="outside lower center", ncols=5, handlelength=2.6, columnspacing=1.4)
    rates = np.geomspace(1e-4, 1, 61)

    def run(surface: str, start: np.ndarray) -> Scene:
        contours(place, SURFACES[surface])
        place.set_title(surface)
        return racing(surface, start, rates, steps).on(paths | curves | marks)

    controls = (Menu("surface", "surface", list(SURFACES), "Himmelblau"), Point("start", "start", place, START))
    label = "learning rate lr"
    goal = challenge("adaptive-race")
    return stage(fig, run, over=rates, label=label, start=0.012, format="{:.2g}", controls=controls, challenge=goal)
