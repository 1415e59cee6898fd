"""TensorBoard in the notebook: written and read back where it is installed, and its page under a cell."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from IPython.core.getipython import get_ipython

from helpers.frameworks import measured


def written_and_read(folder: str | Path) -> dict[str, Any]:
    """Write the descent into a folder and return what is read back; the recorded answer where that cannot be done."""
    if find_spec("tensorboard") is None:
        return measured.load("tensorboard")
    from helpers.frameworks import tensorboard_run  # imports TensorBoard and torch

    run = measured.descent()
    tensorboard_run.write(str(folder), run.path, run.losses)
    return {"curves": tensorboard_run.read(str(folder))}


def open_page(folder: str | Path) -> str:
    """Open TensorBoard on a folder of runs below the cell; return what happened, in one or two sentences.

    The page is served by the computer of the kernel, on a port of its own: with a kernel elsewhere, on a JupyterHub
    or behind a tunnel, the frame stays empty unless that port is forwarded. The curves of the lesson need no page.
    """
    command = f"tensorboard --logdir {Path(folder)}"
    shell = get_ipython()
    if find_spec("tensorboard") is None:
        return f"TensorBoard is not installed here. `pip install tensorboard` adds it; `{command}` opens the page."
    if shell is None or not hasattr(shell, "kernel"):
        return f"There is no notebook to show the page in. In a terminal, `{command}` prints its address."
    shell.run_line_magic("load_ext", "tensorboard")
    shell.run_line_magic("tensorboard", f'--logdir "{Path(folder)}"')
    return f"If the frame stays empty, run `{command}` in a terminal and open the address that it prints."
