"""The house stands: a room of helpers imports only from floors below it, and a learner's kernel stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import FLOORS

ROOT = Path(__file__).parents[1]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
STANDARD_LIBRARY = {"ground", "cells", "outbox", "start"}
MAY_IMPORT = {1: {"numpy"}, 2: {"numpy"}, 3: {"numpy", "matplotlib", "contourpy", "cycler", "PIL", "IPython"}}
INSIDE_FUNCTIONS = {
    "data": {"sklearn"},
    "start": {
        "jupyterlab",
        "jupyter_core",
        "jupyter_server",
        "tornado",
        "jupyter_client",
        "packaging",
    },  # there once .venv is
}
AUTHORS_ONLY = {"torch", "nbformat", "nbclient", "nbval", "jupyterlab", "pytest", "nbgrader"}
LEARNERS_FLOORS = range(FLOOR["experiments"] + 1)


def room(name):
    """Return the room of a module by its dotted name below helpers: the longest that FLOORS lists."""
    parts = name.split(".")
    prefixes = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((prefix for prefix in prefixes if prefix in FLOOR), parts[0])


def dotted(module):
    return ".".join(module.with_suffix("").parts).removesuffix(".__init__")


MODULES = sorted(path.relative_to(ROOT / "helpers") for path in (ROOT / "helpers").rglob("*.py"))
ROOMS = [module for module in MODULES if module != Path("__init__.py")]
SYSTEMS = [  # programs, each in its own environment
    module for module in ROOMS if (ROOT / "helpers" / module).read_text(encoding="utf-8").startswith("# /// script")
]
IMPORTED = [module for module in ROOMS if module not in SYSTEMS]
OF_ITS_OWN = {Path("cluster/by_torch.py")}  # run by processes that torch may fill
LEARNERS = [
    module for module in IMPORTED if module not in OF_ITS_OWN and FLOOR.get(room(dotted(module))) in LEARNERS_FLOORS
]


def imported(tree):
    """Yield the dotted name of everything that is imported in a tree, relative names spelled out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: write the import in full, from helpers..."
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def parse(module):
    return ast.parse((ROOT / "helpers" / module).read_text(encoding="utf-8"))


def outside(module, at_module_level=False):
    tree = parse(module)
    if at_module_level:
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        tree = ast.Module([node for node in tree.body if not isinstance(node, functions)], [])
    return {name.split(".")[0] for name in imported(tree)} - {"helpers"} - sys.stdlib_module_names


@pytest.mark.parametrize("module", ROOMS, ids=str)
def test_a_room_imports_only_from_floors_below(module):
    own = room(dotted(module))
    assert own in FLOOR, f"helpers/{module} has no floor; give its room one in helpers/__init__.py"
    rooms = {room(name.removeprefix("helpers.")) for name in imported(parse(module)) if name.startswith("helpers.")}
    above = {other for other in rooms - {own} if FLOOR.get(other, 99) >= FLOOR[own]}
    assert not above, f"helpers/{module} is on floor {FLOOR[own]} and imports {above}"


def test_every_room_that_has_a_floor_is_there():
    there = {room(dotted(module)) for module in ROOMS}
    assert there == set(FLOOR)


@pytest.mark.parametrize("module", [module for module in ROOMS if FLOOR.get(room(dotted(module)), 9) <= 3], ids=str)
def test_the_start_needs_only_python_mathematics_knows_no_pictures_pictures_know_no_widgets(module):
    own = room(dotted(module))
    allowed = set() if own in STANDARD_LIBRARY else MAY_IMPORT[FLOOR[own]]
    assert outside(module, at_module_level=True) <= allowed
    assert outside(module) <= allowed | INSIDE_FUNCTIONS.get(own, set())


@pytest.mark.parametrize("module", LEARNERS, ids=str)
def test_what_a_learner_imports_knows_neither_torch_nor_the_authors_tools(module):
    assert not outside(module, at_module_level=True) & AUTHORS_ONLY


def test_only_the_numpy_systems_are_imported_the_others_run_in_their_own_environments():
    found = {name for module in ROOMS for name in imported(parse(module)) if ".by_" in name}
    assert found == {"helpers.frameworks.by_numpy", "helpers.frameworks.by_numpy_sample"}
    assert {*ROOMS} >= OF_ITS_OWN


def loaded_after(code):
    """Return the modules that a fresh process has loaded after running some code."""
    command = [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split())


def test_importing_helpers_imports_nothing_else():
    assert loaded_after("import helpers") - loaded_after("") == {"helpers"}


@pytest.mark.slow
def test_all_floors_that_a_learner_imports_load_no_torch():
    loaded = loaded_after("\n".join(f"import helpers.{dotted(module)}" for module in LEARNERS))
    assert "helpers.optimizers" in loaded
    assert not loaded & AUTHORS_ONLY
