"""What a learner waits for and what a lesson weighs, in a real JupyterLab in Chromium.

Run: python tests/benchmarks/bench_browser.py [--rounds N] [LESSON...]. Needs Chromium; the rest it installs.
A control of a stage moves in turns with an ipywidgets slider whose @interact draws the same picture as a new figure, by
the lesson's own plotting code, both on a screen of ordinary density. A time runs from the input event to the frame that
shows the new picture; the baseline's ends a little earlier, when the picture is decoded.
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]  # run by its path, this file finds what it measures

from helpers.start.installing import add  # noqa: E402

add("browser")  # as `start.py test browser` does

from laboratory import BrowserContext, Lab, Page, open_alone, open_and_run, run_all, running_chromium, running_lab  # noqa: E402

MIB = 2**20
SIDES = ("stage", "interact")


class Control(NamedTuple):
    """A control of a lesson's experiment: its module and function, the control's keyword, and when it is moved.

    A further control is moved to settings that the page has asked for before ("ahead"), or that it does not know.
    """

    room: str
    experiment: str
    name: str
    when: str

    @property
    def label(self) -> int:
        return 0 if self.when == "swept" else 1  # the first label of the stage is the swept slider's

    def __str__(self) -> str:
        return f"{self.experiment}, {self.name}, {self.when}".replace("index, ", "")


SAME_MAP, NEW_MAP = ("gradient_descent", "update_by_hand", "lr"), ("learning_rate", "bowl_rates", "condition")
CONTROLS = (
    Control("start_here", "first_descent", "index", "swept"),
    Control("gradient", "compass", "index", "swept"),
    Control("learning_rate", "bowl_rates", "index", "swept"),
    *(Control(*control, when) for control in (SAME_MAP, NEW_MAP) for when in ("ahead", "unknown")),
)
# Ratios of medians to reach, by control and when: without a new map, and with one.
TARGETS = {(SAME_MAP, "unknown"): 0.12, (NEW_MAP, "unknown"): 0.25, (SAME_MAP, "ahead"): 0.1, (NEW_MAP, "ahead"): 0.1}

STAGE = """
import importlib
lesson = importlib.import_module(f"helpers.experiments.{room}")
shown = getattr(lesson, experiment)()
shown.index = len(shown.texts) // 2  # where every control changes the picture
if when == "unknown":
    shown.on_msg(shown._foresee, remove=True)  # a page that gets no answer asks for nothing else ahead
shown
"""
# The experiment runs once more for every value, with `stage` replaced by what draws one picture with matplotlib. It
# computes the sweep as well, of which it needs one value: about 1 % of its time.
INTERACT = """
import ipywidgets
import matplotlib.pyplot as plt
from helpers.stage.artists import live_artists
from helpers.stage.limits import fit_limits

def draw(raw):
    def new_figure(fig, scene, over, controls=(), **words):
        values = {c.name: c.value(raw if c.name == name else c.first()) for c in controls}
        lives = live_artists(fig, (scene(**values) if controls else scene).live, len(over))
        fit_limits(lives, {})
        for live in lives:
            drawn, ax = live.put(raw if name == "index" else shown.index), live.artist.axes
            if drawn is not live.artist:  # arrows
                live.artist.remove()
                ax.add_collection(drawn, autolim=False)
        plt.show()

    lesson.stage = new_figure
    getattr(lesson, experiment)()

