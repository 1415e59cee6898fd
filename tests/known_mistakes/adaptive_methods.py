import numpy as np


def adagrad_without_memory(w, total, grad, lr, eps):
    g2 = grad * grad
    return w - lr * grad / (g2**0.5 + eps), g2


def adagrad_epsilon_in_root(w, total, grad, lr, eps):
    s = total + grad * grad
    return w - lr / np.sqrt(s + eps) * grad, s


def adagrad_by_the_norm(w, total, grad, lr, eps):
    s = total + grad**2
    return w - lr * grad / (np.linalg.norm(np.sqrt(s)) + eps), s


def adagrad_adds_gradients(w, total, grad, lr, eps):
    s = total + grad
    return w - lr * grad / (s**0.5 + eps), s


def adagrad_in_place(w, total, grad, lr, eps):
    total += grad * grad
    w -= lr * grad / (total**0.5 + eps)
    return w, total


def adagrad_in_place_without_root(w, total, grad, lr, eps):
    total += grad * grad
    return w - lr * grad / (total + eps), total


def adagrad_without_brackets(w, total, grad, lr, eps):
    s = total + grad**2
    return w - lr * grad / np.sqrt(s) + eps, s


def adagrad_step_without_brackets(w, total, grad, lr, eps):
    s = total + grad**2
    step = lr * grad / np.sqrt(s) + eps
    return w - step, s


def adagrad_direction_without_brackets(w, total, grad, lr, eps):
    s = total + grad**2
    direction = grad / s**0.5 + eps
    return w - lr * direction, s


def adagrad_rate_without_brackets(w, total, grad, lr, eps):
    s = total + grad**2
    rate = lr / np.sqrt(s) + eps
    return w - rate * grad, s


def adagrad_without_epsilon(w, total, grad, lr, eps):
    s = total + grad**2
    return w - lr * grad / s**0.5, s


def adagrad_guarded(w, total, grad, lr, eps):
    s = total + grad**2
    root = np.sqrt(s)
    return w - lr * np.divide(grad, root, out=np.zeros_like(root), where=root > 0), s


def adagrad_with_a_floor(w, total, grad, lr, eps):
    s = total + grad**2
    return w - lr * grad / np.maximum(s**0.5, eps), s


def adagrad_with_its_own_epsilon(w, total, grad, lr, eps):
    eps = 1e-8
    s = total + grad**2
    return w - lr * grad / (s**0.5 + eps), s


def adagrad_doubles(w, total, grad, lr, eps):
    s = total + 2 * grad
    return w - lr * grad / (s**0.5 + eps), s


def adagrad_means(w, total, grad, lr, eps):
    s = total + (grad**2).mean()
    return w - lr * grad / (s**0.5 + eps), s


def adagrad_dots(w, total, grad, lr, eps):
    s = total + np.dot(grad, grad)
    return w - lr * grad / (s**0.5 + eps), s


def adagrad_multiplies(w, total, grad, lr, eps):
    s = total + grad**2
    return w - lr * (s**0.5 + eps) * grad, s


def adagrad_undivided(w, total, grad, lr, eps):
    return w - lr * grad, total + grad**2


def adagrad_divides_by_its_size(w, total, grad, lr, eps):
    return w - lr * grad / (abs(grad) + eps), total + grad**2


def adagrad_without_w(w, total, grad, lr, eps):
    s = total + grad**2
    return lr * grad / (s**0.5 + eps), s


def adagrad_only_adds(w, total, grad, lr, eps):
    return w, total + grad**2


def adagrad_never_adds(w, total, grad, lr, eps):
    return w - lr * grad / (total**0.5 + eps), total


def adagrad_as_given(w, total, grad, lr, eps):
    return w, total


def adagrad_returns_in_the_loop(w, total, grad, lr, eps):
    new_w, new_total = list(w), list(total)
    for i in range(len(w)):
        new_total[i] = total[i] + grad[i] ** 2
        new_w[i] = w[i] - lr * grad[i] / (new_total[i] ** 0.5 + eps)
        return np.array(new_w), np.array(new_total)


def adagrad_returns_in_the_loop_over_zeros(w, total, grad, lr, eps):
    new_w, new_total = np.zeros(w.shape), np.zeros(w.shape)
    for i in range(len(w)):
        new_total[i] = total[i] + grad[i] ** 2
        new_w[i] = w[i] - lr * grad[i] / (new_total[i] ** 0.5 + eps)
        return new_w, new_total


