// @ts-check
// The swept slider, which the page answers without the kernel, and the button that plays it.

import { element } from "../page/element.js";
import { range } from "./controls.js";

/** @import { Model } from "../page/model.js" */
/** @import { StageState } from "./contract.js" */
/** @import { Control } from "./controls.js" */

/**
 * Return the swept slider with what plays it, in a row of its own; where nothing is swept, a control without a row.
 * @param {Model<StageState>} model
 * @param {Player} player
 * @returns {Control}
 */
export function sweepControl(model, { pause, button }) {
  const texts = model.get("texts");
  if (!texts.length) return { nodes: [], show: () => {} };
  /** @param {number} index */
  const move = (index) => {
    pause();
    model.set("index", index);
  };
  const { nodes, show } = range(model.get("label"), texts.length - 1, move, () => model.save_changes());
  const row = element("div", { class: "stage-swept" }, ...nodes, ...(texts.length > 1 ? [button] : []));
  return { nodes: [row], show: () => show(model.get("index"), texts[model.get("index")]) };
}

/**
 * Return the milliseconds between two pictures, and how many values a step goes on. A full run takes about six seconds;
 * without animation it is a slide show of about twenty pictures.
 * @param {number} count
 * @param {boolean} calm
 */
export function tempo(count, calm) {
  if (calm) return { pace: 1000, stride: Math.max(1, Math.round(count / 20)) };
  return { pace: Math.min(400, Math.max(40, 6000 / count)), stride: 1 };
}

/** @typedef {ReturnType<typeof createPlayer>} Player */

/**
 * Return the play button and what stops it; onPause is called when the walk has ended, before the index is saved.
 * @param {Model<StageState>} model
 * @param {() => void} onPause
 */
export function createPlayer(model, onPause) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const last = model.get("values").length - 1;
  const button = element("button", { type: "button", class: "stage-play", "aria-label": "Play", title: "Play" });
  /** @type {number | null} */
  let timer = null;

  function showButton() {
    button.setAttribute("aria-pressed", String(timer !== null));
    button.replaceChildren(timer === null ? "\u25b6" : "\u275a\u275a");
  }
  function stop() {
    if (timer !== null) clearInterval(timer);
    timer = null;
  }
  function pause() {
    if (timer === null) return;
    stop();
    showButton();
    onPause();
    model.save_changes();
  }
  /** @param {number} stride */
  function step(stride) {
    model.set("index", Math.min(model.get("index") + stride, last));
    if (model.get("index") === last) pause();
  }
  function start() {
    const { pace, stride } = tempo(last + 1, calm.matches);
    if (model.get("index") === last) model.set("index", 0);
    timer = setInterval(() => step(stride), pace);
    showButton();
  }

  button.addEventListener("click", () => (timer === null ? start() : pause()));
  showButton();
  return { button, pause, stop, playing: () => timer !== null };
}
