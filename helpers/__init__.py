"""The one package that the notebooks of *Gradient Descent by Experiment* import.

What you read stands at the top: mathematics, `descent`, which runs it, and `pictures`. The folders hold what makes it
live (stage, experiments), what is asked (exercises), other systems (frameworks), and what starts the course, serves its
authors and grades. A room imports only from floors below its own.
"""

FLOORS = (
    ("ground", "cells"),  # the standard library alone, as in start
    (  # NumPy, but for outbox and start
        *("outbox", "start", "surfaces", "losses", "estimates", "autodiff", "optimizers", "schedules", "data"),
        "comparing",
    ),
    ("descent", "networks", "second_order", "distributed"),  # what runs a rule
    ("pictures", "page", "capstone_rules"),  # matplotlib, and no widgets; what the pages of widgets share
    ("stage", "exercises", "frameworks", "cluster"),
    ("experiments",),  # the highest floor that a learner's kernel reaches
    ("frameworks.running", "authoring", "sandbox"),
    ("grading", "site", "workshop"),
    ("__main__",),
)
