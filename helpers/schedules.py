"""Schedules: the learning rate as a function of the step.

Each function here returns a schedule, a function of the step t. Steps are counted from 0; t is a number or an array of
steps, and the learning rates have its shape. ``descend`` and ``sweep`` accept a schedule in place of a number.
"""

from collections.abc import Callable
from math import pi

import numpy as np

Schedule = Callable[[int | np.ndarray], np.ndarray]


def _require(condition: bool, sentence: str) -> None:
    # Written so that nan, which fails every comparison, is refused too.
    if not condition:
        raise ValueError(sentence)


def _steps(t: int | np.ndarray) -> np.ndarray:
    t = np.asarray(t)
    _require(bool(np.all(t >= 0)), f"a schedule needs steps t >= 0, counted from 0, and got {t}")
    return t


def _rate(lr: float) -> float:
    _require(0 <= lr < np.inf, f"a schedule needs a finite learning rate >= 0 and got {lr}")
    return float(lr)


def constant(lr: float) -> Schedule:
    """The same learning rate at every step.

    lr >= 0; ValueError otherwise, as in every schedule here. Source: Robbins and Monro (1951) discuss why this is not
    enough when gradients are noisy.
    """
    lr = _rate(lr)
    return lambda t: np.full(_steps(t).shape, lr)[()]


def step_decay(lr: float, every: int, factor: float = 0.1) -> Schedule:
    """Multiply by ``factor`` once after each ``every`` steps: lr * factor^floor(t / every).

    lr >= 0; every >= 1 steps; factor > 0. Source: equals torch.optim.lr_scheduler.StepLR(every, gamma=factor).
    """
    lr = _rate(lr)
    _require(every >= 1, f"step_decay needs every >= 1 steps and got {every}")
    _require(factor > 0, f"step_decay needs a factor > 0 and got {factor}")
    return lambda t: lr * np.power(float(factor), _steps(t) // every)


def exponential_decay(lr: float, factor: float) -> Schedule:
    """Multiply by ``factor`` at every step: lr * factor^t. A factor above 1 makes a range test.

    lr >= 0; factor > 0. Source: equals torch.optim.lr_scheduler.ExponentialLR(gamma=factor); range test:
    fastai, after Smith (2017), arXiv:1506.01186, who raises lr in a straight line.
    """
    lr = _rate(lr)
    _require(factor > 0, f"exponential_decay needs a factor > 0 and got {factor}")
    return lambda t: lr * np.power(float(factor), _steps(t))


def inverse_time(lr: float, decay: float) -> Schedule:
    """Divide by a number that grows with time: lr / (1 + decay * t).

    lr >= 0; decay >= 0 per step. Its sum diverges and the sum of its squares does not, which is the condition of
    convergence for noisy gradients. Source: Robbins and Monro, Annals of Mathematical Statistics 22 (1951).
    """
    lr = _rate(lr)
    _require(decay >= 0, f"inverse_time needs a decay >= 0 and got {decay}")
    return lambda t: lr / (1 + decay * _steps(t))


def cosine(lr: float, total: int, lr_min: float = 0.0) -> Schedule:
    """Go from lr at step 0 to lr_min at step ``total`` along half a cosine, and stay there.

    lr >= lr_min >= 0; total >= 1 steps. Source: Loshchilov and Hutter (2017), arXiv:1608.03983; equals
    torch.optim.lr_scheduler.CosineAnnealingLR(total, eta_min=lr_min) up to step total, where torch rises again.
    """
    lr, lr_min = _rate(lr), _rate(lr_min)
    _require(lr >= lr_min, f"cosine needs lr >= lr_min and got {lr} and {lr_min}")
    _require(total >= 1, f"cosine needs total >= 1 steps and got {total}")
    return lambda t: lr_min + (lr - lr_min) * (1 + np.cos(pi * np.minimum(_steps(t) / total, 1))) / 2


def warmup(schedule: Schedule, steps: int) -> Schedule:
    """Rise in a straight line from 0 at step 0 to the schedule's first value at step ``steps``, then follow it.

    schedule: any function of the step, which sees its own steps counted from the end of the warm-up; steps >= 0.
    Source: Goyal et al. (2017), arXiv:1706.02677.
    """
    _require(steps >= 0, f"warmup needs steps >= 0 and got {steps}")
    if not callable(schedule):
        raise TypeError(f"warmup needs a schedule, for example constant({schedule}), and got {schedule}")

    def warmed(t: int | np.ndarray) -> np.ndarray:
        t = _steps(t)
        rising = schedule(0) * np.minimum(t / max(steps, 1), 1)
        return np.where(t < steps, rising, schedule(np.maximum(t - steps, 0)))[()]

    return warmed


def one_cycle(
    lr_max: float, total: int, pct_start: float = 0.3, div_factor: float = 25.0, final_div_factor: float = 1e4
) -> Schedule:
    """Rise to lr_max and fall to almost 0, each along half a cosine.

    lr_max >= 0 is reached after the part pct_start, in (0, 1), of the ``total`` steps. The first rate is
    lr_max / div_factor; the last, at step total - 1 and after it, is the first / final_div_factor. Source: Smith and
    Topin (2017), arXiv:1708.07120; equals torch.optim.lr_scheduler.OneCycleLR. The paper's cycle has straight sides.
    """
    lr_max = _rate(lr_max)
    _require(0 < pct_start < 1, f"one_cycle needs pct_start between 0 and 1 and got {pct_start}")
    _require(div_factor > 0 and final_div_factor > 0, "one_cycle needs factors > 0")
    peak, last = pct_start * total - 1, total - 1
    _require(peak > 0, f"one_cycle needs more than {1 / pct_start:.3g} steps to rise, and total is {total}")
    lr_start = lr_max / div_factor
    lr_end = lr_start / final_div_factor

    def blend(start: float, end: float, part: float | np.ndarray) -> np.ndarray:
        return end + (start - end) / 2 * (1 + np.cos(pi * part))

    def cycle(t: int | np.ndarray) -> np.ndarray:
        t = np.minimum(_steps(t), last)
        up = blend(lr_start, lr_max, t / peak)
        down = blend(lr_max, lr_end, (t - peak) / (last - peak))
        return np.where(t <= peak, up, down)[()]

    return cycle
