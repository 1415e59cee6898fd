"""Lesson 06, stochastic gradient: its predictions and its quiz."""

from helpers.exercises.exercise import Option, Question

ONE_PASS = Question(
    "one-pass",
    "442 patients, one pass over them, each way with its best learning rate. After it, which has the lowest loss: one "
    "step with the exact gradient of all patients, or many steps with noisy ones?",
    (
        Option(
            "full",
            "The one exact step",
            "Its direction is the best one at the start. But it is used up after one step, and the slope changes.",
        ),
        Option(
            "same",
            "About the same: each patient is used once",
            "The cost is the same. A later batch, though, is used at a better place than the start.",
        ),
        Option(
            "small",
            "The many noisy steps",
            "Each step is a little wrong and cheap, and the next one starts from a better place.",
        ),
    ),
)

RESHUFFLE = Question(
    "reshuffle-or-replace",
    "Two runs with the same small learning rate and the same batch size. One draws each batch anew from all samples, "
    "the other shuffles once an epoch and uses each sample once. Where does the loss settle?",
    (
        Option("same", "At the same floor: both are random", "Both are noisy, but one epoch's errors are not alike."),
        Option(
            "reshuffled",
            "Reshuffling settles lower",
            "Within an epoch every sample pulls once, so that its errors nearly cancel by the end of the epoch.",
        ),
        Option(
            "replacement",
            "Drawing anew settles lower: its draws are independent",
            "Independence makes it easier to compute with. Its errors add up instead of cancelling.",
        ),
    ),
)

LARGER_BATCH = Question(
    "lr-for-a-larger-batch",
    "For a batch of 4 you know the best learning rate of one step from a given place. You make the batch 64 times "
    "larger. How does the best learning rate of one step change?",
    (
        Option(
            "linear",
            "It becomes about 64 times larger, too",
            "In proportion to B it grows only while B is far below the noise scale.",
        ),
        Option("root", "About 8 times larger, the root of 64", "The noise shrinks by 8, but it does not decide alone."),
        Option(
            "less",
            "Much less than 8 times larger",
            "Even the exact gradient has its best rate, which the curvature sets. No batch gets beyond it.",
        ),
    ),
)

PREDICTIONS = (ONE_PASS, RESHUFFLE, LARGER_BATCH)

BIGGER_BATCH = Question(
    "quiz-bigger-batch",
    "Is a bigger batch always better?",
    (
        Option(
            "always",
            "Yes, its gradient is more exact",
            "It is, and it costs more. Beyond the noise scale a step gains little from that.",
        ),
        Option(
            "scale",
            "No: beyond the noise scale each step costs more and gains little",
            "There the best lr is near its largest value, and curvature limits the step instead of noise.",
        ),
        Option(
            "one",
            "No, a single sample is always best",
            "With few samples the noise keeps the learning rate small, and one step gains little.",
        ),
    ),
    right="scale",
)

LARGE_DATA = Question(
    "quiz-large-data",
    "A data set is fifty times larger than your memory. Can gradient descent train on it?",
    (
        Option(
            "no",
            "No, the gradient needs all samples at once",
            "The full gradient is a sum and can be added up in pieces; a mini-batch needs only its own samples.",
        ),
        Option(
            "yes",
            "Yes: a step needs one batch in memory, and the rest stays in the file",
            "The memory that training takes depends on the batch, not on the number of samples.",
        ),
        Option(
            "sample",
            "Only on a part that fits, chosen once",
            "That works as well, but the rest of the data is never seen.",
        ),
    ),
    right="yes",
)

FLOOR = Question(
    "quiz-floor",
    "With a constant lr and small batches the loss has stopped falling, above its minimum. What does not help?",
    (
        Option("rate", "A smaller lr from here on", "It helps: the floor falls with lr."),
        Option("batch", "A larger batch", "It helps: the floor falls as 1/B."),
        Option(
            "steps",
            "More steps with the same lr and batch",
            "Noise and pull are in balance; the path goes on trembling at the same distance.",
        ),
    ),
    right="steps",
)

QUIZ = (BIGGER_BATCH, LARGE_DATA, FLOOR)
