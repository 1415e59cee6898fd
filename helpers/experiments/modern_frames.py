"""Lesson 11: what its live experiments show, computed without a picture."""

from collections.abc import Callable, Mapping, Sequence
from math import comb

import numpy as np

from helpers.comparing import best_of
from helpers.data import digits
from helpers.experiments.frames import Frames, pairs, short, still, until, until_it_leaves
from helpers.experiments.marks import beside
from helpers.networks import layers, loss_and_gradient
from helpers.optimizers import QUINTIC, orthogonalise
from helpers.second_order import newton_step
from helpers.stage import Words
from helpers.surfaces import Surface

NewtonStep = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
SteepestDirection = Callable[[np.ndarray, str], np.ndarray]
Orthogonalise = Callable[[np.ndarray, int], np.ndarray]

FLAT = 1e-6
SIZES = (1e-12, 1e4)
KINDS = {2: ("bowl", "minimum"), 1: ("saddle", "saddle"), 0: ("hill", "maximum"), -1: ("trough", "flat place")}

DIRECTIONS = np.arange(1, 360, 3)  # never one in which two steps of a norm are as good
NORMS = ("l1", "l2", "linf")
BESIDE = 40

BAND = (0.65, 1.25)
ROUNDS = np.arange(11)
LOSSES = (0.04, 5.0)
SCALED = np.geomspace(3e-4, 1, 401)


def newton_walk(
    surface: Surface, start: np.ndarray, damped: bool, steps: int, step: NewtonStep = newton_step
) -> tuple[np.ndarray, np.ndarray]:
    """Return the points of a walk (steps + 1, 2) and the centres (steps + 1, 2) of the parabolas fitted there.

    damped: as in ``damped_newton``, each curvature counts by its size, and the step is halved until the loss falls
    enough. A plain walk ends where the parabola has no centre.
    """
    path, centres, w = [], [], start
    for _ in range(steps + 1):
        grad, hessian = surface.gradient(w), surface.hessian(w)
        has_centre = np.isfinite(hessian).all() and np.linalg.det(hessian) != 0
        path.append(w)
        centres.append(np.asarray(step(w.copy(), grad, hessian)) if has_centre else w)
        w = _damped(surface, w, step) if damped else centres[-1]
    return np.array(path), np.array(centres)


def _damped(surface: Surface, w: np.ndarray, step: NewtonStep) -> np.ndarray:
    grad, (curvatures, axes) = surface.gradient(w), np.linalg.eigh(surface.hessian(w))
    sizes = np.maximum(np.abs(curvatures), max(1e-12 * np.abs(curvatures).max(), 1e-300))
    move = np.asarray(step(w.copy(), grad, axes * sizes @ axes.T)) - w
    for _ in range(61):
        if surface.value(w + move) <= surface.value(w) + 1e-4 * grad @ move:
            return w + move
        move = move / 2
    return w


def fitted_line(hessian: np.ndarray, centre: np.ndarray, w: np.ndarray, points: int = 80) -> np.ndarray:
    """Return the level line (2 * points + 1, 2) through w of a parabola: an ellipse, or the branches of a hyperbola.

    hessian: (2, 2); centre, w: (2,). An ellipse fills the first half, the other is nan; all is where a curvature is 0.
    """
    curvatures, axes = np.linalg.eigh(hessian)
    away = (w - centre) @ axes
    squares = (away**2) @ curvatures / curvatures
    reach, turn, far = np.sqrt(np.abs(squares)), np.linspace(0, 2 * np.pi, points), np.linspace(-4, 4, points)
    gap = np.full((1, 2), np.nan)
    if np.prod(curvatures) > 0:
        shape = np.concatenate([pairs(np.cos(turn), np.sin(turn)), gap, np.full((points, 2), np.nan)])
    else:
        branch = np.where(squares > 0, np.cosh(far)[:, None], np.sinh(far)[:, None])
        shape = np.concatenate([branch, gap, -branch])
    return centre + (reach * shape) @ axes.T


