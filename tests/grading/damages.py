"""Damaged submissions of lesson 05: what happens to honest files, and what honest code does to a grader.

In each of them the answers are right unless the case is about an answer.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from grading.cases import ANY, GRADED, PARTLY, UNGRADED, Case, Expected, Graded, after, cell_of, handed_in, text

STEP = "gradient-step"
MEGABYTES = 2**20
SIGNATURE = "def gradient_step(w, grad, lr):\n"
BODY = "    return w - lr * grad"
RIGHT = SIGNATURE + BODY

# The sandbox names its host "sandbox". What could hurt a machine runs nowhere else.
GUARD = """\
import os

if not hasattr(os, "uname") or os.uname().nodename != "sandbox":
    raise RuntimeError("not in a sandbox")
"""


def damages(lesson: Graded) -> Iterator[Case]:
    """Yield every case of this module."""
    yield from _cells(lesson)
    yield from _files(lesson)
    yield from _folders(lesson)
    yield from _answers(lesson)
    yield from _endings(lesson)
    yield from _limits(lesson)
    yield from _floods(lesson)


def guarded(body: str) -> str:
    """Return an answer for gradient-step whose body runs in the sandbox only."""
    lines = f"{GUARD}\n{body}".split("\n")
    return SIGNATURE + "\n".join(f"    {line}" if line else "" for line in lines)


# Cells


def _cells(lesson: Graded) -> Iterator[Case]:
    def case(student: str, change: Callable[[dict[str, Any]], None], says: str) -> Case:
        nb = lesson.solved()
        change(nb)
        return Case(student, lesson.name, handed_in(nb), Expected(GRADED, lesson.total, says))

    yield case("duplicated-cell", _duplicate, "cells have its name")
    yield case("split-answer", _split, "joined again")
    yield case("lost-metadata", _strip, "lost its nbgrader metadata")
    yield case("deleted-test-cell", lambda nb: nb["cells"].remove(cell_of(nb, f"{STEP}-check")), "restored")
    yield case("colab", _colab, "Colab")
    yield case("vs-code", _vs_code, "VS Code")
    yield case("minor-0", _minor_0, "4.0 made 4.5")


def _duplicate(nb: dict[str, Any]) -> None:
    cell = cell_of(nb, STEP)
    nb["cells"].insert(nb["cells"].index(cell), json.loads(json.dumps(cell)))


def _split(nb: dict[str, Any]) -> None:
    cell = cell_of(nb, STEP)
    cell["source"] = SIGNATURE
    nb["cells"].insert(nb["cells"].index(cell) + 1, json.loads(json.dumps(cell)) | {"id": "half", "source": BODY})


def _strip(nb: dict[str, Any]) -> None:
    for cell in nb["cells"]:
        cell["metadata"] = {}


def _colab(nb: dict[str, Any]) -> None:
    nb["metadata"] |= {"colab": {"provenance": []}, "accelerator": "GPU"}
    for number, cell in enumerate(nb["cells"]):
        cell["metadata"] |= {"id": f"x{number}", "outputId": f"y{number}", "colab": {"base_uri": "https://localhost/"}}


def _vs_code(nb: dict[str, Any]) -> None:
    nb["metadata"]["vscode"] = {"interpreter": {"hash": "0" * 64}}
    for cell in nb["cells"]:
        cell["metadata"]["vscode"] = {"languageId": "python"}


def _minor_0(nb: dict[str, Any]) -> None:
    nb["nbformat_minor"] = 0
    for cell in nb["cells"]:
        del cell["id"]


# Files


def _files(lesson: Graded) -> Iterator[Case]:
    name, right = lesson.name, text(lesson.solved())
    whole = {
        "byte-order-mark": (b"\xef\xbb\xbf" + right.encode(), "byte-order mark removed"),
        "crlf": (text(_with_crlf(lesson.solved())).replace("\n", "\r\n"), "CRLF"),
        "utf-16": (right.encode("utf-16"), "UTF-16"),
    }
    for student, (raw, says) in whole.items():
        yield Case(student, name, handed_in(raw), Expected(GRADED, lesson.total, says))
    broken = {
        "truncated-file": (right[: len(right) // 2], "no JSON"),
        "empty-file": ("", "empty"),
        "json-list": ("[]\n", "list"),
        "json-without-cells": ('{"nbformat": 4}\n', "no cells"),
    }
    for student, (raw, says) in broken.items():
        yield Case(student, name, handed_in(raw), Expected(UNGRADED, None, says))
    renamed = handed_in(right, f"{name} (1).ipynb")
    yield Case("renamed-file", name, renamed, Expected(GRADED, lesson.total, "renamed"))
    late = handed_in(right, timestamp__txt="2026-11-30 23:30:00 +0500")
    yield Case("timestamp-plus-0500", name, late, Expected(GRADED, lesson.total, "18:30:00"))
    full = Expected(GRADED, lesson.total, "left out")
    yield Case("200-mb-beside", name, lambda folder: _huge(folder, right, "photo.jpg"), full)
    yield Case("200-mb-notebook", name, lambda folder: _huge(folder, right), Expected(UNGRADED, None, "bytes"))
    attached = Expected(UNGRADED, None, "bytes")
    yield Case("200-mb-attachment", name, lambda folder: _attached(folder, lesson), attached)


def _with_crlf(nb: dict[str, Any]) -> dict[str, Any]:
    for cell in nb["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
    return nb


def _huge(folder: Path, right: str, beside: str = "") -> None:
    """Write the notebook and make it, or a file beside it, 200 MB long; the file system need not store them."""
    handed_in(right)(folder)
    file = folder / (beside or f"{folder.name}.ipynb")
    file.touch()
    os.truncate(file, 200 * MEGABYTES)


def _attached(folder: Path, lesson: Graded) -> None:
    """Write the notebook with an image of 200 MB in its first cell, which is text, a megabyte at a time."""
    nb = lesson.solved()
    nb["cells"][0]["attachments"] = {"photo.png": {"image/png": "HERE"}}
    before, _, behind = text(nb).partition("HERE")
    folder.mkdir()
    with (folder / f"{folder.name}.ipynb").open("w", encoding="utf-8") as file:
        file.write(before)
        for _ in range(200):
            file.write("A" * MEGABYTES)
        file.write(behind)


# Folders


def _folders(lesson: Graded) -> Iterator[Case]:
    name, right = lesson.name, text(lesson.solved())
    full = Expected(GRADED, lesson.total, "left out")
    yield Case("two-notebooks", name, handed_in(right, copy__ipynb=text(lesson.release)), full)
    several = handed_in(right, "a.ipynb", b__ipynb=text(lesson.release))
    yield Case("two-unclear-notebooks", name, several, Expected(UNGRADED, None, "several"))
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "2 + 2", "outputs": [], "execution_count": None}
    other = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    yield Case("wrong-notebook", name, handed_in(other), Expected(UNGRADED, None, "no cell of this assignment"))
    lost = lesson.solved()
    lost["cells"] = [cell for cell in lost["cells"] if not cell["id"].startswith(tuple(lesson.answers))]
    expected = Expected(UNGRADED, None, "no cell of this assignment")
    why = "A notebook of another lesson has our setup and header under the same names, and none of the exercises."
    yield Case("notebook-of-another-lesson", name, handed_in(lost), expected, why)
    yield Case("empty-folder", name, Path.mkdir, Expected(UNGRADED, None, "no notebook"))
    as_file = lambda folder: folder.write_text("my answers", encoding="utf-8")  # noqa: E731
    yield Case("file-instead-of-folder", name, as_file, Expected(UNGRADED, None, "a file"))
    unknown = Expected(UNGRADED, None, "no folder of an assignment")
    yield Case("folder-of-no-assignment", "homework", handed_in(right), unknown, reported="")


# Answers


def _answers(lesson: Graded) -> Iterator[Case]:
    full, less = Expected(GRADED, lesson.total), Expected(GRADED, lesson.without(STEP))
    lines = 'for _ in range(5000):\n    print("w " * 40)'
    warns = 'import sys\nimport warnings\n\nsys.stderr.write("careful\\n")\nwarnings.warn("old", stacklevel=1)\n'
    inside = f"{SIGNATURE}    import warnings\n\n    warnings.warn('old', stacklevel=1)\n    return w - lr * grad"
    sources = {
        "warning-on-stderr": (f"{warns}\n{inside}", full),
        "overflow-warning": (f"np.float64(1e308) * 10\n{SIGNATURE}    np.exp(np.array(1e4))\n{BODY}", full),
        "prints-much": (f"{lines}\n\n{SIGNATURE}    print('w ' * 40_000)\n{BODY}", full),
        "syntax-error": ("def gradient_step(w, grad, lr:\n    return w", less),
        "empty-answer": ("", less),
        "another-name": ("def step(w, grad, lr):\n    return w - lr * grad", less),
        "deep-recursion": (f"{SIGNATURE}    return gradient_step(w, grad, lr)", less),
    }
    for student, (source, expected) in sources.items():
        yield Case(student, lesson.name, handed_in(lesson.solved(gradient_step=source)), expected)


# What ends the kernel


def _endings(lesson: Graded) -> Iterator[Case]:
    less = lesson.without(STEP)
    quiet = Expected(GRADED, less)
    dies = Expected(PARTLY, less)
    either = Expected(GRADED, ANY, least=less, also=(Expected(PARTLY, ANY, least=less),))
    in_answer = {
        "sys-exit-in-answer": ("import sys\n\n    sys.exit()", quiet),
        "raises-system-exit": ("raise SystemExit(0)", quiet),
        "exit-in-answer": (f"exit()\n{BODY}", either),
        "os-exit-in-answer": ("import os\n\n    os._exit(0)", dies),
        "abort-in-answer": ("import os\n\n    os.abort()", dies),
        "kills-itself-in-answer": ("import os\n    import signal\n\n    os.kill(os.getpid(), signal.SIGKILL)", dies),
    }
    for student, (body, expected) in in_answer.items():
        nb = lesson.solved(gradient_step=f"{SIGNATURE}    {body}")
        yield Case(student, lesson.name, handed_in(nb), expected)
    wrong_and_gone = """\
    import os
    import sys

    caller = sys._getframe(1)
    while caller:
        if caller.f_code.co_name == "hidden" + "_probes":
            os._exit(0)
        caller = caller.f_back
    return w"""
    nb = lesson.solved(gradient_step=f"{SIGNATURE}{wrong_and_gone}")
    why = "The check has found it wrong; that the kernel ends when the other half is asked for gains nothing."
    yield Case("os-exit-on-hidden-numbers", lesson.name, handed_in(nb), Expected(GRADED, lesson.without(STEP)), why)
    first = lesson.points[STEP]
    full = Expected(GRADED, lesson.total)
    what_ran = Expected(GRADED, lesson.total, also=(Expected(PARTLY, ANY, least=first),))
    why = "An own cell behind the first exercise ends the kernel: what ran before counts at least."
    own = {
        "sys-exit-cell": ("import sys\n\nsys.exit()", full),
        "raises-system-exit-cell": ("raise SystemExit", full),
        "exit-cell": ("exit()", what_ran),
        "quit-cell": ("quit()", what_ran),
        "os-exit-cell": ("import os\n\nos._exit(1)", what_ran),
        "input-cell": ('input("your name? ")', full),
        "nested-too-deeply-cell": (f"x = {'-' * 100_000}1", full),
        "chained-too-long-cell": ("if w:\n    pass\n" + "elif w:\n    pass\n" * 20_000, full),
    }
    for student, (source, expected) in own.items():
        nb = after(lesson.solved(), f"{STEP}-check", source)
        yield Case(student, lesson.name, handed_in(nb), expected, why if expected is what_ran else "")

    later = "import os\nimport threading\n\nthreading.Timer(1.0, os._exit, (0,)).start()\n\n" + RIGHT
    some = Expected(PARTLY, ANY, also=(Expected(GRADED, ANY), Expected(UNGRADED, None)))
    why = "The kernel ends at another cell than the one to blame: only the rest of the cohort is promised."
    yield Case("os-exit-later", lesson.name, handed_in(lesson.solved(gradient_step=later)), some, why)


# What takes too much


def _limits(lesson: Graded) -> Iterator[Case]:
    less = lesson.without(STEP)
    expected = Expected(GRADED, less, also=(Expected(PARTLY, less),))
    stubborn = "import time\n\n    while True:\n        try:\n            time.sleep(0.01)\n"
    stubborn += "        except BaseException:\n            pass"
    deaf = "import signal\n\n    signal.signal(signal.SIGINT, signal.SIG_IGN)\n    while True:\n        pass"
    bodies = {
        "endless-loop": "while True:\n        pass",
        "endless-loop-that-swallows-interrupts": stubborn,
        "endless-loop-that-ignores-signals": deaf,
        "sleeps-for-days": "import time\n\n    time.sleep(10**6)",
        "loop-inside-c": "return sum(range(10**14))",
        "endless-regular-expression": "import re\n\n    return re.match('(a+)+$', 'a' * 60 + 'b')",
    }
    for student, body in bodies.items():
        nb = lesson.solved(gradient_step=f"{SIGNATURE}    {body}")
        yield Case(student, lesson.name, handed_in(nb), expected)
    bombs = {
        "endless-allocation": "import numpy as np\n\nhold = []\nwhile True:\n    hold.append(np.ones(10**7))",
        "fork-bomb": "while True:\n    try:\n        os.fork()\n    except OSError:\n        pass",
        "thread-bomb": "import threading\n\nevent = threading.Event()\nwhile True:\n"
        "    threading.Thread(target=event.wait, daemon=True).start()",
        "many-small-processes": """\
