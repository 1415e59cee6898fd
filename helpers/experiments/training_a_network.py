"""Lesson 12, live: the training desk, signals through depth, the clinic, and more features than samples."""

from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from helpers.exercises.catalogue import challenge
from helpers.exercises.course.training_a_network.initial_weights import initial_weights as plain_weights
from helpers.exercises.course.training_a_network.linear_backward import linear_backward as plain_backward
from helpers.experiments.clinic import STEPS, Run, clinic, healthy
from helpers.experiments.frames import Frames, pairs, short, until
from helpers.experiments.training_results import Fits, double_descent
from helpers.experiments.training_runs import (
    Backward,
    Initial,
    mean_of_last,
    through_layers,
    trained_at,
)
from helpers.pictures import COLORS, STYLES, loss_axes
from helpers.stage import Button, Menu, Scene, Slider, Stage, stage

RATES = np.geomspace(0.003, 10, 48)
TOGETHER = 20  # batches whose mean is drawn
LOW = 0.01
THUMB = 1e-3
EACH: dict[str, Any] = {"color": COLORS["loss"], "linestyle": "-", "linewidth": 0.6}
MEAN: dict[str, Any] = {"color": COLORS["start"], "linestyle": "-", "linewidth": 2.2}
DESK = {  # title and limits of each panel
    "losses": ("Loss of the batch", (1e-3, 1e2)),
    "norms": ("Length of the gradient", (1e-3, 1e2)),
    "ratios": ("Step / weights, first layer", (1e-5, 1e0)),
}

SCALES = np.arange(10, 41) / 20
DEPTH = 30
ACTIVATIONS = ["tanh", "ReLU"]
STEADY = (0.1, 10.0)
SIGNALS = (1e-10, 1e10)

Diagnosis = Callable[[np.ndarray, np.ndarray, np.ndarray], str]
BESIDE = {"color": COLORS["comparison"], "linestyle": "-", "linewidth": 2.6}
WATCHED = {"color": COLORS["path"], "linestyle": "-", "linewidth": 1.2}
BOARD = {  # title and limits of each panel
    "losses": ("Loss of the batch", (1e-2, 1e3)),
    "norms": ("Length of the gradient", (1e-2, 1e3)),
    "dead": ("Dead hidden numbers, %", (-3, 103)),
}

DIGITS = 200
FEATURES = (
    *(10, 20, 30, 50, 70, 100, 120, 140, 150, 160, 170, 180, 190, 200, 210, 220, 230, 240, 250, 280, 320),
    *(400, 500, 700, 1000, 1400, 2000),
)
RIDGES = (0.0, 1e-4, 1e-3, 0.01, 0.1, 1.0, 10.0)
FEW = 8  # of 100 digits read wrong
WIDE = {  # label and limits of each panel
    "errors": ("500 new digits read wrong, in %", (3, 100)),
    "norms": ("Length of the weights", (0.5, 2000)),
}


def desk(rates: np.ndarray, backward: Backward = plain_backward) -> Frames:
    """Return loss, gradient norm and update/weight ratio at each step, batch by batch and as means, for rates (n,)."""
    live, ends = {}, {}
    at = np.arange(TOGETHER - 1, STEPS, 5)
    for name, values in trained_at(rates, backward)._asdict().items():
        means = mean_of_last(values, TOGETHER)
        live[name], drawn = (np.where(v < 1e90, v, np.nan) for v in (values, means))
        live[f"mean {name}"], live[f"{name} now"] = pairs(at, drawn[:, at]), pairs(STEPS - 1, drawn[:, -1:])
        ends[name] = means[:, -1]
    return Frames(
        live=live,
        alt=[
            f"lr {lr:.2g}, means of the last {TOGETHER} batches: loss {short(loss)}, gradient {short(norm)}, "
            f"step / weights {short(ratio)}."
            for lr, loss, norm, ratio in zip(rates, *ends.values(), strict=True)
        ],
        met=ends["losses"] < LOW,
    )