def newton_frames(
    surface: Surface, start: np.ndarray, damped: bool, steps: int, step: NewtonStep = newton_step
) -> Frames:
    """Return at each step of a walk its path, its loss and gradient, and the parabola that is fitted there."""
    with np.errstate(all="ignore"):
        path, centres = newton_walk(surface, start, damped, steps, step)
        losses, slopes = surface.value(path), np.linalg.norm(surface.gradient(path), axis=1)
        hessians, taken = surface.hessian(path), np.arange(steps + 1)
        bends = np.sum(np.linalg.eigvalsh(hessians) > 0, axis=1)
        bends[~(np.abs(np.linalg.det(hessians)) > 0)] = -1
        fitted = np.array([fitted_line(*parabola) for parabola in zip(hessians, centres, path, strict=True)])
    drawn = until_it_leaves(path[None], surface.window)[0]
    curves = np.maximum([losses, slopes], SIZES[0])  # they run along the border to their names
    (lo, hi), way = np.transpose(surface.window), "damped" if damped else "plain"
    return Frames(
        live={
            "whole": still(steps + 1, drawn),
            "path": until(taken, drawn),
            "fitted": fitted,
            "start": still(steps + 1, [start]),
            "now": path[:, None],
            "minimum": still(steps + 1, surface.minima),
            "all losses": still(steps + 1, pairs(taken, curves[0])),
            "all slopes": still(steps + 1, pairs(taken, curves[1])),
            "loss": until(taken, curves[0]),
            "slope": until(taken, curves[1]),
            "now on curves": pairs(taken[:, None], curves.T),
            "kind": [f"Dotted: the parabola fitted here, a {KINDS[bend][0]}" for bend in bends],
        }
        | beside(("loss", "|gradient|"), np.tile(curves[:, -1], (steps + 1, 1)), SIZES),
        alt=[
            f"{surface.name} from ({start[0]:.2f}, {start[1]:.2f}), {way}, step {k}: loss {short(losses[k])}, "
            f"gradient {short(slopes[k])}; it ends {_end(path[-1], slopes[-1], bends[-1], surface)}."
            for k in taken
        ],
        met=np.all((lo <= path) & (path <= hi), axis=1) & (slopes < FLAT) & (bends == 1) & (not damped),
    )


def _end(w: np.ndarray, slope: float, bend: int, surface: Surface) -> str:
    lo, hi = np.transpose(surface.window)
    if not np.all((lo <= w) & (w <= hi)):
        return "far away"
    return f"at a {KINDS[bend][1]}" if slope < FLAT else "on the way"


def best_direction(grad: np.ndarray, norm: str) -> np.ndarray:
    """Return the step (d,) of norm 1 that lowers the loss most; norm: "l1", "l2" or "linf"."""
    if norm == "l2":
        return -grad / np.linalg.norm(grad)
    if norm == "linf":
        return -np.sign(grad)
    return np.where(np.abs(grad) == np.abs(grad).max(), -np.sign(grad), 0.0)


def unit_ball(norm: str) -> np.ndarray:
    """Return the line (n, 2) around the steps whose norm is 1 or less."""
    if norm == "l2":
        return _unit(np.arange(0, 361, 3))
    corners = _unit(np.arange(0, 361, 90)) if norm == "l1" else np.sqrt(2) * _unit(np.arange(45, 406, 90))
    return corners.round(12)


def _unit(degrees: np.ndarray) -> np.ndarray:
    return pairs(np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees)))


def steps_by_norm(norm: str, best: SteepestDirection = best_direction) -> Frames:
    """Return for a slope of 1 down each of DIRECTIONS the best step of each norm; that of `norm` is looked at."""
    down, n = _unit(DIRECTIONS), len(DIRECTIONS)
    steps = {name: np.array([best(-one, name) for one in down]) for name in NORMS}
    # A direction is counted on from −gradient's, so that no line jumps from 359 to 0.
    turned = {
        name: (np.rad2deg(np.arctan2(*step.T[::-1])) - DIRECTIONS + 180) % 360 - 180 for name, step in steps.items()
    }
    step, aside = steps[norm], turned[norm]
    stairs = {name: _broken(pairs(DIRECTIONS, DIRECTIONS + aside)) for name, aside in turned.items()}
    gain = np.sum(step * down, axis=1)
    along = 2 * pairs(-down[:, 1], down[:, 0])
    return Frames(
        live={
            "gradient": np.concatenate([np.zeros_like(down), down], axis=1)[:, None],
            "step": np.concatenate([np.zeros_like(step), step], axis=1)[:, None],
            "level": np.stack([step - along, step + along], axis=1),
            "ends": np.stack(list(steps.values()), axis=1),
            "now": pairs(DIRECTIONS, DIRECTIONS + aside)[:, None],
        }
        | {f"{name} directions": still(n, stair) for name, stair in stairs.items()}
        | {"directions": still(n, stairs[norm])},
        alt=[
            f"{norm}, −gradient towards {angle}°: the best step points to {round(angle + off) % 360}°, "
            f"{abs(off):.0f}° beside it; the dotted level is {gained:.2f} lower."
            for angle, off, gained in zip(DIRECTIONS, aside, gain, strict=True)
        ],
        met=np.abs(aside) > BESIDE,
    )


def _broken(line: np.ndarray) -> np.ndarray:
    """Return a line (n, 2) with a gap after every point from which it jumps."""
    jumps = np.flatnonzero(np.abs(np.diff(line[:, 1])) > 30) + 1
    return np.insert(line, jumps, np.nan, axis=0)


def matrices(n: int = 16) -> dict[str, np.ndarray]:
    """Return matrices with n columns and n singular values, by what these are like; one is a network's gradient."""
    rng = np.random.default_rng(0)

    def turned(values: np.ndarray) -> np.ndarray:
        left, right = np.linalg.qr(rng.normal(size=(2, n, n)))[0]
        return left * values @ right

    data = digits()
    weights = layers((64, n, 10), rng)
    return {
        "from 1 to 1/1000": turned(np.geomspace(1, 1e-3, n)),
        "random numbers": rng.normal(size=(n, n)),
        "a network's gradient": loss_and_gradient(weights, data.x[:64] / 16, data.y[:64], "tanh")[1][0],
        "all alike": turned(np.ones(n)),
    }


