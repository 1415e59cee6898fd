"""Claims of lesson 12's clinic: what gives each cause away, in every seed that was tried."""

import numpy as np
import pytest

from helpers.exercises.catalogue import EXERCISES
from helpers.experiments.clinic import CAUSES, HEALTHY, PATIENTS, STEPS, clinic, healthy, train_with

SEEDS = range(3)
FLOOR = np.log(1 + 9 / np.e)  # the lowest loss of scores between 0 and 1


@pytest.fixture(scope="module")
def runs():
    return {cause: [train_with(cause, seed) for seed in SEEDS] for cause in (HEALTHY, *CAUSES)}


def ends(run):
    return run.losses[-20:].mean()


def test_the_letters_are_six_and_each_has_its_cause():
    patients = clinic()
    assert "".join(patients) == "ABCDEF" and sorted(PATIENTS.values()) == sorted(CAUSES)
    assert {letter: run.cause for letter, run in patients.items()} == PATIENTS
    for run in (healthy(), *patients.values()):
        assert run.losses.shape == run.norms.shape == run.dead.shape == (STEPS,)
        assert np.isfinite(run.losses).all() and np.isfinite(run.norms).all()
        assert run.dead.min() >= 0 and run.dead.max() <= 1


def test_equal_seeds_give_equal_runs():
    assert np.array_equal(train_with("rate too high").losses, train_with("rate too high").losses)


def test_an_unknown_cause_is_refused():
    with pytest.raises(ValueError, match="no run has the cause 'flu'; the causes are healthy, softmax twice"):
        train_with("flu")


@pytest.mark.slow
def test_a_healthy_run_learns_and_no_hidden_number_dies(runs):
    for run in runs[HEALTHY]:
        assert abs(run.losses[0] - np.log(10)) < 0.3
        assert ends(run) < 0.2 and run.norms.max() < 1.5 and run.dead.max() < 0.05
        assert run.training_error < 0.05 and run.test_error < 0.05


def test_a_rate_too_high_throws_the_loss_up_and_kills_hidden_numbers(runs):
    for run in runs["rate too high"]:
        assert run.losses.max() > 2 * run.losses[0] and 1.5 < ends(run) < 2.3
        assert run.dead[-20:].mean() > 0.5 and run.training_error > 0.4


def again(run, lag):
    """How much the losses are like those of so many steps before, from -1 to 1."""
    late = run.losses[100:] - run.losses[100:].mean()
    return np.mean(late[lag:] * late[:-lag]) / np.mean(late**2)


def test_sorted_digits_make_a_saw_tooth_that_comes_again_after_two_passes_of_40_and_a_half_steps(runs):
    for run, sound in zip(runs["sorted"], runs[HEALTHY], strict=True):
        assert again(run, 81) > 0.5 > 0.4 > max(again(run, 60), again(run, 20)) and again(sound, 81) < 0.2
        assert run.losses[20:].max() > 5 * ends(run)


def test_gradients_that_add_up_grow_a_hundredfold(runs):
    for run in runs["gradients add up"]:
        assert run.norms[-20:].mean() > 50 * run.norms[0]
        assert run.training_error > 0.1


def test_softmax_twice_never_goes_below_its_floor(runs):
    for run in runs["softmax twice"]:
        assert run.losses.min() > FLOOR and run.losses[50] > 2.1 and 1.6 < ends(run) < 2
        assert run.norms.max() < 0.3 and run.dead.max() < 0.05


def test_inputs_too_large_begin_high_and_end_dead_at_the_loss_of_a_guess(runs):
    for run in runs["inputs too large"]:
        assert run.losses[0] > 50 and abs(ends(run) - np.log(10)) < 0.1
        assert run.dead[-1] == 1 and run.training_error > 0.8


def test_a_test_set_that_is_not_centred_leaves_no_trace_in_the_curves(runs):
    for run, sound in zip(runs["test not centred"], runs[HEALTHY], strict=True):
        for name in ("losses", "norms", "dead", "training_error"):
            assert np.array_equal(getattr(run, name), getattr(sound, name))
        assert run.test_error > 4 * sound.test_error


def test_the_learner_s_diagnosis_reads_every_run_but_the_one_that_has_nothing_to_read(runs):
    diagnose = EXERCISES["what-is-broken"].reference
    for cause, same_cause in runs.items():
        seen = HEALTHY if cause == "test not centred" else cause
        assert {diagnose(run.losses, run.norms, run.dead) for run in same_cause} == {seen}
