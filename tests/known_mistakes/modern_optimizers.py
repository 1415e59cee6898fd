import math

import numpy as np


def newton_by_division(w, grad, hessian):
    return w - grad / hessian


def newton_with_a_power(w, grad, hessian):
    return w - hessian**-1 @ grad


def newton_with_the_diagonal(w, grad, hessian):
    return np.array([w[i] - grad[i] / hessian[i, i] for i in range(len(w))])


def newton_uphill(w, grad, hessian):
    return w + np.linalg.inv(hessian) @ grad


def newton_times_the_inverse(w, grad, hessian):
    return w - np.linalg.inv(hessian) * grad


def newton_without_solving(w, grad, hessian):
    return w - np.dot(hessian, grad)


def newton_by_the_largest_curvature(w, grad, hessian):
    L = np.max(np.abs(np.linalg.eigvalsh(hessian)))
    return w - grad / L


def newton_on_a_line(w, grad, hessian):
    curvature = grad @ hessian @ grad / (grad @ grad)
    return w - grad / curvature


def newton_with_a_rate(w, grad, hessian, lr=0.5):
    return w - lr * np.linalg.solve(hessian, grad)


def newton_step_alone(w, grad, hessian):
    return np.linalg.solve(hessian, -grad)


def newton_that_fears_saddles(w, grad, hessian):
    if np.any(np.linalg.eigvalsh(hessian) <= 0):
        return w
    return w - np.linalg.solve(hessian, grad)


def newton_that_always_descends(w, grad, hessian):
    values, vectors = np.linalg.eigh(hessian)
    positive = vectors @ np.diag(np.abs(values)) @ vectors.T
    return w - np.linalg.solve(positive, grad)


def newton_in_place(w, grad, hessian):
    w -= np.linalg.solve(hessian, grad)
    return w


def newton_into_a_copy(w, grad, hessian):
    new = w.copy()
    step = np.linalg.solve(hessian, grad)
    for i in range(len(w)):
        new[i] = w[i] - step[i]
    return new


def newton_the_other_way_round(w, grad, hessian):
    return w - np.linalg.solve(grad, hessian)


def newton_by_least_squares(w, grad, hessian):
    return w - np.linalg.lstsq(hessian, grad, rcond=None)[0]


def newton_by_the_inverse(w, grad, hessian):
    return w - np.matmul(np.linalg.inv(hessian), grad)


def newton_by_eigenvectors(w, grad, hessian):
    new = np.array(w, dtype=float)
    values, axes = np.linalg.eigh(hessian)
    for value, axis in zip(values, axes.T, strict=True):
        new = new - axis * (axis @ grad) / value
    return new


def newton_by_columns(w, grad, hessian):
    return (w.reshape(-1, 1) - np.linalg.solve(hessian, grad.reshape(-1, 1))).ravel()


def steepest_uphill(grad, norm):
    if norm == "l1":
        d = np.zeros_like(grad)
        i = np.argmax(abs(grad))
        d[i] = np.sign(grad[i])
        return d
    return grad / np.linalg.norm(grad) if norm == "l2" else np.sign(grad)


def steepest_with_the_names_exchanged(grad, norm):
    if norm == "l1":
        return -np.sign(grad)
    if norm == "l2":
        return -grad / np.linalg.norm(grad)
    return -np.sign(grad) * (abs(grad) == max(abs(grad)))


def steepest_by_scaling(grad, norm):
    order = {"l1": 1, "l2": 2, "linf": np.inf}[norm]
    return -grad / np.linalg.norm(grad, ord=order)


def steepest_one_entry(grad, norm, entry=lambda grad, i: -np.sign(grad[i]), place=lambda grad: np.argmax(abs(grad))):
    if norm == "l1":
        d, i = np.zeros(len(grad)), place(grad)
        d[i] = entry(grad, i)
        return d
    return -grad / np.sqrt((grad**2).sum()) if norm == "l2" else -grad / abs(grad)


def steepest_with_a_signed_largest(grad, norm):
    return steepest_one_entry(grad, norm, place=np.argmax)


def steepest_with_minus_one(grad, norm):
    return steepest_one_entry(grad, norm, entry=lambda grad, i: -1)


def steepest_with_the_slope(grad, norm):
    return steepest_one_entry(grad, norm, entry=lambda grad, i: -grad[i])


def steepest_at_the_flattest(grad, norm):
    return steepest_one_entry(grad, norm, place=lambda grad: np.argsort(abs(grad))[0])


