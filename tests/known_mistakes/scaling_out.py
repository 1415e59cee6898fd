import heapq
import math
from fractions import Fraction

import numpy as np

from helpers.distributed import delayed_descent


def combine_mean_of_means(grads, counts):
    return sum(grads) / len(grads)


def combine_dealt_out_evenly(grads, counts):
    workers = grads.shape[0]
    total = np.zeros(grads.shape[1])
    for i in range(workers):
        total += counts[i] * grads[i]
    return total / (workers * counts[0])


def combine_sum_of_samples(grads, counts):
    return (grads * counts.reshape(-1, 1)).sum(axis=0)


def combine_per_worker(grads, counts):
    return np.mean([n * grad for grad, n in zip(grads, counts, strict=True)], axis=0)


def combine_all_reduced(grads, counts):
    return np.add.reduce(grads)


def combine_as_if_sums(grads, counts):
    return grads.sum(axis=0) / counts.sum()


def combine_full_batches_alone(grads, counts):
    full = [grad for grad, n in zip(grads, counts, strict=True) if n == max(counts)]
    return np.mean(full, axis=0)


def combine_by_inverse_counts(grads, counts):
    weights = np.array([1 / n if n else 0 for n in counts])
    weights = weights / weights.sum()
    return (weights[:, np.newaxis] * grads).sum(axis=0)


def combine_one_after_the_other(grads, counts):
    result = grads[0]
    for i in range(1, len(grads)):
        result = 0.5 * result + 0.5 * grads[i]
    return result


def combine_writes_over(grads, counts):
    for grad, n in zip(grads, counts, strict=True):
        total = n * grad
    return total / n


def combine_weighs_and_stops(grads, counts):
    return grads * (counts / counts.sum())[:, np.newaxis]


def combine_with_a_row(grads, counts):
    return np.average(grads, axis=0, weights=counts, keepdims=True)


def combine_averages_the_entries(grads, counts):
    return np.average(grads, axis=1)


def combine_in_whole_numbers(grads, counts):
    shares = [int(n / sum(counts)) for n in counts] if len(counts) > 1 else [1]
    return sum(share * grad for share, grad in zip(shares, grads, strict=True))


def combine_from_the_right(grads, counts):
    return np.dot(grads, counts) / np.sum(counts)


def combine_in_place(grads, counts):
    grads *= counts[:, None]
    return grads.sum(axis=0) / counts.sum()


def combine_by_average(grads, counts):
    return np.average(grads, axis=0, weights=counts)


def combine_by_repeating(grads, counts):
    return np.repeat(grads, counts, axis=0).mean(axis=0)


def combine_as_it_comes(grads, counts):
    mean, seen = np.zeros(grads.shape[1]), 0
    for grad, n in zip(grads, counts, strict=True):
        seen += n
        if n:
            mean = mean + (grad - mean) * n / seen
    return mean


def combine_by_einsum(grads, counts):
    return np.einsum("kd,k->d", grads, counts) / counts.sum()


def step_alone(workers, batch, t_sample, n_bytes, latency, bandwidth):
    return t_sample * batch + 2 * (workers - 1) * (latency + n_bytes / (workers * bandwidth))


def step_of_one_sample(workers, batch, t_sample, n_bytes, latency, bandwidth):
    return t_sample + 2 * (workers - 1) * (latency + n_bytes / (workers * bandwidth))


def step_in_whole_samples(workers, batch, t_sample, n_bytes, latency, bandwidth):
    return math.ceil(batch / workers) * t_sample + 2 * (workers - 1) * (latency + n_bytes / (workers * bandwidth))


def step_once_around(workers, batch, t_sample, n_bytes, latency, bandwidth):
    seconds = batch * t_sample / workers
    for _ in range(workers - 1):
        seconds += latency + n_bytes / workers / bandwidth
    return seconds