def adagrad_cuts(w, total, grad, lr, eps):
    new_w, new_total = np.zeros_like(w), np.zeros_like(total)
    for i in range(len(w)):
        new_total[i] = total[i] + grad[i] ** 2
        new_w[i] = w[i] - lr * grad[i] / (new_total[i] ** 0.5 + eps)
    return new_w, new_total


def adagrad_uphill_without_rate(w, total, grad, lr, eps):
    s = total + grad**2
    return w + grad / (s**0.5 + eps), s


def rmsprop_as_adagrad(w, average, grad, lr, decay, eps):
    average = average + grad**2
    return w - lr * grad / (average**0.5 + eps), average


def rmsprop_weights_exchanged(w, average, grad, lr, decay, eps):
    average = average - decay * (average - grad**2)
    return w - lr * grad / (average**0.5 + eps), average


def rmsprop_without_root(w, average, grad, lr, decay, eps):
    average = average + (1 - decay) * (grad**2 - average)
    return w - lr / (average + eps) * grad, average


def rmsprop_steps_first(w, average, grad, lr, decay, eps):
    new_w = w - lr * grad / (np.sqrt(average) + eps)
    return new_w, average * decay + grad * grad * (1 - decay)


def rmsprop_of_sizes(w, average, grad, lr, decay, eps):
    v = decay * average + (1 - decay) * abs(grad)
    return w - lr * grad / (np.sqrt(v) + eps), v


def rmsprop_squares_the_weight(w, average, grad, lr, decay, eps):
    v = decay * average + np.square((1 - decay) * grad)
    return w - lr * grad / (np.sqrt(v) + eps), v


def rmsprop_squares_the_average(w, average, grad, lr, decay, eps):
    v = (decay * average + (1 - decay) * grad) ** 2
    return w - lr * grad / (np.sqrt(v) + eps), v


def rmsprop_without_brackets(w, average, grad, lr, decay, eps):
    v = decay * average + 1 - decay * grad**2
    return w - lr * grad / (np.sqrt(v) + eps), v


def rmsprop_with_one_weight(w, average, grad, lr, decay, eps):
    v = decay * (average + grad**2)
    return w - lr * grad / (np.sqrt(v) + eps), v


def rmsprop_of_one_gradient(w, average, grad, lr, decay, eps):
    v = grad**2
    return w - lr * grad / (np.sqrt(v) + eps), v


def rmsprop_epsilon_apart(w, average, grad, lr, decay, eps):
    v = decay * average + (1 - decay) * grad**2
    return w - lr * grad / np.sqrt(v) + eps, v


def rmsprop_average_in_place(w, average, grad, lr, decay, eps):
    average[:] = decay * average + (1 - decay) * grad**2
    return w - lr * grad / (np.sqrt(average) + eps), average


def rmsprop_in_place_without_the_old(w, average, grad, lr, decay, eps):
    average *= decay
    average[:] = (1 - decay) * grad**2
    w -= lr * grad / (np.sqrt(average) + eps)
    return w, average


def rmsprop_with_one_rate(w, average, grad, lr, decay, eps):
    v = decay * average + (1 - decay) * grad**2
    return w - lr * grad / (np.linalg.norm(v) + eps), v


def adam_uncorrected(w, m, v, t, grad, lr, beta1, beta2, eps):
    m = m + (1 - beta1) * (grad - m)
    v = v + (1 - beta2) * (grad * grad - v)
    return w - lr * m / (v**0.5 + eps), m, v


