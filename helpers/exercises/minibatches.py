"""Lesson 06, stochastic gradient: one epoch of shuffled mini-batches, an answer in which chance has a part."""

from itertools import islice
from typing import Any

import numpy as np

from helpers.exercises.exercise import Answer, Exercise, Mistake


def minibatches(n: int, batch_size: int, rng: np.random.Generator) -> list[np.ndarray]:
    """One epoch of index arrays of batch_size, each of 0 to n - 1 once; the last one may be smaller."""
    order = rng.permutation(n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]


def _batches(value: Any, n: int) -> list[np.ndarray] | None:
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


def _yes(condition: Any) -> str:
    return "yes" if condition else "no"


def _arranged(batches: list[np.ndarray], n: int) -> str:
    """From where the batches take their indices; nothing can be said of a few samples."""
    together = _together(batches)
    if n < 20:
        return "not looked at"
    if np.array_equal(together, np.arange(len(together))):
        return "in the order 0, 1, 2, ..."
    if all(len(batch) and np.ptp(batch) < len(batch) for batch in batches):
        ordered = np.all(np.diff([batch.min() for batch in batches]) > 0)
        return "neighbours, block after block" if ordered else "neighbours, the blocks in another order"
    return "from all over the data"


def _observe(answer: Answer, n: int, batch_size: int, rng: np.random.Generator) -> dict[str, Any] | None:
    """Call twice with one generator, and with two that start alike."""
    calls = [answer(n, batch_size, g) for g in (rng, rng, np.random.default_rng(7), np.random.default_rng(7))]
    first, second, seeded, again = (_batches(value, n) for value in calls)
    if first is None or second is None or seeded is None or again is None:
        return None
    together, sizes = _together(first), [len(batch) for batch in first]
    arranged = _arranged(first, n)
    return {
        "sizes of the batches, the largest first": np.array(sorted(sizes, reverse=True)),
        "the indices are integers": _yes(all(batch.dtype.kind in "iu" or len(batch) == 0 for batch in first)),
        "all lie between 0 and n - 1": _yes(np.all((together >= 0) & (together < n))),
        "none comes twice in a batch": _yes(all(len(np.unique(batch)) == len(batch) for batch in first)),
        "every index comes once": _yes(np.array_equal(np.sort(together), np.arange(n))),
        "where a batch's indices come from": arranged,
        # Shuffled blocks of neighbours are another mistake, in which chance decides where the small one goes.
        "a smaller batch comes last": _yes(arranged.startswith("neighbours") or sizes == sorted(sizes, reverse=True)),
        "another call gives another order": _yes(n < 20 or not _alike(first, second)),
        "an equal generator gives an equal order": _yes(_alike(seeded, again)),
    }


def _together(batches: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.array([], dtype=int), *batches])


def _alike(one: list[np.ndarray], other: list[np.ndarray]) -> bool:
    return len(one) == len(other) and all(map(np.array_equal, one, other))


def _blocks(n: int, batch_size: int) -> list[np.ndarray]:
    return [np.arange(start, min(start + batch_size, n)) for start in range(0, n, batch_size)]


def _filled_up(n: int, batch_size: int, rng: np.random.Generator) -> list[np.ndarray]:
    order = rng.permutation(n)
    return [np.take(order, np.arange(start, start + batch_size), mode="wrap") for start in range(0, n, batch_size)]


def _blocks_in_another_order(n: int, batch_size: int, rng: np.random.Generator) -> list[np.ndarray]:
    blocks = _blocks(n, batch_size)
    return [blocks[k] for k in rng.permutation(len(blocks))]


def _every_start(n: int, batch_size: int, rng: np.random.Generator) -> list[np.ndarray]:
    order = rng.permutation(n)
    return [order[start : start + batch_size] for start in range(n)]


