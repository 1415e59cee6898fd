"""Hostile submissions of lesson 05, each with the outcome that the work deserves.

Three kinds. Cheats: an answer is wrong and the cheat is to make it count. It earns nothing, and is suspicious where a
canary or the judge sees it. Edits: right answers in a file that
somebody worked on with an editor. Break-outs: gradient-step is right only if the break-out found nothing, so that the
score tells; what it may have done to the world outside is looked for afterwards.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from grading import harm
from grading.break_outs import BREAK_OUTS, HISTORY, MESSAGE, MESSAGES
from grading.cases import (
    GRADED,
    PARTLY,
    SUSPICIOUS,
    UNGRADED,
    Case,
    Expected,
    Graded,
    after,
    cell_of,
    handed_in,
    no_harm,
)
from grading.cheats import INTERPRETER, LIARS, PATCHES, SPIES
from grading.damages import RIGHT, SIGNATURE, STEP, guarded
from grading.forgeries import (
    AGENT,
    COMPARISONS,
    FOUND_HERE,
    REFERENCE_UNSEEN,
    REPLIES,
    SPARING,
    TELLS_WHAT_IT_WAS_ASKED,
    TO_THE_JUDGE,
    WRONG,
)

NOTHING = "    return None"
INSIDE = """\
import os


def INSIDE(path):
    sandboxed = hasattr(os, "uname") and os.uname().nodename == "sandbox"
    return sandboxed or path.resolve().is_relative_to(COURSE)

