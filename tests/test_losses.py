import numpy as np
import pytest
import torch
from sklearn.metrics import hinge_loss

from helpers import losses
from helpers.estimates import central_difference, complex_step, relative_error

N = 7
REAL = np.random.default_rng(1).normal(size=N)
SIGNS = np.where(np.arange(N) % 2, 1, -1)
BITS = np.arange(N) % 2
PREDICTION = np.random.default_rng(2).normal(scale=2, size=N)

OF_TWO = {  # name: target
    "mse": REAL,
    "mae": REAL,
    "huber": REAL,
    "hinge": SIGNS,
    "binary_cross_entropy": BITS,
}
SMOOTH = {"mse", "binary_cross_entropy"}
every_loss_of_two = pytest.mark.parametrize("name", OF_TWO)
torch_names = {
    "mse": "mse_loss",
    "mae": "l1_loss",
    "huber": "huber_loss",
    "binary_cross_entropy": "binary_cross_entropy_with_logits",
}


def loss_and_gradient(name):
    return getattr(losses, name), getattr(losses, f"{name}_gradient")


@every_loss_of_two
def test_gradient_equals_numerical_derivative(name):
    loss, gradient = loss_and_gradient(name)
    target = OF_TWO[name]
    if name in SMOOTH:
        assert relative_error(gradient(PREDICTION, target), complex_step(lambda p: loss(p, target), PREDICTION)) < 1e-10
    else:
        estimate = central_difference(lambda p: loss(p, target), PREDICTION, 1e-3)
        assert relative_error(gradient(PREDICTION, target), estimate) < 1e-10


@pytest.mark.parametrize("name", torch_names)
def test_loss_and_gradient_equal_torch(name):
    loss, gradient = loss_and_gradient(name)
    prediction = torch.tensor(PREDICTION, requires_grad=True)
    result = getattr(torch.nn.functional, torch_names[name])(
        prediction, torch.tensor(OF_TWO[name], dtype=torch.float64)
    )
    result.backward()
    assert loss(PREDICTION, OF_TWO[name]) == pytest.approx(result.item(), rel=1e-14)
    assert relative_error(gradient(PREDICTION, OF_TWO[name]), prediction.grad.numpy()) < 1e-14


def test_hinge_equals_scikit_learn():
    assert losses.hinge(PREDICTION, SIGNS) == pytest.approx(hinge_loss(SIGNS, PREDICTION), rel=1e-14)


@every_loss_of_two
def test_many_runs_give_what_single_runs_give(name):
    loss, gradient = loss_and_gradient(name)
    runs = np.random.default_rng(3).normal(size=(4, N))
    values, gradients = loss(runs, OF_TWO[name]), gradient(runs, OF_TWO[name])
    assert (values.shape, gradients.shape) == ((4,), (4, N))
    for run, value, grad in zip(runs, values, gradients, strict=True):
        assert value == pytest.approx(loss(run, OF_TWO[name]), rel=1e-14)
        assert np.array_equal(grad, gradient(run, OF_TWO[name]))


@every_loss_of_two
@pytest.mark.parametrize(("prediction", "target"), [((N,), (N, 1)), ((N, 1), (N,)), ((N,), (N - 1,)), ((), ())])
def test_a_column_against_a_row_is_refused_and_not_broadcast(name, prediction, target):
    for function in loss_and_gradient(name):
        with pytest.raises(ValueError, match=f"{function.__name__} needs targets of the shape"):
            function(np.ones(prediction), np.ones(target))


@every_loss_of_two
def test_an_empty_set_is_refused(name):
    for function in loss_and_gradient(name):
        with pytest.raises(ValueError, match="at least one sample"):
            function([], [])


@every_loss_of_two
def test_diverged_predictions_give_no_warning(name):
    huge = np.array([1e200, -1e200, 1e308, np.inf, -np.inf, np.nan, 0])
    for function in loss_and_gradient(name):
        function(huge, OF_TWO[name])


@every_loss_of_two
def test_arguments_are_left_alone(name):
    prediction, target = PREDICTION.copy(), OF_TWO[name].copy()
    for function in loss_and_gradient(name):
        function(prediction, target)
    assert np.array_equal(prediction, PREDICTION) and np.array_equal(target, OF_TWO[name])


def test_mse_of_unsigned_integers_does_not_wrap_around():
    assert losses.mse(np.array([1], np.uint8), np.array([3], np.uint8)) == 4


def test_subgradients_at_the_kink_are_zero():
    assert np.array_equal(losses.mae_gradient([1.0, 2.0], [1.0, 3.0]), [0, -0.5])
    assert np.array_equal(losses.hinge_gradient([1.0, -1.0], [1, -1]), [0, 0])
    assert np.array_equal(losses.l1_penalty_gradient([0.0, -2.0]), [0, -1])


def test_huber_is_mse_over_two_inside_and_mae_outside():
    assert losses.huber([0.4], [0.0]) == pytest.approx(losses.mse([0.4], [0.0]) / 2)
    assert np.array_equal(losses.huber_gradient([9.0, -9.0], [0.0, 0.0], delta=2.0), [1, -1])
    assert losses.huber([9.0], [0.0], delta=2.0) == 2 * 9 - 2


