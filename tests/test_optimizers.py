import inspect

import numpy as np
import pytest
import torch

from helpers import optimizers
from helpers.optimizers import RULES, adam, heavy_ball, lion, muon, nesterov, orthogonalise, schedule_free, sign_descent
from helpers.surfaces import bowl, rosenbrock

STEPS = 200
# muon takes matrices only and has tests of its own
EVERY = RULES | {"sign descent": sign_descent, "schedule-free": schedule_free}
every_rule = pytest.mark.parametrize("rule", EVERY.values(), ids=EVERY.keys())


def least_squares_gradient(w):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 12)), rng.normal(size=40)
    return 2 * x.T @ (x @ w - y) / 40


PROBLEMS = {
    "bowl of condition 100": (bowl(100).gradient, np.array([1.5, 1.0])),
    "Rosenbrock": (rosenbrock.gradient, np.array([-1.2, 1.0])),
    "least squares in 12 dimensions": (least_squares_gradient, np.linspace(-1, 1, 12)),
}


def run(rule, grad, w, steps=STEPS, **settings):
    path, state = [w], ()
    for _ in range(steps):
        w, *state = rule(w, grad(w), *state, **settings)
        path.append(w)
    return np.array(path)


def run_torch(make, grad, w):
    parameter = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    optimizer = make([parameter])
    path = [w]
    for _ in range(STEPS):
        parameter.grad = torch.tensor(grad(parameter.detach().numpy()))
        optimizer.step()
        path.append(parameter.detach().numpy().copy())
    return np.array(path)


def sgd(lr=1e-3, beta=0.9, **settings):
    return lambda p: torch.optim.SGD(p, lr=lr, momentum=beta, **settings)


def betas(optimizer, **fixed):
    """A maker of torch's Adam-like optimisers from settings named as ours are."""

    def make(beta1=0.9, beta2=0.999, **settings):
        return lambda p: optimizer(p, betas=(beta1, beta2), **fixed, **settings)

    return make


def rms(decay=0.99, **settings):
    return lambda p: torch.optim.RMSprop(p, alpha=decay, **settings)


# Settings at which an error grows less than tenfold. A step that bounces about the minimum makes the path chaotic:
# rounding errors double every few steps, until two right programs differ in every digit.
TORCH = {  # our name: (a maker of torch's optimiser from our settings, two settings besides the defaults)
    "gradient_descent": (lambda **s: sgd(beta=0, **s), [{"lr": 1e-4}, {"lr": 7e-4}]),
    "heavy_ball": (sgd, [{"lr": 1e-4, "beta": 0.5}, {"lr": 5e-4, "beta": 0.8}]),
    "nesterov": (lambda **s: sgd(nesterov=True, **s), [{"lr": 1e-4, "beta": 0.5}, {"lr": 5e-4, "beta": 0.8}]),
    "adagrad": (lambda **s: lambda p: torch.optim.Adagrad(p, **s), [{"lr": 0.5}, {"lr": 0.1, "eps": 1e-2}]),
    "adadelta": (
        lambda **s: lambda p: torch.optim.Adadelta(p, **s),
        [{"lr": 0.3, "rho": 0.7}, {"lr": 2.0, "eps": 1e-7}],
    ),
    "rmsprop": (rms, [{"lr": 1e-3, "decay": 0.9}, {"lr": 3e-3, "eps": 1e-2}]),
    "adam": (betas(torch.optim.Adam), [{"lr": 0.1}, {"lr": 1e-3, "beta1": 0.5, "beta2": 0.9, "eps": 1e-3}]),
    "amsgrad": (
        betas(torch.optim.Adam, amsgrad=True),
        [{"lr": 0.1}, {"lr": 1e-3, "beta1": 0.5, "beta2": 0.9, "eps": 1e-3}],
    ),
    "adamw": (
        betas(torch.optim.AdamW),
        [{"lr": 0.1, "weight_decay": 0.5}, {"lr": 1e-3, "beta1": 0.5, "beta2": 0.9, "eps": 1e-3}],
    ),
    "nadam": (
        betas(torch.optim.NAdam),
        [{"lr": 0.02}, {"lr": 1e-3, "beta1": 0.5, "beta2": 0.9, "eps": 1e-3, "momentum_decay": 0.1}],
    ),
}
PARITY = [(name, settings) for name, (_, others) in TORCH.items() for settings in [{}, *others]]


