"""Lesson 05: the learning rate, from too small to beyond the limit."""

import matplotlib.pyplot as plt
import numpy as np

from helpers import schedules
from helpers.data import diabetes, standardise
from helpers.descent import sweep
from helpers.pictures import COLORS, STYLES, contours, show
from helpers.stage import Button, Menu, Scene, Slider, Stage, stage
from helpers.surfaces import Surface, bowl

CURVATURE = 4.0


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


def parabola_rates(steps: int = 30) -> Stage:
    """Descend 2 w^2 (curvature 4) from w = 1: one slider through convergence, oscillation and divergence."""
    rates = np.arange(1, 121) / 200
    paths = sweep(lambda w: CURVATURE * w, [1.0], steps=steps, lr=rates)[..., 0]
    losses = CURVATURE / 2 * paths**2

    fig, (valley, curve) = plt.subplots(1, 2, figsize=(9, 3.6))
    w = np.linspace(-2.2, 2.2, 200)
    valley.plot(w, CURVATURE / 2 * w**2, color=COLORS["guide"])
    valley.set(xlim=(-2.2, 2.2), ylim=(-0.5, 10), xlabel="parameter w", ylabel="loss 2 w²", title="Where w goes")
    curve.axhline(1e-6, ls=":", lw=1, color=COLORS["limit"])
    curve.set(
        xlim=(0, steps), ylim=(1e-12, 1e6), yscale="log", xlabel="step", ylabel="loss", title="The loss at each step"
    )
    (path,) = valley.plot([], [], **STYLES["path"])
    (loss,) = curve.plot([], [], ".-", color=COLORS["loss"])
    factor = valley.text(0, 8.7, "", ha="center", color=COLORS["start"])

    scene = Scene(
        live={
            path: np.stack([paths, losses], axis=-1),
            loss: losses,
            factor: [f"factor per step 1 − 4 lr = {1 - CURVATURE * lr:+.2f}".replace("-", "−") for lr in rates],
        },
        alt=[
            f"With lr = {lr:.3f} the descent {regime(lr)}; after {steps} steps the loss is {final:.2g}."
            for lr, final in zip(rates, losses[:, -1], strict=True)
        ],
        met=losses[:, -1] < 1e-6,
    )
    return stage(
        fig,
        scene,
        over=rates,
        label="learning rate lr",
        start=0.45,
        format="{:.3f}",
        challenge=f"Reach a loss below 1e-6, the dotted line, within {steps} steps. Which rates do it?",
    )


def bowl_rates(steps: int = 60) -> Stage:
    """Descend a bowl of chosen condition number: the steep direction limits lr, the flat one sets the pace."""
    fractions = np.arange(1, 106) / 100
    fig, (place, curve) = plt.subplots(1, 2, figsize=(9, 3.8))
    (path,) = place.plot([], [], **STYLES["path"])
    (total,) = curve.plot([], [], "-", color=COLORS["path"], label="loss")
    (steep,) = curve.plot([], [], "--", color=COLORS["gradient"], label="part of the steep direction")
    (flat,) = curve.plot([], [], ":", color=COLORS["comparison"], lw=2, label="part of the flat direction")
    curve.set(
        xlim=(0, steps),
        ylim=(1e-10, 1e4),
        yscale="log",
        xlabel="step",
        ylabel="loss",
        title="Two directions, two paces",
    )
    curve.legend(loc="lower left")
    place.set(xlabel="w0, flat direction", ylabel="w1, steep direction")
    window = ((-3.0, 3.0), (-2.2, 2.2))

    def descend_bowl(condition: float) -> Scene:
        surface = bowl(condition)
        contours(place, surface, window)
        place.set(title=f"Condition number {condition:.0f}")
        limit = 2 / condition
        paths = sweep(surface.gradient, [2.5, 1.0], steps=steps, lr=fractions * limit)
        parts = np.array([1.0, condition]) / 2 * paths**2
        losses = parts.sum(axis=-1)
        return Scene(
            live={path: paths, total: losses, flat: parts[..., 0], steep: parts[..., 1]},
            alt=[
                f"Condition number {condition:.0f}, lr = {f:.2f} times the limit 2/L: after {steps} steps the steep "
                f"direction holds {s:.2g} of loss and the flat one {g:.2g}."
                for f, (g, s) in zip(fractions, parts[:, -1], strict=True)
            ],
            met=losses[:, -1] < 1e-2,
        )

    return stage(
        fig,
        descend_bowl,
        over=fractions,
        label="lr, in units of 2/L",
        start=0.96,
        format="{:.2f}",
        controls=(Slider("condition", "condition number", [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0], 50.0, "{:.0f}"),),
        challenge=f"Bring the loss below 0.01 within {steps} steps. Up to which condition number can you?",
    )