@pytest.mark.parametrize("delta", [0, -1, np.nan])
def test_huber_refuses_a_delta_that_is_not_positive(delta):
    for function in loss_and_gradient("huber"):
        with pytest.raises(ValueError, match="delta > 0"):
            function([1.0], [0.0], delta=delta)


def test_labels_of_the_other_convention_are_refused():
    with pytest.raises(ValueError, match="labels -1 and 1"):
        losses.hinge(PREDICTION, BITS)
    with pytest.raises(ValueError, match="labels 0 and 1"):
        losses.binary_cross_entropy(PREDICTION, SIGNS)
    with pytest.raises(ValueError, match="labels 0 and 1"):
        losses.binary_cross_entropy_gradient([0.0], [np.nan])


def test_binary_cross_entropy_is_exact_at_logits_of_a_thousand():
    logits, labels = np.array([1000.0, -1000.0]), np.array([1, 0])
    assert losses.binary_cross_entropy(logits, labels) == 0
    assert losses.binary_cross_entropy(logits, 1 - labels) == 1000
    assert np.array_equal(losses.binary_cross_entropy_gradient(logits, 1 - labels), [0.5, -0.5])
    assert losses.binary_cross_entropy([40.0], [1]) == pytest.approx(np.exp(-40), rel=1e-14)


LOGITS = np.random.default_rng(4).normal(scale=3, size=(N, 3))
LABELS = np.arange(N) % 3


def test_softmax_cross_entropy_and_gradient_equal_torch():
    logits = torch.tensor(LOGITS, requires_grad=True)
    result = torch.nn.functional.cross_entropy(logits, torch.tensor(LABELS))
    result.backward()
    assert losses.softmax_cross_entropy(LOGITS, LABELS) == pytest.approx(result.item(), rel=1e-14)
    assert relative_error(losses.softmax_cross_entropy_gradient(LOGITS, LABELS), logits.grad.numpy()) < 1e-14


def test_softmax_gradient_equals_complex_step():
    def flat(z):
        return losses.softmax_cross_entropy(z.reshape(LOGITS.shape), LABELS)

    estimate = complex_step(flat, LOGITS.ravel()).reshape(LOGITS.shape)
    assert relative_error(losses.softmax_cross_entropy_gradient(LOGITS, LABELS), estimate) < 1e-10


def test_softmax_cross_entropy_is_exact_at_logits_of_a_thousand():
    logits = np.array([[1000.0, -1000.0], [-1000.0, 1000.0]])
    assert losses.softmax_cross_entropy(logits, [0, 1]) == 0
    assert losses.softmax_cross_entropy(logits, [1, 0]) == 2000
    assert np.array_equal(losses.softmax_cross_entropy_gradient(logits, [1, 0]), [[0.5, -0.5], [-0.5, 0.5]])


def test_softmax_of_equal_logits_is_the_log_of_the_number_of_classes():
    assert losses.softmax_cross_entropy(np.zeros((5, 10)), np.arange(5)) == pytest.approx(np.log(10))


def test_softmax_of_many_runs_gives_what_single_runs_give():
    runs = np.stack([LOGITS, 2 * LOGITS])
    assert np.allclose(
        losses.softmax_cross_entropy(runs, LABELS), [losses.softmax_cross_entropy(r, LABELS) for r in runs]
    )
    assert losses.softmax_cross_entropy_gradient(runs, LABELS).shape == runs.shape


@pytest.mark.parametrize(
    ("logits", "label", "sentence"),
    [
        (LOGITS, LABELS[:, np.newaxis], "needs logits"),
        (LOGITS[0], LABELS, "needs logits"),
        (LOGITS, LABELS + 1, "from 0 to 2"),
        (LOGITS, LABELS - 1, "from 0 to 2"),
        (LOGITS, LABELS + 0.0, "whole numbers"),
        (np.empty((0, 3)), np.empty(0, int), "at least one sample"),
    ],
)
def test_softmax_refuses_wrong_shapes_and_labels(logits, label, sentence):
    for function in loss_and_gradient("softmax_cross_entropy"):
        with pytest.raises(ValueError, match=sentence):
            function(logits, label)


def test_penalty_gradients_equal_numerical_derivatives():
    w = REAL
    assert relative_error(losses.l2_penalty_gradient(w), complex_step(losses.l2_penalty, w)) < 1e-10
    assert relative_error(losses.l1_penalty_gradient(w), central_difference(losses.l1_penalty, w, 1e-3)) < 1e-10


def test_l2_penalty_is_torchs_weight_decay():
    w = torch.tensor(REAL, requires_grad=True)
    w.grad = torch.zeros_like(w)
    torch.optim.SGD([w], lr=0.1, weight_decay=0.3).step()
    assert relative_error(REAL - 0.1 * 0.3 * losses.l2_penalty_gradient(REAL), w.detach().numpy()) < 1e-15


def test_penalties_of_many_runs_have_one_value_each():
    assert losses.l1_penalty([[1, -2], [3, 0]]).tolist() == [3, 3]
    assert losses.l2_penalty([[1, -2], [3, 0]]).tolist() == [2.5, 4.5]


def test_changing_a_penalty_gradient_leaves_the_weights_alone():
    w = REAL.copy()
    losses.l2_penalty_gradient(w)[:] = 0
    assert np.array_equal(w, REAL)
