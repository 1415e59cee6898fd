"""An experiment or a question as a piece of a page that needs no kernel; ``live.js`` is the page's half.

Any anywidget could live so that can list its settings and what it shows for each: here `Stage.states`. The page gives
the widget's own front end a model that answers from files (see `createModel` there).
"""

import json
import re
import time
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from helpers.exercises.question import Choice
from helpers.ground import CannotGoOnError
from helpers.site import narrow
from helpers.site.states import BUDGET, packed
from helpers.stage import Stage

_HERE = Path(__file__).parent
_EXPORT = re.compile(r"^export (?=const|function|async|class)", re.MULTILINE)
_TO_PAGE = ("label", "challenge", "values", "texts", "controls", "inches", "width", "index", "settings")
_WAITING = ("Waiting for the kernel to compute this ...", "Loading this ...")


class Experiment(NamedTuple):
    """A living experiment: the fragment for its page, and the bytes, states and files that it took."""

    html: str
    bytes: int
    states: int
    files: list[str]


def assets() -> dict[str, str]:
    """Return by name the scripts and styles that a page with experiments and questions includes."""
    return {
        "stage.js": _replaced(_classic(Stage._esm, "STAGE"), *_WAITING),
        "question.js": _classic(Choice._esm, "QUESTION"),
        "live.js": (_HERE / "live.js").read_text(encoding="utf-8"),
        "stage.css": str(Stage._css),
        "question.css": str(Choice._css),
    }


def experiment(stage: Stage, name: str, folder: Path, say: Callable[[str], None] | None = None) -> Experiment:
    """Write the files of an experiment into a folder, and return the fragment that finds them there; say what it took.

    ``name``: the experiment's own among all pages, also the beginning of its files' names. The fragment looks for the
    folder, by its last name, beside the page. Raises CannotGoOnError when the experiment takes more than its budget.
    """
    start = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    found = packed(stage, name, folder)
    still, picture = f"{name}.webp", stage.image()
    Image.fromarray(picture).convert("RGB").save(folder / still, "WEBP", lossless=True, quality=80)
    # What moves must not lie on the edge of a part, so the first and the last picture count too.
    all_drawn = np.minimum.reduce([picture, *(stage.image(k) for k in (0, -1) if stage.values)])
    parts = narrow.parts(all_drawn, narrow.between(stage._fig, picture.shape[1]))
    known = found.plan.values(stage)
    swept = {"values": stage.values[known], "texts": stage.texts[known], "index": stage.index // found.plan.every}
    state = {key: getattr(stage, key) for key in _TO_PAGE} | swept | {"parts": narrow.fractions(parts, picture)}
    image = narrow.image(picture, parts, still, stage.frames["alts"][stage.index], folder)
    html = (
        f'<figure class="experiment" data-experiment="{name}" data-folder="{escape(folder.name)}" '
        f'style="{narrow.style(narrow.stacked(picture, parts))}">'
        f"{image}{_json({'state': state, 'where': found.where})}</figure>"
    )
    stills = [still, *([f"{name}-narrow.webp"] if len(parts) > 1 else [])]
    total = found.bytes + sum((folder / name).stat().st_size for name in stills)
    if say:
        coarse = any(control["kind"] in ("button", "point") for control in stage.controls)
        took = f"{time.monotonic() - start:.0f} s"
        over = f", above the budget of {BUDGET / 1e6:.0f} MB" if total > BUDGET else ""
        plan = f"; {found.plan}" if coarse else ""
        say(f"{name}: {found.states:,} states, {total / 1e6:.1f} MB{over}, {took}{plan}")
    return Experiment(html, total, found.states, [*found.files, *stills])


def question(widget: Choice, name: str) -> str:
    """Return the fragment of a quiz or a prediction: a plain list, until the page draws the question."""
    state = {key: getattr(widget, key) for key in ("id", "kind", "text", "options", "right")}
    items = "".join(f"<li>{escape(option['text'])}</li>" for option in widget.options)
    return (
        f'<div class="question" data-question="{escape(name)}"><p>{escape(widget.text)}</p><ul>{items}</ul>'
        f"{_json({'state': state})}</div>"
    )


def _json(value: Any) -> str:
    """Return a value as a page carries it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return f'<script type="application/json">{text}</script>'


def _classic(module: str, name: str) -> str:
    """Return a module as a script that leaves what it exports under one name: a folder's pages load no modules."""
    body = _EXPORT.sub("", _replaced(module, "export default { render };", "return { render };"))
    return f"const {name} = (() => {{\n{body}}})();\n"


def _replaced(text: str, old: str, new: str) -> str:
    if old not in text:
        raise CannotGoOnError(f"The site changes {old!r} in a script where it does not stand: see helpers/site/live.py")
    return text.replace(old, new)
