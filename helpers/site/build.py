"""`python start.py site`: the course as a folder of pages, which any web host serves and a double click opens."""

import gzip
import time
from argparse import Namespace
from pathlib import Path

from helpers.authoring.release import chosen, solutions
from helpers.ground import say
from helpers.site import kept, pages

COMPRESSED = {".css", ".html", ".js", ".json"}  # what a host sends in fewer bytes


def run(root: Path, wanted: Namespace) -> int:
    """Build the site and say what it weighs. Raises CannotGoOnError and ReleaseError."""
    out: Path = wanted.out or root / "site"
    pages.checked_folder(out)
    begun = time.monotonic()
    made = kept.all_of(root, chosen(solutions(root), wanted.lessons), say)
    pages.write(out, made)
    for name in made:
        say(f"{name}: {first_load(out, name) / 1000:.0f} kB to begin with")
    weight = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    say(f"{weight / 1e6:.1f} MB in {time.monotonic() - begun:.0f} s: open {out / 'index.html'}")
    return 0


def first_load(out: Path, name: str) -> int:
    """Return the bytes that a host sends for a lesson before anybody scrolls: page, styles, scripts, text fonts."""
    shared = [*out.glob("*.css"), *(file for file in out.glob("*.js") if file.name != "sections.js")]
    wanted = ("source-serif-4-*", "KaTeX_Main-Regular.*", "KaTeX_Math-Italic.*")
    fonts = [file for name in wanted for file in out.glob(f"fonts/{name}")]
    return sum(map(sent, [out / f"{name}.html", *shared, *fonts]))


def sent(file: Path) -> int:
    """Return the bytes of a file as a host sends it."""
    return len(gzip.compress(file.read_bytes(), 6)) if file.suffix in COMPRESSED else file.stat().st_size
