"""Lesson 08, adaptive methods: one step of Adam, the mistakes in it, and what AdamW shares with it."""

from collections.abc import Callable

import numpy as np

from helpers.exercises.exercise import Exercise, Mistake

Array = np.ndarray
Triple = tuple[Array, Array, Array]


def adam_step(
    w: Array, m: Array, v: Array, t: int, grad: Array, lr: float, beta1: float, beta2: float, eps: float
) -> Triple:
    """Step t = 1, 2, ... of Adam: the next w, m and v (not corrected); arrays of one shape, none is changed."""
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def moments(m: Array, v: Array, grad: Array, beta1: float, beta2: float) -> tuple[Array, Array]:
    """The two moving averages after this gradient."""
    return beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2


def corrected(m: Array, v: Array, beta1: float, beta2: float, t: int) -> tuple[Array, Array]:
    """Both averages without their bias towards 0."""
    return m / np.float64(1 - beta1**t), v / np.float64(1 - beta2**t)


def ratio(m: Array, v: Array, eps: float) -> Array:
    """The step in units of lr."""
    return m / (np.sqrt(v) + eps)


def adam_like(
    moments: Callable[..., tuple[Array, Array]] = moments,
    corrected: Callable[..., tuple[Array, Array]] = corrected,
    ratio: Callable[..., Array] = ratio,
) -> Callable[..., Triple]:
    """Adam with one of its three parts replaced."""

    def answer(
        w: Array, m: Array, v: Array, t: int, grad: Array, lr: float, beta1: float, beta2: float, eps: float
    ) -> Triple:
        m, v = moments(m, v, grad, beta1, beta2)
        return w - lr * ratio(*corrected(m, v, beta1, beta2, t), eps), m, v

    return answer


def folded_without_eps(
    w: Array, m: Array, v: Array, t: int, grad: Array, lr: float, beta1: float, beta2: float, eps: float
) -> Triple:
    """The correction is a factor of lr, and eps is not scaled with it."""
    m, v = moments(m, v, grad, beta1, beta2)
    return w - lr * np.sqrt(1 - beta2**t) / (1 - beta1**t) * ratio(m, v, eps), m, v


def _in_place(
    w: Array, m: Array, v: Array, t: int, grad: Array, lr: float, beta1: float, beta2: float, eps: float
) -> Triple:
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad**2
    w -= lr * ratio(*corrected(m, v, beta1, beta2, t), eps)
    return w, m, v


def _moments_in_place(
    w: Array, m: Array, v: Array, t: int, grad: Array, lr: float, beta1: float, beta2: float, eps: float
) -> Triple:
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad**2
    return w - lr * ratio(*corrected(m, v, beta1, beta2, t), eps), m, v


def _old_moments(
    w: Array, m: Array, v: Array, t: int, grad: Array, lr: float, beta1: float, beta2: float, eps: float
) -> Triple:
    return w - lr * ratio(*corrected(m, v, beta1, beta2, t), eps), *moments(m, v, grad, beta1, beta2)


def _plain_gradient(
    w: Array, m: Array, v: Array, t: int, grad: Array, lr: float, beta1: float, beta2: float, eps: float
) -> Triple:
    m, v = moments(m, v, grad, beta1, beta2)
    return w - lr * ratio(grad, corrected(m, v, beta1, beta2, t)[1], eps), m, v


def states() -> list[tuple[Array, Array, Array, int, Array, float, float, float, float]]:
    """Arguments of Adam: first and later steps, several shapes, and gradients so small that eps counts."""
    rng = np.random.default_rng(82)
    first = np.zeros(2)
    found = [(np.array([5.0, -1.0]), first, first, 1, np.array([6.0, 0.02]), 0.1, 0.9, 0.999, 1e-8)]
    for shape, t, lr, beta1, beta2 in [
        ((3,), 2, 0.05, 0.9, 0.99),
        ((2, 2), 7, 0.3, 0.8, 0.99),
        ((1,), 40, 0.2, 0.9, 0.95),
    ]:
        w, m, grad = (np.round(rng.normal(0, size, shape), 2) for size in (2, 1, 3))
        found.append((w, m, np.round(rng.uniform(0.5, 2, shape), 2), t, grad, lr, beta1, beta2, 1e-8))
    small = np.array([1e-4, -2e-4, 3.0])
    found.append((np.array([1.0, -2.0, 0.5]), small / 2, small**2 / 50, 3, small, 0.1, 0.9, 0.99, 1e-8))
    return found


