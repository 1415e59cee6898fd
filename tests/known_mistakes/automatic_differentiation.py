import numpy as np


def own_factor(a, b, out_grad):
    da = a * out_grad
    db = b * out_grad
    return da, db


def nothing_from_behind(a, b, out_grad):
    return b, a


def like_a_sum(a, b, out_grad):
    return out_grad, out_grad


def set_and_not_added(inputs):
    grads = [0.0] * len(inputs)
    grads[-1] = 1.0
    for k in range(len(inputs) - 1, -1, -1):
        for i, slope in inputs[k]:
            grads[i] = grads[k] * slope
    return np.array(grads)


def from_the_front(inputs):
    grads = np.zeros(len(inputs))
    grads[-1] = 1.0
    for k, pairs in enumerate(inputs):
        for i, slope in pairs:
            grads[i] += grads[k] * slope
    return grads


def without_a_seed(inputs):
    grads = np.zeros(len(inputs))
    for k in reversed(range(len(inputs))):
        for i, slope in inputs[k]:
            grads[i] += grads[k] * slope
    return grads


def only_first_forgotten(a, b, out_grad):
    return b, a * out_grad


def both_with_a(a, b, out_grad):
    return a * out_grad, a * out_grad


def value_in_both(a, b, out_grad):
    out = a * b
    return out, out


def factors_themselves(a, b, out_grad):
    return [a, b]


def adds_it_here(a, b, out_grad):
    a = a + b * out_grad
    return a, a * out_grad


def forward_again(a, b, out_grad):
    return a * b


def return_after_the_last(inputs):
    grads = np.zeros(len(inputs))
    grads[-1] = 1
    for k in range(len(inputs) - 1, -1, -1):
        for i, slope in inputs[k]:
            grads[i] += slope * grads[k]
        return grads


def only_last_operation(inputs):
    grads = np.zeros(len(inputs))
    grads[-1] = 1
    for i, slope in inputs[-1]:
        grads[i] += slope
    return grads


def empties_its_argument(inputs):
    grads = np.zeros(len(inputs))
    grads[-1] = 1
    for k in reversed(range(len(inputs))):
        while inputs[k]:
            i, slope = inputs[k].pop()
            grads[i] += slope * grads[k]
    return grads


def whole_grads(inputs):
    grads = np.array([0] * len(inputs))
    grads[-1] = 1
    for k in reversed(range(len(inputs))):
        for i, slope in inputs[k]:
            grads[i] += slope * grads[k]
    return grads


def counts_paths(inputs):
    grads = np.zeros(len(inputs))
    grads[-1] = 1
    for k in reversed(range(len(inputs))):
        for i, _ in inputs[k]:
            grads[i] += grads[k]
    return grads


def index_of_the_reversed(inputs):
    grads = np.zeros(len(inputs))
    grads[-1] = 1
    for k, pairs in enumerate(reversed(inputs)):
        for i, slope in pairs:
            grads[i] += slope * grads[k]
    return grads


def seeds_the_first(inputs):
    grads = np.zeros(len(inputs))
    grads[0] = 1
    for k in range(len(inputs)):
        for i, slope in inputs[k]:
            grads[k] += slope * grads[i]
    return grads


KNOWN = {
    "backward-multiply": {
        own_factor: "swapped",
        nothing_from_behind: "out-grad-forgotten",
        like_a_sum: "as-for-a-sum",
        only_first_forgotten: "first-out-grad-forgotten",
        both_with_a: "first-factor-in-both",
        value_in_both: "product-in-both",
        factors_themselves: "swapped-and-out-grad-forgotten",
        adds_it_here: None,
        forward_again: "product",
    },
    "backward-pass": {
        set_and_not_added: "overwritten",
        from_the_front: "forward-order",
        without_a_seed: "seed-forgotten",
        return_after_the_last: "forward-order",
        only_last_operation: "forward-order",
        empties_its_argument: "changed-in-place",
        whole_grads: "whole-numbers",
        counts_paths: "slope-forgotten",
        index_of_the_reversed: "nothing-passed-on",
        seeds_the_first: "forward-mode",
    },
}
