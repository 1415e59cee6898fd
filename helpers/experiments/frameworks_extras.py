"""Pictures of the three optional programs: Keras beside NumPy, YOLO's moving labels, TensorBoard's curves."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np

from helpers.pictures import COLORS, STYLES, show


def show_epochs(keras: Sequence[float], by_hand: np.ndarray) -> None:
    """Draw the losses of Keras and of NumPy over the epochs."""
    epochs = np.arange(1, len(keras) + 1)
    fig, ax = plt.subplots(figsize=(8, 3.4))
    ax.plot(epochs, by_hand, **STYLES["loss"], label="NumPy")
    ax.plot(epochs, keras, color=COLORS["gradient"], ls="none", marker="o", ms=8, mfc="none", mew=1.6, label="Keras")
    ax.set(xlabel="epoch", ylabel="mean loss of the epoch", ylim=(0, None), xticks=epochs)
    ax.set_title("The same losses, epoch by epoch")
    ax.legend(loc="upper right")
    show(
        fig,
        f"Binary cross-entropy over {len(epochs)} epochs: it falls from {keras[0]:.2f} to {keras[-1]:.2f}, steeply at "
        "first. Keras's circles lie on NumPy's line.",
    )


def show_starts(predicted: np.ndarray, live: np.ndarray, moved: np.ndarray) -> None:
    """Draw the change of YOLO's loss by one step from each start, over the predicted one; moved: labels changed."""
    fig, ax = plt.subplots(figsize=(8, 3.4))
    low, high = 1.1 * predicted.min(), 0
    ax.plot([low, high], [low, high], **STYLES["limit"], label="as predicted")
    ax.axhline(0, **STYLES["guide"])
    ax.plot(predicted[~moved], live[~moved], "o", color=COLORS["path"], mfc="none", mew=1.5, label="labels as before")
    ax.plot(predicted[moved], live[moved], "^", color=COLORS["gradient"], ms=8, label="some labels moved")
    ax.set(xlabel="predicted change of the loss", ylabel="change of the printed loss", xlim=(low, high))
    ax.set_title(f"From {np.sum(live > 0)} of {len(live)} starts the printed loss rises")
    ax.legend(loc="upper left", ncols=3)
    ax.set_ylim(top=0.06)
    show(
        fig,
        f"Change of the loss by one step over the predicted change, a mark for each of {len(live)} starts. Most lie "
        f"below 0, scattered about the prediction; {np.sum(live > 0)} lie above 0, all with labels that moved.",
    )


def show_labels(line: Mapping[str, Sequence[float]]) -> None:
    """Draw the change of YOLO's loss by one step, over lr: predicted, with frozen labels, and as it is printed."""
    lr = 1e7 * np.array(line["lr"])
    live = np.array(line["live"])
    jumps = np.flatnonzero(np.diff(line["changed"])) + 1
    fig, ax = plt.subplots(figsize=(8, 3.4))
    for part in np.split(np.arange(len(lr)), jumps):
        label = "live labels" if part[0] == 0 else None
        ax.plot(lr[part], live[part], color=COLORS["gradient"], ls="-", lw=1.8, marker="^", ms=4, label=label)
    ax.plot(lr, line["frozen"], **STYLES["loss"] | {"linewidth": 3}, label="frozen labels")
    ax.plot(lr, line["predicted"], **STYLES["limit"] | {"color": "white", "linewidth": 1.6}, zorder=3)
    ax.plot(lr, line["predicted"], **STYLES["limit"], zorder=4, label="predicted")
    ax.axhline(0, **STYLES["guide"])
    ax.set(xlabel="learning rate lr, times 1e-7", ylabel="change of the loss")
    ax.set_title("From a chosen start: the printed loss rises, because its labels move")
    ax.legend(loc="upper left")
    times = {1: "once", 2: "twice"}.get(len(jumps), f"{len(jumps)} times")
    show(
        fig,
        "Change of the loss by one step against the gradient, over the learning rate. With frozen labels it falls "
        f"along the predicted line. With live labels it falls less steeply and jumps up {times}, where anchors change "
        f"their labels; at the end it is {live[-1]:+.3f} instead of {line['frozen'][-1]:+.3f}.",
    )


def show_curves(curves: Mapping[str, Sequence[Sequence[float]]]) -> None:
    """Draw each curve of a TensorBoard run in a picture of its own, as the page does."""
    fig, axes = plt.subplots(1, len(curves), figsize=(8, 2.8))
    for ax, (tag, curve) in zip(axes, curves.items(), strict=True):
        steps, values = np.transpose(curve)
        ax.plot(steps, values, **STYLES["loss"])
        ax.set(title=tag, xlabel="step")
    ends = ", ".join(f"{tag} from {curve[0][1]:.2f} to {curve[-1][1]:.2f}" for tag, curve in curves.items())
    show(fig, f"The curves of the run as they were read back, over the steps: {ends}.")
