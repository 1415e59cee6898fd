"""Lesson 08, adaptive methods: one step of Adagrad and one of RMSprop."""

from collections.abc import Callable

import numpy as np

from helpers.exercises.exercise import Exercise, Mistake

Pair = tuple[np.ndarray, np.ndarray]
Array = np.ndarray


def adagrad_step(w: Array, total: Array, grad: Array, lr: float, eps: float) -> Pair:
    """One step of Adagrad: the next w and the total of all squared gradients; arrays of one shape, none is changed."""
    total = total + grad**2
    return w - lr * grad / (np.sqrt(total) + eps), total


def rmsprop_step(w: Array, average: Array, grad: Array, lr: float, decay: float, eps: float) -> Pair:
    """One step of RMSprop: the next w and the moving average of squared gradients; no argument is changed."""
    average = decay * average + (1 - decay) * grad**2
    return w - lr * grad / (np.sqrt(average) + eps), average


def _divide(w: Array, memory: Array, grad: Array, lr: float, eps: float) -> Array:
    return w - lr * grad / (np.sqrt(memory) + eps)


def _adagrad(total_of: Callable[[Array, Array], Array], step: Callable[..., Array] = _divide) -> Callable[..., Pair]:
    """Adagrad with another total, or with another step from it."""

    def answer(w: Array, total: Array, grad: Array, lr: float, eps: float) -> Pair:
        new = total_of(total, grad)
        return step(w, new, grad, lr, eps), new

    return answer


def _rmsprop(average_of: Callable[..., Array], step: Callable[..., Array] = _divide) -> Callable[..., Pair]:
    """RMSprop with another average, or with another step from it."""

    def answer(w: Array, average: Array, grad: Array, lr: float, decay: float, eps: float) -> Pair:
        new = average_of(average, grad, decay)
        return step(w, new, grad, lr, eps), new

    return answer


def _total(total: Array, grad: Array) -> Array:
    return total + grad**2


def _average(average: Array, grad: Array, decay: float) -> Array:
    return decay * average + (1 - decay) * grad**2


def _adagrad_in_place(w: Array, total: Array, grad: Array, lr: float, eps: float) -> Pair:
    total += grad**2
    w -= lr * grad / (np.sqrt(total) + eps)
    return w, total


def _adagrad_total_in_place(w: Array, total: Array, grad: Array, lr: float, eps: float) -> Pair:
    total += grad**2
    return w - lr * grad / (np.sqrt(total) + eps), total


def _rmsprop_in_place(w: Array, average: Array, grad: Array, lr: float, decay: float, eps: float) -> Pair:
    average *= decay
    average += (1 - decay) * grad**2
    w -= lr * grad / (np.sqrt(average) + eps)
    return w, average


def _rmsprop_average_in_place(w: Array, average: Array, grad: Array, lr: float, decay: float, eps: float) -> Pair:
    average *= decay
    average += (1 - decay) * grad**2
    return w - lr * grad / (np.sqrt(average) + eps), average


def _step_mistakes(rule: Callable[..., Callable[..., Pair]], memory: Callable[..., Array]) -> list[Mistake]:
    """Mistakes in the step itself, which both rules share."""
    return [
        Mistake(
            "wrong-sign",
            rule(memory, lambda w, s, grad, lr, eps: w + lr * grad / (np.sqrt(s) + eps)),
            "The step goes uphill. Dividing by a positive number leaves the gradient's sign as it is, so the step is "
            "still subtracted.",
        ),
        Mistake(
            "root-forgotten",
            rule(memory, lambda w, s, grad, lr, eps: w - lr * grad / (s + eps)),
            "You divide by the squares themselves. Their root has the size of a gradient, and only then does the ratio "
            "no longer depend on the gradient's unit.",
        ),
        Mistake(
            "eps-inside-the-root",
            rule(memory, lambda w, s, grad, lr, eps: w - lr * grad / np.sqrt(s + eps)),
            "eps stands inside the root, where it weighs far more: the root of 1e-8 is 1e-4. Some libraries do that; "
            "here, as in torch, eps is added to the root.",
        ),
        Mistake(
            "eps-forgotten",
            rule(memory, lambda w, s, grad, lr, eps: w - lr * grad / np.sqrt(s)),
            "eps is missing. Where a coordinate's gradients have all been 0, your step is 0/0.",
        ),
        Mistake(
            "learning-rate-forgotten",
            rule(memory, lambda w, s, grad, lr, eps: w - grad / (np.sqrt(s) + eps)),
            "The learning rate has no effect. It still scales every step.",
        ),
        Mistake(
            "one-scale-for-all",
            rule(memory, lambda w, s, grad, lr, eps: w - lr * grad / (np.sqrt(np.sum(s)) + eps)),
            "All coordinates are divided by one number, the length of the whole memory. The point of the method is "
            "that each coordinate has its own: leave the sum out.",
        ),
        Mistake(
            "gradient-forgotten",
            rule(memory, lambda w, s, grad, lr, eps: w - lr / (np.sqrt(s) + eps)),
            "You subtract the rate of each coordinate. It still has to be multiplied by the gradient.",
        ),
        Mistake(
            "root-returned",
            lambda *arguments: (
                rule(memory)(*arguments)[0],
                np.sqrt(rule(memory)(*arguments)[1]),
            ),
            "The new w is right, but what you return beside it is the root. The next step needs the squares.",
        ),
        Mistake(
            "memory-not-returned",
            lambda *arguments: rule(memory)(*arguments)[0],
            "Only w comes back, so that what was remembered is lost. Return both, w first.",
        ),
        Mistake(
            "returned-in-the-other-order",
            lambda *arguments: rule(memory)(*arguments)[::-1],
            "The two results have changed places: w comes first.",
        ),
    ]