def steepest_by_the_squared_length(grad, norm):
    return -grad / np.dot(grad, grad) if norm == "l2" else steepest_one_entry(grad, norm)


def steepest_with_a_share_for_all(grad, norm):
    return -np.sign(grad) / len(grad) if norm == "l1" else steepest_one_entry(grad, norm)


def steepest_corner_of_length_one(grad, norm):
    if norm == "linf":
        d = -np.sign(grad)
        return d / np.linalg.norm(d)
    return steepest_one_entry(grad, norm)


def steepest_unscaled(grad, norm):
    return -grad if norm == "l2" else steepest_one_entry(grad, norm)


def steepest_square_by_scaling(grad, norm):
    return -grad / np.max(np.abs(grad)) if norm == "linf" else steepest_one_entry(grad, norm)


def steepest_gain(grad, norm):
    return {"l1": max(abs(grad)), "l2": np.linalg.norm(grad), "linf": sum(abs(grad))}[norm]


def steepest_asks_in_the_wrong_words(grad, norm):
    if norm == "1":
        return steepest_one_entry(grad, "l1")
    if norm == "2":
        return steepest_one_entry(grad, "l2")
    return steepest_one_entry(grad, "linf")


def steepest_for_two_norms(grad, norm):
    if norm != "l1":
        return steepest_one_entry(grad, norm)


def steepest_in_a_loop(grad, norm):
    if norm == "l1":
        best = 0
        for i in range(len(grad)):
            if abs(grad[i]) > abs(grad[best]):
                best = i
        return np.array([0.0 if i != best else -math.copysign(1, grad[i]) for i in range(len(grad))])
    if norm == "linf":
        return np.array([-1.0 if g > 0 else 1.0 for g in grad])
    return -grad / math.sqrt(sum(g * g for g in grad))


def steepest_among_the_corners(grad, norm):
    corners = np.vstack([np.eye(len(grad)), -np.eye(len(grad))])
    if norm == "l1":
        return corners[np.argmin(corners @ grad)]
    return -grad / np.linalg.norm(grad) if norm == "l2" else np.where(grad < 0, 1, -1)


def steepest_by_a_table(grad, norm):
    sizes = np.abs(grad)
    steps = {
        "l1": -np.sign(grad) * (sizes >= sizes.max()),
        "l2": -grad / np.sum(grad**2) ** 0.5,
        "linf": -grad / sizes,
    }
    return steps[norm]


def _rounds(X, steps, a=3.4445, b=-4.7750, c=2.0315):
    for _ in range(steps):
        A = X @ X.T
        X = a * X + (b * A + c * (A @ A)) @ X
    return X


def orthogonalise_by_the_largest_value(G, steps):
    return _rounds(G / np.linalg.norm(G, ord=2), steps)


def orthogonalise_by_the_largest_entry(G, steps):
    return _rounds(G / abs(G).max(), steps)


def orthogonalise_by_columns(G, steps):
    return _rounds(G / np.linalg.norm(G, axis=0), steps)


def orthogonalise_without_the_root(G, steps):
    return _rounds(G / (G * G).sum(), steps)


def orthogonalise_at_the_end(G, steps):
    X = _rounds(G, steps)
    return X / np.linalg.norm(X)


def orthogonalise_again_and_again(G, steps):
    X = G
    for _ in range(steps):
        X = _rounds(X / np.linalg.norm(X), 1)
    return X


def orthogonalise_with_exchanged_coefficients(G, steps):
    return _rounds(G / np.linalg.norm(G), steps, b=2.0315, c=-4.7750)


def orthogonalise_squares_entries(G, steps):
    X = G / np.linalg.norm(G)
    for _ in range(steps):
        A = X @ X.T
        X = 3.4445 * X + (-4.7750 * A + 2.0315 * A**2) @ X
    return X


def orthogonalise_from_one(G, steps):
    X = G / np.linalg.norm(G)
    for _ in range(1, steps):
        X = _rounds(X, 1)
    return X


def orthogonalise_returns_in_the_loop(G, steps):
    X = G / np.linalg.norm(G)
    for _ in range(steps):
        return _rounds(X, 1)


def orthogonalise_by_decomposition(G, steps):
    u, s, v = np.linalg.svd(G, full_matrices=False)
    return u @ np.diag(np.ones(len(s))) @ v


