// @ts-check
// The page's half of the stage: one canvas, for the background and what moves over it, and native controls.
//
// `frames` (see contract.js) hold all values of the swept slider: moving it only draws them. The other controls change
// `settings`; the frames for these come from memory, or else from the kernel.

import { element } from "../page/element.js";
import { watchKernel } from "../page/kernel.js";
import { keepKeys } from "../page/keys.js";
import { challengeWords, placeWords, STOP } from "./challenge.js";
import { control, makeDraggable } from "./controls.js";
import { decoded, unpacked } from "./frames.js";
import { handlePlace } from "./grids.js";
import { drawHandle, drawLayer } from "./layers.js";
import { around, createMemory, nameOf } from "./memory.js";
import { drawParts, fitSheet, isStacked, mapping } from "./parts.js";
import { createPlayer, sweepControl } from "./sweep.js";

/** @import { Kernel } from "../page/kernel.js" */
/** @import { Context, Model } from "../page/model.js" */
/** @import { Drawn, Frames, Settings, StageState } from "./contract.js" */
/** @import { Control } from "./controls.js" */
/** @import { Memory } from "./memory.js" */
/** @import { Player } from "./sweep.js" */

const USUAL = 800; // pixels: what stands under a narrow figure is as wide as under the others
const PAUSE = 300; // milliseconds without a move, before the kernel is asked for what may come next
const READABLE = 12; // frames that are kept unpacked
const BREATH = 30; // milliseconds between two such questions: what the kernel has to do meanwhile comes first
const GONE = "To move the rest, run the cells from the top again: their kernel has gone.";

/** @typedef {{ data: Float32Array, picture: ImageBitmap | null }} Readable what is drawn of frames */

/**
 * One stage on a page: its elements, its controls, and what it shows.
 * @typedef {ReturnType<typeof createElements> & {
 *   model: Model<StageState>,
 *   kernel: Kernel,
 *   memory: Memory,
 *   refused: Set<string>,
 *   player: Player,
 *   controls: Control[],
 *   points: string[],
 *   taken: Set<string>,
 *   frames: Frames | null,
 *   data: Float32Array,
 *   picture: ImageBitmap | null,
 *   readables: Map<Frames, Readable>,
 *   newest: number,
 *   drawn: number,
 *   pending: number | null,
 *   ahead: boolean,
 *   visible: boolean,
 *   timers: Record<string, number>,
 * }} View
 */

/** @param {Model<StageState>} model */
function createElements(model) {
  const [across, down] = model.get("inches");
  const width = model.get("width");
  return {
    root: element("div", { class: "stage", style: `width: ${Math.max(width, USUAL)}px` }),
    figure: element("div", { class: "stage-figure", style: `width: ${width}px; aspect-ratio: ${across} / ${down}` }),
    canvas: element("canvas", { role: "img" }),
    sheet: element("canvas", {}), // the whole figure, where its parts stand one above the other
    // A screen reader has the same sentence as the picture's name.
    caption: element("p", { class: "stage-caption", "aria-hidden": "true" }),
    panel: element("div", { class: "stage-controls" }),
    challenge: element("div", { class: "stage-challenge", role: "status" }),
    waiting: element("div", { class: "stage-waiting" }, "Waiting for the kernel to compute this ..."),
    notice: element("div", { class: "stage-notice", role: "status" }),
    alarm: element("div", { class: "stage-error", role: "alert" }),
  };
}

/** @param {Model<StageState>} model */
function createView(model) {
  const specs = model.get("controls");
  /** @type {View} */
  const view = {
    ...createElements(model),
    model,
    kernel: watchKernel(model, () => showState(view)),
    memory: createMemory(),
    refused: new Set(),
    player: createPlayer(model, () => showState(view)),
    controls: [],
    points: specs.filter(({ kind }) => kind === "point").map(({ name }) => name),
    taken: new Set(),
    frames: null,
    data: new Float32Array(),
    picture: null,
    readables: new Map(),
    newest: 0,
    drawn: 0,
    pending: null,
    ahead: false,
    visible: true,
    timers: {},
  };
  arrange(view);
  return view;
}

