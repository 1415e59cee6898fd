import numpy as np


def gradient_of_everything(x, y, w, b, batch):
    error = w * x + b - y
    return 2 * (error * x).mean(), 2 * error.mean()


def half_gradient(x, y, w, b, batch):
    error = w * x[batch] + b - y[batch]
    return np.mean(error * x[batch]), np.mean(error)


def target_minus_prediction(x, y, w, b, batch):
    error = y[batch] - (w * x[batch] + b)
    return 2 * np.mean(error * x[batch]), 2 * np.mean(error)


def all_the_targets(x, y, w, b, batch):
    error = w * x[batch] + b - y
    return 2 * np.mean(error * x[batch]), 2 * np.mean(error)


def summed(x, y, w, b, batch):
    dw = db = 0.0
    for i in batch:
        dw += 2 * (w * x[i] + b - y[i]) * x[i]
        db += 2 * (w * x[i] + b - y[i])
    return dw, db


def product_of_the_means(x, y, w, b, batch):
    error = w * x[batch] + b - y[batch]
    return 2 * np.mean(error) * np.mean(x[batch]), 2 * np.mean(error)


def whole_batches(n, batch_size):
    return int(n / batch_size)


def always_one_more(n, batch_size):
    return int(n / batch_size) + 1


def nearest_whole_number(n, batch_size):
    return np.round(n / batch_size)


def in_order(n, batch_size, rng):
    return [list(range(i, min(i + batch_size, n))) for i in range(0, n, batch_size)]


def without_the_rest(n, batch_size, rng):
    order = rng.permutation(n)
    for k in range(n // batch_size):
        yield order[k * batch_size : (k + 1) * batch_size]


def drawn_one_by_one(n, batch_size, rng):
    batches, left = [], n
    while left > 0:
        size = min(batch_size, left)
        batches.append(rng.choice(n, size))
        left -= size
    return batches


def new_choice_for_each_batch(n, batch_size, rng):
    sizes = [batch_size] * (n // batch_size) + ([n % batch_size] if n % batch_size else [])
    return [rng.permutation(n)[:size] for size in sizes]


def own_generator(n, batch_size, rng):
    rng = np.random.default_rng(42)
    indices = np.arange(n)
    rng.shuffle(indices)
    return tuple(indices[i : i + batch_size] for i in range(0, n, batch_size))


def global_generator(n, batch_size, rng):
    indices = list(range(n))
    np.random.default_rng().shuffle(indices)
    return [indices[i : i + batch_size] for i in range(0, n, batch_size)]


def shuffled_blocks(n, batch_size, rng):
    batches = [list(range(i, min(i + batch_size, n))) for i in range(0, n, batch_size)]
    rng.shuffle(batches)
    return batches


def shuffled_in_the_block(n, batch_size, rng):
    batches = [np.arange(i, min(i + batch_size, n)) for i in range(0, n, batch_size)]
    for batch in batches:
        rng.shuffle(batch)
    return batches


def back_to_the_beginning(n, batch_size, rng):
    order = list(rng.permutation(n))
    order += order
    return [np.array(order[i : i + batch_size]) for i in range(0, n, batch_size)]


def quarters(losses):
    k = len(losses) // 4
    return sum(losses[len(losses) - 2 * k : len(losses) - k]) / k, sum(losses[len(losses) - k :]) / k


def no_word_for_nan(losses):
    before, last = quarters(losses)
    if last > losses[0]:
        return "diverged"
    if last < losses[0] / 1e9:
        return "arrived"
    return "still falling" if last < 0.8 * before else "noise floor"


def last_loss_alone(losses):
    before, _ = quarters(losses)
    last = losses[-1]
    if np.isnan(last) or last > losses[0]:
        return "diverged"
    if last < losses[0] / 1e9:
        return "arrived"
    return "still falling" if last < 0.8 * before else "noise floor"


def falling_before_arrived(losses):
    before, last = quarters(losses)
    if np.isnan(last) or last > losses[0]:
        return "diverged"
    if last < 0.8 * before:
        return "still falling"
    return "arrived" if last < losses[0] / 1e9 else "noise floor"


def fallen_from_the_start(losses):
    _, last = quarters(losses)
    if np.isnan(last) or last > losses[0]:
        return "diverged"
    if last < losses[0] / 1e9:
        return "arrived"
    return "still falling" if last < 0.8 * losses[0] else "noise floor"


KNOWN = {
    "minibatch-gradient": {
        gradient_of_everything: "all-samples",
        product_of_the_means: "means-multiplied",
        half_gradient: "factor-two-missing",
        target_minus_prediction: "wrong-sign",
        all_the_targets: "targets-not-from-the-batch",
        summed: "sum",
    },
    "steps-per-epoch": {
        whole_batches: "ragged-batch-forgotten",
        always_one_more: "one-too-many",
        nearest_whole_number: "rounded",
    },
    "minibatches": {
        in_order: "not-shuffled",
        without_the_rest: "last-batch-dropped",
        drawn_one_by_one: "drawn-with-replacement",
        new_choice_for_each_batch: "each-batch-drawn-anew",
        own_generator: "seed-inside",
        global_generator: "another-generator",
        shuffled_blocks: "blocks-in-another-order",
        shuffled_in_the_block: "shuffled-within-blocks",
        back_to_the_beginning: "last-batch-filled-up",
    },
    "loss-diagnosis": {
        no_word_for_nan: "nan-unseen",
        last_loss_alone: "last-value-for-last-quarter",
        falling_before_arrived: "falling-asked-first",
        fallen_from_the_start: "compared-with-the-start",
    },
}
