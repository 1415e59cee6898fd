"""Claims of lesson 11, on the numbers behind its live pictures: Newton, norms, Newton-Schulz, tuning budgets."""

from itertools import combinations

import numpy as np
import pytest

from helpers.experiments.benchmark import tuned
from helpers.experiments.modern_frames import (
    BAND,
    BESIDE,
    DIRECTIONS,
    NORMS,
    after_rounds,
    bar_of_best,
    best_direction,
    budgets,
    fitted_line,
    matrices,
    newton_frames,
    newton_schulz,
    newton_walk,
    steps_by_norm,
    unit_ball,
)
from helpers.experiments.modern_optimizers import PLACES
from helpers.second_order import damped_newton
from helpers.surfaces import SURFACES

HIMMELBLAU, HILL = SURFACES["Himmelblau"], np.array([0.5, 0.0])


def grid_of_starts(surface, k=9):
    (x_lo, x_hi), (y_lo, y_hi) = surface.window
    return [np.array([x, y]) for x in np.linspace(x_lo, x_hi, k) for y in np.linspace(y_lo, y_hi, k)]


def test_from_the_first_start_plain_newton_climbs_to_the_maximum_and_damped_newton_goes_down():
    plain, damped = (newton_frames(HIMMELBLAU, HILL, way, 24) for way in (False, True))
    assert plain.alt[-1].endswith("it ends at a maximum.") and damped.alt[-1].endswith("it ends at a minimum.")
    assert np.all(np.diff(plain.live["all losses"][0][:3, 1]) > 0)
    assert not plain.met.any() and not damped.met.any()


@pytest.mark.parametrize("name", PLACES)
def test_damped_newton_never_raises_the_loss(name):
    surface = SURFACES[name]
    for start in grid_of_starts(surface):
        path, _ = newton_walk(surface, start, True, 24)
        assert np.all(np.diff(surface.value(path)) <= 0)


def test_the_damped_walk_is_that_of_the_helpers():
    path, _ = newton_walk(SURFACES["Rosenbrock"], np.array([-1.2, 1.0]), True, 24)
    rosenbrock = SURFACES["Rosenbrock"]
    known = damped_newton(rosenbrock.value, rosenbrock.gradient, rosenbrock.hessian, [-1.2, 1.0], 24).path
    assert np.allclose(path, known, atol=1e-6)


def test_plain_newton_ends_at_saddles_where_damped_newton_does_not():
    ends = {way: [newton_frames(HIMMELBLAU, w, way, 24).alt[-1] for w in grid_of_starts(HIMMELBLAU)] for way in (0, 1)}
    assert sum("at a saddle" in words for words in ends[0]) > 10
    assert not any("at a saddle" in words for words in ends[1])


@pytest.mark.parametrize(("start", "place"), [(HILL, "ellipse"), (np.array([-1.0, 2.0]), "hyperbola")])
def test_the_fitted_line_is_level_on_the_parabola_fitted_there(start, place):
    hessian = HIMMELBLAU.hessian(start)
    path, centres = newton_walk(HIMMELBLAU, start, False, 0)
    line = fitted_line(hessian, centres[0], path[0])
    away = line[np.isfinite(line).all(axis=1)] - centres[0]
    heights = np.einsum("ni,ij,nj->n", away, hessian, away)
    assert (np.linalg.det(hessian) > 0) == (place == "ellipse")
    assert np.allclose(heights, (start - centres[0]) @ hessian @ (start - centres[0]))


def test_a_walk_is_made_by_the_step_that_it_is_given():
    def half(w, grad, hessian):
        return w - np.linalg.solve(hessian, grad) / 2

    path, _ = newton_walk(SURFACES["quadratic bowl"], np.array([1.0, -1.0]), False, 3, half)
    assert np.allclose(path[:, 0], [1, 0.5, 0.25, 0.125])


def test_a_parabola_without_a_centre_ends_the_plain_walk():
    path, _ = newton_walk(SURFACES["plateau"], np.array([1.0, 0.0]), False, 3)
    assert np.all(path == [1, 0])


@pytest.mark.parametrize(("norm", "order"), [("l1", 1), ("l2", 2), ("linf", np.inf)])
def test_the_best_step_has_norm_1_and_no_step_of_the_ball_gains_more(norm, order):
    ball = unit_ball(norm)
    assert np.allclose(np.linalg.norm(ball, order, axis=1), 1)
    for angle in np.deg2rad(DIRECTIONS):
        grad = np.array([np.cos(angle), np.sin(angle)])
        step = best_direction(grad, norm)
        assert np.linalg.norm(step, order) == pytest.approx(1)
        assert grad @ step <= np.min(ball @ grad) + 1e-12


def test_the_step_of_l2_follows_minus_gradient_and_the_others_know_four_directions():
    frames = {norm: steps_by_norm(norm) for norm in NORMS}
    where = {norm: set(frame.live["now"][:, 0, 1].round(6) % 360) for norm, frame in frames.items()}
    assert where["l1"] == {0, 90, 180, 270} and where["linf"] == {45, 135, 225, 315}
    assert where["l2"] == set(DIRECTIONS)


