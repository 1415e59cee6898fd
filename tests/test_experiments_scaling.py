"""Claims of lesson 14, on the numbers behind its live pictures: the cost of a step, delay, compression, the ring."""

import numpy as np
import pytest

from helpers.exercises.course.scaling_out.delayed_rate import delayed_rate
from helpers.exercises.course.scaling_out.step_time import step_time
from helpers.experiments.scaling_frames import (
    BANDWIDTHS,
    BATCHES,
    DELAYS,
    KEPT,
    LOW,
    MOST,
    PARTS,
    RATES,
    ROUNDS,
    SENT,
    SHARDS,
    STEPS,
    TURNS,
    WEIGHTS,
    WORKERS,
    calculated,
    compressed,
    delayed_paths,
    delays,
    gaps,
    messages,
    ring,
    settled,
    step_parts,
    tumours,
)


def speedups(bandwidth, batch):
    step = step_parts(batch, bandwidth)["a step"]
    return dict(zip(WORKERS.tolist(), step[0] / step, strict=True))


def test_at_10_gbit_256_workers_gain_14_and_4096_gain_8():
    gained = speedups(1.25e9, 1024)
    assert [round(gained[k], 1) for k in (16, 64, 256, 1024, 4096)] == [8.2, 12.6, 14.0, 12.4, 7.8]
    assert max(gained, key=gained.get) == 256


def test_a_hundred_times_the_bandwidth_does_not_save_4096_workers_from_waiting():
    slow, fast = speedups(1.25e8, 1024), speedups(1.25e10, 1024)
    assert max(slow.values()) < 1.6
    assert max(fast, key=fast.get) == 256 and fast[4096] < fast[16]


def test_over_a_slow_line_two_workers_with_a_small_batch_are_slower_than_one():
    assert speedups(1.25e8, 256)[2] < 0.6 and max(speedups(1.25e8, 256).values()) == 1


@pytest.mark.parametrize("bandwidth", BANDWIDTHS)
@pytest.mark.parametrize("batch", BATCHES)
def test_computing_sending_and_waiting_are_the_whole_step(bandwidth, batch):
    parts = step_parts(BATCHES[batch], BANDWIDTHS[bandwidth])
    assert np.allclose(parts["a step"], sum(parts[name] for name in PARTS[1:]))


def test_sixteen_workers_are_the_fewest_as_fast_as_4096():
    frames = calculated("10 Gbit/s", "1,024 samples")
    assert WORKERS[frames.met].tolist() == [16]
    assert step_time(14, 1024, 2.5e-3, 102e6, 2e-5, 1.25e9) > step_time(4096, 1024, 2.5e-3, 102e6, 2e-5, 1.25e9)
    assert not calculated("1 Gbit/s", "1,024 samples").met.any()


def test_a_step_lasts_as_long_as_the_function_that_it_is_given_says():
    frames = calculated("10 Gbit/s", "256 samples", lambda workers, *others: 1 / workers)
    assert frames.live["now"][:, 0].tolist() == [[k, k] for k in WORKERS]


BORDERS = np.array([delayed_rate(1.0, delay) for delay in DELAYS.tolist()])


def test_the_border_parts_what_settles_from_what_grows_at_every_delay_and_rate():
    assert np.array_equal(settled(), BORDERS[:, None] > RATES)


def test_one_step_of_delay_halves_the_border_and_twenty_leave_a_twenty_sixth():
    assert np.allclose(BORDERS[[0, 1, 20]], [2, 1, 0.0766], atol=1e-4)
    assert delayed_rate(4.0, 1) == pytest.approx(0.25)


@pytest.mark.parametrize("delay", [0, 1, 4, 20])
def test_one_percent_below_the_border_a_path_settles_and_one_percent_above_it_grows(delay):
    below, above = np.abs(delayed_paths(np.array([0.99, 1.01]) * delayed_rate(1.0, delay), delay, 4000))
    assert below[-200:].max() < below[2000:2200].max() and above[-200:].max() > above[2000:2200].max()


def test_gradients_20_steps_old_need_less_than_half_of_the_borders_rate_to_be_calm_in_150_steps():
    calm = [lr for lr in RATES if delays(lr, BORDERS).met[-1]]
    assert calm == [0.022, 0.028, 0.035] and max(calm) < BORDERS[-1] / 2
    assert not any(delays(lr, BORDERS).met[:-1].any() for lr in RATES)


def test_at_a_small_rate_gradients_five_steps_old_get_nearer_than_fresh_ones():
    paths = delays(0.022, BORDERS).live["path"]
    assert abs(paths[5, -1]) < abs(paths[0, -1]) / 1.2


