"""Lesson 15, live: what the usual rules reach, what the best of many tries is worth, how many seeds a claim needs."""

from typing import Any

import matplotlib.pyplot as plt
from matplotlib.ticker import MaxNLocator

from helpers.capstone_rules import FRESH, TRACKS
from helpers.exercises.catalogue import challenge
from helpers.experiments.capstone import BATCHES, DIVERGED, RULES, SCHEDULES, rates_of
from helpers.experiments.capstone_frames import (
    ASIDE,
    CURVES,
    EDGES,
    ENTRIES,
    JUDGED,
    JUDGES,
    LOSSES,
    NAMED,
    SEEDS,
    SEEN,
    SIZES,
    TRIED,
    TUNED,
    WON,
    dashboard,
    picked,
    seed_by_seed,
    shown,
)
from helpers.experiments.marks import names_beside
from helpers.pictures import COLORS, STYLES, minus_signs
from helpers.stage import Menu, Scene, Stage, stage


def batch_dashboard() -> Stage:
    """Choose rule, schedule and batch under 12,000 sample gradients, and see what tuning saw and fresh seeds say."""
    fig, (tuning, fresh) = plt.subplots(1, 2, figsize=(8, 3.4))
    other: dict[str, Any] = {"color": COLORS["guide"], "ls": (0, (12, 2)), "lw": 0.8, "zorder": 1.8}
    run: dict[str, Any] = {"color": COLORS["path"], "ls": "none", "marker": "o", "mfc": "none", "ms": 3.5}
    tuning.axhline(DIVERGED, xmin=NAMED + 0.02, **STYLES["limit"])
    tuning.text(0.6, 1.05 * DIVERGED, "guessing", ha="center", va="bottom", transform=tuning.get_yaxis_transform())
    artists: dict[str, Any] = {}
    for batch in BATCHES:
        artists[f"batch {batch}"] = tuning.plot([], [], **other)[0]
        artists[f"name of {batch}"] = tuning.text(0, 0, "", ha="right", va="center", transform=tuning.transAxes)
        artists[f"interval {batch}"] = fresh.plot([], [], color=COLORS["path"], ls="-", lw=5, alpha=0.35, zorder=1.7)[0]
    artists |= {
        "curve": tuning.plot([], [], **STYLES["path"] | {"marker": "", "linewidth": 2.2})[0],
        "runs": tuning.plot([], [], **run)[0],
        "chosen": tuning.plot([], [], **STYLES["now"], zorder=3)[0],
        "baseline": fresh.plot([], [], **STYLES["limit"])[0],
        "taken": fresh.plot([], [], **STYLES["path"] | {"marker": "", "linewidth": 2.2})[0],
        "fresh": fresh.plot([], [], **run)[0],
        "now": fresh.plot([], [], **STYLES["now"], zorder=3)[0],
    }
    artists |= {name: fresh.plot([], [], **other)[0] for name in SCHEDULES}
    artists |= names_beside(fresh, dict.fromkeys(SCHEDULES, "black"))
    tuning.set(
        xscale="log", yscale="log", ylim=TUNED, xlabel="learning rate lr", ylabel="validation loss, seeds 0 to 2"
    )
    tuning.set_yticks(shown := (0.05, 0.1, 0.2, 0.5, 1, 2), [f"{loss:g}" for loss in shown])
    tuning.set_title("Number: batch. Large dot: what tuning takes")
    fresh.set(xscale="log", yscale="log", xlim=(6, 680), xlabel="batch", ylabel="test loss, ten fresh seeds")
    fresh.set_xticks(BATCHES, [f"{batch}" for batch in BATCHES])
    fresh.set_title("Bar: its 95% interval. Dotted: SGD constant 32")
    tuning.minorticks_off()

    def choose(rule: str, schedule: str, track: str) -> Scene:
        rates = rates_of(rule)
        tuning.set_xlim(rates[0] * 10 ** EDGES[0], rates[-1] * 10 ** EDGES[1])
        fresh.set_ylim(*JUDGED[track])
        fresh.set_yticks(JUDGES[track], [f"{loss:g}" for loss in JUDGES[track]])
        fresh.minorticks_off()
        return dashboard(rule, schedule, track).on(artists)

    controls = (
        Menu("rule", "rule", list(RULES)),
        Menu("schedule", "schedule", list(SCHEDULES)),
        Menu("track", "labels", list(TRACKS)),
    )
    goal = challenge("batch-dashboard")
    return stage(fig, choose, over=SIZES, label="batch", start=32, format="{:d}", controls=controls, challenge=goal)


