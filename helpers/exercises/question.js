// @ts-check
// One question: native radio buttons in a form. The page gives the feedback; `chosen` tells the kernel.

import { element } from "../page/element.js";
import { watchKernel } from "../page/kernel.js";
import { keepKeys } from "../page/keys.js";

/** @import { Context, Model } from "../page/model.js" */

/** @typedef {{ key: string, text: string, feedback: string }} Option */

/**
 * What both sides know; the page writes chosen, the key of an option or "", and the kernel the rest.
 * @typedef {{
 *   id: string,
 *   kind: "predictions" | "quiz",
 *   text: string,
 *   options: Option[],
 *   right: string,
 *   chosen: string,
 *   closed: boolean,
 * }} QuestionState
 */

/**
 * Return what the page says about the option that is chosen; nothing when there is none.
 * @param {Pick<Model<QuestionState>, "get">} model
 */
export function message(model) {
  const option = model.get("options").find(({ key }) => key === model.get("chosen"));
  if (!option) return "";
  if (model.get("kind") === "quiz") {
    const right = option.key === model.get("right");
    return right ? `Right. ${option.feedback}` : `Not right. ${option.feedback} Try again.`;
  }
  return model.get("closed")
    ? `Recorded: ${option.text}. The outcome has been shown, so the prediction stays as it is.`
    : `Recorded: ${option.text}. You can change it until the outcome has been shown.`;
}

/** @param {Model<QuestionState>} model */
function createForm(model) {
  const options = model.get("options");
  const inputs = options.map(({ key }) => element("input", { type: "radio", name: "option", value: key }));
  const rows = options.map(({ text }, k) => element("label", {}, inputs[k], element("span", {}, text)));
  const verb = model.get("kind") === "quiz" ? "Check answer" : "Record prediction";
  const submit = element("button", { type: "submit" }, verb);
  const fields = element("fieldset", {}, element("legend", {}, model.get("text")), ...rows, submit);
  const status = element("p", { role: "status" });
  return { form: element("form", { class: "course-question" }, fields, status), fields, inputs, status };
}

const GONE = "To have it recorded, run the cells from the top again: their kernel has gone.";

/** @param {Context<QuestionState>} context */
function render({ model, el }) {
  const { form, fields, inputs, status } = createForm(model);
  const kernel = watchKernel(model, () => {});
  const show = () => {
    for (const input of inputs) input.checked = input.value === model.get("chosen");
    fields.disabled = model.get("closed");
    status.textContent = message(model);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = inputs.find(({ checked }) => checked)?.value ?? "";
    if (!chosen) status.textContent = "Choose an option first.";
    else if (!kernel.gone()) {
      model.set("chosen", chosen);
      model.save_changes();
      status.textContent = message(model);
    } else if (model.get("kind") === "quiz") {
      model.set("chosen", chosen); // the page has the feedback of a quiz
      status.textContent = `${message(model)} ${GONE}`;
    } else status.textContent = GONE;
  });
  keepKeys(form);
  model.on("change:chosen", show);
  model.on("change:closed", show);
  show();
  el.append(form);
  return () => {
    kernel.forget();
    model.off("change:chosen", show);
    model.off("change:closed", show);
  };
}

export default { render };
