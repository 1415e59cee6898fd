"""Break the course on purpose, one thing at a time in a copy, in two copies at once, and see the suite notice.

A mutation is caught when the tests that must see it fail and say why. Exit status 1 when one is missed, when one no
longer applies (its text is gone: rewrite it), or when the untouched copy fails.

To add one, append to MUTATIONS: its name, the file, the edit, the tests that must fail, and words of their complaint.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import Any, NamedTuple

import nbformat

from helpers.authoring.canonical import serialise
from helpers.authoring.checks import STRICT
from helpers.authoring.testing import environment

ROOT = Path(__file__).resolve().parents[1]
PYTEST = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-x", "--color=no")
TIMEOUT = 300  # seconds
COPIES = 2  # mutations that are tried at the same time
DRIFT = ("tests/test_notebooks.py", "-k", "are_what_release_writes")
FIRST_LESSON = ("solutions/00_start_here.ipynb", *STRICT)
IN_BROWSER = ("tests/browser/test_lessons.py", "-k", "00_start_here and (small_laptop or by_keyboard)")
IN_BROWSER_WITH_CONTROLS = ("tests/browser/test_lessons.py", "-k", "01_gradient and by_keyboard")
DAY_AFTER = ("tests/browser/test_lessons.py", "-k", "00_start_here and reopened")
SITE = ("tests/test_site.py", "-k", "not formula")
SITE_LIVES = ("tests/browser/test_pages.py", "-m", "not whole_site", "-k", "toolbox")
REMEMBERED = "first = fitted.get((name, ax), limits)\n    fitted[name, ax] = limits"
FIGURES = ("tests/browser/test_lessons.py", "-k", "00_start_here and every_figure")


class DoesNotApplyError(Exception):
    """The text that a mutation changes is not there any more."""


class Mutation(NamedTuple):
    """What is broken, where and how, which tests must fail, and the words by which they must say it."""

    name: str
    file: str
    edit: Callable[[str], str]
    tests: tuple[str, ...]
    says: str


def replace(old: str, new: str) -> Callable[[str], str]:
    """Replace a text that must be there."""

    def edit(text: str) -> str:
        if old not in text:
            raise DoesNotApplyError(f"{old!r} is not there")
        return text.replace(old, new, 1)

    return edit


def in_cell(cell_id: str, change: Callable[[Any], None]) -> Callable[[str], str]:
    """Change one cell of a notebook."""

    def edit(text: str) -> str:
        nb = nbformat.reader.reads(text)
        found = [cell for cell in nb.cells if cell.id == cell_id]
        if not found:
            raise DoesNotApplyError(f"there is no cell {cell_id}")
        change(found[0])
        return serialise(nb)

    return edit


def in_source(cell_id: str, old: str, new: str) -> Callable[[str], str]:
    """Replace a text in the source of one cell."""

    def change(cell: Any) -> None:
        cell.source = replace(old, new)(cell.source)

    return in_cell(cell_id, change)


def in_output(cell_id: str, old: str, new: str) -> Callable[[str], str]:
    """Replace a text in what one cell has printed."""

    def change(cell: Any) -> None:
        printed = [output for output in cell.outputs if "text" in output]
        if not printed:
            raise DoesNotApplyError(f"cell {cell_id} prints nothing")
        printed[0].text = replace(old, new)(printed[0].text)

    return in_cell(cell_id, change)


MUTATIONS = [
    Mutation(
        "a formula that the site cannot show without Node",
        "helpers/site/formulas.json",
        replace("$H$", "$HH$"),
        ("tests/test_site.py", "-k", "every_formula and toolbox"),
        "and commit formulas.json",
    ),
    Mutation(
        "the site says how to run cells",
        "solutions/00_start_here.ipynb",
        in_cell("title", lambda cell: cell.metadata.pop("site")),
        SITE,
        "give its cell the site's own words",
    ),
    Mutation(
        "exercises of the site without their mistakes",
        "helpers/site/exercise.py",
        replace("PROGRAMS = 3", "PROGRAMS = 0"),
        SITE,
        "test_an_exercise_has_its_stub_hints_solution_and_mistakes",
    ),
    Mutation(
        "a page of the site that asks a host outside",
        "helpers/site/templates/frame.html",
        replace("</head>", '<link rel="preconnect stylesheet" href="http://127.0.0.1:9/font.css"></head>'),
        SITE_LIVES,
        "test_a_page_lives_and_asks_for_nothing_outside",
    ),
    Mutation(
        "experiments of the site that stay still",
        "helpers/site/look/site.js",
        replace("  start();\n", ""),
        (*SITE_LIVES[:-1], "every_control and toolbox"),
        "test_every_control_of_every_experiment_moves_the_picture",
    ),
    Mutation(
        "pale words on the site",
        "helpers/site/look/site.css",
        replace("--soft: #565d66", "--soft: #a0a6ad"),
        (*SITE_LIVES[:-1], "axe and toolbox and light"),
        "color-contrast",
    ),
    Mutation(
        "a page of the site that is wider than a phone",
        "helpers/site/look/site.css",
        replace("  main {\n    padding-top", "  main {\n    min-width: 24rem;\n    padding-top"),
        (*SITE_LIVES[:-1], "sideways and toolbox"),
        "test_nothing_scrolls_sideways_on_a_phone",
    ),
    Mutation(
        "figures of the site whose letters nobody can read on a phone",
        "helpers/site/look/site.css",
        replace("width: max(var(--least), min(", "width: min(var(--least), min("),
        (*SITE_LIVES[:-1], "sideways and toolbox"),
        "assert small == []",
    ),
    Mutation(
        "formulas that scroll out of the keyboard's reach",
        "helpers/site/look/site.js",
        replace("  reachable();\n", ""),
        (*SITE_LIVES[:-1], "sideways and toolbox"),
        "assert unreached == []",
    ),
    Mutation(
        "a picture on a phone whose words are cut from their axes",
        "helpers/site/narrow.py",
        replace("if gap[0] - before[1] > WORDS:", "if gap[0] - before[1] > 0:"),
        ("tests/test_site.py", "-k", "words_stay"),
        "test_axes_side_by_side_are_parts_and_words_stay",
    ),
    Mutation(
        "questions of the site that only JavaScript shows",
        "helpers/site/look/site.css",
        replace(".question:not(:has(form)) {\n", ".question:not(:has(form)) {\n  display: none;\n"),
        (*SITE_LIVES[:-1], "without_javascript and toolbox"),
        "test_without_javascript_text_pictures_questions_and_solutions_are_there",
    ),
    Mutation(
        "a formula in an optimiser",
        "helpers/optimizers.py",
        replace("m_hat = m / (1 - beta1**t)", "m_hat = m / (1 - beta1)"),
        ("tests/test_optimizers.py", "-k", "torch_at_every_step and adam"),
        "test_rule_equals_torch_at_every_step[adam-",
    ),
    Mutation(
        "torch imported where mathematics lives",
        "helpers/surfaces.py",
        replace("import numpy as np", "import numpy as np\nimport torch"),
        ("tests/test_floors.py", "-k", "start_needs_only_python"),
        "test_the_start_needs_only_python_mathematics_knows_no_pictures",
    ),
    Mutation(
        "a sentence in a lesson edited without its solution",
        "lessons/01_gradient.ipynb",
        in_source("title", "After this lesson", "After the lesson"),
        DRIFT,
        "run: python start.py release",
    ),
    Mutation(
        "a table of lessons that is not up to date",
        "README.md",
        replace("`gradient-step` (", "`gradient-step` (9"),
        DRIFT,
        "run: python start.py release",
    ),
    Mutation(
        "an epoch that leaves samples out",
        "helpers/exercises/course/stochastic_gradient/minibatches.py",
        replace('"every index comes once": yes(', '"every index comes once": yes(True or '),
        ("tests/test_known_mistakes.py", "-k", "minibatches"),
        "test_a_learners_mistake_gets_its_name[minibatches-",
    ),
    Mutation(
        "a name that chance could earn",
        "helpers/exercises/judging.py",
        replace("ENOUGH = 10", "ENOUGH = 0"),
        ("tests/test_mutants.py", "-k", "says_only_what_is_seen"),
        "test_a_mistake_that_chance_could_make_says_only_what_is_seen[steepest-ascent",
    ),
    Mutation(
        "hidden tests that every answer passes",
        "helpers/grading/making/hidden.py",
        replace("assert most >= {enough}", "assert most >= 0"),
        ("tests/test_grading_assignment.py", "-k", "hidden_tests_pass_every_right_answer and gradient-step"),
        "test_hidden_tests_pass_every_right_answer_and_fail_every_known_mistake",
    ),
    Mutation(
        "a judge that takes a reply to another question",
        "helpers/grading/running/judge.py",
        replace('if reply.get("call") != name:', "if False:"),
        ("tests/test_grading_judge.py", "-k", "writes_into_the_line"),
        "test_whoever_writes_into_the_line_in_place_of_the_answer_earns_nothing_and_is_seen",
    ),
    Mutation(
        "an array from a kernel that is longer than its bytes",
        "helpers/grading/running/wire.py",
        replace("math.prod(shape) * kind.itemsize != len(raw)", "False"),
        ("tests/test_grading_judge.py", "-k", "bytes_are_not_as_many"),
        "test_an_array_whose_bytes_are_not_as_many_as_its_shape_needs_is_refused",
    ),
    Mutation(
        "a message whose bytes did not come",
        "helpers/grading/running/wire.py",
        replace("if not begin <= place <= len(raw):", "if False:"),
        ("tests/test_grading_judge.py", "-k", "did_not_come"),
        "test_bytes_that_did_not_come_are_no_message",
    ),
    Mutation(
        "a limit that counts the time in which others had the core",
        "helpers/exercises/timing.py",
        replace("seconds + spared() - before_it", "seconds"),
        ("tests/test_checking.py", "-k", "that_others_had"),
        "test_time_that_others_had_is_added_to_a_limit",
    ),
    Mutation(
        "one mark by hand that releases all points of a suspicious submission",
        "helpers/grading/reporting/postflight.py",
        replace("and not entry.waiting and not doubted", "and not entry.waiting"),
        ("tests/test_grading_postflight.py", "-k", "a_suspicious_submission_waits"),
        "test_a_suspicious_submission_waits_until_all_that_has_points_is_marked",
    ),
    Mutation(
        "an ungraded submission that is exported as a zero",
        "helpers/grading/reporting/tables.py",
        replace('return "" if value is None', "return 0 if value is None"),
        ("tests/test_grading_postflight.py", "-k", "numbers_stay_numbers"),
        "test_numbers_stay_numbers_and_plain_text_stays_what_it_is",
    ),
    Mutation(
        "a grade that was killed and says nothing",
        "helpers/grading/grade.py",
        replace("lock.write(AT_WORK)", "pass"),
        ("tests/test_grading_grade.py", "-k", "killed_is_followed"),
        "test_a_command_that_was_killed_is_followed_by_one_that_says_so_and_goes_on",
    ),
    Mutation(
        "runs side by side under one user",
        "helpers/sandbox/recipe.py",
        replace("FIRST_USER + number * USERS", "FIRST_USER"),
        ("tests/test_grading_grade.py", "-k", "side_by_side"),
        "test_runs_side_by_side_have_user_ids_of_their_own",
    ),
    Mutation(
        "saved pictures that count",
        "helpers/grading/handing_in/reading.py",
        replace("FILE, BYTES = 100 * MIB", "FILE, BYTES = 10 * MIB"),
        ("tests/test_grading_preflight.py", "-k", "saved_pictures"),
        "test_saved_pictures_do_not_count_and_what_is_written_does",
    ),
    Mutation(
        "a cell left out that an answer needs",
        "helpers/grading/running/lean.py",
        replace("_bound(source) & needed", "_bound(source) & set()"),
        ("tests/test_grading_lean.py", "-k", "name_that_it_binds"),
        "test_a_cell_runs_when_a_name_that_it_binds_is_read",
    ),
    Mutation(
        "a stored output",
        "solutions/00_start_here.ipynb",
        in_output("first-step", "4.4", "4.5"),
        FIRST_LESSON,
        "Cell outputs differ",
    ),
    Mutation(
        "a helper that changes what a lesson shows",
        "helpers/exercises/course/start_here/lesson.toml",
        replace("Why is there a minus sign", "Why is there a plus sign"),
        FIRST_LESSON,
        "Cell outputs differ",
    ),
    Mutation(
        "a stub that gives the answer away",
        "solutions/06_learning_rate.ipynb",
        in_source("condition-number", "    # BEGIN", "    # eigenvalues[-1] / eigenvalues[0]\n    # BEGIN"),
        DRIFT,
        "is part of the answer and also stands in cell condition-number",
    ),
    Mutation(
        "a mistake that is no longer recognised",
        "helpers/exercises/course/gradient/bowl_gradient.toml",
        replace('"-w"', '"-2 * w"'),
        ("tests/test_known_mistakes.py", "-k", "bowl_to_minimum"),
        "test_a_learners_mistake_gets_its_name[bowl-gradient-bowl_to_minimum",
    ),
    Mutation(
        "an unmatched marker",
        "solutions/01_gradient.ipynb",
        in_source("bowl-gradient", "    # END SOLUTION", ""),
        DRIFT,
        "# BEGIN SOLUTION is never closed",
    ),
    Mutation(
        "an experiment's callback that raises",
        "helpers/experiments/gradient.py",
        replace("chosen = surfaces[surface]", "chosen = surfaces[surface] if surface != 'saddle' else 1 / 0"),
        IN_BROWSER_WITH_CONTROLS,
        "ZeroDivisionError",
    ),
    Mutation(
        "a control that loses its label",
        "helpers/stage/controls.js",
        replace('element("label", { for: id }, name), input', 'element("label", {}, name), input'),
        IN_BROWSER,
        "test_every_experiment_works_by_keyboard[00_start_here",
    ),
    Mutation(
        "a picture that stops changing",
        "helpers/stage/stage.js",
        replace("drawLayer(ctx, layer, data, index, point)", "drawLayer(ctx, layer, data, 0, point)"),
        IN_BROWSER,
        "test_every_experiment_works_by_keyboard[00_start_here",
    ),
    Mutation(
        "experiments that are not saved with their notebook",
        "helpers/start/lab_settings/overrides.json",
        replace('"saveState": true', '"saveState": false'),
        DAY_AFTER,
        "test_reopened_without_its_kernel_it_is_alive[00_start_here",
    ),
    Mutation(
        "an experiment that is too high for a small laptop",
        "helpers/stage/stage.css",
        replace("margin-top: 10px;", "margin-top: 10px;\n  padding-bottom: 120px;"),
        IN_BROWSER,
        "of 504 pixels: ",
    ),
    Mutation(
        "a save without a kernel that loses what the file has",
        "helpers/start/saving.py",
        replace("known = earlier | _states(notebook)", "known = _states(notebook)"),
        ("tests/test_saving.py", "-k", "without_its_kernel_keeps"),
        "test_a_notebook_that_is_saved_without_its_kernel_keeps_what_the_file_has",
    ),
    Mutation(
        "steps that are counted in halves",
        "helpers/pictures.py",
        replace("integer=True", "integer=False"),
        ("tests/test_pictures.py", "-k", "whole_numbers"),
        "test_steps_are_counted_in_whole_numbers[",
    ),
    Mutation(
        "a map whose lines below zero look like the others",
        "helpers/pictures.py",
        replace('"--" if level < 0', '"-" if level < 0'),
        ("tests/test_pictures.py", "-k", "pixels_of_matplotlibs"),
        "test_a_surface_with_holes_has_the_pixels_of_matplotlibs_contours",
    ),
    Mutation(
        "a server that lets small messages wait",
        "helpers/start/prompt.py",
        replace("set_nodelay(True)", "set_nodelay(False)"),
        ("tests/test_lab.py", "-k", "sent_at_once"),
        "test_a_kernels_messages_are_sent_at_once",
    ),
    Mutation(
        "a reopened lesson without pictures until its kernel has come",
        "helpers/start/lab_extensions/pictures_first/static/extension.js",
        replace("showSaved(renderer.node, String(saved))", "showSaved"),
        ("tests/browser/test_day_after.py", "-k", "until_the_new_kernel"),
        "test_until_the_new_kernel_answers_the_saved_pictures_stand_there",
    ),
    Mutation(
        "a restart that the page does not notice",
        "helpers/page/kernel.js",
        replace("whole.comm_live === false && lose()", "false"),
        ("tests/front/test_front.py", "-k", "claims"),
        "one that was restarted is gone",
    ),
    Mutation(
        "an Escape that stays inside",
        "helpers/page/keys.js",
        replace("(cell ?? notebook).focus();", ""),
        ("tests/front/test_front.py", "-k", "claims"),
        "Escape gives the keyboard back",
    ),
    Mutation(
        "a text on the projector that the course did not give",
        "helpers/exercises/symptoms.py",
        replace("return slug if slug in SYMPTOMS", "return slug if slug"),
        ("tests/test_board.py", "-k", "no_name_that_the_course"),
        "test_the_board_shows_no_name_that_the_course_did_not_give",
    ),
    Mutation(
        "an event that counts each time it is sent",
        "helpers/workshop/board/ledger.py",
        replace("INSERT OR IGNORE", "INSERT OR REPLACE"),
        ("tests/test_board.py", "-k", "comes_twice"),
        "test_an_event_that_comes_twice_counts_once",
    ),
    Mutation(
        "a hidden count that subtraction tells",
        "helpers/workshop/board/state.py",
        replace(".count(None) == 1", ".count(None) == 9"),
        ("tests/test_board.py", "-k", "subtraction"),
        "test_a_hidden_count_cannot_be_had_by_subtraction",
    ),
    Mutation(
        "the instructor's page for everybody",
        "helpers/workshop/board/pages.py",
        replace('if kind == "instructor" and not self.teaches():', "if False:"),
        ("tests/test_board.py", "-k", "pages_are_for"),
        "test_pages_are_for_who_signed_in_and_the_instructors_for_the_instructor",
    ),
    Mutation(
        "a running order whose minutes do not add up",
        "helpers/authoring/minutes.py",
        replace("round(end * scale) - round(begin * scale)", "round((end - begin) * scale)"),
        ("tests/test_kit.py", "-k", "shares_add_up"),
        "test_shares_add_up_whatever_is_rounded",
    ),
    Mutation(
        "a gap in a line that a page without a kernel closes",
        "helpers/site/encode.py",
        replace("STEPS + 1, coarser", "STEPS, coarser"),
        ("tests/test_states.py", "-k", "tenth_of_a_pixel"),
        "test_a_state_holds_every_point_within_a_tenth_of_a_pixel_and_every_gap",
    ),
    Mutation(
        "numbers of a state that the page reads otherwise",
        "helpers/site/live.js",
        replace("if (alongLine)", "if (!alongLine)"),
        ("tests/front/test_front.py", "-k", "claims"),
        "a state becomes what the kernel packs",
    ),
    Mutation(
        "limits that remember the last sweep",
        "helpers/stage/limits.py",
        replace("first = fitted.setdefault((name, ax), limits)", REMEMBERED),
        ("tests/test_states.py", "-k", "whichever_order"),
        "test_states_are_the_same_in_whichever_order_they_are_built",
    ),
    Mutation(
        "a point that cannot come back to its start",
        "helpers/stage/controls.py",
        replace("sorted({*chosen, start})", "sorted(chosen)"),
        ("tests/test_states.py", "-k", "coarse_ones"),
        "test_the_grids_of_states_are_the_coarse_ones",
    ),
    Mutation(
        "a challenge that no state of the page meets",
        "helpers/experiments/gradient_descent.py",
        replace("(taken <= 8)", "(taken < 0)"),
        ("tests/test_experiments_all.py", "-k", "few_places and update_by_hand"),
        "test_its_challenge_can_be_met_also_where_points_have_few_places",
    ),
    Mutation(
        "a slider that falls to the right",
        "helpers/experiments/gradient.py",
        replace("np.geomspace(1e-3, 2.0, 120)", "np.geomspace(2.0, 1e-3, 120)"),
        ("tests/test_experiments_all.py", "-k", "right_means_more and secant"),
        "test_right_means_more_in_each_of_its_sliders",
    ),
    Mutation(
        "a page that scrolls under the finger that drags",
        "helpers/stage/stage.css",
        replace("touch-action: none;", ""),
        ("tests/browser/test_touch.py", "-k", "takes_the_point"),
        "the finger scrolled the page",
    ),
    Mutation(
        "a further control that Firefox does not redraw",
        "helpers/stage/stage.js",
        replace('"change:index": showAndRedraw', '"change:index": tell'),
        ("tests/browser/test_firefox.py", "-k", "00_start_here"),
        "the picture stays as it is",
    ),
    Mutation(
        "a figure that loses its alt text",
        "helpers/stage/stage.js",
        replace('canvas.setAttribute("aria-label", frames.alts[index]);', ""),
        FIGURES,
        "test_every_figure_says_what_there_is_to_see[00_start_here",
    ),
    Mutation(
        "two learners of one name in a workshop",
        "helpers/workshop/seats.py",
        replace("if before != number:", "if before > number:"),
        ("tests/test_workshop.py", "-k", "cannot_be_seated"),
        "DID NOT RAISE",
    ),
    Mutation(
        "an open room that nothing encrypts",
        "helpers/workshop/room.py",
        replace("if wanted.open and not wanted.no_tls:", "if wanted.no_tls and not wanted.open:"),
        ("tests/test_workshop.py", "-k", "an_open_room"),
        "DID NOT RAISE",
    ),
    Mutation(
        "a link that is followed out of a workbook",
        "helpers/workshop/packing.py",
        replace("S_ISREG(path.lstat().st_mode)", "S_ISREG(path.stat().st_mode)"),
        ("tests/test_workshop.py", "-k", "plain_files"),
        "test_what_is_packed_is_plain_files_alone",
    ),
    Mutation(
        "a room that clears away the sockets of another that runs",
        "helpers/workshop/place.py",
        replace("                    if alone:\n", "                    if True:\n"),
        ("tests/test_workshop.py", "-k", "a_killed_room_left"),
        "test_what_a_killed_room_left_is_found",
    ),
    Mutation(
        "codes that anyone on the machine can read",
        "helpers/workshop/seats.py",
        replace("path.chmod(0o600)", "path.chmod(0o644)"),
        ("tests/test_workshop.py", "-k", "keeps_seat_and_code"),
        "test_who_was_seated_keeps_seat_and_code",
    ),
]


def copy_repository(target: Path) -> None:
    """Copy what git tracks, and what it would track, to a folder."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, listed):
        if (ROOT / name).is_file():  # a tracked file may have been deleted
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def run(copy: Path, tests: Iterable[str]) -> tuple[int, str]:
    """Run tests in the copy, which imports its own helpers (its kernels as well); return exit code and output."""
    # Without this, bytecode of the text before a mutation that keeps size and second would be used.
    env = environment(copy, notebooks=True) | {"PYTHONDONTWRITEBYTECODE": "1"}
    for name in ("CI", "BUILD_NUMBER"):  # with them pytest looks for every difference, which can take minutes
        env.pop(name, None)
    try:
        done = subprocess.run([*PYTEST, *tests], cwd=copy, env=env, capture_output=True, text=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return -1, f"did not end within {TIMEOUT} s"
    return done.returncode, done.stdout + done.stderr


def missed(copy: Path, mutation: Mutation) -> str | None:
    """Apply a mutation to the copy, run its tests, undo it; return why it was not caught, or None."""
    path = copy / mutation.file
    if not path.is_file():
        return "does not apply: the file is gone"
    before = path.read_bytes()
    try:
        after = mutation.edit(before.decode()).encode()
    except DoesNotApplyError as error:
        return f"does not apply: {error}"
    if after == before:
        return "does not apply: it changes nothing"
    path.write_bytes(after)
    try:
        code, output = run(copy, mutation.tests)
    finally:
        path.write_bytes(before)
    if code == 0:
        return "the tests pass"
    if code != 1 or mutation.says not in output:
        return f"the tests fail (exit code {code}) without saying {mutation.says!r}:\n{output[-2000:]}"
    return None


def shared(work: Callable[[Path, Any], None], items: list[Any], copies: list[Path]) -> None:
    """Do the work for every item, in as many threads as there are copies, each of which serves one thread at a time."""
    free: Queue[Path] = Queue()
    for copy in copies:
        free.put(copy)

    def with_a_copy(item: Any) -> None:
        copy = free.get()
        try:
            work(copy, item)
        finally:
            free.put(copy)

    with ThreadPoolExecutor(len(copies)) as pool:
        list(pool.map(with_a_copy, items))


def main() -> int:
    suites: dict[tuple[str, ...], list[Mutation]] = {}
    for mutation in MUTATIONS:
        suites.setdefault(mutation.tests, []).append(mutation)
    passed: list[str] = []

    def tried(copy: Path, tests: tuple[str, ...]) -> None:
        code, output = run(copy, tests)
        said = output[-4000:] if code else ""
        print(f"[{'FAIL' if code else 'OK'}] the untouched copy: {' '.join(tests)}\n{said}", end="", flush=True)
        passed.extend([] if code else [" ".join(tests)])
        for mutation in suites[tests]:
            broken(copy, mutation, "its tests fail without it" if code else None)

    def broken(copy: Path, mutation: Mutation, why: str | None) -> None:
        start = time.monotonic()
        why = why or missed(copy, mutation)
        passed.extend([] if why else [mutation.name])
        verdict = f"[MISSED] {mutation.name}: {why}" if why else f"[CAUGHT] {mutation.name}"
        print(f"{verdict} ({time.monotonic() - start:.0f} s)\n", end="", flush=True)

    with tempfile.TemporaryDirectory(prefix="mutations-", ignore_cleanup_errors=True) as folder:
        copies = [Path(folder).resolve() / str(number) for number in range(COPIES)]
        for copy in copies:
            copy_repository(copy)
        longest_first = sorted(
            suites, key=lambda tests: (not tests[0].startswith("tests/browser"), -len(suites[tests]))
        )
        shared(tried, longest_first, copies)
    failed = len(suites) + len(MUTATIONS) - len(passed)
    print(f"{len(passed)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
