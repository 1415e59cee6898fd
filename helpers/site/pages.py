"""The folder of the site: every page in its frame, the list of lessons, the search, styles, fonts and scripts."""

import json
import shutil
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from helpers.ground import CannotGoOnError, write_whole
from helpers.site import fonts, formulas, kept, live
from helpers.site.lesson import Page
from helpers.site.text import linked, tex_of

LOOK = Path(__file__).with_name("look")
MADE = "site.json"  # tells a folder of ours from any other
OPENING = "06_learning_rate"  # its first experiment opens the site


def checked_folder(out: Path) -> None:
    """Raise CannotGoOnError when a folder holds something that a site must not replace."""
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MADE).exists())):
        raise CannotGoOnError(f"{out} holds something else: name a new or empty folder after --out.")


def write(out: Path, pages: dict[str, Page], place: Path = kept.KEPT) -> None:
    """Write the site into a folder; what an earlier site had there goes. Raises CannotGoOnError.

    place: where the pages' pictures and states are kept.
    """
    checked_folder(out)
    typeset = formulas.typeset(tex_of("".join(page["body"] for page in pages.values())))
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True)
    write_whole(out / MADE, json.dumps({"lessons": list(pages)}) + "\n")
    scripts = write_look(out)
    names = {name: page["title"] for name, page in pages.items()}
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    shared: dict[str, Any] = {"pages": list(pages.values()), "scripts": scripts}
    order = [None, *pages.values(), None]
    for before, page, after in zip(order, order[1:], order[2:], strict=False):
        assert page is not None
        shutil.copytree(kept.files(page["name"], place), out / page["name"], dirs_exist_ok=True)
        body = formulas.filled(linked(page["body"], names), typeset)
        frame = templates.get_template("lesson.html")
        write_whole(
            out / f"{page['name']}.html", frame.render(shared, page=page, body=body, before=before, after=after)
        )
    opening = pages.get(OPENING, next(iter(pages.values())))
    first = next(iter(opening["experiments"]), "")
    index = templates.get_template("index.html").render(shared, page=None, opening=opening, experiment=first)
    write_whole(out / "index.html", index)
    write_whole(out / "sections.js", f"window.SECTIONS = {json.dumps(_sections(pages), ensure_ascii=False)};\n")


def write_look(out: Path) -> list[str]:
    """Write styles, fonts and scripts, and return the scripts in the order in which pages include them."""
    texts = live.assets()
    style = fonts.write(out / "fonts", (LOOK / "site.css").read_text(encoding="utf-8"))
    write_whole(out / "site.css", "\n".join([*(text for name, text in texts.items() if name.endswith(".css")), style]))
    scripts = {name: text for name, text in texts.items() if name.endswith(".js")}
    scripts["site.js"] = (LOOK / "site.js").read_text(encoding="utf-8")
    for name, text in scripts.items():
        write_whole(out / name, text)
    return list(scripts)


def _sections(pages: dict[str, Page]) -> list[tuple[str, str, str]]:
    """Return what the search looks through: for each section its address, its title and its text."""
    return [
        (f"{page['name']}.html#{slug}", f"{title} · {page['label']}" if level > 1 else page["label"], text)
        for page in pages.values()
        for level, title, slug, text in page["sections"]
    ]
