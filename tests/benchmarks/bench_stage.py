"""Slider to pixels in a real page: a swept stage against the same picture with @interact and a new figure.

Run: python tests/benchmarks/bench_stage.py [ROUNDS]. Needs playwright and Chromium, as the browser tests do. The two
sliders move in turns, one step by keyboard at a time; a time ends when the browser has painted the new picture.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "browser"))
from laboratory import open_and_run, running_chromium, running_lab

PICTURE = """
import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
from helpers import surfaces
from helpers.descent import sweep
from helpers.pictures import STYLES, contours
from helpers.stage import Scene, stage

surface = surfaces.bowl(10)
rates = np.geomspace(0.005, 0.21, 256)
paths = sweep(surface.gradient, np.array([-1.5, 1.0]), lr=rates, steps=200)
losses = surface.value(paths)

def picture():
    fig, (map_ax, loss_ax) = plt.subplots(1, 2, figsize=(9, 4))
    contours(map_ax, surface)
    path, = map_ax.plot([], [], **STYLES["path"])
    loss_ax.set(xlabel="step", ylabel="loss", xlim=(0, 200), ylim=(1e-12, 1e3))
    curve, = loss_ax.semilogy([], [])
    return fig, path, curve

fig, path, curve = picture()
stage(fig, Scene({path: paths, curve: losses}, lambda rate: f"lr {rate:.3g}"), over=rates, label="learning rate lr")
"""
INTERACT = """
@widgets.interact(index=widgets.IntSlider(0, 0, 255))
def peer(index):
    fig, path, curve = picture()
    path.set_data(*paths[index].T)
    curve.set_data(np.arange(201), losses[index])
    plt.show()
"""
# A task after the frame in which the picture changed: the browser has painted it by then.
MEASURE = """async (technique) => {
    const painted = () => new Promise((done) => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done(performance.now());
        channel.port2.postMessage(0);
    });
    const frame = () => new Promise(requestAnimationFrame);
    const start = performance.now();
    if (technique === "stage") {
        const root = document.querySelector(".stage");
        const before = root.dataset.frame;
        const input = root.querySelector("input[type=range]");
        input.stepUp();
        input.dispatchEvent(new Event("input", { bubbles: true }));
        while (root.dataset.frame === before) await frame();
    } else {
        const image = () => document.querySelector(".widget-interact .jp-OutputArea-output img")?.src;
        const before = image();
        const handle = document.querySelector(".widget-interact .noUi-handle");
        handle.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
        while (!image() || image() === before) await frame();
        await document.querySelector(".widget-interact .jp-OutputArea-output img").decode();
        await frame();
    }
    return (await painted()) - start;
}"""


def main(rounds: int) -> None:
    times: dict[str, list[float]] = {"stage": [], "interact": []}
    with tempfile.TemporaryDirectory() as folder, running_chromium() as chromium:
        home, notebooks = Path(folder, "home"), Path(folder, "notebooks")
        home.mkdir()
        notebooks.mkdir()
        with running_lab(home, notebooks) as lab:
            page = chromium.new_page()
            page.set_default_timeout(60_000)
            open_and_run(page, lab, "bench.ipynb", PICTURE, INTERACT)
            page.locator(".stage[data-frame]").wait_for()
            page.locator(".widget-interact .jp-OutputArea-output img").wait_for()
            for k in range(rounds + 5):
                for technique, found in times.items():
                    milliseconds = page.evaluate(MEASURE, technique)
                    page.wait_for_timeout(100)  # what the step left behind, such as saving its value
                    if k >= 5:  # the first ones warm the caches
                        found.append(milliseconds)
    for technique, found in times.items():
        print(f"{technique:10} median {np.median(found):6.1f} ms   p95 {np.percentile(found, 95):6.1f} ms")
    print(f"ratio of medians {np.median(times['interact']) / np.median(times['stage']):.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
