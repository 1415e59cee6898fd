"""The page of a lesson: its text and pictures as they are stored, and what one run of it has made."""

import base64
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
from PIL import Image

from helpers.authoring.minutes import load, rounded
from helpers.authoring.regions import ReleaseError, regions, stubbed
from helpers.authoring.release import read_named
from helpers.cells import CHECK, HELP, SETUP
from helpers.exercises.catalogue import EXERCISES, LESSONS, PREDICTIONS
from helpers.exercises.edits import EditError, edited
from helpers.exercises.exercise import Lesson
from helpers.exercises.question import Choice
from helpers.site import live, narrow
from helpers.site.exercise import block
from helpers.site.listening import Heard, heard
from helpers.site.text import Section, code, data, printed, rendered

SKIP, FOLD = "skip", "fold"
_YOURS = re.compile(r"(?m)^\w+: (?:yours\.|the course's own.*)\n?")
_TOLD = re.compile(r"(?m)^outcome\(.*\)\n?")
_KEPT = re.compile(r"(?m)^Your library .*\n?")


class Page(TypedDict):
    """A page without its frame; `experiments` holds their HTML, formulas stand in it as TeX."""

    name: str
    title: str
    label: str
    minutes: int
    body: str
    sections: list[Section]
    questions: list[str]
    experiments: list[str]
    states: int
    bytes: int


def page(root: Path, path: Path, folder: Path) -> Page:
    """Run a solution and return its page; pictures and states go into a folder. Raises ReleaseError."""
    nb = read_named(path)
    lesson = next(lesson for lesson in LESSONS if lesson.name == path.stem)
    return Writer(nb, heard(nb, root / "solutions"), folder).page(lesson)


class Writer:
    """Writes the page of a lesson, cell by cell."""

    def __init__(self, nb: Any, heard: dict[str, Heard], folder: Path) -> None:
        self.nb, self.heard, self.folder = nb, heard, folder
        self.sections: list[Section] = []
        self.questions: list[str] = []
        self.made: list[live.Experiment] = []

    def page(self, lesson: Lesson) -> Page:
        """Return the page, once all cells are written."""
        body = "\n".join(html for cell in self.nb.cells for html in self.cell(cell))
        return Page(
            name=lesson.name,
            title=lesson.title,
            label=lesson.label,
            minutes=rounded(load(self.nb).minutes),
            body=body,
            sections=self.sections,
            questions=self.questions,
            experiments=[experiment.html for experiment in self.made],
            states=sum(experiment.states for experiment in self.made),
            bytes=sum(experiment.bytes for experiment in self.made),
        )

    def cell(self, cell: Any) -> Iterator[str]:
        """Yield what the page has of a cell, as its mark says: nothing, folded, in the site's words, or as it is."""
        mark = cell.metadata.get("site")
        if mark == SKIP or cell.id == "footer" or cell.id.endswith((CHECK, HELP)):
            return
        html = "".join(self.text(cell, mark) if cell.cell_type == "markdown" else self.code(cell))
        yield f"<details><summary>The program</summary>{html}</details>" if mark == FOLD else html

    def text(self, cell: Any, mark: Any) -> Iterator[str]:
        """Yield a text cell. mark: edits of its text, old and new, where the site has its own words."""
        source = cell.source
        if isinstance(mark, list):
            try:
                source = edited(source, mark)
            except EditError as error:
                raise ReleaseError(f"cell {cell.id}, its words for the site: {error}.") from None
        for name, attached in cell.get("attachments", {}).items():
            (self.folder / name).write_bytes(base64.b64decode(attached["image/png"]))
            source = source.replace(f"attachment:{name}", f"{self.folder.name}/{name}")
        html, (above, *below) = rendered(source, [section.slug for section in self.sections])
        if self.sections and above.text:
            last = self.sections[-1]
            self.sections[-1] = last._replace(text=f"{last.text} {above.text}".strip())
        self.sections += below
        yield html

    def code(self, cell: Any) -> Iterator[str]:
        """Yield a code cell: an exercise, a question, an experiment, or a program and what came of it."""
        made = self.heard.get(cell.id, Heard())
        if cell.id == SETUP:
            yield f"<details><summary>What this lesson imports</summary>{code(cell.source)}</details>"
        elif cell.id in EXERCISES:
            yield block(EXERCISES[cell.id], stubbed(cell, list(regions(cell))))
        elif made.questions:
            yield from map(self.question, made.questions)
        else:
            yield from self.program(cell, made)

    def question(self, choice: Choice) -> str:
        """Return a question or a prediction."""
        choice.id = choice.question.id  # and not one that differs in each run
        self.questions.append(choice.question.id)
        return live.question(choice, choice.question.id)

    def program(self, cell: Any, made: Heard) -> Iterator[str]:
        """Yield a program and its outputs: an outcome is folded, a bare call that only shows a picture hidden."""
        is_call = "\n" not in cell.source.strip() and all("image/png" in out.get("data", {}) for out in cell.outputs)
        if not is_call or not (made.stages or cell.source.startswith("show_")):
            shown = code(_TOLD.sub("", cell.source))
            yield f"<details><summary>The program</summary>{shown}</details>" if made.stages else shown
        outputs = "".join(self.outputs(cell, pictures=not made.stages))
        if made.outcomes:
            told = "".join(self.outcome(*outcome) for outcome in made.outcomes)
            yield f'<details class="outcome"><summary>What happened</summary>{outputs}{told}</details>'
        else:
            yield outputs
        for number, stage in enumerate(made.stages):
            name = f"{self.folder.name}-{cell.id}" + (f"-{number}" if number else "")
            self.made.append(live.experiment(stage, name, self.folder))
            yield self.made[-1].html

    def outcome(self, id: str, happened: str) -> str:
        """Return what happened, in words, and what is said to each prediction."""
        fact = PREDICTIONS[id].option(happened)
        said = {option.key: {"text": option.text, "feedback": option.feedback} for option in PREDICTIONS[id].options}
        return (
            f'<div class="verdict" role="status" data-prediction="{id}"><p><b>{escape(fact.text)}.</b> '
            f"{escape(fact.feedback)}</p>{data({'happened': happened, 'options': said})}</div>"
        )

    def outputs(self, cell: Any, pictures: bool = True) -> Iterator[str]:
        """Yield the stored outputs of a cell, without lines on the library that a reader of the site does not have."""
        for number, output in enumerate(cell.outputs):
            held = output.get("data", {})
            if output.output_type == "stream":
                text = _KEPT.sub("", _YOURS.sub("", output.text))
                if text.strip():
                    yield printed(text)
            elif "image/png" in held:
                if pictures:
                    yield self.picture(f"{cell.id}-{number}.png", held)
            elif "text/html" in held:
                yield f'<div class="html" tabindex="0">{held["text/html"]}</div>'
            elif "text/plain" in held:
                yield printed(held["text/plain"])

    def picture(self, name: str, held: Any) -> str:
        """Write a stored picture and return its HTML."""
        (self.folder / name).write_bytes(base64.b64decode(held["image/png"]))
        picture = np.asarray(Image.open(self.folder / name).convert("RGB"))
        parts = narrow.parts(picture)
        image = narrow.image(picture, parts, name, held["text/plain"], self.folder)
        return f'<figure class="still" style="{narrow.style(narrow.stacked(picture, parts))}">{image}</figure>'
