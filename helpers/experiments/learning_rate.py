"""Lesson 05: the learning rate, from too small to beyond the limit."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np

from helpers import schedules
from helpers.data import diabetes, standardise
from helpers.descent import sweep
from helpers.exercises.catalogue import challenge
from helpers.experiments.frames import Frames, pairs
from helpers.pictures import COLORS, STYLES, contours, loss_axes, show
from helpers.stage import Button, Menu, Scene, Slider, Stage, stage
from helpers.surfaces import Surface, bowl, least_squares

CURVATURE = 4.0
FRACTIONS, UNITS = np.arange(1, 106) / 100, "lr, in units of 2/L"


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
    paths = sweep(lambda w: CURVATURE * w, [1.0], steps=steps, lr=rates)[..., 0]
    losses = CURVATURE / 2 * paths**2
    return Frames(
        live={
            "path": pairs(paths, losses),
            "loss": losses,
            "factor": [f"factor per step 1 − 4 lr = {1 - CURVATURE * lr:+.2f}".replace("-", "−") for lr in rates],
        },
        alt=[
            f"With lr = {lr:.3f} the descent {regime(lr)}; after {steps} steps the loss is {final:.2g}."
            for lr, final in zip(rates, losses[:, -1], strict=True)
        ],
        met=losses[:, -1] < 1e-6,
    )


def parabola_rates(steps: int = 30) -> Stage:
    """Descend 2 w^2 (curvature 4) from w = 1: one slider through convergence, oscillation and divergence."""
    fig, (valley, curve) = plt.subplots(1, 2, figsize=(9, 3.6))
    w = np.linspace(-2.2, 2.2, 200)
    valley.plot(w, CURVATURE / 2 * w**2, color=COLORS["guide"])
    valley.set(xlim=(-2.2, 2.2), ylim=(-0.5, 10), xlabel="parameter w", ylabel="loss 2 w²", title="Where w goes")
    curve.axhline(1e-6, ls=":", lw=1, color=COLORS["limit"])
    loss_axes(curve, steps, (1e-12, 1e6), "The loss at each step")
    artists = {
        "path": valley.plot([], [], **STYLES["path"])[0],
        "loss": curve.plot([], [], ".-", color=COLORS["loss"])[0],
        "factor": valley.text(0, 8.7, "", ha="center", color=COLORS["start"]),
    }
    rates = np.arange(1, 121) / 200
    frames = parabola_descents(rates, steps).on(artists)
    goal = challenge("parabola-rates")
    return stage(fig, frames, over=rates, label="learning rate lr", start=0.45, format="{:.3f}", challenge=goal)


def bowl_descents(condition: float, fractions: np.ndarray, steps: int) -> Frames:
    """Return descents of a bowl at fractions (n,) of the limit 2/L, and the parts of both directions in the loss."""
    paths = sweep(bowl(condition).gradient, [2.5, 1.0], steps=steps, lr=fractions * (2 / condition))
    parts = np.array([1.0, condition]) / 2 * paths**2
    losses = parts.sum(axis=-1)
    return Frames(
        live={"path": paths, "loss": losses, "flat": parts[..., 0], "steep": parts[..., 1]},
        alt=[
            f"Condition number {condition:.0f}, lr = {f:.2f} times the limit 2/L: after {steps} steps the steep "
            f"direction holds {s:.2g} of loss and the flat one {g:.2g}."
            for f, (g, s) in zip(fractions, parts[:, -1], strict=True)
        ],
        met=losses[:, -1] < 1e-2,
    )


def bowl_rates(steps: int = 60) -> Stage:
    """Descend a bowl of chosen condition number: the steep direction limits lr, the flat one sets the pace."""
    fig, (place, curve) = plt.subplots(1, 2, figsize=(9, 3.8))
    artists = {
        "path": place.plot([], [], **STYLES["path"])[0],
        "loss": curve.plot([], [], "-", color=COLORS["path"], label="loss")[0],
        "steep": curve.plot([], [], "--", color=COLORS["gradient"], label="part of the steep direction")[0],
        "flat": curve.plot([], [], ":", color=COLORS["comparison"], lw=2, label="part of the flat direction")[0],
    }
    loss_axes(curve, steps, (1e-10, 1e4), "Two directions, two paces")
    curve.legend(loc="lower left")
    place.set(xlabel="w0, flat direction", ylabel="w1, steep direction")

    def descend(condition: float) -> Scene:
        contours(place, bowl(condition), ((-3.0, 3.0), (-2.2, 2.2)))
        place.set(title=f"Condition number {condition:.0f}")
        return bowl_descents(condition, FRACTIONS, steps).on(artists)

    conditions = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]
    controls = (Slider("condition", "condition number", conditions, 50.0, "{:.0f}"),)
    goal = challenge("bowl-rates")
    return stage(
        fig, descend, over=FRACTIONS, label=UNITS, start=0.96, format="{:.2f}", controls=controls, challenge=goal
    )


def diabetes_fit() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return body mass index and cholesterol of 442 patients, raw (centred) and standardised, and the centred score.

    Shapes (442, 2), (442, 2), (442,). Centring spares the fit its constant term.
    """
    data = diabetes()
    x = data.x[:, [data.features.index("bmi"), data.features.index("s1")]]
    return x - x.mean(axis=0), standardise(x, x)[0], data.y - data.y.mean()