def orthogonalise_leaves_it_turned(G, steps):
    X = G / np.linalg.norm(G)
    if X.shape[0] > X.shape[1]:
        X = X.T
    return _rounds(X, steps)


def orthogonalise_on_the_other_side(G, steps):
    X = G / np.linalg.norm(G)
    for _ in range(steps):
        A = X.T @ X
        X = 3.4445 * X + (-4.7750 * A + 2.0315 * A @ A) @ X
    return X


def orthogonalise_in_place(G, steps):
    G /= np.linalg.norm(G)
    return _rounds(G, steps)


def orthogonalise_scales_back(G, steps):
    length = np.linalg.norm(G)
    return length * _rounds(G / length, steps)


def orthogonalise_turned_and_back(G, steps):
    X = G.T if G.shape[0] > G.shape[1] else G
    X = _rounds(X / np.sqrt(np.trace(np.matmul(X, X.T))), steps)
    return X.T if G.shape[0] > G.shape[1] else X


def orthogonalise_by_singular_values(G, steps):
    u, s, v = np.linalg.svd(G, full_matrices=False)
    s = s / np.sqrt((s**2).sum())
    for _ in range(steps):
        s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
    return (u * s) @ v


def orthogonalise_with_the_authors_guard(G, steps):
    return _rounds(G / (np.linalg.norm(G) + 1e-7), steps)


def orthogonalise_by_gram_on_the_right(G, steps):
    X = G / np.sqrt(np.sum(G**2))
    for _ in range(steps):
        A = X.T @ X
        X = X @ (3.4445 * np.eye(len(A)) - 4.7750 * A + 2.0315 * np.linalg.matrix_power(A, 2))
    return X


def paired_of_differences(d, quantile, ddof=1):
    half = quantile * d.std(ddof=ddof) / math.sqrt(len(d))
    return d.mean() - half, d.mean() + half


def paired_with_n(a, b, quantile):
    return paired_of_differences(a - b, quantile, ddof=0)


def paired_the_other_way(a, b, quantile):
    return paired_of_differences(b - a, quantile)


def paired_of_sizes(a, b, quantile):
    return paired_of_differences(abs(a - b), quantile)


def paired_with_the_normal_quantile(a, b, quantile):
    return paired_of_differences(a - b, 1.96)


def paired_of_single_runs(a, b, quantile):
    d = a - b
    return d.mean() - quantile * d.std(ddof=1), d.mean() + quantile * d.std(ddof=1)


def paired_by_n(a, b, quantile):
    d = a - b
    half = quantile * np.std(d, ddof=1) / len(d)
    return np.mean(d) - half, np.mean(d) + half


def paired_mean_and_half(a, b, quantile):
    low, high = paired_of_differences(a - b, quantile)
    return (low + high) / 2, (high - low) / 2


def paired_upper_first(a, b, quantile):
    low, high = paired_of_differences(a - b, quantile)
    return high, low


def paired_of_two_intervals(a, b, quantile):
    low_a, high_a = paired_of_differences(a, quantile)
    low_b, high_b = paired_of_differences(b, quantile)
    return low_a - high_b, high_a - low_b


def paired_end_from_end(a, b, quantile):
    low_a, high_a = paired_of_differences(a, quantile)
    low_b, high_b = paired_of_differences(b, quantile)
    return low_a - low_b, high_a - high_b


def paired_after_sorting(a, b, quantile):
    return paired_of_differences(np.array(sorted(a)) - np.array(sorted(b)), quantile)


def paired_with_half_a_covariance(a, b, quantile):
    C = np.cov(a, b)
    half = quantile * np.sqrt((C[0, 0] + C[1, 1] - C[0, 1]) / len(a))
    return a.mean() - b.mean() - half, a.mean() - b.mean() + half


def paired_of_all_results(a, b, quantile):
    half = quantile * np.std(np.append(a, b), ddof=1) / np.sqrt(len(a) + len(b))
    return np.mean(a) - np.mean(b) - half, np.mean(a) - np.mean(b) + half


def paired_range(a, b, quantile):
    return min(a - b), max(a - b)


def paired_without_a_quantile(a, b, quantile):
    return paired_of_differences(a - b, 1)


def paired_by_covariance(a, b, quantile):
    C = np.cov(a, b)
    half = quantile * np.sqrt((C[0, 0] + C[1, 1] - 2 * C[0, 1]) / len(a))
    return np.array([np.mean(a) - np.mean(b) - half, np.mean(a) - np.mean(b) + half])


