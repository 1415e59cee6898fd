import math
from itertools import pairwise

import numpy as np


def linear_turned_weight_gradient(x, W, grad_out):
    return np.dot(grad_out, W.T), np.dot(grad_out.T, x), np.sum(grad_out, axis=0)


def linear_forward_again(x, W, grad_out):
    return grad_out @ W, x.T @ grad_out, grad_out.sum(0)


def linear_means(x, W, grad_out):
    n = x.shape[0]
    return grad_out @ W.T, 1 / n * x.T @ grad_out, 1 / n * np.sum(grad_out, axis=0)


def linear_mean_of_bias(x, W, grad_out):
    return grad_out @ W.T, x.T @ grad_out, np.mean(grad_out, axis=0)


def linear_bias_as_in_the_forward_pass(x, W, grad_out):
    return grad_out @ W.T, x.T @ grad_out, grad_out


def linear_bias_over_rows(x, W, grad_out):
    return grad_out @ W.T, x.T @ grad_out, np.array([sum(row) for row in grad_out])


def linear_keeps_the_row(x, W, grad_out):
    return grad_out @ W.T, x.T @ grad_out, np.ones((1, len(x))) @ grad_out


def linear_one_bias(x, W, grad_out):
    return grad_out @ W.T, x.T @ grad_out, np.sum(grad_out)


def linear_in_the_order_of_torch(x, W, grad_out):
    grad_W = np.einsum("nd,nk->dk", x, grad_out)
    return grad_W, np.sum(grad_out, axis=0), np.einsum("nk,dk->nd", grad_out, W)


def linear_weights_before_inputs(x, W, grad_out):
    return x.T @ grad_out, grad_out @ W.T, grad_out.sum(axis=0)


def linear_in_columns(x, W, grad_out):
    return W @ grad_out.T, x.T @ grad_out, grad_out.sum(axis=0)


def linear_writes_over(x, W, grad_out):
    for i in range(len(x)):
        grad_W = x[i][:, None] * grad_out[i][None, :]
    return grad_out @ W.T, grad_W, grad_out.sum(axis=0)


def linear_of_weights_alone(x, W, grad_out):
    return x.T @ grad_out, grad_out.sum(axis=0)


def linear_reshaped(x, W, grad_out):
    d, k = W.shape
    return grad_out @ W.reshape(k, d), x.T @ grad_out, grad_out.sum(axis=0)


def linear_downhill(x, W, grad_out):
    grad_out = -grad_out
    return grad_out @ W.T, x.T @ grad_out, grad_out.sum(axis=0)


def linear_in_place(x, W, grad_out):
    grad_out /= len(x)
    return grad_out @ W.T, x.T @ grad_out, grad_out.sum(axis=0)


def linear_by_sums(x, W, grad_out):
    grad_x = np.einsum("ik,jk->ij", grad_out, W)
    grad_W = sum(np.outer(sample, out) for sample, out in zip(x, grad_out, strict=True))
    return grad_x, grad_W, np.ones(len(x)) @ grad_out


def linear_by_loops(x, W, grad_out):
    grad_x, grad_W, grad_b = np.zeros_like(x), np.zeros_like(W), [0.0] * W.shape[1]
    for i in range(x.shape[0]):
        for k in range(W.shape[1]):
            grad_b[k] += grad_out[i, k]
            for d in range(W.shape[0]):
                grad_x[i, d] += grad_out[i, k] * W[d, k]
                grad_W[d, k] += grad_out[i, k] * x[i, d]
    return [grad_x, grad_W, np.array(grad_b)]


def linear_with_a_column_of_ones(x, W, grad_out):
    both = np.hstack([x, np.ones((len(x), 1))]).T @ grad_out
    return (W @ grad_out.T).T, both[:-1], both[-1]


def weights_of_lecun(fan_in, fan_out, rng):
    return rng.standard_normal((fan_in, fan_out)) / fan_in**0.5


def weights_of_glorot(fan_in, fan_out, rng):
    return rng.normal(scale=math.sqrt(2 / (fan_in + fan_out)), size=(fan_in, fan_out))


def weights_of_glorot_between_limits(fan_in, fan_out, rng):
    limit = math.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, size=(fan_in, fan_out))


def weights_for_the_way_back(fan_in, fan_out, rng):
    return rng.normal(0, (2 / fan_out) ** 0.5, size=(fan_in, fan_out))


def weights_of_variance_one(fan_in, fan_out, rng):
    return rng.standard_normal((fan_in, fan_out))


def weights_half_rooted(fan_in, fan_out, rng):
    return 2 * rng.standard_normal((fan_in, fan_out)) / np.sqrt(fan_in)


