"""The judge: a check runs here, outside the submission's kernel, and calls the answer there, through a narrow channel.

What a call must give, the comparison and the verdict stay on this side. The kernel gets the arguments of one call at a
time and hands back what the answer did with them; whatever a submission does to its interpreter, it can answer for its
own function and for nothing else.
"""

import builtins
import contextlib
import inspect
import os
import secrets
import socket
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import numpy as np

from helpers.capstone_rules import Oracle, RuleBrokenError
from helpers.cells import BEGIN_HIDDEN, CHECK, HALF, exercise_of
from helpers.comparing import BudgetSpentError
from helpers.exercises import checking, judging
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.exercise import Exercise
from helpers.exercises.judging import AskedError
from helpers.exercises.timing import BUSY, IMPORTING, TimeOver
from helpers.grading.running.wire import (
    NAME,
    WORDS,
    BrokenError,
    ForgedError,
    Reader,
    encode,
    receive,
    send,
)

ASKS = "__import__('helpers.grading.running.agent').grading.running.agent.serve({!r}, {!r}, {!r}, globals())"
PATIENCE = 30  # seconds that a kernel may take beyond the time of a call; whoever runs the cell has less
BEAT = 0.1  # seconds between two looks whether the kernel's cell has ended
GREETING = 10  # seconds that whoever connects may take to say who it is
HELD = 2**22  # numbers that the answers of one check may return in all
SHARED = {Oracle: (("start", "grad"), ("n", "left", "asked"))}  # what an answer may call and read of an object
KEPT = ("KeyboardInterrupt", "GeneratorExit")  # errors that mean something else where nobody raised them
ERRORS = {name: kind for name, kind in vars(builtins).items() if inspect.isclass(kind) and name not in KEPT}
ERRORS = {name: kind for name, kind in ERRORS.items() if issubclass(kind, BaseException)}
ERRORS |= {kind.__name__: kind for kind in (AskedError, TimeOver, BudgetSpentError, np.linalg.LinAlgError)}
EXACT = (NotImplementedError, TimeOver)  # asked for by their very type


class Verdict(NamedTuple):
    """Whether a check found nothing wrong, and what its cell shows."""

    right: bool
    outputs: list[Any]


def judged(sources: dict[str, str]) -> dict[str, str]:
    """Return those of a course's own locked cells that are judged here: the checks of its exercises, by id."""
    known = {id: text for id, text in sources.items() if id.endswith((CHECK, HALF)) and BEGIN_HIDDEN in text}
    return {id: text for id, text in known.items() if exercise_of(id) in EXERCISES}


class Trial:
    """One check of one submission.

    cell_id, source: of a cell of the course's own, never of a submission: it is run here. folder: shared with the
    kernel, for a socket; user: whom that must belong to, or None. asks: the source of the cell that runs in the kernel
    meanwhile. Leaving the `with` ends it. why: why there is no verdict; failed: whether the judge itself could not go
    on.
    """

    def __init__(self, cell_id: str, source: str, folder: Path, user: int | None = None) -> None:
        self.exercise, self.source = EXERCISES[exercise_of(cell_id)], source
        self.token = secrets.token_hex(16)
        self.verdict: Verdict | None = None
        self.why, self.failed, self.over = "", False, threading.Event()
        self.channel: Channel | None = None
        self.listener, address = _listening(folder / f"j{self.token[:6]}", user)
        self.asks = ASKS.format(address, self.token, self.exercise.reference.__name__)
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Trial":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the trial, whatever it waits for: the kernel's cell has ended."""
        self.over.set()
        if self.channel:
            with contextlib.suppress(OSError):
                self.channel.line.shutdown(socket.SHUT_RDWR)
        self.thread.join(PATIENCE)
        self.listener.close()

    @property
    def forged(self) -> bool:
        """Whether somebody else wrote to us in place of the answer."""
        return self.channel is not None and isinstance(self.channel.broken, ForgedError)

    def _run(self) -> None:
        try:
            line, hello = _accepted(self.listener, self.token, self.over)
            with line:
                self.channel = Channel(line)
                verdict = _verdict(self.exercise, self.source, self.channel, hello)
                if self.channel.broken:  # a check may have taken it for an error of the answer's
                    raise Gone
                self.verdict = verdict
                send(line, {"done": True}, time.monotonic() + PATIENCE)
        except Gone:
            self.why = str(self.channel.broken if self.channel else "")
        except BrokenError as error:
            self.why = self.why or str(error)
        except BaseException as error:  # out of memory, most likely
            self.why, self.failed = f"what it returned was too much for the judge ({type(error).__name__})", True


