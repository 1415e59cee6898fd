"""The road from solutions/ to lessons/: what release writes, and what it refuses."""

import base64
import io

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image

from helpers.authoring import canonical, executing, regions, release

ANSWER = '''def gradient_step(w, grad, lr):
    """One step downhill."""
    # BEGIN SOLUTION
    step = lr * grad
    return w - step * np.ones(1)
    # END SOLUTION'''
CHECK = 'check("gradient-step", gradient_step)'


def exercise(answer=ANSWER, check=CHECK):
    return [new_code_cell(answer, id="gradient-step"), new_code_cell(check, id="gradient-step-check")]


def notebook(*cells):
    nb = new_notebook()
    nb.cells = [new_markdown_cell("# Title", id="title"), *cells]
    return nb


def refusal(*cells):
    with pytest.raises(regions.ReleaseError) as error:
        release.to_lesson(notebook(*cells))
    return str(error.value)


@pytest.fixture
def root(tmp_path):
    store(tmp_path, "00_start", notebook(*exercise()))
    return tmp_path


def leads_to(name):
    return new_markdown_cell(f"**Next: [the next lesson]({name}.ipynb)**.", id="next")


def store(root, name, nb):
    (root / "solutions").mkdir(exist_ok=True)
    (root / "solutions" / f"{name}.ipynb").write_text(canonical.serialise(nb), encoding="utf-8")


# What a lesson is


def test_the_answer_becomes_a_stub_and_all_else_is_carried_over():
    lesson = release.to_lesson(notebook(*exercise()))
    head, stub = '"""One step downhill."""', '    raise NotImplementedError("your turn: replace this line")'
    assert lesson.cells[1].source == f"def gradient_step(w, grad, lr):\n    {head}\n{stub}"
    assert [cell.id for cell in lesson.cells] == ["title", "gradient-step", "gradient-step-check"]
    assert lesson.cells[2].source == CHECK


def test_a_function_with_two_regions_gets_two_stubs():
    first = "    if x:\n        # BEGIN SOLUTION\n        return 1\n        # END SOLUTION\n"
    second = "    # BEGIN SOLUTION\n    return 2\n    # END SOLUTION"
    lesson = release.to_lesson(notebook(*exercise("def f(x):\n" + first + second, "check('gradient-step', f)")))
    assert lesson.cells[1].source.count("NotImplementedError") == 2


def test_a_lesson_has_no_outputs_and_no_counts():
    cell = new_code_cell("print(1)", id="one", outputs=[new_output("stream", text="1\n")], execution_count=1)
    lesson = release.to_lesson(notebook(cell))
    assert (lesson.cells[1].outputs, lesson.cells[1].execution_count) == ([], None)
    assert cell.outputs, "the solution must stay as it was"


def test_a_lesson_is_in_canonical_form_and_names_its_kernel(root):
    release.release(root)
    lesson = canonical.read(root / "lessons" / "00_start.ipynb")
    assert canonical.complaints(lesson) == []
    assert lesson.metadata.kernelspec.name == "python3"


# What release refuses


@pytest.mark.parametrize("marker", ["### BEGIN SOLUTION", "#BEGIN SOLUTION", "# Begin solution", "# BEGIN SOLUTON"])
def test_a_misspelt_marker_is_refused_with_its_line(marker):
    message = refusal(*exercise(ANSWER.replace("# BEGIN SOLUTION", marker)))
    assert message.startswith("cell gradient-step, line 3:")
    assert "# BEGIN SOLUTION" in message


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("    # BEGIN SOLUTION\n", "", "line 5: # END SOLUTION has no # BEGIN SOLUTION"),
        ("\n    # END SOLUTION", "", "line 3: # BEGIN SOLUTION is never closed"),
        ("    step =", "    # BEGIN SOLUTION\n    step =", "line 4: # BEGIN SOLUTION follows another one"),
        ("    # END", "        # END", "line 6: # END SOLUTION is not indented like its # BEGIN SOLUTION"),
        ("    # BEGIN SOLUTION\n    step =", "    step =  # BEGIN SOLUTION\n    lr =", "on its own line"),
        ("w - step", "w - - * step", "no Python"),
    ],
)
def test_an_unmatched_nested_or_misplaced_marker_is_refused(old, new, says):
    source = ANSWER.replace(old, new)
    assert source != ANSWER
    if says == "no Python":
        source = source.replace("def gradient_step(w", "def gradient step(w")
    assert says in refusal(*exercise(source))


def test_a_marker_in_a_text_cell_is_refused():
    assert "text cell" in refusal(new_markdown_cell("```\n# BEGIN SOLUTION\n```", id="text"))


def test_an_answer_outside_a_function_is_refused_because_its_stub_would_stop_run_all():
    assert "not inside a function" in refusal(*exercise("# BEGIN SOLUTION\nx = 1\n# END SOLUTION"))


