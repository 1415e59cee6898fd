"""Lesson 05, the learning rate: feature scaling, which brings the curvatures together."""

import numpy as np

from helpers.exercises.exercise import Equivalent, Exercise, Mistake


def standardise(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns of mean 0 and standard deviation 1 in train; test moved and scaled alike; constant columns are 0."""
    mean = train.mean(axis=0)
    std = train.std(axis=0)
    varies = std > 0
    divisor = np.where(varies, std, 1.0)
    return (train - mean) / divisor * varies, (test - mean) / divisor * varies


def _scaled(train: np.ndarray, test: np.ndarray, mean: np.ndarray, std: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return (train - mean) / std, (test - mean) / std


def _own_statistics(values: np.ndarray) -> np.ndarray:
    return (values - values.mean(axis=0)) / values.std(axis=0)


def _per_row(values: np.ndarray) -> np.ndarray:
    return (values - values.mean(axis=1, keepdims=True)) / values.std(axis=1, keepdims=True)


def _both(train: np.ndarray, test: np.ndarray) -> np.ndarray:
    return np.concatenate([train, test])


def _differences_kept(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    std = train.std(axis=0)
    return _scaled(train, test, train.mean(axis=0), np.where(std == 0, 1.0, std))


def _tables() -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(10)
    scale, shift = np.array([1.0, 30.0, 0.02]), np.array([0.0, 200.0, 1.0])
    return [
        tuple(np.round(rng.normal(shift[:d], scale[:d], (rows, d)), 3) for rows in sizes)
        for d, *sizes in [(2, 4, 2), (2, 5, 3), (3, 6, 6), (3, 4, 3)]
    ]


STANDARDISE = Exercise(
    id="standardise",
    statement=(
        "Write standardise(train, test): both arrays, of shapes (n, d) and (m, d), standardised column by column with "
        "train's mean and train's population standard deviation (ddof 0). Return both. A column that is constant in "
        "train becomes zeros."
    ),
    reference=standardise,
    probes=[(np.array([[1.0, 10.0], [3.0, 50.0]]), np.array([[2.0, 20.0], [5.0, 60.0]])), *_tables()],
    edges=[
        (np.array([[1.0, 4.0], [3.0, 4.0], [2.0, 4.0]]), np.array([[2.0, 4.0], [5.0, 4.0]])),
        (np.array([[1.0, -2.0], [3.0, -2.0]]), np.array([[2.0, 0.5], [5.0, -2.0]])),
        (np.array([[1.0], [3.0], [8.0]]), np.array([[2.0]])),
    ],
    equivalents=[
        Equivalent(
            "Where a column is constant in train, you divide by 1, as scikit-learn does, which keeps the differences "
            "in test; zeros there would count as well.",
            _differences_kept,
        )
    ],
    mistakes=[
        Mistake(
            "test-statistics",
            lambda train, test: (_own_statistics(train), _own_statistics(test)),
            "train is right. test is scaled by its own statistics, so that the same number means different things in "
            "the two sets. Use train's mean and standard deviation for both.",
        ),
        Mistake(
            "statistics-of-both",
            lambda train, test: _scaled(train, test, _both(train, test).mean(axis=0), _both(train, test).std(axis=0)),
            "Mean and standard deviation are taken over both sets together. Then the test set leaks into training: "
            "use train alone.",
        ),
        Mistake(
            "ddof-1",
            lambda train, test: _scaled(train, test, train.mean(axis=0), train.std(axis=0, ddof=1)),
            "You divide by n - 1 inside the standard deviation (ddof 1). Asked is the population's, with n.",
        ),
        Mistake(
            "whole-array",
            lambda train, test: _scaled(train, test, train.mean(), train.std()),
            "Mean and standard deviation are taken over the whole array. Each column has its own unit: use axis=0.",
        ),
        Mistake(
            "rows",
            lambda train, test: (_per_row(train), _per_row(test)),
            "You standardise each row. A row is one sample; each column, one feature, needs its own mean: axis=0.",
        ),
        Mistake(
            "variance",
            lambda train, test: _scaled(train, test, train.mean(axis=0), train.var(axis=0)),
            "You divide by the variance. The standard deviation is its root and has the unit of the column.",
        ),
        Mistake(
            "only-centred",
            lambda train, test: (train - train.mean(axis=0), test - train.mean(axis=0)),
            "The means are 0, but the columns keep their sizes. Divide by the standard deviation as well.",
        ),
        Mistake(
            "not-centred",
            lambda train, test: (train / train.std(axis=0), test / train.std(axis=0)),
            "The columns have their sizes right, but not their mean. Subtract it before you divide.",
        ),
        Mistake(
            "min-max",
            lambda train, test: _scaled(train, test, train.min(axis=0), np.ptp(train, axis=0)),
            "This brings each column between 0 and 1. Asked is mean 0 and standard deviation 1.",
        ),
        Mistake(
            "test-not-scaled",
            lambda train, test: (standardise(train, test)[0], test * 1.0),
            "train is right, and test came back as it was. A model trained on scaled features needs them scaled the "
            "same way later.",
        ),
        Mistake(
            "epsilon-added",
            lambda train, test: _scaled(train, test, train.mean(axis=0), train.std(axis=0) + 1e-8),
            "The small number added to the standard deviation avoids 0/0, but it changes every column a little. "
            "Treat a standard deviation of 0 by itself.",
        ),
        Mistake(
            "constant-column-nan",
            lambda train, test: _scaled(train, test, train.mean(axis=0), train.std(axis=0)),
            "Right for columns that vary. A column that is constant in train has standard deviation 0, and 0/0 is NaN: "
            "divide by 1 there.",
        ),
    ],
    hints=[
        "Which set may the mean and the standard deviation see, if test stands for data that come later?",
        "train.mean(axis=0) gives one mean for each column, and shapes (n, d) and (d,) broadcast as you need it.",
        "np.where(std == 0, 1.0, std) replaces the zeros before you divide. Return two arrays: return a, b.",
    ],
    insight="With columns of one size, the Hessian of least squares has no axis far steeper than another.",
)
