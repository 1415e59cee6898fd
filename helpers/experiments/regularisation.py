"""Lessons 04 and 07: penalties on the weights, how strong they should be, and where weights go without one."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist

from helpers.data import Data, diabetes, standardise
from helpers.exercises.catalogue import challenge
from helpers.experiments.frames import Frames, pairs, still
from helpers.experiments.legends import legend_above
from helpers.losses import l1_penalty_gradient
from helpers.pictures import COLORS, STYLES, show
from helpers.stage import Button, Menu, Scene, Slider, Stage, stage

Step = Callable[[np.ndarray, np.ndarray, float, float], np.ndarray]
Judge = Callable[[np.ndarray, np.ndarray, np.ndarray, int], str]
STRENGTHS = np.geomspace(1, 100, 100)
STEPS, LR = 5000, 0.1
HELD_OUT = np.geomspace(0.01, 1000, 101)
LOSSES = (0.0, 11000.0)
LINES = {"training": "--", "held out": "-"}
LIMITS = (-14, 31)
BAR = (-14, 26)  # above it there is room for words
TITLES = {"proximal step": "L1: one weight after the other goes", "subgradient step": "L1: weights tremble about 0"}


def standard_diabetes() -> Data:
    """The diabetes data with standardised features and a centred target, so that no intercept is needed."""
    data = diabetes()
    return data._replace(x=standardise(data.x, data.x)[0], y=data.y - data.y.mean())


def _quadratic(data: Data) -> tuple[np.ndarray, np.ndarray]:
    """H and c of the gradient H w - c of the mean squared error."""
    return 2 * data.x.T @ data.x / len(data.y), 2 * data.x.T @ data.y / len(data.y)


def l1_path(data: Data, strengths: np.ndarray, proximal: bool) -> np.ndarray:
    """Weights (k, d) after 5,000 steps on the mean squared error plus each strength times the sum of |w|."""
    hessian, slope = _quadratic(data)
    strength, w = np.asarray(strengths)[:, np.newaxis], np.zeros((len(strengths), len(slope)))
    for _ in range(STEPS):
        grad = w @ hessian - slope
        if proximal:
            w = w - LR * grad
            w = np.sign(w) * np.maximum(np.abs(w) - LR * strength, 0)
        else:
            w = w - LR * (grad + strength * l1_penalty_gradient(w))
    return w


def plain_step(w: np.ndarray, grad: np.ndarray, lr: float, strength: float) -> np.ndarray:
    """A proximal step for the L1 penalty: w and grad have one shape; lr and strength are numbers."""
    moved = w - lr * grad
    return np.sign(moved) * np.maximum(np.abs(moved) - lr * strength, 0)


def path_by(step: Step, data: Data, strengths: np.ndarray, steps: int = 100, lr: float = 0.2) -> np.ndarray:
    """Weights (k, d) of the lowest mean squared error plus each strength times the sum of |w|, by proximal steps.

    step: takes (w, grad, lr, strength). The strongest penalty comes first, and each next one starts from the weights
    before, so that a hundred steps are enough.
    """
    hessian, slope = _quadratic(data)
    w, found = np.zeros(len(slope)), {}
    for i in np.argsort(strengths)[::-1]:
        for _ in range(steps):
            w = np.asarray(step(w, hessian @ w - slope, lr, float(strengths[i])))
        found[i] = w
    return np.array([found[i] for i in range(len(strengths))])


def plain_verdict(strengths: np.ndarray, training: np.ndarray, held_out: np.ndarray, chosen: int) -> str:
    """Whether the strength at place `chosen` is too weak, about right or too strong, by the held-out losses (k,)."""
    if held_out[chosen] <= 1.05 * held_out.min():
        return "about right"
    return "too weak" if strengths[chosen] < strengths[held_out.argmin()] else "too strong"


def l2_path(data: Data, strengths: np.ndarray) -> np.ndarray:
    """Weights (k, d) of the lowest mean squared error plus each strength times half the sum of w^2, exactly."""
    hessian, slope = _quadratic(data)
    return np.stack([np.linalg.solve(hessian + strength * np.eye(len(slope)), slope) for strength in strengths])


def shrunk(strengths: np.ndarray, l1: np.ndarray, l2: np.ndarray, step: str) -> Frames:
    """Return the weights (k, d) under L1 and L2 at strengths (k,), and how many are exactly 0; step: of L1."""
    bar, one, two = (pairs(strengths[:, np.newaxis], heights) for heights in (BAR, l1, l2))
    gone = (l1 == 0)[..., np.newaxis]
    exact = [np.sum(weights == 0, axis=1) for weights in (l1, l2)]
    largest = [np.abs(weights).max(axis=1) for weights in (l1, l2)]
    return Frames(
        live={
            "L1 bar": bar,
            "L2 bar": bar,
            "L1": np.where(gone, np.nan, one),
            "zeros": np.where(gone, one, np.nan),
            "L2": two,
            "L1 words": [f"exactly 0: {_count(k)}" for k in exact[0]],
            "L2 words": [f"exactly 0: {_count(k)}" for k in exact[1]],
        },
        alt=[
            f"Strength {s:.1f}, {step}s: of 10 weights L1 has {_count(one)} exactly 0, L2 {_count(two)}; "
            f"the largest are {a:.0f} and {b:.0f}."
            for s, one, two, a, b in zip(strengths, *exact, *largest, strict=True)
        ],
        met=exact[0] == 7,
    )


def _count(zeros: int) -> str:
    return {0: "none", 10: "all"}.get(zeros, str(zeros))


def shrinking(step: Step = plain_step) -> Stage:
    """Raise the strength of an L1 and of an L2 penalty and watch ten weights shrink; step: the proximal one."""
    data = standard_diabetes()
    l1 = {"proximal step": path_by(step, data, STRENGTHS), "subgradient step": l1_path(data, STRENGTHS, False)}
    l2 = l2_path(data, STRENGTHS)
    fig, axes = plt.subplots(1, 2, figsize=(8, 3.4), sharey=True)
    paths = [[ax.plot([], [], "-", color=COLORS["guide"], lw=0.9)[0] for _ in data.features] for ax in axes]
    artists: dict[str, Artist] = {"zeros": axes[0].plot([], [], "X", color=COLORS["start"], ms=8)[0]}
    for name, ax in zip(("L1", "L2"), axes, strict=True):
        artists[f"{name} bar"] = ax.plot([], [], **STYLES["limit"])[0]
        artists[name] = ax.plot([], [], **STYLES["now"] | {"markersize": 6})[0]
        artists[f"{name} words"] = ax.text(0.98, 0.98, "", transform=ax.transAxes, ha="right", va="top")
        ax.set(xscale="log", xlim=(0.33, 111), ylim=LIMITS, xlabel="strength λ")
    axes[1].set_title("L2: smaller as a whole, none goes")
    axes[0].set_ylabel("weights, in points of the score")
    for ax, names in zip(axes, ({"bmi, s5": "bmi", "bp": "bp"}, {"bmi": "bmi", "s5": "s5", "bp": "bp"}), strict=True):
        for words, feature in names.items():
            height = (l1["proximal step"], l2)[ax is axes[1]][0, data.features.index(feature)]
            ax.text(0.86, height, words, ha="right", va="center")

    def walk(step: str) -> Scene:
        axes[0].set_title(TITLES[step])
        for lines, weights in zip(paths, (l1[step], l2), strict=True):
            for line, weight in zip(lines, weights.T, strict=True):
                line.set_data(STRENGTHS, weight)
        return shrunk(STRENGTHS, l1[step], l2, step).on(artists)

    controls = (Menu("step", "L1 is minimised by a", list(TITLES), "proximal step"),)
    label = "strength λ"
    goal = challenge("shrinking")
    return stage(fig, walk, over=STRENGTHS, label=label, start=2.0, format="{:.1f}", controls=controls, challenge=goal)


def split_losses(size: int, draw: int, strengths: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return weights (k, d) under L2, fitted to a few random patients, and both losses (k,): theirs, the others'.

    size: how many patients the fit sees; draw: the seed that picks them. Features are standardised by these alone.
    """
    data, order = diabetes(), np.random.default_rng(draw).permutation(442)
    seen, unseen = order[:size], order[size:]
    x, other_x = standardise(data.x[seen], data.x[unseen])
    centre = data.y[seen].mean()
    w = l2_path(data._replace(x=x, y=data.y[seen] - centre), strengths)
    training, held_out = (
        np.mean((features @ w.T + centre - targets[:, np.newaxis]) ** 2, axis=0)
        for features, targets in ((x, data.y[seen]), (other_x, data.y[unseen]))
    )
    return w, training, held_out


