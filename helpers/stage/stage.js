// @ts-check
// The page's half of the stage: a background picture, one canvas over it, and native controls.
//
// The kernel sends `frames` (see contract.js). Moving the swept slider only draws them; the other controls change
// `settings`, which the kernel answers with new `frames`.

import { element } from "../page/element.js";
import { control, makeDraggable, shared } from "./controls.js";
import { handlePlace } from "./grids.js";
import { drawHandle, drawLayer } from "./layers.js";
import { createPlayer, sweepControl } from "./sweep.js";

/** @import { Context, Model } from "../page/model.js" */
/** @import { Drawn, Frames, StageState } from "./contract.js" */
/** @import { Control } from "./controls.js" */
/** @import { Player } from "./sweep.js" */

/**
 * One stage on a page: its elements, its controls, and what it shows.
 * @typedef {ReturnType<typeof createElements> & {
 *   model: Model<StageState>,
 *   player: Player,
 *   controls: Control[],
 *   points: string[],
 *   frames: Frames | null,
 *   data: Float32Array,
 *   background: DataView | null,
 *   newest: number,
 *   drawn: number,
 *   pending: number | null,
 * }} View
 */

/** @param {Model<StageState>} model */
function createElements(model) {
  const [across, down] = model.get("inches");
  const style = `width: ${model.get("width")}px; aspect-ratio: ${across} / ${down}`;
  return {
    root: element("div", { class: "stage" }),
    figure: element("div", { class: "stage-figure", style }),
    picture: element("img", { alt: "" }),
    canvas: element("canvas", { role: "img" }),
    // A screen reader has the same sentence as the picture's name.
    caption: element("p", { class: "stage-caption", "aria-hidden": "true" }),
    panel: element("div", { class: "stage-controls" }),
    challenge: element("div", { class: "stage-challenge", role: "status" }),
    waiting: element("div", { class: "stage-waiting" }, "Waiting for the kernel to compute this ..."),
    alarm: element("div", { class: "stage-error", role: "alert" }),
  };
}

/** @param {Model<StageState>} model */
function createView(model) {
  const specs = model.get("controls");
  const kernel = shared(model);
  const player = createPlayer(model, () => judge(view));
  /** @type {View} */
  const view = {
    ...createElements(model),
    model,
    player,
    controls: [sweepControl(model, player.pause), ...specs.map((spec) => control(spec, kernel))],
    points: specs.filter(({ kind }) => kind === "point").map(({ name }) => name),
    frames: null,
    data: new Float32Array(),
    background: null,
    newest: 0,
    drawn: 0,
    pending: null,
  };
  arrange(view);
  makeDraggable(view.canvas, view.points, kernel);
  return view;
}

/** @param {View} view */
function arrange(view) {
  const { figure, panel } = view;
  figure.append(view.picture, view.canvas);
  view.root.append(figure, view.caption, panel, view.challenge, view.waiting, view.alarm);
  for (const { nodes } of view.controls) panel.append(...nodes);
  if (view.model.get("values").length > 1) panel.append(element("span"), view.player.button);
  // JupyterLab's shortcuts would take the arrow keys away from the inputs; Ctrl+S still saves.
  panel.addEventListener("keydown", (event) => event.ctrlKey || event.metaKey || event.stopPropagation());
}

/**
 * Return the sentence below the picture about its challenge.
 * @param {string} sentence
 * @param {string} metAt
 */
export function challengeWords(sentence, metAt) {
  return metAt ? `Challenge met: ${sentence} First met at ${metAt}.` : `Challenge: ${sentence}`;
}

