"""What a saved notebook keeps of its live experiments and questions: all that its outputs show, and nothing else.

JupyterLab saves the state of its widgets with a notebook (lab_settings/overrides.json asks it to), but only of those
whose kernel is running: a notebook that is opened the next morning, and saved without being run, would lose them.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
REFERENCE = re.compile(r'"IPY_MODEL_(\w+)"')

States = dict[str, Any]


def before_saving(model: dict[str, Any], path: str, contents_manager: Any, **_: Any) -> None:
    """Complete a notebook that Jupyter is about to save with what the file has; a hook of Jupyter's server."""
    if model["type"] == "notebook":
        keep_widgets(model["content"], states_in(Path(contents_manager.root_dir, path.lstrip("/"))))


def states_in(path: Path) -> States:
    """Return the widgets' states in a file, none in one that is missing or no notebook."""
    try:
        return _states(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return {}


def keep_widgets(notebook: dict[str, Any], earlier: States) -> None:
    """Keep the states of the widgets that the notebook shows, from itself or from earlier, and drop all others.

    A view without any state would read "Error displaying widget": it goes where a picture or a text stands beside it.
    """
    known = earlier | _states(notebook)
    kept: States = {}
    for output in _outputs(notebook):
        id = output["data"].get(WIDGET_VIEW, {}).get("model_id")
        if id in known:
            _collect(id, known, kept)
        elif id is not None and {"text/html", "image/png"} & set(output["data"]):
            del output["data"][WIDGET_VIEW]
    widgets = notebook["metadata"].get("widgets", {}).get(WIDGET_STATE)
    if kept:
        whole = widgets or {"version_major": 2, "version_minor": 0}
        notebook["metadata"]["widgets"] = {WIDGET_STATE: whole | {"state": kept}}
    elif widgets:
        del notebook["metadata"]["widgets"]


def _outputs(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for cell in notebook["cells"]:
        yield from (output for output in cell.get("outputs", []) if isinstance(output.get("data"), dict))


def _states(notebook: dict[str, Any]) -> States:
    return notebook["metadata"].get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})


def _collect(id: str, known: States, kept: States) -> None:
    """Copy a state, and the states that it refers to, such as its layout."""
    if id in known and id not in kept:
        kept[id] = known[id]
        for other in REFERENCE.findall(json.dumps(known[id].get("state", {}))):
            _collect(other, known, kept)
