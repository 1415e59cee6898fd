"""The letters of the site: KaTeX's style and fonts for formulas, and a serif for the text.

They come by npm, once: KaTeX 0.16.22 (MIT licence, https://katex.org) and Source Serif 4 by Adobe (SIL Open Font
License 1.1, as Fontsource packs it). A site that is built where they cannot be had shows formulas as MathML and text in
a serif of the reader's own.
"""

import re
import shutil
import sys
from pathlib import Path

from helpers.ground import CannotGoOnError, say
from helpers.start import npm

FOLDER = Path(sys.prefix) / "fonts"
KATEX, SERIF = "katex", "@fontsource/source-serif-4"
VERSIONS = {KATEX: "0.16.22", SERIF: "5.3.1"}
CUTS = [f"source-serif-4-latin-{cut}.woff2" for cut in ("400-normal", "400-italic", "600-normal")]
MATHML = ".katex-html { display: none; }\n"
_OTHER_FONTS = re.compile(r',url\([^)]*\.(?:woff|ttf)\) format\("[^"]*"\)')  # every browser of today reads woff2
_FACES = re.compile(r"@font-face \{[^}]*\}\n")


def packages() -> Path:
    """Return the folder in which both lie; install them first when they are missing. Raises CannotGoOnError."""
    return npm.packages(FOLDER, VERSIONS)


def write(out: Path, style: str) -> str:
    """Put fonts and licences into a folder of the site, and return its style with what formulas need.

    style: the site's own, which asks for the serif.
    """
    try:
        modules = packages()
    except CannotGoOnError as error:
        say(f"{error} Until then formulas are MathML, and the text is in a serif of the reader's own.")
        return MATHML + _FACES.sub("", style)
    shutil.copytree(modules / KATEX / "dist/fonts", out, ignore=lambda _, names: {n for n in names if "woff2" not in n})
    for cut in CUTS:
        shutil.copy(modules / SERIF / "files" / cut, out)
    for name in (KATEX, SERIF):
        shutil.copy(modules / name / "LICENSE", out / f"LICENSE-{name.rpartition('/')[2]}")
    return _OTHER_FONTS.sub("", (modules / KATEX / "dist/katex.min.css").read_text(encoding="utf-8")) + "\n" + style
