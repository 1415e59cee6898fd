// @ts-check
// The board's buttons in a lesson: to take part, to say "stuck" or "done", and to leave.

import { element } from "../page/element.js";
import { watchKernel } from "../page/kernel.js";
import { keepKeys } from "../page/keys.js";

/** @import { Context, Model } from "../page/model.js" */

/** @typedef {"none" | "stuck" | "done"} Note */

/**
 * What both sides know; the page writes on and note, and the kernel the rest.
 * @typedef {{ id: string, text: string, address: string, on: boolean, note: Note }} PartState
 */

const GONE = "The kernel has gone: run the first cell again.";

/**
 * Return what the page says about where things stand.
 * @param {Pick<Model<PartState>, "get">} model
 */
export function standing(model) {
  if (!model.get("on")) return "You do not take part: nothing is told.";
  const note = model.get("note");
  if (note === "none") return "You take part.";
  return `You take part, and the board shows one more who is ${note}. Press again to take it back.`;
}

/** @param {Context<PartState>} context */
function render({ model, el }) {
  const kernel = watchKernel(model, () => {});
  const join = element("button", { type: "button" });
  /** @type {[Note, HTMLButtonElement][]} */
  const notes = [
    ["stuck", element("button", { type: "button" }, "I am stuck")],
    ["done", element("button", { type: "button" }, "I am done")],
  ];
  const status = element("p", { role: "status" });
  const link = element("a", { href: model.get("address"), target: "_blank", rel: "noopener" }, "See the board");
  const buttons = element("p", {}, ...notes.flatMap(([, button]) => [button, " "]), join, " ", link);
  const group = element("div", { class: "course-question", role: "group", "aria-label": "The board of this room" });
  group.append(element("p", {}, model.get("text")), buttons, status);
  const show = () => {
    join.textContent = model.get("on") ? "Leave the board" : "Take part";
    for (const [note, button] of notes) {
      button.hidden = !model.get("on");
      button.setAttribute("aria-pressed", String(model.get("note") === note));
    }
    status.textContent = standing(model);
  };
  /** @param {() => void} change */
  const tell = (change) => {
    if (kernel.gone()) {
      status.textContent = GONE;
      return;
    }
    change();
    model.save_changes();
    show();
  };
  for (const [note, button] of notes) {
    button.addEventListener("click", () => tell(() => model.set("note", model.get("note") === note ? "none" : note)));
  }
  join.addEventListener("click", () => {
    tell(() => {
      model.set("note", "none");
      model.set("on", !model.get("on"));
    });
  });
  keepKeys(group);
  model.on("change:on", show);
  model.on("change:note", show);
  show();
  el.append(group);
  return () => {
    kernel.forget();
    model.off("change:on", show);
    model.off("change:note", show);
  };
}

export default { render };
