"""In a submission's kernel: answers the judge's calls of one function, and knows nothing of what it should return.

It shares its interpreter with the submission, which can make it say anything about its own functions, and nothing else.
The cell that runs it ends when the judge has no more questions.
"""

import inspect
import io
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import islice
from typing import Any

import numpy as np

from helpers import capstone_rules
from helpers.comparing import BudgetSpentError
from helpers.exercises import judging
from helpers.exercises.symptoms import place_of
from helpers.exercises.timing import TimeOver, stalled, time_limit
from helpers.exercises.values import as_array
from helpers.grading.running.wire import NAME, WORDS, BrokenError, TooLargeError, decode, encode, receive, send

ERRORS = {"BudgetSpentError": BudgetSpentError, "ValueError": ValueError, "AttributeError": AttributeError}


def serve(address: str | int, token: str, name: str, namespace: dict[str, Any]) -> None:
    """Connect to the judge, say what has the name, and answer calls of it until the judge is done.

    address: of a socket in the file system, or its port on this machine. token: what shows who asks to connect.
    """
    with _connected(address) as line:
        Agent(line, token, name, namespace).run()


def _connected(address: str | int) -> socket.socket:
    if isinstance(address, int):
        return socket.create_connection(("127.0.0.1", address))
    line = socket.socket(socket.AF_UNIX)
    line.connect(address)
    return line