/** @param {View} view */
function arrange(view) {
  const { model, figure, panel, player } = view;
  const shared = {
    settings: () => model.get("settings"),
    grids: () => model.get("frames").grids,
    set: (/** @type {string} */ name, /** @type {any} */ setting) => {
      view.taken.add(name);
      change(view, { ...model.get("settings"), [name]: setting });
      if (view.points.includes(name)) redraw(view); // its handle does not wait for the kernel
    },
    commit: () => save(view),
    mapping: (/** @type {number[]} */ pressed) =>
      stacked(view) ? mapping(model.get("parts") ?? [], pressed) : (/** @type {number[]} */ place) => place,
  };
  const swept = sweepControl(model, player);
  view.controls = [swept, ...model.get("controls").map((spec) => control(spec, shared))];
  figure.append(view.canvas);
  view.root.append(figure, view.caption, panel, view.challenge, view.waiting, view.notice, view.alarm);
  for (const { nodes } of view.controls) panel.append(...nodes);
  keepKeys(view.root);
  makeDraggable(view.canvas, view.points, shared);
}

/**
 * Call a function when nothing else has asked for the same for some time.
 * @param {View} view
 * @param {string} name
 * @param {number} milliseconds
 * @param {(view: View) => void} wanted
 */
function later(view, name, milliseconds, wanted) {
  clearTimeout(view.timers[name]);
  view.timers[name] = window.setTimeout(() => wanted(view), milliseconds);
}

/**
 * Show other settings: from memory, or by the kernel; without both nothing changes, and the page says what to do.
 * @param {View} view
 * @param {Settings} settings
 */
function change(view, settings) {
  const { model, memory, kernel, root, frames } = view;
  model.set("settings", settings);
  const known = memory.get(settings, model.get("density"));
  if (known) model.set("frames", known);
  else if (!kernel.gone()) model.save_changes();
  else if (frames) {
    root.classList.add("stage-needs-kernel");
    model.set("settings", frames.settings);
  }
}

/** @param {View} view */
function save({ model, kernel }) {
  if (!kernel.gone()) model.save_changes();
}

/** @param {View} view */
function judge(view) {
  const { model, player, frames } = view;
  const index = model.get("index");
  if (model.get("met_at") || player.playing() || !frames?.met[index] || late(view)) return;
  const text = model.get("texts")[index];
  model.set("met_at", placeWords(model.get("label"), text, model.get("controls"), frames.settings));
  save(view);
}

/**
 * Return whether the kernel still owes the answer to what the page shows in its controls.
 * @param {Pick<StageState, "settings" | "density" | "error">} asked
 * @param {Pick<Frames, "settings" | "density"> | null} frames
 */
export function isLate({ settings, density, error }, frames) {
  const answered = JSON.stringify(settings) === JSON.stringify(frames?.settings);
  return !(answered && density === frames?.density) && !error;
}

/** @param {View} view */
function late({ model, kernel, frames }) {
  const asked = { settings: model.get("settings"), density: model.get("density"), error: model.get("error") };
  return isLate(asked, frames) && !kernel.gone();
}

/** @param {View} view */
function showState(view) {
  const { model, controls, root, alarm, challenge, notice, kernel } = view;
  for (const { show } of controls) show();
  root.classList.toggle("stage-late", late(view));
  root.classList.toggle("stage-met", Boolean(model.get("met_at")));
  alarm.textContent = model.get("error");
  say(challenge, model.get("challenge") && challengeWords(model.get("challenge"), model.get("met_at")));
  say(notice, kernel.gone() && model.get("controls").length ? GONE : "");
  if (model.get("challenge")) later(view, "judge", STOP, judge);
  later(view, "ahead", PAUSE, askAhead);
}

/**
 * Change what stands in an element only when it is something else: a screen reader says it again.
 * @param {HTMLElement} node
 * @param {string} words
 */
