"""Whether a learner takes part in the board of her room, and two notes for it: "I am stuck" and "I am done".

All of this does nothing in a kernel that was not told of a board.
"""

import contextlib
import os
import sys
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from helpers import outbox
from helpers.exercises import store
from helpers.exercises.catalogue import ShortError
from helpers.exercises.exercise import Exercise
from helpers.exercises.symptoms import public
from helpers.page import bundle
from helpers.page.cells import replace_earlier

NONE = "There is no board here: nothing is told to anybody."
SENDS = (
    "If you take part, it is told which exercise you try or have solved, which mistake a check named, and the buttons "
    "you press here. No code and no text leaves this notebook."
)
SEEN = {
    False: "Everybody sees counts of three and more; your instructor sees all counts, and nobody's seat.",
    True: "Everybody sees counts of three and more; your instructor also sees the seats of those who try or are stuck.",
}


class BoardError(ShortError, ValueError):
    """A word that `board` does not know."""


class Part(anywidget.AnyWidget):
    """The buttons: to take part, to put a note on the board, and to leave."""

    _esm = bundle(Path(__file__).with_name("taking_part.js"))
    _css = Path(__file__).with_name("question.css")
    id = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    address = traitlets.Unicode().tag(sync=True)
    on = traitlets.Bool(False).tag(sync=True)
    note = traitlets.Enum(["none", "stuck", "done"], "none").tag(sync=True)

    def __init__(self) -> None:
        """Show where things stand; buttons that are shown anew carry no note."""
        text = f"This room has a board. {SENDS} {SEEN[bool(os.environ.get(outbox.NAMES))]}"
        address = f"{os.environ.get('JUPYTERHUB_BASE_URL', '/')}services/board/"
        super().__init__(text=text, address=address, on=outbox.takes_part(store.data_folder()))
        self.id = self.model_id
        if self.on:
            outbox.join(store.data_folder())
            _note("none")
        self.observe(lambda change: board("on" if change["new"] else "off"), "on")
        self.observe(lambda change: _note(change["new"]), "note")
        replace_earlier(self)

    def __repr__(self) -> str:
        return f'{self.text} Join with board("on"), leave with board("off").'

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        shown = super()._repr_mimebundle_(**kwargs)
        if shown is not None:
            shown[0]["text/plain"] = repr(self)
        return shown


def board(take_part: str) -> None:
    """Take part in the board of your room, board("on"), or leave it, board("off"). Raises BoardError for other words.

    After "off" nothing more is told, not even what has not been sent yet.
    """
    if take_part not in ("on", "off"):
        raise BoardError('Write board("on") to take part in the board of your room, board("off") to leave it.')
    if not outbox.there_is_a_board():
        print(NONE)
    elif take_part == "on":
        outbox.join(store.data_folder())
        _note("none")
    else:
        outbox.leave(store.data_folder())


def tell(kind: str, exercise: Exercise, slug: str | None = None) -> None:
    """Tell the board what happened at an exercise; of a mistake only a name that the course gave. Never an error."""
    if outbox.there_is_a_board():
        outbox.report(store.data_folder(), kind, exercise.id, public(exercise, slug))


def _note(kind: str) -> None:
    outbox.report(store.data_folder(), kind)


def offer() -> None:
    """Show the buttons below the cell that imports the exercises, and again whenever it is run; only in a notebook."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython else None
    if not outbox.there_is_a_board() or not hasattr(shell, "get_parent"):
        return
    first = shell.get_parent().get("metadata", {}).get("cellId")

    def again(*_: Any) -> None:
        with contextlib.suppress(Exception):  # a lesson goes on without its buttons
            if shell.get_parent().get("metadata", {}).get("cellId") == first:
                from IPython.display import display

                display(Part())

    shell.events.register("post_run_cell", again)
