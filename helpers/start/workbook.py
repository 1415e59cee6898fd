"""The learner's copy of the lessons: workbook/, where nothing that was written is ever overwritten.

`lessons/` changes with each edition of the course. A lesson counts as touched when the types or the sources of its
cells differ from what was laid into the workbook; outputs do not count (running a notebook is not writing in it), nor
do empty cells (JupyterLab appends one when the last cell runs). What was laid is remembered in workbook/.editions.json.
A lesson that has another name now leaves its notebook to the learner, in a folder of its edition.
"""

import hashlib
import json
from itertools import count
from pathlib import Path

from helpers.ground import CannotGoOnError, write_whole
from helpers.start.saving import WIDGET_VIEW, keep_widgets

MANIFEST = ".editions.json"
OLD_EDITION = "edition-0.1"
MOVED = {
    "02_estimating_gradients": ("02_estimating_gradients", "03_automatic_differentiation"),
    "03_loss": ("04_loss", "07_regularisation"),
    "04_gradient_descent": ("05_gradient_descent",),
    "05_learning_rate": ("06_learning_rate",),
    "06_stochastic_gradient": ("08_stochastic_gradient",),
    "07_momentum": ("09_momentum",),
    "08_adaptive_methods": ("10_adaptive_methods",),
    "11_frameworks": ("13_frameworks",),
}
"""Where the lessons of 0.1 went: a name of then, and the names of now."""


class UnknownLessonError(CannotGoOnError):
    """No lesson, or more than one, has the name that was given; the message lists the names."""