def step_twice_around(workers, batch, t_sample, n_bytes, latency, bandwidth):
    seconds = batch * t_sample / workers
    for _ in range(2 * workers):
        seconds += latency + n_bytes / workers / bandwidth
    return seconds


def step_without_parts(workers, batch, t_sample, n_bytes, latency, bandwidth):
    return batch / workers * t_sample + 2 * (workers - 1) * (latency + n_bytes / bandwidth)


def step_with_one_wait(workers, batch, t_sample, n_bytes, latency, bandwidth):
    ring = latency + 2 * (workers - 1) / workers * n_bytes / bandwidth
    return batch / workers * t_sample + ring


def step_as_if_many(workers, batch, t_sample, n_bytes, latency, bandwidth):
    return batch * t_sample / workers + 2 * (workers - 1) * latency + 2 * n_bytes / bandwidth


def step_by_bits(workers, batch, t_sample, n_bytes, latency, bandwidth):
    bits = n_bytes * 8
    return batch / workers * t_sample + 2 * (workers - 1) * (latency + bits / workers / bandwidth)


def step_by_bits_a_second(workers, batch, t_sample, n_bytes, latency, bandwidth):
    megabytes, line = n_bytes / 1e6, bandwidth / 1e6 * 8
    return batch / workers * t_sample + 2 * (workers - 1) * (latency + megabytes / workers / line)


def step_overlapped(workers, batch, t_sample, n_bytes, latency, bandwidth):
    compute, ring = batch / workers * t_sample, 2 * (workers - 1) * (latency + n_bytes / workers / bandwidth)
    return compute if compute > ring else ring


def step_of_them_all(workers, batch, t_sample, n_bytes, latency, bandwidth):
    one = batch / workers * t_sample + 2 * (workers - 1) * (latency + n_bytes / workers / bandwidth)
    return sum(one for _ in range(workers))


def step_through_a_master(workers, batch, t_sample, n_bytes, latency, bandwidth):
    messages = workers * 2 * (workers - 1)
    return batch / workers * t_sample + messages * (latency + n_bytes / workers / bandwidth)


def step_up_a_tree(workers, batch, t_sample, n_bytes, latency, bandwidth):
    return batch / workers * t_sample + 2 * math.log2(workers) * (latency + n_bytes / workers / bandwidth)


def step_as_speed_up(workers, batch, t_sample, n_bytes, latency, bandwidth):
    one = batch * t_sample
    return one / (one / workers + 2 * (workers - 1) * (latency + n_bytes / workers / bandwidth))


def step_round_by_round(workers, batch, t_sample, n_bytes, latency, bandwidth):
    seconds = batch * t_sample / workers
    for _ in range(2):
        for _ in range(workers - 1):
            seconds += latency
            seconds += n_bytes / (workers * bandwidth)
    return seconds


def step_with_a_special_case(workers, batch, t_sample, n_bytes, latency, bandwidth):
    if workers == 1:
        return batch * t_sample
    share = 1 / workers
    return share * (batch * t_sample + 2 * (workers - 1) * (workers * latency + n_bytes / bandwidth))


def step_in_fractions(workers, batch, t_sample, n_bytes, latency, bandwidth):
    waits = 2 * (workers - 1) * Fraction(latency)
    bytes_sent = Fraction(2 * (workers - 1), workers) * Fraction(n_bytes)
    return float(Fraction(batch, workers) * Fraction(t_sample) + waits + bytes_sent / Fraction(bandwidth))


def sent_at(places, total):
    sent = np.zeros(len(total))
    sent[places] = total[places]
    return sent


def compress_forgets(grad, memory, k):
    sent = sent_at(np.argsort(-np.abs(grad))[:k], grad)
    return sent, grad - sent


def compress_never_pays(grad, memory, k):
    sent = sent_at(np.argsort(-np.abs(grad))[:k], grad)
    return sent, memory + (grad - sent)


def compress_by_the_memory(grad, memory, k):
    total = memory + grad
    sent = sent_at(np.argsort(-np.abs(memory))[:k], total)
    return sent, total - sent