def _probe_states() -> list[tuple[Array, Array, Array, float]]:
    """w, memory, gradient and lr; in the last of each shape a gradient so small that eps counts."""
    rng = np.random.default_rng(81)
    states = []
    for shape, lr in [((2,), 0.1), ((3,), 0.05), ((2, 2), 0.3), ((1,), 0.2)]:
        w, grad = np.round(rng.normal(0, 2, shape), 2), np.round(rng.normal(0, 3, shape), 2)
        states.append((w, np.round(rng.uniform(0.5, 9, shape), 2), grad, lr))
    states.append((np.array([1.0, -2.0, 0.5]), np.array([0.0, 1e-8, 4.0]), np.array([1e-4, -2e-4, 3.0]), 0.1))
    return states


_EDGES = [(np.array([1.0, 2.0]), np.array([0.0, 4.0]), np.array([0.0, 0.0]), 0.1)]

ADAGRAD_STEP = Exercise(
    id="adagrad-step",
    statement=(
        "Write adagrad_step(w, total, grad, lr, eps): one step of Adagrad. w, total and grad are arrays of one shape; "
        "total holds the squared gradients of all earlier steps. Return the new w and the new total. eps stands "
        "outside the root."
    ),
    reference=adagrad_step,
    probes=[
        (np.array([5.0, -1.0]), np.array([0.0, 0.0]), np.array([6.0, 0.02]), 0.1, 1e-8),
        *((*state, 1e-8) for state in _probe_states()),
    ],
    edges=[(*state, 1e-8) for state in _EDGES],
    mistakes=[
        Mistake(
            "forgets",
            _adagrad(lambda total, grad: grad**2),
            "Your total knows only the newest gradient, so that every step has the length lr. Adagrad never forgets: "
            "add to the total that you were given.",
        ),
        Mistake(
            "square-forgotten",
            _adagrad(lambda total, grad: total + grad),
            "You add the gradient where its square belongs. Gradients of different signs cancel, and the root of a "
            "negative total is not a number.",
        ),
        Mistake(
            "sizes-instead-of-squares",
            _adagrad(lambda total, grad: total + np.abs(grad)),
            "You add the gradient's size. It is the squares that are added up, and the root is taken afterwards.",
        ),
        Mistake(
            "one-total-for-all",
            _adagrad(lambda total, grad: total + np.sum(grad**2)),
            "The squares of all coordinates go into every total. Each coordinate keeps its own.",
        ),
        Mistake(
            "old-total-used",
            lambda w, total, grad, lr, eps: (_divide(w, total, grad, lr, eps), _total(total, grad)),
            "You divide by the total from before this step. The newest gradient counts too: at the first step the old "
            "total is 0.",
        ),
        Mistake(
            "old-total-returned",
            lambda w, total, grad, lr, eps: (_divide(w, _total(total, grad), grad, lr, eps), total),
            "The new w is right, but the total that you return has not grown. The next step needs the new one.",
        ),
        Mistake(
            "changed-in-place",
            _adagrad_in_place,
            "The numbers are right, but the caller's arrays have changed too: += and -= write into the arrays that you "
            "were given. Compute new ones.",
        ),
        Mistake(
            "total-changed-in-place",
            _adagrad_total_in_place,
            "The numbers are right, but the caller's total has changed too: += writes into the array that you were "
            "given. Compute a new one.",
        ),
        *_step_mistakes(_adagrad, _total),
    ],
    hints=[
        "Two lines: first the memory, then the step that uses the new memory.",
        "The memory grows by the square of each entry of grad; no loop is needed.",
        "Divide the step of gradient descent, entry by entry, by the root of the new total plus eps.",
    ],
    insight="The first step has the length lr in every coordinate, whatever the slope.",
    points=2,
)

