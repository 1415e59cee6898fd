"""Lesson 06: the learning rate, from too small to beyond the limit."""

from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from helpers import schedules
from helpers.descent import sweep
from helpers.exercises.catalogue import challenge
from helpers.experiments.frames import Frames, leaving, pairs, short, until_it_leaves
from helpers.experiments.marks import beside, marked, marks_on, names_beside
from helpers.pictures import COLORS, STYLES, contours, loss_axes, show
from helpers.stage import Button, Menu, Scene, Slider, Stage, Words, stage
from helpers.surfaces import bowl

CURVATURE = 4.0
VALLEY = ((-2.2, 2.2), (-0.5, 10.0))
BOWL = ((-3.0, 3.0), (-2.2, 2.2))
LOSSES = (1e-10, 1e4)
FRACTIONS, UNITS = np.arange(1, 106) / 100, "lr as a fraction of the limit 2/L"
THIN = STYLES["path"] | {"linewidth": 0.8, "markersize": 2.8}
FLAT: dict[str, Any] = {"color": COLORS["path"], "linestyle": "-", "linewidth": 1.8}
STEEP: dict[str, Any] = {"color": COLORS["gradient"], "linestyle": "--", "linewidth": 1.8}


def regime(lr: float) -> str:
    """Name what descent on 2 w^2 does at a rate lr > 0: its factor per step is 1 - lr * CURVATURE."""
    factor = 1 - lr * CURVATURE
    if np.isclose(factor, -1):
        return "jumps to and fro for ever"
    if abs(factor) > 1:
        return "diverges"
    if np.isclose(factor, 0):
        return "arrives in one step"
    return "creeps in from one side" if factor > 0 else "swings in from both sides"


def parabola_descents(rates: np.ndarray, steps: int) -> Frames:
    """Return the descents of 2 w^2 from w = 1, one for each learning rate (n,)."""
    w = sweep(lambda w: CURVATURE * w, [1.0], steps=steps, lr=rates)[..., 0]
    losses = CURVATURE / 2 * w**2
    paths = pairs(w, losses)
    left = leaving(paths, VALLEY)
    gone = [f", leaves the picture at step {k}" if k <= steps else "" for k in left]
    return Frames(
        live={
            "path": until_it_leaves(paths, VALLEY),
            "loss": losses,
            "factor": [f"Each step multiplies w by 1 − 4 lr = {1 - CURVATURE * lr:+.2f}" for lr in rates],
        }
        | marked(paths, np.zeros((1, 2))),
        alt=[
            f"With lr = {lr:.3f} the descent {regime(lr)}{leaves}; after {steps} steps the loss is {short(final)}."
            for lr, leaves, final in zip(rates, gone, losses[:, -1], strict=True)
        ],
        met=losses[:, -1] < 1e-6,
    )