def curse() -> Stage:
    """Try 1 to 168 settings, keep the one that looks best, and see what it is worth on seeds that did not choose it."""
    fig, (curves, cloud) = plt.subplots(1, 2, figsize=(8, 3.4), width_ratios=(5, 4))
    worth: dict[str, Any] = {"color": COLORS["gradient"], "marker": "D"}
    artists: dict[str, Any] = {
        "best": curves.plot([], [], **STYLES["limit"])[0],
        "shown": curves.plot([], [], **STYLES["path"] | {"marker": "", "linewidth": 2.2})[0],
        "worth": curves.plot([], [], **STYLES["gradient"] | {"linewidth": 2.2})[0],
        "shown now": curves.plot([], [], **STYLES["now"], zorder=3, clip_on=False)[0],
        "worth now": curves.plot([], [], **STYLES["now"] | worth, zorder=3, clip_on=False)[0],
        "name of best": curves.text(0, 0, "", va="top"),
        "diagonal": cloud.plot([], [], **STYLES["guide"])[0],
    }
    dot: dict[str, Any] = {"color": COLORS["path"], "ls": "none", "marker": "o", "mec": "black", "mew": 0.6}
    looks: tuple[dict[str, Any], ...] = ({"ms": 9}, {"ms": 5.5}, {"ms": 2.5, "mfc": "none"})
    artists |= {name: cloud.plot([], [], **dot | look)[0] for name, look in zip(WON, looks, strict=True)}
    artists |= names_beside(curves, dict.fromkeys(CURVES, "black"))
    curves.set(
        xscale="log", yscale="log", xlim=(1, 195), xlabel="settings tried", ylabel="loss of the best, mean of draws"
    )
    curves.set_xticks(counts := (1, 3, 10, 30, 168), [f"{count}" for count in counts])
    cloud.set(xscale="log", yscale="log", xlabel="shown on the seeds that choose", ylabel="worth on ten fresh seeds")
    curves.set_title("The more you try, the better the best looks")
    cloud.set_title("168 settings; large: often the best")

    def pick(track: str, seen: str) -> Scene:
        ticks = [tick for tick in (0.05, 0.1, 0.2, 0.4, 0.7, 1, 2) if tick > LOSSES[track][0]]
        words = [f"{tick:g}" for tick in ticks]
        for axis_of, ax in (("y", curves), ("y", cloud), ("x", cloud)):
            ax.set(**{f"{axis_of}lim": LOSSES[track]})
            getattr(ax, f"set_{axis_of}ticks")(ticks, words)
            ax.minorticks_off()
        return picked(track, seen).on(artists)

    controls = (Menu("track", "labels", list(TRACKS)), Menu("seen", "chosen on", list(SEEN)))
    goal = challenge("curse")
    return stage(fig, pick, over=TRIED, label="settings tried", format="{:d}", controls=controls, challenge=goal)


def how_many_seeds() -> Stage:
    """Add seed after seed, and see when the paired interval of an entry less the baseline leaves 0, and if it stays."""
    fig, (runs, intervals) = plt.subplots(1, 2, figsize=(8, 3.4))
    arrows = runs.quiver(
        [0], [0], [0], [-1], color=COLORS["guide"], width=0.007, angles="xy", scale_units="xy", scale=1
    )
    artists: dict[str, Any] = {
        "difference": arrows,
        "base": runs.plot([], [], **STYLES["comparison"] | {"linestyle": "none", "markersize": 6})[0],
        "mine": runs.plot([], [], **STYLES["path"] | {"linestyle": "none", "markersize": 6})[0],
    }
    intervals.axhline(0, **STYLES["limit"])
    looks: dict[str, dict[str, Any]] = {
        "paired": {"color": COLORS["path"], "ls": "-", "lw": 4},
        "unpaired": {"color": COLORS["guide"], "ls": (0, (5, 1)), "lw": 1.4},
    }
    for kind in ASIDE:
        artists |= {f"{kind} {count}": intervals.plot([], [], **looks[kind])[0] for count in SEEDS.tolist()}
    artists["now"] = intervals.plot([], [], **STYLES["now"], zorder=3)[0]
    runs.set(xlim=(FRESH[0] - 0.6, FRESH[-1] + 0.6), xticks=FRESH[::3], xlabel="seed", ylabel="test loss")
    runs.set_title("Diamonds: the baseline, dots: the entry")
    intervals.set(xlim=(1.5, 10.6), xticks=SEEDS, xlabel="seeds", ylabel="test loss: entry less baseline")
    intervals.set_title("Thick: paired, thin: unpaired")

    runs.yaxis.set(major_formatter="{x:.3f}", major_locator=MaxNLocator(6, steps=[1, 2, 5, 10]))
    intervals.yaxis.set(
        major_formatter=lambda loss, _: minus_signs(f"{loss:+.3f}") if abs(loss) > 1e-9 else "0",
        major_locator=MaxNLocator(6, steps=[1, 2, 5, 10]),
    )

    def compare(entry: str, track: str) -> Scene:
        for ax, limits in zip((runs, intervals), shown(entry, track), strict=True):
            ax.set_ylim(limits)
        return seed_by_seed(entry, track).on(artists)

    controls = (Menu("entry", "entry", list(ENTRIES)), Menu("track", "labels", list(TRACKS)))
    goal = challenge("how-many-seeds")
    return stage(fig, compare, over=SEEDS, label="seeds", format="{:d}", controls=controls, challenge=goal)
