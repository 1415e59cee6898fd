"""Automatic differentiation: a number that remembers how it was computed, and the walk back that finds its gradient.

Reverse mode, for single numbers: plain Python, made to be read. Each operation stores, beside its result, the numbers
that went in and the slope of the result with respect to each of them; ``backward`` multiplies these slopes from the
result back and adds up what arrives. Source: Linnainmaa, BIT 16 (1976); Griewank and Walther, Evaluating Derivatives
(2008), chapter 3.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Union

Number = Union["Value", float]
Inputs = list[list[tuple[int, float]]]


def backward_multiply(a: float, b: float, out_grad: float) -> tuple[float, float]:
    """Return what a product a b, whose gradient is out_grad, adds to the gradients of a and of b."""
    return b * out_grad, a * out_grad


def backward_pass(inputs: Inputs) -> Sequence[float]:
    """Return the gradient of the last number of a computation with respect to each of its numbers.

    inputs: for each number, in the order of their computation, pairs of the index of a number that went in and the
    slope with respect to it.
    """
    grads = [0.0] * len(inputs)
    grads[-1] = 1.0
    for k in reversed(range(len(inputs))):  # all that a number went into comes before it: its gradient is complete
        for i, slope in inputs[k]:
            grads[i] += slope * grads[k]
    return grads


class Value:
    """A number in a computation, with its gradient: the slope of a later result with respect to this number.

    data: the number, a float. grad: 0 until ``backward`` has been called on a result. A later call adds to the grad of
    numbers that nothing went into, as it does for parameters in torch: set it to 0 for a fresh gradient.

    Understands + - * / and ** with numbers on either side (the exponent is a plain number), exp, log, tanh; np.exp,
    np.log and np.tanh call these. Raises what Python's arithmetic raises: ZeroDivisionError, OverflowError, and
    ValueError for log(0).

    multiply, walk: how a product passes its gradient back, and how all is passed back; a subclass may bring its own.
    """

    multiply: Callable[[float, float, float], tuple[float, float]] = staticmethod(backward_multiply)
    walk: Callable[[Inputs], Sequence[float]] = staticmethod(backward_pass)
    _count = itertools.count()

    def __init__(self, data: float, *inputs: tuple["Value", float]) -> None:
        """Make a number; for the result of an operation, with pairs (input, slope with respect to that input)."""
        self.data = float(data)
        self.grad = 0.0
        self._inputs = inputs
        self._born = next(Value._count)

    def __repr__(self) -> str:
        return f"Value({self.data:g}, grad={self.grad:g})"

    def __add__(self, other: Number) -> "Value":
        other = self._value(other)
        return type(self)(self.data + other.data, (self, 1.0), (other, 1.0))

    def __sub__(self, other: Number) -> "Value":
        other = self._value(other)
        return type(self)(self.data - other.data, (self, 1.0), (other, -1.0))

    def __mul__(self, other: Number) -> "Value":
        other = self._value(other)
        slope, other_slope = self.multiply(self.data, other.data, 1.0)
        return type(self)(self.data * other.data, (self, slope), (other, other_slope))

    def __truediv__(self, other: Number) -> "Value":
        other = self._value(other)
        quotient = self.data / other.data
        return type(self)(quotient, (self, 1 / other.data), (other, -quotient / other.data))

    def __pow__(self, power: Number) -> "Value":
        if isinstance(power, Value):
            raise TypeError("the exponent must be a plain number; for a ** b with two Values write (b * a.log()).exp()")
        return type(self)(self.data**power, (self, power * self.data ** (power - 1) if power else 0.0))

    def __neg__(self) -> "Value":
        return type(self)(-self.data, (self, -1.0))

    def __radd__(self, other: float) -> "Value":
        return self._value(other) + self

    def __rsub__(self, other: float) -> "Value":
        return self._value(other) - self

    def __rmul__(self, other: float) -> "Value":
        return self._value(other) * self

    def __rtruediv__(self, other: float) -> "Value":
        return self._value(other) / self

    def exp(self) -> "Value":
        """e to the power of this number; its slope is the result itself."""
        result = math.exp(self.data)
        return type(self)(result, (self, result))

    def log(self) -> "Value":
        """Natural logarithm, for numbers above 0."""
        return type(self)(math.log(self.data), (self, 1 / self.data))

    def tanh(self) -> "Value":
        """Hyperbolic tangent, whose slope is 1 - tanh^2."""
        result = math.tanh(self.data)
        return type(self)(result, (self, 1 - result**2))

    def backward(self) -> None:
        """Walk back from this number, and give every number that it was computed from its grad."""
        order = _in_order_of_birth(self)
        place = {node: k for k, node in enumerate(order)}
        inputs = [[(place[source], slope) for source, slope in node._inputs] for node in order]
        for node, grad in zip(order, self.walk(inputs), strict=True):
            node.grad = float(grad) if node._inputs else node.grad + float(grad)

    def _value(self, number: Number) -> "Value":
        return number if isinstance(number, Value) else type(self)(number)


def _in_order_of_birth(result: Value) -> list[Value]:
    """Return the result and every number that it was computed from, in the order in which they were computed."""
    found, waiting = {result}, [result]
    while waiting:
        new = {source for source, _ in waiting.pop()._inputs} - found
        found |= new
        waiting += new
    return sorted(found, key=lambda node: node._born)