import subprocess
import sys

small = "import time; hold = bytearray(b'x' * 66 * 2**20); time.sleep(60)"
held = [subprocess.Popen([sys.executable, "-S", "-c", small]) for _ in range(20)]
for each in held:
    each.wait()""",
        "fills-the-disk": "number = 0\nwhile True:\n    number += 1\n"
        '    with open(f"/tmp/big-{number}", "wb") as file:\n        file.write(bytes(10**7))',
    }
    for student, body in bombs.items():
        nb = lesson.solved(gradient_step=guarded(body))
        why = "Runs in the sandbox only. What it leaves behind takes nothing from other exercises."
        yield Case(student, lesson.name, handed_in(nb), expected, why)
    nb = after(lesson.solved(), f"{STEP}-check", "while True:\n    pass")
    what_ran = Expected(GRADED, lesson.total, also=(Expected(PARTLY, ANY, least=lesson.points[STEP]),))
    yield Case("endless-loop-cell", lesson.name, handed_in(nb), what_ran, "The learner's own cell never ends.")


# Output


def _floods(lesson: Graded) -> Iterator[Case]:
    """Yield 100 MB of output in several ways; none of them makes the answer wrong."""
    million = 'for _ in range(100):\n    print("x" * 10**6)'
    shown = "from IPython.display import HTML, display\n\ndisplay(HTML('x' * 10**8))"
    raw = "import os\n\nfor _ in range(100):\n    os.write(1, b'x' * 10**6)"
    sources = {
        "100-mb-printed": f"{million}\n\n{RIGHT}",
        "100-mb-printed-in-answer": f"{SIGNATURE}    print('x' * 10**8)\n{BODY}",
        "100-mb-in-one-display": f"{shown}\n\n{RIGHT}",
        "100-mb-past-python": f"{raw}\n\n{RIGHT}",
    }
    less = lesson.without(STEP)
    too_much = (Expected(PARTLY, ANY, least=less), Expected(GRADED, less))
    expected = Expected(GRADED, lesson.total, also=too_much)
    for student, source in sources.items():
        yield Case(student, lesson.name, handed_in(lesson.solved(gradient_step=source)), expected)
