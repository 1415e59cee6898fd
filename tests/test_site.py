"""The site, without a browser: what becomes of a lesson's cells, and what the folder holds."""

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from PIL import Image

from helpers.authoring.canonical import canonicalise, read, serialise
from helpers.authoring.regions import ReleaseError
from helpers.authoring.release import to_lesson
from helpers.exercises.catalogue import EXERCISES
from helpers.ground import CannotGoOnError
from helpers.site import build, exercise, formulas, kept, narrow, pages, text
from helpers.site.lesson import Writer
from helpers.site.listening import Heard, heard
from helpers.start import npm
from helpers.start.installing import OfflineError

ROOT = Path(__file__).parents[1]
SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))
code, markdown = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell


def cell(made, id, **metadata):
    made.id, made.metadata = id, nbformat.from_dict(metadata)
    return made


def written(folder, *cells, heard=None):
    """Return the HTML of cells, and the writer that made it."""
    writer = Writer(nbformat.v4.new_notebook(cells=list(cells)), heard or {}, folder)
    return "\n".join(html for each in cells for html in writer.cell(each)), writer


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_every_formula_of_the_lessons_is_typeset_and_kept(path):
    cells = [one for one in read(path).cells if one.cell_type == "markdown"]
    wanted = [tex for one in cells for tex in text.tex_of(text.rendered(one.source)[0])]
    missing = [tex for tex in wanted if tex not in formulas.kept()]
    assert not missing, f"run python start.py site {path.stem}, which typesets {missing[:3]}, and commit formulas.json"


@pytest.mark.parametrize("made", EXERCISES.values(), ids=EXERCISES)
def test_hints_and_paragraphs_have_no_formula_that_is_not_kept(made):
    wanted = text.tex_of(exercise.block(made, "pass"))
    assert set(wanted) <= set(formulas.kept())


def test_a_cell_can_be_skipped_folded_or_have_words_of_the_site(tmp_path):
    html, _ = written(
        tmp_path,
        cell(markdown("Press Shift+Enter."), "press", site="skip"),
        cell(code("run()"), "long", site="fold"),
        cell(markdown("Run the cell, and *look*."), "look", site=[["Run the cell, and *look*", "*Look*"]]),
    )
    assert "Shift" not in html and "<em>Look</em>." in html
    assert html.index("<details>") < html.index("run") < html.index("</details>") < html.index("Look")


def test_words_of_the_site_that_no_longer_fit_name_their_cell(tmp_path):
    with pytest.raises(ReleaseError, match=r"cell look, its words for the site: 'gone' stands 0 times"):
        written(tmp_path, cell(markdown("There."), "look", site=[["gone", "here"]]))


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_no_text_of_the_site_speaks_of_running_cells(path, tmp_path):
    nb = read(path)
    html, _ = written(tmp_path, *(one for one in nb.cells if one.cell_type == "markdown"))
    for words in ("Shift+Enter", "run the cell", "Run All", "Take the <code>#</code>", "%pip"):
        assert words.lower() not in html.lower(), f"{words}: give its cell the site's own words, in its metadata `site`"


def test_marks_for_the_site_stay_in_solutions_and_out_of_lessons():
    nb = nbformat.v4.new_notebook(cells=[cell(markdown("Look."), "look", site="skip", collapsed=True)])
    assert canonicalise(nb, nb).cells[0].metadata == {"site": "skip"}
    assert to_lesson(nb).cells[0].metadata == {}


def test_an_exercise_has_its_stub_hints_solution_and_mistakes_and_no_check(tmp_path):
    stub = "def gradient_step(w, grad, lr):\n    # BEGIN SOLUTION\n    return w\n    # END SOLUTION"
    html, _ = written(
        tmp_path,
        cell(code(stub), "gradient-step"),
        cell(code('check("gradient-step", gradient_step)'), "gradient-step-check"),
        cell(code('# hint("gradient-step")'), "gradient-step-help"),
    )
    assert "NotImplementedError" in html and "check" not in html and "# hint" not in html
    for hint in EXERCISES["gradient-step"].hints:
        assert text.inline(hint) in html
    assert html.count("<summary>Answer</summary>") == 3
    for mistake in exercise.programs(EXERCISES["gradient-step"]):
        assert text.inline(mistake.explanation) in html


def test_an_outcome_is_told_with_what_is_said_to_each_prediction(tmp_path):
    ran = cell(code("go()"), "minima-outcome")
    html, _ = written(tmp_path, ran, heard={"minima-outcome": Heard(outcomes=[("nearest-minimum", "nearly")])})
    assert '<details class="outcome"><summary>What happened</summary>' in html
    told = json.loads(html.partition('<script type="application/json">')[2].partition("</script>")[0])
    assert told["happened"] == "nearly" and set(told["options"]) == {"always", "nearly", "half"}