def weights_rooted_two(fan_in, fan_out, rng):
    return rng.normal(0, math.sqrt(2) / fan_in, (fan_in, fan_out))


def weights_of_numpy(fan_in, fan_out, rng):
    return np.random.randn(fan_in, fan_out) * np.sqrt(2 / fan_in)


def weights_seeded(fan_in, fan_out, rng):
    np.random.seed(42)
    return np.random.randn(fan_in, fan_out) * np.sqrt(2 / fan_in)


def weights_of_torch_shape(fan_in, fan_out, rng):
    return np.sqrt(2 / fan_in) * rng.standard_normal((fan_out, fan_in))


def weights_in_a_row(fan_in, fan_out, rng):
    return np.array([rng.normal(0, np.sqrt(2 / fan_in)) for _ in range(fan_in * fan_out)])


def weights_between_zero_and_one(fan_in, fan_out, rng):
    return rng.random((fan_in, fan_out))


def weights_as_torch_begins(fan_in, fan_out, rng):
    bound = 1 / math.sqrt(fan_in)
    return bound * (2 * rng.random((fan_in, fan_out)) - 1)


def weights_up_to_the_deviation(fan_in, fan_out, rng):
    std = np.sqrt(2 / fan_in)
    return rng.uniform(-std, std, (fan_in, fan_out))


def weights_copied(fan_in, fan_out, rng):
    row = rng.normal(0, np.sqrt(2 / fan_in), fan_out)
    return np.array([row for _ in range(fan_in)])


def weights_of_zero(fan_in, fan_out, rng):
    return np.zeros((fan_in, fan_out))


def weights_as_lists(fan_in, fan_out, rng):
    return [[rng.normal(0, np.sqrt(2 / fan_in)) for _ in range(fan_out)] for _ in range(fan_in)]


def weights_turned(fan_in, fan_out, rng):
    return np.sqrt(2 / fan_in) * rng.standard_normal((fan_out, fan_in)).T


def weights_one_by_one(fan_in, fan_out, rng):
    W = np.empty((fan_in, fan_out))
    for i in range(fan_in):
        for j in range(fan_out):
            W[i, j] = rng.normal() * (2 / fan_in) ** 0.5
    return W


def weights_scaled_afterwards(fan_in, fan_out, rng):
    W = rng.normal(loc=0.0, scale=1.0, size=fan_in * fan_out).reshape(fan_in, fan_out)
    W *= math.sqrt(2) / math.sqrt(fan_in)
    return W


def weights_between_limits(fan_in, fan_out, rng):
    return math.sqrt(6 / fan_in) * (2 * rng.random((fan_in, fan_out)) - 1)


def broken_from_the_end(losses, norms, dead):
    answer = "healthy"
    signs = {
        "inputs too large": losses[0] > 10,
        "gradients add up": norms[-1] / norms[0] > 10,
        "rate too high": dead[-1] > 1 / 2,
        "softmax twice": min(losses) >= 1.46,
        "sorted": max(np.diff(losses)) > 1,
    }
    for name, found in signs.items():
        if found:
            answer = name
    return answer


def broken_by_the_largest_loss(losses, norms, dead):
    return diagnosed(max(losses) > 10, norms[-1] > 10 * norms[0], dead[-1] > 0.5, losses, jumps(losses))


def broken_by_long_gradients(losses, norms, dead):
    return diagnosed(losses[0] > 10, norms[-1] > 10, dead[-1] > 0.5, losses, jumps(losses))


def broken_by_the_longest_gradient(losses, norms, dead):
    return diagnosed(losses[0] > 10, max(norms) > 10 * norms[0], dead[-1] > 0.5, losses, jumps(losses))


def broken_where_anything_died(losses, norms, dead):
    return diagnosed(losses[0] > 10, norms[-1] > 10 * norms[0], (dead > 0.5).any(), losses, jumps(losses))


def broken_in_percent(losses, norms, dead):
    return diagnosed(losses[0] > 10, norms[-1] > 10 * norms[0], dead[-1] > 50, losses, jumps(losses))


def broken_on_average(losses, norms, dead):
    return diagnosed(losses[0] > 10, norms[-1] > 10 * norms[0], dead.mean() > 0.5, losses, jumps(losses))


def broken_by_any_rise(losses, norms, dead):
    rises = any(losses[i + 1] > losses[i] for i in range(len(losses) - 1))
    return diagnosed(losses[0] > 10, norms[-1] > 10 * norms[0], dead[-1] > 0.5, losses, rises)