def test_steps_of_l1_and_linf_point_up_to_45_degrees_beside_minus_gradient_and_meet_the_challenge():
    for norm in NORMS:
        frames = steps_by_norm(norm)
        aside = np.abs(np.diff(frames.live["now"][:, 0], axis=1))[:, 0]
        assert aside.max() < 45 and np.array_equal(frames.met, aside > BESIDE)
        assert frames.met.any() == (norm != "l2")


def test_all_that_the_ball_holds_lies_on_one_side_of_the_dotted_level():
    for norm in NORMS:
        level = steps_by_norm(norm).live["level"]
        for angle, (one, other) in zip(np.deg2rad(DIRECTIONS), level, strict=True):
            down = np.array([np.cos(angle), np.sin(angle)])
            assert one @ down == pytest.approx(other @ down)
            assert np.all(unit_ball(norm) @ down <= one @ down + 1e-12)


def test_the_norms_are_shown_by_the_function_that_they_are_given():
    frames = steps_by_norm("l1", lambda grad, norm: -np.sign(grad))
    assert set(frames.live["now"][:, 0, 1].round(6) % 360) == {45, 135, 225, 315}


@pytest.mark.parametrize("name", matrices())
def test_each_singular_value_follows_the_curve_of_the_polynomial(name):
    live = newton_schulz(name, matrices()[name]).live
    for rounds, mapped in enumerate(live["mapped"]):
        assert np.allclose(after_rounds(mapped[:, 0], rounds), mapped[:, 1], atol=1e-9)
        assert np.allclose(live["now"][rounds, :, 1], mapped[:, 1])


def test_values_down_to_a_thousandth_need_six_rounds_and_one_more_changes_nothing_for_good():
    frames = newton_schulz("from 1 to 1/1000", matrices()["from 1 to 1/1000"])
    values = frames.live["now"][..., 1]
    inside = np.all((values > BAND[0]) & (values < BAND[1]), axis=1)
    assert inside.tolist() == [rounds >= 6 for rounds in range(11)]
    assert frames.met.tolist() == [rounds == 6 for rounds in range(11)]


def test_rounds_bring_the_values_near_1_and_never_to_1():
    for name, G in matrices().items():
        values = newton_schulz(name, G).live["now"][..., 1]
        assert np.all(abs(values[6:] - 1) < 0.35)
        assert np.all(abs(values[6:] - 1).max(axis=1) > 0.05)
        assert not newton_schulz(name, G).met.any() or name == "from 1 to 1/1000"


def test_the_rounds_are_made_by_the_function_that_they_are_given():
    def exactly(G, steps):
        left, _, right = np.linalg.svd(G, full_matrices=False)
        return left @ right

    values = newton_schulz("any", matrices()["a network's gradient"], exactly).live["now"][..., 1]
    assert np.allclose(values[1:], 1)


def test_the_bar_holds_eight_of_ten_of_all_draws_and_shrinks_to_a_point():
    losses = [3.0, 0.1, np.inf, 0.7, 0.2, 1.1]
    for k in range(1, 7):
        best = np.array([min(draw) for draw in combinations(losses, k)])
        low, high = bar_of_best(losses, k)
        assert np.mean(best < low) <= 0.1 + 1e-9 and np.mean(best > high) <= 0.1 + 1e-9
        assert np.mean((low <= best) & (best <= high)) >= 0.8 - 1e-9
    assert bar_of_best(losses, 6) == (0.1, 0.1)


def test_a_rule_that_is_good_at_most_rates_leads_first_and_one_that_is_good_at_one_rate_in_the_end():
    losses = {"patient": np.array([0.5, 0.5, 0.6, 0.7, 0.8]), "moody": np.array([0.1, 2.0, 3.0, np.inf, np.inf])}
    frames = budgets(losses)
    assert frames.met.tolist() == [False, False, True, False, False]
    assert frames.alt[0] == "Median of the best of 1: patient 0.6, moody 3."
    assert frames.alt[-1] == "Median of the best of 5: moody 0.1, patient 0.5."
    assert [row[:, 1].tolist() for row in frames.live["now"]] == [[1, 2], [1, 2], [2, 1], [2, 1], [2, 1]]


@pytest.mark.slow
def test_in_the_benchmark_adam_leads_with_one_rate_and_not_with_nine():
    losses = {name: found.losses for name, found in tuned().items()}
    frames = budgets(losses)
    assert frames.alt[0].startswith("Median of the best of 1: Adam") and "Adam 0.0" not in frames.alt[-1].split(",")[0]
    assert frames.met.any()


def test_on_the_plateau_plain_newton_runs_away_and_its_gradient_falls_to_zero():
    frames = newton_frames(SURFACES["plateau"], np.array([0.9, 0.6]), False, 24)
    slopes = frames.live["all slopes"][0][:, 1]
    assert np.all(np.diff(slopes) <= 0) and slopes[-1] <= 1e-12
    assert frames.alt[-1].endswith("it ends far away.") and not frames.met.any()
