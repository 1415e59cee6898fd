"""Syntax of newer Pythons and notebooks of other editions are told from what is wrong."""

import pytest
from grading.own_ways import NEWER

from helpers.grading.handing_in.newer import is_newer, other_edition
from helpers.grading.handing_in.slots import is_python

FOOTER = "---\n*Gradient Descent by Experiment*, version {}. Text CC-BY-4.0, code BSD-3-Clause."


@pytest.mark.parametrize("student", NEWER)
def test_what_a_newer_python_reads_is_newer_unless_this_one_reads_it(student):
    assert is_newer(NEWER[student]) is not is_python(NEWER[student])


@pytest.mark.parametrize(
    "source",
    [
        "def f(x:\n    return x",
        "x = = 1",
        "type = 3",
        "type(x) == 3",
        "def f[T(x): pass",
        "type X = = int",
        "%%writefile a.py\ndef f[T](x): pass",
        "!ls",
        "f'{x'",
        "a long story",
        "x" + ".x" * 5000,
        "except " + "a," * 30_000,
        "type " * 20_000,
        "def f[" * 15_000,
        'f"' * 40_000 + "\n",
        "",
    ],
)
def test_what_is_no_python_at_all_is_not_newer_and_is_read_in_no_time(source):
    assert not is_newer(source)


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("0.1.0", "version 0.1.0 of the course, older than that of the assignment, 0.2.0"),
        ("0.10.0", "version 0.10.0 of the course, newer than that of the assignment, 0.2.0"),
        ("0.2.0", ""),
        ("9" * 5000, ""),
    ],
)
def test_another_edition_is_told_by_the_footer(own, said):
    assert other_edition(["text", FOOTER.format(own)], [FOOTER.format("0.2.0")]).endswith(said)
    assert bool(other_edition([FOOTER.format(own)], [FOOTER.format("0.2.0")])) == bool(said)


def test_a_notebook_without_a_footer_is_of_no_other_edition():
    assert other_edition(["text"], [FOOTER.format("0.2.0")]) == other_edition([FOOTER.format("0.1.0")], ["text"]) == ""
