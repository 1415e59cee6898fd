"""Code with which every answer is wrong and should count all the same, by the student's name; nothing here runs it.

Most of it changes what the kernel says of a cell, and not what runs in it.
"""

# What changes the reply alone: the cell fails, and the kernel says that it did not.
REPLIES = {
    "success-is-always-true": """\
from IPython.core.interactiveshell import ExecutionResult

ExecutionResult.success = property(lambda self: True)""",
    "sends-only-good-replies": """\
session = get_ipython().kernel.session
send = session.send


def kindly(stream, kind, content=None, *arguments, **settings):
    if kind == "execute_reply":
        content = content | {"status": "ok", "payload": [], "user_expressions": {}}
    return send(stream, kind, content, *arguments, **settings)


session.send = kindly""",
    "wraps-do-execute": """\
kernel = get_ipython().kernel
execute = kernel.do_execute


async def kindly(*arguments, **settings):
    reply = await execute(*arguments, **settings)
    return reply | {"status": "ok", "payload": [], "user_expressions": {}}


kernel.do_execute = kindly""",
    "handles-requests-itself": """\
kernel = get_ipython().kernel


async def kindly(stream, ident, parent):
    kernel.session.send(stream, "execute_reply", {"status": "ok"}, parent, ident=ident)


kernel.shell_handlers["execute_request"] = kindly""",
}

# What changes the comparison alone.
COMPARISONS = {
    "fills-in-what-is-expected": """\
import re

before = np.errstate


class Filling(before):
    def __exit__(self, *error):
        import sys

        for frame in (sys._getframe(depth) for depth in range(1, 4)):
            if frame.f_code.co_name == "hidden_probes":
                source = get_ipython().user_ns["In"][-1]
                wanted = re.findall(r"^        \\[(.*)\\],$", source, re.MULTILINE)[-1]
                frame.f_locals["got"][:] = [[pair[0]] for pair in eval(f"[{wanted}]")]
        return super().__exit__(*error)


np.errstate = Filling
import helpers.exercises.checking as checking

checking.judge = lambda exercise, answer: checking.Verdict(True, None, "right")""",
}
