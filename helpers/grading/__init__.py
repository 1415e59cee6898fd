"""Graded use of the course, on nbgrader: assignments for a cohort, and what makes its submissions fit to be graded."""
