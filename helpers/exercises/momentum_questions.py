"""Lesson 07, momentum: its predictions and its quiz."""

from helpers.exercises.exercise import Option, Question

WHICH_MOMENTUM = Question(
    "which-momentum",
    "On a parabola, lr is small: plain descent takes away 9 % of the distance in each step. You add momentum, with the "
    "same lr, and take 60 steps. Which beta ends nearest to the minimum?",
    (
        Option("none", "beta = 0, plain descent: it never overshoots", "It never does, and it creeps all the way."),
        Option(
            "middle",
            "beta = 0.49",
            "It has the largest momentum that does not overshoot here. You are about to see where it comes from.",
        ),
        Option(
            "much", "beta = 0.9: the more momentum, the faster", "It is fast, and overshoots again and again instead."
        ),
    ),
)

MOMENTUM_AND_NOISE = Question(
    "momentum-and-noise",
    "Gradients are noisy, and plain descent with lr = 0.02 has settled at its noise floor. You switch on momentum, "
    "beta = 0.9, and leave lr as it is. What happens to the floor, the mean loss in the long run?",
    (
        Option(
            "falls",
            "It falls: the velocity averages the noise away",
            "The velocity does add up many gradients, noise and all; but its steps are longer too.",
        ),
        Option("same", "It stays: lr and the noise are the same", "lr is, but the steps have become longer."),
        Option(
            "rises",
            "It rises about tenfold",
            "In the long run each gradient moves w by lr/(1 - beta), ten times as far.",
        ),
    ),
)

PREDICTIONS = (WHICH_MOMENTUM, MOMENTUM_AND_NOISE)

AVERAGE = Question(
    "quiz-moving-average",
    "A program uses heavy ball with beta = 0.9. You replace its velocity by a moving average, in which the new "
    "gradient counts 0.1. What do you do with lr?",
    (
        Option("keep", "Keep it", "Then every step is a tenth of what it was."),
        Option("ten", "Multiply it by ten", "The average is a tenth of the velocity, and the path stays the same."),
        Option("tenth", "Divide it by ten", "The steps have become shorter already."),
    ),
    right="ten",
)

RIPPLES = Question(
    "quiz-ripples",
    "On a parabola, heavy ball ripples around the minimum for a long time. lr is far below its limit. What makes the "
    "ripples die out sooner?",
    (
        Option("less", "A smaller beta", "Where it ripples, each step multiplies the swing by the root of beta."),
        Option("more", "A larger beta", "Each step multiplies the swing by the root of beta: it would last longer."),
        Option(
            "lr",
            "A slightly smaller lr",
            "The ripples become longer, but as long as there are ripples, they die out at the same rate.",
        ),
    ),
    right="less",
)

GUARANTEE = Question(
    "quiz-polyak-guarantee",
    "The curvature of a convex function of one parameter lies between 1 and 25 wherever it exists. Does heavy ball "
    "with Polyak's lr and beta for 1 and 25 reach the minimum?",
    (
        Option(
            "always",
            "Yes, from every start, at the rate 2/3",
            "That is true of quadratics. You have seen a function that is none.",
        ),
        Option(
            "perhaps",
            "From some starts; from others it may go round in a cycle",
            "Polyak's theory needs a quadratic, or a start near the minimum of a function that is nearly one there.",
        ),
        Option("never", "No, it needs a quadratic to converge at all", "From other starts it did converge."),
    ),
    right="perhaps",
)

QUIZ = (AVERAGE, RIPPLES, GUARANTEE)
