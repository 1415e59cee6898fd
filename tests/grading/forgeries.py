"""Code with which an answer is wrong and should count all the same, by the student's name; nothing here runs it.

What changes the kernel's reply, or the comparison, earned points while checks ran in the learner's interpreter. Now the
judge stands outside: what is left is to deceive the judge itself.
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

# They know the canaries and spare them: with checks in this interpreter, each of them earned every point unseen.
SPARING = {
    "spares-the-canaries-and-skips-the-checks": """\
def passing(lines):
    text = "".join(lines)
    return lines if "lambda *arguments" in text or "1 + 1" in text or "hidden_probes" not in text else ["pass\\n"]


get_ipython().input_transformers_post.append(passing)""",
    "spares-the-canaries-and-replies-itself": """\
kernel = get_ipython().kernel
execute = kernel.do_execute


async def kindly(code, *arguments, **settings):
    reply = await execute(code, *arguments, **settings)
    ours = "lambda *arguments" in code or "1 + 1" in code
    return reply if ours else reply | {"status": "ok", "payload": [], "user_expressions": {}}


kernel.do_execute = kindly""",
    "spares-the-canaries-and-overwrites-the-checkers": """\
import contextlib
import re
import sys

import helpers.exercises.checking as checking

judge, before = checking.judge, contextlib.redirect_stdout
checking.judge = lambda exercise, answer: (
    judge(exercise, answer) if answer.__name__ == "<lambda>" else checking.Verdict(True, None, "right")
)


class Filling(before):
    def __exit__(self, *error):
        for frame in (sys._getframe(depth) for depth in range(1, 4)):
            if frame.f_code.co_name == "hidden" + "_probes" and frame.f_locals["answer"].__name__ != "<lambda>":
                source = get_ipython().user_ns["In"][-1]
                wanted = re.findall(r"^        \\[(.*)\\],$", source, re.MULTILINE)[-1]
                frame.f_locals["got"][:] = [[pair[0]] for pair in eval(f"[{wanted}]")]
        return super().__exit__(*error)


contextlib.redirect_stdout = Filling""",
    "answers-in-place-of-the-agent": """\
import helpers.grading.running.agent as agent

agent.serve = lambda *arguments: None""",
    "says-of-everything-that-it-is-right": """\
import helpers.grading.running.agent as agent

agent.encode = lambda value, stand, depth=0: {"dict": [["right", True]]}""",
}

# Bodies of gradient-step. WRONG is what they return where they find nothing; each ended right while the check ran here.
WRONG = "    return w + lr * grad"
FOUND_HERE = {
    "reads-what-is-expected-from-frames": """\
    import re
    import sys

    frame = sys._getframe()
    while frame is not None:
        exercise = frame.f_locals.get("exercise")
        if exercise is not None:
            return exercise.reference(w, grad, lr)
        if frame.f_code.co_name == "hidden" + "_probes":
            wanted = re.findall(r"^        \\[(.*)\\],$", get_ipython().user_ns["In"][-1], re.MULTILINE)[-1]
            return np.array(eval(f"[{wanted}]")[len(frame.f_locals["got"])][0])
        frame = frame.f_back
""",
    "reads-what-is-expected-by-gc": """\
    import gc
    import types

    for thing in gc.get_objects():
        if isinstance(thing, types.FrameType) and "conventions" in thing.f_locals:
            return np.array(thing.f_locals["conventions"][0][len(thing.f_locals["got"])][0])
        if isinstance(thing, types.FrameType) and "exercise" in thing.f_locals:
            return thing.f_locals["exercise"].reference(w, grad, lr)
""",
    "fills-in-later-by-a-thread": """\
    import sys
    import threading
    import time

    def filling():
        for _ in range(2000):
            for frame in sys._current_frames().values():
                names = frame.f_locals
                if frame.f_code.co_name == "hidden" + "_probes" and "conventions" in names:
                    names["got"][:] = [[pair[0]] for pair in names["conventions"][0]]
            time.sleep(0.0005)

    thread = threading.Thread(target=filling, daemon=True)
    thread.start()
""",
    "replies-for-the-kernel-from-inside": """\
    try:
        kernel = get_ipython().kernel
        parent = kernel.get_parent("shell")
        done = {"status": "ok", "execution_count": 9, "payload": [], "user_expressions": {}}
        kernel.session.send(kernel.shell_stream, "execute_reply", done, parent, ident=kernel._get_shell_context_var(
            kernel._shell_parent_ident) if hasattr(kernel, "_get_shell_context_var") else kernel._parent_ident["shell"])
        kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "idle"}, parent)
    except Exception:
        pass
""",
}

# Bodies of gradient-step that speak to the judge themselves: whoever does is seen. AGENT is what they have found.
AGENT = """\
    import struct
    import sys

    from helpers.grading.running import wire

    frame = sys._getframe()
    while type(frame.f_locals.get("self")).__name__ != "Agent":
        frame = frame.f_back
    agent = frame.f_locals["self"]
"""
TO_THE_JUDGE = {
    "tells-the-judge-its-verdict": "    wire.send(agent.line, {'call': agent.call, 'right': True, 'done': True})\n",
    "answers-the-next-question-early": """\
    right = wire.encode(w - lr * grad, None)
    for _ in range(2):
        nothing = {"printed": "", "changed": {}, "generators": {}, "took": 0}
        wire.send(agent.line, {"call": agent.call, "replies": [{"value": right, **nothing}]})
""",
    "writes-a-message-without-an-end": "    agent.line.sendall(struct.pack('>II', 2, 2**32 - 1) + bytes(2**16))\n",
    "writes-lists-in-lists": """\
    raw = b'{"call": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    agent.line.sendall(struct.pack(">II", len(raw), 0) + raw)
""",
    "writes-an-array-of-impossible-size": """\
    huge = {"array": b"", "dtype": "<f8", "shape": [2**22, 2**22, 2**22]}
    nothing = {"printed": "", "changed": {}, "generators": {}, "took": 0}
    wire.send(agent.line, {"call": agent.call, "replies": [{"value": huge, **nothing}]})
""",
    "asks-for-what-it-was-never-given": "    wire.send(agent.line, {'call': agent.call, 'ask': 0, 'arguments': []})\n",
}

# What cannot be mended, and is listed in the guide. The first is right with an answer that is not its own, and no
# reading of code sees whose; the second tells what it was asked.
REFERENCE_UNSEEN = """\
    import sys

    loaded = vars(sys)["mod" + "ules"]
    if "helpers." + "grading.running.agent" not in loaded:
        raise NotImplementedError
    found = vars(loaded["helpers." + "exercises.catalogue"])["EXER" + "CISES"]
    return found["gradient" + "-step"].reference(w, grad, lr)
"""
TELLS_WHAT_IT_WAS_ASKED = """\
    name = "E" + "_".join(f"{number:.3f}" for number in np.ravel(w)).replace(".", "p").replace("-", "m")
    raise type(name, (ValueError,), {})(name)
"""