def paired_as_a_list(a, b, quantile):
    d = [one - other for one, other in zip(a, b, strict=True)]
    n = len(d)
    mean = sum(d) / n
    s = math.sqrt(sum((value - mean) ** 2 for value in d) / (n - 1))
    return [mean - quantile * s / n**0.5, mean + quantile * s / n**0.5]


def paired_by_signs(a, b, quantile):
    d = a - b
    return tuple(d.mean() + np.array([-1, 1]) * quantile * np.sqrt(d.var(ddof=1) / d.size))


def free_from(z_from="z", at="y", weight="t"):
    """A step that goes on from one point, with the gradient at another, and with a weight of the newest."""

    def step(x, z, t, grad, lr, beta):
        points = {"x": x, "z": z, "y": beta * x + (1 - beta) * z, "swapped": beta * z + (1 - beta) * x}
        new = points[z_from] - lr * grad(points[at])
        part = {"t": 1 / t, "t + 1": 1 / (t + 1), "all": 1, "half": 0.5, "beta": 1 - beta}[weight]
        return x + part * (new - x), new

    return step


def free_at_x(x, z, t, grad, lr, beta):
    return free_from(at="x")(x, z, t, grad, lr, beta)


def free_at_z(x, z, t, grad, lr, beta):
    return free_from(at="z")(x, z, t, grad, lr, beta)


def free_with_swapped_weights(x, z, t, grad, lr, beta):
    return free_from(at="swapped")(x, z, t, grad, lr, beta)


def free_from_y(x, z, t, grad, lr, beta):
    return free_from(z_from="y")(x, z, t, grad, lr, beta)


def free_as_in_the_paper(x, z, t, grad, lr, beta):
    return free_from(weight="t + 1")(x, z, t, grad, lr, beta)


def free_without_memory(x, z, t, grad, lr, beta):
    return free_from(weight="all")(x, z, t, grad, lr, beta)


def free_half_and_half(x, z, t, grad, lr, beta):
    return free_from(weight="half")(x, z, t, grad, lr, beta)


def free_with_a_moving_average(x, z, t, grad, lr, beta):
    return free_from(weight="beta")(x, z, t, grad, lr, beta)


def free_in_another_order(x, z, t, grad, lr, beta):
    return free_from()(x, z, t, grad, lr, beta)[::-1]


def free_keeps_the_old_z(x, z, t, grad, lr, beta):
    return free_from()(x, z, t, grad, lr, beta)[0], z


def free_with_both_repaired(x, z, t, grad, lr, beta):
    y = (1 - beta) * z + beta * x
    new_x = x + (z - x) / (t + 1)
    return new_x, z - lr * grad(y)


def free_with_x_first(x, z, t, grad, lr, beta):
    x = x + (z - x) / t
    y = (1 - beta) * z + beta * x
    z = z - lr * grad(y)
    return x, z


def free_averages_y(x, z, t, grad, lr, beta):
    y = (1 - beta) * z + beta * x
    return (1 - 1 / t) * x + y / t, z - lr * grad(y)


def free_adds_a_part(x, z, t, grad, lr, beta):
    z = z - lr * grad((1 - beta) * z + beta * x)
    return x + 1 / t * z, z


def free_in_place(x, z, t, grad, lr, beta):
    z -= lr * grad((1 - beta) * z + beta * x)
    x += (z - x) / t
    return x, z


def free_by_the_sum(x, z, t, grad, lr, beta):
    new = z - lr * grad(z + beta * (x - z))
    return ((t - 1) * x + new) / t, new


def free_by_weights(x, z, t, grad, lr, beta):
    c = 1 / t
    z = np.subtract(z, np.multiply(lr, grad(np.average([z, x], axis=0, weights=[1 - beta, beta]))))
    return [(1 - c) * x + c * z, z]


def free_in_one_array(x, z, t, grad, lr, beta):
    y = x + (1 - beta) * (z - x)
    z = z - grad(y) * lr
    return np.stack([x - (x - z) / t, z])


