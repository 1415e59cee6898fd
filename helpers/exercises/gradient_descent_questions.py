"""Lesson 04, gradient descent: its predictions and its quiz."""

from helpers.exercises.exercise import Option, Question

HOW_MANY_MINIMA = Question(
    "how-many-minima",
    "Himmelblau's surface has four minima, all of the same depth. You start a descent from each of 961 places on a "
    "grid, with a small learning rate. How many of the minima are reached?",
    (
        Option(
            "one", "One: they all end at the same minimum", "The gradient knows the slope at the start, not the map."
        ),
        Option(
            "four", "All four: each has its own region of starts", "Each start rolls into the basin that it lies in."
        ),
        Option("chance", "It depends on chance", "There is no chance in it: the same start takes the same path."),
    ),
)

SADDLE_START = Question(
    "saddle-start",
    "A saddle lies at (0, 0), with a minimum on either side. One descent starts on the ridge, at (1, 0), another one a "
    "hair beside it, at (1, 0.00000001). Where are they after 10,000 steps?",
    (
        Option("both-stay", "Both at the saddle", "A hair is enough: across the ridge each step multiplies it."),
        Option(
            "split",
            "The first at the saddle, the second at a minimum",
            "On the ridge the slope across it is exactly 0. Beside it the distance grows at each step.",
        ),
        Option("both-leave", "Both at a minimum", "On the ridge nothing pushes the first one to either side."),
    ),
)

PREDICTIONS = (HOW_MANY_MINIMA, SADDLE_START)

ZERO_GRADIENT = Question(
    "quiz-zero-gradient",
    "A descent stops because the gradient is zero. What do you know?",
    (
        Option(
            "minimum",
            "It is a minimum",
            "A saddle and a plateau have zero gradient too; you have seen a run end there.",
        ),
        Option(
            "level", "The ground is level here, and nothing more", "The next step would not move. That is all it says."
        ),
        Option("bug", "The gradient has a mistake", "It may; but every minimum has a zero gradient as well."),
    ),
    right="level",
)

GLOBAL_MINIMUM = Question(
    "quiz-global-minimum",
    "Will gradient descent find the global minimum?",
    (
        Option(
            "always", "Yes, if the learning rate is small enough", "A small rate follows the slope to the nearest dip."
        ),
        Option(
            "convex",
            "On a convex loss, with lr below its limit; elsewhere the start decides",
            "A convex loss has no other dips. Himmelblau's and Rastrigin's surfaces have.",
        ),
        Option("never", "No, never", "On every bowl of this course it did."),
    ),
    right="convex",
)

TOGETHER = Question(
    "quiz-together",
    "Someone updates w0 first and uses the new w0 in the gradient for w1. What is it?",
    (
        Option(
            "same", "The same algorithm, written in two lines", "The second line sees another point than the first."
        ),
        Option(
            "other",
            "Another algorithm, coordinate descent, with other paths and another limit for lr",
            "It can be useful, but it is not the direction of steepest descent.",
        ),
        Option(
            "error",
            "Nonsense that cannot converge",
            "In the run above it arrived, and sooner than the simultaneous one.",
        ),
    ),
    right="other",
)

QUIZ = (ZERO_GRADIENT, GLOBAL_MINIMUM, TOGETHER)
