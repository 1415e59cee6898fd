"""What all tests share: no window opens, and nobody's own progress is read or written."""

import os

import matplotlib

os.environ["GRADIENT_COURSE_PROGRESS"] = "temporary"
os.environ.pop("MPLBACKEND", None)  # kernels that tests start use the notebook's own backend
matplotlib.use("Agg")


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "slow: more than a second, or a program of its own; `start.py test quick` skips it"
    )