def training_desk(linear_backward: Backward = plain_backward) -> Stage:
    """Train a network on digits at every learning rate, with one's own backward pass of a layer, and watch it."""
    fig, axes = plt.subplots(1, 3, figsize=(8, 3.3))
    frames = desk(RATES, linear_backward)
    artists: dict[str, Any] = {}
    for ax, (name, (title, limits)) in zip(axes, DESK.items(), strict=True):
        artists[name] = ax.plot([], [], **EACH, label="each batch")[0]
        artists[f"mean {name}"] = ax.plot([], [], **MEAN, label=f"mean of the last {TOGETHER} batches")[0]
        artists[f"{name} now"] = ax.plot([], [], **STYLES["now"] | {"markersize": 7}, zorder=3, clip_on=False)[0]
        loss_axes(ax, STEPS, limits, title, ylabel="")
    axes[0].axhline(LOW, **STYLES["limit"])
    axes[2].axhline(THUMB, **STYLES["guide"], label="rule of thumb, 0.001")
    handles = [*axes[0].lines[:2], axes[2].lines[-1]]
    fig.legend(handles=handles, loc="outside lower center", ncols=3, handlelength=2.6, columnspacing=1.4)
    goal = challenge("training-desk")
    return stage(
        fig, frames.on(artists), over=RATES, label="learning rate lr", start=0.01, format="{:.2g}", challenge=goal
    )


def signals(activation: str, draw: int, scales: np.ndarray, initial: Initial = plain_weights) -> Frames:
    """Return the spread of the numbers and the length of the gradient in each of 30 layers, for each scale (n,).

    draw: the seed of the weights.
    """
    spreads, grads = through_layers(scales, activation.lower(), draw, initial, DEPTH)
    at = np.arange(1, DEPTH + 1)
    low, high = STEADY
    return Frames(
        live={"spreads": pairs(at, spreads), "grads": pairs(at, grads)},
        alt=[
            f"{activation}, scale {scale:.2f}: layer {DEPTH} spreads {short(spread[-1])}; gradients: first layer "
            f"{short(grad[0])}, layer {DEPTH} {short(grad[-1])}."
            for scale, spread, grad in zip(scales, spreads, grads, strict=True)
        ],
        met=(activation == "ReLU") & np.all((low < spreads) & (spreads < high), axis=1),
    )


def depth(initial_weights: Initial = plain_weights) -> Stage:
    """Send digits through 30 layers and a gradient back, with weights of one's own at every scale."""
    fig, (forth, back) = plt.subplots(1, 2, figsize=(8, 3.4))
    artists = {
        "spreads": forth.plot([], [], **STYLES["path"])[0],
        "grads": back.plot([], [], **STYLES["gradient"] | {"marker": "s", "markersize": 3.5, "linewidth": 1.2})[0],
    }
    for ax, title in ((forth, "Spread of each layer's numbers"), (back, "Length of the gradient of its weights")):
        ax.set(xlim=(0, DEPTH + 1), xticks=(1, 10, 20, 30), ylim=SIGNALS, yscale="log", xlabel="layer", title=title)
    forth.set_ylabel("standard deviation")
    for edge in STEADY:
        forth.axhline(edge, **STYLES["limit"])

    def send(activation: str, draw: int) -> Scene:
        return signals(activation, draw, SCALES, initial_weights).on(artists)

    controls = (Menu("activation", "activation", ACTIVATIONS), Button("draw", "draw other weights"))
    goal, label = challenge("depth"), "scale of the first weights"
    return stage(fig, send, over=SCALES, label=label, start=0.5, format="{:.2f}", controls=controls, challenge=goal)


def bedside(letter: str, run: Run, what_is_broken: Diagnosis | None = None) -> Frames:
    """Return the curves of a run up to each of its steps, and after the last one what it reads wrong.

    what_is_broken: takes (losses, norms, dead) and returns a diagnosis, which is told after the last step too.
    """
    steps = np.arange(STEPS)
    curves = {"losses": run.losses, "norms": run.norms, "dead": 100 * run.dead}
    live: dict[str, Any] = {}
    for name, values in curves.items():
        live[name] = until(steps, pairs(steps, values))
        live[f"{name} now"] = pairs(steps, values.clip(*BOARD[name][1]))[:, np.newaxis]
    told = [f"{run.training_error:.0%} of training digits wrong", f"{run.test_error:.0%} of new ones"]
    if what_is_broken is not None:
        told.append(str(what_is_broken(run.losses, run.norms, run.dead)))
    at_last = [""] * (STEPS - 1) + ["; ".join(["", ", ".join(told[:2]), *told[2:]])]
    return Frames(
        live=live,
        alt=[
            f"Run {letter}, step {step}: loss {short(loss)}, gradient {short(norm)}, {dead:.0f}% dead{words}."
            for step, loss, norm, dead, words in zip(steps, *curves.values(), at_last, strict=True)
        ],
        met=(steps == STEPS - 1) & (run.cause == "test not centred"),
    )


