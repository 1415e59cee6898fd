"""Lesson 14, live: what a step costs, the border under delay, compression with a memory, and the rounds of a ring."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from helpers.exercises.catalogue import challenge
from helpers.exercises.course.scaling_out.compress import compress as plain_compress
from helpers.exercises.course.scaling_out.delayed_rate import delayed_rate as plain_delayed_rate
from helpers.exercises.course.scaling_out.step_time import step_time as plain_step_time
from helpers.experiments.marks import names_beside
from helpers.experiments.scaling_frames import (
    BANDWIDTHS,
    BATCHES,
    CALM,
    DELAYS,
    GAPS,
    HIGH,
    KEPT,
    LOW,
    MOST,
    NEAR,
    PARTS,
    RATES,
    ROUNDS,
    SECONDS,
    SENT,
    STEPS,
    TURNS,
    WEIGHTS,
    WORKERS,
    Compress,
    DelayedRate,
    StepTime,
    calculated,
    compressed,
    delays,
    gaps,
    ring,
    settled,
)
from helpers.pictures import COLORS, STYLES
from helpers.stage import Menu, Scene, Slider, Stage, stage

COUNTS = (1, 4, 16, 64, 256, 1024, 4096)
LOOKS: dict[str, dict[str, Any]] = {
    "a step": {"color": COLORS["path"], "ls": "-", "lw": 2.4},
    "computing": {"color": COLORS["gradient"], "ls": (0, (6, 1.5)), "lw": 1.6},
    "sending": {"color": COLORS["start"], "ls": "-.", "lw": 1.6},
    "waiting": {"color": COLORS["momentum"], "ls": (0, (1, 1)), "lw": 2},
}


def calculator(step_time: StepTime = plain_step_time) -> Stage:
    """Let up to 4,096 workers share a step, whose seconds are those of `step_time`, and see what they gain."""
    fig, (gain, cost) = plt.subplots(1, 2, figsize=(8, 3.4))
    gain.plot([1, 4096], [1, 4096], **STYLES["guide"])
    gain.text(22, 40, "ideal", ha="right")
    gain.text(1.15, 2000, "dotted: as fast as 4096")
    artists: dict[str, Any] = {
        "level": gain.plot([], [], **STYLES["limit"])[0],
        "whole": gain.plot([], [], color=COLORS["guide"], ls=(0, (12, 2)), lw=0.8)[0],
        "speed-up": gain.plot([], [], **STYLES["path"] | {"marker": "", "linewidth": 2.4})[0],
        "start": gain.plot([], [], **STYLES["start"], clip_on=False)[0],
        "now": gain.plot([], [], **STYLES["now"], zorder=3, clip_on=False)[0],
        "here": cost.plot([], [], color=COLORS["guide"], ls=(0, (5, 1)), lw=0.8)[0],
    }
    artists |= {name: cost.plot([], [], **LOOKS[name])[0] for name in PARTS}
    artists["parts now"] = cost.plot([], [], **STYLES["now"] | {"markersize": 6}, zorder=3, clip_on=False)[0]
    artists |= names_beside(cost, dict.fromkeys(PARTS, "black"))
    for ax in (gain, cost):
        ax.set(xscale="log", yscale="log", xlim=(1, 4096), xlabel="workers")
        ax.set_xticks(COUNTS, [f"{k}" for k in COUNTS])
        ax.minorticks_off()
    gain.set(ylim=(0.3, 4096), ylabel="times as fast as one worker", title="Speed-up has a top")
    cost.set(ylim=SECONDS, ylabel="seconds", title="More workers compute less and wait longer")

    def share(bandwidth: str, batch: str) -> Scene:
        return calculated(bandwidth, batch, step_time).on(artists)

    controls = (Menu("bandwidth", "bandwidth", list(BANDWIDTHS)), Menu("batch", "batch", list(BATCHES)))
    goal = challenge("calculator")
    return stage(fig, share, over=WORKERS, label="workers", format="{:d}", controls=controls, challenge=goal)


def delay_border(delayed_rate: DelayedRate = plain_delayed_rate) -> Stage:
    """Follow gradients that are up to 20 steps old; the border between settling and growing is `delayed_rate`'s."""
    fig, (walk, place) = plt.subplots(1, 2, figsize=(8, 3.4))
    borders = np.array([float(delayed_rate(1.0, delay)) for delay in DELAYS.tolist()])
    calm = settled()
    for found, mark, role in ((calm, "o", "path"), (~calm, "x", "gradient")):
        at, which = np.nonzero(found)
        place.plot(DELAYS[at], RATES[which], mark, color=COLORS[role], ms=3.5)
    place.plot(DELAYS, borders, color=COLORS["start"], ls="-", lw=1.4)
    for side in (-NEAR, NEAR):
        walk.plot([CALM, STEPS], [side, side], **STYLES["limit"])
    artists: dict[str, Any] = {
        "path": walk.plot([], [], **STYLES["path"] | {"markersize": 2.5})[0],
        "start": walk.plot([], [], **STYLES["start"], zorder=3, clip_on=False)[0],
        "now": walk.plot([], [], **STYLES["now"], zorder=3, clip_on=False)[0],
        "rate": place.plot([], [], **STYLES["guide"])[0],
        "now on map": place.plot([], [], **STYLES["now"], zorder=3, clip_on=False)[0],
    }
    walk.set(xlim=(0, STEPS), ylim=(-HIGH, HIGH), xlabel="step", ylabel="w", title="Old gradients make w overshoot")
    place.set(xlim=(-0.7, 20.7), ylim=(0.02, 2.2), yscale="log", xlabel="delay in steps", ylabel="learning rate lr")
    place.set_yticks(shown := (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2), [f"{lr:g}" for lr in shown])
    place.set(xticks=range(0, 21, 5), title="o settles, x grows, line: the border")

    def follow(lr: float) -> Scene:
        return delays(lr, borders).on(artists)

    controls = (Slider("lr", "learning rate lr", RATES, 0.7, "{:g}"),)
    goal = challenge("delay-border")
    return stage(fig, follow, over=DELAYS, label="delay", format="{:d}", controls=controls, challenge=goal)


