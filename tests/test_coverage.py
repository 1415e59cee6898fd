"""`python start.py test coverage`: lines are counted room by room, from the ground up."""

from pathlib import Path

import pytest

from helpers.authoring import coverage


@pytest.mark.parametrize(
    ("file", "room"),
    [
        ("helpers/optimizers.py", "optimizers"),
        ("helpers/stage/widget.py", "stage"),
        ("helpers/frameworks/systems.py", "frameworks"),
        ("helpers/frameworks/running/runner.py", "frameworks.running"),
        ("helpers/exercises/course/momentum/momentum_step.py", "exercises"),
    ],
)
def test_a_file_belongs_to_the_room_with_the_longest_name(file, room):
    assert coverage.room(Path(file)) == room


def test_the_table_has_a_line_for_each_room_and_one_for_all():
    lines = {
        "helpers/grading/grade.py": (30, 10),
        "helpers/descent.py": (10, 10),
        "helpers/grading/running/pool.py": (10, 10),
    }
    files = {name: {"summary": {"num_statements": count, "covered_lines": run}} for name, (count, run) in lines.items()}
    assert coverage.table(coverage.reached(files)).split("\n")[1:] == [
        "room                   lines     run    covered",
        "descent                   10      10    100.0 %",
        "grading                   40      20     50.0 %",
        "all                       50      30     60.0 %",
    ]
