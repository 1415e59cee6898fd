"""Lesson 09: momentum, from its phase diagram on one parabola to the race on a bowl."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from helpers.descent import each, sweep
from helpers.exercises.catalogue import challenge
from helpers.experiments.frames import Frames, leaving, pairs, short, still, until, until_it_leaves
from helpers.experiments.marks import beside, marked, marks_on, names_beside
from helpers.optimizers import MomentumState, gradient_descent, heavy_ball
from helpers.pictures import COLORS, STYLES, contours, loss_axes
from helpers.stage import Point, Scene, Slider, Stage, stage
from helpers.surfaces import bowl

BAND = 0.05
HEIGHTS = (-2.4, 2.4)
BOWL = ((-3.0, 3.0), (-2.2, 2.2))
LOSSES = (1e-6, 1e4)
LOOKS = {"plain": "path", "heavy ball": "momentum", "Nesterov": "comparison"}
Pair = tuple[np.ndarray, np.ndarray]
Gradient = Callable[[np.ndarray], np.ndarray]
Step = Callable[..., Pair]


def heavy_ball_step(w: np.ndarray, velocity: np.ndarray, grad: np.ndarray, lr: float, beta: float) -> Pair:
    """One step of heavy ball; returns the new w and velocity, and all arrays have one shape."""
    w, state = heavy_ball(w, grad, MomentumState(velocity), lr=lr, beta=beta)
    return w, state.velocity


def nesterov_step(w: np.ndarray, velocity: np.ndarray, grad_fn: Gradient, lr: float, beta: float) -> Pair:
    """One step of Nesterov's method with a gradient that may be asked for anywhere."""
    velocity = beta * velocity + grad_fn(w - lr * beta * velocity)
    return w - lr * velocity, velocity


def momentum_paths(
    step: Step, grad: Gradient, starts: np.ndarray, steps: int, lr: np.ndarray, beta: np.ndarray
) -> np.ndarray:
    """Make n runs with a step of heavy ball: starts (n, d), lr and beta (n,); returns (n, steps + 1, d)."""
    w, velocity, path = starts, np.zeros_like(starts), [starts]
    for _ in range(steps):
        w, velocity = each(step, w, velocity, grad(w), lr, beta)
        path.append(w)
    return np.stack(path, axis=1)


def nesterov_path(step: Step, grad: Gradient, start: np.ndarray, steps: int, lr: float, beta: float) -> np.ndarray:
    """Make one run with a step of Nesterov's method from start (d,); returns (steps + 1, d)."""
    w, velocity, path = start, np.zeros_like(start), [start]
    for _ in range(steps):
        w, velocity = step(w, velocity, grad, lr, beta)
        path.append(w)
    return np.array(path)


