"""Lesson 15, capstone: a study by the rules, from the plan over tuning and the frozen choice to the ablation.

The plan stands before the first result. Tuning has 21 runs on the seeds 0 to 2, judged by the digits that choose. The
final choice runs on ten seeds or more that tuning never used, and is measured on the test digits after each run has
ended; from then on nothing is tuned any more.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from helpers.capstone_rules import FRESH, TRACKS, TUNING, TUNING_RUNS, RuleBrokenError, Run, called, measure, run
from helpers.comparing import T95
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.course.capstone.your_run import alike
from helpers.exercises.own import Yours
from helpers.exercises.timing import TimeOver, time_limit
from helpers.experiments.capstone_kept import note_study
from helpers.networks import Weights

Train = Callable[..., Weights]
Setting = dict[str, Any]
SECONDS = 30.0  # that one run may take; at batch 1 one takes two
SHOWN = 10  # lines of what a train function prints
WORDS = 20  # of a plan at least


STAND_IN = EXERCISES["your-run"].reference
STOOD_IN = "the course's run"


class Tuned(NamedTuple):
    """What tuning has shown so far: the settings tried, and their validation losses (settings, 3).

    losses: on the seeds 0, 1, 2; inf where a run diverged.
    """

    settings: list[Setting]
    losses: np.ndarray

    @property
    def first(self) -> int | None:
        """The row of the lowest mean, or None where all diverged."""
        means = self.losses.mean(axis=1)
        return int(means.argmin()) if np.isfinite(means).any() else None

    @property
    def best(self) -> Setting | None:
        """The setting of the lowest mean, or None where all diverged."""
        return None if self.first is None else self.settings[self.first]

    @property
    def names(self) -> list[str]:
        """The settings as texts; one that comes again, with a changed program, says so."""
        texts = [told(setting) for setting in self.settings]
        times = [texts[: place + 1].count(text) for place, text in enumerate(texts)]
        return [f"{text} (program {k})" if k > 1 else text for text, k in zip(texts, times, strict=True)]

    def __repr__(self) -> str:
        """Return the table."""
        return self.table()

    def table(self) -> str:
        """Return the settings and their losses as text, a line each."""
        lines = [f"{'setting':36s}   seed 0   seed 1   seed 2     mean"]
        for place, (name, row) in enumerate(zip(self.names, self.losses, strict=True)):
            numbers = "".join(f" {number(loss):>8s}" for loss in [*row, row.mean()])
            mark = "  best" if place == self.first else ""
            lines.append(f"{name:36.36s}{numbers}{mark}")
        return "\n".join(lines)


class Final(NamedTuple):
    """What one choice reaches on fresh seeds: test losses and errors (n,), and the runs themselves.

    name: what the choice is called; seeds: in the order of test and errors. A diverged run has loss inf.
    """

    name: str
    seeds: tuple[int, ...]
    test: np.ndarray
    errors: np.ndarray
    runs: list[Run]
    train: Train
    setting: Setting

    def __repr__(self) -> str:
        """Return the means in a line; the weights of all runs would fill pages."""
        diverged = int(np.sum(~np.isfinite(self.test)))
        loss = f"{diverged} diverged" if diverged else f"mean test loss {number(self.test.mean())}"
        means = f"{loss}, {100 * self.errors.mean():.2f} % read wrong"
        return f"{self.name}, {len(self.seeds)} seeds: {means}"


class Study:
    """One study, whose plan is written before its results.

    plan: the text; track: "clean" or "wrong labels"; runs_left: tuning runs that are left; tuned, result, ablations:
    what has been found, None or empty before.
    """

    def __init__(self, plan: str, track: str = "clean") -> None:
        """Begin with a plan of at least 20 words; RuleBrokenError for less, ValueError for another track."""
        if not isinstance(plan, str) or len(plan.split()) < WORDS:
            sentence = f"Write the plan first, in {WORDS} words or more: what you will try, and how you will choose."
            raise RuleBrokenError("no plan", sentence)
        if track not in TRACKS:
            raise ValueError(f"track must be one of {', '.join(map(repr, TRACKS))} and is {track!r}")
        self.plan, self.track = plan, track
        self.runs_left = TUNING_RUNS
        self.tuned: Tuned | None = None
        self.result: Final | None = None
        self.ablations: list[Final] = []
        self._seen: dict[tuple[str, str], tuple[Setting, list[float]]] = {}  # by setting and losses, as texts

    def tune(self, train: Train, settings: Sequence[Setting]) -> Tuned:
        """Run train(oracle, seed, **setting) on three seeds for each setting; return all that was tried so far.

        settings: dicts of keywords, such as [{"lr": 0.1}, {"lr": 0.3}]. A setting costs three of the 21 runs; run again
        with the same outcome it costs nothing. Raises RuleBrokenError for more than is left, before anything of it is
        shown, once the result is frozen, and as `run` does.
        """
        if self.result is not None and self.result.train is not STAND_IN:
            sentence = "The test digits have been seen, and what is tuned after that fits them: begin a new Study."
            raise RuleBrokenError("tuned afterwards", sentence)
        settings = _settings(settings)
        known = {name for name, _ in self._seen}
        self._afford(len({told(setting) for setting in settings} - known))
        runs = [[_run(train, setting, seed, self.track) for seed in TUNING] for setting in settings]
        losses = [[measure(one.weights, "choose", self.track)[0] for one in three] for three in runs]
        outcomes = {_outcome(setting, three): (setting, three) for setting, three in zip(settings, losses, strict=True)}
        self._afford(len(set(outcomes) - set(self._seen)))
        self.runs_left -= len(TUNING) * len(set(outcomes) - set(self._seen))
        self._seen = {**self._seen, **outcomes}
        _repeat_what_was_said(train, [one for three in runs for one in three])
        rows = list(self._seen.values())
        self.tuned = Tuned([setting for setting, _ in rows], np.array([losses for _, losses in rows]))
        self.note()
        return self.tuned

    def note(self) -> None:
        """Count this study among those that were begun, once it has shown anything; what is counted stays so."""
        if self._seen or (self.result is not None and self.result.train is not STAND_IN):
            note_study(self.plan, self.track, map(": ".join, self._seen))

    def _afford(self, new: int) -> None:
        if new * len(TUNING) > self.runs_left:
            cost = f"{new} more setting{'s' if new > 1 else ''} would take {new * len(TUNING)} tuning runs"
            sentence = f"{cost}, and {self.runs_left} are left of {TUNING_RUNS}; a new Study begins with all of them."
            raise RuleBrokenError("tuning spent", sentence)

    def final(
        self, train: Train, setting: Setting | None = None, name: str = "yours", seeds: Sequence[int] = FRESH
    ) -> Final:
        """Run the frozen choice on fresh seeds and return its test losses and errors, measured after each run.

        seeds: 10 to 30 different ones, none of those that tune. The course's own run, which stands in for one that is
        not right yet, fixes nothing: another may follow it. Raises RuleBrokenError for other seeds, for a second
        choice, for a run that does not repeat itself, and as `run` does.
        """
        stands_in = train is STAND_IN
        found = self._judge(train, setting or {}, STOOD_IN if stands_in else name, _fresh(seeds))
        again = _run(train, found.setting, found.seeds[0], self.track)
        if not alike(again, found.runs[0]):
            sentence = "Two runs of one seed end in different weights: draw all random numbers from default_rng(seed)."
            raise RuleBrokenError("not repeatable", sentence)
        if self.result is not None and self.result.train is not STAND_IN and not _same(self.result, found):
            sentence = "The test digits have judged another choice already: report that one, or begin a new Study."
            raise RuleBrokenError("second choice", sentence)
        self.result = found
        self.note()
        return found

    def ablate(self, train: Train, setting: Setting, change: Setting, name: str = "") -> Final:
        """Run the result with one choice changed, on the same seeds; for learning which part of it matters.

        train, setting: a program and the keywords with which it is the result; change: the one keyword that is changed,
        such as {"falling": False}; name: what the report calls it. The course's own run has no ablations: beside it
        the change is run, and not kept. Raises RuleBrokenError before there is a result, for more than one change, for
        a program that is not the result without it, and where nothing has changed.
        """
        if self.result is None:
            raise RuleBrokenError("no result", "An ablation changes the result in one choice: run final first.")
        setting, change = _settings([setting, change])
        if len(change) != 1:
            many = f", and these are {len(change)}: {', '.join(change)}" if change else ": name it, and its new value"
            raise RuleBrokenError("several changes", f"An ablation changes one choice{many}.")
        stands_in = self.result.train is STAND_IN
        if not stands_in and not alike(_run(train, setting, self.result.seeds[0], self.track), self.result.runs[0]):
            sentence = (
                f"{called(train)} with {told(setting)} does not end where your result does: more would be changed"
            )
            raise RuleBrokenError("another program", f"{sentence} than {', '.join(change)}.")
        name = f"{name} ({told(change)})" if name else told(change)
        found = self._judge(train, setting | change, name, self.result.seeds)
        if stands_in:
            print("No ablation: the course's own run stood in for the result.")
            return found
        if _same(self.result, found):
            sentence = f"The ablation {found.name!r} ends in the same weights as the result: it changes nothing."
            raise RuleBrokenError("nothing changed", sentence)
        self.ablations = [*(one for one in self.ablations if one.name != found.name), found]
        return found

    def _judge(self, train: Train, setting: Setting, name: str, seeds: tuple[int, ...]) -> Final:
        (setting,) = _settings([setting])
        runs = [_run(train, setting, seed, self.track) for seed in seeds]
        test, errors = np.array([measure(one.weights, "judge", self.track) for one in runs]).T
        _repeat_what_was_said(train, runs)
        return Final(_short(name), seeds, test, errors, runs, train, setting)


def number(loss: float) -> str:
    """Return a loss with four decimals, shorter where it is large, and inf in a word; eight letters at most."""
    return f"{loss:.4f}" if loss < 100 else f"{loss:.2g}" if np.isfinite(loss) else "diverged"


def told(setting: Setting) -> str:
    """Return a setting on one line, such as lr = 0.3, batch = 32; "as it is" for an empty one."""
    return _short(", ".join(f"{name} = {_value(value)}" for name, value in setting.items()) or "as it is")


def _value(value: Any) -> str:
    if isinstance(value, (float, np.floating)):
        return f"{value:g}"
    return getattr(value, "__name__", None) or str(value)  # the repr of a function has an address in it


def _short(text: Any) -> str:
    words = " ".join(str(text).split())
    return words if len(words) <= 80 else f"{words[:79]}…"


def _settings(settings: Any) -> list[Setting]:
    listed = list(settings) if isinstance(settings, (list, tuple)) else []
    keywords = all(isinstance(setting, dict) and all(isinstance(key, str) for key in setting) for setting in listed)
    if not listed or not keywords:
        sentence = "Settings are a list of dicts of keywords, such as [{'lr': 0.1}, {'lr': 0.3}]."
        raise RuleBrokenError("no settings", sentence)
    return listed


def _fresh(seeds: Sequence[int]) -> tuple[int, ...]:
    """Return seeds for the report; RuleBrokenError unless they are 10 to 30 different ones that tuning did not use."""
    numbers = [seed for seed in seeds if isinstance(seed, (int, np.integer)) and not isinstance(seed, bool)]
    fresh = tuple(int(seed) for seed in dict.fromkeys(numbers) if seed >= 0)
    if len(fresh) < len(seeds):
        raise RuleBrokenError("no seeds", "The seeds of a report are different whole numbers, 0 or more.")
    if tuned := sorted(set(fresh) & set(TUNING)):
        raise RuleBrokenError("tuning seeds", f"Seed {tuned[0]} was used for tuning: what it shows is too good.")
    if len(fresh) < len(FRESH):
        sentence = f"A report needs {len(FRESH)} seeds or more, and these are {len(fresh)}: the interval would be wide."
        raise RuleBrokenError("too few seeds", sentence)
    if len(fresh) > max(T95):
        raise RuleBrokenError("too many seeds", f"A report takes at most {max(T95)} seeds, and these are {len(fresh)}.")
    return fresh


def _run(train: Train, setting: Setting, seed: int, track: str) -> Run:
    function: Train = _with(train, setting) if callable(train) else train
    try:
        with time_limit(SECONDS):
            return run(function, seed, track)
    except TimeOver:
        sentence = (
            f"{called(train)} took more than {SECONDS:g} seconds at seed {seed}: is there a loop that never ends?"
        )
        raise RuleBrokenError("slow", sentence) from None


def _with(train: Train, setting: Setting) -> Train:
    """Return a function with a setting, and without the course's own one behind it: a result is of one program."""
    own = train.alone if isinstance(train, Yours) else train
    function: Any = partial(own, **setting)
    function.__name__ = getattr(train, "__name__", "")
    function.__code__ = getattr(getattr(train, "_own", train), "__code__", None)  # an error is told with its line
    return function


def _outcome(setting: Setting, losses: Sequence[float]) -> tuple[str, str]:
    """Return a setting and its losses as texts, without the last digits: what they are is the computer's affair."""
    return told(setting), " ".join(f"{loss:.5g}" for loss in losses)


def _same(one: Final, other: Final) -> bool:
    return one.seeds == other.seeds and all(map(alike, one.runs, other.runs))


def _repeat_what_was_said(train: Train, runs: Sequence[Run]) -> None:
    """Print the first lines that runs of a function printed, and how many more there were."""
    total = sum(max(one.lines, bool(one.said)) for one in runs)
    first = next((one.said.splitlines() for one in runs if one.said), [])[:SHOWN]
    for line in first:
        print(line[:200])
    if total > len(first):
        print(f"{called(train)} printed {total:,} lines in {len(runs)} runs; these are the first {len(first)}.")
