"""Data: scikit-learn's real sets (they come with its installation), generated sets, mini-batches, standardising."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np


class Data(NamedTuple):
    """Samples x (n, d), targets y (n,), the names of the d features, and what y is: a unit or the class names."""

    x: np.ndarray
    y: np.ndarray
    features: tuple[str, ...]
    target: tuple[str, ...]


def _stored(name: str, **options: Any) -> np.ndarray:
    """Read one of scikit-learn's data files; importing scikit-learn for it would cost a kernel 50 MiB."""
    package = find_spec("sklearn")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("The real data sets come with scikit-learn: run python start.py doctor")
    return np.loadtxt(Path(package.origin).parent / "datasets" / "data" / name, **options)


def diabetes() -> Data:
    """442 patients: 10 measurements in their own units, and the progress of the disease a year later.

    x: (442, 10), not scaled; y: (442,), a score from 25 to 346. Source: Efron et al., Annals of Statistics 32 (2004).
    """
    features = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
    x, y = _stored("diabetes_data_raw.csv.gz"), _stored("diabetes_target.csv.gz")
    return Data(x, y, features, ("disease progression after one year",))


def breast_cancer() -> Data:
    """569 tumours: 30 measurements of cell nuclei in very different units, and the diagnosis.

    x: (569, 30); y: (569,), 0 malignant or 1 benign. Source: Street, Wolberg, Mangasarian (1993).
    """
    table = _stored("breast_cancer.csv", delimiter=",", skiprows=1)
    shape = ("smoothness", "compactness", "concavity", "concave points", "symmetry", "fractal dimension")
    measured = ("radius", "texture", "perimeter", "area", *shape)
    features = tuple(text.format(name) for text in ("mean {}", "{} error", "worst {}") for name in measured)
    return Data(table[:, :-1], table[:, -1].astype(int), features, ("malignant", "benign"))


before_digits: list[Callable[[], None]] = []
"""Called before the digits are read: the rules of lesson 15 refuse them to a run."""


def digits() -> Data:
    """1,797 handwritten digits of 8 x 8 pixels, row by row.

    x: (1797, 64), grey values from 0 to 16; y: (1797,), the digit. Raises RuleBrokenError in a run of lesson 15.
    Source: Alpaydin and Kaynak (1998), UCI.
    """
    for refuse in before_digits:
        refuse()
    table = _stored("digits.csv.gz", delimiter=",")
    features = tuple(f"pixel_{row}_{column}" for row in range(8) for column in range(8))
    return Data(table[:, :-1], table[:, -1].astype(int), features, tuple(map(str, range(10))))


def _generator(rng: np.random.Generator) -> np.random.Generator:
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a random generator, for example np.random.default_rng(0), and is {rng!r}")
    return rng


def _count(n: int, least: int, name: str) -> int:
    if not isinstance(n, (int, np.integer)) or n < least:
        raise ValueError(f"{name} must be a whole number >= {least} and is {n!r}")
    return int(n)


def line(n: int, rng: np.random.Generator, slope: float = 2.0, intercept: float = 1.0, noise: float = 0.5) -> Data:
    """Points about a straight line: y = slope x + intercept + noise, with x spread evenly over [-1, 1].

    x: (n, 1); y: (n,); noise is the standard deviation of its normal draws. Raises ValueError for n < 1.
    """
    x = np.linspace(-1, 1, _count(n, 1, "n"))
    y = slope * x + intercept + noise * _generator(rng).standard_normal(n)
    return Data(x[:, np.newaxis], y, ("x",), ("y",))


def blobs(n: int, rng: np.random.Generator, distance: float = 4.0) -> Data:
    """Two round clouds of standard deviation 1, their centres ``distance`` apart on the first axis.

    x: (n, 2); y: (n,), 0 on the left and 1 on the right, every other sample. Raises ValueError for n < 2.
    """
    y = np.arange(_count(n, 2, "n")) % 2
    x = _generator(rng).standard_normal((n, 2))
    x[:, 0] += distance * (y - 0.5)
    return Data(x, y, ("x", "y"), ("left", "right"))


def rings(n: int, rng: np.random.Generator, noise: float = 0.1) -> Data:
    """Two rings of radius 1 and 2 about the origin, which no straight line separates.

    x: (n, 2); y: (n,), 0 inner and 1 outer, every other sample; noise is the standard deviation of the radius. Raises
    ValueError for n < 2.
    """
    y = np.arange(_count(n, 2, "n")) % 2
    angle = _generator(rng).uniform(0, 2 * np.pi, n)
    radius = 1 + y + noise * rng.standard_normal(n)
    x = radius[:, np.newaxis] * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return Data(x, y, ("x", "y"), ("inner", "outer"))


def minibatches(n: int, batch_size: int, rng: np.random.Generator) -> list[np.ndarray]:
    """One epoch of shuffled mini-batches: arrays of indices, each of 0 to n - 1 exactly once.

    Index x and y with the same array. The last batch holds what is left over and may be smaller. Raises ValueError
    unless 1 <= batch_size <= n. Call it again for the next epoch; the generator goes on.
    """
    n, batch_size = _count(n, 1, "n"), _count(batch_size, 1, "batch_size")
    if batch_size > n:
        raise ValueError(f"batch_size must be at most the number of samples, {n}, and is {batch_size}")
    return np.split(_generator(rng).permutation(n), range(batch_size, n, batch_size))


def standardise(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shift and scale both sets by the mean and the standard deviation (ddof 0) of the training set.

    train: (n, d); test: (m, d). Returns both as new arrays. A column that is constant in the training set becomes
    zeros in both; scikit-learn keeps the differences in the test set. Raises ValueError for other shapes, for nan or
    inf and for an empty training set.
    """
    train, test = np.asarray(train, dtype=float), np.asarray(test, dtype=float)
    if train.ndim != 2 or test.ndim != 2 or train.shape[1] != test.shape[1] or len(train) == 0:
        raise ValueError(f"standardise needs train (n, d) and test (m, d) and got {train.shape} and {test.shape}")
    if not (np.isfinite(train).all() and np.isfinite(test).all()):
        raise ValueError("standardise needs finite numbers; drop or fill the samples with nan or inf first")
    constant = train.max(axis=0) == train.min(axis=0)  # the standard deviation of a constant 0.1 is not exactly 0
    mean = train.mean(axis=0)
    std = np.where(constant, 1, train.std(axis=0))
    return np.where(constant, 0, (train - mean) / std), np.where(constant, 0, (test - mean) / std)