MINIBATCHES = Exercise(
    id="minibatches",
    statement=(
        "Write minibatches(n, batch_size, rng): one epoch of mini-batches, a list of arrays of indices. Each of 0 to "
        "n - 1 is in one batch, once, and chance decides in which. Every batch has batch_size indices; only the last "
        "one may have fewer. rng is a NumPy generator, the only source of chance."
    ),
    reference=minibatches,
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
    ],
    mistakes=[
        Mistake(
            "not-shuffled",
            lambda n, batch_size, rng: _blocks(n, batch_size),
            "The batches are cut from 0, 1, 2, ... in order; rng is not used. Neighbours in a file are often alike, "
            "and the same ones would meet in every epoch.",
        ),
        Mistake(
            "last-batch-dropped",
            lambda n, batch_size, rng: [b for b in minibatches(n, batch_size, rng) if len(b) == batch_size],
            "The samples that are left over at the end are not in any batch. They make a smaller last one.",
        ),
        Mistake(
            "drawn-with-replacement",
            lambda n, batch_size, rng: [rng.integers(n, size=len(block)) for block in _blocks(n, batch_size)],
            "Every index is drawn anew, so that some come twice and others not at all. That is not an epoch, which "
            "uses each sample once.",
        ),
        Mistake(
            "each-batch-drawn-anew",
            lambda n, batch_size, rng: [rng.choice(n, len(block), replace=False) for block in _blocks(n, batch_size)],
            "No index comes twice in a batch, but each batch is drawn from all samples again. Over the epoch some "
            "come several times and others not at all. Draw one order for the whole epoch.",
        ),
        Mistake(
            "last-batch-filled-up",
            _filled_up,
            "The last batch is filled up with samples that were used already. It should be smaller instead.",
        ),
        Mistake(
            "shuffled-within-blocks",
            lambda n, batch_size, rng: [rng.permutation(block) for block in _blocks(n, batch_size)],
            "Each batch is shuffled in itself, but it always holds the same samples, neighbours of the data. The "
            "order within a batch does not matter to its mean: shuffle all indices before you cut.",
        ),
        Mistake(
            "blocks-in-another-order",
            _blocks_in_another_order,
            "The batches come in another order, but each always holds the same samples, neighbours of the data. "
            "Shuffle all indices before you cut.",
        ),
        Mistake(
            "seed-inside",
            lambda n, batch_size, rng: minibatches(n, batch_size, np.random.default_rng(0)),
            "Every call gives the same order, because you make a generator with a fixed seed inside the function. Use "
            "the rng that you are given: it goes on from call to call.",
        ),
        Mistake(
            "another-generator",
            lambda n, batch_size, rng: minibatches(n, batch_size, np.random.default_rng()),
            "The batches are shuffled, but not by the rng that you are given: two generators that start alike give "
            "different epochs, and no run could be repeated.",
        ),
        Mistake(
            "number-of-batches",
            lambda n, batch_size, rng: np.array_split(rng.permutation(n), batch_size),
            "You cut the indices into batch_size pieces. batch_size is how many indices one piece has.",
        ),
        Mistake(
            "equal-sizes",
            lambda n, batch_size, rng: np.array_split(rng.permutation(n), -(-n // batch_size)),
            "The number of batches is right, but you spread the samples evenly over them. Here every batch is full, "
            "and what is left over goes into the last one.",
        ),
        Mistake(
            "one-array",
            lambda n, batch_size, rng: rng.permutation(n),
            "All indices are in one array. Cut it into batches.",
        ),
        Mistake(
            "every-start",
            _every_start,
            "A batch begins at every index, so that the batches overlap. The next one begins where the last one ends.",
        ),
        Mistake(
            "empty-batch",
            lambda n, batch_size, rng: np.split(rng.permutation(n), range(batch_size, n + 1, batch_size)),
            "Where batch_size divides n, your last batch is empty. Its mean would be 0/0.",
        ),
        Mistake(
            "counted-from-one",
            lambda n, batch_size, rng: [batch + 1 for batch in minibatches(n, batch_size, rng)],
            "Your indices run from 1 to n. Python counts from 0, and index n does not exist.",
        ),
    ],
    hints=[
        "A random order of 0, 1, ..., n - 1 is what rng.permutation gives you.",
        "Cut that one order into pieces. At which places do they begin?",
        "A slice may reach beyond the end of an array: it takes what is there.",
    ],
    insight="The next epoch calls it again, with the same rng, and gets another order.",
    points=3,
    observe=_observe,
    returns="the batches, a list of arrays of indices",
)
