"""Lesson 03: a formula forward and backward, what its gradient costs, two digits, and gradients that nobody clears.

The experiments take functions: backward_multiply(a, b, out_grad) and backward_pass(inputs).
"""

from collections.abc import Callable, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from helpers.autodiff import Inputs, backward_multiply, backward_pass
from helpers.exercises.catalogue import challenge
from helpers.experiments.frames import Frames, pairs, short
from helpers.experiments.marks import marked, marks_on
from helpers.pictures import COLORS, STYLES, loss_axes, show
from helpers.stage import Menu, Scene, Slider, Stage, stage

Multiply = Callable[[float, float, float], tuple[float, float]]
Walk = Callable[[Inputs], Sequence[float]]
PLACES = {"a": (0.0, 1.0), "b": (0.0, 0.0), "p": (1.2, 0.0), "q": (2.4, 1.0), "f": (3.6, 0.5)}
LABELS = {"p": "p = a · b", "q": "q = p + a", "f": "f = p · q"}
WAYS = (("a", "p"), ("b", "p"), ("p", "q"), ("a", "q"), ("p", "f"), ("q", "f"))
BORN = {"a": 0, "b": 0, "p": 1, "q": 2, "f": 3}
ORDER = "pqfffqp"  # where each step after the first happens
STEPS = 8
UPDATES = 40
RATES = np.arange(1, 101) / 100
VALLEY = ((-2.5, 6.5), (-1.0, 21.0))
CLEARED, ADDED = "set to zero", "left to add up"
TITLES = {ADDED: "Old slopes push along", CLEARED: "Each slope is used once"}


def both_ways(a: float, b: float, multiply: Multiply = backward_multiply) -> Frames:
    """Return the eight steps through f = p q, p = a b, q = p + a: values forward, then gradients back."""
    numbers, history, sums = _passes(a, b, multiply)
    values = {name: f"{number:.2f}" for name, number in numbers.items()}
    here = np.array([[PLACES["a"], PLACES["b"]], *([PLACES[name], (np.nan, np.nan)] for name in ORDER)])
    return Frames(
        live={
            **{f"value {name}": [""] * BORN[name] + [text] * (STEPS - BORN[name]) for name, text in values.items()},
            **{f"grad {name}": [_grad(grads, name) for grads in history] for name in numbers},
            "here": here,
        },
        alt=[f"Step {k} of {STEPS - 1}. {words}" for k, words in enumerate(sums)],
        met=np.array([grads.get("a") == 0 != grads.get("b", 0) for grads in history]),
    )


def _draw_graph(ax: Axes) -> dict[str, Artist]:
    """Draw the formula as a graph; return the texts beside its nodes and the mark, which move."""
    for start, end in WAYS:
        look = {"arrowstyle": "->", "color": COLORS["guide"], "shrinkA": 22, "shrinkB": 24, "lw": 1.2}
        ax.annotate("", PLACES[end], PLACES[start], arrowprops=look)
    artists: dict[str, Artist] = {}
    for name, (x, y) in PLACES.items():
        ax.scatter(x, y, s=34**2, color="white", edgecolors=COLORS["guide"])
        ax.text(x, y, name, ha="center", va="center", fontsize=12)
        ax.text(x, y + 0.2, LABELS.get(name, ""), ha="center", va="bottom", color=COLORS["guide"])
        artists[f"value {name}"] = ax.text(x, y - 0.2, "", ha="center", va="top")
        artists[f"grad {name}"] = ax.text(x, y - 0.33, "", ha="center", va="top", color=COLORS["path"])
    artists["here"] = ax.plot([], [], "o", ms=34, mfc="none", mec=COLORS["path"], mew=3)[0]
    ax.set(xlim=(-0.4, 4.0), ylim=(-0.55, 1.4))
    ax.axis("off")
    return artists


def walk_back(multiply: Multiply = backward_multiply) -> Stage:
    """Walk forward through f = p q, p = a b, q = p + a, then back, and watch gradients arrive and add up."""
    fig, ax = plt.subplots(figsize=(8, 3.2))
    artists = _draw_graph(ax)

    def walk(a: float, b: float) -> Scene:
        return both_ways(a, b, multiply).on(artists)

    controls = (
        Slider("a", "a", np.arange(2, 7) / 2, 2.0, "{:.1f}"),
        Slider("b", "b", np.arange(-6, 5) / 2, -3.0, "{:.1f}"),
    )
    goal = challenge("walk-back")
    return stage(fig, walk, over=np.arange(STEPS), label="step", format="{:.0f}", controls=controls, challenge=goal)


class Counted(float):
    """A number that counts the multiplications that it takes part in."""

    __array_ufunc__ = None  # so that a number of NumPy on the left leaves the product to this class
    done = 0

    def __mul__(self, other: float) -> "Counted":
        Counted.done += 1
        return Counted(float(self) * float(other))

    __rmul__ = __mul__


def counted_product(x: np.ndarray, walk: Walk = backward_pass) -> tuple[int, int, np.ndarray]:
    """Return how many multiplications the product of all x (d,) takes, how many with its gradient, and the gradient."""
    Counted.done = 0
    numbers = [Counted(number) for number in x]
    inputs: Inputs = [[] for _ in x]
    last = 0
    for k in range(1, len(x)):
        inputs.append([(last, numbers[k]), (k, numbers[last])])
        numbers.append(numbers[last] * numbers[k])
        last = len(numbers) - 1
    alone = Counted.done
    grads = walk(inputs)
    return alone, Counted.done, np.array(grads[: len(x)], dtype=float)


