"""Comparing: intervals for what few runs tell, the best of several tries, and a budget that ends.

Values are results of runs that differ in their seed alone, shape (n,). An interval here is the 95 % interval of
Student's t: it takes the values, or their differences, for independent draws of a normal distribution.
"""

from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

T95 = dict(
    enumerate(
        (
            *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
            *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
            *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045),
        ),
        start=2,
    )
)
"""Two-sided 95 % quantile of Student's t by the number of values, 2 to 30: n values leave n - 1 degrees of freedom."""


class Interval(NamedTuple):
    """The ends of an interval, in the units of the values."""

    low: float
    high: float


def interval(values: ArrayLike) -> Interval:
    """Return the 95 % interval of the mean: mean -+ T95[n] s / sqrt(n), with s the standard deviation (ddof 1).

    values: (n,), 2 to 30 of them. Raises ValueError for another number or shape, and for a value that is not finite: a
    run that diverged has no mean with others. Source: Student (1908).
    """
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or len(values) not in T95:
        raise ValueError(f"an interval needs 2 to 30 values in one row and got shape {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("an interval needs finite values; say how many runs diverged, and do not average them")
    mean, half = values.mean(), T95[len(values)] * values.std(ddof=1) / np.sqrt(len(values))
    return Interval(float(mean - half), float(mean + half))


def paired_interval(a: ArrayLike, b: ArrayLike) -> Interval:
    """Return the 95 % interval of the mean of a - b, where a[i] and b[i] come from one seed.

    a, b: (n,), 2 to 30 of each. What a seed does to both runs alike cancels in the differences. Raises ValueError as
    `interval` does, and for different shapes. Source: Student (1908).
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"paired_interval needs one value of each for every seed and got {a.shape} and {b.shape}")
    with np.errstate(invalid="ignore"):  # inf - inf is nan, which interval refuses
        return interval(a - b)


def best_of(losses: ArrayLike, k: int) -> float:
    """Return the median, over all ways to draw k of the tried settings, of the lowest loss among those drawn.

    losses: (m,), the loss of each setting; nan counts as inf, since who diverged is not best. k: 1 to m, drawn without
    replacement. Exact: the i-th lowest of m losses (i from 0) is the best in C(m - 1 - i, k - 1) of C(m, k) draws.
    Raises ValueError for another k or shape. Source of the question: Dodge et al. (2019), arXiv:1909.03004.
    """
    losses = np.asarray(losses, dtype=float)
    if losses.ndim != 1 or not 1 <= k <= len(losses):
        raise ValueError(f"best_of needs one row of losses and k from 1 to their number; got {losses.shape} and {k}")
    ranked = np.sort(np.where(np.isnan(losses), np.inf, losses))
    draws, seen = comb(len(ranked), k), 0
    middle = []
    for i, loss in enumerate(ranked):
        before, seen = seen, seen + comb(len(ranked) - 1 - i, k - 1)
        # the median of an even number of draws is the mean of the two in the middle
        middle += [loss for place in ((draws - 1) // 2, draws // 2) if before <= place < seen]
    return float(middle[0] if middle[0] == middle[1] else np.mean(middle))


class BudgetSpentError(Exception):
    """More was to be spent than was left."""


class Budget:
    """Counts what a run may cost, in sample gradients, and refuses what is too much before it is spent.

    limit: a whole number, 0 or more; ``left`` is what may still be spent.
    """

    def __init__(self, limit: int) -> None:
        """Start with `limit` to spend; ValueError unless it is a whole number, 0 or more."""
        self.limit = self.left = _whole(limit, "a budget")

    def spend(self, n: int) -> None:
        """Take n from what is left; if n is more than that, take nothing and raise BudgetSpentError.

        Raises ValueError unless n is a whole number, 0 or more.
        """
        if _whole(n, "a cost") > self.left:
            raise BudgetSpentError(f"This step costs {n}, and of the budget of {self.limit} only {self.left} is left.")
        self.left -= n


def _whole(n: int, what: str) -> int:
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 0:
        raise ValueError(f"{what} must be a whole number, 0 or more, and is {n!r}")
    return int(n)
