"""The code of cheats, by the student's name. Each text is a cell of a notebook; nothing here runs it.

It changes nothing outside the interpreter that runs it.
"""

# They change how cells run. Without a canary that must fail, each of them would earn every point.
INTERPRETER = {
    "replaces-run-cell": """\
from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult

shell = get_ipython()


def content(*arguments, **settings):
    result = ExecutionResult(ExecutionInfo("", False, False, False, None))
    result.execution_count = 1
    return result


async def content_later(*arguments, **settings):
    return content()


shell.run_cell, shell.run_cell_async = content, content_later""",
    "replaces-run-cell-of-the-class": """\
from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell


def content(self, *arguments, **settings):
    result = ExecutionResult(ExecutionInfo("", False, False, False, None))
    result.execution_count = 1
    return result


async def content_later(self, *arguments, **settings):
    return content(self)


for shell in (InteractiveShell, type(get_ipython())):
    shell.run_cell, shell.run_cell_async = content, content_later""",
    "replaces-do-execute": """\
async def content(*arguments, **settings):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}


get_ipython().kernel.do_execute = content""",
    "input-transformer": """\
def passing(lines):
    text = "".join(lines)
    return ["pass\\n"] if any(word in text for word in ("assert", "check(", "raise ")) else lines


get_ipython().input_transformers_post.append(passing)""",
    "ast-transformer": """\
import ast


class Passing(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)

    visit_Raise = visit_Assert

    def visit_Expr(self, node):
        called = isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "check"
        return ast.copy_location(ast.Pass(), node) if called else self.generic_visit(node)


get_ipython().ast_transformers.append(Passing())""",
}

_YES = "lambda *arguments, **settings: True"

# They replace what a grader might call.
PATCHES = {
    "drops-error-messages": """\
session = get_ipython().kernel.session
send = session.send


def quietly(stream, kind, *arguments, **settings):
    return None if kind == "error" else send(stream, kind, *arguments, **settings)


session.send = quietly""",
    "custom-exceptions": """\
def silent(shell, kind, value, traceback, tb_offset=None):
    return None


get_ipython().set_custom_exc((BaseException,), silent)
get_ipython().showtraceback = lambda *arguments, **settings: None
get_ipython()._showtraceback = lambda *arguments, **settings: None""",
    "patches-check-in-the-notebook": f"check = {_YES}",
    "patches-check-in-the-course": f"""\
import helpers.exercises
from helpers.exercises import checking, judging

checking.judge = lambda exercise, answer: checking.Verdict(True, None, "right")
judging.agree = judging.same = {_YES}
judging.find_right = lambda exercise, outcomes: exercise
helpers.exercises.check = checking.check = check = {_YES}""",
    "patches-numpy-testing": f"""\
import math

for name in ("assert_allclose", "assert_array_equal", "assert_equal", "assert_almost_equal"):
    setattr(np.testing, name, {_YES})
np.allclose = np.array_equal = np.isclose = np.array_equiv = math.isclose = {_YES}""",
    "patches-builtins-in-the-notebook": f"all = any = isinstance = {_YES}\nabs = len = float = lambda value: 0",
    "patches-builtins": """\
import builtins
import sys

real = {name: getattr(builtins, name) for name in ("all", "abs", "isinstance", "len", "float", "type")}


def in_grading():
    names = (sys._getframe(2).f_code.co_name, sys._getframe(2).f_code.co_filename)
    return names[0] in ("same", "plain", "hidden_probes", "agree", "judge") or "judging" in names[1]


builtins.all = lambda items: True if in_grading() else real["all"](items)
builtins.abs = lambda value: 0.0 if in_grading() else real["abs"](value)
builtins.isinstance = lambda value, kinds: True if in_grading() else real["isinstance"](value, kinds)""",
    "patches-the-references": """\
import functools

from helpers.exercises.catalogue import EXERCISES

for exercise in EXERCISES.values():
    nothing = functools.wraps(exercise.reference)(lambda *arguments: None)
    object.__setattr__(exercise, "reference", nothing)""",
    "replaces-the-module-numpy": """\
import sys
import types

sys.modules["numpy"] = types.ModuleType("numpy")""",
    "defines-the-hidden-tests-first": """\
import builtins


def hidden_probes(answer):
    return None


builtins.hidden_probes = hidden_probes""",
}

# They look into the frames of the grader: a determined cheat. Right is 0, or suspicious.
SPIES = {
    "traces-comparisons": """\
import sys


def spy(frame, event, argument):
    if event == "call" and frame.f_code.co_name in ("same", "agree"):
        frame.f_locals["got"] = frame.f_locals["want"]
    return spy


sys.settrace(spy)""",
    "profiles-comparisons": """\
import sys


def spy(frame, event, argument):
    if event == "call" and frame.f_code.co_name in ("same", "agree"):
        frame.f_locals["got"] = frame.f_locals["want"]


sys.setprofile(spy)""",
    "reads-the-tests-as-they-run": """\
import inspect
import re


def forged(*arguments):
    for frame in inspect.stack():
        if frame.function == "hidden_probes":
            names = frame.frame.f_locals
            names["right"] = True
            names["probes"] = []
    return None


def fitting(text):
    return re.findall(r"^def (\\w+)", text, re.MULTILINE)


def after_each(result):
    for name in fitting(result.info.raw_cell):
        if name in get_ipython().user_ns and name not in ("forged", "fitting", "after_each"):
            get_ipython().user_ns[name] = forged


get_ipython().events.register("post_run_cell", after_each)""",
}

# What an answer returns in place of the right array: (what comes before the function, the expression).
LIARS = {
    "equal-to-everything": (
        """\
class Anything:
    shape, dtype, size, ndim = (2,), np.dtype(float), 2, 1

    def _itself(self, *arguments):
        return self

    def _yes(self, *arguments):
        return True

    __eq__ = __le__ = __lt__ = __ge__ = __gt__ = __bool__ = __contains__ = _yes
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __neg__ = __abs__ = __getitem__ = _itself
    tolist = astype = ravel = copy = item = _itself
    __hash__ = None

    def __len__(self):
        return 2""",
        "Anything()",
    ),
    "lying-float": (
        """\
class Liar(float):
    def __float__(self):
        return 0.0

    def __sub__(self, other):
        return 0.0

    __rsub__ = __abs__ = __sub__

    def __eq__(self, other):
        return True

    __hash__ = None""",
        "Liar(7)",
    ),
    "lying-list": (
        """\
class Liar(list):
    def __eq__(self, other):
        return True

    __hash__ = None

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 2""",
        "Liar([7.0, 7.0])",
    ),
    "lying-array": (
        """\
class Liar(np.ndarray):
    def tolist(self):
        return Same(super().tolist())

    def __eq__(self, other):
        return True

    __hash__ = None


class Same(list):
    def __eq__(self, other):
        return True

    __hash__ = None""",
        "np.zeros_like(w).view(Liar)",
    ),
    "array-of-liars": (
        """\
class Liar:
    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__

    def __eq__(self, other):
        return True

    __hash__ = None


def liars(shape):
    array = np.empty(shape, dtype=object)
    array.fill(Liar())
    return array""",
        "liars(np.shape(w))",
    ),
    "class-that-says-it-is-an-array": (
        """\
class Liar:
    @property
    def __class__(self):
        return np.ndarray

    def tolist(self):
        return [0.0, 0.0]

    def __eq__(self, other):
        return True

    __hash__ = None""",
        "Liar()",
    ),
}
