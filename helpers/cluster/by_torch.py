"""The same task with torch.distributed: the sockets, the ring and the adding are torch's, in one call.

`launch.launch_torch` starts it; so does torch's own command, for two processes on this computer:

    torchrun --standalone --nproc-per-node 2 -m helpers.cluster.by_torch
"""

import json
import os
import sys
import threading
from typing import Any

import numpy as np
import torch
from torch import distributed

from helpers.cluster import task
from helpers.cluster.worker import DIED, end_with_the_starter, tell

STEPS = 100


def train(x: torch.Tensor, y: torch.Tensor, orders: dict[str, Any]) -> tuple[list[float], torch.Tensor]:
    """Return the loss before each step, and w after the last; in all processes they are the same."""
    w, losses = torch.zeros(task.FEATURES, dtype=torch.float64, requires_grad=True), []
    for step in range(orders.get("steps", STEPS)):
        if step == orders.get("dies_at"):
            os._exit(DIED)
        loss = ((x @ w - y) ** 2).sum()
        (grad,) = torch.autograd.grad(loss, w)
        total = torch.cat([loss.detach().reshape(1), grad])
        distributed.all_reduce(total)  # the sum over all processes, in each of them
        total /= task.SAMPLES
        losses.append(float(total[0]))
        with torch.no_grad():
            w -= task.LR * total[1:]
        if orders:
            tell(step=step + 1)
    return losses, w


def main() -> int:
    """Train; return 0, or 1 when another process was lost."""
    orders = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
    if orders:
        threading.Thread(target=end_with_the_starter, daemon=True).start()
    torch.set_num_threads(1)
    distributed.init_process_group("gloo")  # it reads RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT
    rank, workers = distributed.get_rank(), distributed.get_world_size()
    if orders:
        tell(connected=True)
    own = task.shard(rank, workers)
    x, y = (torch.tensor(part[own]) for part in task.samples())
    try:
        losses, w = train(x, y, orders)
    except RuntimeError as error:  # what gloo says differs from system to system
        tell(lost=f"another process is gone ({type(error).__name__})")
        return 1
    distributed.destroy_process_group()
    if orders:
        tell(losses=losses, w=w.tolist())
    elif rank == 0:
        difference = np.abs(np.array(losses) - task.alone(STEPS)[0]).max()
        print(f"{workers} processes, {STEPS} steps; largest difference from one process: {difference:.1e}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
