"""Pages that are kept until something changes that they are made from, and the processes that make them anew."""

import hashlib
import json
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

from helpers.authoring.release import named
from helpers.ground import write_whole
from helpers.site.lesson import Page, page
from helpers.site.listening import surroundings

KEPT = Path(sys.prefix) / "site"
APART = ("start", "authoring", "sandbox", "grading", "workshop")  # rooms that make nothing on a page
LATER = {"fonts.py", "formulas.json", "formulas.py", "pages.py", "build.py", "kept.py"}  # what only puts pages together
KINDS = ("*.py", "*.toml", "*.json")
VERSIONS = Path("start/constraints.txt")
AT_ONCE = 2


def fingerprint(root: Path, path: Path) -> str:
    """Return what a page is made from, as a hash: its notebook, the helpers, the versions of packages."""
    made = hashlib.sha256(path.read_bytes())
    made.update(f"{sys.version_info[:2]} {version('numpy')} {version('matplotlib')}".encode())
    sources = sorted(file for kind in KINDS for file in (root / "helpers").rglob(kind))
    for file in sources:
        place = file.relative_to(root / "helpers").parts
        if place[0] not in APART and not (place[0] == "site" and place[-1] in LATER):
            made.update("/".join(place).encode() + file.read_bytes())
    if (root / "helpers" / VERSIONS).exists():
        made.update((root / "helpers" / VERSIONS).read_bytes())
    return made.hexdigest()


def stored(root: Path, path: Path, kept: Path = KEPT) -> Page | None:
    """Return the page that was kept, or None when there is none or it is made from something else."""
    found = kept / path.stem / "page.json"
    try:
        read = json.loads(found.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return read["page"] if read.get("made from") == fingerprint(root, path) else None


def files(name: str, kept: Path = KEPT) -> Path:
    """Return the folder with the pictures and states of a page."""
    return kept / name / name


def make(root: Path, path: Path, kept: Path = KEPT) -> Page:
    """Make a page and keep it, with its files. Raises ReleaseError with the notebook's name."""
    folder = files(path.stem, kept)
    shutil.rmtree(folder.parent, ignore_errors=True)
    folder.mkdir(parents=True)
    before = fingerprint(root, path)
    made: Page = named(path, lambda: page(root, path, folder))
    write_whole(folder.parent / "page.json", json.dumps({"made from": before, "page": made}, ensure_ascii=False))
    return made


def all_of(root: Path, paths: list[Path], say: Callable[[str], None], kept: Path = KEPT) -> dict[str, Page]:
    """Return the pages of lessons by name; what is not kept is made, two at once, each in a process of its own."""
    pages = {path.stem: found for path in paths if (found := stored(root, path, kept))}
    wanted = [path for path in paths if path.stem not in pages]
    begun = time.monotonic()
    processes = ProcessPoolExecutor(AT_ONCE, get_context("spawn"), max_tasks_per_child=1)
    with surroundings(), processes as workers:
        running = {workers.submit(make, root, path, kept): path for path in wanted}
        try:
            for done, future in enumerate(as_completed(running), 1):
                made = future.result()
                pages[made["name"]] = made
                left = (time.monotonic() - begun) / done * (len(wanted) - done) / 60
                size = f"{len(made['experiments'])} experiments, {made['states']} states, {made['bytes'] / 1e6:.1f} MB"
                say(f"{made['name']}: {size}" + (f"; about {left:.0f} min left" if done < len(wanted) else ""))
        except BaseException:
            workers.shutdown(cancel_futures=True)
            raise
    return {path.stem: pages[path.stem] for path in paths}
