"""Graded use of the course, on nbgrader: assignments for a cohort, and the grading of what comes back."""
