"""Lesson 05, the learning rate: the stability limit and the condition number."""

import numpy as np

from helpers.exercises.exercise import Exercise, Lesson, Mistake
from helpers.exercises.feature_scaling import STANDARDISE
from helpers.exercises.learning_rate_questions import PREDICTIONS, QUIZ
from helpers.exercises.schedule import COSINE_SCHEDULE


def largest_stable_rate(hessian: np.ndarray) -> float:
    """Learning rate beyond which gradient descent diverges on a quadratic with this Hessian."""
    sharpness = np.linalg.eigvalsh(hessian).max()
    return 2 / sharpness


def condition_number(hessian: np.ndarray) -> float:
    """Largest curvature over smallest curvature."""
    curvatures = np.linalg.eigvalsh(hessian)
    return curvatures.max() / curvatures.min()


def _hessians() -> list[tuple[np.ndarray]]:
    rng = np.random.default_rng(9)
    factors = [np.round(rng.normal(0, 1, (size + 2, size)), 1) for size in (2, 2, 3, 4)]
    return [(np.array([[2.0, 1.0], [1.0, 3.0]]),), *((np.round(factor.T @ factor, 2),) for factor in factors)]


_HESSIANS = _hessians()
_PLAIN_HESSIANS = [(np.array([[4.0]]),), (np.diag([1.0, 100.0]),), (np.eye(3),)]

LARGEST_STABLE_RATE = Exercise(
    id="largest-stable-rate",
    statement=(
        "Write largest_stable_rate(hessian): the learning rate beyond which gradient descent diverges on a quadratic "
        "with this Hessian, a symmetric positive definite array of shape (d, d)."
    ),
    reference=largest_stable_rate,
    probes=_HESSIANS,
    edges=_PLAIN_HESSIANS,
    mistakes=[
        Mistake(
            "one-over",
            lambda hessian: 1 / np.linalg.eigvalsh(hessian).max(),
            "At 1/L the steepest coordinate arrives in one step; nothing diverges yet. From where on does a step land "
            "farther away than it started?",
        ),
        Mistake(
            "smallest-eigenvalue",
            lambda hessian: 2 / np.linalg.eigvalsh(hessian).min(),
            "You use the smallest curvature. The steepest direction leaves first, so the largest one sets the limit.",
        ),
        Mistake(
            "largest-entry",
            lambda hessian: 2 / hessian.max(),
            "You use the largest entry of the matrix. The steepest direction need not be an axis: its curvature is an "
            "eigenvalue.",
        ),
        Mistake(
            "trace",
            lambda hessian: 2 / np.trace(hessian),
            "The trace adds up all curvatures. Each direction is stable or not by its own curvature.",
        ),
        Mistake(
            "frobenius-norm",
            lambda hessian: 2 / np.linalg.norm(hessian),
            "np.linalg.norm of a matrix is the root of all its squared entries, unless you ask for another norm. "
            "The limit needs the largest eigenvalue.",
        ),
        Mistake(
            "row-sum",
            lambda hessian: 2 / np.abs(hessian).sum(axis=1).max(),
            "The largest row sum is a bound of the largest eigenvalue, and so this rate is safe; but it is not the "
            "largest one.",
        ),
        Mistake(
            "determinant",
            lambda hessian: 2 / np.linalg.det(hessian),
            "The determinant multiplies all curvatures. Each direction is stable or not by its own curvature.",
        ),
        Mistake(
            "fastest-rate",
            lambda hessian: 2 / (np.linalg.eigvalsh(hessian).max() + np.linalg.eigvalsh(hessian).min()),
            "This is the fastest constant learning rate on a quadratic. Asked is the limit of stability, which the "
            "largest eigenvalue alone decides.",
        ),
        Mistake(
            "square-root",
            lambda hessian: 2 / np.linalg.eigvalsh(hessian).max() ** 0.5,
            "You take the root of the largest eigenvalue. It is a curvature already, no square.",
        ),
        Mistake(
            "sharpness",
            lambda hessian: np.linalg.eigvalsh(hessian).max(),
            "This is the largest curvature. The learning rate has to become smaller where the curvature is larger.",
        ),
        Mistake(
            "upside-down",
            lambda hessian: np.linalg.eigvalsh(hessian).max() / 2,
            "The fraction is upside down: with more curvature, the learning rate has to be smaller.",
        ),
    ],
    hints=[
        "On f(w) = c w²/2, one step multiplies w by 1 - lr · c. For which lr is that factor between -1 and 1?",
        "In several dimensions each eigenvector of the Hessian is such a parabola, and its eigenvalue is c. "
        "Which of them breaks first?",
        "np.linalg.eigvalsh gives the eigenvalues of a symmetric matrix, from the smallest to the largest.",
    ],
    insight="Beyond it the steepest direction grows at every step, however gentle all others are.",
)

