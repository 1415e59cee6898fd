"""How long a lesson takes: counted from its notebook, without what may be left out."""

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.authoring.canonical import read
from helpers.authoring.minutes import LONGEST, Load, load, rounded, said
from helpers.authoring.release import solutions

ROOT = Path(__file__).resolve().parents[1]
WORDS = " ".join(["word"] * 28)


def lesson(*cells):
    setup = "from helpers.experiments.gradient_descent import show_escape, update_by_hand"
    return new_notebook(cells=[new_code_cell(setup, id="setup"), *cells])


def exercise(id):
    return [
        new_code_cell("def f():\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION", id=id),
        new_code_cell(f'check("{id}", f)', id=f"{id}-check"),
        new_code_cell(f'# hint("{id}")', id=f"{id}-help"),
    ]


def test_words_lines_exercises_experiments_and_questions_are_counted():
    nb = lesson(
        new_markdown_cell(f"## Heading\n\n{WORDS}", id="text"),
        new_code_cell("x = 1\n\nprint(x)", id="code"),
        *exercise("one"),
        new_code_cell("update_by_hand()", id="live"),
        new_code_cell('predict("a")', id="ask"),
        new_code_cell('quiz("b")', id="quiz"),
        new_code_cell("show_escape(x, x)", id="still"),
    )
    assert load(nb) == Load(words=30, lines=6, exercises=1, experiments=1, questions=2)


def test_a_further_part_does_not_count_up_to_the_next_heading_as_high():
    nb = lesson(
        new_markdown_cell("## Further: more", id="a"),
        *exercise("one"),
        new_markdown_cell(f"### Deeper\n\n{WORDS}", id="b"),
        new_code_cell('predict("a")', id="ask"),
        new_markdown_cell("## Recap now", id="c"),
        new_code_cell("x = 1", id="code"),
    )
    assert load(nb) == Load(words=3, lines=1, exercises=0, experiments=0, questions=0)


def test_the_minutes_are_the_formula_and_titles_round_them_to_five():
    assert Load(words=1500, lines=100, exercises=3, experiments=2, questions=6).minutes == 10 + 15 + 24 + 6 + 9
    assert [rounded(minutes) for minutes in (62.4, 62.6, 77)] == [60, 65, 75]
    assert said(lesson(new_markdown_cell("x", id="x"))) is None
    assert said(new_notebook(cells=[new_markdown_cell("# T\n\n**Time:** 65 minutes. **Builds on:**", id="t")])) == 65


@pytest.mark.parametrize("path", solutions(ROOT), ids=lambda path: path.stem)
def test_a_title_says_the_estimate_and_no_lesson_is_longer_than_it_may_be(path):
    nb = read(path)
    minutes = load(nb).minutes
    assert rounded(minutes) <= LONGEST and said(nb) == rounded(minutes), f"estimate {minutes:.1f}, title {said(nb)}"