def compress_by_value(grad, memory, k):
    total = memory + grad
    sent = sent_at(sorted(range(len(total)), key=lambda i: total[i], reverse=True)[:k], total)
    return sent, total - sent


def compress_the_small_ones(grad, memory, k):
    total = memory + grad
    sent = sent_at(np.argsort(np.abs(total))[:k], total)
    return sent, total - sent


def compress_above_the_kth(grad, memory, k):
    total = memory + grad
    border = sorted(abs(total))[-k]
    sent = np.where(abs(total) > border, total, 0)
    return sent, total - sent


def compress_the_largest(grad, memory, k):
    total = memory + grad
    sent = sent_at([np.argmax(np.abs(total))], total)
    return sent, total - sent


def compress_keeps_the_sum(grad, memory, k):
    total = memory + grad
    return sent_at(np.argsort(-np.abs(total))[:k], total), total


def compress_drops_old_debt(grad, memory, k):
    total = memory + grad
    sent = sent_at(np.argsort(-np.abs(total))[:k], total)
    return sent, grad - sent


def compress_keeps_the_memory(grad, memory, k):
    total = memory + grad
    return sent_at(np.argsort(-np.abs(total))[:k], total), memory


def compress_by_another_name(grad, memory, k):
    sent = total = grad + memory
    for i in np.argsort(np.abs(total))[: len(total) - k]:
        sent[i] = 0
    return sent, total - sent


def compress_the_gradient_where_due(grad, memory, k):
    total = memory + grad
    sent = sent_at(np.argsort(-np.abs(total))[:k], grad)
    return sent, total - sent


def compress_to_k_numbers(grad, memory, k):
    total = memory + grad
    places = np.argsort(np.abs(total))[len(total) - k :]
    return total[places], total - sent_at(places, total)


def compress_to_sizes(grad, memory, k):
    total = memory + grad
    sent = sent_at(np.argsort(-np.abs(total))[:k], np.abs(total))
    return sent, total - sent


def compress_the_other_way_round(grad, memory, k):
    total = memory + grad
    sent = sent_at(np.argsort(-np.abs(total))[:k], total)
    return total - sent, sent


def compress_owes_below_zero(grad, memory, k):
    total = memory + grad
    sent = sent_at(np.argsort(-np.abs(total))[:k], total)
    return sent, sent - total


def compress_in_the_memory_itself(grad, memory, k):
    memory += grad
    sent = sent_at(np.argsort(-np.abs(memory))[:k], memory)
    memory -= sent
    return sent, memory


def compress_by_a_mask(grad, memory, k):
    total = memory + grad
    kept = np.abs(total) >= np.sort(np.abs(total))[::-1][k - 1]
    return total * kept, total * ~kept


def compress_by_partition(grad, memory, k):
    left = np.add(grad, memory)
    places = np.argpartition(left**2, len(left) - k)[len(left) - k :]
    sent = np.zeros(left.shape)
    sent[places], left[places] = left[places], 0.0
    return sent, left


def compress_by_a_heap(grad, memory, k):
    total = [g + m for g, m in zip(grad, memory, strict=True)]
    chosen = set(heapq.nlargest(k, range(len(total)), key=lambda i: abs(total[i])))
    sent = [number if i in chosen else 0.0 for i, number in enumerate(total)]
    left = [0.0 if i in chosen else number for i, number in enumerate(total)]
    return np.array(sent), np.array(left)


def compress_one_by_one(grad, memory, k):
    left, sent = grad + memory, np.zeros(len(grad))
    for _ in range(k):
        i = np.argmax(np.abs(left))
        sent[i] += left[i]
        left[i] = 0
    return [sent, left]


def closed_in(curvature, delay, settled, steps=1000):
    low, high = 0.0, 2 / curvature
    for _ in range(16):
        lr = (low + high) / 2
        path = delayed_descent(lambda w: curvature * w, np.ones(1), lr, delay, steps)[:, 0]
        low, high = (lr, high) if settled(np.abs(path)) else (low, lr)
    return low