def test_an_answer_in_a_default_argument_or_after_the_function_is_refused():
    after = "def f(x):\n    return x\n\n# BEGIN SOLUTION\ny = f(1)\n# END SOLUTION"
    assert "not inside a function" in refusal(*exercise(after))


@pytest.mark.parametrize(
    "cell",
    [
        new_code_cell("# try  w - step*np.ones(1)", id="leak"),
        new_markdown_cell("You write `return w - step * np.ones(1)`.", id="leak"),
        new_code_cell("show()", id="leak", outputs=[new_output("stream", text="w-step*np.ones(1)\n")]),
    ],
)
def test_an_answer_that_stands_elsewhere_is_refused(cell):
    message = refusal(*exercise(), cell)
    assert "line 5" in message
    assert "leak" in message


def test_an_answer_left_beside_its_stub_is_refused():
    given_away = ANSWER.replace('downhill."""', 'downhill: w - step * np.ones(1)."""')
    assert "stands in cell gradient-step" in refusal(*exercise(given_away))


def test_a_tool_that_an_answer_uses_may_stand_elsewhere():
    answer = ANSWER.replace("step = lr * grad", "length = np.linalg.norm(grad)")
    release.to_lesson(notebook(*exercise(answer), new_code_cell("print(np.linalg.norm(grad))", id="tool")))


def test_a_doubled_id_is_refused():
    assert "same id" in refusal(new_code_cell("1", id="one"), new_code_cell("2", id="one"))


@pytest.mark.parametrize(
    "cell_id", ["3", "cell-3", "a1b2c3d4", "12345678-1234-1234-1234-123456789abc", "Adam Step", "a_b"]
)
def test_an_id_that_nobody_wrote_is_refused(cell_id):
    cell = new_code_cell("1")
    cell.id = cell_id
    assert "slug" in refusal(cell)


def test_a_missing_id_is_refused():
    nb = notebook(new_code_cell("1", id="one"))
    del nb.cells[1]["id"]
    with pytest.raises(regions.ReleaseError, match="has no id"):
        release.to_lesson(nb)


def test_an_exercise_and_its_check_come_in_pairs():
    answer, check = exercise()
    assert "add a cell gradient-step-check" in refusal(answer)
    assert "no cell gradient-step has a solution" in refusal(check)
    assert "no cell gradient-step has a solution" in refusal(new_code_cell("1", id="gradient-step"), check)


@pytest.mark.parametrize("use", ["gradient_step(1, 2, 3)", "path = descend(gradient_step)", "check\n[gradient_step]"])
def test_the_learners_function_is_used_by_check_and_yours_only(use):
    assert "hand it to check or yours only" in refusal(*exercise(), new_code_cell(use, id="later"))


def test_a_refusal_names_the_notebook_and_writes_nothing(root):
    store(root, "01_bad", notebook(*exercise(ANSWER.replace("    # END SOLUTION", ""))))
    with pytest.raises(regions.ReleaseError, match=r"^solutions/01_bad\.ipynb, cell gradient-step, line 3"):
        release.release(root)
    assert not (root / "lessons").exists()


def test_a_folder_without_solutions_is_refused(tmp_path):
    with pytest.raises(regions.ReleaseError, match="no notebook"):
        release.release(tmp_path)


def test_a_damaged_notebook_is_refused_by_name(root):
    (root / "solutions" / "00_start.ipynb").write_text('{"cells": [')
    with pytest.raises(regions.ReleaseError, match=r"00_start\.ipynb is not a notebook"):
        release.release(root)


@pytest.mark.parametrize(
    ("links", "said"),
    [
        ({}, "01_after.ipynb, cell title, line 1: the last cell links to no lesson; the next lesson is 02_last"),
        ({"01_after": "03_later"}, "cell next, line 1: the last cell links to 03_later; the next lesson is 02_last"),
        (
            {"01_after": "02_last", "02_last": "00_start"},
            "02_last.ipynb, cell next, line 1: .* no lesson follows",
        ),
    ],
)
def test_a_last_cell_that_does_not_lead_to_the_next_file_is_refused(root, links, said):
    store(root, "00_start", notebook(leads_to("01_after")))
    for name in ("01_after", "02_last"):
        store(root, name, notebook(*([leads_to(links[name])] if name in links else [])))
    with pytest.raises(regions.ReleaseError, match=said):
        release.release(root)


def test_a_last_cell_that_leads_to_the_next_file_is_released(root):
    store(root, "00_start", notebook(leads_to("11_after")))
    store(root, "11_after", notebook())
    assert len(release.release(root)) == 2