def clinic_board(what_is_broken: Diagnosis | None = None) -> Stage:
    """Walk over the steps of six broken runs beside a healthy one; with a diagnosis of one's own at the end."""
    fig, axes = plt.subplots(1, 3, figsize=(8, 3.3), width_ratios=(4, 3, 3))
    artists: dict[str, Any] = {}
    sound = healthy()
    for ax, (name, (title, limits)) in zip(axes, BOARD.items(), strict=True):
        percent = 100 if name == "dead" else 1
        ax.plot(percent * getattr(sound, name), **BESIDE, label="healthy run")
        artists[name] = ax.plot([], [], **WATCHED, label="run on the board")[0]
        artists[f"{name} now"] = ax.plot([], [], **STYLES["now"] | {"markersize": 7}, zorder=3, clip_on=False)[0]
        loss_axes(ax, STEPS, limits, title, ylabel="")
    axes[2].set_yscale("linear")
    fig.legend(handles=axes[0].lines[:2], loc="outside lower center", ncols=2, handlelength=2.6, columnspacing=1.4)

    def show(letter: str) -> Scene:
        return bedside(letter, clinic()[letter], what_is_broken).on(artists)

    controls = (Menu("letter", "run", list(clinic())),)
    goal = challenge("clinic")
    return stage(fig, show, over=np.arange(STEPS), label="step", format="{:d}", controls=controls, challenge=goal)


def widths(fits: Fits, ridge: float) -> Frames:
    """Return error and length of the weights up to each number of features, with one of RIDGES and without it."""
    features, at = np.array(FEATURES), np.arange(len(FEATURES))
    means = {"errors": 100 * fits.errors.mean(axis=-1), "norms": fits.norms.mean(axis=-1)}
    chosen = {name: values[RIDGES.index(ridge)] for name, values in means.items()}
    live: dict[str, Any] = {f"plain {name}": until(at, pairs(features, values[0])) for name, values in means.items()}
    for name, values in chosen.items():
        live[name] = until(at, pairs(features, values))
        live[f"{name} now"] = pairs(features, values)[:, np.newaxis]
    return Frames(
        live=live,
        alt=[
            f"{p} features for {DIGITS} digits, ridge {ridge:g}: {short(error)}% of new digits read wrong; "
            f"weights of length {short(norm)}."
            for p, error, norm in zip(FEATURES, *chosen.values(), strict=True)
        ],
        met=(features == DIGITS) & (chosen["errors"] < FEW),
    )


def features() -> Stage:
    """Fit 200 digits on ever more random features, by the shortest weights or with a ridge, and read new ones."""
    fits = double_descent(FEATURES, RIDGES)
    fig, axes = plt.subplots(1, 2, figsize=(8, 3.4))
    artists: dict[str, Any] = {}
    for ax, (name, (title, limits)) in zip(axes, WIDE.items(), strict=True):
        artists[f"plain {name}"] = ax.plot([], [], **BESIDE, label="no ridge")[0]
        artists[name] = ax.plot([], [], **STYLES["path"], label="ridge of the slider")[0]
        artists[f"{name} now"] = ax.plot([], [], **STYLES["now"], zorder=3)[0]
        ax.axvline(DIGITS, **STYLES["guide"])
        ax.set(xscale="log", xlim=(9, 2300), yscale="log", ylim=limits, xlabel="features", title=title)
    axes[0].axhline(FEW, **STYLES["limit"])
    axes[0].set_yticks((5, 10, 20, 50, 100), ("5", "10", "20", "50", "100"))
    axes[0].minorticks_off()
    axes[1].text(DIGITS * 1.07, 0.6, "200 digits")
    fig.legend(handles=axes[0].lines[:2], loc="outside lower center", ncols=2, handlelength=2.6, columnspacing=1.4)

    def fit(ridge: float) -> Scene:
        return widths(fits, ridge).on(artists)

    goal = challenge("features")
    controls = (Slider("ridge", "ridge", RIDGES, 0.0, "{:g}"),)
    return stage(fig, fit, over=FEATURES, label="features", start=100, format="{:d}", controls=controls, challenge=goal)
