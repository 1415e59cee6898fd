"""Lesson 04: what a loss sees in the data, an outlier, a border between two classes, and what convexity looks like."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from helpers.data import blobs, line
from helpers.exercises.catalogue import challenge
from helpers.experiments.frames import Frames, pairs, still
from helpers.experiments.legends import legend_above
from helpers.losses import binary_cross_entropy, hinge, huber, mae, mse
from helpers.pictures import COLORS, STYLES, show
from helpers.stage import Point, Scene, Slider, Stage, stage

COSTS: dict[str, dict[str, Any]] = {
    "MSE": STYLES["loss"],
    "MAE": {"color": COLORS["comparison"], "linestyle": "--", "linewidth": 2.2},
    "Huber": {"color": COLORS["momentum"], "linestyle": "-.", "linewidth": 2.2},
}
METRIC = COSTS["MAE"]
Loss = Callable[[np.ndarray, np.ndarray], float]
ENDS, ERRORS, FAR = np.array([-1.3, 1.3]), np.linspace(-10, 10, 201), np.linspace(-4.8, 4.8, 193)


def twelve_points() -> tuple[np.ndarray, np.ndarray]:
    """Return x and y, both (12,), of points about the line 2 x + 1."""
    data = line(12, np.random.default_rng(3), noise=0.3)
    return data.x[:, 0], data.y


def line_fits(x: np.ndarray, y: np.ndarray, deltas: np.ndarray) -> dict[str, np.ndarray]:
    """Return slope and intercept of the line of lowest MSE (2,), of lowest MAE (2,), and of lowest Huber loss (k, 2).

    x, y: (n,); deltas: (k,), the border of the Huber loss in units of y.
    """
    return {"MSE": np.polyfit(x, y, 1), "MAE": _lowest_mae(x, y), "Huber": _lowest_huber(x, y, np.asarray(deltas))}


def _lowest_mae(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Among the lines of lowest MAE there is one through two of the points, so all pairs are tried."""
    i, j = np.array([pair for pair in combinations(range(len(x)), 2) if x[pair[0]] != x[pair[1]]]).T
    slope = (y[j] - y[i]) / (x[j] - x[i])
    lines = np.stack([slope, y[i] - slope * x[i]], axis=-1)
    return lines[np.argmin(mae(lines[:, :1] * x + lines[:, 1:], y))]


def _lowest_huber(x: np.ndarray, y: np.ndarray, deltas: np.ndarray, rounds: int = 200) -> np.ndarray:
    """Repeat a weighted least-squares fit; an error beyond delta has the weight delta / |error| (Huber 1964)."""
    w = np.tile(np.polyfit(x, y, 1), (len(deltas), 1))
    for _ in range(rounds):
        q = 1 / np.maximum(np.abs(w[:, :1] * x + w[:, 1:] - y) / deltas[:, np.newaxis], 1)
        s, sx, sxx, sy, sxy = q.sum(axis=1), q @ x, q @ x**2, q @ y, q @ (x * y)
        w = np.stack([s * sxy - sx * sy, sxx * sy - sx * sxy], axis=-1) / (s * sxx - sx**2)[:, np.newaxis]
    return w


def drag_outlier(outlier: np.ndarray, deltas: np.ndarray) -> Frames:
    """Return the three fits of the twelve points and an outlier (2,), for each border (n,) of the Huber loss."""
    x, y = twelve_points()
    without = np.polyfit(x, y, 1)[0]
    fits = line_fits(np.append(x, outlier[0]), np.append(y, outlier[1]), deltas)
    fitted = {name: np.broadcast_to(fit, (len(deltas), 2)) for name, fit in fits.items()}
    slopes = {name: fit[:, 0] for name, fit in fitted.items()}
    pulls = np.clip(ERRORS, -deltas[:, np.newaxis], deltas[:, np.newaxis])
    return Frames(
        live={
            **{name: pairs(ENDS, fit[:, :1] * ENDS + fit[:, 1:]) for name, fit in fitted.items()},
            "outlier": still(len(deltas), outlier),
            "pull": pairs(ERRORS, pulls),
        },
        alt=[
            f"delta = {delta:.2f}: slope {one:.2f} by MSE, {two:.2f} by MAE, {three:.2f} by Huber; "
            f"{without:.2f} without the outlier at ({outlier[0]:.2f}, {outlier[1]:.2f})."
            for delta, one, two, three in zip(deltas, *slopes.values(), strict=True)
        ],
        met=np.abs(slopes["Huber"] - without) < 0.2,
    )