EDGES = [(np.array([1.0, 2.0]), np.zeros(2), np.zeros(2), 1, np.array([0.0, 3.0]), 0.1, 0.9, 0.999, 1e-8)]

SHARED = [
    Mistake(
        "no-bias-correction",
        adam_like(corrected=lambda m, v, beta1, beta2, t: (m, v)),
        "m and v are used as they are. Both started at 0 and are too small in the first steps, by different amounts: "
        "correct them.",
    ),
    Mistake(
        "bias-correction-multiplied",
        adam_like(corrected=lambda m, v, beta1, beta2, t: (m * (1 - beta1**t), v * (1 - beta2**t))),
        "You multiply by the correction, which makes m and v smaller still. They are too small already: divide.",
    ),
    Mistake(
        "bias-corrected-twice",
        adam_like(
            corrected=lambda m, v, beta1, beta2, t: corrected(*corrected(m, v, beta1, beta2, t), beta1, beta2, t)
        ),
        "The bias is corrected twice. Once is enough.",
    ),
    Mistake(
        "t-counted-from-zero",
        adam_like(corrected=lambda m, v, beta1, beta2, t: corrected(m, v, beta1, beta2, t - 1)),
        "You correct with t - 1. t counts from 1 here: with 0 in the exponent the first step is 0/0.",
    ),
    Mistake(
        "t-one-too-far",
        adam_like(corrected=lambda m, v, beta1, beta2, t: corrected(m, v, beta1, beta2, t + 1)),
        "You correct with t + 1. The t that you are given counts this step already.",
    ),
    Mistake(
        "exponent-forgotten",
        adam_like(corrected=lambda m, v, beta1, beta2, t: corrected(m, v, beta1, beta2, 1)),
        "Your correction is the same at every step. The bias fades: the exponent t belongs in it.",
    ),
    Mistake(
        "folded-without-eps",
        folded_without_eps,
        "You put both corrections into the learning rate. That is right if eps is scaled too, by the root of the "
        "second correction; as it stands, eps weighs more than it should where gradients are small.",
    ),
    Mistake(
        "corrected-moments-returned",
        lambda w, m, v, t, grad, lr, beta1, beta2, eps: (
            adam_step(w, m, v, t, grad, lr, beta1, beta2, eps)[0],
            *corrected(*moments(m, v, grad, beta1, beta2), beta1, beta2, t),
        ),
        "The new w is right, but you return the corrected m and v. The next step would correct them again: return the "
        "moving averages themselves.",
    ),
    Mistake(
        "square-forgotten",
        adam_like(
            moments=lambda m, v, g, beta1, beta2: (moments(m, v, g, beta1, beta2)[0], beta2 * v + (1 - beta2) * g)
        ),
        "v averages the gradient. It is the gradient's square that belongs there.",
    ),
    Mistake(
        "betas-swapped",
        adam_like(moments=lambda m, v, g, beta1, beta2: moments(m, v, g, beta2, beta1)),
        "beta1 and beta2 have changed places in the averages: beta1 belongs to m, the average of gradients.",
    ),
    Mistake(
        "betas-swapped-everywhere",
        lambda w, m, v, t, grad, lr, beta1, beta2, eps: adam_step(w, m, v, t, grad, lr, beta2, beta1, eps),
        "beta1 and beta2 have changed places, in the averages and in the correction: beta1 belongs to m, the average "
        "of gradients.",
    ),
    Mistake(
        "weights-swapped",
        adam_like(moments=lambda m, v, g, beta1, beta2: moments(m, v, g, 1 - beta1, 1 - beta2)),
        "Each beta and its 1 - beta have changed places. beta is the part of the old average that stays.",
    ),
    Mistake(
        "new-part-not-weighted",
        adam_like(moments=lambda m, v, g, beta1, beta2: (beta1 * m + g, beta2 * v + g**2)),
        "The newest gradient enters with its full weight, so that m and v are sums. In an average the weights add up "
        "to 1.",
    ),
    Mistake(
        "root-forgotten",
        adam_like(ratio=lambda m, v, eps: m / (v + eps)),
        "You divide by v itself. Its root has the size of a gradient.",
    ),
    Mistake(
        "eps-inside-the-root",
        adam_like(ratio=lambda m, v, eps: m / np.sqrt(v + eps)),
        "eps stands inside the root, where it weighs far more: the root of 1e-8 is 1e-4. Add it to the root.",
    ),
    Mistake(
        "eps-forgotten",
        adam_like(ratio=lambda m, v, eps: m / np.sqrt(v)),
        "eps is missing. Where a coordinate's gradients have all been 0, your step is 0/0.",
    ),
    Mistake(
        "wrong-sign",
        adam_like(ratio=lambda m, v, eps: -ratio(m, v, eps)),
        "The step goes uphill. m has the sign of the gradients, so the step is subtracted.",
    ),
    Mistake(
        "learning-rate-forgotten",
        lambda w, m, v, t, grad, lr, beta1, beta2, eps: adam_step(w, m, v, t, grad, 1.0, beta1, beta2, eps),
        "The learning rate has no effect. It still scales every step.",
    ),
    Mistake(
        "learning-rate-decay",
        lambda w, m, v, t, grad, lr, beta1, beta2, eps: adam_step(w, m, v, t, grad, lr / np.sqrt(t), beta1, beta2, eps),
        "Your learning rate shrinks with t. A schedule may do that, outside of this function; here lr stays as given.",
    ),
]