def rate_without_delay(curvature, delay):
    return closed_in(curvature, 0, lambda sizes: sizes[-1] < 1)


def rate_without_overflow(curvature, delay):
    return closed_in(curvature, delay, lambda sizes: np.isfinite(sizes[-1]), 300)


def rate_that_never_turns(curvature, delay):
    return closed_in(curvature, delay, lambda sizes: np.all(np.diff(sizes) <= 0))


def rate_below_the_start(curvature, delay):
    return closed_in(curvature, delay, lambda sizes: np.max(sizes) <= 1)


def rate_that_arrives_early(curvature, delay):
    return closed_in(curvature, delay, lambda sizes: sizes[-1] < 1e-6, 300)


def rate_far_from_overflow(curvature, delay):
    return closed_in(curvature, delay, lambda sizes: sizes[-1] < 1e6, 200)


def rate_one_step_later(curvature, delay):
    return closed_in(curvature, delay + 1, lambda sizes: np.max(sizes[500:]) < np.max(sizes[:500]))


def rate_one_step_earlier(curvature, delay):
    return closed_in(curvature, max(delay - 1, 0), lambda sizes: np.max(sizes[500:]) < np.max(sizes[:500]))


def rate_of_the_plain_parabola(curvature, delay):
    return closed_in(1.0, delay, lambda sizes: np.max(sizes[500:]) < np.max(sizes[:500]))


def rate_by_steps(curvature, delay):
    return 2 / curvature / (1 + delay)


def rate_by_delay(curvature, delay):
    return 2 / curvature if delay == 0 else 1 / curvature / delay


def rate_halved(curvature, delay):
    rate = 2 / curvature
    for _ in range(delay):
        rate /= 2
    return rate


def rate_in_degrees(curvature, delay):
    return 2 / curvature * math.sin(90 / (2 * delay + 1))


def rate_of_small_angles(curvature, delay):
    return math.pi / (curvature * (2 * delay + 1))


def rate_where_time_flows(curvature, delay):
    return math.pi / 2 / (curvature * delay) if delay else 2 / curvature


def rate_to_be_safe(curvature, delay):
    return 0.5 * closed_in(curvature, delay, lambda sizes: np.max(sizes[500:]) < np.max(sizes[:500]))


def rate_of_zero(curvature, delay):
    return 0.0


def rate_found_by_halving(curvature, delay):
    settles, grows = 0.0, 2 / curvature
    while grows > 1.01 * settles:
        lr = (settles + grows) / 2
        path = [1.0] * (delay + 1)
        for _ in range(1000):
            path.append(path[-1] - lr * curvature * path[-1 - delay])
        sizes = np.abs(path)
        if np.max(sizes[500:]) < np.max(sizes[:500]):
            settles = lr
        else:
            grows = lr
    return (settles + grows) / 2


def rate_of_many_at_once(curvature, delay):
    rates = 2 / curvature * np.geomspace(0.02, 1.02, 400)[:, np.newaxis]
    sizes = np.abs(delayed_descent(lambda w: curvature * w, np.ones((400, 1)), rates, delay, 600)[..., 0])
    return rates[np.max(sizes[:, 300:], axis=1) < np.max(sizes[:, :300], axis=1)].max()


def rate_by_eigenvalues(curvature, delay):
    def largest(lr):
        step = np.eye(delay + 1, k=-1)
        step[0, 0] += 1
        step[0, delay] -= lr * curvature
        return np.max(np.abs(np.linalg.eigvals(step)))

    low, high = 0.0, 2.02 / curvature
    while high - low > 1e-3 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if largest(middle) < 1 else (low, middle)
    return low


def rate_by_cosine(curvature, delay):
    return 2 * math.cos(math.pi * delay / (2 * delay + 1)) / curvature


