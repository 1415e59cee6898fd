import numpy as np
import pytest
import torch

from helpers.autodiff import Value
from helpers.estimates import complex_step, relative_error

FORMULAS = {
    "sum": lambda a, b: a + b,
    "difference": lambda a, b: a - b,
    "product": lambda a, b: a * b,
    "quotient": lambda a, b: a / b,
    "power": lambda a, b: a**3 + b**-1 + a**0.5 + b**0,
    "numbers on either side": lambda a, b: 2 + a * 3 - (1 - b) / 2 + 2 / a + 3 * b - 1,
    "functions": lambda a, b: (a.exp() - b.log()).tanh(),
    "a value used twice": lambda a, b: a * a + a / b - b * a,
    "an intermediate value used twice": lambda a, b: (a * b) * (a * b + a),
    "signs": lambda a, b: -((a - -b) ** 2),
}


def engine_gradient(formula, *numbers):
    values = [Value(number) for number in numbers]
    result = formula(*values)
    result.backward()
    return result.data, [value.grad for value in values]


def torch_gradient(formula, *numbers):
    tensors = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in numbers]
    result = formula(*tensors)
    result.backward()
    return result.item(), [tensor.grad.item() for tensor in tensors]


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
@pytest.mark.parametrize("numbers", [(0.7, 1.3), (2.0, 0.4)], ids=str)
def test_engine_equals_torch(formula, numbers):
    (value, grads), (wanted, wanted_grads) = engine_gradient(formula, *numbers), torch_gradient(formula, *numbers)
    assert value == pytest.approx(wanted, rel=1e-14)
    assert grads == pytest.approx(wanted_grads, rel=1e-13, abs=1e-15)


def test_a_value_used_twice_collects_both_slopes():
    a = Value(3.0)
    (a * a).backward()
    assert a.grad == 6


def test_gradients_of_inputs_accumulate_over_calls_as_in_torch_and_those_in_between_do_not():
    a, t = Value(2.0), torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    result, wanted = (a * a) ** 2, (t * t) ** 2
    for calls in (1, 2, 3):
        result.backward()
        wanted.backward(retain_graph=True)
        assert a.grad == t.grad.item() == calls * 32
        assert result.grad == 1


def test_a_fresh_gradient_needs_a_grad_set_to_zero():
    a = Value(2.0)
    (a * a).backward()
    (a * a).backward()
    assert a.grad == 8
    a.grad = 0.0
    (a * a).backward()
    assert a.grad == 4


def test_numpys_functions_call_the_engines_so_that_one_formula_serves_both():
    def formula(a, b):
        return np.tanh(a * b) + np.exp(-(a**2)) / (1 + b**2) + np.log(a)

    point = np.array([0.8, -0.5])
    value, grads = engine_gradient(formula, *point)
    assert value == pytest.approx(formula(*point), rel=1e-14)
    assert relative_error(np.array(grads), complex_step(lambda w: formula(w[0], w[1]), point)) < 1e-14


def test_a_number_of_numpy_on_the_left_becomes_a_value():
    result = np.float64(2.0) * Value(3.0)
    assert isinstance(result, Value) and result.data == 6


def test_a_chain_of_ten_thousand_operations_is_walked_back():
    a = Value(1.0)
    result = a
    for _ in range(10_000):
        result = result + a
    result.backward()
    assert a.grad == 10_001


def test_powers_at_zero_have_the_slopes_of_calculus():
    assert engine_gradient(lambda a: a**0 + a**1 + a**2, 0.0) == (1.0, [1.0])


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: Value(1.0) / 0, ZeroDivisionError),
        (lambda: Value(0.0).log(), ValueError),
        (lambda: Value(1000.0).exp(), OverflowError),
        (lambda: Value([1.0, 2.0]), TypeError),
    ],
)
def test_what_has_no_value_is_refused(call, error):
    with pytest.raises(error):
        call()


def test_an_exponent_that_is_a_value_is_told_what_to_write():
    with pytest.raises(TypeError, match=r"write \(b \* a.log\(\)\).exp\(\)"):
        Value(2.0) ** Value(3.0)


def test_it_says_its_number_and_its_gradient():
    a = Value(2.0)
    (a**2).backward()
    assert repr(a) == "Value(2, grad=4)"


def test_a_subclass_differentiates_by_its_own_functions_and_so_do_its_results():
    calls = []

    class Mine(Value):
        multiply = staticmethod(lambda a, b, out_grad: (2 * b * out_grad, 2 * a * out_grad))
        walk = staticmethod(lambda inputs: calls.append(len(inputs)) or np.ones(len(inputs)))

    a = Mine(3.0)
    result = 2 * (a * a) + 1
    result.backward()
    assert type(result) is Mine and calls == [6] and a.grad == 1
    assert (a * 5)._inputs[0][1] == 10