def chosen_strength(size: int, draw: int, strengths: np.ndarray, judge: Judge = plain_verdict) -> Frames:
    """Return the losses on seen and on held-out patients at strengths (k,), the weights there, and a verdict on each.

    judge: takes (strengths, training, held_out, chosen) and returns a few words.
    """
    w, training, held_out = split_losses(size, draw, strengths)
    verdicts = [judge(strengths, training, held_out, place) for place in range(len(strengths))]
    n, best = len(strengths), held_out.argmin()
    curves = {"training": training, "held out": held_out}
    return Frames(
        live={
            **{name: still(n, pairs(strengths, losses)) for name, losses in curves.items()},
            **{f"{name} now": pairs(strengths, losses)[:, np.newaxis] for name, losses in curves.items()},
            "lowest": still(n, pairs(strengths[best], LOSSES)),
            "weights": pairs(np.arange(w.shape[1]), w),
            "verdict": verdicts,
        },
        alt=[
            f"Strength {strength:.2g}, {verdict}: loss {one:.0f} on the fit's {size} patients, {other:.0f} on the "
            f"others; lowest {held_out[best]:.0f}."
            for strength, verdict, one, other in zip(strengths, verdicts, training, held_out, strict=True)
        ],
        met=held_out < 0.9 * held_out[0],
    )