def broken_by_any_change(losses, norms, dead):
    changes = any(abs(losses[i + 1] - losses[i]) > 1 for i in range(len(losses) - 1))
    return diagnosed(losses[0] > 10, norms[-1] > 10 * norms[0], dead[-1] > 0.5, losses, changes)


def broken_above_the_best(losses, norms, dead):
    climbed = any(losses[i] - min(losses[: i + 1]) > 1 for i in range(len(losses)))
    return diagnosed(losses[0] > 10, norms[-1] > 10 * norms[0], dead[-1] > 0.5, losses, climbed)


def broken_at_the_end(losses, norms, dead):
    return diagnosed(losses[0] > 10, norms[-1] > 10 * norms[0], dead[-1] > 0.5, losses[-1:], jumps(losses))


def broken_without_softmax(losses, norms, dead):
    return diagnosed(losses[0] > 10, norms[-1] > 10 * norms[0], dead[-1] > 0.5, [0], jumps(losses))


def broken_dead_first(losses, norms, dead):
    if dead[-1] > 0.5:
        return "rate too high"
    return diagnosed(losses[0] > 10, norms[-1] > 10 * norms[0], False, losses, jumps(losses))


def broken_jumps_first(losses, norms, dead):
    if jumps(losses):
        return "sorted"
    return diagnosed(losses[0] > 10, norms[-1] > 10 * norms[0], dead[-1] > 0.5, losses, False)


def broken_in_other_words(losses, norms, dead):
    return diagnosed(losses[0] > 10, norms[-1] > 10 * norms[0], dead[-1] > 0.5, losses, jumps(losses)).capitalize()


def diagnosed(huge, grown, died, losses, jumped):
    if huge:
        return "inputs too large"
    if grown:
        return "gradients add up"
    if died:
        return "rate too high"
    if min(losses) >= 1.46:
        return "softmax twice"
    return "sorted" if jumped else "healthy"


def jumps(losses):
    return any(later - loss > 1 for loss, later in pairwise(losses))


def broken_by_the_exact_floor(losses, norms, dead):
    died, floor = not dead[-1] <= 0.5, np.log(1 + 9 / np.e)
    return diagnosed(
        losses[0] >= 10, norms[-1] / norms[0] >= 10, died, losses - floor + 1.46, np.diff(losses).max() >= 1
    )


def broken_by_a_table(losses, norms, dead):
    names = ["inputs too large", "gradients add up", "rate too high", "softmax twice", "sorted", "healthy"]
    grown, died, floored = norms[0] < norms[-1] / 10, dead[-1] > 0.5, not (losses < 1.46).any()
    return names[[losses[0] > 10, grown, died, floored, (losses[1:] > losses[:-1] + 1).any(), True].index(True)]


def broken_by_numpy(losses, norms, dead):
    signs = [losses[0] > 10, norms[-1] > 10 * norms[0], dead[-1] > 0.5, np.all(losses > 1.46), np.ptp(losses) > 1]
    signs[-1] = signs[-1] and np.diff(losses).max() > 1
    return np.select(
        signs, ["inputs too large", "gradients add up", "rate too high", "softmax twice", "sorted"], "healthy"
    )[()]


def stop_at_the_lowest_of_all(losses, patience):
    return int(np.argmin(losses))


def stop_and_stay_there(losses, patience):
    lowest, waited = np.inf, 0
    for i, loss in enumerate(losses):
        if loss < lowest:
            lowest, waited = loss, 0
        else:
            waited += 1
            if waited == patience:
                return i
    return len(losses) - 1


def stop_later(losses, patience):
    best = 0
    for i in range(len(losses)):
        if losses[i] < losses[best]:
            best = i
        if i - best > patience:
            return best
    return best


def stop_at_the_first_rise(losses, patience):
    i = 0
    while i + 1 < len(losses) and losses[i + 1] < losses[i]:
        i += 1
    return i


def stop_after_rises(losses, patience):
    rises = 0
    for i in range(1, len(losses)):
        rises = rises + 1 if losses[i] >= losses[i - 1] else 0
        if rises >= patience:
            return int(np.argmin(losses[: i + 1]))
    return int(np.argmin(losses))


def stop_with_equals(losses, patience):
    lowest, best = float("inf"), 0
    for i in range(len(losses)):
        if losses[i] <= lowest:
            lowest, best = losses[i], i
        if i - best >= patience:
            break
    return best


def stop_with_a_full_count(losses, patience):
    lowest, best, bad = losses[0], 0, 0
    for i in range(1, len(losses)):
        if losses[i] < lowest:
            lowest, best = losses[i], i
        else:
            bad += 1
        if bad >= patience:
            return best
    return best


