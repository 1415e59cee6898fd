"""The systems of the course: what each is compared with, how closely, and what its file says.

A learner's kernel may import this: it reads the files of the systems and imports only those that need NumPy alone.
"""

import ast
import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

import numpy as np

from helpers.frameworks import by_numpy, by_numpy_sample
from helpers.frameworks.problem import LR, START, STEPS, Run, solve
from helpers.ground import CannotGoOnError

FOLDER = Path(__file__).parent
MOMENTS = ("initialise", "loss", "gradient", "update")
BLOCK = re.compile(r"^# /// script\n(?P<toml>(?:#(?: .*)?\n)+?)# ///\n", re.MULTILINE)
REFERENCES = {"numpy": by_numpy.descend, "numpy-sample": by_numpy_sample.descend}


class System(NamedTuple):
    """One system; `tolerance` is the largest difference from its reference that is allowed anywhere on the path."""

    name: str
    title: str
    package: str  # the distribution whose version is told
    floats: str = "float64"
    tolerance: float = 1e-12
    reference: str = "numpy"
    java: int = 0  # the oldest Java that does, or none
    slow: bool = False  # to install; `test all` leaves it out, `test frameworks` does not

    @property
    def file(self) -> Path:
        """The file in which the system descends."""
        return FOLDER / f"by_{self.name.replace('-', '_')}.py"


# Keras takes float64 for float32 where it promotes types (keras.backend.result_type), on all backends but TensorFlow.
SINGLE = 1e-6  # the tolerance where float32 takes part
SYSTEMS = {
    system.name: system
    for system in (
        System("numpy", "NumPy", "numpy"),
        System("numpy-sample", "NumPy, one sample a step", "numpy", reference="numpy-sample"),
        System("torch", "PyTorch by hand", "torch"),
        System("torch-optim", "PyTorch, torch.optim", "torch"),
        System("tensorflow", "TensorFlow, GradientTape", "tensorflow-cpu", slow=True),
        System("keras-torch", "Keras on PyTorch", "keras", tolerance=SINGLE),
        System("keras-tensorflow", "Keras on TensorFlow", "keras", slow=True),
        System("sklearn", "scikit-learn, SGDRegressor", "scikit-learn", reference="numpy-sample"),
        System("fastai", "fastai", "fastai", "float32", SINGLE, slow=True),
        System("jax", "JAX, grad", "jax"),
        System("optax", "JAX, Optax", "optax"),
        System("mxnet", "MXNet (retired)", "mxnet"),
        System("caffe", "Caffe (retired)", "kendryte-caffe", "float32", SINGLE, slow=True),
        System("spark", "Spark, treeAggregate", "pyspark", java=17, slow=True),
    )
}
OTHER_NAMES = {"pytorch": "torch", "scikit-learn": "sklearn", "tf": "tensorflow", "keras": "keras-torch"}


class UnknownSystemError(CannotGoOnError):
    """There is no such system, in one sentence."""


def find(name: str) -> System:
    """Return a system by its name; raise UnknownSystemError with the closest name."""
    if name in SYSTEMS:
        return SYSTEMS[name]
    close = get_close_matches(name.lower(), [*SYSTEMS, *OTHER_NAMES], n=1)
    meant = f"did you mean {OTHER_NAMES.get(close[0], close[0])}?" if close else f"there are {', '.join(SYSTEMS)}."
    raise UnknownSystemError(f"There is no system {name}; {meant}")


# What is compared


def reference(system: System, start: tuple[float, float] = START, lr: float = LR, steps: int = STEPS) -> Run:
    """Return NumPy's run of the same descent, in the system's precision."""
    return solve(REFERENCES[system.reference], start, lr, steps, system.floats)


def difference(path: np.ndarray, other: np.ndarray) -> float:
    """Return the largest difference over two whole paths (steps + 1, 2); infinite when they cannot be compared."""
    if path.shape != other.shape or not np.isfinite(path).all():
        return float("inf")
    return float(np.abs(path - other).max())


# What a file says


def metadata(system: System) -> dict:
    """Return the inline metadata (PEP 723) of a system's file: what it needs, and the hashes of a retired wheel."""
    block = BLOCK.search(system.file.read_text(encoding="utf-8"))
    if not block:
        raise ValueError(f"{system.file.name} has no block of inline metadata")
    return tomllib.loads(re.sub(r"^# ?", "", block["toml"], flags=re.MULTILINE))


def code(system: System) -> str:
    """Return what a reader wants to see of a file: all but the metadata and the lines that make it a program."""
    text = BLOCK.sub("", system.file.read_text(encoding="utf-8"))
    return text.partition('\n\nif __name__ == "__main__":')[0].strip() + "\n"


def lines_of_code(system: System) -> int:
    """Return how many lines of code a reader sees, without docstrings, comments and empty lines."""
    text = code(system)
    tree = ast.parse(text)
    documented = [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef))]
    docstrings: set[int] = set()
    for node in documented:
        if ast.get_docstring(node):
            docstrings.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    lines = enumerate(text.splitlines(), 1)
    return sum(1 for number, line in lines if re.match(r"\s*[^\s#]", line) and number not in docstrings)


def moments(system: System) -> dict[str, list[int]]:
    """Return the lines of `code` (from 1) on which a comment names each of the four moments."""
    marked: dict[str, list[int]] = {moment: [] for moment in MOMENTS}
    for number, line in enumerate(code(system).splitlines(), 1):
        comment = re.search(r"\S.*  # ([a-z, ]+)(: .+)?$", line)
        words = re.split(r",? and |, ", comment[1]) if comment else []
        if all(word in MOMENTS for word in words):
            for word in words:
                marked[word].append(number)
    return marked
