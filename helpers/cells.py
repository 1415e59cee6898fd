"""What marks a cell of a notebook: the markers of an answer, and the ids of the cells around an exercise. Only Python.

Between BEGIN and END stands an answer, for which a lesson has STUB or, below INSTEAD and behind #, a program to repair.
An exercise `adam-step` has a cell of this id with the answer, and around it `adam-step-check`, `adam-step-help` and, in
graded work, `adam-step-half`. `setup` runs before all others.
"""

BEGIN, INSTEAD, END = "# BEGIN SOLUTION", "# INSTEAD", "# END SOLUTION"
STUB = 'raise NotImplementedError("your turn: replace this line")'
BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"  # as nbgrader spells them
CHECK, HALF, HELP = "-check", "-half", "-help"
SETUP = "setup"


def exercise_of(cell_id: str) -> str:
    """Return the exercise that a cell belongs to by its id; an id without an ending is the exercise's own."""
    for ending in (CHECK, HALF, HELP):
        if cell_id.endswith(ending):
            return cell_id.removesuffix(ending)
    return cell_id