ADAM_STEP = Exercise(
    id="adam-step",
    statement=(
        "Write adam_step(w, m, v, t, grad, lr, beta1, beta2, eps): step number t of Adam; t counts from 1. Return "
        "the new w, m and v; m and v are the moving averages themselves, not corrected. eps stands outside the root."
    ),
    reference=adam_step,
    probes=states(),
    edges=EDGES,
    mistakes=[
        *SHARED,
        Mistake(
            "only-m-corrected",
            adam_like(corrected=lambda m, v, beta1, beta2, t: (corrected(m, v, beta1, beta2, t)[0], v)),
            "m is corrected, v is not. v started at 0 too, and with its larger beta it is the more biased one.",
        ),
        Mistake(
            "only-v-corrected",
            adam_like(corrected=lambda m, v, beta1, beta2, t: (m, corrected(m, v, beta1, beta2, t)[1])),
            "v is corrected, m is not. Both started at 0.",
        ),
        Mistake(
            "gradient-instead-of-m",
            _plain_gradient,
            "You step along the gradient itself, and m has no effect. This is RMSprop with a correction; Adam steps "
            "along the average m.",
        ),
        Mistake(
            "old-moments-used",
            _old_moments,
            "The step uses the averages from before this gradient. Update m and v first.",
        ),
        Mistake(
            "one-scale-for-all",
            adam_like(ratio=lambda m, v, eps: m / (np.sqrt(np.sum(v)) + eps)),
            "All coordinates are divided by one number. Each coordinate has its own v: leave the sum out.",
        ),
        Mistake(
            "changed-in-place",
            _in_place,
            "The numbers are right, but the caller's arrays have changed too: *=, += and -= write into the arrays that "
            "you were given. Compute new ones.",
        ),
        Mistake(
            "moments-changed-in-place",
            _moments_in_place,
            "The numbers are right, but the caller's m and v have changed too: *= and += write into the arrays that "
            "you were given. Compute new ones.",
        ),
        Mistake(
            "moments-not-returned",
            lambda *arguments: adam_step(*arguments)[0],
            "Only w comes back, so that the averages are lost. Return w, m and v.",
        ),
    ],
    hints=[
        "Five lines: m, v, their corrected versions under new names, and what you return.",
        "m averages grad, v averages its square, each with its own beta. The correction divides by 1 minus beta to the "
        "power t.",
        "The step uses the corrected averages; what you return beside w are the averages without correction.",
    ],
    insight="Heavy ball's memory above the line, RMSprop's below it, and a correction that fades.",
    points=3,
)