class Agent:
    """One check's calls. What the judge keeps for itself is known here by numbers, and so is what the answer keeps."""

    def __init__(self, line: socket.socket, token: str, name: str, namespace: dict[str, Any]) -> None:
        self.line, self.process, self.talking = line, os.getpid(), threading.RLock()
        self.call, self.waited = token, 0.0
        self.there = name in namespace
        self.answer: Any = namespace.get(name)
        self.generators: dict[int, np.random.Generator] = {}
        self.rows: dict[int, Iterator[Any]] = {}

    def run(self) -> None:
        """Introduce the answer, and do what is asked until there is nothing more."""
        said = {"there": self.there, "callable": callable(self.answer), "parameters": _parameters(self.answer)}
        send(self.line, {"call": self.call, **said})
        while not (asked := receive(self.line)).get("done"):
            self.call = asked["call"]
            reply = self._next(asked) if "next" in asked else self._calls(asked)
            if os.getpid() != self.process:  # the answer has forked; one of the two is enough
                os._exit(1)
            with self.talking:  # a thread of the answer may be asking; it is the last that may
                self.call = ""
            self._reply(asked, reply)

    def _reply(self, asked: dict[str, Any], reply: dict[str, Any]) -> None:
        """Send what came of calls; if that is too large, nothing, and of one call that it is: the judge asks anew."""
        try:
            send(self.line, {"call": asked["call"], **reply})
        except TooLargeError as error:
            said = {"error": _error(error, ""), "printed": "", "generators": {}, "changed": {}, "took": 0.0}
            alone = len(asked.get("calls", "1")) == 1
            send(self.line, {"call": asked["call"], "replies": [said] if alone else []})

    def _calls(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Call the answer as often as is asked; once more, if it was importing while its time ran out."""
        loaded = len(sys.modules)
        replies = self._in_time(asked)
        if len(sys.modules) > loaded and any("over" in reply for reply in replies):
            replies = self._in_time(asked)
        return {"replies": replies, "imported": len(sys.modules) > loaded}

    def _in_time(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        replies: list[dict[str, Any]] = []
        with suppress(TimeOver), time_limit(asked["seconds"], self._spared):
            for arguments in asked["calls"]:
                replies.append(self._once(arguments))
                if "over" in replies[-1]:
                    break
        return replies

    def _once(self, sent: list[Any]) -> dict[str, Any]:
        arguments = [decode(argument, self._meant) for argument in sent]
        reply = self._worked(lambda: self.answer(*arguments), _guarded(arguments))
        after = [_encoded(argument, self.stand) for argument in arguments]
        pairs = enumerate(zip(sent, after, strict=True))
        return reply | {"changed": {str(i): new for i, (old, new) in pairs if new != old and type(old) is dict}}

    def _next(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Return the next of what an answer yields."""
        rows = self.rows[asked["next"]]
        limit = time_limit(asked["seconds"], self._spared)
        return {"replies": [self._worked(lambda: [*islice(rows, 1)], limit)]}

    def _spared(self) -> float:
        """Return the seconds so far that were none of the answer's: others had the core, or the judge was asked."""
        return stalled() + self.waited

    def _worked(self, work: Callable[[], Any], within: AbstractContextManager[Any]) -> dict[str, Any]:
        """Return what came of the learner's own code, in silence."""
        output, begun, computed, spared = io.StringIO(), time.monotonic(), time.thread_time(), self._spared()
        found: dict[str, Any] = {}
        with judging.silence(output):
            try:
                with within:
                    value = work()
                found = {"value": encode(value, self.stand)}
            except TimeOver as over:
                found = {"error": _error(over, place_of(over, self.answer)), "over": True}
            except (KeyboardInterrupt, BrokenError):
                raise
            except BaseException as error:  # SystemExit too: an answer that calls exit() must not end the kernel
                found = {"error": _error(error, place_of(error, self.answer))}
        took = max(time.thread_time() - computed, time.monotonic() - begun - (self._spared() - spared))
        states = {str(number): _state(generator) for number, generator in self.generators.items()}
        return {"printed": output.getvalue()[:WORDS], "generators": states, "took": took, "changed": {}, **found}

    def stand(self, value: Any) -> dict[str, Any]:
        """Return what stands for a value that is not plain: a tensor's numbers, or a number for what can be walked."""
        numbers = as_array(value)
        if numbers is not value:
            return encode(numbers, self.stand)
        if value is ...:
            return {"dots": True}
        kind = type(value).__name__[:NAME]
        if hasattr(type(value), "__iter__") and not isinstance(value, np.ndarray | str | bytes):
            number = len(self.rows)
            self.rows[number] = iter(value)
            return {"rows": number, "kind": kind}
        return {"other": kind, "dtype": str(value.dtype)[:NAME]} if type(value) is np.ndarray else {"other": kind}

    def _meant(self, word: dict[str, Any]) -> Any:
        """Return what stands here for something of the judge's."""
        if "generator" in word:
            number = word["generator"]
            if number not in self.generators:
                self.generators[number] = np.random.default_rng(word["entropy"])
            self.generators[number].bit_generator.state = word["state"]
            return self.generators[number]
        if "function" in word:
            return Function(self, word["name"], {"ask": word["function"]})
        return Thing(self, word)

    def ask(self, word: dict[str, Any]) -> Any:
        """Ask the judge for something of its own, on behalf of the answer. Raises what the judge says."""
        if os.getpid() != self.process:
            raise RuntimeError("only the process of the notebook can ask for this")
        with _uninterrupted(), self.talking:
            if not self.call:
                raise RuntimeError("this can be asked for only while the answer is called")
            begun = time.monotonic()
            send(self.line, {"call": self.call, **word})
            told = receive(self.line)
            self.waited += time.monotonic() - begun
        if "error" in told:
            raise ERRORS.get(told["error"]["name"], RuntimeError)(told["error"]["text"])
        return decode(told["value"], self._meant)


class Function:
    """A function of the judge's, or a method of something of its own: it is called there."""

    def __init__(self, agent: Agent, name: str, word: dict[str, Any]) -> None:
        self._agent, self._word = agent, word
        self.__name__ = self.__qualname__ = name

    def __call__(self, *arguments: Any) -> Any:
        """Return what it returns there."""
        return self._agent.ask({**self._word, "arguments": [encode(each, self._agent.stand) for each in arguments]})


class Thing:
    """An object of the judge's, such as the oracle of the capstone: what it has is asked for."""

    def __init__(self, agent: Agent, word: dict[str, Any]) -> None:
        self._agent, self._number, self._methods = agent, word["thing"], word["methods"]

    def __getattr__(self, name: str) -> Any:
        """Return an attribute as it is now; raises AttributeError for what an answer has no business with."""
        word = {"ask": self._number, "attribute": name}
        return Function(self._agent, name, word) if name in self._methods else self._agent.ask(word)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let no signal strike between a question and its answer: it strikes afterwards."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    struck: list[tuple[int, Any]] = []
    before = signal.signal(signal.SIGINT, lambda *signalled: struck.append(signalled))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if struck and callable(before):
            before(*struck[0])


def _guarded(arguments: list[Any]) -> Any:
    """Return the rules under which a call runs: with an oracle among its arguments, the course hands out no digits."""
    return capstone_rules.guarded() if any(isinstance(argument, Thing) for argument in arguments) else nullcontext()


def _encoded(value: Any, stand: Any) -> Any:
    """Return an argument after the call, or None where that cannot be sent."""
    if isinstance(value, np.ndarray | list | tuple):
        try:
            return encode(value, stand)
        except TooLargeError:
            return None
    return None


def _state(generator: np.random.Generator) -> dict[str, Any]:
    return dict(generator.bit_generator.state)


def _error(error: BaseException, place: str) -> dict[str, Any]:
    """Return an error as names of its classes, the nearest first, its text, and where the answer raised it."""
    names = [kind.__name__[:NAME] for kind in type(error).__mro__[:10]]
    try:
        text = str(error)[:WORDS]
    except Exception:
        text = ""
    kind = getattr(error, "kind", "")
    return {"names": names, "text": text, "place": place[:WORDS], "kind": kind[:NAME] if type(kind) is str else ""}


def _parameters(answer: Any) -> list[list[Any]] | None:
    """Return names and kinds of an answer's parameters and whether each may be left out; None if nobody knows."""
    try:
        found = inspect.signature(answer).parameters.values()
    except (TypeError, ValueError):
        return None
    return [[each.name, int(each.kind), each.default is not each.empty] for each in found][:50]
