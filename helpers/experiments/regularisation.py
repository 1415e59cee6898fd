"""Lesson 03: penalties on the weights, and what happens to the weights without one."""

import matplotlib.pyplot as plt
import numpy as np

from helpers.data import Data, diabetes, standardise
from helpers.losses import l1_penalty_gradient
from helpers.pictures import COLORS, STYLES, show
from helpers.stage import Menu, Scene, Stage, stage

STRENGTHS = np.geomspace(1, 100, 100)
STEPS, LR = 5000, 0.1


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


def l2_path(data: Data, strengths: np.ndarray) -> np.ndarray:
    """Weights (k, d) of the lowest mean squared error plus each strength times half the sum of w^2, exactly."""
    hessian, slope = _quadratic(data)
    return np.stack([np.linalg.solve(hessian + strength * np.eye(len(slope)), slope) for strength in strengths])


def shrinking() -> Stage:
    """Raise the strength of an L1 and of an L2 penalty and watch ten weights shrink."""
    data = standard_diabetes()
    l1 = {name: l1_path(data, STRENGTHS, name == "proximal step") for name in ("proximal step", "subgradient step")}
    l2 = l2_path(data, STRENGTHS)
    titles = dict(zip(l1, ("L1: one weight after the other goes", "L1: weights tremble about 0"), strict=True))

    fig, axes = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True)
    paths = [[ax.plot([], [], "-", color=COLORS["guide"], lw=0.9)[0] for _ in data.features] for ax in axes]
    bars = [ax.plot([], [], **STYLES["limit"])[0] for ax in axes]
    dots = [ax.plot([], [], "o", color=COLORS["path"], ms=5)[0] for ax in axes]
    (zeros,) = axes[0].plot([], [], "X", color=COLORS["start"], ms=8)
    words = [ax.text(0.97, 0.94, "", transform=ax.transAxes, ha="right") for ax in axes]
    for ax in axes:
        ax.set(xscale="log", xlim=(0.9, 111), ylim=(-14, 29), xlabel="strength λ")
    axes[1].set_title("L2: the weights shrink together")
    axes[0].set_ylabel("weights, in points of the score")
    for name, place in (("bmi", (36, 22.5)), ("s5", (17, 16.8)), ("bp", (17, 11))):
        axes[0].annotate(name, place)

    def walk(step: str) -> Scene:
        w = (l1[step], l2)
        axes[0].set_title(titles[step])
        for lines, weights in zip(paths, w, strict=True):
            for path, weight in zip(lines, weights.T, strict=True):
                path.set_data(STRENGTHS, weight)
        zero = l1[step] == 0
        exact = [np.sum(weights == 0, axis=1) for weights in w]
        points = [np.stack([np.broadcast_to(STRENGTHS[:, np.newaxis], v.shape), v], axis=-1) for v in w]
        return Scene(
            live={
                **{bar: np.stack([[[s, -14], [s, 29]] for s in STRENGTHS]) for bar in bars},
                dots[0]: np.where(zero[..., np.newaxis], np.nan, points[0]),
                zeros: np.where(zero[..., np.newaxis], points[0], np.nan),
                dots[1]: points[1],
                **{text: [f"{k} of 10 exactly 0" for k in count] for text, count in zip(words, exact, strict=True)},
            },
            alt=[
                f"Strength {s:.1f}, L1 by {step}s: {one} of ten weights are exactly 0; with L2, {two} are. The largest "
                f"weight by size is {a:.0f} with L1 and {b:.0f} with L2."
                for s, one, two, a, b in zip(STRENGTHS, *exact, *(np.abs(v).max(axis=1) for v in w), strict=True)
            ],
            met=exact[0] == 7,
        )

    return stage(
        fig,
        walk,
        over=STRENGTHS,
        label="strength λ",
        start=2.0,
        format="{:.1f}",
        controls=(Menu("step", "L1 is minimised by a", list(l1), "proximal step"),),
        challenge="Find a strength at which L1 keeps three of the ten weights and sets seven exactly to 0.",
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
        "border is tilted; after 100,000 it nearly covers the border of the widest gap.",
    )