"""


def attacks(lesson: Graded, course: Path, token: str, port: int) -> Iterator[Case]:
    """Yield every case of this module. token: a word by which traces of this cohort are known."""
    yield from _edits(lesson)
    yield from _beside(lesson)
    yield from _cheats(lesson)
    yield from _lying_answers(lesson)
    yield from _break_outs(lesson, course, token, port)
    yield from _messages(lesson)
    yield from _words(lesson)


# Edits


def _edits(lesson: Graded) -> Iterator[Case]:
    def edited(student: str, says: str, also: tuple[Expected, ...] = (), **changes: object) -> Case:
        nb = lesson.solved()
        cell_of(nb, f"{STEP}-check")["metadata"]["nbgrader"] |= changes
        return Case(student, lesson.name, handed_in(nb), Expected(SUSPICIOUS, lesson.total, says, also=also))

    yield edited("points-edited", "points was changed", points=396)
    yield edited("points-negative", "points was changed", points=-5)
    undone = Expected(GRADED, lesson.total, "locked was changed")  # it gains nothing, so it may count as a repair
    yield edited("locked-edited", "locked was changed", (undone,), locked=False)
    yield edited("grade-edited", "grade was changed", grade=False)
    yield edited("solution-edited", "solution was changed", solution=True)
    nb = lesson.solved()
    cell_of(nb, f"{STEP}-check")["cell_type"] = "raw"
    yield Case("cell-turned-raw", lesson.name, handed_in(nb), Expected(GRADED, lesson.total, "had become a raw cell"))
    nb = lesson.solved(gradient_step=SIGNATURE + NOTHING)
    cell_of(nb, f"{STEP}-check")["source"] = "pass"
    rewritten = Expected(GRADED, lesson.without(STEP), "text of a locked cell")
    rewritten = rewritten._replace(also=(rewritten._replace(state=SUSPICIOUS),))
    yield Case("check-rewritten", lesson.name, handed_in(nb), rewritten)
    nb = after(lesson.solved(), STEP, "pass")
    cell_of(nb, "own")["metadata"]["nbgrader"] = {
        "grade": True,
        "grade_id": "bonus",
        "locked": False,
        "points": 396,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    yield Case("own-cell-with-points", lesson.name, handed_in(nb), Expected(SUSPICIOUS, lesson.total, "bonus"))
    nb = lesson.solved(gradient_step=SIGNATURE + NOTHING)
    for cell in nb["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception"]
    yield Case("tags-that-skip-cells", lesson.name, handed_in(nb), Expected(GRADED, lesson.without(STEP)))


# Links and files beside the notebook


def _beside(lesson: Graded) -> Iterator[Case]:
    secret = f"../../../source/{lesson.name}/{lesson.name}.ipynb"
    right = handed_in(lesson.solved())
    if os.name != "nt":

        def linked(folder: Path) -> None:
            folder.mkdir()
            (folder / f"{lesson.name}.ipynb").symlink_to(secret)

        def link_beside(folder: Path) -> None:
            right(folder)
            (folder / "notes.txt").symlink_to(secret)

        def linked_folder(folder: Path) -> None:
            folder.symlink_to(f"../../source/{lesson.name}", target_is_directory=True)

        refused = Expected(UNGRADED, None, also=(Expected(SUSPICIOUS, None, "link"),))
        yield Case("link-as-notebook", lesson.name, linked, refused)
        yield Case("link-as-folder", lesson.name, linked_folder, refused)
        yield Case("link-beside", lesson.name, link_beside, Expected(SUSPICIOUS, lesson.total, "symbolic link"))
    stray = "def __getattr__(name):\n    raise SystemExit('not the real numpy')\n"
    harmless = Expected(GRADED, lesson.total, "left out")  # left out it does nothing, so it may count as a repair
    found = Expected(SUSPICIOUS, lesson.total, "left out", also=(harmless,))
    yield Case("stray-numpy", lesson.name, handed_in(lesson.solved(), numpy__py=stray), found)
    yield Case("stray-helpers", lesson.name, handed_in(lesson.solved(), helpers__py=stray), found)


# Cheats: no answer is right


def seen_or_nothing() -> Expected:
    """Return the outcome of a cheat that earns no point, whether anybody sees it or not."""
    return Expected(GRADED, 0.0, also=(Expected(SUSPICIOUS, 0.0),))


def wrong(lesson: Graded) -> dict[str, object]:
    """Return a submission of which no answer is right."""
    wrong = {}
    for id, source in lesson.answers.items():
        signature = next(line for line in source.split("\n") if line.startswith("def "))
        wrong[id.replace("-", "_")] = f"{signature}\n{NOTHING}"
    return lesson.solved(**wrong)


def _cheats(lesson: Graded) -> Iterator[Case]:
    seen = Expected(SUSPICIOUS, 0.0)
    nothing = Expected(GRADED, 0.0)
    why = "It changes how cells run: that earns nothing, because the judge stands elsewhere, and the canary sees it."
    for student, source in (INTERPRETER | REPLIES).items():
        nb = after(wrong(lesson), "setup", source)
        yield Case(student, lesson.name, handed_in(nb), seen, why)
    for student, source in (COMPARISONS | SPARING).items():
        nb = after(wrong(lesson), "setup", source)
        yield Case(student, lesson.name, handed_in(nb), seen_or_nothing(), why)
    less = Expected(GRADED, lesson.without(STEP))
    for student, body in FOUND_HERE.items():
        nb = lesson.solved(gradient_step=f"{SIGNATURE}{body}{WRONG}")
        unseen = less._replace(also=(less._replace(state=SUSPICIOUS),))
        yield Case(student, lesson.name, handed_in(nb), unseen, "What it looks for is not in its process.")
    for student, body in TO_THE_JUDGE.items():
        nb = lesson.solved(gradient_step=f"{SIGNATURE}{AGENT}{body}{WRONG}")
        said = less._replace(state=SUSPICIOUS, says="speaks to the judge")
        yield Case(student, lesson.name, handed_in(nb), said, "Nobody else writes into this line.")
    nb = lesson.solved(gradient_step=SIGNATURE + REFERENCE_UNSEEN)
    why = "Cannot be mended: the references ship with the course, and no reading of code finds every way to them."
    yield Case(
        "knows-the-grader-and-asks-the-reference", lesson.name, handed_in(nb), Expected(GRADED, lesson.total), why
    )
    nb = lesson.solved(gradient_step=SIGNATURE + TELLS_WHAT_IT_WAS_ASKED)
    why = "Cannot be mended: an answer gets its arguments, and what it raises is its own. It earns nothing by it."
    yield Case("names-an-error-after-its-numbers", lesson.name, handed_in(nb), less, why)
    for student, source in PATCHES.items():
        nb = after(wrong(lesson), "setup", source)
        expected = nothing if "in-the-notebook" in student else seen_or_nothing()
        yield Case(student, lesson.name, handed_in(nb), expected, "What it replaces decides nothing.")
    for student, source in SPIES.items():
        nb = after(wrong(lesson), "setup", source)
        yield Case(student, lesson.name, handed_in(nb), seen_or_nothing(), why)


def _lying_answers(lesson: Graded) -> Iterator[Case]:
    less = Expected(GRADED, lesson.without(STEP))
    for student, (before, returned) in LIARS.items():
        answer = f"{before}\n\n\n{SIGNATURE}    return {returned}"
        yield Case(student, lesson.name, handed_in(lesson.solved(gradient_step=answer)), less)
    called = (
        f"from helpers.exercises.course.gradient_descent.gradient_step import gradient_step as ours\n\n\n{SIGNATURE}"
    )
    called += "    return ours(w, grad, lr)"
    flagged = Expected(GRADED, lesson.total, "helpers")
    why = "The references ship with the course: the points stand, and a flag tells the teacher."
    yield Case("calls-the-reference", lesson.name, handed_in(lesson.solved(gradient_step=called)), flagged, why)
    rule = f"from helpers.optimizers import gradient_descent as rule\n\n\n{SIGNATURE}    return rule(w, grad, lr=lr)[0]"
    yield Case("calls-the-optimizers", lesson.name, handed_in(lesson.solved(gradient_step=rule)), flagged, why)


# Break-outs: the first answer is right only if nothing was found


def _break_outs(lesson: Graded, course: Path, token: str, port: int) -> Iterator[Case]:
    full = Expected(GRADED, lesson.total)

    def case(student: str, code: str, harmless: Callable[[Path], str | None]) -> Case:
        facts = f"COURSE, TOKEN, PORT, SECRET = {str(course)!r}, {token!r}, {port}, {harm.SECRET!r}"
        attempt = f"{facts}\n{INSIDE}\nfound = []\n{code}"
        answer = f"{SIGNATURE}    if found:\n        raise RuntimeError(found[0])\n{RIGHT.removeprefix(SIGNATURE)}"
        nb = lesson.solved(gradient_step=f"{attempt}\n\n\n{answer}")
        return Case(student, lesson.name, handed_in(nb), full, "Right only if it found nothing.", harmless)

    checks = {
        "writes-into-the-gradebook": harm.gradebook_is_true,
        "edits-a-neighbour": lambda course: harm.submissions_are_unmarked(course, token),
        "writes-anywhere": lambda course: harm.left_no_file(course, token),
        "leaves-a-process-behind": lambda course: harm.left_no_process(token),
        "leaves-a-child-of-the-kernel-behind": lambda course: harm.left_no_process(token),
        "reads-hidden-tests-and-solutions": harm.feedback_shows_no_probe,
    }
    for student, code in BREAK_OUTS.items():
        yield case(student, code, checks.get(student, no_harm))
    nb = after(lesson.solved(), f"{STEP}-check", HISTORY)
    why = "An own cell prints the hidden tests that ran above it; the feedback must not show them."
    yield Case("prints-hidden-tests", lesson.name, handed_in(nb), full, why, harm.feedback_shows_no_probe)
    body = f"import signal\n\nos.kill(-1, signal.SIGKILL)\n{RIGHT.removeprefix(SIGNATURE).strip()}"
    nb = lesson.solved(gradient_step=guarded(body))
    less = lesson.without(STEP)
    killed = Expected(GRADED, lesson.total, also=(Expected(PARTLY, less), Expected(GRADED, less)))
    yield Case("kills-every-process", lesson.name, handed_in(nb), killed, "Runs in the sandbox only.")


def _messages(lesson: Graded) -> Iterator[Case]:
    """What nbgrader's process reads is the submission's own: it costs the cell that sent it, and nothing else."""
    for student, code in MESSAGES.items():
        nb = after(lesson.solved(), "setup", MESSAGE + code)
        full = Expected(GRADED, lesson.total)
        yield Case(student, lesson.name, handed_in(nb), full, harmless=harm.pages_and_tables_are_inert)


# Words that a browser or a spreadsheet would run


def _words(lesson: Graded) -> Iterator[Case]:
    printed = f"print('<script>alert(1)</script>')\nprint('=HYPERLINK(\"x\")')\n\n{RIGHT}"
    rich = (
        "from IPython.display import HTML, Javascript, display\n\n"
        "display(HTML('<img src=x onerror=alert(1)><script>alert(1)</script>'), Javascript('alert(1)'))\n\n"
    )
    raised = f"{SIGNATURE}    raise ValueError('<script>alert(1)</script>')"
    full, less = Expected(GRADED, lesson.total), Expected(GRADED, lesson.without(STEP))
    for student, source, expected in (
        ("prints-script-tags", printed, full),
        ("displays-script-tags", rich + RIGHT, full),
        ("raises-script-tags", raised, less),
    ):
        nb = lesson.solved(gradient_step=source)
        yield Case(student, lesson.name, handed_in(nb), expected, harmless=harm.pages_and_tables_are_inert)
    right = handed_in(lesson.solved())
    yield Case("=1+1", lesson.name, right, full, harmless=harm.pages_and_tables_are_inert)
    if os.name != "nt":
        refused = Expected(UNGRADED, None, "its name")
        name = "<b onmouseover=alert(1)>ada"
        yield Case(name, lesson.name, right, refused, harmless=harm.pages_and_tables_are_inert, reported="")
