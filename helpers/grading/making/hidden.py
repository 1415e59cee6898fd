"""Hidden tests: an exercise's public probes with a cohort's own numbers, as code that needs no other cell.

There are two regions for each exercise: in the first all calls must be right, in the second half of them. A submission
can replace what it likes: `check`, np.testing, abs, len, the type of what it returns. So the code compares by operators
alone, on exact Python floats, and takes its types from literals. What it expects is not there yet while the answer
runs. `grade` runs it outside the submission's process (see running.judge); under nbgrader alone both are in one
interpreter, and an answer that reads this cell's own code can forge it.
"""

import zlib

import numpy as np

from helpers.exercises import judging
from helpers.exercises.exercise import Answer, Arguments, Exercise
from helpers.exercises.values import Observed, Plain
from helpers.grading.making.half import enough, right_answers
from helpers.grading.making.literals import with_tolerance
from helpers.grading.making.probes import evaluated, written

FAILED = "Not right on the numbers of this assignment."
HALF_FAILED = "Too few of the calls are right on the numbers of this assignment."

TEMPLATE = """\
### BEGIN HIDDEN TESTS
def hidden_probes(answer):
    import contextlib
    import io
    import time
    import warnings

    import numpy as np
    from helpers.exercises import judging
{imports}
    probes = [
{probes}
    ]
    kind = (0).__class__.__class__  # type, bool, int and so on, under names that no cell can replace
    flag, whole, real = True.__class__, (0).__class__, (0.0).__class__
    text, row, group = "".__class__, [].__class__, ().__class__

    def plain(value):
        if kind(value) is group or kind(value) is row:
            return [plain(item) for item in value]
        if kind(value) is flag or kind(value) is whole or kind(value) is real or kind(value) is text:
            return value
        return value.tolist()

    def same(got, want, allowed):
        if kind(want) is row:
            if kind(got) is not row or got.__len__() != want.__len__():
                return False
            place = 0
            for item in want:
                if not same(got[place], item, allowed[place] if kind(allowed) is row else allowed):
                    return False
                place += 1
            return True
        if kind(want) is flag or kind(want) is text:
            return kind(got) is kind(want) and got == want
        if kind(got) is not whole and kind(got) is not real:
            return False
        return got == want or -allowed <= got - want <= allowed or (got != got and want != want)

    got, most, started = [], 0, time.monotonic()
    try:
        with (
            judging.time_limit({seconds}),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            np.errstate(all="ignore"),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            for arguments in probes:
                try:
                    got += [[{call}]]
                except:  # whatever an answer raises, exit() too: this call is not right, and the others count
                    got += [[]]
                    if time.monotonic() - started >= {seconds}:
                        break
    except:  # the time was over between two calls
        pass
    conventions = [  # for each right convention: what every probe gives, and how far an answer may be from it
{conventions}
    ]
    for convention in conventions:
        agreed, place = 0, 0
        for returned in got:
            want, allowed = convention[place]
            try:
                if same(returned, [want], [allowed]):
                    agreed += 1
            except:  # an integer that no float can hold
                pass
            place += 1
        if agreed > most:
            most = agreed
    assert most >= {enough}, "{failed}"


hidden_probes({name})
### END HIDDEN TESTS"""


def hidden_tests(exercise: Exercise, seed: int) -> str:
    """Return the hidden region of an exercise's check cell: every call is right.

    It is the same for the same seed, whatever else is assigned.
    """
    known = zip(judging.probes_of(exercise), judging.expected(exercise, exercise.reference), strict=True)
    calm = [arguments for arguments, outcome in known if outcome.error is None]  # `check` alone asks for errors
    edges = [edge for edge in exercise.edges if any(edge is one for one in calm)]
    return _region(exercise, [seed], edges, len(exercise.probes) + len(edges), FAILED)


def half_tests(exercise: Exercise, seed: int) -> str:
    """Return the hidden region of an exercise's second cell: as many calls are right as `enough` says.

    Its numbers are its own, so that nothing is gained by reading them off the first region. Edges are left out: on
    them (no step at all, one sample) many a wrong answer is right.
    """
    return _region(exercise, [seed, 1], [], enough(exercise), HALF_FAILED)


def _region(exercise: Exercise, seeds: list[int], edges: list[Arguments], least: int, failed: str) -> str:
    """Return a region in which at least so many calls must be right."""
    rng = np.random.default_rng([*seeds, zlib.crc32(exercise.id.encode())])
    imports: set[str] = set()
    probes = [_in_other_numbers(exercise, probe, rng, imports) for probe in exercise.probes]
    probes += [written(edge, None, imports) for edge in edges]
    rng.shuffle(probes)  # words and truth values stay what they were: not so the place of the call that gives them
    given = [evaluated(probe, imports) for probe in probes]
    rights = [[_value(exercise, answer, arguments) for arguments in given] for answer in right_answers(exercise)]
    call = _call(exercise, rights[0][0], imports)
    return TEMPLATE.format(
        imports="".join(f"    {line}\n" for line in sorted(imports)),
        probes="\n".join(f"        {probe}," for probe in probes),
        conventions="\n".join(f"        [{', '.join(map(with_tolerance, right))}]," for right in rights),
        call=call,
        seconds=judging.seconds(exercise),
        enough=least,
        failed=failed,
        name=exercise.reference.__name__,
    )


def _in_other_numbers(exercise: Exercise, probe: Arguments, rng: np.random.Generator, imports: set[str]) -> str:
    """Return a probe as code, with a cohort's numbers."""
    if exercise.vary:
        return written(exercise.vary(rng, *probe), None, imports)
    return written(probe, rng, imports)


def _call(exercise: Exercise, right: Plain, imports: set[str]) -> str:
    """Return a call of the answer as code, for what is compared; right: what it must give."""
    if not exercise.observe:
        return "plain(answer(*arguments))"
    assert isinstance(right, Observed)
    imports.add("from helpers.exercises.catalogue import EXERCISES")
    names = [name for name, _ in right.properties]
    seen = f"EXERCISES[{exercise.id!r}].observe(answer, *arguments)"
    return f"(lambda seen: [plain(seen[name]) for name in {names!r}])({seen})"


def _value(exercise: Exercise, answer: Answer, arguments: Arguments) -> Plain:
    outcome = judging.known(exercise, answer, arguments)
    if outcome.error is not None:
        raise ValueError(f"{exercise.id}: the reference raises {outcome.error!r} on a hidden probe") from outcome.error
    return outcome.value
