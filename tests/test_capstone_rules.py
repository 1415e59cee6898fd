"""Claims of the capstone's rules: a run costs what it asks for, knows no other digits, and breaks rules by name."""

from contextlib import suppress

import numpy as np
import pytest

from helpers import capstone_rules as rules
from helpers.capstone_rules import (
    BUDGET,
    FRESH,
    SHAPES,
    TUNING,
    Oracle,
    RuleBrokenError,
    batches,
    measure,
    plain_sgd,
    results,
    run,
    split,
)
from helpers.comparing import BudgetSpentError
from helpers.data import digits
from helpers.networks import evaluate, layers, loss_and_gradient


def rows(x):
    return {row.tobytes() for row in np.ascontiguousarray(np.round(x, 9))}


def test_the_digits_are_split_without_overlap_and_centred_by_what_is_learnt_alone():
    learn, choose, judge = split()
    assert [len(y) for _, y in split()] == [1000, 297, 500]
    assert not rows(learn[0]) & rows(choose[0]) and not rows(learn[0]) & rows(judge[0])
    assert np.abs(learn[0].mean(axis=0)).max() < 1e-12
    x = np.concatenate([x for x, _ in split()])
    assert rows(x - x.min(axis=0)) == rows(digits().x / 16)


def test_two_hundred_of_the_digits_to_learn_bear_a_wrong_class_and_none_of_the_others():
    clean, wrong = split(), split("wrong labels")
    assert np.sum(clean.learn[1] != wrong.learn[1]) == 200
    for part in (1, 2):
        assert (clean[part][1] == wrong[part][1]).all()
    assert (clean.learn[0] == wrong.learn[0]).all()
    with pytest.raises(ValueError, match="track must be"):
        split("noisy")


def test_nobody_can_write_into_the_digits():
    for x, y in split():
        with pytest.raises(ValueError, match="read-only"):
            x[0, 0] = 1
        with pytest.raises(ValueError, match="read-only"):
            y[0] = 1


def test_tuning_and_report_share_no_seed():
    assert len(TUNING) == 3 and len(FRESH) == 10 and not set(TUNING) & set(FRESH)


def test_an_oracle_holds_digits_to_learn_from_alone():
    oracle = Oracle(3)
    held = [value for value in vars(oracle).values() if isinstance(value, np.ndarray) and value.ndim == 2]
    assert [rows(x) for x in held] == [rows(split().learn[0])]
    assert oracle.n == 1000


def test_a_gradient_is_that_of_the_networks_and_costs_its_samples():
    oracle = Oracle(3)
    weights, indices = oracle.start(), np.array([5, 5, 900])
    loss, grads = oracle.grad(weights, indices)
    x, y = split().learn
    expected, gradient = loss_and_gradient(weights, x[indices], y[indices])
    assert loss == expected and all((a == b).all() for a, b in zip(grads, gradient, strict=True))
    assert oracle.left == BUDGET - 3 and oracle.asked == [(loss, 3)]
    assert [w.shape for w in oracle.start()] == list(SHAPES)


def test_the_budget_ends_at_once_and_before_an_answer():
    oracle = Oracle(0, budget=10)
    oracle.grad(oracle.start(), np.arange(8))
    with pytest.raises(BudgetSpentError, match=r"costs 3.*only 2 is left"):
        oracle.grad(oracle.start(), np.arange(3))
    assert oracle.left == 2
    oracle.grad(oracle.start(), np.arange(2))
    with pytest.raises(AttributeError):
        oracle.left = 100


@pytest.mark.parametrize(
    ("indices", "sentence"),
    [
        (np.array([0.5]), "whole numbers"),
        (np.arange(4).reshape(2, 2), "in one row"),
        ([], "whole numbers"),
        (np.ones(1000, dtype=bool), "whole numbers"),
        (np.array([-1]), "from 0 to 999"),
        (np.array([1000]), "from 0 to 999"),
    ],
)
def test_indices_of_another_kind_cost_nothing_and_get_a_sentence(indices, sentence):
    oracle = Oracle(0)
    with pytest.raises(ValueError, match=sentence):
        oracle.grad(oracle.start(), indices)
    assert oracle.left == BUDGET


