"""Descent: run an update rule on a gradient and keep the whole path.

``descend`` makes one run, ``sweep`` many side by side in one vectorised run: over learning rates, over starts, over
any setting of the rule. A run that diverges fills the rest of its path with inf and nan; nothing is raised or warned.
"""

from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from helpers.optimizers import Rule, gradient_descent

Gradient = Callable[[np.ndarray], Any]
Setting = float | Sequence[float] | np.ndarray | Callable[[int], float]


def descend(
    grad: Gradient, w0: ArrayLike, rule: Rule = gradient_descent, steps: int = 100, **settings: Setting
) -> np.ndarray:
    """Follow ``rule`` for ``steps`` steps from ``w0`` and return every point on the way, the start included.

    grad: a function of w that returns the gradient, of w's shape; w0: (..., d); settings: the rule's own, such as lr,
    each a number or a schedule (a function of the step t = 0, 1, ...). Returns (..., steps + 1, d). Raises TypeError
    or ValueError for a wrong shape, a start that is not finite, steps that are no whole number, an unknown setting, a
    negative lr.
    """
    w = _start(w0)
    _check(grad, rule, steps, settings)
    values = {}
    for name, setting in settings.items():
        if not callable(setting) and np.ndim(setting) != 0:
            raise ValueError(f"descend takes one number for {name}; use sweep to run several at once")
        values[name] = _at_each_step(name, setting, steps)
    return _run(grad, w, rule, steps, values)


def sweep(
    grad: Gradient, w0: ArrayLike, rule: Rule = gradient_descent, steps: int = 100, **settings: Setting
) -> np.ndarray:
    """Make n runs at once: run i takes element i of every setting that is an array, and row i of w0 if it has rows.

    w0: (d,) or (n, d); settings: as in ``descend``, or 1-D arrays of n numbers. grad is called with all runs, (n, d),
    and must keep rows apart: write w[..., 0], not w[0]. Returns (n, steps + 1, d), row by row what descend returns.
    Raises as descend does, and ValueError for arrays of different lengths.
    """
    w = _start(w0)
    _check(grad, rule, steps, settings)
    arrays = {name: np.asarray(v) for name, v in settings.items() if not callable(v) and np.ndim(v) != 0}
    for name, array in [("w0", w[..., 0]), *arrays.items()]:
        if array.ndim > 1 or array.size == 0:
            raise ValueError(f"sweep needs one row of values, at least one, for {name} and got shape {array.shape}")
    lengths = {name: len(array) for name, array in arrays.items()} | ({"w0": len(w)} if w.ndim == 2 else {})
    if len(set(lengths.values())) > 1:
        raise ValueError(f"sweep needs arrays of one length and got {lengths}")
    n = next(iter(lengths.values()), 1)
    w = np.broadcast_to(w, (n, w.shape[-1])).copy()
    return _run(grad, w, rule, steps, {name: _at_each_step(name, v, steps) for name, v in settings.items()})


def each(step: Callable[..., Any], w: np.ndarray, *others: Any) -> Any:
    """Call a step of one's own, such as gradient_step(w, grad, lr), for all runs.

    w: (..., d), and so are the others; one with an axis less, (...), is a number for each run. A function that knows
    no batches brings a method ``each`` along, which calls it for one run after the other. Returns what the step
    returns, (..., d).
    """
    one_by_one = getattr(step, "each", None)
    if one_by_one is not None:
        return one_by_one(w, *others)
    return step(w, *(other if np.ndim(other) == w.ndim else np.asarray(other)[..., np.newaxis] for other in others))


def _start(w0: ArrayLike) -> np.ndarray:
    w = np.array(w0, dtype=float)
    if w.ndim == 0 or w.shape[-1] == 0:
        raise ValueError(f"the start w0 needs shape (..., d) and has {w.shape}; write [5.0] for one parameter")
    if not np.isfinite(w).all():
        raise ValueError("the start w0 must be finite and has nan or inf in it")
    return w


def _check(grad: Gradient, rule: Rule, steps: int, settings: dict[str, Setting]) -> None:
    if not callable(grad):
        raise TypeError(f"grad must be a function of w, for example rosenbrock.gradient, and is {type(grad).__name__}")
    if not callable(rule):
        raise TypeError(f"rule must be an update rule, for example helpers.optimizers.adam, and is {rule!r}")
    if isinstance(steps, bool) or not isinstance(steps, (int, np.integer)):
        raise TypeError(f"steps must be a whole number and is {steps!r}")
    if steps < 0:
        raise ValueError(f"steps must be 0 or more and is {steps}")
    names = list(signature(rule).parameters)
    if names[2:3] != ["state"]:
        raise TypeError(f"rule must take w, grad, state and then its settings, and takes {', '.join(names)}")
    for name in settings:
        if name not in names[3:]:
            raise TypeError(f"{_name(rule)} has no setting {name}; it has {', '.join(names[3:]) or 'none'}")


def _name(rule: Rule) -> str:
    return getattr(rule, "__name__", "the rule")  # functools.partial has none


def _at_each_step(name: str, setting: Setting, steps: int) -> list[np.ndarray]:
    """The setting at step 0, 1, ...: a column (n, 1), or (1,) for one number.

    One number becomes an array too, and arrays become contiguous: NumPy's power rounds numbers, contiguous and
    strided arrays differently in the last digit, and a sweep has to equal single runs in every digit.
    """
    per_step = [setting(t) for t in range(steps)] if callable(setting) else setting
    try:
        values = np.array(per_step, dtype=float, order="C")
    except (TypeError, ValueError):
        values = np.array(np.nan)
    if not np.isfinite(values).all():
        raise ValueError(f"{name} must be a finite number, an array of them, or a schedule that returns them")
    if name == "lr" and (values < 0).any():
        raise ValueError(f"lr must be 0 or more and has {values.min()} in it")
    if callable(setting):
        if values.shape != (steps,):
            raise ValueError(f"the schedule for {name} must return one number for each step t")
        return list(values[:, np.newaxis])
    return [values[:, np.newaxis] if values.ndim else values[np.newaxis]] * steps


def _run(grad: Gradient, w: np.ndarray, rule: Rule, steps: int, settings: dict[str, list[np.ndarray]]) -> np.ndarray:
    path = np.empty((*w.shape[:-1], steps + 1, w.shape[-1]))
    path[..., 0, :] = w
    state: Sequence[Any] = ()  # the first call leaves the state to the rule's default
    with np.errstate(all="ignore"):
        for t in range(steps):
            g = _gradient_at(grad, w)
            stepped = rule(w, g, *state, **{name: values[t] for name, values in settings.items()})
            if not (isinstance(stepped, tuple) and len(stepped) == 2 and np.shape(stepped[0]) == w.shape):
                raise TypeError(f"{_name(rule)} must return the next w, of shape {w.shape}, and its state")
            w, *state = stepped
            path[..., t + 1, :] = w
    return path


def _gradient_at(grad: Gradient, w: np.ndarray) -> np.ndarray:
    g = grad(w.copy())  # a gradient that changes its argument must not change the path
    if g is None:
        raise TypeError("grad returned None; end it with a return")
    g = np.asarray(g, dtype=float)
    if g.shape != w.shape:
        raise ValueError(
            f"grad returned shape {g.shape} for w of shape {w.shape}; the parameters are the last axis: write w[..., 0]"
        )
    return g