def _curvatures(surface: Surface) -> np.ndarray:
    """Return the eigenvalues (2,) of a quadratic's Hessian, the smallest first."""
    return np.linalg.eigvalsh(surface.hessian(np.zeros(2)))


def fits(features: str, surface: Surface, fractions: np.ndarray, steps: int) -> Frames:
    """Return descents from 0 on a quadratic, at fractions (n,) of its limit 2/L; features: their name."""
    paths = sweep(surface.gradient, [0.0, 0.0], steps=steps, lr=fractions * 2 / _curvatures(surface)[1])
    losses = surface.value(paths)
    return Frames(
        live={"path": paths, "loss": losses},
        alt=[
            f"Features {features}, lr = {f:.2f} times the limit 2/L: {steps} steps bring the loss from "
            f"{losses[0, 0]:.0f} to {end:.2g} above its minimum."
            for f, end in zip(fractions, losses[:, -1], strict=True)
        ],
        met=losses[:, -1] < 1e-6,
    )


def scaling(steps: int = 100) -> Stage:
    """Fit the same patients with raw and with standardised features, at every fraction of the limit 2/L."""
    raw, standard, score = diabetes_fit()
    surfaces = {"raw": least_squares(raw, score), "standardised": least_squares(standard, score)}
    fig, (place, curve) = plt.subplots(1, 2, figsize=(9, 3.8))
    artists = {"path": place.plot([], [], **STYLES["path"])[0], "loss": curve.plot([], [], **STYLES["loss"])[0]}
    title = "The same patients, the same number of steps"
    loss_axes(curve, steps, (1e-8, 1e6), title, ylabel="loss above its minimum")

    def fit(features: str) -> Scene:
        surface = surfaces[features]
        smallest, largest = _curvatures(surface)
        contours(place, surface)
        place.set(xlabel="weight of the body mass index", ylabel="weight of cholesterol")
        place.set(title=f"{features}: condition number {largest / smallest:.1f}")
        return fits(features, surface, FRACTIONS, steps).on(artists)

    controls = (Menu("features", "features", list(surfaces), "raw"),)
    goal = challenge("scaling")
    return stage(fig, fit, over=FRACTIONS, label=UNITS, start=0.5, format="{:.2f}", controls=controls, challenge=goal)