def test_a_path_of_the_picture_takes_each_gradient_so_many_steps_late():
    path = delays(0.11, BORDERS).live["path"][3]
    assert path[:4].tolist() == pytest.approx([1, 0.89, 0.78, 0.67])
    assert path[STEPS] == pytest.approx(path[STEPS - 1] - 0.11 * path[STEPS - 4])


def test_the_gap_is_measured_from_the_lowest_loss():
    task = tumours()
    rng = np.random.default_rng(0)
    assert all(task.loss(rng.normal(0, 0.3, WEIGHTS)) > task.lowest for _ in range(20))
    assert sorted(np.concatenate(task.shards)) == list(range(569)) and len(task.shards) == SHARDS


def test_all_numbers_are_plain_gradient_descent_with_a_memory_or_without():
    task, w = tumours(), np.zeros(WEIGHTS)
    for _ in range(50):
        w = w - 0.3 * task.grad(w, np.arange(569))
    for remember in (False, True):
        assert gaps(WEIGHTS, remember)[50] == pytest.approx(task.loss(w) - task.lowest, rel=1e-9)


@pytest.fixture(scope="module")
def ends():
    """The gap after the last step for each number of entries sent, by what becomes of the rest."""
    return {kept: compressed(kept).live["gap"][:, -1, 1] for kept in KEPT}


@pytest.mark.slow
def test_with_a_memory_one_number_of_31_gets_as_near_as_all_of_them(ends):
    assert np.all(ends["remembers the rest"] < LOW)
    assert np.ptp(ends["remembers the rest"]) < 0.15 * ends["remembers the rest"][-1]


def test_without_a_memory_fewer_numbers_end_farther_from_the_minimum(ends):
    assert np.all(np.diff(ends["forgets the rest"]) < 0)
    assert ends["forgets the rest"][0] > 500 * ends["remembers the rest"][0]


@pytest.mark.slow
def test_the_challenge_asks_for_one_number_and_a_memory():
    forgotten, remembered = (compressed(kept) for kept in KEPT)
    assert not forgotten.met.any() and SENT[remembered.met].tolist() == [1]


def test_a_number_that_is_sent_alone_costs_its_place_too():
    frames = compressed("remembers the rest", lambda grad, memory, k: (grad, np.zeros_like(grad)))
    assert (frames.live["now by cost"][:, 0, 0] / ROUNDS).tolist() == [2, 4, 6, 8, 12, 16, 24, 32, 46, 31]
    assert np.allclose(frames.live["gap"], frames.live["gap"][-1]), "the workers send by the function that is given"


@pytest.mark.parametrize("workers", range(2, MOST + 1))
def test_a_chunk_is_finished_first_after_workers_less_one_rounds_and_all_after_as_many_again(workers):
    frames = ring(workers)
    finished = np.isfinite(frames.live["finished"][..., 0]).sum(axis=1)
    assert not finished[: workers - 1].any() and finished[workers - 1] == workers
    assert np.all(finished[2 * (workers - 1) :] == workers**2) and finished[2 * workers - 3] < workers**2
    assert TURNS[frames.met].tolist() == ([MOST - 1] if workers == MOST else [])


@pytest.mark.parametrize("workers", range(2, MOST + 1))
def test_each_worker_of_the_ring_sends_one_message_a_round_to_the_next(workers):
    rounds = ring(workers).live["messages"]
    assert np.isnan(rounds[0]).all() and np.isnan(rounds[2 * workers - 1 :]).all()
    for arrows in rounds[1 : 2 * workers - 1]:
        assert sorted(arrows[:, 1]) == pytest.approx(sorted([-0.3, *range(-workers, 0)]))
        assert np.all(arrows[:, 2] == 0) and np.all(arrows[:, 3] < 0)
        assert arrows[-1, 0] == arrows[-2, 0], "what leaves below comes in above"


@pytest.mark.parametrize("workers", range(2, MOST + 1))
def test_a_worker_of_the_ring_sends_less_than_two_vectors_and_a_collector_one_to_each_of_the_others(workers):
    in_ring, alone = ring(workers).live["now"][-1, :, 1]
    assert in_ring == pytest.approx(2 * (workers - 1) / workers) and alone == workers - 1


def test_each_cell_says_how_many_workers_are_in_its_sum():
    live = ring(4).live
    assert [live[f"cell {k}"].strings[2] for k in range(4)] == ["1", "1", "3", "2"]
    for count in range(1, 4):
        drawn = np.isfinite(live[f"sum of {count}"][2][:, 0])
        assert [k for k in range(16) if live[f"cell {k}"].strings[2] == str(count)] == np.flatnonzero(drawn).tolist()
    assert np.isnan(messages(np.ones((3, 2, 2)))).all()
