import subprocess
import sys

import numpy as np
import pytest
from sklearn import datasets
from sklearn.preprocessing import StandardScaler

from helpers import data


@pytest.mark.parametrize(
    ("load", "n", "d", "targets"),
    [(data.diabetes, 442, 10, None), (data.breast_cancer, 569, 30, 2), (data.digits, 1797, 64, 10)],
)
def test_real_sets_have_the_shape_and_names_that_are_documented(load, n, d, targets):
    x, y, features, target = load()
    assert x.shape == (n, d) and y.shape == (n,) and len(features) == d
    assert np.isfinite(x).all() and all(type(name) is str for name in features + target)
    if targets:
        assert np.array_equal(np.unique(y), np.arange(targets)) and len(target) == targets


def test_real_sets_are_those_that_scikit_learn_loads():
    loaded = (datasets.load_diabetes(scaled=False), datasets.load_breast_cancer(), datasets.load_digits())
    for ours, theirs in zip((data.diabetes(), data.breast_cancer(), data.digits()), loaded, strict=True):
        assert np.array_equal(ours.x, theirs.data)
        assert np.array_equal(ours.y, theirs.target)
        assert ours.features == tuple(theirs.feature_names)
        assert ours.target == tuple(map(str, getattr(theirs, "target_names", ours.target)))


def test_real_sets_are_read_without_importing_scikit_learn():
    code = (
        "import sys; from helpers.data import *; diabetes(), breast_cancer(), digits(); print('sklearn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


def test_diabetes_comes_in_its_own_units():
    x, y, features, _ = data.diabetes()
    assert x[:, features.index("age")].max() == 79
    assert (y.min(), y.max()) == (25, 346)


@pytest.mark.parametrize("make", [data.line, data.blobs, data.rings])
def test_generated_sets_repeat_with_the_seed_and_differ_without(make):
    first, again, other = (make(50, np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert first.x.shape[0] == first.y.shape[0] == 50 and first.x.shape[1] == len(first.features)
    assert np.array_equal(first.x, again.x) and np.array_equal(first.y, again.y)
    assert not (np.array_equal(first.x, other.x) and np.array_equal(first.y, other.y))


@pytest.mark.parametrize("make", [data.line, data.blobs, data.rings])
def test_generated_sets_ask_for_a_generator_and_a_count(make):
    with pytest.raises(TypeError, match=r"np.random.default_rng\(0\)"):
        make(50, 0)
    for n in (0, 2.5, -3):
        with pytest.raises(ValueError, match="n must be a whole number"):
            make(n, np.random.default_rng(0))


def test_line_without_noise_is_the_line():
    x, y, *_ = data.line(11, np.random.default_rng(0), slope=3, intercept=-1, noise=0)
    assert np.array_equal(y, 3 * x[:, 0] - 1)
    assert (x.min(), x.max()) == (-1, 1)


def test_blobs_have_the_distance_and_spread_that_were_asked_for():
    x, y, *_ = data.blobs(20_000, np.random.default_rng(0), distance=6)
    centres = np.array([x[y == k].mean(axis=0) for k in (0, 1)])
    assert centres == pytest.approx(np.array([[-3, 0], [3, 0]]), abs=0.05)
    assert x[y == 0].std(axis=0) == pytest.approx([1, 1], abs=0.03)
    assert y.sum() == 10_000


def test_rings_have_radius_one_and_two():
    x, y, *_ = data.rings(1000, np.random.default_rng(0), noise=0)
    assert np.linalg.norm(x, axis=-1) == pytest.approx(1 + y)


def test_each_index_comes_once_an_epoch_and_only_the_last_batch_may_be_smaller():
    for n, size in [(10, 3), (10, 5), (7, 7), (5, 1), (1, 1)]:
        batches = data.minibatches(n, size, np.random.default_rng(0))
        assert sorted(np.concatenate(batches)) == list(range(n))
        assert [len(b) for b in batches[:-1]] == [size] * (len(batches) - 1)
        assert len(batches[-1]) == (n % size or size)


def test_the_next_epoch_has_another_order_and_the_seed_repeats_both():
    rng, again = np.random.default_rng(0), np.random.default_rng(0)
    first, second = (np.concatenate(data.minibatches(100, 9, rng)) for _ in range(2))
    assert not np.array_equal(first, second) and not np.array_equal(first, np.arange(100))
    assert np.array_equal(first, np.concatenate(data.minibatches(100, 9, again)))
    assert np.array_equal(second, np.concatenate(data.minibatches(100, 9, again)))


def test_every_index_is_equally_likely_to_come_first():
    rng = np.random.default_rng(0)
    counts = np.bincount([data.minibatches(5, 2, rng)[0][0] for _ in range(5000)], minlength=5)
    assert np.all(np.abs(counts - 1000) < 150)


@pytest.mark.parametrize(("n", "size", "name"), [(0, 1, "n"), (10, 0, "batch_size"), (10, 2.5, "batch_size")])
def test_minibatches_refuse_impossible_sizes(n, size, name):
    with pytest.raises(ValueError, match=f"^{name} must be a whole number"):
        data.minibatches(n, size, np.random.default_rng(0))


def test_minibatches_refuse_a_batch_larger_than_the_set_and_a_bare_seed():
    with pytest.raises(ValueError, match="at most the number of samples, 10"):
        data.minibatches(10, 11, np.random.default_rng(0))
    with pytest.raises(TypeError, match="default_rng"):
        data.minibatches(10, 2, 0)


def test_standardise_equals_scikit_learn_on_real_data():
    x = data.breast_cancer().x
    scaler = StandardScaler().fit(x[:400])
    train, test = data.standardise(x[:400], x[400:])
    assert np.allclose(train, scaler.transform(x[:400]), rtol=1e-10, atol=1e-12)
    assert np.allclose(test, scaler.transform(x[400:]), rtol=1e-10, atol=1e-12)


def test_standardise_learns_from_the_training_set_alone():
    train = np.random.default_rng(0).normal(5, 3, (50, 2))
    same, far = (data.standardise(train, test) for test in (np.zeros((1, 2)), np.full((9, 2), 1e6)))
    assert np.array_equal(same[0], far[0])
    assert same[0].mean(axis=0) == pytest.approx([0, 0], abs=1e-14)
    assert same[0].std(axis=0) == pytest.approx([1, 1], rel=1e-14)


def test_constant_columns_become_zeros_even_where_their_mean_is_rounded():
    train, test = np.full((7, 2), [0.1, 4.0]), np.full((3, 2), [0.1, 5.0])
    assert all(np.array_equal(part, np.zeros_like(part)) for part in data.standardise(train, test))


def test_standardise_leaves_its_arguments_alone():
    train, test = np.arange(6.0).reshape(3, 2), np.ones((1, 2))
    data.standardise(train, test)
    assert np.array_equal(train, np.arange(6.0).reshape(3, 2)) and np.array_equal(test, np.ones((1, 2)))


@pytest.mark.parametrize(
    ("train", "test", "sentence"),
    [
        (np.ones(3), np.ones((1, 3)), "train"),
        (np.ones((4, 3)), np.ones((1, 2)), "train"),
        (np.empty((0, 3)), np.ones((1, 3)), "train"),
        (np.array([[1.0], [np.nan]]), np.ones((1, 1)), "drop or fill"),
        (np.ones((2, 1)), np.array([[np.inf]]), "drop or fill"),
    ],
)
def test_standardise_refuses_wrong_shapes_and_missing_values(train, test, sentence):
    with pytest.raises(ValueError, match=sentence):
        data.standardise(train, test)