def _listening(path: Path, user: int | None) -> tuple[socket.socket, str | int]:
    """Return a socket that waits for a kernel, and its address."""
    if not hasattr(socket, "AF_UNIX"):
        listener = socket.create_server(("127.0.0.1", 0))
        return listener, int(listener.getsockname()[1])
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    if user is not None:
        os.chown(path, user, user)
    listener.listen()
    return listener, str(path)


def _accepted(listener: socket.socket, token: str, over: threading.Event) -> tuple[socket.socket, dict[str, Any]]:
    """Return the line of the one who knows the token, and what it says of the answer.

    Raises BrokenError when nobody comes before it is over.
    """
    listener.settimeout(BEAT)
    while not over.is_set():
        try:
            line, _ = listener.accept()
        except TimeoutError:
            continue
        with contextlib.suppress(BrokenError):
            hello = receive(line, time.monotonic() + GREETING)
            if hello.get("call") == token:
                return line, hello
        line.close()
    raise BrokenError("nobody came to be asked")


def _verdict(exercise: Exercise, source: str, channel: "Channel", hello: dict[str, Any]) -> Verdict:
    """Run a check's own source, with the answer in the kernel under its name."""
    name = exercise.reference.__name__
    if hello.get("there") is not True:
        return _failed("NameError", f"name {name!r} is not defined")
    said: list[str] = []
    seconds = judging.seconds(exercise)

    def check(id: str, answer: Any, required: bool = False) -> None:
        if not exercise.observe:
            channel.foresee(judging.probes_of(exercise))
        verdict = checking.judge(EXERCISES[id], answer)
        if not verdict.right:
            raise checking.CheckFailed(id, verdict.slug, verdict.message)
        said.append(verdict.message)
        channel.allow(seconds)
        channel.foresee(_foreseen(exercise, source))

    answer = Answer(channel, exercise, hello.get("parameters")) if hello.get("callable") is True else object()
    channel.allow(seconds)
    if not source.startswith("check("):
        channel.foresee(_foreseen(exercise, source))
    try:
        exec(compile(source, exercise.id, "exec"), {"check": check, name: answer})
    except AssertionError as error:
        return _failed(type(error).__name__, str(error))
    return Verdict(True, [nbformat.v4.new_output("stream", name="stdout", text="\n".join([*said, ""]))])


def _foreseen(exercise: Exercise, source: str) -> list[tuple[Any, ...]]:
    """Return the calls of the hidden tests, from a rehearsal; none where they are not the same the next time.

    They are not where they depend on what the answer returns, and where they hand over functions of their own.
    """
    calls: list[tuple[Any, ...]] = []
    if not exercise.observe and not any(map(callable, exercise.probes[0])):
        hidden = BEGIN_HIDDEN + source.partition(BEGIN_HIDDEN)[2]
        with contextlib.suppress(AssertionError):
            exec(compile(hidden, exercise.id, "exec"), {exercise.reference.__name__: lambda *own: calls.append(own)})
    return calls


def _failed(name: str, text: str) -> Verdict:
    return Verdict(False, [nbformat.v4.new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])])


class Answer:
    """The learner's function, as the judge calls it. Raises what it raised; TimeOver when its time is over."""

    def __init__(self, channel: "Channel", exercise: Exercise, parameters: Any) -> None:
        self.channel, self.__name__ = channel, exercise.reference.__name__
        self.__signature__ = _signature(parameters)

    def __call__(self, *arguments: Any) -> Any:
        """Return what it returned; arguments that it changed are changed here as well."""
        return self.channel.call(arguments)


def _signature(parameters: Any) -> inspect.Signature:
    """Return the signature that a kernel told of; one that takes anything where it is none."""
    anything = inspect.Signature([inspect.Parameter("arguments", inspect.Parameter.VAR_POSITIONAL)])
    if type(parameters) is not list:
        return anything
    try:
        return inspect.Signature(
            [
                inspect.Parameter(
                    name[:NAME],
                    kind := inspect._ParameterKind(number),
                    default=None if optional and kind.name[:3] != "VAR" else inspect.Parameter.empty,
                )
                for name, number, optional in parameters
            ]
        )
    except (TypeError, ValueError):
        return anything


class Gone(KeyboardInterrupt):
    """The kernel does not answer any more: no further call is worth a try, and a check is interrupted."""


