"""Update rules: pure functions that take parameters and a gradient and return the next parameters.

Every rule has one shape, ``w, state = rule(w, grad, state, lr=...)``. The first state is the state's class called
without arguments, which is also the default: all its numbers are zero, and zero fits parameters of any shape. Nothing
is changed in place, so a path is a list of what the rule returned.

Shapes: ``w`` and ``grad`` have the same shape, whatever it is; the last axis holds the parameters, leading axes hold
independent runs. Hyper-parameters are numbers, or arrays that broadcast against ``w`` (a column of learning rates
runs them all at once). The same lines accept torch tensors.

Conventions are those of ``torch.optim``; a docstring says where the paper differs.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

import numpy as np

Array = Any  # a float, an np.ndarray or a torch tensor: whatever supports arithmetic
Rule = Callable[..., tuple[Array, Any]]  # the state is the rule's own NamedTuple


def _checked(rule: Rule) -> Rule:
    """Reject what broadcasting would hide: a gradient of another shape, a negative learning rate."""

    @wraps(rule)
    def checked(w: Array, grad: Array, *args: Any, **settings: Any) -> tuple[Array, Any]:
        if np.shape(w) != np.shape(grad):
            raise ValueError(
                f"{rule.__name__} needs a gradient of the shape of w, {np.shape(w)}, and got {np.shape(grad)}"
            )
        lr = args[1] if len(args) > 1 else settings.get("lr", 0)
        if not (np.asarray(lr) >= 0).all():
            raise ValueError(f"{rule.__name__} needs a learning rate lr >= 0 and got {lr}")
        with np.errstate(over="ignore", invalid="ignore"):  # a diverging run ends in inf and nan, not in warnings
            return rule(w, grad, *args, **settings)

    return checked


def _sign(x: Array) -> Array:
    # NumPy will stop wrapping torch tensors, so a tensor uses its own method
    return x.sign() if hasattr(x, "sign") else np.sign(x)


def _maximum(lowest: Array, x: Array) -> Array:
    return x.clip(min=lowest) if hasattr(x, "sign") else np.maximum(lowest, x)


class GradientDescentState(NamedTuple):
    """Gradient descent remembers nothing."""


class MomentumState(NamedTuple):
    """The velocity, a decaying sum of past gradients; it does not contain the learning rate."""

    velocity: Array = 0.0


class AdagradState(NamedTuple):
    """The total of all squared gradients so far, per parameter."""

    total: Array = 0.0


class RMSpropState(NamedTuple):
    """The moving average of squared gradients, per parameter."""

    average: Array = 0.0


class AdadeltaState(NamedTuple):
    """Moving averages of squared gradients and of squared updates, per parameter."""

    average: Array = 0.0
    average_update: Array = 0.0


class AdamState(NamedTuple):
    """Steps taken t; moving averages m of gradients and v of squared gradients, not yet bias-corrected."""

    t: int = 0
    m: Array = 0.0
    v: Array = 0.0


class AMSGradState(NamedTuple):
    """As AdamState, and the largest v seen so far."""

    t: int = 0
    m: Array = 0.0
    v: Array = 0.0
    v_max: Array = 0.0


class NAdamState(NamedTuple):
    """As AdamState, and the product of the momentum coefficients so far."""

    t: int = 0
    m: Array = 0.0
    v: Array = 0.0
    mu_product: Array = 1.0


class LionState(NamedTuple):
    """The moving average of gradients."""

    m: Array = 0.0


class SignState(NamedTuple):
    """Sign descent remembers nothing."""


class MuonState(NamedTuple):
    """The moving average of gradients, a matrix as they are."""

    momentum: Array = 0.0


class ScheduleFreeState(NamedTuple):
    """Steps taken t; z, which moves, and x, the mean of all z so far, which is the answer."""

    t: int = 0
    z: Array = 0.0
    x: Array = 0.0


@_checked
def gradient_descent(
    w: Array, grad: Array, state: GradientDescentState = GradientDescentState(), lr: Array = 1e-3
) -> tuple[Array, GradientDescentState]:
    """Step against the gradient.

    w, grad: (..., d). Returns the next w and the (empty) state. Raises ValueError for a gradient of another shape or
    a negative lr, as every rule here does. Source: Cauchy (1847); equals torch.optim.SGD without momentum.
    """
    return w - lr * grad, state


@_checked
def heavy_ball(
    w: Array, grad: Array, state: MomentumState = MomentumState(), lr: Array = 1e-3, beta: Array = 0.9
) -> tuple[Array, MomentumState]:
    """Step along a velocity that keeps a part ``beta`` of itself.

    w, grad: (..., d). Source: Polyak (1964); equals torch.optim.SGD(momentum=beta). Many texts put lr inside the
    velocity; with a constant lr both give the same w.
    """
    velocity = beta * state.velocity + grad
    return w - lr * velocity, MomentumState(velocity)


@_checked
def nesterov(
    w: Array, grad: Array, state: MomentumState = MomentumState(), lr: Array = 1e-3, beta: Array = 0.9
) -> tuple[Array, MomentumState]:
    """Step along the gradient and, once more, along the updated velocity.

    w, grad: (..., d). Source: Nesterov (1983) in the form of Sutskever et al. (2013); equals
    torch.optim.SGD(momentum=beta, nesterov=True). The paper takes the gradient at the look-ahead point; here, as in
    torch, it is taken at w, which with a constant lr is the same method written for the shifted variable.
    """
    velocity = beta * state.velocity + grad
    return w - lr * (grad + beta * velocity), MomentumState(velocity)


@_checked
def adagrad(
    w: Array, grad: Array, state: AdagradState = AdagradState(), lr: Array = 1e-2, eps: Array = 1e-10
) -> tuple[Array, AdagradState]:
    """Divide each step by the root of all squared gradients so far.

    w, grad: (..., d). Source: Duchi, Hazan, Singer (2011); equals torch.optim.Adagrad. Paper and torch add their
    small constant outside the root.
    """
    total = state.total + grad**2
    return w - lr * grad / (total**0.5 + eps), AdagradState(total)


@_checked
def rmsprop(
    w: Array,
    grad: Array,
    state: RMSpropState = RMSpropState(),
    lr: Array = 1e-2,
    decay: Array = 0.99,
    eps: Array = 1e-8,
) -> tuple[Array, RMSpropState]:
    """Divide each step by the root of a moving average of squared gradients.

    w, grad: (..., d). Source: Tieleman and Hinton, lecture 6.5 (2012); equals torch.optim.RMSprop, whose ``alpha`` is
    ``decay`` here. The lecture uses decay 0.9; torch 0.99.
    """
    average = decay * state.average + (1 - decay) * grad**2
    return w - lr * grad / (average**0.5 + eps), RMSpropState(average)


@_checked
def adadelta(
    w: Array,
    grad: Array,
    state: AdadeltaState = AdadeltaState(),
    lr: Array = 1.0,
    rho: Array = 0.9,
    eps: Array = 1e-6,
) -> tuple[Array, AdadeltaState]:
    """Scale each step by the ratio of past update sizes to past gradient sizes.

    w, grad: (..., d). Source: Zeiler (2012), arXiv:1212.5701; equals torch.optim.Adadelta. The paper has no lr, which
    is lr = 1 here.
    """
    average = rho * state.average + (1 - rho) * grad**2
    update = (state.average_update + eps) ** 0.5 / (average + eps) ** 0.5 * grad
    average_update = rho * state.average_update + (1 - rho) * update**2
    return w - lr * update, AdadeltaState(average, average_update)


@_checked
def adam(
    w: Array,
    grad: Array,
    state: AdamState = AdamState(),
    lr: Array = 1e-3,
    beta1: Array = 0.9,
    beta2: Array = 0.999,
    eps: Array = 1e-8,
) -> tuple[Array, AdamState]:
    """Divide a moving average of gradients by the root of one of their squares, both corrected for their start at 0.

    w, grad: (..., d). Source: Kingma and Ba (2015), arXiv:1412.6980, algorithm 1; equals torch.optim.Adam.
    """
    t = state.t + 1
    m = beta1 * state.m + (1 - beta1) * grad
    v = beta2 * state.v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (v_hat**0.5 + eps), AdamState(t, m, v)


@_checked
def amsgrad(
    w: Array,
    grad: Array,
    state: AMSGradState = AMSGradState(),
    lr: Array = 1e-3,
    beta1: Array = 0.9,
    beta2: Array = 0.999,
    eps: Array = 1e-8,
) -> tuple[Array, AMSGradState]:
    """Adam whose denominator never shrinks.

    w, grad: (..., d). Source: Reddi, Kale, Kumar (2018), arXiv:1904.09237; equals torch.optim.Adam(amsgrad=True). The
    paper corrects no bias; torch takes the maximum of the uncorrected v and corrects afterwards.
    """
    t = state.t + 1
    m = beta1 * state.m + (1 - beta1) * grad
    v = beta2 * state.v + (1 - beta2) * grad**2
    v_max = _maximum(state.v_max, v)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    return w - lr * m_hat / (v_hat**0.5 + eps), AMSGradState(t, m, v, v_max)


@_checked
def adamw(
    w: Array,
    grad: Array,
    state: AdamState = AdamState(),
    lr: Array = 1e-3,
    beta1: Array = 0.9,
    beta2: Array = 0.999,
    eps: Array = 1e-8,
    weight_decay: Array = 1e-2,
) -> tuple[Array, AdamState]:
    """Adam, with the weights shrunk beside the adaptive step and not through it.

    w, grad: (..., d). Source: Loshchilov and Hutter (2019), arXiv:1711.05101; equals torch.optim.AdamW. The paper's
    decay does not depend on lr; torch multiplies the two.
    """
    stepped, state = adam(w, grad, state, lr, beta1, beta2, eps)
    return stepped - lr * weight_decay * w, state


@_checked
def nadam(
    w: Array,
    grad: Array,
    state: NAdamState = NAdamState(),
    lr: Array = 2e-3,
    beta1: Array = 0.9,
    beta2: Array = 0.999,
    eps: Array = 1e-8,
    momentum_decay: Array = 4e-3,
) -> tuple[Array, NAdamState]:
    """Adam with Nesterov's look-ahead: the next step's momentum is applied now.

    w, grad: (..., d). Source: Dozat (2016); equals torch.optim.NAdam, with the paper's warm-up of the momentum mu.
    """
    t = state.t + 1
    mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))
    mu_next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
    mu_product = state.mu_product * mu
    m = beta1 * state.m + (1 - beta1) * grad
    v = beta2 * state.v + (1 - beta2) * grad**2
    m_hat = mu_next * m / (1 - mu_product * mu_next) + (1 - mu) * grad / (1 - mu_product)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (v_hat**0.5 + eps), NAdamState(t, m, v, mu_product)


@_checked
def lion(
    w: Array,
    grad: Array,
    state: LionState = LionState(),
    lr: Array = 1e-4,
    beta1: Array = 0.9,
    beta2: Array = 0.99,
    weight_decay: Array = 0.0,
) -> tuple[Array, LionState]:
    """Step by the sign of a blend of momentum and gradient: every parameter moves by lr.

    w, grad: (..., d). Source: Chen et al. (2023), arXiv:2302.06675, algorithm 2. Torch has no Lion.
    """
    direction = _sign(beta1 * state.m + (1 - beta1) * grad)
    m = beta2 * state.m + (1 - beta2) * grad
    return w - lr * (direction + weight_decay * w), LionState(m)


@_checked
def sign_descent(w: Array, grad: Array, state: SignState = SignState(), lr: Array = 1e-3) -> tuple[Array, SignState]:
    """Step by the sign of the gradient: every parameter moves by lr.

    w, grad: (..., d). It is the steepest descent among all steps whose largest entry is lr, and Lion without memory
    (beta1 = beta2 = 0). It is not in RULES: its steps are bounded, so it cannot diverge as the others do. Source:
    Bernstein et al. (2018), arXiv:1802.04434. Torch has no sign descent.
    """
    return w - lr * _sign(grad), state


QUINTIC = (3.4445, -4.7750, 2.0315)  # steep at 0, so that five rounds suffice; near 1 it wavers and does not settle


def orthogonalise(G: Array, steps: int = 5) -> Array:
    """Bring all singular values of a matrix near 1 and keep its directions, by rounds of a polynomial: Newton-Schulz.

    G: (..., rows, columns), any scale; steps: rounds. Returns G's shape. G is divided by its Frobenius norm, which
    leaves no singular value above 1; each round then sends every singular value s to 3.4445 s - 4.7750 s^3 + 2.0315
    s^5. A norm below 1e-7 counts as 1e-7, so that zeros stay zeros. Raises ValueError for an array that is no matrix.
    Source: Jordan et al., Muon (2024), kellerjordan.github.io/posts/muon; equals what torch.optim.Muon does, which
    rounds to bfloat16 on the way.
    """
    if len(np.shape(G)) < 2:
        raise ValueError(f"orthogonalise needs a matrix (..., rows, columns) and got shape {np.shape(G)}")
    a, b, c = QUINTIC
    tall = G.shape[-2] > G.shape[-1]  # of X X^T and X^T X the smaller one is cheaper, and gives the same
    X = G.swapaxes(-1, -2) if tall else G
    X = X / _maximum(1e-7, (X**2).sum(axis=(-2, -1), keepdims=True) ** 0.5)
    for _ in range(steps):
        A = X @ X.swapaxes(-1, -2)
        X = a * X + (b * A + c * A @ A) @ X
    return X.swapaxes(-1, -2) if tall else X


@_checked
def muon(
    w: Array,
    grad: Array,
    state: MuonState = MuonState(),
    lr: Array = 1e-3,
    beta: Array = 0.95,
    weight_decay: Array = 0.1,
    steps: int = 5,
) -> tuple[Array, MuonState]:
    """Step along the momentum after its singular values were brought near 1.

    w, grad: (..., rows, columns): the last two axes are a matrix, so muon is not in RULES, whose rules take any shape.
    ValueError for less than a matrix; biases and last layers are for another rule. steps: rounds of `orthogonalise`.
    A matrix with more rows than columns moves by lr times the root of their ratio. Source: Jordan et al., Muon (2024),
    kellerjordan.github.io/posts/muon; equals torch.optim.Muon, its defaults and Nesterov's form included, but for its
    precision: torch orthogonalises in bfloat16, so that after 10 steps of lr 0.02 the two differ by some 1e-3; where
    torch's lines are made to run in float64 they agree to 2e-15. Torch's layers keep their outputs as rows, those of
    `networks` as columns.
    """
    momentum = beta * state.momentum + (1 - beta) * grad
    update = orthogonalise((1 - beta) * grad + beta * momentum, steps)
    rows, columns = w.shape[-2:]
    return w - lr * weight_decay * w - lr * max(1, rows / columns) ** 0.5 * update, MuonState(momentum)


@_checked
def schedule_free(
    w: Array, grad: Array, state: ScheduleFreeState = ScheduleFreeState(), lr: Array = 1e-3, beta: Array = 0.9
) -> tuple[Array, ScheduleFreeState]:
    """Descend with z at a constant rate, average all z into x, and take the gradient at w between the two.

    w, grad: (..., d). w is the paper's y, (1 - beta) z + beta x, and is returned; what is to be judged is ``state.x``.
    x is the mean of all z after a step, the start not counted. Source: Defazio et al. (2024), arXiv:2405.15682, with
    equal weights, which are the paper's for a constant lr. Torch has none. It is not in RULES, whose rules are judged
    by w.
    """
    t = state.t + 1
    z, x = (state.z, state.x) if state.t else (w, w)
    z = z - lr * grad
    x = x + (z - x) / t
    return (1 - beta) * z + beta * x, ScheduleFreeState(t, z, x)


RULES: dict[str, Rule] = {
    "gradient descent": gradient_descent,
    "heavy ball": heavy_ball,
    "Nesterov": nesterov,
    "Adagrad": adagrad,
    "Adadelta": adadelta,
    "RMSprop": rmsprop,
    "Adam": adam,
    "AMSGrad": amsgrad,
    "AdamW": adamw,
    "NAdam": nadam,
    "Lion": lion,
}
