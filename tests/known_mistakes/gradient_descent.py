import numpy as np


def uphill_step(w, grad, lr):
    return w + lr * grad


def step_in_place(w, grad, lr):
    w -= lr * grad
    return w


def forgotten_return(w, grad, lr):
    w = w - lr * grad


def descent_with_one_gradient(grad, w0, lr, steps):
    g = grad(w0)
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - lr * g)
    return np.array(path)


def descent_coordinate_by_coordinate(grad, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        w = np.array(path[-1])
        for i in range(w.size):
            w[i] = w[i] - lr * grad(w)[i]
        path.append(w)
    return np.array(path)


def every_entry_small(grad, tolerance):
    return bool(max(abs(grad)) < tolerance)


def signs_ignored(grad, tolerance):
    return all(g < tolerance for g in grad)


def square_compared(grad, tolerance):
    return sum(grad**2) < tolerance


KNOWN = {
    "gradient-step": {
        uphill_step: "wrong-sign",
        step_in_place: "changed-in-place",
        forgotten_return: "missing-return",
    },
    "gradient-descent": {
        descent_with_one_gradient: "gradient-frozen",
        descent_coordinate_by_coordinate: "one-after-another",
    },
    "stopping-rule": {
        every_entry_small: "largest-entry",
        signs_ignored: "sign-forgotten",
        square_compared: "squared-norm",
    },
}
