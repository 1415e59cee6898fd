# /// script
# requires-python = ">=3.11"
# dependencies = ["dask==2026.8.0", "distributed==2026.8.0", "numpy==2.4.6"]
# ///
"""Dask: a sweep of learning rates, on the cores of this computer or on a cluster.

`python dask_sweep.py [--address tcp://HOST:8786] [--kill] [ANSWER.json]`; without an address it starts two workers
here, and --kill kills one of them. A cluster is started by hand with `dask scheduler` on one computer and with
`dask worker tcp://HOST:8786` on each of the others. Where none answers at the address within 10 seconds, the program
says so in one sentence and ends with code 1, and nothing has been run.
"""

import argparse
import json
import os
import platform
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager

import dask
import numpy as np
from dask.distributed import Client, LocalCluster, as_completed, get_worker

RATES = [0.02 * 2**k for k in range(8)]
SEEDS = [0, 1, 2]
SAID: list[str] = []
PATIENCE, LIMIT = 10, 120  # seconds: to reach a cluster, and for all results


def say(text: str) -> None:
    """Print a line at once, and keep it."""
    print(text, flush=True)
    SAID.append(text)


def train(lr: float, seed: int, topic: str) -> float:
    """Return the loss of a linear fit after 8,000 small batches, inf where it diverges: one run of the sweep."""
    worker = get_worker()
    worker.log_event(topic, [lr, seed, worker.address])  # the scheduler keeps it: this run was begun here
    rng = np.random.default_rng(seed)
    spread = np.geomspace(1, 0.03, 20)
    x = rng.normal(size=(1000, 20)) * spread
    y = x @ (1 / spread) + rng.normal(size=1000)
    w = np.zeros(20)
    with np.errstate(all="ignore"):
        for _ in range(8000):
            batch = rng.integers(1000, size=20)
            w = w - lr * (x[batch] @ w - y[batch]) @ x[batch] / 20
        loss = float(np.mean((x @ w - y) ** 2) / 2)
    return loss if np.isfinite(loss) else float("inf")


def sweep(client: Client, kill: bool = False) -> dict[tuple[float, int], float]:
    """Return the loss of each rate and seed, told as it arrives; kill: kill a worker that is at work, once."""
    runs = [(lr, seed) for lr in RATES for seed in SEEDS]
    futures = client.map(train, *zip(*runs, strict=True), topic=topic(client), retries=2)  # so often again if it raises
    run_of = dict(zip(futures, runs, strict=True))
    losses = {}
    for future in as_completed(futures, timeout=LIMIT):
        lr, seed = run_of[future]
        losses[lr, seed] = loss = future.result(timeout=LIMIT)
        future.release()  # its loss is here, and need not be computed again if its worker is lost
        say(f"{len(losses):2} of {len(runs)}: lr {lr:.2f}, seed {seed}: loss {loss:.4f}")
        if kill and len(losses) == 3:
            kill_a_worker(client)
    return losses


def topic(client: Client) -> str:
    """Return the topic under which the runs of this client are noted; others may use the same cluster."""
    return f"runs of {client.id}"


def kill_a_worker(client: Client) -> None:
    """End the worker that began a run last; Dask gives the run to another one, and starts a new worker."""
    lr, seed, busy = begun_runs(client)[-1]
    client.run(os._exit, 1, workers=[busy], on_error="ignore")  # it has no time to answer
    say(f"killed the worker at {busy.removeprefix('tcp://')}, which had begun lr {lr:.2f}, seed {seed}")


def begun_runs(client: Client) -> list[tuple[float, int, str]]:
    """Return rate, seed and worker of every run that was begun, in order."""
    return [tuple(run) for _, run in client.get_events(topic(client))]


def begun_again(client: Client) -> list[tuple[float, int]]:
    """Return rate and seed of the runs that were begun more than once."""
    begun = [run[:2] for run in begun_runs(client)]
    return [run for run in sorted(set(begun)) if begun.count(run) > 1]


@contextmanager
def connected(address: str | None) -> Iterator[Client]:
    """Give a client of the cluster at an address, or of one that is started here; end with a sentence without one."""
    if address is None:
        say("starting two workers on this computer")
        here = {"host": "127.0.0.1", "dashboard_address": None}  # no page: it would need Bokeh and a free port
        with LocalCluster(n_workers=2, threads_per_worker=1, **here) as cluster, Client(cluster) as client:
            yield client
        return
    say(f"waiting for the cluster at {address}")
    try:
        client = Client(address, timeout=PATIENCE)
    except ValueError:
        raise SystemExit(f"{address} is no address: one looks like tcp://127.0.0.1:8786.") from None
    except OSError:
        raise SystemExit(
            f"No cluster answered at {address} within {PATIENCE} s: start it with `dask scheduler`."
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise SystemExit(
                f"The cluster at {address} has no workers: add one with `dask worker {address}`."
            ) from None
        yield client


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A sweep of learning rates on Dask.")
    parser.add_argument("--address", help="of the scheduler of a cluster")
    parser.add_argument("--kill", action="store_true", help="kill one of the workers that are started here")
    parser.add_argument("answer", nargs="?")
    asked = parser.parse_args()
    if asked.kill and asked.address:
        parser.error("--kill is for the workers that are started here, not for those of others")
    started = time.perf_counter()
    try:
        with connected(asked.address) as client:
            ready, workers = time.perf_counter(), len(client.scheduler_info()["workers"])
            losses = sweep(client, asked.kill)
            done, again = time.perf_counter(), begun_again(client)
    except TimeoutError:
        raise SystemExit(f"The sweep was not done after {LIMIT} s, and was given up.") from None
    except (CancelledError, OSError):
        raise SystemExit("The cluster was lost, and with it the runs that were not done.") from None
    best = min(RATES, key=lambda lr: sum(losses[lr, seed] for seed in SEEDS))
    say(f"begun again: {'; '.join(f'lr {lr:.2f}, seed {seed}' for lr, seed in again) or 'none'}")
    say(f"lowest mean loss at lr {best:.2f}; {workers} workers, {done - ready:.1f} s")
    found = {
        "version": dask.__version__,
        "python": platform.python_version(),
        "rates": RATES,
        "seeds": SEEDS,
        "losses": [[losses[lr, seed] for seed in SEEDS] for lr in RATES],
        "workers": workers,
        "killed": asked.kill,
        "begun_again": again,
        "said": SAID,
        "seconds": {"start": ready - started, "sweep": done - ready},
    }
    if asked.answer:
        with open(asked.answer, "w", encoding="utf-8") as file:
            json.dump(found, file)
