"""What a step costs that many workers share: their samples, and the ring that adds up what they found."""

import numpy as np

from helpers.exercises.reading import exercise

Arguments = tuple[int, int, float, float, float, float]


def step_time(workers: int, batch: int, t_sample: float, n_bytes: float, latency: float, bandwidth: float) -> float:
    """Seconds of a step: each its share of the samples, then a ring. Source: Patarasuk and Yuan (2009), JPDC 69."""
    compute = batch / workers * t_sample
    rounds = 2 * (workers - 1)
    message = latency + n_bytes / workers / bandwidth
    return compute + rounds * message


def draw(rng: np.random.Generator) -> Arguments:
    """Networks of all kinds, so that now the samples take longest, now the latency, now the bytes."""
    workers = int(rng.choice([2, 3, 5, 6, 10, 16, 24, 64, 100, 300]))
    batch = int(rng.integers(20, 3000))
    t_sample, latency = (float(f"{10 ** rng.uniform(low, high):.2g}") for low, high in ((-3, -1), (-4, -1.5)))
    n_bytes, bandwidth = (float(f"{10 ** rng.uniform(low, high):.2g}") for low, high in ((6, 9), (7.5, 9.5)))
    return workers, batch, t_sample, n_bytes, latency, bandwidth


def probes() -> list[Arguments]:
    """Some that can be computed by hand, where no part is so small that it could be lost; and networks of all kinds."""
    small = [(3, 9, 2.0, 12.0, 0.5, 1.6), (4, 10, 0.3, 25.0, 0.7, 3.0), (5, 12, 0.5, 7.0, 30.0, 2.0)]
    rng = np.random.default_rng(141)
    return [*small, (3, 20, 0.02, 6e8, 0.003, 1e9), *(draw(rng) for _ in range(6))]


EXERCISE = exercise(
    "step-time",
    step_time,
    probes=probes(),
    edges=[
        (1, 64, 0.01, 1e8, 0.02, 1e8),
        (2, 7, 0.03, 5e7, 0.004, 2e8),
        (4096, 1024, 0.0025, 1.02e8, 2e-5, 1.25e9),
    ],
    draw=draw,
)
