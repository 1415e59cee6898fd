import numpy as np


def uphill_step(w, grad, lr):
    return w + lr * grad


def step_in_place(w, grad, lr):
    w -= lr * grad
    return w


def forgotten_return(w, grad, lr):
    w = w - lr * grad


def nothing(w, grad, lr):
    pass


def printed_step(w, grad, lr):
    print(w - lr * grad)


def brackets(w, grad, lr):
    return (w - lr) * grad


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


def descent_in_place(grad, w0, lr, steps):
    path = [w0]
    w = w0
    for _ in range(steps):
        w -= lr * grad(w)
        path.append(w)
    return np.array(path)


def return_in_the_loop(grad, w0, lr, steps):
    path, w = [w0], w0
    for _ in range(steps):
        w = w - lr * grad(w)
        path.append(w)
        return np.array(path)


def stops_when_level(grad, w0, lr, steps):
    path = [w0]
    for _ in range(steps):
        g = grad(path[-1])
        if np.linalg.norm(g) < 1e-6:
            break
        path.append(path[-1] - lr * g)
    return np.array(path)


def equal_to_the_tolerance(grad, tolerance):
    return np.linalg.norm(grad) == tolerance


def never(grad, tolerance):
    return False


def mean_size(grad, tolerance):
    return np.mean(np.abs(grad)) < tolerance


def second_entry(grad, tolerance):
    return grad[-1] < tolerance


def at_most(grad, tolerance):
    return np.linalg.norm(grad) <= tolerance


def one_or_zero(grad, tolerance):
    return 1 if np.linalg.norm(grad) < tolerance else 0


def every_entry_small(grad, tolerance):
    return bool(max(abs(grad)) < tolerance)


def signs_ignored(grad, tolerance):
    return all(g < tolerance for g in grad)


def square_compared(grad, tolerance):
    return sum(grad**2) < tolerance


def every_stop_a_minimum(grad, curvatures, tolerance):
    return "minimum" if np.linalg.norm(grad) < tolerance else "not yet"


def saddle_for_all_the_rest(grad, curvatures, tolerance):
    if np.linalg.norm(grad) >= tolerance:
        return "not yet"
    if min(curvatures) > 0:
        return "minimum"
    return "maximum" if max(curvatures) < 0 else "saddle"


def determinant(grad, curvatures, tolerance):
    if np.sqrt(np.sum(grad**2)) >= tolerance:
        return "not yet"
    if np.prod(curvatures) > 0:
        return "minimum"
    if np.all(curvatures < 0):
        return "maximum"
    return "saddle" if curvatures.min() < 0 < curvatures.max() else "undecided"


KNOWN = {
    "gradient-step": {
        uphill_step: "wrong-sign",
        step_in_place: "changed-in-place",
        forgotten_return: "missing-return",
        nothing: "missing-return",
        printed_step: "missing-return",
        brackets: "brackets-misplaced",
    },
    "gradient-descent": {
        descent_with_one_gradient: "gradient-frozen",
        descent_coordinate_by_coordinate: "one-after-another",
        descent_in_place: "one-array-for-all",
        return_in_the_loop: "returned-after-one-step",
        stops_when_level: "stops-early",
    },
    "stopping-rule": {
        every_entry_small: "largest-entry",
        signs_ignored: "sign-forgotten",
        square_compared: "squared-norm",
        mean_size: "mean-of-sizes",
        at_most: "equality-counts",
        equal_to_the_tolerance: None,
        never: None,
        second_entry: None,
        one_or_zero: "wrong-type",
    },
    "kind-of-stop": {
        every_stop_a_minimum: "every-stop-a-minimum",
        saddle_for_all_the_rest: "undecided-forgotten",
        determinant: "sign-of-the-product",
    },
}