def test_a_notebook_without_a_number_is_released_and_stands_outside_the_sequence(root):
    store(root, "00_start", notebook(leads_to("01_after")))
    store(root, "01_after", notebook())
    store(root, "toolbox", notebook(new_markdown_cell("Back to [the start](00_start.ipynb).", id="back")))
    assert [path.name for path in release.release(root)] == ["00_start.ipynb", "01_after.ipynb", "toolbox.ipynb"]
    found = release.solutions(root)
    assert release.chosen(found, ["toolbox"]) == found[2:]
    assert release.chosen(found, ["00", "solutions/toolbox.ipynb"]) == [found[0], found[2]]
    store(root, "01_after", notebook(new_markdown_cell("**Next: [more](toolbox.ipynb)**.", id="next")))
    with pytest.raises(regions.ReleaseError, match="the last cell links to toolbox; no lesson follows"):
        release.release(root)


# What release writes


def test_a_second_release_writes_nothing(root):
    assert [path.name for path in release.release(root)] == ["00_start.ipynb"]
    assert release.release(root) == []


def test_a_lesson_whose_solution_is_gone_is_removed_but_a_readers_own_notebook_stays(root):
    store(root, "00_gone", notebook(leads_to("00_start")))
    release.release(root)
    own = root / "lessons" / "mine.ipynb"
    own.write_text(nbformat.writes(notebook()))
    (root / "solutions" / "00_gone.ipynb").unlink()
    assert [path.name for path in release.drift(root)] == ["00_gone.ipynb"]
    release.release(root)
    assert sorted(path.name for path in (root / "lessons").iterdir()) == ["00_start.ipynb", "mine.ipynb"]


def test_drift_sees_an_edited_lesson_an_edited_solution_and_a_missing_lesson(root):
    release.release(root)
    assert release.drift(root) == []
    lesson = root / "lessons" / "00_start.ipynb"
    text = lesson.read_text()
    lesson.write_text(text.replace("# Title", "# Other title"))
    assert release.drift(root) == [lesson]
    lesson.write_text(text)
    store(root, "00_start", notebook(*exercise(ANSWER.replace("downhill", "down the hill"))))
    assert release.drift(root) == [lesson]
    lesson.unlink()
    assert release.drift(root) == [lesson]


# Canonical form


def picture(change=0, text_like=False, size=(64, 48)):
    pixels = np.full((size[1], size[0], 3), 255, np.uint8)
    pixels[20:22, 5:60] = 255 - change if change else 0
    if text_like:
        pixels[30:38, 30:35] = 0
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def figure(png, alt="A line that falls"):
    html = f'<img src="data:image/png;base64,{png}" alt="{alt}">'
    output = new_output("display_data", data={"image/png": png, "text/html": html})
    return notebook(new_code_cell("show(fig)", id="figure", outputs=[output], execution_count=1))


def test_a_stored_picture_that_looks_the_same_is_kept_in_both_of_its_places():
    stored, new = figure(picture(255)), figure(picture(254))
    assert stored.cells[1].outputs != new.cells[1].outputs
    assert canonical.canonicalise(new, stored).cells[1].outputs == stored.cells[1].outputs


def test_one_changed_letter_in_a_picture_replaces_it():
    stored, new = figure(picture(255)), figure(picture(255, text_like=True))
    assert canonical.canonicalise(new, stored).cells[1].outputs == new.cells[1].outputs


def test_a_picture_of_another_size_replaces_the_stored_one():
    stored, new = figure(picture()), figure(picture(size=(72, 48)))
    assert canonical.canonicalise(new, stored).cells[1].outputs == new.cells[1].outputs


@pytest.mark.parametrize("damaged", ["AAAA", "AAAAA", ""])
def test_a_damaged_stored_picture_is_replaced(damaged):
    new = figure(picture())
    assert canonical.canonicalise(new, figure(damaged)).cells[1].outputs == new.cells[1].outputs
    assert canonical.complaints(figure("AAAAA"))


def test_changed_alt_text_is_stored_although_the_picture_is_kept():
    kept = canonical.canonicalise(figure(picture(254), "It rises now"), figure(picture(255)))
    html = kept.cells[1].outputs[0].data["text/html"]
    assert "It rises now" in html
    assert picture(255) in html


def test_canonical_form_drops_what_changes_from_run_to_run():
    pieces = [new_output("stream", text="a\n"), new_output("stream", text="b\n")]
    view = new_output("display_data", data={canonical.WIDGET_VIEW: {"model_id": "1"}, "text/plain": "Stage"})
    cell = new_code_cell("run()", id="run", outputs=[*pieces, view], execution_count=7)
    cell.metadata = nbformat.from_dict({"execution": {"iopub.status.busy": "2025"}, "tags": ["keep"]})
    nb = notebook(cell)
    nb.metadata = nbformat.from_dict({"widgets": {}, "language_info": {"name": "python", "version": "3.11.7"}})
    result = canonical.canonicalise(nb, nb)
    assert result.cells[1].metadata == {"tags": ["keep"]}
    assert [output.get("text") for output in result.cells[1].outputs] == ["a\nb\n", None]
    assert result.cells[1].outputs[1].data == {"text/plain": "Stage"}
    assert result.cells[1].execution_count == 1
    assert result.metadata == {"kernelspec": canonical.KERNELSPEC, "language_info": {"name": "python"}}
    assert canonical.complaints(result) == []
    assert len(canonical.complaints(nb)) == 2