def compression(compress: Compress = plain_compress) -> Stage:
    """Let four workers send a few numbers of their gradients, chosen by `compress`, and forget or remember the rest."""
    fig, axes = plt.subplots(1, 2, figsize=(8, 3.4), sharey=True)
    by_step, by_cost = axes
    whole = gaps(WEIGHTS, False)
    wide: dict[str, Any] = {"color": COLORS["comparison"], "ls": "-", "lw": 4}
    thin: dict[str, Any] = {"color": COLORS["path"], "ls": "-", "lw": 1.5}
    by_step.plot(whole, **wide)
    by_cost.plot(WEIGHTS * np.arange(1, ROUNDS + 1), whole[1:], **wide)
    by_cost.text(1.1 * WEIGHTS, 0.4, f"all {WEIGHTS}")
    by_step.axhline(LOW, **STYLES["limit"])
    by_cost.axhline(LOW, **STYLES["limit"])
    artists: dict[str, Any] = {
        "gap": by_step.plot([], [], **thin)[0],
        "gap by cost": by_cost.plot([], [], **thin)[0],
        "start": by_step.plot([], [], **STYLES["start"], zorder=3, clip_on=False)[0],
        "now": by_step.plot([], [], **STYLES["now"], zorder=3, clip_on=False)[0],
        "now by cost": by_cost.plot([], [], **STYLES["now"], zorder=3, clip_on=False)[0],
    }
    artists["name"] = by_step.text(
        0.97, 0.95, "", color=COLORS["path"], ha="right", va="top", transform=by_step.transAxes
    )
    by_step.set(yscale="log", ylim=GAPS, xlim=(0, ROUNDS), xlabel="step", ylabel="loss above the lowest")
    by_step.set_title("Thick: all numbers. Thin: k of them")
    by_cost.set(xscale="log", xlim=(2, 2e4), xlabel="numbers and places sent by a worker")
    found: dict[str, Scene] = {}

    def send(kept: str) -> Scene:
        if kept not in found:
            found[kept] = compressed(kept, compress).on(artists)
        by_cost.set_title(
            "Remembering: what was left out comes later" if KEPT[kept] else "Forgetting: what was left out is lost"
        )
        return found[kept]

    controls = (Menu("kept", "each worker", list(KEPT)),)
    label = "numbers a step"
    goal = challenge("compression")
    return stage(fig, send, over=SENT, label=label, start=8, format="{:d}", controls=controls, challenge=goal)


def ring_rounds() -> Stage:
    """Go through the rounds in which a ring of workers adds up a vector, and see who holds what, and who sends most."""
    fig, (place, curve) = plt.subplots(1, 2, figsize=(8, 3.4), width_ratios=(5, 4))
    arrows = place.quiver(
        [0], [0], [0], [-1], color=COLORS["gradient"], width=0.009, angles="xy", scale_units="xy", scale=1
    )
    artists: dict[str, Any] = {"messages": arrows}
    partial: dict[str, Any] = {"color": "#C3CEDA", "ls": "none", "marker": "o", "mec": COLORS["guide"], "mew": 0.7}
    for count in range(1, MOST + 1):
        artists[f"sum of {count}"] = place.plot([], [], **partial, ms=10 + 0.7 * count)[0]
    whole: dict[str, Any] = {"color": COLORS["average"], "ls": "none", "marker": "s", "mec": "black", "mew": 1.8}
    artists["finished"] = place.plot([], [], **whole, ms=15)[0]
    artists |= {f"cell {k}": place.text(0, 0, "", ha="center", va="center", zorder=4) for k in range(MOST**2)}
    artists["ring"] = curve.plot([], [], **STYLES["path"])[0]
    artists["collector"] = curve.plot([], [], **STYLES["comparison"])[0]
    artists |= {f"name of {name}": curve.text(0, 0, "", va="center") for name in ("ring", "collector")}
    artists["start"] = curve.plot([], [], **STYLES["start"], zorder=3, clip_on=False)[0]
    artists["now"] = curve.plot([], [], **STYLES["now"], zorder=3.5, clip_on=False)[0]
    place.set(xlabel="chunk of the vector", ylabel="worker", title="How many workers' numbers are in each sum")
    curve.set(xlim=(0, 19), ylim=(0, MOST - 0.5), xlabel="round", ylabel="vectors sent")
    curve.set_title("In a ring, all send alike")

    def pass_on(workers: int) -> Scene:
        each = range(1, workers + 1)
        place.set(xlim=(0.4, workers + 0.7), ylim=(-workers - 0.75, -0.25), xticks=each)
        place.set_yticks([-k for k in each], [f"{k}" for k in each])
        return ring(workers).on(artists)

    controls = (Slider("workers", "workers", range(2, MOST + 1), 4, "{:d}"),)
    goal = challenge("ring-rounds")
    return stage(fig, pass_on, over=TURNS, label="round", format="{:d}", controls=controls, challenge=goal)