def decay_rates(x: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """Factor by which heavy ball shrinks (or stretches) the error per step, in the long run, on one parabola.

    x: learning rate times curvature; beta: momentum; arrays of one shape, which is the result's. It is the largest
    size of the eigenvalues of the matrix that takes (w, lr * velocity) to the next step.
    """
    matrix = np.stack([np.stack([1 - x, -beta], axis=-1), np.stack([x, beta], axis=-1)], axis=-2)
    return np.abs(np.linalg.eigvals(matrix)).max(axis=-1)


def regime(x: float, beta: float) -> str:
    """Say in words what heavy ball does on one parabola at lr * curvature = x >= 0."""
    rate = decay_rates(np.array(x), np.array(beta))
    if x == 0:
        return "stays where it is"
    if np.isclose(rate, 1, rtol=0, atol=1e-9):
        return "swings for ever"
    if rate > 1:
        return "diverges"
    if np.sqrt(beta) > abs(1 - np.sqrt(x)) + 1e-9:
        return "ripples around the minimum"
    return "comes in from one side" if x <= 1 else "jumps across the minimum at each step"


def _draw_regimes(ax: Axes, largest: float) -> None:
    """Draw the map of decay rates over lr * L and beta, its borders, and the names of its regions."""
    x, beta = np.meshgrid(np.linspace(0, largest, 121), np.linspace(0, 0.99, 100))
    shades = [str(shade) for shade in np.linspace(1, 0.75, 7)]
    ax.contourf(x, beta, decay_rates(x, beta), [0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1], colors=shades)
    beyond = np.linspace(2, largest, 50)
    ax.fill_between(beyond, beyond / 2 - 1, facecolor="none", edgecolor=COLORS["guide"], hatch="//", linewidth=0)
    ax.plot(beyond, beyond / 2 - 1, **STYLES["limit"])
    border = np.linspace(0, largest, 300)
    ax.plot(border, (1 - np.sqrt(border)) ** 2, **STYLES["guide"])
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    for name, place in {"ripples": (1.35, 0.55), "diverges": (2.55, 0.1)}.items():
        ax.text(*place, name, ha="center", bbox=box)
    for name, tip, place in (("monotone", (0.2, 0.12), (0.55, 0.3)), ("jumps", (1.6, 0.03), (1.35, 0.3))):
        ax.annotate(name, tip, place, ha="center", bbox=box, arrowprops={"arrowstyle": "-", "shrinkB": 0})
    ax.set(xlim=(0, largest), ylim=(0, 0.99), xlabel="lr · L", ylabel="momentum beta")


def parabola_run(setting: np.ndarray, steps: int, step: Step = heavy_ball_step) -> Frames:
    """Return heavy ball, made by `step`, on w^2 / 2 from w = 1; setting (2,): lr times curvature, and beta."""
    x, beta = map(float, setting)
    w = momentum_paths(step, lambda w: w, np.ones((1, 1)), steps, np.array([x]), np.array([beta]))[0, :, 0]
    rate, name = float(decay_rates(np.array(x), np.array(beta))), regime(x, beta)
    taken = np.arange(steps + 1)
    way, window = pairs(taken, w), ((0.0, float(steps)), HEIGHTS)
    drawn, left = until_it_leaves(way[None], window)[0], leaving(way[None], window)[0]
    settles = x > 2 and bool(np.all(abs(w[30:]) < BAND))
    return Frames(
        live={
            "here": still(len(taken), [setting]),
            "whole": still(len(taken), drawn),
            "path": until(taken, drawn),
            "start": still(len(taken), way[:1]),
            "now": way[:, None],
            "words": [f"Rate {rate:.3f}: {name}"] * (steps + 1),
        },
        alt=[
            f"Step {k}, w = {short(w[k])}: at lr · L {x:.3f}, beta {beta:.3f} the descent {name}"
            + (f", out of the picture at step {left}." if left <= steps else f", rate {rate:.3f}.")
            for k in taken
        ],
        met=(taken >= 30) & settles,
    )


def phase_map(step: Step = heavy_ball_step, steps: int = 60) -> Stage:
    """Drag a point over lr and beta, and see the descent of one parabola from w = 1 that `step` makes with them."""
    fig, (place, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    _draw_regimes(place, 3.0)
    place.set_title("Light is fast, dark is slow")
    artists = {
        "here": place.plot([], [], **STYLES["now"])[0],
        "whole": curve.plot([], [], **STYLES["guide"])[0],
        "path": curve.plot([], [], **STYLES["path"])[0],
        "words": curve.set_title(" "),
    }
    artists |= marks_on(curve, ("start", "now"))
    for edge in (-BAND, BAND):
        curve.axhline(edge, **STYLES["limit"])
    curve.set(xlim=(-1, steps + 1), ylim=HEIGHTS, xlabel="step", ylabel="w")

    def drag(setting: np.ndarray) -> Scene:
        return parabola_run(setting, steps, step).on(artists)

    controls = (Point("setting", "map point", place, (0.1, 0.9)),)
    swept = np.arange(steps + 1)
    goal = challenge("phase-map")
    return stage(fig, drag, over=swept, label="step", start=0, format="{:d}", controls=controls, challenge=goal)


def bowl_runs(
    condition: float,
    scale: float,
    betas: np.ndarray,
    steps: int,
    heavy: Step = heavy_ball_step,
    ahead: Step = nesterov_step,
) -> Frames:
    """Return the paths and losses of plain descent and both momenta on a bowl, lr = scale / L, for each beta (n,)."""
    surface, start, lr = bowl(condition), np.array([2.5, 1.0]), scale / condition
    curvatures, starts = np.array([1.0, condition]), np.tile(start, (len(betas), 1))

    def grad(w: np.ndarray) -> np.ndarray:
        return curvatures * w

    paths = {
        "plain": sweep(grad, starts, rule=gradient_descent, steps=steps, lr=lr),
        "heavy ball": momentum_paths(heavy, grad, starts, steps, np.full(len(betas), lr), betas),
        "Nesterov": np.stack([nesterov_path(ahead, grad, start, steps, lr, beta) for beta in betas.tolist()]),
    }
    losses = {name: surface.value(path) for name, path in paths.items()}
    last = np.stack([loss[:, -1] for loss in losses.values()], axis=1)
    marks = marked(paths["plain"], surface.minima)
    return Frames(
        live={f"path of {name}": until_it_leaves(path, BOWL) for name, path in paths.items()}
        | losses
        | marks
        | {"now": np.stack([path[:, -1] for path in paths.values()], axis=1)}
        | beside(tuple(LOOKS), last, LOSSES),
        alt=[
            f"beta = {beta:.2f}, lr = {scale:.2f}/L, condition number {condition:.0f}: plain ends at loss "
            f"{short(plain)}, heavy ball {short(heavy)}, Nesterov {short(ahead)}."
            for beta, (plain, heavy, ahead) in zip(betas, last, strict=True)
        ],
        met=(condition >= 100) & (last.min(axis=1) < 1e-3),
    )


def race(heavy: Step = heavy_ball_step, ahead: Step = nesterov_step, steps: int = 60) -> Stage:
    """Race plain descent, heavy ball and Nesterov, made by two steps, on a bowl, with one lr, at every momentum."""
    fig, (place, curve) = plt.subplots(1, 2, figsize=(8, 3.4))
    artists = {}
    for name, role in LOOKS.items():
        small = {"markersize": 3, "markeredgewidth": 0.4, "linewidth": 1.0}
        artists[f"path of {name}"] = place.plot([], [], **STYLES[role] | small)[0]
        artists[name] = curve.plot([], [], **STYLES[role] | {"marker": "", "linewidth": 2})[0]
    artists |= marks_on(place, ("start", "minimum"))
    colors = [COLORS[role] for role in LOOKS.values()]
    artists["now"] = place.scatter([0] * 3, [0] * 3, s=55, c=colors, edgecolors=COLORS["start"], zorder=3.5)
    artists |= names_beside(curve, {name: COLORS["path" if name == "plain" else "start"] for name in LOOKS})
    curve.axhline(1e-3, **STYLES["limit"])
    loss_axes(curve, steps, LOSSES, "One lr for all three")
    betas = np.arange(99) / 100

    def run(condition: float, scale: float) -> Scene:
        contours(place, bowl(condition), BOWL)
        place.set(title=f"Condition number {condition:.0f}", xlabel="w0", ylabel="w1")
        return bowl_runs(condition, scale, betas, steps, heavy, ahead).on(artists)

    controls = (
        Slider("condition", "condition number", [5.0, 10.0, 20.0, 50.0, 100.0, 200.0], 100.0, "{:.0f}"),
        Slider("scale", "lr as a multiple of 1/L", [0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75], 1.0, "{:.2f}"),
    )
    goal = challenge("momentum-race")
    return stage(
        fig, run, over=betas, label="momentum beta", start=0.95, format="{:.2f}", controls=controls, challenge=goal
    )