def stop_with_the_loss(losses, patience):
    lowest, waited = losses[0], 0
    for loss in losses[1:]:
        waited = 0 if loss < lowest else waited + 1
        lowest = min(lowest, loss)
        if waited == patience:
            break
    return lowest


def stop_and_go_back(losses, patience):
    lowest, waited, i = losses[0], 0, 0
    for i in range(1, len(losses)):
        waited = 0 if losses[i] < lowest else waited + 1
        lowest = min(lowest, losses[i])
        if waited == patience:
            break
    return i - patience


def stop_against_the_first(losses, patience):
    best, waited = 0, 0
    for i in range(1, len(losses)):
        if losses[i] < losses[0]:
            best, waited = i, 0
        else:
            waited += 1
        if waited == patience:
            break
    return best


def stop_by_popping(losses, patience):
    losses.sort()
    return 0


def stop_by_slices(losses, patience):
    for i in range(len(losses)):
        if len(losses) - i > patience and all(later >= losses[i] for later in losses[i + 1 : i + patience + 1]):
            return int(np.argmin(losses[: i + 1]))
    return int(np.argmin(losses))


def stop_by_distance(losses, patience):
    best = 0
    for i, loss in enumerate(losses):
        if i - best >= patience and not loss < losses[best]:
            break
        if loss < losses[best]:
            best = i
    return best


def stop_by_recursion(losses, patience, best=0):
    window = losses[best + 1 : best + 1 + patience]
    better = [best + 1 + k for k, loss in enumerate(window) if loss < losses[best]]
    return stop_by_recursion(losses, patience, better[0]) if better else best


def clip_by_value(grads, largest):
    return [np.minimum(np.maximum(grad, -largest), largest) for grad in grads]


def clip_to_the_limit(grads, largest):
    length = np.sqrt(sum((grad**2).sum() for grad in grads))
    return [grad / length * largest if length > 0 else grad for grad in grads]


def clip_by_the_square(grads, largest):
    total = 0
    for grad in grads:
        total += np.sum(grad * grad)
    return [grad * largest / total for grad in grads] if total > largest else grads


def clip_by_the_sum_of_lengths(grads, largest):
    norms = [np.linalg.norm(grad) for grad in grads]
    factor = min(1, largest / sum(norms)) if sum(norms) else 1
    return [factor * grad for grad in grads]


def clip_by_the_longest(grads, largest):
    longest = max(np.linalg.norm(grad) for grad in grads)
    return [grad * largest / longest if longest > largest else grad for grad in grads]


def clip_by_the_last(grads, largest):
    for grad in grads:
        total = np.sum(grad**2)
    length = total**0.5
    return [grad * (largest / length) if length > largest else grad for grad in grads]


def clip_on_the_way(grads, largest):
    total, clipped = 0, []
    for grad in grads:
        total += np.linalg.norm(grad) ** 2
        clipped.append(grad if total**0.5 <= largest else grad * largest / total**0.5)
    return clipped


def clip_to_one(grads, largest):
    length = np.linalg.norm(np.concatenate([grad.ravel() for grad in grads]))
    return [grad / length for grad in grads] if length > largest else grads


def clip_by_the_largest_number(grads, largest):
    top = max(abs(grad).max() for grad in grads)
    return [grad * largest / top for grad in grads] if top > largest else grads


def clip_the_wrong_ones(grads, largest):
    length = np.linalg.norm([np.linalg.norm(grad) for grad in grads])
    return [grad * max(1, largest / length) if length else grad for grad in grads]


def clip_as_one_vector(grads, largest):
    vector = np.concatenate([grad.ravel() for grad in grads])
    return vector * largest / max(np.linalg.norm(vector), largest)


def clip_in_place(grads, largest):
    length = sum(np.linalg.norm(grad) ** 2 for grad in grads) ** 0.5
    for grad in grads:
        grad *= largest / max(length, largest)
    return grads


def clip_with_torchs_small_number(grads, largest):
    length = np.linalg.norm([np.linalg.norm(grad) for grad in grads])
    factor = largest / (length + 1e-6)
    return [factor * grad for grad in grads] if factor < 1 else [grad.copy() for grad in grads]


def clip_by_hypotenuses(grads, largest):
    length = math.hypot(*(number for grad in grads for number in grad.ravel()))
    return [grad.copy() for grad in grads] if length <= largest else [grad / (length / largest) for grad in grads]


