"""Lesson 08, adaptive methods: its predictions and its quiz."""

from helpers.exercises.exercise import Option, Question

FIRST_STEP = Question(
    "first-step-uncorrected",
    "m and v start at 0. You run Adam with beta1 = 0.9, beta2 = 0.999 and lr = 0.1, and leave the correction out. The "
    "gradient is 1 at every step. How long is the first step?",
    (
        Option(
            "short",
            "Shorter than lr: m starts at 0",
            "m is ten times too small. But it is divided by the root of v, which is too small as well.",
        ),
        Option("lr", "As long as lr: the two errors cancel", "They would if both averages forgot at the same pace."),
        Option(
            "long",
            "Longer than lr: v starts at 0 too",
            "m is a tenth of what it should be, the root of v a thirty-second: the ratio is three times too large.",
        ),
    ),
)

WORST_POINT = Question(
    "reddi-where-to",
    "x moves between -1 and 1. At every third step the slope is +3, at the others -1, so on average it is +1/3, and -1 "
    "is the best point. Where does Adam with a very short memory for squares end?",
    (
        Option("best", "At -1, the best point", "It would, if the size of the slopes counted."),
        Option("middle", "It wanders about 0", "The steps to either side do not balance here."),
        Option(
            "worst",
            "At +1, the worst point",
            "Division makes a slope of 3 and a slope of 1 into steps of similar length, and two of three lead to +1.",
        ),
    ),
)

TURNED_BOWL = Question(
    "turned-bowl",
    "You turn a bowl of condition number 100 by 45 degrees, and its starts with it. How many steps do gradient descent "
    "and Adagrad need now, each at its best lr?",
    (
        Option(
            "same", "Both as many as before: it is the same bowl", "The bowl is. Adagrad's axes did not turn with it."
        ),
        Option(
            "adagrad-more",
            "Gradient descent as many, Adagrad many more",
            "Gradient descent knows no axes. Adagrad scales along w0 and w1, and the bowl now lies askew to both.",
        ),
        Option(
            "both-more",
            "Both more: the coordinates are coupled now",
            "For gradient descent the eigenvalues count, and turning does not change them.",
        ),
    ),
)

PREDICTIONS = (FIRST_STEP, WORST_POINT, TURNED_BOWL)

NO_TUNING = Question(
    "quiz-adam-needs-no-tuning",
    "Does Adam spare you the choice of a learning rate?",
    (
        Option(
            "yes",
            "Yes, it adapts the rate itself",
            "It adapts the ratio of the rates. Their common size is still lr: in the race, a small one did not arrive.",
        ),
        Option(
            "scale",
            "No, but lr no longer depends on the scale of the loss",
            "A loss a thousand times larger takes the same steps, up to epsilon. How far a step should go is still "
            "your choice.",
        ),
        Option(
            "harder", "No, it makes the choice harder", "On Himmelblau's surface Adam arrived over a wider range of lr."
        ),
    ),
    right="scale",
)

DECOUPLED = Question(
    "quiz-decoupled",
    "Two weights have the same value. One has large gradients, the other small ones. Which of them does L2 inside "
    "Adam's gradient shrink more?",
    (
        Option("large", "The one with large gradients", "Its penalty is divided by the larger root."),
        Option(
            "small",
            "The one with small gradients",
            "The penalty passes through the division: where gradients are small, the root is small. AdamW shrinks both "
            "by the same part.",
        ),
        Option("same", "Both alike", "That is AdamW, where the decay stays outside of the fraction."),
    ),
    right="small",
)

TURN_QUIZ = Question(
    "quiz-axes",
    "When do methods with a rate for each coordinate gain most over gradient descent?",
    (
        Option(
            "axes",
            "When the coordinates themselves are badly scaled",
            "Then the rates undo the scaling. On a bowl that lies askew they cannot.",
        ),
        Option("always", "On every problem of large condition number", "Turn the bowl: same condition, no gain left."),
        Option(
            "loss",
            "When the loss is large in all directions",
            "Then gradient descent only needs a smaller lr, as in the run with a thousand times the loss.",
        ),
    ),
    right="axes",
)

QUIZ = (NO_TUNING, DECOUPLED, TURN_QUIZ)