@pytest.fixture
def torch_in_float64():
    # NAdam keeps its product of momentum coefficients in torch's default precision.
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize(("name", "settings"), PARITY, ids=str)
def test_rule_equals_torch_at_every_step(name, settings, problem, torch_in_float64):
    grad, start = PROBLEMS[problem]
    ours = run(getattr(optimizers, name), grad, start, **settings)
    theirs = run_torch(TORCH[name][0](**settings), grad, start)
    assert np.abs(ours[-1] - start).max() > 1e-3, "nothing moved, so nothing is compared"
    assert np.abs(ours - theirs).max() <= 1e-12 * np.abs(theirs).max()


def test_every_rule_but_lion_is_compared_with_torch():
    assert {rule.__name__ for rule in RULES.values()} == {*TORCH, "lion"}


def lion_of_the_paper(theta, grad, lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=0.0):
    """Chen et al. (2023), algorithm 2, one number at a time."""
    momentum, path = [0.0] * len(theta), [list(theta)]
    for _ in range(STEPS):
        g, theta = grad(np.array(theta)), list(theta)
        for i, gradient in enumerate(g):
            update = beta1 * momentum[i] + (1 - beta1) * gradient
            sign = 1.0 if update > 0 else -1.0 if update < 0 else 0.0
            theta[i] = theta[i] - lr * (sign + weight_decay * theta[i])
            momentum[i] = beta2 * momentum[i] + (1 - beta2) * gradient
        path.append(theta)
    return np.array(path)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("settings", [{}, {"lr": 0.01, "weight_decay": 0.1}, {"lr": 0.003, "beta1": 0.5, "beta2": 0.7}])
def test_lion_equals_its_papers_formula(settings, problem):
    grad, start = PROBLEMS[problem]
    ours, paper = run(optimizers.lion, grad, start, **settings), lion_of_the_paper(start, grad, **settings)
    assert np.abs(ours - paper).max() <= 1e-12 * np.abs(paper).max()


def locked(value):
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    return value


@every_rule
def test_rule_never_changes_its_arguments(rule):
    w, state = locked(np.array([1.0, -2.0])), ()
    lr = locked(np.array([0.1, 0.2]))
    for _ in range(4):
        g = locked(rosenbrock.gradient(w))
        before = [np.copy(part) for part in (w, g, *(state[0] if state else ()))]
        stepped, new_state = rule(w, g, *state, lr=lr)
        after = [w, g, *(state[0] if state else ())]
        assert all(np.array_equal(x, y) for x, y in zip(before, after, strict=True))
        w, state = locked(stepped), (type(new_state)(*map(locked, new_state)),)


@every_rule
def test_rule_on_a_batch_equals_the_rule_on_each_point(rule):
    batch = np.random.default_rng(0).uniform(-1, 1, (3, 4, 2))
    rates = np.geomspace(1e-5, 1e-3, 12).reshape(3, 4, 1)
    together = run(rule, rosenbrock.gradient, batch, steps=20, lr=rates)
    assert together.shape == (21, 3, 4, 2)
    for i in np.ndindex(3, 4):
        alone = run(rule, rosenbrock.gradient, batch[i], steps=20, lr=rates[i])
        assert np.array_equal(together[(slice(None), *i)], alone)