CONDITION_NUMBER = Exercise(
    id="condition-number",
    statement=(
        "Write condition_number(hessian): the largest curvature over the smallest, of a symmetric positive definite "
        "array of shape (d, d)."
    ),
    reference=condition_number,
    probes=_HESSIANS,
    edges=_PLAIN_HESSIANS,
    mistakes=[
        Mistake(
            "upside-down",
            lambda hessian: np.linalg.eigvalsh(hessian).min() / np.linalg.eigvalsh(hessian).max(),
            "The ratio is upside down: a condition number is at least 1.",
        ),
        Mistake(
            "square-root",
            lambda hessian: (np.linalg.eigvalsh(hessian).max() / np.linalg.eigvalsh(hessian).min()) ** 0.5,
            "You took the root of the ratio. For least squares that is the condition number of the data matrix; "
            "the Hessian's is the ratio itself.",
        ),
        Mistake(
            "squared",
            lambda hessian: (np.linalg.eigvalsh(hessian).max() / np.linalg.eigvalsh(hessian).min()) ** 2,
            "This is the square of the ratio, as for hessian.T @ hessian. The eigenvalues of the Hessian itself are "
            "the curvatures.",
        ),
        Mistake(
            "diagonal-entries",
            lambda hessian: np.diag(hessian).max() / np.diag(hessian).min(),
            "The diagonal holds the curvatures along the axes. The steepest and the flattest direction may lie "
            "between the axes: take eigenvalues.",
        ),
        Mistake(
            "largest-over-smallest-entry",
            lambda hessian: hessian.max() / hessian.min(),
            "You divide the largest entry of the matrix by its smallest. Curvatures are its eigenvalues.",
        ),
        Mistake(
            "largest-eigenvalue-only",
            lambda hessian: np.linalg.eigvalsh(hessian).max(),
            "This is the largest curvature alone. The condition number compares it with the smallest.",
        ),
        Mistake(
            "difference",
            lambda hessian: np.linalg.eigvalsh(hessian).max() - np.linalg.eigvalsh(hessian).min(),
            "You subtract the smallest curvature. The condition number has no unit: divide.",
        ),
        Mistake(
            "frobenius",
            lambda hessian: np.linalg.cond(hessian, "fro"),
            'With "fro", or with np.linalg.norm as it comes, all eigenvalues are mixed. Only the largest and the '
            "smallest count.",
        ),
        Mistake(
            "determinant",
            lambda hessian: np.linalg.det(hessian),
            "The determinant multiplies all curvatures. A condition number compares two of them.",
        ),
    ],
    hints=[
        "The curvatures along the eigenvectors of a symmetric matrix are its eigenvalues.",
        "np.linalg.eigvalsh gives them, from the smallest to the largest.",
        "How many times does the smallest fit into the largest?",
    ],
    insight="At the best constant rate the error shrinks by (k - 1)/(k + 1) in each step, so k near 1 is fast.",
)


LESSON = Lesson(
    "05_learning_rate",
    "The learning rate",
    exercises=(LARGEST_STABLE_RATE, CONDITION_NUMBER, STANDARDISE, COSINE_SCHEDULE),
    predictions=PREDICTIONS,
    quiz=QUIZ,
)