/** @param {View} view */
function judge({ model, player, frames, root, challenge }) {
  const sentence = model.get("challenge");
  if (!sentence) return;
  const index = model.get("index");
  if (!model.get("met_at") && !player.playing() && frames?.met[index]) {
    model.set("met_at", model.get("texts")[index] ?? "these settings");
    model.save_changes();
  }
  root.classList.toggle("stage-met", Boolean(model.get("met_at")));
  const words = challengeWords(sentence, model.get("met_at"));
  if (challenge.textContent !== words) challenge.textContent = words;
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
function showState(view) {
  const { model, controls, frames, root, alarm } = view;
  for (const { show } of controls) show();
  const asked = { settings: model.get("settings"), density: model.get("density"), error: model.get("error") };
  root.classList.toggle("stage-late", isLate(asked, frames));
  alarm.textContent = asked.error;
  judge(view);
}

/** @param {View} view */
function redraw(view) {
  view.pending ??= requestAnimationFrame(() => draw(view));
}

/** @param {View} view */
function draw(view) {
  view.pending = null;
  const { model, canvas, frames } = view;
  if (!frames || !canvas.clientWidth) return;
  askForDensity(model);
  fit(canvas);
  drawFrames(view, frames);
  describe(view, frames);
}

/** @param {Model<StageState>} model */
function askForDensity(model) {
  const density = devicePixelRatio > 1 ? 2 : 1;
  if (model.get("density") === density) return;
  model.set("density", density); // the kernel answers with a background of as many pixels as the screen shows
  model.save_changes();
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
function drawFrames({ model, canvas, data, points }, frames) {
  const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const point = canvas.width / (72 * model.get("inches")[0]);
  const index = model.get("index");
  ctx.clearRect(0, 0, canvas.width, canvas.height);
  for (const layer of frames.layers) drawLayer(ctx, layer, data, index, point);
  for (const name of points) drawHandle(ctx, handlePlace(model.get("grids")[name], model.get("settings")[name]), point);
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
  caption.textContent = frames.alts[index];
  view.drawn += 1;
  /** @type {Drawn} */
  const drawn = {
    drawn: String(model.get("values")[index] ?? ""),
    settings: JSON.stringify(frames.settings),
    frame: String(view.drawn),
  };
  Object.assign(root.dataset, drawn);
}

/**
 * Show the newest frames in one piece: their background is decoded before their lines are drawn.
 * @param {View} view
 */
async function receive(view) {
  view.newest += 1;
  const ticket = view.newest;
  const frames = view.model.get("frames");
  const background = view.model.get("background");
  if (background !== view.background) {
    const picture = await decoded(background);
    if (ticket !== view.newest) return;
    view.picture.replaceWith(picture);
    Object.assign(view, { picture, background });
  }
  Object.assign(view, { frames, data: numbers(frames.data) });
  if (view.pending !== null) cancelAnimationFrame(view.pending);
  draw(view);
  showState(view);
}

/** @param {DataView<ArrayBuffer>} png */
async function decoded(png) {
  const src = URL.createObjectURL(new Blob([png], { type: "image/png" }));
  const picture = element("img", { alt: "", src });
  await picture.decode().catch(() => {});
  URL.revokeObjectURL(src);
  return picture;
}

/**
 * Return the float32 numbers in some bytes, which need not begin where a float32 may.
 * @param {DataView<ArrayBuffer>} bytes
 */
export function numbers({ buffer, byteOffset, byteLength }) {
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
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
function listeners(view) {
  const show = () => showState(view);
  const showAndRedraw = () => {
    showState(view);
    redraw(view);
  };
  return {
    "change:frames": () => receive(view),
    "change:index": showAndRedraw,
    "change:settings": showAndRedraw,
    "change:density": show,
    "change:met_at": show,
    "change:error": show,
  };
}

/** @param {Context<StageState>} context */
function render({ model, el }) {
  const view = createView(model);
  const heard = Object.entries(listeners(view));
  for (const [event, listener] of heard) model.on(event, listener);
  const observer = observeSize(view.canvas, () => redraw(view));
  el.append(view.root);
  showState(view);
  receive(view);

  return () => {
    view.player.stop();
    if (view.pending !== null) cancelAnimationFrame(view.pending);
    observer.disconnect();
    for (const [event, listener] of heard) model.off(event, listener);
  };
}

export default { render };
