"""Formulas, typeset when the site is built: KaTeX makes HTML and MathML of them, in Node.

What was typeset stays in formulas.json beside this file, by its TeX, so that only a new formula needs Node.
"""

import json
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

from helpers.ground import CannotGoOnError, write_whole
from helpers.site import fonts
from helpers.site.text import FORMULA
from helpers.start import npm

KEPT = Path(__file__).with_name("formulas.json")
PROGRAM = """
const katex = require(process.argv[1]);
const made = JSON.parse(require("fs").readFileSync(0, "utf8")).map((tex) => {
  const displayMode = tex.startsWith("$$"), ends = displayMode ? 2 : 1;
  try { return katex.renderToString(tex.slice(ends, -ends), { displayMode, strict: "ignore" }); }
  catch (error) { return { error: String(error.message) }; }
});
console.log(JSON.stringify(made));
"""


def kept() -> dict[str, str]:
    """Return the formulas that were typeset: HTML by TeX with its dollars."""
    made: dict[str, str] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    return made


def typeset(wanted: list[str]) -> dict[str, str]:
    """Return these formulas as HTML, by their TeX; what is new is made and kept. Raises CannotGoOnError."""
    known = kept()
    new = [tex for tex in wanted if tex not in known]
    if new:
        made = dict(zip(new, _made(new), strict=True))
        for tex, html in made.items():
            if not isinstance(html, str):
                raise CannotGoOnError(f"KaTeX cannot read the formula {tex}: {html['error']}. Mend it in its lesson.")
        known |= made
        keep(known)
    return {tex: known[tex] for tex in wanted}


def keep(made: dict[str, str]) -> None:
    """Write typeset formulas, a line for each, in the order of their TeX."""
    write_whole(KEPT, json.dumps(made, ensure_ascii=False, indent=0, sort_keys=True) + "\n")


def _made(new: list[str]) -> list[Any]:
    katex = fonts.packages() / fonts.KATEX / "dist/katex.min.js"
    done = subprocess.run(
        [npm.node(), "-e", PROGRAM, katex], input=json.dumps(new), encoding="utf-8", stdout=subprocess.PIPE, check=False
    )
    if done.returncode:
        raise CannotGoOnError("Node could not typeset the formulas: what it says stands above.")
    # KaTeX puts the invisible sign of a function's application also into indices, where MathML has no place for it.
    made: list[Any] = json.loads(done.stdout.replace("<mo>\u2061</mo>", ""))
    return made


def filled(html: str, made: dict[str, str]) -> str:
    """Return a page with its formulas in their places."""
    return FORMULA.sub(lambda found: made[unescape(found[1])], html)