@every_rule
@pytest.mark.filterwarnings("error")
def test_rule_runs_on_torch_tensors_and_agrees_with_numpy(rule):
    def grad(w):
        return w * torch.tensor([1.0, 100.0], dtype=torch.float64)

    w, state = torch.tensor([1.5, 1.0], dtype=torch.float64), ()
    for _ in range(20):
        w, *state = rule(w, grad(w), *state, lr=1e-3)
    assert isinstance(w, torch.Tensor)
    assert all(not isinstance(part, np.ndarray) for part in state[0])
    assert np.allclose(w.numpy(), run(rule, bowl(100).gradient, np.array([1.5, 1.0]), 20, lr=1e-3)[-1], rtol=1e-12)


@every_rule
def test_rule_keeps_the_precision_of_float32(rule):
    w = np.ones(3, np.float32)
    w, state = rule(w, w)
    w, state = rule(w, w, state)
    assert w.dtype == np.float32
    assert all(part.dtype == np.float32 for part in state if isinstance(part, np.ndarray))


@every_rule
def test_the_first_state_is_the_states_class_without_arguments(rule):
    first = inspect.signature(rule).parameters["state"].default
    assert first == type(first)()
    w, g = np.array([1.0, 2.0]), np.array([0.3, -0.4])
    assert np.array_equal(rule(w, g)[0], rule(w, g, type(first)())[0])


@every_rule
def test_a_gradient_of_another_shape_is_refused_by_name(rule):
    with pytest.raises(ValueError, match=f"{rule.__name__} needs a gradient of the shape of w"):
        rule(np.ones(3), np.ones((3, 1)))


@every_rule
@pytest.mark.parametrize("lr", [-0.1, np.nan, np.array([0.1, -0.1])], ids=str)
def test_a_negative_learning_rate_is_refused_by_name(rule, lr):
    first = inspect.signature(rule).parameters["state"].default
    for call in (lambda: rule(np.ones(2), np.ones(2), lr=lr), lambda: rule(np.ones(2), np.ones(2), first, lr)):
        with pytest.raises(ValueError, match=f"{rule.__name__} needs a learning rate lr >= 0"):
            call()


@every_rule
def test_a_diverging_run_gives_no_warning(rule):
    w, state = np.array([1e200, -1e300]), ()
    for _ in range(5):
        w, *state = rule(w, w, *state, lr=1e200)
    assert not np.isfinite(w).all() or np.abs(w).max() > 1e200


@every_rule
def test_a_docstring_names_its_source_and_what_torch_calls_it(rule):
    assert "Source:" in rule.__doc__ and "w, grad: (..., d)" in rule.__doc__
    assert "torch" in rule.__doc__.lower()


# Rates on a quadratic with curvatures from mu = 1 to L = 100.

CONDITION, L = 100, 100.0


def rate(path, first, last):
    sizes = np.linalg.norm(path, axis=-1)
    return (sizes[last] / sizes[first]) ** (1 / (last - first))


def test_gradient_descent_converges_just_below_two_over_l_and_diverges_just_above():
    grad, start = bowl(CONDITION).gradient, np.array([1.0, 1.0])
    below = run(optimizers.gradient_descent, grad, start, 5000, lr=0.999 * 2 / L)
    above = run(optimizers.gradient_descent, grad, start, 5000, lr=1.001 * 2 / L)
    assert np.linalg.norm(below[-1]) < 1e-4
    assert np.linalg.norm(above[-1]) > 1e4


def test_gradient_descent_reaches_its_best_rate_at_condition_100():
    path = run(optimizers.gradient_descent, bowl(CONDITION).gradient, np.array([1.0, 1.0]), 400, lr=2 / (L + 1))
    assert rate(path, 100, 400) == pytest.approx((CONDITION - 1) / (CONDITION + 1), rel=1e-6)


POLYAK = {"lr": 4 / (np.sqrt(L) + 1) ** 2, "beta": ((np.sqrt(CONDITION) - 1) / (np.sqrt(CONDITION) + 1)) ** 2}


