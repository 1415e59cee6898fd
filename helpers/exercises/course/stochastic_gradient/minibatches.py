"""One epoch of shuffled mini-batches, an answer in which chance has a part."""

from itertools import islice
from typing import Any

import numpy as np

from helpers.exercises.exercise import Answer
from helpers.exercises.reading import exercise


def minibatches(n: int, batch_size: int, rng: np.random.Generator) -> list[np.ndarray]:
    """One epoch of index arrays of batch_size, each of 0 to n - 1 once; the last one may be smaller."""
    order = rng.permutation(n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]


def observe(answer: Answer, n: int, batch_size: int, rng: np.random.Generator) -> dict[str, Any] | None:
    """Call twice with one generator, and with two that start alike."""
    calls = [answer(n, batch_size, g) for g in (rng, rng, np.random.default_rng(7), np.random.default_rng(7))]
    first, second, seeded, again = (as_arrays(value, n) for value in calls)
    if first is None or second is None or seeded is None or again is None:
        return None
    indices, sizes = together(first), [len(batch) for batch in first]
    arranged = arrangement(first, n)
    return {
        "sizes of the batches, the largest first": np.array(sorted(sizes, reverse=True)),
        "the indices are integers": yes(all(batch.dtype.kind in "iu" or len(batch) == 0 for batch in first)),
        "all lie between 0 and n - 1": yes(np.all((indices >= 0) & (indices < n))),
        "none comes twice in a batch": yes(all(len(np.unique(batch)) == len(batch) for batch in first)),
        "every index comes once": yes(np.array_equal(np.sort(indices), np.arange(n))),
        "where a batch's indices come from": arranged,
        # Shuffled blocks of neighbours are another mistake, in which chance decides where the small one goes.
        "a smaller batch comes last": yes(arranged.startswith("neighbours") or sizes == sorted(sizes, reverse=True)),
        "another call gives another order": yes(n < 20 or not alike(first, second)),
        "an equal generator gives an equal order": yes(alike(seeded, again)),
    }


def as_arrays(value: Any, n: int) -> list[np.ndarray] | None:
    """The batches as arrays, at most n + 1 of them; None for anything that is not a row of rows of numbers."""
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype != object:
        value = [value]  # all indices in one row
    try:
        batches = [np.asarray(batch) for batch in islice(iter(value), n + 1)]
    except (TypeError, ValueError):
        return None
    if any(batch.ndim != 1 or batch.dtype.kind not in "iuf" for batch in batches):
        return None
    return batches


def arrangement(batches: list[np.ndarray], n: int) -> str:
    """From where the batches take their indices; nothing can be said of a few samples."""
    indices = together(batches)
    if n < 20:
        return "not looked at"
    if np.array_equal(indices, np.arange(len(indices))):
        return "in the order 0, 1, 2, ..."
    if all(len(batch) and np.ptp(batch) < len(batch) for batch in batches):
        ordered = np.all(np.diff([batch.min() for batch in batches]) > 0)
        return "neighbours, block after block" if ordered else "neighbours, the blocks in another order"
    return "from all over the data"


def together(batches: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.array([], dtype=int), *batches])


def alike(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return len(one) == len(other) and all(map(np.array_equal, one, other))


def yes(condition: Any) -> str:
    return "yes" if condition else "no"


def draw(rng: np.random.Generator) -> tuple[int, int, np.random.Generator]:
    """So many samples that chance cannot make two answers alike, in batches of which the last is smaller."""
    batch_size = int(rng.integers(30, 120))
    n = batch_size * int(rng.integers(5, 9)) + int(rng.integers(10, batch_size - 10))
    return n, batch_size, np.random.default_rng(int(rng.integers(2**32)))


EXERCISE = exercise(
    "minibatches",
    minibatches,
    # Large enough that chance cannot make a right answer look wrong, or one mistake look like another.
    probes=[
        (730, 80, np.random.default_rng(1)),
        (1000, 100, np.random.default_rng(2)),
        (520, 64, np.random.default_rng(3)),
    ],
    edges=[
        (7, 3, np.random.default_rng(4)),
        (5, 5, np.random.default_rng(5)),
        (4, 1, np.random.default_rng(6)),
        (1, 1, np.random.default_rng(7)),
        (3, 10, np.random.default_rng(8)),
    ],
    draw=draw,
    observe=observe,
)
