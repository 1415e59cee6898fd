"""Lesson 02, estimating gradients: one step back through a product, and the whole walk back through a formula."""

from collections.abc import Callable

import numpy as np

from helpers.exercises.exercise import Exercise, Mistake

Inputs = list[list[tuple[int, float]]]


def backward_multiply(a: float, b: float, out_grad: float) -> tuple[float, float]:
    """What a * b adds to the gradients of a and of b, when the gradient of the product is out_grad."""
    return b * out_grad, a * out_grad


def backward_pass(inputs: Inputs) -> np.ndarray:
    """Gradient of the last number of a computation with respect to each of its numbers, the last one included."""
    grads = np.zeros(len(inputs))
    grads[-1] = 1.0
    for k in reversed(range(len(inputs))):
        for i, slope in inputs[k]:
            grads[i] += slope * grads[k]
    return grads


BACKWARD_MULTIPLY = Exercise(
    id="backward-multiply",
    statement=(
        "Write backward_multiply(a, b, out_grad): for out = a * b, return the two numbers to add to the gradient of a "
        "and to the gradient of b, as a tuple. out_grad is the gradient of out."
    ),
    reference=backward_multiply,
    probes=[(2.0, -3.0, 5.0), (0.5, 4.0, -1.5), (-1.2, -0.7, 0.3), (3.0, 1.5, 2.0)],
    edges=[(0.0, 2.0, 3.0), (2.0, 0.0, 3.0), (1.0, 1.0, 1.0), (2.0, 3.0, 0.0), (4.0, 4.0, 1.0)],
    mistakes=[
        Mistake(
            "swapped",
            lambda a, b, out_grad: (a * out_grad, b * out_grad),
            "The two have changed places. If a grows by a little, the product grows by that little times what?",
        ),
        Mistake(
            "out-grad-forgotten",
            lambda a, b, out_grad: (b, a),
            "These are the slopes of the product itself. What comes after it counts too: out_grad says how much the "
            "result changes with the product.",
        ),
        Mistake(
            "out-grad-added",
            lambda a, b, out_grad: (b + out_grad, a + out_grad),
            "Slopes along a chain are multiplied, not added: twice as steep after three times as steep is six times.",
        ),
        Mistake(
            "value-times-out-grad",
            lambda a, b, out_grad: (a * b * out_grad, a * b * out_grad),
            "You multiply by the value of the product. Needed is its slope, with respect to one factor at a time.",
        ),
        Mistake(
            "as-for-a-sum",
            lambda a, b, out_grad: (out_grad, out_grad),
            "This is the rule for a + b, which passes the gradient on as it is. A product scales it.",
        ),
        Mistake(
            "one-number",
            lambda a, b, out_grad: (a + b) * out_grad,
            "The two are added up to one number. a and b each need their own: return them as a tuple.",
        ),
        Mistake(
            "one-out-grad-forgotten",
            lambda a, b, out_grad: (b * out_grad, a),
            "The first one is right. The second one does not know how much the result changes with the product.",
        ),
        Mistake(
            "wrong-sign",
            lambda a, b, out_grad: (-b * out_grad, -a * out_grad),
            "The signs are turned. These are slopes; the minus sign belongs to the descent step.",
        ),
        Mistake(
            "divided",
            lambda a, b, out_grad: (out_grad / np.float64(b), out_grad / np.float64(a)),
            "You divide where you should multiply: a large b makes the product react more strongly to a, not less.",
        ),
    ],
    hints=[
        "Hold b still. By how much does a * b grow when a grows by 1?",
        "The result changes by out_grad for each unit of the product. Multiply the two slopes.",
        "Return two numbers, first the one for a, then the one for b, with a comma between them.",
    ],
    insight="Each factor's gradient is scaled by the other factor, so the forward pass has to remember both.",
    points=2,
)


def _walk(step: Callable[[np.ndarray, int, float, int], None], forward: bool = False) -> Callable[[Inputs], np.ndarray]:
    """A pass that calls step(grads, i, slope, k) for each input i of each number k."""

    def answer(inputs: Inputs) -> np.ndarray:
        grads = np.zeros(len(inputs))
        grads[-1] = 1.0
        order = range(len(inputs))
        for k in order if forward else reversed(order):
            for i, slope in inputs[k]:
                step(grads, i, slope, k)
        return grads

    return answer


def _overwrite(grads: np.ndarray, i: int, slope: float, k: int) -> None:
    grads[i] = slope * grads[k]


def _accumulate(grads: np.ndarray, i: int, slope: float, k: int) -> None:
    grads[i] += slope * grads[k]


def _slope_alone(grads: np.ndarray, i: int, slope: float, k: int) -> None:
    grads[i] += slope