def test_heavy_ball_reaches_polyak_rate_at_condition_100():
    path = run(heavy_ball, bowl(CONDITION).gradient, np.array([1.0, 1.0]), 1500, **POLYAK)
    # At the critical momentum the error is t * rate^t, so that the measured rate comes down to the limit like 1 + 1/t.
    limit = (np.sqrt(CONDITION) - 1) / (np.sqrt(CONDITION) + 1)
    assert rate(path, 500, 1500) == pytest.approx(limit, rel=0.002)


def test_heavy_ball_needs_a_seventh_of_the_iterations_at_condition_100():
    start = np.array([1.0, 1.0])
    plain = run(optimizers.gradient_descent, bowl(CONDITION).gradient, start, 1000, lr=2 / (L + 1))
    heavy = run(heavy_ball, bowl(CONDITION).gradient, start, 1000, **POLYAK)
    needed = [np.argmax(np.linalg.norm(path, axis=-1) < 1e-6) for path in (plain, heavy)]
    assert needed[0] / needed[1] == pytest.approx(7, abs=1)


def test_learning_rate_inside_the_velocity_gives_the_same_path():
    grad, lr, beta = rosenbrock.gradient, 2e-4, 0.9
    w, v, inside = np.array([-1.2, 1.0]), 0.0, [[-1.2, 1.0]]
    for _ in range(STEPS):
        v = beta * v - lr * grad(w)
        w = w + v
        inside.append(w)
    assert np.allclose(inside, run(heavy_ball, grad, np.array([-1.2, 1.0]), lr=lr, beta=beta), rtol=1e-11)


def test_nesterov_is_the_papers_look_ahead_method_in_a_shifted_variable():
    grad, lr, beta = bowl(100).gradient, 5e-3, 0.9
    ours = run(nesterov, grad, np.array([1.5, 1.0]), lr=lr, beta=beta)
    w, v, shifted = np.array([1.5, 1.0]), np.zeros(2), [[1.5, 1.0]]
    for _ in range(STEPS):
        v = beta * v - lr * grad(w + beta * v)
        w = w + v
        shifted.append(w + beta * v)
    assert np.allclose(ours, shifted, rtol=1e-11, atol=1e-15)


def test_first_step_of_adam_has_length_lr_whatever_the_gradient():
    for scale in (1e-3, 1.0, 1e6):
        w, _ = adam(np.zeros(2), scale * np.array([3.0, -4.0]), lr=0.1)
        assert w == pytest.approx([-0.1, 0.1], rel=1e-5)


# Signs and averages


@pytest.mark.parametrize("problem", PROBLEMS)
def test_sign_descent_is_lion_without_memory(problem):
    grad, start = PROBLEMS[problem]
    ours = run(sign_descent, grad, start, lr=0.01)
    assert np.array_equal(ours, run(lion, grad, start, lr=0.01, beta1=0.0, beta2=0.0))
    assert np.abs(np.diff(ours, axis=0)).max() == pytest.approx(0.01)


def schedule_free_of_the_paper(start, grad, lr, beta, steps=STEPS):
    """Defazio et al. (2024), one number at a time: the average weighs each z by lr^2. Returns all y, z and x."""
    z, x, weights, path = list(start), list(start), 0.0, []
    for _ in range(steps):
        y = [(1 - beta) * zi + beta * xi for zi, xi in zip(z, x, strict=True)]
        path.append((y, list(z), list(x)))
        weights += lr**2
        share = lr**2 / weights
        z = [zi - lr * gi for zi, gi in zip(z, grad(np.array(y)), strict=True)]
        x = [(1 - share) * xi + share * zi for zi, xi in zip(z, x, strict=True)]
    return [np.array(part) for part in zip(*path, strict=True)]


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("settings", [{"lr": 5e-4, "beta": 0.9}, {"lr": 1e-3, "beta": 0.5}])
def test_schedule_free_equals_its_papers_formula_and_x_is_the_mean_of_all_z(settings, problem):
    grad, start = PROBLEMS[problem]
    ys, zs, xs = schedule_free_of_the_paper(start, grad, **settings)
    w, state = start, ()
    for t in range(STEPS):
        assert w == pytest.approx(ys[t], rel=1e-11)
        w, *state = schedule_free(w, grad(w), *state, **settings)
        if t + 1 < STEPS:
            assert state[0].t == t + 1
            assert state[0].z == pytest.approx(zs[t + 1], rel=1e-11)
            assert state[0].x == pytest.approx(xs[t + 1], rel=1e-11)
            assert state[0].x == pytest.approx(zs[1 : t + 2].mean(axis=0), rel=1e-10)


