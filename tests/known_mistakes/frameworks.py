import numpy as np


def found_by_diff(trace):
    w = trace[:, 0]
    first = [int(np.where(~np.isnan(column))[0][0]) for column in trace.T]
    steps = np.diff(w)
    return (*first, int(np.where(np.nan_to_num(steps) != 0)[0][0]))


def nan_is_a_change(trace):
    first = [int(np.where(~np.isnan(column))[0][0]) for column in trace.T]
    for k in range(1, len(trace)):
        if trace[k, 0] != trace[k - 1, 0] and not np.isnan(trace[k, 0]):
            return [*first, k if first[0] > 0 else 0]
    return None


def lines_from_one(trace):
    w0 = None
    found = [None] * 4
    for line, (w, loss, grad) in enumerate(trace, 1):
        if found[0] is None and w == w:
            found[0], w0 = line, w
        if found[1] is None and loss == loss:
            found[1] = line
        if found[2] is None and grad == grad:
            found[2] = line
        if found[3] is None and w0 is not None and w != w0:
            found[3] = line
    return tuple(found)


def overwrites(trace):
    found = {}
    before = None
    for line, (w, loss, grad) in enumerate(trace):
        if w == w and "w" not in found:
            found["w"] = line
        if loss == loss and "loss" not in found:
            found["loss"] = line
        if grad == grad and "grad" not in found:
            found["grad"] = line
        if before is not None and before == before and w != before:
            found["update"] = line
        before = w
    return found["w"], found["loss"], found["grad"], found["update"]


def row_after_the_gradient(trace):
    rows = [list(np.isnan(trace[:, k])).index(False) for k in range(3)]
    return np.array([*rows, rows[2] + 1])


def two_errors(x, y, w, lr, beta, steps):
    v = 0
    for _ in range(steps):
        error = x @ w - y
        v = beta * v + 2 * (x * error[:, None]).mean(axis=0)
        w = w - lr * v
    return w


def plain_descent(x, y, w, lr, beta, steps):
    for _ in range(steps):
        w = w - lr * x.T @ (x @ w - y) / len(y)
    return w


def forgot_to_clear(x, y, w, lr, beta, steps):
    g = v = np.zeros(len(w))
    for _ in range(steps):
        g = g + (x @ w - y) @ x / len(x)
        v = beta * v + g
        w = w - lr * v
    return w


def summed(x, y, w, lr, beta, steps):
    v = np.zeros(len(w))
    for _ in range(steps):
        v = beta * v + (x @ w - y) @ x
        w = w - lr * v
    return w


def as_step_does(x, y, w, lr, beta, steps):
    v = np.zeros(len(w))
    for _ in range(steps):
        v = beta * v + (x @ w - y) @ x / len(x)
        w -= lr * v
    return w


def as_step_does_and_returns_nothing(x, y, w, lr, beta, steps):
    v = np.zeros(len(w))
    for _ in range(steps):
        v *= beta
        v += (x @ w - y) @ x / len(x)
        w -= lr * v


def gradient_once(x, y, w, lr, beta, steps):
    g, v = (x @ w - y) @ x / len(x), 0
    for _ in range(steps):
        v = beta * v + g
        w = w - lr * v
    return w


def steps_before_the_velocity(x, y, w, lr, beta, steps):
    v = np.zeros(len(w))
    for _ in range(steps):
        g = x.T @ (x @ w - y) / len(y)
        w = w - lr * v
        v = beta * v + g
    return w


def mean_to_sum_unchanged(lr, own, other, n):
    weight = {"mean": 1 / n, "half mean": 1 / (2 * n), "sum": 1, "half sum": 1 / 2}
    return lr if {own, other} == {"mean", "sum"} else lr * weight[own] / weight[other]


def factor_alone(lr, own, other, n):
    weight = {"mean": 1 / n, "half mean": 1 / (2 * n), "sum": 1, "half sum": 1 / 2}
    return weight[own] / weight[other]


