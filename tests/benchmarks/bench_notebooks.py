"""What proving the notebooks costs: the nbval suite over solutions/ against bare execution of the same notebooks.

Run: python tests/benchmarks/bench_notebooks.py [LESSON...]. Both run one notebook after the other, in this process's
environment, in turns; the better of two times counts.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from nbclient import NotebookClient

from helpers.authoring.canonical import read
from helpers.authoring.checks import STRICT
from helpers.authoring.testing import environment

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 2


def nbval(path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *STRICT, str(path)]
    if subprocess.run(command, cwd=ROOT, env=environment(ROOT, notebooks=True), capture_output=True).returncode:
        sys.exit(f"nbval fails on {path.name}: mend what python start.py test says first.")


def bare(path: Path) -> None:
    client = NotebookClient(read(path), timeout=None, resources={"metadata": {"path": str(path.parent)}})
    client.execute(env=environment(ROOT, notebooks=True), stderr=subprocess.DEVNULL)


def seconds(run: Callable[[Path], None], path: Path) -> float:
    start = time.perf_counter()
    run(path)
    return time.perf_counter() - start


def main(names: list[str]) -> None:
    found = sorted((ROOT / "solutions").glob("*.ipynb"))
    chosen = [path for path in found if not names or path.stem[:2] in names]
    if not chosen:
        sys.exit(f"No such lesson: there are {', '.join(path.stem for path in found)}.")
    total = [0.0, 0.0]
    for path in chosen:
        rounds = [(seconds(bare, path), seconds(nbval, path)) for _ in range(ROUNDS)]
        times = [min(of_one) for of_one in zip(*rounds, strict=True)]
        total = [sum(pair) for pair in zip(total, times, strict=True)]
        print(f"{path.stem:20} bare {times[0]:5.1f} s   nbval {times[1]:5.1f} s   ratio {times[1] / times[0]:.2f}")
    print(f"{'all':20} bare {total[0]:5.1f} s   nbval {total[1]:5.1f} s   ratio {total[1] / total[0]:.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
