"""What was measured with the four optional programs, and what has to hold of it, whether recorded or new.

`keras-binary` is keras_binary.py beside binary_by_hand.py, `ultralytics` is ultralytics_step.py, `tensorboard` is
tensorboard_run.py, `dask-sweep` is dask_sweep.py. A learner's kernel may import this: it needs none of them.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from helpers.frameworks import binary_by_hand, by_numpy
from helpers.frameworks.problem import Run, solve

FOLDER = Path(__file__).parent / "measured"
NAMES = ("keras-binary", "ultralytics", "tensorboard", "dask-sweep")
PROVENANCE = ("version", "python", "date", "command")


class NotMeasuredError(Exception):
    """A recording is missing or damaged, in one sentence."""


class Claim(NamedTuple):
    """A sentence with the measured figure, and whether it holds."""

    sentence: str
    holds: bool


# Recordings


def load(name: str) -> dict[str, Any]:
    """Return a recorded answer with its provenance: version, python, date, command."""
    file = FOLDER / f"{name}.json"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotMeasuredError(f"There is no recording of {name}: restore {file.name} from the course.") from None
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(found.get(key), str) for key in PROVENANCE):
        raise NotMeasuredError(f"The recording of {name} is damaged: restore {file.name} from the course.")
    return found


def write(name: str, answer: dict[str, Any], command: str, date: str) -> Path:
    """Write a recording, a key a line; of Keras's weights and probabilities only what `summary` says."""
    kept = {"command": command, "date": date, **(summary(answer) if name == "keras-binary" else answer)}
    lines = ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in kept.items())
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{name}.json"
    file.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    return file


def provenance(name: str) -> str:
    """Return one line on where a recording comes from."""
    found = load(name)
    titles = {"keras-binary": "Keras", "ultralytics": "Ultralytics", "tensorboard": "TensorBoard", "dask-sweep": "Dask"}
    said = f"recorded on {found['date']} with {titles[name]} {found['version']}, Python {found['python']}"
    return f"{said}; `{found['command']}` measures again"


# Keras


