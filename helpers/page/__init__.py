"""What the widgets' pages share: one `element`, and how modules become the one text that a widget has.

anywidget gives the page a module as text, without a folder from which it could import a neighbour.
"""

import re
from pathlib import Path

_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.[^"]+)";\n', re.MULTILINE)


def bundle(path: Path) -> str:
    """Return a JavaScript module, and before it every module that it imports, each once, as the text of one module."""
    texts: dict[Path, str] = {}
    _collect(path.resolve(), texts)
    return "".join(texts.values())


def _collect(path: Path, texts: dict[Path, str]) -> None:
    if path in texts:
        return
    text = path.read_text(encoding="utf-8")
    for name in _IMPORT.findall(text):
        _collect((path.parent / name).resolve(), texts)
    texts[path] = _IMPORT.sub("", text)
