// @ts-check
// The keyboard inside a widget: its controls take what they use, and the notebook gets the rest.

/**
 * Keep keys from JupyterLab's shortcuts, but for those that lead out: Escape goes to the cell, Shift+Enter, Alt+Enter
 * and Ctrl+Enter run it, and what is pressed with Ctrl or Command is as everywhere.
 * @param {HTMLElement} node
 */
export function keepKeys(node) {
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave(node, event);
    else if (event.key === "Enter" && (event.shiftKey || event.altKey || event.ctrlKey)) event.preventDefault();
    else if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  });
}

/**
 * Give the keyboard back to the notebook, as Escape does in a cell's text.
 * @param {HTMLElement} node
 * @param {KeyboardEvent} event
 */
function leave(node, event) {
  const notebook = /** @type {HTMLElement | null} */ (node.closest(".jp-Notebook"));
  const cell = /** @type {HTMLElement | null} */ (node.closest(".jp-Cell"));
  if (!notebook) return;
  event.stopPropagation();
  (cell ?? notebook).focus();
}
