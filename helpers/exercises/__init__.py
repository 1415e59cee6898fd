"""What is asked in each lesson, how answers are checked, and what the learner has done so far."""

from helpers.exercises.attesting import attest
from helpers.exercises.checking import CheckFailed, check, hint, solution
from helpers.exercises.own import yours
from helpers.exercises.question import outcome, predict, quiz, recall
from helpers.exercises.table import progress
from helpers.exercises.taking_part import board, offer

__all__ = [
    "CheckFailed",
    "attest",
    "board",
    "check",
    "hint",
    "outcome",
    "predict",
    "progress",
    "quiz",
    "recall",
    "solution",
    "yours",
]

offer()  # where there is a board, the first cell of a lesson says so
