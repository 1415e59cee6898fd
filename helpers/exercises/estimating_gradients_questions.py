"""Lesson 02, estimating gradients: its predictions and its quiz."""

from helpers.exercises.exercise import Option, Question

SMALLER_STEP = Question(
    "smaller-and-smaller-step",
    "You estimate the slope of exp(w) by a difference of two values, a distance h apart. You divide h by ten, again "
    "and again, from 1 down to 1e-15. What does the error of the slope do?",
    (
        Option(
            "falls",
            "It falls as long as h does",
            "On paper it would. The computer keeps about 16 digits of each value, and the two values become equal.",
        ),
        Option(
            "levels-off",
            "It falls, then stays where it is",
            "The rounding stays the same, but it is divided by an h that goes on shrinking.",
        ),
        Option(
            "turns",
            "It falls, then grows again",
            "First the bend of the curve is left behind; then the rounding of the values, divided by h, takes over.",
        ),
    ),
)

HOW_MANY_DIRECTIONS = Question(
    "how-many-directions",
    "A function has 100 parameters. You average one-direction estimates, two evaluations each, until the error is a "
    "tenth of the gradient's length. Central differences would cost 200 evaluations. How many directions does it take?",
    (
        Option("ten", "About 10", "Each direction mixes all 100 slopes into one number; ten numbers cannot undo that."),
        Option("hundred", "About 100", "Then the error is about as long as the gradient itself."),
        Option(
            "ten-thousand",
            "About 10,000",
            "The error falls with the root of the number of directions, and starts at ten times the gradient's length.",
        ),
    ),
)

BACKWARD_TWICE = Question(
    "backward-twice",
    "In torch you compute a loss and call backward; w.grad is 6. Then you compute the same loss again, at the same w, "
    "and call backward again. What is w.grad now?",
    (
        Option("same", "6: the same loss at the same place", "The new gradient is 6, and it is added to the old one."),
        Option("double", "12", "backward adds to what is there, as it must for a value that is used twice."),
        Option("error", "An error", "The loss was computed anew, so there is something to walk back through."),
    ),
)

PREDICTIONS = (SMALLER_STEP, HOW_MANY_DIRECTIONS, BACKWARD_TWICE)

WHICH_STEP = Question(
    "quiz-which-step",
    "Which h do you take for a central difference in double precision, where w, f and its slopes are all of size 1?",
    (
        Option(
            "tiny",
            "The smallest that is not 0, such as 1e-16",
            "Then w + h is w again, or the next number, and the difference is all rounding.",
        ),
        Option(
            "root", "About 1e-8", "That is right for the forward difference. The central one can afford a longer h."
        ),
        Option(
            "cube-root",
            "About 1e-5",
            "Near the cube root of machine precision, truncation and rounding are about equal.",
        ),
    ),
    right="cube-root",
)

CHECK_RESULT = Question(
    "quiz-check-result",
    "Your gradient formula and a central difference with a good h differ by a relative error of 3e-3. The function is "
    "smooth, the numbers are doubles. What now?",
    (
        Option(
            "fine",
            "It is small: go on",
            "With a right formula for a smooth function, the error normally comes below 1e-7.",
        ),
        Option(
            "suspect",
            "Look for a mistake in the formula",
            "Often a term is wrong that is small at this place. It need not be small elsewhere.",
        ),
        Option("smaller-h", "Take a smaller h until it agrees", "With a good h, smaller ones only add rounding."),
    ),
    right="suspect",
)

WHY_ADD = Question(
    "quiz-why-add",
    "Why does a backward pass add to gradients instead of setting them?",
    (
        Option(
            "speed", "Because adding is faster", "It is not; and a fast wrong gradient would still be a wrong gradient."
        ),
        Option(
            "ways",
            "Because a value used twice acts on the result in two ways",
            "The effects of both add up. The price: someone has to set the gradient to zero before the next step.",
        ),
        Option(
            "mean",
            "Because it averages the gradients of several steps",
            "Gradients of other steps belong to other places; adding them is the mistake, not the purpose.",
        ),
    ),
    right="ways",
)

QUIZ = (WHICH_STEP, CHECK_RESULT, WHY_ADD)