def fixed_rows(trace):
    return 1, 4, 5, 6


def zeros(trace):
    return 0, 0, 0, 0


def same_minimum_same_rate(lr, own, other, n):
    return lr


def upside_down(lr, own, other, n):
    size = {"mean": 1, "half mean": 1 / 2, "sum": n, "half sum": n / 2}
    return lr / size[own] * size[other]


def only_halves(lr, own, other, n):
    if own.startswith("half"):
        lr = lr / 2
    if other.startswith("half"):
        lr = lr * 2
    return lr


def only_means(lr, own, other, n):
    if own.endswith("mean"):
        lr = lr / n
    if other.endswith("mean"):
        lr = lr * n
    return lr


def compares_where_they_end(path, other, tolerance):
    if np.allclose(path[-1], other[-1], rtol=0, atol=tolerance):
        return "same"
    if not np.allclose(path[0], other[0], rtol=0, atol=tolerance):
        return "start"
    s, t = path[1] - path[0], other[1] - other[0]
    if np.allclose(s, t, rtol=0, atol=tolerance):
        return "later"
    c = t @ s / (s @ s)
    return "rate" if c > 0 and np.allclose(t, c * s, rtol=0, atol=tolerance) else "gradient"


def climbing_is_a_rate(path, other, tolerance):
    def same(a, b):
        return np.max(np.abs(a - b)) <= tolerance

    if same(path, other):
        return "same"
    if not same(path[0], other[0]):
        return "start"
    s, t = path[1] - path[0], other[1] - other[0]
    if same(s, t):
        return "later"
    return "rate" if same(t, np.dot(t, s) / np.dot(s, s) * s) else "gradient"


def later_is_the_same(path, other, tolerance):
    def same(a, b):
        return bool((abs(a - b) <= tolerance).all())

    if not same(path[0], other[0]):
        return "start"
    s, t = path[1] - path[0], other[1] - other[0]
    if same(s, t):
        return "same"
    c = np.sum(s * t) / np.sum(s**2)
    return "rate" if c > 0 and same(c * s, t) else "gradient"


def longer_or_shorter(path, other, tolerance):
    if abs(path - other).max() <= tolerance:
        return "same"
    if abs(path[0] - other[0]).max() > tolerance:
        return "start"
    s, t = path[1] - path[0], other[1] - other[0]
    if abs(s - t).max() <= tolerance:
        return "later"
    return "rate" if abs(np.linalg.norm(s) - np.linalg.norm(t)) > tolerance else "gradient"


def one_word(path, other, tolerance):
    return "rate"


KNOWN = {
    "find-moments": {
        fixed_rows: None,
        zeros: None,
        found_by_diff: "row-before-the-update",
        nan_is_a_change: "update-is-the-start",
        lines_from_one: "counted-from-one",
        overwrites: "last-change",
        row_after_the_gradient: "after-the-gradient",
    },
    "numpy-twin": {
        two_errors: "factor-two",
        plain_descent: "no-momentum",
        forgot_to_clear: "gradients-accumulate",
        summed: "sum-for-mean",
        as_step_does: "changed-in-place",
        as_step_does_and_returns_nothing: "changed-in-place",
        steps_before_the_velocity: "old-velocity-in-the-step",
        gradient_once: "gradient-frozen",
    },
    "why-apart": {
        compares_where_they_end: "ends-alone",
        climbing_is_a_rate: "uphill-is-a-rate",
        later_is_the_same: "first-step-is-enough",
        longer_or_shorter: "lengths-compared",
        one_word: None,
    },
    "matching-rate": {
        same_minimum_same_rate: "unchanged",
        mean_to_sum_unchanged: None,
        factor_alone: "factor-without-the-rate",
        upside_down: "inverted",
        only_halves: "number-of-samples-forgotten",
        only_means: "half-forgotten",
    },
}