def three_fits() -> Stage:
    """Drag an outlier and watch the lines of lowest MSE, MAE and Huber loss, for every border delta."""
    fig, (place, pull) = plt.subplots(1, 2, figsize=(8, 3.4))
    place.plot(*twelve_points(), "o", color=COLORS["guide"], ms=5)
    place.set(xlim=(-1.3, 1.3), ylim=(-10, 10), yticks=range(-10, 11, 5), xlabel="x", ylabel="y")
    artists = {name: place.plot([], [], **style, label=name)[0] for name, style in COSTS.items()}
    artists["outlier"] = place.plot([], [], **STYLES["start"], zorder=3)[0]
    legend_above(place, "One outlier, three fits")
    pull.plot(ERRORS, 2 * ERRORS, **COSTS["MSE"])
    pull.plot([-10, 0, 0, 10], [-1, -1, 1, 1], **COSTS["MAE"])
    artists["pull"] = pull.plot([], [], **COSTS["Huber"])[0]
    pull.set(xlim=(-10, 10), ylim=(-11, 11), xticks=range(-10, 11, 5), yticks=range(-10, 11, 5))
    pull.set(xlabel="error: prediction − target", ylabel="derivative of its cost", title="How hard one error pulls")
    deltas = np.geomspace(0.1, 10, 61)

    def drag(outlier: np.ndarray) -> Scene:
        return drag_outlier(outlier, deltas).on(artists)

    controls = (Point("outlier", "outlier", place, (0.9, -7.0)),)
    label = "Huber's delta"
    goal = challenge("three-fits")
    return stage(fig, drag, over=deltas, label=label, start=10.0, format="{:.2f}", controls=controls, challenge=goal)


def two_classes() -> tuple[np.ndarray, np.ndarray]:
    """Return 40 places on a line and their labels 0 and 1; the two classes overlap."""
    data = blobs(40, np.random.default_rng(2), distance=2.0)
    return data.x[:, 0], data.y