def test_a_run_hears_outcomes_and_questions_and_names_the_cell_that_fails(tmp_path):
    imports = code("from helpers.exercises import outcome, predict")
    asks, tells = code('predict("nearest-minimum")'), code('outcome("nearest-minimum", "half")')
    cells = [cell(imports, "setup"), cell(asks, "ask"), cell(tells, "tell")]
    found = heard(nbformat.v4.new_notebook(cells=cells), tmp_path)
    assert [choice.question.id for choice in found["ask"].questions] == ["nearest-minimum"]
    assert found["tell"].outcomes == [("nearest-minimum", "half")]
    with pytest.raises(ReleaseError, match="cell broken: ZeroDivisionError"):
        heard(nbformat.v4.new_notebook(cells=[cell(code("1 / 0"), "broken")]), tmp_path)


def test_lines_on_the_library_are_left_out_and_the_rest_of_what_is_printed_stays(tmp_path):
    said = "gradient_step: yours.\nloss 0.5\nYour library my_descent.py has it: 1 function now.\n"
    printed = code("go()", outputs=[nbformat.v4.new_output("stream", name="stdout", text=said)])
    html, _ = written(tmp_path, cell(printed, "go"))
    assert "loss 0.5" in html and "yours" not in html and "library" not in html


def test_headings_become_sections_with_addresses_of_their_own(tmp_path):
    _, writer = written(tmp_path, cell(markdown("# A\n\none\n\n## B\n\ntwo $x$"), "a"), cell(markdown("## B"), "b"))
    assert [(section.title, section.slug) for section in writer.sections] == [("A", "a"), ("B", "b"), ("B", "b-2")]
    assert writer.sections[1].text == "two x"


def test_lessons_of_the_site_are_links_and_others_stay_words():
    html, _ = text.rendered("See [the toolbox](toolbox.ipynb), `01_gradient` and `04_loss`.")
    html = text.linked(html, {"toolbox": "Toolbox", "01_gradient": "The gradient"})
    assert 'href="toolbox.html"' in html and '<a href="01_gradient.html">The gradient</a>' in html
    assert "<code>04_loss</code>" in html


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(CannotGoOnError, match="holds something else"):
        pages.write(tmp_path, {})
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_styles_ask_for_no_font_that_is_not_there(tmp_path):
    pages.write_look(tmp_path)
    assert {path.name for path in (tmp_path / "fonts").glob("LICENSE-*")} == {"LICENSE-katex", "LICENSE-source-serif-4"}
    style = (tmp_path / "site.css").read_text(encoding="utf-8")
    asked = {part.partition(")")[0].strip("\"'") for part in style.split("url(")[1:]}
    assert asked and all((tmp_path / name).exists() for name in asked)


def test_without_fonts_formulas_are_mathml_and_nothing_is_asked_for(tmp_path, monkeypatch, capsys):
    def offline(folder, versions):
        raise OfflineError("katex could not be downloaded: connect to the network and try again.")

    monkeypatch.setattr(npm, "packages", offline)
    pages.write_look(tmp_path)
    style = (tmp_path / "site.css").read_text(encoding="utf-8")
    assert ".katex-html { display: none; }" in style and "url(" not in style
    assert "Until then formulas are MathML" in capsys.readouterr().out


@pytest.fixture
def course(tmp_path):
    """A course of one small lesson."""
    (tmp_path / "helpers").mkdir()
    (tmp_path / "solutions").mkdir()
    return small(tmp_path, "one")


def small(root, printed):
    cells = [cell(markdown("# Toolbox"), "title"), cell(code(f"print({printed!r})"), "say")]
    cells[1].outputs = [nbformat.v4.new_output("stream", name="stdout", text=f"{printed}\n")]
    (root / "solutions/toolbox.ipynb").write_text(serialise(nbformat.v4.new_notebook(cells=cells)), encoding="utf-8")
    return root


def test_a_page_is_kept_until_its_notebook_or_a_helper_changes(course, tmp_path):
    path, place = course / "solutions/toolbox.ipynb", tmp_path / "kept"
    assert kept.stored(course, path, place) is None
    made = kept.make(course, path, place)
    assert json.loads(json.dumps(made)) == kept.stored(course, path, place)
    small(course, "two")
    assert kept.stored(course, path, place) is None
    kept.make(course, path, place)
    assert "two" in kept.stored(course, path, place)["body"]
    (course / "helpers/losses.py").write_text("")
    assert kept.stored(course, path, place) is None