def fingerprint(path: Path) -> str | None:
    """Return a hash of the types and sources of a notebook's cells, or None when the file is no notebook."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        written = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    except (ValueError, KeyError, TypeError):
        return None
    kept = [(kind, source) for kind, source in written if source.strip()]
    return hashlib.sha256(repr(kept).encode()).hexdigest()


def refresh(root: Path) -> list[str]:
    """Bring root/workbook to the edition in root/lessons and return a line for each thing the learner should know.

    New and deleted lessons are laid, untouched ones are updated; beside a touched one the new edition is laid, once.
    Notebooks of lessons that have other names now are moved to a folder of their edition.
    """
    workbook = root / "workbook"
    workbook.mkdir(exist_ok=True)
    said: list[str] = []
    editions = _read_manifest(workbook / MANIFEST, said)
    said += _make_room(root, editions)
    for lesson in _lessons(root):
        edition = fingerprint(lesson)
        if edition is None:
            said.append(f"lessons/{lesson.name} is damaged: get the course again; your workbook stays as it is.")
            continue
        known = editions.setdefault(lesson.name, {})
        _refresh_one(lesson, edition, workbook / lesson.name, known, said)
    write_whole(workbook / MANIFEST, json.dumps(editions, indent=1, sort_keys=True) + "\n")
    return said


def _make_room(root: Path, editions: dict[str, dict[str, str]]) -> list[str]:
    """Move notebooks with names of 0.1 out of the way, as they are, and return a line for each lesson that went.

    A lesson that kept its name and lost a part stays; that is said until the part has been laid.
    """
    workbook, now = root / "workbook", {lesson.stem for lesson in _lessons(root)}
    said = []
    for old, names in MOVED.items():
        new = [name for name in names if name in now and name != old]
        mine = workbook / f"{old}.ipynb"
        if not new or not mine.exists():
            continue
        if old not in now:
            for path in (mine, *sorted(workbook.glob(f"{old}.*.ipynb"))):  # what was kept or laid beside it goes along
                _put_away(path, workbook / OLD_EDITION)
            editions.pop(mine.name, None)
            where = f"your copy lies in workbook/{OLD_EDITION}, as you left it, and your progress counts."
            said.append(f"{old} is now {' and '.join(new)}; {where}")
        elif not any((workbook / f"{name}.ipynb").exists() or f"{name}.ipynb" in editions for name in new):
            said.append(f"The second half of {old} is now {' and '.join(new)}; your progress counts.")
    return said


def _put_away(path: Path, folder: Path) -> None:
    """Move a file into a folder, under a name that no file there has."""
    folder.mkdir(exist_ok=True)
    place = folder / path.name
    path.rename(_free(place, "moved") if place.exists() else place)


def _refresh_one(lesson: Path, edition: str, mine: Path, known: dict[str, str], said: list[str]) -> None:
    """Lay one lesson where nothing is lost by it; `known` holds the editions that were laid and offered before."""
    if not mine.exists():
        _lay(lesson, mine)
        known["laid"] = edition
        return
    current = fingerprint(mine)
    if current is None:
        name = mine.stem
        said.append(
            f"workbook/{mine.name} cannot be read: `python start.py reset {name}` keeps it and lays a fresh one."
        )
    if current == edition:
        known["laid"] = edition
    elif current is not None and current == known.get("laid"):
        _lay(lesson, mine)
        known["laid"] = edition
        said.append(f"workbook/{mine.name} is now the new edition; you had not changed it.")
    elif edition not in (known.get("laid"), known.get("offered")):
        beside = _beside(mine, known.get("offered"))
        _lay(lesson, beside)
        known["offered"] = edition
        said.append(f"workbook/{mine.name} is yours and stays; its new edition lies beside it as {beside.name}.")


def _beside(mine: Path, offered: str | None) -> Path:
    """Return where a new edition may lie: a free name, or that of an earlier edition that was not touched."""
    for number in count(1):
        path = mine.with_name(f"{mine.stem}.new-edition{'' if number == 1 else f'-{number}'}.ipynb")
        if not path.exists() or (offered is not None and fingerprint(path) == offered):
            return path
    raise AssertionError("count never ends")


def reset(root: Path, name: str) -> str:
    """Keep the learner's copy of a lesson under another name, lay a fresh one, and return the line that says so.

    `name` is 06, 06_learning_rate, the path of the notebook, or the name that the lesson had in 0.1. Raises
    UnknownLessonError on any other.
    """
    lesson = find(root, name)
    edition = fingerprint(lesson)
    if edition is None:
        raise UnknownLessonError(f"lessons/{lesson.name} is damaged: get the course again; nothing was changed.")
    workbook = root / "workbook"
    workbook.mkdir(exist_ok=True)
    mine, asked = workbook / lesson.name, _stem(name)
    said = [f"{asked} is now {lesson.stem}."] if asked in MOVED and asked != lesson.stem else []
    editions = _read_manifest(workbook / MANIFEST, said)
    if mine.exists():
        kept = _free(mine, "kept")
        mine.rename(kept)
        said.append(f"Your copy is now workbook/{kept.name}.")
    _lay(lesson, mine)
    editions[lesson.name] = {"laid": edition}
    write_whole(workbook / MANIFEST, json.dumps(editions, indent=1, sort_keys=True) + "\n")
    return " ".join([*said, f"workbook/{mine.name} is fresh; your progress stays."])


def find(root: Path, name: str) -> Path:
    """Return the lesson that 6, 06, 06_learning_rate or a path to it means; UnknownLessonError says which there are.

    A name of 0.1 means the lesson that it is now; where it is two, the error names both.
    """
    stem, lessons = _stem(name), _lessons(root)
    stem = f"{int(stem):02}" if stem.isdecimal() else stem
    found = [lesson for lesson in lessons if lesson.stem == stem or lesson.stem.startswith(f"{stem}_")]
    if not found and stem in MOVED:
        found = [lesson for lesson in lessons if lesson.stem in MOVED[stem]]
        if len(found) > 1:
            names = " and ".join(lesson.stem for lesson in found)
            raise UnknownLessonError(f"{stem} is now {names}: name one of them.")
    if len(found) != 1 or not stem:
        names = ", ".join(lesson.stem for lesson in lessons) or "none"
        raise UnknownLessonError(f"There is no lesson {name!r}; the lessons are: {names}.")
    return found[0]


def drop_dead_widgets(root: Path) -> None:
    """Take widgets that have no state out of the workbook, where a picture stands beside them.

    JupyterLab would show "Error displaying widget" instead of the picture. Nothing else in the files changes. To be
    called when no kernel runs.
    """
    for path in (root / "workbook").glob("*.ipynb"):
        try:
            text = path.read_text(encoding="utf-8")
            notebook = json.loads(text) if WIDGET_VIEW in text else None
            if notebook is None:
                continue
            before = json.dumps(notebook)
            keep_widgets(notebook, {})
        except (ValueError, TypeError, AttributeError, KeyError):
            continue  # no notebook: refresh has said so
        if json.dumps(notebook) != before:
            end = "\n" if text.endswith("\n") else ""
            write_whole(path, json.dumps(notebook, indent=1, ensure_ascii=False) + end)


def _stem(name: str) -> str:
    return Path(name).name.removesuffix(".ipynb")


def _lessons(root: Path) -> list[Path]:
    return sorted((root / "lessons").glob("*.ipynb"))


def _read_manifest(path: Path, said: list[str]) -> dict[str, dict[str, str]]:
    """Return what was laid; a damaged manifest is set aside, and then every lesson that differs counts as touched."""
    try:
        editions = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(editions, dict) and all(isinstance(known, dict) for known in editions.values()):
            return editions
    except FileNotFoundError:
        return {}
    except ValueError:
        pass
    aside = _free(path, "damaged")
    path.rename(aside)
    said.append(f"workbook/{path.name} was damaged and is now {aside.name}; your notebooks are as you left them.")
    return {}


def _free(path: Path, word: str) -> Path:
    """Return a name beside the path that no file has: 06.kept-1.ipynb, 06.kept-2.ipynb ..."""
    names = (path.with_name(f"{path.stem}.{word}-{number}{path.suffix}") for number in count(1))
    return next(name for name in names if not name.exists())


def _lay(lesson: Path, place: Path) -> None:
    write_whole(place, lesson.read_text(encoding="utf-8"))
