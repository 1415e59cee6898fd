"""Lesson 11: a program for torch.optim, translated to NumPy."""

import numpy as np

from helpers.exercises.exercise import Exercise, Mistake


def numpy_twin(x: np.ndarray, y: np.ndarray, w: np.ndarray, lr: float, beta: float, steps: int) -> np.ndarray:
    """The parameters after some steps of heavy ball on half the mean squared error; x (n, d), y (n,), w (d,)."""
    new_w, velocity = w.copy(), np.zeros_like(w)
    for _ in range(steps):
        grad = x.T @ (x @ new_w - y) / len(y)
        velocity = beta * velocity + grad
        new_w = new_w - lr * velocity
    return new_w


def _with_gradient(factor: float = 1.0, mean: bool = True):  # noqa: ANN202 (an answer)
    """Make an answer whose gradient has another factor, or is a sum."""

    def answer(x: np.ndarray, y: np.ndarray, w: np.ndarray, lr: float, beta: float, steps: int) -> np.ndarray:
        n = 1 if mean else len(y)
        return numpy_twin(x, y, w, lr * factor * n, beta, steps)

    return answer


def _accumulates(x: np.ndarray, y: np.ndarray, w: np.ndarray, lr: float, beta: float, steps: int) -> np.ndarray:
    grad, velocity = np.zeros_like(w), np.zeros_like(w)
    for _ in range(steps):
        grad = grad + x.T @ (x @ w - y) / len(y)
        velocity = beta * velocity + grad
        w = w - lr * velocity
    return w


def _frozen(x: np.ndarray, y: np.ndarray, w: np.ndarray, lr: float, beta: float, steps: int) -> np.ndarray:
    grad, velocity = x.T @ (x @ w - y) / len(y), np.zeros_like(w)
    for _ in range(steps):
        velocity = beta * velocity + grad
        w = w - lr * velocity
    return w


def _average(x: np.ndarray, y: np.ndarray, w: np.ndarray, lr: float, beta: float, steps: int) -> np.ndarray:
    return numpy_twin(x, y, w, lr * (1 - beta), beta, steps)


def _looks_ahead(x: np.ndarray, y: np.ndarray, w: np.ndarray, lr: float, beta: float, steps: int) -> np.ndarray:
    velocity = np.zeros_like(w)
    for _ in range(steps):
        grad = x.T @ (x @ w - y) / len(y)
        velocity = beta * velocity + grad
        w = w - lr * (grad + beta * velocity)
    return w


def _old_velocity(x: np.ndarray, y: np.ndarray, w: np.ndarray, lr: float, beta: float, steps: int) -> np.ndarray:
    velocity = np.zeros_like(w)
    for _ in range(steps):
        grad = x.T @ (x @ w - y) / len(y)
        w = w - lr * velocity
        velocity = beta * velocity + grad
    return w


def _rate_twice(x: np.ndarray, y: np.ndarray, w: np.ndarray, lr: float, beta: float, steps: int) -> np.ndarray:
    return numpy_twin(x, y, w, lr**2, beta, steps)


def _in_place(x: np.ndarray, y: np.ndarray, w: np.ndarray, lr: float, beta: float, steps: int) -> np.ndarray:
    w[...] = numpy_twin(x, y, w, lr, beta, steps)
    return w


def _in_place_and_nothing(x: np.ndarray, y: np.ndarray, w: np.ndarray, lr: float, beta: float, steps: int) -> None:
    w[...] = numpy_twin(x, y, w, lr, beta, steps)


def _returns_nothing(x: np.ndarray, y: np.ndarray, w: np.ndarray, lr: float, beta: float, steps: int) -> None:
    numpy_twin(x, y, w, lr, beta, steps)


def _probes() -> list[tuple[np.ndarray, np.ndarray, np.ndarray, float, float, int]]:
    rng = np.random.default_rng(110)
    probes = []
    for n, d, lr, beta, steps in ((7, 2, 0.1, 0.6, 4), (5, 1, 0.3, 0.4, 3), (12, 3, 0.05, 0.8, 6)):
        x, y, w = (np.round(rng.normal(0, 1, shape), 2) for shape in ((n, d), n, d))
        probes.append((x, y, w, lr, beta, steps))
    return probes


