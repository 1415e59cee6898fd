"""One widget for each run of a cell: what a cell showed is closed when the cell is run again.

Otherwise a kernel keeps every widget that was ever shown, and the notebook saves them all.
"""

import sys
from typing import Any

_shown: dict[str, tuple[str, list[Any]]] = {}  # by cell: the run that showed them, and the widgets


def replace_earlier(widget: Any) -> None:
    """Close the widgets that an earlier run of the running cell has made, and remember this one."""
    cell, run = _running()
    if cell is None:
        return
    last, widgets = _shown.get(cell, ("", []))
    if last != run:
        for earlier in widgets:
            earlier.close()
        widgets = []
    _shown[cell] = run, [*widgets, widget]


def _running() -> tuple[str | None, str]:
    """Return the id of the running cell, or None where no notebook says it, and the id of its run."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython else None
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    return parent.get("metadata", {}).get("cellId"), parent.get("header", {}).get("msg_id", "")
