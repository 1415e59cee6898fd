"""Honest submissions of lesson 05 that go their own ways: modules of the learner's, another Python, another edition."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grading.cases import GRADED, PARTLY, UNGRADED, Case, Expected, Graded, after, cell_of, handed_in
from grading.damages import BODY, RIGHT, SIGNATURE, STEP

from helpers.cells import SETUP
from helpers.grading.handing_in.slots import is_python

IMPORTED = "from my_step import gradient_step"
PRIVATE = "import os\n\nos._exit(0)\n"
NEWER = {  # by student: an answer that is right, in syntax of which some Pythons know nothing yet
    "type-statement": f"type Weights = np.ndarray\n\n{RIGHT}",
    "type-parameters": f"def gradient_step[T](w: T, grad: T, lr: float) -> T:\n{BODY}",
    "type-parameters-of-a-class": f"class Step[T: (int, float)]:\n    lr: T\n\n\n{RIGHT}",
    "quotes-inside-quotes": f'names = {{"a": 1}}\nprint(f"{{names["a"]}} is 1")\n\n{RIGHT}',
    "except-without-brackets": f"{SIGNATURE}    try:\n    {BODY}\n    except TypeError, ValueError:\n        raise",
}


def own_ways(lesson: Graded) -> Iterator[Case]:
    """Yield every case of this module."""
    yield from _written(lesson)
    yield from _beside(lesson)
    yield from _refused_beside(lesson)
    yield from _other_pythons(lesson)
    yield from _other_editions(lesson)


def _written(lesson: Graded) -> Iterator[Case]:
    """Yield modules that cells of the notebook write."""
    full, less = Expected(GRADED, lesson.total), Expected(GRADED, lesson.without(STEP))
    cells = {
        "writes-a-module": (f"%%writefile my_step.py\n{RIGHT}", IMPORTED, full),
        "writes-a-module-as-text": (f"open('my_step.py', 'w').write({RIGHT!r})", IMPORTED, full),
        "writes-a-module-called-numpy": (f"%%writefile numpy.py\n{PRIVATE}", f"import numpy\n\n{RIGHT}", full),
        "writes-a-module-called-random": (f"%%writefile random.py\n{PRIVATE}", f"import random\n\n{RIGHT}", full),
        "writes-a-module-called-helpers": (f"%%writefile helpers.py\n{PRIVATE}", f"import helpers\n\n{RIGHT}", full),
        "writes-a-wrong-module": (
            "%%writefile my_step.py\ndef gradient_step(w, grad, lr):\n    return w",
            IMPORTED,
            less,
        ),
        "runs-a-program": (f"%%writefile my_step.py\n{RIGHT}", "%run my_step.py", full),
    }
    for student, (cell, answer, expected) in cells.items():
        nb = after(lesson.solved(gradient_step=answer), SETUP, cell)
        yield Case(student, lesson.name, handed_in(nb), expected)


def _beside(lesson: Graded) -> Iterator[Case]:
    """Yield modules that came with the submission."""
    nb = lesson.solved(gradient_step=IMPORTED)
    full, less = Expected(GRADED, lesson.total, "there for import"), lesson.without(STEP)

    def case(student: str, files: dict[str, str], expected: Expected, nb: dict[str, Any] = nb) -> Case:
        return Case(student, lesson.name, lambda folder: _lay_out(folder, nb, files), expected)

    library = f"import numpy as np\n\n\n# {STEP}, from {lesson.name}\n{RIGHT}\n"
    own = lesson.solved(gradient_step="from my_descent import gradient_step")
    yield case("module-beside", {"my_step.py": RIGHT}, full)
    yield case("own-library-beside", {"my_descent.py": library}, full, own)
    yield case("module-of-two-files", {"my_step.py": "from inner import gradient_step", "inner.py": RIGHT}, full)
    package = {"my_lib/__init__.py": "", "my_lib/steps.py": RIGHT}
    packed = lesson.solved(gradient_step="from my_lib.steps import gradient_step")
    yield case("package-beside", package, full, packed)
    yield case("module-with-windows-line-ends", {"my_step.py": RIGHT.replace("\n", "\r\n")}, full)
    yield case("module-that-is-not-handed-in", {}, Expected(GRADED, less))
    ends = Expected(PARTLY, less, "there for import")
    yield case("module-that-ends-the-kernel", {"my_step.py": PRIVATE}, ends)
    course = {"my_step.py": "from helpers.descent import descend\n\n\ndef gradient_step(w, grad, lr):\n"}
    course["my_step.py"] += "    return descend(lambda w: grad, w, lr, 1)[-1]\n"
    flagged = Expected(GRADED, less, "helpers")  # the flag; a list of states is no step
    yield case("module-that-calls-the-course", course, flagged)


def _lay_out(folder: Path, nb: Any, files: dict[str, str]) -> None:
    handed_in(nb)(folder)
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8", newline="")


def _refused_beside(lesson: Graded) -> Iterator[Case]:
    """Yield files beside the notebook that take no module's place, and what is no module."""
    full = lesson.total
    for name in ("numpy.py", "helpers.py", "random.py", "ipykernel.py"):
        files, expected = {name: PRIVATE}, Expected(GRADED, full, "has its name")
        make = lambda folder, files=files: _lay_out(folder, lesson.solved(), files)  # noqa: E731
        yield Case(f"{name.removesuffix('.py')}-beside", lesson.name, make, expected)
    yield Case(
        "module-of-no-name",
        lesson.name,
        handed_in(lesson.solved(), **{"05-copy__py": ""}),
        Expected(GRADED, full, "no import"),
    )

    def large(folder: Path) -> None:
        handed_in(lesson.solved())(folder)
        os.truncate(os.open(folder / "my_data.py", os.O_CREAT | os.O_WRONLY), 200 * 2**20)

    yield Case("200-mb-module", lesson.name, large, Expected(GRADED, full, "bytes"))

    def latin(folder: Path) -> None:
        handed_in(lesson.solved())(folder)
        (folder / "mine.py").write_bytes("# Ä".encode("latin-1"))

    yield Case("module-in-latin-1", lesson.name, latin, Expected(GRADED, full, "no UTF-8"))


