"""Lesson 11, frameworks: its predictions and its quiz."""

from helpers.exercises.exercise import Option, Question

DIGITS = Question(
    "digits-in-agreement",
    "PyTorch and NumPy take the same 100 steps, both in float64, which has about 16 digits. How far apart are the two "
    "paths where they are farthest apart?",
    (
        Option("same", "Not at all: all bits are the same", "The same formulas, but not every sum in the same order."),
        Option(
            "rounding",
            "By rounding errors, below 1e-12",
            "The two do not add and multiply in quite the same order, and rounding depends on the order.",
        ),
        Option(
            "more",
            "By more than 1e-12: 100 steps let rounding errors grow",
            "On this bowl each step shrinks the errors of all steps before it, as it shrinks the distance to the "
            "minimum.",
        ),
    ),
)

SINGLE = Question(
    "float32-for-long",
    "NumPy runs in float32, where a number near 3 is rounded to a multiple of 2.4e-7. After 1,000 steps, how far is it "
    "from the run in float64?",
    (
        Option(
            "adds",
            "About 1e-4: a thousand roundings add up",
            "Old errors fade, because each step shrinks the distance to the minimum, and them with it.",
        ),
        Option(
            "stops",
            "About 1e-6: several times the spacing of the numbers",
            "Near the minimum the steps become smaller than half the spacing, and then nothing moves.",
        ),
        Option(
            "one",
            "About 1e-7: the last rounding, and no more",
            "That would be so if the descent could go on to the minimum with ever smaller steps.",
        ),
    ),
)

DETECTOR = Question(
    "step-of-a-detector",
    "A detector takes one step of plain gradient descent, so short that the loss should fall by 0.017. The loss is "
    "computed before and after the step, on the same images. What does it do?",
    (
        Option("as-predicted", "It falls by about that much", "It would, if the loss were one fixed function."),
        Option(
            "less", "It falls, but clearly less", "So it does for the shortest steps: the labels follow the guesses."
        ),
        Option(
            "rises",
            "It rises",
            "The step has made some anchors better, and the assigner gives them other labels.",
        ),
    ),
)

PREDICTIONS = (DIGITS, SINGLE, DETECTOR)

STEP = Question(
    "quiz-what-step-reads",
    "optimizer.step() is called without arguments. How does it know which way to go?",
    (
        Option("loss", "It computes the loss again, and its slope", "It never sees the loss, nor the data."),
        Option(
            "grad",
            "It reads .grad of the parameters that the optimiser was given",
            "backward has left the gradients there; step reads them and changes the parameters in place.",
        ),
        Option("model", "It runs the model backward", "That is what loss.backward() did, one line before."),
    ),
    right="grad",
)

ENDS = Question(
    "quiz-same-end",
    "You rewrote a training program for a convex loss. Both programs run for a very long time, and end at the same "
    "parameters, to 12 digits. What does that show?",
    (
        Option("same", "That both make the same steps", "With another lr, or with momentum, they could end there too."),
        Option(
            "minimum",
            "That both find the same minimum",
            "Yes, and no more: to compare the steps, compare the path from the first step on.",
        ),
        Option("chance", "Nothing: it could be chance", "Twelve digits are hardly chance: it is the same minimum."),
    ),
    right="minimum",
)

HALF = Question(
    "quiz-from-half-to-whole",
    "A program minimises half the mean squared error with lr = 0.2. You write it anew with the mean squared error "
    "itself. Which lr gives the same path?",
    (
        Option("double", "0.4", "The gradient has doubled already; now the steps are four times as long."),
        Option("same", "0.2: the minimum is the same", "It is, but the gradient, and so each step, has doubled."),
        Option("half", "0.1", "Twice the gradient times half the lr is the same step."),
    ),
    right="half",
)

QUIZ = (STEP, ENDS, HALF)