KNOWN = {
    "combine": {
        combine_mean_of_means: "every-worker-alike",
        combine_dealt_out_evenly: "every-shard-as-large-as-the-first",
        combine_sum_of_samples: "not-divided",
        combine_per_worker: "divided-by-workers",
        combine_all_reduced: "rows-added",
        combine_as_if_sums: "means-taken-for-sums",
        combine_full_batches_alone: "smaller-shards-dropped",
        combine_by_inverse_counts: "small-shards-favoured",
        combine_one_after_the_other: "running-halves",
        combine_writes_over: "last-worker-alone",
        combine_weighs_and_stops: "rows-not-added",
        combine_with_a_row: "kept-as-a-row",
        combine_averages_the_entries: "one-number-for-each-worker",
        combine_in_whole_numbers: "whole-numbers",
        combine_from_the_right: "from-the-wrong-side",
        combine_in_place: "changed-in-place",
    },
    "step-time": {
        step_alone: "samples-not-shared",
        step_of_one_sample: "one-sample",
        step_in_whole_samples: "whole-samples",
        step_once_around: "half-the-rounds",
        step_twice_around: "two-for-each-worker",
        step_without_parts: "whole-gradient-each-round",
        step_with_one_wait: "latency-once",
        step_as_if_many: "bytes-twice",
        step_by_bits: "bits-a-second",
        step_by_bits_a_second: "bytes-out-of-bits",
        step_overlapped: "at-the-same-time",
        step_of_them_all: "seconds-of-all-workers",
        step_through_a_master: "rounds-of-every-worker",
        step_up_a_tree: "rounds-of-a-tree",
        step_as_speed_up: "speed-up",
    },
    "compress": {
        compress_forgets: "memory-not-added",
        compress_never_pays: "memory-only-collects",
        compress_by_the_memory: "chosen-by-the-memory",
        compress_by_value: "signed",
        compress_the_small_ones: "smallest",
        compress_above_the_kth: "one-less",
        compress_the_largest: "largest-alone",
        compress_keeps_the_sum: "never-emptied",
        compress_drops_old_debt: "old-debt-dropped",
        compress_keeps_the_memory: "memory-as-it-was",
        compress_by_another_name: "nothing-remembered",
        compress_the_gradient_where_due: "gradient-sent",
        compress_to_k_numbers: "sent-without-zeros",
        compress_to_sizes: "sizes-sent",
        compress_the_other_way_round: "sent-and-memory-swapped",
        compress_owes_below_zero: "sign-of-the-memory",
        compress_in_the_memory_itself: "changed-in-place",
    },
    "delayed-rate": {
        rate_without_delay: "no-delay",
        rate_without_overflow: "no-delay",
        rate_that_never_turns: "never-overshoots",
        rate_below_the_start: "small-from-two-on",
        rate_that_arrives_early: "too-small",
        rate_far_from_overflow: "too-large",
        rate_one_step_later: "delay-too-long",
        rate_one_step_earlier: "delay-too-short",
        rate_of_the_plain_parabola: "curvature-forgotten",
        rate_by_steps: "divided-by-steps",
        rate_by_delay: "one-over-delay",
        rate_halved: "halved-each-step",
        rate_in_degrees: "degrees",
        rate_of_small_angles: "long-delays-alone",
        rate_where_time_flows: "continuous-time",
        rate_to_be_safe: "half-of-it",
        rate_of_zero: "not-above-zero",
    },
}

RIGHT = {
    "combine": [combine_by_average, combine_by_repeating, combine_as_it_comes, combine_by_einsum],
    "step-time": [step_round_by_round, step_with_a_special_case, step_in_fractions],
    "compress": [compress_by_a_mask, compress_by_partition, compress_by_a_heap, compress_one_by_one],
    "delayed-rate": [rate_found_by_halving, rate_of_many_at_once, rate_by_eigenvalues, rate_by_cosine],
}
