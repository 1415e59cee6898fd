"""Lesson 05, the learning rate: a schedule with warm-up and cosine decay."""

import math
from collections.abc import Callable

from helpers.exercises.exercise import Exercise, Mistake


def cosine_schedule(step: int, total: int, lr_max: float, warmup: int) -> float:
    """Learning rate at a step: a straight line up to lr_max at step = warmup, then half a cosine down to 0."""
    if step < warmup:
        return lr_max * step / warmup
    progress = (step - warmup) / (total - warmup)
    return lr_max * (1 + math.cos(math.pi * progress)) / 2


def _cosine(progress: float) -> float:
    return (1 + math.cos(math.pi * progress)) / 2


def _with_warmup(decay: Callable[[float], float]) -> Callable[..., float]:
    """A schedule with the right warm-up and another decay, a function of the progress from 0 to 1."""

    def schedule(step: int, total: int, lr_max: float, warmup: int) -> float:
        if step < warmup:
            return lr_max * step / warmup
        return lr_max * decay((step - warmup) / (total - warmup))

    return schedule


def _with_cosine(rise: Callable[..., float]) -> Callable[..., float]:
    """A schedule with the right decay and another warm-up."""

    def schedule(step: int, total: int, lr_max: float, warmup: int) -> float:
        if step < warmup:
            return rise(step, total, lr_max, warmup)
        return lr_max * _cosine((step - warmup) / (total - warmup))

    return schedule


def _progress_over(progress: Callable[[int, int, int], float]) -> Callable[..., float]:
    """A schedule with the right warm-up whose cosine follows another progress."""

    def schedule(step: int, total: int, lr_max: float, warmup: int) -> float:
        if step < warmup:
            return lr_max * step / warmup
        return lr_max * _cosine(progress(step, total, warmup))

    return schedule


def _divides_by_zero(step: int, total: int, lr_max: float, warmup: int) -> float:
    if step <= warmup:
        return lr_max * step / warmup
    return lr_max * _cosine((step - warmup) / (total - warmup))


COSINE_SCHEDULE = Exercise(
    id="cosine-schedule",
    statement=(
        "Write cosine_schedule(step, total, lr_max, warmup): the learning rate rises in a straight line from 0 at "
        "step 0 to lr_max at step = warmup, then follows half a cosine down to 0 at step = total. With warmup = 0 it "
        "starts at lr_max. 0 <= step <= total, and warmup < total."
    ),
    reference=cosine_schedule,
    probes=[
        (55, 100, 0.1, 10),
        (4, 100, 0.1, 10),
        (30, 50, 1.0, 5),
        (2, 50, 1.0, 5),
        (17, 24, 0.5, 8),
        (7, 24, 0.5, 8),
        (5, 20, 0.2, 0),
    ],
    edges=[(0, 100, 0.1, 10), (10, 100, 0.1, 10), (100, 100, 0.1, 10), (0, 20, 0.2, 0), (20, 20, 0.2, 0)],
    mistakes=[
        Mistake(
            "warm-up-ignored",
            lambda step, total, lr_max, warmup: lr_max * _cosine(step / total),
            "There is no warm-up: the cosine starts at step 0. Before step = warmup, a straight line comes first.",
        ),
        Mistake(
            "cosine-from-step-zero",
            _progress_over(lambda step, total, warmup: step / total),
            "The warm-up is right. The cosine counts its steps from 0, so that it starts below lr_max: its first step "
            "is warmup.",
        ),
        Mistake(
            "never-reaches-zero",
            _progress_over(lambda step, total, warmup: (step - warmup) / total),
            "The cosine starts rightly at step = warmup, but it is spread over total steps and is cut off before 0. "
            "How many steps are left after the warm-up?",
        ),
        Mistake(
            "full-period",
            _with_warmup(lambda progress: _cosine(2 * progress)),
            "A whole period of the cosine comes back up at the end. Half a period goes from its top to its bottom.",
        ),
        Mistake(
            "quarter-period",
            _with_warmup(lambda progress: math.cos(math.pi / 2 * progress)),
            "This is a quarter of a cosine: it ends in a slope. Half a cosine goes from 1 to -1 and is level at both "
            "ends; move and scale it to go from lr_max to 0.",
        ),
        Mistake(
            "not-shifted",
            _with_warmup(lambda progress: math.cos(math.pi * progress)),
            "Half a cosine goes from 1 to -1, so this learning rate becomes negative. Move it up to go from 1 to 0.",
        ),
        Mistake(
            "not-halved",
            _with_warmup(lambda progress: 2 * _cosine(progress)),
            "1 + cos goes from 2 to 0, so this starts at twice lr_max.",
        ),
        Mistake(
            "pi-forgotten",
            _with_warmup(lambda progress: (1 + math.cos(progress)) / 2),
            "The angle goes from 0 to 1 only. Half a period is an angle of pi.",
        ),
        Mistake(
            "degrees",
            _with_warmup(lambda progress: (1 + math.cos(180 * progress)) / 2),
            "The angle goes to 180, but cos takes radians: half a period is pi.",
        ),
        Mistake(
            "rises-again",
            _with_warmup(lambda progress: 1 - _cosine(progress)),
            "After the warm-up this goes from 0 up to lr_max. It should go down: mind the sign before the cosine.",
        ),
        Mistake(
            "straight-line-down",
            _with_warmup(lambda progress: 1 - progress),
            "This goes down in a straight line. A cosine stays high for a while and flattens at the end.",
        ),
        Mistake(
            "warm-up-one-step-ahead",
            _with_cosine(lambda step, total, lr_max, warmup: lr_max * (step + 1) / warmup),
            "The warm-up is one step ahead: it starts at lr_max / warmup. Here it starts at 0.",
        ),
        Mistake(
            "warm-up-over-total",
            _with_cosine(lambda step, total, lr_max, warmup: lr_max * step / total),
            "The warm-up is spread over all steps and then jumps. It should reach lr_max at step = warmup.",
        ),
        Mistake(
            "warm-up-flat",
            _with_cosine(lambda step, total, lr_max, warmup: lr_max),
            "During the warm-up the learning rate is already lr_max. It should rise to it from 0.",
        ),
        Mistake(
            "warm-up-zero",
            _with_cosine(lambda step, total, lr_max, warmup: 0.0),
            "During the warm-up the learning rate is 0, and then it jumps. It should rise in a straight line.",
        ),
        Mistake(
            "no-warm-up-divides-by-zero",
            _divides_by_zero,
            "Right with a warm-up. With warmup = 0, step 0 divides 0 by 0: at step = warmup the cosine's formula "
            "gives lr_max too, so let it take over there.",
        ),
    ],
    hints=[
        "Two cases: before step = warmup a straight line, from there on the cosine.",
        "progress = (step - warmup) / (total - warmup) goes from 0 to 1 during the cosine.",
        "cos(pi · progress) goes from 1 to -1. Add 1 and halve it.",
    ],
    insight="The cosine is level at both ends: it leaves lr_max slowly and arrives at 0 slowly.",
)