function say(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

/** @param {View} view */
function redraw(view) {
  view.pending ??= requestAnimationFrame(() => draw(view));
}

/** @param {View} view */
function draw(view) {
  view.pending = null;
  const { canvas, frames } = view;
  if (!frames || !canvas.clientWidth) return;
  askForDensity(view);
  fit(canvas);
  drawFrames(view, frames);
  describe(view, frames);
}

/** @param {View} view */
function askForDensity({ model, kernel }) {
  const density = devicePixelRatio > 1 ? 2 : 1;
  if (model.get("density") === density || kernel.gone()) return;
  model.set("density", density); // the kernel answers with a background of as many pixels as the screen shows
  model.save_changes();
}

/** @param {View} view */
function stacked({ model, canvas }) {
  return isStacked(model.get("parts") ?? [], model.get("inches"), canvas);
}

/** @param {HTMLCanvasElement} canvas */
function fit(canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((side) => Math.round(side * devicePixelRatio));
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
}

/**
 * @param {View} view
 * @param {Frames} frames
 */
function drawFrames(view, frames) {
  const { model, canvas, sheet } = view;
  const parts = stacked(view) ? (model.get("parts") ?? []) : [];
  if (!parts.length) {
    drawWhole(view, frames, canvas);
    return;
  }
  fitSheet(sheet, parts, canvas);
  drawWhole(view, frames, sheet);
  drawParts(/** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")), sheet, parts);
}

/**
 * @param {View} view
 * @param {Frames} frames
 * @param {HTMLCanvasElement} sheet
 */
function drawWhole({ model, data, picture, points, taken }, frames, sheet) {
  const ctx = /** @type {CanvasRenderingContext2D} */ (sheet.getContext("2d"));
  const point = sheet.width / (72 * model.get("inches")[0]);
  const index = model.get("index");
  ctx.imageSmoothingQuality = "high"; // where the screen has other pixels than the picture
  if (picture) ctx.drawImage(picture, 0, 0, sheet.width, sheet.height);
  for (const layer of frames.layers) drawLayer(ctx, layer, data, index, point);
  for (const name of points) {
    const place = handlePlace(frames.grids[name], model.get("settings")[name]);
    drawHandle(ctx, place, point, taken.has(name) ? "" : "drag");
  }
}

/**
 * Say in words what is drawn: to the reader, and to whoever waits for it.
 * @param {View} view
 * @param {Frames} frames
 */
function describe(view, frames) {
  const { model, canvas, caption, root } = view;
  const index = model.get("index");
  canvas.setAttribute("aria-label", frames.alts[index]);
  say(caption, frames.alts[index]);
  view.drawn += 1;
  /** @type {Drawn} */
  const drawn = {
    drawn: String(model.get("values")[index] ?? ""),
    settings: JSON.stringify(frames.settings),
    meets: String(frames.met[index] ?? ""),
    frame: String(view.drawn),
  };
  Object.assign(root.dataset, drawn);
}

/**
 * Show the newest frames in one piece: their background is decoded before their lines are drawn.
 * @param {View} view
 */
function receive(view) {
  const { model, memory } = view;
  const frames = model.get("frames");
  memory.put(frames);
  const wanted = memory.get(model.get("settings"), model.get("density"));
  if (wanted && wanted !== frames) {
    model.set("frames", wanted); // the kernel's answer has come when the reader was elsewhere again
    return;
  }
  view.newest += 1;
  const ticket = view.newest;
  const readable = prepared(view, frames);
  if (readable instanceof Promise) readable.then((ready) => ticket === view.newest && show(view, frames, ready));
  else show(view, frames, readable);
}

/**
 * Return the numbers and the picture of frames: at once where nothing has to be unpacked, or it has been before.
 * @param {View} view
 * @param {Frames} frames
 * @returns {Readable | Promise<Readable>}
 */
function prepared({ readables, frames: shown, picture: present }, frames) {
  const known = readables.get(frames);
  if (known) return known;
  const data = unpacked(frames);
  const picture = frames.picture === shown?.picture ? present : decoded(frames);
  if (!(data instanceof Promise) && !(picture instanceof Promise)) return { data, picture };
  return Promise.all([data, picture]).then(([data, picture]) => {
    const ready = { data, picture };
    readables.set(frames, ready);
    for (const oldest of readables.keys()) if (readables.size > READABLE) readables.delete(oldest);
    return ready;
  });
}

/**
 * @param {View} view
 * @param {Frames} frames
 * @param {Readable} readable
 */
function show(view, frames, { data, picture }) {
  Object.assign(view, { frames, data, picture });
  view.root.classList.remove("stage-needs-kernel");
  if (view.pending !== null) cancelAnimationFrame(view.pending);
  draw(view);
  showState(view);
}

/**
 * Ask the kernel for the frames that may be wanted next, one after the other, while it and the reader do nothing else.
 * @param {View} view
 */
function askAhead(view) {
  const { model, memory, kernel, refused, root } = view;
  if (!view.frames || !view.visible || view.ahead || late(view) || kernel.gone() || memory.full()) return;
  if (kernel.busy()) {
    later(view, "ahead", PAUSE, askAhead);
    return;
  }
  const density = model.get("density");
  const near = around(model.get("controls"), model.get("settings"));
  for (const settings of near.slice(0, READABLE / 2)) {
    const frames = memory.get(settings, density);
    if (frames) prepared(view, frames);
  }
  const unknown = near.find((settings) => !memory.has(settings, density) && !refused.has(nameOf(settings, density)));
  root.dataset.ahead = unknown ? "" : "all";
  if (!unknown) return;
  view.ahead = true;
  model.send({ settings: unknown, density });
}

/**
 * Keep what the kernel has computed ahead.
 * @param {View} view
 * @param {{ asked: { settings: Settings, density: number }, frames?: any }} content
 * @param {DataView<ArrayBuffer>[]} buffers
 */
function hear(view, { asked, frames }, [background, data]) {
  view.ahead = false;
  if (frames) view.memory.put({ ...frames, background, data });
  else view.refused.add(nameOf(asked.settings, asked.density));
  later(view, "ahead", BREATH, askAhead);
}

/**
 * Call a listener when the size of the canvas changes.
 * @param {HTMLCanvasElement} canvas
 * @param {() => void} listener
 */
function observeSize(canvas, listener) {
  const observer = new ResizeObserver(listener);
  try {
    observer.observe(canvas, { box: "device-pixel-content-box" }); // also notices zoom
  } catch {
    observer.observe(canvas);
  }
  return observer;
}

/** @param {View} view */
function observeSight(view) {
  const observer = new IntersectionObserver(([{ isIntersecting }]) => {
    view.visible = isIntersecting;
    later(view, "ahead", PAUSE, askAhead);
  });
  observer.observe(view.root);
  return observer;
}

/**
 * @param {View} view
 * @returns {Record<string, (...news: any[]) => void>}
 */
function listeners(view) {
  const tell = () => showState(view);
  const showAndRedraw = () => {
    showState(view);
    redraw(view);
  };
  return {
    "change:frames": () => receive(view),
    "change:index": showAndRedraw,
    "change:settings": tell,
    "change:density": tell,
    "change:met_at": tell,
    "change:error": tell,
    "msg:custom": (content, buffers) => hear(view, content, buffers),
  };
}

/** @param {Context<StageState>} context */
function render({ model, el }) {
  const view = createView(model);
  const heard = Object.entries(listeners(view));
  for (const [event, listener] of heard) model.on(event, listener);
  const observers = [observeSize(view.canvas, () => redraw(view)), observeSight(view)];
  el.append(view.root);
  showState(view);
  receive(view);

  return () => {
    view.player.stop();
    view.kernel.forget();
    if (view.pending !== null) cancelAnimationFrame(view.pending);
    for (const timer of Object.values(view.timers)) clearTimeout(timer);
    for (const observer of observers) observer.disconnect();
    for (const [event, listener] of heard) model.off(event, listener);
  };
}

export default { render };
