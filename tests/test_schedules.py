import numpy as np
import pytest
import torch

from helpers import schedules

EVERY = {
    "constant": schedules.constant(0.1),
    "step": schedules.step_decay(0.1, 30),
    "exponential": schedules.exponential_decay(0.1, 0.97),
    "inverse time": schedules.inverse_time(0.1, 0.05),
    "cosine": schedules.cosine(0.1, 100, 0.001),
    "warm-up": schedules.warmup(schedules.cosine(0.1, 90), 10),
    "1cycle": schedules.one_cycle(0.1, 100),
}
every_schedule = pytest.mark.parametrize("schedule", EVERY.values(), ids=EVERY.keys())


def torch_rates(make, lr, steps):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler = make(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(scheduler.get_last_lr()[0])
        optimizer.step()
        scheduler.step()
    return np.array(rates)


torch_schedulers = torch.optim.lr_scheduler


@pytest.mark.parametrize(
    ("ours", "make", "steps"),
    [
        (schedules.step_decay(0.1, 30, 0.5), lambda o: torch_schedulers.StepLR(o, 30, gamma=0.5), 200),
        (schedules.exponential_decay(0.1, 0.97), lambda o: torch_schedulers.ExponentialLR(o, 0.97), 200),
        (schedules.cosine(0.1, 150, 0.01), lambda o: torch_schedulers.CosineAnnealingLR(o, 150, eta_min=0.01), 151),
        (schedules.one_cycle(0.1, 100), lambda o: torch_schedulers.OneCycleLR(o, 0.1, total_steps=100), 100),
        (
            schedules.one_cycle(0.1, 77, pct_start=0.45, div_factor=5, final_div_factor=50),
            lambda o: torch_schedulers.OneCycleLR(
                o, 0.1, total_steps=77, pct_start=0.45, div_factor=5, final_div_factor=50
            ),
            77,
        ),
    ],
    ids=["step", "exponential", "cosine", "1cycle", "1cycle with settings"],
)
def test_schedule_equals_torchs_scheduler(ours, make, steps):
    expected = torch_rates(make, 0.1, steps)
    assert np.max(np.abs(ours(np.arange(steps)) - expected)) <= 1e-13 * expected.max()


@every_schedule
def test_an_array_of_steps_gives_what_single_steps_give(schedule):
    together = schedule(np.arange(120).reshape(3, 40))
    assert together.shape == (3, 40)
    assert together.ravel() == pytest.approx([schedule(t) for t in range(120)], rel=1e-14)
    assert np.ndim(schedule(5)) == 0


@every_schedule
@pytest.mark.parametrize("t", [-1, np.array([3, -2]), np.nan], ids=str)
def test_steps_before_zero_are_refused(schedule, t):
    with pytest.raises(ValueError, match="t >= 0"):
        schedule(t)


def test_constant_stays_and_inverse_time_halves_after_one_over_decay_steps():
    assert np.array_equal(schedules.constant(0.3)(np.arange(4)), [0.3] * 4)
    assert schedules.inverse_time(0.3, 0.01)(100) == pytest.approx(0.15)


def test_cosine_and_one_cycle_stay_at_their_last_rate():
    assert schedules.cosine(0.1, 100, 0.02)(10**6) == pytest.approx(0.02)
    cycle = schedules.one_cycle(0.1, 100)
    assert cycle(10**6) == cycle(99) == pytest.approx(0.1 / 25 / 1e4)


def test_warmup_rises_in_a_line_and_then_follows_the_other_schedule_from_its_start():
    inner = schedules.cosine(0.1, 90)
    warmed = schedules.warmup(inner, 10)
    assert warmed(np.arange(11)) == pytest.approx(0.01 * np.arange(11))
    assert np.array_equal(warmed(np.arange(10, 150)), inner(np.arange(140)))


def test_warmup_of_no_steps_changes_nothing():
    inner = schedules.step_decay(0.1, 3)
    assert np.array_equal(schedules.warmup(inner, 0)(np.arange(20)), inner(np.arange(20)))


def test_one_cycle_peaks_where_it_was_told():
    rates = schedules.one_cycle(0.1, 101, pct_start=30 / 101)(np.arange(101))
    assert np.argmax(rates) == 29 and rates.max() == pytest.approx(0.1)
    assert rates[0] == pytest.approx(0.1 / 25)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: schedules.constant(-0.1), "learning rate >= 0"),
        (lambda: schedules.cosine(np.nan, 10), "learning rate >= 0"),
        (lambda: schedules.step_decay(0.1, 0), "every >= 1"),
        (lambda: schedules.step_decay(0.1, 5, factor=-1), "factor > 0"),
        (lambda: schedules.exponential_decay(0.1, 0), "factor > 0"),
        (lambda: schedules.inverse_time(0.1, -0.1), "decay >= 0"),
        (lambda: schedules.cosine(0.1, 0), "total >= 1"),
        (lambda: schedules.cosine(0.1, 10, lr_min=0.2), "lr >= lr_min"),
        (lambda: schedules.warmup(schedules.constant(0.1), -1), "steps >= 0"),
        (lambda: schedules.one_cycle(0.1, 100, pct_start=1.0), "between 0 and 1"),
        (lambda: schedules.one_cycle(0.1, 100, div_factor=0), "factors > 0"),
        (lambda: schedules.one_cycle(0.1, 2), "more than 3.33 steps"),
    ],
)
def test_bad_settings_are_refused_when_the_schedule_is_made(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_warmup_of_a_number_says_how_to_write_it():
    with pytest.raises(TypeError, match=r"constant\(0.1\)"):
        schedules.warmup(0.1, 10)