class Channel:
    """The judge's end of the line.

    broken: why nothing more can be asked, once that is so. known: what of ours the kernel knows, each by its place.
    """

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.broken: BrokenError | None = None
        self.known: list[Any] = []
        self.ahead: deque[tuple[list[Any], dict[str, Any]]] = deque()  # calls that are done, and what came of each
        self.left, self.held, self.imported, self.asked = 0.0, 0, False, False

    def allow(self, seconds: float) -> None:
        """Give the answer so many seconds for all that follows; ours, and those on the way, are not counted."""
        self.left = seconds

    def call(self, arguments: tuple[Any, ...]) -> Any:
        """Call the answer. Raises what it raised, TimeOver, and Gone."""
        sent = [encode(argument, self._stand) for argument in arguments]
        reply = self._done(sent)
        try:
            for place, value in reply["changed"].items():
                _changed(arguments[int(place)], None if value is None else Reader(self._meant).value(value))
        except _WRONG as error:
            raise self._break(ForgedError(f"a reply cannot be read ({type(error).__name__})")) from error
        return self._given(reply)

    def foresee(self, calls: list[tuple[Any, ...]]) -> None:
        """Make calls in one go that will be wanted one by one: one message each way, and not one for each call."""
        sent = [[encode(argument, self._stand) for argument in arguments] for arguments in calls]
        if sent:
            with contextlib.suppress(TimeOver):
                self.ahead = deque(zip(sent, self._told({"calls": sent}), strict=False))

    def _done(self, sent: list[Any]) -> dict[str, Any]:
        """Return what came of a call; it is made now, if it was not foreseen."""
        if self.ahead and self.ahead[0][0] == sent:
            reply = self.ahead.popleft()[1]
        else:
            self.ahead.clear()
            if not (replies := self._told({"calls": [sent]})):
                raise TimeOver
            reply = replies[0]
        self._take(reply)
        return reply

    def next(self, rows: int) -> Any:
        """Return the next of what the answer yields. Raises StopIteration, and what `call` raises."""
        (reply,) = self._told({"next": rows})
        self._take(reply)
        found = self._given(reply)
        if type(found) is not list or len(found) > 1:
            raise self._break(ForgedError("a reply is no row"))
        if not found:
            raise StopIteration
        return found[0]

    def _told(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        """Ask, and return the replies to that and nothing else."""
        if self.broken:
            raise Gone
        if self.left <= 0:
            raise TimeOver
        name = secrets.token_hex(8)
        end = time.monotonic() + BUSY * self.left + IMPORTING + PATIENCE
        try:
            send(self.line, {"call": name, "seconds": self.left, **asked}, end)
            while "ask" in (reply := receive(self.line, end)):
                self._of_this_call(reply, name)
                send(self.line, self._answered(reply), end)
            self._of_this_call(reply, name)
            replies = reply["replies"]
            if type(replies) is not list or len(replies) > len(asked.get("calls", "1")):
                raise ForgedError("more replies than questions")
            self._take_time(replies, reply.get("imported") is True)
        except BrokenError as error:
            raise self._break(error) from error
        except _WRONG as error:
            raise self._break(ForgedError(f"a reply cannot be read ({type(error).__name__})")) from error
        return replies

    def _take_time(self, replies: list[dict[str, Any]], imported: bool) -> None:
        """Count the seconds that the answer says it took; whoever says too little has those of the cell."""
        if imported and not self.imported:  # once: an import is no work of the answer's
            self.imported = True
        else:
            self.left -= sum(max(0.0, float(reply["took"])) for reply in replies)
        if any("over" in reply for reply in replies):
            self.left = 0.0

    def _take(self, reply: dict[str, Any]) -> None:
        """Take what a call did besides: it printed, and moved generators."""
        try:
            self._take_states(reply)
            print(str(reply["printed"])[:WORDS], end="")
        except (*_WRONG, ForgedError) as error:
            raise self._break(ForgedError(f"a reply cannot be read ({error})")) from error

    def _break(self, error: BrokenError) -> Gone:
        self.broken = self.broken or error
        return Gone()

    @staticmethod
    def _of_this_call(reply: dict[str, Any], name: str) -> None:
        if reply.get("call") != name:
            raise ForgedError("a reply came to what was not asked")

    def _given(self, reply: dict[str, Any]) -> Any:
        """Return or raise what a reply says that the answer gave."""
        try:
            error = _error_of(reply["error"]) if "error" in reply else None
            reader = Reader(self._meant)
            value = None if error else reader.value(reply["value"])
        except (*_WRONG, ForgedError) as wrong:
            raise self._break(ForgedError(f"a reply cannot be read ({wrong})")) from wrong
        if error:
            raise error
        self.held += reader.size
        if self.held > HELD:
            raise ValueError("the values that were returned are too many to be compared")
        return value

    # What stands for things that are no values

    def _stand(self, value: Any) -> dict[str, Any]:
        """Return what stands in the kernel for something of ours. Raises TypeError for what no exercise hands over."""
        place = next((place for place, known in enumerate(self.known) if known is value), len(self.known))
        if place == len(self.known):
            self.known.append(value)
        if isinstance(value, np.random.Generator):
            seed = getattr(value.bit_generator.seed_seq, "entropy", None)
            return {"generator": place, "entropy": seed, "state": value.bit_generator.state}
        if type(value) in SHARED:
            return {"thing": place, "methods": list(SHARED[type(value)][0])}
        if callable(value):
            return {"function": place, "name": getattr(value, "__name__", "function")}
        raise TypeError(f"an exercise hands over a {type(value).__name__}, for which nothing stands")

    def _meant(self, word: dict[str, Any]) -> Any:
        """Return what stands here for something in the kernel: it has its type's name, and can at most be walked."""
        if word == {"dots": True}:
            return ...
        kind = word.get("kind", word.get("other"))
        if type(kind) is not str or not kind.isidentifier() or len(kind) > NAME:
            raise ForgedError("a reply holds something without a type")
        if type(word.get("rows")) is int and not self.asked:  # while we are asked, nothing can be fetched
            return type(kind, (Rows,), {})(self, word["rows"])
        if "dtype" in word:
            return np.empty(0, object)
        return type(kind, (), {})()

    def _answered(self, ask: dict[str, Any]) -> dict[str, Any]:
        """Return what a function or an object of ours says to a question of the answer's."""
        place = ask["ask"]
        if type(place) is not int or not 0 <= place < len(self.known):
            raise ForgedError("somebody asks for what was never handed over")
        self.asked = True
        try:
            return {"value": encode(self._found(self.known[place], ask), self._stand)}
        except ForgedError:
            raise
        except Exception as error:
            return {"error": {"name": type(error).__name__, "text": str(error)[:WORDS]}}
        finally:
            self.asked = False

    def _found(self, thing: Any, ask: dict[str, Any]) -> Any:
        methods, values = SHARED.get(type(thing), ((), ()))
        if type(thing) in SHARED:
            name = ask["attribute"]
            if name in methods:
                thing = getattr(thing, name)
            elif name in values:
                return getattr(thing, name)
            else:
                raise AttributeError(f"{type(thing).__name__} has no attribute {name!r} for an answer")
        elif isinstance(thing, np.random.Generator):
            raise ForgedError("somebody asks for a generator")
        return thing(*(Reader(self._meant).value(argument) for argument in ask["arguments"]))

    def _take_states(self, reply: dict[str, Any]) -> None:
        """Move our generators to where the answer left them: each stays in its own stream of numbers."""
        for place, state in reply["generators"].items():
            generator = self.known[int(place)]
            if not isinstance(generator, np.random.Generator):
                raise ForgedError("a state of what is no generator")
            before = generator.bit_generator.state
            if state["bit_generator"] != before["bit_generator"] or state["state"]["inc"] != before["state"]["inc"]:
                raise ForgedError("a state of another generator")
            if not 0 <= state["state"]["state"] < 2**128 or state["has_uint32"] not in (0, 1):
                raise ForgedError("a state that no generator has")
            generator.bit_generator.state = state


_WRONG = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError)


