"""An experiment and a question as they are before JavaScript."""

from html import escape
from pathlib import Path
from typing import NamedTuple

from helpers.exercises.question import Choice
from helpers.pictures import png
from helpers.stage import Stage


class Experiment(NamedTuple):
    """The HTML of an experiment, and what its files hold: bytes, states, and how many files they are."""

    html: str
    bytes: int
    states: int
    files: int


def assets() -> dict[str, str]:
    """Return the scripts and styles that a page with an experiment includes, by file name."""
    return {}


def experiment(stage: Stage, name: str, folder: Path) -> Experiment:
    """Return the still picture of an experiment, written into a folder."""
    picture = png(stage.image())
    (folder / f"{name}.png").write_bytes(picture)
    width, height = (int.from_bytes(picture[at : at + 4]) for at in (16, 20))
    image = f'<img src="{folder.name}/{name}.png" width="{width}" height="{height}"'
    alt = escape(stage.frames["alts"][stage.index])
    html = f'<figure class="experiment" data-experiment="{name}">{image} alt="{alt}"></figure>'
    return Experiment(html, len(picture), 1, 1)


def question(widget: Choice, name: str) -> str:
    """Return a question as a list."""
    options = "".join(f"<li>{escape(option.text)}</li>" for option in widget.question.options)
    return f'<div class="question" data-question="{name}"><p>{escape(widget.question.text)}</p><ul>{options}</ul></div>'