def show_digits(images: np.ndarray, names: Sequence[str]) -> None:
    """Draw images (n, 64) of 8 x 8 pixels in a row, each with its name above."""
    fig, axes = plt.subplots(1, len(images), figsize=(8, 1.5))
    for ax, image, name in zip(axes, images, names, strict=True):
        ax.imshow(image.reshape(8, 8), cmap="Greys")
        ax.set_title(name)
        ax.axis("off")
    show(fig, f"{len(images)} handwritten digits of 8 x 8 pixels: {', '.join(names)}.")


def show_weights(weights: np.ndarray, losses: Sequence[float]) -> None:
    """Draw the loss at each step of a training, and the weights (64,) that it ended with, each at its pixel."""
    fig, (curve, picture) = plt.subplots(1, 2, figsize=(8, 3.4), width_ratios=(1.5, 1))
    curve.plot(losses, ".-", color=COLORS["loss"])
    curve.set(xlabel="step", ylabel="loss", ylim=(0, None), title="The loss falls at each step")
    most = np.abs(weights).max()
    drawn = picture.imshow(weights.reshape(8, 8), cmap="PuOr", vmin=-most, vmax=most)
    fig.colorbar(drawn, ax=picture)
    picture.set(title="The 64 weights, at their pixels", xticks=[], yticks=[])
    show(
        fig,
        f"On the left the loss, which falls from {losses[0]:.2f} to {losses[-1]:.2f}. On the right a map of 8 x 8 "
        "weights: above 0 mostly on the left side, where an 8 closes its loops and a 3 is open.",
    )


def accumulated(rates: np.ndarray, cleared: bool) -> np.ndarray:
    """Return the descents of (w - 2)^2 from w = 5 (n, steps + 1) by a gradient that is cleared, or adds up."""
    path, grad = [np.full(len(rates), 5.0)], np.zeros(len(rates))
    for _ in range(UPDATES):
        slope = 2 * (path[-1] - 2)
        grad = slope if cleared else grad + slope
        path.append(path[-1] - rates * grad)
    return np.stack(path, axis=1)


def clearing(rates: np.ndarray, before: str) -> Frames:
    """Return the descents at rates (n,), and their distances to the minimum; before: what is done before each step."""
    w = accumulated(rates, before == CLEARED)
    distance = np.abs(w - 2)
    paths = pairs(w, distance**2)
    return Frames(
        live={"path": paths, "distance": distance} | marked(paths, np.array([[2.0, 0.0]])),
        alt=[
            f"lr = {lr:.2f}, gradients {before}: w is {short(last)} from the minimum at step {UPDATES}, "
            f"and {short(previous)} a step before."
            for lr, previous, last in zip(rates, distance[:, -2], distance[:, -1], strict=True)
        ],
        met=(distance[:, -1] < 0.1) & (before == ADDED),
    )


def adding_up() -> Stage:
    """Descend (w - 2)^2 by gradients that are set to zero before each step, or left to add up."""
    fig, (valley, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    w = np.linspace(*VALLEY[0], 200)
    valley.plot(w, (w - 2) ** 2, color=COLORS["guide"])
    valley.set(xlim=VALLEY[0], ylim=VALLEY[1], yticks=range(0, 21, 5))
    valley.set(xlabel="parameter w", ylabel="loss (w − 2)²")
    loss_axes(curve, UPDATES, (1e-9, 30), "How far the minimum is", ylabel="distance to 2")
    curve.axhline(0.1, **STYLES["limit"])
    artists = {
        "path": valley.plot([], [], **STYLES["path"])[0],
        "distance": curve.plot([], [], ".-", color=COLORS["path"])[0],
    } | marks_on(valley)

    def descend(before: str) -> Scene:
        valley.set_title(TITLES[before])
        return clearing(RATES, before).on(artists)

    controls = (Menu("before", "before each step w.grad is", list(TITLES), ADDED),)
    goal, label = challenge("adding-up"), "learning rate lr"
    return stage(fig, descend, over=RATES, label=label, start=0.1, format="{:.2f}", controls=controls, challenge=goal)


def _grad(grads: dict[str, float], name: str) -> str:
    return f"grad {grads[name]:.2f}" if name in grads else ""


def _passes(a: float, b: float, multiply: Multiply) -> tuple[dict[str, float], list[dict[str, float]], list[str]]:
    """Return all values, the gradients known after each step, and each step in words."""
    p = a * b
    q = p + a
    f = p * q + 0.0  # 0 in place of -0
    from_f, grad_q = multiply(p, q, 1.0)
    grad_p = from_f + grad_q
    from_p, grad_b = multiply(a, b, grad_p)
    history: list[dict[str, float]] = [{}] * 4
    for more in (
        {"f": 1.0},
        {"p": from_f, "q": grad_q},
        {"p": grad_p, "a": grad_q},
        {"a": grad_q + from_p, "b": grad_b},
    ):
        history.append(history[-1] | more)
    words = [
        f"Forward. Two numbers: a = {a:.2f}, b = {b:.2f}.",
        f"Forward: p = a · b = {p:.2f}.",
        f"Forward: q = p + a = {q:.2f}.",
        f"Forward: f = p · q = {f:.2f}.",
        "Backward: the slope of f with respect to itself is 1.",
        f"Back through f = p · q: p gets q · 1 = {from_f:.2f}, q gets p · 1 = {grad_q:.2f}.",
        f"Back through q = p + a: p gets {grad_q:.2f} more, together {grad_p:.2f}; a gets {grad_q:.2f}.",
        f"Back through p = a · b: a gets b · ({grad_p:.2f}) more, together {grad_q + from_p:.2f}; "
        f"b gets a · ({grad_p:.2f}) = {grad_b:.2f}.",
    ]
    return {"a": a, "b": b, "p": p, "q": q, "f": f}, history, words