def _other_pythons(lesson: Graded) -> Iterator[Case]:
    """Yield answers in newer syntax: right for a Python that knows it, and never called wrong by another."""
    for student, answer in NEWER.items():
        known = is_python(answer)
        newer = Expected(PARTLY, lesson.without(STEP), "newer than Python")
        expected = Expected(GRADED, lesson.total) if known else newer
        yield Case(student, lesson.name, handed_in(lesson.solved(gradient_step=answer)), expected)
    nb = after(lesson.solved(), SETUP, "type Weights = list")
    said = "" if is_python("type Weights = list") else "newer than Python"
    yield Case("newer-own-cell", lesson.name, handed_in(nb), Expected(GRADED, lesson.total, said))
    no_python = lesson.solved(gradient_step=f"type Weights = =\n\n{RIGHT}")
    yield Case("no-python-of-any-kind", lesson.name, handed_in(no_python), Expected(GRADED, lesson.without(STEP)))


def _other_editions(lesson: Graded) -> Iterator[Case]:
    """Yield notebooks of other versions of the course, by their footers."""
    for version in ("0.1.0", "99.0.0"):
        nb = _of(lesson.solved(), version)
        expected = Expected(GRADED, lesson.total, f"version {version} of the course")
        yield Case(f"course-{version}", lesson.name, handed_in(nb), expected)
        other = _of(json.loads(json.dumps(nb)), version)
        for cell in other["cells"]:
            cell["metadata"], cell["id"] = {}, f"x-{cell['id']}"
        other["cells"] = [cell for cell in other["cells"] if cell["cell_type"] != "code"]
        refused = Expected(UNGRADED, None, f"version {version} of the course")
        yield Case(f"only-text-of-course-{version}", lesson.name, handed_in(other), refused)
    nb = lesson.solved()
    cell_of(nb, "footer")["source"] = "the end"
    yield Case("footer-overwritten", lesson.name, handed_in(nb), Expected(GRADED, lesson.total))


def _of(nb: dict[str, Any], version: str) -> dict[str, Any]:
    """Return a notebook as a version of the course has it, as far as its footer tells."""
    footer = cell_of(nb, "footer")
    footer["source"] = re.sub(r"version [0-9.]+\d", f"version {version}", "".join(footer["source"]))
    return nb