def _slope_added(grads: np.ndarray, i: int, slope: float, k: int) -> None:
    grads[i] += slope + grads[k]


def _multiplied(grads: np.ndarray, i: int, slope: float, k: int) -> None:
    grads[i] = (grads[i] or 1.0) * slope * grads[k]


def _first_use_alone(grads: np.ndarray, i: int, slope: float, k: int) -> None:
    if grads[i] == 0:
        grads[i] = slope * grads[k]


def _seeded(seed: Callable[[np.ndarray], None]) -> Callable[[Inputs], np.ndarray]:
    """A pass that starts from grads on which `seed` has been called."""

    def answer(inputs: Inputs) -> np.ndarray:
        grads = np.zeros(len(inputs))
        seed(grads)
        for k in reversed(range(len(inputs))):
            for i, slope in inputs[k]:
                grads[i] += slope * grads[k]
        return grads

    return answer


def _ones(grads: np.ndarray) -> None:
    grads[:] = 1.0


def _nothing(grads: np.ndarray) -> None:
    return


def _last_number_left_out(inputs: Inputs) -> np.ndarray:
    grads = np.zeros(len(inputs))
    for i, slope in inputs[-1]:
        grads[i] += slope
    return grads


def _inputs_alone(inputs: Inputs) -> np.ndarray:
    return backward_pass(inputs)[[not of for of in inputs]]


BACKWARD_PASS = Exercise(
    id="backward-pass",
    statement=(
        "Write backward_pass(inputs): inputs[k] lists what number k was computed from, as pairs (i, slope), where "
        "slope is that of number k with respect to number i. Numbers stand in the order of computation, the result "
        "is the last. Return the result's gradient with respect to each number, an array; for the result itself it "
        "is 1."
    ),
    reference=backward_pass,
    probes=[
        ([[], [(0, 3.0)], [(0, -2.0), (1, 4.0)]],),
        ([[], [], [(0, -3.0), (1, 2.0)], [(2, 1.0), (0, 1.0)], [(2, -4.0), (3, -6.0)]],),
        ([[], [], [], [(0, 0.5), (1, 1.5)], [(1, -2.0), (2, 3.0)], [(3, 1.2), (4, -0.7)], [(5, 2.0), (3, 0.4)]],),
        ([[], [(0, 2.0), (0, 2.0)], [(1, 3.0), (0, 5.0)], [(2, -1.5), (1, 0.5)]],),
        ([[], [], [(0, 2.0)]],),
        ([[]],),
    ],
    mistakes=[
        Mistake(
            "overwritten",
            _walk(_overwrite),
            "Where a number is used twice, = keeps what arrives last and drops what came before. A change reaches the "
            "result on both ways, and their effects add up.",
        ),
        Mistake(
            "first-use-alone",
            _walk(_first_use_alone),
            "You keep what arrives first and drop the rest. Where a number is used twice, both contributions add up.",
        ),
        Mistake(
            "forward-order",
            _walk(_accumulate, forward=True),
            "You visit the numbers in the order in which they were computed, when hardly any gradient is known. Start "
            "at the result.",
        ),
        Mistake(
            "slope-alone",
            _walk(_slope_alone),
            "You add up the slopes of single operations. What comes after them counts too: multiply by the gradient "
            "of the number that was computed.",
        ),
        Mistake(
            "slopes-added",
            _walk(_slope_added),
            "Along a chain slopes are multiplied; only what arrives on different ways is added.",
        ),
        Mistake(
            "contributions-multiplied",
            _walk(_multiplied),
            "What arrives on different ways is added, and you multiply it. Along one way, slopes are multiplied.",
        ),
        Mistake(
            "seed-forgotten",
            _seeded(_nothing),
            "Everything is 0, because nothing but 0 was ever multiplied. With which slope does the result change with "
            "itself?",
        ),
        Mistake(
            "all-start-at-one",
            _seeded(_ones),
            "Every gradient starts at 1, and what arrives is added to that. Only the result starts at 1.",
        ),
        Mistake(
            "last-operation-alone",
            _last_number_left_out,
            "You go back through the last operation only. Go on through all earlier ones.",
        ),
        Mistake(
            "inputs-alone",
            _inputs_alone,
            "These are the gradients of the numbers that nothing went into. Asked is one for each number.",
        ),
    ],
    hints=[
        "Start with zeros and a single 1. For which number do you know the gradient already?",
        "Visit the numbers from the last to the first. Each passes its gradient on to what it was computed from.",
        "Several numbers may pass something on to the same one. What must then happen there?",
    ],
    insight="This loop is reverse-mode differentiation, whole: multiply along a way, add where ways meet.",
    points=3,
)
