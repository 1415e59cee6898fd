"""The rules of the capstone, as code: what a training run is given, what it may spend, and what ends it.

A learner writes ``train(oracle, seed)``, which returns weights. The oracle knows 1,000 digits to learn from and nothing
else; each gradient costs as many sample gradients as it has samples, and a run has 12,000 of them. `run` gives a
function its oracle and keeps the rules: during a run the course hands out no digits, and the oracle has shuffled the
pixels and the classes, for each seed in its own way, so that digits or weights from elsewhere are, as they are, of no
use. (Who builds the first weights anew from the seed can read the order off them: that is forgery, and not seen.) What
comes back is shuffled back. The network has 64 pixels, 48 hidden numbers with relu, and 10 classes; its weights are a
list ``[W1, b1, W2, b2]`` as in `networks`.
"""

import io
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np

from helpers.comparing import Budget, BudgetSpentError
from helpers.data import before_digits, digits
from helpers.networks import Weights, evaluate, layers, loss_and_gradient

SIZES = (64, 48, 10)
SHAPES = ((64, 48), (1, 48), (48, 10), (1, 10))
BUDGET = 12_000  # sample gradients a run
TUNING = (0, 1, 2)  # seeds
TUNING_RUNS = 21
FRESH = tuple(range(100, 110))  # seeds of the report, which nobody tunes on
TRACKS = ("clean", "wrong labels")
BASELINE_RATES = {"clean": 10**0.5, "wrong labels": 10**-0.5}  # of SGD with batches of 32, out of seven
PARTS = ("learn", "choose", "judge")


class RuleBrokenError(Exception):
    """A rule of the capstone was broken; the text says in one sentence which, and what to do.

    kind: "not a function", "raised", "overspent", "nothing", "shapes", "own data" or "peeked"; lesson 15 has further
    ones, such as "tuning spent" and "too few seeds".
    """

    def __init__(self, kind: str, sentence: str) -> None:
        """Take the kind of the mistake and its sentence."""
        super().__init__(sentence)
        self.kind = kind

    def _render_traceback_(self) -> list[str]:
        return [str(self)]  # all that a notebook shows


class Split(NamedTuple):
    """Pixels (n, 64), the mean over the first part taken off, and classes (n,): 1,000, 297 and 500 digits."""

    learn: tuple[np.ndarray, np.ndarray]
    choose: tuple[np.ndarray, np.ndarray]
    judge: tuple[np.ndarray, np.ndarray]


class Run(NamedTuple):
    """What a training run left: its seed, its weights, what it spent, and the loss of each batch that it asked for.

    costs: sample gradients of each call, as long as losses. said: what it printed, at most 2,000 letters; lines: how
    many lines it printed.
    """

    seed: int
    weights: Weights
    spent: int
    losses: np.ndarray
    costs: np.ndarray
    said: str
    lines: int

    def __repr__(self) -> str:
        """Return seed and cost; the weights would fill pages."""
        return f"Run(seed={self.seed}, spent={self.spent})"


_PEEK = "A train function may ask its oracle alone: the digits that choose and judge are measured after it has ended."
_watch = {"running": False, "peeked": False}


@cache
def _split(track: str) -> Split:
    data, order = digits(), np.random.default_rng(0).permutation(1797)
    x, y = data.x / 16, data.y.copy()
    if track == "wrong labels":
        rng = np.random.default_rng(7)
        wrong = order[rng.choice(1000, 200, replace=False)]
        y[wrong] = (y[wrong] + rng.integers(1, 10, 200)) % 10
    x = x - x[order[:1000]].mean(axis=0)
    for array in (x, y):
        array.flags.writeable = False
    return Split(*((_fixed(x[part]), _fixed(y[part])) for part in np.split(order, [1000, 1297])))


