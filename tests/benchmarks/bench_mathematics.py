"""What the mathematics costs: rules against torch.optim, a sweep against a loop, imports against bare libraries.

Run: python -m tests.benchmarks.bench_mathematics. The two sides of a ratio are measured in turn, in one run; each
figure is a median over the rounds. A ratio below 1 means that the course is faster.
"""

import importlib.util
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # run by its path, this file finds the course that it belongs to

from helpers.descent import descend, sweep  # noqa: E402
from helpers.optimizers import RULES, adam, gradient_descent  # noqa: E402
from helpers.surfaces import beale, bowl, rosenbrock  # noqa: E402

LR = 1e-3
ROOMS = ("surfaces", "descent", "pictures", "stage", "exercises")
BARE = "import numpy, matplotlib.pyplot, anywidget"


def seconds(action: Callable[[], object], times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        action()
    return (time.perf_counter() - start) / times


def compare(ours: Callable[[], object], other: Callable[[], object], rounds: int, times: int = 1) -> list[float]:
    """Median seconds of ours, of the other, and the median of their ratios, measured in turn."""
    ours(), other()
    pairs = [(seconds(ours, times), seconds(other, times)) for _ in range(rounds)]
    columns = (*zip(*pairs, strict=True), [a / b for a, b in pairs])
    return [statistics.median(column) for column in columns]


def show(name: str, unit: str, ours: float, other: float, ratio: float) -> None:
    scale = {"us": 1e6, "ms": 1e3, "s": 1}[unit]
    print(f"{name:32} {ours * scale:10.2f} {unit:2} {other * scale:10.2f} {unit:2} {ratio:8.3f}")


def steps(size: int, rounds: int, times: int) -> None:
    import torch

    sgd = partial(torch.optim.SGD, lr=LR)
    makers = {
        "gradient descent": sgd,
        "heavy ball": partial(sgd, momentum=0.9),
        "Nesterov": partial(sgd, momentum=0.9, nesterov=True),
        "AMSGrad": partial(torch.optim.Adam, lr=LR, amsgrad=True),
    }
    for name in ("Adagrad", "Adadelta", "RMSprop", "Adam", "AdamW", "NAdam"):
        makers[name] = partial(getattr(torch.optim, name), lr=LR)
    rng = np.random.default_rng(0)
    w, grad = rng.normal(size=(2, size))
    print(f"\nOne step, {size:,} parameters, float64: course, torch.optim ({torch.get_num_threads()} threads), ratio")
    for name, make in makers.items():
        rule = RULES[name]
        _, state = rule(w, grad, lr=LR)
        parameter = torch.tensor(w, requires_grad=True)
        parameter.grad = torch.tensor(grad)
        optimizer = make([parameter])
        show(
            name,
            "us" if size < 1000 else "ms",
            *compare(partial(rule, w, grad, state, LR), optimizer.step, rounds, times),
        )


def sweeps(rounds: int) -> None:
    rates = np.geomspace(1e-5, 1e-1, 256)
    print("\n256 learning rates x 200 steps: sweep, a Python loop of descend, ratio")
    for surface in (bowl(), rosenbrock, beale):
        for rule in (gradient_descent, adam):
            together = partial(sweep, surface.gradient, [-1.2, 1.0], rule, 200, lr=rates)
            alone = partial(descend, surface.gradient, [-1.2, 1.0], rule, 200)
            figures = compare(together, lambda alone=alone: [alone(lr=lr) for lr in rates], rounds)
            show(f"{surface.name}, {rule.__name__}", "ms", *figures)


def imports(rounds: int) -> None:
    rooms = [room for room in ROOMS if importlib.util.find_spec(f"helpers.{room}")]

    def fresh(code: str) -> Callable[[], object]:
        environment = os.environ | {"MPLBACKEND": "Agg", "PYTHONPATH": str(ROOT)}
        return partial(subprocess.run, [sys.executable, "-c", code], env=environment, check=True)

    ours = "import " + ", ".join(f"helpers.{room}" for room in rooms)
    print(f"\nImport in a fresh process: helpers ({', '.join(rooms)}), numpy + pyplot + anywidget, ratio")
    show("all rooms", "s", *compare(fresh(ours), fresh(BARE), rounds))
    print("\nThe same for the mathematics alone: helpers (surfaces, descent), numpy, ratio")
    show(
        "floors 1 and 2",
        "s",
        *compare(fresh("import helpers.surfaces, helpers.descent"), fresh("import numpy"), rounds),
    )


if __name__ == "__main__":
    imports(rounds=9)
    sweeps(rounds=3)
    steps(2, rounds=15, times=300)
    steps(1_000_000, rounds=9, times=2)
