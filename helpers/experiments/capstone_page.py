"""Lesson 15, capstone: the report as one page to print or hand in.

The page is one file without scripts, and its policy forbids scripts and loading all the same; every text on it that the
course did not write is escaped. It is shown in the notebook too.
"""

import base64
import hashlib
import html
import inspect
import re
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from helpers.capstone_rules import BUDGET, TUNING_RUNS, RuleBrokenError
from helpers.comparing import Interval, interval, paired_interval
from helpers.exercises import library
from helpers.exercises.sources import CannotKeepError, source_of
from helpers.experiments.capstone import BASELINE, claim_text, reference, reference_at, verdict
from helpers.experiments.capstone_kept import begun_text
from helpers.experiments.capstone_study import STAND_IN, Final, Study, number, told
from helpers.ground import write_whole
from helpers.pictures import COLORS, STYLES, picture_bundle, pixels, plain_scales, png

NAME = "capstone_report.html"
RUBRIC = (
    ("Question: one that runs can answer", 3),
    ("Plan: written before the results, and kept or its changes told", 3),
    ("Fairness: budget, tuning runs and seeds alike on both sides", 4),
    ("Intervals: over at least ten fresh seeds, paired where seeds are shared", 4),
    ("Ablation: one choice changed, with its interval", 3),
    ("Conclusion: what the intervals carry, also where they cannot tell", 3),
)
"""What the written part is marked by, with the most points of each: 20 in all."""
LETTERS = 20_000  # of a text on the page

_CSS = """
body { margin: 2rem auto; max-width: 46rem; padding: 0 1rem; color: #000; background: #fff;
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word }
table { border-collapse: collapse; margin: 1rem 0; width: 100% }
caption { text-align: left; font-weight: bold }
th, td { border: 1px solid #6b6b6b; padding: .2rem .5rem; text-align: left; vertical-align: top }
th[scope=row] { overflow-wrap: anywhere; font-weight: normal }
img { max-width: 100%; height: auto }
pre { white-space: pre-wrap; border: 1px solid #6b6b6b; padding: .5rem; font-size: .85rem }
@page { margin: 2cm }
@media print { body { margin: 0; max-width: none; font-size: 11pt } h2 { break-after: avoid }
  figure, tr { break-inside: avoid } thead { display: table-header-group } }
"""
_POLICY = "default-src 'none'; img-src data:; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"


def report(study: Study, name: str, question: str, fairness: str, conclusion: str, claimed: str | None = None) -> None:
    """Write the report of a study as one page beside the library, and show it in the notebook.

    name: of who hands it in; question, fairness, conclusion: texts, with an empty line between paragraphs; claimed:
    "better", "worse" or "cannot tell" against the baseline, or None for no claim. A file that cannot be written is no
    error. Raises RuleBrokenError for a study without a result, an empty or endless text, and a claim that the
    interval does not carry.
    """
    result = result_of(study)
    texts = {"Name": name, "Question": question, "Plan": study.plan, "Fairness": fairness, "Conclusion": conclusion}
    for what, text in texts.items():
        _text(what, text)
    study.note()
    inner = body(study, result, texts, claimed)
    _display(inner, result)
    try:
        path().parent.mkdir(parents=True, exist_ok=True)
        write_whole(path(), page(inner))
    except OSError as error:
        print(f"The report cannot be written ({error.strerror}); what stands above is all of it.")
        return
    print(f"Your report is {NAME}, beside {library.NAME}. Open it in a browser to print it.")


def path() -> Path:
    """Return the file of the report, which need not exist yet."""
    return library.path().parent / NAME


def result_of(study: Study) -> Final:
    """Return the result of a study; RuleBrokenError where there is none."""
    if not isinstance(study, Study) or study.result is None:
        raise RuleBrokenError("no result", "There is nothing to report yet: run final of your study first.")
    return study.result


def _text(what: str, text: Any) -> None:
    if not isinstance(text, str) or not text.strip():
        raise RuleBrokenError("empty text", f"{what} is empty: a report without it cannot be marked.")
    if len(text) > LETTERS:
        raise RuleBrokenError("endless text", f"{what} has {len(text):,} letters: a report takes at most {LETTERS:,}.")


def page(inner: str) -> str:
    """Return a whole HTML page around what stands in its body."""
    digest = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY.format(digest)}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Report of the capstone</title>\n<style>{_CSS}</style>\n</head>\n"
        f"<body>\n{inner}\n</body>\n</html>\n"
    )