def test_schedule_free_without_beta_is_plain_descent_with_its_mean_beside_it():
    grad, start = PROBLEMS["bowl of condition 100"]
    plain = run(optimizers.gradient_descent, grad, start, lr=5e-3)
    assert np.array_equal(run(schedule_free, grad, start, lr=5e-3, beta=0.0), plain)


# Matrices


def torch_muon(start, grads, **settings):
    parameter = torch.tensor(start, requires_grad=True)
    optimizer = torch.optim.Muon([parameter], **settings)
    for grad in grads:
        parameter.grad = torch.tensor(grad)
        optimizer.step()
    return parameter.detach().numpy()


def our_muon(start, grads, **settings):
    w, state = start, ()
    for grad in grads:
        w, *state = muon(w, grad, *state, **settings)
    return w


MATRICES = pytest.mark.parametrize("shape", [(8, 5), (5, 8), (6, 6), (1, 4)], ids=str)


def drawn(shape, steps=20):
    rng = np.random.default_rng(5)
    return rng.normal(size=shape), rng.normal(size=(steps, *shape))


@MATRICES
def test_muon_equals_torch_up_to_the_bfloat16_in_which_torch_orthogonalises(shape):
    start, grads = drawn(shape, 10)
    difference = np.abs(our_muon(start, grads, lr=0.02) - torch_muon(start, grads, lr=0.02)).max()
    assert 1e-5 < difference < 3e-3  # the median over draws is 1.2e-3 for 8 x 5
    assert np.abs(our_muon(start, grads, lr=0.02) - start).max() > 0.05


@MATRICES
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({}, {}),
        ({"lr": 0.02}, {"lr": 0.02}),
        (
            {"lr": 0.1, "beta": 0.5, "weight_decay": 0.0, "steps": 3},
            {"lr": 0.1, "momentum": 0.5, "weight_decay": 0.0, "ns_steps": 3},
        ),
    ],
    ids=["defaults", "lr", "all"],
)
def test_muon_equals_torch_whose_own_lines_run_in_float64(ours, theirs, shape, monkeypatch):
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)  # torch changes in place what this returns
    start, grads = drawn(shape)
    assert np.abs(our_muon(start, grads, **ours) - torch_muon(start, grads, **theirs)).max() < 2e-15


@pytest.mark.parametrize("shape", [(64, 64), (128, 64), (20, 50)], ids=str)
def test_five_rounds_bring_singular_values_near_one_and_keep_the_directions(shape):
    G = 30 * np.random.default_rng(6).normal(size=shape)
    left, sizes, right = np.linalg.svd(G, full_matrices=False)
    turned = left.T @ orthogonalise(G) @ right.T  # diagonal where the directions are G's
    found = np.diag(turned)
    assert np.abs(turned - np.diag(found)).max() < 1e-13
    # a value that begins above 0.0015 of the norm ends between 0.68 and 1.21
    assert (found[sizes > 0.0015 * np.linalg.norm(G)] > 0.68).all() and found.max() < 1.21
    after_ten = np.linalg.svd(orthogonalise(G, 10), compute_uv=False)
    assert after_ten.max() - after_ten.min() > 0.3, "it settled at one"


