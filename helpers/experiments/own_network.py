"""Lesson 12, a network of one's own: trained with eight functions that the learner wrote."""

from collections.abc import Callable
from itertools import pairwise
from math import ceil
from typing import Any, NamedTuple

import numpy as np

from helpers.exercises import yours
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.exercise import Answer
from helpers.experiments.reading_digits import split_digits
from helpers.networks import Weights, forward
from helpers.schedules import cosine, warmup

SIZES = (64, 64, 10)  # pixels, hidden numbers, digits
BATCH, EPOCHS = 32, 10
LR, WARMUP = 0.01, 30  # the largest rate, and the steps that the rate takes to rise to it
BETA1, BETA2, EPS = 0.9, 0.999, 1e-8

Shape = tuple[int, ...]
Tape = list[list[tuple[int, float]]]


class Parts(NamedTuple):
    """The functions that train a network, each as its exercise asks for it."""

    standardise: Answer
    initial_weights: Answer
    linear_backward: Answer
    backward_pass: Answer
    softmax_cross_entropy: Answer
    minibatches: Answer
    adam_step: Answer
    cosine_schedule: Answer


class Trained(NamedTuple):
    """A training run: the loss of each batch, the share of held-out digits read wrong, and what by_torch repeats.

    losses: (steps,), each before its step; errors: (epochs + 1,), before the first step and after each epoch; weights
    and first: [W1, b1, W2, b2], at the end and at the start; batches: which samples each step saw.
    """

    losses: np.ndarray
    errors: np.ndarray
    weights: Weights
    first: Weights
    batches: list[np.ndarray]


RETURNS: dict[str, Callable[..., list[Shape]]] = {
    "standardise": lambda train, test: [train.shape, test.shape],
    "initial_weights": lambda fan_in, fan_out, rng: [(fan_in, fan_out)],
    "linear_backward": lambda x, W, grad_out: [x.shape, W.shape, W.shape[1:]],
    "backward_pass": lambda inputs: [(len(inputs),)],
    "softmax_cross_entropy": lambda logits, labels: [()],
    "adam_step": lambda w, *others: [w.shape] * 3,
    "cosine_schedule": lambda *arguments: [()],
}
"""The shapes of what each function returns, from its arguments; batches are looked at one by one."""


def parts(**answers: Answer) -> Parts:
    """Fetch the functions of a network from the learner's library; one printed line each says whose it is.

    answers: functions of the notebook, by name, that go before the library's. A function that is missing or not right
    is the course's own. Raises TypeError for a name that is none of the parts.
    """
    unknown = answers.keys() - set(Parts._fields)
    if unknown:
        raise TypeError(f"a network has no part {', '.join(sorted(unknown))}; its parts are {', '.join(Parts._fields)}")
    return Parts(*(yours(name.replace("_", "-"), answers.get(name)) for name in Parts._fields))


def course_parts() -> Parts:
    """Return the course's own functions, without a word."""
    return Parts(*(EXERCISES[name.replace("_", "-")].reference for name in Parts._fields))


def softmax_tape(scores: np.ndarray, labels: np.ndarray) -> Tape:
    """Write down the mean cross-entropy of a batch as `backward_pass` reads it: what each number was computed from.

    scores: (n, classes), the first n * classes numbers, row by row; labels: (n,). The last number is the loss.
    """
    n, classes = scores.shape
    tape: Tape = [[] for _ in range(n * classes)]
    # The largest score of a row is subtracted as a constant, so that no exponential overflows; no slope feels it.
    rows = np.exp(scores - scores.max(axis=1, keepdims=True)).tolist()
    costs = []
    for i, (row, label) in enumerate(zip(rows, labels.tolist(), strict=True)):
        first, exponentials = i * classes, len(tape)
        tape += [[(first + j, e)] for j, e in enumerate(row)]
        tape.append([(exponentials + j, 1.0) for j in range(classes)])
        tape.append([(len(tape) - 1, 1 / sum(row))])  # the logarithm of their sum
        tape.append([(len(tape) - 1, 1.0), (first + label, -1.0)])
        costs.append(len(tape) - 1)
    tape.append([(cost, 1 / n) for cost in costs])
    return tape


def loss_and_gradient(own: Parts, weights: Weights, x: np.ndarray, y: np.ndarray) -> tuple[float, Weights]:
    """Return the loss of a batch x (n, 64), y (n,) and its gradient, array by array, by the parts' functions."""
    *outputs, scores = forward(weights, x)
    loss = own.softmax_cross_entropy(scores, y)
    d = own.backward_pass(softmax_tape(scores, y))[: scores.size].reshape(scores.shape)
    grads: Weights = []
    for k in range(len(outputs) - 1, -1, -1):
        h = outputs[k]
        grad_h, grad_W, grad_b = own.linear_backward(h, weights[2 * k], d)
        grads[:0] = [grad_W, grad_b]
        d = grad_h * (h > 0)
    return loss, grads


