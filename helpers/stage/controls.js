// @ts-check
// Controls: each has its place in the page, and a function that shows the widget's state in it.

import { element } from "../page/element.js";
import { nearestIndex, pointAt, pressedPoint } from "./grids.js";

/** @import { ButtonSpec, ControlSpec, Grids, MenuSpec, PointSpec, Settings, SliderSpec } from "./contract.js" */

/** @import { Mapping } from "./parts.js" */

/** @typedef {{ nodes: Node[], show: () => void }} Control */

/**
 * What the controls share: the present settings, and how to set others. What is set while a slider is dragged is said
 * to the kernel at the end, by commit, where it need not be asked.
 * @typedef {object} Shared
 * @property {() => Settings} settings
 * @property {() => Grids} grids
 * @property {(name: string, setting: any) => void} set
 * @property {() => void} commit
 * @property {(pressed: number[]) => Mapping} mapping where a press on the canvas, and what follows, is in the figure
 */

const newId = () => `stage-${Math.random().toString(36).slice(2)}`;

/**
 * Return a slider with its name and its words, and a function that moves it to an index.
 * @param {string} name
 * @param {number} max
 * @param {(index: number) => void} onInput
 * @param {() => void} [onChange]
 */
export function range(name, max, onInput, onChange = () => {}) {
  const id = newId();
  const input = element("input", { type: "range", id, min: 0, max, step: 1 });
  const output = element("output", { for: id, "aria-live": "off" });
  input.addEventListener("input", () => onInput(input.valueAsNumber));
  input.addEventListener("change", () => onChange());
  /** @type {(index: number, text: string, last?: number) => void} */
  const show = (index, text, last = max) => {
    input.max = String(last);
    input.value = String(index);
    output.value = text;
    input.setAttribute("aria-valuetext", text);
  };
  return { nodes: [element("label", { for: id }, name), input, output], show };
}

/** @param {...Node} nodes */
const cell = (...nodes) => element("div", { class: "stage-control" }, ...nodes);

/** @type {(spec: SliderSpec, shared: Shared) => Control} */
function sliderControl({ name, label, texts }, { settings, set, commit }) {
  const { nodes, show } = range(label, texts.length - 1, (index) => set(name, index), commit);
  return { nodes: [cell(...nodes)], show: () => show(settings()[name], texts[settings()[name]]) };
}

/** @type {(spec: MenuSpec, shared: Shared) => Control} */
function menuControl({ name, label, options }, { settings, set, commit }) {
  const id = newId();
  const select = element("select", { id }, ...options.map((option) => element("option", { value: option }, option)));
  select.addEventListener("change", () => {
    set(name, select.value);
    commit();
  });
  const show = () => {
    select.value = settings()[name];
  };
  return { nodes: [cell(element("label", { for: id }, label), select)], show };
}

/** @type {(spec: ButtonSpec, shared: Shared) => Control} */
function buttonControl({ name, label }, { settings, set, commit }) {
  const button = element("button", { type: "button" }, label);
  button.addEventListener("click", () => {
    set(name, settings()[name] + 1);
    commit();
  });
  return { nodes: [cell(button)], show: () => {} };
}

/** @type {(spec: PointSpec, shared: Shared) => Control} */
function pointControl({ name, label, axes }, { settings, grids, set, commit }) {
  /** @type {(axis: number, index: number) => void} */
  const move = (axis, index) => {
    const point = [...settings()[name]];
    point[axis] = grids()[name][axis].values[index];
    set(name, point);
  };
  const rows = axes.map((axis, k) => range(`${label}, ${axis}`, 1, (index) => move(k, index), commit));
  const show = () => {
    for (const [k, row] of rows.entries()) {
      const { values } = grids()[name][k];
      const last = values.length - 1;
      const value = Math.min(Math.max(settings()[name][k], values[0]), values[last]);
      row.show(nearestIndex(values, value), String(value).replace("-", "\u2212"), last);
    }
  };
  return { nodes: rows.map((row) => cell(...row.nodes)), show };
}

/** @type {(spec: ControlSpec, shared: Shared) => Control} */
export function control(spec, shared) {
  if (spec.kind === "slider") return sliderControl(spec, shared);
  if (spec.kind === "menu") return menuControl(spec, shared);
  return spec.kind === "button" ? buttonControl(spec, shared) : pointControl(spec, shared);
}

/**
 * Let a press on the axes of a point move it there, and a drag take it along.
 * @param {HTMLCanvasElement} canvas
 * @param {string[]} names
 * @param {Shared} shared
 */
export function makeDraggable(canvas, names, { settings, grids, set, commit, mapping }) {
  if (!names.length) return;
  canvas.classList.add("stage-draggable");
  /** @type {string | null} */
  let held = null;
  /** @type {Mapping} */
  let placed = (place) => place;
  /** @type {(event: PointerEvent) => void} */
  const move = (event) => {
    if (held && event.isPrimary) set(held, pointAt(grids()[held], placed(fraction(canvas, event))));
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary) return; // a second finger
    placed = mapping(fraction(canvas, event));
    held = pressedPoint(names, grids(), settings(), placed(fraction(canvas, event)));
    if (!held) return;
    canvas.setPointerCapture(event.pointerId);
    event.preventDefault();
    move(event);
  });
  canvas.addEventListener("pointermove", move);
  /** @type {(event: PointerEvent) => void} */
  const release = ({ isPrimary }) => {
    if (!isPrimary) return;
    if (held) commit();
    held = null;
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
}

/**
 * Return the place of an event on an element, as fractions of its width and height.
 * @param {Element} node
 * @param {PointerEvent} event
 */
function fraction(node, event) {
  const box = node.getBoundingClientRect();
  return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
}