def held_out(judge: Judge = plain_verdict) -> Stage:
    """Choose the strength of an L2 penalty by the patients that the fit has not seen; judge: says how it is chosen."""
    fig, (losses, bars) = plt.subplots(1, 2, figsize=(8, 3.4))
    artists: dict[str, Artist] = {"lowest": losses.plot([], [], **STYLES["limit"])[0]}
    for name, role, label in (("training", "loss", "patients of the fit"), ("held out", "path", "held-out patients")):
        artists[name] = losses.plot([], [], color=COLORS[role], ls=LINES[name], lw=1.8, label=label)[0]
        artists[f"{name} now"] = losses.plot([], [], **STYLES["now"] | {"markersize": 7}, zorder=3)[0]
    losses.set(xscale="log", xlim=(0.007, 1400), ylim=LOSSES, xlabel="strength λ", ylabel="mean squared error")
    legend_above(losses, "Low on the fit is not low elsewhere")
    artists["verdict"] = losses.text(0.03, 0.03, "", transform=losses.transAxes, ha="left", va="bottom")
    artists["weights"] = bars.plot([], [], "o", color=COLORS["path"], ms=6)[0]
    bars.axhline(0, **STYLES["guide"])
    bars.set(xlim=(-0.6, 9.6), ylim=(-115, 115), xlabel="feature", title="The weights at this strength")
    bars.set_xticks(range(10), diabetes().features, rotation=45)
    bars.set_ylabel("weight, in points of the score")

    def choose(size: int, draw: int) -> Scene:
        return chosen_strength(size, draw, HELD_OUT, judge).on(artists)

    controls = (
        Slider("size", "patients of the fit", [20, 30, 50, 100, 200], 20, "{:d}"),
        Button("draw", "draw other patients"),
    )
    goal, label = challenge("held-out"), "strength λ"
    return stage(
        fig, choose, over=HELD_OUT, label=label, start=0.01, format="{:.2g}", controls=controls, challenge=goal
    )


def show_direction(steps: np.ndarray, lengths: np.ndarray, angles: np.ndarray) -> None:
    """Draw the length of w and its angle to the max-margin direction against the step."""
    fig, axes = plt.subplots(1, 2, figsize=(8, 3.2))
    axes[0].semilogx(steps, lengths, color=COLORS["path"])
    axes[0].set(xlabel="step", ylabel="length of w", title="The length grows like the logarithm")
    axes[1].semilogx(steps, angles, color=COLORS["path"])
    axes[1].set(xlabel="step", ylabel="angle in degrees", ylim=(0, None), title="The direction settles, slowly")
    show(
        fig,
        "Two curves against the step on a log scale. The length of w becomes a straight line, the same growth for each "
        "decade of steps. The angle to the max-margin direction falls towards 0, ever more slowly.",
    )


def show_margin(x: np.ndarray, y: np.ndarray, early: np.ndarray, late: np.ndarray, best: np.ndarray) -> None:
    """Draw two classes with labels 0 and 1, x (n, 2), and the borders of three weight vectors."""
    fig, ax = plt.subplots(figsize=(5.4, 4))
    for label, marker, role in ((0, "s", "guide"), (1, "o", "path")):
        ax.plot(*x[y == label].T, marker, color=COLORS[role], ms=7, label=f"label {label}")
    looks = ((early, "guide", "after 10 steps"), (late, "loss", "after 100,000"), (best, "limit", "max margin"))
    for w, role, name in looks:
        along = 8 * np.array([-w[1], w[0]]) / np.linalg.norm(w)
        ax.plot([-along[0], along[0]], [-along[1], along[1]], **STYLES[role], label=name)
    ax.set(xlim=(-4.5, 4.5), ylim=(-4.6, 4.6), xlabel="x0", ylabel="x1", title="The border turns to the widest gap")
    ax.set_aspect("equal")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    show(
        fig,
        "Five points of two classes and three borders through the origin, all without an error. After 10 steps the "
        "border is nearly level; after 100,000 it almost covers that of the widest gap.",
    )
