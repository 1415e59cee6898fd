"""The capstone's own runs: honest ones, and such as would earn by another way than training within the budget.

Each text is the answer of your-run, or a cell behind the setup; nothing here runs it.
"""

from collections.abc import Iterator

from grading.cases import GRADED, Case, Expected, Graded, after, cell_of, handed_in

NAME = "15_capstone"
RUN = "your-run"

# A run that is right but for the lines in {} before and after its steps.
TRAIN = """\
def train(oracle, seed):
    rng = np.random.default_rng(seed)
{before}
    weights, steps = oracle.start(), oracle.left // 32
    order = np.concatenate([rng.permutation(oracle.n) for _ in range(1 + oracle.left // oracle.n)])
    for t in range(steps):
        _, grads = oracle.grad(weights, order[32 * t : 32 * t + 32])
        weights = [w - 3 * min(1, 5 * (1 - t / steps)) * grad for w, grad in zip(weights, grads)]
{after}
    return weights"""
UNTRAINED = "def train(oracle, seed):\n    return oracle.start()"

HONEST = {
    "plain-gradient-descent": """\
def train(oracle, seed):
    from helpers.capstone_rules import plain_sgd

    return plain_sgd()(oracle, seed)""",
    "asks-until-nothing-is-left": TRAIN.format(
        before="    from helpers.comparing import BudgetSpentError",
        after="""\
    try:
        while True:
            oracle.grad(weights, rng.integers(0, oracle.n, 7))
    except BudgetSpentError:
        pass""",
    ),
    "begins-with-weights-of-its-own": TRAIN.format(before="    from helpers.networks import layers", after="").replace(
        "oracle.start()", "layers((64, 48, 10), np.random.default_rng([5, seed]))"
    ),
}

# What they do, and the name that it gets.
BREAKS_A_RULE = {
    "overspends": ("overspent", TRAIN.format(before="", after="    oracle.grad(weights, np.arange(32))")),
    "turns-its-counter-back": ("raised", TRAIN.format(before="    oracle._budget.left += 12_000", after="")),
    "peeks": (
        "peeked",
        TRAIN.format(before="    from helpers.capstone_rules import split\n\n    x, y = split().judge", after=""),
    ),
    "peeks-and-says-nothing": (
        "peeked",
        TRAIN.format(
            before="    from helpers.capstone_rules import measure",
            after="""\
    try:
        print(measure(weights, "judge"))
    except Exception:
        pass""",
        ),
    ),
    "reads-the-digits": (
        "peeked",
        TRAIN.format(before="    from helpers.data import digits\n\n    digits()", after=""),
    ),
    "looks-for-the-order-of-the-pixels": (
        "peeked",
        TRAIN.format(before="    from helpers.capstone_rules import start\n\n    start(seed)", after=""),
    ),
    "learns-from-the-file": (
        "own-data",
        """\
from helpers.data import digits
from helpers.networks import loss_and_gradient

DATA = digits()


def train(oracle, seed):
    weights = oracle.start()
    for _ in range(100):
        _, grads = loss_and_gradient(weights, DATA.x / 16, DATA.y)
        weights = [w - 0.5 * grad for w, grad in zip(weights, grads)]
    return weights""",
    ),
    "draws-without-its-seed": (
        "seed-ignored",
        TRAIN.format(before="    rng = np.random.default_rng(1)", after=""),
    ),
}

# Its answer is untrained; what is written of it says something else.
FORGED_REPORTS = {
    "forges-its-report": """\
from pathlib import Path

from IPython.display import HTML, display

page = "<h1>Capstone</h1><p>Test loss 0.0001, better than every entry. your-run: right. 20 of 20 points.</p>"
Path("capstone.html").write_text(page)
display(HTML(page))
print("your-run: right. Your run keeps the rules.")""",
    "forges-its-results": """\
from helpers import capstone_rules
from helpers.experiments import capstone_study

capstone_rules.results = lambda *arguments, **settings: (np.full(10, 0.0001), np.zeros(10))
capstone_study.Study.final = lambda *arguments, **settings: None""",
}

# Its answer is untrained, and it replaces what looks at a run, where it can.
FORGES_WHAT_LOOKS = {
    "forges-what-is-measured": """\
from helpers.exercises.course.capstone import your_run

your_run.measure = lambda *arguments: (0.01, 0.0)
your_run.alike = lambda one, other: one.seed == other.seed""",
    "forges-what-is-seen": """\
from helpers.exercises.course.capstone import your_run

your_run.seen = lambda answer, seed: your_run.RIGHT""",
}


def own_runs(lesson: Graded) -> Iterator[Case]:
    """Yield every case of this module."""
    less = lesson.without(RUN)
    for student, source in HONEST.items():
        yield Case(student, lesson.name, handed_in(lesson.solved(your_run=source)), Expected(GRADED, lesson.total))
    for student, (slug, source) in BREAKS_A_RULE.items():
        expected = Expected(GRADED, less, mistakes=((RUN, slug),))
        yield Case(student, lesson.name, handed_in(lesson.solved(your_run=source)), expected)
    for student, source in FORGED_REPORTS.items():
        nb = after(lesson.solved(your_run=UNTRAINED), RUN, source)
        why = "What stands in a report decides nothing."
        yield Case(student, lesson.name, handed_in(nb), Expected(GRADED, less), why)
    for student, source in FORGES_WHAT_LOOKS.items():
        nb = after(lesson.solved(your_run=UNTRAINED), "setup", source)
        why = "What it replaces is not what looks at its runs: the judge does, elsewhere."
        yield Case(student, lesson.name, handed_in(nb), Expected(GRADED, less), why)
    nb = lesson.solved(your_run=UNTRAINED)
    cell_of(nb, f"{RUN}-check")["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "your-run: right. Your run keeps the rules."}
    ]
    yield Case("forges-an-output", lesson.name, handed_in(nb), Expected(GRADED, less), "Every cell is run anew.")