KNOWN = {
    "newton-step": {
        newton_by_division: "divided-by-the-matrix",
        newton_with_a_power: "inverse-of-each-number",
        newton_with_the_diagonal: "diagonal-only",
        newton_uphill: "wrong-sign",
        newton_times_the_inverse: "inverse-times-each-entry",
        newton_without_solving: "multiplied",
        newton_by_the_largest_curvature: "one-rate-for-all",
        newton_on_a_line: "along-the-gradient",
        newton_with_a_rate: "halved",
        newton_step_alone: "step-returned-with-minus",
        newton_that_fears_saddles: "stays-at-negative-curvature",
        newton_that_always_descends: "curvatures-made-positive",
        newton_in_place: "changed-in-place",
        newton_into_a_copy: "decimals-cut-off",
        newton_the_other_way_round: "raised",
    },
    "steepest-direction": {
        steepest_uphill: "uphill",
        steepest_with_the_names_exchanged: "swapped",
        steepest_by_scaling: "scaled-gradient",
        steepest_with_a_signed_largest: "largest-with-its-sign",
        steepest_with_minus_one: "always-minus-one",
        steepest_with_the_slope: "entry-not-scaled-in-l1",
        steepest_at_the_flattest: "smallest-entry",
        steepest_by_the_squared_length: "squared-length",
        steepest_with_a_share_for_all: "l1-spread",
        steepest_corner_of_length_one: "linf-divided-by-its-length",
        steepest_unscaled: "not-normalised",
        steepest_square_by_scaling: "scaled-gradient-in-linf",
        steepest_gain: "what-it-gains",
        steepest_asks_in_the_wrong_words: "linf-for-all",
        steepest_for_two_norms: "missing-return",
    },
    "orthogonalise": {
        orthogonalise_by_the_largest_value: "spectral-norm",
        orthogonalise_by_the_largest_entry: "largest-entry",
        orthogonalise_by_columns: "each-column-scaled",
        orthogonalise_without_the_root: "squared-norm",
        orthogonalise_at_the_end: "scaled-at-the-end",
        orthogonalise_again_and_again: "scaled-in-each-round",
        orthogonalise_with_exchanged_coefficients: "b-and-c-swapped",
        orthogonalise_squares_entries: "squared-entry-by-entry",
        orthogonalise_from_one: "one-round-short",
        orthogonalise_returns_in_the_loop: "one-round",
        orthogonalise_by_decomposition: "exact",
        orthogonalise_leaves_it_turned: "stays-turned",
        orthogonalise_on_the_other_side: "a-of-the-columns",
        orthogonalise_in_place: "changed-in-place",
        orthogonalise_scales_back: "scaled-back",
    },
    "paired-interval": {
        paired_with_n: "ddof-forgotten",
        paired_the_other_way: "b-minus-a",
        paired_of_sizes: "sizes-of-the-differences",
        paired_with_the_normal_quantile: "normal-quantile",
        paired_of_single_runs: "not-divided",
        paired_by_n: "root-forgotten",
        paired_mean_and_half: "mean-and-half",
        paired_upper_first: "high-first",
        paired_of_two_intervals: "spreads-added",
        paired_end_from_end: "spreads-subtracted",
        paired_after_sorting: "sorted-first",
        paired_with_half_a_covariance: "covariance-once",
        paired_of_all_results: "both-as-one-sample",
        paired_range: "least-and-largest",
        paired_without_a_quantile: "quantile-forgotten",
    },
    "schedule-free-step": {
        free_at_x: "gradient-at-x",
        free_at_z: "gradient-at-z",
        free_with_swapped_weights: "weights-swapped",
        free_from_y: "step-from-y",
        free_as_in_the_paper: "start-counted",
        free_without_memory: "no-mean",
        free_half_and_half: "mean-of-two",
        free_with_a_moving_average: "beta-mean",
        free_in_another_order: "order-swapped",
        free_keeps_the_old_z: "old-z-returned",
        free_with_both_repaired: "start-counted-old-z",
        free_with_x_first: "gradient-at-the-new-x",
        free_averages_y: "y-averaged",
        free_adds_a_part: "sum",
        free_in_place: "changed-in-place",
    },
}

# Right answers in other forms.
RIGHT = {
    "newton-step": [newton_by_least_squares, newton_by_the_inverse, newton_by_eigenvectors, newton_by_columns],
    "steepest-direction": [steepest_one_entry, steepest_in_a_loop, steepest_among_the_corners, steepest_by_a_table],
    "orthogonalise": [
        orthogonalise_turned_and_back,
        orthogonalise_by_singular_values,
        orthogonalise_with_the_authors_guard,
        orthogonalise_by_gram_on_the_right,
    ],
    "paired-interval": [paired_by_covariance, paired_as_a_list, paired_by_signs],
    "schedule-free-step": [free_by_the_sum, free_by_weights, free_in_one_array],
}