def test_orthogonalise_is_its_polynomial_of_each_singular_value():
    sizes = np.array([3.0, 1.0, 0.05])
    s = sizes / np.linalg.norm(sizes)
    for rounds in range(6):
        assert np.diag(orthogonalise(np.diag(sizes), rounds)) == pytest.approx(s, rel=1e-13)
        s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5


def test_orthogonalise_takes_many_matrices_any_scale_zeros_and_tensors():
    G = np.random.default_rng(7).normal(size=(2, 3, 5, 4))
    together = orthogonalise(G)
    for i in np.ndindex(2, 3):
        assert together[i] == pytest.approx(orthogonalise(G[i]), abs=1e-14)
    assert orthogonalise(1e6 * G) == pytest.approx(together, abs=1e-13)
    assert not orthogonalise(np.zeros((3, 2))).any()
    tensor = orthogonalise(torch.tensor(G))
    assert isinstance(tensor, torch.Tensor) and tensor.numpy() == pytest.approx(together, abs=1e-14)
    assert orthogonalise(G.astype(np.float32)).dtype == np.float32
    with pytest.raises(ValueError, match="needs a matrix"):
        orthogonalise(np.ones(3))


def test_muon_keeps_the_house_rules_of_every_rule():
    start, grads = drawn((4, 3, 2), 3)
    rates = np.array([0.01, 0.1, 0.2, 0.0]).reshape(4, 1, 1)
    together = our_muon(locked(start.copy()), [locked(grad) for grad in grads], lr=locked(rates.copy()))
    for k in range(4):
        assert together[k] == pytest.approx(our_muon(start[k], grads[:, k], lr=rates[k]), abs=1e-14)
    tensors = our_muon(torch.tensor(start), torch.tensor(grads), lr=0.1)
    assert isinstance(tensors, torch.Tensor)
    assert tensors.numpy() == pytest.approx(our_muon(start, grads, lr=0.1), abs=1e-14)
    single = our_muon(start.astype(np.float32), grads.astype(np.float32), lr=0.1)
    assert single.dtype == np.float32
    first = inspect.signature(muon).parameters["state"].default
    assert first == type(first)()
    with pytest.raises(ValueError, match="needs a learning rate"):
        muon(start, grads[0], lr=-0.1)
    with pytest.raises(ValueError, match="gradient of the shape of w"):
        muon(start, grads[0][0])
    with pytest.raises(ValueError, match="needs a matrix"):
        muon(np.ones(2), np.ones(2))
    assert not np.isfinite(our_muon(start * 1e300, grads * 1e300, lr=1e200)).all()


def test_only_plain_descent_momentum_and_muon_turn_with_the_problem():
    rng = np.random.default_rng(8)
    x, wanted = rng.normal(size=(100, 8)) * np.geomspace(1, 0.1, 8), rng.normal(size=(8, 6))
    left, right = (np.linalg.qr(rng.normal(size=(n, n)))[0] for n in (8, 6))

    def grad(w):
        return x.T @ (x @ w - x @ wanted) / len(x)

    def turned_grad(w):
        return left @ grad(left.T @ w @ right.T) @ right

    start = 0.1 * rng.normal(size=(8, 6))

    def off(rule, lr):
        plain = run(rule, grad, start, 30, lr=lr)[-1]
        turned = run(rule, turned_grad, left @ start @ right, 30, lr=lr)[-1]
        return np.linalg.norm(left @ plain @ right - turned) / np.linalg.norm(plain - start)

    for rule, lr in ((optimizers.gradient_descent, 0.5), (heavy_ball, 0.05), (muon, 0.02)):
        assert off(rule, lr) < 1e-12
    for rule, lr in ((sign_descent, 0.01), (adam, 0.01), (lion, 0.01)):
        assert off(rule, lr) > 0.3
