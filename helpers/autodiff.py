"""Automatic differentiation: a number that remembers how it was computed, and the walk back that finds its gradient.

Reverse mode, for single numbers: plain Python, made to be read. Each operation stores, beside its result, the numbers
that went in and the slope of the result with respect to each of them; ``backward`` multiplies these slopes from the
result back and adds up what arrives. Source: Linnainmaa, BIT 16 (1976); Griewank and Walther, Evaluating Derivatives
(2008), chapter 3.
"""

import itertools
import math
from typing import Union

Number = Union["Value", float]


class Value:
    """A number in a computation, with its gradient: the slope of a later result with respect to this number.

    data: the number, a float. grad: 0 until ``backward`` has been called on a result. Understands + - * / and ** with
    numbers on either side (the exponent is a plain number), exp, log, tanh; np.exp, np.log and np.tanh call these.
    Raises what Python's arithmetic raises: ZeroDivisionError, OverflowError, ValueError for log(0).
    """

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
        other = _value(other)
        return Value(self.data + other.data, (self, 1.0), (other, 1.0))

    def __sub__(self, other: Number) -> "Value":
        other = _value(other)
        return Value(self.data - other.data, (self, 1.0), (other, -1.0))

    def __mul__(self, other: Number) -> "Value":
        other = _value(other)
        return Value(self.data * other.data, (self, other.data), (other, self.data))

    def __truediv__(self, other: Number) -> "Value":
        other = _value(other)
        quotient = self.data / other.data
        return Value(quotient, (self, 1 / other.data), (other, -quotient / other.data))

    def __pow__(self, power: Number) -> "Value":
        if isinstance(power, Value):
            raise TypeError("the exponent must be a plain number; for a ** b with two Values write (b * a.log()).exp()")
        return Value(self.data**power, (self, power * self.data ** (power - 1) if power else 0.0))

    def __neg__(self) -> "Value":
        return Value(-self.data, (self, -1.0))

    def __radd__(self, other: float) -> "Value":
        return _value(other) + self

    def __rsub__(self, other: float) -> "Value":
        return _value(other) - self

    def __rmul__(self, other: float) -> "Value":
        return _value(other) * self

    def __rtruediv__(self, other: float) -> "Value":
        return _value(other) / self

    def exp(self) -> "Value":
        """e to the power of this number; its slope is the result itself."""
        result = math.exp(self.data)
        return Value(result, (self, result))

    def log(self) -> "Value":
        """Natural logarithm, for numbers above 0."""
        return Value(math.log(self.data), (self, 1 / self.data))

    def tanh(self) -> "Value":
        """Hyperbolic tangent, whose slope is 1 - tanh^2."""
        result = math.tanh(self.data)
        return Value(result, (self, 1 - result**2))

    def backward(self) -> None:
        """Add to the grad of every number that this one was computed from the slope of this one with respect to it.

        Numbers that nothing went into keep what they hold from earlier calls, as parameters do in torch: set their
        grad to 0 for a fresh gradient. Those in between, and the result itself, start from 0 at each call.
        """
        order = _in_order_of_birth(self)
        for node in order:
            if node._inputs:
                node.grad = 0.0
        self.grad += 1.0
        for node in reversed(order):  # all that a number went into comes before it: its grad is complete
            for source, slope in node._inputs:
                source.grad += slope * node.grad


def _value(number: Number) -> Value:
    return number if isinstance(number, Value) else Value(number)


def _in_order_of_birth(result: Value) -> list[Value]:
    """Return the result and every number that it was computed from, in the order in which they were computed."""
    found, waiting = {result}, [result]
    while waiting:
        new = {source for source, _ in waiting.pop()._inputs} - found
        found |= new
        waiting += new
    return sorted(found, key=lambda node: node._born)
