"""Lesson 01, the gradient: its predictions and its quiz."""

from helpers.exercises.exercise import Option, Question

ELLIPSE_DIRECTION = Question(
    "ellipse-direction",
    "The level sets of f(w) = w0²/2 + 5 w1² are ellipses around the minimum at 0. You stand at a point on neither "
    "axis. Does the negative gradient point at the minimum?",
    (
        Option("at", "Yes, straight at it", "It would on circles. On ellipses, it does so on the axes alone."),
        Option(
            "beside",
            "No, but it goes downhill: less than 90° away from the minimum",
            "It is orthogonal to the level set. On this convex bowl that is always less than 90° off.",
        ),
        Option("behind", "No, it can point away: more than 90°", "On a convex function it never points away from it."),
    ),
)

RANDOM_DIRECTIONS = Question(
    "random-directions",
    "You compare the slope along the gradient with the slopes along 10,000 random directions of length 1. "
    "How many are steeper?",
    (
        Option("none", "None", "The slope is |gradient| · cos(angle), and no cosine is above 1."),
        Option("few", "A few, by luck", "Luck can come close to the gradient's direction but never beyond it."),
        Option("half", "About half", "About half of them go uphill, but none is steeper than the gradient."),
    ),
)

LEVEL_DIRECTIONS = Question(
    "level-directions",
    "You stand on the bowl, away from its minimum, and turn once around. In how many directions is the ground level?",
    (
        Option("one", "In one", "If the ground is level ahead of you, it is level behind you too."),
        Option("two", "In two, opposite to each other", "At right angles to the gradient, on either side."),
        Option("four", "In four", "The slope is one cosine of the direction, which is zero twice in a full turn."),
    ),
)

PREDICTIONS = (LEVEL_DIRECTIONS, RANDOM_DIRECTIONS, ELLIPSE_DIRECTION)

LIVES_WHERE = Question(
    "quiz-gradient-lives",
    "f depends on w0 and w1, and its graph is a surface in space. Where does the gradient at w live?",
    (
        Option(
            "domain",
            "In the plane of w0 and w1: it has two entries",
            "It says which way to move w. The height changes as a consequence.",
        ),
        Option(
            "surface",
            "On the surface: it is tangent to the graph",
            "A tangent arrow has three entries, the third one a height. The gradient has one entry per parameter.",
        ),
        Option(
            "normal",
            "In space, orthogonal to the surface",
            "That is the normal of the graph. The gradient is orthogonal to level sets, in the plane.",
        ),
    ),
    right="domain",
)

LEVEL_SETS = Question(
    "quiz-level-sets",
    "At which angle does the gradient cross the level set through its point?",
    (
        Option("right-angle", "90°", "Along the level set f does not change: slope 0, so the dot product is 0."),
        Option("along", "0°: it runs along the level set", "Along it f stays the same: the slope there is 0."),
        Option(
            "depends",
            "It depends on the function",
            "It does not: the slope along a level set is 0 for every function, so the angle is 90° wherever the "
            "gradient is not zero.",
        ),
    ),
    right="right-angle",
)

POINTS_AT_MINIMUM = Question(
    "quiz-points-at-minimum",
    "A friend says: the negative gradient points at the minimum. What do you answer?",
    (
        Option("always", "True for every smooth function", "On an ellipse it already fails at most points."),
        Option(
            "convex",
            "True for every convex function",
            "The elliptic bowl is convex, and it fails there. What holds is less: the angle is below 90°.",
        ),
        Option(
            "local",
            "In general false: it is the steepest way down from here",
            "The gradient knows the slope at w and nothing about the valley behind it.",
        ),
    ),
    right="local",
)

QUIZ = (LIVES_WHERE, LEVEL_SETS, POINTS_AT_MINIMUM)