PLANS: dict[str, Callable[[int], schedules.Schedule]] = {
    "constant": lambda rest: schedules.constant(1.0),
    "step": lambda rest: schedules.step_decay(1.0, every=rest // 4 + 1, factor=0.3),
    "exponential": lambda rest: schedules.exponential_decay(1.0, factor=0.01 ** (1 / rest)),
    "inverse time": lambda rest: schedules.inverse_time(1.0, decay=0.1),
    "cosine": lambda rest: schedules.cosine(1.0, total=rest),
    "1cycle": lambda rest: schedules.one_cycle(1.0, total=rest),
}
"""Schedules of height 1 for the steps that are left after the warm-up; a schedule scales with its peak."""


def losses_under(plan: np.ndarray, peaks: np.ndarray, runs: int, seed: int) -> np.ndarray:
    """Return the mean losses (n, steps) of noisy descents whose step t has the learning rate peaks (n,) * plan[t]."""
    rng, surface = np.random.default_rng(seed), bowl(20.0)
    w, losses = np.tile([3.0, 1.0], (len(peaks), runs, 1)), []
    for height in plan:
        losses.append(surface.value(w).mean(axis=1))
        w = w - (height * peaks)[:, None, None] * (surface.gradient(w) + 2 * rng.normal(size=(runs, 2)))
    return np.stack(losses, axis=1)


def scheduled(schedule: str, warm: int, noise: int, peaks: np.ndarray, steps: int, runs: int) -> Frames:
    """Return noisy descents under a schedule of PLANS after a warm-up, for each peak (n,), and constant ones."""
    plan = schedules.warmup(PLANS[schedule](steps - warm), warm)(np.arange(steps))
    losses = losses_under(plan, peaks, runs, noise)
    last = losses[:, -20:].mean(axis=1)
    return Frames(
        live={
            "planned": peaks[:, None] * plan,
            "loss": losses,
            "constant": losses_under(np.ones(steps), peaks, runs, noise),
        },
        alt=[
            f"Schedule {schedule}, warm-up {warm} steps, largest lr {peak:.3f}, noise {noise + 1}: over the last "
            f"20 of {steps} steps the mean loss is {end:.2g}."
            for peak, end in zip(peaks, last, strict=True)
        ],
        met=last < 0.018,
    )


def schedule_designer(steps: int = 200, runs: int = 50) -> Stage:
    """Descend a noisy bowl of condition 20 under a schedule; the constant one runs beside it on the same noise."""
    fig, (rate, curve) = plt.subplots(1, 2, figsize=(9, 3.6))
    artists = {
        "planned": rate.plot([], [], color=COLORS["comparison"], lw=2)[0],
        "constant": curve.plot([], [], "--", color=COLORS["guide"], lw=1, label="constant")[0],
        "loss": curve.plot([], [], **STYLES["loss"], label="with the schedule")[0],
    }
    rate.set(xlim=(0, steps), ylim=(0, 0.11), xlabel="step", ylabel="learning rate lr", title="The schedule")
    loss_axes(curve, steps, (5e-3, 50), "Travel first, settle later", ylabel=f"loss, mean of {runs} runs")
    curve.legend(loc="upper right")
    peaks = np.arange(1, 105) / 1000

    def design(schedule: str, warm: int, noise: int) -> Scene:
        return scheduled(schedule, warm, noise, peaks, steps, runs).on(artists)

    controls = (
        Menu("schedule", "schedule", list(PLANS), "cosine"),
        Slider("warm", "warm-up steps", [0, 10, 20, 40, 80], 0, "{:d}"),
        Button("noise", "new noise"),
    )
    goal = challenge("schedule-designer")
    return stage(
        fig, design, over=peaks, label="largest lr", start=0.03, format="{:.3f}", controls=controls, challenge=goal
    )


def show_rates(condition: float) -> None:
    """Draw the factor per step of both directions of a bowl against lr, and the best compromise."""
    rates = np.linspace(0, 2.1 / condition, 211)
    fig, ax = plt.subplots(figsize=(6.5, 3.4))
    ax.plot(rates, abs(1 - rates * condition), "--", color=COLORS["gradient"], label="steep direction |1 − lr L|")
    ax.plot(rates, abs(1 - rates), ":", color=COLORS["comparison"], lw=2, label="flat direction |1 − lr μ|")
    ax.plot(2 / (1 + condition), (condition - 1) / (condition + 1), "o", color=COLORS["path"], label="best compromise")
    ax.set(xlabel="learning rate lr", ylabel="factor per step", ylim=(0, 1.15))
    ax.set_title(f"At condition {condition:.0f} the flat direction hardly moves")
    ax.legend(loc="lower left")
    show(
        fig,
        f"Factor per step against the learning rate for condition {condition:.0f}. The steep direction's falls to 0 "
        f"and rises to 1 at the limit {2 / condition:.2f}; the flat direction's stays close to 1 throughout. They meet "
        f"just below the limit, at {(condition - 1) / (condition + 1):.2f}.",
    )


def show_range_test(rates: np.ndarray, losses: list[float], limit: float) -> None:
    """Draw the losses of a range test against the rate of each step, and the limit 2/L."""
    fig, ax = plt.subplots(figsize=(6.5, 3.2))
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
    """Draw the losses (steps, models) of models that the catapult threw to a flatter place."""
    fig, ax = plt.subplots(figsize=(6.5, 3.2))
    ax.semilogy(losses, color=COLORS["loss"], lw=1)
    ax.set(xlabel="step", ylabel="loss", title="lr = 3 / curvature: up first, then down for good")
    show(
        fig,
        f"Loss of {losses.shape[1]} two-layer models over {len(losses)} steps on a log scale: each rises a "
        "hundredfold within about five steps, then falls for good.",
    )