def test_start_weights_come_from_the_seed_and_are_new_each_time():
    one, two = Oracle(4).start(), Oracle(5).start()
    assert (one[0] == Oracle(4).start()[0]).all() and (one[0] != two[0]).any()
    oracle = Oracle(4)
    oracle.start()[0][:] = 0
    assert oracle.start()[0].any()


def test_batches_go_through_all_digits_before_one_comes_again_and_fill_the_budget():
    for batch in (8, 32, 128, 512, 7):
        made = batches(batch, np.random.default_rng(0))
        assert made.shape == (BUDGET // batch, batch)
        assert np.unique(made.ravel()[:1000]).size == 1000 == np.unique(made.ravel()[1000:2000]).size
    for wrong in (0, True, 2.0, BUDGET + 1):
        with pytest.raises(ValueError, match="batch must be"):
            batches(wrong, np.random.default_rng(0))


@pytest.mark.parametrize("track", rules.TRACKS)
def test_a_run_with_shuffled_digits_is_the_plain_run(track):
    shuffled = run(plain_sgd(track), 5, track)
    plain = plain_sgd(track)(Oracle(5, track), 5)
    assert all(np.allclose(a, b, atol=1e-9) for a, b in zip(shuffled.weights, plain, strict=True))
    assert shuffled.spent == BUDGET == shuffled.costs.sum() and len(shuffled.losses) == 375
    assert shuffled.losses[-10:].mean() < shuffled.losses[:10].mean() and shuffled.said == "" and shuffled.lines == 0


def test_the_same_seed_ends_in_the_same_weights_another_one_in_others():
    one, same, other = run(plain_sgd(), 5), run(plain_sgd(), 5), run(plain_sgd(), 6)
    assert all((a == b).all() for a, b in zip(one.weights, same.weights, strict=True))
    assert (one.weights[0] != other.weights[0]).any()


def test_whoever_ignores_the_seed_is_seen_from_one_start():
    def deaf(oracle, seed):
        return plain_sgd()(oracle, 0)

    def after(train, seed):
        return run(train, seed, start_seed=7).weights[0]

    assert (after(deaf, 5) == after(deaf, 6)).all()
    assert (after(plain_sgd(), 5) != after(plain_sgd(), 6)).any()


def test_measuring_is_the_networks_and_a_diverged_run_has_loss_inf():
    weights = Oracle(1).start()
    for part in rules.PARTS:
        assert measure(weights, part) == tuple(map(float, evaluate(weights, *getattr(split(), part))))
    assert measure([w * np.nan for w in weights])[0] == np.inf
    with pytest.raises(ValueError, match="part must be"):
        measure(weights, "test")


def overspends(oracle, seed):
    while True:
        oracle.grad(oracle.start(), np.arange(100))


def raises(oracle, seed):
    return 1 / (seed - seed)


def swallows_and_peeks(oracle, seed):
    with suppress(Exception):
        split()
    return oracle.start()


def measures_itself(oracle, seed):
    while measure(oracle.start(), "judge")[0] > 1:
        pass


def takes_a_second_oracle(oracle, seed):
    return plain_sgd()(Oracle(seed), seed)


def reads_the_digits(oracle, seed):
    with suppress(Exception):
        digits()
    return oracle.start()


def looks_for_the_order_of_the_pixels(oracle, seed):
    return rules.start(seed)


DATA = digits()


def has_digits_of_its_own(oracle, seed):
    x, y = DATA.x / 16, DATA.y
    weights = oracle.start()
    for batch in batches(32, np.random.default_rng(seed), n=1797):
        _, grads = loss_and_gradient(weights, x[batch], y[batch])
        weights = [w - g for w, g in zip(weights, grads, strict=True)]
    return weights


@pytest.mark.parametrize(
    ("train", "kind", "sentence"),
    [
        (None, "not a function", "must be a function"),
        (raises, "raised", r"raised ZeroDivisionError \(division by zero\) in line \d+ of"),
        (lambda oracle: 1, "raised", "TypeError"),
        (lambda oracle, seed: oracle.grad(oracle.start(), [0.5]), "raised", "whole numbers"),
        (lambda oracle, seed: exit(), "raised", "SystemExit"),
        (overspends, "overspent", "more than it may spend at seed 3.*costs 100.*only 0 is left"),
        (lambda oracle, seed: None, "nothing", "end it with return weights"),
        (lambda oracle, seed: oracle.start()[:2], "shapes", "what is no network"),
        (lambda oracle, seed: 7, "shapes", "list of arrays"),
        (lambda oracle, seed: "weights", "shapes", "list of arrays"),
        (lambda oracle, seed: [w.T for w in oracle.start()], "shapes", "these have"),
        (has_digits_of_its_own, "own data", "data of its own"),
        (swallows_and_peeks, "peeked", "its oracle alone"),
        (measures_itself, "peeked", "its oracle alone"),
        (reads_the_digits, "peeked", "its oracle alone"),
        (looks_for_the_order_of_the_pixels, "peeked", "its oracle alone"),
        (takes_a_second_oracle, "peeked", "its oracle alone"),
    ],
)
def test_each_broken_rule_is_one_sentence_and_leaves_nothing_locked(train, kind, sentence):
    with pytest.raises(RuleBrokenError, match=sentence) as broken:
        run(train, 3)
    assert broken.value.kind == kind and "\n" not in str(broken.value)
    assert broken.value._render_traceback_() == [str(broken.value)]
    assert split() and digits() and rules.start(0) and run(plain_sgd(), 3, budget=320).spent == 320


def test_weights_kept_from_another_run_are_of_no_use():
    kept = []

    def goes_on(oracle, seed):
        weights = kept[-1] if kept else oracle.start()
        for batch in batches(32, np.random.default_rng(seed), oracle.left):
            _, grads = oracle.grad(weights, batch)
            weights = [w - 3 * g for w, g in zip(weights, grads, strict=True)]
        kept.append(weights)
        return weights

    alone = results(plain_sgd(), [101, 102], "judge")[0]
    assert (results(goes_on, [100, 101, 102], "judge")[0][1:] > alone).all()


def test_who_builds_the_first_weights_anew_can_undo_the_order_which_cannot_be_mended():
    """As the guide of grading says: only a reader of the program sees it."""
    trained = run(plain_sgd(), 3).weights

    def train(oracle, seed):
        first, shuffled = layers(rules.SIZES, np.random.default_rng([0, seed]), last=0.5), oracle.start()
        pixels = [np.flatnonzero((first[0] == row).all(axis=1))[0] for row in shuffled[0]]
        classes = [np.flatnonzero((column == first[2].T).all(axis=1))[0] for column in shuffled[2].T]
        return [trained[0][pixels], trained[1], trained[2][:, classes], trained[3][:, classes]]

    found = run(train, 5)
    assert found.spent == 0
    assert all((got == want).all() for got, want in zip(found.weights, trained, strict=True))


def test_trained_weights_that_are_handed_in_are_recognised():
    trained = run(plain_sgd(), 0).weights
    with pytest.raises(RuleBrokenError, match="data of its own"):
        run(lambda oracle, seed: trained, 1)


def test_what_is_printed_is_kept_and_cut(capsys):
    def talks(oracle, seed):
        for _ in range(5000):
            print("the loss is small")
        return oracle.start()

    found = run(talks, 0)
    assert found.lines == 5000 and len(found.said) == 2000
    assert capsys.readouterr().out == ""


def test_the_arrays_that_a_run_returned_are_not_changed_later():
    mine = []

    def keeps(oracle, seed):
        mine.append(oracle.start())
        return mine[-1]

    found = run(keeps, 0)
    before = found.weights[0].copy()
    mine[0][0][:] = 0
    assert (found.weights[0] == before).all()
