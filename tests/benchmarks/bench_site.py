"""What a reader of the site waits for, and how that compares with the same experiments in JupyterLab, in Chromium.

Run: python tests/benchmarks/bench_site.py FOLDER [--rounds N]; FOLDER is what `python start.py site --out FOLDER` made.
The pages are opened from the folder, without a server. A time runs from the input event to the frame that shows the new
picture. The swept slider moves in turns on the page and in the notebook; every other control of every page moves once,
to where nothing has been loaded yet.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
from bench_browser import PROBE, target
from laboratory import Lab, Page, open_and_run, running_chromium, running_lab

# Experiments that both have, the first of their pages: the lesson, its module, its function.
BOTH = (
    ("00_start_here", "start_here", "first_descent"),
    ("06_learning_rate", "learning_rate", "parabola_rates"),
    ("08_stochastic_gradient", "stochastic_gradient", "noise_ball"),
)
NOTEBOOK = """
import importlib
getattr(importlib.import_module("helpers.experiments.{}"), "{}")()
"""
MOST, RATIO = 100, 1.2  # milliseconds; the page's median to the notebook's
WARM = 3  # steps

MOVE = """async (control) => {
    const root = control.closest(".stage");
    const before = root.dataset.settings;
    const start = performance.now();
    if (control.tagName === "BUTTON") control.click();
    else {
        const far = 2 * Number(control.value) > Number(control.max) ? control.min : control.max;
        const last = control.tagName === "SELECT" ? control.options.length - 1 : 0;
        if (control.tagName === "INPUT") control.value = far;
        else control.selectedIndex = control.selectedIndex === last ? 0 : last;
        for (const type of ["input", "change"]) control.dispatchEvent(new Event(type, { bubbles: true }));
    }
    while (root.dataset.settings === before) {
        if (performance.now() - start > 10_000) return NaN;
        await new Promise(requestAnimationFrame);
    }
    await new Promise((done) => {
        const channel = new MessageChannel();
        channel.port1.onmessage = done;
        channel.port2.postMessage(0);
    });
    return performance.now() - start;
}"""


def swept(site: Page, notebook: Page, lab: Lab, folder: Path, lesson: str, code: str, rounds: int) -> list[list[float]]:
    """Return the times of the swept slider on the page and in the notebook, in ms."""
    open_and_run(notebook, lab, f"{lesson}.ipynb", code)
    notebook.locator(".stage[data-ahead=all], .stage[data-frame]").first.wait_for()
    site.goto((folder / f"{lesson}.html").as_uri())
    site.locator("figure.experiment").first.scroll_into_view_if_needed()
    site.locator(".stage[data-frame]").first.wait_for()
    times: list[list[float]] = [[], []]
    for page in (site, notebook):
        page.evaluate(PROBE)
    for k in range(WARM + rounds):
        for page, found in zip((site, notebook), times, strict=True):
            page.bring_to_front()
            time, _ = page.evaluate("(words) => bench.step(words)", ["stage", 0])
            if k >= WARM:
                found.append(time)
    return times


def others(page: Page, folder: Path) -> dict[str, float]:
    """Return for every control but the swept ones, by experiment and name, the time of its first move in ms."""
    found = {}
    for path in sorted(folder.glob("*.html")):
        if path.stem == "index":
            continue
        page.goto(path.as_uri())
        for figure in page.locator("figure.experiment").all():
            figure.scroll_into_view_if_needed()
            figure.locator(".stage[data-frame]").wait_for()
            page.wait_for_timeout(300)
            for k, control in enumerate(figure.locator(".stage-control").locator("input, select, button").all()):
                found[f"{figure.get_attribute('data-experiment')}, {k + 1}"] = control.evaluate(MOVE)
    return found


def main(folder: Path, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as temporary, running_chromium(density=1) as chromium:
        home, notebooks = Path(temporary, "home"), Path(temporary, "notebooks")
        home.mkdir()
        notebooks.mkdir()
        site, notebook = chromium.new_page(), chromium.new_page()
        with running_lab(home, notebooks) as lab:
            moved = {
                lesson: swept(site, notebook, lab, folder, lesson, NOTEBOOK.format(room, experiment), rounds)
                for lesson, room, experiment in BOTH
            }
        notebook.close()
        first = others(site, folder)

    print(f"The swept slider to pixels, {rounds} steps each, medians in ms: page, notebook, ratio")
    medians = {lesson: [float(np.median(side)) for side in sides] for lesson, sides in moved.items()}
    for lesson, (ours, other) in medians.items():
        print(f"{lesson:26} {ours:7.1f} {other:7.1f} {ours / other:7.3f}")
    print("\nOther controls, their first move, in ms, the slowest ten")
    for name, time in sorted(first.items(), key=lambda item: -item[1])[:10]:
        print(f"{name:60} {time:7.1f}")
    times = np.array(list(first.values()))
    print(f"{len(times)} controls: median {np.median(times):.0f}, 95th percentile {np.percentile(times, 95):.0f}")

    print("\nTargets")
    worst = max(ours / other for ours, other in medians.values())
    target(f"swept slider, page to notebook <= {RATIO}", worst <= RATIO, f"{worst:.3f}")
    target(f"another control <= {MOST} ms from disk", bool(times.max() <= MOST), f"{times.max():.0f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a whole site")
    parser.add_argument("--rounds", type=int, default=25, help="steps of each slider (default: 25)")
    given = parser.parse_args()
    if not (given.folder / "site.json").exists():
        parser.error(f"{given.folder} is no site: make one by python start.py site --out {given.folder}")
    main(given.folder.resolve(), given.rounds)
