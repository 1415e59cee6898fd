"""What is asked in each lesson, how answers are checked, and what the learner has done so far."""

from helpers.exercises.checking import CheckFailed, check, hint, solution
from helpers.exercises.own import yours
from helpers.exercises.question import outcome, predict, quiz, recall
from helpers.exercises.table import progress

__all__ = ["CheckFailed", "check", "hint", "outcome", "predict", "progress", "quiz", "recall", "solution", "yours"]
