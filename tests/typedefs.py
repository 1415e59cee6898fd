"""What the comments of a page's module say about the keys of its objects."""

import re
from pathlib import Path

_TYPEDEF = re.compile(r"@typedef \{((?:\w+ & )*)\{([^}]*)\}\} (\w+)")


def typedefs(module: Path) -> dict[str, dict[str, str]]:
    """Return for every object type of a module its keys and their types, with those of the types that it extends."""
    found: dict[str, dict[str, str]] = {}
    for bases, body, name in _TYPEDEF.findall(module.read_text(encoding="utf-8")):
        found[name] = {}
        for base in bases.split(" & ")[:-1]:
            found[name] |= found[base]
        found[name] |= {key: words.strip() for key, words in re.findall(r"(\w+): ([^,\n]+)", body)}
    return found