def after_rounds(s: np.ndarray, rounds: int) -> np.ndarray:
    """Return what rounds of Newton-Schulz make of singular values s between 0 and 1; any shape."""
    a, b, c = QUINTIC
    for _ in range(rounds):
        s = a * s + b * s**3 + c * s**5
    return s


def newton_schulz(name: str, G: np.ndarray, make: Orthogonalise = orthogonalise) -> Frames:
    """Return the singular values of a matrix G after 0 to 10 rounds made by `make`, and what becomes of any other."""
    scaled = G / np.linalg.norm(G)
    made = [scaled] + [make(G.copy(), int(rounds)) for rounds in ROUNDS[1:]]
    # The directions stay, so that a value can be followed by its own.
    left, _, right = np.linalg.svd(scaled, full_matrices=False)
    values = np.einsum("ri,krc,ic->ki", left, np.array(made), right)
    inside = np.all((values > BAND[0]) & (values < BAND[1]), axis=1)
    lines = np.concatenate([np.append(pairs(ROUNDS, way), [[np.nan] * 2], axis=0) for way in values.T])
    return Frames(
        live={
            "map": np.array([pairs(SCALED, after_rounds(SCALED, int(k))) for k in ROUNDS]),
            "mapped": pairs(values[0], values),
            "whole": still(len(ROUNDS), lines),
            "way": np.where((lines[:, 0] <= ROUNDS[:, None])[..., None], lines, np.nan),
            "now": pairs(ROUNDS[:, None], values),
        },
        alt=[
            f"{name[0].upper()}{name[1:]}, {k} rounds: of {len(now)} singular values the smallest is {now.min():.3g}, "
            f"the largest {now.max():.3g}."
            for k, now in zip(ROUNDS, values, strict=True)
        ],
        met=inside & (np.cumsum(inside) == 1) & (name == "from 1 to 1/1000"),
    )


def bar_of_best(losses: Sequence[float] | np.ndarray, k: int, share: float = 0.8) -> tuple[float, float]:
    """Return the ends of the middle share of all ways to draw k of m settings: of the lowest loss among those drawn."""
    ranked, m = np.sort(losses), len(losses)
    # The i-th lowest of m is the best in C(m - 1 - i, k - 1) of C(m, k) draws.
    until_now = np.cumsum([comb(m - 1 - i, k - 1) / comb(m, k) for i in range(m)])
    low, high = np.searchsorted(until_now, [0.5 - share / 2 + 1e-12, 0.5 + share / 2 - 1e-12])
    return float(ranked[low]), float(ranked[high])


def budgets(losses: Mapping[str, np.ndarray]) -> Frames:
    """Return what each rule reaches with the best of k rates, k = 1, 2, ..., drawn from those tried, and its place.

    losses: of each rule at every rate that it tried, (m,), as many for each rule; inf for a rate that diverged. A row
    of the picture is a rule, the first on top; what is above the axis is shown at its end.
    """
    names, tried = list(losses), np.stack(list(losses.values()))
    counts = np.arange(1, tried.shape[1] + 1)
    medians = np.array([[best_of(row, int(k)) for row in tried] for k in counts])
    bars = np.minimum([[bar_of_best(row, int(k)) for row in tried] for k in counts], LOSSES[1])
    rows, first = np.arange(len(names))[::-1], np.argmin(medians, axis=1)
    order = np.argsort(medians, axis=1, kind="stable")
    places = np.argsort(order, axis=1) + 1
    shown = np.minimum(medians, LOSSES[1])
    gaps = np.full((len(counts), len(names), 1, 2), np.nan)
    drawn = np.concatenate([pairs(bars, rows[:, None]), gaps], axis=2).reshape(len(counts), -1, 2)
    return Frames(
        live={
            "bars": drawn,
            "medians": pairs(shown, rows),
            "ahead": pairs(shown.min(axis=1), rows[first])[:, None],
            "here": pairs(counts[:, None], [0, len(names) + 1]),
            "now": pairs(counts[:, None], places),
        }
        | {name: still(len(counts), pairs(counts, places[:, i])) for i, name in enumerate(names)}
        | {
            f"name of {name}": Words([name] * len(counts), still(len(counts), [1.04 * counts[-1], place])[:, 0])
            for name, place in zip(names, places[-1], strict=True)
        },
        alt=[
            f"Median of the best of {k}: " + ", ".join(f"{names[i]} {short(row[i])}" for i in ranks) + "."
            for k, row, ranks in zip(counts, medians, order, strict=True)
        ],
        met=(first != first[0]) & (np.cumsum(first != first[0]) == 1),
    )