def body(study: Study, result: Final, texts: dict[str, str], claimed: str | None) -> str:
    """Return what the page shows, every text escaped. Raises RuleBrokenError for a claim that is not carried."""
    against = reference_at(BASELINE, result.seeds, study.track)
    claim = _claim(result, against[0], claimed)
    spent = max(one.spent for one in result.runs)
    kept = (
        f"{spent:,} of {BUDGET:,} sample gradients a run, {TUNING_RUNS - study.runs_left} of {TUNING_RUNS} tuning runs"
    )
    parts = [
        "<h1>Report of the capstone</h1>",
        f"<p>{_safe(texts['Name'])}. Track: {study.track}. Spent: {kept}.</p>",
        f"<p>So far on this computer: {begun_text(study.track)}.</p>",
        *(f"<h2>{what}</h2>{_paragraphs(texts[what])}" for what in ("Question", "Plan", "Fairness")),
        "<h2>Results</h2>",
        _tuning(study),
        _results(study, result, against),
        f"<p>{_safe(claim)}</p>",
        *(f"<figure>{_picture(*drawn)}</figure>" for drawn in pictures(study, result)),
        "<h2>Conclusion</h2>",
        _paragraphs(texts["Conclusion"]),
        f"<h2>Program</h2>{_setting(result)}<pre>{_safe(_source(result.train))}</pre>",
        _table("Marks", ("part", "of", "points"), [*((what, f"{most}", "") for what, most in RUBRIC), _TOTAL]),
    ]
    return "\n".join(parts)


_TOTAL = ("all", f"{sum(most for _, most in RUBRIC)}", "")


def _claim(result: Final, baseline: np.ndarray, claimed: str | None) -> str:
    if np.isfinite(result.test).all():
        return claim_text(result.test, baseline, claimed=claimed)
    diverged = f"{np.sum(~np.isfinite(result.test))} of {len(result.test)} runs diverged"
    if claimed is not None:
        raise RuleBrokenError(
            "claim not carried", f"You claim {claimed!r}, but {diverged}: no interval carries a claim."
        )
    return f"{diverged}: there is no mean, and no claim."


def _tuning(study: Study) -> str:
    if study.tuned is None:
        return "<p>Nothing was tuned.</p>"
    rows = [
        (name + (" (best)" if place == study.tuned.first else ""), *map(number, [*row, row.mean()]))
        for place, (name, row) in enumerate(zip(study.tuned.names, study.tuned.losses, strict=True))
    ]
    return _table("Tuning: validation loss", ("setting", "seed 0", "seed 1", "seed 2", "mean"), rows)


def _results(study: Study, result: Final, against: tuple[np.ndarray, np.ndarray]) -> str:
    rows = [_row(result.name, result.test, result.errors, against[0])]
    rows += [_row(f"ablation: {one.name}", one.test, one.errors, result.test) for one in study.ablations]
    rows.append(_row(BASELINE, *against, None))
    seeds = f"{len(result.seeds)} seeds, {min(result.seeds)} to {max(result.seeds)}"
    note = "The difference is to the baseline, of an ablation to the result. An interval leaves out the true value"
    note += " in one of 20 studies like this: of many intervals, look again at those that just miss 0."
    heads = ("run", "test loss", "interval", "error", "difference, paired", "says")
    return _table(f"Test digits, {seeds}", heads, rows) + f"<p>{note}</p>"


def _row(name: str, test: np.ndarray, errors: np.ndarray, other: np.ndarray | None) -> tuple[str, ...]:
    diverged = int(np.sum(~np.isfinite(test)))
    if diverged:
        return name, f"{diverged} of {len(test)} diverged", "", f"{100 * errors.mean():.2f} %", "", ""
    found = name, f"{test.mean():.4f}", ends_of(interval(test), ".4f"), f"{100 * errors.mean():.2f} %"
    if other is None or not np.isfinite(other).all():
        return *found, "", ""
    return *found, ends_of(paired_interval(test, other), "+.4f"), verdict(test, other)


def ends_of(ends: Interval, form: str) -> str:
    """Return an interval as text, each end in the given format."""
    return f"{ends.low:{form}} to {ends.high:{form}}"


def pictures(study: Study, result: Final) -> list[tuple[Figure, str]]:
    """Return the two figures of the report, each with its text alternative; their words are the course's alone."""
    with plt.ioff():
        return [_differences(study, result), _curves(result)]


def _differences(study: Study, result: Final) -> tuple[Figure, str]:
    """Draw the paired interval of the result minus each entry of the reference table with batches of 8 and 32.

    The title says what the baseline's carries; the others are for orientation.
    """
    names = [name for name, entry in reference(study.track).items() if entry.batch <= 32]
    others = {name: reference_at(name, result.seeds, study.track)[0] for name in names}
    usable = [name for name in names if np.isfinite(result.test).all() and np.isfinite(others[name]).all()]
    ends = np.array([paired_interval(result.test, others[name]) for name in usable]).reshape(-1, 2)
    says = [verdict(result.test, others[name]) for name in usable]
    fig, ax = plt.subplots(figsize=(6.4, 4.2))
    places = np.arange(len(usable))
    for opponent, look in ((True, _OPPONENT), (False, _OTHERS)):
        rows = np.array([(name == BASELINE) == opponent for name in usable], dtype=bool)
        ax.errorbar(ends[rows].mean(axis=1), places[rows], xerr=np.ptp(ends[rows], axis=1) / 2, capsize=4, **look)
    ax.axvline(0, **STYLES["limit"])
    ax.set_yticks(places, [f"{name}, the baseline" if name == BASELINE else name for name in usable])
    ax.invert_yaxis()
    ax.set(xlabel="your test loss minus theirs, 95 % interval, paired by seed")
    if BASELINE not in usable:
        ax.set_title(f"Some runs diverged: nothing to compare with {BASELINE}")
        return fig, "No intervals: some runs diverged."
    against = _AGAINST[says[usable.index(BASELINE)]]
    ax.set_title(f"Yours {against} {BASELINE}")
    return fig, (
        f"Intervals of the paired differences of the test loss: yours {against} {BASELINE}, the baseline. For "
        f"orientation, the {len(usable) - 1} other usual runs with batches of 8 and 32: "
        f"{_besides(says, usable)}."
    )


