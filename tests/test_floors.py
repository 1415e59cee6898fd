"""The house stands: a room of helpers imports only from floors below it, and a learner's kernel stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = {
    0: {"environment", "launch"},
    1: {"surfaces", "losses", "estimates", "autodiff", "optimizers", "schedules", "data"},
    2: {"descent"},
    3: {"pictures"},
    4: {"stage", "exercises", "frameworks"},
    5: {"experiments"},
    6: {"canonical", "contents", "release", "workbook", "doctor", "lab", "lock", "testing", "grading", "__main__"}
    | {"frameworks_extras", "frameworks_install", "frameworks_runner"},
}
FLOOR = {room: floor for floor, rooms in FLOORS.items() for room in rooms}
MAY_IMPORT = {0: set(), 1: {"numpy"}, 2: {"numpy"}, 3: {"numpy", "matplotlib", "cycler", "PIL", "IPython"}}
INSIDE_FUNCTIONS = {"data": {"sklearn"}}
AUTHORS_ONLY = {"torch", "nbformat", "nbclient", "nbval", "jupyterlab", "pytest", "nbgrader"}
MODULES = sorted(path.relative_to(ROOT / "helpers") for path in (ROOT / "helpers").rglob("*.py"))
ROOMS = [module for module in MODULES if module != Path("__init__.py")]
SYSTEMS = [  # programs, each in its own environment
    module for module in ROOMS if (ROOT / "helpers" / module).read_text(encoding="utf-8").startswith("# /// script")
]
IMPORTED = [module for module in ROOMS if module not in SYSTEMS]
LEARNERS = [module for module in IMPORTED if FLOOR.get(module.parts[0].removesuffix(".py"), 9) <= 5]


def room(module):
    return module.parts[0].removesuffix(".py")


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
    own = room(module)
    assert own in FLOOR, f"helpers/{module} has no floor; give it one in this test and in helpers/__init__.py"
    rooms = {name.split(".")[1] for name in imported(parse(module)) if name.startswith("helpers.")}
    lowest = FLOOR[own] + (FLOOR[own] in (0, 6))  # the commands, at the bottom and at the top, know each other
    above = {other for other in rooms - {own} if FLOOR[other] >= lowest}
    assert not above, f"helpers/{module} is on floor {FLOOR[own]} and imports {above}"


@pytest.mark.parametrize("module", [module for module in ROOMS if FLOOR.get(room(module), 9) <= 3], ids=str)
def test_the_start_needs_only_python_mathematics_knows_no_pictures_pictures_know_no_widgets(module):
    floor, own = FLOOR[room(module)], room(module)
    assert outside(module, at_module_level=True) <= MAY_IMPORT[floor]
    assert outside(module) <= MAY_IMPORT[floor] | INSIDE_FUNCTIONS.get(own, set())


@pytest.mark.parametrize("module", LEARNERS, ids=str)
def test_what_a_learner_imports_knows_neither_torch_nor_the_authors_tools(module):
    assert not outside(module, at_module_level=True) & AUTHORS_ONLY


def test_only_the_numpy_systems_are_imported_the_others_run_in_their_own_environments():
    found = {name for module in ROOMS for name in imported(parse(module)) if ".by_" in name}
    assert found == {"helpers.frameworks.by_numpy", "helpers.frameworks.by_numpy_sample"}


def loaded_after(code):
    """Return the modules that a fresh process has loaded after running some code."""
    command = [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split())


def test_importing_helpers_imports_nothing_else():
    assert loaded_after("import helpers") - loaded_after("") == {"helpers"}


def test_all_floors_that_a_learner_imports_load_no_torch():
    names = ["helpers." + ".".join(module.with_suffix("").parts) for module in LEARNERS]
    loaded = loaded_after("\n".join(f"import {name.removesuffix('.__init__')}" for name in names))
    assert "helpers.optimizers" in loaded
    assert not loaded & AUTHORS_ONLY