def test_the_site_has_an_index_and_replaces_an_earlier_one(course, tmp_path):
    made = {"toolbox": kept.make(course, course / "solutions/toolbox.ipynb", tmp_path / "kept")}
    for _ in range(2):
        pages.write(tmp_path / "out", made, tmp_path / "kept")
    assert 'href="toolbox.html"' in (tmp_path / "out/index.html").read_text(encoding="utf-8")
    page = (tmp_path / "out/toolbox.html").read_text(encoding="utf-8")
    assert "http://" not in page and "https://" not in page and '<h1 id="toolbox">' in page
    assert build.first_load(tmp_path / "out", "toolbox") < 200_000


def drawn(*boxes, height=340, width=800):
    """Return a white picture with dark boxes (left, top, right, bottom)."""
    picture = np.full((height, width, 3), 255, dtype="u1")
    for left, top, right, bottom in boxes:
        picture[top:bottom, left:right] = 40
    return picture


AXES, NEXT = (10, 10, 390, 300), (440, 10, 790, 300)


def test_axes_side_by_side_are_parts_and_words_stay_with_the_axes_on_their_right():
    picture = drawn((10, 10, 370, 300), (382, 100, 398, 200), (404, 10, 790, 300))
    assert narrow.parts(picture) == [(0, 0, 376, 340, None), (376, 0, 424, 340, None)]
    assert narrow.fractions(narrow.parts(picture), picture)[1] == [376 / 800, 0, 424 / 800, 1, None]
    assert narrow.stacked(picture, narrow.parts(picture)).shape == (680, 424, 3)


def test_a_long_title_stays_whole_and_what_stands_below_it_goes_with_its_axes():
    picture = drawn((10, 70, 390, 300), (10, 10, 425, 40), (412, 100, 432, 200), NEXT)
    first, second = narrow.parts(picture)
    assert first == (0, 0, 425, 340, (401, 61, 24, 279)) and second == (401, 0, 399, 340, (401, 0, 24, 61))
    above, below = np.split(narrow.stacked(picture, [first, second]), 2)
    assert (above[:61, :425] == picture[:61, :425]).all() and (above[61:, 401:] == 255).all()
    assert (below[:61, :24] == 255).all() and (below[61:, :399] == picture[61:, 401:]).all()


def test_the_axes_of_an_experiment_are_known_with_what_is_written_beside_them():
    fig, (left, right) = plt.subplots(1, 2, figsize=(8, 3.4))
    right.set_ylabel("loss")
    left.set_title("A title that is much longer than the axes below it are wide, by far")
    fig.canvas.draw()
    (column,) = narrow.between(fig, 400)
    assert left.get_window_extent().x1 < column * 2 < right.yaxis.label.get_window_extent().x0


def test_a_legend_below_is_a_part_and_is_cut_where_it_is_wide():
    picture = drawn((10, 10, 390, 280), (412, 10, 790, 280), (100, 310, 420, 330), (440, 310, 700, 330))
    found = [part[:4] for part in narrow.parts(picture)]
    assert found == [(0, 0, 401, 295), (401, 0, 399, 295), (0, 295, 430, 45), (430, 295, 370, 45)]


def test_one_wide_pair_of_axes_is_no_parts_and_keeps_its_letters(tmp_path):
    picture = drawn((10, 10, 790, 280), (300, 300, 500, 320))
    assert narrow.parts(picture) == [(0, 0, 800, 340, None)]
    assert narrow.style(picture) == "--shape: 2.3529; --least: 518px"
    assert "<picture>" not in narrow.image(picture, narrow.parts(picture), "wide.png", "A line.", tmp_path)


def test_a_picture_of_parts_has_a_narrow_shape_for_phones(tmp_path):
    picture = drawn(AXES, NEXT)
    html = narrow.image(picture, narrow.parts(picture), "two.png", "Two <lines>.", tmp_path)
    assert f'media="{narrow.PHONE}"' in html and 'alt="Two &lt;lines&gt;."' in html
    assert Image.open(tmp_path / "two-narrow.webp").size == (415, 680)
    assert narrow.PHONE in (pages.LOOK / "site.css").read_text(encoding="utf-8")


CHILDREN = {"msub": 2, "msup": 2, "mfrac": 2, "munder": 2, "mover": 2, "mroot": 2, "msubsup": 3, "munderover": 3}


def test_the_mathml_of_every_kept_formula_is_whole():
    for tex, html in formulas.kept().items():
        (math,) = re.findall(r"<math.*?</math>", html, re.DOTALL)
        for part in ElementTree.fromstring(math).iter():
            name = part.tag.rpartition("}")[2]
            assert len(part) == CHILDREN.get(name, len(part)), f"{name} in {tex}"
