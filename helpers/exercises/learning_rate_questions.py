"""Lesson 05, the learning rate: its predictions and its quiz."""

from helpers.exercises.exercise import Option, Question

JUST_ABOVE_LIMIT = Question(
    "just-above-the-limit",
    "A bowl has curvature 10 along w1 and 1 along w0, so the limit is 2/L = 0.2. You start away from both axes and "
    "take 200 steps with lr = 0.21. What happens?",
    (
        Option("converges", "Both coordinates converge, more slowly", "That is just below the limit, at 0.19."),
        Option("bounces", "w1 jumps from side to side at constant size", "That is exactly at the limit, at 0.2."),
        Option(
            "steep-diverges",
            "w1 grows without end, while w0 still converges",
            "Each step multiplies w1 by 1 - 0.21 · 10 = -1.1, and w0 by 1 - 0.21 = 0.79.",
        ),
        Option("both-diverge", "Both coordinates grow without end", "Along w0 the limit is 2: w0 is far below it."),
    ),
)

FEATURE_SCALING = Question(
    "feature-scaling",
    "One feature is measured in metres, another in millimetres. You standardise both and take the best constant "
    "learning rate before and after. How many steps does it take to reach the same relative error?",
    (
        Option("fewer", "Far fewer", "The Hessian's curvatures become similar: the condition number drops."),
        Option("same", "As many: the data say the same", "The best fit is the same, but the bowl's shape is not."),
        Option("more", "More: information was taken away", "Nothing was: the scaling can be undone."),
    ),
)

BEYOND_IN_NETWORK = Question(
    "beyond-the-limit-in-a-network",
    "You train a small tanh network with all data in every step, until its sharpness (the largest eigenvalue of the "
    "Hessian) reaches 2/lr. What does the loss do from then on?",
    (
        Option("falls", "It falls at every step", "It would, if the sharpness stayed below 2/lr."),
        Option(
            "rises-and-falls",
            "It rises in some steps and falls over many",
            "The sharpness stays near 2/lr: where it exceeds it, the path jumps across the valley until the "
            "curvature is smaller.",
        ),
        Option("diverges", "It grows without end", "On a quadratic it would. A network's curvature can change."),
    ),
)

PREDICTIONS = (JUST_ABOVE_LIMIT, FEATURE_SCALING, BEYOND_IN_NETWORK)

SMALLER_IS_SAFER = Question(
    "quiz-smaller-is-safer",
    "Is a smaller learning rate always the safer choice?",
    (
        Option(
            "always",
            "Yes, you only pay with time",
            "Time is the budget. A rate ten times too small ends, at the end of the budget, far from the minimum.",
        ),
        Option(
            "trade",
            "No: it cannot diverge, but it may not arrive either",
            "Below the limit smaller means slower, and the run can look converged while it still creeps.",
        ),
        Option(
            "never",
            "No, it can make a stable run diverge",
            "On a quadratic everything below 2/L is stable. The harm of a small rate is that it is slow.",
        ),
    ),
    right="trade",
)

FALLS_EACH_STEP = Question(
    "quiz-falls-each-step",
    "With all data in every step, the loss rises from one step to the next. What follows?",
    (
        Option(
            "bug",
            "The gradient has a mistake",
            "It may have; a gradient check will tell. A correct gradient with a large step does the same.",
        ),
        Option(
            "step",
            "This step was too long for the curvature here, and nothing more follows",
            "Beyond 2/L a step can overshoot. On a quadratic that goes on; a network may settle again.",
        ),
        Option(
            "failed",
            "The run has failed; stop it",
            "Not yet: at the edge of stability the loss rises now and then and still falls in the long run.",
        ),
    ),
    right="step",
)

LIMITING_CURVATURE = Question(
    "quiz-limiting-curvature",
    "On a quadratic, which curvature limits the learning rate?",
    (
        Option(
            "smallest",
            "The smallest: flat directions are slow",
            "They are slow, but they tolerate a larger rate. They decide how long you wait, not what is stable.",
        ),
        Option(
            "mean",
            "The mean of all curvatures",
            "Each direction is stable or not by its own curvature; gentle ones do not make up for a steep one.",
        ),
        Option(
            "largest",
            "The largest: the steepest direction diverges first",
            "Its factor 1 - lr · L is the first to leave the interval from -1 to 1.",
        ),
    ),
    right="largest",
)

QUIZ = (SMALLER_IS_SAFER, FALLS_EACH_STEP, LIMITING_CURVATURE)
