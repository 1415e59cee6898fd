# /// script
# requires-python = ">=3.11"
# dependencies = ["tensorboard==2.21.0", "torch==2.13.0", "numpy==2.4.6"]
# ///
"""TensorBoard: write the run of a descent, read it back, and compare it with the path.

`python tensorboard_run.py FOLDER [[LOSSES.json] ANSWER.json]`; `tensorboard --logdir FOLDER` shows the run as a page.
LOSSES.json holds the losses of another run, a list, which is written and read back as well, in a folder beside.
"""

import json
import platform
import sys
from importlib.metadata import version

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from torch.utils.tensorboard import SummaryWriter

TAGS = ("loss", "line/w", "line/b")


def write(folder: str, path: np.ndarray, losses: np.ndarray) -> None:
    """Write a descent as three curves; path (steps + 1, 2) of w and b, losses (steps + 1,)."""
    with SummaryWriter(folder) as writer:
        for step, values in enumerate(np.column_stack([losses, path])):
            for tag, value in zip(TAGS, values, strict=True):
                writer.add_scalar(tag, value, step)


def read(folder: str) -> dict[str, list[tuple[int, float]]]:
    """Return steps and values of the curves in a folder."""
    events = EventAccumulator(folder, size_guidance={"scalars": 0})  # 0 keeps all; the default is 10,000 of a curve
    events.Reload()
    return {tag: [(event.step, event.value) for event in events.Scalars(tag)] for tag in TAGS}


def losses_read_back(folder: str, losses: list[float]) -> list[tuple[int, float]]:
    """Write the loss of each step of a run, and return the steps and losses that are read back."""
    with SummaryWriter(folder) as writer:
        for step, loss in enumerate(losses):
            writer.add_scalar("loss", loss, step)
    events = EventAccumulator(folder, size_guidance={"scalars": 0})
    events.Reload()
    return [(event.step, event.value) for event in events.Scalars("loss")]


if __name__ == "__main__":
    import by_numpy
    from problem import solve

    folder, *files = sys.argv[1:]
    run = solve(by_numpy.descend)
    write(folder, run.path, run.losses)
    curves = read(folder)
    found = {"version": version("tensorboard"), "python": platform.python_version(), "curves": curves}
    for name in files[:-1]:
        with open(name, encoding="utf-8") as file:
            losses = json.load(file)
        found["network"] = {"written": losses, "read": losses_read_back(f"{folder}-network", losses)}
    for name in files[-1:]:
        with open(name, "w", encoding="utf-8") as file:
            json.dump(found, file)
    stored = np.array([[value for _, value in curves[tag]] for tag in TAGS])
    written = np.vstack([run.losses, run.path.T])
    print(f"{stored.size} numbers; largest difference {np.abs(stored - written).max():.1e}")
    print(f"equal to the path in float32: {np.array_equal(stored, written.astype(np.float32))}")