def adam_t_from_zero(w, m, v, t, grad, lr, beta1, beta2, eps):
    t = t - 1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adam_folded(w, m, v, t, grad, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    rate = lr * (1 - beta2**t) ** 0.5 / (1 - beta1**t)
    return w - rate * m / (v**0.5 + eps), m, v


def adam_betas_exchanged(w, m, v, t, grad, lr, beta1, beta2, eps):
    m = beta2 * m + (1 - beta2) * grad
    v = beta1 * v + (1 - beta1) * grad**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adam_betas_exchanged_everywhere(w, m, v, t, grad, lr, beta1, beta2, eps):
    beta1, beta2 = beta2, beta1
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adam_with_products(w, m, v, t, grad, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * m / (1 - beta1 * t) / (np.sqrt(v / (1 - beta2 * t)) + eps), m, v


def adam_with_the_power_outside(w, m, v, t, grad, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * m / (1 - beta1) ** t / (np.sqrt(v / (1 - beta2) ** t) + eps), m, v


def adam_in_another_order(w, m, v, t, grad, lr, beta1, beta2, eps):
    v = beta2 * v + (1 - beta2) * grad**2
    m = beta1 * m + (1 - beta1) * grad
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), v, m


def adam_with_a_sum_for_m(w, m, v, t, grad, lr, beta1, beta2, eps):
    m = beta1 * m + grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adam_with_v_from_m(w, m, v, t, grad, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * m * m
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adam_in_place(w, m, v, t, grad, lr, beta1, beta2, eps):
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad**2
    w -= lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w, m, v


def adam_copied_line(w, m, v, t, grad, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta1 * v + (1 - beta1) * grad**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adam_copied_correction(w, m, v, t, grad, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    c = 1 - beta1**t
    return w - lr * (m / c) / ((v / c) ** 0.5 + eps), m, v


def adam_corrects_the_root(w, m, v, t, grad, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v) / (1 - beta2**t) + eps), m, v


def adam_keeps_the_old(w, m, v, t, grad, lr, beta1, beta2, eps):
    new_m = beta1 * m + (1 - beta1) * grad
    new_v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * new_m / (1 - beta1**t) / (np.sqrt(new_v / (1 - beta2**t)) + eps), m, v


def adam_epsilon_apart(w, m, v, t, grad, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * (m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adam_with_usual_betas(w, m, v, t, grad, lr, beta1, beta2, eps):
    return adam_with(w, m, v, t, grad, lr, 0.9, 0.999, eps)


def adam_with(w, m, v, t, grad, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adam_twice(w, m, v, t, grad, lr, beta1, beta2, eps):
    w, m, v = adam_with(w, m, v, t, grad, lr, beta1, beta2, eps)
    return adam_with(w, m, v, t, grad, lr, beta1, beta2, eps)


def _step(m, v, t, grad, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adamw_decay_unscaled(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    u, m, v = _step(m, v, t, grad, beta1, beta2, eps)
    return w * (1 - weight_decay) - lr * u, m, v


def adamw_shrinks_afterwards(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    u, m, v = _step(m, v, t, grad, beta1, beta2, eps)
    w = w - lr * u
    return w - lr * weight_decay * w, m, v


def adamw_shrinks_in_place(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    w *= 1 - lr * weight_decay
    u, m, v = _step(m, v, t, grad, beta1, beta2, eps)
    return w - lr * u, m, v


def adamw_uncorrected(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    _, m, v = _step(m, v, t, grad, beta1, beta2, eps)
    return w - lr * (m / (v**0.5 + eps) + weight_decay * w), m, v


def adamw_takes_a_constant(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    u, m, v = _step(m, v, t, grad, beta1, beta2, eps)
    return w - lr * (u + weight_decay), m, v


def adamw_in_another_order(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    u, m, v = _step(m, v, t, grad, beta1, beta2, eps)
    return w - lr * (u + weight_decay * w), v, m


def adamw_with_a_two(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    u, m, v = _step(m, v, t, grad, beta1, beta2, eps)
    return w - lr * (u + 2 * weight_decay * w), m, v


def adamw_of_the_square(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    u, m, v = _step(m, v, t, grad, beta1, beta2, eps)
    return w - lr * u - lr * weight_decay * w * w, m, v


def adamw_shrinks_the_step(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    u, m, v = _step(m, v, t, grad, beta1, beta2, eps)
    return w - (1 - lr * weight_decay) * lr * u, m, v


def adamw_of_the_gradient(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    u, m, v = _step(m, v, t, grad, beta1, beta2, eps)
    return w - lr * (u + weight_decay * grad), m, v


def adamw_without_a_step(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    _, m, v = _step(m, v, t, grad, beta1, beta2, eps)
    return w * (1 - lr * weight_decay), m, v


def adamw_keeps_the_part(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    u, m, v = _step(m, v, t, grad, beta1, beta2, eps)
    return weight_decay * w - lr * u, m, v


def adamw_with_l2_in_m(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    _, m, v = _step(m, v, t, grad, beta1, beta2, eps)
    m = m + (1 - beta1) * weight_decay * w
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


def adamw_with_products(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    w, m, v = w - lr * weight_decay * w, beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2
    return w - lr * m / (1 - beta1 * t) / (np.sqrt(v / (1 - beta2 * t)) + eps), m, v


def adamw_shrinks_the_gradient_too(w, m, v, t, grad, lr, beta1, beta2, eps, weight_decay):
    shrink = 1 - lr * weight_decay
    u, m, v = _step(m, v, t, grad * shrink, beta1, beta2, eps)
    return w * shrink - lr * u, m, v


KNOWN = {
    "adagrad-step": {
        adagrad_without_memory: "forgets",
        adagrad_epsilon_in_root: "eps-inside-the-root",
        adagrad_by_the_norm: "one-scale-for-all",
        adagrad_adds_gradients: "square-forgotten",
        adagrad_in_place: "changed-in-place",
        adagrad_in_place_without_root: "changed-in-place",
        adagrad_without_brackets: "eps-outside-the-fraction",
        adagrad_step_without_brackets: "eps-subtracted",
        adagrad_direction_without_brackets: "eps-times-the-rate",
        adagrad_rate_without_brackets: "eps-added-to-the-rate",
        adagrad_without_epsilon: "eps-forgotten",
        adagrad_guarded: "eps-replaced-by-a-guard",
        adagrad_with_a_floor: "eps-as-a-floor",
        adagrad_with_its_own_epsilon: "eps-fixed",
        adagrad_doubles: "doubled-instead-of-squared",
        adagrad_means: "mean-for-all",
        adagrad_dots: "scalar-product",
        adagrad_multiplies: "multiplied-by-the-root",
        adagrad_undivided: "not-divided",
        adagrad_divides_by_its_size: "divided-by-the-newest",
        adagrad_without_w: "step-returned",
        adagrad_only_adds: "w-unchanged",
        adagrad_never_adds: "total-not-updated",
        adagrad_as_given: "nothing-changed",
        adagrad_returns_in_the_loop: "first-entry-only",
        adagrad_returns_in_the_loop_over_zeros: "first-entry-beside-zeros",
        adagrad_cuts: "decimals-cut-off",
        adagrad_uphill_without_rate: None,
    },
    "rmsprop-step": {
        rmsprop_as_adagrad: "never-forgets",
        rmsprop_weights_exchanged: "decay-swapped",
        rmsprop_without_root: "root-forgotten",
        rmsprop_steps_first: "old-average-used",
        rmsprop_of_sizes: "sizes-instead-of-squares",
        rmsprop_squares_the_weight: "weight-squared",
        rmsprop_squares_the_average: "average-squared",
        rmsprop_without_brackets: "weight-without-brackets",
        rmsprop_with_one_weight: "decay-on-both",
        rmsprop_of_one_gradient: "only-the-newest",
        rmsprop_epsilon_apart: "eps-outside-the-fraction",
        rmsprop_average_in_place: "changed-in-place",
        rmsprop_in_place_without_the_old: "changed-in-place",
        rmsprop_with_one_rate: "norm-for-all",
    },
    "adam-step": {
        adam_uncorrected: "no-bias-correction",
        adam_t_from_zero: "t-counted-from-zero",
        adam_folded: "folded-without-eps",
        adam_betas_exchanged: "betas-swapped",
        adam_betas_exchanged_everywhere: "betas-swapped-everywhere",
        adam_with_products: "times-instead-of-power",
        adam_with_the_power_outside: "power-of-the-difference",
        adam_in_another_order: "v-before-m",
        adam_with_a_sum_for_m: "new-part-of-m-not-weighted",
        adam_with_v_from_m: "v-averages-m",
        adam_in_place: "changed-in-place",
        adam_copied_line: "v-averaged-with-beta1",
        adam_copied_correction: "both-corrected-with-beta1",
        adam_corrects_the_root: "corrected-after-the-root",
        adam_keeps_the_old: "old-moments-returned",
        adam_epsilon_apart: "eps-times-the-rate",
        adam_with_usual_betas: "betas-fixed",
        adam_twice: None,
    },
    "adamw-step": {
        adamw_decay_unscaled: "decay-without-lr",
        adamw_shrinks_afterwards: "decay-on-the-stepped-w",
        adamw_shrinks_in_place: "changed-in-place",
        adamw_uncorrected: "no-bias-correction",
        adamw_takes_a_constant: "decay-without-w",
        adamw_in_another_order: "v-before-m",
        adamw_with_a_two: "decay-doubled",
        adamw_of_the_square: "decay-of-the-square",
        adamw_shrinks_the_step: "step-shrunk",
        adamw_of_the_gradient: "decay-of-the-gradient",
        adamw_without_a_step: "only-the-decay",
        adamw_keeps_the_part: "kept-part-alone",
        adamw_with_l2_in_m: "l2-inside-m",
        adamw_with_products: "times-instead-of-power",
        adamw_shrinks_the_gradient_too: None,
    },
}
