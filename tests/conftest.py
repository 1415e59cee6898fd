"""What all tests share: no window opens, nobody's own progress is read or written, and what a quick run leaves out."""

import os
from collections import defaultdict
from importlib.util import find_spec

import matplotlib
import pytest

os.environ["GRADIENT_COURSE_PROGRESS"] = "temporary"
os.environ.pop("MPLBACKEND", None)  # kernels that tests start use the notebook's own backend
matplotlib.use("Agg")
# What the site is made with is installed by `test site`, `test browser` and `test all`.
collect_ignore = [] if find_spec("mdit_py_plugins") else ["test_site.py"]
MANY, SOME = 20, 10  # cases of one test, and how many of them a quick run takes


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "slow: more than half a second, or a program of its own; `start.py test quick` skips it"
    )
    config.addinivalue_line("markers", "whole_site: a page that only `start.py test site` opens")


@pytest.hookimpl(tryfirst=True)  # before the tests that are marked are left out
def pytest_collection_modifyitems(items):
    """Mark as slow, of a test with many cases, all but some that lie evenly among them."""
    tests = defaultdict(list)
    for item in items:
        tests[item.nodeid.partition("[")[0]].append(item)
    for cases in tests.values():
        kept = {i * len(cases) // SOME for i in range(SOME)}
        for place, item in enumerate(cases):
            if len(cases) > MANY and place not in kept:
                item.add_marker(pytest.mark.slow)
