"""Lesson 10, live: rare features, a rate for each coordinate, and the race of the rules."""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from helpers.descent import each, sweep
from helpers.exercises.catalogue import challenge
from helpers.experiments.adaptive_pictures import LOOKS, rare_axes
from helpers.experiments.adaptive_problems import learn_weights, symptoms
from helpers.experiments.frames import Frames, pairs, short, still, until_it_leaves
from helpers.experiments.marks import beside, marks_on, names_beside
from helpers.optimizers import Rule, adagrad, adam, gradient_descent, heavy_ball, rmsprop
from helpers.pictures import COLORS, STYLES, contours, loss_axes
from helpers.stage import Menu, Point, Scene, Slider, Stage, stage
from helpers.surfaces import SURFACES

EPS = 1e-8
CLOSE = 1e-3
NEAR = 0.25
NONE: Mapping[str, Rule] = {}
LOW = 0.01
START = (-1.5, -0.5)
RATES, DISTANCES = (1e-6, 1e4), (1e-6, 1e2)

SCALED: dict[str, tuple[Rule, dict[str, float]]] = {
    "gradient descent": (gradient_descent, {}),
    "Adagrad": (partial(adagrad, eps=EPS), {}),
    "RMSprop": (rmsprop, {"decay": 0.95}),
    "Adam": (adam, {}),
}

RACERS: dict[str, tuple[Rule, dict[str, float]]] = {
    "gradient descent": (gradient_descent, {}),
    "heavy ball": (heavy_ball, {}),
    "Adagrad": (adagrad, {}),
    "RMSprop": (rmsprop, {"decay": 0.9}),
    "Adam": (adam, {}),
}


def as_rule(step: Callable[..., Any], memories: Sequence[str], **constants: float) -> Rule:
    """Return a step of one's own as a rule like those of the helpers, rule(w, grad, state, lr=...).

    step: for example adam_step(w, m, v, t, grad, lr, beta1, beta2, eps). memories: the names of its arguments between
    w and grad; "t" is the number of the step, the others begin as zeros. constants: its arguments after lr, in order.
    """
    State = namedtuple("State", memories)  # type: ignore[misc]  # its names are known here only

    def rule(w: np.ndarray, grad: np.ndarray, state: Any = None, lr: Any = 1e-3) -> tuple[np.ndarray, Any]:
        kept: Any = state or State(*(0 if name == "t" else np.zeros_like(w) for name in memories))
        now = [kept.t + 1 if name == "t" else getattr(kept, name) for name in memories]
        rate = lr[..., 0] if np.ndim(lr) else float(lr)
        arguments = (*now, grad, rate, *constants.values())
        w, *after = step(w, *arguments) if w.ndim == 1 else each(step, w, *arguments)
        left = iter(after)
        return w, State(*(now[i] if name == "t" else next(left) for i, name in enumerate(memories)))

    return rule


def step_lengths(rule: Rule, grads: np.ndarray, lr: float) -> np.ndarray:
    """Return how far each coordinate moves at each step (steps, d) if a rule is handed these gradients (steps, d)."""
    w, lengths = np.zeros(grads.shape[1]), []
    state: list[Any] = []
    for grad in grads:
        stepped, *state = rule(w, grad, *state, lr=lr)
        lengths.append(np.abs(stepped - w))
        w = stepped
    return np.array(lengths)


def weights_after_a_pass(rule: Rule, rates: np.ndarray) -> Frames:
    """Return each symptom's weight against how often it occurs, for gradient descent and `rule` at each rate (n,)."""
    often = np.tile(symptoms()[0].sum(axis=0), (len(rates), 1))
    weights = {"gradient descent": learn_weights(gradient_descent, rates), "Adagrad": learn_weights(rule, rates)}
    weights = {name: np.where(np.abs(w) < 1e6, w, np.nan) for name, w in weights.items()}
    inside = [np.all(np.abs(w - 1) < NEAR, axis=1) for w in weights.values()]
    return Frames(
        live={name: np.stack([often, w], axis=-1) for name, w in weights.items()},
        alt=[
            f"lr {lr:.2g}: the weights end {_span(plain)} with gradient descent, {_span(scaled)} with Adagrad."
            for lr, plain, scaled in zip(rates, *weights.values(), strict=True)
        ],
        met=inside[0] | inside[1],
    )


def _span(w: np.ndarray) -> str:
    return "without bound" if np.isnan(w).any() else f"from {short(w.min())} to {short(w.max())}"


def rare_features(rule: Rule = adagrad) -> Stage:
    """Learn the weights of forty symptoms in one pass, by gradient descent and by Adagrad, which is `rule`."""
    fig, axes = plt.subplots(1, 2, figsize=(8, 3.4), sharey=True)
    artists: dict[str, Any] = {}
    for ax, name in zip(axes, ("gradient descent", "Adagrad"), strict=True):
        rare_axes(ax, NEAR)
        ax.set_title(name.capitalize())
        artists[name] = ax.scatter([], [], s=24, color=LOOKS[name]["color"], zorder=3)
    axes[1].set_ylabel("")
    rates = np.geomspace(0.02, 2, 41)
    frames = weights_after_a_pass(rule, rates).on(artists)
    goal = challenge("rare-features")
    return stage(fig, frames, over=rates, label="learning rate lr", start=0.08, format="{:.2g}", challenge=goal)


def run_with_rates(
    rule: str, curvatures: np.ndarray, lr: float, steps: int, own: Mapping[str, Rule] = NONE
) -> tuple[np.ndarray, np.ndarray]:
    """Descend bowls from (1, 1); return w (runs, steps + 1, 2) and the rate of each coordinate (runs, steps, 2).

    rule: one of SCALED, or its namesake in own; curvatures: (runs, 2). A coordinate's rate is what its gradient, in
    Adam its average m, is multiplied by.
    """
    method, settings = (own[rule], {}) if rule in own else SCALED[rule]
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


def rates_and_distances(
    rule: str, lr: float, conditions: np.ndarray, steps: int, own: Mapping[str, Rule] = NONE
) -> Frames:
    """Return what happens to the flat and the steep coordinate of bowls of each condition number (n,)."""
    path, rates = run_with_rates(rule, pairs(1, conditions), lr, steps, own)
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
            f"{rule}, lr {lr:g}, condition {condition:.0f}: flat and steep have rates "
            f"{short(r[0])} and {short(r[1])}, distances {_far(end[0])} and {_far(end[1])}."
            for condition, r, end in zip(conditions, rates[:, -1], last, strict=True)
        ],
        met=(conditions > 999) & np.all(last < CLOSE, axis=1),
    )


def _far(distance: float) -> str:
    return short(distance) if distance < 1e6 else "very far"


def coordinate_rates(own: Mapping[str, Rule] = NONE, steps: int = 150) -> Stage:
    """Descend bowls of every condition number with one rule: each coordinate's rate, and how far it still is.

    own: rules that take the place of their namesakes in SCALED.
    """
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
        return rates_and_distances(rule, lr, conditions, steps, own).on(artists)

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
