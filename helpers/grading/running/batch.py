"""Many jobs: those whose result is known are not run again, and each result is kept as soon as it is there."""

import contextlib
import json
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from helpers.grading.handing_in.preflight import PreflightResult
from helpers.grading.results import RunResult
from helpers.grading.running.job import Job
from helpers.grading.running.pool import WorkerPool, on_worker
from helpers.ground import CannotGoOnError, say, write_whole


class StoredRun(NamedTuple):
    """A submission that preflight accepted: where the result of its run is kept, and the key of what was run."""

    checked: PreflightResult
    file: Path
    key: str

    def load(self) -> RunResult | None:
        """Return the result of an earlier run of the same submission."""
        try:
            found = json.loads(self.file.read_text(encoding="utf-8"))
            return RunResult(**found["result"]) if found["key"] == self.key else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, result: RunResult) -> None:
        """Keep a result, whole or not at all."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self.file, json.dumps({"key": self.key, "result": result._asdict()}))

    def is_settled(self) -> bool:
        """Whether the submission was run, and nothing outside it went wrong."""
        result = self.load()
        return result is not None and result.problem is None


def run_all(jobs: dict[StoredRun, Job], pool: WorkerPool, at_once: int, cluster: str | None) -> None:
    """Run jobs, as many at once as there is room for, on this machine or on the cluster at an address."""
    from tqdm import tqdm

    with _executor(at_once, cluster) as executor:
        run = on_worker if cluster else pool.run
        futures = {executor.submit(run, job): stored for stored, job in jobs.items()}
        try:
            for future in tqdm(as_completed(futures), total=len(futures), unit="submission", disable=not futures):
                futures[future].save(result_of(future, futures[future]))
        except KeyboardInterrupt:
            for future in futures:
                future.cancel()
            pool.stop()
            say("Stopped. The same command goes on from here.")
            raise


def result_of(future: Future[RunResult], stored: StoredRun) -> RunResult:
    """Return what a job gave; one that a cluster lost, with its worker, has a problem and is run at the next start."""
    try:
        return future.result()
    except CannotGoOnError:
        raise
    except Exception as error:
        problem = f"the machine on which it ran was lost ({type(error).__name__})"
        return RunResult(stored.checked.student, stored.checked.assignment, None, {}, {}, problem=problem)


@contextlib.contextmanager
def _executor(at_once: int, cluster: str | None) -> Iterator[Executor]:
    """Open what runs jobs. Raises CannotGoOnError."""
    if not cluster:
        with ThreadPoolExecutor(at_once) as threads:
            yield threads
        return
    from distributed import Client

    try:
        client = Client(cluster, timeout="20s")
    except (OSError, ValueError) as error:
        raise CannotGoOnError(f"There is no Dask scheduler at {cluster}: {error}.") from error
    with client, client.get_executor(pure=False) as executor:
        yield executor