def parabola_rates(steps: int = 30) -> Stage:
    """Descend 2 w^2 (curvature 4) from w = 1: one slider through convergence, oscillation and divergence."""
    fig, (valley, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    w = np.linspace(-2.2, 2.2, 200)
    valley.plot(w, CURVATURE / 2 * w**2, color=COLORS["guide"])
    valley.set(xlim=VALLEY[0], ylim=VALLEY[1], xlabel="parameter w", ylabel="loss 2 w²")
    curve.axhline(1e-6, **STYLES["limit"])
    loss_axes(curve, steps, (1e-12, 1e6), "The loss at each step")
    artists = {
        "path": valley.plot([], [], **STYLES["path"])[0],
        "loss": curve.plot([], [], ".-", color=COLORS["loss"])[0],
        "factor": valley.set_title(" "),
    }
    rates = np.arange(1, 121) / 200
    frames = parabola_descents(rates, steps).on(artists | marks_on(valley))
    goal = challenge("parabola-rates")
    return stage(fig, frames, over=rates, label="learning rate lr", start=0.45, format="{:.3f}", challenge=goal)


def bowl_descents(condition: float, fractions: np.ndarray, steps: int) -> Frames:
    """Return descents of a bowl at fractions (n,) of the limit 2/L, and the parts of both directions in the loss."""
    surface = bowl(condition)
    paths = sweep(surface.gradient, [2.5, 1.0], steps=steps, lr=fractions * (2 / condition))
    parts = np.array([1.0, condition]) / 2 * paths**2
    losses, ends = parts.sum(axis=-1), parts[:, -1]
    return Frames(
        live={"path": until_it_leaves(paths, BOWL), "loss": losses, "flat": parts[..., 0], "steep": parts[..., 1]}
        | marked(paths, surface.minima)
        | beside(("flat part", "steep part"), ends, LOSSES),
        alt=[
            f"lr = {f:.2f} of 2/L, condition number {condition:.0f}: "
            + (
                f"the swing grows and leaves at step {k}; the flat part ends at {short(g)}."
                if k <= steps
                else f"after {steps} steps the loss has a steep part {short(s)} and a flat part {short(g)}."
            )
            for f, k, (g, s) in zip(fractions, leaving(paths, BOWL), ends, strict=True)
        ],
        met=(losses[:, -1] < 1e-2) & (condition >= 20),
    )


def bowl_rates(steps: int = 60) -> Stage:
    """Descend a bowl of chosen condition number: the steep direction limits lr, the flat one sets the pace."""
    fig, (place, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    artists = {
        "path": place.plot([], [], **THIN)[0],
        "loss": curve.plot([], [], color=COLORS["average"], alpha=0.6, lw=6)[0],
        "flat": curve.plot([], [], **FLAT)[0],
        "steep": curve.plot([], [], **STEEP)[0],
    }
    artists |= marks_on(place) | names_beside(curve, {"flat part": COLORS["path"], "steep part": COLORS["start"]})
    curve.axhline(1e-2, **STYLES["limit"])
    loss_axes(curve, steps, LOSSES, "The loss, broad, has two parts")
    place.set(xlabel="w0, flat direction", ylabel="w1, steep direction")

    def descend(condition: float) -> Scene:
        contours(place, bowl(condition), BOWL)
        place.set(title=f"Condition number {condition:.0f}")
        return bowl_descents(condition, FRACTIONS, steps).on(artists)

    conditions = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]
    controls = (Slider("condition", "condition number", conditions, 50.0, "{:.0f}"),)
    goal = challenge("bowl-rates")
    return stage(
        fig, descend, over=FRACTIONS, label=UNITS, start=0.96, format="{:.2f}", controls=controls, challenge=goal
    )


NOISY = (5e-3, 500.0)
SETTLED = 0.018

Cosine = Callable[[int, int, float, int], float]


def plain_cosine(step: int, total: int, lr_max: float, warmup: int) -> float:
    """The rate of a step: a straight line up to lr_max at step = warmup, then half a cosine down to 0 at step total."""
    return float(schedules.warmup(schedules.cosine(lr_max, total - warmup), warmup)(step))


PLANS: dict[str, Callable[[int], schedules.Schedule]] = {
    "constant": lambda rest: schedules.constant(1.0),
    "step": lambda rest: schedules.step_decay(1.0, every=rest // 4 + 1, factor=0.3),
    "exponential": lambda rest: schedules.exponential_decay(1.0, factor=0.01 ** (1 / rest)),
    "inverse time": lambda rest: schedules.inverse_time(1.0, decay=0.1),
    "1cycle": lambda rest: schedules.one_cycle(1.0, total=rest),
}
"""Schedules of height 1 for the steps that are left after the warm-up; a schedule scales with its peak."""
NAMES = (*PLANS, "cosine")


def plan_of(schedule: str, warm: int, steps: int, cosine: Cosine) -> np.ndarray:
    """Return the rates (steps,) of a schedule of NAMES with height 1 and a warm-up of `warm` steps."""
    if schedule == "cosine":
        return np.array([cosine(step, steps, 1.0, warm) for step in range(steps)])
    return schedules.warmup(PLANS[schedule](steps - warm), warm)(np.arange(steps))


def losses_under(plan: np.ndarray, peaks: np.ndarray, runs: int, seed: int) -> np.ndarray:
    """Return the mean losses (n, steps) of noisy descents whose step t has the learning rate peaks (n,) * plan[t]."""
    rng, surface = np.random.default_rng(seed), bowl(20.0)
    w, losses = np.tile([3.0, 1.0], (len(peaks), runs, 1)), []
    for height in plan:
        losses.append(surface.value(w).mean(axis=1))
        w = w - (height * peaks)[:, None, None] * (surface.gradient(w) + 2 * rng.normal(size=(runs, 2)))
    return np.stack(losses, axis=1)


def scheduled(
    schedule: str, warm: int, noise: int, peaks: np.ndarray, steps: int, runs: int, cosine: Cosine = plain_cosine
) -> Frames:
    """Return noisy descents under a schedule of NAMES after a warm-up, for each peak (n,), and constant ones."""
    plan = plan_of(schedule, warm, steps, cosine)
    losses = losses_under(plan, peaks, runs, noise)
    constant = losses_under(np.ones(steps), peaks, runs, noise)
    last = losses[:, -20:].mean(axis=1)
    return Frames(
        live={
            "planned": peaks[:, None] * plan,
            "loss": losses,
            "level": pairs([0, steps], peaks[:, None]),
            "constant": constant,
            "name of the level": Words(["constant"] * len(peaks), pairs(steps, peaks + 0.003)),
        }
        | beside(("schedule", "constant"), np.stack([losses[:, -1], constant[:, -1]], axis=1), NOISY),
        alt=[
            f"Largest lr {peak:.3f}, {schedule} schedule, warm-up {warm} steps, noise {noise + 1}: "
            f"over the last 20 steps the mean loss is {short(end)}."
            for peak, end in zip(peaks, last, strict=True)
        ],
        met=last < SETTLED,
    )


def schedule_designer(cosine: Cosine = plain_cosine, steps: int = 200, runs: int = 50) -> Stage:
    """Descend a noisy bowl of condition 20 under a schedule; the constant one runs beside it on the same noise.

    cosine: cosine(step, total, lr_max, warmup) makes the cosine schedule.
    """
    fig, (rate, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    artists = {
        "level": rate.plot([], [], **STYLES["guide"])[0],
        "planned": rate.plot([], [], **STYLES["loss"])[0],
        "name of the level": rate.text(0, 0, "", ha="right", color=COLORS["guide"]),
        "constant": curve.plot([], [], **STYLES["guide"])[0],
        "loss": curve.plot([], [], **STYLES["loss"])[0],
    }
    artists |= names_beside(curve, {"schedule": COLORS["loss"], "constant": COLORS["guide"]})
    rate.set(xlim=(0, steps), ylim=(0, 0.12), xlabel="step", ylabel="learning rate lr", title="The schedule")
    curve.axhline(SETTLED, **STYLES["limit"])
    loss_axes(curve, steps, NOISY, "Travel first, settle later", ylabel=f"loss, mean of {runs} runs")
    peaks = np.arange(1, 105) / 1000

    def design(schedule: str, warm: int, noise: int) -> Scene:
        return scheduled(schedule, warm, noise, peaks, steps, runs, cosine).on(artists)

    controls = (
        Menu("schedule", "schedule", list(NAMES), "cosine"),
        Slider("warm", "warm-up steps", [0, 10, 20, 40, 80], 0, "{:d}"),
        Button("noise", "draw the noise anew"),
    )
    goal = challenge("schedule-designer")
    return stage(
        fig, design, over=peaks, label="largest lr", start=0.03, format="{:.3f}", controls=controls, challenge=goal
    )


def show_rates(condition: float) -> None:
    """Draw the factor per step of both directions of a bowl against lr, and the best compromise."""
    rates = np.linspace(0, 2.1 / condition, 211)
    fig, ax = plt.subplots(figsize=(8, 3.4))
    best, factor = 2 / (1 + condition), (condition - 1) / (condition + 1)
    ax.plot(rates, abs(1 - rates * condition), **STEEP)
    ax.plot(rates, abs(1 - rates), **FLAT)
    ax.plot(best, factor, "o", color=COLORS["path"])
    ax.text(0.6 / condition, 0.5, "steep direction |1 − lr L|")
    ax.text(0.3 / condition, 1.03, "flat direction |1 − lr μ|", color=COLORS["path"])
    ax.text(0.95 * best, 1.03, "best compromise", ha="right", color=COLORS["path"])
    ax.set(xlabel="learning rate lr", ylabel="factor per step", ylim=(0, 1.15))
    ax.set_title(f"At condition {condition:.0f} the flat direction hardly moves")
    show(
        fig,
        f"Factor per step against the learning rate for condition {condition:.0f}. The steep direction's falls to 0 "
        f"and rises to 1 at the limit {2 / condition:.2f}; the flat direction's stays close to 1 throughout. They meet "
        f"just below the limit, at {(condition - 1) / (condition + 1):.2f}.",
    )


def show_range_test(rates: np.ndarray, losses: list[float], limit: float) -> None:
    """Draw the losses of a range test against the rate of each step, and the limit 2/L."""
    fig, ax = plt.subplots(figsize=(8, 3.4))
    ax.loglog(rates, losses, **STYLES["loss"])
    ax.axvline(limit, ls=":", color=COLORS["limit"])
    ax.annotate("2/L", (limit, 2e4), textcoords="offset points", xytext=(5, 0))
    ax.set(ylim=(2e3, 1e5), xlabel="learning rate lr, raised at every step", ylabel="loss")
    ax.set_title("The range test turns upward, some way past the limit")
    show(
        fig,
        f"Loss against a learning rate that grows from {rates[0]:.4f} to {rates[-1]:.0f}. The loss falls by half, "
        "stays flat, and shoots up some way past the dotted line at 2/L.",
    )


def show_catapult(losses: np.ndarray) -> None:
    """Draw the losses (steps, models), one line a model, of models that the catapult threw to a flatter place."""
    fig, ax = plt.subplots(figsize=(8, 3.4))
    ax.semilogy(losses, color=COLORS["loss"], ls="-", lw=1.2, alpha=0.7)
    ax.set(xlabel="step", ylabel="loss", title="Five models, lr = 3 / curvature: up first, then down for good")
    show(
        fig,
        f"Loss of {losses.shape[1]} two-layer models over {len(losses)} steps on a log scale: each rises a "
        "hundredfold within about five steps, then falls for good.",
    )