def _edges() -> list[tuple[np.ndarray, np.ndarray, np.ndarray, float, float, int]]:
    x, y, w, lr, beta, _ = _probes()[0]
    return [(x, y, w, lr, beta, 0), (x, y, w, lr, beta, 1)]


NUMPY_TWIN = Exercise(
    id="numpy-twin",
    statement=(
        "Write numpy_twin(x, y, w, lr, beta, steps): what the torch program does, in NumPy. x has the shape (n, d), y "
        "(n,) and w (d,); lr and beta are the optimiser's lr and momentum. Return w after the given number of steps, "
        "as a new array; the arguments must not be changed."
    ),
    reference=numpy_twin,
    probes=_probes(),
    edges=_edges(),
    mistakes=[
        Mistake(
            "wrong-sign",
            _with_gradient(-1),
            "Your descent climbs. step() subtracts; which sign has your update?",
        ),
        Mistake(
            "factor-two",
            _with_gradient(2),
            "Your gradient is twice torch's. The program halves the mean before it calls backward: what becomes of the "
            "2 that the square leaves behind?",
        ),
        Mistake(
            "half-too-much",
            _with_gradient(0.5),
            "Your gradient is half of torch's. The loss has a factor 1/2, and the derivative of a square has a factor "
            "too: multiply both.",
        ),
        Mistake(
            "sum-for-mean",
            _with_gradient(mean=False),
            "Your gradient is a sum over the samples, and the program takes the mean. The steps are n times too long.",
        ),
        Mistake(
            "sum-and-factor-two",
            _with_gradient(2, mean=False),
            "Your gradient belongs to the sum of squared errors. The program's loss is the mean of them, and half of "
            "that.",
        ),
        Mistake(
            "gradients-accumulate",
            _accumulates,
            "Your gradient adds up over the steps. The program clears it at the beginning of each one, with zero_grad; "
            "only the velocity remembers.",
        ),
        Mistake(
            "gradient-frozen",
            _frozen,
            "You compute the gradient once, at the start. The program does so in each step, at the new w.",
        ),
        Mistake(
            "no-momentum",
            lambda x, y, w, lr, beta, steps: numpy_twin(x, y, w, lr, 0.0, steps),
            "Your steps forget the past: beta has no effect, or the velocity goes back to zero in each step. In torch "
            "the optimiser keeps it from step to step.",
        ),
        Mistake(
            "moving-average",
            _average,
            "You take a moving average, in which the new gradient counts 1 - beta. In torch's SGD it counts in full, "
            "as in lesson 07.",
        ),
        Mistake(
            "nesterov",
            _looks_ahead,
            "This is what torch does with nesterov=True. The program does not ask for it.",
        ),
        Mistake(
            "old-velocity-in-the-step",
            _old_velocity,
            "You step first and bring the velocity up to date afterwards. torch does it the other way round.",
        ),
        Mistake(
            "learning-rate-twice",
            _rate_twice,
            "The learning rate multiplies the gradient inside the velocity, and then the velocity again.",
        ),
        Mistake(
            "one-step-less",
            lambda x, y, w, lr, beta, steps: numpy_twin(x, y, w, lr, beta, steps - 1),
            "You make one step less than the program. range(steps) is already right.",
        ),
        Mistake(
            "one-step-more",
            lambda x, y, w, lr, beta, steps: numpy_twin(x, y, w, lr, beta, steps + 1),
            "You make one step more than the program.",
        ),
        Mistake(
            "changed-in-place",
            _in_place,
            "The numbers are right, but the caller's w has changed too. torch's step works in place; here a new array "
            "is asked for, and -= writes into the old one.",
        ),
        Mistake(
            "changed-in-place-and-not-returned",
            _in_place_and_nothing,
            "You changed the caller's w, as torch's step does, and returned nothing. Here the new w is handed back, "
            "and the old one stays as it is.",
        ),
        Mistake(
            "missing-return",
            _returns_nothing,
            "The function returned None: the new w is gone at its end.",
        ),
    ],
    hints=[
        "Go through the program line by line: what does backward leave in .grad, and what does step do with it?",
        "The optimiser remembers something between its steps. It is hidden in torch; in NumPy it is a variable.",
        "The gradient of the mean of squares has a 2. The program divides the loss by 2.",
    ],
    insight="Same numbers, no hidden state: what the optimiser remembered stands in a variable of yours.",
    points=3,
)
