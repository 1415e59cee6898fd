"""Lesson 03, the loss: its predictions and its quiz."""

from helpers.exercises.exercise import Option, Question

PULL_OF_OUTLIER = Question(
    "pull-of-an-outlier",
    "Twelve points lie along a line that rises; a thirteenth lies 10 below it. You fit a line by MSE, one by MAE and "
    "one by the Huber loss. Then you pull the thirteenth point down, 100 and 1000 below. What do the three lines do?",
    (
        Option("all-follow", "All three follow it, farther and farther", "One of them does."),
        Option(
            "mse-follows",
            "The MSE line follows it without end, the two others stay where they are",
            "The pull of one error grows with the error in the MSE. In the two others it has an upper bound.",
        ),
        Option("none-follows", "None follows: twelve points outvote one", "In the MSE votes are not counted alike."),
    ),
)

SUM_FOR_MEAN = Question(
    "sum-for-mean",
    "A descent on the mean squared error of 100 samples converges. You write sum for mean and change nothing else. "
    "What happens?",
    (
        Option("same", "The same: the lowest point is where it was", "It is. But can the descent still reach it?"),
        Option("slower", "It becomes slower", "The gradient is longer now, and so is each step."),
        Option(
            "diverges",
            "It runs away",
            "The gradient is 100 times as long, which is as if the learning rate were 100 times as large.",
        ),
    ),
)

SUBGRADIENT_ZEROS = Question(
    "subgradient-zeros",
    "The minimum of a loss with an L1 penalty has five of ten weights exactly at 0. You descend with the subgradient, "
    "where sign(w) is the slope of |w|, for 5,000 steps. How many weights are exactly 0 at the end?",
    (
        Option("five", "Five, as at the minimum", "They come near 0 and step across it."),
        Option("some", "Some of the five", "To land on 0 a step would have to have exactly the right length."),
        Option(
            "none",
            "None",
            "Next to 0 the pull of the penalty is as strong as far away, so each step carries the weight across.",
        ),
    ),
)

SEPARABLE_WEIGHTS = Question(
    "separable-weights",
    "A straight border separates two classes without an error. You descend on the cross-entropy, without a penalty, "
    "for 100,000 steps. What do the weights do?",
    (
        Option(
            "settle", "They settle at the minimum", "Scale correct weights up, and the loss falls. Where does that end?"
        ),
        Option("runaway", "They grow at the same pace all the time", "They grow, but the slope fades as they do."),
        Option(
            "slow-growth",
            "They grow without end, ever more slowly, and their direction settles",
            "There is no minimum at a finite place, only a direction in which the loss falls toward 0.",
        ),
    ),
)

PREDICTIONS = (PULL_OF_OUTLIER, SUM_FOR_MEAN, SUBGRADIENT_ZEROS, SEPARABLE_WEIGHTS)

ACCURACY_MINIMISED = Question(
    "quiz-accuracy-minimised",
    "You want high accuracy. Why does the descent not maximise accuracy itself?",
    (
        Option(
            "it-does",
            "It does: a lower loss is a higher accuracy",
            "In the experiment, the loss rose above ln 2 at high accuracy.",
        ),
        Option(
            "flat",
            "Its slope is 0 wherever it has one: it jumps or stays",
            "A small move of the border changes no answer at all. The loss is the stand-in that has a slope.",
        ),
        Option("slow", "It is too slow to compute", "It is cheaper than the loss: no logarithm."),
    ),
    right="flat",
)

HALF_THE_LOSS = Question(
    "quiz-half-the-loss",
    "A colleague minimises half the MSE, and you the MSE, both with the same lr from the same start. What differs?",
    (
        Option("minimum", "The minimum", "Half of a function is lowest at the same place."),
        Option(
            "step",
            "Your steps start twice as long; with half your lr, your path is the colleague's",
            "A factor in front of the loss is a factor in front of lr.",
        ),
        Option("nothing", "Nothing: a factor does not matter", "It does not for the minimum. For the steps it does."),
    ),
    right="step",
)

WHAT_L1_DOES = Question(
    "quiz-l1-and-l2",
    "You need a model that uses few of its features. Which penalty, and which step?",
    (
        Option(
            "l2",
            "L2, with a strength that is large enough",
            "It makes weights small. In the experiment none was exactly 0.",
        ),
        Option(
            "subgradient",
            "L1, with the subgradient",
            "The minimum is the right one, but the weights tremble around 0 and, almost always, miss it.",
        ),
        Option(
            "proximal",
            "L1, with a proximal step",
            "Soft thresholding sets a weight to 0 whenever the loss pulls less than the penalty.",
        ),
    ),
    right="proximal",
)

QUIZ = (ACCURACY_MINIMISED, HALF_THE_LOSS, WHAT_L1_DOES)