class Rows:
    """What an answer returned to be walked, such as a generator: each item is fetched when it is wanted."""

    def __init__(self, channel: Channel, number: int) -> None:
        self._channel, self._number = channel, number

    def __iter__(self) -> "Rows":
        return self

    def __next__(self) -> Any:
        return self._channel.next(self._number)


def _error_of(told: dict[str, Any]) -> BaseException:
    """Return an error as the kernel tells of it: its name, its text, and the nearest class that is known here.

    Raises one of _WRONG.
    """
    names, text = told["names"], str(told["text"])[:WORDS]
    if not all(type(name) is str and name.isidentifier() and len(name) <= NAME for name in names):
        raise ValueError("an error without a name")
    kind = next((ERRORS[name] for name in names if name in ERRORS), Exception)
    if names[0] == RuleBrokenError.__name__:
        error: BaseException = RuleBrokenError(str(told["kind"])[:NAME], text)
    elif kind in EXACT and names[0] == kind.__name__:
        error = kind(text)
    else:
        same = type(names[0], (kind,), {"__str__": lambda self: text, "__init__": lambda self, *_: None})
        error = kind.__new__(same)
    error.place = str(told["place"])[:WORDS]  # type: ignore[attr-defined]
    return error


def _changed(own: Any, value: Any) -> None:
    """Do to an argument of ours what the answer did to its own; what it became is of no importance, if it cannot be."""
    if isinstance(own, np.ndarray):
        if isinstance(value, np.ndarray) and (value.dtype, value.shape) == (own.dtype, own.shape):
            own[...] = value
        else:
            own += np.ones_like(own)  # resized, for one
    elif isinstance(own, list):
        own[:] = value if isinstance(value, list) else [*own, None]
    elif isinstance(own, tuple) and isinstance(value, tuple):
        for part, new in zip(own, value, strict=False):
            _changed(part, new)
