"""Lesson 03, the loss: cross-entropy from logits, of two classes and of many."""

import numpy as np

from helpers.exercises.exercise import Exercise, Mistake


def binary_cross_entropy(logits: np.ndarray, labels: np.ndarray) -> float:
    """Mean cross-entropy of n logits for n labels 0 or 1, in nats; finite for every finite logit."""
    return np.mean(np.logaddexp(0, logits) - labels * logits)


def softmax_cross_entropy(logits: np.ndarray, labels: np.ndarray) -> float:
    """Mean cross-entropy of logits (n, k) for n class numbers from 0 to k - 1, in nats; finite for finite logits."""
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_total = np.log(np.sum(np.exp(shifted), axis=1))
    return np.mean(log_total - shifted[np.arange(len(labels)), labels])


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def _of_probabilities(p: np.ndarray, labels: np.ndarray) -> float:
    return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))


def _softmax(z: np.ndarray, axis: int = 1) -> np.ndarray:
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def _of_label(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return values[np.arange(len(labels)), labels]


def _one_hot(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return np.eye(logits.shape[1])[labels]


def _unshifted(logits: np.ndarray, labels: np.ndarray) -> float:
    e = np.exp(logits)
    return -np.mean(np.log(_of_label(e / np.sum(e, axis=1, keepdims=True), labels)))


def _shifted_by_one_maximum(logits: np.ndarray, labels: np.ndarray) -> float:
    shifted = logits - np.max(logits)
    return np.mean(np.log(np.sum(np.exp(shifted), axis=1)) - _of_label(shifted, labels))


def _bounded(how: str, eps: float) -> Mistake:
    def answer(logits: np.ndarray, labels: np.ndarray) -> float:
        p = _sigmoid(logits)
        if how == "clipped":
            return _of_probabilities(np.clip(p, eps, 1 - eps), labels)
        return -np.mean(labels * np.log(p + eps) + (1 - labels) * np.log(1 - p + eps))

    return Mistake(
        f"{how}-{eps:.0e}",
        answer,
        "Nothing overflows, but the loss cannot grow beyond the logarithm of the small number that you put in. A model "
        "that is wrong with certainty pays by its logit. Work on the logits, without the probability in between.",
    )


def _logits(shape: tuple[int, ...], seed: int) -> np.ndarray:
    return np.round(np.random.default_rng(seed).normal(0, 2, shape), 2)


BINARY_CROSS_ENTROPY = Exercise(
    id="binary-cross-entropy",
    statement=(
        "Write binary_cross_entropy(logits, labels): the mean binary cross-entropy in nats. logits and labels have "
        "shape (n,), labels are 0 or 1. The result is finite and exact for logits of 1000 and of -1000 as well."
    ),
    reference=binary_cross_entropy,
    probes=[
        (np.array([0.2, 0.7, 0.4]), np.array([1, 0, 1])),
        (np.array([2.0, -1.0]), np.array([1, 0])),
        (_logits((4,), 1), np.array([0, 1, 1, 1])),
        (_logits((5,), 2), np.array([1, 0, 0, 1, 0])),
    ],
    edges=[
        (np.array([0.0]), np.array([1])),
        (np.array([1000.0, 0.5]), np.array([1, 0])),
        (np.array([1000.0, 0.5]), np.array([0, 1])),
        (np.array([-1000.0, 0.5]), np.array([1, 0])),
        (np.array([-1000.0, 0.5]), np.array([0, 1])),
    ],
    mistakes=[
        Mistake(
            "sum-instead-of-mean",
            lambda logits, labels: len(labels) * binary_cross_entropy(logits, labels),
            "You add the losses up. Divide by the number of samples, so that twice the data are not twice the loss.",
        ),
        Mistake(
            "labels-of-plus-and-minus-one",
            lambda logits, labels: np.mean(np.logaddexp(0, -labels * logits)),
            "This formula wants labels -1 and 1. With labels 0 and 1, every sample of class 0 costs ln 2, whatever the "
            "logit.",
        ),
        Mistake(
            "labels-swapped",
            lambda logits, labels: binary_cross_entropy(logits, 1 - labels),
            "The classes have changed places: a large logit speaks for label 1, and should then cost little.",
        ),
        Mistake(
            "wrong-sign",
            lambda logits, labels: -binary_cross_entropy(logits, labels),
            "The sign is turned round. The logarithm of a probability is negative; a loss is its opposite.",
        ),
        Mistake(
            "class-zero-is-free",
            lambda logits, labels: np.mean(labels * np.logaddexp(0, -logits)),
            "Only samples of label 1 cost anything. The formula has a second term, for label 0.",
        ),
        Mistake(
            "logits-as-probabilities",
            lambda logits, labels: _of_probabilities(logits, labels),
            "You take logarithms of the logits themselves. A logit is any number; the sigmoid makes a probability of "
            "it.",
        ),
        Mistake(
            "sigmoid-twice",
            lambda logits, labels: binary_cross_entropy(_sigmoid(logits), labels),
            "The sigmoid is applied twice. Where you work on logits, it is inside the formula already.",
        ),
        Mistake(
            "log-of-base-two",
            lambda logits, labels: binary_cross_entropy(logits, labels) / np.log(2),
            "This is in bits, with the logarithm of base 2. Asked are nats, the natural logarithm.",
        ),
        Mistake(
            "squared-error",
            lambda logits, labels: np.mean((_sigmoid(logits) - labels) ** 2),
            "This is the squared error of the probabilities. Cross-entropy takes their logarithm.",
        ),
        Mistake(
            "gradient-instead-of-loss",
            lambda logits, labels: (_sigmoid(logits) - labels) / len(labels),
            "This is the gradient with respect to the logits. Asked is the loss, one number.",
        ),
        Mistake(
            "error-rate",
            lambda logits, labels: np.mean((logits > 0) != (labels == 1)),
            "This is the share of wrong answers, a metric. The loss also asks how sure the model was.",
        ),
        Mistake(
            "not-averaged",
            lambda logits, labels: np.logaddexp(0, logits) - labels * logits,
            "These are the losses of the samples, one each. Return their mean.",
        ),
        Mistake(
            "log-of-zero",
            lambda logits, labels: _of_probabilities(_sigmoid(logits), labels),
            "Right for moderate logits. At 1000 the probability is rounded to 1, and one term becomes 0 times "
            "log(0), which is NaN. Stay with the logits: no probability, no log(0).",
        ),
        Mistake(
            "log-of-zero-where-wrong",
            lambda logits, labels: np.mean(-np.log(np.where(labels == 1, _sigmoid(logits), 1 - _sigmoid(logits)))),
            "Right for moderate logits. Where the model is sure and wrong, the probability is rounded to 0 and its "
            "logarithm is infinite. Stay with the logits: no probability, no log(0).",
        ),
        Mistake(
            "overflow",
            lambda logits, labels: np.mean(np.log(1 + np.exp(logits)) - labels * logits),
            "The right formula, but the exponential of 1000 is too large for a float. Take the larger of 0 and the "
            "logit out of the logarithm first; np.logaddexp does that.",
        ),
        *(_bounded(how, eps) for how in ("clipped", "epsilon-added") for eps in (1e-8, 1e-12, 1e-15)),
    ],
    hints=[
        "For label 1 a sample costs log(1 + exp(-z)), for label 0 log(1 + exp(z)). How far apart are the two?",
        "So one formula serves both labels: the second cost, minus z where the label is 1.",
        "np.logaddexp(a, b) is the logarithm of exp(a) + exp(b), computed so that nothing overflows. Which a gives "
        "the 1?",
    ],
    insight="Sure and wrong costs as much as the logit is large; that is what the metric does not see.",
    points=3,
)

SOFTMAX_CROSS_ENTROPY = Exercise(
    id="softmax-cross-entropy",
    statement=(
        "Write softmax_cross_entropy(logits, labels): the mean cross-entropy in nats. logits have shape (n, k), one "
        "row for each sample; labels, of shape (n,), are the numbers of the right classes, from 0 to k - 1. The "
        "result is finite and exact for logits of 1000 and of -1000 as well."
    ),
    reference=softmax_cross_entropy,
    probes=[
        (np.array([[2.0, 1.0, -1.0], [0.5, 0.0, 1.5]]), np.array([0, 1])),
        (_logits((3, 4), 3), np.array([3, 0, 2])),
        (_logits((4, 3), 4), np.array([2, 2, 0, 1])),
        (_logits((5, 2), 5), np.array([0, 1, 1, 0, 1])),
    ],
    edges=[
        (np.zeros((2, 3)), np.array([2, 0])),
        (np.array([[1000.0, -1000.0], [0.5, 0.0]]), np.array([0, 0])),
        (np.array([[1000.0, -1000.0], [0.5, 0.0]]), np.array([1, 0])),
        (np.array([[1000.0, 999.0], [-1000.0, -999.0]]), np.array([0, 1])),
    ],
    mistakes=[
        Mistake(
            "sum-instead-of-mean",
            lambda logits, labels: len(labels) * softmax_cross_entropy(logits, labels),
            "You add the losses of the samples up. Divide by their number.",
        ),
        Mistake(
            "mean-over-classes-too",
            lambda logits, labels: softmax_cross_entropy(logits, labels) / logits.shape[1],
            "You divide by n k: the mean runs over a table in which only one entry of each row counts. Divide by the "
            "number of samples.",
        ),
        Mistake(
            "softmax-twice",
            lambda logits, labels: softmax_cross_entropy(_softmax(logits), labels),
            "Softmax is applied twice: once before, and once inside the loss. Then the logits differ by 1 at most, and "
            "the loss cannot come near 0.",
        ),
        Mistake(
            "softmax-over-samples",
            lambda logits, labels: -np.mean(np.log(_of_label(_softmax(logits, axis=0), labels))),
            "Softmax runs down the columns, over the samples. The classes of one sample compete, so it has to run "
            "along the row: axis=1.",
        ),
        Mistake(
            "all-pairs",
            lambda logits, labels: -np.mean(np.log(_softmax(logits))[:, labels]),
            "Indexing with [:, labels] takes all labels for every sample, n x n numbers. Pair the row numbers with the "
            "labels.",
        ),
        Mistake(
            "labels-from-one",
            lambda logits, labels: softmax_cross_entropy(logits, labels - 1),
            "Every label is taken for the class before it (and class 0 for the last): labels count from 0 already.",
        ),
        Mistake(
            "wrong-sign",
            lambda logits, labels: -softmax_cross_entropy(logits, labels),
            "The sign is turned round. The logarithm of a probability is negative; a loss is its opposite.",
        ),
        Mistake(
            "log-of-base-two",
            lambda logits, labels: softmax_cross_entropy(logits, labels) / np.log(2),
            "This is in bits, with the logarithm of base 2. Asked are nats, the natural logarithm.",
        ),
        Mistake(
            "normaliser-forgotten",
            lambda logits, labels: -np.mean(_of_label(logits, labels)),
            "Only the logit of the right class counts here. Softmax divides by the sum over all classes, and its "
            "logarithm belongs to the loss.",
        ),
        Mistake(
            "probability-instead-of-logarithm",
            lambda logits, labels: -np.mean(_of_label(_softmax(logits), labels)),
            "The logarithm is missing: this is minus the probability of the right class.",
        ),
        Mistake(
            "gradient-instead-of-loss",
            lambda logits, labels: (_softmax(logits) - _one_hot(logits, labels)) / len(labels),
            "This is the gradient with respect to the logits. Asked is the loss, one number.",
        ),
        Mistake(
            "squared-error",
            lambda logits, labels: np.mean(np.sum((_softmax(logits) - _one_hot(logits, labels)) ** 2, axis=1)),
            "This is the squared error of the probabilities. Cross-entropy takes the logarithm of one of them.",
        ),
        Mistake(
            "not-averaged",
            lambda logits, labels: -np.log(_of_label(_softmax(logits), labels)),
            "These are the losses of the samples, one each. Return their mean.",
        ),
        Mistake(
            "overflow",
            _unshifted,
            "Right for moderate logits. The exponential of 1000 is too large for a float, and inf/inf is NaN. "
            "Subtract each row's largest logit first: the probabilities stay the same.",
        ),
        Mistake(
            "log-of-zero",
            lambda logits, labels: -np.mean(np.log(_of_label(_softmax(logits), labels))),
            "The shift is right, so nothing overflows. But a probability of exp(-2000) is rounded to 0, and its "
            "logarithm is infinite. Take the logarithm of the sum instead, and never that of a probability.",
        ),
        Mistake(
            "one-maximum-for-all",
            _shifted_by_one_maximum,
            "You subtract the largest logit of the whole table. A row far below it is rounded to zeros. Each row needs "
            "its own maximum: axis=1, keepdims=True.",
        ),
    ],
    hints=[
        "One sample costs the logarithm of the sum of all exponentials of its row, minus the logit of its class.",
        "Subtract each row's largest logit from the row before you take exponentials. What happens to the cost?",
        "Pair row numbers with labels to pick one number from each row: np.arange(len(labels)) and labels.",
    ],
    insight="With all logits equal it is ln k: what an untrained classifier should show.",
    points=3,
)