choices = {"index": shown.texts} | {c["name"]: c.get("texts") for c in shown.controls}
ipywidgets.interact(draw, raw=ipywidgets.IntSlider(0, 0, len(choices[name]) - 1, description=name));
"""

# side(...).seen() changes when a new picture is there; the stage says so in its draw, the baseline by its image.
PROBE = """() => {
    function side(technique, label) {
        const root = document.querySelector(technique === "stage" ? ".stage" : ".widget-interact");
        if (technique === "stage") {
            const input = root.querySelectorAll("label")[label].control;
            const place = () => [input.value, input.min, input.max].map(Number);
            const step = (by) => {
                input.valueAsNumber += by;
                for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }));
            };
            return { root, place, step, seen: () => root.dataset.drawn + root.dataset.settings };
        }
        const handle = root.querySelector(".noUi-handle");
        const place = () => ["now", "min", "max"].map((word) => Number(handle.getAttribute(`aria-value${word}`)));
        const step = (by) => {
            const key = by < -1 ? "Home" : by < 0 ? "ArrowLeft" : "ArrowRight";
            handle.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        };
        return { root, place, step, seen: () => root.querySelector(".jp-OutputArea-output img")?.src };
    }
    const frame = () => new Promise(requestAnimationFrame);
    const pause = (ms) => new Promise((done) => setTimeout(done, ms));
    // A task after the frame in which the picture changed: the browser has painted it by then.
    const painted = () => new Promise((done) => {
        const channel = new MessageChannel();
        channel.port1.onmessage = done;
        channel.port2.postMessage(0);
    });
    async function prepare(technique, label) {
        const one = side(technique, label);
        one.root.scrollIntoView({ block: "start" });
        await pause(100); // what the other side left behind, such as saving its value
        return one;
    }
    const heading = {};
    async function step([technique, label]) {
        const { root, place, step, seen } = await prepare(technique, label);
        const [now, min, max] = place();
        heading[technique] = now === min ? 1 : now === max ? -1 : heading[technique] ?? 1;
        const before = seen();
        const start = performance.now();
        step(heading[technique]);
        while (!seen() || seen() === before) await frame();
        await root.querySelector(".jp-OutputArea-output img")?.decode();
        await painted();
        return [performance.now() - start, place()[0]];
    }
    async function drag([technique, label]) {
        const { root, place, step, seen } = await prepare(technique, label);
        const [now, min] = place();
        if (now > min) {
            step(min - now);
            await pause(1500);
        }
        const pictures = new Set([seen()]);
        let latest = 0;
        const look = () => {
            if (!seen() || pictures.has(seen())) return;
            pictures.add(seen());
            latest = performance.now();
        };
        const observer = new MutationObserver(look);
        observer.observe(root, { subtree: true, childList: true, attributes: true });
        const start = performance.now();
        for (let k = 1; k <= 90; k++) {
            step(1);
            if (k < 90) await pause(start + (k * 3000) / 90 - performance.now());
        }
        const end = performance.now();
        while (performance.now() - Math.max(latest, end) < 2000) await pause(100);
        observer.disconnect();
        return [pictures.size - 1, Math.max(latest - end, 0)];
    }
    window.bench = { step, drag };
}"""
FIRST_PICTURE = """() => {
    let chosen = 0; // the last click before the first picture is the one on Run All Cells
    addEventListener("pointerup", () => (chosen = performance.now()), true);
    window.firstPicture = new Promise((done) => {
        const look = () =>
            document.querySelector(".stage[data-frame], .jp-OutputArea-output img")
                ? done(performance.now() - chosen)
                : requestAnimationFrame(look);
        look();
    });
}"""


def latencies(page: Page, lab: Lab, control: Control, rounds: int) -> dict:
    """Measure one control against its baseline, in turns: times (ms), values drawn and backlogs (ms) by side."""
    times: dict[str, list[float]] = {side: [] for side in SIDES}
    while len(times["stage"]) < rounds:
        show(page, lab, control, f"{control.experiment}-{control.name}-{control.when}-{len(times['stage'])}.ipynb")
        visited = {page.locator(".stage input").nth(control.label).evaluate("(input) => input.valueAsNumber")}
        for k in range(rounds + 3 if control.when != "unknown" else 6):
            for side in SIDES:
                time, place = page.evaluate("(words) => bench.step(words)", [side, control.label])
                known = control.when == "unknown" and side == "stage" and place in visited
                if not known and (k >= 3 or control.when == "unknown"):  # the first ones warm the caches
                    times[side].append(time)
                visited |= {place} if side == "stage" else set()
    if control.when != "swept":  # too few values to drag over
        return {"times": times}
    drags = {side: page.evaluate("(words) => bench.drag(words)", [side, control.label]) for side in SIDES}
    return {"times": times, "drags": drags}


def show(page: Page, lab: Lab, control: Control, notebook: str) -> None:
    """Show an experiment and its baseline, and wait until the page has asked for all that it may."""
    setup = f"room, experiment, name, when = {tuple(control)!r}"
    open_and_run(page, lab, notebook, setup + STAGE, INTERACT)
    page.locator(".stage[data-frame]").wait_for()
    page.locator(".widget-interact .jp-OutputArea-output img").wait_for()
    page.evaluate(PROBE)
    if control.when == "ahead":
        page.locator(".stage").scroll_into_view_if_needed()
        page.locator(".stage[data-ahead=all]").wait_for()


def processes(word: str) -> set[psutil.Process]:
    """The processes that this one has started whose command holds the word."""
    found = set()
    for process in psutil.Process().children(recursive=True):
        try:
            found |= {process} if any(word in part for part in process.cmdline()) else set()
        except psutil.Error:  # it has ended
            continue
    return found


def weigh(chromium: BrowserContext, lab: Lab, lesson: Path) -> dict[str, float]:
    """Run all of a lesson and save it: seconds to the first picture, memory in MiB, size of the file in MB."""
    kernels, saved = processes("ipykernel"), lab.folder / lesson.name
    saved.write_bytes(lesson.read_bytes())
    page = chromium.new_page()
    page.set_default_timeout(60_000)
    page.goto(lab.address(lesson.name))
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.evaluate(FIRST_PICTURE)
    run_all(page)
    first = page.evaluate("() => firstPicture") / 1000
    (kernel,) = processes("ipykernel") - kernels
    page.keyboard.press("Control+s")
    page.locator(".lm-TabBar-tab.jp-mod-dirty").wait_for(state="detached")
    client = chromium.new_cdp_session(page)
    client.send("HeapProfiler.collectGarbage")
    client.send("Performance.enable")
    metrics = {metric["name"]: metric["value"] for metric in client.send("Performance.getMetrics")["metrics"]}
    figures = {
        "picture": first,
        "kernel": kernel.memory_full_info().uss / MIB,
        "heap": metrics["JSHeapUsedSize"] / MIB,
        "renderer": max(process.memory_full_info().uss for process in processes("--type=renderer")) / MIB,
        "saved": saved.stat().st_size / 1e6,
    }
    pictured, alive = reopened(page, lab, lesson.name)  # without that kernel
    page.close()
    return figures | {"reopened": pictured, "alive": alive}


def reopened(page: Page, lab: Lab, name: str) -> list[float]:
    """Seconds from a lesson's first cell to its first picture, and to its first experiment that lives.

    The kernel that computed them is gone: until JupyterLab has a new one, the saved pictures stand there. As JupyterLab
    draws what comes into view first, the page is led to the first experiment, which it shows already.
    """
    cells = ".jp-NotebookPanel .jp-Cell"
    place = page.evaluate(
        "(all) => [...document.querySelectorAll(all)].findIndex((c) => c.querySelector('.stage'))", cells
    )
    open_alone(page, lab, name)
    return page.evaluate(
        """async ([cells, place]) => {
            const start = performance.now();
            const stage = () => document.querySelector(".stage[data-frame]");
            const saved = () => document.querySelector(".jp-OutputArea-output:not(.jp-RenderedHTML) > img[alt]");
            let pictured = 0;
            while (!stage()) {
                if (saved()) pictured ||= performance.now() - start;
                const drawn = [...document.querySelectorAll(cells)];
                (drawn[place] ?? drawn.at(-1)).scrollIntoView();
                await new Promise((done) => setTimeout(done, 30));
                if (performance.now() - start > 60000) throw new Error("no picture");
            }
            const alive = performance.now() - start;
            return [(pictured || alive) / 1000, alive / 1000];
        }""",
        [cells, place],
    )


def summary(times: dict[str, list[float]]) -> list[float]:
    """Medians of both sides and their ratio, then the same of the 95th percentiles."""
    pairs = [(f(times["stage"]), f(times["interact"])) for f in (np.median, lambda found: np.percentile(found, 95))]
    return [figure for ours, other in pairs for figure in (ours, other, ours / other)]


def uses_torch(lesson: Path) -> bool:
    return bool(re.search(r'^\s*"\s*(import|from) torch\b', lesson.read_text(encoding="utf-8"), re.MULTILINE))


def target(words: str, reached: bool, measured: str) -> None:
    print(f"{'reached' if reached else 'MISSED':8} {words}: {measured}")


def main(rounds: int, lessons: list[Path]) -> None:
    with tempfile.TemporaryDirectory() as folder, running_chromium(density=1) as chromium:
        home, notebooks = Path(folder, "home"), Path(folder, "notebooks")
        home.mkdir()
        notebooks.mkdir()
        with running_lab(home, notebooks) as lab:
            weights = {lesson: weigh(chromium, lab, lesson) for lesson in lessons}
            page = chromium.new_page()
            page.set_default_timeout(60_000)
            measured = {control: latencies(page, lab, control, rounds) for control in CONTROLS}

    print(f"Slider to pixels, {rounds} steps each, in ms: stage, @interact with a new figure, ratio")
    print(f"{'':26} {'median':>22} {'95th percentile':>24}")
    ratios = {}
    for control, found in measured.items():
        a, b, median, c, d, p95 = summary(found["times"])
        ratios[control] = median, p95
        print(f"{control!s:26} {a:7.1f} {b:7.1f} {median:7.3f} {c:8.1f} {d:7.1f} {p95:7.3f}")
    drags = {control: found["drags"] for control, found in measured.items() if "drags" in found}
    print("\nDrag of 90 values in 3 s: values drawn, and ms from the last event to the last picture")
    for control, sides in drags.items():
        words = "   ".join(f"{side} {drawn:2} drawn, backlog {late:6.0f}" for side, (drawn, late) in sides.items())
        print(f"{control!s:26} {words}")
    print("\nA lesson after Run All: s to the first picture, MiB of the kernel, the page's heap and process, MB saved")
    for lesson, figures in weights.items():
        print(f"{lesson.stem:26} " + "   ".join(f"{name} {figure:6.2f}" for name, figure in figures.items()))

    print("\nTargets, each for the worst of its kind")
    median, p95 = np.max([ratios[control] for control in CONTROLS if control.when == "swept"], axis=0)
    drawn = min(sides["stage"][0] for sides in drags.values())
    backlog = max(sides["stage"][1] / max(sides["interact"][1], 1) for sides in drags.values())
    target("swept control, ratio of medians <= 0.06", median <= 0.06, f"{median:.3f}")
    target("swept control, ratio of 95th percentiles <= 0.10", p95 <= 0.10, f"{p95:.3f}")
    target("values drawn of 90 >= 85", drawn >= 85, f"{drawn}")
    target("backlog below 1/10 of the baseline's", backlog < 0.1, f"{backlog:.3f}")
    for (control, when), most in TARGETS.items():
        ratio = ratios[Control(*control, when)][0]
        target(f"{Control(*control, when)}, ratio of medians <= {most}", ratio <= most, f"{ratio:.3f}")
    if light := [figures["kernel"] for lesson, figures in weights.items() if not uses_torch(lesson)]:
        target("kernel of a lesson without torch <= 130 MiB", max(light) <= 130, f"{max(light):.0f} MiB")
    heaviest = max(figures["saved"] for figures in weights.values())
    target("saved notebook <= 1.5 MB", heaviest <= 1.5, f"{heaviest:.2f} MB")
    slowest = max(figures["reopened"] for figures in weights.values())
    target(
        "first picture of a lesson reopened without its kernel <= 1 s after its page", slowest <= 1, f"{slowest:.2f} s"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=25, help="steps of each control (default: 25)")
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="such as 00 or 01_gradient (default: all)")
    given = parser.parse_args()
    found = sorted((ROOT / "lessons").glob("*.ipynb"))
    chosen = [path for path in found if not given.lessons or path.stem.startswith(tuple(given.lessons))]
    if not chosen:
        parser.error(f"no such lesson: there are {', '.join(path.stem for path in found)}")
    main(given.rounds, chosen)
