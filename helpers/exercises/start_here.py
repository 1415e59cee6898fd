"""Lesson 00, start here: one prediction and three quiz questions, no exercises."""

from helpers.exercises.exercise import Lesson, Option, Question

FIRST_STEP = Question(
    "first-step",
    "The loss is f(w) = (w - 2)², you stand at w = 5, and the learning rate is 0.1. Where does the first step go?",
    (
        Option("toward", "Toward 2, a part of the way", "The gradient is 6, so w moves by 0.1 · 6 = 0.6, to 4.4."),
        Option("arrives", "Exactly to 2", "That takes the learning rate 0.5: 5 - 0.5 · 6 = 2."),
        Option("overshoots", "Past 2, to the other side", "That takes a learning rate above 0.5."),
        Option("away", "Away from 2, to a larger w", "The step goes against the gradient, and the gradient is +6."),
    ),
)

MINUS = Question(
    "quiz-minus-sign",
    "Why is there a minus sign in w - lr · gradient?",
    (
        Option("downhill", "The gradient points uphill, and you want to go down", "The loss grows along the gradient."),
        Option(
            "negative",
            "Because gradients are negative numbers",
            "A gradient has either sign. At w = 5 it is +6 and w decreases; at w = 0 it is -4 and w increases.",
        ),
        Option(
            "convention",
            "It is a convention; plus works as well if lr is small",
            "With plus, each step raises the loss, however small the learning rate is.",
        ),
    ),
    right="downhill",
)

STEP_LENGTH = Question(
    "quiz-step-length",
    "With a constant learning rate, the steps on f(w) = (w - 2)² become shorter. What makes them shorter?",
    (
        Option(
            "gradient",
            "The gradient becomes smaller near the minimum",
            "The step is lr times the gradient 2 (w - 2), which shrinks with the distance to 2.",
        ),
        Option("rate", "The learning rate becomes smaller", "The learning rate is 0.1 in every step."),
        Option(
            "count",
            "The step number divides the step",
            "Some schedules do that, and lesson 05 shows them; the plain rule has no step number in it.",
        ),
    ),
    right="gradient",
)

TOO_LARGE = Question(
    "quiz-too-large",
    "With lr = 1.1 the first descent ran away. What went wrong?",
    (
        Option(
            "direction",
            "The steps went in the wrong direction",
            "Each step went downhill, toward 2, and then past it. Its direction was right and its length was not.",
        ),
        Option(
            "length",
            "Each step went past 2 and ended farther away than it began",
            "At a larger distance the slope is larger, so the next step is longer still.",
        ),
        Option(
            "steps",
            "There were too few steps",
            "More steps make it worse: each one increases the distance.",
        ),
    ),
    right="length",
)

LESSON = Lesson("00_start_here", "Start here", predictions=(FIRST_STEP,), quiz=(MINUS, STEP_LENGTH, TOO_LARGE))