@pytest.mark.parametrize("shape", ["text", "data"])
def test_a_memory_address_in_an_output_is_a_complaint_that_names_the_cell(shape):
    text = "<function f at 0x7f3a5c0d1e10>"
    output = (
        new_output("stream", text=text) if shape == "text" else new_output("display_data", data={"text/plain": text})
    )
    nb = notebook(new_code_cell("f", id="shown", outputs=[output]))
    assert ["cell shown shows" in sentence for sentence in canonical.complaints(canonical.canonicalise(nb, nb))] == [
        True
    ]


def test_a_heavy_picture_and_a_heavy_notebook_are_complaints():
    noise = np.random.default_rng(0).integers(0, 255, (600, 600, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "PNG")
    nb = figure(base64.b64encode(buffer.getvalue()).decode())
    found = canonical.complaints(canonical.canonicalise(nb, nb))
    assert any("smaller than 40 KB" in sentence for sentence in found)
    assert any("smaller than 1 MB" in sentence for sentence in found)


# Running


@pytest.mark.slow
def test_execute_stores_what_ran_and_a_second_run_changes_no_byte(root):
    cells = [new_code_cell("import os\nprint(os.environ['GRADIENT_COURSE_PROGRESS'])", id="where")]
    store(root, "01_plot", notebook(*cells, new_code_cell("print(1)\nprint(2)", id="two")))
    assert [path.name for path in executing.execute(root, ["01"])] == ["01_plot.ipynb"]
    nb = canonical.read(root / "solutions" / "01_plot.ipynb")
    assert [cell.execution_count for cell in nb.cells[1:]] == [1, 2]
    assert nb.cells[1].outputs[0].text == "temporary\n"
    before = (root / "solutions" / "01_plot.ipynb").read_bytes()
    assert executing.execute(root, ["01_plot"]) == []
    assert (root / "solutions" / "01_plot.ipynb").read_bytes() == before


@pytest.mark.slow
def test_a_cell_that_fails_is_named_and_the_stored_notebook_stays(root):
    store(root, "01_fails", notebook(new_code_cell("1 / 0", id="divide")))
    before = (root / "solutions" / "01_fails.ipynb").read_bytes()
    with pytest.raises(regions.ReleaseError, match=r"01_fails\.ipynb, cell divide: ZeroDivisionError"):
        executing.execute(root, ["01"])
    assert (root / "solutions" / "01_fails.ipynb").read_bytes() == before


def test_an_unknown_lesson_is_refused_with_the_list_of_those_there_are(root):
    with pytest.raises(regions.ReleaseError, match=r"no lesson 99; there are 00_start"):
        executing.execute(root, ["99"])


REPAIR = """def gradient_step(w, grad, lr):
    # BEGIN SOLUTION
    step = lr * grad * np.ones(1)
    return w - step
    # INSTEAD
    # step = lr * grad * np.ones(1)
    # return w + step
    # END SOLUTION"""


def test_below_instead_stands_the_program_that_the_lesson_has_in_place_of_a_stub():
    lesson = release.to_lesson(notebook(*exercise(REPAIR)))
    given = "    step = lr * grad * np.ones(1)\n    return w + step"
    assert lesson.cells[1].source == f"def gradient_step(w, grad, lr):\n{given}"


def test_a_program_to_repair_is_handed_to_check_and_yours_only():
    use = new_code_cell("gradient_step(1, 2, 3)", id="later")
    assert "hand it to check or yours only" in refusal(*exercise(REPAIR), use)
    taken = new_code_cell('step = yours("gradient-step", gradient_step)', id="later")
    release.to_lesson(notebook(*exercise(REPAIR), taken))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("    # step = lr * grad * np.ones(1)\n    # return w + step\n", "", "below # INSTEAD stands no program"),
        ("    # return w + step", "    return w + step", "each line begins with # and a blank"),
        ("    # INSTEAD\n", "    # INSTEAD\n    # INSTEAD\n", "# INSTEAD stands once"),
        ("    # BEGIN SOLUTION\n", "", "# INSTEAD stands once, between"),
    ],
)
def test_a_program_to_repair_that_is_not_one_is_refused(old, new, says):
    assert says in refusal(*exercise(REPAIR.replace(old, new, 1)))