def diabetes_fit() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return body mass index and cholesterol of 442 patients, raw (centred) and standardised, and the centred score.

    Shapes (442, 2), (442, 2), (442,). Centring spares the fit its constant term.
    """
    data = diabetes()
    x = data.x[:, [data.features.index("bmi"), data.features.index("s1")]]
    return x - x.mean(axis=0), standardise(x, x)[0], data.y - data.y.mean()


def _mean_squared_error(x: np.ndarray, y: np.ndarray) -> Surface:
    """The mean squared error of the fit x @ w to y, above its lowest value, as a surface over the two weights."""
    hessian = 2 * x.T @ x / len(x)
    best = np.linalg.solve(hessian, 2 * x.T @ y / len(x))
    reach = 1.3 * np.abs(best).max() * np.array([-1, 1])
    return Surface(
        name="mean squared error",
        value=lambda w: np.sum((w - best) @ hessian * (w - best), axis=-1) / 2,
        gradient=lambda w: (w - best) @ hessian,
        hessian=lambda w: np.broadcast_to(hessian, (*np.shape(w), 2)),
        minima=best[None],
        window=(tuple(best[0] + reach), tuple(best[1] + reach)),
        source="least squares: Legendre (1805)",
    )


def scaling(steps: int = 100) -> Stage:
    """Fit the same patients with raw and with standardised features, at every fraction of the limit 2/L."""
    raw, standard, score = diabetes_fit()
    fits = {"raw": _mean_squared_error(raw, score), "standardised": _mean_squared_error(standard, score)}
    fractions = np.arange(1, 106) / 100

    fig, (place, curve) = plt.subplots(1, 2, figsize=(9, 3.8))
    (path,) = place.plot([], [], **STYLES["path"])
    (loss,) = curve.plot([], [], **STYLES["loss"])
    curve.set(
        xlim=(0, steps),
        ylim=(1e-8, 1e6),
        yscale="log",
        xlabel="step",
        ylabel="loss above its minimum",
        title="The same patients, the same number of steps",
    )

    def fit(features: str) -> Scene:
        surface = fits[features]
        eigenvalues = np.linalg.eigvalsh(surface.hessian(np.zeros(2)))
        contours(place, surface)
        place.set(
            title=f"{features}: condition number {eigenvalues[1] / eigenvalues[0]:.1f}",
            xlabel="weight of the body mass index",
            ylabel="weight of cholesterol",
        )
        paths = sweep(surface.gradient, [0.0, 0.0], steps=steps, lr=fractions * 2 / eigenvalues[1])
        losses = surface.value(paths)
        return Scene(
            live={path: paths, loss: losses},
            alt=[
                f"Features {features}, lr = {f:.2f} times the limit 2/L: {steps} steps bring the loss from "
                f"{losses[0, 0]:.0f} to {end:.2g} above its minimum."
                for f, end in zip(fractions, losses[:, -1], strict=True)
            ],
            met=losses[:, -1] < 1e-6,
        )

    return stage(
        fig,
        fit,
        over=fractions,
        label="lr, in units of 2/L",
        start=0.5,
        format="{:.2f}",
        controls=(Menu("features", "features", list(fits), "raw"),),
        challenge=f"Bring the loss within 1e-6 of its minimum in {steps} steps.",
    )


def schedule_designer(steps: int = 200, runs: int = 50) -> Stage:
    """Descend a noisy bowl of condition 20 under a schedule; the constant one runs beside it on the same noise."""
    makers = {
        "constant": lambda rest: schedules.constant(1.0),
        "step": lambda rest: schedules.step_decay(1.0, every=rest // 4 + 1, factor=0.3),
        "exponential": lambda rest: schedules.exponential_decay(1.0, factor=0.01 ** (1 / rest)),
        "inverse time": lambda rest: schedules.inverse_time(1.0, decay=0.1),
        "cosine": lambda rest: schedules.cosine(1.0, total=rest),
        "1cycle": lambda rest: schedules.one_cycle(1.0, total=rest),
    }
    surface, peaks = bowl(20.0), np.arange(1, 105) / 1000
    fig, (rate, curve) = plt.subplots(1, 2, figsize=(9, 3.6))
    (planned,) = rate.plot([], [], color=COLORS["comparison"], lw=2)
    (constant,) = curve.plot([], [], "--", color=COLORS["guide"], lw=1, label="constant")
    (loss,) = curve.plot([], [], **STYLES["loss"], label="with the schedule")
    rate.set(xlim=(0, steps), ylim=(0, 0.11), xlabel="step", ylabel="learning rate lr", title="The schedule")
    curve.set(
        xlim=(0, steps),
        ylim=(5e-3, 50),
        yscale="log",
        xlabel="step",
        ylabel=f"loss, mean of {runs} runs",
        title="Travel first, settle later",
    )
    curve.legend(loc="upper right")

    def losses_under(plan: np.ndarray, noise: int) -> np.ndarray:
        """Mean losses (peaks, steps) when step t has the learning rate peak * plan[t]."""
        rng = np.random.default_rng(noise)
        w, losses = np.tile([3.0, 1.0], (len(peaks), runs, 1)), []
        for height in plan:
            losses.append(surface.value(w).mean(axis=1))
            w = w - (height * peaks)[:, None, None] * (surface.gradient(w) + 2 * rng.normal(size=(runs, 2)))
        return np.stack(losses, axis=1)

    def design(schedule: str, warm: int, noise: int) -> Scene:
        # A schedule scales with its peak, so one plan of height 1 serves the whole sweep.
        plan = schedules.warmup(makers[schedule](steps - warm), warm)(np.arange(steps))
        losses = losses_under(plan, noise)
        last = losses[:, -20:].mean(axis=1)
        return Scene(
            live={planned: peaks[:, None] * plan, loss: losses, constant: losses_under(np.ones(steps), noise)},
            alt=[
                f"Schedule {schedule}, warm-up {warm} steps, largest lr {peak:.3f}, noise {noise + 1}: over the last "
                f"20 of {steps} steps the mean loss is {end:.2g}."
                for peak, end in zip(peaks, last, strict=True)
            ],
            met=last < 0.018,
        )

    return stage(
        fig,
        design,
        over=peaks,
        label="largest lr",
        start=0.03,
        format="{:.3f}",
        controls=(
            Menu("schedule", "schedule", list(makers), "cosine"),
            Slider("warm", "warm-up steps", [0, 10, 20, 40, 80], 0, "{:d}"),
            Button("noise", "new noise"),
        ),
        challenge="Bring the mean loss of the last 20 steps below 0.018. A constant rate will not do it.",
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