def train_own(own: Parts, epochs: int = EPOCHS) -> Trained:
    """Train a network 64-64-10 on the digits with these functions.

    A learner's function that raises, is slow or returns what fits no network here is said, and the course's own goes
    on in its place. Raises ValueError for no epochs.
    """
    if epochs < 1:
        raise ValueError(f"training needs at least one epoch, and got {epochs}")
    own = _sure(own)
    rng = np.random.default_rng(0)
    data = split_digits()
    x, x_held_out = own.standardise(data.x, data.held_x)
    y, y_held_out = data.y, data.held_y
    weights: Weights = []
    for fan_in, fan_out in pairwise(SIZES):
        weights += [own.initial_weights(fan_in, fan_out, rng), np.zeros(fan_out)]
    first, moments = weights, [[np.zeros_like(w) for w in weights] for _ in range(2)]  # of Adam, m and v
    losses: list[float] = []
    errors, seen = [_error(weights, x_held_out, y_held_out)], []
    total = epochs * ceil(len(y) / BATCH)

    for _ in range(epochs):
        for batch in own.minibatches(len(y), BATCH, rng):
            loss, grads = loss_and_gradient(own, weights, x[batch], y[batch])
            lr = own.cosine_schedule(len(losses), total, LR, WARMUP)
            losses.append(loss)
            seen.append(batch)
            rows = zip(weights, *moments, grads, strict=True)
            stepped = [own.adam_step(w, m, v, len(losses), grad, lr, BETA1, BETA2, EPS) for w, m, v, grad in rows]
            weights, *moments = (list(arrays) for arrays in zip(*stepped, strict=True))
        errors.append(_error(weights, x_held_out, y_held_out))
    return Trained(np.array(losses), np.array(errors), weights, first, seen)


def by_torch(run: Trained) -> np.ndarray:
    """Return the losses (steps,) of the same run in torch, from the same first weights, with the same batches.

    The gradient is autograd's, the loss torch's cross_entropy, the rule torch.optim.Adam, the schedule that of the
    helpers. Float64, as in `train_own`.
    """
    import torch

    pixels = split_digits().x
    spread = pixels.std(axis=0)
    x = torch.tensor((pixels - pixels.mean(axis=0)) / np.where(spread == 0, 1, spread))
    labels = torch.tensor(split_digits().y)
    W1, b1, W2, b2 = weights = [torch.tensor(w, requires_grad=True) for w in run.first]
    optimizer = torch.optim.Adam(weights, lr=LR, betas=(BETA1, BETA2), eps=EPS)
    rate = warmup(cosine(1.0, len(run.losses) - WARMUP), WARMUP)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: float(rate(step)))
    losses = []
    for batch in map(torch.tensor, run.batches):
        loss = torch.nn.functional.cross_entropy(torch.relu(x[batch] @ W1 + b1) @ W2 + b2, labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return np.array(losses)


def _error(weights: Weights, x: np.ndarray, y: np.ndarray) -> float:
    return float(np.mean(forward(weights, x)[-1].argmax(axis=1) != y))


def _sure(own: Parts) -> Parts:
    """Return the parts, each with a look at the shapes of what it returns."""
    return Parts(*(_Sure(name, part) for name, part in own._asdict().items()))


class _Sure:
    """A part whose results fit: from the first that does not on, the course's own does the work."""

    def __init__(self, name: str, part: Answer) -> None:
        self._name, self._working = name, part
        self._ours = EXERCISES[name.replace("_", "-")].reference

    def __call__(self, *arguments: Any) -> Any:
        # Chance is rewound for the course's own: then the run is the one that it would have been from the start.
        chance = [(a, a.bit_generator.state) for a in arguments if isinstance(a, np.random.Generator)]
        try:
            return self._fitting(arguments)
        except Exception as error:
            if self._working is self._ours:
                raise
            print(f"Your {self._name} returned what does not fit here ({error}); the course's own goes on.")
        for generator, state in chance:
            generator.bit_generator.state = state
        self._working = self._ours
        return self._fitting(arguments)

    def _fitting(self, arguments: tuple[Any, ...]) -> Any:
        value = self._working(*arguments)
        if self._name == "minibatches":
            return _batches(value, *arguments[:2])
        shapes = RETURNS[self._name](*arguments)
        arrays = [_numbers(one) for one in (value if len(shapes) > 1 else [value])]
        if [one.shape for one in arrays] != shapes:
            raise ValueError(f"shapes {_listed([one.shape for one in arrays])} instead of {_listed(shapes)}")
        return tuple(arrays) if len(shapes) > 1 else arrays[0] if shapes[0] else float(arrays[0])


def _numbers(value: Any) -> np.ndarray:
    array = np.asarray(value)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"no numbers but {value!r:.40}")
    return array.astype(float, order="C")  # a copy, as torch takes no reversed views


def _batches(value: Any, n: int, size: int) -> list[np.ndarray]:
    """Return the batches of an epoch as index arrays. Raises ValueError where they are not all of 0 to n - 1."""
    batches = [np.array(batch, order="C") for batch in value]
    if len(batches) != ceil(n / size) or not np.array_equal(np.sort(np.concatenate(batches)), np.arange(n)):
        raise ValueError(f"{len(batches)} batches that are not each of {n} samples once")
    return batches


def _listed(shapes: list[Shape]) -> str:
    return ", ".join(map(str, shapes))