_AGAINST = {"better": "is better than", "worse": "is worse than", "cannot tell": "cannot be told apart from"}
_OPPONENT = {"color": STYLES["path"]["color"], "linestyle": "none", "marker": "o", "elinewidth": 2.5, "markersize": 8}
_OTHERS = {"color": COLORS["guide"], "linestyle": "none", "marker": "o", "markersize": 4}


def _besides(says: list[str], names: list[str]) -> str:
    """Return how many of the runs other than the baseline a verdict stands beside."""
    others = [word for word, name in zip(says, names, strict=True) if name != BASELINE]
    better, worse = others.count("better"), others.count("worse")
    return f"better than {better}, worse than {worse}, not to be told apart from {len(others) - better - worse}"


def _curves(result: Final) -> tuple[Figure, str]:
    """Draw the mean batch loss against what was spent, a line for each seed."""
    fig, ax = plt.subplots()
    ends = []
    for one in result.runs:
        spent, losses = _smooth(one.costs, one.losses)
        ends += losses[-1:].tolist()
        ax.plot(spent, losses, color=STYLES["loss"]["color"], linestyle="-", linewidth=1, alpha=0.6)
    ax.set(
        xlim=(0, BUDGET),
        yscale="log" if ends else "linear",
        xlabel="sample gradients spent",
        ylabel="loss of the batches, mean of 1,000",
    )
    between = f"{len(result.runs)} runs end at {min(ends):.2g} to {max(ends):.2g}" if ends else "no run has asked"
    ax.set_title(between[0].upper() + between[1:])
    return fig, f"Loss of the batches against sample gradients spent, a line for each seed: {between}."


def _smooth(costs: np.ndarray, losses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean losses over each thousand sample gradients, and where each of them ends."""
    spent = np.cumsum(costs)
    bins = (spent - 1) // 1000
    found = [(spent[bins == k][-1], np.average(losses[bins == k], weights=costs[bins == k])) for k in np.unique(bins)]
    kept = [(at, loss) for at, loss in found if 0 < loss < np.inf]
    return tuple(np.array(kept).reshape(-1, 2).T)  # type: ignore[return-value]


def _picture(fig: Figure, alt: str) -> str:
    plain_scales(fig)
    shown = picture_bundle(png(pixels(fig)), alt)["text/html"]
    plt.close(fig)
    return shown


def _setting(result: Final) -> str:
    return f"<p>{_safe(told(result.setting))}</p>" if result.setting else ""


def _source(train: Any) -> str:
    """Return the source of a train function and of those of the notebook that it calls, or why it is not there."""
    if train is STAND_IN:
        return "The course's own run stood in: the check of your-run has not found a run of yours right yet."
    while isinstance(train, partial):
        train = train.func
    train = getattr(train, "_own", train)  # of exercises.own
    try:
        return "\n\n\n".join(source_of(train, train.__name__).definitions)[:LETTERS]
    except (CannotKeepError, AttributeError):
        pass
    try:
        return inspect.getsource(train)[:LETTERS]
    except (OSError, TypeError):
        return "The program of this function is not at hand; hand in the notebook with the report."


def _safe(text: Any) -> str:
    """Return a text for HTML: escaped, and without control characters and halves of letters."""
    whole = str(text).encode("utf-8", "replace").decode()
    return html.escape(re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", "", whole))


def _paragraphs(text: str) -> str:
    return "\n".join(f"<p>{_safe(part.strip())}</p>" for part in re.split(r"\n\s*\n", text) if part.strip())


def _table(caption: str, heads: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f'<th scope="col">{_safe(head)}</th>' for head in heads)
    lines = "\n".join(
        f'<tr><th scope="row">{_safe(first)}</th>{"".join(f"<td>{_safe(cell)}</td>" for cell in cells)}</tr>'
        for first, *cells in rows
    )
    inside = f"<caption>{_safe(caption)}</caption>\n<thead><tr>{top}</tr></thead>\n<tbody>\n{lines}\n</tbody>"
    return f"<table>\n{inside}\n</table>"


def _display(inner: str, result: Final) -> None:
    from IPython.display import display  # as in pictures: who only computes does not pay for it

    plain = f"The report: mean test loss {result.test.mean():.4f} on {len(result.test)} seeds."
    lower = re.sub(r"(</?h)([12])>", lambda tag: f"{tag[1]}{int(tag[2]) + 2}>", inner)  # the notebook has its own h1
    display({"text/html": f"<div>{lower}</div>", "text/plain": plain}, raw=True)