def _fixed(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array


def split(track: str = "clean") -> Split:
    """Return the digits to learn from, to choose by and to judge by, read-only; pixels from 0 to 1, centred.

    track: "clean", or "wrong labels", where 200 of the 1,000 digits to learn from bear a wrong class. Raises ValueError
    for another track, and RuleBrokenError while a train function runs.
    """
    if track not in TRACKS:
        raise ValueError(f"track must be one of {', '.join(map(repr, TRACKS))} and is {track!r}")
    _refuse_a_run()
    return _split(track)


def _refuse_a_run() -> None:
    """Raise RuleBrokenError while a train function runs."""
    if _watch["running"]:
        _watch["peeked"] = True
        raise RuleBrokenError("peeked", _PEEK)


before_digits.append(_refuse_a_run)


def measure(weights: Weights, part: str = "choose", track: str = "clean") -> tuple[float, float]:
    """Return the loss and the share of digits read wrong on "learn", "choose" (validation) or "judge" (test).

    A loss that is no number counts as inf: that run diverged. Raises ValueError for another part and for weights of
    other shapes, and RuleBrokenError while a train function runs.
    """
    if part not in PARTS:
        raise ValueError(f"part must be one of {', '.join(map(repr, PARTS))} and is {part!r}")
    loss, error = evaluate(_network(weights), *getattr(split(track), part))
    return float(loss) if np.isfinite(loss) else float("inf"), float(error)


def batches(batch: int, rng: np.random.Generator, budget: int = BUDGET, n: int = 1000) -> np.ndarray:
    """Return the indices (budget // batch, batch) of as many whole batches as the budget pays, shuffled epoch by epoch.

    Every index comes once before one comes again; a batch may end one epoch and begin the next. Raises ValueError
    unless batch is a whole number from 1 to the budget.
    """
    if isinstance(batch, bool) or not isinstance(batch, (int, np.integer)) or not 1 <= batch <= budget:
        raise ValueError(f"batch must be a whole number from 1 to {budget} and is {batch!r}")
    steps = budget // int(batch)
    epochs = [rng.permutation(n) for _ in range(-(-steps * int(batch) // n))]
    return np.concatenate(epochs)[: steps * int(batch)].reshape(steps, int(batch))


def start(seed: int) -> Weights:
    """Return the weights that a run of this seed starts from: He's for the hidden layer, half of it for the last.

    They are in the plain order of pixels and classes, so that a run, which gets them shuffled, is refused.
    """
    _refuse_a_run()
    return _start(seed)


def _start(seed: int) -> Weights:
    return layers(SIZES, np.random.default_rng([0, seed]), last=0.5)


class Oracle:
    """What a train function may ask: n digits to learn from, weights to start from, gradients, and what is left.

    n: how many digits there are, 1,000; left: sample gradients that may still be asked for.
    """

    def __init__(self, seed: int, track: str = "clean", budget: int = BUDGET, shuffled: bool = False) -> None:
        """Make an oracle for a run; shuffled: whether pixels and classes are in an order of this seed's own.

        Raises ValueError for another track or a budget that is no whole number, and RuleBrokenError inside a run: one
        run has one oracle.
        """
        x, y = split(track).learn
        self._order = _order(seed) if shuffled else (np.arange(64), np.arange(10))
        self._x, self._y = x[:, self._order[0]], np.argsort(self._order[1])[y]
        self._seed, self._budget = seed, Budget(budget)
        self.n = len(y)
        self.asked: list[tuple[float, int]] = []  # loss and cost of each call

    @property
    def left(self) -> int:
        """Sample gradients that may still be asked for."""
        return self._budget.left

    def start(self) -> Weights:
        """Return the weights [W1, b1, W2, b2] to start from, new arrays each time."""
        return _shuffled(_start(self._seed), self._order)

    def grad(self, weights: Weights, indices: np.ndarray) -> tuple[float, Weights]:
        """Return the mean loss over the digits of these indices, and its gradient, array by array as the weights.

        indices: (m,), whole numbers from 0 to n - 1; they cost m. Raises BudgetSpentError, at once and without an
        answer, if m is more than what is left; ValueError for other indices or weights of other shapes.
        """
        chosen, weights = self._indices(indices), _network(weights)
        self._budget.spend(len(chosen))
        loss, grads = loss_and_gradient(weights, self._x[chosen], self._y[chosen])
        self.asked.append((float(loss), len(chosen)))
        return float(loss), grads

    def _indices(self, indices: Any) -> np.ndarray:
        chosen = np.asarray(indices)
        if chosen.ndim != 1 or not len(chosen) or not np.issubdtype(chosen.dtype, np.integer):
            raise ValueError(f"indices must be whole numbers in one row, (m,); these are {chosen.dtype} {chosen.shape}")
        if chosen.min() < 0 or chosen.max() >= self.n:
            raise ValueError(f"indices go from 0 to {self.n - 1}; these go from {chosen.min()} to {chosen.max()}")
        return chosen


def _order(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng([2, seed])
    return rng.permutation(64), rng.permutation(10)


def _shuffled(weights: Weights, order: tuple[np.ndarray, np.ndarray]) -> Weights:
    pixels, classes = order
    W1, b1, W2, b2 = weights
    return [W1[pixels], b1.copy(), W2[:, classes], b2[:, classes]]


def _network(weights: Any) -> Weights:
    """Return weights as arrays; ValueError unless they have the shapes of the network."""
    try:
        arrays = [np.asarray(w, dtype=float) for w in weights]
    except (TypeError, ValueError):
        raise ValueError(f"weights must be a list of arrays of the shapes {SHAPES}") from None
    if tuple(w.shape for w in arrays) != SHAPES:
        raise ValueError(f"weights must have the shapes {SHAPES}; these have {tuple(w.shape for w in arrays)}")
    return arrays


def run(
    train: Callable[[Oracle, int], Weights],
    seed: int,
    track: str = "clean",
    budget: int = BUDGET,
    start_seed: int | None = None,
) -> Run:
    """Run train(oracle, seed) by the rules and return what it left; its weights are in the plain order of the digits.

    start_seed: seed of the first weights and of the order of pixels and classes, or None for the same. What train
    prints is kept, not shown. Raises RuleBrokenError with one sentence if train is no function, raises an error,
    overspends, looks at other digits, or returns anything but weights of the network.
    """
    if not callable(train):
        raise RuleBrokenError("not a function", f"train must be a function of (oracle, seed) and is {train!r}.")
    name, begun = called(train), seed if start_seed is None else start_seed
    oracle = Oracle(begun, track, budget, shuffled=True)
    said = _Said()
    try:
        with guarded(), redirect_stdout(said), np.errstate(all="ignore"):
            returned = train(oracle, seed)
    except (Exception, SystemExit) as error:
        raise _broken(error, train, seed) from None
    if returned is None:
        raise RuleBrokenError("nothing", f"{name} returned None at seed {seed}; end it with return weights.")
    try:
        shuffled = [w.copy() for w in _network(returned)]
    except ValueError as error:
        raise RuleBrokenError("shapes", f"{name} returned what is no network at seed {seed}: {error}.") from None
    _, error_unshuffled = measure(shuffled, "choose")
    if error_unshuffled < 0.5:
        raise RuleBrokenError("own data", f"{name} read the digits at seed {seed} without its oracle's: {_ONLY}")
    losses, costs = np.array(oracle.asked, dtype=float).reshape(-1, 2).T
    plain = _shuffled(shuffled, (np.argsort(oracle._order[0]), np.argsort(oracle._order[1])))
    return Run(seed, plain, budget - oracle.left, losses, costs.astype(int), said.getvalue(), said.lines)


_ONLY = "it learnt from data of its own, and may learn by oracle.grad alone."


def called(train: Any) -> str:
    """Return what a sentence calls a learner's function: by its name, if it has one."""
    while isinstance(train, partial) and not hasattr(train, "__name__"):
        train = train.func
    name = str(getattr(train, "__name__", ""))
    return f"Your {name if name.isidentifier() else 'run'}"


@contextmanager
def guarded() -> Iterator[None]:
    """Hand out no digits in the body; raises RuleBrokenError where it asked for some, and swallowed the error."""
    _watch.update(running=True, peeked=False)
    try:
        yield
    finally:
        _watch["running"] = False
    if _watch["peeked"]:
        raise RuleBrokenError("peeked", _PEEK)


class _Said(io.StringIO):
    """Keeps the first 2,000 letters of what is printed, and counts all lines."""

    lines = 0

    def write(self, text: str) -> int:
        self.lines += text.count("\n")
        super().write(text[: max(0, 2000 - self.tell())])
        return len(text)


def _broken(error: BaseException, train: Callable[..., Any], seed: int) -> RuleBrokenError:
    """Return the sentence for an error that ended a run."""
    if isinstance(error, RuleBrokenError):
        return error
    if isinstance(error, BudgetSpentError):
        sentence = f"{called(train)} wanted more than it may spend at seed {seed}: {error}"
        return RuleBrokenError("overspent", sentence)
    code = getattr(train, "__code__", None)
    own = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if code and _of(frame, code)]
    where = f" in line {own[-1]} of its cell or file" if own else ""
    text = str(error).strip().partition("\n")[0]
    told = type(error).__name__ + (f" ({text})" if text else "")
    return RuleBrokenError("raised", f"{called(train)} raised {told}{where} at seed {seed}.")


def _of(frame: traceback.FrameSummary, code: Any) -> bool:
    return bool(frame.filename == code.co_filename)


def plain_sgd(track: str = "clean", batch: int = 32) -> Callable[[Oracle, int], Weights]:
    """Return the train function of the baseline: gradient descent with the constant rate that tuning chose for 32.

    Raises KeyError for another track.
    """
    rate = BASELINE_RATES[track]

    def train(oracle: Oracle, seed: int) -> Weights:
        weights = oracle.start()
        for indices in batches(batch, np.random.default_rng([1, seed]), oracle.left, oracle.n):
            _, grads = oracle.grad(weights, indices)
            weights = [w - rate * g for w, g in zip(weights, grads, strict=True)]
        return weights

    return train


def results(
    train: Callable[[Oracle, int], Weights], seeds: Sequence[int], part: str, track: str = "clean"
) -> tuple[np.ndarray, np.ndarray]:
    """Return losses and errors (seeds,) of runs of train, one for each seed, measured after each has ended."""
    found = [measure(run(train, seed, track).weights, part, track) for seed in seeds]
    losses, errors = np.array(found).T
    return losses, errors