RMSPROP_STEP = Exercise(
    id="rmsprop-step",
    statement=(
        "Write rmsprop_step(w, average, grad, lr, decay, eps): one step of RMSprop. w, average and grad are arrays of "
        "one shape; average is the moving average of squared gradients, of which a part decay stays. Return the new w "
        "and the new average. eps stands outside the root."
    ),
    reference=rmsprop_step,
    probes=[
        (np.array([5.0, -1.0]), np.array([4.0, 1.0]), np.array([6.0, 0.02]), 0.1, 0.9, 1e-8),
        *((*state, decay, 1e-8) for state, decay in zip(_probe_states(), (0.9, 0.99, 0.8, 0.95, 0.9), strict=True)),
    ],
    edges=[(*state, 0.9, 1e-8) for state in _EDGES],
    mistakes=[
        Mistake(
            "never-forgets",
            _rmsprop(lambda average, grad, decay: average + grad**2),
            "This is Adagrad: old squares are never forgotten, and decay has no effect. Keep only a part decay of the "
            "old average.",
        ),
        Mistake(
            "old-part-not-decayed",
            _rmsprop(lambda average, grad, decay: average + (1 - decay) * grad**2),
            "The new square gets its weight, but the old average stays whole, so that the memory grows without end. "
            "Only a part decay of it stays.",
        ),
        Mistake(
            "new-part-not-weighted",
            _rmsprop(lambda average, grad, decay: decay * average + grad**2),
            "The weights do not add up to 1: with a constant gradient g your average grows to g²/(1 - decay). The new "
            "square enters with the part that is left.",
        ),
        Mistake(
            "decay-swapped",
            _rmsprop(lambda average, grad, decay: (1 - decay) * average + decay * grad**2),
            "decay and 1 - decay have changed places, so that your average forgets nearly all at each step. decay is "
            "the part that stays.",
        ),
        Mistake(
            "square-forgotten",
            _rmsprop(lambda average, grad, decay: decay * average + (1 - decay) * grad),
            "You average the gradient where its square belongs. The root of a negative average is not a number.",
        ),
        Mistake(
            "average-squared",
            _rmsprop(lambda average, grad, decay: (decay * average + (1 - decay) * grad) ** 2),
            "You average first and square afterwards. The squares are averaged: only then do gradients of opposite "
            "signs not cancel.",
        ),
        Mistake(
            "one-average-for-all",
            _rmsprop(lambda average, grad, decay: decay * average + (1 - decay) * np.sum(grad**2)),
            "The squares of all coordinates go into every average. Each coordinate keeps its own.",
        ),
        Mistake(
            "forgets-at-once",
            _rmsprop(lambda average, grad, decay: (1 - decay) * grad**2),
            "The old average is gone. A part decay of it stays.",
        ),
        Mistake(
            "old-average-used",
            lambda w, average, grad, lr, decay, eps: (
                _divide(w, average, grad, lr, eps),
                _average(average, grad, decay),
            ),
            "You divide by the average from before this step. The newest gradient counts too: update the average "
            "first.",
        ),
        Mistake(
            "old-average-returned",
            lambda w, average, grad, lr, decay, eps: (
                _divide(w, _average(average, grad, decay), grad, lr, eps),
                average,
            ),
            "The new w is right, but the average that you return is the old one. The next step needs the new one.",
        ),
        Mistake(
            "changed-in-place",
            _rmsprop_in_place,
            "The numbers are right, but the caller's arrays have changed too: *=, += and -= write into the arrays that "
            "you were given. Compute new ones.",
        ),
        Mistake(
            "average-changed-in-place",
            _rmsprop_average_in_place,
            "The numbers are right, but the caller's average has changed too: *= and += write into the array that you "
            "were given. Compute a new one.",
        ),
        *_step_mistakes(_rmsprop, _average),
    ],
    hints=[
        "Start from your Adagrad step: only the line of the memory changes.",
        "A moving average keeps a part decay of the old value. Which part of the new square enters?",
        "Both weights together are 1. The step then divides by the root of the new average plus eps.",
    ],
    insight="One symbol more than Adagrad, and the method can forget.",
    points=2,
)