def _accuracy(logits: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Share of logits (..., n) on the right side of 0, for labels 0 and 1."""
    return np.mean((logits > 0) == (y == 1), axis=-1)


def move_border(steepness: float, borders: np.ndarray, entropy: Loss = binary_cross_entropy) -> Frames:
    """Return the probabilities that a model with this steepness gives, its loss and its accuracy, at borders (n,).

    entropy: the loss of logits (40,) and labels (40,), called for one border after the other.
    """
    x, y = two_classes()
    logits = steepness * (x - borders[:, np.newaxis])
    losses, right = np.array([entropy(row, y) for row in logits]), _accuracy(logits, y)
    return Frames(
        live={
            "probability": pairs(FAR, 1 / (1 + np.exp(-steepness * (FAR - borders[:, np.newaxis])))),
            "edge": pairs(borders[:, np.newaxis], [-0.2, 1.2]),
            "entropy": still(len(borders), pairs(borders, losses)),
            "loss": pairs(borders, losses)[:, np.newaxis],
            "share": pairs(borders, right)[:, np.newaxis],
        },
        alt=[
            f"Border at {b:.2f}, steepness {steepness:g}: accuracy {share:.3f}, cross-entropy {loss:.3f}."
            for b, share, loss in zip(borders, right, losses, strict=True)
        ],
        met=(right >= 0.85) & (losses > np.log(2)),
    )


def border(entropy: Loss = binary_cross_entropy) -> Stage:
    """Move the border between two classes: the accuracy has steps, the cross-entropy, here as given, a slope."""
    fig, (place, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    x, y = two_classes()
    jitter = np.random.default_rng(0).uniform(-0.06, 0.06, len(x))
    for label, marker, role, height in ((0, "s", "guide", -0.13), (1, "o", "path", 1.13)):
        here = y == label
        place.plot(x[here], (y + jitter)[here], marker, color=COLORS[role], ms=4)
        side = 2 * label - 1
        place.text(4.7 * side, height, f"label {label}", color=COLORS[role], va="center", ha=("left", "right")[label])
    artists = {
        "probability": place.plot([], [], "-", color=COLORS["path"])[0],
        "edge": place.plot([], [], **STYLES["limit"])[0],
        "entropy": curve.plot([], [], **STYLES["loss"], label="cross-entropy")[0],
        "loss": curve.plot([], [], **STYLES["now"], zorder=4)[0],
        "share": curve.plot([], [], **STYLES["comparison"] | {"linestyle": "none", "markersize": 7}, zorder=4)[0],
    }
    place.set(xlim=(-4.8, 4.8), ylim=(-0.2, 1.2), xlabel="x", ylabel="probability of label 1", title="One model")
    fine = np.linspace(-3, 3, 2401)
    curve.plot(fine, _accuracy(x - fine[:, np.newaxis], y), **METRIC, label="accuracy")
    curve.axhline(np.log(2), **STYLES["limit"])
    curve.set(xlim=(-3.15, 3.15), ylim=(0, 2.5), xlabel="border", ylabel="value")
    legend_above(curve, "The loss has a slope, the metric has steps")
    borders = np.linspace(-3, 3, 121)

    def move(steepness: float) -> Scene:
        return move_border(steepness, borders, entropy).on(artists)

    controls = (Slider("steepness", "steepness", [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0], 1.0, "{:g}"),)
    goal = challenge("border")
    return stage(fig, move, over=borders, label="border", start=1.0, format="{:.2f}", controls=controls, challenge=goal)


def show_scores(scores: np.ndarray) -> None:
    """Draw how many of the scores (n,) lie where, with their mean and their median."""
    fig, ax = plt.subplots(figsize=(8, 3.4))
    ax.hist(scores, bins=list(range(20, 361, 20)), color=COLORS["path"], alpha=0.35, edgecolor="white")
    for name, at, style, side in (
        ("median", np.median(scores), "limit", "right"),
        ("mean", scores.mean(), "guide", "left"),
    ):
        ax.axvline(at, **STYLES[style] | {"color": COLORS["start"]})
        ax.text(at + (2 if side == "left" else -2), 58, name, ha=side)
    ax.set(
        xlim=(15, 365), ylim=(0, 64), xlabel="score after one year", ylabel="patients", title="Which number for all?"
    )
    show(
        fig,
        "How many patients have which score: most lie between 40 and 200, and a long tail reaches to 346. The median "
        "stands a little left of the mean.",
    )


def show_constants(constants: np.ndarray, squares: np.ndarray, sizes: np.ndarray) -> None:
    """Draw the MSE and the MAE (n,) of predicting one constant (n,) for all scores."""
    fig, axes = plt.subplots(1, 2, figsize=(8, 3.4))
    for ax, losses, name, where in zip(axes, (squares, sizes), ("MSE", "MAE"), ("mean", "median"), strict=True):
        lowest = losses.argmin()
        ax.plot(constants, losses, **COSTS[name])
        ax.plot(constants[lowest], losses[lowest], **STYLES["minimum"])
        ax.set(
            xlabel="the number c, for all patients", ylabel=name, ylim=(0, None), title=f"{name}: lowest at the {where}"
        )
    show(
        fig,
        "Two curves against the constant. The mean squared error is a parabola, lowest at the mean of the scores. The "
        "mean absolute error is made of straight pieces, and lowest at their median.",
    )


def show_line_fit(loss: Callable[[np.ndarray], float], path: np.ndarray, x: np.ndarray, y: np.ndarray) -> None:
    """Draw a descent (k, 2) over slope and intercept on the map of a loss, and its first and last line beside the data.

    loss: a function of the pair (slope, intercept), called for one place of the map after the other.
    """
    fig, (place, data) = plt.subplots(1, 2, figsize=(8, 3.4))
    slopes, intercepts = np.linspace(-2, 4, 25), np.linspace(-1.5, 2.5, 25)
    heights = np.array([[loss(np.array([w, b])) for w in slopes] for b in intercepts])
    levels = np.geomspace(max(heights.min(), 1e-12), heights.max(), 14)
    place.contour(slopes, intercepts, heights, levels=levels, colors=COLORS["guide"], linewidths=0.7)
    place.plot(*path.T, **STYLES["path"])
    place.plot(*path[0], **STYLES["start"])
    place.set(xlabel="slope w", ylabel="intercept b", title="The loss, and a descent on it")
    data.plot(x, y, "o", color=COLORS["guide"], ms=3)
    ends = np.array([x.min(), x.max()])
    data.plot(ends, path[0, 0] * ends + path[0, 1], **STYLES["guide"] | {"linewidth": 1.6}, label="start")
    data.plot(ends, path[-1, 0] * ends + path[-1, 1], **STYLES["loss"], label="end")
    data.set(xlabel="x", ylabel="y", title="The line that it finds")
    data.legend(loc="upper left")
    show(
        fig,
        "Left, oval level lines over slope and intercept, and a path of steps that turns to their middle. Right, the "
        "points with two lines: the start falls, the end rises through the middle of the points.",
    )


def show_costs() -> None:
    """Draw what one error costs in the MSE, the MAE and the Huber loss with delta = 1."""
    e = np.linspace(-4, 4, 161)
    fig, ax = plt.subplots(figsize=(6.2, 3.2))
    for name, cost in (("MSE", mse), ("MAE", mae), ("Huber", huber)):
        ax.plot(e, cost(e[:, np.newaxis], np.zeros(1)), **COSTS[name], label=name)
    ax.set(ylim=(0, 8), xlabel="error: prediction − target", ylabel="cost", title="A large error is dear in the MSE")
    ax.legend(loc="upper center")
    show(
        fig,
        "What one error costs. MSE: a parabola, 9 at an error of 3. MAE: a V with a kink at 0, and 3 there. Huber: "
        "half the parabola up to an error of 1, from there a straight line, 2.5 at an error of 3.",
    )


def show_margins() -> None:
    """Draw what one sample costs against its margin: cross-entropy, hinge and the error rate."""
    margin = np.linspace(-4, 4, 161)
    column, one = margin[:, np.newaxis], np.ones(1)
    fig, ax = plt.subplots(figsize=(6.2, 3.2))
    ax.plot(margin, binary_cross_entropy(column, one), **STYLES["loss"], label="cross-entropy")
    ax.plot(margin, hinge(column, one), color=COLORS["momentum"], ls="-.", label="hinge")
    ax.plot([-4, 0, 0, 4], [1, 1, 0, 0], **METRIC, label="wrong answer (metric)")
    ax.set(xlabel="margin s z: positive where the answer is right", ylabel="cost", title="Two losses and the metric")
    ax.legend(loc="upper right")
    show(
        fig,
        "Cost of one sample against its margin. The metric is 1 left of 0 and 0 right of it. Hinge falls along a "
        "straight line and is 0 from margin 1 on. Cross-entropy falls smoothly and is never 0.",
    )


def show_segment(t: np.ndarray, entropy: np.ndarray, squares: np.ndarray) -> None:
    """Draw two losses along one segment of the parameter space, t from 0 to 1, and the chord of each."""
    fig, axes = plt.subplots(1, 2, figsize=(8, 3))
    for ax, losses, name in zip(
        axes, (entropy, squares), ("Cross-entropy: below the chord", "Squared error: above it"), strict=True
    ):
        ax.plot(t, losses, **STYLES["loss"])
        ax.plot([0, 1], losses[[0, -1]], **STYLES["guide"])
        ax.set(xlabel="way along the segment", ylim=(0, None), title=name)
    axes[0].set_ylabel("loss")
    show(
        fig,
        "Two losses along one straight segment, each with its chord. Cross-entropy hangs below its chord throughout; "
        "the squared error of the probabilities bulges above its chord.",
    )