def summary(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer of keras_binary.py with the sum and the norm of each weight array in place of the arrays."""
    weights = [np.array(weight) for weight in answer["weights"]]
    kept = {key: answer[key] for key in ("version", "python", "losses")}
    kept["sums"] = [float(weight.sum()) for weight in weights]
    kept["norms"] = [float(np.sqrt((weight**2).sum())) for weight in weights]
    kept["benign"] = int(np.sum(np.array(answer["probabilities"]) > 0.5))
    return kept


def by_hand(**settings: Any) -> binary_by_hand.Fit:
    """Return NumPy's fit of the same samples from the same start."""
    x, y = binary_by_hand.samples()
    return binary_by_hand.fit(x, y, binary_by_hand.start(x.shape[1]), **settings)


def keras_difference(answer: dict[str, Any], fit: binary_by_hand.Fit) -> float:
    """Return the largest difference of NumPy's fit from Keras's: in the losses, and in the weights.

    Of recorded weights only norms and sums are there. A sum of n roundings grows like the root of n, and so is
    divided by it.
    """
    pairs: list[tuple[Any, Any]] = [(answer["losses"], fit.losses)]
    if "weights" in answer:
        pairs += list(zip(answer["weights"], fit.weights, strict=True))
    else:
        root = np.sqrt([weight.size for weight in fit.weights])
        pairs += [(answer["norms"], [np.sqrt((weight**2).sum()) for weight in fit.weights])]
        pairs += [(answer["sums"] / root, [weight.sum() for weight in fit.weights] / root)]
    differences = [np.abs(np.subtract(left, right)).max() for left, right in pairs]
    return float(np.max(differences))


def keras_binary(answer: dict[str, Any]) -> list[Claim]:
    """Return what has to hold of an answer of keras_binary.py, two controls included."""
    limit = binary_by_hand.TOLERANCE
    same = keras_difference(answer, by_hand())
    off = keras_difference(answer, by_hand(lr=binary_by_hand.LR * binary_by_hand.OFF))
    paper = keras_difference(answer, by_hand(keras_eps=None))
    return [
        Claim(f"Keras and NumPy agree: {same:.1e} is at most {limit:.0e}", same <= limit),
        Claim(f"a learning rate 0.1 % off is noticed: {off:.1e}", off > limit),
        Claim(f"the paper's epsilon in place of Keras's is noticed: {paper:.1e}", paper > limit),
    ]


# Ultralytics


def ratios(line: dict[str, Any], kind: str) -> np.ndarray:
    """Return measured over predicted change for each lr of a line; kind is frozen or live."""
    return np.array(line[kind]) / np.array(line["predicted"])


def ultralytics(answer: dict[str, Any]) -> list[Claim]:
    """Return what has to hold of an answer of ultralytics_step.py."""
    line = answer["line"]
    frozen, live = ratios(line, "frozen"), ratios(line, "live")
    rises = np.array(line["live"]) > 0
    fall = np.array(line["frozen"]) < 0
    same = np.array(line["changed"]) == 0
    claims = [
        Claim(f"frozen labels: measured / predicted from {frozen.min():.4f} to {frozen.max():.4f}",
              bool(np.abs(frozen - 1).max() < 0.01) and bool(fall.all())),
        Claim(f"live labels: the slope is {live[0]:.2f} of the predicted one", bool(abs(live[0] - 1) > 0.05)),
        Claim(f"live labels: the printed loss rises at {rises.sum()} of {len(rises)} lr", bool(rises.any())),
        Claim("it rises only where an anchor has changed its label", bool(rises.any() and not (rises & same).any())),
    ]  # fmt: skip
    if answer["many"]:
        slopes = np.array([ratios(each, "live")[0] for each in answer["many"]])
        exact = np.array([ratios(each, "frozen")[0] for each in answer["many"]])
        up = sum(each["live"][1] > 0 for each in answer["many"])
        claims += [
            Claim(f"{len(exact)} starts, frozen: slopes {exact.min():.4f} to {exact.max():.4f} of the predicted",
                  bool(np.abs(exact - 1).max() < 0.01)),
            Claim(f"live: {slopes.min():.2f} to {slopes.max():.2f}; the longest step raises the loss from {up} of them",
                  bool(slopes.min() < 0.9 and slopes.max() > 1.1 and up > 0)),
        ]  # fmt: skip
    return claims


# TensorBoard


def descent() -> Run:
    """Return the descent that tensorboard_run.py writes."""
    return solve(by_numpy.descend)


def tensorboard(answer: dict[str, Any]) -> list[Claim]:
    """Return what has to hold of an answer of tensorboard_run.py: every number is the path's, rounded to float32."""
    run = descent()
    written = {"loss": run.losses, "line/w": run.path[:, 0], "line/b": run.path[:, 1]}
    steps = [[step for step, _ in curve] for curve in answer["curves"].values()]
    read = np.array([[value for _, value in answer["curves"][tag]] for tag in written])
    path = np.array(list(written.values()))
    complete = read.shape == path.shape and all(each == list(range(path.shape[1])) for each in steps)
    rounding = np.abs(read - path) / np.maximum(np.abs(path), np.finfo(np.float32).tiny) if complete else np.inf
    worst, half = float(np.max(rounding)), float(np.finfo(np.float32).eps) / 2
    losses, found = np.array(answer["network"]["written"]), np.array(answer["network"]["read"])
    whole = found.shape == (len(losses), 2) and np.array_equal(found[:, 0], np.arange(len(losses)))
    off = float(np.max(np.abs(found[:, 1] / losses - 1))) if whole else np.inf
    return [
        Claim(f"{read.size} numbers are read back, each with its step", complete),
        Claim(f"largest relative difference {worst:.1e}, half a unit of float32 is {half:.1e}", worst <= 1.001 * half),
        Claim(f"so are {len(losses)} losses of the network of lesson 12: {off:.1e}", off <= 1.001 * half),
    ]


# Dask


@cache
def all_rates_at_once(rates: tuple[float, ...], seed: int) -> np.ndarray:
    """Return the losses (n,) of dask_sweep.py at learning rates (n,), by one process; inf where it diverges."""
    rng = np.random.default_rng(seed)
    spread = np.geomspace(1, 0.03, 20)
    x = rng.normal(size=(1000, 20)) * spread
    y = x @ (1 / spread) + rng.normal(size=1000)
    w, lr = np.zeros((len(rates), 20)), np.array(rates)[:, np.newaxis]
    with np.errstate(all="ignore"):
        for _ in range(8000):
            batch = rng.integers(1000, size=20)
            w = w - lr * ((w @ x[batch].T - y[batch]) @ x[batch] / 20)
        losses = np.mean((w @ x.T - y) ** 2, axis=1) / 2
    return np.where(np.isfinite(losses), losses, np.inf)


def sweep_difference(answer: dict[str, Any], factor: float = 1.0) -> float:
    """Return the largest relative difference of a sweep's losses from those of one process at factor times its rates.

    It is infinite where only one of the two diverges.
    """
    rates, losses = tuple(factor * lr for lr in answer["rates"]), np.array(answer["losses"])
    alone = np.stack([all_rates_at_once(rates, seed) for seed in answer["seeds"]], axis=1)
    if losses.shape != alone.shape or not np.array_equal(np.isfinite(losses), np.isfinite(alone)):
        return float("inf")
    finite = np.isfinite(alone)
    return float(np.max(np.abs(losses[finite] / alone[finite] - 1)))


def dask_sweep(answer: dict[str, Any]) -> list[Claim]:
    """Return what has to hold of an answer of dask_sweep.py in which a worker was killed."""
    same, off = sweep_difference(answer), sweep_difference(answer, 1.001)
    means = np.mean(answer["losses"], axis=1)
    best, again = int(means.argmin()), answer["begun_again"]
    return [
        Claim(f"{np.size(answer['losses'])} runs give the losses of one process, to {same:.1e}", same <= 1e-9),
        Claim(f"learning rates 0.1 % off are noticed: {off:.1e}", off > 1e-6),
        Claim(f"a worker was killed, and begun again were {len(again)} of the runs", answer["killed"] and bool(again)),
        Claim(f"the lowest mean loss is at lr {answer['rates'][best]:.2f}, neither the first nor the last",
              0 < best < len(means) - 1),
    ]  # fmt: skip


CLAIMS = {
    "keras-binary": keras_binary,
    "ultralytics": ultralytics,
    "tensorboard": tensorboard,
    "dask-sweep": dask_sweep,
}