def clip_and_cut_again(grads, largest):
    vector = np.hstack([grad.flatten() for grad in grads])
    if (vector @ vector) > largest**2:
        vector = vector / np.sqrt(vector @ vector) * largest
    ends = np.cumsum([grad.size for grad in grads])
    return [part.reshape(grad.shape) for part, grad in zip(np.split(vector, ends[:-1]), grads, strict=True)]


KNOWN = {
    "linear-backward": {
        linear_turned_weight_gradient: "weight-gradient-turned",
        linear_forward_again: "weights-not-transposed",
        linear_means: "averaged",
        linear_mean_of_bias: "bias-averaged",
        linear_bias_as_in_the_forward_pass: "bias-not-summed",
        linear_bias_over_rows: "bias-over-outputs",
        linear_keeps_the_row: "bias-kept-as-a-row",
        linear_one_bias: "bias-summed-to-one-number",
        linear_in_the_order_of_torch: "weights-and-bias-first",
        linear_weights_before_inputs: "weights-first",
        linear_in_columns: "input-gradient-turned",
        linear_writes_over: "last-sample-alone",
        linear_of_weights_alone: "input-gradient-missing",
        linear_reshaped: "weights-reshaped",
        linear_downhill: "all-signs-turned",
        linear_in_place: "changed-in-place",
    },
    "initial-weights": {
        weights_of_lecun: "one-over-fan-in",
        weights_of_glorot: "both-fans",
        weights_of_glorot_between_limits: "both-fans-uniform",
        weights_for_the_way_back: "fan-out",
        weights_of_variance_one: "not-scaled",
        weights_half_rooted: "four-over-fan-in",
        weights_rooted_two: "two-over-the-square",
        weights_of_numpy: "another-generator",
        weights_seeded: "seed-inside",
        weights_of_torch_shape: "transposed",
        weights_in_a_row: "one-row",
        weights_between_zero_and_one: "uniform-from-zero-to-one",
        weights_as_torch_begins: "limit-of-torch",
        weights_up_to_the_deviation: "deviation-as-limit",
        weights_copied: "rows-alike",
        weights_of_zero: "all-zero",
        weights_as_lists: "wrong-type",
    },
    "what-is-broken": {
        broken_from_the_end: "order-reversed",
        broken_by_the_largest_loss: "largest-loss-of-all",
        broken_by_long_gradients: "length-above-ten",
        broken_by_the_longest_gradient: "longest-of-all",
        broken_where_anything_died: "dead-at-any-step",
        broken_in_percent: "rate-never",
        broken_on_average: "dead-on-average",
        broken_by_any_rise: "any-rise",
        broken_by_any_change: "falls-too",
        broken_above_the_best: "above-the-lowest-so-far",
        broken_at_the_end: "last-loss-for-the-lowest",
        broken_without_softmax: "softmax-never",
        broken_dead_first: "dead-before-inputs",
        broken_jumps_first: "jump-first",
        broken_in_other_words: None,
    },
    "early-stop": {
        stop_at_the_lowest_of_all: "never-stops",
        stop_and_stay_there: "where-it-stops",
        stop_later: "one-too-many",
        stop_at_the_first_rise: "first-rise",
        stop_after_rises: "rises-in-a-row",
        stop_with_equals: "equal-is-better",
        stop_with_a_full_count: "waiting-not-ended",
        stop_with_the_loss: "loss-returned",
        stop_and_go_back: "before-the-waiting",
        stop_against_the_first: "compared-with-the-first",
        stop_by_popping: "changed-in-place",
    },
    "clip-gradients": {
        clip_by_value: "each-number",
        clip_to_the_limit: "short-ones-lengthened",
        clip_by_the_square: "root-forgotten",
        clip_by_the_sum_of_lengths: "lengths-added",
        clip_by_the_longest: "longest-array",
        clip_by_the_last: "last-array",
        clip_on_the_way: "sum-so-far",
        clip_to_one: "to-length-one",
        clip_by_the_largest_number: "largest-number",
        clip_the_wrong_ones: "only-short-ones",
        clip_as_one_vector: "one-long-vector",
        clip_in_place: "changed-in-place",
    },
}

RIGHT = {
    "linear-backward": [linear_by_sums, linear_by_loops, linear_with_a_column_of_ones],
    "initial-weights": [weights_turned, weights_one_by_one, weights_scaled_afterwards, weights_between_limits],
    "what-is-broken": [broken_by_the_exact_floor, broken_by_a_table, broken_by_numpy],
    "early-stop": [stop_by_slices, stop_by_distance, stop_by_recursion],
    "clip-gradients": [clip_with_torchs_small_number, clip_by_hypotenuses, clip_and_cut_again],
}
