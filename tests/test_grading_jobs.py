"""When a result counts for a second start: not when the course's code has changed, and not when its words have."""

import pytest

from helpers.grading.running import jobs


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A small course in place of this one."""
    monkeypatch.setattr(jobs, "ROOT", tmp_path)
    (tmp_path / "helpers" / "exercises").mkdir(parents=True)
    for name in ("check.py", "adam.toml", "README.md"):
        (tmp_path / "helpers" / "exercises" / name).write_text("before", encoding="utf-8")
    return tmp_path / "helpers" / "exercises"


@pytest.mark.parametrize("name", ["check.py", "adam.toml"])
def test_results_are_not_used_again_when_code_or_words_of_the_course_change(course, name):
    before = jobs.course_now()
    assert jobs.course_now() == before
    (course / name).write_text("after", encoding="utf-8")
    assert jobs.course_now() != before


def test_results_are_used_again_when_a_readme_changes(course):
    before = jobs.course_now()
    (course / "README.md").write_text("after", encoding="utf-8")
    assert jobs.course_now() == before
