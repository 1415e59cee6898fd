// One question: native radio buttons in a form. The page gives the feedback; `chosen` tells the kernel.
function element(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

function message(model) {
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

function render({ model, el }) {
  const status = element("p", { role: "status" });
  const fields = element("fieldset", {}, element("legend", { textContent: model.get("text") }));
  for (const { key, text } of model.get("options")) {
    const input = element("input", { type: "radio", name: "option", value: key });
    fields.append(element("label", {}, input, element("span", { textContent: text })));
  }
  const submit = element("button", { type: "submit" });
  submit.textContent = model.get("kind") === "quiz" ? "Check answer" : "Record prediction";
  fields.append(submit);
  const form = element("form", { className: "course-question" }, fields, status);

  const show = () => {
    for (const input of form.elements.option) input.checked = input.value === model.get("chosen");
    fields.disabled = model.get("closed");
    status.textContent = message(model);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = form.elements.option.value;
    model.set("chosen", chosen);
    model.save_changes();
    status.textContent = chosen ? message(model) : "Choose an option first.";
  });
  // Otherwise JupyterLab takes arrow keys, Enter and Space for its own commands.
  form.addEventListener("keydown", (event) => event.stopPropagation());
  model.on("change:chosen", show);
  model.on("change:closed", show);
  show();
  el.append(form);
  return () => {
    model.off("change:chosen", show);
    model.off("change:closed", show);
  };
}

export default { render };
